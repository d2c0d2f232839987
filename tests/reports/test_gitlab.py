"""GitLab's code quality report: the fields that its documentation asks for."""

from __future__ import annotations

import json

import jsonschema
import pytest

from django_deploycheck.engine import Report
from django_deploycheck.reports import gitlab
from tests.projects import inspect_files
from tests.reports.hostile import NAMES, hostile_report

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    # Relative, and not with a leading "./", as the documentation asks.
                    "path": {"type": "string", "pattern": r"^(?!\.?/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def issues_of(report):
    """The report's entries, valid."""
    issues = json.loads(gitlab.render(report))
    jsonschema.validate(issues, SCHEMA)
    return issues


def test_a_finding(tmp_path):
    """Words, name, severity and place."""
    inspected = inspect_files(tmp_path, {"Procfile": "web: python manage.py runserver\n"})
    (issue,) = [issue for issue in issues_of(inspected.report) if "W101" in issue["check_name"]]
    assert issue["check_name"] == "deploycheck.W101 runserver-in-production"
    assert issue["severity"] == "major"
    assert issue["location"] == {"path": "Procfile", "lines": {"begin": 1}}
    assert issue["description"].startswith("The 'web' process answers production's requests with 'runserver'")
    assert issue["description"].endswith("Write 'web: gunicorn bookstore.wsgi' instead.")


def test_hostile_names_and_words(tmp_path):
    """Nothing is lost, and no two entries share a fingerprint: GitLab would show one of them."""
    issues = issues_of(hostile_report(tmp_path))
    assert [issue["location"]["path"] for issue in issues[: len(NAMES)]] == NAMES
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(NAMES) + 4
    assert [issue["severity"] for issue in issues[len(NAMES) :]] == ["critical", "critical", "info", "major"]


@pytest.mark.parametrize("silenced", [True, False])
def test_silenced_findings_are_left_out(tmp_path, silenced):
    """The format has no word for them."""
    settings = 'DEPLOYCHECK = {"IGNORE": {"runserver-in-production": "known"}}\n' if silenced else ""
    inspected = inspect_files(tmp_path, {"Procfile": "web: python manage.py runserver\n"}, settings=settings)
    assert any("W101" in issue["check_name"] for issue in issues_of(inspected.report)) is not silenced


def test_without_a_folder(tmp_path):
    """An empty list; a finding without any file stands at manage.py."""
    assert issues_of(Report(None, None)) == []
    report = hostile_report(tmp_path)
    assert issues_of(Report(report.root, None, report.results))[len(NAMES)]["location"]["path"] == "manage.py"
