from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import CommandLine, EnvVar, Fact, Location, Reference, Service
from django_deploycheck.readers import supervisord
from django_deploycheck.source import Source
from tests.projects import inspect_files

PATH = "deploy/supervisord.conf"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(supervisord.read(Source(PATH, text)))


def program(text: str) -> Service:
    (found,) = facts("[program:web]\n" + text)
    assert isinstance(found, Service)
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[supervisord]\nnodaemon=true\n[unix_http_server]\nfile=/x.sock\n", id="only the daemon"),
        pytest.param("[program:web]\ndirectory=/app\n", id="a program without a command"),
        pytest.param("[program:web]\ncommand=\n", id="an empty command"),
        pytest.param("[program:web]\ncommand= ; gunicorn\n", id="a command that is a comment"),
        pytest.param("; [program:web]\n# command=gunicorn\n", id="comments"),
        pytest.param("[eventlistener:mail]\ncommand=crashmail\n", id="a listener"),
        pytest.param("[group:all]\nprograms=web\n", id="a group"),
        pytest.param("command=gunicorn\n", id="no section"),
    ],
)
def test_no_program_in(text):
    assert facts(text) == []


def test_a_whole_file():
    text = (
        "[supervisord]\nuser=shop\nenvironment=LANG=C\n\n[program:web]\ncommand=gunicorn shop.wsgi\ndirectory=/srv/shop\n"
        "autorestart=True\nnumprocs=2\n\n[fcgi-program:old]\ncommand = flup\nuser: nobody\nenvironment=A=1\n"
    )
    language = EnvVar("LANG", "C", at(3))
    assert facts(text) == [
        Service(
            name="web",
            kind="supervisord",
            location=at(5),
            command=CommandLine(at(6), argv=("gunicorn", "shop.wsgi")),
            variables=(language,),
            user="shop",
            workdir="/srv/shop",
            restart="true",
            replicas=2,
            runs_on_host=True,
        ),
        Service(
            name="old",
            kind="supervisord",
            location=at(11),
            command=CommandLine(at(12), argv=("flup",)),
            variables=(language, EnvVar("A", "1", at(14))),
            user="nobody",
            runs_on_host=True,
        ),
    ]


@pytest.mark.parametrize(
    ("text", "line", "argv"),
    [
        pytest.param("command=a b", 2, ("a", "b"), id="plain"),
        pytest.param("command: a b", 2, ("a", "b"), id="with a colon"),
        pytest.param("command = a  b ", 2, ("a", "b"), id="white space"),
        pytest.param("command=a b ; why", 2, ("a", "b"), id="a comment behind it"),
        pytest.param("command=a b # why", 2, ("a", "b"), id="a hash behind it"),
        pytest.param("command=a --x=1;2;3", 2, ("a", "--x=1;2;3"), id="semicolons that are none"),
        pytest.param(
            "command=a\n  --b ; one\n  ; two\n  --c", 2, ("a", "--b", "--c"), id="several lines with comments"
        ),
        pytest.param("command=\n  a\n  b", 3, ("a", "b"), id="all of it below"),
        pytest.param("command=sh -c 'a && b'", 2, ("sh", "-c", "a && b"), id="quotes"),
        pytest.param(
            "command=a --name %(program_name)s-%(process_num)02d",
            2,
            ("a", "--name", "web-0"),
            id="names",
        ),
        pytest.param("command=%(here)s/a -w %(ENV_WORKERS)s", 2, ("./a", "-w", "${WORKERS}"), id="variables"),
        pytest.param("command=a -n web@%%h %%(ENV_X)s", 2, ("a", "-n", "web@%h", "%(ENV_X)s"), id="percent signs"),
    ],
)
def test_command(text, line, argv):
    assert program(text).command == CommandLine(at(line), argv=argv)


def test_a_quote_that_stays_open():
    assert program("command=a 'b\n").command == CommandLine(at(2), text="a 'b")


