"""
Compose files: the services, with what each runs, mounts, publishes and is given.

After the Compose Specification (https://github.com/compose-spec/compose-spec, 05-services.md and 12-interpolation.md)
and, for files without ``services``, the first format of 2014. What several files make together is not decided here.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator

from django_deploycheck import secrets
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Location,
    Mount,
    Port,
    Reference,
    Service,
    join,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers._yaml import ABSENT, Entry, Node, Scalar, Sequence, parse
from django_deploycheck.source import Source

KIND = "compose"
NAMES = (
    "*compose*.yaml",
    "*compose*.yml",
    "docker-stack*.yaml",
    "docker-stack*.yml",
    "production.yaml",
    "production.yml",
    "local.yaml",
    "local.yml",
)
NATURE = "decided"

# The field of a Service that each key fills.
_FIELDS = {
    "command": "command",
    "entrypoint": "entrypoint",
    "image": "image",
    "build": "image",
    "extends": "extends",
    "environment": "variables",
    "env_file": "env_files",
    "ports": "ports",
    "volumes": "mounts",
    "tmpfs": "mounts",
    "secrets": "mounts",
    "configs": "mounts",
    "user": "user",
    "working_dir": "workdir",
    "profiles": "profiles",
    "scale": "replicas",
    "deploy": "replicas",
    "container_name": "container_name",
    "restart": "restart",
    "depends_on": "depends_on",
    "labels": "labels",
}


def read(source: Source) -> Iterator[Fact]:
    """The services of a compose file, and references to the files that they name; nothing from any other YAML."""
    for document in parse(source):
        services = _services(document, source.name)
        if services is None:
            continue
        yield from _included(document, source)
        for entry in services:
            yield from _service(entry, source)


def _services(document: Node, name: str) -> list[Entry] | None:
    """The services' entries; None when the document is no compose file."""
    services = document.get("services")
    if services or document.get("include"):
        entries = [entry for entry in services.items() if not entry.key.startswith("x-")]
        # `production.yml` can be anything, and others have services, too.
        return entries if "compose" in name or any(map(_has_image, entries)) else None
    entries = [entry for entry in document.items() if _has_image(entry)]
    return entries if entries and "compose" in name else None


def _has_image(entry: Entry) -> bool:
    return not entry.key.startswith("x-") and bool(entry.value.get("image") or entry.value.get("build"))


def _included(document: Node, source: Source) -> Iterator[Fact]:
    for node in document.get("include").listed():
        for path in (node.get("path") or node).listed():
            yield from _reference(path, "compose", source, required=True)


def _service(entry: Entry, source: Source) -> Iterator[Fact]:
    node = entry.value
    image = _image(node, source)
    env_files = tuple(_env_files(_stated(node, "env_file"), source))
    yield Service(
        name=_plain(entry.key),
        kind=KIND,
        location=source.location(entry.line),
        command=_command(node.entry("command"), source),
        entrypoint=_command(node.entry("entrypoint"), source),
        image=image,
        extends=_extends(node.get("extends"), source),
        variables=_variables(_stated(node, "environment"), source),
        env_files=tuple(fact for fact in env_files if isinstance(fact, Reference)),
        ports=tuple(port for item in _stated(node, "ports").elements() if (port := _port(item, source))),
        mounts=tuple(_mounts(node, source)),
        user=_text(node.get("user")),
        workdir=_text(node.get("working_dir")),
        profiles=_texts(_stated(node, "profiles")),
        replicas=_replicas(node),
        container_name=_text(node.get("container_name")),
        restart=_text(node.get("restart")),
        depends_on=_names(_stated(node, "depends_on")),
        labels=tuple(_labels(node)),
        reset=_reset(node),
    )
    yield from env_files
    yield from _other_references(node, image, source)


