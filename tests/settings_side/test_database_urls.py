"""DATABASE_URL against the database in use: which parts differ, whoever made the entry, and never the password."""

from __future__ import annotations

import importlib

import pytest

from tests.projects import inspect_files
from tests.settings_side.packages import need

RULE = "ignored-database-url"
PASSWORD = "Yeb4iChoh2ie"
POSTGRES = "django.db.backends.postgresql"
MYSQL = "django.db.backends.mysql"
SHOP = {"NAME": "shop", "USER": "clerk", "HOST": "db.example.com", "PASSWORD": PASSWORD}

SAME = {
    "another password": ("postgres://clerk:other@db.example.com/shop", POSTGRES, SHOP),
    "a percent-encoded password": ("postgres://clerk:p%40ss%2Fw%3Ard@db.example.com/shop", POSTGRES, SHOP),
    "percent-encoded names": ("postgres://cl%65rk:x@db.example.com/sh%6Fp", POSTGRES, SHOP),
    "the usual port in the URL": ("postgresql://clerk:x@db.example.com:5432/shop", POSTGRES, SHOP),
    "the usual port in the settings": ("postgres://clerk:x@db.example.com/shop", POSTGRES, {**SHOP, "PORT": 5432}),
    "options of the query": ("postgres://clerk@db.example.com/shop?sslmode=require&currentSchema=x", POSTGRES, SHOP),
    "PostGIS in the URL": ("postgis://clerk@db.example.com/shop", POSTGRES, SHOP),
    "PostGIS in the settings": (
        "postgres://clerk@db.example.com/shop",
        "django.contrib.gis.db.backends.postgis",
        SHOP,
    ),
    "prometheus in the settings": (
        "postgres://clerk@db.example.com/shop",
        "django_prometheus.db.backends.postgresql",
        SHOP,
    ),
    "prometheus and PostGIS": ("postgis://clerk@db.example.com/shop", "django_prometheus.db.backends.postgis", SHOP),
    "tenants": ("postgres://clerk@db.example.com/shop", "django_tenants.postgresql_backend", SHOP),
    "CockroachDB by PostgreSQL's URL": ("postgresql://clerk@db.example.com:26257/shop", "django_cockroachdb", SHOP),
    "Timescale": ("timescale://clerk@db.example.com/shop", POSTGRES, SHOP),
    "MySQL's connector": ("mysql://clerk@db.example.com:3306/shop", "mysql.connector.django", SHOP),
    "MySQL, an older spelling": ("mysql2://clerk@db.example.com/shop", MYSQL, SHOP),
    "MariaDB's word for this machine": ("mysql://clerk@127.0.0.1/shop", MYSQL, {**SHOP, "HOST": ""}),
    "a host's name in capitals": ("postgres://clerk@DB.Example.com/shop", POSTGRES, {**SHOP, "HOST": "DB.example.COM"}),
    "a socket, percent-encoded": ("postgres://clerk@%2Fvar%2Frun%2Fpostgresql/shop", POSTGRES, {**SHOP, "HOST": ""}),
    "a socket in the query": (
        "postgres://clerk@/shop?host=/cloudsql/project:region:shop",
        POSTGRES,
        {**SHOP, "HOST": "/cloudsql/project:region:shop"},
    ),
    "a socket of MySQL": (
        "mysql://clerk@/shop?unix_socket=/cloudsql/a",
        MYSQL,
        {**SHOP, "HOST": "", "OPTIONS": {"unix_socket": "/cloudsql/a"}},
    ),
    "SQLite, the same name": ("sqlite:///db.sqlite3", "django.db.backends.sqlite3", {"NAME": "/srv/shop/db.sqlite3"}),
    "SpatiaLite": ("spatialite:///db.sqlite3", "django.db.backends.sqlite3", {"NAME": "db.sqlite3"}),
    "SQLite in memory": ("sqlite://:memory:", "django.db.backends.sqlite3", {"NAME": ":memory:"}),
    # What nobody understands is no difference.
    "a scheme that is not known": ("nosuch://clerk@elsewhere/other", POSTGRES, SHOP),
    "no scheme": ("db.example.com/shop", POSTGRES, SHOP),
    "empty": ("", POSTGRES, SHOP),
    "a port that is none": ("postgres://clerk:x@db.example.com:five/shop", POSTGRES, SHOP),
    "a port out of range": ("postgres://clerk:x@db.example.com:99999/shop", POSTGRES, SHOP),
    "a bracket left open": (f"postgres://clerk:{PASSWORD}@[::1/other", POSTGRES, SHOP),
    "a password with a slash": (f"postgres://clerk:{PASSWORD}/#@elsewhere/other", POSTGRES, SHOP),
    "a backend of one's own": ("postgres://clerk@elsewhere/other", "company.backend", SHOP),
    "a template's mark": ("{{ database_url }}", POSTGRES, SHOP),
}

