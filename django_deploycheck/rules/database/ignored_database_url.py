"""
DATABASE_URL names a database, and the settings use another one.

It compares the variable, as this process's environment holds it, with ``DATABASES["default"]``: the engine's family
(PostGIS is PostgreSQL), host, port, name and user; never the password. It also looks for a production file that
provides the variable where no settings source reads it.

Why it matters
--------------

Platforms hand over the database they created in ``DATABASE_URL``, and Django does not know that variable. A site that
ignores it runs on whatever the settings say, often the SQLite file of a laptop, and the database that is paid for and
backed up stays empty.

Bad
---

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        environment:
          DATABASE_URL: postgres://bookstore:${PASSWORD}@primary.example.com/bookstore
        ports:
          - "8000:8000"

Good
----

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        environment:
          DATABASE_URL: postgres://bookstore:${PASSWORD}@primary.example.com/bookstore
        ports:
          - "8000:8000"

.. code-block:: python
    :caption: settings.py

    import dj_database_url

    DATABASES = {"default": dj_database_url.config(conn_max_age=600, conn_health_checks=True)}

When to silence it
------------------

When another program of the same environment uses the variable, and Django is meant to use another database.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#databases
- https://github.com/jazzband/dj-database-url
- https://devcenter.heroku.com/articles/heroku-postgresql#connect-with-django
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from django_deploycheck.model import Answer, Deployment, EnvVar, Finding, Level
from django_deploycheck.rules.database._connections import options
from django_deploycheck.rules.database._engines import family
from django_deploycheck.wording import listed

ID = 402
LEVEL: Level = "W"
VALUE = True

_HINT = (
    "Set DATABASES = {'default': dj_database_url.config(conn_max_age=600, conn_health_checks=True)} after 'import "
    "dj_database_url'."
)
_PORTS = {"PostgreSQL": "5432", "MySQL": "3306", "Oracle": "1521", "SQL Server": "1433", "CockroachDB": "26257"}
# This machine, and the folders of PostgreSQL's and MySQL's sockets that their packages are built with.
_LOCAL = frozenset(
    ["", "localhost", "127.0.0.1", "::1", "/tmp", "/run/postgresql", "/var/run/postgresql"]
    + [f"{folder}/mysqld/mysqld.sock" for folder in ("/run", "/var/run")]
)
# What names the server among a driver's options, which counts where HOST and PORT are empty.
_IN_OPTIONS = {"HOST": ("host", "unix_socket"), "PORT": ("port",), "USER": ("user",), "NAME": ("dbname", "db")}


def check(deployment: Deployment) -> Iterator[Finding]:
    default = (deployment.settings.get("DATABASES") or {}).get("default") or {}
    if not _is_settled(deployment) or not default or (default.get("OPTIONS") or {}).get("service"):
        return
    url = deployment.settings.environment_value("DATABASE_URL")
    if url is not None:
        parts = _differences(url, default)
        if parts:
            place = deployment.settings.location("DATABASES", "default")
            yield Finding(
                f"'DATABASE_URL' is set and ignored: the default database differs from it in {listed(parts)}.",
                _HINT,
                place,
            )
        return
    provided = _provided(deployment)
    if provided is None or deployment.settings.reads("DATABASE_URL") is not Answer.NO:
        return
    known = provided.value or ""
    if not provided.references and known and not _differences(known, default):
        return
    yield Finding("'DATABASE_URL' is given to production, and no settings source reads it.", _HINT, provided.location)


def _is_settled(deployment: Deployment) -> bool:
    """Whether the settings' database is known for certain, and is not taken from the variable."""
    settings = deployment.settings
    found = settings.provenance("DATABASES", "default")
    if found is None or found.kind == "unknown" or not settings.known() or deployment.judges_production is Answer.NO:
        return False
    return not settings.may_differ("DATABASES", "default") and "DATABASE_URL" not in [
        read.name for read in found.variables
    ]


def _provided(deployment: Deployment) -> EnvVar | None:
    """The variable as a production file gives it to a process that runs the project."""
    for process in deployment.production:
        variable = process.variable("DATABASE_URL")
        if variable is not None and process.role in ("web", "worker", "release", "scheduler"):
            return variable
    return None


def _differences(url: str, default: Mapping[str, Any]) -> list[str]:
    """In which parts a database URL and an entry of DATABASES differ; none where the URL is not understood."""
    import dj_database_url

    try:
        wanted: Mapping[str, Any] = dj_database_url.parse(url)
    except ValueError:
        return []
    engine = family(wanted.get("ENGINE"))
    live = family(default.get("ENGINE"))
    if engine is None or live is None:
        return []
    if engine != live:
        # CockroachDB speaks PostgreSQL's protocol and is reached by its URLs.
        return [] if {engine, live} == {"PostgreSQL", "CockroachDB"} else ["engine"]
    if engine == "SQLite":
        names = [posixpath.basename(str(entry.get("NAME") or "").replace("\\", "/")) for entry in (wanted, default)]
        return ["name"] if names[0] != names[1] else []
    parts = []
    for key in ("HOST", "PORT", "NAME", "USER"):
        if _part(wanted, key, engine) != _part(default, key, engine):
            parts.append(key.lower())
    return parts


def _part(entry: Mapping[str, Any], key: str, engine: str) -> str:
    driver = options(entry)
    text = str(entry.get(key) or next((driver[name] for name in _IN_OPTIONS[key] if driver.get(name)), ""))
    if key == "HOST":
        return "" if text in _LOCAL else text.lower()
    return text or (_PORTS.get(engine, "") if key == "PORT" else "")
