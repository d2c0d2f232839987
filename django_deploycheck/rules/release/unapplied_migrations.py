"""
A database that was asked for lacks migrations.

Asked only with ``--database``: ``manage.py check --deploy --database default``, or ``manage.py deploycheck --database
default``. Without it no database is touched.

Why it matters
--------------

The code expects tables and columns that the database does not have; every view that queries them answers with an error.
Run after a deploy, this check says so before a visitor does.

Bad
---

.. code-block:: python
   :caption: settings.py

   DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "bookstore.sqlite3"}}

.. code-block:: console
   :caption: on the server

   $ python manage.py check --deploy --database default

Good
----

.. code-block:: python
   :caption: settings.py

   DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "bookstore.sqlite3"}}

.. code-block:: console
   :caption: on the server

   $ python manage.py migrate
   $ python manage.py check --deploy --database default

When to silence it
------------------

When the database is migrated by something else after this check has run. Leave out ``--database`` instead.

What it cannot see
------------------

It compares names: a migration that was edited after it had been applied counts as applied. ``--tag deploy`` leaves it
out; add ``--tag database``.

References
----------

* https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-check-database
* https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-migrate-plan
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, UnappliedMigrations
from django_deploycheck.wording import listed

ID = 207
LEVEL = "W"
VALUE = True
SHOWN = 3


def check(deployment: Deployment) -> Iterator[Finding]:
    location = deployment.settings.location("DATABASES")
    for found in deployment.unapplied_migrations:
        if found.error is not None:
            yield Finding(
                f"Database '{found.alias}' could not be asked for its migrations: {found.error}.",
                f"Make it reachable from here, or leave out '--database {found.alias}'.",
                location,
            )
            continue
        yield Finding(_message(found), f"Run 'python manage.py migrate --database {found.alias}'.", location)


def _message(found: UnappliedMigrations) -> str:
    if found.none_applied:
        return f"Database '{found.alias}' holds none of the {len(found.migrations)} migrations."
    shown = [f"'{name}'" for name in found.migrations[:SHOWN]]
    more = len(found.migrations) - SHOWN
    if more > 0:
        shown.append(f"{more} more")
    return f"Database '{found.alias}' lacks {listed(shown)}."
