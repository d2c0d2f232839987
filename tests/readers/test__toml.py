from __future__ import annotations

import inspect
import sys

import pytest

from django_deploycheck.readers import _toml
from django_deploycheck.source import Source, Unreadable

TEXT = '''# comment with [brackets] and "quotes"
top = "a"
dotted.key . "with.dot" = 1
array = [ "x", # "no item"
  "y", ["z",
  """
a "quoted" ""text"" """],
  { name = "n", in.line = [
    2 ] },
]
text = \'\'\'
[no.table]
it''s\'\'\'
after = 1979-05-27 07:32:00

[table]
key = 'literal \\'
[[list]]
a = 1
[[list]]
a = 2
b = []
[list.sub]
c = 3
[[list.inner]]
d = 4
'''


def document(text: str) -> _toml.Document:
    return _toml.document(Source("x.toml", text))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("dotted", "key", "with.dot"), 3),
        (("array",), 4),
        (("array", 0), 4),
        (("array", 1), 5),
        (("array", 2), 5),
        (("array", 2, 0), 5),
        (("array", 2, 1), 6),
        (("array", 3), 8),
        (("array", 3, "name"), 8),
        (("array", 3, "in", "line"), 8),
        (("array", 3, "in", "line", 0), 9),
        (("text",), 11),
        (("after",), 14),
        (("table",), 16),
        (("table", "key"), 17),
        (("list", 0), 18),
        (("list", 0, "a"), 19),
        (("list", 1), 20),
        (("list", 1, "a"), 21),
        (("list", 1, "b"), 22),
        (("list", 1, "sub"), 23),
        (("list", 1, "sub", "c"), 24),
        (("list", 1, "inner", 0, "d"), 26),
        (("table", "missing"), 16),
        (("missing",), None),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int | None) -> None:
    assert document(TEXT).line(*path) == line


def test_lines_with_carriage_returns() -> None:
    assert document('a = 1\r\nb = """\r\n"""\r\nc = 2\r\n').line("c") == 4


def test_values() -> None:
    found = document('[a]\nb = "x"\nc = ["y", 1, "z"]\n')

    assert found.get("a", "b") == "x"
    assert found.get("a", "b", "c") is None
    assert found.table("a") == {"b": "x", "c": ["y", 1, "z"]}
    assert found.table("a", "b") == {}
    assert list(found.strings("a", "b")) == [("x", 2)]
    assert list(found.strings("a", "c")) == [("y", 3), ("z", 3)]
    assert list(found.strings("a")) == []


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        pytest.param("a = 1\nb = 'hunter2\n", "is not valid TOML", 2, id="a string that is not closed"),
        pytest.param('a = 1\nb = """hunter2\n', "is not valid TOML", 2, id="a long string that is not closed"),
        pytest.param("a = 1\n\nhunter2\n", "is not valid TOML", 3, id="a line that is no assignment"),
        pytest.param("a = [1,", "is not valid TOML", None, id="an array that is not closed"),
        pytest.param("a = 1\na = 2\n", "is not valid TOML", 2, id="a key set twice"),
        pytest.param("]\n}\n,\n", "is not valid TOML", 1, id="marks that close nothing"),
        pytest.param("\nx = " + "[" * 10000, "is nested too deeply", 2, id="deep arrays"),
        pytest.param("x = " + "{a = " * 10000, "is nested too deeply", 1, id="deep inline tables"),
        pytest.param("a" + ".a" * 100000 + " = 1", "is nested too deeply", 1, id="a key of many parts"),
        pytest.param("a" + ".a" * 100000, "is nested too deeply", 1, id="many parts and no value"),
        pytest.param("[" + "a." * 100000 + "b]", "is nested too deeply", 1, id="a table's name of many parts"),
        pytest.param(
            "[" + "a." * 40 + "b]\n" + "c." * 40 + "d = 1", "is nested too deeply", 2, id="a long key in a deep table"
        ),
    ],
)
def test_unreadable(text: str, reason: str, line: int | None) -> None:
    with pytest.raises(Unreadable) as caught:
        document(text)

    assert (caught.value.reason, caught.value.line) == (reason, line)
    assert "hunter2" not in str(caught.value)


def test_numbers_that_python_does_not_print() -> None:
    digits = "f" * 5000
    found = document(f"a = 0x{digits}\nb = [0x{digits}, 7]\nc = {{d = 0x{digits}}}\ne = '0x{digits}'\nf = true\n")

    assert found.data == {
        "a": sys.maxsize,
        "b": [sys.maxsize, 7],
        "c": {"d": sys.maxsize},
        "e": f"0x{digits}",
        "f": True,
    }


def test_parser_that_runs_out_of_stack() -> None:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 60)
    try:
        with pytest.raises(Unreadable) as caught:
            document("x = " + "[" * 60 + "]" * 60)
    finally:
        sys.setrecursionlimit(usual)

    assert caught.value.reason == "is nested too deeply"


def test_tokens_do_not_show_their_text() -> None:
    assert repr(_toml._Token("string", "hunter2", 3)) == "line 3"
