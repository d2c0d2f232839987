"""Compose files in a folder whose paths are meant to be read from the root."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.linking.linked import deployment_of

COMPOSE = "deploy/compose.yml"
DOCKERFILE = "FROM python:3.13\nCMD gunicorn bookstore.wsgi\n"


def paths(tmp_path: Path, service: str, files: dict[str, str]) -> list[str | None]:
    """The context, Dockerfile, env files and mounted folders of the only service of deploy/compose.yml."""
    [found] = deployment_of(tmp_path, {COMPOSE: f"services:\n  web: {{{service}}}\n", **files}).services
    image = (found.image.context, found.image.dockerfile) if found.image else ()
    return [*image, *(reference.path for reference in found.env_files), *(mount.source for mount in found.mounts)]


@pytest.mark.parametrize(
    ("service", "files", "expected"),
    [
        pytest.param("build: .", {}, ["deploy", "deploy/Dockerfile"], id="nothing is there"),
        pytest.param(
            "build: .", {"deploy/Dockerfile": DOCKERFILE}, ["deploy", "deploy/Dockerfile"], id="the Dockerfile is here"
        ),
        pytest.param(
            "build: .",
            {"Dockerfile": DOCKERFILE, "deploy/Dockerfile": DOCKERFILE},
            ["deploy", "deploy/Dockerfile"],
            id="one is here and one at the root",
        ),
        pytest.param("build: ..", {"Dockerfile": DOCKERFILE}, ["", "Dockerfile"], id="the folder above is named"),
        pytest.param(
            "build: {context: .., dockerfile: Dockerfile}, env_file: .env",
            {"Dockerfile": DOCKERFILE, ".env": "A=1\n"},
            ["", "Dockerfile", "deploy/.env"],
            id="a path above the folder speaks against the root",
        ),
        pytest.param(
            "build: ., env_file: web.env",
            {"Dockerfile": DOCKERFILE, "deploy/web.env": "A=1\n"},
            ["deploy", "deploy/Dockerfile", "deploy/web.env"],
            id="another file is here alone",
        ),
        pytest.param(
            "build: ., volumes: ['.:/app']",
            {"deploy/Dockerfile": DOCKERFILE},
            ["deploy", "deploy/Dockerfile", "deploy"],
            id="the folder itself says nothing",
        ),
        pytest.param(
            "image: shop, volumes: ['data:/data', '/srv/static:/static', '~/x:/x']",
            {"data/x": "", "srv/static/x": ""},
            ["data", "/srv/static", "~/x", None, None],
            id="volumes and paths of the machine say nothing",
        ),
    ],
)
def test_stays(tmp_path: Path, service: str, files: dict[str, str], expected: list[str | None]) -> None:
    found = paths(tmp_path, service, files)

    assert [path for path in found if path is not None] == [path for path in expected if path is not None]


@pytest.mark.parametrize(
    ("service", "files", "expected"),
    [
        pytest.param("build: .", {"Dockerfile": DOCKERFILE}, ["", "Dockerfile"], id="the Dockerfile"),
        pytest.param(
            "build: {context: ., dockerfile: ./docker/web/Dockerfile}",
            {"docker/web/Dockerfile": DOCKERFILE},
            ["", "docker/web/Dockerfile"],
            id="a Dockerfile in a folder of the root",
        ),
        pytest.param("build: ./app", {"app/Dockerfile": DOCKERFILE}, ["app", "app/Dockerfile"], id="a context"),
        pytest.param(
            "build: ., env_file: .env, volumes: ['.:/app', './static:/static', '/srv:/srv', 'data:/data']",
            {"Dockerfile": DOCKERFILE, "data/x": ""},
            ["", "Dockerfile", ".env", "", "static", "/srv", "data"],
            id="everything moves with it",
        ),
        pytest.param(
            "image: shop, env_file: [web.env, $OTHER.env]",
            {"web.env": "A=1\n"},
            [None, None, "web.env"],
            id="an env file beside one by a variable",
        ),
        pytest.param(
            "image: nginx, volumes: ['./nginx/site.conf:/etc/nginx/site.conf']",
            {"nginx/site.conf": ""},
            [None, None, "nginx/site.conf"],
            id="a mounted file",
        ),
    ],
)
def test_moves(tmp_path: Path, service: str, files: dict[str, str], expected: list[str | None]) -> None:
    assert paths(tmp_path, service, files) == expected


def test_a_file_at_the_root_is_read_as_it_is(tmp_path: Path) -> None:
    files = {"compose.yml": "services:\n  web: {build: ./app}\n", "Dockerfile": DOCKERFILE}

    [service] = deployment_of(tmp_path, files).services

    assert service.image is not None
    assert service.image.dockerfile == "app/Dockerfile"


def test_what_only_a_moved_path_leads_to_is_read(tmp_path: Path) -> None:
    files = {
        COMPOSE: """
            services:
              web:
                extends: {file: ./shop/a/base.yml, service: app}
                build: ./shop/a
                env_file: ./shop/a/settings
              redis: {extends: web}
        """,
        "shop/a/Dockerfile": DOCKERFILE,
        "shop/a/settings": "DJANGO_SETTINGS_MODULE=bookstore.settings\n",
        "shop/a/base.yml": "services:\n  app: {image: shop, user: anna}\n",
    }

    deployment = deployment_of(tmp_path, files)

    assert {file.path: file.status for file in deployment.files if file.path.startswith("shop")} == {
        "shop/a/Dockerfile": "read",
        "shop/a/settings": "read",
        "shop/a/base.yml": "read",
    }
    [web] = [process for process in deployment.processes if process.name == "web"]
    assert str(web.location) == "shop/a/Dockerfile:2"
    assert web.settings is not None
    assert str(web.settings.location) == "shop/a/settings:1"
    assert [(service.name, service.user) for service in deployment.services] == [
        ("web", "anna"),
        ("redis", "anna"),
        ("app", "anna"),
    ]
