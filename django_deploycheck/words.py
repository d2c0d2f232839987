"""What the words of a script become when the shell expands them, as far as that is known."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence

from django_deploycheck import shell
from django_deploycheck.frames import UNKNOWN, Frame, Value
from django_deploycheck.records import dataclass, field, replace

MAX_SIZE = 50_000
"""The longest word, in characters, expanded."""

_TOO_LONG = "$(…)"


@dataclass(frozen=True)
class Expansion:
    """The arguments that a word becomes; what is not known stands in them as ``$NAME`` or ``$(…)``."""

    fields: tuple[str, ...]
    known: bool = True
    assumed: bool = False
    """Whether a part could be overridden by the environment (see ``Value``)."""
    blank_before: bool = field(default=False, compare=False)
    """Whether a blank divides it from what stands before it in the same word."""
    blank_after: bool = field(default=False, compare=False)

    @property
    def text(self) -> str:
        return " ".join(self.fields)

    @property
    def value(self) -> Value:
        return Value(self.text if self.known else None, self.assumed)


def expand(word: shell.Word, frame: Frame, *, split: bool = False) -> Expansion:
    """
    What a word becomes here; an operator such as ``:=`` sets its variable.

    With ``split`` its own blanks divide it too, as they do in ``${NAME:-a b}``.
    """
    fields: list[str] = []
    is_known, is_assumed, is_divided, size = True, False, True, 0
    for part in word.parts:
        expansion = _expand_part(part, frame, split)
        is_known, is_assumed = is_known and expansion.known, is_assumed or expansion.assumed
        size += len(expansion.text)
        if size > MAX_SIZE:
            return Expansion((_TOO_LONG,), known=False)
        is_divided = is_divided or expansion.blank_before
        if not expansion.fields:
            continue
        if is_divided:
            fields.extend(expansion.fields)
        else:
            fields[-1] += expansion.fields[0]
            fields.extend(expansion.fields[1:])
        is_divided = expansion.blank_after
    return Expansion(tuple(fields), is_known, is_assumed)


def expand_all(words: Sequence[shell.Word], frame: Frame) -> list[str]:
    """The arguments that these words become."""
    return [argument for word in words for argument in expand(word, frame).fields]


def substitutions(word: shell.Word) -> Iterator[shell.Block]:
    """The commands that run while the word is expanded."""
    return (part.script for part in word.parts if isinstance(part, shell.Substitution) and part.script)


def _expand_part(part: shell.Literal | shell.Variable | shell.Substitution, frame: Frame, split: bool) -> Expansion:
    if isinstance(part, shell.Literal):
        return _expansion(Value(part.text), part.quoted or not split, "")
    if isinstance(part, shell.Substitution):
        return _expansion(_printed(part.script, frame), part.quoted, _TOO_LONG)
    if part.name in ("@", "*"):
        return _list(frame.positional, part, "$@", frame)
    if part.name.endswith(("[@]", "[*]")):
        return _list(frame.arrays.get(part.name[:-3]), part, f"${{{part.name}}}", frame)
    return _expand_variable(part, frame)


def _expansion(value: Value, quoted: bool, shown: str) -> Expansion:
    if value.text is None:
        return Expansion((shown,), known=False, assumed=value.assumed)
    if quoted:
        return Expansion((value.text,), assumed=value.assumed)
    fields = tuple(value.text.split())
    return Expansion(fields, True, value.assumed, value.text[:1].isspace(), value.text[-1:].isspace())


def _list(elements: list[str] | None, part: shell.Variable, shown: str, frame: Frame) -> Expansion:
    """``$@`` or an array."""
    selected = _selected(elements, part, frame)
    if selected is None:
        return Expansion((shown,), known=False)
    is_joined = part.quoted and part.name.endswith(("*", "[*]"))
    fields = (" ".join(selected),) if is_joined else tuple(selected)
    return Expansion(fields, known=not any("$" in text for text in fields))


def _selected(elements: list[str] | None, part: shell.Variable, frame: Frame) -> list[str] | None:
    """The elements that the operator leaves: ``${@:-default}``, and ``${@:2}``, which counts from 1."""
    if elements is None or not part.operator:
        return elements
    if part.operator in ("-", ":-"):
        return elements or list(_operand(part, frame).fields)
    bounds = _bounds(part, frame)
    if bounds is None:
        return None
    # Number 0 of the arguments is the script itself.
    return ([frame.name, *elements] if part.name in ("@", "*") else elements)[bounds]


# --- ${NAME…} ---------------------------------------------------------------------------------------------------------

# Platforms set it: its default says nothing about where a process listens there.
_SET_BY_PLATFORMS = frozenset({"PORT"})

_CASES: dict[str, Callable[[str], str]] = {",,": str.lower, "^^": str.upper}

MAX_STRIPPED = 200
"""The longest text that a pattern is removed from, in characters."""

MAX_STARS = 4
"""How many stars such a pattern has at the most: it is tried at every place."""


def _expand_variable(part: shell.Variable, frame: Frame) -> Expansion:
    found, kind = frame.value(part.name), part.operator.lstrip(":")
    if part.operator and kind in ("-", "="):
        return _defaulted(part, found, frame)
    if part.operator and kind == "+":
        return _alternative(part, found, frame)
    argument = frame.argument(part.name) if part.name.isdecimal() and not part.operator else None
    return _expansion(_changed(part, found, frame), part.quoted, argument or f"${part.name}")


def _is_set(part: shell.Variable, found: Value) -> bool:
    return bool(found.text) if part.operator.startswith(":") else found.text is not None


def _operand(part: shell.Variable, frame: Frame) -> Expansion:
    expansion = expand(part.operand, frame, split=not part.quoted) if part.operand else Expansion(())
    return replace(expansion, fields=(expansion.text,)) if part.quoted else expansion


def _defaulted(part: shell.Variable, found: Value, frame: Frame) -> Expansion:
    """``${NAME:-default}`` and ``${NAME:=default}``: the default is an assumption where nothing is known of the name."""
    shown = f"${part.name}"
    if _is_set(part, found):
        return _expansion(found, part.quoted, shown)
    if found.text is None and part.name in _SET_BY_PLATFORMS:
        return _expansion(UNKNOWN, part.quoted, shown)
    default = _operand(part, frame)
    default = replace(default, assumed=default.assumed or found.assumed or found.text is None)
    if part.operator.endswith("=") and part.name.isidentifier():
        frame.variables[part.name] = default.value
    return default


def _alternative(part: shell.Variable, found: Value, frame: Frame) -> Expansion:
    """``${NAME:+text}``: nothing is assumed to be set of which nothing is known."""
    alternative = _operand(part, frame) if _is_set(part, found) else Expansion(("",) if part.quoted else ())
    return replace(alternative, assumed=alternative.assumed or found.assumed or found.text is None)


def _changed(part: shell.Variable, found: Value, frame: Frame) -> Value:
    """The value after any other operator."""
    if found.text is None or not part.operator or part.operator in ("?", ":?"):
        return found
    if part.operator == ":":
        bounds = _bounds(part, frame)
        return Value(found.text[bounds], found.assumed) if bounds else UNKNOWN
    pattern = _operand(part, frame)
    if part.operator in _CASES and not pattern.text:
        return Value(_CASES[part.operator](found.text), found.assumed)
    if part.operator in ("#", "##", "%", "%%") and pattern.known and _is_strippable(found.text, pattern.text):
        return Value(_stripped(found.text, pattern.text, part.operator), found.assumed or pattern.assumed)
    return UNKNOWN


def _is_strippable(text: str, pattern: str) -> bool:
    return len(text) <= MAX_STRIPPED and pattern.count("*") <= MAX_STARS


def _bounds(part: shell.Variable, frame: Frame) -> slice | None:
    """Offset and length as in ``${NAME:0:1}``; None for negative and computed ones."""
    if part.operator != ":":
        return None
    match = re.fullmatch(r" *(\d{1,6})(?: *: *(\d{1,6}))? *", _operand(part, frame).text)
    if match is None:
        return None
    start = int(match[1])
    return slice(start, start + int(match[2]) if match[2] else None)


def _stripped(text: str, pattern: str, operator: str) -> str:
    """The text without its shortest beginning (``#``) or end (``%``) that matches, doubled: without its longest."""
    lengths: Sequence[int] = range(len(text) + 1)
    for length in reversed(lengths) if len(operator) == 2 else lengths:
        cut = length if operator[0] == "#" else len(text) - length
        piece, rest = (text[:cut], text[cut:]) if operator[0] == "#" else (text[cut:], text[:cut])
        if matches(piece, pattern):
            return rest
    return text


def matches(text: str, pattern: str) -> bool:
    """Whether a text matches a pattern of the shell's; overlong ones match nothing."""
    return text == pattern or (len(pattern) <= MAX_STRIPPED and fnmatch.fnmatchcase(text, pattern))


# --- $(…) -------------------------------------------------------------------------------------------------------------


def _printed(script: shell.Block, frame: Frame) -> Value:
    """What a substituted script prints, for the few programs whose output follows from their arguments."""
    if len(script) != 1:
        return UNKNOWN
    node = script[0]
    if isinstance(node, shell.AndOr) and [operator for operator, _ in node.items] == ["", "&&"]:
        # DIR=$(cd "$(dirname "$0")" && pwd)
        first, second = (_argv(item, frame) for _, item in node.items)
        if first is not None and second == ["pwd"] and first[0] == "cd" and len(first) > 1:
            return Value(replace(frame, place=frame.place.at(first[-1])).folder)
        return UNKNOWN
    argv = _argv(node, frame)
    return _output(argv, frame) if argv else UNKNOWN


def _argv(node: shell.Node, frame: Frame) -> list[str] | None:
    """The arguments of a simple command, None where they are not all known."""
    if not isinstance(node, shell.Simple):
        return None
    expansions = [expand(word, frame) for word in node.words]
    if not all(expansion.known for expansion in expansions):
        return None
    return [argument for expansion in expansions for argument in expansion.fields]


def _output(argv: Sequence[str], frame: Frame) -> Value:
    program, *arguments = argv
    if program == "pwd":
        return Value(frame.folder)
    if program == "id" and arguments == ["-u"]:
        return frame.user_id
    if not arguments:
        return UNKNOWN
    path = arguments[-1]
    if program == "which" or (program == "command" and arguments[0] == "-v"):
        return Value(path)
    if program == "dirname":
        return Value(posixpath.dirname(path) or ".")
    if program == "basename" and len(arguments) == 1:
        return Value(posixpath.basename(path))
    if program in ("realpath", "readlink"):
        return Value(posixpath.normpath(posixpath.join(frame.folder, path)))
    if program == "echo" and not arguments[0].startswith("-"):
        return Value(" ".join(arguments))
    return UNKNOWN
