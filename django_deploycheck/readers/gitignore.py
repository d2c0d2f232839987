"""
.gitignore: what is not committed.

After https://git-scm.com/docs/gitignore, read as git 2.x does.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import Fact, IgnorePattern
from django_deploycheck.source import Source

KIND = "gitignore"
NAMES = (".gitignore",)
NATURE = "project"


def read(source: Source) -> Iterator[Fact]:
    """One ``IgnorePattern`` for each line that is neither blank nor a comment."""
    for number, line in enumerate(source.lines, 1):
        pattern = _without_trailing_spaces(line.lstrip("\ufeff") if number == 1 else line)
        if pattern.strip("!") and not pattern.startswith("#"):
            yield IgnorePattern(secrets.mask_line(pattern), pattern.startswith("!"), source.location(number))


def _without_trailing_spaces(line: str) -> str:
    """The line without the spaces at its end; a backslash keeps the one after it."""
    stripped = line.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and len(stripped) < len(line) else stripped
