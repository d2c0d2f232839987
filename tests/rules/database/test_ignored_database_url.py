from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "ignored-database-url"
SAME = "postgres://database/bookstore"
OTHER = "postgres://shop:hunter22@db.example.com:6543/shop"
LINE = 1 + SETTINGS.splitlines().index("DATABASES = {")
# The entry "default" is what the finding is about.
PLACE = f"bookstore/settings.py:{LINE + 1}"
COMPOSE = (
    "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
    "      - DATABASE_URL{value}\n"
)
READS = "import dj_database_url\nDATABASES = {'default': dj_database_url.config(default='sqlite:///db.sqlite3')}\n"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("DATABASE_URL", "DB_HOST"):
        monkeypatch.delenv(name, raising=False)


def database(engine: str = "django.db.backends.postgresql", **parts: object) -> str:
    return f"DATABASES = {{'default': {dict(ENGINE=engine, **parts)!r}}}\n"


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        pytest.param(SAME, "", id="the same database"),
        pytest.param(SAME.replace("/bookstore", ":5432/bookstore"), "", id="the usual port"),
        pytest.param("postgis://database/bookstore", "", id="a wrapped engine in the URL"),
        pytest.param(
            SAME,
            database("django_prometheus.db.backends.postgis", HOST="DATABASE", NAME="bookstore", PORT=5432),
            id="a wrapped engine in the settings",
        ),
        pytest.param(
            "postgres://shop:one@db/shop",
            database(HOST="db", NAME="shop", USER="shop", PASSWORD="two"),
            id="the password alone",
        ),
        pytest.param("postgres://localhost/shop", database(NAME="shop"), id="the local server, by name and by socket"),
        pytest.param(
            "sqlite:///db.sqlite3",
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}\n",
            id="the same file",
        ),
        pytest.param(OTHER, READS, id="the settings read it"),
        pytest.param(OTHER, READS + "DATABASES['default']['NAME'] = 'fixed'\n", id="read, and changed afterwards"),
        pytest.param(
            OTHER, database(HOST="x").replace("'x'", "os.environ.get('DB_HOST')"), id="a variable that is unset here"
        ),
        pytest.param(OTHER, "DATABASES = {'default': make_database()}\n", id="from where nobody can tell"),
        pytest.param(OTHER, "DATABASES = {}\n", id="no database"),
        pytest.param(OTHER, database(OPTIONS={"service": "shop"}), id="a service file"),
        pytest.param(OTHER, database("company.backend"), id="an engine that is not known"),
        pytest.param("redis://x", "", id="a scheme that is not known"),
        pytest.param("postgres://u:p@h:port/x", "", id="no URL"),
    ],
)
def test_silent_about_the_environment(tmp_path, monkeypatch, url, settings):
    monkeypatch.setenv("DATABASE_URL", url)
    settings = settings.replace(
        "make_database()", "(lambda: dict(ENGINE='django.db.backends.sqlite3', **__import__('json').loads('{}')))()"
    )
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({"compose.prod.yml": COMPOSE.format(value="=" + OTHER)}, READS, id="the settings read it"),
        pytest.param({"compose.prod.yml": COMPOSE.format(value="=" + SAME)}, "", id="the same database"),
        pytest.param({"compose.dev.yml": COMPOSE.format(value="=" + OTHER)}, "", id="a development file"),
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi\n"}, "", id="nothing gives it"),
        pytest.param(
            {
                "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n"
                f"  pooler:\n    image: edoburu/pgbouncer\n    environment:\n      DATABASE_URL: {OTHER}\n"
            },
            "",
            id="given to another program",
        ),
        pytest.param(
            {"compose.prod.yml": COMPOSE.format(value="=" + OTHER)},
            "from missing_package import *\n",
            id="a source that was not read",
        ),
    ],
)
def test_silent_about_files(tmp_path, files, settings):
    settings = f"try:\n    {settings}except ImportError:\n    pass\n" if "missing" in settings else settings
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        pytest.param("mysql://database/bookstore", "engine", id="engine"),
        pytest.param("postgres://primary/bookstore", "host", id="host"),
        pytest.param("postgres://database:6543/bookstore", "port", id="port"),
        pytest.param("postgres://shop@database/bookstore", "user", id="user"),
        pytest.param(OTHER, "host, port, name and user", id="everything but the engine"),
    ],
)
def test_fires_about_the_environment(tmp_path, monkeypatch, url, parts):
    monkeypatch.setenv("DATABASE_URL", url)
    found = inspect_files(tmp_path)
    assert found.places(RULE) == [PLACE]
    (finding,) = found.findings(RULE)
    assert finding.message == f"'DATABASE_URL' is set and ignored: the default database differs from it in {parts}."
    assert "hunter22" not in repr(finding)


def test_fires_about_another_file_of_sqlite(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////data/live.sqlite3")
    found = inspect_files(tmp_path, settings=database("django.db.backends.sqlite3", NAME="db.sqlite3"))
    assert [finding.message.partition("differs")[2] for finding in found.findings(RULE)] == [" from it in name."]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("=" + OTHER, id="a URL"),
        pytest.param("=postgres://shop:${PASSWORD}@database/bookstore", id="a URL with a reference"),
        pytest.param("", id="a name alone"),
    ],
)
def test_fires_about_a_file(tmp_path, value):
    found = inspect_files(tmp_path, {"compose.prod.yml": COMPOSE.format(value=value)})
    assert found.places(RULE) == ["compose.prod.yml:6"]
    (finding,) = found.findings(RULE)
    assert finding.message == "'DATABASE_URL' is given to production, and no settings source reads it."
    assert finding.hint == (
        "Set DATABASES = {'default': dj_database_url.config(conn_max_age=600, conn_health_checks=True)} "
        "after 'import dj_database_url'."
    )
