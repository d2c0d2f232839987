"""
A Dockerfile's text as instructions: parser directives, continuations, comments, flags and here-documents.

After https://docs.docker.com/reference/dockerfile/ and the parser of BuildKit 0.2x, which is more lenient than the
page. Nothing is checked here: what BuildKit would refuse is taken as it most likely is meant.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass

_JSON_STRING = regex(r'"(?:[^"\\]|\\.)*"')

MAX_NESTING = 8
"""How deep ``${a:-${b:-c}}`` is followed."""


@dataclass(frozen=True, repr=False)
class Heredoc:
    """A here-document: the word that ends it and its lines, tabs stripped where ``<<-`` asks for it."""

    name: str
    body: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Instruction:
    """
    One instruction. ``name`` is upper case, ``line`` is where it starts, counted from 1.

    ``pieces`` holds a text for each of its lines without the escape at the end, empty for comments and blank lines;
    ``start`` is where the arguments begin, after the flags, in the pieces joined. ``below`` holds the lines of all
    here-documents as they stand, with those that end them.
    """

    name: str
    line: int
    pieces: tuple[str, ...]
    start: int
    flags: Mapping[str, str]
    escape: str
    heredocs: tuple[Heredoc, ...] = ()
    below: tuple[str, ...] = ()

    @cached_property
    def arguments(self) -> str:
        """What follows the name and the flags, on one line."""
        return "".join(self.pieces)[self.start :].rstrip()

    @cached_property
    def exec_form(self) -> tuple[str, ...] | None:
        """The elements of a valid JSON array of strings, None for everything else."""
        return _strings(self.arguments)

    @property
    def exec_lines(self) -> tuple[int, ...]:
        """The line of each element of ``exec_form``."""
        return tuple(self._line_of(element.start()) for element in _JSON_STRING.finditer(self.arguments))

    @cached_property
    def words(self) -> tuple[tuple[str, int], ...]:
        """The arguments split at white space outside quotes, quotes kept, each with its line; no here-documents."""
        words = list(_words(self.arguments, self.escape))
        if self.heredocs:
            words, _ = _without_heredocs(words)
        return tuple((word, self._line_of(position)) for word, position in words)

    def shell_text(self) -> str:
        """
        The arguments for a shell, with a line for each line of the file.

        A here-document that stands alone is the script itself.
        """
        if self.heredocs and not self.words:
            return self._script(self.heredocs[0])
        lines = []
        for piece, begin in zip(self.pieces, self._begins, strict=True):
            lines.append(piece[max(0, self.start - begin) :])
        while lines and not lines[-1].strip():
            lines.pop()
        blank = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
        text = "\n" * blank + "\\\n".join(lines[blank:]).rstrip()
        return "\n".join((text, *self.below))

    def _script(self, heredoc: Heredoc) -> str:
        interpreter = heredoc.body[0][2:].strip() if heredoc.body and heredoc.body[0].startswith("#!") else ""
        if not interpreter or re.search(r"(?:^|[/ ])(?:ba|da|a|k|z)?sh(?: |$)", interpreter):
            return "\n" * len(self.pieces) + "\n".join(heredoc.body)
        start = "\n" * (len(self.pieces) - 1)
        return start + "\n".join((f"{interpreter} <<'{heredoc.name}'", *heredoc.body, heredoc.name))

    @cached_property
    def _begins(self) -> tuple[int, ...]:
        return tuple(accumulate((len(piece) for piece in self.pieces[:-1]), initial=0))

    def _line_of(self, position: int) -> int:
        return self.line + bisect_right(self._begins, self.start + position) - 1


# --- lines to instructions ----------------------------------------------------------------------------------------------

_DIRECTIVE = regex(r"\s*#\s*(?P<name>[A-Za-z][A-Za-z0-9]*)\s*=\s*(?P<value>\S.*)")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_NAME = regex(r"\s*(?P<name>\S+)\s*")
_FLAGGED = frozenset({"ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"})
_HEREDOC_CARRIERS = frozenset({"ADD", "COPY", "RUN"})


def instructions(lines: Sequence[str]) -> Iterator[Instruction]:
    """The instructions of a file's lines, unknown ones too."""
    escape = _escape(lines)
    index = 0
    while index < len(lines):
        if _is_dropped(lines[index].lstrip("\ufeff")):
            index += 1
            continue
        first = index
        pieces: list[str] = []
        continued = True
        while continued and index < len(lines):
            line = lines[index].lstrip("\ufeff") if index == 0 else lines[index]
            piece, continued = ("", True) if _is_dropped(line) else _piece(line, escape)
            pieces.append(piece)
            index += 1
        instruction = _instruction(tuple(pieces), first + 1, escape)
        if instruction is None:
            continue
        opened = _heredocs(instruction)
        if not opened:
            yield instruction
            continue
        begin = index
        heredocs = []
        for name, strips_tabs in opened:
            heredoc, index = _heredoc(lines, index, name, strips_tabs)
            heredocs.append(heredoc)
        yield Instruction(
            instruction.name,
            instruction.line,
            instruction.pieces,
            instruction.start,
            instruction.flags,
            escape,
            tuple(heredocs),
            tuple(lines[begin:index]),
        )


