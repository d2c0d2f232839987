"""
render.yaml: what Render runs, a "Blueprint".

After https://render.com/docs/blueprint-spec and https://render.com/docs/deploys. Commands of Render's own runtimes run in a
shell below ``rootDir``; a Docker service runs its image's ENTRYPOINT and CMD unless ``dockerCommand`` replaces the latter.
The files of ``buildCommand`` are deployed; ``preDeployCommand`` runs on an instance of its own, without the disk. A service
with a disk, and one of the free plan (https://render.com/docs/free), runs once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from django_deploycheck import secrets
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Mount,
    PlatformUse,
    Role,
    Service,
    join,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _platform
from django_deploycheck.readers._command import shell_command
from django_deploycheck.readers._yaml import Node
from django_deploycheck.source import Source

KIND = "render"
NAMES = ("render.yaml", "render.yml", "render.*.yaml", "render.*.yml", "render-*.yaml", "render-*.yml")
NATURE = "production"
PLATFORM = "render"

# Of databases and static sites nothing runs.
_RUN_NOTHING = ("redis", "keyvalue", "static_site", "static")
_ROLES: dict[str, Role] = {"worker": "worker", "cron": "scheduler"}
# The runtimes in which a Django site can run; ``env`` is the older name of ``runtime``.
_OF_PYTHON = (None, "python", "docker", "image")

_OWN_KEYS = regex(r"^(?:services|databases|envVarGroups|projects|previews)[ ]*:", re.MULTILINE)


def claims(source: Source) -> bool:
    """Whether the file is a Blueprint; others may begin with the same word."""
    return source.name in NAMES or bool(_OWN_KEYS.search(source.text))


def read(source: Source) -> Iterator[Fact]:
    """The services, with what builds them and what runs before each deploy."""
    document = _platform.document(source)
    yield PlatformUse(PLATFORM, source.location(1))
    parts = [document, *_environments(document)]
    groups = {
        name: _platform.listed_variables(group.get("envVars").elements(), source)
        for part in parts
        for group in part.get("envVarGroups").elements()
        if (name := group.get("name").text())
    }
    for part in parts:
        for node in part.get("services").elements():
            yield from _service(node, groups, source)


def _environments(document: Node) -> list[Node]:
    return [
        environment
        for project in document.get("projects").elements()
        for environment in project.get("environments").elements()
    ]


def _service(node: Node, groups: Mapping[str, tuple[EnvVar, ...]], source: Source) -> Iterator[Fact]:
    kind = node.get("type").text()
    runtime = node.get("runtime").text() or node.get("env").text()
    if kind in _RUN_NOTHING or runtime in _RUN_NOTHING or not node.items():
        return
    folder = join((node.get("rootDir").text() or "").strip("/"))
    image = _image(node, runtime, folder, source)
    if image is not None:
        yield from _platform.references(image, folder)
    name = secrets.mask(node.get("name").text() or kind or "service")
    variables = _variables(node.get("envVars"), groups, source)

    def step(
        name: str, key: str, role: Role, command: CommandLine | None, *, keeps_files: bool | None = None
    ) -> Iterator[Service]:
        if command is not None:
            yield Service(
                name=name,
                kind=KIND,
                location=source.location(node.get(key).line),
                role=role,
                platform=PLATFORM,
                command=command,
                image=image,
                variables=variables,
                workdir=folder or None,
                keeps_files=keeps_files,
            )

    command = _platform.container_command if image is not None else shell_command
    start = command(node.get("dockerCommand") or node.get("startCommand"), source)
    if kind == "web" or start is not None or image is not None:
        mounts = _mounts(node.get("disk"), source)
        yield Service(
            name=name,
            kind=KIND,
            location=source.location(node.line),
            role="web" if kind == "web" and runtime in _OF_PYTHON else _ROLES.get(kind or ""),
            platform=PLATFORM,
            command=start,
            image=image,
            variables=variables,
            mounts=mounts,
            workdir=folder or None,
            replicas=1 if mounts or node.get("plan").text() == "free" else _replicas(node),
        )
    if start is None and image is None and kind == "web" and runtime in _OF_PYTHON:
        yield BlindSpot("no startCommand says what the service starts", source.location(node.line))
    if image is None:
        built = shell_command(node.get("buildCommand"), source)
        yield from step("build", "buildCommand", "build", built, keeps_files=True)
    before = command(node.get("preDeployCommand"), source)
    yield from step("preDeployCommand", "preDeployCommand", "release", before, keeps_files=False)
    # It runs once, after the first deploy.
    once = command(node.get("initialDeployHook"), source)
    yield from step("initialDeployHook", "initialDeployHook", "other", once)


def _image(node: Node, runtime: str | None, folder: str, source: Source) -> ImageSource | None:
    """The image of a Docker service, None for one of Render's own runtimes."""
    prebuilt = node.entry("image")
    if prebuilt is not None:
        named = prebuilt.value.get("url").text() or prebuilt.value.text()
        return ImageSource(source.location(prebuilt.line), name=secrets.mask(named or ""))
    if runtime not in ("docker", "image"):
        return None
    if runtime == "image":
        return ImageSource(source.location(node.line))
    stated = node.entry("dockerfilePath")
    context = node.get("dockerContext").text()
    return ImageSource(
        source.location(stated.line if stated else node.line),
        context=_platform.path_in(folder, context) if context else folder,
        dockerfile=_platform.path_in(folder, (stated.value.text() if stated else None) or "Dockerfile"),
    )


def _variables(node: Node, groups: Mapping[str, tuple[EnvVar, ...]], source: Source) -> tuple[EnvVar, ...]:
    """What the groups set, then the service's own, which count."""
    shared = (groups.get(item.get("fromGroup").text() or "", ()) for item in node.elements())
    return (*chain.from_iterable(shared), *_platform.listed_variables(node.elements(), source))


def _mounts(disk: Node, source: Source) -> tuple[Mount, ...]:
    target = disk.get("mountPath").text()
    name = disk.get("name").text()
    return (Mount("volume", name, target, source.location(disk.get("mountPath").line)),) if target else ()


def _replicas(node: Node) -> int | None:
    return node.get("numInstances").number() or node.get("scaling", "minInstances").number()
