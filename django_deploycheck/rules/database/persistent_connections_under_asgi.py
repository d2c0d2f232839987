"""
Connections to the database are kept from request to request while production serves ASGI.

It looks at every entry of ``DATABASES`` whose ``CONN_MAX_AGE`` is not 0, and for a web process of production whose
server speaks ASGI (uvicorn, daphne, hypercorn, gunicorn with a uvicorn worker).

Why it matters
--------------

Django keeps a connection for each thread, and under ASGI threads come and go with the requests. Nobody uses the kept
connections again and nobody closes them, until the database has no room for another: ``too many clients already``,
for every process that uses it.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT --workers 2

.. code-block:: python
    :caption: settings.py

    DATABASES["default"]["CONN_MAX_AGE"] = 600

Good: a new connection for each request
---------------------------------------

.. code-block:: text
    :caption: Procfile

    web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT --workers 2

.. code-block:: python
    :caption: settings.py

    DATABASES["default"]["CONN_MAX_AGE"] = 0

Good: a pool
------------

.. code-block:: text
    :caption: Procfile

    web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT --workers 2

.. code-block:: python
    :caption: settings.py

    DATABASES["default"]["OPTIONS"] = {"pool": True}

When to silence it
------------------

When the ASGI server never touches the database, and these settings serve other processes.

What it cannot see
------------------

Where ``CONN_MAX_AGE`` comes from a variable that is unset here, it says nothing.

References
----------

- https://docs.djangoproject.com/en/stable/ref/databases/#persistent-database-connections
- https://docs.djangoproject.com/en/stable/ref/databases/#connection-pool
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.database._connections import asgi_processes, persistent
from django_deploycheck.rules.database._engines import family
from django_deploycheck.rules.errors._trackers import settings_file
from django_deploycheck.stanzas import named

ID = 404
LEVEL: Level = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    processes = asgi_processes(deployment)
    if not processes:
        return
    program = processes[0].server.name if processes[0].server else ""
    for alias, entry in persistent(deployment):
        place = deployment.settings.location("DATABASES", alias, "CONN_MAX_AGE")
        pool = ""
        if family(entry.get("ENGINE")) == "PostgreSQL":
            pool = ", or keep connections in a pool: 'OPTIONS': {'pool': True} with psycopg[pool] installed"
        yield Finding(
            f"The database '{alias}' keeps connections ('CONN_MAX_AGE': {entry.get('CONN_MAX_AGE')}), and {named(processes[0])} serves "
            f"ASGI with {program}, where they pile up.",
            f"Set 'CONN_MAX_AGE': 0 for DATABASES['{alias}'] in {place or settings_file(deployment)}{pool}.",
            place,
            related=tuple(process.location for process in processes),
        )
