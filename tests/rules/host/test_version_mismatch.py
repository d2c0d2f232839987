from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.projects import inspect_files

DOCKERFILE = """\
FROM python:{}
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
USER nobody
CMD ["gunicorn", "bookstore.wsgi"]
"""
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}


def requires(python: str) -> str:
    return f'[project]\nname = "bookstore"\nrequires-python = "{python}"\n'


def poetry(python: str) -> str:
    return f'[tool.poetry.dependencies]\npython = "{python}"\n'


SILENT: dict[str, Mapping[str, str | None]] = {
    "an image within the range": {"Dockerfile": DOCKERFILE.format("3.13"), "pyproject.toml": requires(">=3.12,<3.14")},
    "a range that ends at a bug fix": {"Dockerfile": DOCKERFILE.format("3.12"), "pyproject.toml": requires(">=3.12.4")},
    "Poetry's caret": {"Dockerfile": DOCKERFILE.format("3.13"), "pyproject.toml": poetry("^3.10")},
    "one of Poetry's alternatives": {
        "Dockerfile": DOCKERFILE.format("3.13"),
        "pyproject.toml": poetry("~3.9 || ~3.13"),
    },
    "a range that is not understood": {"Dockerfile": DOCKERFILE.format("3.13"), "pyproject.toml": requires("three")},
    "a range too long to be one": {
        "Dockerfile": DOCKERFILE.format("3.13"),
        "pyproject.toml": requires("<3," + " " * 300),
    },
    "a floating tag": {"Dockerfile": DOCKERFILE.format("3-slim"), "pyproject.toml": requires("<3.9")},
    "a development image": {
        "Dockerfile.dev": DOCKERFILE.format("3.9"),
        "pyproject.toml": requires(">=3.12"),
        **PROCFILE,
    },
    "another service's image": {
        "tool/Dockerfile": "FROM python:3.9\nCOPY tool.py .\nCMD python tool.py\n",
        "pyproject.toml": requires(">=3.12"),
    },
    "another service's range": {
        "Dockerfile": DOCKERFILE.format("3.12"),
        "service/pyproject.toml": requires(">=3.13"),
    },
    "a range of Pythons in .python-version": {
        ".python-version": ">=3.8,<3.10\n",
        "pyproject.toml": requires(">=3.12"),
        **PROCFILE,
    },
    "a file beside the image that runs": {
        "Dockerfile": DOCKERFILE.format("3.13"),
        "runtime.txt": "python-3.9.1\n",
        "pyproject.toml": requires(">=3.12"),
    },
    "a Python that Django supports": {"requirements.txt": "django==4.2.11\n", "Dockerfile": DOCKERFILE.format("3.12")},
    "a Django without a version": {"requirements.txt": "django>=3.2\n", "Dockerfile": DOCKERFILE.format("3.13")},
    "a range of Djangos of which one fits": {
        "requirements.txt": "django>=3.2,<5.2\n",
        "Dockerfile": DOCKERFILE.format("3.13"),
    },
    "two locked Djangos of which one fits": {
        "requirements.txt": None,
        "uv.lock": '[[package]]\nname = "django"\nversion = "3.2"\n\n[[package]]\nname = "django"\nversion = "5.2"\n',
        "Dockerfile": DOCKERFILE.format("3.13"),
    },
    "a Django that is not known": {"requirements.txt": "django==1.4\n", "Dockerfile": DOCKERFILE.format("3.13")},
    "a Python to come with a Django that gets releases": {
        "requirements.txt": "django==6.0\n",
        "Dockerfile": DOCKERFILE.format("3.15"),
    },
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: Mapping[str, str | None], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("version-mismatch") == []


FIRING: dict[str, tuple[Mapping[str, str | None], list[str]]] = {
    "an image below requires-python": (
        {"Dockerfile": DOCKERFILE.format("3.11-slim"), "pyproject.toml": requires(">=3.12")},
        ["Dockerfile:1"],
    ),
    "an image above Poetry's range": (
        {"Dockerfile": DOCKERFILE.format("3.13"), "pyproject.toml": poetry("~3.12")},
        ["Dockerfile:1"],
    ),
    "a Python to come above the range": (
        {"Dockerfile": DOCKERFILE.format("3.15"), "pyproject.toml": requires(">=3.12,<3.15")},
        ["Dockerfile:1"],
    ),
    "none of the alternatives": (
        {"Dockerfile": DOCKERFILE.format("3.13"), "pyproject.toml": poetry("~3.9 || ~3.11")},
        ["Dockerfile:1"],
    ),
    "runtime.txt": (
        {"runtime.txt": "python-3.9.18\n", "setup.cfg": "[options]\npython_requires = >=3.10\n", **PROCFILE},
        ["runtime.txt:1"],
    ),
    ".python-version": (
        {".python-version": "# ours\n3.9\n", "pyproject.toml": requires(">=3.10"), **PROCFILE},
        [".python-version:2"],
    ),
    "too new for the pinned Django": (
        {"requirements.txt": "django==3.2.25\n", "Dockerfile": "FROM node\n" + DOCKERFILE.format("3.12-alpine")},
        ["Dockerfile:2"],
    ),
    "too old for the locked Django": (
        {
            "requirements.txt": None,
            "uv.lock": '[[package]]\nname = "django"\nversion = "6.0"\n',
            "Dockerfile": DOCKERFILE.format("3.11"),
        },
        ["Dockerfile:1"],
    ),
    "too new for every Django of a range": (
        {"requirements.txt": "django>=3.2,<4.3\n", "Dockerfile": DOCKERFILE.format("3.13")},
        ["Dockerfile:1"],
    ),
    "both, once": (
        {
            "requirements.txt": "django==3.2\n",
            "Dockerfile": DOCKERFILE.format("3.13"),
            "pyproject.toml": requires("<3.11"),
        },
        ["Dockerfile:1"],
    ),
    "the ARG that names it": (
        {"Dockerfile": "ARG PYTHON=3.11\n" + DOCKERFILE.format("$PYTHON"), "pyproject.toml": requires(">=3.12")},
        ["Dockerfile:1"],
    ),
}


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_fires(files: Mapping[str, str | None], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("version-mismatch") == places


def test_says_what_rules_the_python_out(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE.format("3.11-slim"), "pyproject.toml": requires(">=3.12")}
    (finding,) = inspect_files(tmp_path, files).findings("version-mismatch")
    assert finding.message == ("'FROM python:3.11-slim' is Python 3.11, which '>=3.12' at pyproject.toml:3 rules out.")
    assert finding.hint == (
        "Name another Python at Dockerfile:1, or let pyproject.toml:3 admit 3.11 and run the tests with it."
    )
    assert [str(place) for place in finding.related] == ["pyproject.toml:3"]


@pytest.mark.parametrize(
    ("django", "python", "hint"),
    [
        pytest.param(
            "3.2.25",
            "3.12",
            "Upgrade Django at requirements.txt:1 to a version that supports Python 3.12, or name a Python from 3.6 to "
            "3.10 at Dockerfile:1.",
            id="too new",
        ),
        pytest.param(
            "6.0",
            "3.11",
            "Name a Python from 3.12 to 3.14 at Dockerfile:1 and run the tests with it.",
            id="too old",
        ),
    ],
)
def test_says_which_pythons_django_supports(django: str, python: str, hint: str, tmp_path: Path) -> None:
    files = {"requirements.txt": f"django=={django}\n", "Dockerfile": DOCKERFILE.format(python)}
    (finding,) = inspect_files(tmp_path, files).findings("version-mismatch")
    assert finding.message == (
        f"'FROM python:{python}' is Python {python}, which 'django=={django}' at requirements.txt:1 does not support."
    )
    assert finding.hint == hint
