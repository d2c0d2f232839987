"""
The line of source that a finding stands at, for reports that quote it.

What is quoted was never parsed for this, so masking what is known to be a secret is not enough: a line is shown only where
nothing in it, nor anything that was read at it, speaks of secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import Deployment, Location
from django_deploycheck.patterns import regex
from django_deploycheck.silencing import Result
from django_deploycheck.source import Source

MAX_WIDTH = 160
"""How many characters of a line are quoted."""

_MAX_LINE = 2000
MAX_ABOVE = 100
"""How many lines above are looked at for what a line belongs to."""

# What these rules stand at is a secret, or was not understood.
_UNQUOTED = frozenset(
    "secret-in-deployment-file secret-key-in-source literal-password-in-settings committed-dotenv test-credentials "
    "unreadable-file crashed-rule".split()
)
_SECRETIVE = regex(
    r"pass|pwd|secret|token|key|credential|auth|dsn|salt|private|cert|://[^/\s]*@|bearer|webhook|sas\b|signature",
    re.IGNORECASE,
)
_BESIDE = (-1, 0, 1, 2)
# Long enough, and mixed as no word or path is.
_RANDOM = regex(r"(?=[A-Za-z_\-+]*[0-9])(?=[0-9_\-+]*[A-Za-z])[A-Za-z0-9_\-+]{16,}")


def quotes(
    results: Iterable[Result], texts: Mapping[str, Source], deployment: Deployment | None
) -> dict[Location, str]:
    """The lines at the places of the findings, cut to ``MAX_WIDTH``; those that may hold a secret are left out."""
    hidden = _places_of_secrets(deployment) if deployment is not None else frozenset()
    found = {}
    for result in results:
        location = result.finding.location
        source = texts.get(location.path) if location is not None else None
        if source is None or location is None or location.line is None or location in hidden:
            continue
        if result.rule.name in _UNQUOTED or not 0 < location.line <= len(source.lines):
            continue
        line = source.lines[location.line - 1].strip()
        if (
            line
            and len(line) <= _MAX_LINE
            and not _may_hold_secret(line)
            and not _continues_secret(source, location.line)
        ):
            found[location] = line if len(line) <= MAX_WIDTH else f"{line[: MAX_WIDTH - 2]} …"
    return found


def _continues_secret(source: Source, number: int) -> bool:
    """Whether the line belongs to what a line above it begins to say of a secret: behind a backslash, or further in."""
    margin = _margin(source.lines[number - 1])
    for above in reversed(source.lines[max(0, number - 1 - MAX_ABOVE) : number - 1]):
        goes_on = above.rstrip().endswith("\\")
        if not above.strip() or (_margin(above) >= margin and not goes_on):
            continue
        if len(above) > _MAX_LINE or _may_hold_secret(above):
            return True
        margin = min(margin, _margin(above))
    return False


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _may_hold_secret(line: str) -> bool:
    return bool(_SECRETIVE.search(line) or _RANDOM.search(line)) or secrets.mask(line) != line


def _places_of_secrets(deployment: Deployment) -> frozenset[Location]:
    of_processes = (variable for process in deployment.processes for variable in process.variables)
    of_services = (variable for service in deployment.services for variable in service.variables)
    every = (*deployment.variables, *of_processes, *of_services)
    places = (variable.location for variable in every if variable.secret is not None)
    # A manifest writes the value beside its name, a line above or below it.
    return frozenset(
        Location(place.path, place.line + offset) for place in places if place.line is not None for offset in _BESIDE
    )
