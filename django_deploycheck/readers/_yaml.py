"""
YAML and JSON as light nodes that know their line, for the readers of compose files, platform files and the like.

YAML is taken from PyYAML's events: its C ``compose`` crashes the interpreter on some ten thousand nested brackets, and
its constructors reject tags such as ``!reset``, which are kept as text here. An alias is the very node that it names,
so nothing is copied, and what it would expand to is counted and bounded. JSON has a scanner of its own: YAML's rejects
the surrogate pairs and the long keys that JSON allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field
from django_deploycheck.source import Source, Unreadable

MAX_DEPTH = 64
MAX_NODES = 5_000
"""How many values a YAML file may hold; of 938 real ones the largest held 1,248."""

MAX_WORDS = 8_000
"""How many words and marks a JSON file may hold; of real ones that are no lock files the largest held 1,382."""

MAX_EXPANSION = 200_000
"""How far aliases may blow a file up, in characters, beyond its own size."""

_NULLS = ("", "~", "null", "Null", "NULL")
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})


# --- nodes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Node:
    """
    A value with the line (from 1) and column (from 0) where it starts, and its tag as written (``!reset``).

    Every question can be asked of every node, so that a reader can go down a path without looking at each step: a
    question that does not fit gives nothing, and ``get`` then gives ABSENT, which alone is false. No ``repr`` shows a
    value, because it could be a secret.
    """

    line: int
    column: int = 0
    tag: str | None = None

    def __bool__(self) -> bool:
        return self is not ABSENT

    def get(self, *path: str) -> Node:
        """The value at the end of this path of keys, ABSENT where there is none."""
        node = self
        for key in path:
            entry = node.entry(key)
            if entry is None:
                return ABSENT
            node = entry.value
        return node

    def entry(self, key: str) -> Entry | None:
        """The key with its line and its value."""
        return None

    def items(self) -> tuple[Entry, ...]:
        """A mapping's entries, each key once: the last one written counts; then those that ``<<`` brings in."""
        return ()

    def elements(self) -> tuple[Node, ...]:
        """A sequence's elements."""
        return ()

    def listed(self) -> tuple[Node, ...]:
        """For "one or a list of them": a sequence's elements, anything else by itself, nothing for null."""
        return () if not self or self.is_null else (self,)

    def text(self) -> str | None:
        """A scalar's text, whatever type it would have; None for null and for what is no scalar."""
        return None

    def strings(self) -> tuple[str, ...]:
        """The texts of what is ``listed``."""
        return tuple(text for node in self.listed() if (text := node.text()) is not None)

    def number(self) -> int | None:
        """A scalar that is a decimal integer."""
        text = self.text()
        return int(text) if text is not None and re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None

    def flag(self) -> bool | None:
        """A scalar that is a boolean in YAML 1.1 or 1.2."""
        text = (self.text() or "").lower()
        return True if text in _TRUE else False if text in _FALSE else None

    @property
    def is_null(self) -> bool:
        return False

    @property
    def content_line(self) -> int:
        """Where the text itself begins: for ``|`` and ``>`` that is the line below the sign."""
        return self.line


@dataclass(frozen=True, eq=False)
class Scalar(Node):
    """A text. ``style`` is ``""`` for a plain one, else the quote, ``|`` or ``>``."""

    value: str = field(default="", repr=False)
    style: str = ""

    def text(self) -> str | None:
        return None if self.is_null else self.value

    @property
    def is_null(self) -> bool:
        return self.style == "" and self.value in _NULLS and self.tag != "tag:yaml.org,2002:str"

    @property
    def content_line(self) -> int:
        return self.line + 1 if self.style in ("|", ">") else self.line

    def folded(self, source: Source) -> tuple[str, ...]:
        """
        The lines of the file that were folded into this text, in order, from ``content_line`` on; joined by a space
        they are the text. Only the text itself where it was not folded, or in no simple way.
        """
        text = self.value.strip()
        if self.style == "|" or "\n" in text:
            return (self.value,)
        lines: list[str] = []
        length = -1
        for number in range(self.content_line, len(source.lines) + 1):
            written = source.lines[number - 1]
            start = self.column + len(self.style) if number == self.line else 0
            lines.append(written[start:].strip())
            length += len(lines[-1]) + 1
            if length >= len(text):
                break
        if self.style in ("'", '"') and lines:
            lines[-1] = lines[-1].removesuffix(self.style)
        return tuple(lines) if " ".join(lines) == text else (self.value,)


@dataclass(frozen=True, eq=False)
class Sequence(Node):
    """A list. ``flow`` is True for one in brackets."""

    nodes: list[Node] = field(default_factory=list, repr=False)
    flow: bool = False

    def elements(self) -> tuple[Node, ...]:
        return tuple(self.nodes)

    def listed(self) -> tuple[Node, ...]:
        return self.elements()


