from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.projects import inspect_files

PATH = ".github/workflows/ci.yml"


def workflow(*commands: str) -> str:
    steps = "".join(f"      - run: {command}\n" for command in commands)
    return f"on: push\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"


TESTS = workflow("pip install -r requirements.txt", "pytest")

SILENT: dict[str, Mapping[str, str | None]] = {
    "no workflow": {},
    "the check": {PATH: workflow("pytest", "python manage.py check --deploy")},
    "our command": {PATH: workflow("pytest", "python manage.py deploycheck")},
    "the check in another workflow": {
        PATH: TESTS,
        ".github/workflows/deploy.yml": workflow("python manage.py check --deploy --fail-level WARNING"),
    },
    "the release phase checks": {
        PATH: TESTS,
        "Procfile": "release: python manage.py check --deploy && python manage.py migrate\nweb: gunicorn bookstore.wsgi\n",
    },
    "the release phase runs our command": {PATH: TESTS, "Procfile": "release: python manage.py deploycheck\n"},
    "make may check": {PATH: workflow("pytest", "make lint")},
    "another workflow may check": {PATH: TESTS, ".github/workflows/lint.yml": workflow("tox -e checks")},
    "nothing is tested": {PATH: workflow("mkdocs build")},
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: Mapping[str, str | None], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("checks-not-in-ci") == []


def test_silent_in_a_tree_that_may_miss_workflows(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {PATH: TESTS}, complete=False).places("checks-not-in-ci") == []


FIRING: dict[str, tuple[Mapping[str, str | None], list[str]]] = {
    "pytest": ({PATH: TESTS}, [f"{PATH}:7"]),
    "Django's own tests": ({PATH: workflow("python manage.py test")}, [f"{PATH}:6"]),
    "the check without --deploy": ({PATH: workflow("python manage.py check", "pytest")}, [f"{PATH}:7"]),
    "a release phase that checks nothing of deployment": (
        {PATH: TESTS, "Procfile": "release: python manage.py check\nweb: gunicorn bookstore.wsgi\n"},
        [f"{PATH}:7"],
    ),
    "once for several workflows": (
        {".github/workflows/a.yml": TESTS, ".github/workflows/b.yml": TESTS},
        [".github/workflows/a.yml:7"],
    ),
}


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_fires(files: Mapping[str, str | None], places: list[str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places("checks-not-in-ci") == places
    assert f"I614 {places[0]}" in inspected.ids()


def test_says_what_to_add(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {PATH: TESTS}).findings("checks-not-in-ci")
    assert finding.message == "'pytest' tests the project, and nothing in CI runs 'check --deploy'."
    assert finding.hint == (
        "Add the step '- run: python manage.py check --deploy --fail-level WARNING' below .github/workflows/ci.yml:7, "
        "with 'DJANGO_SETTINGS_MODULE: bookstore.settings' in its 'env:' and the variables that these settings need."
    )


@pytest.mark.parametrize(
    ("path", "text", "step"),
    [
        pytest.param(
            ".gitlab-ci.yml",
            "tests:\n  script: [pytest]\n",
            "'- DJANGO_SETTINGS_MODULE=bookstore.settings python manage.py check --deploy --fail-level WARNING' below "
            ".gitlab-ci.yml:2, with the variables that these settings need.",
            id="GitLab",
        ),
        pytest.param(
            ".circleci/config.yml",
            "jobs:\n  tests:\n    steps:\n    - run: pytest\n",
            "'- run: python manage.py check --deploy --fail-level WARNING' below .circleci/config.yml:4, with "
            "'DJANGO_SETTINGS_MODULE: bookstore.settings' in its 'environment:' and the variables that these settings need.",
            id="CircleCI",
        ),
        pytest.param(
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n  - step: {script: [pytest]}\n",
            "'- DJANGO_SETTINGS_MODULE=bookstore.settings python manage.py check --deploy --fail-level WARNING' below "
            "bitbucket-pipelines.yml:3, with the variables that these settings need.",
            id="Bitbucket",
        ),
    ],
)
def test_says_it_as_the_service_writes_it(path: str, text: str, step: str, tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {path: text}).findings("checks-not-in-ci")
    assert finding.hint == f"Add the step {step}"
