"""What make, just and the runners of package.json run."""

from __future__ import annotations

import re

import pytest

from django_deploycheck.model import CommandLine, Location, Task, TaskFile, TaskLine, TaskVariable
from django_deploycheck.tasks import (
    MAX_TASKS,
    Call,
    call,
    is_environment_file,
    is_named_for_deployment,
    is_variable_alone,
    mentioned,
    plan,
    texts_run_together,
)
from tests.following import followed, started, unseen

_RUNNERS = re.compile(r"\S+ (?:g?make|just|npm|yarn|pnpm|bun|npm-run-all|run-[sp])\b")


def of_tasks(tmp_path, files, command):
    """What starts, without the task runners themselves, and what was not seen."""
    run = followed(tmp_path, files, command)
    return [line for line in started(run) if not _RUNNERS.match(line)], unseen(run)


# --- command lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("", id="nothing"),
        pytest.param("gunicorn shop.wsgi", id="another program"),
        pytest.param("npm install", id="npm itself"),
        pytest.param("npm", id="npm without a command"),
        pytest.param("npm -w web run build", id="one of several packages"),
        pytest.param("pnpm --filter web build", id="some of several packages"),
        pytest.param("bun index.ts", id="a file"),
        pytest.param("yarn run", id="a list of scripts"),
        pytest.param("npm watch", id="a script that npm does not take without run"),
    ],
)
def test_commands_that_run_no_task(command):
    assert call(command.split()) is None


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("make", Call("make"), id="the default target"),
        pytest.param("make -n up", Call("make", looks=True), id="make that only looks"),
        pytest.param("just --list", Call("just", looks=True), id="just that only looks"),
        pytest.param("/usr/bin/make a b", Call("make", (("a",), ("b",))), id="two targets"),
        pytest.param("make -C back up", Call("make", (("up",),), "back"), id="a folder"),
        pytest.param("make -Cback up", Call("make", (("up",),), "back"), id="a folder without a blank"),
        pytest.param("make --directory=back", Call("make", (), "back"), id="a folder behind an equals sign"),
        pytest.param("make -f a.mk up", Call("make", (("up",),), file="a.mk"), id="a file"),
        pytest.param("make -fa.mk up", Call("make", (("up",),), file="a.mk"), id="a file without a blank"),
        pytest.param("make -f", Call("make", file=""), id="an option that is cut off"),
        pytest.param("make -j 4 -s -o x up", Call("make", (("up",),)), id="other options"),
        pytest.param("make up A=1 B:=2", Call("make", (("up",),), overrides=(("A", "1"), ("B", "2"))), id="variables"),
        pytest.param("just", Call("just"), id="the first recipe"),
        pytest.param(
            "just -f a/justfile -d b --color never --quiet A=1 --set B 2 up x --y",
            Call("just", (("up", "x", "--y"),), "b", "a/justfile", (("A", "1"), ("B", "2"))),
            id="options of just",
        ),
        pytest.param("npm start", Call("npm", (("start",),)), id="npm start"),
        pytest.param("npm run build", Call("npm", (("build",),)), id="npm run"),
        pytest.param("npm run --silent a -- --b", Call("npm", (("a", "--b"),)), id="npm with arguments"),
        pytest.param("npm --prefix web run build", Call("npm", (("build",),), "web"), id="npm in a folder"),
        pytest.param("npm run build --prefix=web", Call("npm", (("build",),), "web"), id="the folder at the end"),
        pytest.param("yarn build --mode x", Call("npm", (("build", "--mode", "x"),)), id="yarn"),
        pytest.param("yarn --cwd web build", Call("npm", (("build",),), "web"), id="yarn in a folder"),
        pytest.param("pnpm -C web run build a", Call("npm", (("build", "a"),), "web"), id="pnpm"),
        pytest.param("bun run build", Call("npm", (("build",),)), id="bun"),
        pytest.param("run-s a b:* --silent", Call("npm", (("a",), ("b:*",))), id="scripts in a row"),
    ],
)
def test_calls(command, expected):
    assert call(command.split()) == expected


