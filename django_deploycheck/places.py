"""Where a command runs, and how its paths are found again in the repository."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from django_deploycheck import shell
from django_deploycheck.model import CommandLine, Copy, ImageStage, Mount
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Repository, within

MAX_CANDIDATES = 500
"""How many places are looked at for one path."""

MAX_STAGES = 50
"""How many copies from other stages are traced back for one path."""

SEARCHED = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
"""Where a container looks for a program that is named without a path, unless PATH says otherwise."""

SAME_STAGE = ""
"""Stands as the stage of a copy that a RUN instruction makes within the image."""

_SCRIPT_NAME = regex(r"\.(?:sh|bash|py)$|entrypoint|start|run", holding=".sh .bash .py entrypoint start run")


@dataclass(frozen=True)
class Place:
    """
    Where a command runs. In a container, paths are absolute and found again through what was copied and mounted; on a
    platform or a host they are relative to ``base``, a folder of the repository (the build context of a container).
    """

    base: str = ""
    workdir: str = ""
    container: bool = False
    copies: tuple[Copy, ...] = ()
    """In order; relative destinations are below ``/`` (see ``placed_copies``)."""
    stages: Mapping[str, tuple[Copy, ...]] = field(default_factory=dict)
    """The copies of the other stages, by name and number, for ``COPY --from``."""
    mounts: tuple[Mount, ...] = ()
    beside: str = ""
    """The folder of the file that names the command: what is deployed together often lies together."""
    user: str | None = None
    """Who everything in a container runs as from its start; None where nothing says, which is root."""

    @property
    def effort(self) -> int:
        """How many instructions have to be looked at to find a path."""
        return 1 + len(self.copies) + len(self.mounts)

    def at(self, folder: str) -> Place:
        """The same place after ``cd folder``."""
        return replace(self, workdir=posixpath.normpath(posixpath.join(self.workdir, folder)))

    def locate(self, path: str, repository: Repository) -> str | None:
        """
        The path in the repository of what the command calls ``path``; None where it is not found there.

        A file that is not where it should be is looked for by the end of its path: ``/code/docker/start.sh`` is most
        likely ``docker/start.sh``.
        """
        return self.locate_exactly(path, repository) or _first_file(self._tails(path), repository)

    def locate_exactly(self, path: str, repository: Repository) -> str | None:
        """The same without guessing, for a file that nothing names: absence is no sign of anything."""
        return _first_file(self._candidates(path), repository)

    def locate_program(self, name: str, folders: Sequence[str], repository: Repository) -> str | None:
        """The script of the repository that a program named without a path is, where it lies in a folder of PATH."""
        if not self.container:
            return None
        return _first_file(
            (path for folder in (*folders, *SEARCHED) for path in self._candidates(f"{folder}/{name}")), repository
        )

    def _absolute(self, path: str) -> str:
        return posixpath.normpath(posixpath.join("/", self.workdir, path))

    def _candidates(self, path: str) -> Iterator[str | None]:
        if not _is_known(path):
            return
        if self.container:
            absolute = self._absolute(path)
            yield from self._mounted(absolute)
            yield from _copied(absolute, self.copies, self, set())
        elif not path.startswith("/"):
            yield within(self.base, posixpath.join(self.workdir, path))
            yield within(self.base, path)
        elif self.workdir.startswith("/"):
            # Where the repository lies on its machine, the working directory says.
            inside = _below(posixpath.normpath(path), posixpath.normpath(self.workdir))
            yield within(self.base, inside) if inside is not None else None

    def _mounted(self, absolute: str) -> Iterator[str | None]:
        """Behind a bind mount; the innermost one hides those around it."""
        for mount in sorted(self.mounts, key=lambda mount: -len(mount.target)):
            inside = _below(absolute, posixpath.normpath(posixpath.join("/", mount.target)))
            if mount.kind == "bind" and mount.source is not None and inside is not None:
                yield within(mount.source, inside) if not mount.source.startswith(("/", "~")) else None

    def _tails(self, path: str) -> Iterator[str | None]:
        """The longest end of the path first; a bare name only where it looks like a script's."""
        if not _is_known(path):
            return
        full = self._absolute(path) if self.container else path
        parts = [part for part in full.split("/") if part not in ("", ".", "..")][-8:]
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            if "/" in tail or _SCRIPT_NAME.search(tail):
                yield from (within(folder, tail) for folder in (self.base, "", self.beside))


