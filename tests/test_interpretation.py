from __future__ import annotations

import time
from pathlib import Path

import pytest

from django_deploycheck import bounds, interpretation
from django_deploycheck.bounds import Sizes
from django_deploycheck.interpretation import follow
from django_deploycheck.model import CommandLine, Copy, Location
from django_deploycheck.places import Place
from tests.following import HOST, PROCFILE, followed, started, surroundings, unseen, variable, write

CONTAINER = Place(workdir="/app", container=True, copies=(Copy((".",), "/app", Location("Dockerfile", 2)),))
CMD = Location("Dockerfile", 9)

SECONDS = 10
"""Far more than bounded work needs, far less than unbounded work would take."""


def of_script(path: Path, script: str, *arguments: str, **environment: str | None) -> list[str]:
    """What ``bash start.sh`` starts, without the name of the script."""
    variables = [variable(name, value) for name, value in environment.items()]
    run = followed(path, {"start.sh": script}, ["bash", "start.sh", *arguments], variables=variables)
    assert unseen(run) == []
    assert all(command.via[:1] == (PROCFILE,) for command in run.commands)
    return [line.removeprefix("start.sh:") for line in started(run)]


# --- what starts nothing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("", id="nothing"),
        pytest.param("# exec gunicorn shop.wsgi\n", id="a comment"),
        pytest.param("set -euo pipefail\numask 022\n", id="options of the shell"),
        pytest.param("echo python manage.py migrate\n", id="a message"),
        pytest.param("command -v gunicorn && type uvicorn; which daphne\n", id="a question for a program"),
        pytest.param('[ -f manage.py ] || [[ -d static ]]\n! test -n "$DEBUG"\n', id="tests"),
        pytest.param("true && : nothing; false\n", id="constants"),
        pytest.param("COMMAND='python manage.py migrate'\n", id="an assignment"),
        pytest.param("migrate() { python manage.py migrate; }\n", id="a function that nobody calls"),
        pytest.param("trap 'python manage.py flush' EXIT\n", id="a trap"),
        pytest.param("exec 2>&1\nexec > log\n", id="redirections of the shell itself"),
        pytest.param("exit 0\npython manage.py migrate\n", id="behind the end"),
        pytest.param("exec sleep 1\npython manage.py migrate\n", id="behind what takes the place of the script"),
        pytest.param("((COUNT++)); let COUNT+=1\n", id="arithmetic"),
        pytest.param('VERSION="$(git describe)"\n', id="a program that is asked for its output"),
        pytest.param("source\n.\neval\nset\nexec\n", id="builtins without arguments"),
    ],
)
def test_scripts_that_start_nothing(tmp_path, script):
    assert of_script(tmp_path, script) == []


# --- one command after the other --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            "python manage.py migrate\nexec gunicorn shop.wsgi\n",
            ["1 python manage.py migrate", "2 gunicorn shop.wsgi"],
            id="one a line",
        ),
        pytest.param(
            "python manage.py migrate \\\n  --noinput\n\ngunicorn \\\n  shop.wsgi\n",
            ["1 python manage.py migrate --noinput", "4 gunicorn shop.wsgi"],
            id="continued lines stand where they begin",
        ),
        pytest.param(
            "migrate() {\n  python manage.py migrate\n}\nmigrate\ngunicorn shop.wsgi\n",
            ["2 python manage.py migrate", "5 gunicorn shop.wsgi"],
            id="a function that is called",
        ),
        pytest.param(
            'manage() { python manage.py "$@"; }\nmanage migrate --noinput\nmanage collectstatic\n',
            ["1 python manage.py migrate --noinput", "1 python manage.py collectstatic"],
            id="a function with arguments",
        ),
        pytest.param(
            'run() { echo "+ $*"; "$@"; }\nrun python manage.py migrate\n',
            ["2 python manage.py migrate"],
            id="a function that runs its arguments: they stand at the call",
        ),
        pytest.param(
            "main() {\n  exec gunicorn shop.wsgi\n}\nmain\npython manage.py migrate\n",
            ["2 gunicorn shop.wsgi"],
            id="exec in a function ends the script",
        ),
        pytest.param(
            "prepare() {\n  return 0\n  python manage.py flush\n}\nprepare\npython manage.py migrate\n",
            ["6 python manage.py migrate"],
            id="return ends the function alone",
        ),
        pytest.param(
            "(cd shop && python manage.py migrate; exit 1)\ngunicorn shop.wsgi\n",
            ["1 python manage.py migrate", "2 gunicorn shop.wsgi"],
            id="what a subshell does stays in it",
        ),
        pytest.param(
            "{ python manage.py migrate; exit 0; }\ngunicorn shop.wsgi\n",
            ["1 python manage.py migrate"],
            id="what a group does counts outside of it",
        ),
        pytest.param(
            "yes | python manage.py migrate\nexec gunicorn shop.wsgi 2>&1 | tee log\ncelery -A shop worker\n",
            ["1 yes", "1 python manage.py migrate", "2 gunicorn shop.wsgi", "3 celery -A shop worker"],
            id="a pipeline runs all of its commands and ends nothing",
        ),
        pytest.param(
            "celery -A shop worker &\nexec gunicorn shop.wsgi &\nwait\npython manage.py migrate\n",
            [
                "1 celery -A shop worker [background]",
                "2 gunicorn shop.wsgi [background]",
                "4 python manage.py migrate",
            ],
            id="background",
        ),
        pytest.param(
            'OUTPUT=$(python manage.py migrate 2>&1)\necho "$(./manage.py collectstatic | tail)"\n',
            ["1 python manage.py migrate", "2 ./manage.py collectstatic"],
            id="management commands whose output is wanted",
        ),
        pytest.param(
            "$RUNNER ./manage.py migrate\n${PREFIX} $RUNNER gunicorn shop.wsgi\n",
            ["1 ./manage.py migrate", "2 gunicorn shop.wsgi"],
            id="an unknown prefix",
        ),
        pytest.param(
            "python manage.py migrate\npython manage.py migrate\n",
            ["1 python manage.py migrate", "2 python manage.py migrate"],
            id="the same on two lines",
        ),
    ],
)
def test_commands_in_order(tmp_path, script, expected):
    assert of_script(tmp_path, script) == expected


# --- conditions -------------------------------------------------------------------------------------------------------

IF_ENVIRONMENT = """\
if [ "$ENV" = dev ]; then
  python manage.py runserver
else
  gunicorn shop.wsgi
fi
celery -A shop worker
"""
IF_DEBUG = """\
if [ -z "$DEBUG" ]; then
  gunicorn shop.wsgi
else
  python manage.py runserver
fi
"""
IF_ARGUMENT = """\
if [ "$1" = web ]; then
  exec gunicorn shop.wsgi
elif [ "$1" = worker ] || [ "$1" = beat ]; then
  exec celery -A shop worker
else
  python manage.py migrate
fi
"""
CASE_ARGUMENT = """\
case "$1" in
  web) exec gunicorn shop.wsgi ;;
  worker|beat)
    exec celery -A shop worker ;;
  *) exec "$@" ;;
esac
echo never
"""