@pytest.mark.parametrize(
    ("argv", "texts"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["gunicorn", "a"], [], id="another program"),
        pytest.param(["concurrently", "-k"], [], id="no commands"),
        pytest.param(["concurrently", "-n"], [], id="an option that is cut off"),
        pytest.param(["concurrently", "-n", "a,b", "npm:watch", "./a b"], ["npm run watch", "./a b"], id="two"),
    ],
)
def test_commands_that_run_together(argv, texts):
    assert texts_run_together(argv) == texts


# --- words ------------------------------------------------------------------------------------------------------------


def test_words():
    assert [is_environment_file(name) for name in ("common.mk", ".env", "conf/.env.prod", "prod.env")] == [
        False,
        True,
        True,
        True,
    ]
    assert [is_named_for_deployment(name) for name in ("migrate", "deployable", "deploy-web", "PROD", "release")] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert [is_variable_alone(text) for text in ("$A b", "a", " $A", "${A}")] == [False, False, True, True]
    assert mentioned("a manage.py migrate; gunicorn") == {"migrate", "gunicorn"}


# --- make -------------------------------------------------------------------------------------------------------------

MAKEFILE = """\
    include common.mk
    -include .env
    PYTHON ?= python
    MANAGE = $(PYTHON) manage.py
    MANAGE += --traceback
    export DJANGO_SETTINGS_MODULE = shop.settings
    CHECKED != date
    run-prod: migrate static | folder ; ./first $(@)
    \t@echo $@ $$HOME
    \t-gunicorn shop.wsgi \\
    \t  --bind 0.0.0.0:$(PORT)
    migrate:
    \t@$(MANAGE) migrate $(ARGS)
    static:
    \tcd backend && $(MAKE) sub X=1
    ifeq ($(A),b)
    COMPOSE = docker compose -f a.yml
    else
    COMPOSE = docker compose
    endif
    other:
    \t$(COMPOSE) exec web python manage.py migrate
    \t$(COMPOSE)
    sure:
    ifdef CI
    \tpython manage.py test
    endif
    \tpython manage.py $(CHECKED) $(subst a,b,c) $(shell pwd) $$x $
    run-%: LEVEL = info
    run-%: first second
    \tserve $* $< $^ $(LEVEL) ${USER}
    serve: PORT ?= 1
    serve:
    \tgunicorn shop.wsgi --bind :$(PORT)
    loop: loop
    \t$(MAKE) loop
    """
FILES = {
    "Makefile": MAKEFILE,
    "common.mk": "x:\n\tpython manage.py check $(NAME)\nNAME = a\n",
    "backend/Makefile": "sub:\n\tpython manage.py collectstatic $(X)\n",
}
FIRST = "runs './first', which is not in the repository"


