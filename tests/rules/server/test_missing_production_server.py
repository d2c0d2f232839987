"""missing-production-server: nothing that answers requests is a server for production."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "missing-production-server"
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nUSER www-data\n"
BARE = "django==5.2.8\nwhitenoise==6.11.0\npsycopg==3.2.13\n"
APP_JSON = '{"buildpacks": [{"url": "heroku/python"}], "formation": {"web": {"quantity": 1, "size": "basic"}}}\n'

SILENT = {
    "gunicorn": {"Procfile": "web: gunicorn bookstore.wsgi\n"},
    "runserver in one process, a server in another": {
        "Procfile": "web: python manage.py runserver\napi: gunicorn bookstore.wsgi\n"
    },
    "no process answers requests": {"Procfile": "worker: celery -A bookstore worker\n", "requirements.txt": BARE},
    "a script that is not in the repository": {"Procfile": "web: /opt/start.sh\n", "requirements.txt": BARE},
    "a program that is not known": {"Procfile": "web: mysterious --serve\n", "requirements.txt": BARE},
    "a Python script": {"Procfile": "web: python serve.py\n", "serve.py": "import os\n", "requirements.txt": BARE},
    "an image made elsewhere": {
        "compose.prod.yaml": "services:\n  web:\n    image: ghcr.io/bookstore/bookstore:latest\n    ports: ['80:8000']\n",
        "requirements.txt": BARE,
    },
    "an image made elsewhere beside runserver": {
        "compose.prod.yaml": """\
            services:
              admin:
                build: .
                command: python manage.py runserver 0.0.0.0:8000
              site:
                image: ghcr.io/bookstore/bookstore:latest
            """,
        "Dockerfile": IMAGE,
    },
    "an image whose own command a file overrides": {
        "compose.prod.yaml": "services:\n  web:\n    build: .\n    command: python manage.py runserver 0.0.0.0:8000\n",
        "Dockerfile": IMAGE + 'CMD ["gunicorn", "bookstore.wsgi"]\n',
    },
    "an image whose script calls something unknown": {
        "Dockerfile": IMAGE + 'CMD ["./start.sh"]\n',
        "start.sh": "#!/bin/sh\n/opt/site/start &\npython manage.py runserver 0.0.0.0:8000\n",
    },
    "a service whose image starts something unknown": {
        "compose.prod.yaml": """\
            services:
              admin:
                build: .
                command: python manage.py runserver 0.0.0.0:8000
              site:
                build: ./site
            """,
        "Dockerfile": IMAGE,
        "site/Dockerfile": "FROM bookstore/base:3\n",
    },
    "a process that only waits": {"Procfile": "web: sleep infinity\n"},
    "no platform is used": {"requirements.txt": BARE},
    "a platform is used, and a dependency file is missing": {
        "app.json": APP_JSON,
        "requirements.txt": BARE + "-r private/requirements.txt\n",
    },
    "a condition that decides": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": '#!/bin/sh\nif [ "$MODE" = "simple" ]; then python manage.py runserver; fi\n',
        "requirements.txt": BARE,
    },
    "a platform is used, and a server is declared": {"app.json": APP_JSON},
    "a platform is used, and no dependency file speaks of Django": {
        "app.json": APP_JSON,
        "requirements.txt": "psycopg\n",
    },
    "a platform is used, and an image that nobody is known to use may start something": {
        "Procfile": "release: ./manage.py migrate\n",
        "docker/Dockerfile.example": IMAGE,
        "requirements.txt": BARE,
    },
    "a platform is used, and an image may start something": {
        "Procfile": "release: ./manage.py migrate\n",
        "Dockerfile": IMAGE,
        "requirements.txt": BARE,
    },
}

FIRING = {
    "runserver, and no server is declared": (
        {"Procfile": "web: python manage.py runserver\n", "requirements.txt": BARE},
        ["Procfile:1"],
    ),
    "runserver, although a server is declared": ({"Procfile": "web: python manage.py runserver\n"}, ["Procfile:1"]),
    "an image that other images build on starts nothing": (
        {
            "docker/Dockerfile.site": IMAGE + 'CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]\n',
            "docker/Dockerfile.base": "FROM python:3.13-slim\nRUN apt-get install -y gettext\n",
        },
        ["docker/Dockerfile.site:6"],
    ),
    "the image's own command": (
        {
            "compose.prod.yaml": "services:\n  web:\n    build: .\n",
            "Dockerfile": IMAGE + 'CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]\n',
        },
        ["Dockerfile:6"],
    ),
    "a developers' image has a server that developers do not start": (
        {
            "Procfile": "web: python manage.py runserver\n",
            "compose.dev.yaml": """\
                services:
                  web:
                    build: {context: ., dockerfile: Dockerfile.dev}
                    command: python manage.py runserver
                """,
            "Dockerfile.dev": IMAGE + "CMD gunicorn bookstore.wsgi\n",
        },
        ["Procfile:1"],
    ),
    "a web process that only migrates": (
        {"Procfile": "release: ./manage.py check\nweb: python manage.py migrate\n"},
        ["Procfile:2"],
    ),
    "an image of nginx beside it is no server for Django": (
        {
            "compose.prod.yaml": """\
                services:
                  nginx:
                    build: ./nginx
                    ports: ["80:80"]
                  web:
                    build: .
                    command: python manage.py runserver 0.0.0.0:8000
                """,
            "Dockerfile": IMAGE,
            "nginx/Dockerfile": "FROM nginx:1.29\nCOPY nginx.conf /etc/nginx/nginx.conf\n",
        },
        ["compose.prod.yaml:7"],
    ),
    "a platform that nothing tells what to start": (
        {"app.json": APP_JSON, "requirements.txt": "psycopg\ndjango\n"},
        ["requirements.txt:2"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


def test_silent_where_the_platform_brings_a_server(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": "pythonanywhere"}}
    files = {"Procfile": "web: python manage.py runserver\n"}
    inspected = inspect_files(tmp_path, files, values=values)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    """What starts the server may stand in a file that is missing; what does run is another rule's to tell."""
    inspected = inspect_files(tmp_path, {"Procfile": "web: python manage.py runserver\n"}, complete=False)
    assert inspected.places(RULE) == []
    assert inspected.places("runserver-in-production") == ["Procfile:1"]


def test_silent_in_a_partial_tree_where_nothing_says_what_starts(tmp_path: Path) -> None:
    files = {"app.json": APP_JSON, "requirements.txt": BARE}
    assert inspect_files(tmp_path, files, complete=False).places(RULE) == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    files = {"Procfile": "web: python manage.py migrate\n", "requirements.txt": BARE}
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (
        finding.message
        == "Nothing in production starts a WSGI or ASGI server; the 'web' process runs 'migrate', which is none."
    )
    assert (
        finding.hint == "Write 'web: gunicorn bookstore.wsgi' instead, and add the line 'gunicorn' to requirements.txt."
    )


def test_message_and_hint_where_nothing_says_what_starts(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"app.json": APP_JSON, "requirements.txt": BARE}).findings(RULE)
    assert (
        finding.message
        == "Nothing tells Heroku what to start, and no dependency beside 'django' is a WSGI or ASGI server."
    )
    assert (
        finding.hint
        == "Write 'web: gunicorn bookstore.wsgi' to a Procfile, and add the line 'gunicorn' to requirements.txt."
    )
