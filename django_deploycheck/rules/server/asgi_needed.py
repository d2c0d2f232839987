"""
Channels needs an ASGI server, and every process that answers requests runs a WSGI server.

It looks for ``channels`` or ``django_eventstream`` among the installed apps together with ``ASGI_APPLICATION``. It is silent
as soon as one process serves ASGI, and where a server may run in something that was not read.

Why it matters
--------------

WSGI knows no WebSockets. Pages work, and every ``new WebSocket(…)`` in them fails with 404 or never opens; streams of
events hold a worker each until none is left. On a developer's machine it works, for there ``runserver`` serves ASGI.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS = ["daphne", "channels", *INSTALLED_APPS]
    ASGI_APPLICATION = "bookstore.asgi.application"

Good
----

.. code-block:: text
    :caption: Procfile

    web: daphne --bind 0.0.0.0 --port $PORT bookstore.asgi:application

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS = ["daphne", "channels", *INSTALLED_APPS]
    ASGI_APPLICATION = "bookstore.asgi.application"

Good: gunicorn with a worker for ASGI
-------------------------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.asgi:application --workers 2 --worker-class uvicorn_worker.UvicornWorker

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS = ["channels", *INSTALLED_APPS]
    ASGI_APPLICATION = "bookstore.asgi.application"

When to silence it
------------------

When Channels is installed for its layers alone (tasks that send messages, a service elsewhere that delivers them).

References
----------

- https://channels.readthedocs.io/en/stable/deploying.html
- https://docs.djangoproject.com/en/stable/howto/deployment/asgi/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Process
from django_deploycheck.rules.server._server import declaration, replacement, runs_for_certain, who
from django_deploycheck.servers import DISTRIBUTIONS

ID = 108
LEVEL = "W"

_NEEDING = ("channels", "django_eventstream")
_SERVERS = ("daphne", "uvicorn", "granian", "hypercorn")


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    apps = [app for app in settings.get("INSTALLED_APPS") or () if isinstance(app, str)]
    app = next((app for app in apps for name in _NEEDING if (app + ".").startswith(name + ".")), None)
    if app is None or not settings.get("ASGI_APPLICATION") or settings.may_differ("INSTALLED_APPS"):
        return
    if not all(map(_speaks_wsgi, deployment.web)) or _may_serve_asgi(deployment):
        return
    for process in deployment.web[:1]:
        name = next((server for server in _SERVERS if deployment.requires(*DISTRIBUTIONS[server])), "uvicorn")
        declared = deployment.requires(*DISTRIBUTIONS[name])
        yield Finding(
            f"'{app}' is installed and needs ASGI, and {who(process)[0].lower()}{who(process)[1:]} serves WSGI alone.",
            f"Write '{replacement(deployment, process, name)}' instead"
            f"{'' if declared else f', and {declaration(deployment, name)}'}.",
            process.location,
            related=process.via,
        )


def _speaks_wsgi(process: Process) -> bool:
    """Whether it is certain that the process serves WSGI; hypercorn's and uWSGI's gateways may do both."""
    server = process.server
    known = server is not None and server.name in ("gunicorn", "uwsgi", "waitress", "mod_wsgi", "granian", "uvicorn")
    return server is not None and known and server.interface == "wsgi" and runs_for_certain(process)


def _may_serve_asgi(deployment: Deployment) -> bool:
    """Whether anything but development serves ASGI, or may: a server whose options are not known, what was not read."""
    servers = [process.server for process in deployment.processes if process.environment != "development"]
    if any(server is not None and server.interface != "wsgi" for server in servers) or not deployment.complete:
        return True
    return any(spot.may_run(name) for spot in deployment.all_blind_spots for name in (*_SERVERS, "gunicorn"))
