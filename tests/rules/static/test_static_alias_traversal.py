"""static-alias-traversal: a location without a slash, an alias with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "static-alias-traversal"


def nginx(location: str, *directives: str) -> dict[str, str]:
    body = "".join(f"    {directive}\n" for directive in directives)
    return {"deploy/nginx.conf": f"server {{\n  listen 80;\n  location {location} {{\n{body}  }}\n}}\n"}


SILENT = {
    "both end in a slash": nginx("/static/", "alias /srv/static/;"),
    "neither ends in a slash": nginx("/static", "alias /srv/static;"),
    "only the location ends in a slash": nginx("/static/", "alias /srv/static;"),
    "a root": nginx("/static", "root /srv/public/;"),
    "a pattern": nginx("~ ^/static", "alias /srv/static/;"),
    "one path alone": nginx("= /favicon", "alias /srv/static/;"),
    "only the application leads there": nginx("/protected", "internal;", "alias /srv/media/;"),
    "the whole site": nginx("/", "alias /srv/static/;"),
    "a fragment without a location": {"deploy/nginx.conf": "alias /srv/static/;\n"},
    "Apache, which looks for a slash itself": {"deploy/apache.conf": "Alias /static /srv/static/\n"},
    "Caddy": {
        "Caddyfile": "www.example.com {\n  handle_path /static* {\n    root * /srv/static/\n    file_server\n  }\n}\n"
    },
    "development": {"deploy/dev/nginx.conf": nginx("/static", "alias /srv/static/;")["deploy/nginx.conf"]},
    "a comment": nginx("/static/", "# alias /srv/static/;", "alias /srv/static/;"),
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in SILENT.items()])
def test_silent(tmp_path: Path, files: dict[str, str]) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == []


FIRING = {
    "a prefix": nginx("/static", "alias /srv/static/;"),
    "a prefix before patterns": nginx("^~ /media", "alias /srv/media/;"),
    "a variable": nginx("/data", "alias $data/;"),
    "in quotes": nginx("/static", 'alias "/srv/static/";'),
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in FIRING.items()])
def test_firing(tmp_path: Path, files: dict[str, str]) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == ["deploy/nginx.conf:4"]


def test_message(tmp_path: Path) -> None:
    [finding] = inspect_files(tmp_path, nginx("/static", "alias /srv/static/;")).findings(RULE)
    assert finding.message == (
        "'/static../' reads what lies above '/srv/static/': the location '/static' has no slash at its end, and its alias "
        "has one."
    )
    assert finding.hint == "Write '/static/' in place of '/static' in the 'location' around deploy/nginx.conf:4."
