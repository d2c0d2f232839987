"""unreachable-bind: addresses that the router in front does not reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.rules.server._listening import Endpoint, endpoint
from tests.projects import inspect_files

RULE = "unreachable-bind"
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n"
LOOPBACK = "gunicorn bookstore.wsgi -w 3 --bind 127.0.0.1:8000"


def web(command: str) -> dict[str, str]:
    return {"Procfile": f"web: {command}\n"}


def compose(
    command: str, *more: str, ports: str = '["80:8000"]', services: str = "", image: str = IMAGE
) -> dict[str, str]:
    """A production compose file; further lines belong to its service, ``services`` to the file."""
    lines = ["services:", "  web:", "    build: .", f"    command: {command}", f"    ports: {ports}"]
    text = "\n".join([*lines, *(f"    {line}" for line in more)]) + "\n" + services
    return {"compose.prod.yaml": text, "Dockerfile": image}


SILENT = {
    "gunicorn takes PORT by itself": web("gunicorn bookstore.wsgi"),
    "the port that the platform gives": web("gunicorn bookstore.wsgi --bind 0.0.0.0:$PORT"),
    "a default for the port": web("gunicorn bookstore.wsgi --bind :${PORT:-8000}"),
    "the address stands in a variable": web("gunicorn bookstore.wsgi --bind $ADDRESS"),
    "a unix socket behind nginx's buildpack": web(
        "bin/start-nginx gunicorn bookstore.wsgi --bind unix:///tmp/nginx.socket"
    ),
    "nginx's buildpack in front": web(f"bin/start-nginx {LOOPBACK}"),
    "a process that no one routes to": {
        "Procfile": "web: gunicorn bookstore.wsgi\nsocket: daphne -p 8001 bookstore.asgi:application\n"
    },
    "every interface of the container": compose("gunicorn bookstore.wsgi -w 3 --bind 0.0.0.0:8000"),
    "every interface, without a port": compose("gunicorn bookstore.wsgi -w 3 --bind 0.0.0.0"),
    "every interface, IPv6": compose("gunicorn bookstore.wsgi -w 3 --bind [::]:8000"),
    "a port published on the host's loopback": compose(
        "gunicorn bookstore.wsgi -w 3 -b :8000", ports='["127.0.0.1:8000:8000"]'
    ),
    "a published port that is interpolated": compose("gunicorn bookstore.wsgi -w 3 -b :8000", ports='["80:${PORT}"]'),
    "PORT is set in the service": compose("gunicorn bookstore.wsgi -w 3", "environment:", "  PORT: 8000"),
    "PORT is set in the image": compose("gunicorn bookstore.wsgi -w 3", image=IMAGE + "ENV PORT=8000\n"),
    "PORT comes from somewhere": compose("gunicorn bookstore.wsgi -w 3", "environment: [PORT]"),
    "gunicorn's own variable": compose(
        "gunicorn bookstore.wsgi -w 3", "environment:", "  GUNICORN_CMD_ARGS: --bind=0.0.0.0:8000"
    ),
    "uvicorn's own variable": compose("uvicorn bookstore.asgi:application", "environment:", "  UVICORN_HOST: 0.0.0.0"),
    "the configuration file says": {
        **compose("gunicorn bookstore.wsgi"),
        "gunicorn.conf.py": "bind = '0.0.0.0:8000'\nworkers = 3\n",
    },
    "the configuration file says something that only shows when it runs": {
        **compose("gunicorn bookstore.wsgi"),
        "gunicorn.conf.py": "import os\nbind = os.environ['ADDRESS']\nworkers = 3\n",
    },
    "the configuration file is not in the tree": compose("gunicorn bookstore.wsgi -c /etc/gunicorn.py"),
    "one address of several can be reached": compose(LOOPBACK + " --bind 0.0.0.0:8000"),
    "nothing outside is said to reach it": {
        "compose.prod.yaml": f"services:\n  web:\n    build: .\n    command: {LOOPBACK}\n",
        "Dockerfile": IMAGE,
    },
    "a second port beside a proxy's network": compose(
        "gunicorn bookstore.wsgi -w 3 -b :8000", ports='["5678:5678"]', services="  proxy:\n    image: nginx:1.29\n"
    ),
    "nginx in the same container": {
        **compose("./start.sh"),
        "start.sh": f"#!/bin/sh\n{LOOPBACK} &\nexec nginx -g 'daemon off;'\n",
    },
    "nginx beside it under supervisor": {
        "Dockerfile": IMAGE + 'EXPOSE 80\nCMD ["supervisord", "-c", "/app/deploy/supervisord.conf"]\n',
        "deploy/supervisord.conf": f"""\
            [program:nginx]
            command=nginx -g 'daemon off;'
            [program:web]
            command={LOOPBACK}
            """,
    },
    "nginx beside it under supervisor, in a service": {
        **compose("supervisord -c /app/deploy/supervisord.conf", ports='["80:80"]'),
        "deploy/supervisord.conf": f"""\
            [program:nginx]
            command=nginx -g 'daemon off;'
            [program:web]
            command={LOOPBACK}
            """,
    },
    "the image exposes a port that the service does not publish": {
        "compose.prod.yaml": f"services:\n  web:\n    build: .\n    command: {LOOPBACK}\n",
        "Dockerfile": IMAGE + "EXPOSE 8000\n",
    },
    "one of the published ports is interpolated": compose(
        "gunicorn bookstore.wsgi -w 3 -b :8001", ports='["80:8000", "81:${PORT}"]'
    ),
    "a condition that decides": {
        **compose("./start.sh"),
        "start.sh": f'#!/bin/sh\nif [ "$MODE" = simple ]; then exec {LOOPBACK}; fi\n',
    },
    "a unix socket in a variable": compose("gunicorn bookstore.wsgi -w 3 -b unix:$$SOCKET"),
    "an opaque list of options": compose("gunicorn bookstore.wsgi $$OPTIONS"),
    "nginx is installed into the image": compose(LOOPBACK, image=IMAGE + "RUN apt-get install -y nginx\n"),
    "a script that may start a proxy": {
        **compose("./start.sh"),
        "start.sh": f"#!/bin/sh\n/opt/proxy.sh\nexec {LOOPBACK}\n",
    },
    "a unit behind the host's proxy": {
        "bookstore.service": f"[Service]\nExecStart=/srv/venv/bin/{LOOPBACK}\nRestart=always\n"
    },
    "an image that exposes nothing": {"Dockerfile": IMAGE + "CMD gunicorn bookstore.wsgi\n"},
    "waitress listens everywhere": compose("waitress-serve --port 8000 bookstore.wsgi:application"),
    "uwsgi, whose address is not known": compose("uwsgi --module bookstore.wsgi"),
    "another framework's application": {
        **compose("uvicorn api.main:app"),
        "api/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    },
    "a file for development": {"compose.dev.yaml": compose(LOOPBACK)["compose.prod.yaml"], "Dockerfile.dev": IMAGE},
}

FIRING = {
    "loopback behind a platform's router": (web(LOOPBACK), ["Procfile:1"]),
    "loopback with the platform's port": (
        web("uvicorn bookstore.asgi:application --port $PORT"),
        ["Procfile:1"],
    ),
    "uvicorn's default behind a platform's router": (web("uvicorn bookstore.asgi:application"), ["Procfile:1"]),
    "a fixed port where the platform gives one": (web("gunicorn bookstore.wsgi --bind 0.0.0.0:8000"), ["Procfile:1"]),
    "gunicorn's default in a container": (compose("gunicorn bookstore.wsgi -w 3"), ["compose.prod.yaml:4"]),
    "daphne's default in a container": (compose("daphne bookstore.asgi:application"), ["compose.prod.yaml:4"]),
    "runserver's default in a container": (compose("python manage.py runserver 8000"), ["compose.prod.yaml:4"]),
    "loopback in a configuration file": (
        {**compose("gunicorn bookstore.wsgi"), "gunicorn.conf.py": "bind = 'localhost:8000'\nworkers = 3\n"},
        ["compose.prod.yaml:4"],
    ),
    "another port than the published one": (
        compose("gunicorn bookstore.wsgi -w 3 --bind 0.0.0.0:8001"),
        ["compose.prod.yaml:4"],
    ),
    "the image's PORT is another port than the published one": (
        compose("gunicorn bookstore.wsgi -w 3", image=IMAGE + "ENV PORT=8888\n"),
        ["compose.prod.yaml:4"],
    ),
    "nginx in an image of its own is another container": (
        {
            "Dockerfile": IMAGE + "EXPOSE 8000\nCMD gunicorn bookstore.wsgi -w 3\n",
            "nginx/Dockerfile": "FROM nginx:1.29\nCMD nginx -g 'daemon off;'\n",
        },
        ["Dockerfile:6"],
    ),
    "an image that two services start, one of them behind another port": (
        {
            "compose.prod.yaml": """\
                services:
                  one:
                    build: .
                    ports: ["80:8888"]
                  two:
                    build: .
                    ports: ["81:8000"]
                """,
            "Dockerfile": IMAGE + "ENV PORT=8888\nCMD gunicorn bookstore.wsgi -w 3\n",
        },
        ["Dockerfile:6"],
    ),
    "an image that exposes a port": (
        {"Dockerfile": IMAGE + "EXPOSE 8000\nCMD gunicorn bookstore.wsgi\n"},
        ["Dockerfile:6"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


@pytest.mark.parametrize("platform", ["platformsh", "piku", "elastic-beanstalk"])
def test_silent_on_platforms_that_want_loopback(platform: str, tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": platform, "COMMANDS": {"web": LOOPBACK}}}
    assert inspect_files(tmp_path, values=values).places(RULE) == []


def test_silent_about_a_fixed_port_where_the_platform_may_look_for_it(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": "render", "COMMANDS": {"web": "gunicorn bookstore.wsgi --bind 0.0.0.0:8000"}}}
    assert inspect_files(tmp_path, values=values).places(RULE) == []


def test_silent_about_an_exposed_port_where_the_platform_sets_another(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": "cloud-run"}}
    files = {"Dockerfile": IMAGE + "EXPOSE 8000\nCMD gunicorn bookstore.wsgi\n"}
    inspected = inspect_files(tmp_path, files, values=values)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


def test_a_platform_that_sets_no_port_cannot_reach_loopback_either(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": "kamal", "COMMANDS": {"web": LOOPBACK}}}
    (finding,) = inspect_files(tmp_path, values=values).findings(RULE)
    assert (
        finding.message
        == "The 'web' command listens on '127.0.0.1:8000', which Kamal's router cannot reach from outside."
    )


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


MESSAGES = {
    "loopback": (
        web("uvicorn bookstore.asgi:application --port $PORT"),
        "The 'web' process listens on '127.0.0.1:$PORT', which Heroku's router cannot reach from outside.",
        "Give '--host 0.0.0.0 --port $PORT' to uvicorn in Procfile:1.",
    ),
    "a fixed port": (
        web("gunicorn bookstore.wsgi --bind 0.0.0.0:8000"),
        "The 'web' process listens on '0.0.0.0:8000', while Heroku's router leads to the one in PORT.",
        "Take '0.0.0.0:8000' out of Procfile:1: gunicorn listens on 0.0.0.0:$PORT by itself.",
    ),
    "a published port": (
        compose("gunicorn bookstore.wsgi -w 3 --bind 0.0.0.0:8001"),
        "The 'web' service listens on '0.0.0.0:8001', while the port published in compose.prod.yaml:5 leads to port 8000.",
        "Give '--bind 0.0.0.0:8000' to gunicorn in compose.prod.yaml:4.",
    ),
    "a pod": (
        {
            "k8s/web.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: books}\nspec:\n  containers:\n    - name: web\n      image: books\n"
            "      command: [uvicorn, 'bookstore.asgi:application']\n      ports: [{containerPort: 8000}]\n"
        },
        "The 'web' service listens on '127.0.0.1:8000', which the cluster ('containerPort' in k8s/web.yaml:9) cannot reach from outside.",
        "Give '--host 0.0.0.0 --port 8000' to uvicorn in k8s/web.yaml:8.",
    ),
    "an exposed port": (
        {"Dockerfile": IMAGE + "EXPOSE 8000\nCMD daphne bookstore.asgi:application\n"},
        "The image of 'Dockerfile' listens on '127.0.0.1:8000', which the port that the image exposes cannot reach from outside.",
        "Give '--bind 0.0.0.0 --port 8000' to daphne in Dockerfile:6.",
    ),
}


@pytest.mark.parametrize(("files", "message", "hint"), MESSAGES.values(), ids=MESSAGES.keys())
def test_message_and_hint(files: dict[str, str], message: str, hint: str, tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (finding.message, finding.hint) == (message, hint)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("0.0.0.0:8001", Endpoint("0.0.0.0", 8001), id="host and port"),
        pytest.param(":8001", Endpoint("0.0.0.0", 8001), id="no host is every host"),
        pytest.param("0:8001", Endpoint("0.0.0.0", 8001), id="zero is every host"),
        pytest.param("0.0.0.0", Endpoint("0.0.0.0", 8000), id="the port's default"),
        pytest.param("8001", Endpoint("0.0.0.0", 8001), id="a number alone is a port"),
        pytest.param("[::1]:8001", Endpoint("::1", 8001), id="IPv6 loopback"),
        pytest.param("[::]", Endpoint("0.0.0.0", 8000), id="IPv6, every host"),
        pytest.param("tcp://127.0.0.1:80", Endpoint("127.0.0.1", 80), id="with a scheme"),
        pytest.param("127.0.0.1:$PORT", Endpoint("127.0.0.1", None), id="a port that is not known"),
        pytest.param("127.0.0.1:999999", Endpoint("127.0.0.1", None), id="a number that is no port"),
        pytest.param("127.0.0.1:\u00b2", Endpoint("127.0.0.1", None), id="a digit that is no decimal"),
        pytest.param("\u00b2", Endpoint("\u00b2", 8000), id="a digit that is no decimal, alone"),
        pytest.param("unix:/run/b.sock", Endpoint("unix:/run/b.sock", None), id="a unix socket"),
        pytest.param("/run/b.socket", Endpoint("/run/b.socket", None), id="the path of a socket"),
        pytest.param("fd://3", Endpoint("fd://3", None), id="a descriptor"),
    ],
)
def test_endpoint(address: str, expected: Endpoint) -> None:
    assert endpoint(address) == expected
