"""
Files of environment variables: .env as python-dotenv 1.2 and Docker Compose 2 read it, and direnv's .envrc.

Where they differ, what either of them accepts is a variable (``KEY: value`` for Compose).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from django_deploycheck import secrets
from django_deploycheck.model import Fact, Reference
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source, Unreadable

KIND = "dotenv"
NAMES = (
    ".env",
    ".env.*",
    ".env-*",
    ".env_*",
    "*.env",
    ".*.env",
    "*.env.example",
    "*.env.sample",
    "*.env.template",
    "*.env.dist",
    "env.default",
    "env.dist",
    "env.dev*",
    "env.example",
    "env.j2",
    "env.local",
    "env.prod*",
    "env.sample",
    "env.staging",
    "env.template",
    "env.test",
    "env.txt",
    "env-example",
    "env_example",
    "env.*.example",
    "env.*.sample",
    "dotenv",
    ".envs/*",
    ".envs/*/.*",
    ".envrc",
    ".envrc.*",
    ".*.envrc",
)
NATURE = "decided"

_ASSIGNMENT = regex(
    r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*|'[^']*')[ \t]*(?:=|:(?=[ \t]|$))[ \t]*(?P<value>.*)"
)
_NAME_ALONE = regex(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*(?:#.*)?")
_DOUBLE_QUOTED = regex(r'"(?P<text>(?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE_QUOTED = regex(r"'(?P<text>(?:[^'\\]|\\.)*)'", re.DOTALL)
_REST_OF_LINE = regex(r"[ \t]*(?:#[^\n]*)?(?:\n|$)")
_ESCAPE = regex(r"\\(.)", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"'}
# SOPS and dotenvx: what stands there is no use to anyone without a key.
_ENCRYPTED = regex(r"ENC\[|encrypted:")
_OTHER_FILE = regex(
    r"[ \t]*(?P<command>dotenv|source_env|source|\.)(?:_if_exists)?(?:[ \t]+(?P<path>[^\s;&|#]+))?[ \t]*(?:#.*)?"
)


class _Line(NamedTuple):
    number: int
    name: str
    value: str | None

    def __repr__(self) -> str:
        return f"line {self.number}"  # the text may be a secret


def read(source: Source) -> Iterator[Fact]:
    """
    The variables, their values masked where they are secrets; for an .envrc also references to the files it loads.

    A value that is encrypted in place is None. Raises Unreadable for what is no text, as after git-crypt.
    """
    if source.text[:2000].count("\ufffd") * 10 > len(source.text[:2000]):
        raise Unreadable("is no text", 1)
    is_script = "envrc" in source.name
    items = [(line.name, line.value, source.location(line.number)) for line in _variables(source, is_script)]
    yield from secrets.env_vars(items)
    if is_script:
        yield from _loaded(source)


def _variables(source: Source, is_script: bool) -> Iterator[_Line]:
    text = "\n".join(source.lines)
    number, position = 1, 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end == -1 else end
        line = text[position:end].strip("\ufeff \t")
        match = _ASSIGNMENT.match(line)
        next_position = end + 1
        if match:
            # Only a quoted value may go on below, and only from where it starts.
            start = text.index(line, position) + match.start("value")
            value, next_position = _value(text, start, match["value"], end + 1)
            yield _Line(number, match["name"].strip("'"), None if _ENCRYPTED.match(value) else value)
        elif not is_script and (alone := _NAME_ALONE.fullmatch(line)):
            yield _Line(number, alone["name"], None)
        number += text.count("\n", position, next_position)
        position = next_position


def _value(text: str, start: int, rest: str, next_line: int) -> tuple[str, int]:
    """The value that starts at ``start`` and where the line after it begins; ``rest`` is the rest of its line."""
    quote = rest[:1]
    pattern = {'"': _DOUBLE_QUOTED, "'": _SINGLE_QUOTED}.get(quote)
    if pattern is not None:
        quoted = pattern.match(text, start)
        end = _REST_OF_LINE.match(text, quoted.end()) if quoted else None
        if quoted and end:
            known = _ESCAPES if quote == '"' else {"\\": "\\", "'": "'"}
            return _ESCAPE.sub(lambda escape: known.get(escape[1], escape[0]), quoted["text"]), end.end()
    if rest.startswith("#") and text[start - 1].isspace():
        return "", next_line
    value = re.split(r"(?<=\s)#", rest, maxsplit=1)[0].strip()
    # A quote that is never closed, or closed too early: what stands on the line is still what was meant.
    return value.strip(quote) if pattern is not None else value, next_line


def _loaded(source: Source) -> Iterator[Reference]:
    for number, line in enumerate(source.lines, start=1):
        match = _OTHER_FILE.fullmatch(line)
        if match is None or (match["path"] is None and match["command"] != "dotenv"):
            continue
        path = source.beside((match["path"] or ".env").strip("\"'"))
        if path and "$" not in path:
            yield Reference(path, KIND, source.location(number))
