from __future__ import annotations

import pytest

from django_deploycheck.model import Fact, Location, PythonVersion, Reference, Requirement
from django_deploycheck.readers import pyproject
from django_deploycheck.source import Source, Unreadable

PATH = "backend/pyproject.toml"


def read(text: str) -> list[Fact]:
    return list(pyproject.read(Source(PATH, text)))


def wanted(name: str, specifier: str, line: int, group: str | None = None, *, pinned: bool = False) -> Fact:
    return Requirement(name, specifier, Location(PATH, line), group=group, pinned=pinned)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("[tool.ruff]\nline-length = 120\n", id="only tools"),
        pytest.param(
            '[project]\ndependencies = ["", "?", 1, {name = "django"}]\n', id="items that are no requirements"
        ),
        pytest.param('project = "shop"\ntool = 1\ndependency-groups = []\n', id="tables of another type"),
        pytest.param(
            '[project]\ndependencies = {}\nrequires-python = 3\noptional-dependencies = "x"\n',
            id="values of another type",
        ),
        pytest.param(
            '[tool.poetry]\ndependencies = []\ngroup = "x"\nextras = {a = "django"}\n',
            id="Poetry's tables of another type",
        ),
        pytest.param("[tool.poetry.dependencies]\ndjango = 1\n", id="a version of another type"),
        pytest.param(
            "[tool.setuptools.dynamic]\ndependencies = {file = ['../../r.txt', '/r.txt']}\n", id="files outside"
        ),
        pytest.param('[dependency-groups]\ndev = [{include-group = "test"}]\n', id="a group that includes another"),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


def test_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        read("[project]\nname = shop\n")

    assert (caught.value.reason, caught.value.line) == ("is not valid TOML", 2)


def test_standard_tables() -> None:
    text = """\
[build-system]
requires = ["hatchling>=1"]

[project]
requires-python = ">=3.11"
dependencies = ["django==4.2.1",  # why
  'gunicorn>=20',
    # "celery",
  "django==4.2.1 ; python_version < '3.12'",
]
[project.optional-dependencies]
s3 = ["django"]
"prod.x" = ["whitenoise"]

[dependency-groups]
dev = [
  {include-group = "test"},
  "django",
]
test = ["pytest"]
"""
    assert read(text) == [
        Requirement("hatchling", ">=1", Location(PATH, 2), kind="build"),
        wanted("django", "==4.2.1", 6, pinned=True),
        wanted("gunicorn", ">=20", 7),
        wanted("django", "==4.2.1", 9, pinned=True),
        wanted("django", "", 12, "s3"),
        wanted("whitenoise", "", 13, "prod.x"),
        wanted("django", "", 18, "dev"),
        wanted("pytest", "", 20, "test"),
        PythonVersion(Location(PATH, 5), specifier=">=3.11", kind="pyproject"),
    ]


def test_poetry() -> None:
    text = """\
[tool.poetry.dependencies]
python = "^3.11"
Django = "^4.2"
gunicorn = "20.1.0"
"zope.interface" = {version = "*", extras = ["docs"]}
boto3 = {version = "^1", optional = true}
redis = {version = "^5", optional = true}
psycopg = [
  {version = "3.1", python = "<3.12"},
  {version = "3.2"},
]
[tool.poetry.dependencies.sentry-sdk]
version = "~2.0"
[tool.poetry.extras]
s3 = ["Boto3"]
all = ["boto3"]
[tool.poetry.dev-dependencies]
black = "*"
[tool.poetry.group.main.dependencies]
whitenoise = "^6"
[tool.poetry.group.test.dependencies]
django = "^4.2"
"""
    assert read(text) == [
        wanted("django", "^4.2", 3),
        wanted("gunicorn", "==20.1.0", 4, pinned=True),
        Requirement("zope-interface", "", Location(PATH, 5), extras=("docs",)),
        wanted("boto3", "^1", 6, "s3"),
        wanted("redis", "^5", 7, "optional"),
        wanted("psycopg", "==3.1", 8, pinned=True),
        wanted("sentry-sdk", "~2.0", 12),
        wanted("black", "", 18, "dev"),
        wanted("whitenoise", "^6", 20),
        wanted("django", "^4.2", 22, "test"),
        PythonVersion(Location(PATH, 2), specifier="^3.11", kind="pyproject"),
    ]


def test_poetry_that_adds_a_source_to_a_standard_dependency() -> None:
    text = '[project]\ndependencies = ["Django>=4.2", "?"]\n[tool.poetry.dependencies]\ndjango = {source = "mirror"}\n'

    assert read(text) == [wanted("django", ">=4.2", 2)]


def test_other_tools() -> None:
    text = """\
[tool.pdm.dev-dependencies]
test = ["pytest"]
[tool.uv]
dev-dependencies = ["ruff"]
[tool.rye]
dev-dependencies = ["mypy"]
[tool.hatch.envs.docs]
dependencies = ["sphinx"]
extra-dependencies = ["furo"]
"""
    assert read(text) == [
        wanted("pytest", "", 2, "test"),
        wanted("ruff", "", 4, "dev"),
        wanted("mypy", "", 6, "dev"),
        wanted("sphinx", "", 8, "docs"),
        wanted("furo", "", 9, "docs"),
    ]


def test_requirements_in_other_files() -> None:
    text = """\
[tool.setuptools.dynamic]
dependencies = {file = ["requirements.txt", " requirements/more.txt"]}
optional-dependencies.dev = {file = "dev.txt"}
[tool.hatch.metadata.hooks.requirements_txt]
files = ["../r.txt"]
"""
    assert read(text) == [
        Reference("backend/requirements.txt", "requirements", Location(PATH, 2), required=True),
        Reference("backend/requirements/more.txt", "requirements", Location(PATH, 2), required=True),
        Reference("backend/dev.txt", "requirements", Location(PATH, 3), required=True),
        Reference("r.txt", "requirements", Location(PATH, 5), required=True),
    ]
