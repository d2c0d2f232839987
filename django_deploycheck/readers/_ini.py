"""Lines of INI-like files (supervisord, systemd, uwsgi): sections, repeated keys and every line kept, nothing interpolated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_deploycheck.source import Source


@dataclass(frozen=True)
class IniValue:
    """One ``key = value`` with its section; ``line`` is where the key stands."""

    section: str
    key: str
    value: str
    line: int


_SECTION = re.compile(r"^\s*\[([^\]\n]{1,200})\]")
_KEY = re.compile(r"^\s*([^\s=:#;\[][^=:\n]{0,200}?)\s*([=:])\s?(.*)$")


def values(source: Source, *, continued_by: str, comments: str = "#;", delimiters: str = "=") -> Iterator[IniValue]:
    """
    Every value of the file, in order.

    ``continued_by`` is ``"backslash"`` (systemd) or ``"indent"`` (configparser): how a value goes on in the next line.
    The lines of a continued value are kept apart by newlines. A section's own line is yielded with the key ``""``.
    """
    section = ""
    pending: IniValue | None = None
    open_line = False
    for number, line in enumerate(source.lines, 1):
        stripped = line.strip()
        if pending is not None and continued_by == "backslash" and open_line:
            if stripped.startswith(tuple(comments)):
                pending = _extended(pending, "")
                continue
            open_line = stripped.endswith("\\")
            pending = _extended(pending, stripped.removesuffix("\\").rstrip())
            continue
        if pending is not None and continued_by == "indent" and line[:1] in (" ", "\t") and stripped and not stripped.startswith(tuple(comments)):
            pending = _extended(pending, stripped)
            continue
        if pending is not None:
            yield pending
            pending = None
        if not stripped or stripped.startswith(tuple(comments)):
            continue
        heading = _SECTION.match(line)
        if heading:
            section = heading[1].strip()
            yield IniValue(section, "", "", number)
            continue
        match = _KEY.match(line)
        if match and match[2] in delimiters:
            text = match[3].strip()
            open_line = continued_by == "backslash" and text.endswith("\\")
            pending = IniValue(section, match[1].strip(), text.removesuffix("\\").rstrip() if open_line else text, number)
        elif stripped and "=" not in stripped:
            pending = IniValue(section, stripped, "", number)
            open_line = False
    if pending is not None:
        yield pending


def _extended(value: IniValue, text: str) -> IniValue:
    return IniValue(value.section, value.key, f"{value.value}\n{text}", value.line)


def without_inline_comment(text: str) -> str:
    """The value without a comment that follows white space and a semicolon."""
    return re.sub(r"\s+;.*", "", text)
