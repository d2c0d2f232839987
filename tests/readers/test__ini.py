from __future__ import annotations

import time

import pytest

from django_deploycheck.readers._ini import argv, values, without_inline_comment, words
from django_deploycheck.source import Source


def read(text: str, **how) -> list[tuple[str, str, str, int]]:
    found = values(Source("x.conf", text), **{"continued_by": "indent", **how})
    return [(value.section, value.key, value.value, value.line) for value in found]


@pytest.mark.parametrize("text", ["", "\n\n", "# a = 1\n; b = 2\n"], ids=["nothing", "blank lines", "comments"])
def test_no_values_in(text):
    assert read(text) == []


def test_sections_keys_and_lines():
    assert read("top = 1\n[a]\nb = 2\n[c] ; why\nd=e=f\n") == [
        ("", "top", "1", 1),
        ("a", "", "", 2),
        ("a", "b", "2", 3),
        ("c", "", "", 4),
        ("c", "d", "e=f", 5),
    ]


def test_repeated_keys_are_all_there():
    assert read("[a]\nb=1\nb=2\n")[1:] == [("a", "b", "1", 2), ("a", "b", "2", 3)]


@pytest.mark.parametrize(
    ("text", "delimiters", "found"),
    [
        pytest.param("a: b", "=", ("", "a: b", "", 1), id="a colon that is none"),
        pytest.param("a: b", "=:", ("", "a", "b", 1), id="a colon that is one"),
        pytest.param("a:b=c", "=:", ("", "a", "b=c", 1), id="the first one counts"),
        pytest.param("a=b:c", "=:", ("", "a", "b:c", 1), id="the others belong to the value"),
        pytest.param("flag", "=", ("", "flag", "", 1), id="a key alone"),
        pytest.param("a =", "=", ("", "a", "", 1), id="an empty value"),
    ],
)
def test_delimiters(text, delimiters, found):
    assert read(text, delimiters=delimiters) == [found]


def test_a_line_without_a_key_says_nothing():
    assert read("= b\n" + "k" * 300 + " = v\n") == []


def test_indented_lines_go_on():
    assert read("a =\n  one\n  # no part of it\n  two\nb = 3\n") == [("", "a", "\none\n\ntwo", 1), ("", "b", "3", 5)]


def test_a_section_may_be_indented_where_nothing_goes_on():
    assert read("  [a]\n  b = 1\n", continued_by="backslash") == [("a", "", "", 1), ("a", "b", "1", 2)]


def test_backslashes_go_on_and_comments_between_are_left_out():
    text = "a = one \\\n  two \\\n# three \\\n; four\n  five\nb = 2\n"
    assert read(text, continued_by="backslash") == [("", "a", "one\ntwo\n\n\nfive", 1), ("", "b", "2", 6)]


def test_a_backslash_at_the_end_of_the_file():
    assert read("a = one \\", continued_by="backslash") == [("", "a", "one", 1)]


def test_inline_comments_only_where_they_exist():
    assert read("a = b ; c\n") == [("", "a", "b ; c", 1)]
    assert read("a = b ; c\n d # e\n", inline_comments=";#") == [("", "a", "b\nd", 1)]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = b", 1), ("a =\n  b", 2), ("a =\n\n  b", 3), ("a =", 1)],
    ids=["beside the key", "below it", "two lines below", "nowhere"],
)
def test_where_a_value_begins(text, line):
    (value,) = values(Source("x.conf", text), continued_by="indent")
    assert value.first_line == line


def test_no_repr_shows_a_value():
    (value,) = values(Source("x.conf", "password = kd83jf72"), continued_by="indent")
    assert "kd83jf72" not in repr(value)
    assert "kd83jf72" not in repr(words("--password kd83jf72"))


@pytest.mark.parametrize(
    ("text", "rest"),
    [("a;b", "a;b"), ("a ;b", "a"), ("; a", ""), ("a 'b ;c'", "a 'b"), ("a\t; b ; c", "a"), ("", "")],
)
def test_inline_comment(text, rest):
    assert without_inline_comment(text) == rest


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("  a  b ", ["a", "b"], id="white space around"),
        pytest.param("'a b' \"c d\"", ["a b", "c d"], id="quotes"),
        pytest.param("a'b c'\"d\"e", ["ab cde"], id="quotes within a word"),
        pytest.param("''", [""], id="an empty word"),
        pytest.param(r'"a \"b\" \\ \n"', [r'a "b" \ \n'], id="backslashes in double quotes"),
        pytest.param(r"'a\b'", [r"a\b"], id="backslashes in single quotes"),
        pytest.param(r"a\ b \'c", ["a b", "'c"], id="backslashes outside"),
        pytest.param("a\nb", ["a", "b"], id="a line end between words"),
        pytest.param("'a\nb'", ["a\nb"], id="a line end within quotes"),
    ],
)
def test_words(text, found):
    assert [word.text for word in words(text) or []] == found


@pytest.mark.parametrize("text", ["'a", '"a', "a\\"], ids=["a quote", "double quotes", "a backslash"])
def test_words_that_do_not_end(text):
    assert words(text) is None


def test_words_know_their_lines():
    assert [(word.text, word.offset) for word in words("a\n'b\nc' d\n\ne") or []] == [
        ("a", 0),
        ("b\nc", 1),
        ("d", 2),
        ("e", 4),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a 'b\nc'", ["a", "b c"], id="no script"),
        pytest.param("sh -c 'b\nc'", ["sh", "-c", "b \\\nc"], id="a script keeps its lines"),
        pytest.param("sh -ec\n'b\nc'", ["sh", "-ec", "\\\nb \\\nc"], id="a script that begins below"),
    ],
)
def test_arguments(text, found):
    assert argv(words(text) or []) == found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = b \\\n" * 60_000, id="lines that go on"),
        pytest.param("a =\n" + " b\n" * 100_000, id="indented lines"),
        pytest.param("a" + " " * 400_000 + "b", id="spaces without a delimiter"),
        pytest.param("a = " + " " * 400_000 + "b ;", id="spaces before a value"),
        pytest.param("a = '" + "b" * 400_000, id="a quote that does not end"),
        pytest.param("[" * 400_000, id="brackets"),
    ],
)
@pytest.mark.parametrize("continued_by", ["backslash", "indent"])
def test_hostile_texts_take_linear_time(text, continued_by):
    start = time.process_time()
    for value in values(Source("x.conf", text), continued_by=continued_by, inline_comments=";#"):
        words(value.value)
    assert time.process_time() - start < 10
