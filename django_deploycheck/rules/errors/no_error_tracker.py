"""
Nobody would be told of an error: no error tracker is active, and Django's mail to ADMINS cannot be sent.

It looks for a tracker in the settings and in the process that has loaded them, in ``wsgi.py``, ``asgi.py``,
``gunicorn.conf.py`` and ``AppConfig.ready``, and at the commands that wrap the server (``newrelic-admin``,
``ddtrace-run`` …). Mail counts where ``ADMINS`` is set, the mail backend sends, and a handler that mails is left in
``LOGGING``. A handler of another package may report errors too, so with one the rule says nothing.

Which trackers it knows, and how each is found, stands with ``inactive-error-tracker``. That rule names a tracker
which is there and off; this one says that mail does not make up for it.

Why it matters
--------------

With DEBUG off a visitor sees a bare "Server Error (500)", and you see nothing. Most visitors leave without a word; a
page that broke with the last deploy stays broken until somebody happens to complain.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    ADMINS = []

Good: an error tracker
----------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    ADMINS = []
    ROLLBAR = {"access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN")}
    MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]

Good: mail
----------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    ADMINS = [("Errors", "errors@example.com")]

When to silence it
------------------

When something outside the code watches the site's log for errors and calls you.

References
----------

- https://docs.djangoproject.com/en/stable/howto/error-reporting/
- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#error-reporting
- https://docs.sentry.io/platforms/python/integrations/django/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding, Level
from django_deploycheck.rules.errors._catalogue import TRACKERS
from django_deploycheck.rules.errors._mail import obstacle
from django_deploycheck.rules.errors._trackers import requirements_file, settings_file, state

ID = 501
LEVEL: Level = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.complete or deployment.judges_production is Answer.NO or not _is_seen(deployment):
        return
    if any(state(tracker, deployment).status in ("active", "unknown") for tracker in TRACKERS):
        return
    reason = obstacle(deployment)
    if reason is None:
        return
    inactive = next((tracker for tracker in TRACKERS if state(tracker, deployment).status == "inactive"), None)
    start = (
        f"Make {inactive.title} report, as 'inactive-error-tracker' says"
        if inactive is not None
        else f"Add 'sentry-sdk' to {requirements_file(deployment)} and "
        f"'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' to {settings_file(deployment)}"
    )
    yield Finding(
        f"Nobody would be told of an error: no error tracker is active, and {reason}.",
        f'{start}, or set ADMINS = [("Errors", "you@example.com")] and a mail backend that sends.',
        deployment.settings.location("ADMINS"),
    )


def _is_seen(deployment: Deployment) -> bool:
    """Whether every web process was understood, so that nothing around the site can be a tracker."""
    return all(process.command is not None and not process.blind_spots for process in deployment.web)
