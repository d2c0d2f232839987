"""
Whether a path is excluded by the patterns of a .gitignore or .dockerignore.

git: https://git-scm.com/docs/gitignore. A pattern without a slash, but for one at its end, matches at every depth; one
with a slash starts at the folder of its file; one that ends in a slash matches folders. The last pattern that matches
decides, and nothing below an excluded folder can come back.

Docker: https://docs.docker.com/build/concepts/context/#dockerignore-files. Every pattern starts at the build context and
covers what is below its match; the last one that matches the path or a folder above it decides.

``*``, ``?`` and ``[…]`` stay within a name, ``**`` as a whole name stands for any number of folders. A pattern that
cannot be understood matches nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django_deploycheck.model import IgnorePattern, join
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass

MAX_NAME = 1000
"""The longest part of a pattern between two slashes that is understood, in characters; file names end at 255 bytes."""


def ignored_by(
    path: str, patterns: Sequence[IgnorePattern], *, folder: str = "", docker: bool = False
) -> IgnorePattern | None:
    """
    The pattern that excludes the path, None for none.

    ``path`` is relative to the root of the repository; it names a folder when it ends in a slash, else a file.
    ``patterns`` are those of one file in their order, ``folder`` is where that file stands (the build context for one
    of Docker's).
    """
    if docker:
        return _ignored_by_docker(path, patterns, folder)
    return ignored_in_tree(path, {folder: patterns})


def ignored_in_tree(path: str, patterns: Mapping[str, Sequence[IgnorePattern]]) -> IgnorePattern | None:
    """The same for git with several files: the patterns by the folder of their file. The deepest folder has the say."""
    names = _names(path)
    lists = [(_names(folder), patterns[folder]) for folder in sorted(patterns, key=lambda folder: -len(_names(folder)))]
    for length in range(1, len(names) + 1):
        is_folder = length < len(names) or path.endswith("/")
        found = _last_match(names[:length], is_folder, lists)
        if found is not None and not found.negated:
            return found
    return None


def _last_match(
    names: Sequence[str], is_folder: bool, lists: Sequence[tuple[tuple[str, ...], Sequence[IgnorePattern]]]
) -> IgnorePattern | None:
    for folder, patterns in lists:
        if len(folder) >= len(names) or tuple(names[: len(folder)]) != folder:
            continue
        for pattern in reversed(patterns):
            glob = _git_glob(pattern.pattern, pattern.negated)
            if glob and (is_folder or not glob.only_folders) and _matches(glob.names, names[len(folder) :]):
                return pattern
    return None


def _ignored_by_docker(path: str, patterns: Sequence[IgnorePattern], folder: str) -> IgnorePattern | None:
    names, context = _names(path), _names(folder)
    if names[: len(context)] != context:
        return None
    names = names[len(context) :]
    excluding: IgnorePattern | None = None
    for pattern in patterns:
        if pattern.negated != (excluding is not None):
            continue
        glob = _docker_glob(pattern.pattern, pattern.negated)
        if glob and _matches(glob.names, names, or_above=True):
            excluding = None if pattern.negated else pattern
    return excluding


def _names(path: str) -> tuple[str, ...]:
    return tuple(name for name in join("", path).split("/") if name not in ("", "."))


# --- patterns ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Glob:
    """A pattern by the names in it; None stands for any number of folders."""

    names: tuple[re.Pattern[str] | None, ...]
    only_folders: bool = False


@lru_cache(maxsize=4096)
def _git_glob(text: str, negated: bool) -> _Glob | None:
    text = text[1:] if negated else text
    only_folders = text.endswith("/")
    text = text[:-1] if only_folders else text
    if "/" not in text:
        return _glob(("**", text), only_folders, "!^")
    return _glob(tuple(text.removeprefix("/").split("/")), only_folders, "!^")


@lru_cache(maxsize=4096)
def _docker_glob(text: str, negated: bool) -> _Glob | None:
    text = (text[1:] if negated else text).strip()
    parts = posixpath.normpath(text).lstrip("/").split("/") if text else []
    # "**.pyc" covers every depth, as "**/*.pyc" does.
    if parts and parts[0].startswith("**") and parts[0].strip("*"):
        parts.insert(0, "**")
    # A "." is what cleaning leaves of an empty pattern; the documentation has it ignored.
    return None if parts in ([], ["."], [""]) else _glob(tuple(parts), False, "^")


def _glob(parts: tuple[str, ...], only_folders: bool, negations: str) -> _Glob | None:
    names: list[re.Pattern[str] | None] = []
    for part in parts:
        if len(part) > 1 and not part.strip("*"):
            if not names or names[-1] is not None:
                names.append(None)
            continue
        name = _name(part, negations)
        if name is None:
            return None
        names.append(name)
    if names and names[-1] is None:  # at the end it stands for what is below, not for the folder itself
        names.insert(-1, re.compile(".+", re.DOTALL))
    return _Glob(tuple(names), only_folders)


def _matches(pattern: Sequence[re.Pattern[str] | None], names: Sequence[str], *, or_above: bool = False) -> bool:
    """
    Whether the pattern matches these names, or the first of them that are a folder above.

    Every state is followed at once, so the work is the product of both lengths.
    """
    states = _skipped(pattern, {0})
    for name in names:
        after: set[int] = set()
        for state in states:
            if state == len(pattern):
                continue
            part = pattern[state]
            if part is None:
                after.add(state)
            elif part.fullmatch(name):
                after.add(state + 1)
        states = _skipped(pattern, after)
        if or_above and len(pattern) in states:
            return True
    return len(pattern) in states


def _skipped(pattern: Sequence[re.Pattern[str] | None], states: set[int]) -> set[int]:
    """The states and those reached by taking ``**`` for no folder; two of them never follow each other."""
    return states | {state + 1 for state in states if state < len(pattern) and pattern[state] is None}


# --- one name -------------------------------------------------------------------------------------------------------------

_PIECE = regex(
    r"(?P<stars>\*+)|(?P<one>\?)|\\(?P<escaped>.)|\[(?P<negation>[!^]?)(?P<members>\]?(?:\[:[a-z]*:\]|\\.|[^\]\\])*)\]|(?P<plain>[^\\\[])",
    re.DOTALL,
)
_MEMBER = regex(r"\[:(?P<set>[a-z]*):\]|(?P<low>\\.|[^\\])(?:-(?P<high>\\.|[^\\]))?", re.DOTALL)
_SETS = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r"\ \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\ \t\n\r\f\v",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


@lru_cache(maxsize=4096)
def _name(text: str, negations: str) -> re.Pattern[str] | None:
    """The expression for one name, None for a pattern that matches none."""
    if not text or len(text) > MAX_NAME:
        return None
    pieces: list[str] = [""]
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match["stars"]:
            pieces.append("")
            continue
        expression = _expression(match, negations)
        if expression is None:
            return None
        pieces[-1] += expression
    first, *rest = pieces
    if not rest:
        return re.compile(first, re.DOTALL)
    # What stands between two stars is best found at its first place, and never looked for again: a lookahead does not
    # go back, so the work stays the product of both lengths. (Atomic groups need Python 3.11.)
    middle = "".join(f"(?=(.*?{piece}))\\{number}" for number, piece in enumerate(rest[:-1], 1))
    return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL)


def _expression(match: re.Match[str], negations: str) -> str | None:
    if match["one"]:
        return "."
    if match["members"] is None:
        return re.escape(match["escaped"] or match["plain"])
    negation, members = match["negation"], match["members"]
    if negation and negation not in negations:
        negation, members = "", negation + members
    if not members:
        return None
    inside = []
    for member in _MEMBER.finditer(members):
        if member["set"] is not None and member["set"] not in _SETS:
            return None
        inside.append(_SETS[member["set"]] if member["set"] is not None else _range(member["low"], member["high"]))
    if not any(inside):
        return "." if negation else "(?!)"
    return f"[{'^' if negation else ''}{''.join(inside)}]"


def _range(low: str, high: str | None) -> str:
    """The range for the inside of a class, empty where it runs backwards; both ends may stand behind a backslash."""
    first, last = low[-1], (high or low)[-1]
    return f"{re.escape(first)}-{re.escape(last)}" if first <= last else ""
