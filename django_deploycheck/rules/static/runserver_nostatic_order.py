"""
WhiteNoise serves static files in production, and runserver serves them without it.

``whitenoise.runserver_nostatic`` has to stand above ``django.contrib.staticfiles`` in INSTALLED_APPS. It counts as
missing only where ``manage.py`` loads the settings that are checked, so that runserver is started with them.

Why it matters
--------------

Django's runserver answers for static files before any middleware does. What goes wrong with WhiteNoise, a header or a
file that it does not find, is then first seen in production.

Bad
---

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS = [
        "django.contrib.staticfiles",
        "whitenoise.runserver_nostatic",
        "django_deploycheck",
    ]

Good
----

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS = [
        "whitenoise.runserver_nostatic",
        "django.contrib.staticfiles",
        "django_deploycheck",
    ]

When to silence it
------------------

When your development server shall serve static files in Django's way, for instance by finders that WhiteNoise lacks.

References
----------

- https://whitenoise.readthedocs.io/en/stable/django.html#using-whitenoise-in-development
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding, Level
from django_deploycheck.rules.static._static import STATICFILES, serving_middleware

ID = 306
LEVEL: Level = "I"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if deployment.judges_production is Answer.NO or settings.may_differ("INSTALLED_APPS"):
        return
    apps = [app for app in settings.get("INSTALLED_APPS") or () if isinstance(app, str)]
    staticfiles = next((app for app in apps if (app + ".").startswith(STATICFILES + ".")), None)
    serving = serving_middleware(deployment)
    if staticfiles is None or serving is None:
        return
    package = "servestatic" if serving[1].startswith("servestatic.") else "whitenoise"
    nostatic = f"{package}.runserver_nostatic"
    if nostatic in apps:
        if apps.index(nostatic) > apps.index(staticfiles):
            yield Finding(
                f"'{nostatic}' stands below '{staticfiles}', so runserver serves static files without '{serving[1]}'.",
                f"Move '{nostatic}' above '{staticfiles}' in INSTALLED_APPS.",
                settings.location("INSTALLED_APPS"),
            )
    elif _serves_development(deployment):
        yield Finding(
            f"'{nostatic}' is not in INSTALLED_APPS, so runserver serves static files without '{serving[1]}'.",
            f"Add '{nostatic}' above '{staticfiles}' in INSTALLED_APPS.",
            settings.location("INSTALLED_APPS"),
        )


def _serves_development(deployment: Deployment) -> bool:
    """Whether manage.py loads these settings too, and production was seen."""
    manage = deployment.modules.get(deployment.project.manage or "")
    return bool(deployment.web) and manage is not None and manage.settings_default == deployment.project.settings_module
