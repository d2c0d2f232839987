"""undeclared-server: servers that production starts and nothing installs."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "undeclared-server"
BARE = "django==5.2.8\nwhitenoise==6.11.0\npsycopg==3.2.13\n"
PROCFILE = "web: gunicorn bookstore.wsgi\n"
IMAGE = """\
FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
{}
USER www-data
CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8000"]
"""


def image(step: str = "", base: str = "python:3.13-slim") -> dict[str, str]:
    return {"Dockerfile": IMAGE.format(step).replace("python:3.13-slim", base), "requirements.txt": BARE}


def unit(command: str) -> dict[str, str]:
    return {"bookstore.service": f"[Service]\nExecStart={command}\nRestart=always\n", "requirements.txt": BARE}


def pyproject(more: str) -> dict[str, str | None]:
    text = '[project]\nname = "bookstore"\nversion = "1"\ndependencies = ["django>=5.2"]\n' + more
    return {"Procfile": PROCFILE, "requirements.txt": None, "pyproject.toml": text}


SILENT: dict[str, dict[str, str | None]] = {
    "declared": {"Procfile": PROCFILE},
    "declared in capitals, with an extra": {"Procfile": PROCFILE, "requirements.txt": "Django\nGunicorn[gevent]>=20\n"},
    "declared in a file for production": {
        "Procfile": PROCFILE,
        "requirements.txt": "-r requirements/base.txt\n",
        "requirements/base.txt": "django\n",
        "requirements/production.txt": "-r base.txt\ngunicorn\n",
    },
    "declared in an extra": pyproject('[project.optional-dependencies]\nweb = ["gunicorn"]\n'),
    "declared in a dependency group": pyproject('[dependency-groups]\nprod = ["gunicorn"]\n'),
    "only in the lock file": {
        **pyproject(""),
        "uv.lock": 'version = 1\n[[package]]\nname = "django"\nversion = "5.2.8"\n[[package]]\nname = "gunicorn"\nversion = "23.0.0"\n',
    },
    "installed in the image": dict(image("RUN pip install --no-cache-dir 'gunicorn[gevent]==23.0.0'")),
    "installed by the system's packages in the image": dict(
        image("RUN apt-get update && apt-get install -y python3-gunicorn")
    ),
    "a plugin of the system's uwsgi in the image": {
        **image("RUN apk add uwsgi-python3"),
        "Dockerfile": IMAGE.format("RUN apk add uwsgi-python3").replace(
            '"gunicorn", "bookstore.wsgi"', '"uwsgi", "--module", "bookstore.wsgi"'
        ),
    },
    "installed by a deploy script": {
        "Procfile": "release: ./release.sh\nweb: gunicorn bookstore.wsgi\n",
        "release.sh": "#!/bin/sh\npip install gunicorn\n",
        "requirements.txt": BARE,
    },
    "the image installs a file that is not in the tree": dict(image("RUN pip install -r /srv/prod-requirements.txt")),
    "the image runs an installer that is not in the tree": dict(image("RUN /srv/install.sh")),
    "a base image that brings a server": dict(image(base="tiangolo/uvicorn-gunicorn:python3.11")),
    "a base image of one's own": dict(image(base="registry.example.com/bookstore/base:3")),
    "an image made elsewhere": {
        "compose.prod.yaml": "services:\n  web:\n    image: bookstore/web\n    command: gunicorn bookstore.wsgi -b :8000\n",
        "requirements.txt": BARE,
    },
    "the machine's own gunicorn": dict(unit("/usr/bin/gunicorn bookstore.wsgi -b unix:/run/bookstore.sock")),
    "the machine's own uwsgi": {
        "supervisord.conf": "[program:web]\ncommand=uwsgi --module bookstore.wsgi --socket /run/bookstore.sock\n",
        "requirements.txt": BARE,
    },
    "no dependency file": {"Procfile": PROCFILE, "requirements.txt": None},
    "a dependency file that cannot be read": {
        "Procfile": PROCFILE,
        "requirements.txt": BARE,
        "pyproject.toml": "[project\nname = bookstore\n",
    },
    "an included dependency file that is not in the tree": {
        "Procfile": PROCFILE,
        "requirements.txt": BARE + "-r private/requirements.txt\n",
    },
    "the development server": {"Procfile": "web: ./manage.py runserver\n", "requirements.txt": BARE},
    "another framework's application": {
        "Procfile": "web: gunicorn bookstore.wsgi\napi: uvicorn api.main:app\n",
        "api/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    },
    "a file for development": {
        "compose.dev.yaml": "services: {web: {build: ., command: gunicorn bookstore.wsgi}}\n",
        "requirements.txt": BARE,
    },
    "a distribution that is known to bring it": {
        "Procfile": "web: daphne bookstore.asgi:application -b 0.0.0.0 -p $PORT\n",
        "requirements.txt": BARE + "channels[daphne]\n",
    },
}

FIRING = {
    "a Procfile": ({"Procfile": PROCFILE, "requirements.txt": BARE}, ["Procfile:1"]),
    "the name stands in a comment only": (
        {"Procfile": PROCFILE, "requirements.txt": BARE + "# gunicorn comes later\n"},
        ["Procfile:1"],
    ),
    "a build requirement is none of the site's": (
        {
            "Procfile": PROCFILE,
            "requirements.txt": None,
            "pyproject.toml": '[build-system]\nrequires = ["gunicorn"]\n[project]\nname = "b"\nversion = "1"\ndependencies = ["django"]\n',
        },
        ["Procfile:1"],
    ),
    "the other server is declared": (
        {"Procfile": "web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT\n"},
        ["Procfile:1"],
    ),
    "an image that installs something else": (image("RUN pip install pillow"), ["Dockerfile:7"]),
    "a program in a virtualenv": (
        unit("/srv/venv/bin/gunicorn bookstore.wsgi -b unix:/run/b.sock"),
        ["bookstore.service:2"],
    ),
    "uwsgi in a virtualenv": (
        unit("/srv/venv/bin/uwsgi --module bookstore.wsgi --socket /run/b.sock"),
        ["bookstore.service:2"],
    ),
    "a development image that installs it is another one": (
        {"Procfile": PROCFILE, "requirements.txt": BARE, "Dockerfile.dev": IMAGE.format("RUN pip install gunicorn")},
        ["Procfile:1"],
    ),
    "something else that was not read": (
        {
            "Procfile": "release: /opt/release.sh\nweb: gunicorn bookstore.wsgi\nno entry\n",
            "requirements.txt": BARE,
        },
        ["Procfile:2"],
    ),
    "a plugin for another server": (image("RUN apt-get install -y uwsgi-plugin-python3"), ["Dockerfile:7"]),
    "the same server twice is one mistake": (
        {"Procfile": "web: gunicorn bookstore.wsgi\napi: gunicorn bookstore.wsgi\n", "requirements.txt": BARE},
        ["Procfile:1"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    files = {"Procfile": PROCFILE, "requirements.txt": BARE}
    assert inspect_files(tmp_path, files, complete=False).places(RULE) == []


def test_silent_where_the_platform_brings_a_server(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": "azure", "COMMANDS": {"web": "gunicorn bookstore.wsgi"}}}
    assert inspect_files(tmp_path, {"requirements.txt": BARE}, values=values).places(RULE) == []


@pytest.mark.parametrize("archive", [False, True], ids=["in folders alone", "with an archive in the path"])
def test_silent_where_a_declared_distribution_requires_it_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: bool
) -> None:
    site = tmp_path / "site-packages"
    if archive:
        (tmp_path / "packages.zip").write_bytes(b"PK\x05\x06" + b"\0" * 18)
        monkeypatch.syspath_prepend(str(tmp_path / "packages.zip"))
    for name, requires in (
        ("bookstore-stack", ["Bookstore_Server [web] >=1", "bookstore-stack"]),
        ("bookstore-server", ["gunicorn; extra == 'web'"]),
    ):
        folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir(parents=True)
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            "Version: 1.0",
            *(f"Requires-Dist: {text}" for text in requires),
        ]
        (folder / "METADATA").write_text("\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(str(site))
    assert metadata.requires("bookstore-stack")
    files = {"Procfile": PROCFILE, "requirements.txt": BARE + "bookstore-stack\n"}
    assert inspect_files(tmp_path / "project", files).places(RULE) == []
    files["requirements.txt"] = BARE + "bookstore-server\n"  # without the extra it brings nothing
    assert inspect_files(tmp_path / "again", files).places(RULE) == ["Procfile:1"]


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Procfile": PROCFILE, "requirements.txt": BARE}).findings(RULE)
    assert (
        finding.message == "The 'web' process starts 'gunicorn', which no dependency file and no image build installs."
    )
    assert finding.hint == "Add the line 'gunicorn' to requirements.txt."


HINTS = {
    "pyproject.toml": (pyproject(""), "Add 'gunicorn' to the dependencies in pyproject.toml."),
    "uv": (
        {**pyproject(""), "uv.lock": 'version = 1\n[[package]]\nname = "django"\nversion = "5.2.8"\n'},
        "Run 'uv add gunicorn'.",
    ),
    "Pipfile": (
        {"Procfile": PROCFILE, "requirements.txt": None, "Pipfile": '[packages]\ndjango = "*"\n'},
        "Run 'pipenv install gunicorn'.",
    ),
    "the file that names Django": (
        {
            "Procfile": PROCFILE,
            "requirements.txt": None,
            "requirements/docs.txt": "sphinx\n",
            "requirements/base.txt": "django\n",
        },
        "Add the line 'gunicorn' to requirements/base.txt.",
    ),
}


@pytest.mark.parametrize(("files", "hint"), HINTS.values(), ids=HINTS.keys())
def test_hint_names_the_project_s_own_file(files: dict[str, str | None], hint: str, tmp_path: Path) -> None:
    assert [finding.hint for finding in inspect_files(tmp_path, files).findings(RULE)] == [hint]
