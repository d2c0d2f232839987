"""docs/configuration.rst describes every key of ``DEPLOYCHECK``, and docs/silencing.rst every form of a silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from django_deploycheck.conf import configuration
from tests.projects import inspect_files

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "configuration.rst").read_text(encoding="utf-8")
SILENCING = (DOCS / "silencing.rst").read_text(encoding="utf-8")


def test_every_key_is_described_and_shown():
    (mistake,) = configuration({"X": 1}, (), ()).mistakes
    keys = re.findall(r"[A-Z]{3,}", mistake.hint)

    assert re.findall(r"^``([A-Z]+)``$", PAGE, re.MULTILINE) == keys
    assert re.findall(r'^       "([A-Z]+)":', PAGE, re.MULTILINE) == keys


FORMS = {
    "#": ("start.sh", "#!/bin/sh\n{comment}\nexec python manage.py runserver\n", "Procfile", "web: ./start.sh\n"),
    ";": ("supervisord.conf", "[program:web]\n{comment}\ncommand=python manage.py runserver\n", "x.txt", ""),
    "//": (
        "zappa_settings.json",
        '{{"production": {{\n  {comment}\n  "django_settings": "bookstore.absent"\n}}}}\n',
        "x.txt",
        "",
    ),
}


@pytest.mark.parametrize("mark", FORMS)
def test_a_mark_silences_in_a_format_that_is_listed_for_it(tmp_path, mark):
    path, text, other, more = FORMS[mark]
    rule = "unexpected-settings-module" if path.endswith(".json") else "runserver-in-production"
    assert f"``{mark} deploycheck: ignore[…]``" in SILENCING

    report = inspect_files(
        tmp_path, {path: text.format(comment=f"{mark} deploycheck: ignore[{rule}] it is known"), other: more}
    ).report

    assert [
        (result.silence.by, result.silence.reason) if result.silence else None
        for result in report.results
        if result.rule.name == rule
    ] == [("comment", "it is known")]


@pytest.mark.parametrize(
    "ignored",
    [
        pytest.param("runserver-in-production", id="a name"),
        pytest.param("101", id="a number"),
        pytest.param("W101", id="a letter and a number"),
        pytest.param("deploycheck.W101", id="an id"),
        pytest.param("runserver-in-production:Procfile", id="a file"),
        pytest.param("runserver-in-production:Proc*", id="a pattern"),
    ],
)
def test_a_rule_is_ignored_in_every_way_that_is_described(tmp_path, ignored):
    files = {"Procfile": "web: python manage.py runserver\n"}

    report = inspect_files(tmp_path, files, settings=f"DEPLOYCHECK = {{'IGNORE': {{{ignored!r}: 'known'}}}}\n").report

    assert [result.silence for result in report.results if result.rule.number == 101] != []
    assert None not in [result.silence for result in report.results if result.rule.number == 101]