def _stated(node: Node, key: str) -> Node:
    """The key's value, ABSENT where the file takes back what other files say; whatever follows ``!reset`` is ignored."""
    value = node.get(key)
    return ABSENT if "!reset" in (node.tag, value.tag) else value


def _reset(node: Node) -> frozenset[str]:
    if _replaces(node):
        return frozenset(_FIELDS.values())
    emptied = {_FIELDS[entry.key] for entry in node.items() if entry.key in _FIELDS and _replaces(entry.value)}
    if _replaces(node.get("deploy")) or _replaces(node.get("deploy", "replicas")):
        emptied.add("replicas")
    return frozenset(emptied)


def _replaces(node: Node) -> bool:
    return node.tag in ("!reset", "!override")


# --- commands ---------------------------------------------------------------------------------------------------------


def _command(entry: Entry | None, source: Source) -> CommandLine | None:
    """The command, run without a shell; no arguments at all where the file empties it, None where it says nothing."""
    if entry is None or entry.value.is_null or entry.value.tag == "!reset":
        return None
    node = entry.value
    if isinstance(node, Sequence):
        words = [element for element in node.elements() if element.text() is not None]
        argv = [_interpolated(element.text() or "") for element in words]
        return source.exec_form(argv, _line_of_list(entry, node), [element.line for element in words])
    if not isinstance(node, Scalar):
        return None
    text = _interpolated(f" {_FOLD}".join(line.replace(_FOLD, "") for line in node.folded(source)))
    try:
        argv = shlex.split(text)
    except ValueError:
        return source.shell(_unmarked(text), node.content_line)
    return source.exec_form([_unmarked(argument) for argument in argv], node.content_line)


# Stands where a line of the file was folded away: within an argument, which may be a script, that becomes a continued
# line, so that the script's lines are the file's.
_FOLD = "\x1f"


def _unmarked(text: str) -> str:
    return text.replace(f" {_FOLD}", " \\\n").replace(_FOLD, "")


def _line_of_list(entry: Entry, node: Sequence) -> int:
    for element in node.elements():
        if isinstance(element, Scalar) and element.style == "|":
            return element.content_line
    return entry.line if node.flow else node.line


# --- images -----------------------------------------------------------------------------------------------------------


def _image(node: Node, source: Source) -> ImageSource | None:
    image, build = node.entry("image"), node.entry("build")
    name = _text(image.value) if image else None
    if build is None or build.value.is_null or build.value.tag == "!reset":
        return ImageSource(source.location(image.line), name=name) if image and name else None
    location = source.location(build.line)
    stated = _text(build.value) or _text(build.value.get("context"))
    context = _context(stated or ".", source)
    if context is None or build.value.get("dockerfile_inline"):
        return ImageSource(location, name=name, context=context)
    dockerfile = _text(build.value.get("dockerfile"))
    return ImageSource(
        location,
        name=name,
        context=context,
        dockerfile=_below(context, dockerfile or "Dockerfile"),
        target=_text(build.value.get("target")),
        arguments=_variables(build.value.get("args"), source),
        defaulted=frozenset(field for field, text in (("context", stated), ("dockerfile", dockerfile)) if text is None),
    )


def _context(text: str, source: Source) -> str | None:
    if "://" in text or "$" in text or text.startswith(("git@", "github.com/")):
        return None
    return source.beside(text)


def _below(context: str, dockerfile: str) -> str | None:
    path = join(context, dockerfile)
    return None if "$" in dockerfile or path.startswith(("/", "../")) else path


def _extends(node: Node, source: Source) -> tuple[str, str] | None:
    name = _text(node.get("service")) or _text(node)
    if name is None or _replaces(node):
        return None
    file = _text(node.get("file"))
    path = source.path if file is None else source.beside(file)
    return (path, name) if path is not None else None


# --- other files ------------------------------------------------------------------------------------------------------


def _env_files(node: Node, source: Source) -> Iterator[Reference | BlindSpot]:
    for item in node.listed():
        required = item.get("required").flag() is not False
        yield from _reference(item.get("path") or item, "dotenv", source, required=required)


