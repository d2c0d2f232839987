"""
An nginx location without a slash at its end has an alias with one: files above the folder can be read.

``location /static`` also matches ``/static../settings.py``. nginx puts what follows the prefix behind the alias, so with
``alias /srv/bookstore/static/`` it sends ``/srv/bookstore/static/../settings.py``. With both slashes, or with neither,
nothing can follow that leads out.

Why it matters
--------------

Anybody reads what lies beside the static files: the source, ``settings.py`` with its passwords, ``.env``, the SQLite
database. The site works as it should, so nobody notices.

Bad
---

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 80;
        server_name www.example.com;
        location /static {
            alias /srv/bookstore/staticfiles/;
        }
        location / {
            proxy_pass http://unix:/run/gunicorn.sock;
            proxy_set_header Host $http_host;
        }
    }

Good
----

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 80;
        server_name www.example.com;
        location /static/ {
            alias /srv/bookstore/staticfiles/;
        }
        location / {
            proxy_pass http://unix:/run/gunicorn.sock;
            proxy_set_header Host $http_host;
        }
    }

Good: neither has a slash
-------------------------

.. code-block:: nginx
    :caption: deploy/nginx.conf

    server {
        listen 80;
        server_name www.example.com;
        location /static {
            alias /srv/bookstore/staticfiles;
        }
        location / {
            proxy_pass http://unix:/run/gunicorn.sock;
            proxy_set_header Host $http_host;
        }
    }

When to silence it
------------------

When the folder above holds nothing but what is public anyway.

References
----------

- https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
- https://github.com/yandex/gixy/blob/master/docs/en/plugins/aliastraversal.md
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding

ID = 312
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    for mapping in deployment.static_mappings:
        # Only the application leads to an internal location.
        if mapping.server != "nginx" or not mapping.alias or mapping.match != "prefix" or mapping.internal:
            continue
        if not mapping.url or mapping.url.endswith("/") or not mapping.directory.endswith("/"):
            continue
        yield Finding(
            f"'{mapping.url}../' reads what lies above '{mapping.directory}': the location '{mapping.url}' has no slash at "
            "its end, and its alias has one.",
            f"Write '{mapping.url}/' in place of '{mapping.url}' in the 'location' around {mapping.location}.",
            mapping.location,
        )
