"""docs/checklist.rst names every heading of Django's checklist, and only checks and rules that exist."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from django_deploycheck.rules import load

PAGE = (Path(__file__).parent.parent / "docs" / "checklist.rst").read_text(encoding="utf-8")
RULES = {rule.name: rule.code for rule in load()}
ROW = re.compile(r"^   \* - (.+)\n     - (.+)\n     - (.+(?:\n {7}.+)*)", re.MULTILINE)
ROWS = [match.groups() for match in ROW.finditer(PAGE) if match[1] not in ("Heading", "It tested")]
LINK = re.compile(r":doc:`(\w\d{3}) ([\w-]+) <rules/([\w-]+)>`")
CHECK = re.compile(r"``(\w+)\.(\w\d{3})``")

# docs/howto/deployment/checklist.txt of Django 5.2, the headings below which something is asked for.
HEADINGS = [
    "Run ``manage.py check --deploy``",
    "Switch away from ``manage.py runserver``",
    "``SECRET_KEY``",
    "``DEBUG``",
    "``ALLOWED_HOSTS``",
    "``CACHES``",
    "``DATABASES``",
    "``EMAIL_BACKEND`` and related settings",
    "``STATIC_ROOT`` and ``STATIC_URL``",
    "``MEDIA_ROOT`` and ``MEDIA_URL``",
    "HTTPS",
    "``CSRF_COOKIE_SECURE``",
    "``SESSION_COOKIE_SECURE``",
    "Sessions",
    "``CONN_MAX_AGE``",
    "``TEMPLATES``",
    "``LOGGING``",
    "``ADMINS`` and ``MANAGERS``",
    "Customize the default error views",
]
PONY_CHECKUP = 11
MODULES = {
    "security": [f"django.core.checks.security.{name}" for name in ("base", "csrf", "sessions")],
    "caches": ["django.core.checks.caches"],
}
# Only in later Djangos than the oldest that is supported.
LATER = {"mail.E001"}


def test_every_row_has_three_cells():
    assert len(ROWS) == PAGE.count("\n   * - ") - PAGE.count(".. list-table::")


def test_the_headings_are_djangos_own():
    assert [row[0] for row in ROWS[: len(HEADINGS)]] == HEADINGS


def test_everything_that_pony_checkup_tested_has_a_row():
    assert len(ROWS) - len(HEADINGS) == PONY_CHECKUP


def test_every_row_has_an_answer():
    """A check, a rule, "not yet", or why there is none."""
    answers = re.compile(r"not yet|not checkable|not needed")

    assert [row[0] for row in ROWS if not (CHECK.search(row[1]) or LINK.search(row[2]) or answers.search(row[2]))] == []


def test_every_rule_that_is_named_exists():
    links = LINK.findall(PAGE)

    assert len(links) == PAGE.count(":doc:`")
    assert [(code, name) for code, name, page in links if (RULES.get(name), page) != (code, name)] == []


@pytest.mark.parametrize("module", sorted({module for module, _ in CHECK.findall(PAGE)}))
def test_every_check_that_is_named_exists(module):
    named = {f"{app}.{number}" for app, number in CHECK.findall(PAGE) if app == module} - LATER
    sources = "".join(
        Path(import_module(name).__file__ or "").read_text(encoding="utf-8") for name in MODULES.get(module, ())
    )

    assert [identifier for identifier in sorted(named) if f'"{identifier}"' not in sources] == []
