"""
A tool for development is installed with the settings of production.

It looks for the debug toolbar, Silk, browser reloaders and the like in ``INSTALLED_APPS`` and ``MIDDLEWARE`` with DEBUG
off. Those that switch themselves off without DEBUG are advice.

Why it matters
--------------

Silk stores every request, with its body, and shows them to everyone who finds its page; the debug toolbar shows
settings and queries to whom its callback lets in. What is switched off still costs time in every request, and its
package has to be installed where nobody needs it.

Bad
---

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS += ["silk"]
    MIDDLEWARE += ["silk.middleware.SilkyMiddleware"]

Good
----

.. code-block:: python
    :caption: settings.py

    if DEBUG:
        INSTALLED_APPS += ["silk"]
        MIDDLEWARE += ["silk.middleware.SilkyMiddleware"]

When to silence it
------------------

When the tool is meant for production, and its pages ask who is there.

References
----------

- https://django-debug-toolbar.readthedocs.io/en/stable/installation.html
- https://github.com/jazzband/django-silk#configuration
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level

ID = 607
LEVEL: Level = "W"
VALUE = True

# By top-level package: what it does to a site with DEBUG off.
_SHOWS = {
    "silk": "records every request",
    "django_pdb": "stops requests in a debugger",
}
_RESTS = (
    "debug_toolbar",
    "django_browser_reload",
    "livereload",
    "template_profiler_panel",
    "querycount",
    "devserver",
)


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if are_for_development(deployment):
        return
    seen: set[str] = set()
    for setting in ("INSTALLED_APPS", "MIDDLEWARE"):
        names = settings.get(setting) or ()
        if settings.may_differ(setting):
            continue
        for name in (name for name in names if isinstance(name, str)):
            package = name.partition(".")[0]
            if package in seen or package not in (*_SHOWS, *_RESTS) or _is_guarded(deployment, package):
                continue
            seen.add(package)
            does = _SHOWS.get(package) or _lets_in(deployment, package)
            yield Finding(
                f"'{name}' is for development and in {setting} with DEBUG off{f': it {does}' if does else ''}.",
                f"Move '{name}' from {setting} into settings that only development loads, or below 'if DEBUG:'.",
                settings.location(setting),
                level=None if does else "I",
            )


def _is_guarded(deployment: Deployment, package: str) -> bool:
    return package == "silk" and bool(deployment.settings.get("SILKY_AUTHENTICATION"))


def _lets_in(deployment: Deployment, package: str) -> str | None:
    """The toolbar shows itself to nobody without DEBUG, unless a callback of the project's own decides."""
    config = deployment.settings.get("DEBUG_TOOLBAR_CONFIG")
    if package != "debug_toolbar" or not isinstance(config, dict) or "SHOW_TOOLBAR_CALLBACK" not in config:
        return None
    code = getattr(config["SHOW_TOOLBAR_CALLBACK"], "__code__", None)
    if "DEBUG" in getattr(code, "co_names", ()):  # it asks for DEBUG itself: lambda request: DEBUG
        return None
    return "asks a callback of your own whom to show queries and settings to"
