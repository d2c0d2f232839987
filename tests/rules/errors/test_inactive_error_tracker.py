from __future__ import annotations

import pytest
import sentry_sdk

from tests.projects import REQUIREMENTS, SETTINGS, WSGI, inspect_files

RULE = "inactive-error-tracker"
DSN = "https://0123456789abcdef@errors.example.com/1"
LINE = len(SETTINGS.splitlines()) + 1
SENTRY = {"requirements.txt": REQUIREMENTS + "sentry-sdk==2.44.0\n"}
ROLLBAR = {"requirements.txt": REQUIREMENTS + "rollbar==1.3.0\n"}
NOTIFIER = 'MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]\n'
# Integrations would stay behind in the process that runs the tests.
INIT = "import sentry_sdk\nsentry_sdk.init({dsn}, default_integrations=False)\n"


def wsgi(line: str) -> dict[str, str]:
    return {"bookstore/wsgi.py": WSGI + line}


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="no tracker at all"),
        pytest.param(SENTRY, INIT.format(dsn=f"dsn={DSN!r}"), id="Sentry with a DSN"),
        pytest.param(SENTRY, INIT.format(dsn='dsn=os.environ.get("SENTRY_DSN")'), id="its DSN is unset here"),
        pytest.param(
            SENTRY,
            INIT.format(dsn='dsn=os.environ.get("SENTRY_DSN", "")'),
            id="its DSN is unset here, and has a default",
        ),
        pytest.param(
            SENTRY,
            'DSN = os.environ.get("SENTRY_DSN", "")\n' + INIT.format(dsn="dsn=DSN"),
            id="its DSN's variable has a name",
        ),
        pytest.param(SENTRY, INIT.replace("{dsn}, ", ""), id="its DSN is left to the environment"),
        pytest.param(
            SENTRY,
            'if "SENTRY_DSN" in os.environ:\n    import sentry_sdk\n    '
            'sentry_sdk.init(dsn=os.environ["SENTRY_DSN"])\n',
            id="started where its variable is set",
        ),
        pytest.param(
            SENTRY,
            'if DEBUG:\n    import sentry_sdk\n    sentry_sdk.init(dsn="")\n',
            id="an empty one under a condition",
        ),
        pytest.param(
            {**SENTRY, **wsgi("import sentry_sdk\nsentry_sdk.init(dsn=os.environ['SENTRY_DSN'])\n")},
            "",
            id="started in wsgi.py",
        ),
        pytest.param(
            {
                **SENTRY,
                "gunicorn.conf.py": "import sentry_sdk\ndef post_fork(server, worker):\n    sentry_sdk.init()\n",
            },
            "",
            id="started in gunicorn's hooks",
        ),
        pytest.param(
            {
                **SENTRY,
                "shop/__init__.py": "",
                "shop/apps.py": "class ShopConfig:\n    def ready(self):\n        from shop import errors\n",
                "shop/errors.py": "import sentry_sdk\nsentry_sdk.init(dsn='x')\n",
            },
            'INSTALLED_APPS += ["shop.apps.ShopConfig"]\n',
            id="started in what an app imports",
        ),
        pytest.param(
            {
                **SENTRY,
                **wsgi("from bookstore.errors import start\nstart()\n"),
                "bookstore/errors.py": "from sentry_sdk.integrations.wsgi import x\n",
            },
            "",
            id="used in a way that is not known",
        ),
        pytest.param({**SENTRY, "requirements.txt": REQUIREMENTS}, "", id="not required"),
        pytest.param(
            {"requirements.txt": None, "pyproject.toml": '[dependency-groups]\ndev = ["sentry-sdk"]\n'},
            "",
            id="for development alone",
        ),
        pytest.param(SENTRY, "from missing_package import *\n", id="a settings source that was not read"),
        pytest.param(ROLLBAR, NOTIFIER + 'ROLLBAR = {"access_token": "x"}\n', id="Rollbar with a token"),
        pytest.param(
            ROLLBAR,
            NOTIFIER.replace('Middleware"]', 'MiddlewareExcluding404"]') + 'ROLLBAR = {"access_token": "x"}\n',
            id="its other middleware",
        ),
        pytest.param(
            ROLLBAR,
            NOTIFIER + 'ROLLBAR = {"access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN")}\n',
            id="its token is unset here",
        ),
        pytest.param(
            ROLLBAR,
            NOTIFIER + 'ROLLBAR = {"access_token": "x", "enabled": os.environ.get("ENABLE_ROLLBAR") == "1"}\n',
            id="whether it is enabled is unset here",
        ),
        pytest.param(
            {
                **ROLLBAR,
                "shop/__init__.py": "",
                "shop/middleware.py": "from rollbar.contrib.django.middleware import RollbarNotifierMiddleware\n",
            },
            'MIDDLEWARE += ["shop.middleware.Notifier"]\nROLLBAR = {"access_token": "x"}\n',
            id="a middleware of the project's own",
        ),
        pytest.param(
            ROLLBAR,
            'ROLLBAR = {"access_token": "x"}\nimport rollbar\nrollbar.init(**ROLLBAR)\n',
            id="Rollbar started by hand",
        ),
        pytest.param(
            {**ROLLBAR, **wsgi("import rollbar\nrollbar.init('x')\n")},
            'ROLLBAR = {"access_token": "x"}\n',
            id="Rollbar started in wsgi.py",
        ),
        pytest.param(
            ROLLBAR,
            'ROLLBAR = {"access_token": "x"}\nLOGGING = {"version": 1, "handlers": {"r": {"class": '
            '"rollbar.logger.RollbarHandler"}}}\n',
            id="Rollbar's handler",
        ),
        pytest.param(
            ROLLBAR,
            'import rollbar\nrollbar.init(os.environ.get("ROLLBAR_ACCESS_TOKEN"))\n',
            id="its token by hand is unset here",
        ),
        pytest.param(
            {**SENTRY, "Procfile": "web: newrelic-admin run-program gunicorn bookstore.wsgi\n"},
            "",
            id="another one around the server",
        ),
        pytest.param(
            {**SENTRY}, 'MIDDLEWARE += ["bugsnag.django.middleware.BugsnagMiddleware"]\n', id="another one's middleware"
        ),
        pytest.param(
            {"requirements.txt": SENTRY["requirements.txt"] + "honeybadger\n"},
            "",
            id="another one is required, that is not known well",
        ),
        pytest.param(
            {
                **SENTRY,
                "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
                "      DJANGO_SETTINGS_MODULE: bookstore.other\n",
                "bookstore/other.py": "from bookstore.settings import *\n",
            },
            "",
            id="production loads other settings",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    if "missing_package" in settings:
        settings = f"try:\n    {settings}except ImportError:\n    pass\n"
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_in_a_partial_tree(tmp_path):
    assert inspect_files(tmp_path, SENTRY, complete=False).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "place", "message"),
    [
        pytest.param(
            SENTRY,
            "",
            "requirements.txt:5",
            "Sentry would report nothing: 'sentry-sdk' is required and 'sentry_sdk.init' is called nowhere.",
            id="never started",
        ),
        pytest.param(
            SENTRY,
            INIT.format(dsn='dsn=""'),
            f"bookstore/settings.py:{LINE + 1}",
            "Sentry would report nothing: 'sentry_sdk.init' is called with an empty 'dsn'.",
            id="an empty DSN",
        ),
        pytest.param(
            {},
            'DSN = ""\n' + INIT.format(dsn="DSN"),
            f"bookstore/settings.py:{LINE + 2}",
            "Sentry would report nothing: 'sentry_sdk.init' is called with an empty 'dsn'.",
            id="an empty DSN with a name, in first place",
        ),
        pytest.param(
            ROLLBAR,
            "",
            "requirements.txt:5",
            "Rollbar would report nothing: 'rollbar' is required and 'rollbar.init' is called nowhere.",
            id="Rollbar never started",
        ),
        pytest.param(
            {},
            NOTIFIER + 'ROLLBAR = {"environment": "production"}\n',
            f"bookstore/settings.py:{LINE + 1}",
            "Rollbar would report nothing: 'ROLLBAR' holds no 'access_token'.",
            id="no token",
        ),
        pytest.param(
            {},
            NOTIFIER + 'ROLLBAR = {\n    "enabled": False,\n    "access_token": "x",\n}\n',
            f"bookstore/settings.py:{LINE + 2}",
            "Rollbar would report nothing: ROLLBAR['enabled'] is False.",
            id="disabled",
        ),
        pytest.param(
            {},
            NOTIFIER,
            f"bookstore/settings.py:{LINE}",
            "Rollbar would report nothing: its middleware switches itself off, because 'ROLLBAR' is not set.",
            id="a middleware without settings",
        ),
        pytest.param(
            {},
            'ROLLBAR = {"access_token": "x"}\n',
            f"bookstore/settings.py:{1 + SETTINGS.splitlines().index('MIDDLEWARE = [')}",
            "Rollbar would report nothing: 'ROLLBAR' is set and MIDDLEWARE lacks 'RollbarNotifierMiddleware'.",
            id="settings without a middleware",
        ),
        pytest.param(
            {},
            'ROLLBAR = {"access_token": "x"}\n' + NOTIFIER.replace('Middleware"', 'MiddlewareOnly404"'),
            f"bookstore/settings.py:{LINE + 1}",
            "Rollbar would report nothing: 'ROLLBAR' is set and MIDDLEWARE lacks 'RollbarNotifierMiddleware'.",
            id="the middleware for 404 alone",
        ),
        pytest.param(
            {},
            'import rollbar\nrollbar.init("", "production")\n',
            f"bookstore/settings.py:{LINE + 1}",
            "Rollbar would report nothing: 'rollbar.init' is called with an empty 'access_token'.",
            id="an empty token by hand",
        ),
    ],
)
def test_fires(tmp_path, files, settings, place, message):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == [place]
    assert [finding.message for finding in found.findings(RULE)] == [message]


