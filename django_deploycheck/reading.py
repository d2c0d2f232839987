"""Runs the readers over the files that discovery found and over those that they refer to; contains their crashes."""

from __future__ import annotations

import fnmatch
import posixpath
from collections import Counter, deque
from collections.abc import Iterator, Mapping

from django_deploycheck import bounds
from django_deploycheck.crashes import crash
from django_deploycheck.discovery import discover, next_claimant
from django_deploycheck.environments import by_name
from django_deploycheck.model import BlindSpot, Crash, Fact, Location, Reference, Service, join
from django_deploycheck.readers import Reader
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import EXCLUDED, LeftOut, Repository, Source, Unreadable, is_excluded

MANY_FILES = 300
"""Of more files than this, which a real repository seldom has, those that say most of production are read first."""


@dataclass
class Reading:
    """What every reader made of every file, by path."""

    kinds: dict[str, str] = field(default_factory=dict)
    """The kind of reader that each file was given to, also where it could not be read."""
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    unreadable: list[BlindSpot] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)
    ignored: dict[str, str] = field(default_factory=dict)
    """Files that were found and left out, with the reason."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Files that come after as much as is read of a repository, each with how much that is."""
    gaps: list[BlindSpot] = field(default_factory=list)
    """What was too much to be looked at."""
    counted: dict[type, int] = field(default_factory=dict, compare=False)
    """How many facts of each kind were found."""
    full: str = ""
    """Why no further file is read; empty while they are."""

    def too_much(self, repository: Repository) -> Iterator[BlindSpot]:
        """What was too much to be looked at, the files that were left out among it."""
        yield from self.gaps
        for reason, count in Counter({**repository.left_out, **self.left_out}.values()).items():
            files = "1 file was not read: it" if count == 1 else f"{count} files were not read: each"
            yield BlindSpot(f"{files} {reason}")


def read_all(repository: Repository, project: str, readers: Mapping[str, Reader]) -> Reading:
    """Read every deployment file of the repository, and the files they refer to."""
    found = discover(repository, project, readers)
    reading = Reading(gaps=list(found.gaps))
    queue = deque(found.files if len(found.files) <= MANY_FILES else sorted(found.files, key=_rank))
    unasked = {path for path, _ in found.files}
    unclaimed: deque[tuple[str, str]] = deque()
    while queue or unclaimed:
        path, kind = queue.popleft() if queue else unclaimed.popleft()
        if path in reading.kinds or kind not in readers:
            continue
        if is_excluded(path, repository.excluded):
            reading.ignored[path] = EXCLUDED
            continue
        if path in unasked:
            unasked.discard(path)
            claimant = _claimant(repository, path, kind, readers, reading)
            if claimant is None:
                continue
            if getattr(readers[claimant], "FALLBACK", False):
                # Another file may say yet what this one is.
                unclaimed.append((path, claimant))
                continue
            kind = claimant
        queue += [
            (reference.path, reference.kind) for reference in read_one(repository, path, kind, readers[kind], reading)
        ]
    return reading


def _rank(file: tuple[str, str]) -> tuple[bool, int, bool]:
    """By this, what is named for development comes last; of the others what lies higher, then what is named for production."""
    path, _ = file
    named = by_name(path)
    environment = named.environment if named is not None else None
    return environment == "development", path.count("/"), environment != "production"


def _claimant(
    repository: Repository, path: str, kind: str, readers: Mapping[str, Reader], reading: Reading
) -> str | None:
    """The kind of the first reader, from this one on, that names the file and does not decline it; None for nobody."""
    current: str | None = kind
    while current is not None:
        claims = getattr(readers[current], "claims", None)
        try:
            source = repository.read(path) if claims is not None else None
            if claims is None or source is None or claims(source):
                return current
        except Unreadable:
            return current
        except Exception as error:  # noqa: BLE001 - a reader's mistake must not cost the other files
            reading.crashes.append(crash(f"reader '{current}'", error, Location(path)))
            return None
        current = next_claimant(path, current, readers)
    return None


def read_one(repository: Repository, path: str, kind: str, reader: Reader, reading: Reading) -> list[Reference]:
    """Read one file into ``reading``; returns the files it refers to. Nothing is kept of a file that is not there."""
    try:
        if len(reading.kinds) >= bounds.FILES:
            reading.full = f"comes after {bounds.FILES} others"
        if reading.full:
            raise LeftOut(reading.full)
        source = repository.read(path)
        if source is None:
            return []
        reading.kinds[path] = kind
        facts = tuple(_facts(repository, source, reader, reading))
    except LeftOut as error:
        reading.kinds.pop(path, None)
        reading.left_out[path] = error.reason
        return []
    except Unreadable as error:
        reading.kinds[path] = kind
        reading.unreadable.append(BlindSpot(error.reason, Location(path, error.line)))
        return []
    except Exception as error:  # noqa: BLE001 - a reader's mistake must not cost the other files
        reading.crashes.append(crash(f"reader '{kind}'", error, Location(path)))
        return []
    reading.sources[path] = source
    reading.facts[path] = facts
    return [fact for fact in facts if isinstance(fact, Reference)] + [
        reference for fact in facts if isinstance(fact, Service) for reference in fact.env_files
    ]


def _facts(repository: Repository, source: Source, reader: Reader, reading: Reading) -> Iterator[Fact]:
    """What the reader finds, as long as it is no more than any file and any repository holds."""
    if reader.KIND != "python-module" and source.path.endswith(".py") and len(source.text) > bounds.OTHERS.one:
        raise Unreadable(f"is larger than {bounds.OTHERS.one // bounds.KIB} KiB")
    here: dict[type, int] = {}
    for found in reader.read(source):
        for fact in _named(repository, found):
            kind = type(fact)
            here[kind] = here.get(kind, 0) + 1
            amounts = bounds.FACTS.get(kind, bounds.OTHER_FACTS)
            if here[kind] > amounts.one:
                raise Unreadable(f"holds more than {amounts.one} {amounts.name}")
            if isinstance(fact, Service) and len(fact.before) > bounds.COMMANDS:
                raise Unreadable(f"runs more than {bounds.COMMANDS} commands in a row", fact.location.line)
            yield fact
    for kind, count in here.items():
        amounts = bounds.FACTS.get(kind, bounds.OTHER_FACTS)
        reading.counted[kind] = reading.counted.get(kind, 0) + count
        if reading.counted[kind] >= amounts.all:
            reading.full = f"comes after {amounts.all} {amounts.name}"


def _named(repository: Repository, fact: Fact) -> Iterator[Fact]:
    """The fact; for a reference by a pattern of names in one folder, one to each file that is there."""
    folder, name = posixpath.split(fact.path) if isinstance(fact, Reference) else ("", "")
    if not isinstance(fact, Reference) or not any(mark in name for mark in "*?["):
        yield fact
        return
    for other, is_folder in repository.listing(folder).items():
        if not is_folder and fnmatch.fnmatchcase(other, name):
            yield replace(fact, path=join(folder, other))
