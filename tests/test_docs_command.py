"""docs/command.rst describes every option of ``manage.py deploycheck``, and none that it does not have."""

from __future__ import annotations

import re
from argparse import Action
from pathlib import Path

import pytest
from django.core.management.base import BaseCommand

from django_deploycheck.management.commands.deploycheck import Command

PAGE = (Path(__file__).parent.parent / "docs" / "command.rst").read_text(encoding="utf-8")
OPTIONS = PAGE[PAGE.index("\nOptions\n-------\n") : PAGE.index("\nExamples\n--------\n")]
DESCRIBED = dict(re.findall(r"^``(--[\w-]+)(?: ([A-Z]+))?``$", OPTIONS, re.MULTILINE))


def options(command: BaseCommand) -> dict[str, Action]:
    parser = command.create_parser("manage.py", "deploycheck")
    return {action.option_strings[-1]: action for action in parser._actions if action.option_strings}


OWN = {name: action for name, action in options(Command()).items() if name not in options(BaseCommand())}


def test_every_option_is_described_in_the_order_of_the_parser():
    assert list(DESCRIBED) == list(OWN)


@pytest.mark.parametrize("name", DESCRIBED)
def test_an_option_takes_a_value_where_the_page_says_so(name):
    takes_value = OWN[name].nargs != 0

    assert bool(DESCRIBED[name]) == takes_value


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_choices_and_the_default_of_an_option_are_described(name):
    start = OPTIONS.index(f"\n``{name}")
    text = re.split(r"\n``--", OPTIONS[start + 1 :])[0]
    choices = OWN[name].choices or ()
    default = OWN[name].default

    assert [choice for choice in choices if f"``{choice}``" not in text] == []
    assert "(default)" in text if choices else "(default)" not in text
    if isinstance(default, str):
        assert f"``{default}`` (default)" in text


def test_what_excludes_each_other_stands_last():
    """The page speaks of "the last three"."""
    (group,) = Command().create_parser("manage.py", "deploycheck")._mutually_exclusive_groups

    assert [action.option_strings[0] for action in group._group_actions] == list(DESCRIBED)[-3:]
