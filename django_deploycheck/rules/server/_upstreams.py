"""Which processes a web server in front hands its requests to, and what they speak there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from django_deploycheck.model import Deployment, Process, ProxyRoute
from django_deploycheck.patterns import regex
from django_deploycheck.rules.server._listening import endpoint, endpoints

# They speak HTTP unless an option says otherwise; of every other server nothing is known.
_SPEAKS_HTTP = frozenset({"gunicorn", "uvicorn", "daphne", "hypercorn", "granian", "waitress", "runserver"})
_PROTOCOLS = frozenset({"http", "uwsgi", "fastcgi", "scgi"})
_SAME_MACHINE = regex(r"^(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$", re.IGNORECASE)

_Place = int | str
"""A port, or the path of a unix socket."""


def addresses(deployment: Deployment, route: ProxyRoute) -> tuple[str, ...]:
    """Where a route leads, with the groups that another file defines; of a name with two meanings, neither."""
    found: list[str] = []
    for name in route.upstream:
        groups = {group.addresses for group in deployment.upstreams if group.name == name}
        found += next(iter(groups)) if len(groups) == 1 else () if groups else (name,)
    return tuple(dict.fromkeys(found))


def behind(deployment: Deployment, route: ProxyRoute) -> list[tuple[Process, str]]:
    """The processes, none of them for development, that listen where a route leads, each with what it speaks there."""
    places = addresses(deployment, route)
    found = (
        (process, _spoken(process, place))
        for process in deployment.processes
        if process.server is not None and process.environment != "development"
        for place in places
    )
    return list(dict.fromkeys((process, spoken) for process, spoken in found if spoken is not None))


def is_same_machine(address: str) -> bool:
    """Whether an address means the machine that asks."""
    return bool(_SAME_MACHINE.match(address.rpartition(":")[0] or address))


def _spoken(process: Process, address: str) -> str | None:
    """What a process speaks at an address; None where it is not known to listen there."""
    socket = _socket(address)
    if socket is not None:
        return next((protocol for place, protocol in _listens(process) if place == socket), None)
    host, _, text = address.rpartition(":")
    host, port = (host, int(text)) if host and text.isdecimal() and len(text) < 6 else (address, 80)
    if is_same_machine(address):
        inside = {port, *_published(process, port)}
        return next((protocol for place, protocol in _listens(process) if place in inside), None)
    service = process.service
    if service is None or service.kind != "compose" or host not in (service.name, service.container_name):
        return None
    known = list(_listens(process))
    if (
        not known
        and process.server is not None
        and process.server.name in _SPEAKS_HTTP
        and not process.server.protocols
    ):
        return "http"
    return next((protocol for place, protocol in known if place == port), None)


def _published(process: Process, port: int) -> Iterator[int]:
    """The ports of the container that a port of its host leads to."""
    for published in process.service.ports if process.service is not None else ():
        target = published.target.partition("/")[0]
        if published.published == str(port) and target.isdecimal():
            yield int(target)


def _listens(process: Process) -> Iterator[tuple[_Place, str]]:
    """Where a process listens, as far as that is known, and what it speaks there."""
    server = process.server
    if server is None or server.name not in (*_SPEAKS_HTTP, "uwsgi"):
        return
    places = [_socket(bind) or endpoint(bind).port for bind in server.bind]
    if not places and not server.protocols:
        places = [place.port for place in endpoints(process) or ()]
    for index, place in enumerate(places):
        spoken = server.protocols[index if len(server.protocols) > 1 else 0] if server.protocols else "http"
        if place is not None and spoken in _PROTOCOLS:
            yield place, spoken


def _socket(address: str) -> str | None:
    """The path of a unix socket, absolute and normalised; None for anything else."""
    path = re.sub(r"^unix:(?://)?", "", address)
    if not path.startswith("/") or "$" in path:
        return None
    return re.sub(r"^/var/run/", "/run/", posixpath.normpath(re.sub("^/+", "/", path)))
