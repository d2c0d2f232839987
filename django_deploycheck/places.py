"""Where a command runs, and how its paths are found again in the repository."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django_deploycheck.model import Copy, Mount
from django_deploycheck.source import Repository, within


@dataclass(frozen=True)
class Place:
    """
    Where a command runs. In a container, paths are absolute and found again through what was copied and mounted; on a
    platform or a host they are relative to ``base``, a folder of the repository.
    """

    base: str = ""
    workdir: str = ""
    container: bool = False
    copies: tuple[Copy, ...] = ()
    stages: Mapping[str, tuple[Copy, ...]] = field(default_factory=dict)
    """COPY instructions of the other stages, by name and number, for ``COPY --from``."""
    mounts: tuple[Mount, ...] = ()
    beside: str = ""
    """The folder of the file that names the command: what is deployed together often lies together."""

    def at(self, folder: str) -> Place:
        """The same place after ``cd folder``."""
        return replace(self, workdir=posixpath.normpath(posixpath.join(self.workdir, folder)))

    def locate(self, path: str, repository: Repository) -> str | None:
        """The path in the repository of what the command calls ``path``; None where it is not found there."""
        if not path or "$" in path or "\0" in path:
            return None
        for candidate in self._candidates(path, repository):
            if candidate is not None and repository.is_file(candidate):
                return candidate
        return None

    def _candidates(self, path: str, repository: Repository) -> Iterable[str | None]:
        absolute = posixpath.normpath(posixpath.join("/", self.workdir, path)) if self.container else ""
        if self.container:
            for mount in sorted(self.mounts, key=lambda mount: -len(mount.target)):
                target = posixpath.normpath(posixpath.join("/", self.workdir, mount.target))
                if mount.kind == "bind" and mount.source is not None and is_below(absolute, target):
                    yield (
                        within(mount.source, posixpath.relpath(absolute, target))
                        if not mount.source.startswith(("/", "~"))
                        else None
                    )
            yield from self._copied(absolute, self.copies, repository, 0)
        elif not path.startswith("/"):
            yield within(self.base, posixpath.join(self.workdir, path))
            yield within(self.base, path)
        # Not found by name: /code/docker/start.sh is most likely docker/start.sh. The longest tail that exists wins.
        parts = [part for part in (absolute or path).split("/") if part not in ("", ".", "..")]
        for start in range(min(len(parts), 8)):
            tail = "/".join(parts[start:])
            if start == len(parts) - 1 and not re.search(r"\.(?:sh|bash|py)$|entrypoint|start|run", tail):
                continue
            yield within(self.base, tail)
            yield within("", tail)
            yield within(self.beside, tail)

    def _copied(
        self, absolute: str, copies: Sequence[Copy], repository: Repository, depth: int
    ) -> Iterable[str | None]:
        for copy in reversed(copies):
            destination = posixpath.normpath(posixpath.join("/", self.workdir, copy.destination))
            names: list[str] = []
            for source in copy.sources:
                relative = source.lstrip("/") or "."
                if copy.destination.endswith("/") or len(copy.sources) > 1:
                    names.append(posixpath.join(destination, posixpath.basename(relative.rstrip("/"))))
                else:
                    names.append(destination)
                if copy.stage is not None:
                    if depth < 4 and is_below(absolute, names[-1]):
                        behind = posixpath.normpath(
                            posixpath.join(
                                source if source.startswith("/") else "/" + source,
                                posixpath.relpath(absolute, names[-1]),
                            )
                        )
                        yield from self._copied(behind, self.stages.get(copy.stage, ()), repository, depth + 1)
                    continue
                if absolute == names[-1]:
                    yield within(self.base, relative)
                if is_below(absolute, destination):
                    rest = posixpath.relpath(absolute, destination)
                    if any(mark in relative for mark in "*?["):
                        folder = posixpath.dirname(relative)
                        if fnmatch.fnmatch(rest, posixpath.basename(relative)):
                            yield within(self.base, posixpath.join(folder, rest))
                        continue
                    yield within(self.base, posixpath.join(relative, rest))
                    if posixpath.basename(relative) == rest:
                        yield within(self.base, relative)


def is_below(path: str, folder: str) -> bool:
    return folder == "/" or path == folder or path.startswith(folder + "/")
