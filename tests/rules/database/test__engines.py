from __future__ import annotations

import pytest

from django_deploycheck.rules.database._engines import family


@pytest.mark.parametrize(
    ("engine", "name"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("django.db.backends.dummy", None, id="Django's dummy"),
        pytest.param("django.db.backends.sqlite3", "SQLite", id="SQLite"),
        pytest.param("django.contrib.gis.db.backends.spatialite", "SQLite", id="SpatiaLite"),
        pytest.param("django.contrib.gis.db.backends.postgis", "PostgreSQL", id="PostGIS"),
        pytest.param("django_tenants.postgresql_backend", "PostgreSQL", id="django-tenants"),
        pytest.param("psqlextra.backend", "PostgreSQL", id="django-postgres-extra"),
        pytest.param("timescale.db.backends.postgresql", "PostgreSQL", id="Timescale"),
        pytest.param("django_cockroachdb", "CockroachDB", id="CockroachDB"),
        pytest.param("mysql.connector.django", "MySQL", id="MySQL's own"),
        pytest.param("django.db.backends.oracle", "Oracle", id="Oracle"),
        pytest.param("mssql", "SQL Server", id="SQL Server"),
    ],
)
def test_family(engine, name):
    assert family(engine) == name
