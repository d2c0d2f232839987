"""
What a command line really starts: wrappers removed, Django's own command line recognised, a server's options read.

Works on one simple command (``argv``); scripts, ``&&`` and conditions are followed in ``interpretation``. An argument that
still holds a ``$`` could not be resolved.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django_deploycheck.model import ConfigValue, Location, Server, ServerConfig

# --- wrappers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unwrapped:
    """
    A command without its wrappers. ``environment`` holds what ``env A=1`` and the like set, ``script`` the text given to
    ``sh -c`` with ``argv`` its positional parameters from ``$0`` on; ``procfile`` names the entries that honcho starts.
    """

    argv: tuple[str, ...]
    wrappers: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    user: str | None = None
    script: str | None = None


@dataclass(frozen=True)
class _Wrapper:
    """``valued``: options that take the next argument; ``positional``: how many arguments stand before the command."""

    valued: frozenset[str] = frozenset()
    positional: int = 0
    subcommands: frozenset[str] = frozenset()
    """Where given, it wraps only behind one of these words (``poetry run``)."""
    user_option: frozenset[str] = frozenset()
    user_positional: bool = False
    assigns: bool = False
    needs_dashes: bool = False
    """The command follows ``--``; without it nothing is wrapped."""


def _wrapper(
    valued: str = "", positional: int = 0, subcommands: str = "", user_option: str = "", *, user: bool = False, assigns: bool = False, dashes: bool = False
) -> _Wrapper:
    return _Wrapper(
        frozenset(f"{valued} {user_option}".split()), positional, frozenset(subcommands.split()), frozenset(user_option.split()), user, assigns, dashes
    )


_WAIT = _wrapper("-t --timeout -w -i --interval -m --message", 1, dashes=True)
_PACKAGE_RUNNER = "-p --python -C --directory --project --with --extra --group --env-file --package --no-group --index-url -n --name -e --env --venv -m"
_WRAPPERS: dict[str, _Wrapper] = {
    "exec": _wrapper("-a"),
    "command": _wrapper(),
    "builtin": _wrapper(),
    "nohup": _wrapper(),
    "time": _wrapper("-f -o"),
    "nice": _wrapper("-n --adjustment"),
    "ionice": _wrapper("-c -n -p --class --classdata"),
    "setsid": _wrapper(),
    "stdbuf": _wrapper("-i -o -e"),
    "unbuffer": _wrapper(),
    "timeout": _wrapper("-s -k --signal --kill-after", 1),
    "chrt": _wrapper("-T -P -D", 1),
    "taskset": _wrapper("", 1),
    "flock": _wrapper("-w --timeout -E", 1),
    "env": _wrapper("-u --unset -C --chdir -S", assigns=True),
    "sudo": _wrapper("-g --group -h --host -p --prompt -C -r -t -T", user_option="-u --user", assigns=True),
    "doas": _wrapper("-C", user_option="-u"),
    "gosu": _wrapper("", 1, user=True),
    "su-exec": _wrapper("", 1, user=True),
    "setuser": _wrapper("", 1, user=True),
    "s6-setuidgid": _wrapper("", 1, user=True),
    "setuidgid": _wrapper("", 1, user=True),
    "runuser": _wrapper("-g --group -G -s --shell", user_option="-u --user"),
    "setpriv": _wrapper("--regid --groups --inh-caps --bounding-set --ambient-caps --securebits", user_option="--reuid --ruid --euid"),
    "chpst": _wrapper("-U -e -/ -n -l -L -m -d -o -p -f -c", user_option="-u"),
    "chroot": _wrapper("--groups", 1),
    "tini": _wrapper("-e -p"),
    "dumb-init": _wrapper("-r --rewrite"),
    "catatonit": _wrapper(),
    "docker-init": _wrapper(),
    "launcher": _wrapper(),
    "with-contenv": _wrapper(),
    "wait-for-it": _WAIT,
    "wait-for": _WAIT,
    "wait_for_it": _WAIT,
    "wait_for": _WAIT,
    "waitforit": _WAIT,
    "wait-for-postgres": _WAIT,
    "wait-for-db": _WAIT,
    "wait": _WAIT,
    "dockerize": _wrapper("-wait -timeout -template -stdout -stderr -delims -wait-retry-interval -wait-http-header -poll -env -env-section"),
    "poetry": _wrapper(_PACKAGE_RUNNER, subcommands="run"),
    "uv": _wrapper(_PACKAGE_RUNNER, subcommands="run"),
    "pipenv": _wrapper(_PACKAGE_RUNNER, subcommands="run"),
    "pdm": _wrapper(_PACKAGE_RUNNER, subcommands="run"),
    "rye": _wrapper(_PACKAGE_RUNNER, subcommands="run"),
    "hatch": _wrapper(_PACKAGE_RUNNER, subcommands="run"),
    "pixi": _wrapper(_PACKAGE_RUNNER, subcommands="run"),
    "conda": _wrapper("-n --name -p --prefix --cwd", subcommands="run"),
    "mamba": _wrapper("-n --name -p --prefix --cwd", subcommands="run"),
    "micromamba": _wrapper("-n --name -p --prefix --cwd -r", subcommands="run"),
    "uvx": _wrapper("--from --with -p --python"),
    "newrelic-admin": _wrapper(subcommands="run-program run-python"),
    "ddtrace-run": _wrapper(),
    "opentelemetry-instrument": _wrapper(
        "--traces_exporter --metrics_exporter --logs_exporter --service_name --exporter_otlp_endpoint --exporter_otlp_protocol"
    ),
    "elasticapm-run": _wrapper("--config"),
    "scout-apm-run": _wrapper(),
    "logfire": _wrapper(subcommands="run"),
    "honcho": _wrapper("-e --env -d --app-root -f --procfile", subcommands="run"),
    "doppler": _wrapper("-p --project -c --config -t --token --scope", subcommands="run"),
    "infisical": _wrapper("--env --path --token --projectId", subcommands="run"),
    "op": _wrapper("--env-file --account", subcommands="run"),
    "chamber": _wrapper("", 1, subcommands="exec", dashes=True),
    "aws-vault": _wrapper("", 1, subcommands="exec", dashes=True),
    "dotenv": _wrapper("-f --file -e", subcommands="run"),
    "envdir": _wrapper("", 1),
    "envconsul": _wrapper("-config -prefix -secret -consul-addr"),
    "berglas": _wrapper(subcommands="exec", dashes=True),
    "sops": _wrapper("", 1, subcommands="exec-env"),
    "start-nginx": _wrapper(),
    "start-nginx-debug": _wrapper(),
    "start-pgbouncer": _wrapper(),
    "start-pgbouncer-stunnel": _wrapper(),
    "start-stunnel": _wrapper(),
    "watchmedo": _wrapper("-d --directory -p --pattern --patterns -i --ignore-patterns --signal --kill-after --debounce-interval", subcommands="auto-restart"),
    "coverage": _wrapper("--rcfile --source --omit --include --data-file", subcommands="run"),
}
# conda's buildpack for pgbouncer and friends are called by path: bin/start-pgbouncer.

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"})
_PYTHON = re.compile(r"^(?:python|pypy)(?:\d(?:\.\d+)?)?t?$")
_ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*=")
_PYTHON_VALUED = frozenset({"-W", "-X", "--check-hash-based-pycs"})


def program_name(argument: str) -> str:
    """The base name of a program as typed: ``/venv/bin/gunicorn`` is ``gunicorn``, ``wait-for-it.sh`` keeps its ending."""
    return posixpath.basename(argument.rstrip("/"))


def is_python(program: str) -> bool:
    return bool(_PYTHON.match(program))


def is_shell(program: str) -> bool:
    return program in _SHELLS


def unwrap(argv: Sequence[str], limit: int = 24) -> Unwrapped:
    """Remove every wrapper in front of what really runs; at most ``limit`` of them."""
    result = Unwrapped(tuple(argv))
    for _ in range(limit):
        step = _unwrap_once(result)
        if step is None:
            return result
        result = step
        if result.script is not None:
            return result
    return result


def _unwrap_once(before: Unwrapped) -> Unwrapped | None:
    argv = before.argv
    if not argv:
        return None
    if _ASSIGNMENT.match(argv[0]) and len(argv) > 1:
        name, _, value = argv[0].partition("=")
        return replace(before, argv=argv[1:], environment=(*before.environment, (name, value)))
    program = program_name(argv[0])
    stem = program.removesuffix(".sh").removesuffix(".py")
    if program in _SHELLS:
        return _unwrap_shell(before)
    if program == "su" or (program == "runuser" and not any(re.match(r"-u|--user", argument) for argument in argv)):
        return _unwrap_su(before)
    if is_python(program) and len(argv) > 2:
        return _unwrap_python(before)
    wrapper = _WRAPPERS.get(stem)
    if wrapper is None:
        # A script of the repository that waits for something and then runs what follows "--".
        if "--" in argv[1:] and re.search(r"wait", stem):
            return replace(before, argv=argv[argv.index("--") + 1 :], wrappers=(*before.wrappers, stem))
        return None
    return _apply(wrapper, stem, before)


def _apply(wrapper: _Wrapper, name: str, before: Unwrapped) -> Unwrapped | None:
    arguments = list(before.argv[1:])
    environment = list(before.environment)
    user = before.user
    positional = wrapper.positional
    waits_for_subcommand = bool(wrapper.subcommands)
    if wrapper.needs_dashes:
        if "--" in arguments:
            return replace(before, argv=tuple(arguments[arguments.index("--") + 1 :]), wrappers=(*before.wrappers, name))
        if not name.startswith("wait") or len(arguments) < 2:
            return None
    while arguments:
        argument = arguments[0]
        if argument == "--":
            arguments.pop(0)
            break
        if argument.startswith("-") and argument != "-":
            arguments.pop(0)
            option, equals, value = argument.partition("=")
            if option in wrapper.valued and not equals and arguments:
                value = arguments.pop(0)
            if option in wrapper.user_option:
                user = value
            elif not equals and len(option) > 2 and option[:2] in wrapper.user_option:  # chpst -uapp
                user = option[2:]
            if option == "-m" and name in ("poetry", "uv", "pipenv", "pdm"):  # uv run -m gunicorn
                arguments = ["python", "-m", value, *arguments]
                break
            continue
        if wrapper.assigns and _ASSIGNMENT.match(argument):
            key, _, value = arguments.pop(0).partition("=")
            environment.append((key, value))
            continue
        if waits_for_subcommand:
            if argument not in wrapper.subcommands:
                return None
            arguments.pop(0)
            waits_for_subcommand = False
            continue
        if positional:
            positional -= 1
            arguments.pop(0)
            if wrapper.user_positional:
                user = argument
            continue
        if name.startswith("wait") and re.match(r"^[\w.\-${}]*:\d*", argument):  # several host:port
            arguments.pop(0)
            continue
        break
    if not arguments or waits_for_subcommand:
        return None
    return Unwrapped(tuple(arguments), (*before.wrappers, name), tuple(environment), user)


def _unwrap_shell(before: Unwrapped) -> Unwrapped | None:
    """``sh -c TEXT NAME ARGUMENTS``; a shell that runs a file is no wrapper."""
    arguments = list(before.argv[1:])
    if program_name(before.argv[0]) == "busybox":
        return replace(before, argv=tuple(arguments)) if arguments else None
    while arguments and arguments[0].startswith(("-", "+")):
        option = arguments.pop(0)
        if option in ("-o", "+o", "-O", "--rcfile", "--init-file") and arguments:
            arguments.pop(0)
        elif not option.startswith("--") and "c" in option[1:] and arguments:
            return replace(before, argv=tuple(arguments[1:]), script=arguments[0], wrappers=(*before.wrappers, "sh"))
    return None


def _unwrap_su(before: Unwrapped) -> Unwrapped | None:
    arguments = list(before.argv[1:])
    user, script = "root", None
    words = []
    while arguments:
        argument = arguments.pop(0)
        if argument in ("-c", "--command") and arguments:
            script = arguments.pop(0)
        elif argument in ("-s", "--shell", "-g", "--group") and arguments:
            arguments.pop(0)
        elif not argument.startswith("-"):
            words.append(argument)
    if words:
        user = words[0]
    if script is None:
        return None
    return Unwrapped((), (*before.wrappers, "su"), before.environment, user, script)


def _unwrap_python(before: Unwrapped) -> Unwrapped | None:
    """``python -m gunicorn``; also a server's own program run by path: ``python /venv/bin/gunicorn``."""
    module, rest = python_target(before.argv)
    if module is None:
        return None
    kind, name = module
    if kind == "module":
        target = _PYTHON_MODULES.get(name)
        return replace(before, argv=(target, *rest)) if target else None
    program = program_name(name)
    if (program in SERVERS or program in _WRAPPERS or program == "django-admin") and "/" in name:
        return replace(before, argv=(program, *rest))
    return None


