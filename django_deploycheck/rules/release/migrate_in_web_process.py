"""
Each replica of the web process runs ``migrate`` when it starts.

The command that starts the server runs ``migrate`` first, and the platform may run several of these processes at once:
a web process of a platform, a Kubernetes deployment, a compose service that can be scaled. It is a warning where a file
asks for more than one, otherwise advice. An init container of a Kubernetes Deployment with several replicas is the same
mistake: each replica has its own.

Why it matters
--------------

On a deploy all replicas start together and migrate the same database at the same moment. Most databases do not lock out
the second one: it finds half of the tables, fails, and is restarted until the first has finished. A long migration also
keeps the new process from answering for as long as it takes, and platforms kill a process that does not answer.

Bad: in the Procfile
--------------------

.. code-block:: text
   :caption: Procfile

   web: python manage.py migrate && gunicorn bookstore.wsgi

Bad: in the entrypoint of a service with replicas
-------------------------------------------------

.. code-block:: yaml
   :caption: docker-compose.prod.yml

   services:
     web:
       build: .
       deploy:
         replicas: 3

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN python manage.py collectstatic --noinput
   CMD ["./start.sh"]

.. code-block:: sh
   :caption: start.sh

   #!/bin/sh
   python manage.py migrate
   exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000

Bad: in an init container of a Deployment with replicas
-------------------------------------------------------

.. code-block:: yaml
   :caption: k8s/web.yaml

   apiVersion: apps/v1
   kind: Deployment
   metadata:
     name: bookstore
   spec:
     replicas: 3
     template:
       spec:
         initContainers:
           - name: migrate
             image: bookstore
             command: [python, manage.py, migrate]
         containers:
           - name: web
             image: bookstore
             command: [gunicorn, bookstore.wsgi, --bind, "0.0.0.0:8000"]

Good: a release phase
---------------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py migrate
   web: gunicorn bookstore.wsgi

Good: a service of its own
--------------------------

.. code-block:: yaml
   :caption: docker-compose.prod.yml

   services:
     migrate:
       build: .
       command: python manage.py migrate
     web:
       build: .
       deploy:
         replicas: 3
       depends_on:
         migrate:
           condition: service_completed_successfully

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN python manage.py collectstatic --noinput
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]

Good: a Job that is awaited before the rollout
----------------------------------------------

.. code-block:: yaml
   :caption: k8s/migrate.yaml

   apiVersion: batch/v1
   kind: Job
   metadata:
     name: migrate
   spec:
     template:
       spec:
         restartPolicy: Never
         containers:
           - name: migrate
             image: bookstore
             command: [python, manage.py, migrate]

.. code-block:: yaml
   :caption: k8s/web.yaml

   apiVersion: apps/v1
   kind: Deployment
   metadata:
     name: bookstore
   spec:
     replicas: 3
     template:
       spec:
         containers:
           - name: web
             image: bookstore
             command: [gunicorn, bookstore.wsgi, --bind, "0.0.0.0:8000"]

Good: one container by construction
-----------------------------------

.. code-block:: yaml
   :caption: docker-compose.prod.yml

   services:
     web:
       image: bookstore
       container_name: bookstore
       command: sh -c "python manage.py migrate && gunicorn bookstore.wsgi --bind 0.0.0.0:8000"

When to silence it
------------------

When there will only ever be one such process, or when the database serialises migrations (an advisory lock around
``migrate``).

References
----------

* https://devcenter.heroku.com/articles/release-phase
* https://kubernetes.io/docs/concepts/workloads/controllers/job/
* https://docs.docker.com/reference/compose-file/deploy/#replicas
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from django_deploycheck.model import Answer, Command, Deployment, Finding, Location, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.release._migrate import MIGRATES
from django_deploycheck.stanzas import before_release, is_single, named

ID = 203
LEVEL = "I"

_LOCKS = frozenset({"flock", "s6-setlock", "setlock", "chpst"})


def check(deployment: Deployment) -> Iterator[Finding]:
    seen: set[Location] = set()
    preparing = _preparing(deployment)
    for process in deployment.web:
        command = _migration(process) or _in_init_container(deployment, process, preparing)
        if command is None or command.location in seen or _is_single(deployment, process):
            continue
        seen.add(command.location)
        replicas = _replicas(deployment, process)
        how_many = f"each of the {replicas} replicas" if replicas else "every replica"
        yield Finding(
            f"'{command.text}' runs whenever {named(process)} starts, so {how_many} migrates the same database at the same time.",
            f"{before_release(deployment, process, command.subcommand or 'migrate', at_start=False)}, and delete it from {command.location}.",
            command.location,
            level="W" if replicas else None,
            related=(process.service.location,) if process.service else (),
        )


def _migration(process: Process) -> Command | None:
    """The command that migrates before the server of this process starts."""
    if process.server is None or process.server.name == "runserver":
        return None
    before = takewhile(lambda command: command is not process.command, process.commands)
    return next((command for command in before if _migrates(command)), None)


def _preparing(deployment: Deployment) -> dict[tuple[str | None, str], list[Process]]:
    """The init containers of production, by workload and file."""
    found: dict[tuple[str | None, str], list[Process]] = {}
    for process in deployment.production:
        if process.service is not None and process.service.prepares is not None:
            found.setdefault((process.service.workload, process.service.location.path), []).append(process)
    return found


def _in_init_container(
    deployment: Deployment, process: Process, preparing: Mapping[tuple[str | None, str], Sequence[Process]]
) -> Command | None:
    """
    The command that migrates in an init container of a Deployment with several replicas: a rollout starts some of its
    pods at once, while those of a StatefulSet come one by one.
    """
    service = process.service
    if service is None or not (service.workload or "").startswith("Deployment/") or not _replicas(deployment, process):
        return None
    commands = (
        command for other in preparing.get((service.workload, service.location.path), ()) for command in other.commands
    )
    return next((command for command in commands if _migrates(command)), None)


def _migrates(command: Command) -> bool:
    if command.subcommand not in MIGRATES or command.changes_nothing or _LOCKS.intersection(command.wrappers):
        return False
    return command.certain and command.environment != "development"


def _is_single(deployment: Deployment, process: Process) -> bool:
    """Whether there is one such process by construction, or nothing says how it is run."""
    service = process.service
    # A platform calls what an image alone starts "web".
    name = process.name if service is not None else "web"
    if any(formation.name == name and formation.quantity <= 1 for formation in deployment.formations):
        return True
    if service is None:
        # Heroku starts what the Procfile says; another platform's file beside an image means that it starts the image.
        return not any(_scales(name) for name in deployment.platforms if name != "heroku")
    if service.runs_on_host or is_single(service):
        return True
    return process.platform is not None and not _scales(process.platform)


def _scales(name: str) -> bool:
    """Whether a platform runs one process on several machines."""
    found = platform(name)
    return found is not None and found.keeps_disk is not Answer.YES


def _replicas(deployment: Deployment, process: Process) -> int | None:
    """How many a file asks for, where it asks for several."""
    stated = [formation.quantity for formation in deployment.formations if formation.name == process.name]
    if process.service is not None and process.service.replicas is not None:
        stated.append(process.service.replicas)
    most = max(stated, default=0)
    return most if most > 1 else None
