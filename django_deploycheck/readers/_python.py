"""
Python source as a tree, without running any of it: what the readers of Python files share.

Trees may be as deep as the parser allows, so nothing here recurses.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from django_deploycheck import secrets
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass
from django_deploycheck.source import Source, Unreadable

_FILE = "<read by django_deploycheck>"

MAX_DEPTH = 3000
"""How deeply an expression may nest. CPython 3.10 overflows its stack (and dies) where later versions raise."""

MAX_PARTS = 20
"""The longest chain of attributes that has a name, in parts."""

MAX_MARKS = 20_000
"""How many operators, brackets, commas and lines a module has that is parsed; a real one had 8,953."""

MAX_LINES = 6_000
"""How many logical lines a module has that is parsed; a real one had 6,323 lines in all."""

MAX_PIECES = 2_000
"""How many expressions the f-strings of a module have that is parsed; before 3.12, Python parses each by itself."""

MAX_NUMBER = 10**9
MAX_TEXT = 4000
MAX_SHOWN = 200
MAX_SHOWN_IN_ALL = 100_000
"""How much of one module is shown in all, in characters."""

MAX_WEIGHT = 20_000
"""The largest tuple that counts as a literal, in characters: one name after the other may double what it holds."""

FunctionNode: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

_TOKEN = regex(
    r'(?P<formatted>(?:[fF][rR]?|[rR][fF])(?:"""[\s\S]*?"""'
    r"|'''[\s\S]*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'))"
    r'|"""[\s\S]*?"""'
    r"|'''[\s\S]*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'"
    r"|#[^\n]*|\\\r?\n"
    r"|(?P<opening>[(\[{])|(?P<closing>[)\]}])|(?P<separator>[,;\n])"
    r"|(?P<operator>[.+\-*/%|&^@<>~]|\b(?:not|if|lambda|await|for)\b)"
)

_DEEPENING = (*"([{.+-*/%|&^@<>~", "not", "if", "lambda", "await", "for")


def parse(source: Source) -> ast.Module:
    """The module's tree. Raises Unreadable for what is no Python, nests too deeply or is too long."""
    if _depth(source.text) > MAX_DEPTH:
        raise Unreadable("nests too deeply")
    try:
        _let_warn_nobody()
        tree = ast.parse(source.text, _FILE)
    except SyntaxError as error:
        raise Unreadable("is no valid Python", error.lineno) from None
    except ValueError:
        raise Unreadable("is no valid Python") from None
    except (RecursionError, MemoryError):
        raise Unreadable("nests too deeply") from None
    if _UNPRINTABLE.search(source.text):
        _make_printable(tree)
    return tree


_UNPRINTABLE = regex(
    r"\\u[dD][89a-fA-F]|\\U0000[dD][89a-fA-F]|0[xXoObB][0-9a-fA-F_]{3000}", holding=r"\u \U 0x 0X 0o 0O 0b 0B"
)


def _make_printable(tree: ast.Module) -> None:
    """What Python refuses to print: half of a surrogate pair, a number of thousands of digits."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str):
            node.value = node.value.encode("utf-8", "replace").decode()
        elif isinstance(node.value, int) and abs(node.value) > sys.maxsize:
            node.value = sys.maxsize


def _let_warn_nobody() -> None:
    """
    Invalid escapes in what is read are no concern of ours. A filter that knows this name alone may stay: those that
    ``warnings.catch_warnings`` puts back at its end may be another thread's by then.
    """
    if not any(_FILE in str(getattr(module, "pattern", "")) for _, _, _, module, _ in warnings.filters):
        warnings.filterwarnings("ignore", module=_FILE)


def _depth(text: str) -> int:
    """An upper bound of how deeply the text's expressions nest. Raises Unreadable where there are very many of them."""
    # Most modules are too short for it, whatever stands where in them.
    at_most = sum(map(text.count, _DEEPENING))
    if (
        at_most <= MAX_DEPTH
        and at_most + sum(map(text.count, ")]},;\n")) <= MAX_MARKS
        and text.count("{") <= MAX_PIECES
        and text.count("\n") + text.count(";") <= MAX_LINES
    ):
        return at_most
    deepest = total = marks = pieces = lines = 0
    levels = [0]
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        marks += 1
        if kind == "formatted":
            pieces += match[0].count("{")
        elif kind == "operator":
            levels[-1] += 1
            total += 1
        elif kind == "opening":
            levels[-1] += 1
            levels.append(0)
            total += 1
        elif kind == "closing":
            total -= levels.pop() if len(levels) > 1 else 0
        elif match[0] == "," or len(levels) == 1:
            total -= levels[-1]
            levels[-1] = 0
            lines += match[0] != "," and text[match.end() : match.end() + 1] not in ("\n", "#", "")
        deepest = max(deepest, total)
        if deepest > MAX_DEPTH:
            return deepest
        if marks > MAX_MARKS or pieces > MAX_PIECES or lines > MAX_LINES:
            raise Unreadable("is too long")
    return deepest


