from __future__ import annotations

import pytest

from django_deploycheck.model import Location, PythonVersion
from django_deploycheck.readers import python_version
from django_deploycheck.source import Source

PATH = ".python-version"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("\n# 3.12\n", id="only a comment"),
        pytest.param("\u2028\n\x85\n", id="blanks of other kinds"),
        pytest.param("pypy3.10-7.3.17\n3.12\n", id="PyPy first"),
        pytest.param("shop-env\n", id="a virtual environment"),
        pytest.param("system\n", id="the system's Python"),
        pytest.param("3.12.1.2\n", id="too many parts"),
        pytest.param(">= latest\n", id="a range of nothing"),
        pytest.param("9999999.12\n", id="a number too large"),
    ],
)
def test_no_facts(text: str) -> None:
    assert list(python_version.read(Source(PATH, text))) == []


@pytest.mark.parametrize(
    ("text", "line", "version"),
    [
        pytest.param("3.12", 1, "3.12", id="no line end"),
        pytest.param("3.12.1\r\n", 1, "3.12.1", id="three parts"),
        pytest.param("3\n", 1, "3", id="one part"),
        pytest.param("\ufeff3.12\n", 1, "3.12", id="a BOM"),
        pytest.param("# why\n\n  3.12  # LTS\n", 3, "3.12", id="comments and spaces"),
        pytest.param("3.12.1\n3.11.4\n3.8\n", 1, "3.12.1", id="the first of several"),
        pytest.param("3.12.1 3.11.4\n", 1, "3.12.1", id="the first on a line"),
        pytest.param("python-3.12\n", 1, "3.12", id="as in runtime.txt"),
        pytest.param("cpython@3.12.1\n", 1, "3.12.1", id="as uv may write it"),
        pytest.param("cpython-3.12.1-linux-x86_64-gnu\n", 1, "3.12.1", id="uv's full name"),
        pytest.param("3.14.0rc1\n", 1, "3.14.0rc1", id="a release candidate"),
        pytest.param("3.13t\n", 1, "3.13", id="free-threaded"),
        pytest.param("3.13-dev\n", 1, "3.13", id="a development version"),
    ],
)
def test_version(text: str, line: int, version: str) -> None:
    expected = [PythonVersion(Location(PATH, line), version=version, kind="python-version")]

    assert list(python_version.read(Source(PATH, text))) == expected


def test_range() -> None:
    expected = [PythonVersion(Location(PATH, 1), specifier=">=3.11, <3.13", kind="python-version")]

    assert list(python_version.read(Source(PATH, ">=3.11, <3.13\n"))) == expected
