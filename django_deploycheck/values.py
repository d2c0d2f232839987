"""
Where a value ends that is assigned within a command, and which parts of it are literal.

Quoting stays as it is when a part is replaced, so that the command reads to a shell as it did before: a value may be put
together from several quotes (``ab"cd"'ef'``), go on in the next line behind a backslash, and stand within quotes itself
(``sh -c "KEY='…' run"``).
"""

from __future__ import annotations

import re
from typing import Literal

from django_deploycheck.patterns import regex

MAX_LENGTH = 20_000
"""How long a value may be, in characters, to be looked at as a whole."""

# A literal run, a reference to a variable, and what stays whatever becomes of the value: its quotes, what it runs.
Part = tuple[Literal["literal", "reference", "other"], str]

_QUOTING = regex(r"\\.|[\"'\n]|(?<!\S)#[^\n]*")
_REFERENCE = regex(
    r"(?P<variable>\$(?:\w+|\{[A-Za-z_]\w{0,200}(?::?[?+][^{}\n]{0,500})?\}|\{\{[^{}\n]{0,500}\}\})|"
    r"\{\{[^{}\n]{0,500}\}\}|%\([A-Za-z_]\w{0,200}\)s)"
    r"|\$\([^()`]{0,4000}(?:\([^()`]{0,1000}\)[^()`]{0,4000}){0,10}\)|`[^`\n]{0,4000}`"
    r"|(?P<escaped>\\[\s\S])"
)
_BRACKETS = frozenset("]},")
_ENDS = frozenset(" \t\r\n;&|<>")


class Quotes:
    """Which quote a position of the text stands in, asked for from left to right; every line begins outside of any."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = 0
        self._open = ""

    def around(self, position: int) -> str:
        """``"``, ``'`` or nothing."""
        for mark in _QUOTING.finditer(self._text, self._seen, position):
            sign = mark[0]
            if sign == "\n" or sign == self._open:
                self._open = ""
            elif sign in "\"'" and not self._open:
                self._open = sign
        self._seen = position
        return self._open


def value(text: str, start: int, quote: str, *, whole: bool = False) -> tuple[int, list[Part]]:
    """
    The end of the value that begins at ``start`` within ``quote``, and its parts in turn.

    ``whole``: white space and operators belong to it, up to the quote around it or the end of the line.
    """
    parts: list[Part] = []
    end = min(len(text), start + MAX_LENGTH)
    here = start
    ends = _ENDS | {")"} if text.rfind("$(", max(0, start - 2000), start) >= 0 else _ENDS
    while here < end:
        sign = text[here]
        if sign == quote:
            here, quote = here + 1, ""
            parts.append(("other", sign))
            if here == end or text[here] in _ENDS or text[here] in ")]},":
                parts.pop()
                here -= 1
                break
            whole = False
        elif sign in "\"'" or (sign == "\\" and _opens(text, here, quote, first=here == start, whole=whole)):
            closing = _closing(text, here, end, quote, first=here == start)
            if closing is None:
                if here > start and not whole:
                    break
                whole = True  # it goes on where the text was cut
                parts.append(("literal", sign))
                here += 1
                continue
            mark = sign if sign != "\\" else text[here : here + 2]
            parts.append(("other", mark))
            parts += _inside(text[here + len(mark) : closing], mark.endswith("'") and not quote)
            parts.append(("other", mark))
            here = closing + len(mark)
            if not whole and text[here : here + 1] in _BRACKETS:  # of what the value stands in
                break
        elif sign == "\\" and text[here + 1 : here + 2] == "\n":
            parts.append(("other", "\\\n"))
            here += 2
        elif sign == "\n" or (sign in ends and not whole):
            break
        else:
            # Nothing is replaced between single quotes, unless what they hold is a script.
            may_refer = sign in "$`{%\\" and not (whole and quote == "'")
            found = _REFERENCE.match(text, here, end) if may_refer else None
            if found is None and sign == "`" and not whole:
                break
            run = found[0] if found else sign
            parts.append((_kind(found) if found else "literal", run))
            here += len(run)
    return here, parts


def _opens(text: str, here: int, quote: str, *, first: bool, whole: bool) -> bool:
    """Whether a backslash stands before a quote that is opened within another one of its kind."""
    sign = text[here + 1 : here + 2]
    return sign in ("'", '"') and not whole and (sign == quote or (first and not quote))


def _closing(text: str, opening: int, end: int, quote: str, *, first: bool) -> int | None:
    """Where the quote ends that is opened there: in the same line, unless the value begins with it; before the outer one."""
    sign = text[opening]
    if sign == "\\":
        mark, here = text[opening : opening + 2], opening + 2
        found = text.find(mark, here, end)
        line = text.find("\n", here, end)
        return found if found >= 0 and (line < 0 or found < line) else None
    here = opening + 1
    while here < end:
        if text[here] == sign:
            return here
        if (text[here] == "\n" and (quote or not first)) or (quote and text[here] == quote):
            return None
        run = _REFERENCE.match(text, here, end) if sign == '"' and text[here] in "$`\\" else None
        if run is None and sign == '"' and text.startswith("$(", here):
            return None
        here = run.end() if run is not None else here + 1
    return None


def _kind(found: re.Match[str]) -> Literal["literal", "reference", "other"]:
    if found["escaped"]:  # what stands behind a backslash stands for itself
        return "literal"
    return "reference" if found["variable"] else "other"


def _inside(text: str, verbatim: bool) -> list[Part]:
    parts: list[Part] = []
    here = 0
    for found in () if verbatim else _REFERENCE.finditer(text):
        parts += [("literal", text[here : found.start()]), (_kind(found), found[0])]
        here = found.end()
    return [*parts, ("literal", text[here:])]


def literal(parts: list[Part]) -> str:
    """What of the value stands in the text; empty where it only refers to variables, or is what something else gives."""
    found = [text for kind, text in parts if kind == "literal"]
    if any(kind == "reference" or text[:1] in "$`" for kind, text in parts) and not any(
        map(str.isalnum, "".join(found))
    ):
        return ""
    return "".join(text for kind, text in parts if kind != "other") if found else ""


def replaced(parts: list[Part], replacement: str) -> str:
    """The value with its literal parts replaced, and the references between them; quotes and lines stay."""
    merged: list[Part] = []
    for kind, text in parts:
        kind = "other" if kind == "other" else "literal"
        if merged and kind == "literal" == merged[-1][0]:
            merged[-1] = (kind, merged[-1][1] + text)
        else:
            merged.append((kind, text))
    return "".join(
        replacement + "\n" * text.count("\n") if kind == "literal" and text.strip() else text for kind, text in merged
    )