@dataclass(repr=False)
class Text:
    """Cuts pieces out of a module's text; ``ast`` counts columns in bytes of UTF-8."""

    lines: tuple[bytes, ...]
    shown: int = 0
    """How many characters of it were shown."""

    @classmethod
    def of(cls, source: Source) -> Text:
        return cls(tuple(line.encode("utf-8", "replace") for line in source.lines))

    def segment(self, node: ast.expr) -> str:
        """
        The expression as written, on one line, secrets included; an ellipsis for a very long one, and where much was
        shown already.
        """
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if first == last:
            pieces = [self.lines[first][node.col_offset : node.end_col_offset]]
        else:
            pieces = [
                self.lines[first][node.col_offset :],
                *self.lines[first + 1 : last],
                self.lines[last][: node.end_col_offset],
            ]
        size = sum(map(len, pieces))
        if size > MAX_TEXT or self.shown > MAX_SHOWN_IN_ALL:
            return "…"
        self.shown += size
        return " ".join(piece.decode("utf-8", "replace").strip() for piece in pieces)


def dotted(node: ast.expr) -> str | None:
    """``a.b.c`` for a chain of attributes that starts at a name."""
    parts: list[str] = []
    # Every part of a chain is asked in its turn: a long one would take the square of its length.
    while isinstance(node, ast.Attribute) and len(parts) < MAX_PARTS:
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def canonical(node: ast.expr, aliases: Mapping[str, str]) -> str | None:
    """The dotted name behind an expression, imports resolved: ``environ.get`` is ``os.environ.get``."""
    name = dotted(node)
    if name is None:
        return None
    root, dot, rest = name.partition(".")
    return aliases.get(root, root) + dot + rest


