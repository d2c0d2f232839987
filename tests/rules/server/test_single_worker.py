"""single-worker: a number of workers that nothing states."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import Location
from tests.projects import inspect_files

RULE = "single-worker"
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n"
COMMAND = "gunicorn bookstore.wsgi -b :8000"


def compose(command: str = COMMAND, *more: str) -> dict[str, str]:
    """A production compose file; further lines belong to its service."""
    lines = ["services:", "  web:", "    build: .", f"    command: {command}", *(f"    {line}" for line in more)]
    return {"compose.prod.yaml": "\n".join(lines) + "\n", "Dockerfile": IMAGE}


SILENT = {
    "a number": compose(COMMAND + " --workers 3"),
    "a stated 1 is a decision": compose(COMMAND + " -w1"),
    "threads are a decision too": compose(COMMAND + " --threads 8"),
    "a number in a variable that is not known": compose(COMMAND + " --workers $$WORKERS"),
    "a worker count in the service's environment": compose(COMMAND, "environment:", "  WEB_CONCURRENCY: 3"),
    "a variable that comes from somewhere": compose(COMMAND, "environment:", "  - WEB_CONCURRENCY"),
    "gunicorn's own variable": compose(COMMAND, "environment:", "  GUNICORN_CMD_ARGS: --workers 3"),
    "gunicorn's own variable, not known": compose(COMMAND, "environment:", "  - GUNICORN_CMD_ARGS"),
    "gunicorn's own variable, made of another": compose(
        COMMAND, "environment:", "  GUNICORN_CMD_ARGS: --log-level=info ${OPTIONS}"
    ),
    "gunicorn's own variable names a configuration file": compose(
        COMMAND, "environment:", "  GUNICORN_CMD_ARGS: -c /etc/gunicorn.py"
    ),
    "gunicorn's own variable, in a file that no service names": {
        **compose(),
        ".env.production": "GUNICORN_CMD_ARGS=--workers=4\n",
    },
    "a condition that decides": {
        **compose("./start.sh"),
        "start.sh": f'#!/bin/sh\nif [ "$MODE" = simple ]; then exec {COMMAND}; fi\n',
    },
    "a sample of another env file": {**compose(COMMAND, "env_file: .env.prod"), ".env.sample": "DEBUG=0\n"},
    "a copy of the env file under a name that says nothing": {
        **compose(COMMAND, "env_file: .env"),
        ".env.staging": "DEBUG=0\n",
    },
    "an env file that is not in the tree": compose(COMMAND, "env_file: .env.prod"),
    "an env file whose sample names the variable": {
        **compose(COMMAND, "env_file: .env.prod"),
        ".env.prod.sample": "WEB_CONCURRENCY=4\n",
    },
    "an env file that states it": {**compose(COMMAND, "env_file: .env.prod"), ".env.prod": "WEB_CONCURRENCY=4\n"},
    "a configuration file states it": {**compose(COMMAND + " -c conf.py"), "conf.py": "workers = 5\n"},
    "a configuration file that counts cores": {
        **compose(),
        "gunicorn.conf.py": "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n",
    },
    "a configuration file that is not in the tree": compose(COMMAND + " -c /etc/gunicorn.py"),
    "several replicas": compose(COMMAND, "deploy:", "  replicas: 3"),
    "the platform sets it": {"Procfile": "web: gunicorn bookstore.wsgi\n"},
    "daphne is one process by design": compose("daphne -b 0.0.0.0 bookstore.asgi:application"),
    "granian": compose("granian --interface wsgi bookstore.wsgi:application --host 0.0.0.0"),
    "the development server": compose("python manage.py runserver 0.0.0.0:8000"),
    "another framework's application": {
        **compose("uvicorn api.main:app --host 0.0.0.0"),
        "api/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    },
    "a file for development": {"compose.dev.yaml": compose()["compose.prod.yaml"]},
    "a script that sources another one which is not in the tree": {
        **compose("./start.sh"),
        "start.sh": f"#!/bin/sh\n. /etc/bookstore/settings.sh\nexec {COMMAND}\n",
    },
}

FIRING = {
    "gunicorn": (compose(), ["compose.prod.yaml:4"]),
    "gunicorn with workers for ASGI": (
        compose("gunicorn bookstore.asgi:application -b :8000 -k uvicorn_worker.UvicornWorker"),
        ["compose.prod.yaml:4"],
    ),
    "uvicorn": (compose("uvicorn bookstore.asgi:application --host 0.0.0.0"), ["compose.prod.yaml:4"]),
    "a configuration file that says nothing of it": (
        {**compose(), "gunicorn.conf.py": "timeout = 60\n"},
        ["compose.prod.yaml:4"],
    ),
    "gunicorn's own variable says nothing of it": (
        compose(COMMAND, "environment:", "  GUNICORN_CMD_ARGS: --access-logfile -"),
        ["compose.prod.yaml:4"],
    ),
    "an env file whose sample leaves it out": (
        {**compose(COMMAND, "env_file: .env.prod"), ".env.prod-sample": "DEBUG=0\n"},
        ["compose.prod.yaml:4"],
    ),
    "an env file that leaves it out": (
        {**compose(COMMAND, "env_file: .env.prod"), ".env.prod": "DEBUG=0\n"},
        ["compose.prod.yaml:4"],
    ),
    "the image's own script": (
        {
            "Dockerfile": IMAGE + 'ENTRYPOINT ["./entrypoint.sh"]\n',
            "entrypoint.sh": "#!/bin/sh\npython manage.py migrate\nexec gunicorn bookstore.wsgi:application --bind 0.0.0.0:8000\n",
        },
        ["entrypoint.sh:3"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, compose(), complete=False).places(RULE) == []


def test_silent_where_a_platform_file_asks_for_several(tmp_path: Path) -> None:
    files = {**compose(), "app.json": '{"formation": {"web": {"quantity": 2}}}\n'}
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


def test_fires_where_a_platform_file_asks_for_several_of_something_else(tmp_path: Path) -> None:
    files = {**compose(), "app.json": '{"formation": {"web": {"quantity": 1}, "worker": {"quantity": 2}}}\n'}
    assert inspect_files(tmp_path, files).places(RULE) == ["compose.prod.yaml:4"]


def test_fires_on_a_platform_that_does_not_set_it(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": "render", "COMMANDS": {"web": "gunicorn bookstore.wsgi"}}}
    (finding,) = inspect_files(tmp_path, values=values).findings(RULE)
    assert finding.location == Location('DEPLOYCHECK["COMMANDS"]["web"]')


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, compose())
    (finding,) = inspected.findings(RULE)
    assert "I107 compose.prod.yaml:4" in inspected.ids()
    assert finding.message == "The 'web' service starts 'gunicorn' with a single worker, because nothing says how many."
    assert finding.hint == (
        "Add '--workers 3' to the command in compose.prod.yaml:4, or set WEB_CONCURRENCY=3 in its environment; gunicorn "
        "advises 2 x cores + 1, and '--workers 1' says that one is enough."
    )
