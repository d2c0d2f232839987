"""
nixpacks.toml and nixpacks.json: how Nixpacks builds an image of source, on Railway, Coolify and others.

After https://nixpacks.com/docs/configuration/file. Each command of a phase runs in a shell of its own, and its files stay in
the image; ``...`` stands for what Nixpacks would run. ``start.cmd`` replaces a Procfile.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, PlatformUse, Role, Service
from django_deploycheck.readers import _platform
from django_deploycheck.readers._yaml import Node
from django_deploycheck.source import Source

KIND = "nixpacks"
NAMES = ("nixpacks.toml", "nixpacks.json", "nixpacks.*.toml", "nixpacks-*.toml")
NATURE = "production"
PLATFORM = "railway"


def read(source: Source) -> Iterator[Fact]:
    """What the phases run and what the image starts, where the file says so."""
    document = _platform.document(source)
    start = document.get("start", "cmd")
    variables = _platform.variables(document.get("variables").items(), source)
    yield PlatformUse(PLATFORM, source.location(1), starts=bool(start.text()))
    yield from variables

    def service(name: str, role: Role | None, node: Node) -> Iterator[Service]:
        return _platform.steps_and_start(name, role, node, source, kind=KIND, platform=PLATFORM, variables=variables)

    for phase in document.get("phases").items():
        for node in phase.value.get("cmds").listed():
            if node.text() != "...":
                yield from service("build", "build", node)
    yield from service("web", None, start)
