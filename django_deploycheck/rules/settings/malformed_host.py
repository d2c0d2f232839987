"""
An entry of ALLOWED_HOSTS can never match, because it is more than a host name.

Entries with a scheme, a port, a path, a space or ``*.`` in front are found. Django compares an entry with the host
alone: lower case, without its port.

Why it matters
--------------

Every request for that host is answered with "Bad Request (400)", and the entry looks right.

Bad
---

.. code-block:: python
    :caption: settings.py

    ALLOWED_HOSTS = ["https://www.example.com/", "localhost:8000", "*.example.com"]

Good
----

.. code-block:: python
    :caption: settings.py

    ALLOWED_HOSTS = ["www.example.com", "localhost", ".example.com"]

When to silence it
------------------

When the list is also read by code of your own that wants more than names.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import Answer, Deployment, Finding, Level
from django_deploycheck.patterns import regex

ID = 602
LEVEL: Level = "W"
VALUE = True

_SCHEME = regex(r"^(?:[A-Za-z][A-Za-z0-9+.\-]{0,20}:)?//", holding="//")
_PORT = regex(r"^(?P<host>[^:\[\]]+|\[[^\]]*\]):\d*$", holding=":")


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    hosts = settings.get("ALLOWED_HOSTS")
    if deployment.judges_production is Answer.NO or settings.may_differ("ALLOWED_HOSTS"):
        return
    for host in hosts if isinstance(hosts, (list, tuple)) else ():
        wrong = _what_is_wrong(host) if isinstance(host, str) else None
        if wrong is not None:
            shown = secrets.mask(host)
            yield Finding(
                f"'{shown}' in ALLOWED_HOSTS matches no request: it has {wrong}.",
                f"Write {_corrected(shown)} instead of '{shown}'.",
                settings.location("ALLOWED_HOSTS"),
            )


def _what_is_wrong(host: str) -> str | None:
    if "," in host:
        return "several hosts in one text"
    if host != host.strip() or " " in host.strip():
        return "a space"
    if _SCHEME.match(host):
        return "a scheme"
    if "/" in host:
        return "a path"
    if _PORT.match(host):
        return "a port"
    if host.startswith("*."):
        return "a '*', where Django wants a '.' for subdomains"
    return None


def _corrected(host: str) -> str:
    names = [_name(part) for part in re.split(r"[,\s]+", host)]
    return ", ".join(f"'{name}'" for name in names if name) or "the host's name"


def _name(text: str) -> str:
    bare = _SCHEME.sub("", text).partition("/")[0].rpartition("@")[2]
    port = _PORT.match(bare)
    name = port["host"] if port else bare
    return name.removeprefix("*") if name.startswith("*.") else name
