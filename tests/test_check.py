"""The system check from end to end: one line in INSTALLED_APPS, and what it must never do to a site."""

from __future__ import annotations

import ast
import os
import shutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as live
from django.core.checks import CheckMessage, Tags, run_checks
from django.core.checks import messages as levels
from django.core.checks.registry import registry

from django_deploycheck import apps, engine, rules
from django_deploycheck.model import Deployment, Finding
from django_deploycheck.records import replace
from tests.running import manage, run, start_project

if TYPE_CHECKING:
    from pytest_django import Settings

WEB = "web: python manage.py runserver 0.0.0.0:$PORT\n"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return start_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def shop(started: Path, tmp_path: Path) -> Path:
    """A new project with the one line, in a git repository."""
    folder = Path(shutil.copytree(started, tmp_path / "shop"))
    (folder / ".git").mkdir()
    return folder


@pytest.fixture
def repository(tmp_path: Path, settings: Settings) -> Path:
    """A folder that the check of this very process reads."""
    settings.DEPLOYCHECK = {"ROOT": tmp_path}
    return tmp_path


def found(messages: list[CheckMessage]) -> list[str]:
    """``W101 Procfile:1`` for each of our messages, the place shown from the root."""
    return [
        f"{str(message.id).removeprefix('deploycheck.')} {os.path.basename(str(message.obj))}"
        for message in messages
        if str(message.id).startswith("deploycheck.")
    ]


# --- one line -----------------------------------------------------------------------------------------------------------


