"""
A deploy step deletes the database, its rows or its volume.

It looks at everything that production runs when it is deployed or started: ``flush``, ``reset_db``, ``migrate … zero``,
``dropdb``, ``DROP DATABASE``, ``docker compose down -v``, ``docker volume rm``, and ``rm`` of a SQLite file.

Why it matters
--------------

Such a line comes from the first days, when starting afresh was easiest. It runs on every deploy, also on the one after
the first customers came, and asks nobody.

Bad: a release phase
--------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py flush --noinput && python manage.py migrate --noinput

Bad: a script that deploys
--------------------------

.. code-block:: sh
    :caption: deploy.sh

    #!/bin/sh
    git pull
    docker compose down -v
    docker compose up --build --detach

Good: a release phase
---------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

Good: a script that deploys
---------------------------

.. code-block:: sh
    :caption: deploy.sh

    #!/bin/sh
    git pull
    docker compose down
    docker compose up --build --detach

When to silence it
------------------

When the site is a demo that shall start with the same data every time.

What it cannot see
------------------

What a condition decides, and what a script of another language does.

References
----------

- https://docs.djangoproject.com/en/stable/ref/django-admin/#flush
- https://docs.docker.com/reference/cli/docker/compose/down/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from django_deploycheck.model import Command, Deployment, Finding, Level, Location
from django_deploycheck.patterns import regex
from django_deploycheck.stanzas import named

ID = 210
LEVEL: Level = "W"

_SUBCOMMANDS = {
    "flush": "every row of the database",
    "reset_db": "the database",
    "reset_schema": "the database's tables",
}
_DROPS = regex(r"\b(?:drop\s+(?:database|schema)|truncate\s+table)\b", re.IGNORECASE)
_SQLITE = regex(r"(?:\.sqlite3?|\.db)$")


def check(deployment: Deployment) -> Iterator[Finding]:
    seen: set[Location] = set()
    for process, command in deployment.production_commands():
        is_image = process.role == "build" and process.image is not None
        if not command.certain or is_image or process.role == "scheduler" or command.location in seen:
            continue
        deleted = _deleted(command)
        if deleted is None:
            continue
        seen.add(command.location)
        yield Finding(
            f"'{command.text}' runs in {named(process)} and deletes {deleted}.",
            f"Delete '{command.text}' from {command.location}{_instead(command)}.",
            command.location,
        )


def _deleted(command: Command) -> str | None:
    """What a command deletes, in words; None where it deletes no data of the database."""
    argv = command.argv
    if command.subcommand is not None:
        unapplies = command.subcommand == "migrate" and command.arguments[-1:] == ("zero",)
        return "the tables of an app" if unapplies else _SUBCOMMANDS.get(command.subcommand)
    if command.program == "dropdb":
        return "the database"
    if command.program in ("psql", "mysql", "mariadb") and any(_DROPS.search(argument) for argument in argv[1:]):
        return "what the database holds"
    if command.program == "rm":
        files = [argument for argument in argv[1:] if _SQLITE.search(argument) and not argument.startswith("/tmp/")]
        return f"the database '{posixpath.basename(files[0])}'" if files else None
    if command.program in ("docker", "docker-compose", "podman", "podman-compose"):
        return _deleted_by_docker(command)
    return None


def _deleted_by_docker(command: Command) -> str | None:
    words = [argument for argument in command.argv[1:] if not argument.startswith("-")]
    is_compose = command.program.endswith("-compose") or "compose" in words[:1]
    if is_compose and "down" in words and command.has_option("-v", "--volumes"):
        return "the volumes of its compose file"
    if words[:2] in (["volume", "rm"], ["volume", "remove"]):
        return f"the volume '{words[2]}'" if len(words) > 2 else "a volume"
    return None


def _instead(command: Command) -> str:
    if command.has_option("-v", "--volumes") and "down" in command.argv:
        return ", or leave out '-v'"
    return "; run it by hand where you mean it" if command.subcommand is not None else ""
