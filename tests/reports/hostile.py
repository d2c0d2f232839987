"""Findings at places and with words that could break a format: every report has to survive them."""

from __future__ import annotations

from pathlib import Path

from django_deploycheck import rules
from django_deploycheck.engine import Report
from django_deploycheck.model import BlindSpot, Finding, Location
from django_deploycheck.records import replace
from django_deploycheck.silencing import Result, Silence
from tests.projects import inspect_files

# A name whose byte 0xFF is no UTF-8, as Python's os module hands it on.
NAMES = ["a b%c.sh", "a:b,c::d.sh", "q\"uo'te.sh", "line\nend\r.sh", "ünïcode-文.sh", "byte-\udcff.sh", "#a?b&c.sh"]
TEXT = "100 % of '::error::' and \"quotes\"\nand\r\nlines, ünïcode 文 \udcff \x1b[31m <b>&amp;</b>."


def hostile_report(folder: Path) -> Report:
    """A finding for each name, one without a place, one in the DEPLOYCHECK setting, and one silenced in each way."""
    report = inspect_files(folder).report
    (rule,) = [rule for rule in rules.load() if rule.number == 101]
    results = [Result(rule, Finding(TEXT, TEXT, Location(name, index or None))) for index, name in enumerate(NAMES)]
    results += [
        Result(rule, Finding(TEXT, TEXT, None, "E")),
        Result(rule, Finding(TEXT, TEXT, None, "E")),
        Result(rule, Finding(TEXT, TEXT, Location('DEPLOYCHECK["COMMANDS"]["web"]'), "I")),
        Result(
            rule, Finding(TEXT, TEXT, related=(Location("start.sh", 3), Location('DEPLOYCHECK["COMMANDS"]["web"]')))
        ),
        Result(rule, Finding(TEXT, TEXT), Silence("comment", "a \x1b reason")),
        Result(rule, Finding(TEXT, TEXT), Silence("ignore", "known")),
        Result(rule, Finding(TEXT, TEXT), Silence("setting", "")),
    ]
    assert report.deployment is not None
    spots = (
        BlindSpot(TEXT, Location("byte-\udcff.sh", 2)),
        BlindSpot("said nowhere"),
        BlindSpot("said in the settings", Location('DEPLOYCHECK["COMMANDS"]["web"]')),
    )
    return replace(report, results=tuple(results), deployment=replace(report.deployment, blind_spots=spots))
