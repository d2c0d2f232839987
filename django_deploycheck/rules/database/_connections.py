"""What the rules on connections ask of DATABASES: which entries keep connections open, and which say so for certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Process
from django_deploycheck.rules.database._engines import family
from django_deploycheck.rules.errors._trackers import is_unset


def entries(deployment: Deployment) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The entries of DATABASES by their aliases; none where these settings are a developer's own."""
    databases = deployment.settings.get("DATABASES")
    if not isinstance(databases, Mapping) or are_for_development(deployment):
        return
    for alias, entry in databases.items():
        if isinstance(entry, Mapping):
            yield str(alias), entry


def persistent(deployment: Deployment) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """
    The entries that keep a connection from request to request.

    Silent about pools, which look after their connections, about SQLite, which has none to a server, and about a
    CONN_MAX_AGE from a variable that is unset here.
    """
    for alias, entry in entries(deployment):
        age = entry.get("CONN_MAX_AGE", 0)
        if age is not None and (isinstance(age, bool) or not isinstance(age, (int, float)) or age <= 0):
            continue
        if _is_pooled(entry) or family(entry.get("ENGINE")) in ("SQLite", None):
            continue
        if not is_unset(deployment, "DATABASES", alias, "CONN_MAX_AGE"):
            yield alias, entry


def _is_pooled(entry: Mapping[str, Any]) -> bool:
    return bool(options(entry).get("pool")) or "pool" in str(entry.get("ENGINE")).lower()


def options(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an entry hands to its driver."""
    found = entry.get("OPTIONS")
    return found if isinstance(found, Mapping) else {}


def asgi_processes(deployment: Deployment) -> tuple[Process, ...]:
    """The web processes of production that serve ASGI."""
    return tuple(
        process for process in deployment.web if process.server is not None and process.server.interface == "asgi"
    )
