"""
A production server watches the source files and restarts itself when one changes.

``--reload`` of gunicorn and uvicorn, ``reload = True`` in gunicorn.conf.py and uWSGI's ``py-autoreload`` are made for the
desk. This rule finds them on servers that production starts.

Why it matters
--------------

The watcher looks at every module again and again, which costs processor time in each worker. A deployment that copies
files one after the other is picked up half way, so requests meet old and new code side by side. gunicorn also gives up
preloading, and uvicorn runs a single worker: ``--reload`` and ``--workers`` exclude each other.

Bad
---

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi --reload

Bad: in a configuration file
----------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

.. code-block:: python
   :caption: gunicorn.conf.py

   workers = 3
   reload = True

Good
----

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good: only for developers
-------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

.. code-block:: python
   :caption: gunicorn.conf.py

   import os

   workers = 3
   if os.environ.get("DEBUG") == "1":
       reload = True

When to silence it
------------------

On a staging machine where you edit the code in place and know it.

References
----------

- https://docs.gunicorn.org/en/stable/settings.html#reload
- https://www.uvicorn.org/settings/#development
- https://uwsgi-docs.readthedocs.io/en/latest/Options.html
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Command, Deployment, Finding, Server
from django_deploycheck.rules.server._server import once, runs_for_certain, who

ID = 105
LEVEL = "W"

_OPTIONS = ("reload", "py-autoreload", "python-autoreload")


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from once(_findings(deployment))


def _findings(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.production:
        server = process.server
        if server is None or server.reload is None or not runs_for_certain(process):
            continue
        option = _option(server, process.command)
        message = f"{who(process)} starts {server.name} with '{option}': it restarts whenever a source file changes."
        hint = f"Delete '{option}' in {server.reload}; developers can add it where they start the server themselves."
        yield Finding(message, hint, server.reload, related=(process.location,))


def _option(server: Server, command: Command | None) -> str:
    """The option as the user wrote it."""
    is_given = command is not None and server.reload is not None and server.reload.path == command.location.path
    argv = command.argv if command is not None and is_given else ()
    given = next((word for word in argv if word.lstrip("-").startswith(_OPTIONS)), None)
    return given or ("py-autoreload" if server.name == "uwsgi" else "reload = True")
