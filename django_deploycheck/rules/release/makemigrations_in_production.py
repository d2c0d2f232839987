"""
Production runs ``makemigrations``.

A production process, a release step or an image's build writes migrations where it should only apply the ones that were
committed. ``makemigrations --check`` and ``--dry-run`` write nothing and are fine.

Why it matters
--------------

Migrations are source code. Those written on a server exist only there: the next container starts without them, two
replicas write two different ones of the same number, and the database remembers names that no file has. Sooner or later
``migrate`` stops with a conflict that can only be untangled by hand, in production. A question of ``makemigrations``
(was the field renamed?) cannot be answered there either.

Bad: in a script
----------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN python manage.py collectstatic --noinput
   ENTRYPOINT ["./entrypoint.sh"]

.. code-block:: sh
   :caption: entrypoint.sh

   #!/bin/sh
   python manage.py makemigrations
   python manage.py migrate
   exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000

Bad: in a release phase
-----------------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py makemigrations && python manage.py migrate
   web: gunicorn bookstore.wsgi

Good: in a script
-----------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN python manage.py collectstatic --noinput
   ENTRYPOINT ["./entrypoint.sh"]

.. code-block:: sh
   :caption: entrypoint.sh

   #!/bin/sh
   python manage.py migrate
   exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000

Good: a release that stops when a migration was forgotten
---------------------------------------------------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py makemigrations --check && python manage.py migrate
   web: gunicorn bookstore.wsgi

When to silence it
------------------

Hardly ever: when the migrations are written into a volume on purpose, for tables that users define at run time.

References
----------

* https://docs.djangoproject.com/en/stable/topics/migrations/#version-control
* https://docs.djangoproject.com/en/stable/ref/django-admin/#makemigrations
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Location, Process
from django_deploycheck.stanzas import named

ID = 202
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    seen: set[Location] = set()
    for process, command in deployment.production_commands():
        if command.subcommand != "makemigrations" or command.changes_nothing or command.location in seen:
            continue
        seen.add(command.location)
        yield Finding(
            f"'{command.text}' runs in {_where(process)}, which writes migrations that exist nowhere else.",
            f"Delete it from {command.location}; run 'python manage.py makemigrations' on your machine, commit the files it writes and leave only "
            "'migrate' to production.",
            command.location,
            level=None if command.certain else "I",
        )


def _where(process: Process) -> str:
    if process.role == "build" and process.image is not None:
        return f"the build of '{process.image.dockerfile}'"
    return named(process)
