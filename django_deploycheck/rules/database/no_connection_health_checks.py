"""
Connections to the database are kept, and not tested before they are used again.

It looks at every entry of ``DATABASES`` whose ``CONN_MAX_AGE`` is above 0 or None while ``CONN_HEALTH_CHECKS`` is off,
which is Django's default.

Why it matters
--------------

A kept connection dies without a word when the database restarts, fails over or drops idle clients, and managed
databases do that for every maintenance. Django notices only when it uses the connection: each worker answers a request
with an error first. With the health check it tests the connection once a request, and opens a new one where that fails.

Bad
---

.. code-block:: python
    :caption: settings.py

    DATABASES["default"]["CONN_MAX_AGE"] = 600

Good
----

.. code-block:: python
    :caption: settings.py

    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

When to silence it
------------------

When something between Django and the database, such as PgBouncer, keeps its side of the connection alive.

What it cannot see
------------------

Where ``CONN_MAX_AGE`` comes from a variable that is unset here, it says nothing. It leaves the setting to
``persistent-connections-under-asgi`` where production serves ASGI.

References
----------

- https://docs.djangoproject.com/en/stable/ref/databases/#persistent-database-connections
- https://docs.djangoproject.com/en/stable/ref/settings/#conn-health-checks
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.database._connections import asgi_processes, persistent
from django_deploycheck.rules.errors._trackers import is_unset, settings_file

ID = 403
LEVEL: Level = "I"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    if asgi_processes(deployment):
        return
    for alias, entry in persistent(deployment):
        if entry.get("CONN_HEALTH_CHECKS") or is_unset(deployment, "DATABASES", alias, "CONN_HEALTH_CHECKS"):
            continue
        place = deployment.settings.location("DATABASES", alias, "CONN_MAX_AGE")
        call = (
            " (conn_health_checks=True in a call of dj_database_url)" if deployment.requires("dj-database-url") else ""
        )
        yield Finding(
            f"The database '{alias}' keeps connections ('CONN_MAX_AGE': {entry.get('CONN_MAX_AGE')}) and never tests them.",
            f"Set 'CONN_HEALTH_CHECKS': True for DATABASES['{alias}'] in {place or settings_file(deployment)}{call}.",
            place,
        )
