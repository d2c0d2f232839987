"""Runs the readers over the files that discovery found and over those that they refer to; contains their crashes."""

from __future__ import annotations

import posixpath
import traceback
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

from django_deploycheck.discovery import discover, is_excluded
from django_deploycheck.model import BlindSpot, Crash, Fact, Location, Reference
from django_deploycheck.readers import Reader
from django_deploycheck.source import Repository, Source, Unreadable

MAX_FILES = 2000
"""How many deployment files are read at the most."""


@dataclass
class Reading:
    """What every reader made of every file, by path."""

    kinds: dict[str, str] = field(default_factory=dict)
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    unreadable: list[BlindSpot] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)
    ignored: dict[str, str] = field(default_factory=dict)
    """Files that were found and left out, with the reason."""


def read_all(
    repository: Repository, project: str, readers: Mapping[str, Reader], excluded: Iterable[str] = ()
) -> Reading:
    """Read every deployment file of the repository, and the files they refer to."""
    excluded = tuple(excluded)
    reading = Reading()
    queue = deque(discover(repository, project, readers))
    while queue:
        path, kind = queue.popleft()
        if path in reading.kinds or kind not in readers:
            continue
        if is_excluded(path, excluded):
            reading.ignored[path] = 'is listed in DEPLOYCHECK["EXCLUDE"]'
            continue
        if len(reading.facts) >= MAX_FILES:
            reading.ignored[path] = f"more than {MAX_FILES} deployment files"
            continue
        for reference in read_one(repository, path, kind, readers[kind], reading):
            queue.append((reference.path, reference.kind))
    return reading


def read_one(repository: Repository, path: str, kind: str, reader: Reader, reading: Reading) -> list[Reference]:
    """Read one file into ``reading``; returns the files it refers to."""
    try:
        source = repository.read(path)
        if source is None:
            return []
        reading.kinds[path] = kind
        facts = tuple(reader.read(source))
    except Unreadable as error:
        reading.kinds[path] = kind
        reading.unreadable.append(BlindSpot(error.reason, Location(path, error.line)))
        return []
    except Exception as error:  # noqa: BLE001 - a reader's mistake must not cost the other files
        reading.kinds[path] = kind
        reading.crashes.append(crash(f"reader '{kind}'", error, Location(path)))
        return []
    reading.sources[path] = source
    reading.facts[path] = facts
    return [fact for fact in facts if isinstance(fact, Reference)] + [
        reference for fact in facts for reference in getattr(fact, "env_files", ()) if isinstance(reference, Reference)
    ]


def crash(culprit: str, error: BaseException, location: Location | None = None) -> Crash:
    """What may be said of an exception: its type and its last frame; its text may quote what was read."""
    return Crash(culprit, type(error).__name__, last_frame(error.__traceback__), location)


def last_frame(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return "unknown place"
    frame = frames[-1]
    return f"{posixpath.basename(frame.filename.replace(chr(92), '/'))}:{frame.lineno} in {frame.name}"
