"""
The image takes a file of secrets or a database along, because no .dockerignore keeps it out.

``COPY . .`` copies everything below the build context: a ``.env`` with secrets that lies there, one that a compose file
reads there, a ``db.sqlite3`` from a developer's machine. Only stages whose files reach the built image count.

Why it matters
--------------

Whoever can pull the image can read its layers, also those files that a later step deletes. It goes to registries, to
build caches and to the machines of everybody who runs it. A database that came along is besides that an old copy of
everybody's data.

Bad
---

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER nobody
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]

.. code-block:: sh
   :caption: .env

   SECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0

.. code-block:: text
   :caption: .gitignore

   .env

Good
----

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.13-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   USER nobody
   CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3"]

.. code-block:: sh
   :caption: .env

   SECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0

.. code-block:: text
   :caption: .gitignore

   .env

.. code-block:: text
   :caption: .dockerignore

   .git
   .env*
   *.sqlite3

When to silence it
------------------

When the database is made to be shipped, read-only and without anybody's data in it.

What it cannot see
------------------

Databases are found by their names (``*.sqlite3``) in the root, in the project's folder and in the build context. That
``.git`` comes along is not reported.

References
----------

- https://docs.docker.com/build/concepts/context/#dockerignore-files
- https://docs.docker.com/build/building/secrets/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from django_deploycheck.env_files import secrets_in
from django_deploycheck.ignoring import ignored_by
from django_deploycheck.model import Copy, Deployment, Finding, IgnorePattern, Image, ImageStage, Location, join
from django_deploycheck.records import dataclass
from django_deploycheck.rules.host._image import stages_used
from django_deploycheck.wording import listed

ID = 702
LEVEL = "W"

_REQUIRED = frozenset({".env", ".env.prod", ".env.production", ".env.web"})
"""The names of files that a compose file reads and that hold secrets, though they are not in the repository."""


@dataclass(frozen=True)
class _Kept:
    """A file that belongs in no image, and why in a few words."""

    path: str
    reason: str


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.complete:
        return
    kept = list({item.path: item for item in _kept(deployment)}.values())
    places: set[Location] = set()
    for image in _built(deployment):
        ignored, patterns = _patterns(image, deployment)
        for stage in stages_used(image):
            for copy in stage.copies:
                folders = _folders(copy, image)
                taken = [
                    item
                    for item in kept
                    if item.path.startswith(folders)
                    and _reaches(stage, copy, item.path, image)
                    and ignored_by(item.path, patterns, folder=image.context, docker=True) is None
                ]
                if taken and copy.location not in places:
                    places.add(copy.location)
                    yield _finding(copy, taken, image, ignored)


def _built(deployment: Deployment) -> list[Image]:
    """The images of production; where services say which folder is the build context, a guess does not count."""
    sources = [service.image for service in deployment.services if service.image and service.image.dockerfile]
    stated = {(source.dockerfile, source.context) for source in sources if source.context is not None}
    dockerfiles = {dockerfile for dockerfile, _ in stated}
    return [
        image
        for image in deployment.images
        if image.environment == "production"
        and (image.dockerfile not in dockerfiles or (image.dockerfile, image.context) in stated)
    ]


def _kept(deployment: Deployment) -> Iterator[_Kept]:
    for file in deployment.files:
        for variable in secrets_in(file, deployment)[:1]:
            yield _Kept(file.path, f"{variable.secret} in '{variable.name}'")
    for path in deployment.database_files:
        yield _Kept(path, "a database")
    for service in deployment.services:
        if deployment.environment_of(service.location.path) != "development":
            for reference in service.env_files:
                if posixpath.basename(reference.path) in _REQUIRED and not deployment.exists(reference.path):
                    yield _Kept(reference.path, f"read by {reference.location}")


def _patterns(image: Image, deployment: Deployment) -> tuple[str, tuple[IgnorePattern, ...]]:
    """The .dockerignore of the image and its patterns: Docker prefers the one named after the Dockerfile."""
    own, shared = image.dockerfile + ".dockerignore", join(image.context, ".dockerignore")
    path = own if deployment.kind_of(own) == "dockerignore" else shared
    return path, tuple(item for item in deployment.ignore_patterns if item.location.path == path)


def _folders(copy: Copy, image: Image) -> tuple[str, ...]:
    """What the paths begin with that the instruction takes from the repository."""
    if copy.stage is not None or copy.inline:
        return ()
    folders = (_folder(source, image) for source in copy.sources)
    return tuple(f"{folder}/" if folder else "" for folder in folders)


def _folder(source: str, image: Image) -> str:
    return join(image.context, source.removesuffix("*").strip("/"))


def _inside(copy: Copy, path: str, image: Image) -> str | None:
    """The path relative to the source that takes it along, which is a folder above it; None for none."""
    folders = (_folder(source, image) for source in copy.sources)
    above = next((folder for folder in folders if not folder or path.startswith(folder + "/")), None)
    return None if above is None else posixpath.relpath("/" + path, "/" + above)


def _reaches(stage: ImageStage, copy: Copy, path: str, image: Image) -> bool:
    """Whether a file that a stage copies is in the image: it inherits the stage, or copies the folder from it."""
    if stage in image.stages:
        return True
    workdir = "/"
    for folder, _ in stage.workdirs:
        workdir = posixpath.join(workdir, folder)
    place = posixpath.normpath(posixpath.join(workdir, copy.destination, _inside(copy, path, image) or ""))
    names = (stage.name, str(stage.index))
    sources = [
        source for used in image.stages for later in used.copies if later.stage in names for source in later.sources
    ]
    return any(place.startswith(posixpath.normpath("/" + source.lstrip("/")).rstrip("/") + "/") for source in sources)


def _finding(copy: Copy, taken: list[_Kept], image: Image, ignored: str) -> Finding:
    files = listed(f"'{item.path}' ({item.reason})" for item in taken)
    lines = listed(f"'{posixpath.relpath('/' + item.path, '/' + image.context)}'" for item in taken)
    return Finding(
        f"Copying '{' '.join(copy.sources)}' to '{copy.destination}' takes {files} into the image.",
        f"Add {'the line' if len(taken) == 1 else 'the lines'} {lines} to {ignored}, build the image again and delete "
        "the old ones from the registry.",
        copy.location,
    )