_PYTHON_MODULES = {
    "gunicorn": "gunicorn",
    "gunicorn.app.wsgiapp": "gunicorn",
    "uvicorn": "uvicorn",
    "daphne": "daphne",
    "hypercorn": "hypercorn",
    "granian": "granian",
    "waitress": "waitress-serve",
    "uwsgi": "uwsgi",
    "celery": "celery",
    "django": "django-admin",
    "django.core.management": "django-admin",
    "manage": "manage.py",
    "pip": "pip",
    "poetry": "poetry",
    "pipenv": "pipenv",
    "ddtrace.commands.ddtrace_run": "ddtrace-run",
    "supervisor": "supervisord",
    "honcho": "honcho",
    "rq": "rq",
    "mod_wsgi.express": "mod_wsgi-express",
}


def python_target(argv: Sequence[str]) -> tuple[tuple[Literal["module", "file", "code"], str] | None, tuple[str, ...]]:
    """What a Python interpreter is told to run, and the arguments behind it; None for an interactive one."""
    arguments = list(argv[1:])
    while arguments:
        argument = arguments.pop(0)
        if argument == "-m":
            return (("module", arguments[0]), tuple(arguments[1:])) if arguments else (None, ())
        if argument == "-c":
            return (("code", arguments[0] if arguments else ""), tuple(arguments[1:]))
        if argument in _PYTHON_VALUED and arguments:
            arguments.pop(0)
        elif argument.startswith("-m") and len(argument) > 2:
            return ("module", argument[2:]), tuple(arguments)
        elif argument == "-" or not argument.startswith("-"):
            return ("file", argument), tuple(arguments)
    return None, ()


