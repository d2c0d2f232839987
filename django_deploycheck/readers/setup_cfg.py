"""setup.cfg (setuptools, "Configuring setuptools using setup.cfg files"): requirements, extras, the Python allowed."""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, PythonVersion, Reference
from django_deploycheck.patterns import regex
from django_deploycheck.readers._requirement import Kind, requirement
from django_deploycheck.source import Source

KIND = "setup-cfg"
NAMES = ("setup.cfg",)
NATURE = "project"

_SECTION = regex(r"\[(?P<name>[^\]]+)\]")
_KEY = regex(r"(?P<key>[^\s=:\[#;][^=:]*)[=:](?P<value>.*)")
_PARTS: dict[str, tuple[Kind, str | None]] = {
    "install_requires": ("direct", None),
    "setup_requires": ("build", None),
    "tests_require": ("direct", "test"),
}


def read(source: Source) -> Iterator[Fact]:
    """Requirements, each at its own line, references to the files that ``file:`` names, and the Python version."""
    for section, key, number, text in _values(source):
        location = source.location(number)
        if section == "options" and key == "python_requires":
            yield PythonVersion(location, specifier=text, kind=KIND)
            continue
        kind, group = _PARTS.get(key, ("direct", None))
        if section == "options.extras_require":
            group = key
        elif section != "options" or key not in _PARTS:
            continue
        if text.startswith("file:"):
            paths = [source.beside(name.strip()) for name in text.removeprefix("file:").split(",")]
            yield from (Reference(path, "requirements", location, required=True) for path in paths if path)
            continue
        # A list on one line is separated by semicolons; what follows one in an environment marker is no requirement.
        for part in text.split(";"):
            fact = requirement(part, location, kind=kind, group=group)
            if fact:
                yield fact


def _values(source: Source) -> Iterator[tuple[str, str, int, str]]:
    """Every line of every value: its section, key, number and text. Lines that belong to no value are passed over."""
    section = key = ""
    for number, line in enumerate(source.lines, start=1):
        text = line.strip()
        if not text or text.startswith(("#", ";")):
            continue
        if line[0] in " \t":
            if key:
                yield section, key, number, text
            continue
        header, assignment = _SECTION.match(line), _KEY.match(line)
        key = ""
        if header:
            section = header["name"].strip()
        elif assignment:
            key = assignment["key"].strip()
            if assignment["value"].strip():
                yield section, key, number, assignment["value"].strip()
