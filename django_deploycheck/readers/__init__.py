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
``PLATFORM``
    optional: the platform whose file it is.
``read(source)``
    yields facts; raises nothing but ``Unreadable``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Literal, Protocol, cast

from django_deploycheck.model import Fact
from django_deploycheck.source import Source


class Reader(Protocol):
    KIND: str
    NAMES: tuple[str, ...]
    NATURE: Literal["production", "project", "decided"]

    def read(self, source: Source) -> Iterator[Fact]: ...


def load() -> dict[str, Reader]:
    """Every reader by its kind, in the order of their names."""
    modules = (
        importlib.import_module(f"{__name__}.{info.name}")
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    )
    readers = (cast(Reader, module) for module in modules)
    return {reader.KIND: reader for reader in readers}
