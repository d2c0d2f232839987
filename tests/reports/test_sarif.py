"""SARIF: valid against the official schema, whatever the findings say and wherever they stand."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from django_deploycheck import __version__, rules
from django_deploycheck.engine import Report
from django_deploycheck.reports import pages, sarif
from tests.projects import inspect_files
from tests.reports.hostile import NAMES, hostile_report

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))


def run_of(report):
    """The only run of a log that the official schema accepts."""
    log = json.loads(sarif.render(report))
    jsonschema.validators.validator_for(SCHEMA)(SCHEMA).validate(log)
    (run,) = log["runs"]
    return run


def test_the_schema_refuses_what_is_no_log():
    """The validator is awake."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validators.validator_for(SCHEMA)(SCHEMA).validate({"version": "2.1.0", "runs": [{"tool": {}}]})


def test_a_finding(tmp_path):
    """Its rule, its level, its words and its place."""
    run = run_of(inspect_files(tmp_path, {"Procfile": "web: python manage.py runserver\n"}).report)
    (result,) = [result for result in run["results"] if result["ruleId"] == "deploycheck.W101"]
    assert result["level"] == "warning"
    assert result["message"]["text"].startswith("The 'web' process answers production's requests with 'runserver'")
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "Procfile", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1},
            }
        }
    ]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("deploycheck.W101", "runserver-in-production")
    assert rule["helpUri"] == "https://django-deploycheck.readthedocs.io/en/stable/rules/runserver-in-production.html"
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": f"{tmp_path.resolve().as_uri()}/"}}
    assert run["tool"]["driver"]["semanticVersion"] == __version__


def test_every_rule_is_described(tmp_path):
    """Also those that found nothing."""
    described = run_of(inspect_files(tmp_path).report)["tool"]["driver"]["rules"]
    assert [rule["name"] for rule in described] == [rule.name for rule in rules.load()]
    for rule in described:
        assert len(rule["fullDescription"]["text"]) > 40
        assert "Why it matters\n-----" in rule["help"]["text"]
        assert "\n## Why it matters\n" in rule["help"]["markdown"]
        assert "``" not in rule["help"]["text"]
        assert ".. code-block" not in rule["help"]["markdown"]


def test_hostile_names_and_words(tmp_path):
    """Each name is one URI; nothing is lost."""
    run = run_of(hostile_report(tmp_path))
    places = [result["locations"][0]["physicalLocation"] for result in run["results"][: len(NAMES)]]
    assert [place["artifactLocation"]["uri"] for place in places] == [
        "a%20b%25c.sh",
        "a%3Ab%2Cc%3A%3Ad.sh",
        "q%22uo%27te.sh",
        "line%0Aend%0D.sh",
        "%C3%BCn%C3%AFcode-%E6%96%87.sh",
        "byte-%FF.sh",
        "%23a%3Fb%26c.sh",
    ]
    assert ["region" in place for place in places] == [False, *[True] * (len(NAMES) - 1)]
    assert all("\n" not in result["message"]["text"] for result in run["results"])


def test_places_that_are_no_file(tmp_path):
    """What is said of the settings stands in their module; what is said of DEPLOYCHECK too."""
    run = run_of(hostile_report(tmp_path))
    elsewhere = run["results"][len(NAMES) : len(NAMES) + 3]
    assert [result["locations"] for result in elsewhere] == 3 * [
        [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "bookstore/settings.py", "uriBaseId": "%SRCROOT%"},
                }
            }
        ]
    ]
    assert [result["level"] for result in elsewhere] == ["error", "error", "note"]
    assert [result["properties"]["id"] for result in elsewhere] == [
        "deploycheck.E101",
        "deploycheck.E101",
        "deploycheck.I101",
    ]
    related = run["results"][len(NAMES) + 3]["relatedLocations"]
    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in related] == ["start.sh"]


def test_silenced_findings_are_suppressed(tmp_path):
    """In the source or outside it, with the reason where there is one."""
    run = run_of(hostile_report(tmp_path))
    assert [result.get("suppressions") for result in run["results"][-4:]] == [
        None,
        [{"kind": "inSource", "justification": "a   reason"}],
        [{"kind": "external", "justification": "known"}],
        [{"kind": "external"}],
    ]


def test_every_finding_has_a_fingerprint_of_its_own(tmp_path):
    """Two of the same words at the same place too."""
    results = run_of(hostile_report(tmp_path))["results"]
    assert len({result["partialFingerprints"]["deploycheck/v1"] for result in results}) == len(results)


def test_a_fingerprint_stays_when_lines_move(tmp_path):
    """An empty line above changes nothing."""

    def fingerprint(name, text):
        results = run_of(inspect_files(tmp_path / name, {"Procfile": text}).report)["results"]
        return [result["partialFingerprints"] for result in results if result["ruleId"] == "deploycheck.W101"]

    line = "web: python manage.py runserver\n"
    assert fingerprint("one", line) == fingerprint("two", f"\n\n{line}")


def test_what_was_not_seen_is_said(tmp_path):
    """As notifications of the run."""
    (invocation,) = run_of(hostile_report(tmp_path))["invocations"]
    texts = [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]]
    assert texts[1:] == ["Not seen: said nowhere.", "Not seen: said in the settings."]
    assert ["locations" in notification for notification in invocation["toolExecutionNotifications"]] == [
        True,
        False,
        False,
    ]


def test_without_a_folder():
    """There is nothing to look at, and the log is valid."""
    run = run_of(Report(None, None))
    assert run["results"] == []
    assert "originalUriBaseIds" not in run


def test_pages_without_anything_between_summary_and_titles():
    """Then the summary describes the rule."""
    assert pages.paragraph("It is wrong.") == "It is wrong."
    assert pages.paragraph("It is wrong.\n\nWhy it matters\n--------------\n\nBecause.") == "It is wrong."


def test_without_any_file(tmp_path):
    """A finding about settings that lie nowhere has no location."""
    report = hostile_report(tmp_path)
    results = run_of(Report(report.root, None, report.results))["results"]
    assert [("locations" in result) for result in results[len(NAMES) - 1 : len(NAMES) + 1]] == [True, False]


def test_blocks_of_code_without_a_caption():
    """Other options of a block are not shown."""
    page = "It is wrong.\n\nBad\n---\n\n.. code-block:: sh\n   :linenos:\n\n   ./a\n     b\n\nText.\n"
    assert pages.plain(page) == "It is wrong.\n\nBad\n---\n\n    ./a\n      b\n\nText."
    assert pages.markdown(page) == "It is wrong.\n\n## Bad\n\n```sh\n./a\n  b\n```\n\nText."
