"""
The error tracker reports the errors of production as those of a development machine.

It looks at the name of the environment that Sentry's client has, and at the one in ``ROLLBAR``, ``BUGSNAG``,
``HONEYBADGER`` and ``ELASTIC_APM``. A name that comes from a variable which is not set here says nothing.

Why it matters
--------------

Trackers send alerts by environment and hide the rest: errors of customers wait among those of somebody's laptop.
Honeybadger sends nothing at all from an environment called ``development``, ``dev`` or ``test``: that is
``inactive-error-tracker``'s to say.

Bad
---

.. code-block:: python
    :caption: settings.py

    ROLLBAR = {"access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN"), "environment": "development"}
    MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]

Good
----

.. code-block:: python
    :caption: settings.py

    ROLLBAR = {
        "access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN"),
        "environment": "development" if DEBUG else "production",
    }
    MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]

When to silence it
------------------

When these settings are those of a machine for development although DEBUG is off.

References
----------

- https://docs.sentry.io/platforms/python/configuration/environments/
- https://docs.rollbar.com/docs/environments
- https://docs.honeybadger.io/lib/python/reference/configuration/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level, Location
from django_deploycheck.rules.errors._by_setting import honeybadger
from django_deploycheck.rules.errors._sentry import SENTRY, client_environment
from django_deploycheck.rules.errors._trackers import settings_file, started_in_settings

ID = 507
LEVEL: Level = "I"
VALUE = True

_NAMES = frozenset("dev devel develop development local localhost test testing debug".split())
_KEYS = {
    "ROLLBAR": ("Rollbar", "environment"),
    "BUGSNAG": ("Bugsnag", "release_stage"),
    "HONEYBADGER": ("Honeybadger", "ENVIRONMENT"),
    "ELASTIC_APM": ("Elastic APM", "ENVIRONMENT"),
}


def check(deployment: Deployment) -> Iterator[Finding]:
    if are_for_development(deployment):
        return
    silent = honeybadger(deployment).status == "inactive"
    for title, key, name, place in _names(deployment):
        if isinstance(name, str) and name.strip().lower() in _NAMES and not (silent and title == "Honeybadger"):
            yield Finding(
                f"{title} reports what happens with these settings as errors of '{name}'.",
                f"Write 'production' for {key} in {place.path if place else settings_file(deployment)}.",
                place,
            )


def _names(deployment: Deployment) -> Iterator[tuple[str, str, object, Location | None]]:
    """The tracker, where its environment's name is set, the name, and the place."""
    settings = deployment.settings
    for setting, (title, key) in _KEYS.items():
        options = settings.get(setting)
        if not isinstance(options, dict):
            continue
        # Honeybadger takes its keys in any case.
        key = next((name for name in options if str(name).lower() == key.lower()), key)
        if not settings.may_differ(setting, key):
            yield title, f"{setting}['{key}']", options.get(key), settings.location(setting, key)
    calls = started_in_settings(SENTRY, deployment)
    if calls and "environment" in calls[-1].arguments:
        unset = [read for read in calls[-1].variables if settings.environment_value(read.name) is None]
        if not unset:
            name = client_environment()
            yield SENTRY.title, "the 'environment' of 'sentry_sdk.init'", name, calls[-1].location
