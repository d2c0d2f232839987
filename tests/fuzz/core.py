"""
What a fuzz target is, where targets come from, and how an input is made out of others.

A module in ``tests/fuzz/targets`` defines ``targets()``, which yields its targets; being there is being registered.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.find_spec("django_deploycheck")  # it is not imported: a child has to watch that
PACKAGE = Path((_SPEC and _SPEC.origin) or ROOT).parent
"""The folder of the package, which may be installed elsewhere."""

MAX_INPUT = 16 * 1024
"""The largest input that is tried, in bytes; what a larger file does, tests of their own say."""

MIN_COVERAGE = 90
"""How much of a target's modules its inputs must reach, in percent of the lines."""


@dataclass(frozen=True)
class Target:
    """
    One thing to fuzz.

    ``run`` takes any bytes and raises nothing unless it found a bug: what is allowed to happen, it catches itself.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    """The inputs that all others are made from: real-looking ones first."""
    modules: tuple[str, ...]
    """The modules whose line coverage says how far the target gets; each must reach MIN_COVERAGE."""
    shared: tuple[str, ...] = ()
    """Modules that several targets cover together."""
    tokens: tuple[str, ...] = ()
    """Words and marks of the format, put in by mutations."""


def all_targets() -> dict[str, Target]:
    """Every target by its name, in the order of the names."""
    from tests.fuzz import targets

    found = {target.name: target for module in _modules(targets) for target in module.targets()}
    return dict(sorted(found.items()))


def _modules(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]


# --- mutations ----------------------------------------------------------------------------------------------------------

_MARKS = (
    *"()[]{}<>\"'`\\#$%&*?!|;:,.=+-~@^/ \t\n\r\0",
    *(
        "\\\n",
        "\r\n",
        "\n\n",
        "---\n",
        "${",
        "$(",
        "$((",
        "{{",
        "}}",
        "{%",
        "%}",
        "<<",
        "<<EOF\n",
        "&&",
        "||",
        "\\'",
        '\\"',
    ),
    *(
        "&a ",
        "*a",
        "<<: *a",
        "!!python/name:a",
        "!reference [a]",
        "? ",
        "- ",
        ": ",
        "|\n",
        ">-\n",
        "[[a]]\n",
        "'''",
        '"""',
    ),
    *("\ufeff", "\u2028", "\x85", "\x0b", "\x0c", "é", "\U0001f40d", "\u200b", "\ud7ff", "\uffff"),
    *("\\ud800", "\\udfff", "\\u0000", "\\x00", "\\U0001f40d", "\\N{DASH}", "%s", "%(a)s", "\\1"),
    *("0", "-1", "9" * 30, "1e999", "0x" + "f" * 20, "nan", "true", "null", "~", "''", '""'),
)
_BLANKS = (
    "",
    " ",
    "''",
    '""',
    "' '",
    "\u2028",
    "\x0b",
    "\x1c",
    "\x85",
    "\u00a0",
    "\u3000",
    "-",
    "--",
    "=",
    "${}",
    "/",
    ".",
    "²",
)
_NESTS = (
    *((pair[0], pair[1]) for pair in ("()", "[]", "{}", "<>", '""', "''", "``")),
    *(("${", "}"), ("$(", ")"), ("{{", "}}"), ("{%", "%}"), ("${a:-", "}")),
)


def mutated(data: bytes, other: bytes, random: Random, tokens: Sequence[str] = ()) -> bytes:
    """One to four changes to an input; ``other`` is a second input, to be spliced in."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        change: _Change = random.choice(_CHANGES)
        data = change(data, other, random, tokens)
    return data[:MAX_INPUT]


_Change = Callable[[bytes, bytes, Random, Sequence[str]], bytes]


def _truncated(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    return data[: random.randint(0, len(data))]


def _without_a_part(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    start = random.randint(0, len(data))
    return data[:start] + data[start + random.randint(1, 40) :]


def _with_a_flipped_bit(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    if not data:
        return data
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << random.randrange(8))]) + data[place + 1 :]


def _with_a_token(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    token: bytes = random.choice(tokens if tokens and random.random() < 0.6 else _MARKS).encode()
    place = random.randint(0, len(data))
    return data[:place] + token + data[place + (len(token) if random.random() < 0.3 else 0) :]


def _with_a_word_replaced(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    """Also by nothing, and by what looks like it."""
    words = list(re.finditer(rb"[^\s\"',:=\[\]{}()]+", data))
    if not words:
        return data
    place = random.choice(words)
    word: str = random.choice(random.choice((tokens or _MARKS, _MARKS, _BLANKS)))
    return data[: place.start()] + word.encode() + data[place.end() :]


def _with_a_line_twice(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    lines = data.split(b"\n")
    place = random.randrange(len(lines))
    return b"\n".join([*lines[:place], *[lines[place]] * random.choice((2, 2, 3, 60)), *lines[place + 1 :]])


def _with_lines_swapped(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    lines = data.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _without_a_line(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    lines = data.split(b"\n")
    del lines[random.randrange(len(lines))]
    return b"\n".join(lines)


def _with_a_line_moved(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    """A line further to the right or to the left: another level in many formats."""
    lines = data.split(b"\n")
    place = random.randrange(len(lines))
    moved = (
        lines[place].lstrip() if random.random() < 0.5 else random.choice((b" ", b"  ", b"    ", b"\t")) + lines[place]
    )
    return b"\n".join([*lines[:place], moved, *lines[place + 1 :]])


def _nested(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    opening, closing = random.choice(_NESTS)
    depth = random.choice((1, 1, 2, 5, 40, 400))
    start = random.randint(0, len(data))
    end = random.randint(start, min(len(data), start + 60))
    close = random.choice((depth, depth, 0))
    return data[:start] + opening.encode() * depth + data[start:end] + closing.encode() * close + data[end:]


def _spliced(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _with_lines_of_the_other(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    lines, others = data.split(b"\n"), other.split(b"\n")
    start = random.randrange(len(others))
    place = random.randint(0, len(lines))
    return b"\n".join([*lines[:place], *others[start : start + random.randint(1, 8)], *lines[place:]])


def _with_an_alias(data: bytes, other: bytes, random: Random, tokens: Sequence[str]) -> bytes:
    """An anchor at a key of YAML, and an alias in the place of some value: often one that the anchored value holds."""
    lines = data.split(b"\n")
    openings = [number for number, line in enumerate(lines) if line.rstrip().endswith(b":")]
    values = [number for number, line in enumerate(lines) if b": " in line or line.lstrip().startswith(b"- ")]
    if not openings or not values:
        return data
    opening = random.choice(openings)
    value = random.choice([number for number in values if number > opening] or values)
    lines[opening] = lines[opening].rstrip() + b" &x"
    key, colon, _ = lines[value].partition(b": ")
    indentation = len(lines[value]) - len(lines[value].lstrip())
    merge = random.choice((b"", b"<<: "))
    lines[value] = key + colon + b"*x" if colon and not merge else lines[value][:indentation] + merge + b"*x"
    return b"\n".join(lines)


_CHANGES: tuple[_Change, ...] = (
    _truncated,
    _without_a_part,
    _with_a_flipped_bit,
    _with_a_token,
    _with_a_token,
    _with_a_token,
    _with_a_word_replaced,
    _with_a_line_twice,
    _with_lines_swapped,
    _without_a_line,
    _with_a_line_moved,
    _with_an_alias,
    _nested,
    _spliced,
    _with_lines_of_the_other,
    _with_lines_of_the_other,
)
