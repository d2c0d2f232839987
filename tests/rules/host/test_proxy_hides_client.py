"""proxy-hides-client: what the application learns of the request that the proxy got."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "proxy-hides-client"
HOST = "proxy_set_header Host $host;"
SCHEME = "proxy_set_header X-Forwarded-Proto $scheme;"
REDIRECTS = "SECURE_SSL_REDIRECT = True\n"
ANY_HOST = 'ALLOWED_HOSTS = ["*"]\n'


def nginx(
    *directives: str, location: str = "/", target: str = "http://127.0.0.1:8000", before: str = ""
) -> dict[str, str]:
    lines = "".join(f"    {directive}\n" for directive in (f"proxy_pass {target};", *directives))
    return {"deploy/nginx.conf": f"{before}server {{\n  listen 443 ssl;\n  location {location} {{\n{lines}  }}\n}}\n"}


def unit(command: str = "gunicorn bookstore.wsgi -w 3") -> dict[str, str]:
    return {
        "deploy/web.service": f"[Service]\nWorkingDirectory=/srv/bookstore\nExecStart=/srv/bin/{command}\nRestart=always\n"
    }


SILENT = {
    "both are passed on": ({**unit(), **nginx(HOST, SCHEME)}, ""),
    "the scheme is of no use": ({**unit(), **nginx(HOST)}, ""),
    "the scheme is told under gunicorn's own name": (
        {**unit(), **nginx(HOST, "proxy_set_header X-Forwarded-Ssl on;")},
        REDIRECTS,
    ),
    "a header that is trusted and missing, which another rule speaks of": (
        {**unit(), **nginx(HOST)},
        REDIRECTS + 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n',
    ),
    "nothing redirects": ({**unit(), **nginx(HOST)}, REDIRECTS + "MIDDLEWARE = MIDDLEWARE[1:]\n"),
    "plain HTTP in front": (
        {**unit(), "deploy/nginx.conf": nginx(HOST)["deploy/nginx.conf"].replace("443 ssl", "80")},
        REDIRECTS,
    ),
    "the host under another name that is trusted": (
        {**unit(), **nginx("proxy_set_header X-Forwarded-Host $host;")},
        "USE_X_FORWARDED_HOST = True\n",
    ),
    "a name that is allowed, and origins that are trusted": (
        {**unit(), **nginx()},
        ANY_HOST + 'CSRF_TRUSTED_ORIGINS = ["https://www.example.com"]\n',
    ),
    "a name that is allowed, and no forms": (
        {**unit(), **nginx()},
        ANY_HOST + 'MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]\n',
    ),
    "hosts of a variable": ({**unit(), **nginx()}, 'ALLOWED_HOSTS = os.environ.get("HOSTS_OF_THE_SITE", "").split()\n'),
    "settings of development": ({**unit(), **nginx()}, "DEBUG = True\n"),
    "a file that may set headers is included": ({**unit(), **nginx("include proxy_headers.conf;")}, ""),
    "a fragment that another file may complete": (
        {**unit(), "deploy/nginx.conf": "location / {\n  proxy_pass http://127.0.0.1:8000;\n}\n"},
        "",
    ),
    "uwsgi, whose parameters say both": (
        {**unit(), "deploy/nginx.conf": "server {\n  location / {\n    uwsgi_pass 127.0.0.1:8000;\n  }\n}\n"},
        REDIRECTS,
    ),
    "Caddy, which passes both on": (
        {**unit(), "Caddyfile": "www.example.com\nreverse_proxy 127.0.0.1:8000\n"},
        REDIRECTS,
    ),
    "another program": ({**unit(), **nginx(target="http://127.0.0.1:3000")}, ""),
    "a health check": ({**unit(), **nginx(location="= /health/")}, ""),
    "websockets": ({**unit(), **nginx("proxy_set_header Upgrade $http_upgrade;", location="/ws/")}, ""),
    "Apache that keeps the host": (
        {**unit(), "deploy/apache.conf": "ProxyPreserveHost On\nProxyPass / http://127.0.0.1:8000/\n"},
        "",
    ),
    "development": (
        {**unit(), "deploy/dev/nginx.conf": nginx()["deploy/nginx.conf"]},
        "",
    ),
}


@pytest.mark.parametrize(("files", "settings"), [pytest.param(*case, id=name) for name, case in SILENT.items()])
def test_silent(tmp_path: Path, files: dict[str, str], settings: str) -> None:
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


GROUP = "upstream django_app { server 127.0.0.1:8000; }\n"
FIRING = {
    "an address that is not allowed": (
        {**unit(), **nginx()},
        "",
        "deploy/nginx.conf:4",
        (
            "nginx tells Django the host '127.0.0.1:8000' for whatever the client asked for, and ALLOWED_HOSTS refuses it: "
            "every request is answered with 400."
        ),
    ),
    "a name that is none, whatever is allowed": (
        {**unit(), **nginx(target="http://django_app", before=GROUP)},
        ANY_HOST,
        "deploy/nginx.conf:5",
        (
            "nginx tells Django the host 'django_app' for whatever the client asked for, and ALLOWED_HOSTS refuses it: every "
            "request is answered with 400."
        ),
    ),
    "a unix socket": (
        {**unit("gunicorn bookstore.wsgi -w 3 -b unix:/run/a.sock"), **nginx(target="http://unix:/run/a.sock")},
        "",
        "deploy/nginx.conf:4",
        (
            "nginx tells Django the host 'localhost' for whatever the client asked for, and ALLOWED_HOSTS refuses it: every "
            "request is answered with 400."
        ),
    ),
    "every name is allowed, and forms fail": (
        {**unit(), **nginx()},
        ANY_HOST,
        "deploy/nginx.conf:4",
        (
            "nginx tells Django the host '127.0.0.1:8000' for whatever the client asked for: no form that a browser sends comes "
            "from there, so all are answered with 403."
        ),
    ),
    "a redirect without end": (
        {**unit(), **nginx(HOST)},
        REDIRECTS,
        "deploy/nginx.conf:4",
        "SECURE_SSL_REDIRECT is on, and nginx answers HTTPS without telling Django: every request is redirected without end.",
    ),
    "Apache": (
        {**unit(), "deploy/apache.conf": "ProxyPass / http://127.0.0.1:8000/\n"},
        "",
        "deploy/apache.conf:1",
        (
            "apache tells Django the host '127.0.0.1:8000' for whatever the client asked for, and ALLOWED_HOSTS refuses it: "
            "every request is answered with 400."
        ),
    ),
}


@pytest.mark.parametrize(
    ("files", "settings", "place", "message"), [pytest.param(*case, id=name) for name, case in FIRING.items()]
)
def test_firing(tmp_path: Path, files: dict[str, str], settings: str, place: str, message: str) -> None:
    [finding] = inspect_files(tmp_path, files, settings=settings).findings(RULE)
    assert str(finding.location) == place
    assert finding.message == message


HINTS = {
    "nginx's host": (nginx(), "", "Add 'proxy_set_header Host $http_host;' beside line 4 of deploy/nginx.conf."),
    "Apache's host": (
        {"deploy/apache.conf": "ProxyPass / http://127.0.0.1:8000/\n"},
        "",
        "Add 'ProxyPreserveHost On' beside line 1 of deploy/apache.conf.",
    ),
    "nginx's scheme": (
        nginx(HOST),
        REDIRECTS,
        (
            "Add 'proxy_set_header X-Forwarded-Proto $scheme;' and 'SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", "
            '"https")\' beside line 4 of deploy/nginx.conf.'
        ),
    ),
}


@pytest.mark.parametrize(("files", "settings", "hint"), [pytest.param(*case, id=name) for name, case in HINTS.items()])
def test_hint(tmp_path: Path, files: dict[str, str], settings: str, hint: str) -> None:
    [finding] = inspect_files(tmp_path, {**unit(), **files}, settings=settings).findings(RULE)
    assert finding.hint == hint


def test_a_file_is_named_once(tmp_path: Path) -> None:
    text = nginx()["deploy/nginx.conf"]
    found = inspect_files(tmp_path, {**unit(), "deploy/nginx.conf": text + text})
    assert found.places(RULE) == ["deploy/nginx.conf:4"]
