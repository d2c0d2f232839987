"""Where a server listens, and who has to reach it there."""

from __future__ import annotations

import re

from django_deploycheck.model import Deployment, Process
from django_deploycheck.patterns import regex
from django_deploycheck.platforms import platform
from django_deploycheck.records import dataclass

# Their routers hand out a new port at every start: https://devcenter.heroku.com/articles/runtime-principles#web-servers
_PORT_CHANGES = frozenset({"heroku", "heroku-container", "scalingo"})
_LOOPBACK = regex(r"^(?:localhost|127\.[\d.]+|::1|ip6-localhost)$", re.IGNORECASE, holding="localhost 127. ::1")
_EVERYWHERE = frozenset({"", "0", "*", "::"})
_PROXY = regex(
    r"(?:^|[/\s\"'-])(?:nginx|apache2?(?:ctl)?|httpd|caddy|haproxy|traefik|envoy|openresty|varnishd?)\b",
    holding="nginx apache httpd caddy haproxy traefik envoy openresty varnish",
)

# These listen on 127.0.0.1:8000 unless told otherwise; uWSGI listens nowhere, waitress and mod_wsgi-express everywhere.
_LOOPBACK_BY_DEFAULT = frozenset({"gunicorn", "uvicorn", "daphne", "hypercorn", "granian", "runserver"})
_ADDRESS_VARIABLES = ("UVICORN_HOST", "UVICORN_PORT", "GRANIAN_HOST", "GRANIAN_PORT", "GUNICORN_CMD_ARGS")


@dataclass(frozen=True)
class Endpoint:
    """Where a server listens. ``port`` is None where it is not known, and for a unix socket or a descriptor."""

    host: str
    port: int | None

    @property
    def is_loopback(self) -> bool:
        return bool(_LOOPBACK.match(self.host))


@dataclass(frozen=True)
class Router:
    """
    What has to reach a server from outside its container, named for a sentence.

    ``ports`` are those it leads to, ``()`` when only ``PORT`` says, None when they are not known. ``sets_port`` is True
    where it hands the port over in ``PORT``.
    """

    name: str
    ports: tuple[int, ...] | None = None
    sets_port: bool = False


def endpoint(address: str, default_host: str = "0.0.0.0") -> Endpoint:
    """The place that an address names: ``:8000``, ``0.0.0.0``, ``[::]:80``, ``8000``, ``unix:/run/x.sock``."""
    text = address.strip()
    for scheme in ("tcp://", "http://", "https://"):
        text = text.removeprefix(scheme)
    if text.startswith(("unix:", "fd:", "fd@", "/", "./", "@")) or text.endswith((".sock", ".socket")):
        return Endpoint(text, None)
    if text.isdecimal():
        return Endpoint(default_host, _port(text))
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    return Endpoint("0.0.0.0" if host in _EVERYWHERE else host, _port(port or "8000"))


def _port(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 else None


def endpoints(process: Process) -> list[Endpoint] | None:
    """Where the process listens; None when that is not known, or when a platform says by ``PORT``."""
    server = process.server
    if server is None:
        return None
    if server.bind:
        places = [endpoint(bind, "127.0.0.1" if server.name == "runserver" else "0.0.0.0") for bind in server.bind]
        return None if any(mark in place.host for place in places for mark in "$%{<") else places
    own = process.command.variables if process.command else ()
    variables = {variable.name: variable.value for variable in (*process.variables, *own)}
    stated = server.bind_stated or "bind" in server.unresolved or any(name in variables for name in _ADDRESS_VARIABLES)
    if stated or server.name not in _LOOPBACK_BY_DEFAULT:
        return None
    if server.name == "gunicorn":
        # gunicorn listens on 0.0.0.0:$PORT where PORT is set: https://docs.gunicorn.org/en/stable/settings.html#bind
        on_platform = platform(process.platform)
        if "PORT" in variables:
            port = _port(variables["PORT"] or "")
            return [Endpoint("0.0.0.0", port)] if port else None
        if on_platform is not None and on_platform.sets_port:
            return None
    return [Endpoint("127.0.0.1", 8000)]


def router(deployment: Deployment, process: Process) -> Router | None:
    """Who has to reach the process; None where that is its own machine, or where nothing says who it is."""
    service, image = process.service, process.image
    on_platform = platform(process.platform)
    used = [found for name in deployment.platforms if (found := platform(name)) is not None]
    if any(found.wants_loopback for found in used):
        return None
    ports = _ports(deployment, process)
    if on_platform is not None:
        name = f"{on_platform.title}'s router"
        if service is not None and service.role != "web" and process.kind == "procfile":
            return None  # platforms route to the process that is called web
        if on_platform.sets_port and ports is None:
            return Router(name, () if set(deployment.platforms) <= _PORT_CHANGES else None, sets_port=True)
        return Router(name, ports)
    if service is not None and service.ports:
        place = service.ports[0].location
        is_pod = service.kind in ("kubernetes", "kustomize", "helm-values")
        return Router(
            f"the cluster ('containerPort' in {place})" if is_pod else f"the port published in {place}", ports
        )
    if service is None and image is not None and any(stage.ports for stage in image.stages) and not used:
        return Router("the port that the image exposes")
    return None


def _ports(deployment: Deployment, process: Process) -> tuple[int, ...] | None:
    """The ports inside the container that something leads to; None when there are none, or more than those."""
    texts = [port.target.partition("/")[0] for port in process.service.ports] if process.service else []
    ports = tuple(dict.fromkeys(port for text in texts if (port := _port(text)) is not None))
    if not ports or len(ports) < len(set(texts)) or _has_proxy_service(deployment, process):
        return None
    return ports


def has_proxy_beside(deployment: Deployment, process: Process) -> bool:
    """Whether a web server runs in the same container or pod, or may."""
    if any(spot.hides is None for spot in process.blind_spots):
        return True
    same = [other for other in deployment.beside(process) if other is process or _shares_container(other, process)]
    commands = [command for other in same for command in other.commands]
    if any(_PROXY.search(" ".join((*command.wrappers, *command.argv))) for command in commands):
        return True
    return process.kind in ("kubernetes", "ecs") and _has_proxy_service(deployment, process)


def _shares_container(other: Process, process: Process) -> bool:
    if other.service is not None and process.service is not None:
        return other.service.location == process.service.location
    return other.role == "build" or other.service is process.service


def _has_proxy_service(deployment: Deployment, process: Process) -> bool:
    """Whether the same file starts a proxy, which reaches the server without a published port."""
    beside = deployment.services_in(process.service.location.path) if process.service else ()
    services = [service for service in beside if service != process.service]
    texts = [f" {service.name} {(service.image.name if service.image else None) or ''}" for service in services]
    return any(_PROXY.search(text) for text in texts)
