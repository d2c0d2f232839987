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
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, Protocol, cast

from django_deploycheck.crashes import crash
from django_deploycheck.model import Crash, Fact
from django_deploycheck.source import Source


class Reader(Protocol):
    KIND: str
    NAMES: tuple[str, ...]
    NATURE: Literal["production", "project", "decided"]

    def read(self, source: Source) -> Iterator[Fact]: ...


def load() -> dict[str, Reader]:
    """Every reader by its kind, in the order of their names."""
    return dict(_loaded()[0])


def broken() -> tuple[Crash, ...]:
    """The readers whose module cannot be imported."""
    return _loaded()[1]


@lru_cache(maxsize=1)
def _loaded() -> tuple[dict[str, Reader], tuple[Crash, ...]]:
    readers: dict[str, Reader] = {}
    crashes: list[Crash] = []
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_"):
            continue
        try:
            reader = cast(Reader, importlib.import_module(f"{__name__}.{info.name}"))
            readers[reader.KIND] = reader
        except Exception as error:  # noqa: BLE001 - every other format is still read
            crashes.append(crash(f"reader '{info.name.replace('_', '-')}'", error))
    return readers, tuple(crashes)
