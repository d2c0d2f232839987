"""
Values of Helm charts: the variables and passwords that they give to templates, which are not read themselves.

After https://helm.sh/docs/chart_template_guide/values_files/. Which key becomes which variable only the templates say: names
in capitals are taken for variables, and further names that end in ``Password`` where their value has the looks of one.
Placeholders for envsubst and the like are no values. What a file mentions of commands is a blind spot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import Fact, Location
from django_deploycheck.patterns import regex
from django_deploycheck.readers import unread_format
from django_deploycheck.readers._yaml import Node, parse
from django_deploycheck.source import Source

KIND = "helm-values"
NAMES = tuple(f"{name}.{suffix}" for name in ("values", "values[-_.]*", "*[-_.]values") for suffix in ("yaml", "yml"))
NATURE = "decided"

MAX_DEPTH = 8
"""How deep values may lie that are looked at."""

_USUAL = regex(
    r"^(?:replicaCount|image|imagePullSecrets|nameOverride|fullnameOverride|service|serviceAccount|ingress|resources|"
    r"nodeSelector|tolerations|affinity|autoscaling|podSecurityContext|securityContext|podAnnotations):",
    re.MULTILINE,
)
_VARIABLE = regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_PASSWORD = regex(r"[a-z][A-Za-z0-9]*Password")
_PLACEHOLDER = regex(r"[${}<>]")


def claims(source: Source) -> bool:
    """Whether the file has at least two of the keys that every chart has."""
    return len({found[0] for found in _USUAL.finditer(source.text)}) > 1


def read(source: Source) -> Iterator[Fact]:
    """The variables that the file sets, and where it mentions commands."""
    for document in parse(source):
        yield from secrets.env_vars(_values(source, document))
    yield from unread_format.read(source)


def _values(source: Source, document: Node) -> Iterator[tuple[str, str, Location]]:
    nodes = [(document, 0)]
    while nodes:
        node, depth = nodes.pop()
        for entry in node.items() if depth < MAX_DEPTH else ():
            nodes.append((entry.value, depth + 1))
            text = entry.value.text()
            if text is not None and not _PLACEHOLDER.search(text) and _is_variable(entry.key, text):
                yield entry.key, text, source.location(entry.line)


def _is_variable(name: str, value: str) -> bool:
    if _VARIABLE.fullmatch(name):
        return True
    # Names of keys and Secrets are words; what charts come with is one, too.
    return bool(_PASSWORD.fullmatch(name)) and len(value) > 7 and bool(re.search(r"[0-9]", value))
