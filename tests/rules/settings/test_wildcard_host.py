"""wildcard-host: any name is accepted."""

from __future__ import annotations

import pytest

from django_deploycheck.model import Location, VirtualHost
from django_deploycheck.records import replace
from django_deploycheck.rules.settings import wildcard_host
from tests.projects import SETTINGS, inspect_files

RULE = "wildcard-host"
LINE = len(SETTINGS.splitlines()) + 1
PLACE = f"bookstore/settings.py:{LINE}"
ANY = "ALLOWED_HOSTS = ['*']\n"


def compose(extra: str = "", ports: str = '    ports: ["80:8000"]\n') -> dict[str, str]:
    return {
        "docker-compose.prod.yml": "services:\n  web:\n    image: registry.example.com/bookstore\n"
        "    command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000\n" + ports + extra
    }


PROXIED = compose("  proxy:\n    image: nginx:1.29\n", ports="")
TRAEFIK = compose('    labels: ["traefik.http.routers.web.rule=Host(`www.example.com`)"]\n')

SILENT = {
    "names": (compose(), "ALLOWED_HOSTS = ['www.example.com', '.example.org']\n"),
    "none": (compose(), "ALLOWED_HOSTS = []\n"),
    "no list": (compose(), "ALLOWED_HOSTS = '*'\n"),
    "nothing is deployed": ({}, ANY),
    "Heroku's router knows the names": ({"Procfile": "web: gunicorn bookstore.wsgi\n"}, ANY),
    "a rule of Traefik": (TRAEFIK, ANY),
    "settings for development": (compose(), ANY + "DEBUG = True\n"),
    "a variable that is unset here": (compose(), "ALLOWED_HOSTS = os.environ.get('HOSTS', '*').split(',')\n"),
}

FIRING = {
    "open to the network": (compose(), ANY, "W"),
    "beside names": (compose(), "ALLOWED_HOSTS = ['www.example.com', '*']\n", "W"),
    "as a tuple": (compose(), "ALLOWED_HOSTS = ('*',)\n", "W"),
    "behind a proxy that was not read": (PROXIED, ANY, "I"),
    "on a platform whose router is not known": (
        {"Procfile": "web: daphne bookstore.asgi:application\n", "DOKKU_SCALE": "web=1\n"},
        ANY,
        "I",
    ),
    "labels without a rule": (compose('    labels: ["traefik.enable=true"]\n'), ANY, "W"),
}


@pytest.mark.parametrize(("files", "settings"), SILENT.values(), ids=SILENT)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(("files", "settings", "level"), FIRING.values(), ids=FIRING)
def test_fires(tmp_path, files, settings, level):
    found = inspect_files(tmp_path, files, settings=settings)
    assert [place for place in found.ids() if "603" in place] == [f"{level}603 {PLACE}"]


def test_fires_for_a_variable_that_is_set_here(tmp_path, monkeypatch):
    monkeypatch.setenv("HOSTS", "*")
    settings = "ALLOWED_HOSTS = os.environ.get('HOSTS', '').split(',')\n"
    assert inspect_files(tmp_path, compose(), settings=settings).places(RULE) == [PLACE]


def test_message_and_hint(tmp_path):
    settings = "ALLOWED_HOSTS = ['shop.example.com', '*']\n"
    (finding,) = inspect_files(tmp_path, compose(), settings=settings).findings(RULE)
    assert finding.message == (
        "'*' in ALLOWED_HOSTS lets every name pass that a request claims to be for, and Django builds links of it."
    )
    assert finding.hint == (
        "Write ALLOWED_HOSTS = ['shop.example.com'] in bookstore/settings.py, with the names that the site is reached by."
    )


@pytest.mark.parametrize(
    ("sites", "levels"),
    [
        pytest.param(
            [VirtualHost(server="nginx", location=Location("nginx.conf", 1), default=True, rejects=True)],
            [],
            id="the default site rejects",
        ),
        pytest.param(
            [VirtualHost(server="nginx", location=Location("nginx.conf", 1), names=("_",))],
            [None],
            id="one site takes all",
        ),
    ],
)
def test_a_web_server_that_was_read_decides(tmp_path, sites, levels):
    deployment = inspect_files(tmp_path, PROXIED, settings=ANY).report.deployment
    assert deployment is not None
    found = wildcard_host.check(replace(deployment, virtual_hosts=tuple(sites)))
    assert [finding.level for finding in found] == levels


@pytest.mark.parametrize(
    ("conf", "places"),
    [
        pytest.param("server { listen 80 default_server; return 444; }\n", [], id="the default site rejects"),
        pytest.param("server { listen 80; location / { proxy_pass http://web:8000; } }\n", [PLACE], id="one site"),
    ],
)
def test_nginx_decides(tmp_path, conf, places):
    assert inspect_files(tmp_path, {**PROXIED, "nginx.conf": conf}, settings=ANY).places(RULE) == places
