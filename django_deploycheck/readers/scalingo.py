"""
scalingo.json: what a new app is set up with.

After https://doc.scalingo.com/platform/app/app-manifest: the keys of Heroku's app.json. ``scripts.postdeploy`` runs after
every deploy of an app that was made from the file, ``first-deploy`` once.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import EnvVar, Fact, Formation, PlatformUse, Role, Service
from django_deploycheck.readers._yaml import Node, parse_json
from django_deploycheck.source import Source

KIND = "scalingo"
NAMES = ("scalingo.json",)
NATURE = "production"
PLATFORM = "scalingo"


def read(source: Source) -> Iterator[Fact]:
    """The variables, the numbers of processes and the scripts around a deployment."""
    document = parse_json(source)
    yield PlatformUse(PLATFORM, source.location(1))
    yield from _variables(document.get("env"), source)
    for entry in document.get("formation").items():
        amount = entry.value.get("amount").number()
        if amount is not None:
            yield Formation(secrets.mask(entry.key), amount, source.location(entry.line))
    scripts: tuple[tuple[str, Role], ...] = (("first-deploy", "other"), ("postdeploy", "release"))
    for name, role in scripts:
        node = document.get("scripts", name)
        text = node.text()
        if text:
            yield Service(
                name=name,
                kind=KIND,
                location=source.location(node.line),
                role=role,
                platform=PLATFORM,
                command=source.shell(text, node.line),
                keeps_files=False,
            )


def _variables(node: Node, source: Source) -> Iterator[EnvVar]:
    items = (
        (entry.key, (entry.value.get("value") or entry.value).text(), source.location(entry.line))
        for entry in node.items()
    )
    return secrets.env_vars(items, interpolated=False)
