from __future__ import annotations

import pytest

from django_deploycheck.model import Location, PythonVersion
from django_deploycheck.readers import runtime_txt
from django_deploycheck.source import Source


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("pypy3.9-7.3.11\n", id="PyPy"),
        pytest.param("ruby-3.2.1\n", id="another language"),
        pytest.param("The runtime of the film is 120 minutes.\n3.9\n", id="prose"),
    ],
)
def test_no_facts(text: str) -> None:
    assert list(runtime_txt.read(Source("runtime.txt", text))) == []


@pytest.mark.parametrize(
    ("text", "line", "version"),
    [
        pytest.param("python-3.9.18", 1, "3.9.18", id="Heroku"),
        pytest.param("\n# why\npython-3.9.18\r\n", 3, "3.9.18", id="below a comment"),
        pytest.param("Python-3.9\n", 1, "3.9", id="a capital"),
        pytest.param("3.9\n", 1, "3.9", id="Netlify"),
        pytest.param("python-3.11.x\n", 1, "3.11", id="Cloud Foundry's newest patch"),
        pytest.param("\ufeffpython-3.9.18\n", 1, "3.9.18", id="a BOM"),
    ],
)
def test_version(text: str, line: int, version: str) -> None:
    expected = [PythonVersion(Location("runtime.txt", line), version=version, kind="runtime-txt")]

    assert list(runtime_txt.read(Source("runtime.txt", text))) == expected
