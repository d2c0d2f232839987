"""Whether the secret that a setting holds stands in its source."""

from __future__ import annotations

import posixpath
from typing import Literal

from django_deploycheck import secrets
from django_deploycheck.ignoring import ignored_in_tree
from django_deploycheck.model import Deployment, IgnorePattern, Location


def stands_in_source(deployment: Deployment, name: str, *keys: str) -> Literal["literal", "default"] | None:
    """
    ``literal`` where the live value is written in a settings file that git keeps, ``default`` where it is written there
    as what takes effect without an environment variable that is unset here; None otherwise, and where nobody can tell.
    """
    settings = deployment.settings
    found = settings.provenance(name, *keys)
    if found is None or not settings.known() or _is_ignored(deployment, found.location):
        return None
    if found.kind == "literal":
        return "literal" if not found.variables else None
    if found.kind != "variable" or any(settings.environment_value(read.name) is not None for read in found.variables):
        return None
    return "default" if all(_is_literal(read.default) for read in found.variables) else None


def _is_literal(default: str | None) -> bool:
    return default is not None and (default == secrets.MASK or default[:1] in "'\"")


def _is_ignored(deployment: Deployment, location: Location) -> bool:
    """Whether git is told to leave the file out: ``local_settings.py``."""
    patterns: dict[str, list[IgnorePattern]] = {}
    for pattern in deployment.ignore_patterns:
        if posixpath.basename(pattern.location.path) == ".gitignore":
            patterns.setdefault(posixpath.dirname(pattern.location.path), []).append(pattern)
    return ignored_in_tree(location.path, patterns) is not None
