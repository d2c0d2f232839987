from __future__ import annotations

import time

import pytest

from django_deploycheck.model import BlindSpot, CommandLine, Fact, Location, Service
from django_deploycheck.readers import s6
from django_deploycheck.source import Source

RUN = "docker/root/etc/s6-overlay/s6-rc.d/site/run"
UP = "docker/root/etc/s6-overlay/s6-rc.d/migrations/up"
EXECLINE = "#!/command/execlineb -P\n"


def facts(text: str, path: str = RUN) -> list[Fact]:
    return list(s6.read(Source(path, text)))


def service(name: str, text: str, path: str = RUN) -> Service:
    location = Location(path, 1)
    return Service(
        name=name,
        kind="s6",
        location=location,
        command=CommandLine(location, text=text),
        entrypoint=CommandLine(location, argv=()),
    )


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("root/etc/services.d/site/log/run", "#!/bin/sh\n", False, id="a logger"),
        pytest.param("root/etc/cont-init.d/README", "Scripts.\n", False, id="no script"),
        pytest.param("root/etc/services.d/site/run", "", False, id="an empty file"),
        pytest.param(UP, "/etc/s6-overlay/scripts/x\n", True, id="what runs once"),
        pytest.param(RUN, "#!/bin/sh\n", True, id="a service"),
        pytest.param("root/etc/cont-init.d/10-migrate", "#!/bin/sh\n", True, id="a script of the start"),
    ],
)
def test_what_is_claimed(path, text, expected):
    assert s6.claims(Source(path, text)) is expected


@pytest.mark.parametrize(
    ("shebang"),
    [
        "#!/bin/sh",
        "#!/usr/bin/env bash",
        "#!/usr/bin/with-contenv bash",
        "#!/command/with-contenv /usr/bin/bash -e",
    ],
)
def test_a_shell_script_is_the_command_of_its_service(shebang):
    text = f"{shebang}\ncd /app\nexec gunicorn shop.wsgi\n"
    assert facts(text) == [service("site", text)]


def test_scripts_of_the_start_are_named_by_their_file():
    path = "root/etc/cont-init.d/10-migrate"
    text = "#!/bin/sh\npython manage.py migrate\n"
    assert facts(text, path) == [service("10-migrate", text, path)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("#!/usr/bin/env python3\nimport os\n", id="another language"),
        pytest.param(f"{EXECLINE}ifelse {{ true }} {{ a }}\nb\n", id="a program of execline that is not read"),
        pytest.param(f"{EXECLINE}foreground a\n", id="no block where one belongs"),
        pytest.param(f"{EXECLINE}foreground {{ a\nb\n", id="an open block"),
        pytest.param(f"{EXECLINE}foreground {{ foreground a }} b\n", id="a wrong block in a block"),
        pytest.param(f"{EXECLINE}}} a\n", id="a brace alone"),
        pytest.param(f'{EXECLINE}echo "a\n', id="an open quote"),
        pytest.param(f"{EXECLINE}backtick\n", id="backtick without a variable"),
        pytest.param(f"{EXECLINE}backtick X a\n", id="backtick without a block"),
        pytest.param(f"{EXECLINE}export A\n", id="export without a value"),
        pytest.param(f"{EXECLINE}multisubstitute a\n", id="multisubstitute without a block"),
        pytest.param(EXECLINE + "a " * 3_000, id="too many words"),
        pytest.param(EXECLINE + "foreground { " * 30 + "} " * 30, id="blocks that are nested too deeply"),
    ],
)
def test_what_is_not_read(text):
    assert facts(text) == []


def test_what_is_not_read_may_hide_what_it_mentions():
    (spot,) = facts(f"{EXECLINE}ifelse {{ true }} {{ manage.py migrate }}\nb\n")
    assert isinstance(spot, BlindSpot)
    assert spot.hides == frozenset({"migrate"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("# a comment\n", "", id="a comment"),
        pytest.param("/etc/x/run", "/etc/x/run", id="a script"),
        pytest.param('with-contenv\nbash -c "a && b"\n', "\nbash -c 'a && b'", id="a text for a shell"),
        pytest.param("cd /app\ngunicorn x", "cd /app\ngunicorn x", id="a folder"),
        pytest.param("cd /app gunicorn x", "cd /app; gunicorn x", id="two on a line"),
        pytest.param(
            "s6-setuidgid app\ncd /app\ngunicorn x", "\ncd /app\ns6-setuidgid app gunicorn x", id="another user"
        ),
        pytest.param("fdmove -c 2 1\nexec -c\numask 022\ngunicorn x", "\n\n\ngunicorn x", id="what changes itself"),
        pytest.param("s6-softlimit -o 1024 gunicorn x", "gunicorn x", id="options with values"),
        pytest.param('export A "b c"\ngunicorn x', "export A='b c'\ngunicorn x", id="a variable"),
        pytest.param(
            "importas -D 8000 port PORT\ngunicorn -b :$port", "\ngunicorn -b :$port", id="a variable that is read"
        ),
        pytest.param('importas -i A A\nsh -c "x $A"', '\nsh -c "x $A"', id="a variable in a text"),
        pytest.param(
            "backtick -n X { cat /x }\nmultisubstitute { importas A A }\ngunicorn x",
            "\n\ngunicorn x",
            id="substitutions",
        ),
        pytest.param("foreground { a b }\nif -x 1 { c }\nbackground { d }\ne", "a b\nc\nd &\ne", id="blocks"),
        pytest.param("foreground {\n  a\n}\nb # no comment { x", None, id="a hash in a line starts a comment"),
        pytest.param("foreground { if { a } b }\nc", "a; b\nc", id="a block in a block"),
        pytest.param("echo it\\'s", "echo 'it'\"'\"'s'", id="a quoted quote"),
    ],
)
def test_chains_of_execline(text, expected):
    expected = "\na\n\nb" if expected is None else expected
    assert facts(text, UP) == [service("migrations", expected, UP)]


def test_lines_stay_where_they_are():
    text = f"{EXECLINE}with-contenv\ncd /app\n\ns6-setuidgid app\ngunicorn --bind 0.0.0.0:8000\n  shop.wsgi\n"
    (found,) = facts(text)
    assert isinstance(found, Service)
    assert found.command is not None
    assert str(found.command).split("\n") == [
        "",
        "",
        "cd /app",
        "",
        "",
        "s6-setuidgid app gunicorn --bind 0.0.0.0:8000 shop.wsgi",
    ]


def test_secrets_are_masked():
    assert "kd83jf72hd63" not in repr(facts(f"{EXECLINE}export SECRET_KEY kd83jf72hd63kd83jf\ngunicorn x\n"))


def test_long_texts_take_linear_time():
    start = time.process_time()
    for text in ('"' * 400_000, "{ " * 200_000, "\\" * 400_001, " " * 400_000 + "#" * 100_000):
        facts(EXECLINE + text)
    assert time.process_time() - start < 10
