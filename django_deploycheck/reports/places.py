"""What reports for machines share: where they put a finding, since they want a file for each, and its words."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from django_deploycheck.engine import Report, one_line
from django_deploycheck.model import CONFIGURED, Location
from django_deploycheck.silencing import Result


def file_location(result: Result, report: Report) -> Location | None:
    """
    The finding's own place; for one about the settings as a whole their module, else manage.py. None without any file.
    """
    location = result.finding.location
    if location is not None and not location.path.startswith(CONFIGURED):
        return location
    deployment = report.deployment
    if deployment is None:
        return None
    path = deployment.settings.sources.path or deployment.project.manage
    return Location(path) if path is not None else None


def sentences(result: Result) -> str:
    """The message and the hint, in one line."""
    return f"{one_line(result.finding.message)} {one_line(result.finding.hint)}"


def uri(path: str) -> str:
    """A path relative to the root as a URI reference; a name's bytes that are no UTF-8 stay what they are."""
    return quote(path.encode("utf-8", "surrogateescape"))


def fingerprint(result: Result, *, seen: set[str]) -> str:
    """
    What tells this finding from every other and stays the same while lines move; ``seen`` are those given out before.
    """
    path = result.finding.location.path if result.finding.location else ""
    key = repr((result.rule.name, path, result.finding.message))
    number = 0
    while (found := hashlib.sha256(ascii((key, number)).encode("ascii")).hexdigest()) in seen:
        number += 1
    seen.add(found)
    return found
