from __future__ import annotations

import django
import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "removed-setting"
LINE = len(SETTINGS.splitlines()) + 1


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="none"),
        pytest.param("PASSWORD_RESET_TIMEOUT = 86400\n", id="a setting that is read"),
        pytest.param("USE_TZ = True\n", id="one that was to be removed and stayed"),
        pytest.param('STATICFILES_STORAGE = "x"\n', id="one with a rule of its own"),
        pytest.param("BOOKSTORE_SIZE = 3\n", id="a setting of the project's own"),
    ],
)
@pytest.mark.filterwarnings("ignore:The STATICFILES_STORAGE setting is deprecated")
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("version", "text"),
    [
        pytest.param((5, 0), "USE_L10N = True\n", id="localization"),
        pytest.param((6, 0), "FORMS_URLFIELD_ASSUME_HTTPS = True\n", id="addresses in forms"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_by_version(tmp_path, monkeypatch, version, text):
    for running, places in ((version, [f"bookstore/settings.py:{LINE}"]), ((4, 2), [])):
        monkeypatch.setattr(django, "VERSION", (*running, 0, "final", 0))
        path = tmp_path / str(running[0])
        assert inspect_files(path, settings=text).places(RULE) == places


@pytest.mark.parametrize(
    ("settings", "code", "message", "hint"),
    [
        pytest.param(
            "SECURE_BROWSER_XSS_FILTER = True\n",
            "I605",
            "'SECURE_BROWSER_XSS_FILTER' has no effect since Django 4.0.",
            "Delete the line in bookstore/settings.py.",
            id="a header that browsers have forgotten",
        ),
        pytest.param(
            "PASSWORD_RESET_TIMEOUT_DAYS = 1\n",
            "W605",
            "'PASSWORD_RESET_TIMEOUT_DAYS' has no effect since Django 4.0, and what it did is gone.",
            "Write PASSWORD_RESET_TIMEOUT = 1 * 86400 in bookstore/settings.py and delete PASSWORD_RESET_TIMEOUT_DAYS.",
            id="links that are valid for longer",
        ),
        pytest.param(
            "PASSWORD_RESET_TIMEOUT_DAYS = 1\nPASSWORD_RESET_TIMEOUT = 86400\n",
            "I605",
            "'PASSWORD_RESET_TIMEOUT_DAYS' has no effect since Django 4.0.",
            "Delete the line in bookstore/settings.py.",
            id="its successor is there",
        ),
        pytest.param(
            'MIDDLEWARE_CLASSES = ["x"]\n',
            "I605",
            "'MIDDLEWARE_CLASSES' has no effect since Django 2.0.",
            "Delete the line in bookstore/settings.py.",
            id="the list of middleware before MIDDLEWARE",
        ),
        pytest.param(
            'FILE_CHARSET = "latin-1"\n',
            "W605",
            "'FILE_CHARSET' has no effect since Django 3.1, and what it did is gone.",
            "Delete the line in bookstore/settings.py.",
            id="another charset",
        ),
    ],
)
def test_fires(tmp_path, settings, code, message, hint):
    found = inspect_files(tmp_path, settings=settings)
    assert f"{code} bookstore/settings.py:{LINE}" in found.ids()
    assert [(item.message, item.hint) for item in found.findings(RULE)] == [(message, hint)]