@pytest.mark.parametrize(
    ("script", "environment", "expected"),
    [
        pytest.param(
            IF_ENVIRONMENT,
            {},
            [
                "2 python manage.py runserver [uncertain, development]",
                "4 gunicorn shop.wsgi [uncertain, production]",
                "6 celery -A shop worker",
            ],
            id="an unknown variable: both branches, each with its environment",
        ),
        pytest.param(
            IF_ENVIRONMENT,
            {"ENV": "production"},
            ["4 gunicorn shop.wsgi", "6 celery -A shop worker"],
            id="a known variable: the other branch",
        ),
        pytest.param(
            IF_ENVIRONMENT,
            {"ENV": "dev"},
            ["2 python manage.py runserver", "6 celery -A shop worker"],
            id="a known variable: the branch",
        ),
        pytest.param(
            IF_ENVIRONMENT.replace("$ENV", "${ENV:-dev}"),
            {},
            [
                "2 python manage.py runserver [uncertain, development]",
                "4 gunicorn shop.wsgi [uncertain, production]",
                "6 celery -A shop worker",
            ],
            id="a default decides nothing",
        ),
        pytest.param(
            "ENV=${ENV:-dev}\n" + IF_ENVIRONMENT,
            {},
            [
                "3 python manage.py runserver [uncertain, development]",
                "5 gunicorn shop.wsgi [uncertain, production]",
                "7 celery -A shop worker",
            ],
            id="a default that was stored decides nothing",
        ),
        pytest.param(
            "ENV=${ENV:-d}\nENV+=ev\n" + IF_ENVIRONMENT,
            {},
            [
                "4 python manage.py runserver [uncertain, development]",
                "6 gunicorn shop.wsgi [uncertain, production]",
                "8 celery -A shop worker",
            ],
            id="a default that was added to decides nothing",
        ),
        pytest.param(
            IF_ENVIRONMENT.replace("=", "!="),
            {},
            [
                "2 python manage.py runserver [uncertain, production]",
                "4 gunicorn shop.wsgi [uncertain, development]",
                "6 celery -A shop worker",
            ],
            id="unequal",
        ),
        pytest.param(
            IF_ENVIRONMENT.replace("[ ", "[[ ").replace(" ]", " ]]").replace(" = dev", " == dev*"),
            {"ENV": "development"},
            ["2 python manage.py runserver", "6 celery -A shop worker"],
            id="a pattern in double brackets",
        ),
        pytest.param(
            IF_DEBUG,
            {},
            [
                "2 gunicorn shop.wsgi [uncertain, production]",
                "4 python manage.py runserver [uncertain, development]",
            ],
            id="an unset switch",
        ),
        pytest.param(IF_DEBUG, {"DEBUG": ""}, ["2 gunicorn shop.wsgi"], id="an empty switch"),
        pytest.param(
            """\
            if [ "$ENV" = dev ]; then
              python manage.py runserver
            elif [ "$ENV" = production ]; then
              gunicorn shop.wsgi
            elif [ "$ENV" = staging ]; then
              daphne shop.asgi
            else
              uvicorn shop.asgi
            fi
            """,
            {},
            [
                "2 python manage.py runserver [uncertain, development]",
                "4 gunicorn shop.wsgi [uncertain, production]",
                "6 daphne shop.asgi [uncertain]",
                "8 uvicorn shop.asgi [uncertain]",
            ],
            id="what is for neither environment can be for any",
        ),
        pytest.param(
            """\
            if [ "$ENV" = dev ]; then
              if [ "$MODE" = production ]; then
                gunicorn shop.wsgi
              else
                python manage.py runserver
              fi
            fi
            """,
            {},
            [
                "3 gunicorn shop.wsgi [uncertain, production, as production]",
                "5 python manage.py runserver [uncertain, development]",
            ],
            id="a condition in a branch",
        ),
        pytest.param(
            "if python manage.py migrate --check; then\n  gunicorn shop.wsgi\nelse\n  exit 1\nfi\ncelery -A shop worker\n",
            {},
            [
                "1 python manage.py migrate --check",
                "2 gunicorn shop.wsgi [uncertain]",
                "6 celery -A shop worker",
            ],
            id="a command as the condition",
        ),
        pytest.param(
            "if true; then\n  gunicorn shop.wsgi\nelif python manage.py migrate; then\n  echo no\nfi\n",
            {},
            ["2 gunicorn shop.wsgi"],
            id="a condition that is not reached",
        ),
        pytest.param(
            "if python manage.py check\n[ $? = 0 ]; then\n  gunicorn shop.wsgi\nfi\n",
            {},
            ["1 python manage.py check", "3 gunicorn shop.wsgi [uncertain]"],
            id="the last command of a condition decides",
        ),
    ],
)
def test_if(tmp_path, script, environment, expected):
    assert of_script(tmp_path, script, **environment) == expected


@pytest.mark.parametrize(
    ("script", "arguments", "expected"),
    [
        pytest.param(
            IF_ARGUMENT,
            ["web"],
            ["2 gunicorn shop.wsgi", "4 celery -A shop worker [uncertain, as worker]"],
            id="if: the argument is known, the others are still offered",
        ),
        pytest.param(
            IF_ARGUMENT,
            ["beat"],
            ["2 gunicorn shop.wsgi [uncertain, as web]", "4 celery -A shop worker"],
            id="elif: the argument is known",
        ),
        pytest.param(
            IF_ARGUMENT,
            [],
            [
                "2 gunicorn shop.wsgi [uncertain, as web]",
                "4 celery -A shop worker [uncertain, as worker]",
                "6 python manage.py migrate",
            ],
            id="else: there is no argument",
        ),
        pytest.param(
            IF_ARGUMENT,
            ["$TASK"],
            [
                "2 gunicorn shop.wsgi [uncertain, as web]",
                "4 celery -A shop worker [uncertain, as worker]",
                "6 python manage.py migrate [uncertain]",
            ],
            id="if: the argument is not known",
        ),
        pytest.param(
            CASE_ARGUMENT,
            ["web"],
            ["2 gunicorn shop.wsgi", "4 celery -A shop worker [uncertain, as worker]"],
            id="case: the argument is known, the others are still offered",
        ),
        pytest.param(
            CASE_ARGUMENT,
            ["beat"],
            ["2 gunicorn shop.wsgi [uncertain, as web]", "4 celery -A shop worker"],
            id="case: the second pattern of a branch",
        ),
        pytest.param(
            CASE_ARGUMENT,
            [],
            ["2 gunicorn shop.wsgi [uncertain, as web]", "4 celery -A shop worker [uncertain, as worker]"],
            id="case: there is no argument",
        ),
        pytest.param(
            'case "${1:-web}" in\nweb) gunicorn shop.wsgi ;;\nworker) celery -A shop worker ;;\nesac\n',
            [],
            ["2 gunicorn shop.wsgi", "3 celery -A shop worker [uncertain, as worker]"],
            id="case: the default of an argument that is missing",
        ),
        pytest.param(
            '[ "$1" = web ] && exec gunicorn shop.wsgi\n[ "$1" = worker ] && exec celery -A shop worker\npython manage.py migrate\n',
            ["web"],
            ["1 gunicorn shop.wsgi"],
            id="what stands behind the one that is chosen is not looked at",
        ),
        pytest.param(
            '[ "$1" = web ] && exec gunicorn shop.wsgi\npython manage.py migrate\n',
            ["release"],
            ["1 gunicorn shop.wsgi [uncertain, as web]", "2 python manage.py migrate"],
            id="a short choice",
        ),
        pytest.param(
            'if [ "$1" = web -a "$DEBUG" = 1 ]; then\n  python manage.py runserver\nfi\n',
            ["worker"],
            ["2 python manage.py runserver [uncertain, development, as web]"],
            id="another argument, and a condition besides",
        ),
    ],
)
def test_arguments_choose(tmp_path, script, arguments, expected):
    assert of_script(tmp_path, script, *arguments) == expected


@pytest.mark.parametrize(
    ("script", "environment", "expected"),
    [
        pytest.param(
            'case "$DJANGO_ENV" in\ndev|local) python manage.py runserver ;;\n*) gunicorn shop.wsgi ;;\nesac\npython manage.py check\n',
            {},
            [
                "2 python manage.py runserver [uncertain, development]",
                "3 gunicorn shop.wsgi [uncertain, production]",
                "5 python manage.py check",
            ],
            id="by environment",
        ),
        pytest.param(
            'case "$DJANGO_ENV" in\ndev) python manage.py runserver ;;\n*) gunicorn shop.wsgi ;;\nesac\n',
            {"DJANGO_ENV": "live"},
            ["3 gunicorn shop.wsgi"],
            id="by a known environment",
        ),
        pytest.param(
            'case "$DEBUG" in\ntrue) python manage.py runserver ;;\nfalse) gunicorn shop.wsgi ;;\nesac\n',
            {},
            [
                "2 python manage.py runserver [uncertain, development]",
                "3 gunicorn shop.wsgi [uncertain, production]",
            ],
            id="by a switch",
        ),
        pytest.param(
            'case "$CONTAINER_ROLE" in\nweb) gunicorn shop.wsgi ;;\nqueue) celery -A shop worker ;;\nesac\n',
            {"CONTAINER_ROLE": "queue"},
            ["2 gunicorn shop.wsgi [uncertain, as web]", "3 celery -A shop worker"],
            id="by the role of the container",
        ),
        pytest.param(
            'case "$DJANGO_ENV" in\nstaging) gunicorn shop.wsgi ;;\nesac\n',
            {"DJANGO_ENV": "live"},
            [],
            id="none of them",
        ),
        pytest.param(
            'case "$DJANGO_ENV" in\nstaging) exit 1 ;;\nesac\ngunicorn shop.wsgi\n',
            {},
            ["4 gunicorn shop.wsgi"],
            id="a way out in one of them",
        ),
        pytest.param(
            'case "$DJANGO_ENV" in\nstaging) exit 1 ;;\n*) exit 2;;\nesac\ngunicorn shop.wsgi\n',
            {},
            [],
            id="a way out in all of them",
        ),
        pytest.param(
            'case "$DJANGO_ENV" in\n"$WANTED") python manage.py runserver ;;\n*) gunicorn shop.wsgi;;\nesac\n',
            {"DJANGO_ENV": "live"},
            ["2 python manage.py runserver [uncertain]", "3 gunicorn shop.wsgi [uncertain]"],
            id="a pattern that is not known",
        ),
    ],
)
def test_case(tmp_path, script, environment, expected):
    assert of_script(tmp_path, script, **environment) == expected