# --- Django's command line ----------------------------------------------------------------------------------------------

_MANAGE_FILES = re.compile(r"(?:^|/)(?:manage|django-admin)(?:\.py)?$")
_GLOBAL_VALUED = frozenset({"--settings", "--pythonpath", "-v", "--verbosity", "--configuration"})


def management_command(argv: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """
    The subcommand of manage.py, django-admin or ``python -m django`` and its arguments; None for anything else.

    The subcommand is ``""`` where none is given.
    """
    if not argv:
        return None
    rest: tuple[str, ...]
    program = program_name(argv[0])
    if is_python(program):
        target, rest = python_target(argv)
        if target is None or not (target[0] == "file" and (_MANAGE_FILES.search(target[1]) or target[1].endswith("$MANAGE_PY"))):
            return None
    elif _MANAGE_FILES.search(argv[0]) or program in ("django-admin", "django-admin.py"):
        rest = tuple(argv[1:])
    else:
        return None
    arguments = list(rest)
    while arguments:
        argument = arguments[0]
        if not argument.startswith("-"):
            return argument, tuple(arguments[1:])
        arguments.pop(0)
        if argument in _GLOBAL_VALUED and arguments:
            arguments.pop(0)
    return "", ()


def option_value(argv: Sequence[str], *names: str) -> str | None:
    """The last value given to an option, as ``--name value``, ``--name=value`` or ``-nVALUE``; None where it is not given."""
    value = None
    for index, argument in enumerate(argv):
        for name in names:
            if argument == name and index + 1 < len(argv):
                value = argv[index + 1]
            elif argument.startswith(name + "="):
                value = argument[len(name) + 1 :]
            elif len(name) == 2 and name[0] == "-" and name[1] != "-" and argument.startswith(name) and len(argument) > 2:
                value = argument[2:]
    return value


DEVELOPMENT_SERVERS = frozenset({"runserver", "runserver_plus", "runsslserver", "runserver_plus_ssl", "testserver", "livereload_runserver"})
"""Subcommands of manage.py that start a development server: Django's own and those of django-extensions and friends."""

# Management commands that start a production server: the package that provides it and the server behind it.
_SERVER_SUBCOMMANDS = {
    "prodserver": "other",  # django-prodserver: the server stands in the settings
    "runmodwsgi": "mod_wsgi",  # mod_wsgi.server
    "run_gunicorn": "gunicorn",
    "rungunicorn": "gunicorn",
    "run_waitress": "waitress",
    "runuwsgi": "uwsgi",  # django-uwsgi
    "rungranian": "granian",
    "serve": "other",
    "pserve": "other",
}

WORKER_PROGRAMS = frozenset({"celery", "rq", "rqworker", "huey_consumer", "huey_consumer.py", "dramatiq", "dramatiq-gevent", "arq", "procrastinate", "taskiq", "hatchet"})
WORKER_SUBCOMMANDS = frozenset(
    {
        "rqworker",
        "rqworker-pool",
        "qcluster",
        "run_huey",
        "rundramatiq",
        "process_tasks",
        "runworker",
        "db_worker",
        "rqenqueue",
        "procrastinate",
        "celery",
        "celeryd",
        "runworkers",
        "run_worker",
        "scheduler_worker",
        "process_outbox",
        "runtasks",
        "start_worker",
        "worker",
        "pgq_worker",
        "django_q",
        "runstator",
    }
)
SCHEDULER_SUBCOMMANDS = frozenset({"rqscheduler", "celerybeat", "runapscheduler", "runcrons", "crontab", "run_scheduler", "scheduler", "start_scheduler"})


# --- servers ------------------------------------------------------------------------------------------------------------

SERVERS = {
    "gunicorn": "gunicorn",
    "gunicorn_django": "gunicorn",
    "gunicorn3": "gunicorn",
    "green_unicorn": "gunicorn",
    "uvicorn": "uvicorn",
    "daphne": "daphne",
    "hypercorn": "hypercorn",
    "granian": "granian",
    "uwsgi": "uwsgi",
    "uwsgi_python3": "uwsgi",
    "uwsgi_python": "uwsgi",
    "waitress-serve": "waitress",
    "mod_wsgi-express": "mod_wsgi",
    "pyuwsgi": "uwsgi",
    "chaussette": "other",
    "bjoern": "other",
    "gevent-wsgi": "other",
    "cherryd": "other",
    "unitd": "other",
    "twistd": "other",
    "fastwsgi": "other",
    "robyn": "other",
    "nginx-unit": "other",
    "fcgi": "other",
    "meinheld": "other",
    "paster": "other",
    "pserve": "other",
    "passenger": "other",
}

DISTRIBUTIONS = {
    "gunicorn": ("gunicorn",),
    "uvicorn": ("uvicorn",),
    "daphne": ("daphne",),
    "hypercorn": ("hypercorn",),
    "granian": ("granian",),
    "uwsgi": ("uwsgi", "pyuwsgi", "uwsgi-tools"),
    "waitress": ("waitress",),
    "mod_wsgi": ("mod-wsgi", "mod-wsgi-standalone", "mod-wsgi-httpd"),
}
"""The distributions (normalised names) that bring each server."""

# Options without a value, from each server's own --help (gunicorn 23 to 27, uvicorn 0.30 to 0.40, daphne 4, hypercorn 0.17, granian 2).
_FLAGS: dict[str, frozenset[str]] = {
    "gunicorn": frozenset(
        "--reload --preload --daemon -D --check-config --print-config --spew --capture-output --no-sendfile --reuse-port --proxy-protocol -R "
        "--suppress-ragged-eofs --no-suppress-ragged-eofs --initgroups --log-syslog --disable-redirect-access-to-syslog --enable-stdio-inheritance "
        "--do-handshake-on-connect --permit-unconventional-http-method --permit-unconventional-http-version --permit-obsolete-folding "
        "--strip-header-spaces --casefold-http-method --tolerate-dangerous-framing --django-auto-settings --version -v --help -h "
        "--no-control-socket --dirty-long-keepalive".split()
    ),
    "uvicorn": frozenset(
        "--reload --access-log --no-access-log --use-colors --no-use-colors --proxy-headers --no-proxy-headers --server-header --no-server-header "
        "--date-header --no-date-header --factory --version --help --reset-contextvars".split()
    ),
    "daphne": frozenset("--proxy-headers --no-server-name -h --help --log-null".split()),
    "hypercorn": frozenset("--reload --debug --daemon -D --insecure --version -h --help --log-no-access".split()),
    "granian": frozenset(
        "--reload --no-reload --ws --no-ws --factory --no-factory --access-log --no-access-log --log --no-log --respawn-failed-workers "
        "--no-respawn-failed-workers --uds-permissions --opt --no-opt --process-name-disabled --version --help --http1-keep-alive --no-http1-keep-alive "
        "--http1-pipeline-flush --no-http1-pipeline-flush --reload-ignore-worker-failure --static-path-precompressed".split()
    ),
    "waitress": frozenset("--call --expose-tracebacks --no-expose-tracebacks --help --asyncore-use-poll --no-asyncore-use-poll --clear-untrusted-proxy-headers --no-clear-untrusted-proxy-headers --log-socket-errors --no-log-socket-errors --log-untrusted-proxy-headers --no-log-untrusted-proxy-headers --ipv4 --no-ipv4 --ipv6 --no-ipv6 --ident-disabled".split()),
    "mod_wsgi": frozenset(
        "--reload-on-changes --log-to-terminal --access-log --startup-log --debug-mode --enable-debugger --setup-only --isatty --https-only "
        "--include-file-disabled --disable-reloading --ignore-activity --compress-responses --server-status --allow-localhost --ssl-environment "
        "--trust-proxy-all --embedded-mode --verbose-debugging".split()
    ),
}
_GUNICORN_SHORT_FLAGS = "DRvh"
_APPLICATION = re.compile(r"^[A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*(?:\(.*\))?)?$")


@dataclass(frozen=True)
class _Parsed:
    options: tuple[tuple[str, str | None], ...]
    positional: tuple[str, ...]

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self.options if name in names and value is not None]

    def last(self, *names: str) -> str | None:
        values = self.values(*names)
        return values[-1] if values else None

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.options)


