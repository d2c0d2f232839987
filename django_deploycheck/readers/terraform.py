"""
Terraform: the containers of tasks in Amazon ECS, where they are written out in ``jsonencode`` or as JSON in a heredoc. Everything
else in such files is only searched for what it mentions.

After https://developer.hashicorp.com/terraform/language/expressions and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_definition. Expressions other than texts, lists and
objects stay unknown: ``var.port`` becomes ``${var.port}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from django_deploycheck.model import Fact, PlatformUse
from django_deploycheck.patterns import regex
from django_deploycheck.readers import unread_format
from django_deploycheck.readers._container_definitions import container_services, parsed
from django_deploycheck.readers._yaml import ABSENT, MAX_DEPTH, Entry, Mapping, Node, Scalar, Sequence
from django_deploycheck.source import Source, Unreadable

KIND = "terraform"
NAMES = ("*.tf",)
NATURE = "decided"
PLATFORM = "ecs"
_SERVICE_KIND = "ecs"

MAX_TASKS = 100
"""How many tasks of a file are read."""

_ENCODED = regex(r"^[ \t]*container_definitions[ \t]*=[ \t]*jsonencode\(", re.MULTILINE)
_HEREDOC = regex(r"^[ \t]*container_definitions[ \t]*=[ \t]*<<-?[ \t]*(\w{1,50})[ \t]*\n", re.MULTILINE)
_TOKEN = regex(
    r"(?P<space>[ \t\r]+|(?:\#|//)[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"
    r"|(?P<line>\n)"
    r"|(?P<mark>[{}\[\](),=:])"
    r"|(?P<string>\"(?:[^\"\\$\n]|\\.|\$(?!\{)|\$\{[^{}\n]*\})*\")"
    r"|(?P<word>(?:==|=>|!=|[^\s{}\[\](),=:\"#/]|/(?![/*]))+|[/\"])"
)
_OPENING, _CLOSING = frozenset("{[("), frozenset("}])")


def claims(source: Source) -> bool:
    """Whether containers of a task are written out in it."""
    return bool(_ENCODED.search(source.text) or _HEREDOC.search(source.text))


def read(source: Source) -> Iterator[Fact]:
    """A service for every container, and what the rest mentions."""
    text = "\n".join(source.lines)
    rest = text
    tasks = []
    position = 0
    for match in islice(_ENCODED.finditer(text), MAX_TASKS):
        # One that stands in the one before was read with it.
        if match.start() >= position:
            parser = _Parser(text, match.end())
            tasks.append((match.start(), parser.value(0)))
            position = parser.position
            rest = _without(rest, match.start(), position)
    for match in islice(_HEREDOC.finditer(text), MAX_TASKS):
        end = re.compile(rf"^[ \t]*{match[1]}[ \t]*$", re.MULTILINE).search(text, match.end())
        if end is not None:
            json = "\n" * text.count("\n", 0, match.end()) + text[match.end() : end.start()]
            tasks.append((match.start(), parsed(Source(source.path, json))))
            rest = _without(rest, match.start(), end.end())
    for start, task in sorted(tasks, key=lambda found: found[0]):
        line = text.count("\n", 0, start) + 1
        yield PlatformUse(PLATFORM, source.location(line))
        yield from container_services(source, ABSENT, task.elements(), _SERVICE_KIND, PLATFORM)
    yield from unread_format.read(Source(source.path, rest))


def _without(text: str, start: int, end: int) -> str:
    """The text with only the line breaks left of a part."""
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


class _Parser:
    """Reads one expression, from left to right; ``position`` is where it stopped."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position
        self.line = text.count("\n", 0, position) + 1

    def token(self) -> tuple[str, str]:
        """The kind and the text of the next token that is no white space; nothing at the end."""
        while (match := _TOKEN.match(self.text, self.position)) is not None:
            kind = match.lastgroup or ""
            if kind != "space":
                return kind, match[0]
            self.advance(match[0])
        return "end", ""

    def advance(self, text: str) -> None:
        self.position += len(text)
        self.line += text.count("\n")

    def skip_lines(self) -> tuple[str, str]:
        """The next token that is no line break, and that no comma separates."""
        kind, text = self.token()
        while kind == "line" or text == ",":
            self.advance(text)
            kind, text = self.token()
        return kind, text

    def value(self, depth: int) -> Node:
        kind, text = self.skip_lines()
        line = self.line
        if depth > MAX_DEPTH:
            raise Unreadable("is nested too deeply", line)
        if text == "[":
            return self.items(depth)
        if text == "{":
            return self.entries(depth)
        expression = self.expression()
        if kind == "string" and expression == text:
            return Scalar(line, value=_unquoted(text), style='"')
        if re.fullmatch(r"[0-9]+|true|false|null", expression):
            return Scalar(line, value=expression)
        return Scalar(line, value="${" + re.sub(r"[^\w.]+", "_", expression)[:100] + "}")

    def items(self, depth: int) -> Node:
        node = Sequence(self.line)
        self.advance("[")
        while True:
            kind, text = self.skip_lines()
            if kind == "end" or text in ("]", ")", "}"):
                self.advance(text)
                return node
            node.nodes.append(self.value(depth + 1))

    def entries(self, depth: int) -> Node:
        node = Mapping(self.line)
        self.advance("{")
        while True:
            kind, text = self.skip_lines()
            if kind == "end" or text in ("]", ")", "}"):
                self.advance(text)
                return node
            key, line = _unquoted(text), self.line
            self.advance(text)
            if self.token()[1] not in ("=", ":"):
                continue
            self.advance("=")
            node.table[key] = Entry(key, line, self.value(depth + 1))

    def expression(self) -> str:
        """What stands up to the end of the line, the next comma or the bracket that closes around it."""
        start = end = self.position
        open_brackets = 0
        while True:
            kind, text = self.token()
            ends = kind == "line" or text == "," or text in _CLOSING
            if kind == "end" or (open_brackets == 0 and ends):
                return self.text[start:end].strip()
            open_brackets += (text in _OPENING) - (text in _CLOSING)
            self.advance(text)
            end = self.position


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text[1:-1])
