from __future__ import annotations

import re
from pathlib import Path

import pytest

from django_deploycheck import patterns
from django_deploycheck.patterns import regex

from .test_records import modules

ROOT = Path(__file__).resolve().parent.parent


def test_nothing_is_compiled_before_its_first_use(monkeypatch):
    compiled = []
    compile_pattern = re.compile

    def counted(*arguments):
        compiled.append(arguments)
        return compile_pattern(*arguments)

    monkeypatch.setattr(re, "compile", counted)

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


def test_texts_without_a_literal_are_not_searched(monkeypatch):
    number = regex("port=([0-9]+)", holding="port=")
    folded = regex("(?:bind|port)=([0-9]+)", re.IGNORECASE, holding="bind port")

    monkeypatch.setattr(re, "compile", lambda *arguments: pytest.fail("compiled"))
    for pattern in (number, folded):
        assert [pattern.search("80"), pattern.match("80"), pattern.fullmatch("80")] == [None, None, None]
        assert (list(pattern.finditer("80")), pattern.sub("-", "80")) == ([], "80")
    monkeypatch.undo()

    assert [
        bool(found) for found in (number.search("a port=80"), number.match("port=80;"), number.fullmatch("port=80"))
    ]
    assert number.match("a port=80", 2)
    assert [match[1] for match in folded.finditer("BIND=1 Port=2")] == ["1", "2"]
    assert number.sub("-", "port=80 port=81") == "- -"
    assert number.sub("-", "port=80 port=81", 1) == "- port=81"
    assert number.split("a port=80 b") == ["a ", "80", " b"]


def of_the_package(kind):
    return {
        id(value): value for module in modules() for value in held(vars(module).values()) if isinstance(value, kind)
    }


def held(values):
    """The values, and what stands in tuples and dictionaries among them."""
    for value in values:
        if isinstance(value, tuple):
            yield from held(value)
        elif isinstance(value, dict):
            yield from held(value.values())
        else:
            yield value


def test_what_a_pattern_matches_holds_one_of_its_literals():
    roots = [ROOT / "docs", ROOT / "tests" / "example", ROOT / "tests" / "projects", ROOT / "tests" / "readers"]
    files = [
        path for root in roots for path in root.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".svg")
    ]
    texts = {line for path in files for line in path.read_text(encoding="utf-8", errors="replace").splitlines()}
    texts |= {word for line in texts for word in re.split(r"[\s\"'`,()=]+", line)}
    holding = of_the_package(patterns._Holding).values()

    assert len(texts) > 20_000
    assert len(holding) > 20
    assert [
        (pattern.pattern, text)
        for pattern in holding
        for text in texts
        if not pattern.may_match(text) and pattern._pattern.search(text)
    ] == []


def test_every_pattern_of_the_package_compiles():
    found = of_the_package((patterns._Uncompiled, patterns._Holding)).values()

    assert len(found) > 300
    assert all(value.groups >= 0 for value in found)
