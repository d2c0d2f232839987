"""missing-proxy-ssl-header: an endless redirect behind a router that ends TLS."""

from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "missing-proxy-ssl-header"
LINE = len(SETTINGS.splitlines()) + 1
ON = "SECURE_SSL_REDIRECT = True\n"
DAPHNE = {"Procfile": "web: daphne bookstore.asgi:application --bind 0.0.0.0 --port $PORT\n"}
PLACE = f"bookstore/settings.py:{LINE}"


def procfile(command: str) -> dict[str, str]:
    return {"Procfile": f"web: {command}\n"}


def container(command: str, variable: str = "A=1") -> dict[str, str]:
    return {
        "heroku.yml": f"build:\n  docker:\n    web: Dockerfile\nrun:\n  web: {command}\n",
        "Dockerfile": f"FROM python:3.13-slim\nENV {variable}\nWORKDIR /app\nCOPY . .\n",
    }


SILENT = {
    "no redirect": (DAPHNE, ""),
    "no redirect, said so": (DAPHNE, "SECURE_SSL_REDIRECT = False\n"),
    "the header is named": (DAPHNE, ON + 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n'),
    "the header in a list": (DAPHNE, ON + 'SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]\n'),
    "another proxy's header": (DAPHNE, ON + 'SECURE_PROXY_SSL_HEADER = ("HTTP_FASTLY_SSL", "1")\n'),
    "nothing is deployed": ({}, ON),
    "gunicorn behind a buildpack that makes it trust the router": (procfile("gunicorn bookstore.wsgi"), ON),
    "uvicorn from a buildpack": (procfile("uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT"), ON),
    "daphne reads the headers": (procfile("daphne --proxy-headers bookstore.asgi:application"), ON),
    "gunicorn is told whom to trust": (container("gunicorn bookstore.wsgi --forwarded-allow-ips='*'"), ON),
    "the image says whom to trust": (container("gunicorn bookstore.wsgi", "FORWARDED_ALLOW_IPS=*"), ON),
    "the image gives gunicorn other arguments": (container("gunicorn bookstore.wsgi", "GUNICORN_CMD_ARGS=-w2"), ON),
    "gunicorn's own configuration may": (
        {**container("gunicorn bookstore.wsgi -c gunicorn.conf.py"), "gunicorn.conf.py": "forwarded_allow_ips = '*'\n"},
        ON,
    ),
    "gunicorn trusts its own machine": (container("gunicorn bookstore.wsgi --bind 127.0.0.1:8000"), ON),
    "gunicorn trusts a socket": (container("gunicorn bookstore.wsgi --bind unix:/run/gunicorn.sock"), ON),
    "the address is not known": (container("gunicorn bookstore.wsgi --bind $(address)"), ON),
    "a server that is not known to be blind": (procfile("waitress-serve --port=$PORT bookstore.wsgi:application"), ON),
    "a server of one's own": (
        {"compose.prod.yml": "services:\n  web:\n    image: x\n    command: daphne a.asgi:b\n"},
        ON,
    ),
    "Django's middleware is not there": (DAPHNE, ON + "MIDDLEWARE = []\n"),
    "a middleware that looks at the router's header": (
        DAPHNE,
        ON + 'MIDDLEWARE = ["bookstore.proxy.HeadersMiddleware", *MIDDLEWARE]\n',
    ),
    "a variable decides, and it is unset here": (DAPHNE, 'SECURE_SSL_REDIRECT = os.environ.get("TLS", "1") == "1"\n'),
    "settings for development": (DAPHNE, ON + "DEBUG = True\n"),
}

FIRING = {
    "unset": (DAPHNE, ON, "is not set"),
    "unset for gunicorn in an image": (container("gunicorn bookstore.wsgi"), ON, "is not set"),
    "unset for gunicorn at an address": (container("gunicorn bookstore.wsgi --bind 0.0.0.0:$PORT"), ON, "is not set"),
    "no pair": (
        DAPHNE,
        'SECURE_PROXY_SSL_HEADER = "HTTP_X_FORWARDED_PROTO"\n' + ON,
        "is no pair of a header and a value",
    ),
    "the header's own name": (
        DAPHNE,
        'SECURE_PROXY_SSL_HEADER = ("X-Forwarded-Proto", "https")\n' + ON,
        "names 'X-Forwarded-Proto', which Django knows as 'HTTP_X_FORWARDED_PROTO'",
    ),
    "another value": (
        DAPHNE,
        'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "on")\n' + ON,
        "waits for 'on', where 'https' is sent",
    ),
}


@pytest.mark.parametrize(("files", "settings"), SILENT.values(), ids=SILENT)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(("files", "settings", "wrong"), FIRING.values(), ids=FIRING)
def test_fires(tmp_path, files, settings, wrong):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == [PLACE]
    (finding,) = found.findings(RULE)
    assert f"SECURE_PROXY_SSL_HEADER {wrong}: " in finding.message


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, DAPHNE, settings=ON).findings(RULE)
    assert finding.message == (
        "SECURE_SSL_REDIRECT is on and SECURE_PROXY_SSL_HEADER is not set: 'web' gets plain HTTP from "
        "Heroku's router, so every request is redirected without end."
    )
    assert finding.hint == (
        "Set SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https') in bookstore/settings.py."
    )
    assert [str(place) for place in finding.related] == ["Procfile:1"]


