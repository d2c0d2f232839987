from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from django_deploycheck.model import Finding
from django_deploycheck.rules.host._support import Series
from django_deploycheck.rules.host.unsupported_version import findings
from tests.projects import inspect_files

TODAY = date(2026, 11, 1)
DOCKERFILE = """\
FROM python:{}
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
USER nobody
CMD ["gunicorn", "bookstore.wsgi"]
"""
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}


def said(path: Path, files: Mapping[str, str | None], today: date = TODAY, running: Series = (5, 2)) -> list[Finding]:
    deployment = inspect_files(path, files).report.deployment
    assert deployment is not None
    return list(findings(deployment, today, running))


def locked(version: str) -> str:
    return f'[[package]]\nname = "django"\nversion = "{version}"\n'


def project(requirement: str, python: str = ">=3.8") -> str:
    return f'[project]\nname = "bookstore"\nrequires-python = "{python}"\ndependencies = ["{requirement}"]\n'


SILENT: dict[str, Mapping[str, str | None]] = {
    "a supported pin": {"requirements.txt": "django==5.2.8\n"},
    "a release that is not known": {"requirements.txt": "django==7.0\n"},
    "a lower bound": {"requirements.txt": "django>=3.2\n"},
    "any version": {"requirements.txt": "django\n"},
    "a range that admits a supported version": {"requirements.txt": "django>=3.2,<6\n"},
    "an upper bound above every release": {"requirements.txt": "django<7\n"},
    "a compatible release of a supported series": {"requirements.txt": "django~=5.2\n"},
    "a branch of a repository": {
        "requirements.txt": "django @ git+https://github.com/django/django.git@stable/3.2.x\n"
    },
    "another distribution of that version": {
        "requirements.txt": "django==5.2.8\ndjango-storages==1.14\ngunicorn==3.2\n"
    },
    "what only tests install": {"requirements-test.txt": "django==3.2.1\n"},
    "an old group of the pyproject.toml": {
        "pyproject.toml": project("django~=5.2.0") + '[project.optional-dependencies]\nold = ["django==3.2"]\n'
    },
    "what the lock holds is newer than what is asked for": {
        "requirements.txt": None,
        "pyproject.toml": project("django==4.2"),
        "uv.lock": locked("5.2.8"),
    },
    "a lock with two versions, one supported": {
        "requirements.txt": None,
        "uv.lock": locked("4.2.8") + locked("5.2.8"),
    },
    "the last day of support": {"requirements.txt": "django==5.2.8\n", "runtime.txt": "python-3.11.9\n"},
    "a current image": {"Dockerfile": DOCKERFILE.format("3.14-slim")},
    "a floating tag": {"Dockerfile": DOCKERFILE.format("3-slim")},
    "the latest tag": {"Dockerfile": DOCKERFILE.format("latest")},
    "an image of a distribution": {"Dockerfile": DOCKERFILE.replace("python:{}", "ubuntu:20.04")},
    "an image that a variable names": {"Dockerfile": "ARG V\n" + DOCKERFILE.format("$V")},
    "an old Python only builds": {
        "Dockerfile": "FROM python:3.8 AS builder\nRUN make\n" + DOCKERFILE.format("3.14-slim")
    },
    "a development image": {"Dockerfile.dev": DOCKERFILE.format("3.8"), **PROCFILE},
    "an unused image of something else": {"tools/Dockerfile": "FROM python:3.8\nCMD python tool.py\n", **PROCFILE},
    "a Python file beside the image that runs": {
        "Dockerfile": DOCKERFILE.format("3.14"),
        ".python-version": "3.8\n",
    },
    "a Python without a minor version": {".python-version": "3\n", **PROCFILE},
    "another service on Platform.sh": {"service/.platform.app.yaml": "type: 'python:3.8'\n", **PROCFILE},
    "another service's runtime": {"service/runtime.txt": "python-3.8.1\n", **PROCFILE},
    "requires-python with an ended lower bound": {"pyproject.toml": project("django~=5.2.0"), **PROCFILE},
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: Mapping[str, str | None], tmp_path: Path) -> None:
    assert said(tmp_path, files) == []


