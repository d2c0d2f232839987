"""
A dotted path in the settings cannot be imported, so the first request that needs it fails.

Looked at are the mail backends (``EMAIL_BACKEND``, ``MAILERS``), ``STORAGES``, ``SESSION_ENGINE``, ``CHANNEL_LAYERS``,
``AUTHENTICATION_BACKENDS``, ``TASKS`` and ``CACHES``.

Why it matters
--------------

Django imports these only when they are first used: not at start-up, not by the health check, but when the first visitor
logs in, uploads a picture or asks for a new password. Until then the site looks well.

It is an error where the package is there and the path in it is wrong, and a warning where the package is not installed in
this environment, which may not be production's.

Bad
---

.. code-block:: python
   :caption: settings.py

   EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBakend"

Good
----

.. code-block:: python
   :caption: settings.py

   EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

When to silence it
------------------

When production installs the package by other means, and only there.

What it cannot see
------------------

``manage.py check`` imports ``CACHES`` itself and ends with an error of its own before this rule has its turn;
``manage.py deploycheck`` names that path too.

References
----------

* https://docs.djangoproject.com/en/stable/ref/settings/#email-backend
* https://docs.djangoproject.com/en/stable/ref/settings/#storages
* https://docs.djangoproject.com/en/stable/ref/settings/#authentication-backends
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.packages import is_importable
from django_deploycheck.unchanged import failed_import

ID = 617
LEVEL: Level = "E"
VALUE = True

_BY_ALIAS = ("MAILERS", "STORAGES", "CHANNEL_LAYERS", "CACHES", "TASKS")


def check(deployment: Deployment) -> Iterator[Finding]:
    for name, keys, path, attribute in _paths(deployment):
        # Django's defaults can be imported, and importing them costs time.
        if not deployment.settings.is_overridden(name) or deployment.settings.may_differ(name, *keys):
            continue
        reason = _failure(path, attribute)
        if reason is None:
            continue
        package = path.partition(".")[0]
        installed = is_importable(package)
        if not installed and _is_declared(deployment, package):
            continue
        place = name + "".join(f"['{key}']" for key in keys)
        yield Finding(
            f"{place} names '{path}', which cannot be imported: {reason}.",
            f"Correct the path in {deployment.settings.file_or_module}."
            if installed
            else f"Add the package that brings '{package}' to the project's dependencies, or correct the path.",
            deployment.settings.location(name, *keys) or deployment.settings.location(name),
            level=None if installed else "W",
        )


def _paths(deployment: Deployment) -> Iterator[tuple[str, tuple[str, ...], str, bool]]:
    """Each dotted path: its setting, the keys in it, and whether it names something in a module or a module."""
    settings = deployment.settings
    if not settings.is_overridden("MAILERS"):
        yield from _if_path("EMAIL_BACKEND", (), settings.get("EMAIL_BACKEND"), True)
    yield from _if_path("SESSION_ENGINE", (), settings.get("SESSION_ENGINE"), False)
    for path in settings.get("AUTHENTICATION_BACKENDS") or ():
        yield from _if_path("AUTHENTICATION_BACKENDS", (), path, True)
    for name in _BY_ALIAS:
        entries = settings.get(name)
        for alias, entry in entries.items() if isinstance(entries, Mapping) else ():
            if isinstance(entry, Mapping):
                yield from _if_path(name, (str(alias), "BACKEND"), entry.get("BACKEND"), True)


def _if_path(
    name: str, keys: tuple[str, ...], path: Any, attribute: bool
) -> Iterator[tuple[str, tuple[str, ...], str, bool]]:
    # Channels and caches also take classes and functions.
    if isinstance(path, str) and path and all(part.isidentifier() for part in path.split(".")):
        yield name, keys, path, attribute


def _failure(path: str, attribute: bool) -> str | None:
    """Why Django's import of the path fails, in a few words; None where it works, or fails for another reason."""
    module, _, name = path.rpartition(".") if attribute else (path, "", "")
    try:
        loaded = importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - the project's own modules may raise anything
        cause = error if isinstance(error, ImportError) else error.__cause__
        if not isinstance(cause, ImportError):
            return None
        failed_import(path, cause)
        return f"there is no module '{cause.name}'" if cause.name else type(cause).__name__
    return None if not attribute or hasattr(loaded, name) else f"'{module}' has no '{name}'"


def _is_declared(deployment: Deployment, package: str) -> bool:
    """Whether a dependency file asks for a distribution that by its name may bring the package."""
    wanted = package.lower().replace("_", "-")
    return any(wanted in requirement.name for requirement in deployment.requirements)
