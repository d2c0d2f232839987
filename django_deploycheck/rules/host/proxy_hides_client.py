"""
The proxy in front tells Django neither the host that the client asked for nor that it did so by HTTPS.

Unless told otherwise nginx sends ``Host: $proxy_host``, the name that stands behind ``proxy_pass``, and Apache the name in
``ProxyPass``. Neither says whether the client came by HTTPS. The rule speaks where the settings cannot do without it.

Why it matters
--------------

Django compares Host with ``ALLOWED_HOSTS``, and answers 400 to every request for ``web:8000``. Where that name is allowed,
forms fail with 403: the browser's Origin is ``https://www.example.com``, and Django believes to be another site. With
``SECURE_SSL_REDIRECT`` a request that came by HTTPS and does not look so is redirected to HTTPS, without end.

Bad
---

.. code-block:: ini
    :caption: deploy/bookstore.service

    [Service]
    WorkingDirectory=/srv/bookstore
    ExecStart=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3
    Restart=on-failure

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 443 ssl;
        server_name www.example.com;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }

Good
----

.. code-block:: ini
    :caption: deploy/bookstore.service

    [Service]
    WorkingDirectory=/srv/bookstore
    ExecStart=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3
    Restart=on-failure

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

When something between the two puts the headers in, or a middleware of your own looks at others.

What it cannot see
------------------

Headers that a file sets which is included and not in the repository: it says nothing then.

References
----------

- https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header
- https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypreservehost
- https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
- https://docs.djangoproject.com/en/stable/ref/csrf/#how-it-works
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Deployment, Finding, ProxyRoute
from django_deploycheck.rules.server._upstreams import addresses, behind

ID = 706
LEVEL = "W"
VALUE = True

_READ = (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "MIDDLEWARE",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_SSL_REDIRECT",
    "USE_X_FORWARDED_HOST",
)
_CSRF = "django.middleware.csrf.CsrfViewMiddleware"
_REDIRECTS = "django.middleware.security.SecurityMiddleware"
# What gunicorn and its like take the scheme from by themselves.
_OF_SCHEME = (
    "X-Forwarded-Proto",
    "X-Forwarded-Protocol",
    "X-Forwarded-Ssl",
    "X-Forwarded-Scheme",
    "X-Scheme",
    "Forwarded",
)
_HOST_LINES = {"nginx": "proxy_set_header Host $http_host;", "apache": "ProxyPreserveHost On"}
_SCHEME_LINES = {
    "nginx": "proxy_set_header X-Forwarded-Proto $scheme;",
    "apache": 'RequestHeader set X-Forwarded-Proto "https"',
}


def check(deployment: Deployment) -> Iterator[Finding]:
    if are_for_development(deployment) or any(deployment.settings.may_differ(name) for name in _READ):
        return
    seen: set[str] = set()
    for route in deployment.proxy_routes:
        if (
            route.protocol != "http"
            or route.server not in _HOST_LINES
            or _is_beside(route)
            or route.location.path in seen
        ):
            continue
        process = next((found for found, _ in behind(deployment, route) if found in deployment.web), None)
        told = (_of_host(deployment, route) or _of_scheme(deployment, route)) if process is not None else None
        if process is None or told is None:
            continue
        seen.add(route.location.path)
        message, line = told
        yield Finding(
            message,
            f"Add '{line}' beside line {route.location.line} of {route.location.path}.",
            route.location,
            related=(process.location,),
        )


def _is_beside(route: ProxyRoute) -> bool:
    """Whether it answers one path only, such as a health check, or hands over websockets."""
    return route.match == "exact" or (route.url not in ("", "/") and route.sends("Upgrade") is Answer.YES)


def _of_host(deployment: Deployment, route: ProxyRoute) -> tuple[str, str] | None:
    settings = deployment.settings
    names = ("Host", "X-Forwarded-Host") if settings.get("USE_X_FORWARDED_HOST") else ("Host",)
    if route.sends(*names) is not Answer.NO:
        return None
    sent = _sent_host(deployment, route)
    told = f"{route.server} tells Django the host '{sent}' for whatever the client asked for"
    if not _is_allowed(settings.get("ALLOWED_HOSTS"), sent):
        return f"{told}, and ALLOWED_HOSTS refuses it: every request is answered with 400.", _HOST_LINES[route.server]
    if _CSRF in (settings.get("MIDDLEWARE") or ()) and not settings.get("CSRF_TRUSTED_ORIGINS"):
        return f"{told}: no form that a browser sends comes from there, so all are answered with 403.", _HOST_LINES[
            route.server
        ]
    return None


def _of_scheme(deployment: Deployment, route: ProxyRoute) -> tuple[str, str] | None:
    settings = deployment.settings
    # Where a header is trusted that nobody sets, missing-proxy-ssl-header says so.
    if not settings.get("SECURE_SSL_REDIRECT") or settings.get("SECURE_PROXY_SSL_HEADER") or not route.tls:
        return None
    if _REDIRECTS not in (settings.get("MIDDLEWARE") or ()) or route.sends(*_OF_SCHEME) is not Answer.NO:
        return None
    return (
        (
            f"SECURE_SSL_REDIRECT is on, and {route.server} answers HTTPS without telling Django: every request is redirected "
            "without end."
        ),
        f'{_SCHEME_LINES[route.server]}\' and \'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
    )


def _sent_host(deployment: Deployment, route: ProxyRoute) -> str:
    """The Host that the application sees: the name of the group, or the address; of a unix socket ``localhost``."""
    group = next(
        (
            group.name
            for group in deployment.upstreams
            if group.addresses == route.upstream or route.upstream == (group.name,)
        ),
        None,
    )
    first = group or addresses(deployment, route)[0]
    return "localhost" if first.startswith("unix:") else first


def _is_allowed(hosts: object, sent: str) -> bool:
    from django.http.request import split_domain_port, validate_host

    allowed = [host for host in hosts if isinstance(host, str)] if isinstance(hosts, (list, tuple, set)) else []
    domain, _ = split_domain_port(sent)
    # Names with an underscore are none, whatever is allowed.
    return bool(domain) and validate_host(domain, allowed)