def _other_references(node: Node, image: ImageSource | None, source: Source) -> Iterator[Fact]:
    yield from _reference(node.get("extends", "file"), "compose", source, required=True)
    if image and image.dockerfile is not None:
        needed = image.name is None and "context" not in image.defaulted
        yield Reference(image.dockerfile, "dockerfile", image.location, required=needed)
    inline = node.get("build", "dockerfile_inline")
    if inline:
        yield BlindSpot("a Dockerfile inside a compose file is not read", source.location(inline.line))


def _reference(node: Node, kind: str, source: Source, *, required: bool) -> Iterator[Reference | BlindSpot]:
    text = _text(node)
    if text is None:
        return
    location = source.location(node.line)
    path = None if "://" in text else source.beside(text)
    if path is not None and "$" not in text:
        yield Reference(path, kind, location, required=required)
        return
    reason = "names a file by a variable" if "$" in text else "names a file outside the repository"
    yield BlindSpot(reason, location, hides=None if kind == "compose" else frozenset())


# --- what a service is given ------------------------------------------------------------------------------------------


def _variables(node: Node, source: Source) -> tuple[EnvVar, ...]:
    """Variables in a mapping or a list of NAME=value; a name alone passes on a variable of the one who runs compose."""
    items: list[tuple[str, str | None, Location]] = []
    for entry in node.items():
        if entry.value.tag != "!reset":
            items.append((entry.key, entry.value.text(), source.location(entry.line)))
    for element in node.elements():
        name, equals, value = (element.text() or "").partition("=")
        if name:
            items.append((name, value if equals else None, source.location(element.line)))
    return tuple(secrets.env_vars(items))


def _port(node: Node, source: Source) -> Port | None:
    location = source.location(node.line)
    target = _text(node.get("target"))
    if target is not None:
        return Port(target, _text(node.get("published")), _text(node.get("host_ip")), location)
    # [host:][published:]target[/protocol], an IPv6 host in brackets.
    rest, _, target = (_text(node) or "").partition("/")[0].rpartition(":")
    host, _, published = rest.rpartition(":")
    return Port(target, published or None, host.strip("[]") or None, location) if target else None


def _mounts(node: Node, source: Source) -> Iterator[Mount]:
    for item in _stated(node, "volumes").elements():
        yield from _volume(item, source)
    for item in _stated(node, "tmpfs").listed():
        if target := _text(item):
            yield Mount("tmpfs", None, target.partition(":")[0], source.location(item.line))
    for item in _stated(node, "secrets").elements():
        if name := _text(item.get("source")) or _text(item):
            target = posixpath.join("/run/secrets", _text(item.get("target")) or name)
            yield Mount("secret", name, target, source.location(item.line), read_only=True)
    for item in _stated(node, "configs").elements():
        if name := _text(item.get("source")) or _text(item):
            target = _text(item.get("target")) or f"/{name}"
            yield Mount("config", name, target, source.location(item.line), read_only=True)


def _volume(node: Node, source: Source) -> Iterator[Mount]:
    location = source.location(node.line)
    target = _text(node.get("target"))
    if target is not None:
        kind, name = node.get("type").text(), _text(node.get("source"))
        read_only = node.get("read_only").flag() is True
        if kind == "bind" and name:
            yield Mount("bind", _bound(name, source), target, location, read_only)
        elif kind == "tmpfs":
            yield Mount("tmpfs", None, target, location, read_only)
        elif kind in (None, "volume", "cluster"):
            yield Mount("volume", name, target, location, read_only)
        return
    text = _text(node)
    if not text:
        return
    drive = text[:2] if re.match(r"[A-Za-z]:[\\/][^:]*:", text) else ""
    name, *rest = text[len(drive) :].split(":")
    if not rest:
        yield Mount("volume", None, name, location)
        return
    read_only = "ro" in ",".join(rest[1:]).split(",")
    if drive or name.startswith((".", "~", "$")) or "/" in name or "\\" in name:
        yield Mount("bind", _bound(drive + name, source), rest[0], location, read_only)
    else:
        yield Mount("volume", name, rest[0], location, read_only)


