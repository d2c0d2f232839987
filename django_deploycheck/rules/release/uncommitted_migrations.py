"""
The project's migrations do not reach production: they are ignored, or were never committed.

A line of ``.gitignore`` or ``.dockerignore`` excludes the migration modules of the project's apps; or production runs
``makemigrations`` while an app with models has no migration in the repository.

Why it matters
--------------

Migrations are the only record of how the tables came to be. Where each machine writes its own, no two databases agree,
a column that was renamed on one is dropped and added on another, data included, and a new server cannot be built from
the repository. In a container they are even lost with every deploy.

Bad: ignored by git
-------------------

.. code-block:: text
   :caption: .gitignore

   *.pyc
   migrations/

.. code-block:: python
   :caption: books/models.py

   from django.db import models


   class Book(models.Model):
       title = models.CharField(max_length=200)

.. code-block:: python
   :caption: books/migrations/__init__.py

   # Migrations are written by makemigrations.

Bad: written in production
--------------------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py makemigrations books && python manage.py migrate
   web: gunicorn bookstore.wsgi

.. code-block:: python
   :caption: books/models.py

   from django.db import models


   class Book(models.Model):
       title = models.CharField(max_length=200)

.. code-block:: python
   :caption: books/migrations/__init__.py

   # Migrations are written by makemigrations.

Good
----

.. code-block:: text
   :caption: .gitignore

   *.pyc

.. code-block:: python
   :caption: books/models.py

   from django.db import models


   class Book(models.Model):
       title = models.CharField(max_length=200)

.. code-block:: python
   :caption: books/migrations/0001_initial.py

   from django.db import migrations, models


   class Migration(migrations.Migration):
       initial = True
       operations = [
           migrations.CreateModel(
               name="Book",
               fields=[
                   ("id", models.BigAutoField(primary_key=True)),
                   ("title", models.CharField(max_length=200)),
               ],
           ),
       ]

Good: taken back in after a broad pattern
-----------------------------------------

.. code-block:: text
   :caption: .gitignore

   00*.py
   !**/migrations/*.py

.. code-block:: python
   :caption: books/models.py

   from django.db import models


   class Book(models.Model):
       title = models.CharField(max_length=200)

When to silence it
------------------

When the ignored apps are examples that are never deployed.

What it cannot see
------------------

Without ``.git/index`` (an unpacked archive, a work tree of another clone) it is not known which files are tracked; then
an app counts as committed as soon as its migrations are there. Apps in ``MIGRATION_MODULES`` are left out.

References
----------

* https://docs.djangoproject.com/en/stable/topics/migrations/#version-control
* https://git-scm.com/docs/gitignore
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_deploycheck.model import App, Deployment, Finding
from django_deploycheck.rules.release._migrate import apps_with_migrations, ignored_migrations, is_gitignore

ID = 204
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.complete:
        return
    ignored = dict(ignored_migrations(deployment))
    for pattern in dict.fromkeys(ignored.values()):
        hit = [app for app, found in ignored.items() if found is pattern]
        kept = "git" if is_gitignore(pattern.location.path) else "the image"
        yield Finding(
            f"'{pattern.pattern}' keeps the migrations of {_named(hit)} out of {kept}, so production cannot apply them.",
            f"Delete the line, run 'python manage.py makemigrations {_labels(hit)}' and commit the files that it writes."
            if kept == "git"
            else "Delete the line, or add '!**/migrations' below it, and build the image again.",
            pattern.location,
        )
    others = [app for app in apps_with_migrations(deployment) if app not in ignored and not app.committed]
    yield from _written_in_production(deployment, others)


def _written_in_production(deployment: Deployment, apps: list[App]) -> Iterator[Finding]:
    if not apps:
        return
    commands = [
        command
        for _, command in deployment.production_commands()
        if command.subcommand == "makemigrations" and not command.changes_nothing
    ]
    for location in dict.fromkeys(command.location for command in commands):
        yield Finding(
            f"Production writes the migrations of {_named(apps)}, of which the repository holds none.",
            f"Run 'python manage.py makemigrations {_labels(apps)}' on your machine, commit the files, and delete the command from {location}.",
            location,
            related=tuple(app.models for app in apps[:10]),
        )


def _named(apps: list[App]) -> str:
    shown = ", ".join(f"'{app.label}'" for app in apps[:4])
    return shown if len(apps) <= 4 else f"{shown} and {len(apps) - 4} more"


def _labels(apps: Iterable[App]) -> str:
    return " ".join(app.label for app in apps)
