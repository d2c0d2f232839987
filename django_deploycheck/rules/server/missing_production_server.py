"""
No process of production starts a WSGI or ASGI server.

A Django site needs a program between the network and Python: gunicorn, uvicorn, daphne, uWSGI, Granian, mod_wsgi. This
rule speaks when every process that should answer requests is known, and none of them starts one. It also speaks when
a platform that starts what you tell it is used, nothing tells it what to start, and no dependency brings a server.

Why it matters
--------------

Without a server there is no site, or only the development server stands in for one. Most guides install the server in
a late step that is easily skipped, because nothing on a developer's machine misses it.

Bad
---

.. code-block:: text
   :caption: requirements.txt

   django==5.2.8
   psycopg==3.2.13

.. code-block:: text
   :caption: Procfile

   web: python manage.py runserver 0.0.0.0:$PORT

Bad: the web process does something else
----------------------------------------

.. code-block:: text
   :caption: Procfile

   web: python manage.py migrate

Good
----

.. code-block:: text
   :caption: requirements.txt

   django==5.2.8
   gunicorn==23.0.0
   psycopg==3.2.13

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good: the web process migrates, then serves
-------------------------------------------

.. code-block:: text
   :caption: Procfile

   web: python manage.py migrate && gunicorn bookstore.wsgi

When to silence it
------------------

When the server is started by something outside the repository: a dashboard (name its command in
``DEPLOYCHECK["COMMANDS"]``) or a platform that brings its own (name it in ``DEPLOYCHECK["PLATFORM"]``).

References
----------

- https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/
- https://docs.djangoproject.com/en/stable/howto/deployment/asgi/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.server._server import (
    application,
    declaration,
    hint_to_start,
    is_server,
    runs_for_certain,
    who,
)
from django_deploycheck.servers import DISTRIBUTIONS

ID = 102
LEVEL = "W"

_ENDS_BY_ITSELF = frozenset(
    {
        "migrate",
        "collectstatic",
        "check",
        "createsuperuser",
        "loaddata",
        "compilemessages",
        "createcachetable",
        "clearsessions",
    }
)

_READ_PROCFILES = ("heroku", "dokku", "scalingo", "railway", "digitalocean", "piku")


def check(deployment: Deployment) -> Iterator[Finding]:
    if any((found := platform(name)) is not None and found.brings_server for name in deployment.platforms):
        return
    others = [process for process in deployment.processes if process.environment != "development"]
    if any(is_server(command) for process in others for command in process.commands):
        return
    if any(_may_start_a_server(process) for process in others) or _starts_something_unseen(deployment):
        return
    if all(process.role in ("release", "build") for process in deployment.production):
        yield from _nothing_to_start(deployment)
    elif deployment.complete and deployment.web and all(_starts_no_server(process) for process in deployment.web):
        yield _no_server_started(deployment, deployment.web[0])


def _may_start_a_server(process: Process) -> bool:
    """Whether what was not understood of a process can be a server; an image that nothing starts is none."""
    started = process.role == "web" or process.service is not None
    return started and any(spot.hides is None for spot in process.blind_spots)


def _starts_something_unseen(deployment: Deployment) -> bool:
    """Whether an image has a command of its own that no process shows, because a file overrides it."""
    shown = {place for process in deployment.processes for place in (process.location, *process.via)}
    for image in deployment.images:
        lines = [line.location for line in (image.entrypoint, image.cmd) if line is not None]
        if lines and image.environment != "development" and shown.isdisjoint(lines):
            return True
    return False


def _no_server_started(deployment: Deployment, process: Process) -> Finding:
    runs = process.command.subcommand if process.command else ""
    who_runs = who(process)
    message = f"Nothing in production starts a WSGI or ASGI server; {who_runs[:1].lower()}{who_runs[1:]} runs '{runs}', which is none."
    return Finding(message, hint_to_start(deployment, process), process.location, related=process.via)


def _starts_no_server(process: Process) -> bool:
    """Whether everything that the process runs is known; only the development server can be among it here."""
    if process.server is not None:
        return runs_for_certain(process)
    return bool(process.commands) and all(command.subcommand in _ENDS_BY_ITSELF for command in process.commands)


def _nothing_to_start(deployment: Deployment) -> Iterator[Finding]:
    """A platform is used that needs to be told what to start; nothing does, and nothing that could be started is declared."""
    told = [found for name in _READ_PROCFILES if name in deployment.platforms and (found := platform(name)) is not None]
    django = next((item for item in deployment.requirements if item.name == "django" and item.kind == "direct"), None)
    if not told or django is None or not deployment.complete or deployment.blind_spots:
        return
    if deployment.requires(*(name for names in DISTRIBUTIONS.values() for name in names)):
        return
    if any(image.environment != "development" for image in deployment.images):
        return
    message = f"Nothing tells {told[0].title} what to start, and no dependency beside '{django.name}' is a WSGI or ASGI server."
    hint = f"Write 'web: gunicorn {application(deployment)}' to a Procfile, and {declaration(deployment, 'gunicorn')}."
    yield Finding(message, hint, django.location)
