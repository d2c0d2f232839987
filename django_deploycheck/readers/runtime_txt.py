"""runtime.txt, an older way to name a Python version: ``python-3.9.18`` (Heroku, Cloud Foundry), ``3.9`` (Netlify)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Fact, PythonVersion
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source

KIND = "runtime-txt"
NAMES = ("runtime.txt",)
NATURE = "project"

_VERSION = regex(r"(?:python-?)?\s?(?P<version>\d{1,3}(?:\.\d{1,3}){0,2})(?:\.[x*])?", re.IGNORECASE)


def read(source: Source) -> Iterator[Fact]:
    """The version that the first line with any text names; nothing for another language's or PyPy's."""
    for number, line in enumerate(source.lines, start=1):
        text = line.partition("#")[0].strip("\ufeff \t\"'")
        if not text:
            continue
        match = _VERSION.fullmatch(text)
        if match:
            yield PythonVersion(source.location(number), version=match["version"], kind=KIND)
        return
