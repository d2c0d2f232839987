"""
Compose files in a folder that are started from the root: ``docker compose --project-directory . -f deploy/compose.yml``,
or as a layer over a file at the root, whose paths are relative to the first file's folder.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django_deploycheck.linking.work import Work
from django_deploycheck.model import Fact, ImageSource, Mount, Reference, Service


def relocate(work: Work) -> None:
    """Read the paths of a compose file from the root where some exist only there, and none only in its own folder."""
    for path in work.paths("compose"):
        folder = posixpath.dirname(path)
        facts = work.reading.facts.get(path, ())
        if folder and facts and _is_meant_for_root(work, folder, facts):
            moved = tuple(_moved(fact, folder, path) for fact in facts)
            work.reading.facts[path] = moved
            for fact in moved:
                if isinstance(fact, Reference):
                    work.read(fact.path, fact.kind)


def _is_meant_for_root(work: Work, folder: str, facts: Iterable[Fact]) -> bool:
    found = False
    for path in set(_paths(facts)):
        moved = _from_root(path, folder)
        is_here = _exists(work, path)
        if moved == "":
            continue
        if moved is None or not _exists(work, moved):
            if is_here:
                return False
        elif not is_here:
            found = True
    return found


def _paths(facts: Iterable[Fact]) -> Iterator[str]:
    """The files and folders that the services name, below the folder of their file or beside it."""
    for fact in facts:
        if isinstance(fact, Reference):
            yield fact.path
        elif isinstance(fact, Service):
            image = fact.image
            yield from (path for path in (image.context, image.dockerfile) if path is not None) if image else ()
            yield from (mount.source for mount in fact.mounts if _is_inside(mount) and mount.source is not None)


def _is_inside(mount: Mount) -> bool:
    return mount.kind == "bind" and mount.source is not None and not mount.source.startswith(("/", "~"))


def _exists(work: Work, path: str) -> bool:
    return work.repository.is_file(path) or work.repository.is_folder(path)


def _from_root(path: str, folder: str) -> str | None:
    """The path as it reads from the root; None for one outside of the folder."""
    if path == folder:
        return ""
    return path.removeprefix(f"{folder}/") if path.startswith(f"{folder}/") else None


def _moved(fact: Fact, folder: str, own: str) -> Fact:
    """The fact with its paths read from the root; ``own`` is the path of the compose file, which stays where it is."""
    if isinstance(fact, Reference):
        return replace(fact, path=_path(fact.path, folder))
    if not isinstance(fact, Service):
        return fact
    return replace(
        fact,
        image=_moved_image(fact.image, folder) if fact.image else None,
        extends=(_path(fact.extends[0], folder), fact.extends[1])
        if fact.extends and fact.extends[0] != own
        else fact.extends,
        env_files=tuple(replace(reference, path=_path(reference.path, folder)) for reference in fact.env_files),
        mounts=tuple(
            replace(mount, source=_path(mount.source or "", folder)) if _is_inside(mount) else mount
            for mount in fact.mounts
        ),
    )


def _moved_image(image: ImageSource, folder: str) -> ImageSource:
    return replace(
        image,
        context=None if image.context is None else _path(image.context, folder),
        dockerfile=None if image.dockerfile is None else _path(image.dockerfile, folder),
    )


def _path(path: str, folder: str) -> str:
    moved = _from_root(path, folder)
    return path if moved is None else moved
