"""What the readers of platforms' files share: one view of TOML, JSON and YAML, commands, and where images are built."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, EnvVar, ImageSource, Reference, Role, Service, from_root
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _toml
from django_deploycheck.readers._command import shell_command
from django_deploycheck.readers._yaml import ABSENT, Entry, Node, Scalar, Sequence, parse, parse_json
from django_deploycheck.readers._yaml import Mapping as MappingNode
from django_deploycheck.records import replace
from django_deploycheck.source import Source, within

DEFAULTED = frozenset({"dockerfile"})
"""Marks an image whose Dockerfile the platform only looks for: without that file it builds from source."""

# What only a shell understands.
_FOR_A_SHELL = regex(r"[&|;<>$`\\\n(){}*?~#]|^\s*\w+=")


# Of JSON as people write it: comments outside of strings, a comma too many, and a line without its comma.
_COMMENT = regex(r'("(?:[^"\\\n]|\\.)*"?)|(?://|#)[^\n]*')
_COMMA_TOO_MANY = regex(r'("(?:[^"\\\n]|\\.)*"?)|,(?=\s*[}\]])')
_COMMA_TOO_FEW = regex(r'(?<=["\w}\]])(?=[ \t]*\n\s*")')


def document(source: Source, *, is_lenient: bool = False) -> Node:
    """
    The first document of a file in TOML, JSON or YAML, told by the end of its name. Raises Unreadable.

    ``is_lenient`` is for JSON that its tool reads with comments, with a comma too many or without one at a line's end.
    """
    if source.name.endswith(".json"):
        return _lenient_json(source) if is_lenient else parse_json(source)
    if source.name.endswith((".yaml", ".yml")):
        return next(iter(parse(source)), ABSENT)
    found = _toml.document(source)
    return _node(found.data, (), 1, found.lines, source)


def _lenient_json(source: Source) -> Node:
    text = _COMMENT.sub(r"\1", "\n".join(source.lines))
    return parse_json(replace(source, text=_COMMA_TOO_FEW.sub(",", _COMMA_TOO_MANY.sub(r"\1", text))))


def _node(value: object, path: _toml.Path, line: int, lines: Mapping[_toml.Path, int], source: Source) -> Node:
    """The node of a value in TOML, whose depth its parser has bounded."""
    line = lines.get(path, line)
    if isinstance(value, dict):
        mapping = MappingNode(line)
        for key, item in value.items():
            node = _node(item, (*path, key), line, lines, source)
            mapping.table[key] = Entry(key, lines.get((*path, key), line), node)
        return mapping
    if isinstance(value, list):
        nodes = [_node(item, (*path, index), line, lines, source) for index, item in enumerate(value)]
        return Sequence(line, nodes=nodes)
    if isinstance(value, bool):
        return Scalar(line, value=str(value).lower())
    # A text in three quotes begins on the next line.
    opens = isinstance(value, str) and source.lines[line - 1].rstrip().endswith(('"""', "'''"))
    return Scalar(line, value=str(value), style="|" if opens else '"')


def container_command(node: Node, source: Source) -> CommandLine | None:
    """
    A command of a container, which no shell reads; one that is written for a shell is read as it is meant.

    It may be a list of arguments.
    """
    words = node.strings() if node.elements() else ()
    if words:
        return source.exec_form(words, node.elements()[0].line)
    text = node.text()
    line = shell_command(node, source)
    if text is None or line is None or _FOR_A_SHELL.search(text):
        return line
    try:
        return source.exec_form(shlex.split(text), node.content_line)
    except ValueError:
        return line


def variables(entries: Iterable[Entry], source: Source) -> tuple[EnvVar, ...]:
    """The variables of a mapping from names to values."""
    items = ((entry.key, entry.value.text(), source.location(entry.line)) for entry in entries)
    return tuple(secrets.env_vars(items, interpolated=False))


def listed_variables(items: Iterable[Node], source: Source) -> tuple[EnvVar, ...]:
    """
    The variables of a list of mappings with ``key`` and ``value``, as Render writes them; without a value where the
    platform makes one, takes it from a database or another service, or asks for it.
    """
    named = [(key, item) for item in items if (key := item.get("key").text())]
    made = secrets.env_vars(
        ((key, item.get("value").text(), source.location(item.get("key").line)) for key, item in named),
        interpolated=False,
    )
    return tuple(
        replace(variable, generated=item.get("generateValue").flag() is True)
        for (_, item), variable in zip(named, made, strict=True)
    )


def path_in(folder: str, name: str) -> str | None:
    """A path that is relative to a folder, or written from the root with a slash; None outside the repository."""
    return within("", name.lstrip("/")) if name.startswith("/") else within(folder, name)


def references(image: ImageSource, folder: str) -> Iterator[Reference]:
    """The Dockerfile of an image: below the folder that the platform builds in, or below the root."""
    if image.dockerfile is None:
        return
    is_stated = not image.defaulted
    yield Reference(image.dockerfile, "dockerfile", image.location, required=is_stated)
    above = from_root(image.dockerfile, folder)
    if above is not None and is_stated:
        yield Reference(above, "dockerfile", image.location)


def steps_and_start(
    name: str, role: Role | None, node: Node, source: Source, *, kind: str, platform: str, variables: tuple[EnvVar, ...]
) -> Iterator[Service]:
    """What a builder's file runs: a step of the build, whose files stay, or what the image starts; nothing for no text."""
    command = shell_command(node, source)
    if command is not None:
        yield Service(
            name=name,
            kind=kind,
            location=source.location(node.line),
            role=role,
            platform=platform,
            command=command,
            variables=variables,
            workdir=source.folder or None,
            keeps_files=True if role == "build" else None,
        )
