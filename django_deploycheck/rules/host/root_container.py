"""
The production image runs the site as root.

The stage that is built sets no ``USER``, or ends with ``USER root``, and nothing drops privileges later: no ``gosu``,
``su-exec``, ``setpriv`` or ``s6-setuidgid`` in front of the command, no ``user:`` in the compose file, no ``user=`` of a
supervisor program, no ``--user`` or ``uid`` of the server.

Why it matters
--------------

A hole in the site, or in any library it uses, hands over what the process may do. As root that is every file of the
image and of the volumes, ports, packages; and a flaw in the container runtime or a mounted Docker socket makes it root
on the host. An unprivileged user costs two lines and the image behaves the same.

Bad
---

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY requirements.txt .
   RUN pip install -r requirements.txt
   COPY . .
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]

Bad: back to root
-----------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   RUN useradd --create-home app
   WORKDIR /app
   COPY . .
   USER app
   RUN pip install --user -r requirements.txt
   USER root
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]

Good
----

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   RUN useradd --create-home app
   WORKDIR /app
   COPY requirements.txt .
   RUN pip install -r requirements.txt
   COPY . .
   USER app
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]

Good: dropped at the start
--------------------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   RUN apt-get update && apt-get install --yes gosu && useradd --create-home app
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   ENTRYPOINT ["./entrypoint.sh"]
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]

.. code-block:: sh
   :caption: entrypoint.sh

   #!/bin/sh
   chown app: /app/media
   exec gosu app "$@"

When to silence it
------------------

When whatever starts the container sets its user: rootless Podman, a cluster that forbids root, OpenShift.

What it cannot see
------------------

A base image of your own may set a user. The rule knows the public ones and is silent about the others.

References
----------

- https://docs.docker.com/build/building/best-practices/#user
- https://docs.docker.com/engine/security/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django_deploycheck.model import Answer, Deployment, Finding, Image, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.host._image import base_is_root, created_user, holds_project, is_root, runs_project

ID = 701
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    images: dict[str, list[Image]] = {}
    for image in deployment.images:
        images.setdefault(image.dockerfile, []).append(image)
    processes_of = _processes_of(deployment)
    for built in images.values():
        for image, processes in _used(built, processes_of):
            known = deployment.complete or image.user is not None or any(map(_is_started, processes))
            running = _running(image, processes, deployment) if known and _starts_as_root(image) else None
            if running is not None:
                yield _finding(image, running, deployment)
                break


def _used(
    images: Iterable[Image], processes_of: Mapping[tuple[str, int], list[Process]]
) -> list[tuple[Image, list[Process]]]:
    """
    The images of one Dockerfile, with what each runs.

    Where services of production say which stage they start, the one that is built without being asked for is not meant.
    """
    used = [(image, processes_of.get((image.dockerfile, image.stage.index), [])) for image in images]
    started = [pair for pair in used if any(_is_started(process) for process in pair[1])]
    return started or used


def _processes_of(deployment: Deployment) -> dict[tuple[str, int], list[Process]]:
    """What runs outside of development, by the Dockerfile and the stage of its image."""
    found: dict[tuple[str, int], list[Process]] = {}
    for process in deployment.processes:
        own = process.image
        if process.role != "build" and process.environment != "development" and own is not None:
            found.setdefault((own.dockerfile, own.stage.index), []).append(process)
    return found


def _is_started(process: Process) -> bool:
    return process.kind != "dockerfile" and process.environment == "production"


def _starts_as_root(image: Image) -> bool:
    if image.user is not None:
        return is_root(image.user.name)
    return base_is_root(image.base) is Answer.YES


def _running(image: Image, processes: list[Process], deployment: Deployment) -> str | None:
    """What runs this project as root in the image, in a few words; None when nothing does or that is not known."""
    processes = [process for process in processes if not _is_remapped(process)]
    if any(_drops(process) for process in processes):
        return None
    held = holds_project(image, deployment)
    for process in sorted(processes, key=lambda process: process.role != "web"):
        command = runs_project(process, deployment, held=held)
        if command is not None:
            return f"'{command.subcommand or command.program}' runs"
    forced = any(variable.name == "C_FORCE_ROOT" for variable in image.variables)
    if processes and held and forced:
        return "Celery, told so by 'C_FORCE_ROOT', runs"
    # Without a CMD the command comes from elsewhere; that it runs this project is clear only where the code lies inside.
    states_none = image.cmd is None and image.entrypoint is None and not any(process.command for process in processes)
    sure = any(process.environment == "production" for process in processes) or (bool(processes) and not deployment.web)
    if states_none and sure and holds_project(image, deployment, built_stage_only=True):
        return "what the container starts runs"
    return None


def _is_remapped(process: Process) -> bool:
    found = platform(process.platform)
    return found is not None and found.remaps_user


def _drops(process: Process) -> bool:
    """Whether anything switches to another user than root, or may do so where it was not read."""
    users = [process.service.user if process.service else None]
    for command in process.commands:
        users += [command.user, command.server.user if command.server else None]
        if command.server is not None and command.server.name == "uwsgi" and "config" in command.server.unresolved:
            return True
    return any(user is not None and not is_root(user) for user in users)


def _finding(image: Image, running: str, deployment: Deployment) -> Finding:
    start = image.cmd or image.entrypoint
    name = created_user(image, deployment)
    add = "adduser -D app" if "alpine" in image.base else "useradd --create-home app"
    create = "" if name else f"'RUN {add}' and "
    if image.user is not None:
        location = image.user.location
        return Finding(
            f"The image ends with 'USER {image.user.name}', so {running} as root.",
            f"Add {create}'USER {name or 'app'}' below the last step that needs root, after {location}.",
            location,
        )
    location = start.location if start else image.stage.location
    where = f"above {location}" if start else f"at the end of {image.dockerfile}"
    return Finding(
        f"No USER follows 'FROM {image.base}', so {running} as root.",
        f"Add {create}'USER {name or 'app'}' {where}.",
        location,
    )
