"""TOML with line numbers: tomllib's values, and a scanner that finds where each of them stands (toml.io, 1.0.0)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sized
from typing import Any, NamedTuple

from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field
from django_deploycheck.source import Source, Unreadable

Path = tuple["str | int", ...]

MAX_DEPTH = 64
"""The deepest nesting of keys and arrays that is read."""


@dataclass(frozen=True)
class Document:
    """``data`` as the parser made it; ``lines`` by path (``("project", "dependencies", 0)``), counted from 1."""

    data: Mapping[str, object] = field(repr=False)
    lines: Mapping[Path, int] = field(repr=False)

    def get(self, *path: str) -> object:
        """The value at a path of keys, None where there is none."""
        value: object = self.data
        for key in path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def table(self, *path: str) -> Mapping[str, object]:
        """The table at a path of keys, empty where there is none."""
        value = self.get(*path)
        return value if isinstance(value, dict) else {}

    def strings(self, *path: str) -> Iterator[tuple[str, int | None]]:
        """The strings in the array at a path of keys, each with its line; a lone string counts as an array of one."""
        value = self.get(*path)
        if isinstance(value, str):
            yield value, self.line(*path)
        if not isinstance(value, list):
            return
        for index, item in enumerate(value):
            if isinstance(item, str):
                yield item, self.line(*path, index)

    def line(self, *path: str | int) -> int | None:
        """The line of a key or item, or of the nearest thing around it that has one."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


_TOKEN = regex(
    r"""
    (?P<newline>\n)
    | (?P<space>[ \t]+|\#[^\n]*)
    | (?P<string>
        \"{3}(?:[^"\\]|\\.|\"\"?(?!"))*\"{3,5}
        | '{3}(?:[^']|''?(?!'))*'{3,5}
        | "(?:[^"\\\n]|\\[^\n])*"
        | '[^'\n]*'
      )
    | (?P<mark>[\[\]{}=,])
    | (?P<bare>[^\s\#"'\[\]{}=,]+)
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int

    def __repr__(self) -> str:
        return f"line {self.line}"  # the text may be a secret


class _Frame(NamedTuple):
    """An array that is open, with the number of its current item, or (None) an inline table."""

    path: Path
    item: int | None


def document(source: Source) -> Document:
    """The file's values and their lines. Raises Unreadable for what is no TOML or is nested deeper than MAX_DEPTH."""
    # The scanner goes first: tomllib takes quadratic time for a key of many dotted parts.
    text = "\n".join(source.lines)
    lines = _lines(text)
    if sys.version_info >= (3, 11):
        import tomllib
    else:  # pragma: no cover - Python 3.10
        import tomli as tomllib
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Unreadable("is nested too deeply") from None
    except ValueError as error:
        place = re.search(r"at line (\d+)", str(error))
        raise Unreadable("is not valid TOML", int(place[1]) if place else None) from None
    return Document(_printable(data) if _LONG_NUMBER.search(text) else data, lines)


_LONG_NUMBER = regex(r"0[xob][0-9a-fA-F_]{3000}")


def _printable(value: Any) -> Any:
    """The value, whose depth is bounded, with numbers that Python prints: it refuses those of thousands of digits."""
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    return min(value, sys.maxsize) if isinstance(value, int) else value


def _tokens(text: str) -> Iterator[_Token]:
    line, position = 1, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise Unreadable("is not valid TOML", line)
        if match.lastgroup != "space":
            yield _Token(match.lastgroup, match[0], line)
        line += match[0].count("\n")
        position = match.end()


def _key_parts(token: _Token) -> list[str]:
    if token.kind == "bare":
        return [part for part in token.text.split(".") if part]
    return [token.text[1:-1]]


def _lines(text: str) -> dict[Path, int]:
    """The line of every key, table and item; what it says of invalid TOML means nothing."""
    lines: dict[Path, int] = {}
    tables: dict[Path, int] = {}
    table: Path = ()
    path: Path = ()
    key: list[str] = []
    key_line = 0
    frames: list[_Frame] = []
    awaited = "key"

    for token in _tokens(text):
        if token.kind == "newline":
            if not frames:
                awaited, key = "key", []
        elif awaited == "key" and token.text == "[":
            awaited, key_line = "header", token.line
        elif awaited == "header" and token.text == "[":
            awaited = "array header"
        elif awaited in ("header", "array header") and token.text == "]":
            table = _table_path(key, tables, is_array=awaited == "array header")
            lines.setdefault(table, key_line)
            awaited, key = "nothing", []
        elif awaited in ("key", "header", "array header") and token.kind in ("bare", "string"):
            key_line = key_line if key else token.line
            key.extend(_key_parts(token))
            _limit(key, token)
        elif awaited == "key" and token.text == "=":
            path = (frames[-1].path if frames else table) + tuple(key)
            _limit(path, token)
            lines.setdefault(path, key_line)
            awaited, key = "value", []
        elif token.text in ("]", "}") and frames:
            frames.pop()
            awaited = "nothing"
        elif token.text == "," and frames:
            awaited, path, frames[-1] = _next_item(frames[-1])
        elif awaited == "value":
            lines.setdefault(path, token.line)
            awaited = "nothing"
            _limit(frames, token)
            if token.text == "[":
                frames.append(_Frame(path, 0))
                awaited, path = "value", (*path, 0)
            elif token.text == "{":
                frames.append(_Frame(path, None))
                awaited = "key"
    return lines


def _limit(levels: Sized, token: _Token) -> None:
    if len(levels) >= MAX_DEPTH:
        raise Unreadable("is nested too deeply", token.line)


def _next_item(frame: _Frame) -> tuple[str, Path, _Frame]:
    if frame.item is None:
        return "key", frame.path, frame
    index = frame.item + 1
    return "value", (*frame.path, index), _Frame(frame.path, index)


def _table_path(key: list[str], tables: dict[Path, int], *, is_array: bool) -> Path:
    """The path of a table's header; ``tables`` holds the last index of every array of tables and is kept up to date."""
    path: Path = ()
    for part in key[:-1]:
        path = (*path, part)
        if path in tables:
            path = (*path, tables[path])
    path = (*path, *key[-1:])
    if is_array:
        tables[path] = tables.get(path, -1) + 1
    return (*path, tables[path]) if path in tables else path