def _parse(argv: Sequence[str], flags: frozenset[str], short_flags: str = "") -> _Parsed:
    options: list[tuple[str, str | None]] = []
    positional: list[str] = []
    arguments = list(argv)
    while arguments:
        argument = arguments.pop(0)
        if argument == "--":
            positional.extend(arguments)
            break
        if not argument.startswith("-") or argument == "-":
            positional.append(argument)
            continue
        name, equals, value = argument.partition("=")
        if equals:
            options.append((name, value))
        elif argument in flags:
            options.append((argument, None))
        elif not argument.startswith("--") and len(argument) > 2:
            # -w4, -b0.0.0.0:80, or flags in a row
            if argument[1] in short_flags:
                options.append((argument[:2], None))
                arguments.insert(0, "-" + argument[2:])
            else:
                options.append((argument[:2], argument[2:]))
        elif arguments and not (arguments[0].startswith("-") and argument.startswith("--") and not re.match(r"^-\d", arguments[0])):
            options.append((argument, arguments.pop(0)))
        else:
            options.append((argument, None))
    return _Parsed(tuple(options), tuple(positional))


def _is_open(value: str | None) -> bool:
    """Whether the value still holds something unresolved: a variable, a template's braces."""
    return value is not None and any(mark in value for mark in ("$", "{{", "`", "%(", "<%"))


