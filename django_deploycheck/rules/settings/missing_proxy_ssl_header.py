"""
SECURE_SSL_REDIRECT is on, TLS ends before the server, and Django is not told how to see that a request was secure.

It looks at the web processes that run on a platform whose router ends TLS; and, where Django is told to trust the header,
at web servers of the repository that end TLS and never set it. Servers that read the router's header
themselves are left alone: gunicorn and uvicorn do where ``FORWARDED_ALLOW_IPS`` names the router, which the Python
buildpacks set, and where the proxy is on the same machine; daphne does with ``--proxy-headers``.

Why it matters
--------------

The router speaks HTTPS with the browser and plain HTTP with the server. Django sees plain HTTP, redirects to HTTPS, and
sees plain HTTP again: the browser gives up with "too many redirects", and no page of the site can be opened.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: daphne bookstore.asgi:application --bind 0.0.0.0 --port $PORT

.. code-block:: python
    :caption: settings.py

    SECURE_SSL_REDIRECT = True

Bad: the header as it is sent, not as Django names it
-----------------------------------------------------

.. code-block:: yaml
    :caption: heroku.yml

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn bookstore.wsgi --workers 2

.. code-block:: docker
    :caption: Dockerfile

    FROM python:3.13-slim
    WORKDIR /app
    COPY . .
    RUN pip install -r requirements.txt

.. code-block:: python
    :caption: settings.py

    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("X-Forwarded-Proto", "https")

Bad: the proxy never sets the header
------------------------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2

.. code-block:: nginx
    :caption: nginx.conf

    server {
        listen 443 ssl;
        server_name www.example.com;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
        }
    }

.. code-block:: python
    :caption: settings.py

    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

Good
----

.. code-block:: text
    :caption: Procfile

    web: daphne bookstore.asgi:application --bind 0.0.0.0 --port $PORT

.. code-block:: python
    :caption: settings.py

    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

Good: the server reads the header
---------------------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2 --forwarded-allow-ips "*"

.. code-block:: python
    :caption: settings.py

    SECURE_SSL_REDIRECT = True

When to silence it
------------------

When the server holds the certificate itself, or when code of your own looks at the router's header. Never trust a header
that the router passes on from the client: anyone could claim to be secure.

What it cannot see
------------------

``FORWARDED_ALLOW_IPS`` set in a dashboard, and what a proxy outside the repository sends.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header
- https://docs.gunicorn.org/en/stable/settings.html#forwarded-allow-ips
- https://devcenter.heroku.com/articles/http-routing
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Deployment, Finding, Level, Process, ProxyRoute
from django_deploycheck.patterns import regex
from django_deploycheck.platforms import Platform, platform
from django_deploycheck.rules.server._listening import endpoint
from django_deploycheck.stanzas import named

ID = 604
LEVEL: Level = "W"
VALUE = True

_REDIRECTS = "django.middleware.security.SecurityMiddleware"
_READS_HEADERS = regex(r"proxy|forwarded|https|ssl|xff", re.IGNORECASE)
_LINES = {
    "nginx": "proxy_set_header X-Forwarded-Proto $scheme;",
    "apache": 'RequestHeader set X-Forwarded-Proto "https"',
}
_TRUSTING_OPTIONS = ("--forwarded-allow-ips", "--proxy-headers", "--certfile", "--keyfile", "--ssl-keyfile", "-e")


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    names = ("SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "MIDDLEWARE")
    if are_for_development(deployment) or any(settings.may_differ(name) for name in names):
        return
    yield from _never_set(deployment)
    wrong = _what_is_wrong(settings.get("SECURE_PROXY_SSL_HEADER"))
    if not settings.get("SECURE_SSL_REDIRECT") or wrong is None or not _leaves_it_to_django(deployment):
        return
    found = next(
        ((process, host) for process in deployment.web if (host := _router(deployment, process)) is not None), None
    )
    if found is None:
        return
    process, host = found
    place = settings.location("SECURE_PROXY_SSL_HEADER") or settings.location("SECURE_SSL_REDIRECT")
    file = place.path if place is not None else settings.module or "the settings"
    yield Finding(
        f"SECURE_SSL_REDIRECT is on and SECURE_PROXY_SSL_HEADER {wrong}: {named(process)} gets plain HTTP from "
        f"{host.title}'s router, so every request is redirected without end.",
        f"Set SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https') in {file}.",
        place,
        related=(process.location,),
    )


def _never_set(deployment: Deployment) -> Iterator[Finding]:
    """The header is trusted, and the web server that ends TLS in front of the site leaves it as the client sent it."""
    header = deployment.settings.get("SECURE_PROXY_SSL_HEADER")
    if not header or _what_is_wrong(header) is not None or header[0] != "HTTP_X_FORWARDED_PROTO":
        return
    routes = [
        route
        for route in deployment.proxy_routes
        if route.url in ("", "/") and not route.internal and _is_in_use(deployment, route)
    ]
    if not deployment.web or not all(
        route.tls and route.protocol == "http" and route.sends("X-Forwarded-Proto") is Answer.NO for route in routes
    ):
        return
    for route in routes[:1]:
        yield Finding(
            f"SECURE_PROXY_SSL_HEADER trusts 'HTTP_X_FORWARDED_PROTO', and {route.server} never sets it: no request counts as "
            "secure, unless its sender claims so.",
            f"Add '{_LINES.get(route.server, 'X-Forwarded-Proto: https')}' in {route.location.path}, beside line "
            f"{route.location.line}.",
            route.location,
            related=tuple(place for place in (deployment.settings.location("SECURE_PROXY_SSL_HEADER"),) if place),
        )


def _is_in_use(deployment: Deployment, route: ProxyRoute) -> bool:
    return deployment.environment_of(route.location.path) != "development"


def _what_is_wrong(header: object) -> str | None:
    """Why Django never sees a secure request by this setting, to follow its name; None where nothing is known to be wrong."""
    if not header:
        return "is not set"
    if not isinstance(header, (tuple, list)) or len(header) != 2:
        return "is no pair of a header and a value"
    name, value = header
    if not isinstance(name, str) or not name.startswith("HTTP_") or name != name.upper() or "-" in name:
        return f"names '{name}', which Django knows as 'HTTP_X_FORWARDED_PROTO'"
    if name == "HTTP_X_FORWARDED_PROTO" and value != "https":
        return f"waits for '{value}', where 'https' is sent"
    return None


def _leaves_it_to_django(deployment: Deployment) -> bool:
    """Whether Django's own middleware redirects, and no other one is named for looking at the router's headers."""
    names = [name for name in deployment.settings.get("MIDDLEWARE") or () if isinstance(name, str)]
    return _REDIRECTS in names and not any(_READS_HEADERS.search(name) for name in names)


def _router(deployment: Deployment, process: Process) -> Platform | None:
    """The platform that hands plain HTTP to a server which believes what it sees; None where that is not known."""
    host, server, command = platform(process.platform), process.server, process.command
    if host is None or not host.terminates_tls or server is None or command is None:
        return None
    own = {variable.name for variable in (*process.variables, *command.variables)}
    if command.has_option(*_TRUSTING_OPTIONS) or "FORWARDED_ALLOW_IPS" in own:
        return None
    if server.name in ("gunicorn", "uvicorn"):
        # Buildpacks may set FORWARDED_ALLOW_IPS for both, and gunicorn's configuration may too.
        configured = "GUNICORN_CMD_ARGS" in own or any(file.kind == "gunicorn-conf" for file in deployment.files)
        elsewhere = all(map(_faces_the_network, server.bind)) and (server.bind or "bind" not in server.unresolved)
        return host if process.in_container and not configured and elsewhere else None
    return host if server.name in ("daphne", "hypercorn", "granian") else None


def _faces_the_network(address: str) -> bool:
    host = endpoint(address).host
    return not endpoint(address).is_loopback and "/" not in host and ":" not in host and "$" not in host
