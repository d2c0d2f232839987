"""
A server behind a proxy of the same machine listens on every interface, while the settings trust what the proxy sends.

The proxy asks it on the machine itself, so ``127.0.0.1`` or a unix socket is all it needs. On ``0.0.0.0`` its port answers
everybody who can reach the machine.

Why it matters
--------------

``SECURE_PROXY_SSL_HEADER`` and ``USE_X_FORWARDED_HOST`` are safe because the proxy overwrites the headers they look at. Who
asks the port directly sends any header: a request in plain text counts as secure, links in password mails lead to any host,
and nginx's limits, passwords and logs are passed by.

Bad
---

.. code-block:: ini
    :caption: deploy/supervisord.conf

    [program:web]
    command=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:8000
    directory=/srv/bookstore
    user=bookstore

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 443 ssl;
        server_name www.example.com;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }

.. code-block:: python
    :caption: settings.py

    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

Good
----

.. code-block:: ini
    :caption: deploy/supervisord.conf

    [program:web]
    command=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3 --bind 127.0.0.1:8000
    directory=/srv/bookstore
    user=bookstore

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 443 ssl;
        server_name www.example.com;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }

.. code-block:: python
    :caption: settings.py

    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

When to silence it
------------------

When a firewall that is set up elsewhere closes the port, or another machine has to reach it.

What it cannot see
------------------

Firewalls outside the repository. Containers are left alone: there ``0.0.0.0`` is the container's own network.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header
- https://docs.gunicorn.org/en/stable/deploy.html
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Process, ProxyRoute
from django_deploycheck.rules.server._listening import Endpoint, endpoints
from django_deploycheck.rules.server._server import once, who
from django_deploycheck.rules.server._upstreams import addresses, behind, is_same_machine

ID = 110
LEVEL = "W"
VALUE = True

_TRUSTING = ("SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST")
_FIREWALLS = frozenset("ufw iptables ip6tables iptables-restore nft firewall-cmd".split())
_OPTIONS = {
    "uvicorn": "--host {host} --port {port}",
    "granian": "--host {host} --port {port}",
    "daphne": "--bind {host} --port {port}",
    "waitress": "--listen={host}:{port}",
    "runserver": "{host}:{port}",
}


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if are_for_development(deployment) or any(settings.may_differ(name) for name in _TRUSTING):
        return
    trusting = next((name for name in _TRUSTING if settings.get(name)), None)
    if trusting is None or _has_firewall(deployment):
        return
    yield from once(_findings(deployment, trusting))


def _findings(deployment: Deployment, trusting: str) -> Iterator[Finding]:
    for process in deployment.web:
        place = _exposed(deployment, process)
        route = _route_to(deployment, process) if place is not None else None
        if place is None or route is None:
            continue
        yield Finding(
            f"{who(process)} listens on '0.0.0.0:{place.port}' behind {route.server} on the same machine: who asks that port "
            f"directly sends the headers that {trusting} trusts.",
            _hint(process, place),
            process.location,
            related=(*process.via, route.location),
        )


def _exposed(deployment: Deployment, process: Process) -> Endpoint | None:
    """Where a process of a machine listens for everybody; None in a container, or where it may run in one."""
    service = process.service
    if service is None or not service.runs_on_host or process.in_container or process.platform is not None:
        return None
    if service.kind != "systemd" and any(image.environment != "development" for image in deployment.images):
        return None
    return next((place for place in endpoints(process) or () if place.host == "0.0.0.0" and place.port), None)


def _route_to(deployment: Deployment, process: Process) -> ProxyRoute | None:
    """How a web server of the same machine leads to the process."""
    for route in deployment.proxy_routes:
        is_near = any(map(is_same_machine, addresses(deployment, route)))
        if is_near and any(found is process for found, _ in behind(deployment, route)):
            return route
    return None


def _has_firewall(deployment: Deployment) -> bool:
    return any(command.program in _FIREWALLS for process in deployment.processes for command in process.commands)


def _hint(process: Process, place: Endpoint) -> str:
    server, command = process.server, process.command
    name, config = (server.name, server.config) if server is not None else ("", None)
    here = f"127.0.0.1:{place.port}"
    if name == "uwsgi" and server is not None:
        option = "http-socket" if "http" in server.protocols else "socket"
        return (
            f"Write '{option} = {here}' in {config}." if config else f"Give '--{option} {here}' in {process.location}."
        )
    if config and command is not None and not any(str(place.port) in argument for argument in command.argv):
        return f"Write 'bind = \"{here}\"' in {config}."
    option = _OPTIONS.get(name, "--bind {host}:{port}").format(host="127.0.0.1", port=place.port)
    return f"Give '{option}' to {name} in {process.location}."