@pytest.mark.parametrize(
    ("script", "environment", "expected"),
    [
        pytest.param(
            "python manage.py migrate && python manage.py collectstatic && exec gunicorn shop.wsgi\ncelery -A shop worker\n",
            {},
            ["1 python manage.py migrate", "1 python manage.py collectstatic", "1 gunicorn shop.wsgi"],
            id="a chain",
        ),
        pytest.param(
            "exec gunicorn a && celery -A b worker\n", {}, ["1 gunicorn a"], id="a chain that ends the script"
        ),
        pytest.param(
            "python manage.py migrate || exit 1\ngunicorn shop.wsgi\n",
            {},
            ["1 python manage.py migrate", "2 gunicorn shop.wsgi"],
            id="or fail",
        ),
        pytest.param(
            "python manage.py migrate || python manage.py migrate --fake || exit 1\ngunicorn shop.wsgi\n",
            {},
            ["1 python manage.py migrate", "1 python manage.py migrate --fake [uncertain]", "2 gunicorn shop.wsgi"],
            id="or a fallback",
        ),
        pytest.param(
            "python manage.py migrate || ENV=dev\n" + IF_ENVIRONMENT,
            {"ENV": "production"},
            [
                "1 python manage.py migrate",
                "3 python manage.py runserver [uncertain, development]",
                "5 gunicorn shop.wsgi [uncertain, production]",
                "7 celery -A shop worker",
            ],
            id="what a fallback sets is not known",
        ),
        pytest.param(
            "python manage.py migrate || true && gunicorn shop.wsgi\n",
            {},
            ["1 python manage.py migrate", "1 gunicorn shop.wsgi"],
            id="a failure that does not matter",
        ),
        pytest.param(
            "! python manage.py migrate && exit 1\n! python manage.py check || gunicorn shop.wsgi\n",
            {},
            ["1 python manage.py migrate", "2 python manage.py check", "2 gunicorn shop.wsgi"],
            id="a command that should fail",
        ),
        pytest.param(
            '[ "$DEBUG" = 1 ] && python manage.py runserver || gunicorn shop.wsgi\n',
            {},
            [
                "1 python manage.py runserver [uncertain, development]",
                "1 gunicorn shop.wsgi [uncertain, production]",
            ],
            id="a test, one and the other",
        ),
        pytest.param(
            '[ "$DEBUG" = 1 ] && python manage.py runserver || gunicorn shop.wsgi\n',
            {"DEBUG": "0"},
            ["1 gunicorn shop.wsgi"],
            id="a test that fails",
        ),
        pytest.param(
            '[ "$DEBUG" = 1 ] && python manage.py runserver && echo done || gunicorn shop.wsgi\n',
            {"DEBUG": "1"},
            ["1 python manage.py runserver", "1 gunicorn shop.wsgi [uncertain]"],
            id="a test that holds: the other one is a fallback",
        ),
        pytest.param(
            "false && python manage.py flush && gunicorn shop.wsgi\ntrue || python manage.py flush\n",
            {},
            [],
            id="what is not reached",
        ),
        pytest.param(
            '[ "$SKIP" = 1 ] || python manage.py migrate\n',
            {},
            ["1 python manage.py migrate [uncertain]"],
            id="unless",
        ),
        pytest.param(
            "[ -f manage.py ] && { python manage.py migrate; }\n",
            {},
            ["1 python manage.py migrate [uncertain]"],
            id="a question about a file is open",
        ),
        pytest.param(
            "[[ $ENV == dev && -n $RELOAD ]] && python manage.py runserver\n",
            {},
            ["1 python manage.py runserver [uncertain, development]"],
            id="two conditions",
        ),
    ],
)
def test_lists(tmp_path, script, environment, expected):
    assert of_script(tmp_path, script, **environment) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            '[ "$ENV" = dev ] && exec python manage.py runserver\ngunicorn shop.wsgi\n',
            ["1 python manage.py runserver [uncertain, development]", "2 gunicorn shop.wsgi [uncertain, production]"],
            id="what follows the one way out is the other",
        ),
        pytest.param(
            '[ "$ENV" = production ] && exit 0\npython manage.py runserver\n',
            ["2 python manage.py runserver [development]"],
            id="nothing follows in production",
        ),
        pytest.param(
            '[ -n "$DATABASE_URL" ] || exit 1\npython manage.py migrate\n',
            ["2 python manage.py migrate"],
            id="a guard leaves no doubt",
        ),
        pytest.param(
            '[ -n "$DATABASE_URL" ] || { python manage.py check; exit 1; }\npython manage.py migrate\n',
            ["1 python manage.py check [uncertain]", "2 python manage.py migrate"],
            id="a guard that looks before it fails",
        ),
        pytest.param(
            "if [ $A = 1 ]; then exec daphne shop.asgi; else exit 1; fi\ngunicorn shop.wsgi\n",
            ["1 daphne shop.asgi [uncertain]"],
            id="both ways end the script",
        ),
        pytest.param(
            "if [ $A = 1 ]; then return; else exit 1; fi\ngunicorn shop.wsgi\n",
            [],
            id="both ways end the script, each in its way",
        ),
        pytest.param(
            "f() { if [ $A = 1 ]; then return; else exit 1; fi; gunicorn shop.wsgi; }\nf\npython manage.py migrate\n",
            ["3 python manage.py migrate"],
            id="a function that returns, or ends the script",
        ),
        pytest.param(
            "f() { [ $A = 1 ] && { python manage.py check; return; }; gunicorn shop.wsgi; }\nf\npython manage.py migrate\n",
            ["1 python manage.py check [uncertain]", "1 gunicorn shop.wsgi [uncertain]", "3 python manage.py migrate"],
            id="a way out of a function ends there",
        ),
    ],
)
def test_ways_out(tmp_path, script, expected):
    assert of_script(tmp_path, script) == expected


# --- loops ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            "until python manage.py migrate; do\n  sleep 1\ndone\ngunicorn shop.wsgi\n",
            ["1 python manage.py migrate", "4 gunicorn shop.wsgi"],
            id="until it works",
        ),
        pytest.param(
            "while ! nc -z db 5432; do\n  python manage.py check\ndone\n",
            ["2 python manage.py check [uncertain]"],
            id="while something is missing",
        ),
        pytest.param(
            "while true; do\n  python manage.py migrate && break\n  python manage.py flush\ndone\ngunicorn shop.wsgi\n",
            ["2 python manage.py migrate", "5 gunicorn shop.wsgi"],
            id="forever, until it works",
        ),
        pytest.param(
            "while :; do\n  if python manage.py migrate; then\n    break\n  fi\ndone\ngunicorn shop.wsgi\n",
            ["2 python manage.py migrate", "6 gunicorn shop.wsgi"],
            id="forever, with a condition in it",
        ),
        pytest.param(
            "N=0\nwhile [ $N -lt 5 ]; do\n  python manage.py migrate && break\n  N=$((N+1))\ndone\n",
            ["3 python manage.py migrate"],
            id="a number of times",
        ),
        pytest.param(
            "until [ $# -eq 0 ]; do\n  python manage.py flush\ndone\n",
            [],
            id="a loop that is not entered",
        ),
        pytest.param(
            'while [ "$ENV" = dev ]; do\n  python manage.py runserver\ndone\n',
            ["2 python manage.py runserver [uncertain, development]"],
            id="a loop for one environment",
        ),
        pytest.param(
            "for command in migrate collectstatic; do\n  python manage.py $command\ndone\n",
            ["2 python manage.py migrate", "2 python manage.py collectstatic"],
            id="for each of some words",
        ),
        pytest.param(
            "for try in 1 2 3; do\n  python manage.py migrate && break\ndone\ngunicorn shop.wsgi\n",
            ["2 python manage.py migrate", "4 gunicorn shop.wsgi"],
            id="for some tries",
        ),
        pytest.param(
            "for app in a b; do\n  [ $app = a ] && continue\n  python manage.py migrate $app\ndone\n",
            ["3 python manage.py migrate b"],
            id="not for all of them",
        ),
        pytest.param(
            "for app in a b; do\n  exec python manage.py migrate $app\ndone\n",
            ["2 python manage.py migrate a"],
            id="a loop that ends the script",
        ),
        pytest.param(
            "for app in $APPS; do\n  python manage.py migrate $app\ndone\n",
            ["2 python manage.py migrate $app"],
            id="for unknown words",
        ),
        pytest.param(
            "for app; do\n  python manage.py migrate $app\ndone\n",
            [],
            id="for arguments that are missing",
        ),
        pytest.param(
            f"for app in {' '.join('abcdefghijk')}; do\n  python manage.py migrate $app\ndone\n",
            ["2 python manage.py migrate $app"],
            id="for many words",
        ),
        pytest.param(
            f"for app in {' '.join('abcdefghij')}; do\n  python manage.py migrate $app\ndone\n",
            [f"2 python manage.py migrate {app}" for app in "abcdefghij"],
            id="for not quite as many words",
        ),
        pytest.param(
            "for ((i=0; i<3; i++)); do\n  python manage.py migrate\ndone\n",
            ["2 python manage.py migrate [uncertain]"],
            id="for numbers",
        ),
    ],
)
def test_loops(tmp_path, script, expected):
    assert of_script(tmp_path, script) == expected


