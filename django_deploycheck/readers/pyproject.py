"""
pyproject.toml: PEP 621, PEP 735 and PEP 518, and the tables of Poetry, PDM, uv, Rye, Hatch and setuptools.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django_deploycheck.model import Fact, PythonVersion, Reference
from django_deploycheck.readers import _toml
from django_deploycheck.readers._requirement import Kind, normalised, requirement, tabled
from django_deploycheck.source import Source

KIND = "pyproject"
NAMES = ("pyproject.toml",)
NATURE = "project"


def read(source: Source) -> Iterator[Fact]:
    """
    Requirements, each at its own line, in their groups; the Python versions allowed; references to requirements files.

    Raises Unreadable for what is no TOML.
    """
    document = _toml.document(source)
    yield from _array(source, document, "build-system", "requires", kind="build")
    yield from _array(source, document, "project", "dependencies")
    yield from _arrays(source, document, "project", "optional-dependencies")
    yield from _arrays(source, document, "dependency-groups")
    yield from _arrays(source, document, "tool", "pdm", "dev-dependencies")
    yield from _array(source, document, "tool", "uv", "dev-dependencies", group="dev")
    yield from _array(source, document, "tool", "rye", "dev-dependencies", group="dev")
    for name in document.table("tool", "hatch", "envs"):
        for key in ("dependencies", "extra-dependencies"):
            yield from _array(source, document, "tool", "hatch", "envs", name, key, group=name)
    yield from _poetry(source, document)
    yield from _references(source, document)
    for path in (("project", "requires-python"), ("tool", "poetry", "dependencies", "python")):
        text = document.get(*path)
        if isinstance(text, str):
            yield PythonVersion(source.location(document.line(*path)), specifier=text, kind=KIND)


def _array(
    source: Source, document: _toml.Document, *path: str, group: str | None = None, kind: Kind = "direct"
) -> Iterator[Fact]:
    for text, line in document.strings(*path):
        fact = requirement(text, source.location(line), kind=kind, group=group)
        if fact:
            yield fact


def _arrays(source: Source, document: _toml.Document, *path: str) -> Iterator[Fact]:
    """A table of groups. What a group includes from another (``include-group``) is stated in that other one."""
    for group in document.table(*path):
        yield from _array(source, document, *path, group, group=group)


def _poetry(source: Source, document: _toml.Document) -> Iterator[Fact]:
    extras = _extras_of_packages(document.table("tool", "poetry", "extras"))
    # Poetry 2 repeats a PEP 621 dependency here only to say where it comes from.
    facts = (requirement(text, source.location()) for text, _ in document.strings("project", "dependencies"))
    stated = {fact.name for fact in facts if fact}
    main = ("tool", "poetry", "dependencies")
    for name, value in document.table(*main).items():
        if name == "python" or normalised(name) in stated:
            continue
        is_optional = isinstance(value, dict) and value.get("optional") is True
        group = extras.get(normalised(name), "optional") if is_optional else None
        yield from _entry(source, document, (*main, name), value, group)
    groups = [
        (name, ("tool", "poetry", "group", name, "dependencies")) for name in document.table("tool", "poetry", "group")
    ]
    for group, path in [("dev", ("tool", "poetry", "dev-dependencies")), *groups]:
        for name, value in document.table(*path).items():
            yield from _entry(source, document, (*path, name), value, None if group == "main" else group)


def _entry(
    source: Source, document: _toml.Document, path: tuple[str, ...], value: object, group: str | None
) -> Iterator[Fact]:
    fact = tabled(path[-1], value, source.location(document.line(*path)), group=group)
    if fact:
        yield fact


def _extras_of_packages(extras: Mapping[str, object]) -> dict[str, str]:
    """The first extra that brings each optional package."""
    found: dict[str, str] = {}
    for extra, packages in extras.items():
        for package in packages if isinstance(packages, list) else ():
            found.setdefault(normalised(str(package)), extra)
    return found


def _references(source: Source, document: _toml.Document) -> Iterator[Fact]:
    dynamic = ("tool", "setuptools", "dynamic")
    groups = document.table(*dynamic, "optional-dependencies")
    for path in (
        (*dynamic, "dependencies", "file"),
        *((*dynamic, "optional-dependencies", group, "file") for group in groups),
        ("tool", "hatch", "metadata", "hooks", "requirements_txt", "files"),
    ):
        for name, line in document.strings(*path):
            target = source.beside(name.strip())
            if target:
                yield Reference(target, "requirements", source.location(line), required=True)
