"""Whether something stands in front of a web process that could serve files."""

from __future__ import annotations

import re

from django_deploycheck.model import Deployment, Process, ProxyRoute, StaticMapping
from django_deploycheck.patterns import regex
from django_deploycheck.rules.server._upstreams import behind

_LOOPBACK = regex(r"^(?:https?:/*)?(?:127\.|localhost|\[?::1\]?)", holding="127. localhost ::1")
_WEB_SERVERS = regex(
    r"(?:^|[/_.\-])(?:nginx|openresty|caddy|httpd|apache2?|lighttpd|swag|h2o|angie|tengine)(?:[/_.\-:@]|$)",
    re.IGNORECASE,
    holding="nginx openresty caddy httpd apache lighttpd swag h2o angie tengine",
)
_MANAGED = frozenset({"kubernetes", "helm", "ecs", "nomad", "ansible", "fabric"})


def may_serve(mapping: StaticMapping, static_url: str) -> bool:
    """Whether clients get at least some files below STATIC_URL from this folder; of patterns that is often not known."""
    if mapping.internal or mapping.match == "exact":
        return False
    wanted, url = f"/{static_url.strip('/')}/", f"/{mapping.url.lstrip('/')}"
    return wanted.startswith(url) or url.startswith(wanted)


def hands_over_everything(deployment: Deployment, process: Process) -> ProxyRoute | None:
    """How a web server of production gives every request to the process, where all of its configuration was read."""
    in_parts = {host.location.path for host in deployment.virtual_hosts if not host.whole}
    complete = {host.location.path for host in deployment.virtual_hosts} - in_parts
    for route in deployment.proxy_routes:
        path = route.location.path
        if route.url != "/" or route.match != "prefix" or route.internal or path not in complete:
            continue
        if deployment.environment_of(path) == "production" and any(
            found is process for found, _ in behind(deployment, route)
        ):
            return route
    return None


def may_stand_behind_a_proxy(deployment: Deployment, process: Process) -> bool:
    """Whether a web server in the repository, or one outside of it, may answer before this process does."""
    service, server = process.service, process.server
    if server is not None and (server.name == "uwsgi" or any(_is_internal(bind) for bind in server.bind)):
        return True
    if _has_web_server(deployment):
        return True
    if service is None:
        return False
    if service.runs_on_host or service.kind in _MANAGED or (service.labels and not service.ports):
        return True
    return service.kind == "compose" and not any(
        port.published and not _LOOPBACK.match(port.host or "") for port in service.ports
    )


def _is_internal(bind: str) -> bool:
    return bind.startswith(("unix:", "/", "fd:", "./")) or ".sock" in bind or bool(_LOOPBACK.match(bind))


def _has_web_server(deployment: Deployment) -> bool:
    for service in deployment.services:
        if deployment.environment_of(service.location.path) == "development":
            continue
        image = service.image.name if service.image is not None else None
        dockerfile = service.image.dockerfile if service.image is not None else None
        if any(text and _WEB_SERVERS.search(text) for text in (service.name, image, dockerfile)):
            return True
    bases = (
        stage.base for image in deployment.images if image.environment != "development" for stage in image.all_stages
    )
    programs = (command.program for _, command in deployment.production_commands())
    return any(_WEB_SERVERS.search(text) for text in (*bases, *programs))