def test_a_variable_that_is_set_here_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("TLS", "1")
    settings = 'SECURE_SSL_REDIRECT = os.environ.get("TLS") == "1"\n'
    assert inspect_files(tmp_path, DAPHNE, settings=settings).places(RULE) == [PLACE]


# --- a proxy that was read ----------------------------------------------------------------------------------------------

TRUSTED = 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n'


def proxied(*lines: str, listen: str = "443 ssl", path: str = "nginx.conf") -> dict[str, str]:
    body = "".join(f"        {line}\n" for line in lines)
    return {
        "Procfile": "web: gunicorn bookstore.wsgi\n",
        path: f"server {{\n    listen {listen};\n    location / {{\n{body}    }}\n}}\n",
    }


PASS = "proxy_pass http://127.0.0.1:8000;"


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(proxied(PASS, "proxy_set_header X-Forwarded-Proto $scheme;"), TRUSTED, id="it sets the header"),
        pytest.param(proxied(PASS, "include proxy_params;"), TRUSTED, id="an included file may set it"),
        pytest.param(proxied(PASS), "", id="nothing is trusted"),
        pytest.param(proxied(PASS), 'SECURE_PROXY_SSL_HEADER = ("HTTP_FASTLY_SSL", "1")\n', id="another header"),
        pytest.param(proxied(PASS, listen="80"), TRUSTED, id="TLS ends before it"),
        pytest.param(proxied("uwsgi_pass 127.0.0.1:8000;"), TRUSTED, id="uwsgi, which tells the scheme"),
        pytest.param(proxied(PASS, path="nginx.dev.conf"), TRUSTED, id="for development"),
        pytest.param({"nginx.conf": proxied(PASS)["nginx.conf"]}, TRUSTED, id="no web process"),
        pytest.param(proxied(PASS), TRUSTED + "DEBUG = True\n", id="settings for development"),
    ],
)
def test_silent_about_a_proxy(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_a_proxy_that_never_sets_the_header(tmp_path):
    (finding,) = inspect_files(tmp_path, proxied(PASS), settings=TRUSTED).findings(RULE)
    assert str(finding.location) == "nginx.conf:4"
    assert finding.message == (
        "SECURE_PROXY_SSL_HEADER trusts 'HTTP_X_FORWARDED_PROTO', and nginx never sets it: no request counts as secure, "
        "unless its sender claims so."
    )
    assert finding.hint == "Add 'proxy_set_header X-Forwarded-Proto $scheme;' in nginx.conf, beside line 4."
    assert [str(place) for place in finding.related] == [PLACE]
