from __future__ import annotations

import pytest

from django_deploycheck.model import BlindSpot, Fact, Location, PythonVersion, Requirement
from django_deploycheck.readers import setup_py
from django_deploycheck.source import Source, Unreadable

IMPORT = "from setuptools import setup\n"


def read(text: str) -> list[Fact]:
    return list(setup_py.read(Source("setup.py", text)))


def wanted(name: str, specifier: str = "", line: int = 2, group: str | None = None, *, pinned: bool = False) -> Fact:
    return Requirement(name, specifier, Location("setup.py", line), group=group, pinned=pinned)


def computed(argument: str, line: int = 2) -> Fact:
    return BlindSpot(f"{argument} is computed", Location("setup.py", line), frozenset())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("def view(request):\n    return (\n", id="a broken file that sets nothing up"),
        pytest.param("import django\ndjango.setup()\n", id="Django's own setup"),
        pytest.param("from django import setup\nsetup(install_requires=['django'])\n", id="a setup of the same name"),
        pytest.param(
            "def setup(install_requires): ...\nsetup(install_requires=['django'])\n", id="a setup defined here"
        ),
        pytest.param(IMPORT + "setup()\n", id="no arguments"),
        pytest.param(IMPORT + "setup(name='shop', **options)\n", id="other arguments"),
        pytest.param(
            IMPORT + "setup(install_requires=[''], python_requires=VERSION)\n", id="arguments that say nothing"
        ),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


def test_unreadable() -> None:
    with pytest.raises(Unreadable):
        read(IMPORT + "setup(\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("setup(install_requires=[\n 'Django==4.2.1',\n 'gunicorn'])", [wanted("django", "==4.2.1", 3, pinned=True), wanted("gunicorn", line=4)], id="a list"),
        pytest.param("setup(install_requires=('Django',))", [wanted("django")], id="a tuple"),
        pytest.param("setup(install_requires='''\nDjango\ngunicorn\n''')", [wanted("django", line=3), wanted("gunicorn", line=4)], id="one text"),
        pytest.param("needs = ['Django']\nsetup(install_requires=needs)", [wanted("django")], id="a name"),
        pytest.param("needs = ['Django']\nsetup(install_requires=needs + ['a'] + [*needs, 'b'])", [wanted("django"), wanted("a", line=3), computed("install_requires", 3), wanted("b", line=3)], id="a sum that repeats a name"),
        pytest.param("needs = more = ['Django']\nx.y = 1\nsetup(install_requires=[*more])", [wanted("django")], id="one of two names, unpacked"),
        pytest.param("setup(tests_require=['pytest'])", [wanted("pytest", group="test")], id="tests"),
        pytest.param("setup(setup_requires=['wheel'])", [Requirement("wheel", "", Location("setup.py", 2), "build")], id="what builds it"),
        pytest.param("setup(extras_require={'s3': ['boto3'], **more, NAME: ['redis']})", [wanted("boto3", group="s3"), computed("extras_require"), wanted("redis", group="optional")], id="extras"),
        pytest.param("extras = {'s3': ['boto3']}\nsetup(extras_require=extras)", [wanted("boto3", group="s3")], id="extras by name"),
        pytest.param("V = '>=3.11'\nsetup(python_requires=V)", [PythonVersion(Location("setup.py", 2), specifier=">=3.11", kind="setup-py")], id="the Python version"),
    ],
)  # fmt: skip
def test_facts(text: str, expected: list[Fact]) -> None:
    assert read(IMPORT + text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("setup(install_requires=read('requirements.txt'))", [computed("install_requires")], id="a call"),
        pytest.param("setup(install_requires=[f'django=={V}', VERSION, 'gunicorn'])", [computed("install_requires"), wanted("gunicorn")], id="items that are computed, once"),
        pytest.param("needs = ['a']\nneeds = ['b']\nsetup(install_requires=needs)", [computed("install_requires", 4)], id="a name bound twice"),
        pytest.param("needs = ['a']\nneeds += ['b']\nsetup(install_requires=needs)", [computed("install_requires", 4)], id="a name that is extended"),
        pytest.param("needs = needs\nsetup(install_requires=needs)", [computed("install_requires")], id="a name bound to itself"),
        pytest.param("setup(extras_require=extras())", [computed("extras_require")], id="extras"),
    ],
)  # fmt: skip
def test_blind_spots(text: str, expected: list[Fact]) -> None:
    assert read(IMPORT + text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "import setuptools\nsetuptools.setup(install_requires=['django'])",
        "import setuptools as tools\ntools.setup(install_requires=['django'])",
        "from distutils.core import setup as build\nbuild(install_requires=['django'])",
    ],
)
def test_ways_to_call_it(text: str) -> None:
    assert read(text) == [wanted("django")]