DIFFERENT = {
    "engine": ("mysql://clerk@db.example.com/shop", POSTGRES, SHOP, "engine"),
    "engine, SQLite in use": ("postgres://clerk@db/shop", "django.db.backends.sqlite3", {"NAME": "db"}, "engine"),
    "engine, SQLite in the URL": ("sqlite:///db.sqlite3", POSTGRES, SHOP, "engine"),
    "host": ("postgres://clerk@replica.example.com/shop", POSTGRES, SHOP, "host"),
    "port": ("postgres://clerk@db.example.com:6432/shop", POSTGRES, SHOP, "port"),
    "name": ("postgres://clerk@db.example.com/shop-live", POSTGRES, SHOP, "name"),
    "user": ("postgres://owner@db.example.com/shop", POSTGRES, SHOP, "user"),
    "two of them": ("postgres://owner@replica.example.com/shop", POSTGRES, SHOP, "host and user"),
    "everything": (f"postgis://a:{PASSWORD}@b:1/c", POSTGRES, SHOP, "host, port, name and user"),
    "prometheus": ("postgis://clerk@db.example.com/live", "django_prometheus.db.backends.postgis", SHOP, "name"),
    "MySQL's user": ("mysql://owner@db.example.com/shop", MYSQL, SHOP, "user"),
    "a socket elsewhere": (
        "postgres://clerk@%2Fcloudsql%2Fa/shop",
        POSTGRES,
        {**SHOP, "HOST": "/cloudsql/b"},
        "host",
    ),
    "a socket, and a server": ("postgres://clerk@/shop?host=/cloudsql/a", POSTGRES, SHOP, "host"),
    "another file": ("sqlite:////data/live.sqlite3", "django.db.backends.sqlite3", {"NAME": "db.sqlite3"}, "name"),
}


def told(tmp_path, monkeypatch, url, engine, parts):
    monkeypatch.setenv("DATABASE_URL", url)
    found = inspect_files(tmp_path, settings=f"DATABASES = { ({'default': {'ENGINE': engine, **parts}})!r}\n")
    return found.findings(RULE)


@pytest.mark.parametrize(("url", "engine", "parts"), SAME.values(), ids=SAME)
def test_one_database(tmp_path, monkeypatch, url, engine, parts):
    assert told(tmp_path, monkeypatch, url, engine, parts) == []


@pytest.mark.parametrize(("url", "engine", "parts", "differing"), DIFFERENT.values(), ids=DIFFERENT)
def test_two_databases(tmp_path, monkeypatch, url, engine, parts, differing):
    (finding,) = told(tmp_path, monkeypatch, url, engine, parts)
    assert finding.message == (
        f"'DATABASE_URL' is set and ignored: the default database differs from it in {differing}."
    )
    assert PASSWORD not in repr(finding)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgres://clerk:p%40ss@db.example.com:5433/shop?sslmode=require", id="PostgreSQL"),
        pytest.param("postgis://clerk:p%40ss@db.example.com/shop", id="PostGIS"),
        pytest.param("mysql://clerk:p%40ss@db.example.com/shop?charset=utf8mb4", id="MySQL"),
        pytest.param("sqlite:////srv/shop/db.sqlite3", id="SQLite"),
        pytest.param("postgres://clerk@/shop?host=/cloudsql/project", id="a socket"),
    ],
)
@pytest.mark.parametrize("library", ["environ", "dj_database_url"])
def test_one_url_by_either_library(tmp_path, monkeypatch, library, url):
    need(library)
    module = importlib.import_module(library)
    entry = module.Env.db_url_config(url) if library == "environ" else module.parse(url)
    assert told(tmp_path, monkeypatch, url, entry.pop("ENGINE"), dict(entry)) == []
