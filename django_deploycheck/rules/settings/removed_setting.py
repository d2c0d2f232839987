"""
A setting is set that the running Django no longer reads.

Django says nothing about a name that it does not know, so a setting stays in the file long after its release has
gone. It is a warning where what the setting did is gone with it, and advice where its line can simply be deleted.
``STATICFILES_STORAGE`` and ``DEFAULT_FILE_STORAGE`` have a rule of their own.

Why it matters
--------------

The line looks as if it worked. Links to reset a password that shall be valid for one day are valid for three.

Bad
---

.. code-block:: python
    :caption: settings.py

    PASSWORD_RESET_TIMEOUT_DAYS = 1

Good
----

.. code-block:: python
    :caption: settings.py

    PASSWORD_RESET_TIMEOUT = 60 * 60 * 24

When to silence it
------------------

When a package of another author reads the setting under its old name.

References
----------

- https://docs.djangoproject.com/en/stable/internals/deprecation/
- https://docs.djangoproject.com/en/stable/releases/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django_deploycheck.model import Deployment, Finding, Level

ID = 605
LEVEL: Level = "I"

_DELETE = "Delete the line"

# The first release without it, whether something is lost with this value, what to do.
_REMOVED: dict[str, tuple[tuple[int, int], Callable[[Any], bool], str]] = {
    "MIDDLEWARE_CLASSES": ((2, 0), bool, "Move its entries to MIDDLEWARE"),
    "USE_ETAGS": ((2, 1), bool, "Add 'django.middleware.http.ConditionalGetMiddleware' to MIDDLEWARE"),
    "DEFAULT_CONTENT_TYPE": ((3, 0), lambda value: value != "text/html", _DELETE),
    "FILE_CHARSET": ((3, 1), lambda value: str(value).lower().replace("-", "") != "utf8", _DELETE),
    "SECURE_BROWSER_XSS_FILTER": ((4, 0), lambda value: False, _DELETE),
    "PASSWORD_RESET_TIMEOUT_DAYS": ((4, 0), lambda value: value != 3, "Write PASSWORD_RESET_TIMEOUT = {value} * 86400"),
    "DEFAULT_HASHING_ALGORITHM": ((4, 0), lambda value: False, _DELETE),
    "USE_L10N": ((5, 0), lambda value: not value, _DELETE),
    "USE_DEPRECATED_PYTZ": ((5, 0), bool, _DELETE),
    "CSRF_COOKIE_MASKED": ((5, 0), lambda value: False, _DELETE),
    "FORMS_URLFIELD_ASSUME_HTTPS": ((6, 0), lambda value: not value, _DELETE),
}
_SUCCESSORS = {"MIDDLEWARE_CLASSES": "MIDDLEWARE", "PASSWORD_RESET_TIMEOUT_DAYS": "PASSWORD_RESET_TIMEOUT"}


def check(deployment: Deployment) -> Iterator[Finding]:
    import django

    settings = deployment.settings
    for name, (version, loses, remedy) in _REMOVED.items():
        if django.VERSION[:2] < version or not settings.is_overridden(name):
            continue
        successor = _SUCCESSORS.get(name)
        replaced = successor is not None and settings.is_overridden(successor)
        lost = not replaced and loses(settings.get(name))
        yield Finding(
            f"'{name}' has no effect since Django {'.'.join(map(str, version))}"
            f"{', and what it did is gone' if lost else ''}.",
            f"{_DELETE if replaced else remedy.format(value=settings.get(name))} in {_file(deployment, name)}"
            f"{'' if replaced or remedy == _DELETE else f' and delete {name}'}.",
            settings.location(name),
            level="W" if lost else None,
        )


def _file(deployment: Deployment, name: str) -> str:
    place = deployment.settings.location(name)
    return place.path if place is not None else deployment.settings.module or "the settings"
