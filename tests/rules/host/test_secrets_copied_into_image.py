from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.projects import inspect_files

ENV = {".env": "DEBUG=off\nSECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0\n", ".gitignore": ".env\n"}
HEAD = "FROM python:3.13\nWORKDIR /app\n"
CMD = 'CMD ["gunicorn", "bookstore.wsgi"]\n'
ALL = HEAD + "COPY . .\n" + CMD
BUILT = """\
FROM python:3.13 AS builder
WORKDIR /src
COPY . {}
FROM python:3.13
WORKDIR /app
COPY --from=builder {} /app
COPY manage.py .
CMD ["gunicorn", "bookstore.wsgi"]
"""
COMPOSE = """\
services:
  web:
    build: .
    restart: always
    env_file: {}
"""

SILENT: dict[str, Mapping[str, str | None]] = {
    "nothing to keep": {"Dockerfile": ALL},
    "excluded": {"Dockerfile": ALL, ".dockerignore": ".env\n", **ENV},
    "excluded by a broad pattern": {"Dockerfile": ALL, ".dockerignore": "**/.*\n", **ENV},
    "only named folders come back in": {"Dockerfile": ALL, ".dockerignore": "*\n!bookstore\n!manage.py\n", **ENV},
    "excluded by the file of the Dockerfile": {"Dockerfile": ALL, "Dockerfile.dockerignore": ".env\n", **ENV},
    "only the code is copied": {"Dockerfile": HEAD + "COPY bookstore manage.py ./\n" + CMD, **ENV},
    "the file lies above the build context": {
        "compose.yml": "services:\n  web:\n    build: app\n    restart: always\n",
        "app/Dockerfile": ALL,
        "app/main.py": "",
        **ENV,
    },
    "an env file without secrets": {"Dockerfile": ALL, ".env": "COMPOSE_PROJECT_NAME=bookstore\n"},
    "an example": {"Dockerfile": ALL, ".env.example": "SECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0\n"},
    "values for tests": {"Dockerfile": ALL, ".env.test": "SECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0\n"},
    "a development image": {"Dockerfile.dev": ALL, "Procfile": "web: gunicorn bookstore.wsgi\n", **ENV},
    "a database that is excluded": {"Dockerfile": ALL, "db.sqlite3": "", ".dockerignore": "*.sqlite3\n"},
    "a folder named like a database": {"Dockerfile": ALL, "db.sqlite3/keep": ""},
    "a stage that nothing copies from": {
        "Dockerfile": "FROM python:3.13 AS test\nCOPY . .\nFROM python:3.13\nCOPY manage.py .\n" + CMD,
        **ENV,
    },
    "only what was built is copied": {"Dockerfile": BUILT.format(".", "/src/dist"), **ENV},
    "another folder of the stage is copied": {"Dockerfile": BUILT.format("/code", "/src"), **ENV},
    "from another image": {"Dockerfile": HEAD + "COPY --from=ghcr.io/astral-sh/uv:0.9 . .\n" + CMD, **ENV},
    "a heredoc": {"Dockerfile": HEAD + "COPY <<EOF .\nhello\nEOF\n" + CMD, **ENV},
    "compose reads a file that is excluded": {
        "Dockerfile": ALL,
        "compose.yml": COMPOSE.format(".env"),
        ".dockerignore": ".env\n",
    },
    "compose reads a sample": {"Dockerfile": ALL, "compose.yml": COMPOSE.format("web.sample")},
    "only development's compose file reads it": {
        "Dockerfile": ALL,
        "docker-compose.dev.yml": COMPOSE.format(".env"),
    },
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: Mapping[str, str | None], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("secrets-copied-into-image") == []


def test_silent_in_a_tree_that_may_miss_the_dockerignore(tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, {"Dockerfile": ALL, **ENV}, complete=False)
    assert inspected.places("secrets-copied-into-image") == []


FIRING: dict[str, tuple[Mapping[str, str | None], list[str]]] = {
    "no .dockerignore": ({"Dockerfile": ALL, **ENV}, ["Dockerfile:3"]),
    "ADD with a slash": ({"Dockerfile": HEAD + "ADD ./ /app/\n" + CMD, **ENV}, ["Dockerfile:3"]),
    "everything by a star": ({"Dockerfile": HEAD + "COPY * ./\n" + CMD, **ENV}, ["Dockerfile:3"]),
    "a .dockerignore of other things": ({"Dockerfile": ALL, ".dockerignore": ".git\n", **ENV}, ["Dockerfile:3"]),
    "taken back in": ({"Dockerfile": ALL, ".dockerignore": ".*\n!.env\n", **ENV}, ["Dockerfile:3"]),
    "the file of the Dockerfile has the say": (
        {"Dockerfile": ALL, "Dockerfile.dockerignore": ".git\n", ".dockerignore": ".env\n", **ENV},
        ["Dockerfile:3"],
    ),
    "a database": ({"Dockerfile": ALL, "db.sqlite3": ""}, ["Dockerfile:3"]),
    "a folder with the file in it": (
        {"Dockerfile": HEAD + "COPY app /app\n" + CMD, "app/.env": ENV[".env"], ".gitignore": ".env\n"},
        ["Dockerfile:3"],
    ),
    "the stage that the built one starts from": (
        {"Dockerfile": "FROM python:3.13 AS base\nCOPY . /app\nFROM base\n" + CMD, **ENV},
        ["Dockerfile:2"],
    ),
    "a stage that everything is copied from": ({"Dockerfile": BUILT.format(".", "/src"), **ENV}, ["Dockerfile:3"]),
    "an absolute folder that everything is copied from": (
        {"Dockerfile": BUILT.format("/code", "/code/"), **ENV},
        ["Dockerfile:3"],
    ),
    "compose reads a file that is not in the repository": (
        {"Dockerfile": ALL, "compose.yml": COMPOSE.format(".env")},
        ["Dockerfile:3"],
    ),
}


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_fires(files: Mapping[str, str | None], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("secrets-copied-into-image") == places


def test_says_what_comes_along_and_what_to_add(tmp_path: Path) -> None:
    files = {"Dockerfile": ALL, "db.sqlite3": "", **ENV}
    (finding,) = inspect_files(tmp_path, files).findings("secrets-copied-into-image")
    assert finding.message == (
        "Copying '.' to '.' takes '.env' (a secret key in 'SECRET_KEY') and 'db.sqlite3' (a database) into the image."
    )
    assert finding.hint == (
        "Add the lines '.env' and 'db.sqlite3' to .dockerignore, build the image again and delete the old ones from the "
        "registry."
    )


def test_names_the_file_below_its_build_context(tmp_path: Path) -> None:
    files = {
        "compose.yml": "services:\n  web:\n    build: app\n    restart: always\n    env_file: app/.env\n",
        "app/Dockerfile": ALL,
    }
    (finding,) = inspect_files(tmp_path, files).findings("secrets-copied-into-image")
    assert finding.message == "Copying '.' to '.' takes 'app/.env' (read by compose.yml:5) into the image."
    assert finding.hint.startswith("Add the line '.env' to app/.dockerignore, ")
