"""
The default database is SQLite on a disk that a deploy throws away.

It looks at ``DATABASES["default"]`` and at where the processes of production run: a platform whose disk is new after
every deploy and restart, or a container without a volume for the database file. On a single server, or with a volume
for the file, SQLite is a choice, and this is advice.

Why it matters
--------------

The file lives beside the code. On Heroku and its kin, and in a container, that disk starts from the image again at
the next deploy, restart or crash: users, orders and sessions are gone, without an error. Where several instances run,
each has a database of its own.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}

Bad: a container without a volume
---------------------------------

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
        ports:
          - "8000:8000"

.. code-block:: python
    :caption: settings.py

    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "data" / "db.sqlite3"}}

Good: the address comes from the platform
-----------------------------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    import dj_database_url

    DATABASES = {"default": dj_database_url.config(default="sqlite:///db.sqlite3", conn_max_age=600,
    conn_health_checks=True)}

Good: a database server
-----------------------

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
        ports:
          - "8000:8000"

.. code-block:: python
    :caption: settings.py

    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "database", "NAME": "bookstore"}}

When to silence it
------------------

When the data may be lost (a demo that is filled anew at every start), or when SQLite on one server is what you want.

References
----------

- https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-notes
- https://devcenter.heroku.com/articles/sqlite3
- https://github.com/jazzband/dj-database-url
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding, Level
from django_deploycheck.platforms import platform
from django_deploycheck.rules.database._disk import Disk, disk_of
from django_deploycheck.rules.database._engines import family
from django_deploycheck.unchanged import asked
from django_deploycheck.wording import listed

ID = 401
LEVEL: Level = "W"

_SERVER = (
    "Set DATABASES['default'] = dj_database_url.config(conn_max_age=600, conn_health_checks=True), "
    "with DATABASE_URL naming a PostgreSQL database"
)
# Any of them, as Django's documentation names them: https://docs.djangoproject.com/en/stable/ref/databases/#postgresql-notes
_DRIVERS = ("psycopg", "psycopg-binary", "psycopg-c", "psycopg2", "psycopg2-binary")


def check(deployment: Deployment) -> Iterator[Finding]:
    path = _database_file(deployment)
    if path is None:
        return
    place = deployment.settings.location("DATABASES", "default", "ENGINE")
    disks = _disks(deployment, path)
    lost = next((disk for disk in disks if disk.loses_file), None)
    server = f"{_SERVER}{_driver(deployment)}"
    if lost is not None:
        hint = f"{server}; or {lost.remedy}." if lost.remedy else f"{server}."
        yield Finding(f"The default database is SQLite, and {lost.fate}.", hint, place, related=lost.places)
        return
    if disks:
        hint = f"Back up '{path}', and once several machines or many writers need it: {server[0].lower()}{server[1:]}."
        message = f"The default database is SQLite, and {disks[0].fate}."
        yield Finding(message, hint, place, level="I", related=disks[0].places)


def _driver(deployment: Deployment) -> str:
    """What has to be installed for PostgreSQL, where nothing asks for it yet."""
    missing = [
        name
        for name, known in (("psycopg[binary]", _DRIVERS), ("dj-database-url", ("dj-database-url",)))
        if not deployment.requires(*known)
    ]
    return f", after installing {listed(repr(name) for name in missing)}" if missing else ""


def _database_file(deployment: Deployment) -> str | None:
    """The file, relative to the root or absolute outside it; None unless production uses one for certain."""
    settings = deployment.settings
    default = (settings.get("DATABASES") or {}).get("default") or {}
    if family(default.get("ENGINE")) != "SQLite" or deployment.judges_production is Answer.NO:
        return None
    name = str(default.get("NAME") or "")
    if not name or ":memory:" in name or "mode=memory" in name:
        return None
    if settings.may_differ("DATABASES", "default", "ENGINE"):
        return None
    path = os.path.join(deployment.root, deployment.project.directory, name)
    if os.path.isabs(name):
        path = asked(os.path.realpath, name)
    relative = os.path.relpath(path, deployment.root).replace(os.sep, "/")
    return name if relative.startswith("../") else relative


def _disks(deployment: Deployment, path: str) -> list[Disk]:
    decided = not deployment.settings.may_differ("DATABASES", "default", "NAME")
    running = [process for process in deployment.production if process.role not in ("build", "other")]
    disks = [disk_of(process, path, decided=decided) for process in deployment.web or running]
    if disks:
        return disks
    hosts = [host for host in map(platform, deployment.platforms) if host is not None]
    return [Disk(host.keeps_disk is Answer.NO, f"{host.title} runs it") for host in hosts]
