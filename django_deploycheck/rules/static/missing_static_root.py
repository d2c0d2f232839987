"""
``STATIC_ROOT`` is unset, empty or relative, so there is no folder to collect static files into.

The staticfiles app is installed and its storage writes to a folder. A storage that uploads the files, or one that is
given a ``location`` of its own, needs no ``STATIC_ROOT``.

Why it matters
--------------

``collectstatic`` stops with ``ImproperlyConfigured`` where ``STATIC_ROOT`` is missing, and takes the build or the release
with it. A relative one means another folder wherever the working directory is another one: the release fills
``staticfiles`` in one place, the server looks for it in the next, and the site is delivered without styles.

Bad
---

.. code-block:: python
   :caption: settings.py

   STATIC_ROOT = None

Bad: relative to wherever the process was started
-------------------------------------------------

.. code-block:: python
   :caption: settings.py

   STATIC_ROOT = "staticfiles"

Good
----

.. code-block:: python
   :caption: settings.py

   STATIC_ROOT = BASE_DIR / "staticfiles"

Good: the storage brings its own place
--------------------------------------

.. code-block:: python
   :caption: settings.py

   STATIC_ROOT = None
   STORAGES = {
       "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
       "staticfiles": {
           "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
           "OPTIONS": {"location": "/srv/bookstore/static"},
       },
   }

When to silence it
------------------

When a bundler writes all the assets, another server delivers them, and ``collectstatic`` is never meant to run.

References
----------

* https://docs.djangoproject.com/en/stable/ref/settings/#static-root
* https://docs.djangoproject.com/en/stable/howto/static-files/deployment/
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding
from django_deploycheck.rules.static._static import storage_is_local, storage_location, uses_staticfiles

ID = 301
LEVEL = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if (
        not uses_staticfiles(deployment)
        or storage_is_local(deployment) is not Answer.YES
        or storage_location(deployment)
    ):
        return
    root = settings.get("STATIC_ROOT")
    if settings.may_differ("STATIC_ROOT") or not (root is None or isinstance(root, (str, os.PathLike))):
        return
    text = os.fspath(root) if root is not None else ""
    if isinstance(text, bytes) or os.path.isabs(text):
        return
    place = settings.location("STATIC_ROOT") or settings.location("STATIC_URL") or settings.location("INSTALLED_APPS")
    if text:
        message = f"STATIC_ROOT is '{text}', a relative path: it is another folder wherever the working directory is another one."
    else:
        message = "STATIC_ROOT is not set, so 'collectstatic' stops with ImproperlyConfigured."
    yield Finding(message, f"Set {_assignment(deployment, text)} in the settings.", place)


def _assignment(deployment: Deployment, wanted: str) -> str:
    """The line to paste, made of the settings' own BASE_DIR, with a folder that is not one of the sources."""
    sources = {
        os.path.basename(os.fspath(entry))
        for entry in deployment.settings.get("STATICFILES_DIRS") or ()
        if isinstance(entry, (str, os.PathLike))
    }
    folder = (
        os.path.normpath(wanted)
        if wanted
        else next(name for name in ("staticfiles", "static_root", "collected_static") if name not in sources)
    )
    base = deployment.settings.get("BASE_DIR")
    if isinstance(base, str):
        return f'STATIC_ROOT = os.path.join(BASE_DIR, "{folder}")'
    if isinstance(base, os.PathLike):
        return f'STATIC_ROOT = BASE_DIR / "{folder}"'
    return f'STATIC_ROOT = Path(__file__).resolve().parent.parent / "{folder}"'