def test_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, SENTRY).findings(RULE)
    assert finding.hint == (
        "Call 'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' in bookstore/settings.py, after 'import sentry_sdk'."
    )


def test_two_that_are_off_are_two_findings(tmp_path):
    files = {"requirements.txt": SENTRY["requirements.txt"] + "rollbar\n"}
    assert inspect_files(tmp_path, files).places(RULE) == ["requirements.txt:5", "requirements.txt:6"]


def test_a_variable_that_is_set_makes_it_active(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTRY_DSN", DSN)
    settings = INIT.format(dsn='dsn=os.environ["SENTRY_DSN"]')
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.skipif(hasattr(sentry_sdk, "get_client"), reason="needs sentry-sdk 1.x, which has no get_client")
def test_the_hub_of_sentry_1_tells(tmp_path):
    assert sentry_sdk.Hub.current.client is None
    assert inspect_files(tmp_path, SENTRY, settings=INIT.format(dsn=f"dsn={DSN!r}")).places(RULE) == []
    assert sentry_sdk.Hub.current.client is not None


@pytest.mark.skipif(
    not hasattr(sentry_sdk, "get_client"), reason="needs sentry-sdk 2 or later, where init without a DSN makes a client"
)
def test_an_active_client_without_a_dsn_is_no_proof(tmp_path):
    found = inspect_files(tmp_path, SENTRY, settings=INIT.format(dsn="dsn=None"))
    assert sentry_sdk.is_initialized()
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE + 1}"]
