from __future__ import annotations

import pytest

from tests.projects import SETTINGS, WSGI, inspect_files

RULE = "misplaced-error-tracker"
LINE = len(SETTINGS.splitlines()) + 1
ROLLBAR = "rollbar.contrib.django.middleware.RollbarNotifierMiddleware"
FIRST = f'MIDDLEWARE = ["{ROLLBAR}", *MIDDLEWARE]\n'
HONEYBADGER = 'HONEYBADGER = {"API_KEY": "x"}\n'


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="no tracker"),
        pytest.param({}, f'MIDDLEWARE += ["{ROLLBAR}"]\n', id="the last one"),
        pytest.param(
            {},
            f'MIDDLEWARE += ["{ROLLBAR}Only404", "{ROLLBAR}Excluding404"]\n',
            id="both of its classes are the last ones",
        ),
        pytest.param({}, "DEBUG = True\n" + FIRST + HONEYBADGER, id="settings for development"),
        pytest.param(
            {}, 'if os.environ.get("ENABLE_ROLLBAR", "1"):\n    ' + FIRST, id="a variable that is unset here decides"
        ),
        pytest.param({}, "HONEYBADGER = {}\n", id="a setting that holds nothing"),
        pytest.param(
            {},
            HONEYBADGER + 'MIDDLEWARE = ["honeybadger.contrib.DjangoHoneybadgerMiddleware", *MIDDLEWARE]\n',
            id="the middleware is there",
        ),
        pytest.param(
            {},
            HONEYBADGER + 'MIDDLEWARE += ["honeybadger.contrib.django.DjangoHoneybadgerMiddleware"]\n',
            id="by its other name",
        ),
        pytest.param(
            {"bookstore/middleware.py": "from honeybadger.contrib import DjangoHoneybadgerMiddleware\n"},
            HONEYBADGER + 'MIDDLEWARE += ["bookstore.middleware.Own"]\n',
            id="a class of the project that may be made of it",
        ),
        pytest.param(
            {"bookstore/wsgi.py": WSGI + "import bugsnag\nbugsnag.configure(api_key='x')\n"},
            'BUGSNAG = {"api_key": "x"}\n',
            id="started by code",
        ),
        pytest.param(
            {"Procfile": "web: elasticapm-run gunicorn bookstore.wsgi\n"},
            'ELASTIC_APM = {"SERVICE_NAME": "shop"}\n',
            id="around the server",
        ),
        pytest.param({}, 'SCOUT_KEY = "x"\nINSTALLED_APPS += ["scout_apm.django"]\n', id="the app is there"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_about_what_is_missing_in_a_partial_tree(tmp_path):
    assert inspect_files(tmp_path, settings=HONEYBADGER, complete=False).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        pytest.param(
            FIRST,
            f"'{ROLLBAR}' stands above 'django.middleware.security.SecurityMiddleware', which can hide errors from it.",
            f"Move '{ROLLBAR}' to the end of MIDDLEWARE in bookstore/settings.py.",
            id="Rollbar's comes first",
        ),
        pytest.param(
            HONEYBADGER,
            "'HONEYBADGER' is set for Honeybadger, and 'honeybadger.contrib.DjangoHoneybadgerMiddleware' is missing in "
            "MIDDLEWARE.",
            "Add 'honeybadger.contrib.DjangoHoneybadgerMiddleware' to MIDDLEWARE in bookstore/settings.py.",
            id="a middleware is missing",
        ),
        pytest.param(
            'ELASTIC_APM = {"SERVICE_NAME": "shop"}\n',
            "'ELASTIC_APM' is set for Elastic APM, and 'elasticapm.contrib.django' is missing in INSTALLED_APPS.",
            "Add 'elasticapm.contrib.django' to INSTALLED_APPS in bookstore/settings.py.",
            id="an app is missing",
        ),
        pytest.param(
            'RAYGUN4PY_API_KEY = "x"\n',
            "'RAYGUN4PY_API_KEY' is set for Raygun, and 'raygun4py.middleware.django.Provider' is missing in MIDDLEWARE.",
            "Add 'raygun4py.middleware.django.Provider' to MIDDLEWARE in bookstore/settings.py.",
            id="Raygun's other setting",
        ),
    ],
)
def test_fires(tmp_path, settings, message, hint):
    found = inspect_files(tmp_path, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    assert [(item.message, item.hint) for item in found.findings(RULE)] == [(message, hint)]
