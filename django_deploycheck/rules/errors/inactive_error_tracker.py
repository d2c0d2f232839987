"""
An error tracker is installed or configured, and sends nothing.

A tracker without its key, or one that nothing starts, is silent by design: Sentry's ``init`` takes an empty DSN,
Rollbar's middleware switches itself off without a token. The rule looks at the settings as they are loaded now, at
the calls that start a tracker anywhere in the project's entry files, and at the project's own requirements. A key
that comes from a variable which is not set here says nothing about production.

It knows Sentry (and what speaks its protocol, such as GlitchTip) and Rollbar.

Why it matters
--------------

The tracker is in the requirements, the project page exists, and its inbox is empty, which looks exactly like a site
without errors.

Bad: nothing starts it
----------------------

.. code-block:: text
    :caption: requirements.txt

    django==5.2.8
    gunicorn==23.0.0
    psycopg==3.2.13
    sentry-sdk==2.44.0
    whitenoise==6.11.0

Good
----

.. code-block:: text
    :caption: requirements.txt

    django==5.2.8
    gunicorn==23.0.0
    psycopg==3.2.13
    sentry-sdk==2.44.0
    whitenoise==6.11.0

.. code-block:: python
    :caption: bookstore/wsgi.py

    import os

    import sentry_sdk
    from django.core.wsgi import get_wsgi_application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookstore.settings")
    sentry_sdk.init(dsn=os.environ["SENTRY_DSN"])
    application = get_wsgi_application()

Bad: no token
-------------

.. code-block:: python
    :caption: settings.py

    ROLLBAR = {"environment": "production"}
    MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]

Good: the token comes from the environment
------------------------------------------

.. code-block:: python
    :caption: settings.py

    ROLLBAR = {"environment": "production", "access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN")}
    MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]

When to silence it
------------------

When the tracker is started by a file that Django does not run and this app does not read.

References
----------

- https://docs.sentry.io/platforms/python/integrations/django/
- https://docs.rollbar.com/docs/django
- https://glitchtip.com/sdkdocs/python-django/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.errors._catalogue import TRACKERS
from django_deploycheck.rules.errors._trackers import settings_file, state

ID = 502
LEVEL: Level = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    states = [(tracker, state(tracker, deployment)) for tracker in TRACKERS]
    if any(found.status in ("active", "unknown") for _, found in states):
        return
    for tracker, found in states:
        if found.status == "inactive":
            yield Finding(
                f"{tracker.title} would report nothing: {found.reason}.",
                f"{found.remedy or tracker.remedy.format(settings=settings_file(deployment))}.",
                found.location,
            )
