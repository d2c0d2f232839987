"""
Models have changes that no migration holds, so production's tables will not fit the code.

Django compares the models with what the migrations add up to, as ``makemigrations --check`` does; no database is needed.
Only the project's own apps are named: what an installed package lacks is not yours to write.

Why it matters
--------------

``migrate`` applies migrations, not models. A field that exists in ``models.py`` alone is a column that the database lacks:
the first query on that table answers with an error, in every view that touches it, right after a deploy that looked fine.
On your machine nothing shows, because the tests build their tables from the same state.

A change that no database would notice (a label, a help text, choices, a default, a manager) is only advice: the next
``makemigrations`` will write it into somebody else's migration. Where the project has a ``makemigrations`` command of its
own, such changes are not told at all: leaving them out is what these commands are written for.

Bad: a field without its migration
----------------------------------

.. code-block:: python
   :caption: settings.py

   INSTALLED_APPS += ["books"]

.. code-block:: python
   :caption: books/models.py

   from django.db import models


   class Book(models.Model):
       title = models.CharField(max_length=200)
       price = models.DecimalField(max_digits=6, decimal_places=2, null=True)

.. code-block:: python
   :caption: books/migrations/0001_initial.py

   from django.db import migrations, models


   class Migration(migrations.Migration):
       initial = True
       operations = [
           migrations.CreateModel(
               name="Book",
               fields=[
                   ("id", models.AutoField(primary_key=True, auto_created=True, serialize=False, verbose_name="ID")),
                   ("title", models.CharField(max_length=200)),
               ],
           ),
       ]

.. code-block:: python
   :caption: books/migrations/__init__.py

   # The migrations of books.

Bad: an app without any migration
---------------------------------

.. code-block:: python
   :caption: settings.py

   INSTALLED_APPS += ["books"]

.. code-block:: python
   :caption: books/models.py

   from django.db import models


   class Book(models.Model):
       title = models.CharField(max_length=200)

Good
----

.. code-block:: python
   :caption: settings.py

   INSTALLED_APPS += ["books"]
   DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

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
                   ("id", models.AutoField(primary_key=True, auto_created=True, serialize=False, verbose_name="ID")),
                   ("title", models.CharField(max_length=200)),
               ],
           ),
       ]

.. code-block:: python
   :caption: books/migrations/__init__.py

   # The migrations of books.

Good: an app that wants no migrations
-------------------------------------

.. code-block:: python
   :caption: settings.py

   INSTALLED_APPS += ["books"]
   MIGRATION_MODULES = {"books": None}

.. code-block:: python
   :caption: books/models.py

   from django.db import models


   class Book(models.Model):
       title = models.CharField(max_length=200)

When to silence it
------------------

When an app's tables are made by something else and its models cannot say ``managed = False``.

What it cannot see
------------------

It judges the settings that are checked: an app that only other settings install is not seen. A field whose arguments
change with the environment looks like a change wherever the environment differs.

References
----------

* https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-makemigrations-check
* https://docs.djangoproject.com/en/stable/topics/migrations/#version-control
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, ModelChanges
from django_deploycheck.rules.release._migrate import ignored_migrations, is_gitignore
from django_deploycheck.wording import listed

ID = 205
LEVEL = "W"
VALUE = True
SHOWN = 3


def check(deployment: Deployment) -> Iterator[Finding]:
    # migrate --run-syncdb makes the tables of apps without migrations.
    synced = any(
        command.subcommand == "migrate" and command.has_option("--run-syncdb")
        for _, command in deployment.production_commands()
    )
    # What uncommitted-migrations says of these apps ends with the same command.
    ignored = {app.label for app, pattern in ignored_migrations(deployment) if is_gitignore(pattern.location.path)}
    for found in deployment.model_changes:
        if found.app in ignored:
            continue
        if found.first and (synced or not found.of_tables):
            continue
        yield Finding(
            _message(found),
            f"Run 'python manage.py makemigrations {found.app}' and commit the file that it writes.",
            found.location,
            level=None if found.of_tables else "I",
        )


def _message(found: ModelChanges) -> str:
    if found.first:
        return f"App '{found.app}' has models and no migrations, so 'migrate' never makes their tables."
    shown = [change[:1].lower() + change[1:] for change in found.changes[:SHOWN]]
    more = len(found.changes) - SHOWN
    if more > 0:
        shown.append(f"{more} more")
    return f"App '{found.app}' has changes that no migration holds: {listed(shown)}."