def placed_copies(stages: Sequence[ImageStage]) -> tuple[Copy, ...]:
    """
    What these stages copy (each inherits from the one before it), with absolute destinations: a relative one is below
    the WORKDIR that is in force at its instruction. What RUN instructions copy or link is from ``SAME_STAGE``.
    """
    workdir = "/"
    placed: list[Copy] = []
    for stage in stages:
        copies, folders, runs = iter(stage.copies), iter(stage.workdirs), iter(stage.runs)
        for step in stage.steps:
            if step == "WORKDIR":
                workdir = posixpath.join(workdir, next(folders)[0])
            elif step in ("COPY", "ADD"):
                copy = next(copies)
                # A folder keeps its final slash, which decides what a single file becomes.
                placed.append(replace(copy, destination=posixpath.join(workdir, copy.destination)))
            elif step == "RUN":
                placed += _copied_by(next(runs, None), workdir)
    return tuple(placed)


MAX_RUN = 8_000
"""How long a RUN instruction may be of which it is asked what it copies, in characters; a real one had 2,100."""

# A program's name, and no word behind another one: "pip install" copies nothing of interest.
_COPIES_FILES = regex(r"(?<![\w\-.] )\b(?:cp|mv|ln|install)\s", holding="cp mv ln install")
_VALUED = frozenset("-m --mode -o --owner -g --group -S --suffix --target-directory -t".split())


def _copied_by(line: CommandLine | None, workdir: str) -> Iterator[Copy]:
    """What a RUN instruction copies, moves or links, as copies within the image."""
    if line is None or line.text is None or len(line.text) > MAX_RUN or not _COPIES_FILES.search(line.text):
        return
    for node in _commands(shell.parse(line.text).body):
        words = [word.literal for word in node.words]
        if not words or words[0] not in ("cp", "mv", "ln", "install"):
            continue
        named = _without_options(words[1:])
        if len(named) > 1 and all(word is not None for word in named):
            *sources, destination = (posixpath.join(workdir, word) for word in named if word is not None)
            if words[0] == "ln":
                folder = posixpath.dirname(destination)
                sources = [posixpath.join(folder, word) for word in named[:-1] if word is not None]
            yield Copy(tuple(sources), destination, line.location, SAME_STAGE)


def _commands(block: shell.Block) -> Iterator[shell.Simple]:
    """The simple commands of a list and of its ``&&``."""
    for node in block:
        if isinstance(node, shell.AndOr):
            yield from (item for _, item in node.items if isinstance(item, shell.Simple))
        elif isinstance(node, shell.Simple):
            yield node


def _without_options(words: Sequence[str | None]) -> list[str | None]:
    found: list[str | None] = []
    for before, word in zip([None, *words], words, strict=False):
        if before not in _VALUED and not (word or "").startswith("-"):
            found.append(word)
    return found


def _first_file(candidates: Iterator[str | None], repository: Repository) -> str | None:
    return next(
        (path for path in islice(candidates, MAX_CANDIDATES) if path is not None and repository.is_file(path)), None
    )


def _is_known(path: str) -> bool:
    return bool(path) and "$" not in path and "\0" not in path


def _copied(absolute: str, copies: Sequence[Copy], place: Place, traced: set[tuple[str, str]]) -> Iterator[str | None]:
    """Where a path of an image was copied from; later copies overwrite earlier ones."""
    for index, copy in reversed(list(enumerate(copies))):
        inside = _below(absolute, posixpath.normpath(posixpath.join("/", copy.destination)))
        if inside is None or copy.inline:
            continue
        for source in copy.sources:
            if copy.stage is None:
                yield from (within(place.base, path) for path in _copied_paths(source.lstrip("/") or ".", inside))
                continue
            for path in _copied_paths(posixpath.join("/", source), inside):
                origin = (copy.stage, posixpath.normpath(path))
                if origin not in traced and len(traced) < MAX_STAGES:
                    traced.add(origin)
                    others = copies[:index] if copy.stage == SAME_STAGE else place.stages.get(copy.stage, ())
                    yield from _copied(origin[1], others, place, traced)


def _copied_paths(source: str, inside: str) -> Iterator[str]:
    """
    What of ``source`` can lie at ``inside`` its destination: a folder's content, or the file itself, under a new name
    where ``inside`` is ``"."``. Which of them, only the file system knows.
    """
    folder, name = posixpath.split(source.rstrip("/"))
    if any(mark in name for mark in "*?["):
        # No file has a longer name; a longer pattern would only cost time.
        if len(name) < 256 and "/" not in inside and fnmatch.fnmatchcase(inside, name):
            yield posixpath.join(folder, inside)
        return
    yield posixpath.join(source, inside)
    if inside in (".", name):
        yield source.rstrip("/") or "/"


def _below(path: str, folder: str) -> str | None:
    """The path relative to a folder that holds it, ``"."`` for the folder itself; both are absolute and normalised."""
    if path == folder:
        return "."
    prefix = folder if folder.endswith("/") else folder + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None