# --- variables and arguments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "environment", "expected"),
    [
        pytest.param("gunicorn $APP\n", {}, ["1 gunicorn $APP"], id="an unknown variable stays"),
        pytest.param("gunicorn $APP\n", {"APP": "shop.wsgi"}, ["1 gunicorn shop.wsgi"], id="the environment"),
        pytest.param("gunicorn $APP\n", {"APP": None}, ["1 gunicorn $APP"], id="a variable without a value"),
        pytest.param("gunicorn $APP\n", {"APP": "***"}, ["1 gunicorn $APP"], id="a secret"),
        pytest.param(
            "APP=shop\nAPP+=.wsgi\ngunicorn $APP $OPTIONS\nOPTIONS+=--reload\ngunicorn $OPTIONS",
            {},
            ["3 gunicorn shop.wsgi $OPTIONS", "5 gunicorn $OPTIONS"],
            id="assignments, and such that add to a variable",
        ),
        pytest.param(
            'ARGS=(--bind 0.0.0.0)\nARGS+=(--reload)\ngunicorn shop.wsgi "${ARGS[@]}" ${ARGS[0]} ${OTHER[@]}\n',
            {},
            ["3 gunicorn shop.wsgi --bind 0.0.0.0 --reload --bind ${OTHER[@]}"],
            id="an array",
        ),
        pytest.param(
            "declare -a ARGS=(a b)\nlocal X=1 Y\ndeclare $Z\ngunicorn $ARGS $X $Y\n",
            {},
            ["4 gunicorn $ARGS 1 $Y"],
            id="declarations",
        ),
        pytest.param(
            "X=1\nY=2\nunset X\nread Y\ngunicorn --bind=$X $Y\n",
            {"X": "3"},
            ["5 gunicorn --bind= $Y"],
            id="a variable that is unset, and one that is read",
        ),
        pytest.param(
            "gunicorn --bind ${HOST:-0.0.0.0}:${PORT:-8000} -w ${WORKERS:=2}\ngunicorn -w $WORKERS\n",
            {},
            ["1 gunicorn --bind 0.0.0.0:$PORT -w 2", "2 gunicorn -w 2"],
            id="defaults, but for the port that platforms set",
        ),
        pytest.param(
            'if [ -n "$A" ]; then X=1; Y=1; else X=2; Y=1; fi\ngunicorn $X $Y\n',
            {},
            ["2 gunicorn $X 1"],
            id="a variable with two values",
        ),
        pytest.param("X=a\n(X=b)\nX=c | true\ngunicorn $X\n", {}, ["4 gunicorn a"], id="assigned in a subshell"),
        pytest.param(
            "X=a\nexport Y=b\nZ=c\nexport Z\nsh -c 'gunicorn $X $Y $Z $ENV'\n",
            {"ENV": "d"},
            ["5 gunicorn $X b c d"],
            id="another shell sees what is exported",
        ),
        pytest.param(
            "set -a\nX=a\nsh -c 'gunicorn $X'\nset -o allexport\n",
            {},
            ["3 gunicorn a"],
            id="everything is exported",
        ),
        pytest.param(
            "X=a sh -c 'gunicorn $X $Y'\nenv Y=$Z sh -c 'gunicorn $X $Y'\n",
            {"Y": "b"},
            ["1 gunicorn a b", "2 gunicorn $X $Y"],
            id="variables of one command",
        ),
    ],
)
def test_variables(tmp_path, script, environment, expected):
    assert of_script(tmp_path, script, **environment) == expected


@pytest.mark.parametrize(
    ("script", "arguments", "expected"),
    [
        pytest.param('gunicorn "$@"\n', ["shop.wsgi", "-w", "2"], ["1 gunicorn shop.wsgi -w 2"], id="all"),
        pytest.param("gunicorn $2 $1 $3 $#\n", ["a", "b"], ["1 gunicorn b a 2"], id="by number"),
        pytest.param(
            "shift\ngunicorn $@\nshift 2\ngunicorn $#\n", ["a", "b"], ["2 gunicorn b", "4 gunicorn 0"], id="shift"
        ),
        pytest.param("set -- -w 2\ngunicorn $@\n", [], ["2 gunicorn -w 2"], id="set"),
        pytest.param("set a b\ngunicorn $2\n", [], ["2 gunicorn b"], id="set without dashes"),
        pytest.param("set -e\ngunicorn $1\n", ["a"], ["2 gunicorn a"], id="set with options alone"),
        pytest.param(
            'set -- "$@" $MORE\ngunicorn $2\nset -- $ALL\nshift\n', ["a"], ["2 gunicorn $MORE"], id="set to the unknown"
        ),
        pytest.param(
            'if [ "${1#-}" != "$1" ]; then\n  set -- gunicorn "$@"\nfi\n"$@"\n',
            ["-w", "2"],
            ["2 gunicorn -w 2"],
            id="options alone are the server's",
        ),
        pytest.param(
            'if [ "$A" ]; then set -- newrelic-admin run-program "$@"; fi\n"$@"\n',
            ["gunicorn", "a"],
            ["Procfile:1 gunicorn a"],
            id="perhaps with a wrapper in front",
        ),
        pytest.param(
            "f() { gunicorn $1; }\nf a\ngunicorn $1\n", ["b"], ["1 gunicorn a", "3 gunicorn b"], id="of a function"
        ),
        pytest.param('bash -c \'gunicorn "$0" "$1"\' a b\n', ["c"], ["1 gunicorn a b"], id="of another shell"),
        pytest.param('eval "gunicorn $1"\n', ["a"], ["1 gunicorn a"], id="eval"),
    ],
)
def test_arguments(tmp_path, script, arguments, expected):
    assert of_script(tmp_path, script, *arguments) == expected


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        pytest.param('"$@"\n', "$ALL", id="arguments that are not known"),
        pytest.param('if [ $A ]; then set -- gunicorn; else set -- daphne; fi\n"$@"\n', "", id="two possibilities"),
        pytest.param('if [ $A ]; then set -- gunicorn; fi\n"$@"\n', "", id="perhaps nothing"),
        pytest.param('if [ $A ]; then set -- gunicorn; fi; shift\n"$@"\n', "", id="the rest of what is not known"),
        pytest.param("$SERVER\n", "", id="a variable"),
        pytest.param("$(server) --reload\n", "", id="what another command prints"),
    ],
)
def test_unknown_programs_are_blind_spots(tmp_path, script, arguments):
    run = followed(tmp_path, {"start.sh": script}, f"sh start.sh {arguments}")
    line = 2 if "\n" in script[:-1] else 1
    where = PROCFILE if arguments else Location("start.sh", line)
    assert unseen(run) == [f"{where} runs a command that stands in a variable"]


# --- ENTRYPOINT and CMD -----------------------------------------------------------------------------------------------


def entrypoint(path: Path, script: str, *cmd: str, name: str = "/app/start.sh") -> list[tuple[str, list[str]]]:
    """What an image starts with this ENTRYPOINT script and this CMD, each with the chain that led there."""
    run = followed(path, {"start.sh": script}, [name], place=CONTAINER, arguments=cmd, origin=CMD)
    assert unseen(run) == []
    return [
        (line, [str(place) for place in command.via]) for line, command in zip(started(run), run.commands, strict=True)
    ]


@pytest.mark.parametrize(
    ("script", "cmd", "expected"),
    [
        pytest.param(
            '#!/bin/sh\npython manage.py migrate\nexec "$@"\n',
            ["gunicorn", "shop.wsgi"],
            [
                ("start.sh:2 python manage.py migrate", ["Procfile:1"]),
                ("Dockerfile:9 gunicorn shop.wsgi", ["Procfile:1", "start.sh:3"]),
            ],
            id="exec",
        ),
        pytest.param(
            'eval "$@"\n', ["gunicorn", "a"], [("Dockerfile:9 gunicorn a", ["Procfile:1", "start.sh:1"])], id="eval"
        ),
        pytest.param(
            "exec $*\n", ["gunicorn", "a"], [("Dockerfile:9 gunicorn a", ["Procfile:1", "start.sh:1"])], id="unquoted"
        ),
        pytest.param(
            'exec gosu app "$@"\n',
            ["/bin/sh", "-c", "python manage.py check && gunicorn a"],
            [
                ("Dockerfile:9 python manage.py check [by app]", ["Procfile:1", "start.sh:1"]),
                ("Dockerfile:9 gunicorn a [by app]", ["Procfile:1", "start.sh:1"]),
            ],
            id="CMD is a text for a shell",
        ),
        pytest.param(
            'shift\nexec "$@"\n',
            ["web", "gunicorn"],
            [("Dockerfile:9 gunicorn", ["Procfile:1", "start.sh:2"])],
            id="without the first",
        ),
        pytest.param(
            'set -- gunicorn "$@"\nexec "$@"\n',
            ["a"],
            [("start.sh:1 gunicorn a", ["Procfile:1", "start.sh:2"])],
            id="with a first",
        ),
        pytest.param(
            'exec python manage.py "$@"\n',
            ["migrate"],
            [("start.sh:1 python manage.py migrate", ["Procfile:1"])],
            id="as arguments",
        ),
        pytest.param(
            'main() {\n  exec "$@"\n}\nmain "$@"\n',
            ["gunicorn"],
            [("Dockerfile:9 gunicorn", ["Procfile:1", "start.sh:2"])],
            id="through a function",
        ),
        pytest.param(
            'web() {\n  exec gunicorn a\n}\n"$@"\npython manage.py flush\n',
            ["web"],
            [("start.sh:2 gunicorn a", ["Procfile:1", "start.sh:4", "Dockerfile:9"])],
            id="the name of a function",
        ),
        pytest.param(
            'exec sh -c \'exec "$@"\' -- "$@"\n',
            ["gunicorn", "a"],
            [("Dockerfile:9 gunicorn a", ["Procfile:1", "start.sh:1"])],
            id="through another shell",
        ),
        pytest.param(
            'if [ "$(id -u)" = 0 ]; then\n  exec gosu app "$0" "$@"\nfi\nexec "$@"\n',
            ["gunicorn", "a"],
            [("Dockerfile:9 gunicorn a [by app]", ["Procfile:1", "start.sh:2", "start.sh:4"])],
            id="the script calls itself as another user",
        ),
        pytest.param(
            'exec "$@"\n',
            ["manage.py", "migrate"],
            [("Dockerfile:9 manage.py migrate", ["Procfile:1", "start.sh:1"])],
            id="manage.py",
        ),
        pytest.param('exec "$@"\n', [], [], id="no CMD"),
    ],
)
def test_entrypoint_and_cmd(tmp_path, script, cmd, expected):
    assert entrypoint(tmp_path, script, *cmd) == expected


