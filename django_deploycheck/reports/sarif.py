"""
SARIF 2.1.0, which GitHub's code scanning and most editors read.

After https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import django_deploycheck
from django_deploycheck import rules
from django_deploycheck.engine import Report, one_line
from django_deploycheck.model import CONFIGURED, BlindSpot, Location
from django_deploycheck.reports import pages
from django_deploycheck.reports.places import file_location, fingerprint, sentences, uri
from django_deploycheck.rules import Rule
from django_deploycheck.silencing import Result

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"E": "error", "W": "warning", "I": "note"}
_ROOT = "%SRCROOT%"
_SUPPRESSIONS = {"setting": "external", "ignore": "external", "comment": "inSource"}


def render(report: Report) -> str:
    """The report as one SARIF log with one run; every rule is described in it, whether it found something or not."""
    known = rules.load()
    numbers = {rule.number: index for index, rule in enumerate(known)}
    seen: set[str] = set()
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "django-deploycheck",
                "informationUri": pages.base(),
                "semanticVersion": django_deploycheck.__version__,
                "rules": [_descriptor(rule) for rule in known],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report)}],
        "results": [_result(result, report, numbers[result.rule.number], seen) for result in report.results],
    }
    if report.deployment is not None:
        # A URI of a folder ends with a slash, so that paths can be put behind it.
        run["originalUriBaseIds"] = {_ROOT: {"uri": Path(report.deployment.root).as_uri().rstrip("/") + "/"}}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _descriptor(rule: Rule) -> dict[str, Any]:
    page = rules.page(rule)
    summary = page.partition("\n")[0]
    return {
        "id": rule.id(),
        "name": rule.name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": pages.paragraph(page)},
        "help": {"text": pages.plain(page), "markdown": pages.markdown(page)},
        "helpUri": pages.url(rule),
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"tags": ["deployment", rule.family]},
    }


def _result(result: Result, report: Report, index: int, seen: set[str]) -> dict[str, Any]:
    finding = result.finding
    location = file_location(result, report)
    found: dict[str, Any] = {
        "ruleId": result.rule.id(),
        "ruleIndex": index,
        "level": _LEVELS[result.level],
        "message": {"text": sentences(result)},
        "partialFingerprints": {"deploycheck/v1": fingerprint(result, seen=seen)},
        "properties": {"id": result.id},
    }
    if location is not None:
        found["locations"] = [_location(location)]
    related = [place for place in finding.related if not place.path.startswith(CONFIGURED)]
    if related:
        found["relatedLocations"] = [_location(place) for place in related]
    if result.silence is not None:
        suppression = {"kind": _SUPPRESSIONS[result.silence.by]}
        if result.silence.reason:
            suppression["justification"] = one_line(result.silence.reason)
        found["suppressions"] = [suppression]
    return found


def _location(location: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(location.path), "uriBaseId": _ROOT}}
    if location.line is not None:
        physical["region"] = {"startLine": location.line}
    return {"physicalLocation": physical}


def _notifications(report: Report) -> list[dict[str, Any]]:
    """What was not seen: a rule that says nothing may have had nothing to look at."""
    spots = report.deployment.all_blind_spots if report.deployment is not None else ()
    return [_notification(spot) for spot in spots]


def _notification(spot: BlindSpot) -> dict[str, Any]:
    found: dict[str, Any] = {"level": "note", "message": {"text": f"Not seen: {one_line(spot.reason)}."}}
    if spot.location is not None and not spot.location.path.startswith(CONFIGURED):
        found["locations"] = [_location(spot.location)]
    return found