def import_aliases(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """What each name that the import binds stands for: ``(local name, dotted name)``; relative ones keep their dots."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                yield alias.asname, alias.name
            else:
                root = alias.name.partition(".")[0]
                yield root, root
        return
    base = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name != "*":
            yield alias.asname or alias.name, f"{base}{'' if base.endswith('.') else '.'}{alias.name}"


def imported_modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The dotted names that an import may load: ``x`` and ``x.y`` for ``from x import y``."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = "." * node.level + (node.module or "")
    yield base
    yield from (name for _, name in import_aliases(node))


def argument(call: ast.Call, position: int | None, *keywords: str) -> ast.expr | None:
    """A call's argument by keyword or, unless None, by position."""
    for keyword in call.keywords:
        if keyword.arg in keywords:
            return keyword.value
    if (
        position is None
        or len(call.args) <= position
        or any(isinstance(item, ast.Starred) for item in call.args[: position + 1])
    ):
        return None
    return call.args[position]


Literal: TypeAlias = "str | int | float | bool | tuple[Literal, ...] | None"


class NotLiteral(Exception):
    """The expression's value does not stand in the source."""


def literal(node: ast.expr, names: Mapping[str, Literal]) -> Literal:
    """
    The value of an expression made of literals and of ``names``; lists and tuples become tuples.

    Raises NotLiteral for every other one. Knows signs, sums, products, f-strings and brackets of a few levels.
    """
    return _literal(node, names, 8)


def _literal(node: ast.expr, names: Mapping[str, Literal], depth: int) -> Literal:
    if depth == 0:
        raise NotLiteral
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float, bool, type(None))):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, (ast.List, ast.Tuple)):
        return _weighed(_Tuple(_literal(item, names, depth - 1) for item in node.elts))
    if isinstance(node, ast.JoinedStr):
        return _text_of_parts(_formatted(part, names, depth - 1) for part in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        value = _literal(node.operand, names, depth - 1)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(value, (int, float)):
            return -value
    if isinstance(node, ast.BinOp):
        return _binary(node.op, _literal(node.left, names, depth - 1), _literal(node.right, names, depth - 1))
    raise NotLiteral


class _Tuple(tuple["Literal", ...]):
    """A tuple that knows how long it would be as text."""

    weight: int


def _weighed(value: _Tuple) -> _Tuple:
    """The tuple, its weight known. Raises NotLiteral where its text would be very long."""
    value.weight = 2 + sum(map(weight, value))
    if value.weight > MAX_WEIGHT:
        raise NotLiteral
    return value


def weight(value: Literal) -> int:
    """About how long the value is as text, in characters, but never more than that."""
    if isinstance(value, _Tuple):
        return value.weight
    return 2 + len(value) if isinstance(value, str) else 1


def _text_of_parts(parts: Iterator[str]) -> str:
    found: list[str] = []
    size = 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size > MAX_TEXT:
            raise NotLiteral
    return "".join(found)


def _formatted(node: ast.expr, names: Mapping[str, Literal], depth: int) -> str:
    if isinstance(node, ast.FormattedValue):
        if node.conversion != -1 or node.format_spec is not None:
            raise NotLiteral
        node = node.value
    return str(_literal(node, names, depth))


def _binary(operator: ast.operator, left: Literal, right: Literal) -> Literal:
    if isinstance(left, str) and isinstance(right, str) and isinstance(operator, ast.Add):
        return (left[:MAX_TEXT] + right[:MAX_TEXT])[:MAX_TEXT]
    if (
        isinstance(left, tuple)
        and isinstance(right, tuple)
        and isinstance(operator, ast.Add)
        and len(left) + len(right) < MAX_TEXT
    ):
        return _weighed(_Tuple((*left, *right)))
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        raise NotLiteral
    if abs(left) > MAX_NUMBER or abs(right) > MAX_NUMBER:
        raise NotLiteral
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.FloorDiv) and right:
        return left // right
    raise NotLiteral


def text_of(node: ast.expr | None, names: Mapping[str, Literal]) -> str | None:
    """The expression's value where it is a known text."""
    if node is None:
        return None
    try:
        value = literal(node, names)
    except NotLiteral:
        return None
    return value if isinstance(value, str) else None


def shown(name: str, node: ast.expr, text: Text, names: Mapping[str, Literal]) -> str:
    """
    The source text of a value for ``name``, as it may be shown: ``***`` for a literal secret, an ellipsis for a very long
    expression and for one that may be putting a secret together.
    """
    try:
        value = literal(node, names)
    except NotLiteral:
        return _shown_expression(name, node, text)
    if isinstance(value, str):
        if secrets.names_secret(name) and secrets.is_sensitive(name, value):
            return secrets.MASK
        return repr(secrets.mask(value))[:MAX_SHOWN]
    source = text.segment(node)
    if source == "…" or weight(value) > MAX_TEXT:
        return "…"
    safe = secrets.mask(repr(value)) == repr(value) and secrets.mask(source) == source
    return source[:MAX_SHOWN] if safe else secrets.MASK


_CREDENTIALS = regex(r"://[^\s/@'\"]{0,200}:[^\s/@'\"*]")


def _shown_expression(name: str, node: ast.expr, text: Text) -> str:
    source = text.segment(node)
    if source == "…":
        return source
    texts = [item.value for item in ast.walk(node) if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if secrets.names_secret(name) and any(secrets.is_sensitive(name, item) for item in texts):
        return "…"
    masked = secrets.mask(source)
    cut = (
        item for item in map(secrets.mask, texts) if _CREDENTIALS.search(item) or item.endswith(f":{secrets.HIDDEN}")
    )
    return "…" if any(cut) else masked[:MAX_SHOWN]


def runs_guarded(node: ast.Try) -> bool:
    """Whether a failure inside the ``try`` is caught and does not end the program."""
    return any(not _ends(handler.body) for handler in node.handlers)


def _ends(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, ast.Raise):
        return True
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and dotted(last.value.func) in ("sys.exit", "exit", "quit", "os._exit")
    )