def test_an_entrypoint_without_a_script_hands_on_its_arguments(tmp_path):
    run = followed(tmp_path, {}, ["tini", "--"], arguments=["gunicorn", "a"], origin=CMD)
    (command,) = run.commands
    assert (command.location, command.via, command.text) == (CMD, (PROCFILE,), "gunicorn a")
    assert command.wrappers == ("tini",)


# --- shells in shells -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(
            ["sh", "-c", "python manage.py check && exec gunicorn a"],
            ["1 python manage.py check", "1 gunicorn a"],
            id="sh -c",
        ),
        pytest.param(["bash", "-lc", "cd shop\nexec gunicorn a"], ["2 gunicorn a"], id="bash -lc, several lines"),
        pytest.param(["su", "app", "-c", "gunicorn a"], ["1 gunicorn a [by app]"], id="su -c"),
        pytest.param(
            ["gosu", "app", "sh", "-c", "exec gunicorn a"], ["1 gunicorn a [by app]"], id="a user around a shell"
        ),
        pytest.param("sh -c 'sh -c \"gunicorn a\"'", ["1 gunicorn a"], id="a shell in a shell"),
        pytest.param(
            "python manage.py check\n\nsh -c '\ngunicorn a\n'\n",
            ["1 python manage.py check", "4 gunicorn a"],
            id="lines of a text",
        ),
        pytest.param("env X=1 \\\n  sh -c 'gunicorn a'\n", ["2 gunicorn a"], id="a text on a line of its own"),
        pytest.param(
            "bash <<EOF\npython manage.py check\ngunicorn a\nEOF\n",
            ["2 python manage.py check", "3 gunicorn a"],
            id="a here-document",
        ),
        pytest.param(
            "X=a\nsh -s - b <<END >log\n gunicorn $X $1\nEND\n", ["3 gunicorn a b"], id="a here-document with variables"
        ),
        pytest.param("echo\nbash <<< 'gunicorn a'\n", ["2 gunicorn a"], id="a here-string"),
        pytest.param("bash\n", [], id="a shell for somebody"),
        pytest.param(
            "curl -sSf https://example.com/install | sh -s -- -y\n",
            ["1 curl -sSf https://example.com/install"],
            id="a shell that reads a pipe",
        ),
        pytest.param("ssh host <<EOF\ngunicorn a\nEOF\n", ["2 gunicorn a"], id="a shell elsewhere"),
        pytest.param(
            "eval python manage.py check '&&' gunicorn a\n", ["1 python manage.py check", "1 gunicorn a"], id="eval"
        ),
        pytest.param("echo\n\neval 'if true\nthen gunicorn a\nfi'\n", ["4 gunicorn a"], id="eval of several lines"),
    ],
)
def test_texts_for_a_shell(tmp_path, command, expected):
    run = followed(tmp_path, {}, command)
    assert unseen(run) == []
    assert started(run) == [f"Procfile:{line}" for line in expected]


# --- scripts ----------------------------------------------------------------------------------------------------------


def test_a_script_gets_arguments_environment_user_and_wrappers(tmp_path):
    files = {"start.sh": "X=1\n", "bin/web": '#!/bin/bash\nnice gunicorn "$1" --bind $HOST $X\n', "Procfile": ""}
    run = followed(
        tmp_path, files, "export DEBUG=0\nX=1\nHOST=::1 sudo -u app newrelic-admin run-program bin/web shop.wsgi"
    )
    (command,) = run.commands
    assert str(command.location) == "bin/web:2"
    assert command.argv == ("gunicorn", "shop.wsgi", "--bind", "::1", "$X")
    assert (command.user, command.wrappers) == ("app", ("sudo", "newrelic-admin", "nice"))
    assert {fact.name: (fact.value, str(fact.location)) for fact in command.variables} == {
        "DEBUG": ("0", "Procfile:1"),
        "HOST": ("::1", "Procfile:3"),
    }
    assert command.via == (Location("Procfile", 3),)
    assert run.scripts == (("bin/web", Location("Procfile", 3)),)


@pytest.mark.parametrize(
    ("files", "command", "expected"),
    [
        pytest.param({"start.sh": "gunicorn a\n"}, "./start.sh", ["start.sh:1 gunicorn a"], id="by its path"),
        pytest.param({"start.sh": "gunicorn a\n"}, "start.sh", ["start.sh:1 gunicorn a"], id="by its name"),
        pytest.param(
            {"start.sh": "gunicorn a\n"},
            "bash -eu -o pipefail start.sh",
            ["start.sh:1 gunicorn a"],
            id="by a shell with options",
        ),
        pytest.param(
            {"start.sh": "gunicorn a\n"}, "sh -- start.sh", ["start.sh:1 gunicorn a"], id="by a shell, behind dashes"
        ),
        pytest.param(
            {"start.sh": "gunicorn $1\n"},
            "sh -s b < start.sh",
            ["start.sh:1 gunicorn b"],
            id="by a shell that reads it",
        ),
        pytest.param(
            {"start.sh": "gunicorn a\n"},
            "bash 0< ./start.sh",
            ["start.sh:1 gunicorn a"],
            id="by a shell that reads it as number 0",
        ),
        pytest.param(
            {"a/b.sh": "cd ..\n./c.sh\n", "c.sh": "gunicorn a\n"},
            "cd a; sh b.sh",
            ["c.sh:1 gunicorn a"],
            id="in another folder",
        ),
        pytest.param(
            {"a/b.sh": "gunicorn a\n"},
            "cd - && cd $X && cd && a/b.sh",
            ["a/b.sh:1 gunicorn a"],
            id="in the same folder",
        ),
        pytest.param(
            {"a/b.sh": 'DIR=$(cd "$(dirname "$0")" && pwd)\n"$DIR"/c.sh\n', "a/c.sh": "gunicorn a\n"},
            "sh a/b.sh",
            ["a/c.sh:1 gunicorn a"],
            id="beside the script that calls it",
        ),
        pytest.param(
            {"start": "#!/bin/zsh -e\ngunicorn a\n"}, "./start", ["start:2 gunicorn a"], id="without a suffix"
        ),
        pytest.param({"run": "#!/command/with-contenv bash\ngunicorn a\n"}, "./run", ["run:2 gunicorn a"], id="of s6"),
        pytest.param(
            {"a.sh": "./b.sh $X\n", "b.sh": "gunicorn $1 $2\n"},
            "sh a.sh",
            ["b.sh:1 gunicorn $X"],
            id="with an unknown argument",
        ),
        pytest.param(
            {"a.sh": './b.sh "$@"\n', "b.sh": "gunicorn $1\n"},
            "sh a.sh b",
            ["b.sh:1 gunicorn b"],
            id="with arguments handed on",
        ),
        pytest.param(
            {"a.sh": "gunicorn a\n./a.sh\n./a.sh\n"}, "sh a.sh", ["a.sh:1 gunicorn a"], id="that calls itself"
        ),
        pytest.param(
            {"a.sh": '[ "$1" = b ] && exec gunicorn a\n./a.sh b\n'},
            "sh a.sh",
            ["a.sh:1 gunicorn a [uncertain, as b]", "a.sh:1 gunicorn a"],
            id="that calls itself with another argument",
        ),
        pytest.param(
            {},
            "wait-for-it.sh db:5432 -t 30\nwait-for-it.sh db:5432 -- gunicorn a",
            ["Procfile:1 wait-for-it.sh db:5432 -t 30", "Procfile:2 gunicorn a"],
            id="that waits",
        ),
    ],
)
def test_scripts(tmp_path, files, command, expected):
    run = followed(tmp_path, files, command)
    assert unseen(run) == []
    assert started(run) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(
            "sh missing.sh", ["Procfile:1 runs 'missing.sh', which is not in the repository"], id="by a shell"
        ),
        pytest.param(
            "sh missing",
            ["Procfile:1 runs 'missing', which is not in the repository"],
            id="by a shell, without a suffix",
        ),
        pytest.param(
            "sh < missing", ["Procfile:1 runs 'missing', which is not in the repository"], id="read by a shell"
        ),
        pytest.param(
            "scripts/missing", ["Procfile:1 runs 'scripts/missing', which is not in the repository"], id="by its path"
        ),
        pytest.param(
            "/usr/bin/missing.sh",
            ["Procfile:1 runs '/usr/bin/missing.sh', which is not in the repository"],
            id="a script of the system",
        ),
        pytest.param(
            "$HOME/missing", ["Procfile:1 runs a command that stands in a variable"], id="in an unknown folder"
        ),
        pytest.param("/usr/sbin/nginx; /venv/bin/missing; missing", [], id="a program"),
        pytest.param(
            "source missing.sh", ["Procfile:1 sources 'missing.sh', which is not in the repository"], id="sourced"
        ),
        pytest.param(
            "source .env; . venv/bin/activate; . ~/.profile; source conf/prod.env; source $X/activate",
            [],
            id="sourced for the environment alone",
        ),
        pytest.param("./program", ["Procfile:1 runs 'program', which is no shell script"], id="another language"),
        pytest.param("./folder", ["Procfile:1 runs './folder', which is not in the repository"], id="a folder"),
        pytest.param("./huge.sh; . ./huge.sh", ["huge.sh 'huge.sh' is larger than 64 KiB"], id="too large"),
        pytest.param("sh broken.sh", ["broken.sh:2 the script has an unclosed quote"], id="no shell"),
        pytest.param("make release", ["Procfile:1 runs 'make', which was not followed"], id="a task runner"),
        pytest.param("gulp build", ["Procfile:1 runs 'gulp', which was not followed"], id="a builder of front ends"),
        pytest.param("npm run build; npx tailwindcss; docker build .", [], id="harmless tasks"),
        pytest.param("npm run migrate", ["Procfile:1 runs 'npm', which was not followed"], id="a task that may matter"),
    ],
)
def test_what_cannot_be_followed(tmp_path, command, expected):
    files = {
        "program": "#!/usr/bin/env ruby\n",
        "folder/a": "",
        "huge.sh": "#" * 600_000,
        "broken.sh": "echo\necho 'a\n",
    }
    assert unseen(followed(tmp_path, files, command)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"lib.sh": "APP=a\ncd shop\n"},
            ["start.sh:2 gunicorn a", "shop/b.sh:1 celery"],
            id="sets variables, changes the folder",
        ),
        pytest.param({"lib.sh": "exec daphne a\n"}, ["lib.sh:1 daphne a"], id="ends the script"),
        pytest.param({"lib.sh": "return 0\nexec daphne a\n"}, ["start.sh:2 gunicorn $APP"], id="ends itself"),
        pytest.param(
            {"lib.sh": ". ./lib.sh\ndaphne a\n"}, ["lib.sh:2 daphne a", "start.sh:2 gunicorn $APP"], id="sources itself"
        ),
        pytest.param(
            {"lib.sh": "daphne $1\n"}, ["lib.sh:1 daphne one", "start.sh:2 gunicorn $APP"], id="sees the arguments"
        ),
    ],
)
def test_sourced_files(tmp_path, files, expected):
    files = {"start.sh": ". ./lib.sh\ngunicorn $APP\n./b.sh", "shop/b.sh": "celery\n", "b.sh": "", **files}
    run = followed(tmp_path, files, "sh start.sh one")
    assert unseen(run) == []
    assert started(run) == expected
    assert run.scripts[:2] == (("start.sh", PROCFILE), ("lib.sh", Location("start.sh", 1)))


