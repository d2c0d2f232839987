"""
Production runs a Python that the project rules out, or one that its Django does not support.

The Python comes from production's image, else from ``runtime.txt``, ``.python-version`` or ``Pipfile``. It is held
against ``requires-python`` (or Poetry's ``python``) and against the Django that is locked or pinned.

Why it matters
--------------

Where the project rules the Python out, the installation stops, or somebody has forced it and nobody tests what runs.
Where only Django does not know it, everything installs and starts: what breaks is what the newer Python has removed, in
the view that needs it.

Bad: outside of requires-python
-------------------------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER nobody
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]

.. code-block:: toml
   :caption: pyproject.toml

   [project]
   name = "bookstore"
   version = "1.0"
   requires-python = ">=3.13"

Bad: too new for Django
-----------------------

.. code-block:: text
   :caption: runtime.txt

   python-3.13.9

.. code-block:: text
   :caption: requirements.txt

   django==4.2.11
   gunicorn==23.0.0

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good
----

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER nobody
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]

.. code-block:: toml
   :caption: pyproject.toml

   [project]
   name = "bookstore"
   version = "1.0"
   requires-python = ">=3.13"

Good: one that Django supports
------------------------------

.. code-block:: text
   :caption: .python-version

   3.13

.. code-block:: text
   :caption: requirements.txt

   django==5.2.8
   gunicorn==23.0.0

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

When to silence it
------------------

When your tests pass on that Python and you would rather keep both than upgrade.

References
----------

- https://docs.djangoproject.com/en/stable/faq/install/#what-python-version-can-i-use-with-django
- https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, PythonVersion
from django_deploycheck.rules.host._image import holds_project
from django_deploycheck.rules.host._support import Series, dotted, pythons_of, rules_out, supports
from django_deploycheck.rules.host._versions import Stated, djangos, required_pythons, used_pythons

ID = 705
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    for used in used_pythons(deployment):
        if len(used.series) == 1 and (used.image is None or holds_project(used.image, deployment)):
            (python,) = used.series
            yield from _judged(used, python, deployment)


def _judged(used: Stated, python: Series, deployment: Deployment) -> Iterator[Finding]:
    for required in required_pythons(deployment):
        if rules_out(required.specifier or "", python):
            yield _ruled_out(used, python, required)
            return
    installed = djangos(deployment)
    series = {series for django in installed for series in django.series}
    if series and all(supports(django, python) is False for django in series):
        yield _unsupported(used, python, installed[0])


def _ruled_out(used: Stated, python: Series, required: PythonVersion) -> Finding:
    return Finding(
        f"'{used.text}' is Python {dotted(python)}, which '{required.specifier}' at {required.location} rules out.",
        f"Name another Python at {used.location}, or let {required.location} admit {dotted(python)} and run the tests with it.",
        used.location,
        related=(required.location,),
    )


def _unsupported(used: Stated, python: Series, django: Stated) -> Finding:
    series = max(django.series)
    oldest, newest = pythons_of(series) or (python, python)
    upgrade = f"Upgrade Django at {django.location} to a version that supports Python {dotted(python)}"
    return Finding(
        f"'{used.text}' is Python {dotted(python)}, which '{django.text}' at {django.location} does not support.",
        f"{upgrade}, or name a Python from {dotted(oldest)} to {dotted(newest)} at {used.location}."
        if python > newest
        else f"Name a Python from {dotted(oldest)} to {dotted(newest)} at {used.location} and run the tests with it.",
        used.location,
        related=(django.location,),
    )
