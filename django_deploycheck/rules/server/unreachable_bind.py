"""
The server listens where the router in front of it does not look.

Two mistakes: the server listens on the loopback interface inside a container or behind a platform's router, which no one
outside can reach; or it listens on another port than the one that is published, routed to, or handed over in ``PORT``.

Why it matters
--------------

Everything starts, the logs look healthy, and every request ends in a 502 or a refused connection. The default of most
servers is ``127.0.0.1:8000``, right behind nginx on one machine and wrong in a container. gunicorn alone listens on
``0.0.0.0:$PORT`` by itself, and only where ``PORT`` is set.

Bad
---

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi --bind 127.0.0.1:8000

Bad: a default that stays inside the container
----------------------------------------------

.. code-block:: yaml
   :caption: compose.prod.yaml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi --workers 3
       ports:
         - "80:8000"

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   USER www-data

Bad: another port than the published one
----------------------------------------

.. code-block:: yaml
   :caption: compose.prod.yaml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:8001
       ports:
         - "80:8000"

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   USER www-data

Good
----

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good: every interface of the container
--------------------------------------

.. code-block:: yaml
   :caption: compose.prod.yaml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:8000
       ports:
         - "127.0.0.1:80:8000"

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   USER www-data

Good: the port comes from the environment
-----------------------------------------

.. code-block:: text
   :caption: Procfile

   web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT

When to silence it
------------------

When the container shares the host's network, or a panel outside the repository routes to the port after all.

References
----------

- https://docs.gunicorn.org/en/stable/settings.html#bind
- https://devcenter.heroku.com/articles/runtime-principles#web-servers
- https://docs.docker.com/engine/network/port-publishing/
- https://kamal-deploy.org/docs/configuration/proxy/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Process
from django_deploycheck.rules.server._listening import Endpoint, Router, endpoints, has_proxy_beside, router
from django_deploycheck.rules.server._server import once, runs_for_certain, who

ID = 106
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from once(_findings(deployment))


def _findings(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.web:
        if not runs_for_certain(process) or has_proxy_beside(deployment, process):
            continue
        outside = router(deployment, process)
        listens = endpoints(process)
        if outside is None or not listens:
            continue
        if all(place.is_loopback for place in listens):
            message = f"{who(process)} listens on '{_shown(listens)}', which {outside.name} cannot reach from outside."
        elif _misses(outside, listens):
            message = (
                f"{who(process)} listens on '{_shown(listens)}', while {outside.name} leads to {_wanted(outside)}."
            )
        else:
            continue
        yield Finding(message, _hint(process, listens, outside), process.location, related=process.via)


def _misses(outside: Router, listens: list[Endpoint]) -> bool:
    """Whether the ports are known, and the router leads to none of them."""
    if outside.ports is None or any(place.port is None for place in listens):
        return False
    return all(place.is_loopback or place.port not in outside.ports for place in listens)


def _wanted(outside: Router) -> str:
    return f"port {' or '.join(str(port) for port in outside.ports)}" if outside.ports else "the one in PORT"


def _hint(process: Process, listens: list[Endpoint], outside: Router) -> str:
    name = process.server.name if process.server else ""
    if name == "gunicorn" and outside.sets_port:
        place = process.server.config if process.server and process.server.config else process.location
        return f"Take '{_shown(listens)}' out of {place}: gunicorn listens on 0.0.0.0:$PORT by itself."
    port = "$PORT" if outside.sets_port else (outside.ports or (listens[0].port,))[0] or 8000
    options = {
        "uvicorn": f"--host 0.0.0.0 --port {port}",
        "granian": f"--host 0.0.0.0 --port {port}",
        "daphne": f"--bind 0.0.0.0 --port {port}",
        "runserver": f"0.0.0.0:{port}",
        "uwsgi": f"--http 0.0.0.0:{port}",
    }
    return f"Give '{options.get(name, f'--bind 0.0.0.0:{port}')}' to {name} in {process.location}."


def _shown(listens: list[Endpoint]) -> str:
    return ", ".join(f"{place.host}:{place.port or '$PORT'}" for place in listens)