@dataclass(frozen=True, eq=False)
class Mapping(Node):
    """
    Keys and values. ``written`` is what stands there in order, duplicates and ``<<`` included, keys that are no scalars
    left out; ``table`` is what counts.
    """

    written: list[Entry] = field(default_factory=list, repr=False)
    table: dict[str, Entry] = field(default_factory=dict, repr=False)

    def entry(self, key: str) -> Entry | None:
        return self.table.get(key)

    def items(self) -> tuple[Entry, ...]:
        return tuple(self.table.values())


@dataclass(frozen=True, eq=False)
class Entry:
    """A key of a mapping, the line where it stands, and its value."""

    key: str
    line: int
    value: Node


ABSENT = Node(1)


_AnyNode = TypeVar("_AnyNode", bound=Node)

# --- YAML -------------------------------------------------------------------------------------------------------------

# What YAML 1.1 counts as line breaks and editors do not; our lines are those of ``Source.lines``.
_OTHER_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")
# What a value counts at least among the characters: each is work, however short it is.
_LEAST = 8
_UNPRINTABLE = regex("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Parsing:
    """One run over a file: the events that are left, the anchors of this document, what was counted so far."""

    events: Iterator[Any]
    limit: int
    anchors: dict[str, Node] = field(default_factory=dict)
    sizes: dict[Node, int] = field(default_factory=dict)
    """How many characters a finished list or mapping has, its aliases written out."""
    heights: dict[Node, int] = field(default_factory=dict)
    """How many levels it has."""
    counted: dict[str, int] = field(default_factory=lambda: {"nodes": 0, "characters": 0})

    def count(self, name: str, amount: int, maximum: int, reason: str, line: int) -> None:
        self.counted[name] += amount
        if self.counted[name] > maximum:
            raise Unreadable(reason, line)

    def size(self, node: Node) -> int:
        return len(node.value) + _LEAST if isinstance(node, Scalar) else self.sizes.get(node, _LEAST)

    def finish(self, node: Node, parts: Iterable[Node], characters: int) -> None:
        """Measure a list or mapping that is complete: its parts, and the characters of its keys."""
        self.sizes[node] = _LEAST + characters
        self.heights[node] = 1
        for part in parts:
            self.sizes[node] += self.size(part)
            self.heights[node] = max(self.heights[node], 1 + self.heights.get(part, 0))


def parse(source: Source) -> list[Node]:
    """
    The documents of a YAML file, none for one that is empty or only comments.

    Raises Unreadable for what is no YAML, is nested deeper than MAX_DEPTH or blows itself up.
    """
    import yaml

    text = "\n".join(source.lines).translate(_OTHER_BREAKS)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return list(_documents(yaml.parse(text, Loader=loader), MAX_EXPANSION + len(text)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise Unreadable("is no valid YAML", min(mark.line + 1, len(source.lines)) if mark else None) from None
    except (yaml.YAMLError, UnicodeError):
        unprintable = _UNPRINTABLE.search(text)
        line = text.count("\n", 0, unprintable.start()) + 1 if unprintable else None
        raise Unreadable("is no valid YAML", line) from None


def _documents(events: Iterator[Any], limit: int) -> Iterator[Node]:
    import yaml

    parsing = _Parsing(events, limit)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            parsing.anchors.clear()
            yield _node(next(events), parsing, 0)


def _node(event: Any, parsing: _Parsing, depth: int) -> Node:
    """The node that starts with this event; recursive, but never deeper than MAX_DEPTH."""
    import yaml

    start: Any = event.start_mark
    line: int = start.line + 1
    parsing.count("nodes", 1, MAX_NODES, "holds too many values", line)
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in parsing.anchors:
            raise Unreadable("is no valid YAML", line)
        named = parsing.anchors[event.anchor]
        if not isinstance(named, Scalar) and named not in parsing.heights:
            raise Unreadable("holds itself", line)
        # Aliases of aliases nest as deeply as they are many.
        if depth + parsing.heights.get(named, 0) > MAX_DEPTH:
            raise Unreadable("is nested too deeply", line)
        reason = "repeats itself too often through aliases"
        parsing.count("characters", parsing.size(named), parsing.limit, reason, line)
        return named
    if isinstance(event, yaml.ScalarEvent):
        # PyYAML without libyaml takes half a surrogate pair for a character.
        text = _whole(event.value) if event.style == '"' else event.value
        scalar = Scalar(line, start.column, event.tag, text, event.style or "")
        return _anchored(scalar, event, parsing)
    if depth >= MAX_DEPTH:
        raise Unreadable("is nested too deeply", line)
    if isinstance(event, yaml.SequenceStartEvent):
        sequence = Sequence(line, start.column, event.tag, flow=bool(event.flow_style))
        _fill_sequence(_anchored(sequence, event, parsing), parsing, depth)
        return sequence
    mapping = Mapping(line, start.column, event.tag)
    _fill_mapping(_anchored(mapping, event, parsing), parsing, depth)
    return mapping


def _whole(text: str) -> str:
    """The text without halves of surrogate pairs, which could be printed nowhere; two that fit are a character."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _anchored(node: _AnyNode, event: Any, parsing: _Parsing) -> _AnyNode:
    if event.anchor is not None:
        parsing.anchors[event.anchor] = node
    return node


def _fill_sequence(node: Sequence, parsing: _Parsing, depth: int) -> None:
    import yaml

    while not isinstance(event := next(parsing.events), yaml.SequenceEndEvent):
        node.nodes.append(_node(event, parsing, depth + 1))
    parsing.finish(node, node.nodes, 0)


def _fill_mapping(node: Mapping, parsing: _Parsing, depth: int) -> None:
    import yaml

    merged: Node = ABSENT
    while not isinstance(event := next(parsing.events), yaml.MappingEndEvent):
        key = _node(event, parsing, depth + 1)
        value = _node(next(parsing.events), parsing, depth + 1)
        if not isinstance(key, Scalar):
            continue
        entry = Entry(key.value, key.line, value)
        node.written.append(entry)
        if key.value == "<<" and key.style == "":
            merged = value
        else:
            node.table[key.value] = entry
    for other in merged.listed():
        for entry in other.items():
            node.table.setdefault(entry.key, entry)
    entries = node.items()
    parsing.finish(node, (entry.value for entry in entries), sum(len(entry.key) for entry in entries))


# --- JSON -------------------------------------------------------------------------------------------------------------

_TOKEN = regex(
    r'(?P<space>[ \t\n]*)(?:(?P<string>"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")|(?P<mark>[{}\[\],:])|'
    r"(?P<word>true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?P<end>\Z))"
)


@dataclass(frozen=True)
class _Token:
    """A word of JSON; ``text`` is a string's value or the word as written, ``kind`` is string, mark, word or end."""

    kind: str
    text: str = field(repr=False)
    line: int
    column: int


def parse_json(source: Source, most: int = MAX_WORDS) -> Node:
    """
    The value that a JSON file holds (RFC 8259: no comments, no trailing commas; of two equal keys the last one counts).

    Raises Unreadable for what is no JSON, is nested deeper than MAX_DEPTH or has more than ``most`` words and marks.
    """
    tokens = _tokens("\n".join(source.lines), most)
    node = _json_node(next(tokens), tokens, 0)
    _expect(next(tokens), "")
    return node


def _tokens(text: str, most: int) -> Iterator[_Token]:
    line, line_start, position = 1, 0, 0
    for _ in range(most):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _no_json(line + text.count("\n", position, len(text) - len(text[position:].lstrip(" \t\n"))))
        if "\n" in match["space"]:
            line += match["space"].count("\n")
            line_start = position + match["space"].rindex("\n") + 1
        position = match.end()
        kind = match.lastgroup or ""
        word = match[kind]
        yield _Token(kind, _unquoted(word, line) if kind == "string" else word, line, match.start(kind) - line_start)
    raise Unreadable("holds too many values", line)


def _unquoted(string: str, line: int) -> str:
    if "\\" not in string:
        return string[1:-1]
    try:
        value: str = json.loads(string)
    except ValueError:
        raise _no_json(line) from None
    return _whole(value)


def _json_node(token: _Token, tokens: Iterator[_Token], depth: int) -> Node:
    if token.kind == "string":
        return Scalar(token.line, token.column, value=token.text, style='"')
    if token.kind == "word":
        return Scalar(token.line, token.column, value=token.text)
    if token.text not in ("{", "["):
        raise _no_json(token.line)
    if depth >= MAX_DEPTH:
        raise Unreadable("is nested too deeply", token.line)
    return _json_object(token, tokens, depth) if token.text == "{" else _json_array(token, tokens, depth)


def _json_array(opening: _Token, tokens: Iterator[_Token], depth: int) -> Node:
    node = Sequence(opening.line, opening.column, flow=True)
    token = next(tokens)
    if _is_mark(token, "]"):
        return node
    while True:
        node.nodes.append(_json_node(token, tokens, depth + 1))
        token = next(tokens)
        if _is_mark(token, "]"):
            return node
        _expect(token, ",")
        token = next(tokens)


def _json_object(opening: _Token, tokens: Iterator[_Token], depth: int) -> Node:
    node = Mapping(opening.line, opening.column)
    token = next(tokens)
    if _is_mark(token, "}"):
        return node
    while True:
        if token.kind != "string":
            raise _no_json(token.line)
        _expect(next(tokens), ":")
        entry = Entry(token.text, token.line, _json_node(next(tokens), tokens, depth + 1))
        node.written.append(entry)
        node.table[entry.key] = entry
        token = next(tokens)
        if _is_mark(token, "}"):
            return node
        _expect(token, ",")
        token = next(tokens)


def _is_mark(token: _Token, mark: str) -> bool:
    return token.kind == "mark" and token.text == mark


def _expect(token: _Token, mark: str) -> None:
    if token.text != mark or token.kind not in ("mark", "end"):
        raise _no_json(token.line)


def _no_json(line: int) -> Unreadable:
    return Unreadable("is no valid JSON", line)
