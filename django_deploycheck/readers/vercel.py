"""
vercel.json: how Vercel builds a site and which Python file answers requests.

After https://vercel.com/docs/project-configuration and https://vercel.com/docs/frameworks/full-stack/django. ``builds`` is the
older way: ``@vercel/python`` serves a module with a server of its own, ``@vercel/static-build`` runs a script in the build.
Most files of this name belong to a site in JavaScript and say nothing of Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, PlatformUse, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _platform
from django_deploycheck.readers._yaml import Node
from django_deploycheck.source import Source

KIND = "vercel"
NAMES = ("vercel.json", "now.json")
NATURE = "production"
PLATFORM = "vercel"

_PYTHON = regex(r"\b(?:python[\d.]*|pip[\d.]*|uv|poetry|pipenv|manage\.py|django|build_files\.sh)\b|\.py$")
_COMMANDS = ("installCommand", "buildCommand")


def read(source: Source) -> Iterator[Fact]:
    """What the build runs and the module that is served; nothing of a site without Python."""
    document = _platform.document(source)
    if not any(_PYTHON.search(text) for text in _texts(document)):
        return
    yield PlatformUse(PLATFORM, source.location(1))
    for name in _COMMANDS:
        node = document.get(name)
        yield from _build(node, node.text(), source)
    modules = []
    for node in document.get("builds").elements():
        path, use = node.get("src").text() or "", node.get("use").text() or ""
        if path.endswith(".py") and "python" in use:
            modules.append(node.get("src"))
        elif path.endswith(".sh") and "static-build" in use:
            yield from _build(node.get("src"), f"sh {path}", source)
    modules = modules or [node for node in _destinations(document) if (node.text() or "").endswith(".py")][-1:]
    yield from _web(document, modules, source)


def _texts(document: Node) -> Iterator[str]:
    """What can tell that the site is made with Python."""
    nodes = [document.get("framework"), *map(document.get, _COMMANDS), *_destinations(document)]
    for build in document.get("builds").elements():
        nodes += [build.get("src"), build.get("use")]
    yield from (text for node in nodes if (text := node.text()))
    yield from (entry.key for entry in document.get("functions").items())


def _destinations(document: Node) -> list[Node]:
    """What requests are sent to: ``routes`` is the older list, ``rewrites`` the newer one."""
    routes = [node.get("dest") for node in document.get("routes").elements()]
    return routes + [node.get("destination") for node in document.get("rewrites").elements()]


def _build(node: Node, text: str | None, source: Source) -> Iterator[Service]:
    if text and text.strip():
        yield Service(
            name="build",
            kind=KIND,
            location=source.location(node.line),
            role="build",
            platform=PLATFORM,
            command=source.shell(text, node.line),
            workdir=source.folder or None,
            keeps_files=True,
        )


def _web(document: Node, modules: list[Node], source: Source) -> Iterator[Service]:
    for node in modules[:1]:
        yield Service(
            name="web",
            kind=KIND,
            location=source.location(node.line),
            role="web",
            platform=PLATFORM,
            application=(node.text() or "").lstrip("/"),
            variables=_platform.variables(document.get("env").items(), source),
            workdir=source.folder or None,
        )
