"""
The web server in front serves static files from another folder than the one that collectstatic fills.

It compares the folder of nginx, Apache or Caddy for ``STATIC_URL`` with ``STATIC_ROOT``: on a machine by the folder that
the application is started in, between containers through the volume or the folder of the host that both mount.

Why it matters
--------------

``collectstatic`` reports how many files it copied, the web server is up, and every stylesheet answers 404. Or worse, it
serves the files of an old release, which nobody notices for weeks.

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
        listen 80;
        server_name www.example.com;
        location /static/ {
            alias /srv/bookstore/static/;
        }
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $http_host;
        }
    }

.. code-block:: python
    :caption: settings.py

    STATIC_ROOT = BASE_DIR / "staticfiles"

Bad: a volume at another place
------------------------------

.. code-block:: yaml
    :caption: compose.prod.yaml

    services:
      web:
        build: .
        command: gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:8000
        volumes: ["static:/app/static"]
      nginx:
        image: nginx:1.29
        ports: ["80:80"]
        volumes:
          - ./nginx.conf:/etc/nginx/conf.d/default.conf:ro
          - static:/var/www/static:ro
    volumes:
      static:

.. code-block:: docker
    :caption: Dockerfile

    FROM python:3.13-slim
    WORKDIR /app
    COPY . .
    USER www-data

.. code-block:: nginx
    :caption: nginx.conf

    server {
        listen 80;
        location /static/ {
            alias /var/www/static/;
        }
        location / {
            proxy_pass http://web:8000;
            proxy_set_header Host $http_host;
        }
    }

.. code-block:: python
    :caption: settings.py

    STATIC_ROOT = BASE_DIR / "staticfiles"

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
        listen 80;
        server_name www.example.com;
        location /static/ {
            alias /srv/bookstore/staticfiles/;
        }
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $http_host;
        }
    }

.. code-block:: python
    :caption: settings.py

    STATIC_ROOT = BASE_DIR / "staticfiles"

Good: the volume lies over STATIC_ROOT
--------------------------------------

.. code-block:: yaml
    :caption: compose.prod.yaml

    services:
      web:
        build: .
        command: gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:8000
        volumes: ["static:/app/staticfiles"]
      nginx:
        image: nginx:1.29
        ports: ["80:80"]
        volumes:
          - ./nginx.conf:/etc/nginx/conf.d/default.conf:ro
          - static:/var/www/static:ro
    volumes:
      static:

.. code-block:: docker
    :caption: Dockerfile

    FROM python:3.13-slim
    WORKDIR /app
    COPY . .
    USER www-data

.. code-block:: nginx
    :caption: nginx.conf

    server {
        listen 80;
        location /static/ {
            alias /var/www/static/;
        }
        location / {
            proxy_pass http://web:8000;
            proxy_set_header Host $http_host;
        }
    }

.. code-block:: python
    :caption: settings.py

    STATIC_ROOT = BASE_DIR / "staticfiles"

When to silence it
------------------

When a symbolic link, or a step of the deploy outside of the repository, brings the files from one folder to the other.

What it cannot see
------------------

Folders that a variable names, and files that are copied into the web server's image.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#static-root
- https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Assignment, Deployment, Finding, Process, StaticMapping
from django_deploycheck.rules.static._folders import folder_of_mapping, folder_of_setting
from django_deploycheck.rules.static._static import (
    static_url_is_elsewhere,
    storage_is_local,
    storage_location,
    uses_staticfiles,
)
from django_deploycheck.stanzas import named

ID = 310
LEVEL = "W"
VALUE = True

_SERVERS = ("nginx", "apache", "caddy")
_LINES = {"nginx": "alias {root}/;", "apache": "Alias {url} {root}/", "caddy": "root * {root}"}


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if not deployment.complete or not uses_staticfiles(deployment) or are_for_development(deployment):
        return
    if static_url_is_elsewhere(deployment) or storage_is_local(deployment) is not Answer.YES:
        return
    assignment = settings.provenance("STATIC_ROOT")
    if assignment is None or assignment.variables or storage_location(deployment) is not None:
        return
    found = list(_served(deployment, assignment))
    # Where one configuration is right, the others are for other machines.
    if all(served != root for _, _, served, root in found):
        for mapping, process, served, root in found:
            yield _finding(deployment, mapping, process, served, root)


def _served(deployment: Deployment, assignment: Assignment) -> Iterator[tuple[StaticMapping, Process, str, str]]:
    """What serves static files, for which process, from where and where they are, as that process sees it."""
    url = str(deployment.settings.get("STATIC_URL") or "").strip("/")
    for mapping in deployment.static_mappings:
        if (
            mapping.server not in _SERVERS
            or mapping.match != "prefix"
            or mapping.internal
            or mapping.url.strip("/") != url
        ):
            continue
        for process in deployment.web:
            served = folder_of_mapping(deployment, process, mapping)
            root = folder_of_setting(deployment, process, assignment)
            if served is not None and root is not None and not _is_filled(deployment, mapping, served):
                yield mapping, process, served, root
                break


def _is_filled(deployment: Deployment, mapping: StaticMapping, served: str) -> bool:
    """Whether a command names the folder, and so may bring the files there."""
    folders = {served, posixpath.normpath(mapping.directory)}
    return any(
        folder in argument
        for process in deployment.processes
        for command in process.commands
        for argument in command.argv
        for folder in folders
    )


def _finding(deployment: Deployment, mapping: StaticMapping, process: Process, served: str, root: str) -> Finding:
    folder = posixpath.normpath(mapping.directory)
    start = f"{mapping.server} serves '{mapping.url}' from '{mapping.directory}'"
    place = deployment.settings.location("STATIC_ROOT")
    if process.in_container and served != folder:
        message = f"{start}, which is '{served}' in {named(process)}, while collectstatic fills '{root}' there."
        hint = (
            f"Mount at '{root}' in {named(process)} what is mounted at '{served}' now, or set STATIC_ROOT = '{served}'."
        )
    else:
        message = f"{start}, while collectstatic fills '{root}'."
        line = _LINES[mapping.server].format(url=mapping.url, root=root)
        hint = f"Write '{line}' in {mapping.location}."
    return Finding(message, hint, mapping.location, related=tuple(filter(None, (place, process.location))))
