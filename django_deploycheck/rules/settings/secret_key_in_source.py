"""
SECRET_KEY is written in a settings file.

It fires where the value in use is a literal of the settings sources. A literal that is only the default for an
environment variable which is unset here is advice: production may set the variable, and nothing fails where it is
forgotten. The value is never shown.

Why it matters
--------------

Who knows the key can sign session cookies, password reset links and everything else that ``django.core.signing``
protects. Everyone who can read the repository, a fork or a backup of it knows it, and git remembers it.

Bad
---

.. code-block:: python
    :caption: settings.py

    SECRET_KEY = "p9v!k2x8w7q1z4-3hm5c6t0-b2n8r5y1u6e4"

Good: the site does not start without one
-----------------------------------------

.. code-block:: python
    :caption: settings.py

    SECRET_KEY = os.environ.get("BOOKSTORE_SECRET_KEY", "")

Bad: a default that production may run with
-------------------------------------------

.. code-block:: python
    :caption: settings.py

    SECRET_KEY = os.environ.get("BOOKSTORE_SECRET_KEY", "p9v!k2x8w7q1z4-3hm5c6t0-b2n8r5y1u6e4")

Good: a random one where none is set
------------------------------------

.. code-block:: python
    :caption: settings.py

    from django.core.management.utils import get_random_secret_key

    SECRET_KEY = os.environ.get("BOOKSTORE_SECRET_KEY") or get_random_secret_key()

When to silence it
------------------

When these settings are only for tests or a build, and production loads others.

References
----------

- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#secret-key
- https://docs.djangoproject.com/en/stable/ref/settings/#std-setting-SECRET_KEY_FALLBACKS
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.settings._literals import stands_in_source

ID = 610
LEVEL: Level = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    key = deployment.settings.get("SECRET_KEY")
    if not isinstance(key, str) or not key or are_for_development(deployment):
        return
    source = stands_in_source(deployment, "SECRET_KEY")
    found = deployment.settings.provenance("SECRET_KEY")
    if source == "literal":
        yield Finding(
            "'SECRET_KEY' is written in the source: who can read the repository can sign sessions.",
            "Write SECRET_KEY = os.environ['SECRET_KEY'] there, set SECRET_KEY to a new key in production, and put no "
            "key into git again.",
            deployment.settings.location("SECRET_KEY"),
        )
    elif source == "default" and found is not None and not secrets.is_weak(key) and not secrets.is_placeholder(key):
        variable = found.variables[0].name
        yield Finding(
            f"'SECRET_KEY' falls back to a key in the source wherever '{variable}' is not set.",
            f"Write SECRET_KEY = os.environ['{variable}'] there, and set {variable} to a new key in production.",
            deployment.settings.location("SECRET_KEY"),
            level="I",
        )