@pytest.mark.parametrize(
    ("command", "expected", "blind"),
    [
        pytest.param("make -n migrate", [], [], id="only looked at"),
        pytest.param("make loop", [], [], id="a target that calls itself"),
        pytest.param(
            "make nothing", [], ["Procfile:1 runs 'make nothing', and 'Makefile' has no such task"], id="no target"
        ),
        pytest.param(
            "make -f none.mk x",
            [],
            ["Procfile:1 runs 'make', which was not followed"],
            id="no file",
        ),
        pytest.param("make migrate", ["Makefile:13 python manage.py --traceback migrate $ARGS"], [], id="variables"),
        pytest.param(
            "PYTHON=py make migrate",
            ["Makefile:13 py manage.py --traceback migrate $ARGS"],
            [],
            id="from the environment",
        ),
        pytest.param(
            "make migrate PYTHON=pypy ARGS=-v0",
            ["Makefile:13 pypy manage.py --traceback migrate -v0"],
            [],
            id="from the command line",
        ),
        pytest.param(
            "make run-prod",
            [
                "Makefile:13 python manage.py --traceback migrate $ARGS",
                "backend/Makefile:2 python manage.py collectstatic 1",
                "Makefile:10 gunicorn shop.wsgi --bind 0.0.0.0:$PORT",
            ],
            [f"Makefile:8 {FIRST}"],
            id="prerequisites and another make",
        ),
        pytest.param("make x", ["common.mk:2 python manage.py check a"], [], id="from an included file"),
        pytest.param(
            "make -C backend sub", ["backend/Makefile:2 python manage.py collectstatic $X"], [], id="in a folder"
        ),
        pytest.param(
            "make other",
            ["Makefile:22 web python manage.py migrate", "Makefile:23 $COMPOSE"],
            [
                "Makefile:22 runs what 'COMPOSE' holds, which is not known",
                "Makefile:23 runs what 'COMPOSE' holds, which is not known",
                "Makefile:23 runs a command that stands in a variable",
            ],
            id="a variable that a condition decides",
        ),
        pytest.param(
            "make sure",
            [
                "Makefile:26 python manage.py test [uncertain]",
                "Makefile:28 python manage.py $CHECKED $make . $x $",
            ],
            ["Makefile:28 runs a management command that is not known"],
            id="a condition and functions",
        ),
        pytest.param("make run-a", ["Makefile:31 serve a first first second info $USER"], [], id="a pattern"),
        pytest.param("make serve", ["Makefile:34 gunicorn shop.wsgi --bind :$PORT"], [], id="a port of the platform"),
        pytest.param(
            "PORT=9 make serve", ["Makefile:34 gunicorn shop.wsgi --bind :9"], [], id="a port from the environment"
        ),
    ],
)
def test_make(tmp_path, command, expected, blind):
    assert of_tasks(tmp_path, FILES, command) == (expected, blind)


def test_what_a_make_command_says_of_itself(tmp_path):
    run = followed(tmp_path, FILES, "sh -c 'make migrate'")
    command = run.commands[-1]
    assert [str(place) for place in command.via] == ["Procfile:1"]
    assert [(fact.name, fact.value) for fact in command.variables] == [("DJANGO_SETTINGS_MODULE", "shop.settings")]
    assert [(path, str(place)) for path, place in run.configs] == [("Makefile", "Procfile:1")]


@pytest.mark.parametrize(
    ("makefile", "hides"),
    [
        pytest.param("a:\n\ttrue\n", frozenset(), id="a whole file"),
        pytest.param("-include .env\na:\n\ttrue\n", frozenset(), id="variables that are not in the repository"),
        pytest.param("include other.mk\na:\n\ttrue\n", None, id="a file that is not in the repository"),
        pytest.param("include $(wildcard *.mk)\na:\n\ttrue\n", None, id="files that are not known"),
        pytest.param("include Makefile\na:\n\ttrue\n", frozenset(), id="itself"),
    ],
)
def test_what_a_missing_target_hides(tmp_path, makefile, hides):
    [spot] = followed(tmp_path, {"Makefile": makefile}, "make b").blind_spots
    assert spot.hides == hides


def test_what_an_unknown_variable_hides(tmp_path):
    run = followed(tmp_path, FILES, "make other")
    assert [spot.hides for spot in run.blind_spots] == [{"migrate"}, None, None]


def test_a_call_in_a_circle_ends(tmp_path):
    makefile = "".join(f"a{number}: a{number + 1}\n\ttrue {number}\n" for number in range(MAX_TASKS + 50))
    assert len(plan(Call("make", (("a0",),)), TaskFile("make", "Makefile"), {}).missing) == 1
    assert of_tasks(tmp_path, {"Makefile": makefile}, "make a0")[1] == []


def test_variables_that_hold_one_another_end(tmp_path):
    makefile = (
        "A = $(A)\nB0 = x\n"
        + "".join(f"B{n + 1} = $(B{n})$(B{n})\n" for n in range(40))
        + "a:\n\tgunicorn $(A) $(B40)\n"
    )
    [line] = of_tasks(tmp_path, {"Makefile": makefile}, "make a")[0]
    assert line.startswith("Makefile:44 gunicorn")


