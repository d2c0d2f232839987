"""
.python-version, as pyenv, uv, Heroku and Render read it: the first line that is no comment decides.

https://github.com/pyenv/pyenv#locating-pyenv-provided-python-installations
https://devcenter.heroku.com/articles/python-runtimes
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Fact, PythonVersion
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source

KIND = "python-version"
NAMES = (".python-version",)
NATURE = "project"

_VERSION = regex(
    r"(?:c?python[-@]?)?(?P<version>\d{1,3}(?:\.\d{1,3}){0,2}(?:(?:a|b|rc)\d{1,3})?)(?:t|[-+][a-z][\w.+-]*)?",
    re.IGNORECASE,
)
_SPECIFIER = regex(r"(?:(?:~=|==|!=|<=|>=|<|>)\s*[\d.*]+[\s,]*)+")


def read(source: Source) -> Iterator[Fact]:
    """
    The version of CPython, or the range of them, that the file asks for first.

    Nothing for PyPy, whose versions say little, and for the name of a virtual environment.
    """
    for number, line in enumerate(source.lines, start=1):
        text = line.partition("#")[0].strip("\ufeff \t\"'")
        words = text.split()
        if not words:
            continue
        match = _VERSION.fullmatch(words[0])
        if match:
            yield PythonVersion(source.location(number), version=match["version"], kind=KIND)
        elif _SPECIFIER.fullmatch(text[:200]):
            yield PythonVersion(source.location(number), specifier=text, kind=KIND)
        return
