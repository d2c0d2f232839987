"""
One module a format. A reader has no opinions: it turns a file's text into facts, each with its line.

A reader module defines

``KIND``
    its name, also the ``kind`` of a ``Reference`` that leads to it; the name of the module with hyphens.
``NAMES``
    patterns (``fnmatch``, case-sensitive) of the files it claims: matched against the file's name, or, with a ``/``,
    against the end of its path. Empty for files that are read only because another file refers to them.
``NATURE``
    ``"production"`` for a file that only production uses (a Procfile), ``"project"`` for one that says nothing about
    where it is used (requirements, .gitignore), ``"decided"`` where names, references and contents decide.
``FALLBACK``
    optional, True for a reader that claims only what no other reader claims.
``claims(source)``
    optional, for a reader whose names are broad: False where the file is of another format, which leaves it to the next
    reader that names it. Not asked about a file that is read because another one refers to it. Raises nothing.
``read(source)``
    yields facts; raises nothing but ``Unreadable``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Literal, Protocol, cast

from django_deploycheck.readers._index import READERS
from django_deploycheck.source import entries_of

if TYPE_CHECKING:
    from django_deploycheck.model import Crash, Fact
    from django_deploycheck.source import Source

Nature = Literal["production", "project", "decided"]


class Reader(Protocol):
    KIND: str
    NAMES: tuple[str, ...]
    NATURE: Nature

    def read(self, source: Source) -> Iterator[Fact]: ...


def load() -> dict[str, Reader]:
    """Every reader by its kind, in the order of their names. Each is imported when it has a file to read."""
    return dict(_loaded()[0])


def broken() -> tuple[Crash, ...]:
    """The readers that the index does not know yet and that cannot be imported."""
    return _loaded()[1]


def modules() -> dict[str, ModuleType]:
    """Every reader's module by its kind."""
    return {kind: _module(kind) for kind in load()}


class _Unloaded:
    """A reader, known from the index until it has a file to read: most sites have files of few formats."""

    def __init__(self, kind: str, nature: Nature, names: tuple[str, ...], *, fallback: bool, declines: bool) -> None:
        self.KIND = kind
        self.NAMES = names
        self.NATURE = nature
        self.FALLBACK = fallback
        self.claims = self._claims if declines else None

    def read(self, source: Source) -> Iterator[Fact]:
        return cast(Reader, _module(self.KIND)).read(source)

    def _claims(self, source: Source) -> bool:
        return cast(bool, _module(self.KIND).claims(source))


@lru_cache(maxsize=1)
def _loaded() -> tuple[Mapping[str, Reader], tuple[Crash, ...]]:
    readers: dict[str, Reader] = {
        kind: _Unloaded(kind, cast(Nature, nature), names, fallback=fallback, declines=declines)
        for kind, (nature, fallback, declines, names) in READERS.items()
    }
    crashes: list[Crash] = []
    for kind in _unlisted():
        try:
            reader = cast(Reader, _module(kind))
            readers[reader.KIND] = reader
        except Exception as error:  # noqa: BLE001 - every other format is still read
            from django_deploycheck.crashes import crash

            crashes.append(crash(f"reader '{kind}'", error))
    return dict(sorted(readers.items())), tuple(crashes)


def _unlisted() -> list[str]:
    """The kinds of readers beside this file that the index lacks: those that somebody is writing."""
    # None within a zip, whose folders cannot be listed.
    entries = (entry for path in __path__ for entry, _ in entries_of(path))
    names = (entry[:-3] for entry in entries if entry.endswith(".py") and not entry.startswith("_"))
    return sorted({name.replace("_", "-") for name in names} - READERS.keys())


def _module(kind: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{kind.replace('-', '_')}")