def _escape(lines: Sequence[str]) -> str:
    for line in lines:
        match = _DIRECTIVE.match(line.lstrip("\ufeff")) if "#" in line else None
        if match is None or match["name"].lower() not in _DIRECTIVES:
            break
        if match["name"].lower() == "escape":
            return "`" if match["value"].strip() == "`" else "\\"
    return "\\"


def _is_dropped(line: str) -> bool:
    """Whether the line is blank or a comment: such lines do not even end a continued instruction."""
    stripped = line.lstrip()
    return not stripped or stripped.startswith("#")


def _piece(line: str, escape: str) -> tuple[str, bool]:
    """The line without the escape at its end, and whether there was one."""
    stripped = line.rstrip(" \t")
    if stripped.endswith(escape) and not stripped.endswith(escape * 2):
        return stripped[:-1], True
    return line, False


def _instruction(pieces: tuple[str, ...], line: int, escape: str) -> Instruction | None:
    joined = "".join(pieces)
    match = _NAME.match(joined)
    if match is None:
        return None
    name = match["name"].upper()
    start = match.end()
    flags: dict[str, str] = {}
    has_flags = name in _FLAGGED and joined.startswith("--", start)
    word_pattern = _word(joined, escape) if has_flags else _PLAIN_WORD
    while has_flags and (flag := word_pattern.match(joined, start)) and flag[0].startswith("--"):
        word = flag[0]
        start += len(word)
        while joined[start : start + 1].isspace():
            start += 1
        key, _, value = word[2:].partition("=")
        flags[key.lower()] = value
    return Instruction(name, line, pieces, start, flags, escape)


# --- words ---------------------------------------------------------------------------------------------------------------


