"""The deployment as a whole: what it knows of platforms, and what it knows that it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck import discovery
from tests.linking.linked import GUNICORN, deployment_of

WEB = {"Procfile": GUNICORN}


def spots(tmp_path: Path, files: Mapping[str, str], **options: object) -> list[str]:
    """``Makefile:2 why`` for each blind spot that belongs to no process."""
    return [f"{spot.location} {spot.reason}" for spot in deployment_of(tmp_path, files, **options).blind_spots]


# --- platforms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "platforms"),
    [
        pytest.param({}, (), id="none"),
        pytest.param({"Procfile.dev": GUNICORN}, (), id="a Procfile of development"),
        pytest.param({"docs/fly.toml": ""}, (), id="a sample of a platform's file"),
        pytest.param({"fly.dev.toml": ""}, (), id="a platform's file for development"),
        pytest.param(WEB, ("heroku",), id="a Procfile"),
        pytest.param({"fly.toml": "", **WEB}, ("fly", "heroku"), id="a platform's file and a Procfile"),
        pytest.param({"fly.toml": "", "fly.staging.toml": ""}, ("fly",), id="each once"),
    ],
)
def test_platforms(tmp_path: Path, files: Mapping[str, str], platforms: tuple[str, ...]) -> None:
    assert deployment_of(tmp_path, files).platforms == platforms


def test_the_platform_of_the_settings_comes_first(tmp_path: Path) -> None:
    deployment = deployment_of(tmp_path, {"fly.toml": ""}, values={"DEPLOYCHECK": {"PLATFORM": "pythonanywhere"}})

    assert deployment.platforms == ("pythonanywhere", "fly")


# --- blind spots --------------------------------------------------------------------------------------------------------

NOT_READ = "the Taskfile is not read, and it mentions gunicorn"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(WEB, [], id="nothing that was not understood"),
        pytest.param(
            {"Taskfile.yml": "x:\n  gunicorn x\n"}, [f"Taskfile.yml:2 {NOT_READ}"], id="a format that is not read"
        ),
        pytest.param({"dev/Taskfile.yml": "x:\n  gunicorn x\n"}, [], id="one of development"),
        pytest.param(
            {"Procfile": "web: sh bin/start.sh\n", "bin/start.sh": "gunicorn bookstore.wsgi\n"},
            [],
            id="a script that was followed",
        ),
        pytest.param({"app.json": "{"}, ["app.json:1 'app.json' is no valid JSON"], id="a file that cannot be read"),
        pytest.param({"Procfile.dev": "web\n"}, [], id="a line of a file of development"),
        pytest.param({"pyproject.toml": "["}, [], id="a list of dependencies that cannot be read"),
        pytest.param(
            {"requirements.txt": "-r base.txt\n"},
            ["requirements.txt:1 includes 'base.txt', which is not in the repository"],
            id="a list of dependencies that misses a part",
        ),
    ],
)
def test_blind_spots(tmp_path: Path, files: Mapping[str, str], expected: list[str]) -> None:
    assert spots(tmp_path, files) == expected


def test_what_was_too_much_to_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MAX_FOLDERS", 2)

    assert spots(tmp_path, {"a/x": "", "b/x": "", "c/x": ""}) == ["None only the first 2 folders were looked into"]


# --- variables and images -----------------------------------------------------------------------------------------------


def test_images_are_whose_their_dockerfiles_are(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM python\n", "Dockerfile.dev": "FROM python\n"}

    deployment = deployment_of(tmp_path, files)

    assert {image.dockerfile: image.environment for image in deployment.images} == {
        "Dockerfile": "production",
        "Dockerfile.dev": "development",
    }


def test_variables_of_files_that_belong_to_no_service(tmp_path: Path) -> None:
    files = {
        ".env": "A=1\n",
        "app.json": '{"env": {"B": "1"}}',
        "compose.yml": "services: {web: {image: x, environment: [C=1]}}",
    }

    assert sorted(variable.name for variable in deployment_of(tmp_path, files).variables) == ["A", "B"]
