from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "secret-key-in-source"
LINE = len(SETTINGS.splitlines()) + 1
KEY = "p9v!k2x8w7q1z4-3hm5c6t0-b2n8r5y1u6e4"
LITERAL = f'SECRET_KEY = "{KEY}"\n'
DEFAULT = f'SECRET_KEY = os.environ.get("BOOKSTORE_KEY", "{KEY}")\n'
RANDOM = "from django.core.management.utils import get_random_secret_key\n"
COMPOSE = (
    "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
    "      DJANGO_SETTINGS_MODULE: bookstore.other\n"
)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    monkeypatch.delenv("BOOKSTORE_KEY", raising=False)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, 'SECRET_KEY = os.environ.get("BOOKSTORE_KEY", "")\n', id="from the environment"),
        pytest.param({}, LITERAL + 'SECRET_KEY = os.environ.get("BOOKSTORE_KEY", "")\n', id="no longer in use"),
        pytest.param({}, "DEBUG = True\n" + LITERAL, id="settings for development"),
        pytest.param({}, f'{RANDOM}SECRET_KEY = os.environ.get("X_KEY") or get_random_secret_key()\n', id="random"),
        pytest.param({}, 'SECRET_KEY = os.environ.get("BOOKSTORE_KEY", "change-me")\n', id="a default to be changed"),
        pytest.param({}, "SECRET_KEY = Path(os.devnull).read_text() + 'x'\n", id="from a file"),
        pytest.param(
            {}, f'try:\n    SECRET_KEY = os.environ["BOOKSTORE_KEY"]\nexcept KeyError:\n    {LITERAL}', id="one of two"
        ),
        pytest.param(
            {},
            LITERAL + "try:\n    from bookstore_local import *\nexcept ImportError:\n    pass\n",
            id="what is not here may replace it",
        ),
        pytest.param({".gitignore": "settings.py\n"}, LITERAL, id="a file that git leaves out"),
        pytest.param(
            {"compose.prod.yml": COMPOSE, "bookstore/other.py": "from bookstore.settings import *\n"},
            LITERAL,
            id="production loads other settings",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_where_the_default_is_not_in_use(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKSTORE_KEY", "another")
    assert inspect_files(tmp_path, settings=DEFAULT).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        pytest.param(LITERAL, "W610", id="a literal"),
        pytest.param('SECRET_KEY = "change-me"\n', "W610", id="one that was meant to be replaced"),
        pytest.param(DEFAULT, "I610", id="a default"),
        pytest.param(DEFAULT.replace('"p9v', '"django-insecure-p9v'), "I610", id="the default of startproject"),
    ],
)
def test_fires(tmp_path, settings, code):
    assert f"{code} bookstore/settings.py:{LINE}" in inspect_files(tmp_path, settings=settings).ids()


def test_fires_beside_patterns_for_other_files(tmp_path):
    files = {".gitignore": "media/*\n*.pyc\nother/settings.py\n*settings.py\n!bookstore/settings.py\n"}
    assert inspect_files(tmp_path, files, settings=LITERAL).places(RULE) == [f"bookstore/settings.py:{LINE}"]


def test_messages_and_hints(tmp_path):
    (literal,) = inspect_files(tmp_path / "literal", settings=LITERAL).findings(RULE)
    (default,) = inspect_files(tmp_path / "default", settings=DEFAULT).findings(RULE)
    assert literal.message == ("'SECRET_KEY' is written in the source: who can read the repository can sign sessions.")
    assert default.message == "'SECRET_KEY' falls back to a key in the source wherever 'BOOKSTORE_KEY' is not set."
    assert default.hint == (
        "Write SECRET_KEY = os.environ['BOOKSTORE_KEY'] there, and set BOOKSTORE_KEY to a new key in production."
    )
    assert KEY[:8] not in repr((literal, default))
