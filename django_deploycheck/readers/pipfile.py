"""Pipenv's Pipfile (pipenv.pypa.io, 2025): packages, dev-packages, custom categories, and the Python it requires."""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, PythonVersion
from django_deploycheck.readers import _toml
from django_deploycheck.readers._requirement import tabled
from django_deploycheck.source import Source

KIND = "pipfile"
NAMES = ("Pipfile",)
NATURE = "project"

_OTHER_TABLES = frozenset({"source", "requires", "scripts", "pipenv", "build-system"})


def read(source: Source) -> Iterator[Fact]:
    """Requirements and the Python version. Raises Unreadable for what is no TOML."""
    document = _toml.document(source)
    for category in document.data:
        if category in _OTHER_TABLES:
            continue
        group = {"packages": None, "dev-packages": "dev"}.get(category, category)
        for name, value in document.table(category).items():
            fact = tabled(name, value, source.location(document.line(category, name)), group=group)
            if fact:
                yield fact
    for key in ("python_full_version", "python_version"):
        version = document.get("requires", key)
        if isinstance(version, str):
            yield PythonVersion(source.location(document.line("requires", key)), version=version, kind=KIND)
            return
