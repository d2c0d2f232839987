"""
An error tracker is installed or configured, and sends nothing.

A tracker without its key, or one that nothing starts, is silent by design: Sentry's ``init`` takes an empty DSN,
Rollbar's middleware switches itself off without a token. The rule looks at the settings as they are loaded now, at
the calls that start a tracker anywhere in the project's entry files, at what wraps the server, at the variables that
files give to the web processes, and at the project's own requirements. A key that comes from a variable which is not
set here says nothing about production, and with another tracker that is on, or may be, the rule is silent.

A tracker that only ``manage.py`` starts is off under gunicorn and every other server that does not run ``manage.py``.

Which trackers it knows
-----------------------

Each is looked for in the requirements, and found to be off where nothing of what follows starts it.

- Sentry, GlitchTip and whatever else takes its protocol: ``sentry_sdk.init``, off with an empty ``dsn`` or with
  ``sample_rate`` 0.
- Rollbar: its middleware and ``ROLLBAR``, off without ``access_token`` or with ``enabled`` False; or ``rollbar.init``.
- Bugsnag: its middleware and ``BUGSNAG``, off with an empty ``api_key``, or where ``notify_release_stages`` lacks the
  ``release_stage``; or ``bugsnag.configure``.
- Honeybadger: its middleware and ``HONEYBADGER``, off with an empty ``API_KEY``, or in an ``ENVIRONMENT`` called
  ``development``, ``dev`` or ``test``; or ``honeybadger.configure``.
- Raygun: its middleware and ``RAYGUN4PY_API_KEY`` or ``RAYGUN4PY_CONFIG``, off where neither holds a key.
- AppSignal: ``appsignal.start``, off where ``__appsignal__.py`` gives its client an ``active`` that is False or an
  empty ``push_api_key``.
- New Relic: ``newrelic-admin`` around the server or ``newrelic.agent.initialize``, off with ``NEW_RELIC_MONITOR_MODE``
  false.
- Elastic APM: its app and ``ELASTIC_APM``, off with ``ENABLED`` or ``RECORDING`` False or an empty ``SERVER_URL``; or
  ``elasticapm-run`` around the server.
- Scout: its app, off where ``SCOUT_MONITOR`` is not true or ``SCOUT_KEY`` is empty.
- Datadog: ``ddtrace-run`` around the server, ``import ddtrace.auto`` or ``ddtrace.patch_all``, off with
  ``DD_TRACE_ENABLED`` false.
- OpenTelemetry: ``opentelemetry-instrument`` around the server or ``DjangoInstrumentor().instrument()``, off with
  ``OTEL_SDK_DISABLED`` true or ``OTEL_PYTHON_DJANGO_INSTRUMENT`` False.
- Logfire: ``logfire.configure``, off with ``send_to_logfire`` False and no other place to send to.

Any sign of Raven, Airbrake, Application Insights or Highlight counts as a tracker that works.

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
- https://docs.bugsnag.com/platforms/python/django/configuration-options/
- https://docs.honeybadger.io/lib/python/reference/configuration/
- https://docs.appsignal.com/python/instrumentations/django.html
- https://docs.newrelic.com/docs/apm/agents/python-agent/configuration/python-agent-configuration/
- https://www.elastic.co/docs/reference/apm/agents/python/django-support
- https://ddtrace.readthedocs.io/en/stable/configuration.html
- https://opentelemetry.io/docs/zero-code/python/
- https://logfire.pydantic.dev/docs/reference/configuration/
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
