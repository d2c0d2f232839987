"""
.dockerignore: what of the build context does not reach the builder.

After https://docs.docker.com/build/concepts/context/#dockerignore-files. ``Dockerfile.dockerignore`` stands for the
Dockerfile beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import Fact, IgnorePattern
from django_deploycheck.source import Source

KIND = "dockerignore"
NAMES = (".dockerignore", "*.dockerignore")
NATURE = "project"


def read(source: Source) -> Iterator[Fact]:
    """One ``IgnorePattern`` for each line that is neither blank nor a comment."""
    for number, line in enumerate(source.lines, 1):
        text = line.lstrip("\ufeff") if number == 1 else line
        # Only a "#" in the first column starts a comment.
        pattern = "" if text.startswith("#") else text.strip()
        if pattern.strip("! \t"):
            yield IgnorePattern(secrets.mask_line(pattern), pattern.startswith("!"), source.location(number))
