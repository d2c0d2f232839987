from __future__ import annotations

import pytest

from django_deploycheck.model import (
    Answer,
    App,
    BlindSpot,
    Command,
    CommandLine,
    ConfigValue,
    Deployment,
    Location,
    Project,
    Requirement,
    ServerConfig,
    join,
    shown,
)
from django_deploycheck.records import replace
from django_deploycheck.secrets import env_var
from django_deploycheck.settings_view import SettingsView
from django_deploycheck.wording import listed
from tests.linking.linked import deployment_of
from tests.projects import WSGI, inspect_files

HERE = Location("compose.yml", 1)
COMPOSE = (
    "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
    "      DJANGO_SETTINGS_MODULE: {module}\n"
)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        pytest.param(None, None, id="only named"),
        pytest.param("", "", id="empty"),
        pytest.param("on", "on", id="a literal"),
        pytest.param("${DEBUG}", None, id="a reference"),
        pytest.param("$DEBUG", None, id="a bare reference"),
        pytest.param("a-${DEBUG}", None, id="text around a reference"),
        pytest.param("${DEBUG:-on}", "on", id="a default"),
        pytest.param("${DEBUG-on}", "on", id="a default for an unset variable alone"),
        pytest.param("${DEBUG:-}", "", id="an empty default"),
        pytest.param("${DEBUG:?set-it}", None, id="an error"),
        pytest.param("${DEBUG:-${OTHER:-on}}", None, id="a default with a reference"),
    ],
)
def test_literal_of_a_variable(value, literal):
    assert env_var("DEBUG", value, HERE).literal == literal


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        pytest.param({}, Answer.UNKNOWN, id="no process"),
        pytest.param(
            {"compose.dev.yml": COMPOSE.format(module="bookstore.other")}, Answer.UNKNOWN, id="only development"
        ),
        pytest.param({"compose.prod.yml": COMPOSE.format(module="${MODULE}")}, Answer.UNKNOWN, id="a reference"),
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi\n", "bookstore/wsgi.py": WSGI.replace("settings", "other")},
            Answer.UNKNOWN,
            id="only a default names others",
        ),
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi\n"}, Answer.YES, id="the default"),
        pytest.param({"compose.prod.yml": COMPOSE.format(module="bookstore.settings")}, Answer.YES, id="the variable"),
        pytest.param(
            {"compose.prod.yml": COMPOSE.format(module="bookstore.other")}, Answer.NO, id="a variable names others"
        ),
    ],
)
def test_whether_the_settings_are_those_of_production(tmp_path, files, answer):
    deployment = inspect_files(tmp_path, files).report.deployment
    assert deployment is not None
    assert deployment.judges_production is answer


def test_kind_of_a_file(tmp_path):
    deployment = inspect_files(tmp_path, {"Procfile": "web: gunicorn bookstore.wsgi\n"}).report.deployment
    assert deployment is not None
    assert deployment.kind_of("Procfile") == "procfile"
    assert deployment.kind_of("README.md") == ""


@pytest.mark.parametrize(
    ("words", "text"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
    ids=["one", "two", "three"],
)
def test_listed(words, text):
    assert listed(words) == text


# --- answers and places -------------------------------------------------------------------------------------------------


def test_an_answer_is_no_truth_value():
    """``if deployment.runs("migrate")`` would read unknown as yes."""
    with pytest.raises(TypeError, match="three values"):
        bool(Answer.UNKNOWN)


def test_a_location_prints_as_editors_read_it():
    assert str(Location("deploy/Procfile", 3)) == "deploy/Procfile:3"
    assert str(Location("deploy/Procfile")) == "deploy/Procfile"


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ((), ""),
        (("",), ""),
        (("", "."), ""),
        (("a", ".."), ""),
        (("a", "./b/"), "a/b"),
        (("a", "../../b"), "../b"),
        (("a", "/b"), "/b"),
        (("", "a//b"), "a/b"),
    ],
)
def test_join(parts, path):
    assert join(*parts) == path


@pytest.mark.parametrize(
    ("path", "root", "cwd", "expected"),
    [
        pytest.param("a/b", "/srv/shop", None, "a/b", id="an unknown working directory"),
        pytest.param("a/b", "/srv/shop", "/srv/shop", "a/b", id="the root"),
        pytest.param("a/b", "/srv/shop", "/srv/shop/a", "b", id="below the root"),
        pytest.param("a/b", "/srv/shop", "/srv/other", "../shop/a/b", id="beside the root"),
        pytest.param("", "", "/srv", "", id="what has no relative path"),
    ],
)
def test_shown(path, root, cwd, expected):
    assert shown(path, root, cwd) == expected


# --- commands -----------------------------------------------------------------------------------------------------------


def command(*argv, subcommand=None, **facts):
    return Command(" ".join(argv), argv, argv[0], HERE, subcommand=subcommand, **facts)


def test_a_command_line_prints_as_it_is_typed():
    assert str(CommandLine(HERE, text="a  b")) == "a  b"
    assert str(CommandLine(HERE, argv=("a", "b"))) == "a b"
    assert str(CommandLine(HERE)) == ""


