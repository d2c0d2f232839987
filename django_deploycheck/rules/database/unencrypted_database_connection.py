"""
The connection to a database on another machine may go without encryption.

It looks at the entries of ``DATABASES`` for PostgreSQL, MySQL and MariaDB whose host has a public name or address, while
neither their ``OPTIONS`` nor ``PGSSLMODE`` say that the connection is encrypted.

Why it matters
--------------

Left to itself PostgreSQL's client encrypts when the server offers it and goes on in clear text when it does not, or when
somebody on the way says so; MySQL's does the same. The password and all data cross other people's networks.

Bad
---

.. code-block:: python
    :caption: settings.py

    DATABASES["default"]["HOST"] = "primary.database.example.com"

Good
----

.. code-block:: python
    :caption: settings.py

    DATABASES["default"]["HOST"] = "primary.database.example.com"
    DATABASES["default"]["OPTIONS"] = {"sslmode": "require"}

When to silence it
------------------

When the name leads into a private network or a tunnel, or the server refuses clear text.

What it cannot see
------------------

A host that comes from a variable unset here. Names without a dot, private addresses and the names that clouds give their
private networks count as private.

References
----------

- https://www.postgresql.org/docs/current/libpq-ssl.html
- https://dev.mysql.com/doc/refman/8.4/en/connection-options.html
- https://docs.djangoproject.com/en/stable/ref/databases/#postgresql-connection-settings
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.database._connections import entries, options
from django_deploycheck.rules.database._engines import family
from django_deploycheck.rules.errors._trackers import is_unset, settings_file

ID = 406
LEVEL: Level = "I"
VALUE = True

_OPTIONS = {"PostgreSQL": "'sslmode': 'require'", "MySQL": "'ssl_mode': 'REQUIRED'"}
# A service file says more of the connection, and where it lies is not known.
_SAY_SO = ("ssl", "service", "hostaddr")
_PRIVATE_NAMES = tuple(
    ".internal .local .localdomain .localhost .lan .intranet .private .home.arpa .test .svc .cluster.local .flycast .onion".split()
)


def check(deployment: Deployment) -> Iterator[Finding]:
    if deployment.settings.environment_value("PGSSLMODE") or any(
        variable.name == "PGSSLMODE" for variable in deployment.production_variables
    ):
        return
    for alias, entry in entries(deployment):
        option = _OPTIONS.get(family(entry.get("ENGINE")) or "")
        host = str(entry.get("HOST") or "")
        if option is None or _is_private(host) or _is_said(entry):
            continue
        if is_unset(deployment, "DATABASES", alias, "HOST") or is_unset(deployment, "DATABASES", alias, "OPTIONS"):
            continue
        place = deployment.settings.location("DATABASES", alias, "HOST")
        yield Finding(
            f"The database '{alias}' is reached at '{host}', and nothing says that the connection is encrypted.",
            f"Add 'OPTIONS': {{{option}}} to DATABASES['{alias}'] in {place or settings_file(deployment)}.",
            place,
        )


def _is_said(entry: Mapping[str, Any]) -> bool:
    return any(str(name).startswith(_SAY_SO) for name in options(entry))


def _is_private(host: str) -> bool:
    """Whether a host is this machine, a socket, or a name or address that is no public one; several hosts are not known."""
    if host.startswith(("/", "@")) or "," in host:
        return True
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        name = host.rstrip(".").lower()
        return "." not in name or name.endswith(_PRIVATE_NAMES) or ".svc." in name or ".internal." in name
