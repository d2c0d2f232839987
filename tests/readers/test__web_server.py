from __future__ import annotations

import pytest

from django_deploycheck.model import Location, Reference
from django_deploycheck.readers._web_server import address, header, joined, language, literal_start, references
from django_deploycheck.source import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("[program:web]\ncommand=gunicorn shop.wsgi\n", None, id="supervisord"),
        pytest.param("# <VirtualHost *:80>\n# server {\n", None, id="comments"),
        pytest.param("listen_addresses = '*'\n", None, id="postgresql"),
        pytest.param("  server {\n  listen 80;\n}\n", "nginx", id="a server"),
        pytest.param("location /static/ {\n}\n", "nginx", id="a fragment"),
        pytest.param("upstream django {\n}\n", "nginx", id="a group"),
        pytest.param("<VirtualHost *:80>\n</VirtualHost>\n", "apache", id="a virtual host"),
        pytest.param("Alias /static/ /srv/static/\n", "apache", id="an alias"),
        pytest.param("wsgiscriptalias / /srv/wsgi.py\n", "apache", id="lower case"),
    ],
)
def test_language(text, expected):
    assert language(text) == expected


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        pytest.param("Host", "$host", "$host", id="a variable"),
        pytest.param("Host", "shop.example.com", "shop.example.com", id="a host"),
        pytest.param("X-Forwarded-Proto", "https", "https", id="a scheme"),
        pytest.param("X-Forwarded-Proto", "__PROTO__", "__PROTO__", id="a placeholder in a forwarding header"),
        pytest.param("X-Anything", "%{HTTPS}s", "%{HTTPS}s", id="Apache's variable"),
        pytest.param("X-Anything", "{scheme}", "{scheme}", id="Caddy's placeholder"),
        pytest.param("Cookie", "", "", id="a header that is removed"),
        pytest.param("X-Origin-Verify", "kd83jf72hd63", "****", id="a secret by no name"),
        pytest.param("Authorization", "Basic a2Q4M2pmNzI=", "****", id="credentials"),
        pytest.param(
            "X-Forwarded-Host", "https://me:kd83jf72hd63@a.com", "https://me:***@a.com", id="in a forwarding header"
        ),
    ],
)
def test_header(name, value, shown):
    assert header(name, value) == (name, shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ("", ""), id="nothing"),
        pytest.param("web:8000", ("", "web:8000"), id="no scheme"),
        pytest.param("HTTP://web:8000/path?x#y", ("http", "web:8000"), id="a path"),
        pytest.param("http://me:kd83jf72@web", ("http", "web"), id="credentials"),
        pytest.param("http://[::1]:8000/", ("http", "[::1]:8000"), id="IPv6"),
        pytest.param("http://$upstream$request_uri", ("http", "$upstream$request_uri"), id="a variable"),
        pytest.param("http://{{ host }}:80/", ("http", "{{ host }}:80"), id="a template"),
        pytest.param("$target://web", ("$target", "web"), id="a scheme that is a variable"),
        pytest.param("unix:/run/app.sock", ("", "unix:/run/app.sock"), id="a socket"),
        pytest.param("unix:///run/app.sock", ("", "unix:/run/app.sock"), id="a socket as a URL"),
        pytest.param("http://unix:/run/app.sock:/path", ("http", "unix:/run/app.sock"), id="HTTP over a socket"),
        pytest.param("http://unix:run/app.sock", ("http", "unix:run/app.sock"), id="a relative socket"),
    ],
)
def test_address(text, expected):
    assert address(text) == expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param(r"\.css$", "", id="not from the start"),
        pytest.param(r"^/a|/b", "", id="an alternative"),
        pytest.param("", "", id="nothing"),
        pytest.param(r"^/static/(.*)$", "/static/", id="a group behind"),
        pytest.param(r"^/(static|media)/", "/", id="a group inside"),
        pytest.param(r"^/static/?", "/static", id="a slash that may be missing"),
        pytest.param(r"^/favicon\.ico$", "/favicon.ico", id="an escaped dot"),
        pytest.param(r"^/favicon.ico$", "/favicon", id="a dot for any character"),
        pytest.param(r"^/static", "/static", id="an open end"),
    ],
)
def test_literal_start(pattern, text):
    assert literal_start(pattern) == text


@pytest.mark.parametrize(
    ("root", "url", "expected"),
    [
        ("/srv/", "/static/", "/srv/static/"),
        ("/srv", "/static", "/srv/static"),
        ("/", "/static/", "/static/"),
        ("/srv/", "", "/srv/"),
    ],
    ids=["both with a slash", "one slash", "the root of the disk", "any URL"],
)
def test_joined(root, url, expected):
    assert joined(root, url) == expected


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        pytest.param("conf.d/*.conf", [], id="a pattern"),
        pytest.param("${FOLDER}/a.conf", [], id="a variable"),
        pytest.param("", [], id="nothing"),
        pytest.param("/run/a.conf", [], id="outside of the server's folder"),
        pytest.param("~/a.conf", [], id="a home folder"),
        pytest.param("../../a.conf", [], id="outside of the repository"),
        pytest.param("a/b/c/d/e/f/g.conf", [], id="too deep"),
        pytest.param("site.conf", [], id="itself"),
        pytest.param("a.conf", ["nginx/a.conf"], id="beside it"),
        pytest.param("../a.conf", ["a.conf"], id="above it"),
        pytest.param(
            "snippets/a.conf", ["nginx/snippets/a.conf", "nginx/a.conf"], id="in a folder that may be left out"
        ),
        pytest.param(
            "/etc/nginx/snippets/a.conf",
            ["nginx/snippets/a.conf", "nginx/a.conf", "snippets/a.conf", "a.conf"],
            id="in the server's folder",
        ),
    ],
)
def test_references(name, paths):
    found = list(references(Source("nginx/site.conf", ""), name, 3, "nginx", ("/etc/nginx/",)))
    assert found == [Reference(path, "nginx", Location("nginx/site.conf", 3)) for path in paths]
