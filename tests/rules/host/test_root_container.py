from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck.model import Answer
from django_deploycheck.rules.host._image import base_is_root, is_root
from tests.projects import inspect_files

HEAD = """\
FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
"""
CMD = 'CMD ["gunicorn", "bookstore.wsgi"]\n'
ENTRYPOINT = 'ENTRYPOINT ["./entrypoint.sh"]\n'
COMPOSE = """\
services:
  web:
    build: .
    restart: always
    command: gunicorn bookstore.wsgi
"""
SUPERVISOR = """\
[supervisord]
nodaemon=true
{}
[program:web]
command=gunicorn bookstore.wsgi
{}
"""

SILENT: dict[str, Mapping[str, str]] = {
    "USER in the only stage": {"Dockerfile": HEAD + "USER app\n" + CMD},
    "USER below the CMD": {"Dockerfile": HEAD + CMD + "USER app\n"},
    "USER by number and group": {"Dockerfile": HEAD + "USER 999:999\n" + CMD},
    "USER that an ARG without a default names": {"Dockerfile": HEAD + "ARG UID\nUSER ${UID}\n" + CMD},
    "USER inherited from an earlier stage": {
        "Dockerfile": "FROM python:3.13-slim AS base\nUSER app\nFROM base\nWORKDIR /app\nCOPY . .\n" + CMD
    },
    "root only in the stage that builds": {
        "Dockerfile": HEAD.replace("slim", "slim AS builder")
        + "FROM python:3.13-slim\nCOPY --from=builder /app /app\nUSER app\n"
        + CMD
    },
    "a last stage for tests behind an unprivileged one": {
        "Dockerfile": HEAD.replace("slim", "slim AS runtime") + "USER app\n" + CMD + "FROM runtime AS test\nUSER root\n"
    },
    "the target that compose builds is unprivileged": {
        "Dockerfile": HEAD.replace("slim", "slim AS web") + "USER app\n" + CMD + "FROM web AS other\nUSER root\n",
        "compose.yml": COMPOSE.replace("build: .", "build: {context: ., target: web}"),
    },
    "gosu in front of the server": {
        "Dockerfile": HEAD + ENTRYPOINT,
        "entrypoint.sh": "python manage.py migrate\nexec gosu app gunicorn bookstore.wsgi\n",
    },
    "su-exec in front of the arguments": {
        "Dockerfile": HEAD + ENTRYPOINT + CMD,
        "entrypoint.sh": 'exec su-exec app:app "$@"\n',
    },
    "setpriv with numbers": {
        "Dockerfile": HEAD + "CMD setpriv --reuid=1000 --regid=1000 --clear-groups gunicorn bookstore.wsgi\n"
    },
    "s6-setuidgid in front of a script": {
        "Dockerfile": HEAD + 'CMD ["s6-setuidgid", "app", "./start.sh"]\n',
        "start.sh": "exec gunicorn bookstore.wsgi\n",
    },
    "su with a command": {"Dockerfile": HEAD + "CMD su app -c 'gunicorn bookstore.wsgi'\n"},
    "runuser as su": {"Dockerfile": HEAD + "CMD runuser -l app -c 'gunicorn bookstore.wsgi'\n"},
    "runuser with -u": {"Dockerfile": HEAD + "CMD runuser -u app -- gunicorn bookstore.wsgi\n"},
    "gosu to a user that a variable names": {"Dockerfile": HEAD + "CMD gosu $RUN_AS gunicorn bookstore.wsgi\n"},
    "gunicorn's --user": {"Dockerfile": HEAD + 'CMD ["gunicorn", "--user", "app", "bookstore.wsgi"]\n'},
    "gunicorn's own file": {"Dockerfile": HEAD + CMD, "gunicorn.conf.py": 'user = "app"\n'},
    "gunicorn's own file with a user that is no literal": {
        "Dockerfile": HEAD + CMD,
        "gunicorn.conf.py": 'import os\nuser = os.environ.get("RUN_AS")\n',
    },
    "uwsgi's uid": {"Dockerfile": HEAD + "CMD uwsgi --http :8000 --module bookstore.wsgi --uid app\n"},
    "uwsgi's file that is not there": {"Dockerfile": HEAD + "CMD uwsgi --ini /etc/uwsgi.ini\n"},
    "the user of a supervisor program": {
        "Dockerfile": HEAD + "CMD supervisord -c supervisord.conf\n",
        "supervisord.conf": SUPERVISOR.format("", "user=app"),
    },
    "the user of supervisord itself": {
        "Dockerfile": HEAD + "CMD supervisord -c supervisord.conf\n",
        "supervisord.conf": SUPERVISOR.format("user=app", ""),
    },
    "compose's user": {"Dockerfile": HEAD + CMD, "compose.yml": COMPOSE + '    user: "1000:1000"\n'},
    "compose's user from a variable": {"Dockerfile": HEAD + CMD, "compose.yml": COMPOSE + '    user: "${UID}"\n'},
    "a base image that is unprivileged": {"Dockerfile": HEAD.replace("python:3.13-slim", "bitnami/python:3.13") + CMD},
    "a base image of one's own": {"Dockerfile": HEAD.replace("python:3.13-slim", "ghcr.io/example/base:1") + CMD},
    "a base image that a variable names": {"Dockerfile": "ARG BASE\nFROM $BASE\nCOPY . .\n" + CMD},
    "one's own published image and nothing else": {"Dockerfile": "FROM example/bookstore:latest\n" + CMD},
    "a platform that takes root away": {
        "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n",
        "Dockerfile": HEAD + CMD,
    },
    "a development image": {"Dockerfile.dev": HEAD + CMD},
    "an image that only a development compose file builds": {
        "docker-compose.yml": COMPOSE.replace("restart: always", "volumes: ['.:/app']").replace(
            "gunicorn", "python manage.py runserver #"
        ),
        "Dockerfile": HEAD,
        "Procfile": "web: gunicorn bookstore.wsgi\n",
    },
    "another service's image": {"nginx/Dockerfile": "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\n"},
    "a frontend's image that copies everything": {
        "frontend/Dockerfile": 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n',
        "frontend/server.js": "",
    },
    "another framework's image": {
        "Dockerfile": HEAD + 'CMD ["uvicorn", "api:app"]\n',
        "api.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    },
    "an image without the code that starts a server": {
        "worker/Dockerfile": 'FROM python:3.13-slim\nCMD ["gunicorn", "somewhere:app"]\n'
    },
    "a web server that drops privileges by itself": {"Dockerfile": HEAD + 'CMD ["apache2ctl", "-D", "FOREGROUND"]\n'},
    "an entrypoint that was not found": {"Dockerfile": HEAD + 'ENTRYPOINT ["/init"]\n'},
    "a base image without a command for other images": {
        "base/Dockerfile": "FROM python:3.13-slim\nRUN apt-get update\n"
    },
    "an image without a command beside another way to production": {
        "Dockerfile": HEAD,
        "Procfile": "web: gunicorn bookstore.wsgi\n",
    },
    "only dependencies are copied and nothing is started": {
        "Dockerfile": "FROM python:3.13-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    },
    "another project of the same repository": {
        "other/Dockerfile": 'FROM python:3.13-slim\nCOPY . .\nCMD ["python", "manage.py", "migrate"]\n',
        "other/manage.py": "",
    },
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: Mapping[str, str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("root-container") == []


FIRING: dict[str, tuple[Mapping[str, str], str]] = {
    "no USER, at the CMD": ({"Dockerfile": HEAD + CMD}, "Dockerfile:5"),
    "no USER, at the ENTRYPOINT": (
        {"Dockerfile": HEAD + ENTRYPOINT, "entrypoint.sh": "exec gunicorn bookstore.wsgi\n"},
        "Dockerfile:5",
    ),
    "no command in the image": ({"Dockerfile": HEAD}, "Dockerfile:1"),
    "USER root": ({"Dockerfile": HEAD + "USER app\nUSER root\n" + CMD}, "Dockerfile:6"),
    "USER 0 with a group": ({"Dockerfile": HEAD + "USER 0:0\n" + CMD}, "Dockerfile:5"),
    "USER root over an unknown base": (
        {"Dockerfile": HEAD.replace("python:3.13-slim", "example/base") + "USER root\n" + CMD},
        "Dockerfile:5",
    ),
    "USER root inherited from an earlier stage": (
        {"Dockerfile": "FROM python:3.13-slim AS base\nUSER root\nFROM base\nCOPY . .\n" + CMD},
        "Dockerfile:2",
    ),
    "USER only in the stage that builds": (
        {
            "Dockerfile": HEAD.replace("slim", "slim AS builder")
            + "USER app\nFROM python:3.13-slim\nCOPY --from=builder /app /app\n"
            + CMD
        },
        "Dockerfile:8",
    ),
    "the target that compose builds": (
        {
            "Dockerfile": HEAD.replace("slim", "slim AS web") + CMD + "FROM web AS other\nUSER app\n",
            "compose.yml": COMPOSE.replace("build: .", "build: {context: ., target: web}"),
        },
        "Dockerfile:5",
    ),
    "gosu to root": ({"Dockerfile": HEAD + "CMD gosu root gunicorn bookstore.wsgi\n"}, "Dockerfile:5"),
    "gunicorn told to be root": ({"Dockerfile": HEAD + "CMD gunicorn --user=root bookstore.wsgi\n"}, "Dockerfile:5"),
    "supervisord told to be root": (
        {
            "Dockerfile": HEAD + "CMD supervisord -c supervisord.conf\n",
            "supervisord.conf": SUPERVISOR.format("user=root", ""),
        },
        "Dockerfile:5",
    ),
    "compose told to be root": (
        {"Dockerfile": HEAD + CMD, "compose.yml": COMPOSE + "    user: root\n"},
        "Dockerfile:5",
    ),
    "a worker's image": ({"Dockerfile": HEAD + "CMD celery -A bookstore worker\n"}, "Dockerfile:5"),
    "a worker whose code comes from the stage that builds": (
        {
            "Dockerfile": HEAD.replace("slim", "slim AS builder")
            + "FROM python:3.13-slim\nCOPY --from=builder /app /app\nCMD celery -A bookstore worker\n"
        },
        "Dockerfile:7",
    ),
    "a module of its own starts the server": (
        {"Dockerfile": HEAD + "CMD python -m scripts.serve\n", "scripts/serve.py": ""},
        "Dockerfile:5",
    ),
    "only manage.py and the package are copied": (
        {
            "Dockerfile": "FROM python:3.13-slim\nCOPY manage.py /app/\nCOPY bookstore /app/bookstore\n"
            "CMD python /app/manage.py rqworker\n"
        },
        "Dockerfile:4",
    ),
    "the code is mounted by a production file": (
        {
            "Dockerfile": "FROM python:3.13-slim\nRUN pip install django\n",
            "compose.prod.yml": COMPOSE.replace("gunicorn bookstore.wsgi", "python manage.py rqworker")
            + "    volumes: ['.:/app']\n",
        },
        "Dockerfile:1",
    ),
    "Celery forced to accept root behind an unknown entrypoint": (
        {"Dockerfile": HEAD + 'ENV C_FORCE_ROOT=true\nENTRYPOINT ["/init"]\n'},
        "Dockerfile:6",
    ),
    "a platform that keeps root": (
        {"Procfile": "web: gunicorn bookstore.wsgi\n", "Dockerfile": HEAD + CMD},
        "Dockerfile:5",
    ),
}


@pytest.mark.parametrize(("files", "place"), FIRING.values(), ids=FIRING.keys())
def test_fires(files: Mapping[str, str], place: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("root-container") == [place]


@pytest.mark.parametrize(
    ("files", "places"),
    [
        pytest.param({"Dockerfile": HEAD + CMD}, [], id="what starts the container is missing, and may name a user"),
        pytest.param({"Dockerfile": HEAD + CMD, "compose.prod.yml": COMPOSE}, ["Dockerfile:5"], id="it is there"),
        pytest.param({"Dockerfile": HEAD + "USER root\n" + CMD}, ["Dockerfile:5"], id="the image says so itself"),
    ],
)
def test_in_a_partial_tree(files: Mapping[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files, complete=False).places("root-container") == places


def test_says_what_runs_and_what_to_paste(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Dockerfile": HEAD + CMD}).findings("root-container")
    assert finding.message == "No USER follows 'FROM python:3.13-slim', so 'gunicorn' runs as root."
    assert finding.hint == "Add 'RUN useradd --create-home app' and 'USER app' above Dockerfile:5."


def test_says_so_of_an_image_that_ends_as_root(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Dockerfile": HEAD + "USER root\n" + CMD}).findings("root-container")
    assert finding.message == "The image ends with 'USER root', so 'gunicorn' runs as root."
    assert finding.hint == (
        "Add 'RUN useradd --create-home app' and 'USER app' below the last step that needs root, after Dockerfile:5."
    )


def test_says_what_the_site_runs_before_what_prepares_it(tmp_path: Path) -> None:
    pod = """\
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          initContainers:
            - {name: migrate, image: registry.example.com/bookstore, command: [python, manage.py, migrate]}
          containers:
            - {name: web, image: registry.example.com/bookstore, command: [gunicorn, bookstore.wsgi]}
        """
    (finding,) = inspect_files(tmp_path, {"Dockerfile": HEAD, "k8s/pod.yaml": pod}).findings("root-container")
    assert finding.message == "No USER follows 'FROM python:3.13-slim', so 'gunicorn' runs as root."


@pytest.mark.parametrize(
    ("steps", "hint"),
    [
        pytest.param(
            "RUN useradd --system --gid web shop\n", "Add 'USER shop' above Dockerfile:6.", id="useradd with a group"
        ),
        pytest.param("RUN adduser -S -G web shop\n", "Add 'USER shop' above Dockerfile:6.", id="adduser of BusyBox"),
        pytest.param(
            "RUN adduser shop --uid 1000 --gecos ''\n",
            "Add 'USER shop' above Dockerfile:6.",
            id="adduser of Debian, name first",
        ),
        pytest.param(
            "RUN useradd $NAME\n",
            "Add 'RUN useradd --create-home app' and 'USER app' above Dockerfile:6.",
            id="a name that is not known",
        ),
        pytest.param(
            "RUN groupadd shop\n",
            "Add 'RUN useradd --create-home app' and 'USER app' above Dockerfile:6.",
            id="a group is no user",
        ),
    ],
)
def test_hint_names_the_user_that_the_image_creates(steps: str, hint: str, tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Dockerfile": HEAD + steps + CMD}).findings("root-container")
    assert finding.hint == hint


def test_hint_does_not_name_a_user_of_the_stage_that_builds(tmp_path: Path) -> None:
    text = (
        HEAD.replace("slim", "slim AS builder")
        + "RUN useradd builder\nFROM python:3.13-alpine\nCOPY --from=builder /app /app\n"
        + CMD
    )
    (finding,) = inspect_files(tmp_path, {"Dockerfile": text}).findings("root-container")
    assert finding.hint == "Add 'RUN adduser -D app' and 'USER app' above Dockerfile:8."


def test_hint_for_an_image_without_a_command(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Dockerfile": HEAD}).findings("root-container")
    assert finding.message == "No USER follows 'FROM python:3.13-slim', so what the container starts runs as root."
    assert finding.hint == "Add 'RUN useradd --create-home app' and 'USER app' at the end of Dockerfile."


@pytest.mark.parametrize(
    ("base", "answer"),
    [
        ("python:3.13-slim", Answer.YES),
        ("python", Answer.YES),
        ("python@sha256:0123", Answer.YES),
        ("docker.io/library/python:3.13", Answer.YES),
        ("public.ecr.aws/docker/library/python:3.13", Answer.YES),
        ("ghcr.io/astral-sh/uv:python3.13-bookworm", Answer.YES),
        ("nvidia/cuda:12.1.0-base-ubuntu20.04", Answer.YES),
        ("gcr.io/distroless/python3-debian12", Answer.YES),
        ("heroku/heroku:22", Answer.YES),
        ("heroku/heroku:24-build", Answer.NO),
        ("gcr.io/distroless/python3-debian12:nonroot", Answer.NO),
        ("cgr.dev/chainguard/python:latest", Answer.NO),
        ("dhi.io/python:3.13-debian13", Answer.NO),
        ("bitnami/python:3.13", Answer.NO),
        ("nginxinc/nginx-unprivileged:1.27", Answer.NO),
        ("registry.access.redhat.com/ubi9/python-312:latest", Answer.NO),
        ("cgr.dev/chainguard/python:latest-dev", Answer.UNKNOWN),
        ("dhi.io/python:3.13-debian13-dev", Answer.UNKNOWN),
        ("registry.example.com:5000/python:3.13", Answer.UNKNOWN),
        ("registry.example.com:5000/python", Answer.UNKNOWN),
        ("example/python:3.13", Answer.UNKNOWN),
        ("$REGISTRY/python:3.13", Answer.UNKNOWN),
        ("python:$VERSION", Answer.YES),
        ("scratch", Answer.UNKNOWN),
    ],
)
def test_whether_a_base_image_is_root(base: str, answer: Answer) -> None:
    assert base_is_root(base) is answer


@pytest.mark.parametrize(
    ("user", "root"),
    [
        ("root", True),
        ("0", True),
        ("root:root", True),
        ("0:1000", True),
        ("app", False),
        ("1000:0", False),
        ("${UID}", False),
    ],
)
def test_whether_a_user_is_root(user: str, root: bool) -> None:
    assert is_root(user) is root
