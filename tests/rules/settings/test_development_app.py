from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "development-app"
LINE = len(SETTINGS.splitlines()) + 1


def app(name: str) -> str:
    return f'INSTALLED_APPS += ["{name}"]\n'


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="none"),
        pytest.param("DEBUG = True\n" + app("silk"), id="settings for development"),
        pytest.param("if DEBUG:\n    " + app("silk"), id="under DEBUG"),
        pytest.param(
            'if os.environ.get("BOOKSTORE_TOOLS", "1"):\n    ' + app("silk"), id="a variable that is unset here decides"
        ),
        pytest.param(app("silk") + "SILKY_AUTHENTICATION = True\n", id="it asks who is there"),
        pytest.param(app("silky_prices"), id="another app that begins alike"),
        pytest.param(app("django_extensions"), id="commands alone"),
        pytest.param("MIDDLEWARE = None\n", id="no middleware"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        pytest.param(
            app("silk"),
            "W607",
            "'silk' is for development and in INSTALLED_APPS with DEBUG off: it records every request.",
            id="silk",
        ),
        pytest.param(
            app("silk") + 'MIDDLEWARE += ["silk.middleware.SilkyMiddleware"]\n',
            "W607",
            "'silk' is for development and in INSTALLED_APPS with DEBUG off: it records every request.",
            id="once for app and middleware",
        ),
        pytest.param(
            'MIDDLEWARE += ["silk.middleware.SilkyMiddleware"]\n',
            "W607",
            "'silk.middleware.SilkyMiddleware' is for development and in MIDDLEWARE with DEBUG off: it records every "
            "request.",
            id="middleware alone",
        ),
        pytest.param(
            app("debug_toolbar"),
            "I607",
            "'debug_toolbar' is for development and in INSTALLED_APPS with DEBUG off.",
            id="the toolbar, which rests",
        ),
        pytest.param(
            app("debug_toolbar") + 'DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": "bookstore.shown"}\n',
            "W607",
            "'debug_toolbar' is for development and in INSTALLED_APPS with DEBUG off: it asks a callback of your own "
            "whom to show queries and settings to.",
            id="the toolbar with a callback",
        ),
        pytest.param(
            app("debug_toolbar") + 'DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": lambda request: request.user}\n',
            "W607",
            "'debug_toolbar' is for development and in INSTALLED_APPS with DEBUG off: it asks a callback of your own "
            "whom to show queries and settings to.",
            id="the toolbar with a callback in the settings",
        ),
        pytest.param(
            app("debug_toolbar") + 'DEBUG_TOOLBAR_CONFIG = {"SHOW_TOOLBAR_CALLBACK": lambda request: DEBUG}\n',
            "I607",
            "'debug_toolbar' is for development and in INSTALLED_APPS with DEBUG off.",
            id="the toolbar with a callback that asks for DEBUG",
        ),
    ],
)
def test_fires(tmp_path, settings, code, message):
    found = inspect_files(tmp_path, settings=settings)
    assert f"{code} bookstore/settings.py:{LINE}" in found.ids()
    assert [finding.message for finding in found.findings(RULE)] == [message]


def test_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, settings=app("silk")).findings(RULE)
    assert finding.hint == (
        "Move 'silk' from INSTALLED_APPS into settings that only development loads, or below 'if DEBUG:'."
    )
