"""
Regular expressions that are compiled when they are first used: most runs need few of the several hundred here, and
compiling one costs as much as reading a small file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast


def regex(text: str, flags: int = 0, *, holding: str = "") -> re.Pattern[str]:
    """
    The pattern ``text``, as ``re.compile`` returns it; an error in it is raised at its first use.

    ``holding`` are literals, with blanks between them, of which one stands in everything that the pattern matches (in
    lower case where case is ignored): without one of them nothing is compiled and nothing searched. Only ``search``,
    ``match``, ``fullmatch``, ``finditer`` and ``sub`` heed them.
    """
    if holding:
        return cast("re.Pattern[str]", _Holding(text, flags, holding.split()))
    return cast("re.Pattern[str]", _Uncompiled(text, flags))


class _Uncompiled:
    """Compiles itself at the first attribute that is asked for, and keeps each as its own."""

    def __init__(self, text: str, flags: int) -> None:
        self._arguments = text, flags

    def __getattr__(self, name: str) -> Any:
        # Nothing is compiled twice: re keeps what it compiled last.
        value = getattr(re.compile(*self._arguments), name)
        self.__dict__[name] = value
        return value


class _Holding:
    """A pattern that is asked only about texts that hold one of a few literals."""

    def __init__(self, text: str, flags: int, literals: list[str]) -> None:
        self._pattern = _Uncompiled(text, flags)
        self._literals = literals
        self._is_folded = bool(flags & re.IGNORECASE)

    def may_match(self, text: str) -> bool:
        """Whether one of the literals stands in the text."""
        if self._is_folded:
            text = text.lower()
        return any(literal in text for literal in self._literals)

    def search(self, text: str, *bounds: int) -> re.Match[str] | None:
        return self._pattern.search(text, *bounds) if self.may_match(text) else None

    def match(self, text: str, *bounds: int) -> re.Match[str] | None:
        return self._pattern.match(text, *bounds) if self.may_match(text) else None

    def fullmatch(self, text: str, *bounds: int) -> re.Match[str] | None:
        return self._pattern.fullmatch(text, *bounds) if self.may_match(text) else None

    def finditer(self, text: str, *bounds: int) -> Iterator[re.Match[str]]:
        return self._pattern.finditer(text, *bounds) if self.may_match(text) else iter(())

    def sub(self, replacement: Any, text: str, count: int = 0) -> str:
        return self._pattern.sub(replacement, text, count) if self.may_match(text) else text

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)