_WORKING_FOLDER = regex(r"^\$(?:\{PWD\}|PWD\b)")


def _bound(text: str, source: Source) -> str:
    """The source of a bind mount, relative to the root; as it is where it is absolute or holds an unknown variable."""
    path = _WORKING_FOLDER.sub(".", text.replace("\\", "/"), count=1)
    if path.startswith(("/", "~", "$")) or re.match("[A-Za-z]:", path):
        return path
    return join(source.folder, path)


def _replicas(node: Node) -> int | None:
    for value in (node.get("deploy", "replicas"), node.get("scale")):
        text = _text(value)
        if text and text.isdecimal() and len(text) < 10:
            return int(text)
    return None


def _names(node: Node) -> tuple[str, ...]:
    return _texts(node) if isinstance(node, Sequence) else tuple(_plain(entry.key) for entry in node.items())


def _labels(node: Node) -> Iterator[tuple[str, str]]:
    for labels in (_stated(node, "labels"), _stated(node.get("deploy"), "labels")):
        pairs: Iterable[tuple[str, str]] = ((entry.key, entry.value.text() or "") for entry in labels.items())
        if isinstance(labels, Sequence):
            pairs = ((name, value) for name, _, value in (text.partition("=") for text in labels.strings()))
        for name, value in pairs:
            text = _interpolated(value)
            hidden = secrets.MASK if text and _BASIC_AUTH.search(name) else text
            yield name, secrets.env_var(name, hidden, Location("")).value or ""


# Labels by which Traefik and Caddy are told users and their passwords' hashes.
_BASIC_AUTH = regex(r"basic[._-]?auth", re.IGNORECASE)


# --- texts ------------------------------------------------------------------------------------------------------------


_VARIABLE = regex(r"\$\$|\$[A-Za-z_]\w*|\$\{(?P<name>[A-Za-z_]\w*)(?P<operator>:?[-?+])?|(?P<end>\})")
_MAX_DEFAULTS = 16


def _interpolated(text: str) -> str:
    """
    The text as compose passes it on when no variable is set: with its defaults and without ``$$``. A variable that has
    no default stays as it is written, a required one without its message.
    """
    # From the outside in: each open brace's name and operator, and the text that follows it so far.
    opened: list[tuple[str, str, list[str]]] = [("", "", [])]
    position = 0
    for match in _VARIABLE.finditer(text):
        parts = opened[-1][2]
        parts.append(text[position : match.start()])
        position = match.end()
        if match["name"] and len(opened) < _MAX_DEFAULTS:
            opened.append((match["name"], match["operator"] or "", []))
        elif match["end"] and len(opened) > 1:
            opened[-2][2].append(_substituted(*opened.pop()))
        else:
            parts.append("$" if match[0] == "$$" else match[0])
    opened[-1][2].append(text[position:])
    return "".join("".join((f"${{{name}{operator}" if name else "", *parts)) for name, operator, parts in opened)


def _substituted(name: str, operator: str, parts: list[str]) -> str:
    text = "".join(parts)
    if operator.endswith("-"):
        return text
    if operator.endswith("+"):
        return ""
    return f"${{{name}}}" if operator or not text else f"${{{name}{text}}}"


def _plain(text: str) -> str:
    return secrets.mask(_interpolated(text))


def _text(node: Node) -> str | None:
    """A scalar's text, variables filled in where the file itself has a default; None for null and for no scalar."""
    text = node.text()
    return None if text is None or node.tag == "!reset" else _plain(text)


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(text for item in node.listed() if (text := _text(item)) is not None)
