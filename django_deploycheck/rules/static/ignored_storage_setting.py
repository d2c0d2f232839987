"""
STATICFILES_STORAGE or DEFAULT_FILE_STORAGE is set, and Django reads STORAGES instead.

Django 5.1 has forgotten both names, without a word where they are still set. On 4.2 and 5.0 they work, and the
next upgrade ends that, so it is advice there. A leftover that says what
Django uses anyway is left alone.

Why it matters
--------------

Uploads that belong into a bucket land on a disk that the next deploy empties; static files lose their hashes, so
browsers keep the old ones.

Bad
---

.. code-block:: python
    :caption: settings.py

    STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"

Good
----

.. code-block:: python
    :caption: settings.py

    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

When to silence it
------------------

When a package of another author reads the old name.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#storages
- https://docs.djangoproject.com/en/stable/releases/5.1/#features-removed-in-5-1
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.static._storages import current_backends, storages_line

ID = 307
LEVEL: Level = "W"

_NAMES = {"STATICFILES_STORAGE": "staticfiles", "DEFAULT_FILE_STORAGE": "default"}


def check(deployment: Deployment) -> Iterator[Finding]:
    import django

    settings = deployment.settings
    wanted = {alias: settings.get(name) for name, alias in _NAMES.items() if settings.is_overridden(name)}
    texts = {alias: value for alias, value in wanted.items() if isinstance(value, str)}
    for name, alias in _NAMES.items():
        if alias not in texts:
            continue
        ignored = django.VERSION >= (5, 1)
        if ignored and texts[alias] == current_backends(deployment).get(alias):
            continue
        if not ignored and settings.is_overridden("STORAGES"):  # Django refuses both: this one is derived
            continue
        decided = settings.is_overridden("STORAGES")
        place = settings.location(name)
        file = place.path if place else settings.module or "the settings"
        hint = (
            f"Delete {name} from {file}, or write its value for '{alias}' in STORAGES."
            if ignored and decided
            else f"Write {storages_line(deployment, **texts)} in {file}, and delete {name}."
        )
        message = (
            f"'{name}' has no effect since Django 5.1: '{texts[alias]}' is not used."
            if ignored
            else f"'{name}' has no effect any more from Django 5.1 on."
        )
        yield Finding(message, hint, place, level="I" if decided or not ignored else None)
