"""
Nothing serves ``STATIC_URL``: Django does not do so in production, and neither WhiteNoise nor another server is set up.

Static files are collected into a local folder and asked of the site itself. No middleware delivers them, ``STATIC_URL``
names no other host, no web server in the repository maps it to a folder that clients reach, and no URL pattern serves it.

Why it matters
--------------

``runserver`` serves static files while ``DEBUG`` is on; gunicorn and its like never do. The site works on the
developer's machine, and in production every stylesheet, script and image answers 404.

Bad
---

.. code-block:: text
   :caption: Procfile

   release: python manage.py migrate
   web: gunicorn bookstore.wsgi

.. code-block:: python
   :caption: settings.py

   MIDDLEWARE = [
       "django.middleware.security.SecurityMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
       "django.middleware.common.CommonMiddleware",
       "django.middleware.csrf.CsrfViewMiddleware",
       "django.contrib.auth.middleware.AuthenticationMiddleware",
       "django.contrib.messages.middleware.MessageMiddleware",
   ]

Bad: nginx hands everything over
--------------------------------

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
         - ./nginx.conf:/etc/nginx/conf.d/default.conf:ro

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   RUN python manage.py collectstatic --noinput
   USER www-data

.. code-block:: nginx
   :caption: nginx.conf

   server {
       listen 80;
       location / {
           proxy_pass http://web:8000;
           proxy_set_header Host $http_host;
       }
   }

.. code-block:: python
   :caption: settings.py

   MIDDLEWARE = [
       "django.middleware.security.SecurityMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
       "django.middleware.common.CommonMiddleware",
       "django.middleware.csrf.CsrfViewMiddleware",
       "django.contrib.auth.middleware.AuthenticationMiddleware",
       "django.contrib.messages.middleware.MessageMiddleware",
   ]

Good: WhiteNoise
----------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py migrate
   web: gunicorn bookstore.wsgi

.. code-block:: python
   :caption: settings.py

   MIDDLEWARE = [
       "django.middleware.security.SecurityMiddleware",
       "whitenoise.middleware.WhiteNoiseMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
       "django.middleware.common.CommonMiddleware",
       "django.middleware.csrf.CsrfViewMiddleware",
       "django.contrib.auth.middleware.AuthenticationMiddleware",
       "django.contrib.messages.middleware.MessageMiddleware",
   ]

Good: a CDN
-----------

.. code-block:: text
   :caption: Procfile

   release: python manage.py migrate
   web: gunicorn bookstore.wsgi

.. code-block:: python
   :caption: settings.py

   STATIC_URL = "https://cdn.example.com/static/"
   MIDDLEWARE = [
       "django.middleware.security.SecurityMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
       "django.middleware.common.CommonMiddleware",
       "django.middleware.csrf.CsrfViewMiddleware",
       "django.contrib.auth.middleware.AuthenticationMiddleware",
       "django.contrib.messages.middleware.MessageMiddleware",
   ]

When to silence it
------------------

When a web server, ingress or CDN that is configured elsewhere serves the files.

What it cannot see
------------------

A proxy outside the repository. Where the server listens on a socket or on loopback, or runs below systemd or
supervisord, somebody else's configuration is in front of it, and the rule says nothing, unless the repository holds all of
that configuration and it gives every request to the server.

References
----------

* https://docs.djangoproject.com/en/stable/howto/static-files/deployment/
* https://whitenoise.readthedocs.io/en/stable/django.html
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.static._proxies import hands_over_everything, may_serve, may_stand_behind_a_proxy
from django_deploycheck.rules.static._static import (
    serving_middleware,
    static_url_is_elsewhere,
    storage_is_local,
    unknown_middleware,
    uses_staticfiles,
)
from django_deploycheck.stanzas import named

ID = 304
LEVEL = "W"
VALUE = True

_WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
_SECURITY = "django.middleware.security.SecurityMiddleware"
_SERVING_MODULES = ("whitenoise", "servestatic", "dj_static", "static", "django.views.static", "blacknoise")
_SERVING_OPTIONS = (
    "--static-path-mount",
    "--static-map",
    "--static-map2",
    "--check-static",
    "--url-alias",
    "--document-root",
)


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if not deployment.complete or not uses_staticfiles(deployment) or static_url_is_elsewhere(deployment):
        return
    web = [process for process in deployment.web if process.server is not None]
    if not web or any(_may_be_served(deployment, process) for process in deployment.web):
        return
    if any(may_serve(mapping, str(settings.get("STATIC_URL") or "")) for mapping in deployment.static_mappings):
        return
    if storage_is_local(deployment) is not Answer.YES or _views_may_serve(deployment):
        return
    if _middleware_may_serve(deployment):
        return
    declared = deployment.requires("whitenoise")
    servers = " and ".join(dict.fromkeys(process.server.name for process in web if process.server is not None))
    routes = [hands_over_everything(deployment, process) for process in web[:1]]
    start = "WhiteNoise is declared but not in MIDDLEWARE, and nothing else" if declared else "Nothing"
    yield Finding(
        f"{start} serves '{settings.get('STATIC_URL')}': {servers} answers for {named(web[0])} and delivers no static files.",
        f"Add '{_WHITENOISE}' to MIDDLEWARE, right below '{_SECURITY}'{'' if declared else ', and whitenoise to the requirements'}.",
        settings.location("MIDDLEWARE") or web[0].location,
        level=None if any(process.service is not None for process in web) else "I",
        related=(*(process.location for process in web), *(route.location for route in routes if route is not None)),
    )


def _middleware_may_serve(deployment: Deployment) -> bool:
    settings = deployment.settings
    changing = any(assignment.conditional for assignment in settings.assignments("MIDDLEWARE"))
    return bool(
        changing
        or settings.may_differ("MIDDLEWARE")
        or serving_middleware(deployment)
        or unknown_middleware(deployment)
    )


def _views_may_serve(deployment: Deployment) -> bool:
    """Whether a URL pattern might serve files; unknown URL patterns might."""
    return deployment.urlconf is None or deployment.urlconf.names is None or _imports_server(deployment.urlconf.imports)


def _imports_server(names: frozenset[str]) -> bool:
    return any((name + ".").startswith(module + ".") for name in names for module in _SERVING_MODULES)


def _may_be_served(deployment: Deployment, process: Process) -> bool:
    server, command, target = process.server, process.command, process.target
    if server is None or command is None or server.name in ("runserver", "platform", "mod_wsgi"):
        return True
    if target is not None and (target.source is None or _imports_server(target.source.imports)):
        return True
    found = platform(process.platform)
    brings_proxy = found is not None and (found.brings_server or found.wants_loopback)
    if brings_proxy or command.has_option(*_SERVING_OPTIONS):
        return True
    is_seen = server.name != "uwsgi" and hands_over_everything(deployment, process) is not None
    return not is_seen and may_stand_behind_a_proxy(deployment, process)
