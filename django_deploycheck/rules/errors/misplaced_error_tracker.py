"""
An error tracker is configured, and its middleware or app is missing or in the wrong place.

Bugsnag, Honeybadger and Raygun need their middleware, Elastic APM and Scout their app, beside the setting that holds
the key. Rollbar's middleware has to be the last one.

Why it matters
--------------

Without the middleware nothing is reported, however right the key is. Django asks middleware about an exception from
the last one upwards and stops at the first that answers: what stands below Rollbar's can hide errors from it.

Bad
---

.. code-block:: python
    :caption: settings.py

    ROLLBAR = {"access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN"), "environment": "production"}
    MIDDLEWARE = ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware", *MIDDLEWARE]

Good
----

.. code-block:: python
    :caption: settings.py

    ROLLBAR = {"access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN"), "environment": "production"}
    MIDDLEWARE = [*MIDDLEWARE, "rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]

Bad: the middleware is missing
------------------------------

.. code-block:: python
    :caption: settings.py

    HONEYBADGER = {"API_KEY": os.environ.get("HONEYBADGER_API_KEY")}

Good: it is there
-----------------

.. code-block:: python
    :caption: settings.py

    HONEYBADGER = {"API_KEY": os.environ.get("HONEYBADGER_API_KEY")}
    MIDDLEWARE = ["honeybadger.contrib.DjangoHoneybadgerMiddleware", *MIDDLEWARE]

When to silence it
------------------

When the middleware below Rollbar's is known to answer no exception, or a class of your own does the tracker's work.

References
----------

- https://docs.rollbar.com/docs/django
- https://docs.honeybadger.io/lib/python/integrations/django/
- https://docs.bugsnag.com/platforms/python/django/
- https://docs.djangoproject.com/en/stable/topics/http/middleware/#process-exception
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.errors._catalogue import TRACKERS
from django_deploycheck.rules.errors._trackers import Tracker, calls, dotted_paths, is_unset, settings_file

ID = 503
LEVEL: Level = "W"
VALUE = True

_ROLLBAR = "rollbar.contrib.django.middleware."
# What reports for a tracker that its setting alone does not start.
_NEEDED = {
    "Bugsnag": ("MIDDLEWARE", "bugsnag.django.middleware.BugsnagMiddleware"),
    "Honeybadger": ("MIDDLEWARE", "honeybadger.contrib.DjangoHoneybadgerMiddleware"),
    "Raygun": ("MIDDLEWARE", "raygun4py.middleware.django.Provider"),
    "Elastic APM": ("INSTALLED_APPS", "elasticapm.contrib.django"),
    "Scout": ("INSTALLED_APPS", "scout_apm.django"),
}


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if are_for_development(deployment) or is_unset(deployment, "MIDDLEWARE") or is_unset(deployment, "INSTALLED_APPS"):
        return
    names = [name for name in settings.get("MIDDLEWARE") or () if isinstance(name, str)]
    places = [place for place, name in enumerate(names) if name.startswith(_ROLLBAR)]
    if places and places[-1] < len(names) - 1:
        yield Finding(
            f"'{names[places[-1]]}' stands above '{names[places[-1] + 1]}', which can hide errors from it.",
            f"Move '{names[places[-1]]}' to the end of MIDDLEWARE in {settings_file(deployment)}.",
            settings.location("MIDDLEWARE"),
        )
    for tracker in TRACKERS:
        if tracker.title in _NEEDED and _is_missing(tracker, deployment):
            setting, path = _NEEDED[tracker.title]
            yield Finding(
                f"'{tracker.setting}' is set for {tracker.title}, and '{path}' is missing in {setting}.",
                f"Add '{path}' to {setting} in {settings_file(deployment)}.",
                settings.location(tracker.setting or ""),
            )


def _is_missing(tracker: Tracker, deployment: Deployment) -> bool:
    """Whether its setting holds something, and nothing that could report is in sight: an own class may be made of it."""
    if not deployment.complete or not tracker.setting or not deployment.settings.get(tracker.setting):
        return False
    if any(path.startswith(tracker.marks) for path in dotted_paths(deployment)) or calls(tracker, deployment):
        return False
    if any(
        wrapper in command.wrappers for _, command in deployment.production_commands() for wrapper in tracker.wrappers
    ):
        return False
    used = (name for module in deployment.modules.values() for name in module.imports)
    return not any(name.partition(".")[0] == tracker.package for name in used)
