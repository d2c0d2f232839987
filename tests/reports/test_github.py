"""Annotations: one line each, whatever the findings say and wherever they stand."""

from __future__ import annotations

import re

from django_deploycheck import rules
from django_deploycheck.engine import Report
from django_deploycheck.model import Finding, Location
from django_deploycheck.records import replace
from django_deploycheck.reports import github
from django_deploycheck.silencing import Result
from tests.projects import inspect_files
from tests.reports.hostile import NAMES, hostile_report


def test_a_finding(tmp_path):
    """Level, title, file, line, and the hint behind the message."""
    inspected = inspect_files(tmp_path, {"Procfile": "web: python manage.py runserver\n"})
    (line,) = [line for line in github.render(inspected.report).splitlines() if "W101" in line]
    assert line == (
        "::warning title=deploycheck.W101 runserver-in-production,file=Procfile,line=1::The 'web' process answers "
        "production's requests with 'runserver', Django's development server. Write 'web: gunicorn bookstore.wsgi' "
        "instead."
    )


def unescaped(text):
    """As the runner reads a property."""
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_hostile_names_and_words(tmp_path):
    """Each finding that is not silenced is one line, and the file's name comes back as it was."""
    lines = github.render(hostile_report(tmp_path)).split("\n")
    assert len(lines) == len(NAMES) + 4
    for line, name in zip(lines, NAMES, strict=False):
        found = re.fullmatch(r"::warning title=[^:,]+,file=([^:,\r\n]+)(?:,line=(\d+))?::([^\r\n]+)", line)
        assert found is not None
        assert unescaped(found[1]) == name.replace("\udcff", "?")
    assert lines[1].endswith("and  lines, ünïcode 文    [31m <b>&amp;</b>.")
    assert "100 %25 of" in lines[1]


def test_places_that_are_no_file(tmp_path):
    """The settings module stands for them."""
    lines = github.render(hostile_report(tmp_path)).split("\n")[len(NAMES) :]
    assert [line.partition("::")[2].partition("::")[0] for line in lines] == [
        "error title=deploycheck.E101 runserver-in-production,file=bookstore/settings.py",
        "error title=deploycheck.E101 runserver-in-production,file=bookstore/settings.py",
        "notice title=deploycheck.I101 runserver-in-production,file=bookstore/settings.py",
        "warning title=deploycheck.W101 runserver-in-production,file=bookstore/settings.py",
    ]


def test_without_a_folder():
    """No line at all."""
    assert github.render(Report(None, None)) == ""


def test_without_any_file(tmp_path):
    """A finding about settings that lie nowhere has no file."""
    report = hostile_report(tmp_path)
    lines = github.render(Report(report.root, None, report.results)).split("\n")
    assert lines[len(NAMES)].startswith("::error title=deploycheck.E101 runserver-in-production::")


def test_names_send_no_control_characters_to_the_log(tmp_path):
    report = inspect_files(tmp_path).report
    (rule,) = [rule for rule in rules.load() if rule.number == 101]
    finding = Finding("Something.", "Do it.", Location("a\x1b[2K\x85b.sh", 3))
    shown = github.render(replace(report, results=(Result(rule, finding),)))
    assert shown == "::warning title=deploycheck.W101 runserver-in-production,file=a [2K b.sh,line=3::Something. Do it."
