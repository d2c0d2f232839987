"""
The Django or the Python of production gets no security fixes any more.

It looks at the Django that a lock file holds, else at the one that the dependency files ask for, and at the Python of
production's image, ``runtime.txt``, ``.python-version`` and ``Pipfile``. A range counts when every version in it has
ended. ``django>=4.2`` and ``python:3-slim`` are no versions: what they bring depends on the day of the build.

Why it matters
--------------

When the next hole in Django is announced, with its fix comes a description of how to use it. A site on an ended version
stays open to everybody who reads that, and the next upgrade grows with every release that is skipped.

Bad
---

.. code-block:: text
   :caption: requirements.txt

   django==4.2.11
   gunicorn==23.0.0

Bad: a range without a supported version
----------------------------------------

.. code-block:: toml
   :caption: pyproject.toml

   [project]
   name = "bookstore"
   version = "1.0"
   dependencies = ["django>=3.2,<5"]

.. code-block:: text
   :caption: requirements.txt

   --editable .

Bad: the Python of the image
----------------------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.8-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER nobody
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]

Good
----

.. code-block:: text
   :caption: requirements.txt

   django==5.2.8
   gunicorn==23.0.0

Good: the range of a series with long-term support
--------------------------------------------------

.. code-block:: toml
   :caption: pyproject.toml

   [project]
   name = "bookstore"
   version = "1.0"
   dependencies = ["django~=5.2.8"]

.. code-block:: text
   :caption: requirements.txt

   --editable .

Good: an image with a current Python
------------------------------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.14-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER nobody
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]

When to silence it
------------------

When somebody sells you fixes for that version, or nobody but you can reach the site.

What it cannot see
------------------

The Python that a Linux distribution brings gets its fixes from there, so ``FROM ubuntu:22.04`` is no version. The dates
are those known when this release of the check was made.

References
----------

- https://www.djangoproject.com/download/#supported-versions
- https://devguide.python.org/versions/
- https://docs.djangoproject.com/en/stable/howto/upgrade-version/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

import django

from django_deploycheck.model import Deployment, Finding, Location
from django_deploycheck.rules.host._support import (
    Product,
    Series,
    dotted,
    end_of_support,
    has_ended,
    month,
    recommended_django,
    recommended_python,
)
from django_deploycheck.rules.host._versions import Stated, djangos, reaches_production, used_pythons

ID = 703
LEVEL = "W"

_WRITE = {
    "poetry-lock": "run 'poetry add \"django~={series}.0\"'",
    "uv-lock": "run 'uv add \"django~={series}.0\"'",
    "pdm-lock": "run 'pdm add \"django~={series}.0\"'",
    "pipfile-lock": "run 'pipenv install \"django~={series}.0\"'",
}


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from findings(deployment, date.today(), django.VERSION[:2])


def findings(deployment: Deployment, today: date, running: Series) -> Iterator[Finding]:
    """What there is to say on a day; ``running`` is the Django that runs the check."""
    stated = djangos(deployment)
    if all(_is_over("Django", item, today) for item in stated):
        for item in _each_version(stated):
            yield Finding(_message("Django", item), _django_hint(deployment, item.location, today), item.location)
    if not stated:
        yield from _running(deployment, today, running)
    used = [item for item in used_pythons(deployment) if _is_over("Python", item, today)]
    images = [item for item in used if item.image is not None]
    files = _each_version(item for item in used if item.image is None)
    for item in (*images, *(item for item in files if max(item.series) not in _versions(images))):
        yield Finding(_message("Python", item), _python_hint(item, stated, today), item.location)


def _is_over(product: Product, stated: Stated, today: date) -> bool:
    return all(has_ended(product, series, today) for series in stated.series)


def _versions(stated: Iterable[Stated]) -> set[Series]:
    return {max(item.series) for item in stated}


def _each_version(stated: Iterable[Stated]) -> list[Stated]:
    """The first that names each version."""
    found: dict[Series, Stated] = {}
    for item in stated:
        found.setdefault(max(item.series), item)
    return list(found.values())


def _message(product: Product, stated: Stated) -> str:
    series = max(stated.series)
    end = end_of_support(product, series)
    since = f"has had no security fixes since {month(end)}" if end else ""
    if not stated.exact and len(stated.series) > 1:
        return f"'{stated.text}' admits no supported version: its newest, {product} {dotted(series)}, {since}."
    return f"'{stated.text}' is {product} {dotted(series)}, which {since}."


def _running(deployment: Deployment, today: date, running: Series) -> Iterator[Finding]:
    """The Django of this process is the project's where the project asks for any."""
    asked = [item for item in deployment.requirements if item.name == "django" and reaches_production(item)]
    end = end_of_support("Django", running)
    if not asked or end is None or not has_ended("Django", running, today):
        return
    yield Finding(
        f"'{asked[0].name}{asked[0].specifier}' got Django {dotted(running)} installed here, which has had no security fixes since {month(end)}.",
        _django_hint(deployment, asked[0].location, today),
        asked[0].location,
    )


def _django_hint(deployment: Deployment, location: Location, today: date) -> str:
    series = recommended_django(today)
    if series is None:
        return "Upgrade to a version that https://www.djangoproject.com/download/ lists as supported."
    end = end_of_support("Django", series)
    until = f", supported until {month(end)}" if end else ""
    return (
        f"Upgrade to Django {dotted(series)}{until}: fix what 'python -Wa manage.py test' warns of, "
        f"then {_how_to_write(deployment, location).format(series=dotted(series))}."
    )


def _how_to_write(deployment: Deployment, location: Location) -> str:
    """How the version in a file is changed; what a tool wrote is changed where the tool takes it from."""
    tool = _WRITE.get(deployment.kind_of(location.path))
    if tool is not None:
        return tool
    asked = [item for item in deployment.requirements if item.name == "django" and reaches_production(item)]
    compiled = any(item.kind == "locked" and item.location == location for item in asked)
    direct = next((item.location for item in asked if item.kind == "direct"), None)
    if compiled and direct is not None:
        return f"write 'django~={{series}}.0' in place of the version at {direct} and compile {location.path} again"
    return f"write 'django~={{series}}.0' in place of the version at {location}"


def _python_hint(stated: Stated, used: list[Stated], today: date) -> str:
    fitting = max((max(item.series) for item in used), default=None)
    django_series = recommended_django(today) if fitting is None or has_ended("Django", fitting, today) else fitting
    series = recommended_python(django_series, today)
    if series is None:
        return "Upgrade to a version that https://devguide.python.org/versions/ lists as supported."
    version = dotted(series)
    if stated.image is None:
        return f"Write '{version}' in place of '{stated.text}' at {stated.location} and run the tests with it."
    variant = re.search(r"-(?:slim|alpine)", stated.image.base)
    return f"Start the image from 'python:{version}{variant[0] if variant else ''}' at {stated.location} and run the tests in it."
