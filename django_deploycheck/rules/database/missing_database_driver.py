"""
Production talks to a database whose driver nothing installs.

It looks at the engines of ``DATABASES``, and at the ``DATABASE_URL`` that a production file gives to settings that read
it. Each of Django's own engines needs a distribution: psycopg for PostgreSQL, mysqlclient or PyMySQL for MySQL and
MariaDB, oracledb for Oracle.

Why it matters
--------------

Django imports the driver when it starts. Without it every command and every worker ends in ``ImproperlyConfigured:
Error loading psycopg2 or psycopg module``. A laptop on SQLite never notices.

Bad
---

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        build: .
        environment:
          DATABASE_URL: mysql://bookstore:${PASSWORD}@db/bookstore

.. code-block:: docker
    :caption: Dockerfile

    FROM python:3.13
    COPY . /code/
    WORKDIR /code
    RUN pip install -r requirements.txt
    CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]

.. code-block:: python
    :caption: settings.py

    import dj_database_url

    DATABASES = {"default": dj_database_url.config(default="sqlite:///db.sqlite3")}

Good
----

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        build: .
        environment:
          DATABASE_URL: mysql://bookstore:${PASSWORD}@db/bookstore

.. code-block:: docker
    :caption: Dockerfile

    FROM python:3.13
    COPY . /code/
    WORKDIR /code
    RUN pip install -r requirements.txt
    CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]

.. code-block:: text
    :caption: requirements.txt

    django==5.2.8
    dj-database-url==3.0.1
    gunicorn==23.0.0
    mysqlclient==2.2.7
    whitenoise==6.11.0

.. code-block:: python
    :caption: settings.py

    import dj_database_url

    DATABASES = {"default": dj_database_url.config(default="sqlite:///db.sqlite3")}

When to silence it
------------------

When something outside the repository installs the driver.

What it cannot see
------------------

It says nothing where the driver is installed in the environment that checks, where an image starts from one that may
bring it, and about engines that are not Django's own.

References
----------

- https://docs.djangoproject.com/en/stable/ref/databases/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding, Level, Location
from django_deploycheck.packages import is_importable
from django_deploycheck.platforms import platform
from django_deploycheck.rules.database._connections import entries
from django_deploycheck.rules.database._engines import family
from django_deploycheck.rules.errors._trackers import is_unset
from django_deploycheck.rules.server._installed import dependencies_are_known, installed_with, is_installed, is_plain
from django_deploycheck.rules.server._server import declaration

ID = 405
LEVEL: Level = "W"
VALUE = True

# The distributions that will do, the one to recommend first, and the modules that they install.
_DRIVERS = {
    "PostgreSQL": (
        ("psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "psycopg-c", "psycopg2cffi"),
        ("psycopg", "psycopg2"),
    ),
    "MySQL": (("mysqlclient", "pymysql", "mysql-connector-python"), ("MySQLdb", "pymysql", "mysql")),
    "Oracle": (("oracledb", "cx-oracle"), ("oracledb", "cx_Oracle")),
}
_ENGINES = ("django.db.backends.", "django.contrib.gis.db.backends.", "django_prometheus.db.backends.")
_SCHEMES = {
    "postgres": "PostgreSQL",
    "postgresql": "PostgreSQL",
    "postgis": "PostgreSQL",
    "mysql": "MySQL",
    "mysqlgis": "MySQL",
    "oracle": "Oracle",
}


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.complete or not dependencies_are_known(deployment) or _comes_from_elsewhere(deployment):
        return
    seen: set[str] = set()
    for database, word, place in (*_live(deployment), *_given(deployment)):
        distributions, modules = _DRIVERS[database]
        if database in seen or installed_with(deployment, distributions) or is_installed(deployment, distributions):
            continue
        if any(map(is_importable, modules)):
            continue
        seen.add(database)
        how = declaration(deployment, distributions[0])
        yield Finding(
            f"{word} means {database}, whose driver no dependency file and no image build installs.",
            f"{how[:1].upper()}{how[1:]}.",
            place,
        )


def _live(deployment: Deployment) -> Iterator[tuple[str, str, Location | None]]:
    for alias, entry in entries(deployment):
        engine = str(entry.get("ENGINE"))
        database = family(engine)
        known = engine.startswith(_ENGINES) and not is_unset(deployment, "DATABASES", alias, "ENGINE")
        if database in _DRIVERS and known:
            yield database, f"'{engine}'", deployment.settings.location("DATABASES", alias, "ENGINE")


def _given(deployment: Deployment) -> Iterator[tuple[str, str, Location | None]]:
    """What production's files say of the variable, where the settings read it."""
    if deployment.settings.reads("DATABASE_URL") is not Answer.YES:
        return
    for process in deployment.web:
        variable = process.variable("DATABASE_URL")
        scheme = (variable.value or "").partition("://")[0] if variable is not None else ""
        if variable is not None and scheme in _SCHEMES:
            yield _SCHEMES[scheme], f"'DATABASE_URL' ('{scheme}:') of '{process.name}'", variable.location


def _comes_from_elsewhere(deployment: Deployment) -> bool:
    """Whether a base image or the platform may bring a driver along."""
    for process in deployment.web:
        on_platform = platform(process.platform)
        if on_platform is not None and on_platform.brings_server:
            return True
        if process.in_container and (process.image is None or not is_plain(process.image.base)):
            return True
    return False
