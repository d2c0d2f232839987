"""proxy-protocol-mismatch: what the proxy speaks, and what the server behind it understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "proxy-protocol-mismatch"
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n"
GUNICORN = "gunicorn bookstore.wsgi -w 3 -b 0.0.0.0:8000"
HTTP = "proxy_pass http://web:8000;"
UWSGI = "uwsgi_pass web:8000;"


def nginx(directive: str, *, before: str = "") -> dict[str, str]:
    return {"nginx/default.conf": before + f"server {{\n  listen 80;\n  location / {{\n    {directive}\n  }}\n}}\n"}


def compose(command: str, *more: str, name: str = "web", file: str = "compose.prod.yaml") -> dict[str, str]:
    lines = ["services:", f"  {name}:", "    build: .", f"    command: {command}", *(f"    {line}" for line in more)]
    return {file: "\n".join(lines) + "\n", "Dockerfile": IMAGE}


def unit(command: str) -> dict[str, str]:
    return {
        "deploy/web.service": f"[Service]\nWorkingDirectory=/srv/bookstore\nExecStart=/srv/bin/{command}\nRestart=always\n"
    }


def uwsgi(*lines: str) -> dict[str, str]:
    text = "\n".join(["[uwsgi]", "module = bookstore.wsgi", "master = true", "processes = 4", *lines])
    return {"uwsgi.ini": text + "\n", **unit("uwsgi --ini uwsgi.ini")}


SILENT = {
    "HTTP to gunicorn": {**compose(GUNICORN), **nginx(HTTP)},
    "uwsgi to uwsgi": {**uwsgi("socket = :8000"), **nginx("uwsgi_pass 127.0.0.1:8000;")},
    "HTTP to uwsgi's HTTP socket": {**uwsgi("http-socket = :8000"), **nginx("proxy_pass http://127.0.0.1:8000;")},
    "HTTP to uwsgi's HTTP router": {**uwsgi("http = :8000"), **nginx("proxy_pass http://127.0.0.1:8000;")},
    "HTTP to a socket that is told to speak it": {
        **uwsgi("socket = :8000", "protocol = http"),
        **nginx("proxy_pass http://127.0.0.1:8000;"),
    },
    "each to its own socket of two": {
        **uwsgi("socket = /run/app.sock", "http-socket = :8000"),
        **nginx("uwsgi_pass unix:///var/run/app.sock;"),
        "nginx/second.conf": nginx("proxy_pass http://localhost:8000;")["nginx/default.conf"],
    },
    "gunicorn that is told to speak uwsgi": {**compose(f"{GUNICORN} --protocol uwsgi"), **nginx(UWSGI)},
    "gunicorn that is told something else": {**compose(f"{GUNICORN} --protocol $PROTOCOL"), **nginx(UWSGI)},
    "a protocol that HTTP servers may speak too": {**compose(GUNICORN), **nginx("grpc_pass grpc://web:8000;")},
    "another port of the service": {**compose(GUNICORN), **nginx("uwsgi_pass web:9000;")},
    "another service": {**compose(GUNICORN), **nginx("uwsgi_pass backend:8000;")},
    "a group that no file defines": {**compose(GUNICORN), **nginx("uwsgi_pass backend;")},
    "a group with two meanings": {
        **compose(GUNICORN),
        **nginx("uwsgi_pass backend;"),
        "nginx/one.conf": "upstream backend { server web:8000; }\n",
        "nginx/two.conf": "upstream backend { server web:9000; }\n",
    },
    "a port that is no number": {**compose(GUNICORN), **nginx("uwsgi_pass web:${PORT};")},
    "an address in a variable": {**compose(GUNICORN), **nginx("uwsgi_pass $backend;")},
    "another unix socket": {
        **unit("gunicorn bookstore.wsgi -w 3 -b unix:/run/a.sock"),
        **nginx("uwsgi_pass unix:/run/b.sock;"),
    },
    "a unix socket that is relative": {
        **unit("gunicorn bookstore.wsgi -w 3 -b unix:app.sock"),
        **nginx("uwsgi_pass unix:app.sock;"),
    },
    "a server that could be any": {
        **unit("passenger start --port 8000"),
        **nginx("uwsgi_pass 127.0.0.1:8000;"),
    },
    "uwsgi without an address": {**compose("uwsgi --module bookstore.wsgi --processes 4"), **nginx(HTTP)},
    "a port that another machine's process has": {**compose(GUNICORN), **nginx("uwsgi_pass 127.0.0.1:9000;")},
    "one of two that may be meant understands it": {
        **unit("gunicorn bookstore.wsgi -w 3 -b 127.0.0.1:8000"),
        "uwsgi.ini": "[uwsgi]\nmodule = bookstore.wsgi\nprocesses = 4\nsocket = :8000\n",
        "deploy/second.service": "[Service]\nExecStart=/srv/bin/uwsgi --ini uwsgi.ini\nRestart=always\n",
        **nginx("uwsgi_pass 127.0.0.1:8000;"),
    },
    "only development listens there": {
        **compose(GUNICORN, file="compose.dev.yaml"),
        "Procfile": "web: gunicorn bookstore.wsgi\n",
        **nginx(UWSGI),
    },
    "nobody says whose the process is": {
        "uwsgi.ini": "[uwsgi]\nmodule = bookstore.wsgi\nprocesses = 4\nsocket = :8000\n",
        "Procfile": "web: gunicorn bookstore.wsgi\n",
        **nginx("proxy_pass http://127.0.0.1:8000;"),
    },
    "PORT decides where gunicorn listens": {
        "Procfile": "web: gunicorn bookstore.wsgi\n",
        **nginx("uwsgi_pass 127.0.0.1:8000;"),
    },
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in SILENT.items()])
def test_silent(tmp_path: Path, files: dict[str, str]) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == []


FIRING = {
    "uwsgi to gunicorn": ({**compose(GUNICORN), **nginx(UWSGI)}, "nginx/default.conf:4"),
    "uwsgi to a server that says no address": (
        {**compose("gunicorn bookstore.wsgi -w 3 -c /etc/gunicorn.py"), **nginx(UWSGI)},
        "nginx/default.conf:4",
    ),
    "uwsgi to gunicorn's own port": (
        {**unit("gunicorn bookstore.wsgi -w 3"), **nginx("uwsgi_pass 127.0.0.1:8000;")},
        "nginx/default.conf:4",
    ),
    "a port that a variable says, of a server that speaks only HTTP": (
        {**compose("gunicorn bookstore.wsgi -w 3 -b :$PORT"), **nginx(UWSGI)},
        "nginx/default.conf:4",
    ),
    "a container by its own name": (
        {**compose(GUNICORN, "container_name: shop"), **nginx("uwsgi_pass shop:8000;")},
        "nginx/default.conf:4",
    ),
    "a published port": (
        {**compose(GUNICORN, 'ports: ["5678:5678", "127.0.0.1:9001:8000"]'), **nginx("uwsgi_pass localhost:9001;")},
        "nginx/default.conf:4",
    ),
    "a group": (
        {**compose(GUNICORN), **nginx("uwsgi_pass app;", before="upstream app { server web:8000; }\n")},
        "nginx/default.conf:5",
    ),
    "a group of another file": (
        {**compose(GUNICORN), **nginx("uwsgi_pass app;"), "nginx/app.conf": "upstream app { server web:8000; }\n"},
        "nginx/default.conf:4",
    ),
    "HTTP to uwsgi's socket": (
        {**uwsgi("socket = 127.0.0.1:8000"), **nginx("proxy_pass http://127.0.0.1:8000;")},
        "nginx/default.conf:4",
    ),
    "HTTP to uwsgi's unix socket": (
        {**uwsgi("socket = /run/app.sock"), **nginx("proxy_pass http://unix:/run/app.sock:/;")},
        "nginx/default.conf:4",
    ),
    "FastCGI to uwsgi's socket": (
        {**uwsgi("socket = /run/app.sock"), **nginx("fastcgi_pass unix:/run/app.sock;")},
        "nginx/default.conf:4",
    ),
    "uwsgi to uwsgi's HTTP socket": (
        {**uwsgi("http-socket = :8000"), **nginx("uwsgi_pass 127.0.0.1:8000;")},
        "nginx/default.conf:4",
    ),
}


@pytest.mark.parametrize(("files", "place"), [pytest.param(*case, id=name) for name, case in FIRING.items()])
def test_firing(tmp_path: Path, files: dict[str, str], place: str) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == [place]


def test_message(tmp_path: Path) -> None:
    [finding] = inspect_files(tmp_path, {**compose(GUNICORN), **nginx(UWSGI)}).findings(RULE)
    assert finding.message == (
        "nginx speaks the uwsgi protocol to 'web:8000', where 'web' listens with gunicorn, which speaks HTTP there."
    )
    assert finding.hint == (
        "Write 'proxy_pass http://web:8000;' with 'proxy_set_header Host $http_host;' in nginx/default.conf:4."
    )
    assert [str(place) for place in finding.related] == ["compose.prod.yaml:4"]


HINTS = {
    "uwsgi and nginx, with the group's name": (
        {
            **uwsgi("socket = :8000"),
            **nginx("proxy_pass http://app;", before="upstream app { server 127.0.0.1:8000; }\n"),
        },
        (
            "Write 'uwsgi_pass app;' with 'include uwsgi_params;' in nginx/default.conf:5, or let uWSGI open the address with "
            "'http-socket' in uwsgi.ini."
        ),
    ),
    "uwsgi that speaks HTTP": (
        {**uwsgi("http = :8000"), **nginx("uwsgi_pass 127.0.0.1:8000;")},
        (
            "Write 'proxy_pass http://127.0.0.1:8000;' with 'proxy_set_header Host $http_host;' in nginx/default.conf:4, or let "
            "uWSGI open the address with 'socket' in uwsgi.ini."
        ),
    ),
    "FastCGI, which uwsgi is no better at": (
        {**uwsgi("http = :8000"), **nginx("fastcgi_pass 127.0.0.1:8000;")},
        "Write 'proxy_pass http://127.0.0.1:8000;' with 'proxy_set_header Host $http_host;' in nginx/default.conf:4.",
    ),
    "Apache": (
        {**uwsgi("socket = :8000"), "deploy/apache.conf": "ProxyPass / http://127.0.0.1:8000/\n"},
        (
            "Write 'ProxyPass / uwsgi://127.0.0.1:8000/' in deploy/apache.conf:1, or let uWSGI open the address with "
            "'http-socket' in uwsgi.ini."
        ),
    ),
    "Apache and a unix socket": (
        {
            **unit("gunicorn bookstore.wsgi -w 3 -b unix:/run/a.sock"),
            "deploy/apache.conf": "ProxyPass / unix:/run/a.sock|uwsgi://localhost/\n",
        },
        "Write 'ProxyPass / unix:/run/a.sock|http://localhost/' in deploy/apache.conf:1.",
    ),
    "Caddy": (
        {**uwsgi("socket = :8000"), "Caddyfile": "www.example.com\nreverse_proxy 127.0.0.1:8000\n"},
        "Let uWSGI open the address with 'http-socket' in uwsgi.ini: Caddy speaks no uwsgi.",
    ),
    "Caddy that speaks FastCGI": (
        {
            **unit("gunicorn bookstore.wsgi -w 3"),
            "Caddyfile": "www.example.com\nreverse_proxy 127.0.0.1:8000 {\n  transport fastcgi\n}\n",
        },
        "Write 'reverse_proxy 127.0.0.1:8000' in Caddyfile:2.",
    ),
}


@pytest.mark.parametrize(("files", "hint"), [pytest.param(*case, id=name) for name, case in HINTS.items()])
def test_hint(tmp_path: Path, files: dict[str, str], hint: str) -> None:
    [finding] = inspect_files(tmp_path, files).findings(RULE)
    assert finding.hint == hint
