"""
The ``DEPLOYCHECK`` setting holds a mistake, and the part that is wrong is not used.

An unknown key, a value of the wrong type, a folder that does not exist, a platform or a rule that nobody knows. The
message names the closest thing that exists. Everything else in the setting still counts.

Why it matters
--------------

A misspelt name in ``IGNORE`` ignores nothing, a misspelt key sets nothing, and both look right when read again half a
year later.

Bad
---

.. code-block:: python
   :caption: settings.py

   DEPLOYCHECK = {"IGNORE": {"no-eror-tracker": "CloudWatch alarms page us"}}

Bad: a single path
------------------

.. code-block:: python
   :caption: settings.py

   DEPLOYCHECK = {"EXCLUDE": "legacy/*"}

Good
----

.. code-block:: python
   :caption: settings.py

   DEPLOYCHECK = {"PLATFORM": "heroku"}

Good: a list of paths
---------------------

.. code-block:: python
   :caption: settings.py

   DEPLOYCHECK = {"EXCLUDE": ["legacy/*"]}

When to silence it
------------------

When the settings are shared with a project that runs another version of django-deploycheck, which knows other rules.

References
----------

- https://docs.djangoproject.com/en/stable/topics/settings/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding

ID = 3
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    location = deployment.settings.location("DEPLOYCHECK")
    for mistake in deployment.mistakes:
        yield Finding(mistake.message, mistake.hint, location)
