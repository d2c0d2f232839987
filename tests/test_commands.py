"""Wrappers in front of commands, and Django's command line."""

from __future__ import annotations

import shlex
import time

import pytest

from django_deploycheck import commands
from django_deploycheck.commands import Unwrapped, management_command, option_value, python_target, unwrap, words


def unwrapped(text: str) -> Unwrapped:
    return unwrap(shlex.split(text))


# id: command that is none of the wrappers, or that starts nothing
UNTOUCHED = {
    "an empty argument": "''",
    "a plain server": "gunicorn shop.wsgi",
    "a server in a virtualenv": "/venv/bin/gunicorn shop.wsgi",
    "a program with the name of a wrapper inside": "envoy -c envoy.yaml",
    "a program whose arguments are wrappers": "echo env gunicorn",
    "assignments alone": "A=1 B=2",
    "a wrapper alone": "exec",
    "a wrapper with options alone": "nice -n 10",
    "a wrapper whose last option lacks its value": "timeout -s",
    "a question for a program": "command -v gunicorn",
    "another question for a program": "command -V python",
    "a duration without a command": "timeout 30",
    "a user without a command": "gosu app",
    "a lock without a command": "flock -n /tmp/lock",
    "another subcommand of poetry": "poetry install",
    "another subcommand of uv": "uv pip install gunicorn",
    "an option of poetry alone": "poetry --version",
    "a subcommand without a command": "pipenv run",
    "another subcommand of honcho": "honcho start web",
    "another subcommand of newrelic-admin": "newrelic-admin generate-config KEY newrelic.ini",
    "a secret store without dashes": "chamber exec shop gunicorn",
    "waiting only": "wait-for-it.sh db:5432 -t 30",
    "waiting for several": "wait-for db:5432 redis:6379",
    "waiting for an option": "wait-for-it.sh -h db -p 5432 -t 0",
    "dashes and nothing behind them": "wait-for-it.sh db:5432 --",
    "a waiting script of the project": "./bin/wait_for_mysql.sh db",
    "a shell that runs a script": "sh entrypoint.sh",
    "a shell with options that runs a script": "bash -eu entrypoint.sh -c production",
    "a shell with a long option that runs a script": "bash --norc entrypoint.sh",
    "a shell that reads its input": "sh -",
    "an interactive shell": "bash --rcfile .bashrc",
    "a shell without the text": "sh -c",
    "a shell with half an option": "sh + gunicorn",
    "a lock without the text": "flock /tmp/lock -c",
    "a shell option without its value": "bash -o",
    "the end of options": "sh -- -c",
    "busybox alone": "busybox",
    "another user's shell": "su - app",
    "an option of su without its value": "su app -c",
    "runuser without a command": "runuser -u app",
    "an interactive interpreter": "python",
    "an interpreter that reads its input": "python -",
    "an interpreter asked for its version": "python -V",
    "an option of the interpreter without its value": "python -m",
    "code": "python -c 'import gunicorn'",
    "a module of the project": "python -m shop.server",
    "a script of the project": "python scripts/start.py",
    "a script of the name of a server": "python gunicorn shop.wsgi",
    "manage.py": "python manage.py migrate",
    "an unknown program": "$SERVER shop.wsgi",
    "a program that can run another elsewhere": "docker ps",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in UNTOUCHED.items()])
def test_not_unwrapped(text):
    """What is no wrapper, or wraps nothing, stays as it is."""
    argv = tuple(shlex.split(text))

    assert unwrap(argv) == Unwrapped(argv)


def test_no_command():
    """Nothing stays nothing."""
    assert unwrap(()) == Unwrapped(())


