from __future__ import annotations

import ast
import sys
import time
import warnings

import pytest

from django_deploycheck.readers import _python
from django_deploycheck.source import Source, Unreadable


def assigned(text):
    """What the last statement of the module assigns."""
    statement = _python.parse(Source("settings.py", text)).body[-1]
    assert isinstance(statement, ast.Assign)
    return statement.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a = 'b'\n", "b", id="a text"),
        pytest.param("a = '\\U0001f40d'\n", "\U0001f40d", id="a character above the first plane"),
        pytest.param("a = 12\n", 12, id="a number"),
        pytest.param("a = 0xff\n", 255, id="a hexadecimal number"),
        pytest.param("a = b'\\xff'\nb = 'd\\ud800'\n", "d?", id="half a surrogate pair"),
        pytest.param("a = '\\U0000dfff'\n", "?", id="half a surrogate pair, in eight digits"),
        pytest.param("a = 0x" + "f" * 5000 + "\n", sys.maxsize, id="a number of thousands of digits"),
        pytest.param("a = '0x" + "f" * 5000 + "'\n", "0x" + "f" * 5000, id="a text of thousands of digits"),
    ],
)
def test_what_is_a_constant(text, expected):
    value = assigned(text)
    assert isinstance(value, ast.Constant)
    assert value.value == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a = (\n", "is no valid Python", id="an open bracket"),
        pytest.param("a = " + "1" * 5000, "is no valid Python", id="a decimal number of thousands of digits"),
        pytest.param("a = " + "(" * 30_000, "nests too deeply", id="open brackets"),
        pytest.param("a = " + "-" * 30_000 + "1", "nests too deeply", id="operators"),
        pytest.param("a = f'{" + "-" * 30_000 + "1}'", None, id="operators within a text"),
        pytest.param("if a:\n b = 1\n" + "elif a:\n b = 1\n" * 9_000, "is too long", id="a chain of elif"),
    ],
)
def test_unreadable(text, reason):
    with pytest.raises(Unreadable) as caught:
        assigned(text)
    assert caught.value.reason == (reason or caught.value.reason)


def test_a_warning_about_what_is_read_is_nobodys(recwarn):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(assigned("a = '\\d'\n"), ast.Constant)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a = b\n", "b", id="a name"),
        pytest.param("a = b.c.d\n", "b.c.d", id="a chain of attributes"),
        pytest.param("a = b().c\n", None, id="of what a call returns"),
        pytest.param("a = b" + ".c" * 20 + "\n", "b" + ".c" * 20, id="a chain that is just short enough"),
        pytest.param("a = b" + ".c" * 21 + "\n", None, id="a chain that is too long"),
    ],
)
def test_dotted_name(text, expected):
    assert _python.dotted(assigned(text)) == expected


def test_long_chains_take_linear_time():
    module = _python.parse(Source("settings.py", ("a = b" + ".c" * 900 + "\n") * 20))
    start = time.process_time()
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            _python.dotted(node)
    assert time.process_time() - start < 2
