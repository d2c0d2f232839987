"""
railpack.json: how Railpack builds an image of source, on Railway and others.

After https://railpack.com/config/file. Commands of a step run in a shell, and their files stay in the image; ``...`` stands
for what Railpack would run. ``deploy.startCommand`` replaces a Procfile.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, PlatformUse, Role, Service
from django_deploycheck.readers import _platform
from django_deploycheck.readers._yaml import Node
from django_deploycheck.source import Source

KIND = "railpack"
NAMES = ("railpack.json", "railpack.*.json", "railpack-*.json")
NATURE = "production"
PLATFORM = "railway"


def read(source: Source) -> Iterator[Fact]:
    """What the steps run and what the image starts, where the file says so."""
    document = _platform.document(source, is_lenient=True)
    start = document.get("deploy", "startCommand")
    variables = _platform.variables(document.get("deploy", "variables").items(), source)
    yield PlatformUse(PLATFORM, source.location(1), starts=bool(start.text()))
    yield from variables

    def service(name: str, role: Role | None, node: Node) -> Iterator[Service]:
        return _platform.steps_and_start(name, role, node, source, kind=KIND, platform=PLATFORM, variables=variables)

    for step in document.get("steps").items():
        for node in step.value.get("commands").listed():
            command = node.get("cmd") or node
            if command.text() != "...":
                yield from service("build", "build", command)
    yield from service("web", None, start)
