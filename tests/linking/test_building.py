"""Whether a platform builds an image or source, and what of other files that replaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.linking.linked import GUNICORN, deployment_of, only, told

IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD gunicorn bookstore.wsgi\n"
START = "[deploy]\nstartCommand = 'gunicorn bookstore.wsgi'\n"
PACKED = "[phases.build]\ncmds = ['python manage.py collectstatic']\n[start]\ncmd = 'gunicorn bookstore.wsgi'\n"
FLY = "app = 'bookstore'\n[http_service]\ninternal_port = 8000\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"railway.toml": ""}, [], id="railway: source, started as the builder likes"),
        pytest.param(
            {"railway.toml": START}, ["production web web railway.toml:2"], id="railway: source with a start command"
        ),
        pytest.param({"fly.toml": FLY}, [], id="fly: no Dockerfile that is known"),
        pytest.param(
            {"fly.toml": FLY + "[processes]\napp = 'gunicorn bookstore.wsgi'\n"},
            ["production web app fly.toml:5"],
            id="fly: no Dockerfile that is known, and a command",
        ),
        pytest.param(
            {"railway.toml": "", "Dockerfile": IMAGE}, ["production web web Dockerfile:4"], id="railway: an image"
        ),
        pytest.param(
            {"railway.toml": START, "Dockerfile": IMAGE},
            ["production web web railway.toml:2"],
            id="railway: an image with a start command",
        ),
        pytest.param(
            {"railway.toml": START, "Dockerfile": IMAGE.replace("CMD", "ENTRYPOINT")},
            ["production web web railway.toml:2"],
            id="railway: a start command takes the place of the entrypoint",
        ),
        pytest.param({"fly.toml": FLY, "Dockerfile": IMAGE}, ["production web app Dockerfile:4"], id="fly: an image"),
        pytest.param(
            {"railway.toml": "", "Dockerfile": IMAGE, "Procfile": GUNICORN},
            ["production web web Dockerfile:4"],
            id="railway: an image, which no Procfile starts",
        ),
        pytest.param(
            {"railway.toml": "[build]\nbuilder = 'NIXPACKS'\n", "Procfile": GUNICORN},
            ["production web web Procfile:1"],
            id="railway: source, started as a Procfile says",
        ),
        pytest.param(
            {"render.yaml": "services:\n  - type: web\n    name: site\n    runtime: docker\n", "Dockerfile": IMAGE},
            ["production web site Dockerfile:4"],
            id="render: an image",
        ),
    ],
)
def test_what_is_started(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert told(deployment_of(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"nixpacks.toml": PACKED}, ["build nixpacks.toml:2", "web nixpacks.toml:4"], id="alone"),
        pytest.param(
            {"nixpacks.toml": PACKED, "frontend/railway.toml": START},
            ["build nixpacks.toml:2", "web nixpacks.toml:4", "web frontend/railway.toml:2"],
            id="beside another folder's",
        ),
        pytest.param(
            {"nixpacks.toml": PACKED, "railway.toml": "[build]\nbuilder = 'NIXPACKS'\n"},
            ["build nixpacks.toml:2", "web nixpacks.toml:4"],
            id="with a builder",
        ),
        pytest.param(
            {"nixpacks.toml": PACKED, "railway.toml": START},
            ["build nixpacks.toml:2", "web railway.toml:2"],
            id="with a start command",
        ),
        pytest.param(
            {"nixpacks.toml": PACKED, "railway.toml": "", "Dockerfile": IMAGE},
            ["web Dockerfile:4"],
            id="with an image",
        ),
        pytest.param(
            {
                "nixpacks.toml": PACKED,
                "railway.toml": "[build]\nbuildCommand = 'python manage.py collectstatic'\n",
                "Dockerfile": IMAGE,
            },
            ["web Dockerfile:4"],
            id="with an image, which has a build of its own",
        ),
        pytest.param(
            {"nixpacks.toml": PACKED, "railway.toml": "[", "Dockerfile": None},
            ["build nixpacks.toml:2", "web nixpacks.toml:4"],
            id="with a file that cannot be read",
        ),
    ],
)
def test_what_nixpacks_runs(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    deployment = deployment_of(tmp_path, files)

    assert [f"{process.role} {process.location}" for process in deployment.processes] == expected


@pytest.mark.parametrize(
    ("files", "dockerfile", "context"),
    [
        pytest.param(
            {"backend/railway.toml": "[build]\ndockerfilePath = 'Dockerfile'\n", "backend/Dockerfile": IMAGE},
            "backend/Dockerfile",
            "backend",
            id="below the folder",
        ),
        pytest.param(
            {"backend/railway.toml": "[build]\ndockerfilePath = 'backend/Dockerfile'\n", "backend/Dockerfile": IMAGE},
            "backend/Dockerfile",
            "",
            id="below the root",
        ),
        pytest.param(
            {"backend/railway.toml": "[build]\ndockerfilePath = 'docker/Dockerfile'\n"},
            None,
            None,
            id="nowhere",
        ),
        pytest.param(
            {
                "render.yaml": "services:\n  - type: web\n    runtime: docker\n    rootDir: backend\n"
                "    dockerfilePath: ./backend/Dockerfile\n    dockerContext: ./backend\n",
                "backend/Dockerfile": IMAGE,
            },
            "backend/Dockerfile",
            "backend",
            id="render: a path and a context below the root",
        ),
        pytest.param(
            {"deploy/fly.toml": FLY + "[build]\ndockerfile = 'Dockerfile'\n", "deploy/Dockerfile": IMAGE + "COPY bookstore x\n"},
            "deploy/Dockerfile",
            "",
            id="fly: called from where the files are that it copies",
        ),
    ],
)  # fmt: skip
def test_where_the_image_is_built(
    tmp_path: Path, files: dict[str, str], dockerfile: str | None, context: str | None
) -> None:
    [process] = [found for found in deployment_of(tmp_path, files).processes if found.role != "build"]

    assert (process.image.dockerfile if process.image else None) == dockerfile
    assert (process.image.context if process.image else None) == context


def test_an_image_of_a_registry_stays(tmp_path: Path) -> None:
    files = {
        "backend/fly.toml": "[build]\nimage = 'bookstore/site'\n[processes]\napp = 'gunicorn bookstore.wsgi'\n",
    }

    process = only(deployment_of(tmp_path, files))

    assert process.in_container
    assert process.service is not None
    assert process.service.workdir is None
