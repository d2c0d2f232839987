from __future__ import annotations

import time

import pytest

from django_deploycheck.model import BlindSpot, CommandLine, Fact, Location, Service
from django_deploycheck.readers import procfile
from django_deploycheck.records import replace
from django_deploycheck.source import Source, decode


def facts(text: str) -> list[Fact]:
    return list(procfile.read(Source("Procfile", text)))


def at(line: int) -> Location:
    return Location("Procfile", line)


def entry(name: str, command: str, line: int, **stated) -> Service:
    line_read = CommandLine(at(line), text=command)
    return Service(name=name, kind="procfile", location=at(line), platform="heroku", command=line_read, **stated)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n  \n\t\n", id="blank lines"),
        pytest.param("# web: gunicorn shop.wsgi\n// web: gunicorn shop.wsgi\n", id="comments"),
    ],
)
def test_nothing_is_said_by(text):
    assert facts(text) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("web gunicorn shop.wsgi", id="no colon"),
        pytest.param("web:", id="no command"),
        pytest.param("web:   ", id="only white space behind the colon"),
        pytest.param(": gunicorn shop.wsgi", id="no name"),
        pytest.param("the web: gunicorn shop.wsgi", id="two words as a name"),
        pytest.param("<<<<<<< HEAD: x", id="a merge conflict"),
        pytest.param("w" * 300 + ": gunicorn", id="a name without end"),
    ],
)
def test_a_line_that_is_no_entry_is_a_blind_spot_that_hides_nothing(line):
    spot = BlindSpot("the line is no 'name: command'", at(2), frozenset())
    assert facts(f"release: true\n{line}\n")[:1] == [spot]


def test_entries_with_their_lines():
    text = "# heroku\nweb: gunicorn shop.wsgi --log-file -\n\nworker: celery -A shop worker\nrelease: python manage.py migrate\n"
    assert facts(text) == [
        entry("web", "gunicorn shop.wsgi --log-file -", 2, role="web"),
        entry("worker", "celery -A shop worker", 4),
        entry("release", "python manage.py migrate", 5, role="release", keeps_files=False),
    ]


@pytest.mark.parametrize(
    ("name", "role", "keeps_files"),
    [
        ("web", "web", None),
        ("release", "release", False),
        ("postdeploy", "release", False),
        ("preflight", "release", False),
        ("worker", None, None),
        ("web1", None, None),
        ("release-notes", None, None),
    ],
)
def test_names_that_say_what_an_entry_is_for(name, role, keeps_files):
    assert facts(f"{name}: run\n") == [entry(name, "run", 1, role=role, keeps_files=keeps_files)]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        pytest.param("web:gunicorn shop.wsgi", "gunicorn shop.wsgi", id="no space behind the colon"),
        pytest.param("  web : gunicorn shop.wsgi  ", "gunicorn shop.wsgi", id="white space around"),
        pytest.param(
            "web: gunicorn --bind :$PORT shop.wsgi:app", "gunicorn --bind :$PORT shop.wsgi:app", id="more colons"
        ),
        pytest.param('web: "gunicorn shop.wsgi"', "gunicorn shop.wsgi", id="quoted as YAML"),
        pytest.param("web: 'gunicorn shop.wsgi'", "gunicorn shop.wsgi", id="quoted once as YAML"),
        pytest.param('web: "a" && "b"', '"a" && "b"', id="quotes that are the shell's"),
        pytest.param("web: gunicorn shop.wsgi # one dyno", "gunicorn shop.wsgi # one dyno", id="the shell's comment"),
    ],
)
def test_what_the_shell_gets(line, command):
    assert facts(line) == [entry("web", command, 1, role="web")]


def test_of_two_entries_of_one_name_the_last_one_runs():
    assert facts("web: python manage.py runserver\nweb: gunicorn shop.wsgi\n") == [
        entry("web", "gunicorn shop.wsgi", 2, role="web")
    ]


def test_windows_line_ends_a_byte_order_mark_and_no_last_line_end():
    text = decode(b"\xef\xbb\xbfweb: gunicorn shop.wsgi\r\nworker: celery")
    assert facts(text) == [entry("web", "gunicorn shop.wsgi", 1, role="web"), entry("worker", "celery", 2)]


def test_secrets_are_masked():
    (service,) = facts("web: SECRET_KEY=kd83jf72hd63 gunicorn shop.wsgi\n")
    assert isinstance(service, Service)
    assert str(service.command) == "SECRET_KEY=*** gunicorn shop.wsgi"
    assert "kd83jf72hd63" not in repr(service)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("web: a" + " " * 400_000 + "b", id="spaces within a command"),
        pytest.param(" " * 400_000 + "web", id="spaces without an entry"),
        pytest.param(":" * 400_000, id="colons"),
        pytest.param("web: x\n" * 60_000, id="lines"),
    ],
)
def test_hostile_texts_take_linear_time(text):
    start = time.process_time()
    facts(text)
    assert time.process_time() - start < 10


def test_piku_serves_what_an_entry_called_wsgi_names():
    expected = entry("wsgi", "", 1, role="web")
    assert facts("wsgi: shop.wsgi:application\n") == [
        replace(expected, command=None, application="shop.wsgi:application")
    ]


def test_an_entry_called_wsgi_that_holds_a_command_is_started_by_whoever_reads_the_file():
    assert facts("wsgi: gunicorn shop.wsgi\n") == [entry("wsgi", "gunicorn shop.wsgi", 1)]


@pytest.mark.parametrize(
    ("line", "command", "role"),
    [
        pytest.param("cron: python manage.py run", "python manage.py run", None, id="without a time"),
        pytest.param("cron: 0 0 * * python manage.py run", "0 0 * * python manage.py run", None, id="four fields"),
        pytest.param("cron: 0 0 * * * python manage.py run", "python manage.py run", "scheduler", id="five fields"),
        pytest.param("cron1: */5 1,2 1-5 * * ./run.sh 1", "./run.sh 1", "scheduler", id="numbered, with ranges"),
        pytest.param("clock: 0 0 * * * ./run.sh", "0 0 * * * ./run.sh", None, id="another name"),
    ],
)
def test_piku_runs_entries_called_cron_at_times(line, command, role):
    assert facts(line) == [entry(line.partition(":")[0], command, 1, role=role)]
