"""
An error tracker is configured, and its middleware or app is missing or in the wrong place.

Bugsnag, Honeybadger and Raygun need their middleware, Elastic APM and Scout their app, beside the setting that holds
the key (``BUGSNAG``, ``HONEYBADGER``, ``RAYGUN4PY_CONFIG`` or ``RAYGUN4PY_API_KEY``, ``ELASTIC_APM``, ``SCOUT_KEY``).
Rollbar's middleware has to be the last one. The others are started by a call or around the server and have no place in
settings; Elastic APM, Scout and OpenTelemetry put their middleware there by themselves.

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
        name = next((name for name in tracker.settings if settings.get(name)), None)
        if tracker.needs is not None and name is not None and _is_missing(tracker, deployment):
            setting, path = tracker.needs
            yield Finding(
                f"'{name}' is set for {tracker.title}, and '{path}' is missing in {setting}.",
                f"Add '{path}' to {setting} in {settings_file(deployment)}.",
                settings.location(name),
            )


def _is_missing(tracker: Tracker, deployment: Deployment) -> bool:
    """Whether nothing that could report is in sight: a class of the project may be made of it."""
    if not deployment.complete:
        return False
    if any(path.startswith(tracker.marks) for path in dotted_paths(deployment)) or calls(tracker, deployment):
        return False
    if any(
        wrapper in command.wrappers for _, command in deployment.production_commands() for wrapper in tracker.wrappers
    ):
        return False
    used = (name for module in deployment.modules.values() for name in module.imports)
    return not any(name.partition(".")[0] == tracker.package for name in used)