FIRING: dict[str, tuple[Mapping[str, str | None], list[str]]] = {
    "a pin": ({"requirements.txt": "gunicorn==23\nDjango==4.2.11\n"}, ["requirements.txt:2"]),
    "a release of one's own": ({"requirements.txt": "django==4.0b1\n"}, ["requirements.txt:1"]),
    "a wildcard": ({"requirements.txt": "django==4.2.*\n"}, ["requirements.txt:1"]),
    "a compatible release": ({"requirements.txt": "django~=4.2.0\n"}, ["requirements.txt:1"]),
    "a compatible release of a major version": ({"requirements.txt": "django~=4.1\n"}, ["requirements.txt:1"]),
    "a range": ({"requirements.txt": "django>=3.2,<5\n"}, ["requirements.txt:1"]),
    "an upper bound alone": ({"requirements.txt": "django<5.0.0\n"}, ["requirements.txt:1"]),
    "Poetry's caret": (
        {"requirements.txt": None, "pyproject.toml": '[tool.poetry.dependencies]\ndjango = "^4.1"\n'},
        ["pyproject.toml:2"],
    ),
    "a lock below a range": (
        {"requirements.txt": None, "pyproject.toml": project("django>=4"), "uv.lock": locked("5.1.2")},
        ["uv.lock:2"],
    ),
    "the same pin in three files, once": (
        {
            "requirements.txt": "django==4.2.1\n",
            "requirements_azure.txt": "django==4.2.1\n",
            "requirements/base.txt": "django==4.2.1\n",
        },
        ["requirements.txt:1"],
    ),
    "an image": ({"Dockerfile": DOCKERFILE.format("3.8-slim")}, ["Dockerfile:1"]),
    "an image whose version an ARG names": (
        {"Dockerfile": "ARG OTHER=1\nARG V=3.9\n" + DOCKERFILE.format("${V}-slim")},
        ["Dockerfile:2"],
    ),
    "the stage that the built one starts from": (
        {"Dockerfile": "FROM python:3.9 AS base\nRUN make\nFROM base\nCOPY . .\nCMD gunicorn bookstore.wsgi\n"},
        ["Dockerfile:1"],
    ),
    "uv's image": (
        {"Dockerfile": DOCKERFILE.replace("python:{}", "ghcr.io/astral-sh/uv:0.9-python3.9-alpine")},
        ["Dockerfile:1"],
    ),
    "a mirror's image": (
        {"Dockerfile": DOCKERFILE.replace("python:{}", "public.ecr.aws/docker/library/python:3.7.1")},
        ["Dockerfile:1"],
    ),
    "two images, each at its own": (
        {"Dockerfile": DOCKERFILE.format("3.9"), "Dockerfile.prod": DOCKERFILE.format("3.9-slim")},
        ["Dockerfile:1", "Dockerfile.prod:1"],
    ),
    "runtime.txt": ({"runtime.txt": "python-3.7.8\n", **PROCFILE}, ["runtime.txt:1"]),
    "runtime.txt and .python-version say the same": (
        {".python-version": "3.9\n", "runtime.txt": "python-3.9.1\n", **PROCFILE},
        ["runtime.txt:1"],
    ),
    "Platform.sh's runtime beside other files": (
        {
            ".platform.app.yaml": "name: a\ntype: 'python:3.9'\nweb: {commands: {start: gunicorn bookstore.wsgi}}\n",
            "runtime.txt": "python-3.9.1\n",
        },
        [".platform.app.yaml:2"],
    ),
    "Upsun's stack": (
        {
            ".upsun/config.yaml": "applications:\n  a:\n    stack: ['python@3.9']\n    web: {commands: {start: gunicorn bookstore.wsgi}}\n"
        },
        [".upsun/config.yaml:3"],
    ),
    "a range of Pythons": ({".python-version": ">=3.8,<3.10\n", **PROCFILE}, [".python-version:1"]),
    "Django and Python": (
        {"requirements.txt": "django==3.2\n", "Dockerfile": DOCKERFILE.format("2.7")},
        ["requirements.txt:1", "Dockerfile:1"],
    ),
}


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_fires(files: Mapping[str, str | None], places: list[str], tmp_path: Path) -> None:
    assert [str(finding.location) for finding in said(tmp_path, files)] == places


def test_the_day_decides(tmp_path: Path) -> None:
    files = {"requirements.txt": "django==4.2.1\n"}
    assert said(tmp_path, files, date(2026, 4, 30)) == []
    assert len(said(tmp_path, files, date(2026, 5, 1))) == 1


