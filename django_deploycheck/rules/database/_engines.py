"""What database an engine talks to, whatever wraps it."""

from __future__ import annotations

# A word in a backend's dotted path, and the family that it belongs to; wrappers (PostGIS, prometheus, tenants) keep it.
_WORDS = {
    "cockroach": "CockroachDB",
    "postg": "PostgreSQL",
    "psql": "PostgreSQL",
    "redshift": "PostgreSQL",
    "timescale": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MySQL",
    "oracle": "Oracle",
    "mssql": "SQL Server",
    "sql_server": "SQL Server",
    "sqlserver": "SQL Server",
    "sqlite": "SQLite",
    "spatialite": "SQLite",
}


def family(engine: object) -> str | None:
    """The name of the database behind the dotted path of a backend; None for one that is not known."""
    if not isinstance(engine, str):
        return None
    return next((name for word, name in _WORDS.items() if word in engine.lower()), None)