@pytest.mark.parametrize(
    ("found", "arguments"),
    [
        pytest.param(command("gunicorn", "-w", "3"), ("-w", "3"), id="of a program"),
        pytest.param(
            command("manage.py", "-v", "migrate", "--plan", subcommand="migrate"), ("--plan",), id="of manage.py"
        ),
        pytest.param(command("manage.py", "x", subcommand="migrate"), ("x",), id="of one called by other code"),
    ],
)
def test_arguments(found, arguments):
    assert found.arguments == arguments


@pytest.mark.parametrize(
    ("argv", "looks"),
    [
        (("migrate",), False),
        (("migrate", "--check-unapplied"), False),
        (("migrate", "-n"), False),
        (("shell", "--check"), False),
        (("migrate", "--check"), True),
        (("migrate", "--plan"), True),
        (("makemigrations", "--dry-run"), True),
        (("collectstatic", "-n"), True),
    ],
)
def test_commands_that_only_look(argv, looks):
    assert command("manage.py", *argv, subcommand=argv[0]).changes_nothing is looks


@pytest.mark.parametrize(
    ("argv", "given"),
    [(["--reload"], True), (["--reload=1"], True), (["--reloader"], False), (["reload"], False), ([], False)],
)
def test_options(argv, given):
    assert command("gunicorn", *argv).has_option("--reload", "-r") is given


def test_the_last_value_of_a_configuration_counts():
    values = [ConfigValue("workers", 1, HERE), ConfigValue("threads", 2, HERE), ConfigValue("workers", 3, HERE)]
    config = ServerConfig("gunicorn", "gunicorn.conf.py", tuple(values))

    assert config.last("workers") == values[2]
    assert config.last("workers", "threads") == values[2]
    assert config.last("bind") is None


# --- what a deployment answers ------------------------------------------------------------------------------------------

WEB = {"Procfile": "web: gunicorn bookstore.wsgi\n"}


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        pytest.param({}, Answer.NO, id="nothing"),
        pytest.param(WEB, Answer.NO, id="a server"),
        pytest.param({"Procfile.dev": "web: python manage.py migrate\n"}, Answer.NO, id="a command of development"),
        pytest.param(
            {"Procfile": "web: python manage.py migrate --check\n"}, Answer.NO, id="a command that only looks"
        ),
        pytest.param({"Procfile": "web: python manage.py check\n"}, Answer.NO, id="another command"),
        pytest.param(
            {
                "Procfile": "web: sh start.sh\n",
                "start.sh": 'if [ "$ENV" = development ]; then\n  python manage.py migrate\nfi\ngunicorn bookstore.wsgi\n',
            },
            Answer.NO,
            id="a condition that names development",
        ),
        pytest.param(
            {"Makefile": "deploy:\n\tpython manage.py collectstatic\n", **WEB}, Answer.NO, id="a file that has others"
        ),
        pytest.param(
            {"Makefile": "x:\n\tpython manage.py migrate\n", **WEB}, Answer.NO, id="a target that nothing calls"
        ),
        pytest.param(
            {"Makefile": "deploy:\n\tpython manage.py migrate\n", **WEB},
            Answer.UNKNOWN,
            id="a target to deploy by hand",
        ),
        pytest.param(
            {
                "Makefile": "release:\n\tpython manage.py migrate\n",
                "Procfile": "web: gunicorn x\nrelease: make release\n",
            },
            Answer.YES,
            id="a target that is called",
        ),
        pytest.param(
            {"Taskfile.yml": "x:\n  python manage.py migrate\n", **WEB}, Answer.UNKNOWN, id="a file that was not read"
        ),
        pytest.param({"Procfile": "web: sh missing.sh\n"}, Answer.UNKNOWN, id="a script that was not found"),
        pytest.param(
            {"Procfile.dev": "web: sh missing.sh\n", **WEB}, Answer.NO, id="a script of development not found"
        ),
        pytest.param(
            {"docs/Procfile": "web: python manage.py migrate\n", **WEB},
            Answer.UNKNOWN,
            id="a command of nobody knows whom",
        ),
        pytest.param(
            {
                "Procfile": "web: sh start.sh\n",
                "start.sh": 'if [ "$MIGRATE" = 1 ]; then\n  python manage.py migrate\nfi\ngunicorn bookstore.wsgi\n',
            },
            Answer.UNKNOWN,
            id="a condition",
        ),
        pytest.param({"Procfile": "release: python manage.py migrate\n"}, Answer.YES, id="a release phase"),
        pytest.param({"Procfile": "release: python manage.py syncdb\n"}, Answer.YES, id="another of the names"),
        pytest.param(
            {"Procfile": "web: sh missing.sh\nrelease: python manage.py migrate\n"},
            Answer.YES,
            id="a release phase beside what was not found",
        ),
        pytest.param({"Dockerfile": "FROM python\nRUN python manage.py migrate\n"}, Answer.YES, id="a build"),
    ],
)
def test_runs(tmp_path, files, answer):
    assert deployment_of(tmp_path, files).runs("migrate", "syncdb") is answer


