"""
The web server in front speaks another protocol than the server behind it.

``proxy_pass`` speaks HTTP, ``uwsgi_pass``, ``fastcgi_pass`` and ``scgi_pass`` speak binary protocols of their own.
Gunicorn, uvicorn, daphne, hypercorn, granian and waitress understand HTTP; uWSGI understands what the option says that
opened the address: ``http-socket`` and ``http`` HTTP, ``socket`` the uwsgi protocol.

Why it matters
--------------

Both servers run and both are fine when looked at alone. Every request ends in a 502, with ``upstream prematurely closed
connection`` or ``invalid request block size`` in a log.

Bad
---

.. code-block:: ini
    :caption: uwsgi.ini

    [uwsgi]
    module = bookstore.wsgi
    master = true
    processes = 4
    socket = /run/bookstore/app.sock

.. code-block:: ini
    :caption: deploy/bookstore.service

    [Service]
    WorkingDirectory=/srv/bookstore
    ExecStart=/srv/bookstore/venv/bin/uwsgi --ini uwsgi.ini
    Restart=always

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 80;
        server_name www.example.com;
        location / {
            proxy_pass http://unix:/run/bookstore/app.sock;
            proxy_set_header Host $http_host;
        }
    }

Bad: uwsgi_pass to gunicorn
---------------------------

.. code-block:: yaml
    :caption: compose.prod.yaml

    services:
      web:
        build: .
        command: gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:8000
      nginx:
        image: nginx:1.29
        ports: ["80:80"]
        volumes:
          - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro

.. code-block:: docker
    :caption: Dockerfile

    FROM python:3.13-slim
    WORKDIR /app
    COPY . .
    USER www-data

.. code-block:: nginx
    :caption: nginx/default.conf

    upstream bookstore {
        server web:8000;
    }
    server {
        listen 80;
        location / {
            include uwsgi_params;
            uwsgi_pass bookstore;
        }
    }

Good
----

.. code-block:: ini
    :caption: uwsgi.ini

    [uwsgi]
    module = bookstore.wsgi
    master = true
    processes = 4
    socket = /run/bookstore/app.sock

.. code-block:: ini
    :caption: deploy/bookstore.service

    [Service]
    WorkingDirectory=/srv/bookstore
    ExecStart=/srv/bookstore/venv/bin/uwsgi --ini uwsgi.ini
    Restart=always

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 80;
        server_name www.example.com;
        location / {
            include uwsgi_params;
            uwsgi_pass unix:/run/bookstore/app.sock;
        }
    }

Good: proxy_pass to gunicorn
----------------------------

.. code-block:: yaml
    :caption: compose.prod.yaml

    services:
      web:
        build: .
        command: gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:8000
      nginx:
        image: nginx:1.29
        ports: ["80:80"]
        volumes:
          - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro

.. code-block:: docker
    :caption: Dockerfile

    FROM python:3.13-slim
    WORKDIR /app
    COPY . .
    USER www-data

.. code-block:: nginx
    :caption: nginx/default.conf

    upstream bookstore {
        server web:8000;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://bookstore;
            proxy_set_header Host $http_host;
        }
    }

When to silence it
------------------

When the configuration is an example that nobody uses, or something between the two translates.

What it cannot see
------------------

Addresses that hold variables, and a unix socket that has another path in the other container.

References
----------

- https://nginx.org/en/docs/http/ngx_http_uwsgi_module.html#uwsgi_pass
- https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
- https://uwsgi-docs.readthedocs.io/en/latest/Nginx.html
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Process, ProxyRoute
from django_deploycheck.rules.server._server import once
from django_deploycheck.rules.server._upstreams import addresses, behind
from django_deploycheck.stanzas import named

ID = 109
LEVEL = "W"

_TITLES = {"http": "HTTP", "fastcgi": "FastCGI", "scgi": "SCGI", "ajp": "AJP"}
_PASSES = {
    "http": "proxy_pass http://{}",
    "uwsgi": "uwsgi_pass {}",
    "fastcgi": "fastcgi_pass {}",
    "scgi": "scgi_pass {}",
}
_NEEDED = {
    "http": "proxy_set_header Host $http_host;",
    "uwsgi": "include uwsgi_params;",
    "fastcgi": "include fastcgi_params;",
    "scgi": "include scgi_params;",
}
_SCHEMES = {"http": "http", "uwsgi": "uwsgi", "fastcgi": "fcgi", "scgi": "scgi"}


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from once(_findings(deployment))


def _findings(deployment: Deployment) -> Iterator[Finding]:
    for route in deployment.proxy_routes:
        if route.protocol == "grpc":
            continue  # HTTP/2, which some of these servers speak too
        found = behind(deployment, route)
        spoken = {protocol for _, protocol in found}
        process = next((process for process, _ in found if process.environment == "production"), None)
        if process is None or process.server is None or len(spoken) > 1 or route.protocol in spoken:
            continue
        protocol = spoken.pop()
        address = addresses(deployment, route)[0]
        yield Finding(
            f"{route.server} speaks {_title(route.protocol)} to '{address}', where {named(process)} listens with "
            f"{process.server.name}, which speaks {_title(protocol)} there.",
            _hint(deployment, route, address, process, protocol),
            route.location,
            related=(process.location,),
        )


def _title(protocol: str) -> str:
    return _TITLES.get(protocol, f"the {protocol} protocol")


def _hint(deployment: Deployment, route: ProxyRoute, address: str, process: Process, protocol: str) -> str:
    other_side = _other_side(route, process)
    if route.server == "caddy":
        if protocol == "http":
            return f"Write 'reverse_proxy {address}' in {route.location}."
        return f"Let {other_side}: Caddy speaks no {protocol}."
    if route.server == "apache":
        scheme = _SCHEMES[protocol]
        target = f"{address}|{scheme}://localhost/" if address.startswith("unix:") else f"{scheme}://{address}/"
        text = f"Write 'ProxyPass {route.url or '/'} {target}' in {route.location}"
    else:
        group = next((group.name for group in deployment.upstreams if address in group.addresses), address)
        text = f"Write '{_PASSES[protocol].format(group)};' with '{_NEEDED[protocol]}' in {route.location}"
    return f"{text}, or let {other_side}." if other_side else f"{text}."


def _other_side(route: ProxyRoute, process: Process) -> str:
    """What to change at uWSGI instead, which speaks what it is told to."""
    server = process.server
    if server is None or server.name != "uwsgi" or route.protocol not in ("http", "uwsgi"):
        return ""
    option = "http-socket" if route.protocol == "http" else "socket"
    return f"uWSGI open the address with '{option}' in {server.config or process.location.path}"
