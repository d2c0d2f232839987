from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from django_deploycheck.rules import Rule

ROOT = Path(__file__).parent.parent
GENERATOR = ROOT / "docs" / "generate.py"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rule() -> Rule:
    page = """
    Production leaks.

    More about it.

    Why it matters
    --------------

    Water.
    """
    return Rule(7, "leaky-tap", "W", "host", value=False, page=page, check=lambda deployment: iter(()))


def test_the_committed_pages_say_what_the_docstrings_say():
    done = subprocess.run(
        [sys.executable, str(GENERATOR), "--check"], check=False, cwd=ROOT, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_page_begins_with_its_anchor_id_name_and_summary(generate, rule):
    lines = [line for line in generate.page(rule).splitlines() if line]

    assert lines[:8] == [
        ".. Written by docs/generate.py from django_deploycheck/rules/host/leaky_tap.py; change that and run it again.",
        ".. _leaky-tap:",
        "W007 leaky-tap",
        "==============",
        "Production leaks.",
        ":Id: ``deploycheck.W007``",
        ":Level: warning",
        ":Family: Container, host and dependencies",
    ]


def test_a_page_holds_the_docstrings_own_sections_and_then_how_to_silence_the_rule(generate, rule):
    _, text, silencing = generate.page(rule).replace("How to silence it", "Why it matters").split("Why it matters")

    assert "Water." in text
    assert '"leaky-tap": "why this is right for this site",' in silencing
    assert "# deploycheck: ignore[leaky-tap] why this is right here" in silencing
    assert 'SILENCED_SYSTEM_CHECKS = ["deploycheck.W007"]' in silencing


def test_the_index_lists_every_rule_below_its_family(generate, rule):
    text = generate.index([rule])

    assert text.index("Container, host and dependencies\n-----") < text.index("   * - W007\n     - :doc:`leaky-tap`\n")
    assert "     - Production leaks.\n" in text
    assert "\n   leaky-tap\n" in text


def test_a_page_that_is_missing_changed_or_left_over_is_stale(generate, tmp_path):
    (tmp_path / "same.rst").write_text("same", encoding="utf-8")
    (tmp_path / "changed.rst").write_text("old", encoding="utf-8")
    (tmp_path / "removed.rst").write_text("of a rule that is gone", encoding="utf-8")

    stale = generate.stale_pages({"same.rst": "same", "changed.rst": "new", "missing.rst": "first"}, tmp_path)

    assert stale == {"changed.rst": "new", "missing.rst": "first", "removed.rst": None}
