"""
STATIC_ROOT holds collected files and not the manifest that the storage of static files needs.

It looks where the files are: at the names in STATIC_ROOT on the machine that runs the check. A folder that is missing
or empty has not been built here, and nothing is said.

Why it matters
--------------

With DEBUG off, the first template with ``{% static %}`` raises "Missing staticfiles manifest entry", and every page is
a "Server Error (500)". Files that were collected with another storage, or copied by hand, look complete and are not.

Bad
---

.. code-block:: python
    :caption: settings.py

    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

.. code-block:: css
    :caption: staticfiles/shop.css

    body { color: black }

Good
----

.. code-block:: python
    :caption: settings.py

    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

.. code-block:: css
    :caption: staticfiles/shop.css

    body { color: black }

.. code-block:: json
    :caption: staticfiles/staticfiles.json

    {"paths": {"shop.css": "shop.5ab2c9d8e1f0.css"}, "version": "1.1", "hash": "0a1b2c3d4e5f"}

When to silence it
------------------

When the check runs before ``collectstatic``, on a machine that keeps files of an earlier storage.

References
----------

- https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/#manifeststaticfilesstorage
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.static._static import imported, storage_name, uses_staticfiles
from django_deploycheck.unchanged import asked, folder_of_others

ID = 311
LEVEL: Level = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if not uses_staticfiles(deployment) or are_for_development(deployment):
        return
    if any(settings.may_differ(name) for name in ("STORAGES", "STATICFILES_STORAGE", "STATIC_ROOT")):
        return
    name = storage_name(deployment)
    manifest = _manifest(deployment, name) if name else None
    root = settings.get("STATIC_ROOT")
    names = _names(root) if manifest and isinstance(root, (str, os.PathLike)) else []
    if not names or manifest in names:
        return
    shown = os.path.relpath(asked(os.path.realpath, os.fspath(root)), os.path.realpath(deployment.root)).replace(
        os.sep, "/"
    )
    yield Finding(
        f"'{os.fspath(root) if shown.startswith('../') else shown}' holds static files and no '{manifest}', which "
        f"'{name}' needs.",
        f"Run 'python {deployment.project.manage or 'manage.py'} collectstatic --noinput' with these settings.",
        settings.location("STATIC_ROOT"),
    )


def _manifest(deployment: Deployment, name: str) -> str | None:
    """The name of the file that the storage reads from STATIC_ROOT; None for a storage that needs none from there."""
    from django.contrib.staticfiles.storage import ManifestFilesMixin, StaticFilesStorage

    found: Any = imported(name)
    if not isinstance(found, type) or not issubclass(found, ManifestFilesMixin):
        return None
    if not issubclass(found, StaticFilesStorage) or not found.manifest_strict:
        return None
    storages = deployment.settings.get("STORAGES")
    backend = storages.get("staticfiles") if isinstance(storages, dict) else None
    if isinstance(backend, dict) and backend.get("OPTIONS"):
        return None
    if found.read_manifest is not ManifestFilesMixin.read_manifest:
        return None
    return str(found.manifest_name)


def _names(root: str | os.PathLike[str]) -> list[str]:
    """What lies in the folder, hidden files left out; empty where it cannot be listed. Nothing is opened."""
    folder_of_others(os.fspath(root))
    try:
        return [name for name in os.listdir(root) if not name.startswith(".")] if os.fspath(root) else []
    except OSError:
        return []
