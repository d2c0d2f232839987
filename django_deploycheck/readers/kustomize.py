"""
Kustomizations: which manifests they list, what they lay over those, and the variables they generate.

After https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ (kustomize 5), with the fields that it still
reads from earlier versions: ``bases``, ``patchesStrategicMerge``, ``patchesJson6902``, ``env``. Resources that are addresses
and charts that are inflated lie outside of the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, EnvVar, Fact, Kustomization, Reference, Service, VariableSet, join
from django_deploycheck.patterns import regex
from django_deploycheck.readers import kubernetes
from django_deploycheck.readers._yaml import Node, parse
from django_deploycheck.source import Source, Unreadable

KIND = "kustomize"
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
NATURE = "decided"

MAX_PATCHES = 100
"""How many patches are read at the most."""

_FILE = regex(r"\.(?:ya?ml|json)$")
_ADDRESS = regex(r"://|^git@|^(?:github|gitlab)\.com[:/]|\?ref=")


def read(source: Source) -> Iterator[Fact]:
    """The kustomization with references to what it is made of, and the sets of variables that it generates."""
    for document in parse(source)[:1]:
        resources = list(_resources(source, document))
        yield from resources
        patches: list[Fact] = []
        inline: list[Service] = []
        for node in islice(_patches(document), MAX_PATCHES):
            for fact in _patch(source, node):
                if isinstance(fact, Service):
                    inline.append(fact)
                else:
                    patches.append(fact)
        yield from patches
        yield from _generated(source, document)
        for charts in (document.get("helmCharts"), document.get("helmChartInflationGenerator")):
            if charts.elements():
                yield BlindSpot("inflates a Helm chart, which is not read", source.location(charts.line))
        yield Kustomization(
            source.location(1),
            resources=tuple(fact.path for fact in resources if isinstance(fact, Reference)),
            patches=tuple(fact.path for fact in patches if isinstance(fact, Reference)),
            inline=tuple(inline),
            images=tuple(_images(document)),
            replicas=tuple(_replicas(document)),
        )


def _resources(source: Source, document: Node) -> Iterator[Reference | BlindSpot]:
    for key in ("resources", "bases", "components"):
        for node in document.get(key).elements():
            text = node.text() or ""
            path = None if _ADDRESS.search(text) else source.beside(text)
            if path is None:
                yield BlindSpot("takes manifests from outside the repository", source.location(node.line))
            elif _FILE.search(path):
                yield Reference(path, kubernetes.KIND, source.location(node.line))
            else:
                yield from (Reference(join(path, name), KIND, source.location(node.line)) for name in NAMES)


def _patches(document: Node) -> Iterator[Node]:
    """Every patch: its text, or its file's path."""
    yield from document.get("patchesStrategicMerge").elements()
    for key in ("patches", "patchesJson6902"):
        for node in document.get(key).elements():
            yield node.get("patch") or node.get("path")


def _patch(source: Source, node: Node) -> Iterator[Fact]:
    text = node.text() or ""
    if "\n" not in text and (path := source.beside(text)) is not None and _FILE.search(path):
        yield Reference(path, kubernetes.KIND, source.location(node.line))
        return
    try:
        # Empty lines before it leave every line where the file has it.
        yield from kubernetes.read(Source(source.path, "\n" * (node.content_line - 1) + text))
    except Unreadable:
        yield BlindSpot("holds a patch that cannot be read", source.location(node.line))


def _images(document: Node) -> Iterator[tuple[str, str]]:
    for node in document.get("images").elements():
        name, new = node.get("name").text(), node.get("newName").text()
        if name and new:
            yield name, secrets.mask(new)


def _replicas(document: Node) -> Iterator[tuple[str, int]]:
    for node in document.get("replicas").elements():
        name, count = node.get("name").text(), node.get("count").number()
        if name and count is not None:
            yield name, count


def _generated(source: Source, document: Node) -> Iterator[EnvVar | Reference | VariableSet]:
    """The ConfigMaps and Secrets that it makes of literals and of files of variables; other files are only mounted."""
    for key in ("configMapGenerator", "secretGenerator"):
        for node in document.get(key).elements():
            literals = list(_literals(node))
            if key == "secretGenerator":
                literals = [(name, secrets.hidden(name, value), line) for name, value, line in literals]
            variables = tuple(kubernetes.env_vars(source, literals))
            yield from variables
            name = node.get("name").text()
            if name:
                files = tuple(_env_files(source, node))
                yield from files
                yield VariableSet(name, source.location(node.line), variables, files)


def _literals(node: Node) -> Iterator[tuple[str, str | None, int]]:
    for literal in node.get("literals").elements():
        name, equals, value = (literal.text() or "").partition("=")
        if equals and re.fullmatch(r"[A-Za-z_]\w*", name):
            unquoted = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
            yield name, unquoted, literal.line


def _env_files(source: Source, node: Node) -> Iterator[Reference]:
    for file in (*node.get("envs").elements(), *node.get("env").listed()):
        path = source.beside(file.text() or "")
        if path is not None:
            yield Reference(path, "dotenv", source.location(file.line))
