from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from django_deploycheck import rules
from django_deploycheck.engine import judge
from django_deploycheck.model import Crash, Deployment, Finding, Location
from django_deploycheck.records import replace
from django_deploycheck.silencing import Result, apply
from tests.projects import inspect_files

RULES = {rule.name: rule for rule in rules.load()}


def deployment(path: Path) -> Deployment:
    found = inspect_files(path, {"Procfile": "web: python manage.py runserver\n"}).report.deployment
    assert found is not None
    return found


def raises(deployment: Deployment) -> Iterator[Finding]:
    yield Finding("Never seen.", "Nothing.", Location("Procfile", 1))
    raise ValueError(f"SECRET_KEY=kd83jf72hd63 in {deployment.root}")


def test_silent_where_nothing_raised(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {"Procfile": "web: python manage.py runserver\n"}).places("crashed-rule") == []


def test_a_rule_that_raises_is_named_and_the_others_speak(tmp_path: Path) -> None:
    broken = replace(RULES["single-worker"], check=raises)
    results = list(judge(deployment(tmp_path), [broken, RULES["runserver-in-production"], RULES["crashed-rule"]]))
    assert [(result.rule.name, str(result.finding.location)) for result in results] == [
        ("runserver-in-production", "Procfile:1"),
        ("crashed-rule", "None"),
    ]
    finding = results[1].finding
    line = raises.__code__.co_firstlineno + 2
    assert finding.message == (
        f"The rule 'single-worker' raised ValueError at test_crashed_rule.py:{line} in raises; what it would have found is missing."
    )
    assert finding.hint == "Report this line to django-deploycheck; nothing in your project has to change."


def test_a_reader_that_raises_is_named_with_its_file(tmp_path: Path) -> None:
    crash = Crash("reader 'compose'", "KeyError", "compose.py:7 in read", Location("compose.yml"))
    (result,) = judge(replace(deployment(tmp_path), crashes=(crash,)), [RULES["crashed-rule"]])
    assert str(result.finding.location) == "compose.yml"
    assert (
        result.finding.message
        == "The reader 'compose' raised KeyError at compose.py:7 in read; what it would have found is missing."
    )
    assert "EXCLUDE" in result.finding.hint


@pytest.mark.parametrize(("culprit", "stale"), [("crashed-rule", 0), ("unreadable-file", 0), ("single-worker", 1)])
def test_no_silence_is_called_stale_where_a_finding_may_be_missing(culprit: str, stale: int) -> None:
    result = Result(RULES[culprit], Finding("Something is missing.", "Look."))
    _, found = apply([result], silenced_ids=(), ignore={"missing-static-root": ""}, sources=[])
    assert len(found) == stale
