"""reload-in-production: servers that watch their source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "reload-in-production"
PROCFILE = "web: gunicorn bookstore.wsgi\n"
COMPOSE = "services:\n  web:\n    build: .\n    command: gunicorn bookstore.wsgi --reload -b :8000\n"

SILENT = {
    "no option": {"Procfile": PROCFILE},
    "the development server, told not to": {"Procfile": "web: ./manage.py runserver --noreload\n"},
    "a compose file for development": {"compose.dev.yaml": COMPOSE},
    "reload = False": {"Procfile": PROCFILE, "gunicorn.conf.py": "reload = False\n"},
    "a value that only shows when it runs": {
        "Procfile": PROCFILE,
        "gunicorn.conf.py": "import os\nreload = os.getenv('RELOAD', False)\n",
    },
    "under a condition": {
        "Procfile": PROCFILE,
        "gunicorn.conf.py": "import os\nif os.getenv('DEBUG'):\n    reload = True\n",
    },
    "a configuration that nothing loads": {
        "Procfile": PROCFILE,
        "config/gunicorn.conf.py": "reload = True\n",
    },
    "a branch for development": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": '#!/bin/sh\nif [ "$DEBUG" = 1 ]; then exec gunicorn bookstore.wsgi --reload; fi\nexec gunicorn bookstore.wsgi\n',
    },
    "a condition that decides": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": '#!/bin/sh\n[ -n "$WATCH" ] && exec gunicorn bookstore.wsgi --reload\n',
    },
    "uwsgi reloads workers that grew, not code": {
        "Procfile": "web: uwsgi --module bookstore.wsgi --http :$PORT --reload-on-rss 300 --worker-reload-mercy 30\n"
    },
    "py-autoreload = 0": {"Procfile": "web: uwsgi --module bookstore.wsgi --http :$PORT --py-autoreload 0\n"},
}

FIRING = {
    "gunicorn": ({"Procfile": "web: gunicorn bookstore.wsgi --reload\n"}, ["Procfile:1"]),
    "uvicorn in a script": (
        {
            "Procfile": "web: ./start.sh\n",
            "start.sh": "#!/bin/sh\nexec uvicorn bookstore.asgi:application --reload --port $PORT\n",
        },
        ["start.sh:2"],
    ),
    "gunicorn.conf.py, loaded unasked": (
        {"Procfile": PROCFILE, "gunicorn.conf.py": "workers = 3\nreload = True\n"},
        ["gunicorn.conf.py:2"],
    ),
    "two processes load the same file": (
        {
            "Procfile": "web: gunicorn bookstore.wsgi -c deploy/conf.py\napi: gunicorn bookstore.wsgi -c deploy/conf.py\n",
            "deploy/conf.py": "reload = True\n",
        },
        ["deploy/conf.py:1"],
    ),
    "uwsgi on the command line": (
        {"Procfile": "web: uwsgi --module bookstore.wsgi --http :$PORT --py-autoreload 1\n"},
        ["Procfile:1"],
    ),
    "an argument on a line of its own, behind the image's entrypoint": (
        {
            "compose.prod.yaml": "services:\n  web:\n    build: .\n    restart: always\n    entrypoint: [gunicorn]\n    command:\n"
            "      - bookstore.wsgi\n      - --reload\n",
            "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n",
        },
        ["compose.prod.yaml:8"],
    ),
    "an argument in a CMD on several lines": (
        {
            "Dockerfile": 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD [ \\\n  "gunicorn", "bookstore.wsgi", \\\n  "--reload" ]\n',
        },
        ["Dockerfile:6"],
    ),
    "an argument in args of Kubernetes": (
        {
            "k8s/web.yaml": "kind: Pod\napiVersion: v1\nmetadata: {name: books}\nspec:\n  containers:\n    - name: web\n      image: books\n"
            "      command:\n        - uvicorn\n        - bookstore.asgi:application\n      args:\n        - --port=8000\n        - --reload\n",
        },
        ["k8s/web.yaml:13"],
    ),
    "a text for a shell behind the entrypoint": (
        {
            "Dockerfile": 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["tini", "--"]\nCMD gunicorn bookstore.wsgi --reload\n',
        },
        ["Dockerfile:5"],
    ),
    "a production compose file": (
        {"compose.prod.yaml": COMPOSE, "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n"},
        ["compose.prod.yaml:4"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Procfile": "web: gunicorn bookstore.wsgi --reload\n"}).findings(RULE)
    assert (
        finding.message
        == "The 'web' process starts gunicorn with '--reload': it restarts whenever a source file changes."
    )
    assert (
        finding.hint == "Delete '--reload' in Procfile:1; developers can add it where they start the server themselves."
    )


def test_message_names_the_option_of_uwsgi_s_environment(tmp_path: Path) -> None:
    files = {
        "compose.prod.yaml": """\
            services:
              web:
                build: .
                command: uwsgi --module bookstore.wsgi --http :8000
                environment:
                  UWSGI_PY_AUTORELOAD: 1
            """,
        "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n",
    }
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (
        finding.message
        == "The 'web' service starts uwsgi with 'py-autoreload': it restarts whenever a source file changes."
    )


def test_message_names_the_option_of_a_configuration_file(tmp_path: Path) -> None:
    files = {"Procfile": PROCFILE, "gunicorn.conf.py": "reload = True\n"}
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (
        finding.message
        == "The 'web' process starts gunicorn with 'reload = True': it restarts whenever a source file changes."
    )