def _word_pattern(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    # The first branch keeps a template's {{ name }} in one word; no two of the others start with the same character.
    return regex(
        rf"(?:\{{\{{[^{{}}]*\}}\}}|{mark}.|{mark}\Z|'[^']*'?|\"(?:{mark}.|[^\"{mark}])*\"?|[^\s'\"{mark}])+", re.DOTALL
    )


_WORD = {escape: _word_pattern(escape) for escape in "\\`"}
_PLAIN_WORD = regex(r"\S+")
_HEREDOC = regex(r"\d*<<(?P<tabs>-?)(?P<name>[^<]*)", re.DOTALL)


def _words(text: str, escape: str, start: int = 0) -> Iterator[tuple[str, int]]:
    for match in _word(text, escape).finditer(text, start):
        yield match[0], match.start()


def _word(text: str, escape: str) -> re.Pattern[str]:
    """What a word of the text looks like."""
    is_plain = not any(mark in text for mark in (escape, '"', "'", "{{"))
    return _PLAIN_WORD if is_plain else _WORD[escape]


def _without_heredocs(words: list[tuple[str, int]]) -> tuple[list[tuple[str, int]], list[tuple[str, bool]]]:
    """The other words; and for every here-document its delimiter and whether leading tabs are stripped."""
    others: list[tuple[str, int]] = []
    opened: list[tuple[str, bool]] = []
    remaining = iter(words)
    for word, position in remaining:
        match = _HEREDOC.fullmatch(word)
        if match is None:
            others.append((word, position))
            continue
        name = match["name"] or next(remaining, ("", 0))[0]
        # `<<EOF>file` and `<<EOF;`: an operator of the shell ends the delimiter.
        name = re.sub(r"[\"'\\]", "", re.split(r"[;&|>()]", name, maxsplit=1)[0])
        if name:
            opened.append((name, match["tabs"] == "-"))
    return others, opened


def _heredocs(instruction: Instruction) -> list[tuple[str, bool]]:
    if not any("<<" in piece for piece in instruction.pieces):
        return []
    carrier = instruction
    if instruction.name == "ONBUILD":
        carrier = _instruction((instruction.arguments,), instruction.line, instruction.escape) or instruction
    # Nothing to do for the exec form: the words of an array all start with a bracket or a quote.
    if carrier.name not in _HEREDOC_CARRIERS:
        return []
    return _without_heredocs(list(_words(carrier.arguments, carrier.escape)))[1]


def _heredoc(lines: Sequence[str], index: int, name: str, strips_tabs: bool) -> tuple[Heredoc, int]:
    """The here-document that begins at this index, and the index after it; without an end it takes what is left."""
    body = []
    while index < len(lines):
        line = lines[index].lstrip("\t") if strips_tabs else lines[index]
        index += 1
        if line == name:
            break
        body.append(line)
    return Heredoc(name, tuple(body)), index


# --- JSON arrays ----------------------------------------------------------------------------------------------------------

_STRING = r'"(?:[^"\\]|\\.)*"'
_ARRAY = regex(rf"\[\s*(?:{_STRING}\s*(?:,\s*{_STRING}\s*)*)?\]")


def _strings(text: str) -> tuple[str, ...] | None:
    # The shape is looked at first: the JSON parser recurses into nested arrays.
    if not text.startswith("[") or _ARRAY.fullmatch(text) is None:
        return None
    try:
        values = json.loads(text)
    except ValueError:
        return None
    # "\ud800" is valid JSON, but half a character that no stream can print.
    return tuple(value.encode("utf-8", "replace").decode() for value in values)


# --- substitution ---------------------------------------------------------------------------------------------------------


def _token_pattern(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return regex(
        rf"(?P<escaped>{mark}(?:.|\Z))|(?P<quote>['\"])|\$(?P<bare>[A-Za-z_]\w*)|(?P<brace>\$\{{)|(?P<plain>[^{mark}'\"$]+|\$)",
        re.DOTALL | re.ASCII,
    )


_TOKEN = {escape: _token_pattern(escape) for escape in "\\`"}
_EXPANSION = regex(r"(?P<name>[A-Za-z_]\w*)(?:(?P<empty>:?)(?P<operator>[-+?])(?P<word>.*))?", re.DOTALL | re.ASCII)
_BRACE = regex(r"\\.|\$\{|\}", re.DOTALL)


def expand(text: str, values: Mapping[str, str | None], escape: str = "\\", depth: int = 0) -> str:
    """
    The text with quotes removed and variables replaced, as in ENV, COPY, FROM and the like.

    A variable stays as written where ``values`` has none, where its value is None, or where the operator is not one of
    ``:-``, ``-``, ``:+``, ``+``, ``:?``, ``?``.
    """
    if depth > MAX_NESTING:
        return text
    parts: list[str] = []
    position = 0
    doubled = False
    while match := _TOKEN[escape].match(text, position):
        position = match.end()
        if match["escaped"]:
            character = match["escaped"][1:]
            parts.append(match["escaped"] if doubled and character not in ('"', "$", escape) else character)
        elif match["quote"] == '"':
            doubled = not doubled
        elif match["quote"]:
            end = text.find("'", position)
            if doubled:
                parts.append("'")
            else:
                parts.append(text[position:] if end < 0 else text[position:end])
                position = len(text) if end < 0 else end + 1
        elif match["bare"]:
            value = values.get(match["bare"])
            parts.append(match[0] if value is None else value)
        elif match["brace"]:
            end = _closing(text, position)
            if end < 0:
                parts.append(text[match.start() :])
                break
            parts.append(_expansion(text[position:end], values, escape, depth))
            position = end + 1
        else:
            parts.append(match["plain"])
    return "".join(parts)


def _closing(text: str, start: int) -> int:
    """Where the brace opened before ``start`` is closed, -1 for nowhere."""
    depth = 1
    for match in _BRACE.finditer(text, start):
        depth += {"${": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    return -1


def _expansion(text: str, values: Mapping[str, str | None], escape: str, depth: int) -> str:
    """What stands for ``${text}``."""
    match = _EXPANSION.fullmatch(text)
    written = f"${{{text}}}"
    if match is None:
        return written
    name, operator = match["name"], match["operator"]
    value = values.get(name)
    if value is None and name in values:
        return written
    is_set = value is not None and not (match["empty"] and not value)
    if operator == "+":
        return expand(match["word"], values, escape, depth + 1) if is_set else ""
    if operator == "-" and not is_set:
        return expand(match["word"], values, escape, depth + 1)
    return written if value is None else value
