"""exposed-application-port: who can ask a server that should only hear the proxy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "exposed-application-port"
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n"
TRUSTS = 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n'
COMMAND = "gunicorn bookstore.wsgi -w 3 --bind 0.0.0.0:8000"


def nginx(address: str = "http://127.0.0.1:8000") -> dict[str, str]:
    return {
        "deploy/nginx.conf": f"server {{\n  listen 443 ssl;\n  location / {{\n    proxy_pass {address};\n"
        "    proxy_set_header Host $host;\n    proxy_set_header X-Forwarded-Proto $scheme;\n  }\n}\n"
    }


def unit(command: str = COMMAND) -> dict[str, str]:
    return {
        "deploy/web.service": f"[Service]\nWorkingDirectory=/srv/bookstore\nExecStart=/srv/bin/{command}\nRestart=always\n"
    }


def program(command: str = COMMAND) -> dict[str, str]:
    return {"deploy/supervisord.conf": f"[program:web]\ncommand=/srv/bin/{command}\ndirectory=/srv/bookstore\n"}


SILENT = {
    "loopback": ({**unit("gunicorn bookstore.wsgi -w 3 --bind 127.0.0.1:8000"), **nginx()}, TRUSTS),
    "gunicorn's own address": ({**unit("gunicorn bookstore.wsgi -w 3"), **nginx()}, TRUSTS),
    "a unix socket": (
        {**unit("gunicorn bookstore.wsgi -w 3 --bind unix:/run/a.sock"), **nginx("http://unix:/run/a.sock")},
        TRUSTS,
    ),
    "one address of the machine": (
        {**unit("gunicorn bookstore.wsgi -w 3 --bind 10.0.0.5:8000"), **nginx("http://10.0.0.5:8000")},
        TRUSTS,
    ),
    "settings that trust nothing": ({**unit(), **nginx()}, ""),
    "settings that a variable decides": (
        {**unit(), **nginx()},
        "USE_X_FORWARDED_HOST = os.environ.get('BEHIND_A_PROXY_HERE', 'x')\n",
    ),
    "settings of development": ({**unit(), **nginx()}, TRUSTS + "DEBUG = True\n"),
    "no proxy in the repository": (unit(), TRUSTS),
    "a proxy of another port": ({**unit(), **nginx("http://127.0.0.1:9000")}, TRUSTS),
    "a proxy of another machine": ({**unit(), **nginx("http://app.internal:8000")}, TRUSTS),
    "a container": (
        {
            "compose.prod.yaml": f'services:\n  web:\n    build: .\n    command: {COMMAND}\n    ports: ["8000:8000"]\n',
            "Dockerfile": IMAGE,
            **nginx(),
        },
        TRUSTS,
    ),
    "supervisor that may run in the image": ({**program(), **nginx(), "Dockerfile": IMAGE}, TRUSTS),
    "a platform": ({"Procfile": f"web: {COMMAND}\n", **nginx()}, TRUSTS),
    "a firewall": (
        {
            **unit(),
            **nginx(),
            "deploy/setup.service": "[Service]\nType=oneshot\nExecStart=/usr/sbin/ufw allow 443\n",
        },
        TRUSTS,
    ),
    "a port of a variable": ({**unit("gunicorn bookstore.wsgi -w 3 --bind 0.0.0.0:$PORT"), **nginx()}, TRUSTS),
}


@pytest.mark.parametrize(("files", "settings"), [pytest.param(*case, id=name) for name, case in SILENT.items()])
def test_silent(tmp_path: Path, files: dict[str, str], settings: str) -> None:
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


FIRING = {
    "systemd": ({**unit(), **nginx()}, TRUSTS, "deploy/web.service:3"),
    "supervisor": ({**program(), **nginx("http://0.0.0.0:8000")}, TRUSTS, "deploy/supervisord.conf:2"),
    "a trusted host": (
        {**unit(), **nginx("http://localhost:8000")},
        "USE_X_FORWARDED_HOST = True\n",
        "deploy/web.service:3",
    ),
    "a port alone": (
        {**unit("gunicorn bookstore.wsgi -w 3 --bind :8000"), **nginx()},
        TRUSTS,
        "deploy/web.service:3",
    ),
    "IPv6": ({**unit("gunicorn bookstore.wsgi -w 3 --bind [::]:8000"), **nginx()}, TRUSTS, "deploy/web.service:3"),
}


@pytest.mark.parametrize(
    ("files", "settings", "place"), [pytest.param(*case, id=name) for name, case in FIRING.items()]
)
def test_firing(tmp_path: Path, files: dict[str, str], settings: str, place: str) -> None:
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == [place]


def test_message(tmp_path: Path) -> None:
    [finding] = inspect_files(tmp_path, {**program(), **nginx()}, settings=TRUSTS).findings(RULE)
    assert finding.message == (
        "The 'web' program listens on '0.0.0.0:8000' behind nginx on the same machine: who asks that port directly sends the "
        "headers that SECURE_PROXY_SSL_HEADER trusts."
    )
    assert finding.hint == "Give '--bind 127.0.0.1:8000' to gunicorn in deploy/supervisord.conf:2."
    assert [str(place) for place in finding.related] == ["deploy/nginx.conf:4"]


HINTS = {
    "uvicorn": (
        unit("uvicorn bookstore.asgi:application --host 0.0.0.0"),
        "Give '--host 127.0.0.1 --port 8000' to uvicorn in deploy/web.service:3.",
    ),
    "gunicorn's configuration": (
        {
            **unit("gunicorn bookstore.wsgi -c deploy/gunicorn.conf.py"),
            "deploy/gunicorn.conf.py": "bind = '0.0.0.0:8000'\nworkers = 3\n",
        },
        "Write 'bind = \"127.0.0.1:8000\"' in deploy/gunicorn.conf.py.",
    ),
    "uwsgi's configuration": (
        {
            **unit("uwsgi --ini uwsgi.ini"),
            "uwsgi.ini": "[uwsgi]\nmodule = bookstore.wsgi\nprocesses = 4\nhttp-socket = :8000\n",
        },
        "Write 'http-socket = 127.0.0.1:8000' in uwsgi.ini.",
    ),
}


@pytest.mark.parametrize(("files", "hint"), [pytest.param(*case, id=name) for name, case in HINTS.items()])
def test_hint(tmp_path: Path, files: dict[str, str], hint: str) -> None:
    [finding] = inspect_files(tmp_path, {**files, **nginx()}, settings=TRUSTS).findings(RULE)
    assert finding.hint == hint