def test_a_sourced_file_with_arguments_of_its_own(tmp_path):
    files = {"start.sh": ". ./lib.sh two\ngunicorn $1\n", "lib.sh": "daphne $1\n"}
    assert started(followed(tmp_path, files, "sh start.sh one")) == ["lib.sh:1 daphne two", "start.sh:2 gunicorn one"]


def test_a_function_stands_in_the_file_that_defines_it(tmp_path):
    files = {"start.sh": "\n. ./lib.sh\nserve a\n", "lib.sh": "serve() {\n  gunicorn $1\n}\n"}
    (command,) = followed(tmp_path, files, "sh start.sh").commands
    assert str(command.location) == "lib.sh:2"
    assert [str(place) for place in command.via] == ["Procfile:1", "start.sh:3"]


# --- Python -----------------------------------------------------------------------------------------------------------

CALLS = "from django.core.management import call_command\ncall_command('migrate')\ncall_command('migrate')\n"


@pytest.mark.parametrize(
    ("command", "calls", "blind"),
    [
        pytest.param("python scripts/setup.py", True, [], id="a script"),
        pytest.param("python < scripts/setup.py", True, [], id="a script that is read"),
        pytest.param("scripts/setup.py", True, [], id="a script that runs itself"),
        pytest.param("scripts/tool", True, [], id="a script with a shebang"),
        pytest.param("python -m scripts.setup", True, [], id="a module"),
        pytest.param("python -m package", True, [], id="a package"),
        pytest.param("python -m http.server", False, [], id="an installed module"),
        pytest.param("python", False, [], id="an interpreter for somebody"),
        pytest.param("curl https://example.com/get.py | python -", False, [], id="what a pipe brings"),
        pytest.param("python - <<EOF\nprint(1)\nEOF", False, [], id="a harmless here-document"),
        pytest.param(
            "python - <<EOF\ncall_command('migrate')\nEOF",
            False,
            ["Procfile:1 runs Python code that calls other commands"],
            id="a here-document that calls commands",
        ),
        pytest.param("python -c 'print(1)'", False, [], id="harmless code"),
        pytest.param(
            "python -c 'import subprocess'",
            False,
            ["Procfile:1 runs Python code that calls other commands"],
            id="code that calls commands",
        ),
        pytest.param(
            "python manage.py shell -c 'call_command()'",
            False,
            ["Procfile:1 runs Python code that calls other commands"],
            id="code for Django's shell",
        ),
        pytest.param(
            "./manage.py shell <<EOF\ncall_command()\nEOF",
            False,
            ["Procfile:1 runs Python code that calls other commands"],
            id="a here-document for Django's shell",
        ),
        pytest.param(
            "python missing.py",
            False,
            ["Procfile:1 runs 'missing.py', which is not in the repository"],
            id="a missing script",
        ),
        pytest.param("python broken.py", False, ["Procfile:1 runs the Python script 'broken.py'"], id="no Python"),
        pytest.param(
            "python opaque.py",
            True,
            ["Procfile:1 runs the Python script 'opaque.py'"],
            id="a script that starts programs",
        ),
    ],
)
def test_python(tmp_path, command, calls, blind):
    files = {
        "scripts/setup.py": CALLS,
        "scripts/tool": "#!/usr/bin/env python3\n" + CALLS,
        "package/__main__.py": CALLS,
        "broken.py": "def",
        "opaque.py": "import subprocess\n" + CALLS,
    }
    run = followed(tmp_path, files, command)
    called = [command for command in run.commands if "→" in command.text]
    assert unseen(run) == blind
    assert [(command.subcommand, command.certain, command.via) for command in called] == [
        ("migrate", False, (PROCFILE,))
    ] * calls
    assert all(command.location.path in files and command.location.line is None for command in called)


@pytest.mark.parametrize(
    ("name", "expected", "blind"),
    [
        pytest.param("deploy", ["deploy", "migrate", "collectstatic"], [], id="calls others"),
        pytest.param("greet", ["greet"], [], id="calls none"),
        pytest.param(
            "rest",
            ["rest", "check"],
            ["Procfile:1 runs the management command 'rest', which calls others"],
            id="calls unknown others",
        ),
        pytest.param(
            "setup_site",
            ["setup_site"],
            ["Procfile:1 runs the management command 'setup_site', which is not in the repository"],
            id="is another package's and may migrate",
        ),
        pytest.param("thumbnail_cleanup", ["thumbnail_cleanup"], [], id="is another package's"),
        pytest.param("$TASK", ["$TASK"], ["Procfile:1 runs a management command that is not known"], id="is not known"),
        pytest.param("migrate", ["migrate"], [], id="is Django's own"),
        pytest.param("", [None], [], id="is missing"),
    ],
)
def test_management_commands(tmp_path, name, expected, blind):
    files = {
        "shop/management/commands/deploy.py": CALLS + "call_command('collectstatic')\n",
        "shop/management/commands/greet.py": "print('hello')\n",
        "shop/management/commands/rest.py": CALLS.replace("'migrate'", "'check'") + "call_command(name)\n",
    }
    run = followed(tmp_path, files, f"python manage.py {name}")
    assert [command.subcommand for command in run.commands] == expected
    assert unseen(run) == blind


# --- process managers and configuration files -------------------------------------------------------------------------

