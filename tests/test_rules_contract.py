"""What holds for every rule: its names, its page, and that the page's examples do what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from django_deploycheck import rules
from django_deploycheck.model import Finding
from django_deploycheck.rules import Rule
from tests.projects import Example, examples, inspect_example, inspect_files
from tests.running import manage, reported, write_site

RULES = rules.load()
# What these find cannot be shown by files: a crash of our own code.
WITHOUT_EXAMPLES = {"crashed-rule"}
# What these find is known of a site that runs: its models are loaded.
OF_RUNNING_SITES = {"missing-migrations", "conflicting-migrations", "unapplied-migrations"}
CONSOLE = "on the server"
CASES = [
    pytest.param(rule, example, id=f"{rule.name}: {example.title} {index}")
    for rule in RULES
    for index, example in enumerate(examples(rules.page(rule)))
]


def test_every_number_and_name_is_taken_once() -> None:
    assert len({rule.number for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_page_has_its_parts(rule: Rule) -> None:
    page = rules.page(rule)
    summary = page.splitlines()[0]
    assert summary.endswith(".")
    assert len(summary) <= 120
    titles = re.findall(r"^(.+)\n-{3,}$", page, re.MULTILINE)
    for wanted in ("Why it matters", "When to silence it", "References"):
        assert wanted in titles
    if rule.name not in WITHOUT_EXAMPLES:
        assert any(title.startswith("Bad") for title in titles)
        assert any(title.startswith("Good") for title in titles)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_level_is_a_letter_django_knows(rule: Rule) -> None:
    assert rule.level in ("E", "W", "I")


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_does_what_the_page_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    findings = (site_findings if rule.name in OF_RUNNING_SITES else example_findings)(tmp_path, example, rule.name)
    if not example.is_bad:
        assert findings == []
        return
    assert findings
    for finding in findings:
        assert finding.message.endswith(".")
        assert "\n" not in finding.message + finding.hint
        assert finding.hint[:1].isupper()
        assert finding.hint.endswith(".") or finding.hint[-1] in "'\"`)]}"


def example_findings(folder: Path, example: Example, name: str) -> list[Finding]:
    return inspect_example(folder, example).findings(name)


def site_findings(folder: Path, example: Example, name: str) -> list[Finding]:
    """What the example's site says of itself, once the commands of its console blocks have run."""
    files = dict(example.files)
    console = re.findall(r"^\$ python manage.py (\S+)(.*)$", files.pop(CONSOLE, ""), re.MULTILINE)
    write_site(folder, files, files.pop("settings.py", ""))
    databases: list[str] = []
    for command, arguments in console:
        if command == "check":
            databases = re.findall(r"--database \S+", arguments)
        else:
            manage(folder, command, *arguments.split(), check=True)
    found = reported(folder, *" ".join(databases).split())
    return [Finding(one["message"], one["hint"]) for one in found if one["name"] == name]


def test_no_rule_speaks_of_a_site_without_deployment_files(tmp_path: Path) -> None:
    assert inspect_files(tmp_path).ids() == []


def test_no_rule_speaks_of_an_empty_folder(tmp_path: Path) -> None:
    report = inspect_files(tmp_path, skeleton=False, complete=True)
    assert [
        finding
        for finding in report.findings()
        if finding.location and finding.location.path != "bookstore/settings.py"
    ] == []