def test_says_since_when_and_what_to_write(tmp_path: Path) -> None:
    (finding,) = said(tmp_path, {"requirements.txt": "django==4.2.11\n"})
    assert finding.message == "'django==4.2.11' is Django 4.2, which has had no security fixes since April 2026."
    assert finding.hint == (
        "Upgrade to Django 5.2, supported until April 2028: fix what 'python -Wa manage.py test' warns of, then write "
        "'django~=5.2.0' in place of the version at requirements.txt:1."
    )


def test_says_what_the_newest_version_of_a_range_is(tmp_path: Path) -> None:
    (finding,) = said(tmp_path, {"requirements.txt": "django>=3.2,<5\n"})
    assert finding.message == (
        "'django>=3.2,<5' admits no supported version: its newest, Django 4.2, has had no security fixes since April 2026."
    )


@pytest.mark.parametrize(
    ("files", "end"),
    [
        pytest.param({"uv.lock": locked("4.2")}, "then run 'uv add \"django~=5.2.0\"'.", id="uv"),
        pytest.param({"poetry.lock": locked("4.2")}, "then run 'poetry add \"django~=5.2.0\"'.", id="Poetry"),
        pytest.param(
            {"requirements.in": "django\n", "requirements.txt": "# autogenerated by pip-compile\ndjango==4.2\n"},
            "then write 'django~=5.2.0' in place of the version at requirements.in:1 and compile requirements.txt again.",
            id="pip-compile",
        ),
        pytest.param(
            {"requirements.txt": "# autogenerated by pip-compile\ndjango==4.2\n"},
            "then write 'django~=5.2.0' in place of the version at requirements.txt:2.",
            id="compiled from something that was not found",
        ),
    ],
)
def test_hint_fits_the_tool(files: Mapping[str, str], end: str, tmp_path: Path) -> None:
    (finding,) = said(tmp_path, {"requirements.txt": None, **files})
    assert finding.hint.endswith(end)


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        pytest.param(
            {"Dockerfile": DOCKERFILE.format("3.8-slim-buster")},
            "Start the image from 'python:3.14-slim' at Dockerfile:1 and run the tests in it.",
            id="an image keeps its variant, not its distribution",
        ),
        pytest.param(
            {"Dockerfile": DOCKERFILE.format("3.8"), "requirements.txt": "django==5.1.2\n"},
            "Start the image from 'python:3.14' at Dockerfile:1 and run the tests in it.",
            id="the next Django counts where the present one has ended",
        ),
        pytest.param(
            {"runtime.txt": "python-3.8.1\n", **PROCFILE},
            "Write '3.14' in place of '3.8.1' at runtime.txt:1 and run the tests with it.",
            id="a file",
        ),
    ],
)
def test_hint_names_a_python_that_goes_with_django(files: Mapping[str, str], hint: str, tmp_path: Path) -> None:
    assert said(tmp_path, files)[-1].hint == hint


def test_hint_of_a_day_beyond_the_table(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE.format("3.14")}
    assert [finding.hint for finding in said(tmp_path, files, date(2040, 1, 1))] == [
        "Upgrade to a version that https://www.djangoproject.com/download/ lists as supported.",
        "Upgrade to a version that https://devguide.python.org/versions/ lists as supported.",
    ]


def test_the_running_django_counts_where_the_project_asks_for_any(tmp_path: Path) -> None:
    (finding,) = said(tmp_path, {"requirements.txt": "gunicorn\ndjango>=3.2\n"}, running=(4, 2))
    assert str(finding.location) == "requirements.txt:2"
    assert finding.message == (
        "'django>=3.2' got Django 4.2 installed here, which has had no security fixes since April 2026."
    )


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"requirements.txt": "django==5.2.8\n"}, id="a file names the version"),
        pytest.param({"requirements.txt": "gunicorn\n"}, id="nothing asks for Django"),
    ],
)
def test_the_running_django_is_not_the_projects(files: Mapping[str, str], tmp_path: Path) -> None:
    assert said(tmp_path, files, running=(4, 2)) == []


def test_the_check_of_today(tmp_path: Path) -> None:
    report = inspect_files(tmp_path, {"requirements.txt": "django==1.11.29\n"})
    assert report.places("unsupported-version") == ["requirements.txt:1"]
