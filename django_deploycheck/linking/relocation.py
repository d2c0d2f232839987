"""
Compose files in a folder that are started from the root: ``docker compose --project-directory . -f deploy/compose.yml``,
or as a layer over a file at the root, whose paths are relative to the first file's folder.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from django_deploycheck.linking.work import Work
from django_deploycheck.model import Fact, Mount, Reference, Service
from django_deploycheck.records import replace


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
            paths = [fact.image.context, fact.image.dockerfile] if fact.image else []
            yield from (path for path in (*paths, *map(_mounted, fact.mounts)) if path is not None)


def _mounted(mount: Mount) -> str | None:
    """The path in the repository that is mounted; None for a volume and for a path of the machine."""
    return mount.source if mount.kind == "bind" and not (mount.source or "").startswith(("/", "~")) else None


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
    image, extends = fact.image, fact.extends
    if image is not None:
        context, dockerfile = (
            None if path is None else _path(path, folder) for path in (image.context, image.dockerfile)
        )
        image = replace(image, context=context, dockerfile=dockerfile)
    if extends is not None and extends[0] != own:
        extends = (_path(extends[0], folder), extends[1])
    return replace(
        fact,
        image=image,
        extends=extends,
        env_files=tuple(replace(reference, path=_path(reference.path, folder)) for reference in fact.env_files),
        mounts=tuple(
            mount if (path := _mounted(mount)) is None else replace(mount, source=_path(path, folder))
            for mount in fact.mounts
        ),
    )


def _path(path: str, folder: str) -> str:
    moved = _from_root(path, folder)
    return path if moved is None else moved