def test_a_new_project_is_told_nothing_by_a_plain_check(shop: Path) -> None:
    (shop / "Procfile").write_text(WEB, encoding="utf-8")

    done = manage(shop, "check")

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_one_line_makes_the_deployment_check_read_the_procfile(shop: Path) -> None:
    (shop / "Procfile").write_text(WEB, encoding="utf-8")

    done = manage(shop, "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 1
    assert "\nProcfile:1: (deploycheck.W101) " in done.stderr
    assert "[runserver-in-production]\n\tHINT: " in done.stderr
    assert "(security.W018)" in done.stderr


def test_the_tag_runs_nothing_else(shop: Path) -> None:
    (shop / "Procfile").write_text(WEB, encoding="utf-8")

    done = manage(shop, "check", "--deploy", "--tag", "deploy", "--fail-level", "WARNING")

    assert done.returncode == 1
    assert "(deploycheck.W101)" in done.stderr
    assert "(security." not in done.stderr


def test_the_tag_is_listed_for_deployment(shop: Path) -> None:
    assert "deploy" in manage(shop, "check", "--list-tags", "--deploy", check=True).stdout.split()


def test_warnings_do_not_fail_the_check_unless_asked_for(shop: Path) -> None:
    (shop / "Procfile").write_text(WEB, encoding="utf-8")

    done = manage(shop, "check", "--deploy", "--tag", "deploy")

    assert done.returncode == 0
    assert "(deploycheck.W101)" in done.stderr


def test_places_are_shown_from_the_working_directory(shop: Path) -> None:
    (shop / "Procfile").write_text(WEB, encoding="utf-8")

    done = run(shop / "shop", "../manage.py", "check", "--deploy", "--tag", "deploy")

    assert "\n../Procfile:1: (deploycheck.W101)" in done.stderr


def test_silenced_system_checks_silences_the_exact_id(shop: Path) -> None:
    (shop / "Procfile").write_text(WEB, encoding="utf-8")
    with (shop / "shop" / "settings.py").open("a", encoding="utf-8") as stream:
        stream.write('SILENCED_SYSTEM_CHECKS = ["deploycheck.W101"]\n')

    done = manage(shop, "check", "--deploy", "--tag", "deploy")

    assert "deploycheck.W101" not in done.stderr
    assert "(deploycheck.W201)" in done.stderr
    assert "(1 silenced)" in done.stderr


def test_the_check_asks_no_database_and_needs_no_network(shop: Path) -> None:
    """The database that the settings name does not exist, and opening a socket raises."""
    code = """
import os, socket, sys
from django.core.management import execute_from_command_line

def refuse(*arguments, **options):
    raise AssertionError("a connection was opened")

socket.socket.connect = refuse
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
execute_from_command_line(["manage.py", "check", "--deploy", "--tag", "deploy"])
from django.db import connection
print(connection.connection)
"""
    before = sorted(path.relative_to(shop).as_posix() for path in shop.rglob("*"))

    done = run(shop, "-c", code, check=True)

    assert (done.stdout, "(deploycheck.W301)" in done.stderr) == ("None\n", True)
    assert sorted(path.relative_to(shop).as_posix() for path in shop.rglob("*")) == before


# --- what everything else pays ------------------------------------------------------------------------------------------

LOADED = """
ours = {"django_deploycheck", "yaml", "dj_database_url"}
print("loaded:", *sorted(name for name in sys.modules if name.partition(".")[0] in ours))
"""
COMMAND = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", {arguments}])
"""
RUNSERVER = """
from django.core.servers.basehttp import WSGIServer
WSGIServer.serve_forever = lambda self: print("serves on a port:", self.server_port > 0)
"""
WSGI = """
import sys
from wsgiref.util import setup_testing_defaults
from shop.wsgi import application
environ = {"REMOTE_ADDR": "127.0.0.1"}
setup_testing_defaults(environ)
print(b"".join(application(environ, lambda status, headers: print(status))) != b"")
"""
PROCESSES = [
    pytest.param(COMMAND.format(arguments='"check"'), "System check identified no issues", id="check"),
    pytest.param(COMMAND.format(arguments='"migrate"'), "Applying auth.0001_initial", id="migrate"),
    pytest.param(
        RUNSERVER + COMMAND.format(arguments='"runserver", "--noreload", "0"'),
        "serves on a port: True",
        id="runserver",
    ),
    pytest.param(COMMAND.format(arguments='"test"'), "Found 0 test(s)", id="test"),
    pytest.param(WSGI, "200 OK", id="WSGI"),
    pytest.param(
        WSGI.replace("shop.wsgi", "shop.asgi").partition("environ =")[0] + "print(application)\n",
        "ASGIHandler",
        id="ASGI",
    ),
]


@pytest.mark.parametrize(("code", "proof"), PROCESSES)
def test_no_other_process_loads_more_than_the_registration(shop: Path, code: str, proof: str) -> None:
    (shop / "Procfile").write_text(WEB, encoding="utf-8")

    done = run(shop, "-c", code + LOADED, check=True)

    assert proof in done.stdout + done.stderr
    loaded = done.stdout.splitlines()[-1].split()
    # 'migrate' imports the package of commands of every app, an empty one here.
    assert [name for name in loaded if name != "django_deploycheck.management"] == [
        "loaded:",
        "django_deploycheck",
        "django_deploycheck.apps",
    ]


def test_the_deployment_check_does_load_the_engine(shop: Path) -> None:
    """Else the test above would prove nothing."""
    done = run(shop, "-c", COMMAND.format(arguments='"check", "--deploy", "--tag", "deploy"') + LOADED, check=True)

    assert "django_deploycheck.engine" in done.stdout.splitlines()[-1].split()


def test_what_is_registered_are_plain_functions_with_a_name() -> None:
    """Tools such as dockerflow's heartbeat call every deployment check with ``app_configs`` alone and read its name."""
    registered: set[Any] = set(registry.deployment_checks)
    checks = {
        check.__name__: check
        for check in registered
        if getattr(check, "__module__", "").startswith("django_deploycheck")
    }

    assert checks == {"check_deployment": apps.check_deployment, "check_migrations": apps.check_migrations}
    assert all(isinstance(check, types.FunctionType) for check in checks.values())
    assert all(check.__qualname__ == name for name, check in checks.items())
    # With a second tag, Django 6.1 would hand it every database whenever the tag 'deploy' is asked for.
    assert {name: check.tags for name, check in checks.items()} == {
        "check_deployment": ("deploy",),
        "check_migrations": (Tags.database,),
    }
    assert not registry.registered_checks.intersection(checks.values())
    deployment, migrations = checks["check_deployment"], checks["check_migrations"]
    assert deployment(app_configs=None) == deployment(app_configs=None, databases=["default"], a_later_argument=1)
    assert migrations(app_configs=None) == migrations(app_configs=None, databases=[], a_later_argument=1) == []


# --- it never dies ------------------------------------------------------------------------------------------------------


def test_a_rule_that_raises_is_one_warning_and_the_others_have_their_say(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    before = found(run_checks(tags=["deploy"], include_deployment_checks=True))

    def broken(deployment: Deployment) -> Iterator[Finding]:
        raise LookupError("hunter2 stood in a file")

    known = tuple(replace(rule, check=broken) if rule.name == "no-release-migrate" else rule for rule in rules.load())
    monkeypatch.setattr(rules, "load", lambda: known)
    messages = run_checks(tags=["deploy"], include_deployment_checks=True)

    (crash,) = (message for message in messages if message.id == "deploycheck.W002")
    assert crash.level == levels.WARNING
    assert crash.msg.startswith("The rule 'no-release-migrate' raised LookupError at test_check.py:")
    assert "hunter2" not in crash.msg + str(crash.hint)
    assert "W201 Procfile:1" in before
    rest = [place for place in found(messages) if not place.startswith("W002")]
    assert rest == [place for place in before if place != "W201 Procfile:1"]


def test_a_reader_that_raises_costs_its_file_alone(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django_deploycheck.readers import app_json

    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    (repository / "app.json").write_text("{}", encoding="utf-8")

    def broken(source: object) -> Iterator[object]:
        raise RecursionError("hunter2 stood in a file")

    monkeypatch.setattr(app_json, "read", broken)
    messages = run_checks(tags=["deploy"], include_deployment_checks=True)

    (crash,) = (message for message in messages if message.id == "deploycheck.W002")
    assert crash.msg.startswith("The reader 'app-json' raised RecursionError at test_check.py:")
    assert "hunter2" not in crash.msg + str(crash.hint)
    assert str(crash.obj).endswith("app.json")
    assert "W101 Procfile:1" in found(messages)


def test_an_engine_that_raises_is_one_warning(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(settings: object, **options: object) -> engine.Report:
        raise MemoryError("hunter2 stood in a file")

    monkeypatch.setattr(engine, "inspect", broken)
    (message,) = run_checks(tags=["deploy"], include_deployment_checks=True)

    assert (message.id, message.level) == ("deploycheck.W002", levels.WARNING)
    assert message.msg.startswith("The engine of django-deploycheck raised MemoryError at test_check.py:")
    assert "hunter2" not in message.msg + str(message.hint)


WRONG = [
    pytest.param(["runserver-in-production"], "DEPLOYCHECK must be a dict, not list.", id="a list"),
    pytest.param(
        {"IGNROE": {}}, "DEPLOYCHECK has an unknown key 'IGNROE' (did you mean 'IGNORE'?).", id="a misspelt key"
    ),
    pytest.param({"IGNORE": {"no-migrate": ""}}, "unknown rule 'no-migrate'", id="an unknown rule"),
    pytest.param({"PLATFORM": "herokku"}, "did you mean 'heroku'", id="a misspelt platform"),
    pytest.param({"COMMANDS": "gunicorn"}, 'DEPLOYCHECK["COMMANDS"] must be', id="commands that are no dict"),
    pytest.param(
        {"PRODUCTION": "Procfile"},
        'DEPLOYCHECK["PRODUCTION"] must be a list of paths, not str.',
        id="a path that is no list",
    ),
    pytest.param({"EXCLUDE": [1]}, 'DEPLOYCHECK["EXCLUDE"] must be a list of paths', id="a number for a path"),
    pytest.param({1: 2}, "DEPLOYCHECK has a key that is no string", id="a key that is no string"),
]


@pytest.mark.parametrize(("value", "message"), WRONG)
def test_a_wrong_configuration_is_one_warning_and_the_rest_still_runs(
    repository: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, value: object, message: str
) -> None:
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    if isinstance(value, dict):
        value = {"ROOT": repository, **value}
    else:
        settings.SETTINGS_MODULE, settings.BASE_DIR = None, repository
        (repository / "manage.py").touch()
        (repository / ".git").mkdir()
    settings.DEPLOYCHECK = value

    messages = run_checks(tags=["deploy"], include_deployment_checks=True)

    (mistake,) = (item for item in messages if item.id == "deploycheck.W003")
    assert message in mistake.msg
    assert mistake.level == levels.WARNING
    assert mistake.hint
    assert "W101 Procfile:1" in found(messages)


# --- files that cannot be read ------------------------------------------------------------------------------------------

BIG = "#" * 100 + "\n"
UNPARSABLE = [
    pytest.param("compose.yml", "services:\n  web: {build: .\n", 2, id="a compose file whose bracket never closes"),
    pytest.param("compose.yml", "services:\n\tweb:\n", 2, id="a compose file with a tab"),
    pytest.param("heroku.yml", "run:\n  web: [gunicorn\nrelease: x\n", 3, id="a heroku.yml whose list never closes"),
    pytest.param("app.json", '{\n  "name": "shop",\n  "env": nothing\n}\n', 3, id="an app.json that is no JSON"),
    pytest.param("pyproject.toml", "[project]\nname = shop\n", 2, id="a pyproject.toml without quotes"),
    pytest.param("Pipfile", "[packages]\ndjango\n", 2, id="a Pipfile without values"),
    pytest.param("poetry.lock", BIG * 45_000, None, id="a lock file that is too large"),
    pytest.param("gunicorn.conf.py", "workers = 2\nbind = \n", 2, id="a gunicorn.conf.py that is no Python"),
    pytest.param("requirements.txt", BIG * 6000, None, id="a list of requirements that is too large"),
    pytest.param("Procfile.staging", "#" + "x" * 600_000, None, id="a Procfile of one huge line"),
    pytest.param("app.json", "[" * 100_000, None, id="an app.json that never stops opening"),
    pytest.param("compose.yml", "services: " + "[" * 100_000, None, id="a compose file that never stops opening"),
]


@pytest.mark.parametrize(("path", "text", "line"), UNPARSABLE)
def test_a_file_that_cannot_be_parsed_is_one_warning_with_its_line(
    repository: Path, path: str, text: str, line: int | None
) -> None:
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    (repository / path).write_text(text, encoding="utf-8")

    assert_one_unreadable(repository, path, line)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("services:\n  # für später\n  web:\n    build: .\n".encode("latin-1"), id="Latin-1"),
        pytest.param("services:\n  web:".encode("utf-16")[:-1], id="half a character of UTF-16"),
        pytest.param(b"\xef\xbb\xbf# a\r\n\xed\xa0\x80", id="half a pair of surrogates"),
    ],
)
def test_a_file_that_is_no_utf_8_is_one_warning_with_its_line(repository: Path, data: bytes) -> None:
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    (repository / "compose.yml").write_bytes(data)

    assert_one_unreadable(repository, "compose.yml", 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_in_an_encoding_of_unicode_is_read(repository: Path, encoding: str) -> None:
    (repository / "Procfile").write_bytes(f"# für später\r\n{WEB}".encode(encoding))

    messages = run_checks(tags=["deploy"], include_deployment_checks=True)

    assert "W101 Procfile:2" in found(messages)
    assert not any(place.startswith("W00") for place in found(messages))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_one_warning(repository: Path) -> None:
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    os.mkfifo(repository / "heroku.yml")

    assert_one_unreadable(repository, "heroku.yml", None)


def test_a_link_that_leaves_the_repository_is_one_warning(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "Procfile"
    elsewhere.write_text("web: python manage.py runserver\n", encoding="utf-8")
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    (repository / "app.json").symlink_to(elsewhere)

    assert_one_unreadable(repository, "app.json", None)


def test_a_file_that_this_user_may_not_read_is_one_warning(repository: Path) -> None:
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    locked = repository / "app.json"
    locked.write_text("{}", encoding="utf-8")
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        pytest.skip("this user may read every file")

    assert_one_unreadable(repository, "app.json", None)


def test_a_folder_named_like_a_file_is_no_file(repository: Path) -> None:
    (repository / "Procfile").write_text(WEB, encoding="utf-8")
    (repository / "app.json").mkdir()

    messages = run_checks(tags=["deploy"], include_deployment_checks=True)

    assert not any(place.startswith("W00") for place in found(messages))
    assert "W101 Procfile:1" in found(messages)


def assert_one_unreadable(repository: Path, path: str, line: int | None) -> None:
    """One W001 names the file, the line where there is one, and a reason; what the Procfile says is still found."""
    messages = run_checks(tags=["deploy"], include_deployment_checks=True)

    (message,) = (item for item in messages if str(item.id).startswith("deploycheck.W00"))
    place = Path(str(message.obj))
    assert message.id == "deploycheck.W001"
    assert place.name == (path if line is None else f"{path}:{line}") or (
        line is None and place.name.startswith(f"{path}:")
    )
    assert path in message.msg
    assert message.level == levels.WARNING
    assert "W101 Procfile:1" in found(messages)


# --- it executes nothing ------------------------------------------------------------------------------------------------


def test_nothing_that_is_read_is_executed(repository: Path) -> None:
    """Each file would leave a mark if it, or a part of it, ever ran."""
    mark = repository / "ran"
    mark.mkdir()
    shell = f"touch {mark}/$NAME"
    python = f"open({str(mark / 'python')!r}, 'w')\n"
    ast.parse(python)
    files = {
        "Procfile": f"web: {shell}; $({shell}) `{shell}` ./start.sh\nrelease: python deploy.py\n",
        "start.sh": f"#!/bin/sh\n{shell}\nexec gunicorn -c gunicorn.conf.py shop.wsgi\n",
        "gunicorn.conf.py": python + "workers = 2\n",
        "deploy.py": python,
        "manage.py": python + "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "setup.py": python + "from setuptools import setup\nsetup(install_requires=['django'])\n",
        "shop/__init__.py": python,
        "shop/settings.py": python,
        "shop/wsgi.py": python + "application = None\n",
        "Dockerfile": f"FROM python:3.13\nRUN {shell}\nCMD ./start.sh\n",
        "compose.yml": f"services:\n  web:\n    command: !!python/object/apply:os.system ['touch {mark}/yaml']\n",
        "docker-compose.prod.yml": f"services:\n  web:\n    build: .\n    command: sh -c '{shell}'\n",
        "heroku.yml": f"run:\n  web: {shell}\nrelease:\n  command: [{shell}]\n",
        ".env": f"KEY=$({shell})\n",
    }
    for path, text in files.items():
        target = repository / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
        target.chmod(0o755)

    run_checks(tags=["deploy"], include_deployment_checks=True)
    report = engine.inspect(live)

    assert report.deployment is not None
    read = {file.path for file in report.deployment.files}
    # No server that is known serves the rest.
    assert set(files) - read <= {"manage.py", "deploy.py", "shop/__init__.py", "shop/settings.py", "shop/wsgi.py"}
    assert list(mark.iterdir()) == []
