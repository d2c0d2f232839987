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

from django_deploycheck.model import Deployment, Finding, Location, Process
from django_deploycheck.rules.server._server import runs_for_certain, who

ID = 105
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    seen: set[Location] = set()
    for process in deployment.production:
        server = process.server
        if server is None or server.reload is None or server.reload in seen or not runs_for_certain(process):
            continue
        seen.add(server.reload)
        option = _option(process)
        message = f"{who(process)} starts {server.name} with '{option}': it restarts whenever a source file changes."
        hint = f"Delete '{option}' in {server.reload}; developers can add it where they start the server themselves."
        yield Finding(message, hint, server.reload, related=(process.location,))


def _option(process: Process) -> str:
    """The option as the user wrote it."""
    server, command = process.server, process.command
    if server is None or command is None:
        return "--reload"
    given = next(
        (
            argument
            for argument in command.argv
            if argument.lstrip("-").startswith(("reload", "py-autoreload", "python-autoreload"))
        ),
        None,
    )
    if given is not None and server.reload == command.location:
        return given
    return "py-autoreload" if server.name == "uwsgi" else "reload = True"