def test_a_default_does_not_replace_a_value(tmp_path):
    assert of_tasks(tmp_path, {"Makefile": "A = b\nA ?= c\na:\n\tgunicorn $(A)\n"}, "make") == (
        ["Makefile:4 gunicorn b"],
        [],
    )


# --- just -------------------------------------------------------------------------------------------------------------

JUSTFILE = """\
    set dotenv-load
    python := "python"
    manage := python + " manage.py"
    import 'more.just'
    alias d := deploy

    # deploys
    [group('x')]
    deploy env='prod' *args: migrate (static "a" env) && after
        @{{manage}} check --settings=shop.{{env}} {{args}}
        cd backend && \\
          gunicorn shop.wsgi
    migrate:
        {{manage}} migrate
    [working-directory: 'backend']
    static x y:
        {{ manage }} collectstatic {{x}} {{ y }} {{ justfile_directory() }}
    after:
        #!/usr/bin/env bash
        set -e
        celery -A {{env_var('APP')}} worker {{ env('LEVEL', 'info') }}
    odd:
        {{ `date` }} python manage.py migrate
        {{ replace('a', 'b') }}
        {{ open
    code:
        #!/usr/bin/env python3
        from django.core.management import call_command
    node:
        #!/usr/bin/env node
        go()
    """
JUST = {"justfile": JUSTFILE, "more.just": "more:\n  ./manage.py clear\n", "backend/a": ""}
DEPLOY = ["justfile:14 python manage.py migrate", "justfile:17 python manage.py collectstatic a prod ."]


@pytest.mark.parametrize(
    ("command", "expected", "blind"),
    [
        pytest.param("just --list", [], [], id="only looked at"),
        pytest.param("just nope", [], ["Procfile:1 runs 'just nope', and 'justfile' has no such task"], id="no recipe"),
        pytest.param(
            "just",
            [
                *DEPLOY,
                "justfile:10 python manage.py check --settings=shop.prod",
                "justfile:12 gunicorn shop.wsgi",
                "justfile:21 celery -A $APP worker info",
            ],
            [],
            id="the first recipe, with others before and after",
        ),
        pytest.param("APP=shop just after", ["justfile:21 celery -A shop worker info"], [], id="a variable"),
        pytest.param(
            "just migrate static 1 2",
            ["justfile:14 python manage.py migrate", "justfile:17 python manage.py collectstatic 1 2 ."],
            [],
            id="two recipes with their arguments",
        ),
        pytest.param("just python=py migrate", ["justfile:14 py manage.py migrate"], [], id="from the command line"),
        pytest.param("just more", ["more.just:2 ./manage.py clear"], [], id="from an imported file"),
        pytest.param("cd backend && just migrate", ["justfile:14 python manage.py migrate"], [], id="from below"),
        pytest.param(
            "just -f ./justfile migrate", ["justfile:14 python manage.py migrate"], [], id="a file by its name"
        ),
        pytest.param("just node", [], ["justfile:30 runs a task that is no shell script"], id="another language"),
        pytest.param("just code", [], ["justfile:27 runs Python code that calls other commands"], id="Python"),
    ],
)
def test_just(tmp_path, command, expected, blind):
    assert of_tasks(tmp_path, JUST, command) == (expected, blind)


def test_an_overlong_expression_is_not_known(tmp_path):
    justfile = "a:\n  gunicorn {{ " + "'b' + " * 100 + "'b' }}\n"
    assert of_tasks(tmp_path, {"justfile": justfile}, "just") == (["justfile:2 gunicorn $_"], [])


def test_an_argument_that_is_missing_is_not_known(tmp_path):
    assert of_tasks(tmp_path, {"justfile": "a x:\n  gunicorn {{ x }}\n"}, "just a") == (["justfile:2 gunicorn $_"], [])


def test_expressions_that_are_not_known(tmp_path):
    expected, blind = of_tasks(tmp_path, JUST, "just odd")
    assert expected[0] == "justfile:23 python manage.py migrate"
    assert blind[0] == "justfile:23 runs what '`date`' holds, which is not known"


