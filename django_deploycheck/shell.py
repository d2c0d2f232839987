"""
A tolerant parser for POSIX sh and bash, as far as start scripts, RUN lines and Procfile commands use them.

It follows the grammar of POSIX.1-2017 (Shell Command Language, chapter 2.10) with the constructs bash 5 adds. Nothing
is expanded, looked up or run: the tree says what is written, and whoever reads it decides what that means.

A list of one command is that command, without a ``Pipeline`` or ``AndOr`` around it. The redirections of compound
commands (``done < file``) are read and dropped, ``select`` is a ``For``, ``for ((…))`` is a ``Loop`` with the
parentheses as its condition, ``coproc`` is a ``Background``, ``time`` leaves no trace.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Literal as OneOf

from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field

MAX_DEPTH = 64
"""How deep commands and expansions may be nested in each other; a substitution counts as two."""

MAX_REREAD = 100_000
"""How many characters may be read again after errors, before the rest of the text is given up."""

MAX_SIZE = 64 * 1024
"""How much of a text is parsed, in characters."""

MAX_PARTS = 5_000
"""How many commands, words and expansions of a text are parsed, what is read again included."""

MAX_DOUBLED = 3
"""How deep a branch of a ``case`` may be nested whose commands run into the next one's."""

_TOO_LONG = "is too long to be read to its end"