def _integer(value: str | None) -> int | None:
    try:
        return int(value) if value is not None else None
    except ValueError:
        return None


def _application(parsed: _Parsed) -> tuple[str | None, frozenset[str]]:
    for candidate in parsed.positional:
        if _is_open(candidate):
            return None, frozenset({"application"})
        if _APPLICATION.match(candidate):
            return candidate, frozenset()
    # An argument list that is not known in full can hold the target too.
    return None, frozenset()


def server(argv: Sequence[str], environment: Mapping[str, str], location: Location) -> Server | None:
    """
    The server that this command (without wrappers) starts, with the options on its command line and in ``environment``.

    Options in a configuration file are added by ``with_config``. None when it starts no server.
    """
    if not argv:
        return None
    management = management_command(argv)
    if management is not None:
        subcommand, arguments = management
        if subcommand in DEVELOPMENT_SERVERS:
            return _runserver(arguments, location)
        if subcommand in _SERVER_SUBCOMMANDS:
            return Server(_SERVER_SUBCOMMANDS[subcommand], workers_stated=True, bind_stated=True, settings_module=option_value(arguments, "--settings"))
        return None
    name = SERVERS.get(program_name(argv[0]))
    if name is None:
        return None
    readers: dict[str, Callable[[tuple[str, ...], Mapping[str, str], Location], Server]] = {
        "gunicorn": _gunicorn,
        "uvicorn": _uvicorn,
        "daphne": _daphne,
        "hypercorn": _hypercorn,
        "granian": _granian,
        "uwsgi": _uwsgi,
        "waitress": _waitress,
        "mod_wsgi": _mod_wsgi,
    }
    arguments = tuple(argv[1:])
    if any(argument in ("--version", "--help", "--check-config", "--print-config") for argument in arguments):
        return None
    reader = readers.get(name)
    if reader is None:
        return Server(name, workers_stated=True, bind_stated=True)
    found = reader(arguments, environment, location)
    # "$OPTIONS" alone can hold any option.
    if any(re.fullmatch(r"\$\{?[\w@*]+\}?|\$\(.*\)|`.*`", argument) for argument in arguments if argument.startswith(("$", "`"))):
        opaque = {"workers", "bind", "reload", "config", "log_level", "chdir"} if any(_opaque(arguments, i) for i in range(len(arguments))) else set()
        found = replace(found, unresolved=found.unresolved | opaque)
    return found