def test_nothing_is_absent_in_a_tree_that_may_miss_files(tmp_path):
    assert deployment_of(tmp_path / "a", WEB, complete=False).runs("migrate") is Answer.UNKNOWN
    assert (
        deployment_of(tmp_path / "b", {"Procfile": "web: python manage.py migrate\n"}, complete=False).runs("migrate")
        is Answer.YES
    )


@pytest.mark.parametrize(
    ("source", "is_django"),
    [
        pytest.param(WSGI, True, id="Django"),
        pytest.param("application = None\n", True, id="nothing of a framework"),
        pytest.param("from django.core.wsgi import x\nimport fastapi\n", True, id="Django in another framework"),
        pytest.param("from fastapi import FastAPI\napplication = FastAPI()\n", False, id="another framework"),
        pytest.param("import flask.app\n", False, id="a module of another framework"),
    ],
)
def test_whether_a_process_serves_this_project(tmp_path, source, is_django):
    deployment = deployment_of(tmp_path, {**WEB, "bookstore/wsgi.py": source})

    assert [process.is_django for process in deployment.processes] == [is_django]
    assert len(deployment.web) == is_django


def test_a_process_without_a_target_may_serve_this_project(tmp_path):
    [process] = deployment_of(tmp_path, {"Procfile": "web: gunicorn $APPLICATION\n"}).web

    assert process.target is None


@pytest.mark.parametrize(
    ("files", "in_container"),
    [
        pytest.param(WEB, False, id="a Procfile's"),
        pytest.param(
            {"compose.prod.yml": "services:\n  web: {command: gunicorn x}\n"}, False, id="a service without image"
        ),
        pytest.param({"compose.prod.yml": "services:\n  web: {image: shop}\n"}, True, id="an image from a registry"),
        pytest.param({"Dockerfile": "FROM python\nCMD gunicorn bookstore.wsgi\n"}, True, id="an image of ours"),
    ],
)
def test_whether_a_process_runs_in_a_container(tmp_path, files, in_container):
    [process] = deployment_of(tmp_path, files).processes

    assert process.in_container is in_container


def test_variables_of_production(tmp_path):
    files = {
        "compose.prod.yml": "services:\n  web: {image: shop, env_file: web.env, environment: {A: '1'}}\n",
        "compose.dev.yml": "services:\n  web: {image: shop, env_file: dev.env, environment: {B: '1'}}\n",
        "web.env": "C=1\n",
        "dev.env": "D=1\n",
        "Procfile": "web: E=1 gunicorn bookstore.wsgi\n",
        ".env.example": "F=1\n",
        "app.json": '{"env": {"G": "1"}}',
    }
    found = deployment_of(tmp_path, files).production_variables

    assert sorted(str(variable.location) + " " + variable.name for variable in found) == [
        "Procfile:1 E",
        "app.json:1 G",
        "compose.prod.yml:2 A",
        "web.env:1 C",
    ]


def test_everything_that_was_not_understood(tmp_path):
    files = {
        "Procfile": "web: sh missing.sh\nworker: sh missing.sh\n",
        "Procfile.dev": "web: sh gone.sh\n",
        "Taskfile.yml": "x:\n  gunicorn x\n",
    }
    deployment = deployment_of(tmp_path, files)

    assert sorted(str(spot.location) for spot in deployment.all_blind_spots) == [
        "Procfile:1",
        "Procfile:2",
        "Taskfile.yml:2",
    ]


def test_files_and_dependencies(tmp_path):
    deployment = deployment_of(tmp_path, {**WEB, "Procfile.dev": "web: x\n"})

    assert (deployment.exists("Procfile"), deployment.exists("README.md")) == (True, False)
    assert (deployment.environment_of("Procfile.dev"), deployment.environment_of("x")) == ("development", "unknown")
    assert (deployment.requires("flask", "gunicorn"), deployment.requires("flask")) == (True, False)


def test_what_only_a_build_needs_is_not_installed():
    setuptools = Requirement("setuptools", ">=68", HERE, kind="build")
    deployment = Deployment(root="/", complete=True, project=Project(), settings=SettingsView(object()))

    assert not replace(deployment, requirements=(setuptools,)).requires("setuptools")
    assert replace(deployment, requirements=(setuptools, replace(setuptools, kind="locked"))).requires("setuptools")


def test_migrations_that_a_deploy_gets():
    app = App(path="books", label="books", models=HERE, migrations=("0001_initial", "0002_more"))

    assert app.committed == ("0001_initial", "0002_more")
    assert replace(app, tracked=("0001_initial",)).committed == ("0001_initial",)
    assert replace(app, tracked=()).committed == ()


def test_a_blind_spot_hides_any_command_unless_it_says_which():
    assert BlindSpot("is not read").may_run("migrate")
    assert BlindSpot("is not read", hides=frozenset({"migrate"})).may_run("migrate")
    assert not BlindSpot("is not read", hides=frozenset({"migrate"})).may_run("collectstatic")
    assert not BlindSpot("is not read", hides=frozenset()).may_run("migrate")
