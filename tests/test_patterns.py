from __future__ import annotations

import re

import pytest

from django_deploycheck import patterns
from django_deploycheck.patterns import regex

from .test_records import modules


def test_nothing_is_compiled_before_its_first_use(monkeypatch):
    compiled = []
    compile_pattern = re.compile

    def counted(*arguments):
        compiled.append(arguments)
        return compile_pattern(*arguments)

    monkeypatch.setattr(patterns.re, "compile", counted)

    word = regex(r"(?P<word>[a-z]+)", re.IGNORECASE)

    assert compiled == []
    assert word.sub("-", "a1B") == "-1-"
    assert [bool(word.match(text)) for text in ("Ab1", "1")] == [True, False]
    assert compiled == [(r"(?P<word>[a-z]+)", re.IGNORECASE)] * 2
    assert (word.pattern, word.groups) == (r"(?P<word>[a-z]+)", 1)


def test_an_error_shows_when_it_is_used():
    broken = regex("(")

    with pytest.raises(re.error):
        broken.match("")


def test_every_pattern_of_the_package_compiles():
    found = [
        value for module in modules() for value in vars(module).values() if isinstance(value, patterns._Uncompiled)
    ]

    assert len(found) > 300
    assert all(value.groups >= 0 for value in found)
