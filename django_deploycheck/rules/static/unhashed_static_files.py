"""
Static files are stored without a hash of their content in their names.

It fires for the storages of Django and WhiteNoise that keep names as they are, where static files are served from a
local folder and no bundler that puts hashes into names is installed.

Why it matters
--------------

A file that may change under the same name cannot be cached for long: browsers ask again for every file, and between
two questions they show the new page with the old style sheet.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: settings.py

    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

When to silence it
------------------

When something else, such as a CDN with short lifetimes, sees to it that nobody gets old files.

References
----------

- https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/#manifeststaticfilesstorage
- https://whitenoise.readthedocs.io/en/stable/django.html#add-compression-and-caching-support
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Deployment, Finding, Level
from django_deploycheck.rules.static._static import (
    serving_middleware,
    static_url_is_elsewhere,
    storage_is_local,
    storage_name,
    uses_staticfiles,
)
from django_deploycheck.rules.static._storages import PLAIN_STATIC, storages_line

ID = 308
LEVEL: Level = "I"
VALUE = True

_WITHOUT_HASHES = (
    PLAIN_STATIC,
    "whitenoise.storage.CompressedStaticFilesStorage",
    "servestatic.storage.CompressedStaticFilesStorage",
)
_BUNDLERS = ("webpack_loader", "webpack_boilerplate", "django_vite", "manifest_loader", "compressor", "pipeline")


def check(deployment: Deployment) -> Iterator[Finding]:
    import django

    settings = deployment.settings
    if not deployment.web or not uses_staticfiles(deployment) or are_for_development(deployment):
        return
    if static_url_is_elsewhere(deployment) or settings.may_differ("STATIC_URL") or _has_hashes(deployment):
        return
    name = storage_name(deployment)
    ignored = django.VERSION >= (5, 1) and settings.is_overridden("STATICFILES_STORAGE")  # has a rule of its own
    if name not in _WITHOUT_HASHES or storage_is_local(deployment) is not Answer.YES or ignored:
        return
    old_name = settings.is_overridden("STATICFILES_STORAGE") and not settings.is_overridden("STORAGES")
    place = settings.location("STATICFILES_STORAGE") if old_name else settings.location("STORAGES", "staticfiles")
    place = place or settings.location("STATIC_URL")
    serving = serving_middleware(deployment)
    package = serving[1].partition(".")[0] if serving else ""
    better = (
        f"{package}.storage.CompressedManifestStaticFilesStorage"
        if package in ("whitenoise", "servestatic")
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    )
    line = f"STATICFILES_STORAGE = {better!r}" if old_name else storages_line(deployment, staticfiles=better)
    yield Finding(
        f"'{name}' stores static files without a hash in their names, so browsers cannot keep them for long.",
        f"Write {line} in {place.path if place else settings.module or 'the settings'}.",
        place,
    )


def _has_hashes(deployment: Deployment) -> bool:
    """Whether a bundler names the files, or the project says itself which names hold a hash."""
    apps = [app for app in deployment.settings.get("INSTALLED_APPS") or () if isinstance(app, str)]
    return any(app.partition(".")[0] in _BUNDLERS for app in apps) or deployment.settings.is_overridden(
        "WHITENOISE_IMMUTABLE_FILE_TEST"
    )
