"""
A production server runs with one worker because nothing says how many.

gunicorn and uvicorn start one worker process unless told otherwise. This rule finds commands where neither an option,
``WEB_CONCURRENCY``, ``GUNICORN_CMD_ARGS`` nor a configuration file states a number. A stated 1 is a decision, and so is
a number of threads; neither is reported.

Why it matters
--------------

With gunicorn's default there is exactly one request in the works at any time. A single slow page, a call to another
service that hangs, one large upload: everybody else waits. gunicorn's own advice is (2 x cores) + 1 workers, cores
being those that production has.

Bad
---

.. code-block:: yaml
   :caption: compose.prod.yaml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi --bind 0.0.0.0:8000
       ports:
         - "8000:8000"

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   USER www-data

Good
----

.. code-block:: yaml
   :caption: compose.prod.yaml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3
       ports:
         - "8000:8000"

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   USER www-data

Good: the number comes from the environment
-------------------------------------------

.. code-block:: yaml
   :caption: compose.prod.yaml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi --bind 0.0.0.0:8000
       environment:
         WEB_CONCURRENCY: 3
       ports:
         - "8000:8000"

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   USER www-data

When to silence it
------------------

Rather than silencing it, state the number: ``--workers 1`` says that one is what you want, for instance where an
orchestrator starts many small containers.

References
----------

- https://docs.gunicorn.org/en/stable/design.html#how-many-workers
- https://docs.gunicorn.org/en/stable/settings.html#workers
- https://www.uvicorn.org/settings/#production
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, EnvVar, Finding, Process
from django_deploycheck.patterns import regex
from django_deploycheck.platforms import platform
from django_deploycheck.rules.server._server import once, runs_for_certain, who

ID = 107
LEVEL = "I"

_SAMPLE = regex(r"[-._](?:sample|example|template|tmpl|dist|default)")


def check(deployment: Deployment) -> Iterator[Finding]:
    if deployment.complete:
        yield from once(_findings(deployment))


def _findings(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.web:
        server = process.server
        if server is None or server.name not in ("gunicorn", "uvicorn") or not runs_for_certain(process):
            continue
        if server.workers_stated or server.unresolved & {"workers", "config"} or _has_threads(process):
            continue
        if _set_elsewhere(deployment, process) or _is_replicated(deployment, process):
            continue
        message = f"{who(process)} starts '{server.name}' with a single worker, because nothing says how many."
        hint = (
            f"Add '--workers 3' to the command in {process.location}, or set WEB_CONCURRENCY=3 in its environment; gunicorn advises "
            "2 x cores + 1, and '--workers 1' says that one is enough."
        )
        yield Finding(message, hint, process.location, related=process.via)


def _has_threads(process: Process) -> bool:
    return process.command is not None and process.command.has_option("--threads")


def _set_elsewhere(deployment: Deployment, process: Process) -> bool:
    """Whether the platform, a variable or a file that was not read can state the number."""
    on_platform = platform(process.platform)
    if on_platform is not None and on_platform.sets_concurrency:
        return True
    own = process.command.variables if process.command else ()
    if any(_may_state_workers(variable) for variable in (*process.variables, *own, *deployment.production_variables)):
        return True
    if any(spot.hides is None for spot in process.blind_spots):
        return True
    return process.service is not None and any(
        _is_unknown(deployment, reference.path) for reference in process.service.env_files
    )


def _is_unknown(deployment: Deployment, env_file: str) -> bool:
    """Whether nothing says what an env file holds: it was not read, and no sample of it that leaves the number out."""
    read = [file.path for file in deployment.files if file.status == "read"]
    if env_file in read:
        return False
    samples = {path for path in read if path.startswith(env_file) and _SAMPLE.fullmatch(path[len(env_file) :])}
    return not samples or any(
        _may_state_workers(variable) for variable in deployment.variables if variable.location.path in samples
    )


def _may_state_workers(variable: EnvVar) -> bool:
    if variable.name == "GUNICORN_CMD_ARGS":
        return variable.value is None or bool(variable.references) or "-w" in variable.value or "-c" in variable.value
    return variable.name == "WEB_CONCURRENCY"


def _is_replicated(deployment: Deployment, process: Process) -> bool:
    if process.service is not None and (process.service.replicas or 0) > 1:
        return True
    return any(formation.name == process.name and formation.quantity > 1 for formation in deployment.formations)