SUPERVISORD = """\
[supervisord]
nodaemon=true
[program:web]
command=gunicorn shop.wsgi
directory=/app/shop
user=app
environment=WORKERS="2"
[program:worker]
command=sh -c "celery -A shop worker -c $WORKERS"
"""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["supervisord", "-c", "/app/deploy/supervisord.conf"], id="an option"),
        pytest.param(["supervisord", "--configuration=deploy/supervisord.conf", "-n"], id="a long option"),
        pytest.param(["/usr/bin/supervisord"], id="the file that it looks for"),
    ],
)
def test_supervisord(tmp_path, command):
    run = followed(
        tmp_path, {"deploy/supervisord.conf": SUPERVISORD, "supervisord.conf": SUPERVISORD}, command, place=CONTAINER
    )
    path = "supervisord.conf" if len(command) == 1 else "deploy/supervisord.conf"
    assert unseen(run) == []
    assert started(run)[1:] == [
        f"{path}:4 gunicorn shop.wsgi [as web, by app]",
        f"{path}:9 celery -A shop worker -c $WORKERS [as worker]",
    ]
    assert run.commands[1].via == (PROCFILE,)
    assert run.configs == ((path, PROCFILE),)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("honcho start", ["web", "worker"], id="every process"),
        pytest.param("honcho start worker", ["worker"], id="one of them"),
        pytest.param("honcho -f Procfile.other start -p 80 web", ["web"], id="of another file"),
        pytest.param("foreman start -f ./Procfile.other", ["web"], id="all of another file"),
        pytest.param("exec overmind s", ["web", "worker"], id="another manager"),
    ],
)
def test_honcho(tmp_path, command, expected):
    files = {
        "Procfile": "web: gunicorn shop.wsgi\nworker: celery -A shop worker\n",
        "Procfile.other": "web: gunicorn other.wsgi\n",
    }
    run = followed(tmp_path, files, command)
    assert [command.branch for command in run.commands[1:]] == expected
    assert unseen(run) == []


@pytest.mark.parametrize(
    ("command", "files"),
    [
        pytest.param("honcho start", {}, id="no Procfile"),
        pytest.param("circusd circus.ini", {"circus.ini": "[circus]\n"}, id="a file without processes"),
        pytest.param("supervisord", {}, id="no supervisord.conf"),
    ],
)
def test_process_managers_without_processes(tmp_path, command, files):
    run = followed(tmp_path, files, command)
    name = command.partition(" ")[0]
    assert unseen(run) == [f"Procfile:1 runs '{name}', whose configuration was not found"]
    assert len(run.commands) == 1


def test_a_process_manager_that_starts_itself(tmp_path):
    run = followed(tmp_path, {"Procfile": "web: honcho start\n"}, "honcho start")
    assert unseen(run) == []


CONFIG = "bind = '0.0.0.0:80'\nworkers = 3\n"


@pytest.mark.parametrize(
    ("command", "files", "config"),
    [
        pytest.param("gunicorn a:b -c deploy/conf.py", {"deploy/conf.py": CONFIG}, "deploy/conf.py", id="a file"),
        pytest.param("gunicorn a:b -c file:conf.py", {"conf.py": CONFIG}, "conf.py", id="a file, spelled out"),
        pytest.param("gunicorn a:b -c python:deploy.conf", {"deploy/conf.py": CONFIG}, "deploy/conf.py", id="a module"),
        pytest.param(
            "gunicorn a:b -c python:deploy", {"deploy/__init__.py": CONFIG}, "deploy/__init__.py", id="a package"
        ),
        pytest.param(
            "gunicorn a:b --chdir shop -c conf.py",
            {"shop/conf.py": CONFIG},
            "shop/conf.py",
            id="a file in another folder",
        ),
        pytest.param("gunicorn a:b", {"gunicorn.conf.py": CONFIG}, "gunicorn.conf.py", id="the file that it looks for"),
        pytest.param(
            "cd shop; gunicorn a:b",
            {"shop/gunicorn.conf.py": CONFIG},
            "shop/gunicorn.conf.py",
            id="the file in the working directory",
        ),
        pytest.param("gunicorn a:b", {"deploy/gunicorn.conf.py": CONFIG}, None, id="a file that nobody names"),
        pytest.param("gunicorn a:b -c $CONF", {"gunicorn.conf.py": CONFIG}, None, id="a file that is not known"),
        pytest.param("uvicorn a:b", {"gunicorn.conf.py": CONFIG}, None, id="another server"),
        pytest.param(
            "uwsgi --ini uwsgi.ini", {"uwsgi.ini": "[uwsgi]\nworkers = 3\nmodule = a\n"}, "uwsgi.ini", id="uwsgi"
        ),
    ],
)
def test_configuration_of_servers(tmp_path, command, files, config):
    run = followed(tmp_path, files, command)
    server = run.commands[0].server
    assert server is not None
    assert unseen(run) == []
    assert server.workers == (3 if config else None)
    assert run.configs == (((config, PROCFILE),) if config else ())


def test_a_missing_configuration_leaves_its_options_open(tmp_path):
    run = followed(tmp_path, {}, "gunicorn a:b -c /etc/conf.py --chdir $X")
    (spot,) = run.blind_spots
    assert (spot.reason, spot.hides) == ("reads '/etc/conf.py', which is not in the repository", frozenset())
    server = run.commands[0].server
    assert server is not None
    assert {"workers", "bind", "reload", "config"} <= server.unresolved


# --- what a command becomes -------------------------------------------------------------------------------------------


def test_a_command_with_everything(tmp_path):
    script = "export A=1 TOKEN=abcdef012345\nB=2\nC=$B DEBUG=${D:-0} python \\\n  manage.py runserver --settings=shop.dev &\n"
    run = followed(tmp_path, {"start.sh": script}, "sh start.sh")
    (command,) = run.commands
    assert command.text == "C=$B DEBUG=${D:-0} python manage.py runserver --settings=shop.dev"
    assert command.argv == ("python", "manage.py", "runserver", "--settings=shop.dev")
    assert (command.program, command.subcommand, command.settings_module) == ("manage.py", "runserver", "shop.dev")
    assert (command.background, command.certain) == (True, True)
    assert command.server is not None
    assert command.server.name == "runserver"
    assert {fact.name: fact.value for fact in command.variables} == {
        "A": "1",
        "TOKEN": "***",
        "C": "2",
        "DEBUG": "${D:-0}",
    }


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("export A=1\n", {"A": "1"}, id="exported"),
        pytest.param("A=1\n", {}, id="not exported"),
        pytest.param("export A=1\nunset A\n", {}, id="unset again"),
        pytest.param("[ $X ] && export A=1\n", {"A": None}, id="perhaps set"),
        pytest.param("if [ $X ]; then export A=1; else export A=2; fi\n", {"A": None}, id="set to one or the other"),
        pytest.param(
            "if [ $X ]; then export A=1\nelse export A=1; fi\n", {"A": None}, id="set to the same in two places"
        ),
        pytest.param("[ $X ] && export SECRET_KEY=abcdef0123456789\n", {"SECRET_KEY": "***"}, id="perhaps a secret"),
        pytest.param("export A=${B:-1} C=$D\n", {"A": "${B:-1}", "C": "$D"}, id="set from others"),
        pytest.param("B=1\nB+=$X\nexport B\n", {"B": "${B}$X"}, id="added to"),
    ],
)
def test_variables_that_a_command_sees(tmp_path, script, expected):
    (command,) = followed(tmp_path, {"start.sh": script + "gunicorn a\n"}, "sh start.sh").commands
    assert {fact.name: fact.value for fact in command.variables} == expected


def test_the_settings_module_may_be_the_servers(tmp_path):
    commands = followed(
        tmp_path, {}, "gunicorn a -e DJANGO_SETTINGS_MODULE=shop.prod\ngunicorn a -e DJANGO_SETTINGS_MODULE=$X"
    ).commands
    assert [command.settings_module for command in commands] == ["shop.prod", None]


def test_the_environment_reaches_the_server(tmp_path):
    run = followed(
        tmp_path, {}, "export WEB_CONCURRENCY=4\ngunicorn a\n", variables=[variable("GUNICORN_CMD_ARGS", "--reload")]
    )
    server = run.commands[0].server
    assert server is not None
    assert (server.workers, server.reload) == (4, Location("Procfile", 2))


def test_variables_that_refer_to_others_are_not_known(tmp_path):
    run = followed(tmp_path, {}, "gunicorn $APP\n", variables=[variable("APP", "${X}", "X")])
    assert started(run) == ["Procfile:1 gunicorn $APP"]


# --- limits -----------------------------------------------------------------------------------------------------------

