"""
Uploaded files are kept below MEDIA_ROOT, on a disk that a deploy throws away.

It looks for a ``FileField`` or ``ImageField`` in the project's own models, for the default storage, and for where the web
processes run: a platform without lasting disks, or a compose service without a volume for the files.

Why it matters
--------------

Uploads work, and the pictures are there. At the next deploy or restart the disk starts empty again: the database still
names every file, and each of them is gone. Where several instances run, each has seen other files.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2

.. code-block:: python
    :caption: catalogue/models.py

    from django.db import models


    class Book(models.Model):
        cover = models.ImageField(upload_to="covers")

.. code-block:: python
    :caption: settings.py

    MEDIA_ROOT = BASE_DIR / "media"

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2

.. code-block:: python
    :caption: catalogue/models.py

    from django.db import models


    class Book(models.Model):
        cover = models.ImageField(upload_to="covers")

.. code-block:: python
    :caption: settings.py

    MEDIA_ROOT = BASE_DIR / "media"
    STORAGES = {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "bookstore"}},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

Good: a volume for the files
----------------------------

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
        volumes:
          - media:/app/media
    volumes:
      media:

.. code-block:: python
    :caption: catalogue/models.py

    from django.db import models


    class Book(models.Model):
        cover = models.ImageField(upload_to="covers")

.. code-block:: python
    :caption: settings.py

    MEDIA_ROOT = BASE_DIR / "media"

When to silence it
------------------

When the files may be lost, or when the volume is attached by something outside the repository.

What it cannot see
------------------

Files that your code or an installed app writes without a field of your own models.

References
----------

- https://docs.djangoproject.com/en/stable/topics/files/#file-storage
- https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem
- https://django-storages.readthedocs.io/
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Deployment, Finding, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.database._disk import holds
from django_deploycheck.rules.static._folders import web_servers
from django_deploycheck.rules.static._storages import LOCAL_DEFAULT, current_backends
from django_deploycheck.stanzas import named
from django_deploycheck.unchanged import asked

ID = 309
LEVEL = "W"
VALUE = True

_OTHER_FILES = frozenset("static staticfiles static_root logs log certs letsencrypt db database".split())


def check(deployment: Deployment) -> Iterator[Finding]:
    field = next((app.file_field for app in deployment.apps if app.file_field is not None), None)
    path = _folder(deployment)
    if field is None or path is None or are_for_development(deployment):
        return
    for process in deployment.web:
        fate = _fate(deployment, process, path)
        if fate is None:
            continue
        reason, remedy = fate
        yield Finding(
            f"The files of '{field}' are kept in MEDIA_ROOT, '{path}', and {reason}.",
            f"Set STORAGES['default'] to a storage elsewhere, such as 'storages.backends.s3.S3Storage'{remedy}.",
            deployment.settings.location("MEDIA_ROOT"),
            related=(process.location, field),
        )
        return


def _folder(deployment: Deployment) -> str | None:
    """MEDIA_ROOT, relative to the root or absolute outside it; None unless the default storage writes there for certain."""
    import django

    settings = deployment.settings
    names = ("MEDIA_ROOT", "STORAGES", "DEFAULT_FILE_STORAGE")
    if any(settings.may_differ(name) for name in names):
        return None
    backend = current_backends(deployment).get("default")
    if django.VERSION < (5, 1) and settings.is_overridden("DEFAULT_FILE_STORAGE"):  # pragma: no cover - Django
        backend = settings.get("DEFAULT_FILE_STORAGE")
    storages = settings.get("STORAGES")
    options = storages.get("default", {}).get("OPTIONS") if isinstance(storages, dict) else None
    media = settings.get("MEDIA_ROOT")
    if backend != LOCAL_DEFAULT or options or not media or not isinstance(media, (str, os.PathLike)):
        return None
    path = asked(os.path.realpath, os.path.join(deployment.root, deployment.project.directory, os.fspath(media)))
    relative = os.path.relpath(path, deployment.root).replace(os.sep, "/")
    return str(os.fspath(media)).rstrip("/") if relative.startswith("../") else relative


def _fate(deployment: Deployment, process: Process, path: str) -> tuple[str, str] | None:
    """What loses the files, and what else keeps them; None where a disk may be there."""
    mounts = process.service.mounts if process.service is not None else ()
    lasting = [mount for mount in mounts if mount.kind in ("bind", "volume") and not mount.read_only]
    if any(
        holds(mount, path, process) or posixpath.basename(mount.target.rstrip("/")) not in _OTHER_FILES
        for mount in lasting
    ):
        return None
    host = platform(process.platform)
    if host is not None:
        reason = f"{host.title}, which runs {named(process)}, starts every deploy with an empty disk"
        told = [host, *(found for name in deployment.platforms if (found := platform(name)) is not None)]
        return (reason, "") if all(found.has_volumes is Answer.NO for found in told) else None
    if process.kind != "compose" or process.service is None:
        return None
    inside = path if path.startswith("/") else posixpath.join(process.image.workdir if process.image else "/app", path)
    file = process.service.location.path
    served = next(web_servers(deployment, str(deployment.settings.get("MEDIA_URL") or "")), None)
    also = (
        f", '- media:{served[1].directory.rstrip('/')}:ro' below those of '{served[0].name}', which serves them,"
        if served
        else ""
    )
    return (
        f"the container of {named(process)} has no volume for them",
        f", or add '- media:{inside}' below 'volumes:' of {named(process)} in {file}{also} and 'media:' below the file's own 'volumes:'",
    )
