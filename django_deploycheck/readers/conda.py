"""conda's environment.yml (conda.io, "Package match specifications"): its packages and those of its ``pip:`` list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Fact, PythonVersion, Reference, Requirement
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _yaml
from django_deploycheck.readers._requirement import is_exact, requirement
from django_deploycheck.records import replace
from django_deploycheck.source import Source

KIND = "conda"
NAMES = ("environment.yml", "environment.yaml", "environment-*.yml", "environment_*.yml", "conda.yml", "conda.yaml")
NATURE = "project"

_MATCH = regex(r"(?:[\w./-]+::)?(?P<name>\w[\w.-]*)\s*(?P<specifier>[=<>!~][\w.*+!,|=<>~ -]*)?(?:\[.*\])?", re.ASCII)
_VERSION = regex(r"={1,2}\s*(?P<version>\d+(?:\.\d+){0,2})(?:\.\*|=.*)?")


def read(source: Source) -> Iterator[Fact]:
    """Requirements, references to pip's files, and the Python it installs. Raises Unreadable for what is no YAML."""
    for document in _yaml.parse(source):
        for item in document.get("dependencies").elements():
            text = item.text()
            facts = _package(source, text, item.line) if text else _by_pip(source, item)
            yield from facts


def _package(source: Source, text: str, line: int) -> Iterator[Fact]:
    match = _MATCH.fullmatch(text.strip())
    if match is None:
        return
    specifier = re.sub(r"\s", "", match["specifier"] or "")
    if match["name"] == "python":
        version = _VERSION.fullmatch(specifier)
        if version:
            yield PythonVersion(source.location(line), version=version["version"], kind=KIND)
        elif specifier:
            yield PythonVersion(source.location(line), specifier=specifier, kind=KIND)
        return
    fact = requirement(match["name"], source.location(line))
    if fact:
        yield _with_version(fact, specifier)


def _with_version(fact: Requirement, specifier: str) -> Requirement:
    """conda's ``=4.2`` means any 4.2, ``==4.2`` or ``=4.2=build`` that one only."""
    exact = re.fullmatch(r"=(?P<version>[^=]+)=[^=]+", specifier)
    if exact:
        specifier = f"=={exact['version']}"
    elif re.fullmatch(r"=[^=].*", specifier):
        specifier = f"={specifier.removesuffix('*').removesuffix('.')}.*"
    return replace(fact, specifier=specifier, pinned=is_exact(specifier))


def _by_pip(source: Source, item: _yaml.Node) -> Iterator[Fact]:
    for node in item.get("pip").elements():
        text = (node.text() or "").strip()
        file = re.fullmatch(r"(?:-r|--requirement)[\s=]*(?P<path>.+)", text)
        path = source.beside(file["path"]) if file else None
        if path:
            yield Reference(path, "requirements", source.location(node.line), required=True)
        fact = None if text.startswith("-") else requirement(text, source.location(node.line))
        if fact:
            yield fact
