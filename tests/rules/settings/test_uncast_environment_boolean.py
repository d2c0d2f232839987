from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "uncast-environment-boolean"
LINE = len(SETTINGS.splitlines()) + 1


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    monkeypatch.delenv("BOOKSTORE_FLAG", raising=False)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="nothing of the kind"),
        pytest.param('DEBUG = os.environ.get("BOOKSTORE_FLAG") == "True"\n', id="compared"),
        pytest.param('DEBUG = bool(int(os.environ.get("BOOKSTORE_FLAG", "0")))\n', id="cast"),
        pytest.param('DEBUG = os.environ.get("BOOKSTORE_FLAG", False)\n', id="unset here, so nobody knows"),
        pytest.param('DEBUG = os.environ.get("BOOKSTORE_FLAG", "")\n', id="on for any text"),
        pytest.param('SECURE_HSTS_SECONDS = os.environ.get("BOOKSTORE_FLAG", "3600")\n', id="a number"),
        pytest.param('SESSION_COOKIE_SAMESITE = "None"\n', id="a text by nature"),
        pytest.param('ROLLBAR = {"enabled": True}\nROLLBAR["x"] = "False"\n', id="another key"),
        pytest.param('BOOKSTORE_OPEN = "False"\n', id="a setting of the project's own"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        pytest.param('DEBUG = os.environ.get("BOOKSTORE_FLAG", "False")\n', "DEBUG", id="DEBUG"),
        pytest.param(
            'SECURE_SSL_REDIRECT = os.environ.get("BOOKSTORE_FLAG", "0")\n', "SECURE_SSL_REDIRECT", id="the redirect"
        ),
        pytest.param(
            'SESSION_COOKIE_SECURE = os.getenv("BOOKSTORE_FLAG", "off")\n', "SESSION_COOKIE_SECURE", id="a cookie"
        ),
        pytest.param(
            'CORS_ALLOW_ALL_ORIGINS = os.getenv("BOOKSTORE_FLAG", "off")\n', "CORS_ALLOW_ALL_ORIGINS", id="a package's"
        ),
        pytest.param(
            'ROLLBAR = {"enabled": os.environ.get("BOOKSTORE_FLAG", "False")}\n', "ROLLBAR['enabled']", id="Rollbar"
        ),
    ],
)
def test_fires(tmp_path, settings, name):
    found = inspect_files(tmp_path, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    (finding,) = found.findings(RULE)
    assert finding.message == f"'{name}' is a text, taken from 'BOOKSTORE_FLAG': 'False' and '0' would be true."
    assert finding.hint == (
        f'Write {name} = os.environ.get(\'BOOKSTORE_FLAG\', \'\').lower() in ("1", "true", "yes", "on").'
    )


def test_fires_for_a_variable_that_is_set_here(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKSTORE_FLAG", "False")
    settings = 'DEBUG = os.environ.get("BOOKSTORE_FLAG", False)\n'
    assert inspect_files(tmp_path, settings=settings).places(RULE) == [f"bookstore/settings.py:{LINE}"]


def test_a_text_from_elsewhere(tmp_path):
    (finding,) = inspect_files(tmp_path, settings='DEBUG = "False"\n').findings(RULE)
    assert finding.message == "'DEBUG' is a text: 'False' and '0' would be true."
