from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "development-environment-name"
LINE = len(SETTINGS.splitlines()) + 1
DSN = "https://0123456789abcdef@errors.example.com/1"


def sentry(arguments: str) -> str:
    return f"import sentry_sdk\nsentry_sdk.init(dsn={DSN!r}, default_integrations=False{arguments})\n"


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="no tracker"),
        pytest.param('ROLLBAR = {"access_token": "x"}\n', id="no name"),
        pytest.param('ROLLBAR = {"environment": "production"}\n', id="production"),
        pytest.param('ROLLBAR = {"environment": "staging"}\n', id="staging"),
        pytest.param('ROLLBAR = {"environment": "development" if DEBUG else "production"}\n', id="by DEBUG"),
        pytest.param('DEBUG = True\nROLLBAR = {"environment": "development"}\n', id="settings for development"),
        pytest.param('ROLLBAR = {"environment": os.environ.get("BACKEND", "development")}\n', id="it is unset here"),
        pytest.param("ROLLBAR = None\n", id="a setting that holds nothing"),
        pytest.param(
            'HONEYBADGER = {"API_KEY": "x", "environment": "development"}\n',
            id="Honeybadger, which sends nothing then, has a rule of its own",
        ),
        pytest.param(sentry(""), id="Sentry's own default"),
        pytest.param(sentry(', environment="production"'), id="Sentry in production"),
        pytest.param(sentry(', environment=os.environ.get("BACKEND", "local")'), id="Sentry's is unset here"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "line", "message", "hint"),
    [
        pytest.param(
            'ROLLBAR = {\n    "access_token": "x",\n    "environment": "development",\n}\n',
            LINE + 2,
            "Rollbar reports what happens with these settings as errors of 'development'.",
            "Write 'production' for ROLLBAR['environment'] in bookstore/settings.py.",
            id="Rollbar",
        ),
        pytest.param(
            'BUGSNAG = {"release_stage": "Local"}\n',
            LINE,
            "Bugsnag reports what happens with these settings as errors of 'Local'.",
            "Write 'production' for BUGSNAG['release_stage'] in bookstore/settings.py.",
            id="Bugsnag",
        ),
        pytest.param(
            'HONEYBADGER = {"environment": "local"}\n',
            LINE,
            "Honeybadger reports what happens with these settings as errors of 'local'.",
            "Write 'production' for HONEYBADGER['environment'] in bookstore/settings.py.",
            id="Honeybadger, in small letters",
        ),
        pytest.param(
            sentry(', environment="test"'),
            LINE + 1,
            "Sentry reports what happens with these settings as errors of 'test'.",
            "Write 'production' for the 'environment' of 'sentry_sdk.init' in bookstore/settings.py.",
            id="Sentry",
        ),
    ],
)
def test_fires(tmp_path, settings, line, message, hint):
    found = inspect_files(tmp_path, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{line}"]
    assert [(item.message, item.hint) for item in found.findings(RULE)] == [(message, hint)]


def test_fires_for_a_variable_that_is_set_here(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKEND", "dev")
    settings = 'ROLLBAR = {"environment": os.environ.get("BACKEND")}\n'
    assert inspect_files(tmp_path, settings=settings).places(RULE) == [f"bookstore/settings.py:{LINE}"]
