"""
An ignore, a comment or a path in ``DEPLOYCHECK`` matches nothing any more.

The mistake that it silenced has been corrected, the file has moved, or a name in it was never right. The rules whose
answer depends on the environment are left out: what is silent here may speak in production.

Why it matters
--------------

A silence outlives its reason. When the same mistake comes back a year later, in the same place, nobody is told.

Bad
---

.. code-block:: text
   :caption: Procfile

   # deploycheck: ignore[runserver-in-production] until the server is installed
   web: gunicorn bookstore.wsgi

Bad: a name that no rule has
----------------------------

.. code-block:: text
   :caption: Procfile

   # deploycheck: ignore[runserver] an internal tool for three people
   web: python manage.py runserver 0.0.0.0:$PORT

Bad: a file that is gone
------------------------

.. code-block:: python
   :caption: settings.py

   DEPLOYCHECK = {"EXCLUDE": ["legacy/*"]}

Good
----

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good: still needed
------------------

.. code-block:: text
   :caption: Procfile

   # deploycheck: ignore[runserver-in-production] an internal tool for three people
   web: python manage.py runserver 0.0.0.0:$PORT

Good: a file that is there
--------------------------

.. code-block:: python
   :caption: settings.py

   DEPLOYCHECK = {"EXCLUDE": ["legacy/*"]}

.. code-block:: text
   :caption: legacy/Procfile

   web: python manage.py runserver

When to silence it
------------------

When one set of settings serves several repositories, and each needs only some of its silences.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#silenced-system-checks
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, StaleSilence

ID = 4
LEVEL = "I"


def check(deployment: Deployment) -> Iterator[Finding]:
    in_settings = deployment.settings.location("DEPLOYCHECK")
    for silence in deployment.stale:
        location = silence.location or in_settings
        yield Finding(_message(silence), _hint(silence), location)


def _message(silence: StaleSilence) -> str:
    if not silence.unknown:
        return f"'{silence.text}' matches nothing any more."
    meant = f" (did you mean '{silence.meant}'?)" if silence.meant else ""
    return f"'{silence.text}' names no rule{meant}."


def _hint(silence: StaleSilence) -> str:
    if silence.unknown and silence.meant:
        return f"Write 'ignore[{silence.meant}]', or remove the comment."
    if silence.location is not None:
        return f"Remove the comment in {silence.location}."
    return "Remove it from the DEPLOYCHECK setting."
