"""docs/performance.md and its charts show the results that are kept."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.benchmarks import gates, report
from tests.benchmarks.drawing import Scale, drawn
from tests.benchmarks.rows import Row

ROW = Row("a ratio", 1.0025, 1.003, "", "")


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        pytest.param(Row("r", 1.003, 1.003, "", ""), "yes", id="exactly the target"),
        pytest.param(Row("r", 1.0031, 1.003, "", ""), "**no**", id="more than the target"),
        pytest.param(Row("r", 1.0, None, "ms", ""), "", id="no target"),
        pytest.param(Row("r", None, 0.13, "", ""), "not measured", id="a peer that is not installed"),
    ],
)
def test_a_target_is_met_or_not(row, verdict):
    assert row.verdict == verdict


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        pytest.param(None, "", "", id="nothing"),
        pytest.param(1.0025, "", "1.0025", id="a ratio"),
        pytest.param(1.0, "", "1.0", id="a ratio of one"),
        pytest.param(10.0, "", "10.0", id="a ratio with a zero"),
        pytest.param(1.234567, "ms", "1.235 ms", id="a time"),
    ],
)
def test_figures(value, unit, text):
    assert report.number(value, unit) == text


def test_the_page_shows_the_present_results():
    """``python -m tests.benchmarks measure --write`` writes it."""
    page = report.PAGE.read_text(encoding="utf-8")

    for path, text in report.shown(report.kept(), page).items():
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("instructions", "verdict"),
    [
        pytest.param(1_050, "ok", id="the target is met"),
        pytest.param(1_150, "misses its target", id="between target and limit"),
        pytest.param(1_300, "WORSE THAN THE LIMIT", id="above the limit on every Python"),
    ],
)
def test_a_gate_holds(instructions, verdict):
    gate = gates.Gate("check --deploy", ("check", "--deploy"), {}, target=1.06, limit=1.2)

    assert gates.Measured(gate, instructions, 1_000).verdict == verdict


def test_no_gate_is_narrower_than_its_target():
    assert all(gate.target <= gate.limit <= gate.limit_here for gate in gates.GATES)


def test_every_gate_has_its_row():
    """What continuous integration holds stands in the table, with the same target."""
    rows = {row["name"].replace("`", ""): row for row in report.kept()["rows"]}

    assert {gate.name: rows[gate.name]["target"] for gate in gates.GATES} == {
        gate.name: gate.target for gate in gates.GATES
    }


def test_a_chart_is_a_picture_with_a_title_in_both_modes():
    chart = drawn(Scale("x", "Files & more", "files", "ms", {"one": [(10, 0.5), (100, 5.0)], "other": [(10, 1.0)]}))

    root = ElementTree.fromstring(chart.partition("-->")[2].strip())
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Files & more: ms, by files"
    assert "prefers-color-scheme: dark" in chart
    assert re.findall(r'class="point" cx="([\d.]+)" cy="([\d.]+)"', chart) == [("123.0", "287.8"), ("600.0", "141.5")]
