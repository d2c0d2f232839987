"""Pipenv's Pipfile.lock: JSON with one object for each category of the Pipfile (``default``, ``develop`` …)."""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact
from django_deploycheck.readers import _yaml
from django_deploycheck.readers._requirement import tabled
from django_deploycheck.records import replace
from django_deploycheck.source import Source

KIND = "pipfile-lock"
NAMES = ("Pipfile.lock",)
NATURE = "project"

MAX_WORDS = 30_000
"""How many words and marks the file may hold; a real one held 6,880."""


def read(source: Source) -> Iterator[Fact]:
    """Locked requirements, each at its version, or its name where it has none. Raises Unreadable for what is no JSON."""
    for category in _yaml.parse_json(source, MAX_WORDS).items():
        if category.key == "_meta":
            continue
        group = {"default": None, "develop": "dev"}.get(category.key, category.key)
        for entry in category.value.items():
            fields = {key: entry.value.get(key).text() for key in ("version", "git", "ref", "file")}
            line = next((field.line for field in entry.value.items() if field.key == "version"), entry.line)
            fact = tabled(entry.key, fields, source.location(line), group=group)
            if fact:
                yield replace(fact, kind="locked", pinned=True)