def _opaque(arguments: Sequence[str], index: int) -> bool:
    """Whether the argument is a variable that stands where an option could."""
    argument = arguments[index]
    if not re.fullmatch(r"\$\{?[\w@*]+\}?|\$\(.*\)|`.*`", argument):
        return False
    previous = arguments[index - 1] if index else ""
    return not previous.startswith("-") or "=" in previous


def _runserver(arguments: Sequence[str], location: Location) -> Server:
    parsed = _parse(arguments, frozenset({"--noreload", "--nothreading", "--insecure", "--nostatic", "-6", "--ipv6", "--force-color", "--no-color", "--traceback", "--skip-checks", "--noasgi"}))
    address = parsed.positional[0] if parsed.positional else None
    unresolved = frozenset({"bind"}) if _is_open(address) else frozenset()
    return Server(
        "runserver",
        workers=1,
        bind=(address,) if address else (),
        bind_stated=address is not None,
        unresolved=unresolved,
        settings_module=parsed.last("--settings"),
    )


_WSGI_WORKERS = re.compile(r"(?:sync|gthread|eventlet|gevent(?:_\w+)?|tornado|gunicorn\.workers\..*|egg:.*|meinheld\..*)?")


def _worker_interface(worker_class: str) -> Literal["wsgi", "asgi"] | None:
    """What gunicorn's worker of this class speaks; None for a class of the project's own."""
    if re.search(r"uvicorn|asgi|hypercorn", worker_class, re.IGNORECASE):
        return "asgi"
    return "wsgi" if _WSGI_WORKERS.fullmatch(worker_class) else None


