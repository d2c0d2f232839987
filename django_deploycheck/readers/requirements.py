"""
pip's requirements files (pip.pypa.io, "Requirements File Format", pip 25), whether written by hand or compiled.

A file that only a ``-c`` names pins what others ask for and asks for nothing itself, so ``-c`` is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import BlindSpot, Fact, Location, Reference, Requirement
from django_deploycheck.patterns import regex
from django_deploycheck.readers._requirement import Kind, archive_name, normalised, requirement
from django_deploycheck.source import Source, Unreadable

KIND = "requirements"
NAMES = (
    "requirements*.txt",
    "*requirements.txt",
    "requirements*.in",
    "*requirements.in",
    "requirements*.pip",
    "requirements/*.txt",
    "requirements/*.in",
    "requirements/*.pip",
    "reqs/*.txt",
    "reqs/*.in",
)
NATURE = "project"

_GROUP_WORDS = frozenset(
    {
        *("dev", "devel", "develop", "development", "local", "debug", "test", "tests", "testing", "ci", "qa"),
        *("doc", "docs", "documentation", "sphinx", "rtd", "lint", "linting", "linters", "quality", "typing", "types"),
        *("mypy", "benchmark", "benchmarks", "example", "examples"),
    }
)
_COMMENT = regex(r"(?:^|\s)#.*$", holding="#")
_FILE_OPTION = regex(r"(?:-r|--requirement)(?:\s*=\s*|\s+|(?<=-r))(?P<path>.+)$")
_EDITABLE_OPTION = regex(r"(?:-e|--editable)(?:\s*=\s*|\s+)", holding="-e")
_CONDA_LINE = regex(r"(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)={1,2}(?P<version>[A-Za-z0-9.!+_]+)=\w+")
_COMPILED = regex(r"^#.*\b(?:auto-?generated|generated) by\b", re.IGNORECASE | re.MULTILINE, holding="generated")


def read(source: Source) -> Iterator[Fact]:
    """
    Requirements, with ``kind="locked"`` where a tool compiled the file; references to the files that ``-r`` names.

    Raises Unreadable where nothing in the file is a requirement, such as a file of another format under this name.
    """
    if _pins_or_installs_other_things(source):
        return
    group = group_of(source)
    lines = list(_logical_lines(source))
    kind: Kind = "locked" if _is_compiled(source, lines) else "direct"
    understood = False
    for number, text in lines:
        if text.startswith("-") and not _EDITABLE_OPTION.match(text):
            understood = understood or text.strip("-")[:1].isalpha()
            yield from _file(source, text, number)
            continue
        fact = _requirement(text, source.location(number), kind, group)
        understood = understood or fact is not None or _is_path(text)
        if fact:
            yield fact
    if lines and not understood:
        raise Unreadable("holds no requirements", lines[0][0])


def group_of(source: Source) -> str | None:
    """The group that the file's name or folder names ("dev", "docs"); None for what production installs too."""
    words = re.split(r"[^a-z0-9]+", source.name.rpartition(".")[0].lower())
    words.append(source.folder.rpartition("/")[2].lower())
    return next((word for word in words if word in _GROUP_WORDS), None)


def _pins_or_installs_other_things(source: Source) -> bool:
    """Whether the name says constraints, or packages of another package manager."""
    words = re.split(r"[^a-z]+", source.name.lower())
    return not {"constraint", "constraints", "apt", "apk", "system", "galaxy"}.isdisjoint(words)


def _logical_lines(source: Source) -> Iterator[tuple[int, str]]:
    """The lines that say something, continuations joined, comments cut off, each with its first line's number."""
    parts: list[str] = []
    start = 0
    for number, raw in enumerate(source.lines, start=1):
        start = start if parts else number
        is_comment = raw.lstrip().startswith("#")
        if raw.endswith("\\") and not is_comment:
            parts.append(raw[:-1])
            continue
        # pip: a comment line ends what is continued on it.
        parts.append(f" {raw}" if is_comment else raw)
        yield from _without_comment(start, parts)
        parts = []
    yield from _without_comment(start, parts)


def _without_comment(number: int, parts: list[str]) -> Iterator[tuple[int, str]]:
    text = _COMMENT.sub("", "".join(parts).strip().lstrip("\ufeff")).strip()
    if text:
        yield number, text


def _is_compiled(source: Source, lines: list[tuple[int, str]]) -> bool:
    """Whether a tool wrote the file: it says so at its top, or every requirement has a hash."""
    if _COMPILED.search("\n".join(source.lines[:20])):
        return True
    requirements = [text for _, text in lines if not text.startswith("-")]
    return bool(requirements) and all("--hash=" in text for text in requirements)


def _file(source: Source, text: str, number: int) -> Iterator[Fact]:
    match = _FILE_OPTION.match(text)
    if match is None:
        return
    path = None if "$" in match["path"] or "://" in match["path"] else source.beside(match["path"].strip("\"' "))
    if path:
        yield Reference(path, KIND, source.location(number), required=True)
    else:
        yield BlindSpot("more requirements are outside the repository", source.location(number), hides=frozenset())


def _requirement(text: str, location: Location, kind: Kind, group: str | None) -> Requirement | None:
    text = text[match.end() :] if (match := _EDITABLE_OPTION.match(text)) else text
    text = text.strip("\"' ")
    conda = _CONDA_LINE.fullmatch(text)
    if conda:
        return Requirement(normalised(conda["name"]), f"=={conda['version']}", location, kind, group, pinned=True)
    if _is_path(text):
        path = re.split(r"[\s;#]", text, maxsplit=1)[0]
        name = archive_name(path.rpartition("/")[2])
        return Requirement(normalised(name), "", location, kind, group, pinned=True) if name else None
    return requirement(text, location, kind=kind, group=group)


def _is_path(text: str) -> bool:
    """Whether the line installs something from this machine: a folder, a wheel."""
    text = text[match.end() :] if (match := _EDITABLE_OPTION.match(text)) else text
    word = re.split(r"[\s;#]", text, maxsplit=1)[0]
    if word.startswith((".", "/", "~", "file:", "$")):
        return True
    return " @" not in text and "://" not in text and archive_name(word.rpartition("/")[2]) is not None
