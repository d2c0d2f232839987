"""
A deploy step records migrations as done without doing them.

It looks at ``migrate --fake`` in what production runs on a deploy or at its start, and at ``migrate --fake-initial``
in a process that writes migrations itself with ``makemigrations``.

Why it matters
--------------

``--fake`` repairs one database once. On every deploy it marks each new migration as applied while the table or column
it should make is missing, and the first request that needs it fails. What really is in the database is then known to
nobody, and ``migrate`` does not look again.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --fake

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

When to silence it
------------------

For the one deploy that needs it; better, run it by hand.

What it cannot see
------------------

What a condition decides.

References
----------

- https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-migrate-fake
- https://docs.djangoproject.com/en/stable/topics/migrations/#initial-migrations
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Command, Deployment, Finding, Level, Location, Process
from django_deploycheck.stanzas import named

ID = 209
LEVEL: Level = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    seen: set[Location] = set()
    for process, command in deployment.production_commands():
        if command.subcommand != "migrate" or command.changes_nothing or not command.certain:
            continue
        option = _option(command, process)
        if option is None or command.location in seen:
            continue
        seen.add(command.location)
        right = " ".join(word for word in command.argv if word != option)
        yield Finding(
            f"'{command.text}' runs in {named(process)} every time: '{option}' records migrations whose tables may not be there.",
            f"Write '{right}' in {command.location}, and run '{command.text}' once by hand where a database needs it.",
            command.location,
        )


def _option(command: Command, process: Process) -> str | None:
    """The option that leaves migrations out, where it does harm."""
    if command.has_option("--fake"):
        return "--fake"
    writes = any(other.subcommand == "makemigrations" and not other.changes_nothing for other in process.commands)
    return "--fake-initial" if writes and command.has_option("--fake-initial") else None
