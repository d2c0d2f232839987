"""
Platform.sh and Upsun: what an application's hooks, web server, workers and crons run, and what its router serves.

After https://docs.platform.sh/create-apps/app-reference.html and https://docs.upsun.com/create-apps/app-reference.html. An
application stands in ``.platform.app.yaml`` in its own folder, in ``.platform/applications.yaml``, or below
``applications`` in ``.upsun/``, where ``source.root`` names its folder. After the build hook only mounts are writable
(https://docs.platform.sh/create-apps/hooks/hooks-comparison.html). ``!include`` puts another file in a value's place:
https://docs.platform.sh/learn/overview/yaml/platform-yaml-tags.html.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    Mount,
    PlatformUse,
    PythonVersion,
    Reference,
    Requirement,
    Role,
    Service,
    StaticMapping,
    join,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers._yaml import ABSENT, Node, Scalar, parse
from django_deploycheck.records import dataclass
from django_deploycheck.source import Source, within

KIND = "platformsh"
NAMES = (
    ".platform.app.yaml",
    ".platform/applications.yaml",
    ".platform/routes.yaml",
    ".platform/services.yaml",
    ".upsun/*.yaml",
    ".upsun/*.yml",
)
NATURE = "production"
PLATFORM = "platformsh"

_INCLUDE = "!include"
_RUNTIME = regex(r"python[:@](\d+\.\d+)")
# Folders that are writable for another purpose than to hold what a hook collects.
_OTHER_MOUNTS = regex(r"(?:^|/)(?:logs?|tmp|temp|\.?cache|run|\.[\w-]+)$")


def read(source: Source) -> Iterator[Fact]:
    """The services of every application, the files it serves itself, its Python version and the files that are included."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    yield PlatformUse(PLATFORM, source.location(1))
    if source.name in ("routes.yaml", "services.yaml"):
        return
    if source.folder.rpartition("/")[2] == ".upsun":
        nodes = tuple(entry.value for entry in document.get("applications").items())
    elif source.name == "applications.yaml":
        nodes = document.elements() or tuple(entry.value for entry in document.items())
    else:
        nodes = (document,)
    for node in nodes:
        path = _included(node, source)
        if path is not None:
            yield Reference(path, KIND, source.location(node.line), required=True)
        else:
            yield from _application(_App.of(node, source))


def _included(node: Node, source: Source) -> str | None:
    """The path of the file that stands in place of this value, None where the value itself stands there."""
    if node.tag != _INCLUDE:
        return None
    name = node.text() or node.get("path").text()
    return source.beside(name) if name else None


@dataclass(frozen=True)
class _App:
    """One application: its node, and its folder relative to the root."""

    node: Node
    source: Source
    folder: str

    @classmethod
    def of(cls, node: Node, source: Source) -> _App:
        base = source.folder
        if posixpath.basename(base) in (".platform", ".upsun"):
            base = posixpath.dirname(base)
        root = (node.get("source", "root").text() or "").strip("/")
        return cls(node, source, within(base, root or ".") or "")


def _application(app: _App) -> Iterator[Fact]:
    mounts = tuple(_mounts(app))
    variables = tuple(_variables(app.node.get("variables", "env"), app.source))
    yield from _runtime(app)
    yield from _dependencies(app)
    hooks: tuple[tuple[str, Role], ...] = (("build", "build"), ("deploy", "release"), ("post_deploy", "release"))
    for name, role in hooks:
        yield from _service(app, name, app.node.get("hooks", name), role, variables, mounts)
    start = app.node.get("web", "commands", "start")
    yield from _service(app, app.node.get("name").text() or "web", start, "web", variables, mounts)
    for entry in app.node.get("workers").items():
        own = (*variables, *_variables(entry.value.get("variables", "env"), app.source))
        yield from _service(app, entry.key, entry.value.get("commands", "start"), None, own, mounts)
    for entry in app.node.get("crons").items():
        command = entry.value.get("commands", "start") or entry.value.get("cmd")
        yield from _service(app, entry.key, command, "scheduler", variables, mounts)
    for entry in app.node.get("web", "locations").items():
        root = entry.value.get("root")
        directory = (root.text() or "").strip("/")
        if directory and entry.key != "/":
            yield StaticMapping(
                PLATFORM, entry.key, join(app.folder, directory), app.source.location(root.line), alias=True
            )


def _service(
    app: _App, name: str, node: Node, role: Role | None, variables: tuple[EnvVar, ...], mounts: tuple[Mount, ...]
) -> Iterator[Fact]:
    command = _command(app, node)
    if command is None:
        if node.tag == _INCLUDE or node.items():
            yield BlindSpot(
                f"'{secrets.mask(name)}' is included in a way that was not read", app.source.location(node.line)
            )
        return
    may_write = any(not _OTHER_MOUNTS.search(mount.target) for mount in mounts)
    yield Service(
        name=secrets.mask(name),
        kind=KIND,
        location=app.source.location(node.line),
        role=role,
        platform=PLATFORM,
        command=command,
        variables=variables,
        mounts=() if role == "build" else mounts,
        workdir=app.folder or None,
        keeps_files=True if role == "build" else (None if may_write else False) if role == "release" else None,
    )


def _command(app: _App, node: Node) -> CommandLine | None:
    path = _included(node, app.source)
    if path is not None:
        return app.source.exec_form(("sh", posixpath.relpath(f"/{path}", f"/{app.folder}")), node.line)
    if not isinstance(node, Scalar) or node.tag == _INCLUDE or not node.text():
        return None
    # Lines that YAML folds into one stay lines that the shell reads as one.
    folded = node.folded(app.source) if node.style != "|" else (node.value,)
    return app.source.shell(" \\\n".join(folded), node.content_line)


def _mounts(app: _App) -> Iterator[Mount]:
    """What stays between deploys: https://docs.platform.sh/create-apps/app-reference/single-runtime-image.html#mounts."""
    for entry in app.node.get("mounts").items():
        kind = entry.value.get("source").text() or "local"
        target = posixpath.join("/app", entry.key.strip("/"))
        location = app.source.location(entry.line)
        yield Mount("tmpfs" if kind in ("tmp", "instance") else "volume", entry.key.strip("/"), target, location)


def _variables(node: Node, source: Source) -> Iterator[EnvVar]:
    items = ((entry.key, entry.value.text(), source.location(entry.line)) for entry in node.items())
    return secrets.env_vars(items, interpolated=False)


def _runtime(app: _App) -> Iterator[PythonVersion]:
    stack = app.node.get("stack")
    composed = (*stack.listed(), *stack.get("runtimes").listed())
    runtimes = [(node.text(), node.line) for node in (app.node.get("type"), *composed)]
    runtimes += [(entry.key, entry.line) for node in composed for entry in node.items()]
    for text, line in runtimes:
        found = _RUNTIME.match(text or "")
        if found:
            yield PythonVersion(app.source.location(line), version=found[1], kind=KIND)
            return


def _dependencies(app: _App) -> Iterator[Requirement]:
    """What is installed besides the project's own requirements: tools of the build, and now and then a server."""
    for language in ("python", "python2", "python3"):
        for entry in app.node.get("dependencies", language).items():
            version = entry.value.text() or ""
            yield Requirement(
                re.sub(r"[-_.]+", "-", entry.key.lower()),
                "" if version == "*" else version,
                app.source.location(entry.line),
                kind="build",
            )