# --- package.json -----------------------------------------------------------------------------------------------------

PACKAGE = """{
      "scripts": {
        "prestart": "python manage.py migrate",
        "start": "gunicorn shop.wsgi",
        "build": "run-s build:*",
        "build:css": "sass a b",
        "build:js": "vite build",
        "dev": "concurrently \\"npm:start\\" \\"python manage.py runserver\\"",
        "postdev": "true"
      }
    }"""
NODE = {"package.json": PACKAGE, "frontend/package.json": PACKAGE}
START = ["package.json:3 python manage.py migrate", "package.json:4 gunicorn shop.wsgi"]


@pytest.mark.parametrize(
    ("command", "expected", "blind"),
    [
        pytest.param("npm install", [], [], id="npm itself"),
        pytest.param("yarn", [], [], id="yarn itself"),
        pytest.param("yarn vite", [], [], id="a program of a package"),
        pytest.param("npm run nope", [], [], id="a script that is not there"),
        pytest.param("npm --prefix other start", [], ["Procfile:1 runs 'npm', which was not followed"], id="no file"),
        pytest.param("npm start", START, [], id="what runs before"),
        pytest.param(
            "npm start -- --name 'a b'", [START[0], "package.json:4 gunicorn shop.wsgi --name a b"], [], id="arguments"
        ),
        pytest.param("npm run build", ["package.json:6 sass a b", "package.json:7 vite build"], [], id="patterns"),
        pytest.param(
            "yarn dev", [*START, "package.json:8 python manage.py runserver"], [], id="commands beside each other"
        ),
        pytest.param("cd frontend && npm start", [f"frontend/{line}" for line in START], [], id="in a folder"),
        pytest.param(
            "npm --prefix frontend start", [f"frontend/{line}" for line in START], [], id="a folder by option"
        ),
    ],
)
def test_scripts_of_packages(tmp_path, command, expected, blind):
    assert of_tasks(tmp_path, NODE, command) == (expected, blind)


def test_a_task_file_without_lines_runs_nothing():
    task = Task("a", Location("Makefile", 1), (TaskLine(CommandLine(Location("Makefile", 2), argv=("a",))),))
    [step] = plan(Call("npm", (("a",),)), TaskFile("npm", "package.json", (task,)), {}).steps
    assert step.line.text == ""


# --- limits -----------------------------------------------------------------------------------------------------------

TOO_LONG = "is too long to be followed to its end"


@pytest.mark.parametrize(
    ("makefile", "command", "blind"),
    [
        pytest.param(
            "".join(f"a{number}:\n\t$(MAKE) a{number + 1}\n" for number in range(20)),
            "make a0",
            ["Makefile:24 scripts and functions call each other too deeply"],
            id="calls of one another",
        ),
        pytest.param("a:\n\ttrue\n", "make a\n" * 1_000, [f"Procfile:230 {TOO_LONG}"], id="calls in a row"),
        pytest.param(
            "a:\n" + f"\ttrue {'b' * 2_500}\n" * 20, "make a\n" * 6, [f"Makefile:18 {TOO_LONG}"], id="long commands"
        ),
    ],
)
def test_limits(tmp_path, makefile, command, blind):
    assert of_tasks(tmp_path, {"Makefile": makefile}, command)[1] == blind


def test_variables_are_filled_in_to_a_bound():
    place = Location("Makefile", 1)
    lines = (TaskLine(CommandLine(place, text="echo $(A)")),) * 100
    values = {"A": "$(B)" * 200, "B": "$(C)", "C": "x"}
    variables = tuple(TaskVariable(name, value, place) for name, value in values.items())
    file = TaskFile("make", "Makefile", (Task("a", place, lines),), variables)
    steps = plan(Call("make", (("a",),)), file, {}).steps
    assert str(steps[0].line).startswith("echo xxx")
    assert str(steps[-1].line) == "echo $(A)"
