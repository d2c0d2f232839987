"""
GitLab's code quality report: what ``artifacts:reports:codequality`` takes.

After https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import Any

from django_deploycheck.engine import Report
from django_deploycheck.model import Location
from django_deploycheck.reports.places import file_location, fingerprint, sentences
from django_deploycheck.silencing import Result

_SEVERITIES = {"E": "critical", "W": "major", "I": "info"}
# GitLab shows nothing for an entry without a path.
_NOWHERE = Location("manage.py")


def render(report: Report) -> str:
    """One JSON array; findings that are silenced are left out, since the format has no word for them."""
    seen: set[str] = set()
    return json.dumps([_issue(result, report, seen) for result in report.unsilenced], indent=2)


def _issue(result: Result, report: Report, seen: set[str]) -> dict[str, Any]:
    location = file_location(result, report) or _NOWHERE
    return {
        "description": sentences(result),
        "check_name": f"{result.id} {result.rule.name}",
        "fingerprint": fingerprint(result, seen=seen),
        "severity": _SEVERITIES[result.level],
        "location": {"path": location.path, "lines": {"begin": location.line or 1}},
    }