def test_a_script_keeps_its_lines(tmp_path):
    text = "[program:web]\ncommand=bash -c '\n  python manage.py migrate &&\n  exec gunicorn bookstore.wsgi'\n"
    report = inspect_files(tmp_path, {"supervisord.conf": text}).report
    assert report.deployment is not None
    (process,) = report.deployment.web
    assert [(command.program, str(command.location)) for command in process.commands] == [
        ("manage.py", "supervisord.conf:3"),
        ("gunicorn", "supervisord.conf:4"),
    ]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        pytest.param("A=1,B=2", [("A", "1", 3), ("B", "2", 3)], id="two"),
        pytest.param("A=\"1,2\",B='3'", [("A", "1,2", 3), ("B", "3", 3)], id="quoted"),
        pytest.param("A=1,\n  B=2", [("A", "1", 3), ("B", "2", 4)], id="below each other"),
        pytest.param("\n  A=1,\n  B=2", [("A", "1", 4), ("B", "2", 5)], id="all below"),
        pytest.param("A=1 ; why", [("A", "1", 3)], id="a comment"),
        pytest.param("A=%(ENV_HOME)s/x", [("A", "${HOME}/x", 3)], id="a variable"),
        pytest.param('SECRET_KEY="kd83jf72hd63"', [("SECRET_KEY", "***", 3)], id="a secret"),
        pytest.param("A=it's", [("A", "it's", 3)], id="an apostrophe"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_variables(text, variables):
    found = program(f"command=a\nenvironment={text}\n").variables
    assert [(variable.name, variable.value, variable.location.line) for variable in found] == variables


@pytest.mark.parametrize(
    ("text", "replicas"),
    [
        ("numprocs=4", 4),
        ("numprocs=1 ; one", 1),
        ("numprocs=%(ENV_N)s", None),
        ("numprocs=", None),
        ("numprocs=1000000", None),
        ("", None),
    ],
)
def test_how_many(text, replicas):
    assert program(f"command=a\n{text}\n").replicas == replicas


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("[supervisord]\nuser=root\n[program:web]\ncommand=a\n", "root"),
        ("[program:web]\ncommand=a\nuser=app ; not root\n[supervisord]\nuser=root\n", "app"),
        ("[program:web]\ncommand=a\nuser=\n", None),
        ("[program:web]\ncommand=a\n", None),
    ],
    ids=["the daemon's", "its own", "empty", "none"],
)
def test_user(text, user):
    (found,) = facts(text)
    assert isinstance(found, Service)
    assert found.user == user


@pytest.mark.parametrize(
    ("text", "directory"),
    [("directory=/srv ; here", "/srv"), ("directory=%(here)s", "."), ("directory=", None), ("", None)],
)
def test_directory(text, directory):
    assert program(f"command=a\n{text}\n").workdir == directory


@pytest.mark.parametrize(
    ("text", "references"),
    [
        pytest.param("files=web.conf", [("deploy/web.conf", 2)], id="a file"),
        pytest.param("files=web.conf\n  ../worker.conf", [("deploy/web.conf", 2), ("worker.conf", 3)], id="two"),
        pytest.param("files=%(here)s/web.ini", [("deploy/web.ini", 2)], id="beside it"),
        pytest.param("files=conf.d/*.conf", [("deploy/conf.d/*.conf", 2)], id="a pattern"),
        pytest.param("files=/etc/supervisor/conf.d/*.conf", [], id="a pattern outside the repository"),
        pytest.param("files=/etc/supervisor/web.conf", [], id="outside the repository"),
        pytest.param("files='web.conf", [], id="a quote that stays open"),
        pytest.param("other=web.conf", [], id="another key"),
    ],
)
def test_files_that_are_included(text, references):
    assert facts(f"[include]\n{text}\n") == [Reference(path, "supervisord", at(line)) for path, line in references]


def test_no_secret_in_a_command():
    found = program("command=celery flower --basic_auth='admin:kd83 jf72 hd63'\n")
    assert "jf72" not in repr(found)
    assert str(found.command) == "celery flower --basic_auth=***"


def test_a_template_leaves_open_what_is_filled_in():
    found = program('command={{ venv }}/bin/gunicorn {{ app }}.wsgi\ndirectory={{ home }}\nenvironment=A="{{ a }}"\n')

    assert str(found.command) == "${venv}/bin/gunicorn ${app}.wsgi"
    assert found.workdir == "${home}"
    assert [(variable.name, variable.references) for variable in found.variables] == [("A", ("a",))]


@pytest.mark.parametrize(
    ("line", "profiles"),
    [
        pytest.param("", (), id="nothing said"),
        pytest.param("autostart=true", (), id="started"),
        pytest.param("autostart=$X", (), id="a variable"),
        pytest.param("autostart=false", ("autostart=false",), id="not started"),
        pytest.param("autostart=Off ; by hand", ("autostart=false",), id="not started, in other words"),
    ],
)
def test_whether_it_is_started(line: str, profiles: tuple[str, ...]) -> None:
    assert program(f"command=gunicorn shop.wsgi\n{line}\n").profiles == profiles


def test_a_program_that_nothing_starts_is_not_known_to_be_production_s(tmp_path: Path) -> None:
    files = {"supervisord.conf": "[program:shell]\ncommand=python manage.py runserver\nautostart=false\n"}
    deployment = inspect_files(tmp_path, files).report.deployment

    assert deployment is not None
    assert [(process.environment, process.reason) for process in deployment.processes] == [
        ("unknown", "stands behind the profile 'autostart=false'")
    ]


def test_programs_in_included_files(tmp_path: Path) -> None:
    files = {
        "etc/supervisord.conf": "[include]\nfiles = programs/*.part\n",
        "etc/programs/web.part": "[program:web]\ncommand=gunicorn bookstore.wsgi\n",
        "etc/programs/notes.txt": "[program:notes]\ncommand=gunicorn bookstore.wsgi\n",
    }
    deployment = inspect_files(tmp_path, files).report.deployment

    assert deployment is not None
    assert [str(process.location) for process in deployment.production] == ["etc/programs/web.part:2"]