TOO_LONG = "is too long to be followed to its end"
HUGE = Sizes(bounds.MIB, 9 * bounds.MIB, 100_000, bounds.MIB)
"""Larger scripts than are read, so that nothing but the interpreter bounds the work."""
TOO_DEEP = "scripts and functions call each other too deeply"
CUT = "the script is too long to be read to its end"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        pytest.param("echo\n" * 20_000, TOO_LONG, id="twenty thousand commands"),
        pytest.param("gunicorn a b c d e\n" * 6_000, CUT, id="six thousand servers"),
        pytest.param(
            "".join(f"f{i}() {{ f{i + 1}; }}\n" for i in range(1_000)) + "f0\n",
            TOO_DEEP,
            id="functions that call the next one",
        ),
        pytest.param("f() { f $1a; }\nf\n", TOO_DEEP, id="a function that calls itself with more"),
        pytest.param("./start.sh $1a\n./start.sh $1b\n", TOO_DEEP, id="a script that calls itself with more"),
        pytest.param(". ./start.sh $1a\n. ./start.sh $1b\n", TOO_DEEP, id="a script that sources itself with more"),
        pytest.param('X=\'eval "$X"\'\neval "$X"\n', TOO_DEEP, id="eval of itself"),
        pytest.param("sh <<'A'\nsh <<'B'\n" * 10 + "B\nA\n" * 10, "", id="here-documents"),
        pytest.param(
            "f() { if true; then " + "{ " * 50 + "f $1a;" + " }" * 50 + "; fi; }\nf\n",
            "is nested too deeply",
            id="nested commands in nested calls",
        ),
        pytest.param("X=ab\n" + "X=$X$X\n" * 4_000 + "gunicorn $X\n", "", id="a value that doubles"),
        pytest.param(
            "X=(a b)\n" + 'X=("${X[@]}" "${X[@]}")\n' * 4_000 + "gunicorn ${X[@]}\n", "", id="an array that doubles"
        ),
        pytest.param("set -- a b\n" + 'set -- "$@" "$@"\n' * 4_000 + "gunicorn $@\n", "", id="arguments that double"),
        pytest.param("X=" + "a" * 9_000 + "\ngunicorn " + "$X" * 50_000 + "\n", "", id="one word of many variables"),
        pytest.param("X=" + "a" * 9_000 + "\ngunicorn " + "$X " * 40_000 + "\n", CUT, id="many words"),
        pytest.param("$A " * 40_000 + "\n", CUT, id="many unknown words"),
        pytest.param("[ " + "! " * 60_000 + "a ]\n", "", id="a test of many words"),
        pytest.param("[ a ] && " * 12_000 + "gunicorn a\n", "", id="many conditions"),
        pytest.param(
            "case $X in\n" + "".join(f"a*{i}) a;;\n" for i in range(8_000)) + "esac\n", TOO_LONG, id="many patterns"
        ),
        pytest.param("case $1 in\n" + "a*" * 60_000 + ") gunicorn a;;\nesac\n", "", id="a long pattern"),
        pytest.param("for i in " + "a " * 60_000 + "; do gunicorn $i; done\n", "", id="a loop with many turns"),
        pytest.param("for a in 1 2 3 4 5 6 7 8; do\n" * 8 + "gunicorn\n" + "done\n" * 8, TOO_LONG, id="loops in loops"),
        pytest.param(
            "".join(f"export A{i}=1\n" for i in range(5_000)) + "if a; then b; fi\n" * 1_000,
            TOO_LONG,
            id="many variables",
        ),
        pytest.param(
            "A='" + "x " * 4_000 + "'\n" + "gunicorn $A\n" * 2_000, TOO_LONG, id="many arguments of many servers"
        ),
        pytest.param("eval " * 3_000 + "\n", TOO_LONG, id="eval of eval"),
        pytest.param("eval '" * 3_000 + "\n", "", id="eval of what is not closed"),
        pytest.param("echo ${1//" + "a" * 100_000 + "}\n", "", id="a long operand"),
        pytest.param("echo ${1#" + "*a" * 90 + "}\n" * 600, "", id="a costly pattern"),
    ],
)
def test_hostile_scripts_take_bounded_time(tmp_path, monkeypatch, script, reason):
    monkeypatch.setattr(bounds, "OTHERS", HUGE)
    start = time.process_time()
    run = followed(tmp_path, {"start.sh": script}, "sh start.sh " + "a" * 150)
    assert time.process_time() - start < SECONDS
    assert reason in " ".join(unseen(run))


def test_many_large_scripts_take_bounded_time(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "OTHERS", HUGE)
    files = {f"{number}.sh": f"# {number}\n" + "# nothing\n" * 10_000 for number in range(5)}
    run = followed(tmp_path, files, "\n".join(f"sh {name}" for name in files))
    assert unseen(run) == [*(f"{number}.sh:6554 {CUT}" for number in range(2)), f"2.sh:1 {TOO_LONG}"]


@pytest.mark.parametrize(
    ("command", "files"),
    [
        pytest.param(
            "supervisord -c s.conf",
            {"s.conf": "".join(f"[program:p{n}]\ncommand=supervisord -c s.conf\n" for n in range(100))},
            id="programs of supervisord that start it again",
        ),
        pytest.param(
            "honcho start",
            {"Procfile": "".join(f"p{n}: honcho start p{n}\n" for n in range(100))},
            id="processes that each start another",
        ),
        pytest.param(
            "uwsgi a.ini",
            {
                "a.ini": "[uwsgi]\n" + "ini=b.ini\n" * 3_000,
                "b.ini": "[uwsgi]\n" + "ini=a.ini\nhook-pre-app=exec:uwsgi a.ini\n" * 3_000,
            },
            id="configurations that include each other and start the server again",
        ),
    ],
)
def test_configurations_in_a_circle_take_bounded_time(tmp_path, command, files):
    start = time.process_time()
    followed(tmp_path, files, command)
    assert time.process_time() - start < SECONDS


def test_process_managers_that_start_each_other_without_end(tmp_path):
    files = {f"P{number}": f"web: honcho -f P{number + 1} start\n" for number in range(20)}
    run = followed(tmp_path, files, "honcho -f P0 start")
    assert [spot.rpartition(" scripts")[2] for spot in unseen(run)] == [" and functions call each other too deeply"]


@pytest.mark.parametrize(
    ("command", "files"),
    [
        pytest.param("honcho start", {"Procfile": "".join(f"p{n}: program\n" for n in range(9))}, id="of a Procfile"),
        pytest.param(
            "supervisord -c s.conf",
            {"s.conf": "".join(f"[program:p{n}]\ncommand=program\n" for n in range(9))},
            id="of supervisord",
        ),
    ],
)
def test_processes_after_many_others_are_left_out(tmp_path, monkeypatch, command, files):
    monkeypatch.setattr(interpretation, "MAX_EFFORT", 800)
    run = followed(tmp_path, files, command)
    assert 2 < len(run.commands) < 9
    assert [spot.partition(" ")[2] for spot in unseen(run)] == [TOO_LONG]


def test_all_command_lines_together_are_bounded(tmp_path, monkeypatch):
    """What one line had to be followed for is not done again without end for the next ones."""
    monkeypatch.setattr(interpretation, "MAX_TOTAL_EFFORT", 300_000)
    repository = write(tmp_path, {"start.sh": "program\n" * 200})
    around = surroundings(repository)
    line = CommandLine(PROCFILE, text="sh start.sh")
    runs = [follow(line, around, Place()) for _ in range(15)]
    assert unseen(runs[0]) == []
    assert len(runs[0].commands) == 200
    assert unseen(runs[-1]) == ["Procfile:1 comes after more commands than are followed in one repository"]
    assert runs[-1].commands == ()


def test_a_line_starts_no_more_than_so_many_commands(tmp_path):
    commands = interpretation.MAX_COMMANDS

    assert unseen(followed(tmp_path, {}, "gunicorn a &\n" * commands)) == []
    run = followed(tmp_path, {}, "gunicorn a &\n" * (commands + 1))

    assert len(run.commands) == commands + 1
    assert unseen(run) == [f"Procfile:{commands + 1} is too long to be followed to its end"]


def test_what_a_repository_starts_is_followed_to_a_bound_for_all(tmp_path, monkeypatch):
    """Each line may be followed by itself; together they are too much, and the order decides."""
    monkeypatch.setattr(interpretation, "MAX_TOTAL_EFFORT", 1_070)
    around = surroundings(write(tmp_path, {}))
    runs = [follow(CommandLine(Location("Procfile", line), text="a\nb\n"), around, HOST) for line in range(1, 7)]

    assert [len(run.commands) for run in runs] == [2, 2, 2, 2, 1, 0]
    assert [unseen(run) for run in runs] == [
        *([[]] * 4),
        ["Procfile:6 comes after more commands than are followed in one repository"],
        ["Procfile:6 comes after more commands than are followed in one repository"],
    ]


def test_hostile_images_take_bounded_time(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "OTHERS", HUGE)
    copies = tuple(Copy(("a",), "/app/", Location("Dockerfile", line)) for line in range(20_000))
    script = "".join(f"program{number}\n" for number in range(5_000))
    start = time.process_time()
    run = followed(
        tmp_path, {"start.sh": script}, "sh start.sh", place=Place(workdir="/app", container=True, copies=copies)
    )
    assert time.process_time() - start < SECONDS
    assert TOO_LONG in " ".join(unseen(run))


def test_a_long_command_is_cut_for_display(tmp_path):
    (command,) = followed(tmp_path, {}, "gunicorn " + "a" * 30 + " b" * 3_000 + " --password s3cr3t").commands
    assert command.text.endswith(" b …")
    assert len(command.text) <= 2_010
    assert len(command.argv) == 1_000


def test_a_text_of_several_lines_that_is_given_arguments_stands_where_it_is_written(tmp_path):
    script = "\nsh -c 'true\ngunicorn a\n' \"$@\"\n"
    run = followed(tmp_path, {"start.sh": script}, ["./start.sh", "web"], arguments=(), origin=PROCFILE)
    assert started(run) == ["start.sh:3 gunicorn a"]
