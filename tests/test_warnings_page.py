"""What docs/warnings.rst promises: every rule in it exists, and every example in it makes the mistake."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from django_deploycheck import rules
from django_deploycheck.rules import load
from tests.mistakes import MISTAKES
from tests.projects import examples

PAGE = (Path(__file__).parent.parent / "docs" / "warnings.rst").read_text(encoding="utf-8")
CELLS = re.compile(r"^   \* - (.*)\n     - (.*)\n     - (.*)\n     -(?: (.*))?$", re.MULTILINE)
ROWS = [match.groups() for match in CELLS.finditer(PAGE) if match[1] != "Section"]

RULES = {rule.name: rule for rule in load()}
RULE = re.compile(r":doc:`(\w\d{3}) ([\w-]+) <rules/([\w-]+)>`")
DJANGO = re.compile(r"Django's own ``security\.(\w+)``")
PLANTED = re.compile(r"``(\w+)``: ``(.+)``")

CASES = [
    pytest.param(answer, example, id=f"{section}: {warning}"[:80])
    for section, warning, answer, example in ROWS
    if RULE.fullmatch(answer)
]


def test_every_row_of_the_tables_has_four_cells() -> None:
    assert len(ROWS) == PAGE.count("\n   * - ") - PAGE.count(".. list-table::")
    assert PAGE.count(".. list-table::") == 5


def test_every_row_has_a_section_a_warning_and_an_answer() -> None:
    answers = (RULE, DJANGO, re.compile("(?:not checkable|later): .+"))

    assert [
        row for row in ROWS if not (row[0] and row[1] and any(answer.fullmatch(row[2]) for answer in answers))
    ] == []


def test_what_is_no_rule_has_no_example() -> None:
    assert [row for row in ROWS if row[3] and not RULE.fullmatch(row[2])] == []


@pytest.mark.parametrize(
    "identifier", sorted({match[1] for match in map(DJANGO.fullmatch, (row[2] for row in ROWS)) if match})
)
def test_djangos_own_checks_exist(identifier: str) -> None:
    modules = (import_module(f"django.core.checks.security.{name}") for name in ("base", "csrf", "sessions"))

    assert any(hasattr(module, identifier) for module in modules)


@pytest.mark.parametrize(("answer", "example"), CASES)
def test_the_rule_exists_and_its_example_makes_the_mistake(answer: str, example: str) -> None:
    match = RULE.fullmatch(answer)
    assert match is not None
    code, name, page = match.groups()
    rule = RULES[name]

    planted = PLANTED.fullmatch(example)

    assert (rule.code, rule.name) == (code, page)
    if planted is None:
        assert example == "its page"
        assert any(shown.is_bad for shown in examples(rules.page(rule)))
    else:
        way, place = planted.groups()
        assert (rule.number, place) in {(int(found[1:]), where) for found, where, *_ in MISTAKES[way]}