def _gunicorn(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    # Precedence: file < GUNICORN_CMD_ARGS < command line (gunicorn/app/base.py, load_config).
    extra = environment.get("GUNICORN_CMD_ARGS", "")
    parsed = _parse((*extra.split(), *arguments), _FLAGS["gunicorn"], _GUNICORN_SHORT_FLAGS)
    application, unresolved = _application(_parse(arguments, _FLAGS["gunicorn"], _GUNICORN_SHORT_FLAGS))
    workers = parsed.last("-w", "--workers")
    binds = parsed.values("-b", "--bind")
    open_names = set(unresolved)
    if workers is not None and _integer(workers) is None:
        open_names.add("workers")
    if any(_is_open(bind) for bind in binds):
        open_names.add("bind")
    config = parsed.last("-c", "--config")
    if _is_open(config):
        open_names.add("config")
    worker_class = parsed.last("-k", "--worker-class") or ""
    concurrency = environment.get("WEB_CONCURRENCY")
    chdir = parsed.last("--chdir")
    if _is_open(chdir):
        open_names.add("chdir")
    return Server(
        "gunicorn",
        application=application,
        interface=_worker_interface(worker_class),
        workers=_integer(workers) if workers is not None else _integer(concurrency),
        workers_stated=workers is not None or concurrency is not None,
        bind=tuple(binds),
        bind_stated=bool(binds),
        reload=location if parsed.has("--reload") else None,
        log_level=parsed.last("--log-level"),
        chdir=chdir,
        pythonpath=tuple(path for value in parsed.values("--pythonpath") for path in value.split(",")),
        config=config.removeprefix("file:") if config else None,
        unresolved=frozenset(open_names),
        settings_module=next((value.partition("=")[2] for value in parsed.values("-e", "--env") if value.startswith("DJANGO_SETTINGS_MODULE=")), None),
        user=parsed.last("-u", "--user"),
    )


def _host_port(parsed: _Parsed, host_names: Sequence[str], port_names: Sequence[str], default_host: str, default_port: str) -> tuple[tuple[str, ...], bool]:
    host, port = parsed.last(*host_names), parsed.last(*port_names)
    if host is None and port is None:
        return (), False
    return (f"{host if host is not None else default_host}:{port if port is not None else default_port}",), True


def _simple(name: str, parsed: _Parsed, *, interface: Literal["wsgi", "asgi"], bind: tuple[tuple[str, ...], bool], environment: Mapping[str, str], location: Location) -> Server:
    application, unresolved = _application(parsed)
    workers = parsed.last("-w", "--workers", "--processes")
    concurrency = environment.get("WEB_CONCURRENCY") if name in ("uvicorn",) else environment.get("GRANIAN_WORKERS") if name == "granian" else None
    open_names = set(unresolved)
    if workers is not None and _integer(workers) is None:
        open_names.add("workers")
    if any(_is_open(address) for address in bind[0]):
        open_names.add("bind")
    chdir = parsed.last("--app-dir", "--working-dir")
    if _is_open(chdir):
        open_names.add("chdir")
    return Server(
        name,
        application=application,
        interface=interface,
        workers=_integer(workers) if workers is not None else _integer(concurrency),
        workers_stated=workers is not None or concurrency is not None,
        bind=bind[0],
        bind_stated=bind[1],
        reload=location if parsed.has("--reload", "--reload-on-changes") else None,
        log_level=parsed.last("--log-level"),
        chdir=chdir,
        config=parsed.last("-c", "--config"),
        unresolved=frozenset(open_names),
    )


def _uvicorn(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, _FLAGS["uvicorn"])
    if parsed.has("--uds", "--fd"):
        bind: tuple[tuple[str, ...], bool] = (("unix:" + (parsed.last("--uds") or "fd"),), True)
    else:
        bind = _host_port(parsed, ("--host",), ("--port",), environment.get("UVICORN_HOST", "127.0.0.1"), environment.get("UVICORN_PORT", "8000"))
    found = _simple("uvicorn", parsed, interface="asgi", bind=bind, environment=environment, location=location)
    return replace(found, interface="wsgi") if parsed.last("--interface") == "wsgi" else found


def _daphne(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, _FLAGS["daphne"])
    if parsed.has("-u", "--unix-socket", "--fd"):
        bind: tuple[tuple[str, ...], bool] = (("unix:" + (parsed.last("-u", "--unix-socket") or "fd"),), True)
    elif parsed.has("-e", "--endpoint"):
        bind = ((parsed.last("-e", "--endpoint") or "",), True)
    else:
        bind = _host_port(parsed, ("-b", "--bind"), ("-p", "--port"), "127.0.0.1", "8000")
    # daphne is one process by design: https://github.com/django/daphne#readme
    return replace(_simple("daphne", parsed, interface="asgi", bind=bind, environment={}, location=location), workers_stated=True)


def _hypercorn(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, _FLAGS["hypercorn"])
    binds = tuple(parsed.values("-b", "--bind", "--insecure-bind"))
    found = _simple("hypercorn", parsed, interface="asgi", bind=(binds, bool(binds)), environment={}, location=location)
    found = replace(found, user=parsed.last("-u", "--user"))
    if found.application and ":" in found.application and found.application.startswith(("wsgi:", "asgi:")):
        found = replace(found, application=found.application[5:])
    return found


def _granian(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, _FLAGS["granian"])
    interface = parsed.last("--interface") or environment.get("GRANIAN_INTERFACE", "rsgi")
    if parsed.has("--uds"):
        bind: tuple[tuple[str, ...], bool] = (("unix:" + (parsed.last("--uds") or ""),), True)
    else:
        bind = _host_port(parsed, ("--host",), ("--port",), environment.get("GRANIAN_HOST", "127.0.0.1"), environment.get("GRANIAN_PORT", "8000"))
        if not bind[1] and "GRANIAN_HOST" in environment:
            bind = ((f"{environment['GRANIAN_HOST']}:{environment.get('GRANIAN_PORT', '8000')}",), True)
    return _simple("granian", parsed, interface="wsgi" if interface == "wsgi" else "asgi", bind=bind, environment=environment, location=location)


def _waitress(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, _FLAGS["waitress"])
    listens = tuple(address for value in parsed.values("--listen") for address in value.split())
    if listens:
        bind: tuple[tuple[str, ...], bool] = (listens, True)
    elif parsed.has("--unix-socket"):
        bind = (("unix:" + (parsed.last("--unix-socket") or ""),), True)
    else:
        bind = _host_port(parsed, ("--host",), ("--port",), "0.0.0.0", "8080")
    # One process with threads, by design: https://docs.pylonsproject.org/projects/waitress/
    return replace(_simple("waitress", parsed, interface="wsgi", bind=bind, environment={}, location=location), workers=None, workers_stated=True)


def _mod_wsgi(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, _FLAGS["mod_wsgi"])
    bind = _host_port(parsed, ("--host",), ("--port",), "0.0.0.0", "8000")
    positional = [argument for argument in parsed.positional if argument not in ("start-server", "setup-server")]
    found = _simple("mod_wsgi", replace(parsed, positional=()), interface="wsgi", bind=bind, environment={}, location=location)
    application = positional[0] if positional and not _is_open(positional[0]) else None
    return replace(found, application=application, workers_stated=True, user=parsed.last("--user"))


_UWSGI_SHORT = {"-w": "module", "-p": "processes", "-s": "socket", "-H": "virtualenv", "-b": "buffer-size", "-T": None, "-M": None, "-d": "daemonize", "-y": "yaml", "-x": "xml", "-i": None, "-L": None}


def _uwsgi(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    values: list[ConfigValue] = []
    config = None
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if not argument.startswith("-"):
            if argument.endswith((".ini", ".yaml", ".yml", ".xml", ".json")):
                config = argument
            continue
        name, equals, value = argument.lstrip("-").partition("=")
        if not argument.startswith("--"):
            short = _UWSGI_SHORT.get(argument[:2], "")
            if short is None:
                continue
            name, value, equals = short or argument[1:2], argument[2:], "=" if len(argument) > 2 else ""
        if not equals and rest and not rest[0].startswith("-"):
            value, equals = rest.pop(0), "="
        if name in ("ini", "yaml", "yml", "xml", "json", "emperor"):
            config = value
        values.append(ConfigValue(name, value if equals else True, location))
    for key, value in environment.items():
        # Every uwsgi option can be given as UWSGI_<OPTION>: https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
        if key.startswith("UWSGI_") and len(key) > 6:
            name = key[6:].lower().replace("_", "-")
            if name in ("ini", "yaml", "xml", "json"):
                config = config or value
            else:
                values.insert(0, ConfigValue(name, value, location))
    found = Server("uwsgi", interface="wsgi", config=config, unresolved=frozenset({"config"}) if _is_open(config) else frozenset())
    return _with_uwsgi(found, ServerConfig("uwsgi", location.path, tuple(values)))


def uwsgi_application(config: ServerConfig) -> str | None:
    """The WSGI target that uwsgi options name: ``module`` (with ``callable``) or the path in ``wsgi-file``."""
    module = config.last("module", "wsgi", "w")
    if module is not None and isinstance(module.value, str):
        callable_ = config.last("callable")
        if callable_ is not None and isinstance(callable_.value, str) and ":" not in module.value:
            return f"{module.value}:{callable_.value}"
        return module.value
    file = config.last("wsgi-file", "file")
    return file.value if file is not None and isinstance(file.value, str) else None


def _with_uwsgi(found: Server, config: ServerConfig) -> Server:
    application = uwsgi_application(config)
    unresolved = set(found.unresolved)
    if application is not None and _is_open(application):
        unresolved.add("application")
        application = None
    workers = config.last("processes", "workers", "p")
    cheaper = config.last("cheaper")
    binds = tuple(str(value.value) for value in config.values if value.name in ("http", "http-socket", "socket", "https", "uwsgi-socket", "fastcgi-socket", "http11-socket", "s") and isinstance(value.value, str))
    reload = config.last("py-autoreload", "python-autoreload", "py-auto-reload")
    chdir = config.last("chdir", "chdir2")
    if any(_is_open(bind) for bind in binds):
        unresolved.add("bind")
    count = _integer(str(workers.value)) if workers else None
    if workers is not None and count is None:
        unresolved.add("workers")
    return replace(
        found,
        application=found.application or application,
        workers=found.workers if found.workers is not None else count,
        workers_stated=found.workers_stated or workers is not None or cheaper is not None,
        bind=found.bind or binds,
        bind_stated=found.bind_stated or bool(binds),
        reload=found.reload or (reload.location if reload and not reload.conditional and str(reload.value).lower() not in ("0", "false", "none") else None),
        chdir=found.chdir or (chdir.value if chdir and isinstance(chdir.value, str) else None),
        user=found.user or _user(config, "uid"),
        unresolved=frozenset(unresolved),
    )


def _user(config: ServerConfig, name: str) -> str | None:
    """The user that a configuration file names, ``$`` where that is not known."""
    value = config.last(name)
    if value is None or value.value == "":
        return None
    known = isinstance(value.value, (str, int)) and not isinstance(value.value, bool) and not value.conditional
    return str(value.value) if known else "$"


def with_config(found: Server, config: ServerConfig) -> Server:
    """The server with the options of its configuration file below those of its command line."""
    if config.server == "uwsgi":
        return _with_uwsgi(found, config)
    unresolved = set(found.unresolved - {"config"})
    workers, bind, reload = config.last("workers"), config.last("bind"), config.last("reload")
    log_level, chdir, application = config.last("loglevel"), config.last("chdir"), config.last("wsgi_app")
    worker_class = config.last("worker_class")
    binds = found.bind
    if not found.bind_stated and bind is not None:
        if isinstance(bind.value, str):
            binds = (bind.value,)
        elif isinstance(bind.value, tuple):
            binds = bind.value
        else:
            unresolved.add("bind")
    count = workers.value if workers is not None and isinstance(workers.value, int) else None
    if workers is not None and count is None and not found.workers_stated:
        unresolved.add("workers")
    reloads = reload is not None and reload.value is True and not reload.conditional
    interface = found.interface
    if found.interface == "wsgi" and worker_class is not None:
        interface = _worker_interface(worker_class.value) if isinstance(worker_class.value, str) else None
    return replace(
        found,
        application=found.application or (application.value if application and isinstance(application.value, str) else None),
        interface=interface,
        workers=found.workers if found.workers_stated else count,
        workers_stated=found.workers_stated or workers is not None,
        bind=binds,
        bind_stated=found.bind_stated or bind is not None,
        reload=found.reload or (reload.location if reload is not None and reloads else None),
        log_level=found.log_level or (log_level.value if log_level and isinstance(log_level.value, str) and not log_level.conditional else None),
        chdir=found.chdir or (chdir.value if chdir and isinstance(chdir.value, str) else None),
        user=found.user or _user(config, "user"),
        unresolved=frozenset(unresolved),
    )