# id: (command, what really runs, names of the wrappers)
WRAPPED = {
    "exec": ("exec gunicorn shop.wsgi", "gunicorn shop.wsgi", "exec"),
    "exec with a name": ("exec -a web gunicorn shop.wsgi", "gunicorn shop.wsgi", "exec"),
    "command": ("command gunicorn shop.wsgi", "gunicorn shop.wsgi", "command"),
    "nohup": ("nohup gunicorn -D shop.wsgi", "gunicorn -D shop.wsgi", "nohup"),
    "time": ("time -p python manage.py migrate", "python manage.py migrate", "time"),
    "nice": ("nice -n 10 celery -A shop worker", "celery -A shop worker", "nice"),
    "nice, attached": ("nice -n10 celery -A shop worker", "celery -A shop worker", "nice"),
    "nice in its old spelling": ("nice -10 celery -A shop worker", "celery -A shop worker", "nice"),
    "nice in its long spelling": ("nice --adjustment=10 celery -A shop worker", "celery -A shop worker", "nice"),
    "ionice": ("ionice -c2 -n 7 gunicorn shop.wsgi", "gunicorn shop.wsgi", "ionice"),
    "chrt": ("chrt -b 0 gunicorn shop.wsgi", "gunicorn shop.wsgi", "chrt"),
    "taskset": ("taskset -c 0-3 gunicorn shop.wsgi", "gunicorn shop.wsgi", "taskset"),
    "setsid": ("setsid -w gunicorn shop.wsgi", "gunicorn shop.wsgi", "setsid"),
    "stdbuf": ("stdbuf -oL -e 0 gunicorn shop.wsgi", "gunicorn shop.wsgi", "stdbuf"),
    "timeout": ("timeout 30 python manage.py check", "python manage.py check", "timeout"),
    "timeout with options": (
        "timeout --foreground -k 5 -sINT 30s python manage.py check",
        "python manage.py check",
        "timeout",
    ),
    "timeout behind dashes": ("timeout -- 30 gunicorn shop.wsgi", "gunicorn shop.wsgi", "timeout"),
    "flock": ("flock -n /tmp/lock python manage.py migrate", "python manage.py migrate", "flock"),
    "flock with a limit": ("flock -w 10 /tmp/lock gunicorn -c x.py", "gunicorn -c x.py", "flock"),
    "s6-setlock": (
        "s6-setlock -n -t 500 /data/lock python manage.py migrate",
        "python manage.py migrate",
        "s6-setlock",
    ),
    "fdmove": ("fdmove -c 2 1 gunicorn shop.wsgi", "gunicorn shop.wsgi", "fdmove"),
    "env": ("env gunicorn shop.wsgi", "gunicorn shop.wsgi", "env"),
    "env without the environment": ("env -i gunicorn shop.wsgi", "gunicorn shop.wsgi", "env"),
    "env with a dash": ("env - gunicorn shop.wsgi", "gunicorn shop.wsgi", "env"),
    "env that unsets": ("/usr/bin/env -u DEBUG gunicorn shop.wsgi", "gunicorn shop.wsgi", "env"),
    "env that splits": ("env -S 'python -u' manage.py migrate", "python -u manage.py migrate", "env"),
    "env that splits, attached": ("env '-Spython -u' manage.py migrate", "python -u manage.py migrate", "env"),
    "env that splits, long": ("env --split-string='gunicorn -w 4' shop.wsgi", "gunicorn -w 4 shop.wsgi", "env"),
    "env that splits a wrapper": ("env -S 'exec gunicorn' shop.wsgi", "gunicorn shop.wsgi", "env exec"),
    "with-contenv": ("/command/with-contenv gunicorn shop.wsgi", "gunicorn shop.wsgi", "with-contenv"),
    "envdir": ("envdir /etc/shop gunicorn shop.wsgi", "gunicorn shop.wsgi", "envdir"),
    "dotenv": ("dotenv -f .env.prod run gunicorn shop.wsgi", "gunicorn shop.wsgi", "dotenv"),
    "doppler": ("doppler run -p shop -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "doppler"),
    "chamber": ("chamber exec shop -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "chamber"),
    "aws-vault": ("aws-vault exec shop --no-session -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "aws-vault"),
    "tini": ("tini -g -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "tini"),
    "tini by its path": ("/usr/bin/tini -s -e 143 -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "tini"),
    "tini without dashes": ("/sbin/tini gunicorn -w 2 shop.wsgi", "gunicorn -w 2 shop.wsgi", "tini"),
    "dumb-init": ("dumb-init --rewrite 15:3 -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "dumb-init"),
    "dumb-init, attached": ("dumb-init -r15:3 gunicorn shop.wsgi", "gunicorn shop.wsgi", "dumb-init"),
    "wait-for-it": ("./wait-for-it.sh db:5432 -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "wait-for-it"),
    "wait-for-it with options": (
        "/wait-for-it.sh --host=db --port=5432 --strict --timeout=0 -- gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "wait-for-it",
    ),
    "wait-for-it from a package": ("wait-for-it -s db:5432 -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "wait-for-it"),
    "wait-for": ("wait-for db:5432 redis:6379 -t 60 -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "wait-for"),
    "wait_for_it.py": ("wait_for_it.py db:5432 -- gunicorn shop.wsgi", "gunicorn shop.wsgi", "wait_for_it"),
    "wait-for-postgres": (
        "./wait-for-postgres.sh db gunicorn -w 4 shop.wsgi",
        "gunicorn -w 4 shop.wsgi",
        "wait-for-postgres",
    ),
    "wait-for-db with a port": ("./wait-for-db db 5432 gunicorn shop.wsgi", "gunicorn shop.wsgi", "wait-for-db"),
    "wait with variables": (
        "wait-for $DB_HOST:$DB_PORT tcp://redis:6379 gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "wait-for",
    ),
    "wait with options": ("wait-for -t 5 db gunicorn shop.wsgi", "gunicorn shop.wsgi", "wait-for"),
    "wait with the host as an option": ("wait-for -h db gunicorn shop.wsgi", "gunicorn shop.wsgi", "wait-for"),
    "a waiting script of the project": (
        "bin/await_mysql.sh -- gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "await_mysql",
    ),
    "dockerize": ("dockerize -wait tcp://db:5432 -timeout 60s gunicorn shop.wsgi", "gunicorn shop.wsgi", "dockerize"),
    "dockerize with two dashes": (
        "dockerize --wait tcp://db:5432 --wait=tcp://redis:6379 -no-overwrite gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "dockerize",
    ),
    "poetry": ("poetry run gunicorn -w 4 shop.wsgi", "gunicorn -w 4 shop.wsgi", "poetry"),
    "poetry with options": ("poetry -n -C /app run gunicorn shop.wsgi", "gunicorn shop.wsgi", "poetry"),
    "uv": ("uv run gunicorn shop.wsgi", "gunicorn shop.wsgi", "uv"),
    "uv with options": (
        "uv --directory /app run --no-dev --frozen --extra prod -p 3.12 --env-file=.env -- gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "uv",
    ),
    "uv with a module": ("uv run -m gunicorn -w 4 shop.wsgi", "gunicorn -w 4 shop.wsgi", "uv"),
    "uv with flags in a row": ("uv run -qp 3.12 manage.py migrate", "manage.py migrate", "uv"),
    "uvx": ("uvx --with gevent --from gunicorn gunicorn shop.wsgi", "gunicorn shop.wsgi", "uvx"),
    "pipenv": ("pipenv run python manage.py migrate", "python manage.py migrate", "pipenv"),
    "pdm": ("pdm run -p /app gunicorn shop.wsgi", "gunicorn shop.wsgi", "pdm"),
    "conda": ("conda run --no-capture-output -n shop gunicorn shop.wsgi", "gunicorn shop.wsgi", "conda"),
    "hatch": ("hatch -e prod run gunicorn shop.wsgi", "gunicorn shop.wsgi", "hatch"),
    "honcho": ("honcho -e .env run gunicorn shop.wsgi", "gunicorn shop.wsgi", "honcho"),
    "newrelic-admin": ("newrelic-admin run-program gunicorn shop.wsgi", "gunicorn shop.wsgi", "newrelic-admin"),
    "newrelic-admin with a file": (
        "newrelic-admin run-python manage.py runserver",
        "manage.py runserver",
        "newrelic-admin",
    ),
    "newrelic-admin with a module": (
        "newrelic-admin run-python -m gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "newrelic-admin",
    ),
    "ddtrace-run": ("ddtrace-run --profiling gunicorn shop.wsgi", "gunicorn shop.wsgi", "ddtrace-run"),
    "opentelemetry-instrument": (
        "opentelemetry-instrument --traces_exporter console --service_name=shop gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "opentelemetry-instrument",
    ),
    "coverage": ("coverage run --source shop -m gunicorn shop.wsgi", "gunicorn shop.wsgi", "coverage"),
    "watchmedo": (
        "watchmedo auto-restart -d . -p '*.py' --recursive -- celery -A shop worker",
        "celery -A shop worker",
        "watchmedo",
    ),
    "a buildpack's script": (
        "bin/start-nginx gunicorn -c config/gunicorn.py shop.wsgi",
        "gunicorn -c config/gunicorn.py shop.wsgi",
        "start-nginx",
    ),
    "Ruby's bundler": ("bundle exec uwsgi uwsgi.ini", "uwsgi uwsgi.ini", "bundle"),
    "jemalloc": ("jemalloc.sh gunicorn shop.wsgi", "gunicorn shop.wsgi", "jemalloc"),
    "a wrapper in a virtualenv": (
        "/venv/bin/ddtrace-run /venv/bin/gunicorn shop.wsgi",
        "/venv/bin/gunicorn shop.wsgi",
        "ddtrace-run",
    ),
    "busybox": ("busybox nohup gunicorn shop.wsgi", "gunicorn shop.wsgi", "nohup"),
    "a module": ("python -m gunicorn shop.wsgi", "gunicorn shop.wsgi", ""),
    "a module, attached": ("python3.12 -mgunicorn shop.wsgi", "gunicorn shop.wsgi", ""),
    "a module behind flags in a row": ("python -um uvicorn shop.asgi", "uvicorn shop.asgi", ""),
    "a module behind options": ("python -X dev -W error -m daphne shop.asgi", "daphne shop.asgi", ""),
    "a module of another name": (
        "python -m waitress --port=80 shop.wsgi:app",
        "waitress-serve --port=80 shop.wsgi:app",
        "",
    ),
    "Django's module": ("python -m django migrate", "django-admin migrate", ""),
    "a module that is a wrapper": (
        "python -m newrelic.admin run-program gunicorn shop.wsgi",
        "gunicorn shop.wsgi",
        "newrelic-admin",
    ),
    "a server by its path": ("/venv/bin/python /venv/bin/gunicorn shop.wsgi", "gunicorn shop.wsgi", ""),
    "a server by its path alone": ("python /venv/bin/gunicorn", "gunicorn", ""),
    "a worker by its path": ("python -O /venv/bin/celery -A shop worker", "celery -A shop worker", ""),
    "a wrapper by its path": ("python /venv/bin/ddtrace-run gunicorn shop.wsgi", "gunicorn shop.wsgi", "ddtrace-run"),
    "django-admin by its path": ("python /venv/bin/django-admin migrate", "django-admin migrate", ""),
    "elsewhere": ("docker exec web gunicorn shop.wsgi", "gunicorn shop.wsgi", "docker"),
    "six deep": (
        "exec tini -- nice -n 5 poetry run newrelic-admin run-program ddtrace-run gunicorn -w 4 shop.wsgi",
        "gunicorn -w 4 shop.wsgi",
        "exec tini nice poetry newrelic-admin ddtrace-run",
    ),
}


@pytest.mark.parametrize(("text", "argv", "wrappers"), [pytest.param(*case, id=name) for name, case in WRAPPED.items()])
def test_unwrapped(text, argv, wrappers):
    """A wrapper ends where the command begins; options that take a value take it along."""
    assert unwrapped(text) == Unwrapped(tuple(shlex.split(argv)), tuple(wrappers.split()))


# id: (command, the user that it runs as)
USERS = {
    "sudo without a user": ("sudo -E gunicorn shop.wsgi", None),
    "setpriv with a group only": ("setpriv --regid app gunicorn shop.wsgi", None),
    "sudo": ("sudo -u app gunicorn shop.wsgi", "app"),
    "sudo, attached": ("sudo -uapp gunicorn shop.wsgi", "app"),
    "sudo with flags in a row": ("sudo -EHu app gunicorn shop.wsgi", "app"),
    "sudo in its long spelling": ("sudo --user=app -g web -- gunicorn shop.wsgi", "app"),
    "doas": ("doas -u app gunicorn shop.wsgi", "app"),
    "gosu": ("gosu app gunicorn shop.wsgi", "app"),
    "gosu with a group": ("gosu app:web gunicorn shop.wsgi", "app:web"),
    "su-exec": ("su-exec 1000:1000 gunicorn shop.wsgi", "1000:1000"),
    "setuser": ("/sbin/setuser app gunicorn shop.wsgi", "app"),
    "s6-setuidgid": ("s6-setuidgid app gunicorn shop.wsgi", "app"),
    "setpriv": ("setpriv --reuid=app --regid web --init-groups gunicorn shop.wsgi", "app"),
    "chpst": ("chpst -v -u app -e /etc/env gunicorn shop.wsgi", "app"),
    "chroot": ("chroot --userspec=app:web /srv gunicorn shop.wsgi", "app:web"),
    "runuser": ("runuser -u app -- gunicorn shop.wsgi", "app"),
    "runuser in its long spelling": ("runuser --user=app gunicorn shop.wsgi", "app"),
    "runuser, attached": ("runuser -uapp -- gunicorn shop.wsgi", "app"),
    "the innermost of two": ("sudo -u root gosu app gunicorn shop.wsgi", "app"),
    "the outer one where the inner says nothing": ("gosu app nice gunicorn shop.wsgi", "app"),
}


@pytest.mark.parametrize(("text", "user"), [pytest.param(*case, id=name) for name, case in USERS.items()])
def test_user(text, user):
    """The user that a wrapper switches to."""
    found = unwrapped(text)

    assert (found.argv, found.user) == (("gunicorn", "shop.wsgi"), user)


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        pytest.param("gosu A=1 gunicorn shop.wsgi", (), id="a user of a strange name"),
        pytest.param("env A=1 B= gunicorn shop.wsgi", (("A", "1"), ("B", "")), id="env"),
        pytest.param("env -u C -- A=1 gunicorn shop.wsgi", (("A", "1"),), id="env behind dashes"),
        pytest.param("sudo A=1 -u app gunicorn shop.wsgi", (("A", "1"),), id="sudo"),
        pytest.param("A=1 B=x=y gunicorn shop.wsgi", (("A", "1"), ("B", "x=y")), id="in front of the command"),
        pytest.param("A=1 env B=2 gunicorn shop.wsgi", (("A", "1"), ("B", "2")), id="both"),
        pytest.param("env A=1 exec env A=2 gunicorn shop.wsgi", (("A", "1"), ("A", "2")), id="in their order"),
        pytest.param(
            "env " + " ".join(f"A{i}={i}" for i in range(40)) + " gunicorn shop.wsgi",
            tuple((f"A{i}", str(i)) for i in range(40)),
            id="more variables than wrappers are removed",
        ),
        pytest.param(
            " ".join(f"A{i}={i}" for i in range(40)) + " gunicorn shop.wsgi",
            tuple((f"A{i}", str(i)) for i in range(40)),
            id="more assignments than wrappers are removed",
        ),
    ],
)
def test_environment(text, environment):
    """Variables that stand in front of a command, in their order."""
    found = unwrapped(text)

    assert (found.argv, found.environment) == (("gunicorn", "shop.wsgi"), environment)


# id: (command, text for the shell, positional parameters from $0 on, wrappers, user)
SCRIPTS = {
    "sh": ("sh -c 'gunicorn x'", "gunicorn x", (), "sh", None),
    "an empty text": ("sh -c ''", "", (), "sh", None),
    "bash as a login shell": ("/bin/bash -lc 'gunicorn x'", "gunicorn x", (), "sh", None),
    "flags in a row": ("bash -euxc 'gunicorn x'", "gunicorn x", (), "sh", None),
    "pipefail": ("bash -euo pipefail -c 'gunicorn x'", "gunicorn x", (), "sh", None),
    "pipefail alone": ("bash -o pipefail -c 'gunicorn x'", "gunicorn x", (), "sh", None),
    "another option behind it": ("sh -c -e 'gunicorn x'", "gunicorn x", (), "sh", None),
    "a long option": ("bash --norc --rcfile x -c 'gunicorn x'", "gunicorn x", (), "sh", None),
    "an option switched off": ("bash +c -c 'gunicorn x'", "gunicorn x", (), "sh", None),
    "dashes": ("sh -c -- 'gunicorn x'", "gunicorn x", (), "sh", None),
    "parameters": ("sh -c 'exec \"$@\"' sh gunicorn x", 'exec "$@"', ("sh", "gunicorn", "x"), "sh", None),
    "busybox": ("busybox sh -c 'gunicorn x'", "gunicorn x", (), "sh", None),
    "inside wrappers": ("exec gosu app bash -c 'gunicorn x'", "gunicorn x", (), "exec gosu sh", "app"),
    "su": ("su app -c 'gunicorn x'", "gunicorn x", (), "su", "app"),
    "su as a login shell": ("su - app -c 'gunicorn x'", "gunicorn x", (), "su", "app"),
    "su with its options first": ("su -s /bin/sh -c 'gunicorn x' app", "gunicorn x", (), "su", "app"),
    "su with flags in a row": ("su -lc 'gunicorn x' app", "gunicorn x", (), "su", "app"),
    "su in its long spelling": ("su --command='gunicorn x' app", "gunicorn x", (), "su", "app"),
    "su without a user": ("su -c 'gunicorn x'", "gunicorn x", (), "su", "root"),
    "runuser like su": ("runuser -l app -c 'gunicorn x'", "gunicorn x", (), "runuser", "app"),
    "flock": ("flock -n /tmp/lock -c 'gunicorn x'", "gunicorn x", (), "flock", None),
    "elsewhere": ("ssh web gunicorn x", "gunicorn x", (), "ssh", None),
    "doppler": ("doppler run --command='gunicorn x'", "gunicorn x", (), "doppler", None),
}


@pytest.mark.parametrize(
    ("text", "script", "argv", "wrappers", "user"), [pytest.param(*case, id=name) for name, case in SCRIPTS.items()]
)
def test_script(text, script, argv, wrappers, user):
    """A text that a shell is to run, and its positional parameters."""
    assert unwrapped(text) == Unwrapped(argv, tuple(wrappers.split()), user=user, script=script)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("runuser -u app gunicorn -c x.py", id="short"),
        pytest.param("runuser -uapp -- gunicorn -c x.py", id="attached"),
        pytest.param("runuser --user=app gunicorn -c x.py", id="long"),
    ],
)
def test_runuser_with_options_of_the_command(text):
    """A ``-c`` behind ``runuser -u`` belongs to the command."""
    assert unwrapped(text) == Unwrapped(("gunicorn", "-c", "x.py"), ("runuser",), user="app")


def test_too_many_wrappers():
    """A thousand wrappers are not all removed; what is left is still a command."""
    found = unwrap(["env"] * 1000 + ["gunicorn"])

    assert found.argv == ("env",) * (1000 - commands.MAX_WRAPPERS) + ("gunicorn",)
    assert found.wrappers == ("env",) * commands.MAX_WRAPPERS


HOSTILE = {
    "arguments of env": ["env"] + ["A=1"] * 200_000,
    "assignments": ["A=1"] * 200_000,
    "options of a wrapper": ["sudo"] + ["-E"] * 200_000,
    "options with values": ["docker-init"] + ["-e", "1"] * 100_000,
    "options of a shell": ["bash"] + ["-o", "x"] * 100_000,
    "options of su": ["su"] + ["-c", "x"] * 100_000,
    "options of the interpreter": ["python"] + ["-W", "x"] * 100_000,
    "options of manage.py": ["manage.py"] + ["-v", "1"] * 100_000,
    "hosts": ["wait-for"] + ["db:5432"] * 200_000,
    "a long flag": ["sudo", "-" + "E" * 1_000_000, "gunicorn"],
    "a long host": ["wait-for", "db", "$" * 1_000_000, "gunicorn"],
    "a long assignment": ["A" * 1_000_000 + "=1", "gunicorn"],
    "a long name": ["/" * 1_000_000 + "gunicorn"],
    "a long text to split": ["env", "-S", "x" * 2_000_000],
    "a text of quotes": ["env", "-S", "'\"" * 1_000_000],
    "wrappers with many arguments": ["env"] * 100 + ["x"] * 200_000,
}


@pytest.mark.parametrize("argv", [pytest.param(argv, id=name) for name, argv in HOSTILE.items()])
def test_hostile_command_lines(argv):
    """The time it takes grows with the length of the command line, no faster."""
    start = time.process_time()
    unwrap(argv)
    management_command(argv)

    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("--bind 'a b'", ["--bind", "a b"], id="quotes"),
        pytest.param("--bind a\\ b", ["--bind", "a b"], id="a backslash"),
        pytest.param("it's -w 4", ["it's", "-w", "4"], id="quotes that do not match"),
    ],
)
def test_words(text, expected):
    """A text is split as a shell would; without its quotes where they make no sense."""
    assert words(text) == expected


# id: (command, what Python runs, the arguments behind it)
PYTHON_TARGETS = {
    "nothing": ("python", None, ()),
    "options only": ("python -V -u", None, ()),
    "no module": ("python -m", None, ()),
    "no code": ("python -c", ("code", ""), ()),
    "standard input": ("python - x", ("file", "-"), ("x",)),
    "a file": ("python manage.py migrate", ("file", "manage.py"), ("migrate",)),
    "a file behind options": ("python -W x -Xdev -u manage.py -m", ("file", "manage.py"), ("-m",)),
    "a long option with a value": (
        "python --check-hash-based-pycs always manage.py",
        ("file", "manage.py"),
        (),
    ),
    "a module": ("python -m pip install -r x", ("module", "pip"), ("install", "-r", "x")),
    "code": ("python -c 'x = 1' -m", ("code", "x = 1"), ("-m",)),
    "code, attached": ("python '-cx=1'", ("code", "x=1"), ()),
}


@pytest.mark.parametrize(
    ("text", "target", "rest"), [pytest.param(*case, id=name) for name, case in PYTHON_TARGETS.items()]
)
def test_python_target(text, target, rest):
    """What an interpreter is told to run."""
    assert python_target(shlex.split(text)) == (target, rest)


# id: (command, subcommand and its arguments or None)
MANAGEMENT = {
    "a server": ("gunicorn shop.wsgi", None),
    "a file with such an ending": ("./mymanage.py migrate", None),
    "a folder of that name": ("manage.py/start migrate", None),
    "another script": ("python setup.py install", None),
    "another module": ("python -m pip install django", None),
    "code": ("python -c manage.py", None),
    "an interactive interpreter": ("python", None),
    "no subcommand": ("python manage.py", ("", ())),
    "only options": ("./manage.py --settings shop.settings", ("", ())),
    "manage.py": ("./manage.py migrate --noinput", ("migrate", ("--noinput",))),
    "without its ending": ("bin/manage migrate", ("migrate", ())),
    "by an interpreter": ("python3 /app/manage.py migrate", ("migrate", ())),
    "by an interpreter with options": ("python -W ignore manage.py migrate", ("migrate", ())),
    "with a global option": ("./manage.py --settings=shop.settings migrate", ("migrate", ())),
    "with a global option and its value": ("./manage.py --settings shop.settings -v 2 migrate", ("migrate", ())),
    "with a flag": ("./manage.py --traceback migrate", ("migrate", ())),
    "django-admin": ("django-admin migrate shop", ("migrate", ("shop",))),
    "zappa": ("zappa manage production migrate --noinput", ("migrate", ("--noinput",))),
    "zappa with the command in one word": ("zappa manage production 'migrate shop'", ("migrate", ("shop",))),
    "zappa without a command": ("zappa manage production", ("", ())),
    "django-admin in a virtualenv": ("/venv/bin/django-admin migrate", ("migrate", ())),
    "Django's module": ("python -m django migrate", ("migrate", ())),
    "a variable for the file": ("python $MANAGE_PY migrate", ("migrate", ())),
    "a variable for the subcommand": ("python manage.py $COMMAND", ("$COMMAND", ())),
}


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case, id=name) for name, case in MANAGEMENT.items()])
def test_management_command(text, expected):
    """Every spelling of Django's own command line."""
    assert management_command(shlex.split(text)) == expected


