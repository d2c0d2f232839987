from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from django_deploycheck import readers
from django_deploycheck.model import Answer
from django_deploycheck.platforms import PLATFORMS, Platform
from django_deploycheck.records import fields
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
def rule(monkeypatch: pytest.MonkeyPatch) -> Rule:
    page = """
    Production leaks.

    More about it.

    Why it matters
    --------------

    Water.
    """
    monkeypatch.setitem(sys.modules, "leaky_tap", ModuleType("leaky_tap", page))
    return Rule(7, "leaky-tap", "W", "host", value=False, module="leaky_tap", check=lambda deployment: iter(()))


def test_the_committed_pages_say_what_the_docstrings_say():
    done = subprocess.run(
        [sys.executable, str(GENERATOR), "--check"], check=False, cwd=ROOT, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_page_begins_with_its_anchor_id_name_and_summary(generate, rule):
    lines = [line for line in generate.page(rule).splitlines() if line]

    assert lines[:10] == [
        ".. Written by docs/generate.py from django_deploycheck/rules/host/leaky_tap.py; change that and run it again.",
        ".. index:: ! leaky-tap",
        ".. _leaky-tap:",
        "W007 leaky-tap",
        "==============",
        "Production leaks.",
        ":Id: ``deploycheck.W007``",
        ":Level: warning",
        ":Family: Container, host and dependencies",
        ":Since: the first release",
    ]


def test_a_page_holds_the_docstrings_own_sections_and_then_how_to_silence_the_rule(generate, rule):
    _, text, silencing = generate.page(rule).replace("How to silence it", "Why it matters").split("Why it matters")

    assert "Water." in text
    assert '"leaky-tap": "why this is right for this site",' in silencing
    assert "# deploycheck: ignore[leaky-tap] why this is right here" in silencing
    assert 'SILENCED_SYSTEM_CHECKS = ["deploycheck.W007"]' in silencing


def test_the_index_lists_every_rule_below_its_family(generate, rule):
    text = generate.index([rule])

    assert text.index("Container, host and dependencies\n-----") < text.index(
        "   * - W007\n     - :doc:`leaky-tap <leaky-tap>`\n"
    )
    assert "     - Production leaks.\n" in text
    assert "\n   leaky-tap\n" in text


def test_a_page_that_is_missing_changed_or_left_over_is_stale(generate, tmp_path):
    (tmp_path / "same.rst").write_text("same", encoding="utf-8")
    (tmp_path / "changed.rst").write_text("old", encoding="utf-8")
    (tmp_path / "removed.rst").write_text("of a rule that is gone", encoding="utf-8")

    stale = generate.stale_pages({"same.rst": "same", "changed.rst": "new", "missing.rst": "first"}, tmp_path)

    assert stale == {"changed.rst": "new", "missing.rst": "first", "removed.rst": None}


def reader(**values: object) -> SimpleNamespace:
    """A reader of taps."""
    return SimpleNamespace(**{"KIND": "tap", "NAMES": ("tap.yml",), "NATURE": "decided", "__doc__": "Taps.", **values})


def test_a_format_is_listed_with_its_words_its_files_and_its_platform(generate):
    text = generate.formats(
        [reader(PLATFORM="heroku", NAMES=("tap.yml", "taps/*.yml"), __doc__="Taps.\n\nAfter water.")]
    )

    assert text.index("Platforms\n---------") < text.index(".. _format-tap:\n\ntap\n~~~\n\nTaps.\n\nAfter water.\n\n")
    assert ":Files: ``tap.yml``, ``taps/*.yml``\n:Whose: decided by names, contents and references\n" in text
    assert ":Platform: :ref:`Heroku <platform-heroku>`\n" in text


@pytest.mark.parametrize(
    ("values", "group"),
    [
        pytest.param({"KIND": "nginx"}, "servers", id="by its kind"),
        pytest.param({"PLATFORM": "render"}, "platforms", id="of a platform"),
        pytest.param({"NATURE": "project"}, "project", id="of the project"),
        pytest.param({}, "tools", id="of none of these"),
    ],
)
def test_the_group_of_a_format(generate, values, group):
    assert generate.group_of(reader(**values)) == group


def test_every_kind_with_a_group_of_its_own_exists(generate):
    assert set(generate.GROUP_OF) <= set(readers.load())


def test_of_very_many_names_the_first_are_shown(generate):
    assert generate.names([f"{number}.yml" for number in range(26)]).endswith(", ``23.yml`` and 2 more")
    assert generate.names(["a", "a"]) == "``a``"
    assert generate.names(()) == ""


def test_what_is_only_noticed_stands_last_with_all_its_names(generate):
    unread = reader(KIND="unread-format", NAMES=tuple(f"{number}.tf" for number in range(30)))

    text = generate.formats([unread, reader()])

    assert text.index("_format-tap:") < text.index("Noticed, not read\n-----")
    assert text.endswith(", ``28.tf``, ``29.tf``\n")
    assert "_format-unread-format" not in text


def test_every_field_of_a_platform_has_a_sentence(generate):
    """One that is added needs words for people too."""
    told = {"title", "source", "application_names", *generate.FACTS}

    assert told == {field.name for field in fields(Platform)}
    for name, sentences in generate.FACTS.items():
        values = {True, False} if isinstance(getattr(PLATFORMS["render"], name), bool) else set(Answer)
        assert (name, set(sentences)) == (name, values)


def test_what_a_platform_does(generate):
    platform = Platform("Tap", "https://tap.example/", migrates=True, application_names=("app", "main", "handler"))

    sentences = list(generate.behaviour(platform))

    assert "Runs ``migrate`` by itself." in sentences
    assert "Does not run ``collectstatic`` by itself." in sentences
    assert sentences[-1] == (
        "Its own server looks for ``app``, ``main`` or ``handler`` in the module that it is told to serve."
    )


def test_every_platform_is_listed_once_with_its_files(generate):
    text = generate.platforms(PLATFORMS)

    assert [name for name in PLATFORMS if text.count(f".. _platform-{name}:\n") != 1] == []
    assert "Heroku (heroku-container)\n-----" in text
    assert ":Name: ``pythonanywhere``\n:Files: none of its own\n" in text
    assert ":Files: :ref:`nixpacks <format-nixpacks>`, :ref:`railpack <format-railpack>`, :ref:`railway" in text
