"""
Mail to ADMINS is the only way in which this site tells of errors.

It speaks where the web process was understood, no error tracker is there in any form, and Django's mail would arrive.

Why it matters
--------------

One broken page on a busy day sends a mail for every request: hundreds of the same, until the mailbox is full or the
provider blocks the sender, and the one about the other error drowns among them. A tracker counts equal errors, shows
when they began, and keeps the request and the local variables.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    ADMINS = [("Errors", "errors@example.com")]

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    ADMINS = [("Errors", "errors@example.com")]
    ROLLBAR = {"access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN")}
    MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]

When to silence it
------------------

When the site has few visitors and a mail an error is what you want.

References
----------

- https://docs.djangoproject.com/en/stable/howto/error-reporting/#email-reports
- https://docs.sentry.io/platforms/python/integrations/django/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.errors import undeliverable_error_mail
from django_deploycheck.rules.errors._catalogue import TRACKERS
from django_deploycheck.rules.errors._mail import is_decided_elsewhere, tells_somebody
from django_deploycheck.rules.errors._trackers import requirements_file, settings_file, state, web_is_understood

ID = 505
LEVEL: Level = "I"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.settings.get("ADMINS") or not web_is_understood(deployment) or are_for_development(deployment):
        return
    if any(state(tracker, deployment).status != "absent" for tracker in TRACKERS):
        return
    if is_decided_elsewhere(deployment) or tells_somebody(deployment):
        return
    if any(True for _ in undeliverable_error_mail.check(deployment)):
        return
    yield Finding(
        "Mail to 'ADMINS' is all that tells of errors: one failing page sends a mail for every request.",
        f"Add 'sentry-sdk' to {requirements_file(deployment)} and "
        f"'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' to {settings_file(deployment)}, or another error tracker.",
        deployment.settings.location("ADMINS"),
    )
