from __future__ import annotations

import pytest

from django_deploycheck.model import Fact, Location, PythonVersion, Requirement
from django_deploycheck.readers import pipfile
from django_deploycheck.source import Source, Unreadable


def read(text: str) -> list[Fact]:
    return list(pipfile.read(Source("Pipfile", text)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param('[[source]]\nurl = "https://u:hunter2@pypi.example/simple"\nname = "x"\n', id="an index"),
        pytest.param('[scripts]\nserver = "python manage.py runserver"\n', id="scripts"),
        pytest.param("[packages]\ndjango = 1\n[requires]\npython_version = 3\n", id="values of another type"),
        pytest.param('packages = "django"\n', id="a table of another type"),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


def test_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("[packages\n")


def test_packages_of_every_category() -> None:
    text = """\
[packages]
Django = "==4.2.1"
"ruamel.yaml" = "*"

[dev-packages]
pytest = ">=8"

[docs]
sphinx = {version = "~=8.0", extras = ["x"]}

[requires]
python_version = "3.12"
"""
    assert read(text) == [
        Requirement("django", "==4.2.1", Location("Pipfile", 2), pinned=True),
        Requirement("ruamel-yaml", "", Location("Pipfile", 3)),
        Requirement("pytest", ">=8", Location("Pipfile", 6), group="dev"),
        Requirement("sphinx", "~=8.0", Location("Pipfile", 9), group="docs", extras=("x",)),
        PythonVersion(Location("Pipfile", 12), version="3.12", kind="pipfile"),
    ]


def test_full_version_comes_first() -> None:
    text = '[requires]\npython_version = "3.12"\npython_full_version = "3.12.4"\n'

    assert read(text) == [PythonVersion(Location("Pipfile", 3), version="3.12.4", kind="pipfile")]
