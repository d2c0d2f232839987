from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "literal-password-in-settings"
LINE = len(SETTINGS.splitlines()) + 1
SECRET = "Zw4-kM8pQr2t"


def database(password: str, host: str = "db.example.com", alias: str = "default") -> str:
    return (
        f'DATABASES["{alias}"] = {{"ENGINE": "django.db.backends.postgresql", "HOST": "{host}", "USER": "bookstore", '
        f'"PASSWORD": {password}}}\n'
    )


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    monkeypatch.delenv("BOOKSTORE_PASSWORD", raising=False)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="no password"),
        pytest.param(database('""'), id="an empty one"),
        pytest.param(database('os.environ.get("BOOKSTORE_PASSWORD")'), id="from the environment"),
        pytest.param(database('os.environ.get("BOOKSTORE_PASSWORD", "change-me")'), id="a default to be changed"),
        pytest.param(database('"<your password>"'), id="a placeholder"),
        pytest.param(database('"bookstore"'), id="the user's name"),
        pytest.param(database(f'"{SECRET}"', "localhost"), id="a database on this machine"),
        pytest.param(database(f'"{SECRET}"', "/run/postgresql"), id="a socket"),
        pytest.param(database(f'"{SECRET}"') + database("None"), id="no longer in use"),
        pytest.param("DEBUG = True\n" + database(f'"{SECRET}"'), id="settings for development"),
        pytest.param(
            f'EMAIL_HOST = "localhost"\nEMAIL_HOST_PASSWORD = "{SECRET}"\n', id="a mail server on this machine"
        ),
        pytest.param('DATABASES = {"default": None}\n', id="no database"),
        pytest.param(database('Path(os.devnull).read_text() + "Zw4-kM8pQr2t"'), id="put together, so nobody can tell"),
        pytest.param('STRIPE_KEY = os.environ.get("BOOKSTORE_PASSWORD", "")\n', id="a key from the environment"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "code", "message", "hint"),
    [
        pytest.param(
            database(f'"{SECRET}"'),
            "W619",
            "'DATABASES['default']['PASSWORD']' is a password in clear text.",
            "Write os.environ['DATABASE_PASSWORD'] there, and choose a new value: git remembers this one.",
            id="a database",
        ),
        pytest.param(
            database(f'"{SECRET}"', alias="read-only"),
            "W619",
            "'DATABASES['read-only']['PASSWORD']' is a password in clear text.",
            "Write os.environ['READ_ONLY_PASSWORD'] there, and choose a new value: git remembers this one.",
            id="another database",
        ),
        pytest.param(
            database(f'os.environ.get("BOOKSTORE_PASSWORD", "{SECRET}")'),
            "I619",
            "'DATABASES['default']['PASSWORD']' falls back to a password in clear text wherever 'BOOKSTORE_PASSWORD' "
            "is not set.",
            "Write os.environ['BOOKSTORE_PASSWORD'] there, and choose a new value: git remembers this one.",
            id="a default",
        ),
        pytest.param(
            f'EMAIL_HOST_PASSWORD = "{SECRET}"\n',
            "W619",
            "'EMAIL_HOST_PASSWORD' is a password in clear text.",
            "Write os.environ['EMAIL_HOST_PASSWORD'] there, and choose a new value: git remembers this one.",
            id="mail",
        ),
        pytest.param(
            'STRIPE_KEY = "' + "sk_live_" + '0123456789abcdef"\n',
            "W619",
            "'STRIPE_KEY' is a live Stripe key in clear text.",
            "Write os.environ['STRIPE_KEY'] there, and choose a new value: git remembers this one.",
            id="a key in a vendor's format",
        ),
    ],
)
def test_fires(tmp_path, settings, code, message, hint):
    found = inspect_files(tmp_path, settings=settings)
    assert f"{code} bookstore/settings.py:{LINE}" in found.ids()
    assert [(item.message, item.hint) for item in found.findings(RULE)] == [(message, hint)]