# --- the tree -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Literal:
    """Text that stands for itself. ``quoted`` is True within any quotes and after a backslash."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Variable:
    """
    A parameter expansion. ``name`` may also be a digit or a special parameter (``@``, ``#``, ``?``), an element
    (``list[@]``), a length (``#name``), an indirection (``!name``), or the text within the braces where that is no
    expansion of the shell's (``{ github.sha }``). ``operator`` is as written (``:-``, ``%%``, ``//``, ``:``);
    ``operand`` is all that follows it, None without an operator.
    """

    name: str
    operator: str = ""
    operand: Word | None = None
    quoted: bool = False


@dataclass(frozen=True)
class Substitution:
    """
    ``$(…)``, ``<(…)`` or what stands in backticks. ``script`` is ``()`` where it could not be parsed.

    Arithmetic, ``$((…))``, is one too: its script holds the commands substituted within it, mostly none.
    ``text`` is the source on one line, for display.
    """

    script: Block
    quoted: bool = False
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Word:
    """One word; parts beside each other differ in kind or in quoting. ``""`` is a quoted ``Literal`` without text."""

    parts: tuple[Literal | Variable | Substitution, ...]
    line: int

    @property
    def text(self) -> str:
        """The word without its quotes, with variables as ``$NAME`` or ``${NAME:-default}``."""
        shown: list[str] = []
        following = ""
        for part in reversed(self.parts):
            following = _display(part, following)
            shown.append(following)
        return "".join(reversed(shown))

    @property
    def literal(self) -> str | None:
        """The word without its quotes, None where it holds anything that is expanded."""
        texts = [part.text for part in self.parts if isinstance(part, Literal)]
        return "".join(texts) if len(texts) == len(self.parts) else None


@dataclass(frozen=True)
class Redirect:
    """
    A redirection. ``operator`` is as written, with its descriptor (``2>``, ``>&``, ``&>``, ``<<-``); ``heredoc`` is
    the text of a here-document (for ``<<-`` without leading tabs), whose delimiter is ``target``.
    """

    operator: str
    target: Word | None
    heredoc: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Assignment:
    """``name=value``, or with ``append`` ``name+=value``. An array has the value None and its ``elements``."""

    name: str
    value: Word | None
    append: bool
    line: int
    elements: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Simple:
    """A simple command, also ``[[ … ]]`` (its operators are words) and ``((…))`` (one literal word)."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    line: int
    text: str
    """The source of the command on one line, for display."""


@dataclass(frozen=True)
class Pipeline:
    """``a | b``, or with ``negated`` ``! a``."""

    commands: tuple[Node, ...]
    negated: bool
    line: int


@dataclass(frozen=True)
class AndOr:
    """``a && b || c``: pairs of the operator before a command (empty for the first) and the command."""

    items: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Background:
    """``a &``."""

    command: Node


@dataclass(frozen=True)
class If:
    """``branches`` are pairs of condition and body, for ``if`` and each ``elif``; ``otherwise`` follows ``else``."""

    branches: tuple[tuple[Block, Block], ...]
    otherwise: Block
    line: int


@dataclass(frozen=True)
class Case:
    """``branches`` are pairs of patterns and body; a body that ends with ``;&`` holds the next one's commands too."""

    word: Word
    branches: tuple[tuple[tuple[Word, ...], Block], ...]
    line: int


@dataclass(frozen=True)
class Loop:
    """``while`` or ``until``."""

    kind: OneOf["while", "until"]
    condition: Block
    body: Block
    line: int


@dataclass(frozen=True)
class For:
    """``for name in words``; without ``in`` the words are ``"$@"``."""

    name: str
    words: tuple[Word, ...]
    body: Block
    line: int


@dataclass(frozen=True)
class Function:
    """The definition of a function; ``body`` is what stands in its braces."""

    name: str
    body: Block
    line: int


@dataclass(frozen=True)
class Group:
    """``{ …; }``, or with ``subshell`` ``(…)``."""

    body: Block
    subshell: bool
    line: int


Node = Simple | Pipeline | AndOr | Background | If | Case | Loop | For | Function | Group
Block = tuple[Node, ...]


@dataclass(frozen=True)
class Script:
    """A parsed text. ``error`` is a phrase about the first thing that is no shell, None where all of it is."""

    body: Block
    error: str | None = None
    error_line: int | None = None


def parse(text: str, line: int = 1) -> Script:
    """
    The tree of a shell script whose first line is the ``line``-th of its file.

    Never raises. What cannot be parsed is left out up to the end of its line; ``error`` tells the first such place.
    The time it takes grows linearly with the text, up to its bounds; what lies behind them is left out.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    end = len(text) if len(text) <= MAX_SIZE else text.rfind("\n", 0, MAX_SIZE) + 1 or MAX_SIZE
    parser = _Parser(text[:end], line)
    body = parser.block()
    if end < len(text):
        # What stands open there is closed behind it.
        return Script(body, _TOO_LONG, parser.line(end - 1))
    return Script(body, parser.error, parser.error_line)


# --- display --------------------------------------------------------------------------------------------------------


def _display(part: Literal | Variable | Substitution, following: str) -> str:
    if not isinstance(part, Variable):
        return part.text
    if part.operand is not None:
        return f"${{{part.name}{part.operator}{part.operand.text}}}"
    if not _BARE_NAME.fullmatch(part.name) or _NAME_CHARACTER.match(following):
        return f"${{{part.name}}}"
    return f"${part.name}"


def _on_one_line(source: str) -> str:
    if "\n" not in source:
        return source
    lines = (line.strip(" \t") for line in source.replace("\\\n", "\n").split("\n"))
    return " ".join(line for line in lines if line)


# --- tokens ---------------------------------------------------------------------------------------------------------

# Every pattern is matched at a position and cannot backtrack over more than it then consumes.
_BLANK = regex(r"(?:[ \t]|\\\n)*(?:#[^\n]*)?")
_PLAIN = regex(r"""[^ \t\n;&|<>()"'$`\\]+""")
_DOUBLE_QUOTED = regex(r'[^"$`\\]+')
_OPERAND = regex(r"""[^}"'$`\\]+""")
_BACKTICK_OR_ESCAPE = regex(r"`|\\(?s:.)")
_BACKTICK_ESCAPE = regex(r"\\([`\\$])")
_QUOTED_BACKTICK_ESCAPE = regex(r'\\([`\\$"])')
_QUOTE_OR_ESCAPE = regex(r"'|\\(?s:.)")
_NEWLINE_OR_ESCAPE = regex(r"\n|\\(?s:.)")
_PARENTHESIS = regex(r"[()]")
_SUBSTITUTION = regex(r"\$\(|`")
_KEYWORD = regex(
    r"(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|in|function|time|coproc|!|\{|\}|\[\[)"
    r"(?=[ \t\n;&|<>()]|\\\n|\Z)"
)
_CASE_END = regex(r";;&?|;&")
_REDIRECT = regex(r"(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(?:<<<|<<-|<<|<>|<&|>>|>&|>\||[<>](?!\())|&>>?")
_HEREDOC = regex(r"(?<!<)<<-?\Z")
_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*(?:\[[^\[\] \t\n;&|<>()]*\])?)(\+?)=")
_PARENTHESES = regex(r"[ \t]*\([ \t]*\)")
_COPROCESS_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*[ \t]+(?=[{(])")
_CONDITIONAL_OPERATOR = regex(r"&&|\|\||[()<>]")
_NAME_CHARACTER = regex(r"[A-Za-z0-9_]")
_BARE_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED_NAME = regex(r"[#!]?(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?:\[(?:[^\]{}\n]|\{[^{}\n]{0,50}\}){0,100}\])?")
_BRACED_OPERATOR = regex(r":[-=?+]|//|/[#%]|##|%%|\^\^|,,|[-=?+:/#%^,@]")
_ANSI_ESCAPE = regex(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([\\'\"?abefnrtvE]))")
_ANSI_CHARACTERS = dict(zip("abefnrtvE", "\a\b\x1b\f\n\r\t\v\x1b", strict=True))

_CLOSERS = frozenset(("then", "elif", "else", "fi", "do", "done", "esac", "}"))
_DECLARATIONS = frozenset(("declare", "typeset", "local", "export", "readonly"))
_COMMAND_END = frozenset("\n;|)")
_WORD_END = frozenset(" \t\n;&|)")
_METACHARACTERS = frozenset(" \t;&|<>()")

_Piece = tuple[str, bool] | Variable | Substitution
"""A part of a word in the making: a literal's text and whether it is quoted, or an expansion."""


def _parts(pieces: list[_Piece]) -> tuple[Literal | Variable | Substitution, ...]:
    """The parts of a word, neighbouring literals of the same quoting joined."""
    parts: list[Literal | Variable | Substitution] = []
    texts: list[str] = []
    texts_quoted = False
    for piece in pieces:
        if isinstance(piece, tuple) and texts and piece[1] == texts_quoted:
            texts.append(piece[0])
            continue
        if texts:
            parts.append(Literal("".join(texts), texts_quoted))
            texts = []
        if isinstance(piece, tuple):
            texts, texts_quoted = [piece[0]], piece[1]
        else:
            parts.append(piece)
    if texts:
        parts.append(Literal("".join(texts), texts_quoted))
    return tuple(parts)


def _ansi_character(escape: re.Match[str]) -> str:
    hexadecimal, octal, character = escape.groups()
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    if octal:
        return chr(int(octal, 8))
    return _ANSI_CHARACTERS.get(character, character)


class _BrokenError(Exception):
    """
    The command at hand cannot be parsed. ``at`` is the position of what is wrong, ``reached`` how far was read for it;
    ``line_of`` is a position on the line that is left out, ``parsed`` what stands complete before it in the same list of
    commands.
    """

    def __init__(self, reason: str, at: int, reached: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.reached = reached
        self.line_of = at
        self.parsed: Node | None = None


@dataclass(frozen=True)
class _Scope:
    """Where a block stands: ``closers`` are the tokens that end it or a block around it."""

    depth: int = 0
    closers: frozenset[str] = frozenset()
    substituted: bool = False


class _Parser:
    """
    A position in a text and the functions that move it forward, one for each rule of the grammar.

    A function that finds nothing of its kind returns None and leaves the position where it was. One that reads
    commands also passes the blanks after them.
    """

    def __init__(self, text: str, line: int, outer: _Parser | None = None) -> None:
        self.text = text
        self.size = len(text)
        self.position = 0
        self.first_line = line
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.scope = _Scope(outer.inner_scope().depth if outer else 0)
        self.reread: int = outer.reread if outer else MAX_REREAD
        self.parts: int = outer.parts if outer else MAX_PARTS
        self.heredoc_newline = -1
        self.heredoc_ends: dict[int, int] = {}
        self.error: str | None = None
        self.error_line: int | None = None

    def line(self, position: int) -> int:
        return self.first_line + bisect_left(self.newlines, position)

    def at(self, token: str) -> bool:
        return self.text.startswith(token, self.position)

    @cached_property
    def parentheses(self) -> dict[int, int]:
        """Where each parenthesis is closed, regardless of quotes."""
        closed: dict[int, int] = {}
        opened: list[int] = []
        for match in _PARENTHESIS.finditer(self.text):
            if match[0] == "(":
                opened.append(match.start())
            elif opened:
                closed[opened.pop()] = match.start()
        return closed

    # --- errors

    def fail(self, reason: str, position: int) -> None:
        if self.error is None:
            self.error, self.error_line = reason, self.line(position)

    def unclosed(self, what: str, position: int) -> _BrokenError:
        return _BrokenError(f"has an unclosed {what}", position, self.size)

    def skip_unexpected(self) -> None:
        """Leaves out the rest of the line, as what stands at the position belongs to nothing."""
        match = _KEYWORD.match(self.text, self.position) or _CASE_END.match(self.text, self.position)
        token = match[0] if match else self.text[self.position]
        what = f"'{token}'" if match or token in _METACHARACTERS else "word"
        broken = _BrokenError(f"has an unexpected {what}", self.position, self.position)
        if self.scope.substituted:
            raise broken
        self.recover(broken)

    def recover(self, broken: _BrokenError) -> None:
        self.fail(broken.reason, broken.at)
        newline = self.text.find("\n", broken.line_of)
        if newline < 0 or not self.may_reread(newline, broken.reached):
            self.position = self.size
            return
        self.position = self.heredoc_ends.get(newline, newline + 1)

    def may_reread(self, start: int, end: int) -> bool:
        self.reread -= max(0, end - start)
        return self.reread > 0

    def count(self) -> None:
        """Counts a command, a word or an expansion; after the last that may be, the rest of the text is given up."""
        self.parts -= 1
        if self.parts < 0:
            self.reread = 0
            raise _BrokenError(_TOO_LONG, self.position, self.size)

    def inner_scope(self, closers: tuple[str, ...] = (), substituted: bool = False) -> _Scope:
        """The scope of something nested; a substitution is closed by nothing that stands around it."""
        scope = self.scope
        if scope.depth >= MAX_DEPTH:
            raise _BrokenError("is nested too deeply", self.position, self.position)
        if substituted:
            return _Scope(scope.depth + 2, frozenset(closers), True)
        return _Scope(scope.depth + 1, scope.closers.union(closers), scope.substituted)

    # --- between words

    def skip_blank(self) -> None:
        match = _BLANK.match(self.text, self.position)
        if match:  # pragma: no branch (it also matches nothing)
            self.position = match.end()

    def skip_newlines(self) -> None:
        """Skips blanks, comments and newlines, and with a newline the here-documents that begin after it."""
        self.skip_blank()
        while self.at("\n"):
            self.position = self.heredoc_ends.get(self.position, self.position + 1)
            self.skip_blank()

    def keyword(self) -> str | None:
        match = _KEYWORD.match(self.text, self.position)
        return match[0] if match else None

    def takes(self, token: str) -> bool:
        """Whether this closing keyword or parenthesis comes next, which is then passed."""
        self.skip_newlines()
        if not self.at(token) or (token != ")" and self.keyword() != token):
            return False
        self.position += len(token)
        return True

    def closer(self) -> str | None:
        """The token at the position, if it is one that ends blocks."""
        if self.at(")"):
            return ")"
        if _CASE_END.match(self.text, self.position):
            return ";;"
        keyword = self.keyword()
        return keyword if keyword in _CLOSERS else None

    # --- lists of commands

    def block(self, *closers: str, substituted: bool = False) -> Block:
        """The commands up to a token that closes this block or one around it, or up to the end."""
        outer = self.scope
        scope = self.scope = self.inner_scope(closers, substituted) if closers else outer
        nodes: list[Node] = []
        while True:
            try:
                self.skip_newlines()
                if self.position >= self.size:
                    break
                closer = self.closer()
                if closer in scope.closers:
                    break
                node = None if closer else self.and_or()
                if node is None:
                    self.skip_unexpected()
                    continue
                nodes.append(self.terminated(node))
            except _BrokenError as broken:
                if scope.substituted:
                    raise
                self.scope = scope
                if broken.parsed is not None:
                    nodes.append(broken.parsed)
                self.recover(broken)
        self.scope = outer
        return tuple(nodes)

    def filled_block(self, opener: str, *closers: str) -> Block:
        start = self.position
        block = self.block(*closers)
        if not block:
            self.fail(f"has no command after '{opener}'", start)
        return block

    def terminated(self, node: Node) -> Node:
        if self.position >= self.size or self.at("\n") or self.closer():
            return node
        if self.at(";"):
            self.position += 1
            return node
        if self.at("&") and not self.at("&&"):
            self.position += 1
            return Background(node)
        self.skip_unexpected()
        return node

    def and_or(self) -> Node | None:
        first = self.pipeline()
        if first is None:
            return None
        items = [("", first)]
        try:
            while self.at("&&") or self.at("||"):
                operator_at = self.position
                operator = self.text[operator_at : operator_at + 2]
                self.position += 2
                self.skip_newlines()
                node = self.pipeline()
                if node is None:
                    self.fail(f"has no command after '{operator}'", operator_at)
                    break
                items.append((operator, node))
        except _BrokenError as broken:
            broken.parsed = _list(items)
            raise
        return _list(items)

    def pipeline(self) -> Node | None:
        start = self.position
        negated = background = False
        while (keyword := self.keyword()) in ("!", "time", "coproc"):
            self.position += len(keyword)
            self.skip_blank()
            if keyword == "!":
                negated = not negated
            elif keyword == "time" and self.at("-p"):
                self.position += 2
                self.skip_blank()
            elif keyword == "coproc":
                background = True
                name = _COPROCESS_NAME.match(self.text, self.position)
                self.position = name.end() if name else self.position
        command = self.command()
        if command is None:
            self.position = start
            return None
        commands = [command]
        while self.at("|") and not self.at("||"):
            bar = self.position
            self.position += 2 if self.at("|&") else 1
            self.skip_newlines()
            command = self.command()
            if command is None:
                self.fail("has no command after '|'", bar)
                break
            commands.append(command)
        node = (
            commands[0] if len(commands) == 1 and not negated else Pipeline(tuple(commands), negated, self.line(start))
        )
        return Background(node) if background else node

    def command(self) -> Node | None:
        self.count()
        keyword = self.keyword()
        if keyword in _CLOSERS:
            return None
        if keyword == "function":
            return self.function()
        node = self.compound(keyword)
        if node is None:
            return self.simple()
        self.skip_redirects()
        return node

    def skip_redirects(self) -> None:
        self.skip_blank()
        while match := _REDIRECT.match(self.text, self.position):
            self.redirect(match)
            self.skip_blank()

    # --- compound commands

    def compound(self, keyword: str | None) -> Node | None:
        if keyword == "if":
            return self.if_command()
        if keyword == "case":
            return self.case_command()
        if keyword in ("for", "select"):
            return self.for_command(keyword)
        if keyword == "while":
            return self.loop("while")
        if keyword == "until":
            return self.loop("until")
        if keyword == "{":
            return self.group(keyword, "}")
        if self.at("("):
            return self.arithmetic_command() or self.group("(", ")")
        return None

    def if_command(self) -> Node:
        start = self.position
        self.position += len("if")
        branches: list[tuple[Block, Block]] = []
        otherwise: Block = ()
        opener = "if"
        while True:
            condition = self.filled_block(opener, "then", "elif", "else", "fi")
            if not self.takes("then"):
                self.fail(f"has an '{opener}' without 'then'", start)
                branches.append((condition, ()))
            else:
                branches.append((condition, self.filled_block("then", "elif", "else", "fi")))
            opener = "elif"
            if not self.takes("elif"):
                break
        if self.takes("else"):
            otherwise = self.filled_block("else", "fi")
        if not self.takes("fi"):
            self.fail("has an 'if' without 'fi'", start)
        return If(tuple(branches), otherwise, self.line(start))

    def loop(self, kind: OneOf["while", "until"]) -> Node:
        start = self.position
        self.position += len(kind)
        condition = self.filled_block(kind, "do", "done")
        return Loop(kind, condition, self.loop_body(kind, start), self.line(start))

    def loop_body(self, kind: str, start: int) -> Block:
        """What stands between ``do`` and ``done``, or in braces."""
        self.skip_blank()
        if self.at(";"):
            self.position += 1
        if self.takes("{"):
            opener, closer = "{", "}"
        else:
            opener, closer = "do", "done"
            if not self.takes("do"):
                self.fail(f"has a '{kind}' without 'do'", start)
                self.takes("done")
                return ()
        body = self.filled_block(opener, closer)
        if not self.takes(closer):
            self.fail(f"has a '{kind}' without '{closer}'", start)
        return body

    def for_command(self, kind: str) -> Node:
        start = self.position
        self.position += len(kind)
        self.skip_blank()
        condition = self.arithmetic_command()
        if condition is not None:
            return Loop("while", (condition,), self.loop_body(kind, start), self.line(start))
        name = self.word()
        if name is None:
            raise _BrokenError(f"has a '{kind}' without a name", start, self.position)
        words: list[Word] = [Word((Variable("@", quoted=True),), self.line(start))]
        self.skip_newlines()
        if self.keyword() == "in":
            self.position += len("in")
            words = []
            self.skip_blank()
            while word := self.word():
                words.append(word)
                self.skip_blank()
        return For(name.text, tuple(words), self.loop_body(kind, start), self.line(start))

    def case_command(self) -> Node:
        start = self.position
        self.position += len("case")
        self.skip_blank()
        word = self.word()
        self.skip_newlines()
        if word is None or self.keyword() != "in":
            raise _BrokenError("has a 'case' without 'in'", start, self.position)
        self.position += len("in")
        branches: list[tuple[tuple[Word, ...], Block]] = []
        falls_through: list[bool] = []
        while not self.takes("esac"):
            patterns = self.case_patterns()
            if patterns is None:
                self.fail("has a 'case' without 'esac'", start)
                break
            branches.append((patterns, self.block(";;", "esac")))
            end = _CASE_END.match(self.text, self.position)
            # What falls through stands in two branches: in each of many nested ones that would double the tree.
            falls_through.append(end is not None and end[0] == ";&" and self.scope.depth <= MAX_DOUBLED)
            self.position = end.end() if end else self.position
        return Case(word, _with_fallthrough(branches, falls_through), self.line(start))

    def case_patterns(self) -> tuple[Word, ...] | None:
        """The patterns up to the parenthesis; None at the end and at a token that closes a block around the case."""
        while True:
            self.skip_newlines()
            start = self.position
            if start >= self.size:
                return None
            if self.at("("):
                self.position += 1
            patterns: list[Word] = []
            while True:
                self.skip_blank()
                word = self.word()
                if word is not None:
                    patterns.append(word)
                self.skip_blank()
                if not self.at("|"):
                    break
                self.position += 1
            if patterns and self.at(")"):
                self.position += 1
                return tuple(patterns)
            self.position = start
            if self.closer() in self.scope.closers:
                return None
            self.skip_unexpected()

    def group(self, opener: str, closer: str) -> Node:
        start = self.position
        self.position += 1
        body = self.filled_block(opener, closer)
        if not self.takes(closer):
            self.fail(f"has an unclosed '{opener}'", start)
        return Group(body, opener == "(", self.line(start))

    def arithmetic_command(self) -> Node | None:
        start = self.position
        end = self.arithmetic_end(start)
        if end is None:
            return None
        self.position = end
        source = _on_one_line(self.text[start:end])
        line = self.line(start)
        return Simple((), (Word((Literal(source),), line),), (), line, source)

    def arithmetic_end(self, start: int) -> int | None:
        """Where the ``((…))`` that begins here ends; None where it is no arithmetic but two subshells."""
        if not self.text.startswith("((", start):
            return None
        inner = self.parentheses.get(start + 1)
        outer = self.parentheses.get(start)
        return outer + 1 if inner is not None and outer == inner + 1 else None

    def function(self) -> Node:
        start = self.position
        self.position += len("function")
        self.skip_blank()
        name = self.word()
        if name is None:
            raise _BrokenError("has a function without a name", start, self.position)
        parentheses = _PARENTHESES.match(self.text, self.position)
        self.position = parentheses.end() if parentheses else self.position
        return self.function_body(name, start)

    def function_body(self, name: Word, start: int) -> Node:
        self.skip_newlines()
        keyword = self.keyword()
        node = self.simple() if keyword == "[[" else self.compound(keyword)
        if node is None:
            raise _BrokenError("has a function without a body", start, self.position)
        body = node.body if isinstance(node, Group) and not node.subshell else (node,)
        self.skip_redirects()
        return Function(name.text, body, self.line(start))

    # --- simple commands

    def simple(self) -> Node | None:
        start = end = self.position
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        is_conditional = False
        while True:
            self.skip_blank()
            if self.position >= self.size or self.text[self.position] in _COMMAND_END:
                break
            if match := _REDIRECT.match(self.text, self.position):
                redirects.append(self.redirect(match))
            elif not words and (match := _ASSIGNMENT.match(self.text, self.position)):
                assignments.append(self.assignment(match))
            elif is_conditional:
                break
            elif not words and self.keyword() == "[[":
                words.extend(self.conditional())
                is_conditional = True
            else:
                word = self.argument(words)
                if word is None:
                    break
                words.append(word)
                if len(words) == 1 and (parentheses := _PARENTHESES.match(self.text, self.position)):
                    self.position = parentheses.end()
                    return self.function_body(word, start)
            end = self.position
        if not words and not assignments and not redirects:
            return None
        source = _on_one_line(self.text[start:end])
        return Simple(tuple(assignments), tuple(words), tuple(redirects), self.line(start), source)

    def argument(self, words: list[Word]) -> Word | None:
        """The next word; after ``declare`` and the like, ``name=(…)`` is one."""
        word = self.word()
        if word is None or not self.at("(") or not words or not word.text.endswith("="):
            return word
        if words[0].literal not in _DECLARATIONS:
            return word
        pieces: list[_Piece] = [*map(_piece, word.parts), ("(", False)]
        for index, element in enumerate(self.elements()):
            if index:
                pieces.append((" ", False))
            pieces.extend(map(_piece, element.parts))
        pieces.append((")", False))
        return Word(_parts(pieces), word.line)

    def assignment(self, match: re.Match[str]) -> Assignment:
        line = self.line(match.start())
        self.position = match.end()
        name, append = match[1], bool(match[2])
        if self.at("("):
            return Assignment(name, None, append, line, tuple(self.elements()))
        return Assignment(name, self.word() or Word((), line), append, line)

    def elements(self) -> Iterator[Word]:
        """The words of an array, from its opening to its closing parenthesis."""
        start = self.position
        self.position += 1
        while True:
            self.skip_newlines()
            if self.at(")"):
                self.position += 1
                return
            word = self.word()
            if word is None:
                raise self.unclosed("'('", start)
            yield word

    def conditional(self) -> Iterator[Word]:
        """The words of ``[[ … ]]``, both brackets included."""
        start = self.position
        yield self.plain("[[")
        regex = False
        while True:
            self.skip_newlines()
            match = None if regex else _CONDITIONAL_OPERATOR.match(self.text, self.position)
            word = self.plain(match[0]) if match else self.word(regex)
            if word is None:
                raise self.unclosed("'[['", start)
            yield word
            literal = word.parts[0].text if len(word.parts) == 1 and isinstance(word.parts[0], Literal) else None
            if literal == "]]":
                return
            regex = literal == "=~"

    def plain(self, token: str) -> Word:
        line = self.line(self.position)
        self.position += len(token)
        return Word((Literal(token),), line)

    # --- redirections

    def redirect(self, match: re.Match[str]) -> Redirect:
        line = self.line(match.start())
        operator = match[0]
        self.position = match.end()
        while self.text.startswith((" ", "\t", "\\\n"), self.position):
            self.position += 2 if self.at("\\") else 1
        target = self.word()
        if target is None:
            self.fail(f"has nothing after '{operator.lstrip('0123456789')}'", match.start())
            return Redirect(operator, None, None, line)
        heredoc = None
        if _HEREDOC.search(operator):
            heredoc = self.heredoc(target.text, operator.endswith("-"), match.start())
        return Redirect(operator, target, heredoc, line)

    def heredoc(self, delimiter: str, strips_tabs: bool, start: int) -> str:
        """The here-document that begins after this line and those that began on it before; it is not passed yet."""
        if self.heredoc_newline < self.position:
            self.heredoc_newline = self.line_end()
            self.heredoc_ends[self.heredoc_newline] = self.heredoc_newline + 1
        position = self.heredoc_ends[self.heredoc_newline]
        lines: list[str] = []
        while position < self.size:
            newline = self.text.find("\n", position)
            end = self.size if newline < 0 else newline
            line = self.text[position:end]
            position = end + 1
            if strips_tabs:
                line = line.lstrip("\t")
            if line == delimiter:
                break
            lines.append(line)
        else:
            self.fail("has an unclosed here-document", start)
        self.heredoc_ends[self.heredoc_newline] = min(position, self.size)
        return "".join(f"{line}\n" for line in lines)

    def line_end(self) -> int:
        """The position of the newline that ends this line, continuations included; the end where there is none."""
        for match in _NEWLINE_OR_ESCAPE.finditer(self.text, self.position):
            if match[0] == "\n":
                return match.start()
        return self.size

    # --- words

    def word(self, regex: bool = False) -> Word | None:
        """The word at the position. A ``regex`` (after ``=~``) also holds operators, and blanks in parentheses."""
        self.count()
        start = self.position
        match = _PLAIN.match(self.text, start)
        if match and not regex and (match.end() == self.size or self.text[match.end()] in _WORD_END):
            self.position = match.end()
            return Word((Literal(match[0]),), self.line(start))
        pieces: list[_Piece] = []
        parentheses = 0
        while self.position < self.size:
            if match := _PLAIN.match(self.text, self.position):
                pieces.append((match[0], False))
                self.position = match.end()
                continue
            character = self.text[self.position]
            if character in _METACHARACTERS:
                if self.starts_process_substitution() and not parentheses and not regex:
                    pieces.append(self.substitution(self.position + 1, False))
                    continue
                if character == "(" and (regex or parentheses or _ends_with_glob_operator(pieces)):
                    parentheses += 1
                elif not parentheses and (not regex or character in " \t)"):
                    break
                elif character == ")":
                    parentheses -= 1
                pieces.append((character, False))
                self.position += 1
            elif character == "\n":
                break
            else:
                self.expansion(pieces)
        if self.position == start:
            return None
        return Word(_parts(pieces), self.line(start))

    def starts_process_substitution(self) -> bool:
        return self.text.startswith(("<(", ">("), self.position)

    def expansion(self, pieces: list[_Piece]) -> None:
        """Quotes, a backslash or an expansion, outside of double quotes."""
        start = self.position
        character = self.text[start]
        if character == "'":
            end = self.text.find("'", start + 1)
            if end < 0:
                raise self.unclosed("quote", start)
            pieces.append((self.text[start + 1 : end], True))
            self.position = end + 1
        elif character == '"':
            self.double_quotes(pieces)
        elif character == "\\":
            escaped = self.text[start + 1 : start + 2]
            if escaped != "\n":
                pieces.append((escaped or "\\", True))
            self.position = min(start + 2, self.size)
        elif self.at("$'"):
            pieces.append((self.ansi_quotes(), True))
        elif self.at('$"'):
            self.position += 1
            self.double_quotes(pieces)
        else:
            pieces.append(self.dollar_or_backtick(False))

    def double_quotes(self, pieces: list[_Piece]) -> None:
        start = self.position
        self.position += 1
        count = len(pieces)
        while self.position < self.size:
            if match := _DOUBLE_QUOTED.match(self.text, self.position):
                pieces.append((match[0], True))
                self.position = match.end()
                continue
            character = self.text[self.position]
            if character == '"':
                self.position += 1
                if len(pieces) == count:
                    pieces.append(("", True))
                return
            if character == "\\":
                pieces.append((self.escaped('$`"\\'), True))
            else:
                pieces.append(self.dollar_or_backtick(True))
        raise self.unclosed("quote", start)

    def escaped(self, special: str) -> str:
        """What a backslash and the character after it mean within double quotes."""
        escaped = self.text[self.position + 1 : self.position + 2]
        self.position += 1 + len(escaped)
        if escaped == "\n":
            return ""
        return escaped if escaped and escaped in special else f"\\{escaped}"

    def ansi_quotes(self) -> str:
        start = self.position
        for match in _QUOTE_OR_ESCAPE.finditer(self.text, start + 2):
            if match[0] == "'":
                self.position = match.end()
                return _ANSI_ESCAPE.sub(_ansi_character, self.text[start + 2 : match.start()])
        raise self.unclosed("quote", start)

    # --- expansions

    def dollar_or_backtick(self, quoted: bool) -> _Piece:
        self.count()
        start = self.position
        if self.at("`") or self.at("$("):
            return self.dollar_parenthesis_or_backtick(quoted)
        if self.at("${"):
            return self.braces(quoted)
        match = _BARE_NAME.match(self.text, start + 1)
        if match is None:
            self.position += 1
            return ("$", quoted)
        self.position = match.end()
        return Variable(match[0], quoted=quoted)

    def dollar_parenthesis_or_backtick(self, quoted: bool) -> Substitution:
        if self.at("`"):
            return self.backticks(quoted)
        return self.arithmetic(quoted) or self.substitution(self.position + 1, quoted)

    def substitution(self, opening: int, quoted: bool) -> Substitution:
        """The commands within the parenthesis at ``opening``; the character before it is its ``$``, ``<`` or ``>``."""
        scope = self.scope
        self.position = opening + 1
        block: Block
        try:
            block = self.block(")", substituted=True)
            if not self.at(")"):
                raise self.unclosed(f"'{self.text[opening - 1 : opening + 1]}'", opening)
        except _BrokenError as broken:
            # Where the parenthesis is closed on the line of the error, only what stands within it is lost.
            end = self.parentheses.get(opening, -1)
            if end < broken.at or "\n" in self.text[broken.at : end] or not self.may_reread(end, broken.reached):
                if broken.reached == self.size:
                    broken.line_of = opening
                raise
            self.fail(broken.reason, broken.at)
            self.position = end
            block = ()
        self.scope = scope
        self.position += 1
        return Substitution(block, quoted, _on_one_line(self.text[opening - 1 : self.position]))

    def backticks(self, quoted: bool) -> Substitution:
        start = self.position
        for match in _BACKTICK_OR_ESCAPE.finditer(self.text, start + 1):
            if match[0] == "`":
                break
        else:
            raise self.unclosed("quote", start)
        source = self.text[start + 1 : match.start()]
        self.position = match.end()
        source = (_QUOTED_BACKTICK_ESCAPE if quoted else _BACKTICK_ESCAPE).sub(r"\1", source)
        parser = _Parser(source, self.line(start), self)
        block = parser.block()
        self.reread, self.parts = parser.reread, parser.parts
        if parser.error is not None and self.error is None:
            self.error, self.error_line = parser.error, parser.error_line
        return Substitution(block, quoted, _on_one_line(f"$({source})"))

    def arithmetic(self, quoted: bool) -> Substitution | None:
        start = self.position
        end = self.arithmetic_end(start + 1)
        if end is None:
            return None
        scope = self.scope
        self.scope = self.inner_scope()
        nodes: list[Node] = []
        self.position += len("$((")
        while match := _SUBSTITUTION.search(self.text, self.position, end):
            self.position = match.start()
            nodes.extend(self.dollar_parenthesis_or_backtick(quoted).script)
        self.scope = scope
        self.position = max(end, self.position)
        return Substitution(tuple(nodes), quoted, _on_one_line(self.text[start:end]))

    def braces(self, quoted: bool) -> Variable:
        start = self.position
        name = _BRACED_NAME.match(self.text, start + 2)
        if name is None:
            return self.foreign_braces(quoted)
        self.position = name.end()
        if self.at("}"):
            self.position += 1
            return Variable(name[0], quoted=quoted)
        operator = _BRACED_OPERATOR.match(self.text, self.position)
        if operator is None:
            return self.foreign_braces(quoted)
        self.position = operator.end()
        scope = self.scope
        self.scope = self.inner_scope()
        operand = self.operand(start, quoted, operator[0].lstrip(":") in "-=?+")
        self.scope = scope
        return Variable(name[0], operator[0], operand, quoted)

    def foreign_braces(self, quoted: bool) -> Variable:
        """``${…}`` that is no expansion of the shell's, such as the ``${{ … }}`` of GitHub workflows."""
        start = self.position = self.text.rfind("${", 0, self.position + 2)
        newline = self.text.find("\n", start)
        closing = "}}" if self.at("${{") else "}"
        end = self.text.find(closing, start, self.size if newline < 0 else newline)
        if end < 0:
            raise _BrokenError("has an unclosed '${'", start, start)
        self.position = end + len(closing)
        return Variable(self.text[start + 2 : self.position - 1], quoted=quoted)

    def operand(self, start: int, quoted: bool, is_word: bool) -> Word:
        """What follows the operator of an expansion, up to its brace; ``is_word`` where it is no pattern or number."""
        pieces: list[_Piece] = []
        line = self.line(self.position)
        while self.position < self.size:
            if match := _OPERAND.match(self.text, self.position):
                pieces.append((match[0], quoted))
                self.position = match.end()
                continue
            character = self.text[self.position]
            if character == "}":
                self.position += 1
                return Word(_parts(pieces), line)
            if character == "'" and quoted and is_word:
                pieces.append(("'", True))
                self.position += 1
            elif character == "\\" and quoted:
                pieces.append((self.escaped('$`"\\}'), True))
            elif character in "$`" and quoted:
                pieces.append(self.dollar_or_backtick(True))
            else:
                self.expansion(pieces)
        raise self.unclosed("'${'", start)


def _list(items: list[tuple[str, Node]]) -> Node:
    return items[0][1] if len(items) == 1 else AndOr(tuple(items))


def _piece(part: Literal | Variable | Substitution) -> _Piece:
    return (part.text, part.quoted) if isinstance(part, Literal) else part


def _ends_with_glob_operator(pieces: list[_Piece]) -> bool:
    """Whether an opening parenthesis here begins a pattern of bash's, as in ``@(a|b)``."""
    last = pieces[-1] if pieces else None
    return isinstance(last, tuple) and not last[1] and last[0].endswith(("?", "*", "+", "@", "!"))


def _with_fallthrough(
    branches: list[tuple[tuple[Word, ...], Block]], falls_through: list[bool]
) -> tuple[tuple[tuple[Word, ...], Block], ...]:
    following: Block = ()
    result: list[tuple[tuple[Word, ...], Block]] = []
    for (patterns, block), falls in zip(reversed(branches), reversed(falls_through), strict=True):
        # The limit keeps a hostile chain of branches from growing quadratically.
        following = block + following[:100] if falls else block
        result.append((patterns, following))
    return tuple(reversed(result))
