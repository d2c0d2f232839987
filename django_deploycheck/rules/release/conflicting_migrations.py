"""
An app has several last migrations, so ``migrate`` refuses to run.

Two branches added a migration to the same app, each on top of the same one; after the merge neither comes last.

Why it matters
--------------

``migrate`` stops with "Conflicting migrations detected" before it touches the database: the release phase fails, or,
where a start script goes on after an error, the site runs with yesterday's tables.

Bad
---

.. code-block:: python
   :caption: settings.py

   INSTALLED_APPS += ["books"]

.. code-block:: python
   :caption: books/models.py

   from django.db import models

.. code-block:: python
   :caption: books/migrations/__init__.py

   # The migrations of books.

.. code-block:: python
   :caption: books/migrations/0001_initial.py

   from django.db import migrations


   class Migration(migrations.Migration):
       initial = True

.. code-block:: python
   :caption: books/migrations/0002_price.py

   from django.db import migrations


   class Migration(migrations.Migration):
       dependencies = [("books", "0001_initial")]

.. code-block:: python
   :caption: books/migrations/0002_publisher.py

   from django.db import migrations


   class Migration(migrations.Migration):
       dependencies = [("books", "0001_initial")]

Good
----

.. code-block:: python
   :caption: settings.py

   INSTALLED_APPS += ["books"]

.. code-block:: python
   :caption: books/models.py

   from django.db import models

.. code-block:: python
   :caption: books/migrations/__init__.py

   # The migrations of books.

.. code-block:: python
   :caption: books/migrations/0001_initial.py

   from django.db import migrations


   class Migration(migrations.Migration):
       initial = True

.. code-block:: python
   :caption: books/migrations/0002_price.py

   from django.db import migrations


   class Migration(migrations.Migration):
       dependencies = [("books", "0001_initial")]

.. code-block:: python
   :caption: books/migrations/0002_publisher.py

   from django.db import migrations


   class Migration(migrations.Migration):
       dependencies = [("books", "0001_initial")]

.. code-block:: python
   :caption: books/migrations/0003_merge.py

   from django.db import migrations


   class Migration(migrations.Migration):
       dependencies = [("books", "0002_price"), ("books", "0002_publisher")]

When to silence it
------------------

Never: ``migrate`` will not run.

References
----------

* https://docs.djangoproject.com/en/stable/topics/migrations/#version-control
* https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-makemigrations-merge
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding
from django_deploycheck.wording import listed

ID = 206
LEVEL = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    for conflict in deployment.migration_conflicts:
        leaves = listed(f"'{leaf}'" for leaf in conflict.leaves)
        yield Finding(
            f"App '{conflict.app}' has {len(conflict.leaves)} last migrations, {leaves}, so 'migrate' refuses to run.",
            f"Run 'python manage.py makemigrations --merge {conflict.app}' and commit the file that it writes."
            if conflict.location is not None
            else f"Install '{conflict.app}' anew: a migration that its package does not hold lies beside those that it does.",
            conflict.location,
        )
