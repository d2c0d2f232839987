from __future__ import annotations

import pytest

from tests.projects import MANAGE, SETTINGS, SETTINGS_PATH, inspect_files

RULE = "runserver-nostatic-order"
LINE = len(SETTINGS.splitlines()) + 1
APPS = next(number for number, line in enumerate(SETTINGS.splitlines(), 1) if line.startswith("INSTALLED_APPS"))
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
MISSING = 'INSTALLED_APPS.remove("whitenoise.runserver_nostatic")\n'
BELOW = 'INSTALLED_APPS = ["django.contrib.staticfiles", "whitenoise.runserver_nostatic", "django_deploycheck"]\n'
ABOVE = 'INSTALLED_APPS = ["whitenoise.runserver_nostatic", *INSTALLED_APPS]\n'
WITHOUT = 'MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")\n'


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, MISSING, id="nothing is known of production"),
        pytest.param(PROCFILE, ABOVE, id="above"),
        pytest.param(PROCFILE, WITHOUT, id="no WhiteNoise"),
        pytest.param(PROCFILE, WITHOUT + BELOW, id="below, and no WhiteNoise"),
        pytest.param(PROCFILE, 'INSTALLED_APPS.remove("django.contrib.staticfiles")\n', id="no static files"),
        pytest.param(
            {**PROCFILE, "manage.py": MANAGE.replace("bookstore.settings", "bookstore.dev")},
            MISSING,
            id="manage.py loads other settings",
        ),
        pytest.param(
            PROCFILE, 'if os.environ.get("BOOKSTORE_APPS", "1"):\n    ' + BELOW, id="a variable that is unset decides"
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_below(tmp_path):
    found = inspect_files(tmp_path, settings=BELOW)
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    (finding,) = found.findings(RULE)
    assert finding.message == (
        "'whitenoise.runserver_nostatic' stands below 'django.contrib.staticfiles', so runserver serves static files "
        "without 'whitenoise.middleware.WhiteNoiseMiddleware'."
    )
    assert finding.hint == "Move 'whitenoise.runserver_nostatic' above 'django.contrib.staticfiles' in INSTALLED_APPS."


def test_missing(tmp_path):
    settings = SETTINGS.replace('"whitenoise.runserver_nostatic", ', "")
    found = inspect_files(tmp_path, {**PROCFILE, SETTINGS_PATH: settings})
    assert found.places(RULE) == [f"bookstore/settings.py:{APPS}"]
    (finding,) = found.findings(RULE)
    assert finding.hint == "Add 'whitenoise.runserver_nostatic' above 'django.contrib.staticfiles' in INSTALLED_APPS."


def test_missing_for_the_fork_of_whitenoise(tmp_path):
    settings = 'MIDDLEWARE = ["servestatic.middleware.ServeStaticMiddleware"]\n'
    (finding,) = inspect_files(tmp_path, PROCFILE, settings=settings).findings(RULE)
    assert finding.hint == "Add 'servestatic.runserver_nostatic' above 'django.contrib.staticfiles' in INSTALLED_APPS."
