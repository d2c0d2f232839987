"""
The lock files that are TOML: ``[[package]]`` with ``name`` and ``version`` at the start of a line each.

They are written by tools, always in the same form, and large, so a pass over their lines replaces a TOML parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Requirement
from django_deploycheck.patterns import regex
from django_deploycheck.readers._requirement import normalised
from django_deploycheck.source import Source

_PACKAGE = regex(r"\[\[packages?\]\]\s*(?:#.*)?$")
_FIELD = regex(
    r"""(?P<key>name|version|category|optional)\s*=\s*["']?(?P<value>[\w.+!-]+)["']?\s*(?:#.*)?$""", re.ASCII
)
_GROUPS = regex(r"groups\s*=\s*\[(?P<names>[^\[\]]*)\]")
# The project itself, or a member of its workspace at its root.
_PROJECT_ITSELF = regex(r"""source\s*=\s*\{\s*(?:virtual|editable)\s*=\s*["']\.["']\s*\}""")


def packages(source: Source) -> Iterator[Requirement]:
    """The locked requirements, each at the line of its name, without the project itself."""
    fields: dict[str, str] | None = None
    line = 0
    for number, text in enumerate(source.lines, start=1):
        if text.startswith("["):
            yield from _locked(source, fields, line)
            fields = {} if _PACKAGE.match(text) else None
        elif fields is not None and text[:1] in "nvcogs":
            line = number if text.startswith("name") else line
            _note(fields, text)
    yield from _locked(source, fields, line)


def _note(fields: dict[str, str], text: str) -> None:
    match = _FIELD.match(text)
    if match:
        fields.setdefault(match["key"], match["value"])
        return
    groups = _GROUPS.match(text)
    if groups:
        fields["groups"] = groups["names"]
    elif _PROJECT_ITSELF.match(text):
        fields["itself"] = ""


def _locked(source: Source, fields: dict[str, str] | None, line: int) -> Iterator[Requirement]:
    if not fields or "name" not in fields or "itself" in fields:
        return
    specifier = f"=={fields['version']}" if "version" in fields else ""
    location = source.location(line)
    yield Requirement(normalised(fields["name"]), specifier, location, "locked", _group(fields), pinned=True)


def _group(fields: dict[str, str]) -> str | None:
    """None for what is always installed; Poetry calls that group main, PDM default."""
    names: list[str] = re.findall(r"[\w.-]+", fields.get("groups", fields.get("category", "")))
    if names and not {"main", "default"} & set(names):
        return names[0]
    return "optional" if fields.get("optional") == "true" else None
