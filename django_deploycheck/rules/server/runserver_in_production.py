"""
Production answers requests with ``runserver``, Django's development server.

``runserver`` exists to show a change as soon as the file is saved. This rule finds it (and ``runserver_plus`` and other
spellings) wherever production starts its web process: a Procfile, an image, a compose file, a service file, a script.

Why it matters
--------------

Django's documentation is blunt about it: the development server has gone through no security audit and no performance
test. It is one process that reloads itself, with no limits on slow clients, no worker to replace one that hangs, and a
watcher that eats the processor. Static files may come out of it only while ``DEBUG`` is on, which invites leaving it on.

Bad
---

.. code-block:: text
   :caption: Procfile

   web: python manage.py runserver 0.0.0.0:$PORT

Bad: in a script
----------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER www-data
   CMD ["./start.sh"]

.. code-block:: sh
   :caption: start.sh

   #!/bin/sh
   set -e
   python manage.py migrate
   python manage.py runserver 0.0.0.0:8000

Good
----

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good: in a script
-----------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER www-data
   CMD ["./start.sh"]

.. code-block:: sh
   :caption: start.sh

   #!/bin/sh
   set -e
   python manage.py migrate
   exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3

When to silence it
------------------

When the file is not used in production after all: name what is with ``DEPLOYCHECK["PRODUCTION"]`` instead. For a tool
that three colleagues use on a private network, ignore the rule for that file and say so in the reason.

References
----------

- https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver
- https://docs.djangoproject.com/en/stable/howto/deployment/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding
from django_deploycheck.rules.server._server import hint_to_start, is_server, once, runs_for_certain, who

ID = 101
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from once(_findings(deployment))


def _findings(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.web:
        command = process.command
        if command is None or command.server is None or not runs_for_certain(process):
            continue
        if any(is_server(other) for other in process.commands):
            continue  # a script that can start either: which one production gets is not known
        message = (
            f"{who(process)} answers production's requests with '{command.subcommand}', Django's development server."
        )
        yield Finding(message, hint_to_start(deployment, process), process.location, related=process.via)
