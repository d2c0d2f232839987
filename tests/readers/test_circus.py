from __future__ import annotations

import pytest

from django_deploycheck.model import CommandLine, EnvVar, Fact, Location, Service
from django_deploycheck.readers import circus
from django_deploycheck.source import Source

PATH = "circus.ini"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(circus.read(Source(PATH, text)))


def only(text: str) -> Service:
    (found,) = facts(text)
    assert isinstance(found, Service)
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("[circus]\ncheck_delay = 5\n", id="only circus itself"),
        pytest.param("[watcher:web]\nnumprocesses = 2\n", id="no command"),
        pytest.param("[watcher:web]\ncmd =\n", id="an empty command"),
        pytest.param("[plugin:watch]\ncmd = x\n", id="a plugin"),
        pytest.param(";[watcher:web]\n;cmd = x\n", id="comments"),
    ],
)
def test_nothing_is_started_by(text):
    assert facts(text) == []


def test_a_whole_watcher():
    text = """[watcher:web]
cmd = /srv/venv/bin/chaussette --fd $(circus.sockets.web)
args = --backend gevent "shop.wsgi.application" ; the site
numprocesses = 3
uid = shop
working_dir = $(circus.env.HOME)/site

[env]
A = 1
[env:web,other]
B = $(circus.env.X)
[env:o*]
C = 3
[socket:web]
port = 8000
"""
    assert facts(text) == [
        Service(
            name="web",
            kind="circus",
            location=at(1),
            command=CommandLine(
                at(2),
                argv=(
                    "/srv/venv/bin/chaussette",
                    "--fd",
                    "${sockets_web}",
                    "--backend",
                    "gevent",
                    "shop.wsgi.application",
                ),
            ),
            variables=(EnvVar("A", "1", at(9)), EnvVar("B", "${X}", at(11), references=("X",))),
            user="shop",
            workdir="${HOME}/site",
            replicas=3,
            runs_on_host=True,
        )
    ]


def test_environments_match_by_patterns():
    assert [
        variable.name for variable in only("[watcher:web1]\ncmd = x\n[env:web*]\nA = 1\n[env:w]\nB = 1\n").variables
    ] == ["A"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("cmd = a && b\nshell = True", CommandLine(at(2), text="a && b"), id="for a shell"),
        pytest.param("cmd = a 'b", CommandLine(at(2), text="a 'b"), id="an open quote"),
        pytest.param("cmd = a b\nshell = false", CommandLine(at(2), argv=("a", "b")), id="not for a shell"),
        pytest.param(
            "cmd = ((circus.env.VENV))/bin/x", CommandLine(at(2), argv=("${VENV}/bin/x",)), id="another bracket"
        ),
    ],
)
def test_commands(text, expected):
    assert only(f"[watcher:web]\n{text}\n").command == expected


def test_a_number_that_is_an_expression():
    assert only("[watcher:web]\ncmd = x\nnumprocesses = $(circus.env.N)\n").replicas is None


def test_secrets_are_masked():
    assert "kd83jf72hd63" not in repr(
        facts("[watcher:web]\ncmd = x --token kd83jf72hd63\n[env]\nSECRET_KEY = kd83jf72hd63kd83jf\n")
    )
