from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "unencrypted-database-connection"
PLACE = f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 1}"
MYSQL = 'DATABASES["default"]["ENGINE"] = "django.db.backends.mysql"\n'


def host(name: str) -> str:
    return f'DATABASES["default"]["HOST"] = "{name}"\n'


REMOTE = host("db.example.com")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("PGSSLMODE", "DB_HOST", "OPTIONS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="a compose service"),
        pytest.param(host(""), id="a socket"),
        pytest.param(host("/cloudsql/a:b:c"), id="the path of a socket"),
        pytest.param(host("localhost"), id="this machine"),
        pytest.param(host("127.0.0.1"), id="loopback"),
        pytest.param(host("::1"), id="loopback, version 6"),
        pytest.param(host("10.1.2.3"), id="a private address"),
        pytest.param(host("[fd00::1]"), id="a private address, version 6"),
        pytest.param(host("shop-db.internal"), id="a private network's name"),
        pytest.param(host("db.shop.svc.cluster.local"), id="a cluster's name"),
        pytest.param(host("a.example.com,b.example.com"), id="several hosts"),
        pytest.param(REMOTE + 'DATABASES["default"]["OPTIONS"] = {"sslmode": "verify-full"}\n', id="sslmode"),
        pytest.param(REMOTE + MYSQL + 'DATABASES["default"]["OPTIONS"] = {"ssl": {"ca": "x"}}\n', id="MySQL's ssl"),
        pytest.param(REMOTE + 'DATABASES["default"]["OPTIONS"] = {"service": "shop"}\n', id="a service file"),
        pytest.param(
            REMOTE + 'DATABASES["default"]["OPTIONS"] = {"a": os.environ.get("OPTIONS")}\n', id="options unset here"
        ),
        pytest.param(
            REMOTE.replace('"db.example.com"', 'os.environ.get("DB_HOST", "db.example.com")'), id="unset here"
        ),
        pytest.param(REMOTE + 'DATABASES["default"]["ENGINE"] = "django.db.backends.oracle"\n', id="Oracle"),
        pytest.param(REMOTE + "DEBUG = True\n", id="a developer's settings"),
        pytest.param("DATABASES = {}\n", id="no database"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


def test_silent_where_the_environment_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PGSSLMODE", "require")
    assert inspect_files(tmp_path, settings=REMOTE).places(RULE) == []


def test_silent_where_production_is_told_so(tmp_path):
    files = {
        "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n"
        "    environment:\n      PGSSLMODE: require\n"
    }
    assert inspect_files(tmp_path, files, settings=REMOTE).places(RULE) == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(REMOTE, id="PostgreSQL"),
        pytest.param(host("8.8.8.8"), id="a public address"),
        pytest.param(REMOTE + MYSQL, id="MySQL"),
        pytest.param(REMOTE + 'DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5}\n', id="other options"),
    ],
)
def test_fires(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == [PLACE]


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, settings=REMOTE).findings(RULE)
    assert finding.message == (
        "The database 'default' is reached at 'db.example.com', and nothing says that the connection is encrypted."
    )
    assert finding.hint == f"Add 'OPTIONS': {{'sslmode': 'require'}} to DATABASES['default'] in {PLACE}."
