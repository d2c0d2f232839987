"""
railway.json and railway.toml: how Railway builds and starts one service.

After https://docs.railway.com/reference/config-as-code. A Dockerfile in the folder is built unless another builder is
named; a start command then replaces its ENTRYPOINT and CMD. Without one, Railway's builders read the source. ``preDeployCommand`` runs in a container of
its own, whose files are lost. What stands below ``environments.production`` counts before the rest.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, Fact, ImageSource, PlatformUse, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _platform
from django_deploycheck.readers._command import shell_command
from django_deploycheck.readers._yaml import Node
from django_deploycheck.source import Source

KIND = "railway"
NAMES = (
    "railway.json",
    "railway.toml",
    "railway.*.json",
    "railway.*.toml",
    "railway-*.json",
    "railway-*.toml",
    "railway_*.json",
    "railway_*.toml",
)
NATURE = "production"
PLATFORM = "railway"

_OWN_KEYS = regex(
    r"^[ \t]*\[(?:build|deploy|environments)\b|\"(?:build|deploy|environments)\"\s*:|railway\.schema", re.MULTILINE
)


def claims(source: Source) -> bool:
    """Whether the file configures a service; trains are called like the platform too."""
    is_empty = source.text.strip() in ("", "{}")
    return source.name == "railway.toml" or is_empty or bool(_OWN_KEYS.search(source.text))


def read(source: Source) -> Iterator[Fact]:
    """The service, with what builds it and what runs before each deploy."""
    document = _platform.document(source)
    image = _image(document, source)
    start = _stated(document, "deploy", "startCommand")
    command = _platform.container_command(start, source) if image is not None else shell_command(start, source)
    is_dockerfile = image is not None and not image.defaulted
    yield PlatformUse(PLATFORM, source.location(1), starts=is_dockerfile or command is not None)
    if image is not None:
        yield from _platform.references(image, source.folder)
    deploy = start or document.get("deploy")
    if image is not None or command is not None:
        yield Service(
            name=_name(source),
            kind=KIND,
            location=source.location(deploy.line),
            role="scheduler" if _stated(document, "deploy", "cronSchedule").text() else None,
            platform=PLATFORM,
            command=command,
            entrypoint=source.exec_form((), deploy.line) if command is not None and image is not None else None,
            image=image,
            workdir=source.folder or None,
            replicas=_replicas(document),
        )
    yield from _steps(document, image, source)


def _steps(document: Node, image: ImageSource | None, source: Source) -> Iterator[Service]:
    """What a build runs, in whose files the service starts, and what runs before each deploy, in files of its own."""
    build = _stated(document, "build", "buildCommand")
    built = shell_command(build, source)
    if built is not None:
        yield Service(
            name="build",
            kind=KIND,
            location=source.location(build.line),
            role="build",
            platform=PLATFORM,
            command=built,
            workdir=source.folder or None,
            keeps_files=True,
        )
    before = _stated(document, "deploy", "preDeployCommand")
    for node in before.listed():
        command = _command(node, image, source)
        if command is not None:
            yield Service(
                name="preDeployCommand",
                kind=KIND,
                location=source.location(node.line),
                role="release",
                platform=PLATFORM,
                command=command,
                entrypoint=source.exec_form((), node.line) if image is not None else None,
                image=image,
                workdir=source.folder or None,
                keeps_files=False,
            )


def _command(node: Node, image: ImageSource | None, source: Source) -> CommandLine | None:
    return _platform.container_command(node, source) if image is not None else shell_command(node, source)


def _stated(document: Node, section: str, key: str) -> Node:
    """What is stated for production, else for every environment."""
    own = document.get("environments", "production", section, key)
    return own if own and not own.is_null else document.get(section, key)


def _image(document: Node, source: Source) -> ImageSource | None:
    """The image of a Dockerfile, which Railway looks for too; None where a builder of source is named."""
    builder = _stated(document, "build", "builder")
    stated = _stated(document, "build", "dockerfilePath")
    path = stated.text()
    named = (builder.text() or "").upper()
    is_stated = bool(path) or named.startswith("DOCKER")
    if named and not is_stated:
        return None
    return ImageSource(
        source.location((stated or builder or document.get("build")).line),
        context=source.folder,
        dockerfile=_platform.path_in(source.folder, path or "Dockerfile"),
        defaulted=frozenset() if is_stated else _platform.DEFAULTED,
    )


def _name(source: Source) -> str:
    """The service's name, as the file's name or its folder tells it."""
    middle = re.fullmatch(r"railway[._-](.+)\.(?:json|toml)", source.name)
    return secrets.mask(middle[1] if middle else posixpath.basename(source.folder) or "web")


def _replicas(document: Node) -> int | None:
    """How many run, in all regions."""
    regions = _stated(document, "deploy", "multiRegionConfig").items()
    numbers = [number for entry in regions if (number := entry.value.get("numReplicas").number()) is not None]
    return sum(numbers) or _stated(document, "deploy", "numReplicas").number()