def test_no_management_command():
    """Nothing is no management command."""
    assert management_command(()) is None


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        pytest.param("supervisord", ("-c",), None, id="not given"),
        pytest.param("supervisord -c", ("-c",), None, id="without a value"),
        pytest.param("x --settings-module a", ("--settings",), None, id="a longer name"),
        pytest.param("x -cx", ("--c",), None, id="a long name is not attached"),
        pytest.param("x --settings a", ("--settings",), "a", id="next argument"),
        pytest.param("x --settings=a=b", ("--settings",), "a=b", id="with an equals sign"),
        pytest.param("x -ca", ("-c", "--config"), "a", id="attached"),
        pytest.param("x -c a --config b", ("-c", "--config"), "b", id="the last one"),
    ],
)
def test_option_value(text, names, expected):
    """The value of an option in all of its spellings."""
    assert option_value(text.split(), *names) == expected


@pytest.mark.parametrize(
    ("program", "is_python", "is_shell"),
    [
        pytest.param("ipython", False, False, id="another interpreter"),
        pytest.param("python-config", False, False, id="another program"),
        pytest.param("fish", False, False, id="another shell"),
        pytest.param("", False, False, id="nothing"),
        pytest.param("python", True, False, id="python"),
        pytest.param("python3.14t", True, False, id="a version without the lock"),
        pytest.param("pypy3", True, False, id="pypy"),
        pytest.param("bash", False, True, id="bash"),
    ],
)
def test_interpreters(program, is_python, is_shell):
    """Which names are interpreters."""
    assert (commands.is_python(program), commands.is_shell(program)) == (is_python, is_shell)


def test_names_of_programs():
    """No name is a wrapper and a server or a worker at once, and all of them can stand in a command."""
    programs = {*commands.SERVERS, *commands.WORKER_PROGRAMS}

    assert programs.isdisjoint(commands._WRAPPERS)
    assert all(name == commands.program_name(f"/usr/bin/{name}") for name in (*programs, *commands._WRAPPERS))


def test_options_of_wrappers():
    """Every option in the table starts with a dash, no flag that asks takes a value, and no subcommand is an option."""
    for name, wrapper in commands._WRAPPERS.items():
        assert all(option.startswith("-") or option == "*" for option in wrapper.valued), name
        assert wrapper.valued.isdisjoint(wrapper.looks.split()), name
        assert not any(word.startswith("-") for word in wrapper.subcommands.split()), name
