from __future__ import annotations

import pytest

from django_deploycheck.model import Fact, Location, PythonVersion, Reference, Requirement
from django_deploycheck.readers import conda
from django_deploycheck.source import Source, Unreadable

PATH = "environment.yml"


def read(text: str) -> list[Fact]:
    return list(conda.read(Source(PATH, text)))


def item(text: str) -> list[Fact]:
    return read(f"dependencies:\n  - {text}\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("name: shop\nchannels: [conda-forge]\n", id="no dependencies"),
        pytest.param("dependencies: django\n", id="dependencies that are no list"),
        pytest.param("dependencies: [~, [django], {npm: [x]}, '', '?']\n", id="items that are no packages"),
        pytest.param("dependencies:\n  - pip:\n    - -r ../r.txt\n    - --pre\n    - '?'\n", id="options of pip"),
        pytest.param("dependencies: [python]\n", id="any Python"),
        pytest.param("dependencies: [_libgcc_mutex=0.1=main]\n", id="conda's own bookkeeping"),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


def test_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("dependencies: [")


@pytest.mark.parametrize(
    ("text", "name", "specifier", "pinned"),
    [
        pytest.param("Django", "django", "", False, id="a name"),
        pytest.param("django=4.2", "django", "==4.2.*", False, id="a fuzzy version"),
        pytest.param("django=4.2.*", "django", "==4.2.*", False, id="a fuzzy version with its star"),
        pytest.param("django==4.2.1", "django", "==4.2.1", True, id="an exact version"),
        pytest.param("django=4.2.1=py39_0", "django", "==4.2.1", True, id="a build"),
        pytest.param("conda-forge::django >=4.2, <5", "django", ">=4.2,<5", False, id="a channel and a range"),
        pytest.param("'django==4.2[build=py39]'", "django", "==4.2", True, id="a match in brackets"),
    ],
)
def test_packages(text: str, name: str, specifier: str, pinned: bool) -> None:
    assert item(text) == [Requirement(name, specifier, Location(PATH, 2), pinned=pinned)]


@pytest.mark.parametrize(
    ("text", "version", "specifier"),
    [
        ("python=3.11", "3.11", None),
        ("python==3.11.4", "3.11.4", None),
        ("python=3.11.*", "3.11", None),
        ("python=3.11.4=h955ad1f_0", "3.11.4", None),
        ("python>=3.10,<3.13", None, ">=3.10,<3.13"),
    ],
)
def test_python(text: str, version: str | None, specifier: str | None) -> None:
    assert item(text) == [PythonVersion(Location(PATH, 2), version, specifier, "conda")]


def test_packages_that_pip_installs() -> None:
    text = "dependencies:\n  - pip\n  - pip:\n    - whitenoise==6.0\n    - -r requirements/prod.txt\n"

    assert read(text) == [
        Requirement("pip", "", Location(PATH, 2)),
        Requirement("whitenoise", "==6.0", Location(PATH, 4), pinned=True),
        Reference("requirements/prod.txt", "requirements", Location(PATH, 5), required=True),
    ]
