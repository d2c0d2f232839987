"""
fly.toml: what Fly.io runs on its machines.

After https://fly.io/docs/reference/configuration/. An image is built from the Dockerfile beside the file, unless ``[build]``
names another one, an image or a builder. A process group's command, and ``release_command``, replace the image's CMD, its
ENTRYPOINT stays; no shell reads them. ``release_command`` runs on a machine of its own, without volumes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from itertools import islice

from django_deploycheck import secrets
from django_deploycheck.model import (
    CommandLine,
    Fact,
    ImageSource,
    Mount,
    PlatformUse,
    Port,
    Service,
    StaticMapping,
)
from django_deploycheck.readers import _platform
from django_deploycheck.readers._yaml import ABSENT, Entry, Node
from django_deploycheck.source import Source

KIND = "fly"
NAMES = ("fly.toml", "fly.*.toml", "fly-*.toml", "fly_*.toml", "fly.json", "fly.yaml", "fly.yml")
NATURE = "production"
PLATFORM = "fly"

DEFAULT_PORT = "8080"

MAX_PARTS = 100
"""How many services of the proxy, and how many volumes, are looked at."""


def read(source: Source) -> Iterator[Fact]:
    """A service for each process group, the release step, and the folders that Fly's proxy serves."""
    document = _platform.document(source)
    yield PlatformUse(PLATFORM, source.location(1))
    image = _image(document.get("build"), source)
    if image is not None:
        yield from _platform.references(image, source.folder)
    variables = _platform.variables(document.get("env").items(), source)
    yield from _groups(document, image, source)
    command = _platform.container_command(document.get("deploy", "release_command"), source)
    if command is not None:
        yield Service(
            name="release_command",
            kind=KIND,
            location=source.location(document.get("deploy", "release_command").line),
            role="release",
            platform=PLATFORM,
            command=command,
            image=image,
            variables=variables,
            workdir=source.folder or None,
            keeps_files=False,
        )
    for node in document.get("statics").listed():
        url, folder = node.get("url_prefix").text(), node.get("guest_path").text()
        if url and folder:
            yield StaticMapping("fly", url, folder, source.location(node.get("guest_path").line))


def _groups(document: Node, image: ImageSource | None, source: Source) -> Iterator[Service]:
    # Older files hold an empty list in place of the table.
    entries = document.get("processes").items() or (Entry("app", 1, ABSENT),)
    names = [entry.key for entry in entries]
    routes = _by_group([node for key in ("http_service", "services") for node in document.get(key).listed()], names)
    volumes = _by_group(document.get("mounts").listed(), names, names)
    variables = _platform.variables(document.get("env").items(), source)
    for entry in entries:
        command = _platform.container_command(entry.value, source)
        entrypoint = None
        if command is None:
            entrypoint, command = _experimental(document.get("experimental"), source)
        if image is None and command is None:
            continue
        leading = routes.get(entry.key, [])
        yield Service(
            name=secrets.mask(entry.key),
            kind=KIND,
            location=source.location(entry.line),
            role="web" if leading else None,
            platform=PLATFORM,
            command=command,
            entrypoint=entrypoint,
            image=image,
            variables=variables,
            ports=tuple(_port(node, source) for node in leading),
            mounts=tuple(_mount(node, source) for node in volumes.get(entry.key, ())),
            workdir=source.folder or None,
            replicas=max((_machines(node) for node in leading), default=0) or None,
        )


def _by_group(nodes: Iterable[Node], names: list[str], default: list[str] | None = None) -> dict[str, list[Node]]:
    """What is for each process group: for those that it names, else for these, or the one that Fly takes for the first."""
    first = "app" if "app" in names else min(names)
    found: dict[str, list[Node]] = {}
    for node in islice(nodes, MAX_PARTS):
        for name in node.get("processes").strings() or default or (first,):
            found.setdefault(name, []).append(node)
    return found


def _image(build: Node, source: Source) -> ImageSource | None:
    """The image that runs; None where a builder makes one of the source, or the Dockerfile is not in the repository."""
    location = source.location(build.line)
    name = build.get("image").text()
    if name is not None:
        return ImageSource(location, name=secrets.mask(name))
    stated = build.get("dockerfile").text()
    if not stated and (build.get("builder") or build.get("buildpacks") or build.get("builtin")):
        return None
    dockerfile = source.beside(stated or "Dockerfile")
    if dockerfile is None or "://" in (stated or ""):
        return ImageSource(location)
    return ImageSource(
        location,
        # Where flyctl is called is the context, which is the root or the folder of the file.
        context="" if not source.folder else None,
        dockerfile=dockerfile,
        target=build.get("build-target").text() or build.get("build_target").text(),
        arguments=_platform.variables(build.get("args").items(), source),
        defaulted=frozenset() if stated else _platform.DEFAULTED,
    )


def _experimental(node: Node, source: Source) -> tuple[CommandLine | None, CommandLine | None]:
    """The entrypoint and the command that replace the image's; ``exec`` replaces both."""
    whole = _platform.container_command(node.get("exec"), source)
    if whole is not None:
        return source.exec_form((), node.line), whole
    return tuple(_platform.container_command(node.get(key), source) for key in ("entrypoint", "cmd"))  # type: ignore[return-value]


def _port(node: Node, source: Source) -> Port:
    port = node.get("internal_port")
    line = port.line if port else node.line
    return Port(port.text() or DEFAULT_PORT, None, None, source.location(line))


def _machines(node: Node) -> int:
    number = node.get("min_machines_running").number() or 0
    return number if number > 1 else 0


def _mount(node: Node, source: Source) -> Mount:
    target = posixpath.normpath(posixpath.join("/", node.get("destination").text() or ""))
    return Mount("volume", node.get("source").text(), target, source.location(node.get("destination").line))
