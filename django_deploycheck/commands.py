"""
What a command line really starts: wrappers removed, Django's own command line and the names of programs recognised.

Works on one simple command (``argv``); scripts, ``&&`` and conditions are followed in ``interpretation``, the options of a
server are read in ``servers``. An argument that still holds a ``$`` could not be resolved.
"""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from django_deploycheck import remote
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, replace

MAX_WRAPPERS = 24
"""How many wrappers around one command are removed."""

MAX_WORDS = 10_000
"""How many characters of a text that holds arguments are split; ``shlex`` takes quadratic time for one long word."""

SERVERS = {
    "gunicorn": "gunicorn",
    "gunicorn3": "gunicorn",
    "gunicorn_django": "gunicorn",
    "green_unicorn": "gunicorn",
    "uvicorn": "uvicorn",
    "daphne": "daphne",
    "hypercorn": "hypercorn",
    "granian": "granian",
    "uwsgi": "uwsgi",
    "uwsgi_python": "uwsgi",
    "uwsgi_python3": "uwsgi",
    "pyuwsgi": "uwsgi",
    "waitress-serve": "waitress",
    "mod_wsgi-express": "mod_wsgi",
    **dict.fromkeys("bjoern chaussette cherryd fastwsgi paster passenger pserve robyn twistd unitd".split(), "other"),
}
"""The programs that are web servers, and the server that each of them is."""

DEVELOPMENT_SERVERS = frozenset(
    "runserver runserver_plus runserver_plus_ssl runsslserver testserver livereload_runserver".split()
)
"""Subcommands of manage.py that start a development server: Django's own and those of django-extensions and friends."""

WORKER_PROGRAMS = frozenset(
    "arq celery dramatiq dramatiq-gevent hatchet huey_consumer huey_consumer.py procrastinate rq rqworker taskiq".split()
)
CELERY_TOOLS = frozenset(
    "amqp call control events flower graph inspect list migrate purge report result status".split()
)
"""What celery does besides working: https://docs.celeryq.dev/en/stable/reference/cli.html"""
WORKER_SUBCOMMANDS = frozenset(
    "celery celeryd db_worker django_q pgq_worker process_outbox process_tasks procrastinate qcluster rqenqueue rqworker "
    "rqworker-pool run_huey run_worker rundramatiq runstator runtasks runworker runworkers scheduler_worker start_worker "
    "worker".split()
)
SCHEDULER_SUBCOMMANDS = frozenset(
    "celerybeat crontab rqscheduler run_scheduler runapscheduler runcrons scheduler start_scheduler".split()
)


# --- words ------------------------------------------------------------------------------------------------------------

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"})
_PYTHON = regex(r"^(?:python|pypy)(?:\d(?:\.\d+)?)?t?$", holding="python pypy")
_ASSIGNMENT = regex(r"^[A-Za-z_][A-Za-z0-9_]*=", holding="=")


def program_name(argument: str) -> str:
    """The base name of a program as typed: ``/venv/bin/gunicorn`` is ``gunicorn``, ``wait-for-it.sh`` keeps its ending."""
    return posixpath.basename(argument.rstrip("/"))


def is_python(program: str) -> bool:
    """Whether a program of this base name is a Python interpreter."""
    return bool(_PYTHON.match(program))


def is_shell(program: str) -> bool:
    """Whether a program of this base name is a shell."""
    return program in _SHELLS


def words(text: str) -> list[str]:
    """The arguments in a text with quotes, as in GUNICORN_CMD_ARGS; split at blanks where the quotes do not match."""
    import shlex

    text = text[:MAX_WORDS]
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def option_value(argv: Sequence[str], *names: str) -> str | None:
    """The last value given to an option as ``--name value``, ``--name=value`` or ``-nVALUE``; None without one."""
    value = None
    for index, argument in enumerate(argv):
        for name in names:
            if argument == name and index + 1 < len(argv):
                value = argv[index + 1]
            elif argument.startswith(name + "="):
                value = argument[len(name) + 1 :]
            elif len(name) == 2 and name[1] != "-" and argument.startswith(name) and len(argument) > 2:
                value = argument[2:]
    return value


def _take_option(arguments: deque[str], valued: Collection[str]) -> tuple[str, str | None]:
    """
    Remove the option that the arguments start with, and its value where it is one of ``valued`` ("*": all are).

    Returns its name and its value. Of flags in a row the one with a value counts: ``-Hu app`` is ``-u`` with ``app``.
    """
    argument = arguments.popleft()
    name, equals, value = argument.partition("=")
    if equals and (name in valued or name.startswith("--")):
        return name, value
    if name in valued or "*" in valued:
        return name, arguments.popleft() if arguments else None
    if not argument.startswith("--"):
        for index, letter in enumerate(argument[1:], 1):
            if f"-{letter}" in valued:
                return f"-{letter}", argument[index + 1 :] or (arguments.popleft() if arguments else None)
    return argument, None


# --- wrappers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unwrapped:
    """
    A command without its wrappers, whose names are in ``wrappers``, outermost first.

    ``environment`` holds what ``env A=1`` and the like set, ``user`` is the user that the innermost wrapper switches to.
    ``script`` is the text given to ``sh -c``; then ``argv`` are its positional parameters from ``$0`` on.
    """

    argv: tuple[str, ...]
    wrappers: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    user: str | None = None
    script: str | None = None


@dataclass(frozen=True)
class _Wrapper:
    """
    Where the command line of a wrapper ends and the command begins. Texts are lists of words, separated by blanks.

    ``options`` take a value, ``*`` for all of them; so do the options in the other fields.
    """

    options: str = ""
    positional: int = 0
    """How many arguments of its own stand before the command."""
    subcommands: str = ""
    """Where there are any, it wraps only behind one of them: ``poetry run``."""
    users: str = ""
    """Options that name the user it switches to."""
    modules: str = ""
    """Options that name a Python module to run instead of a program."""
    scripts: str = ""
    """Options that hold the command as a text for a shell."""
    splits: str = ""
    """Options that hold the first arguments of the command in one text."""
    looks: str = ""
    """Options with which it starts nothing."""
    switches_user: bool = False
    """The argument of its own names the user it switches to."""
    assigns: bool = False
    """``NAME=value`` may stand before the command."""
    dashes: bool = False
    """The command stands behind ``--`` and nowhere else."""

    @property
    def valued(self) -> frozenset[str]:
        return frozenset(f"{self.options} {self.users} {self.modules} {self.scripts} {self.splits}".split())


def _either_dash(names: str) -> str:
    """Go's flag package reads ``-wait`` and ``--wait`` alike."""
    return " ".join(f"-{name} --{name}" for name in names.split())


_SWITCHES_USER = _Wrapper(positional=1, switches_user=True)
_CONDA = _Wrapper("-n --name -p --prefix --cwd -r --root-prefix -e --env", subcommands="run")
# Read from the help of env (coreutils 9.1), chrt, flock, runuser and setpriv (util-linux 2.38) and uv 0.13.9.
_WRAPPERS = {
    # A shell's own
    "exec": _Wrapper("-a"),
    "command": _Wrapper(looks="-v -V"),
    "builtin": _Wrapper(),
    "time": _Wrapper("-f --format -o --output"),
    # The process and its limits
    "nohup": _Wrapper(),
    "nice": _Wrapper("-n --adjustment"),
    "ionice": _Wrapper("-c --class -n --classdata -p --pid"),
    "chrt": _Wrapper("-T --sched-runtime -P --sched-period -D --sched-deadline", positional=1),
    "taskset": _Wrapper(positional=1),
    "prlimit": _Wrapper("-p --pid -o --output"),
    "setsid": _Wrapper(),
    "stdbuf": _Wrapper("-i --input -o --output -e --error"),
    "unbuffer": _Wrapper(),
    "timeout": _Wrapper("-s --signal -k --kill-after", positional=1),
    "flock": _Wrapper("-w --timeout -E --conflict-exit-code", positional=1, scripts="-c --command"),
    "setlock": _Wrapper(positional=1),
    "s6-setlock": _Wrapper("-t", positional=1),
    "softlimit": _Wrapper("-a -c -d -f -l -m -o -p -r -s -t"),
    "s6-softlimit": _Wrapper("-a -c -d -f -l -m -o -p -r -s -t"),
    "fdmove": _Wrapper(positional=2),
    "xvfb-run": _Wrapper(
        "-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait"
    ),
    # The environment
    "env": _Wrapper("-u --unset -C --chdir", splits="-S --split-string", assigns=True),
    "envdir": _Wrapper(positional=1),
    "s6-envdir": _Wrapper("-n", positional=1),
    "with-contenv": _Wrapper(),
    "dotenv": _Wrapper("-f --file -e --export -q --quote", subcommands="run"),
    "doppler": _Wrapper("-p --project -c --config -t --token --scope", subcommands="run", scripts="--command"),
    "infisical": _Wrapper("--env --path --token --projectId", subcommands="run", scripts="--command"),
    "op": _Wrapper("--env-file --account", subcommands="run"),
    "chamber": _Wrapper(dashes=True),
    "aws-vault": _Wrapper(dashes=True),
    "berglas": _Wrapper(dashes=True),
    "envconsul": _Wrapper(_either_dash("config consul-addr prefix secret vault-addr")),
    # The user
    "sudo": _Wrapper(
        "-g --group -h --host -p --prompt -C --close-from -D --chdir -R --chroot -r --role -t --type -T --command-timeout",
        users="-u --user",
        assigns=True,
    ),
    "doas": _Wrapper("-C", users="-u"),
    "gosu": _SWITCHES_USER,
    "su-exec": _SWITCHES_USER,
    "setuser": _SWITCHES_USER,
    "setuidgid": _SWITCHES_USER,
    "s6-setuidgid": _SWITCHES_USER,
    "runuser": _Wrapper("-g --group -G --supp-group -w --whitelist-environment -s --shell", users="-u --user"),
    "setpriv": _Wrapper(
        "--ambient-caps --inh-caps --bounding-set --regid --rgid --egid --groups --securebits --pdeathsig --selinux-label "
        "--apparmor-profile",
        users="--reuid --ruid --euid",
    ),
    "chpst": _Wrapper("-U -b -e -/ -C -n -l -L -m -d -o -p -f -c -r -t", users="-u"),
    "chroot": _Wrapper("--groups", positional=1, users="--userspec"),
    # A container's first process
    "tini": _Wrapper("-e -p"),
    "tini-static": _Wrapper("-e -p"),
    "dumb-init": _Wrapper("-r --rewrite"),
    "catatonit": _Wrapper("-P"),
    "docker-init": _Wrapper("-e -p"),
    "launcher": _Wrapper(),
    "dockerize": _Wrapper(
        _either_dash(
            "wait timeout template stdout stderr delims wait-retry-interval wait-http-header poll env env-section"
        )
    ),
    # Virtual environments
    "poetry": _Wrapper("-C --directory -P --project", subcommands="run"),
    "uv": _Wrapper(
        "--extra --no-extra --group --no-group --only-group --env-file -w --with --with-editable --with-requirements "
        "--package --python-platform --index --default-index -i --index-url --extra-index-url -f --find-links --color "
        "--link-mode --cache-dir -p --python --directory --project --config-file --allow-insecure-host --resolution "
        "--prerelease --exclude-newer -P --upgrade-package --refresh-package --reinstall-package -C --config-setting",
        subcommands="run",
        modules="-m --module",
    ),
    "uvx": _Wrapper(
        "--from --with -w --with-editable --with-requirements --env-file -p --python --index --default-index"
    ),
    "pipx": _Wrapper("--spec --python --index-url -i --pip-args", subcommands="run"),
    "pipenv": _Wrapper("--python --pypi-mirror", subcommands="run"),
    "pdm": _Wrapper("-p --project -c --config -L --lockfile --venv", subcommands="run"),
    "rye": _Wrapper("--pyproject", subcommands="run"),
    "hatch": _Wrapper("-e --env -p --project --data-dir --cache-dir --config", subcommands="run"),
    "pixi": _Wrapper("-e --environment --manifest-path", subcommands="run"),
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA,
    # Monitoring
    "newrelic-admin": _Wrapper(subcommands="run-program run-python", modules="-m"),
    "ddtrace-run": _Wrapper(),
    "opentelemetry-instrument": _Wrapper("*"),
    "elasticapm-run": _Wrapper("--config"),
    "scout-apm-run": _Wrapper(),
    "logfire": _Wrapper("--base-url --exclude", subcommands="run", modules="-m"),
    "coverage": _Wrapper(
        "--rcfile --source --omit --include --data-file --concurrency", subcommands="run", modules="-m"
    ),
    # Procfiles and buildpacks: bin/start-nginx comes with heroku-buildpack-nginx
    "honcho": _Wrapper("-e --env -d --app-root -f --procfile", subcommands="run"),
    "foreman": _Wrapper("-e --env -d --root -f --procfile", subcommands="run"),
    "forego": _Wrapper("-e", subcommands="run"),
    "bundle": _Wrapper("--gemfile", subcommands="exec"),
    "start-nginx": _Wrapper(),
    "start-nginx-debug": _Wrapper(),
    "start-nginx-solo": _Wrapper(),
    "start-pgbouncer": _Wrapper(),
    "start-pgbouncer-stunnel": _Wrapper(),
    "start-stunnel": _Wrapper(),
    "jemalloc": _Wrapper(),
    "watchmedo": _Wrapper(
        "-d --directory -p --pattern --patterns -i --ignore-patterns --signal --kill-after --interval --debounce-interval",
        subcommands="auto-restart",
    ),
}


def unwrap(argv: Sequence[str], limit: int = MAX_WRAPPERS) -> Unwrapped:
    """Remove the wrappers in front of what really runs, at most ``limit`` of them."""
    found = Unwrapped(tuple(argv))
    for _ in range(limit):
        inner = _unwrap_once(found)
        if inner is None or not (inner.argv or inner.script is not None):
            break
        found = inner
    return found


def _unwrap_once(outer: Unwrapped) -> Unwrapped | None:
    """The command without its outermost wrapper, None where it has none."""
    if not outer.argv:
        return None
    if _ASSIGNMENT.match(outer.argv[0]):
        return _without_assignments(outer)
    program = program_name(outer.argv[0])
    name = program.removesuffix(".sh").removesuffix(".py")
    if is_shell(program):
        return _unwrap_shell(outer)
    if program in ("su", "runuser"):
        found = _unwrap_su(outer, program)
        if found is not None:
            return found
    if program in remote.PROGRAMS:
        return _unwrap_remote(outer, program)
    if is_python(program):
        return _unwrap_python(outer)
    if "wait" in name:
        return _unwrap_wait(outer, name)
    wrapper = _WRAPPERS.get(name)
    if wrapper is None:
        return None
    return _behind_dashes(outer, name) if wrapper.dashes else _unwrap_known(outer, name, wrapper)


def _without_assignments(outer: Unwrapped) -> Unwrapped | None:
    """``A=1 B=2 command``, as wrappers pass it on; assignments alone start nothing."""
    count = next((index for index, argument in enumerate(outer.argv) if not _ASSIGNMENT.match(argument)), None)
    if count is None:
        return None
    environment = (*outer.environment, *map(_assignment, outer.argv[:count]))
    return replace(outer, argv=outer.argv[count:], environment=environment)


def _assignment(argument: str) -> tuple[str, str]:
    name, _, value = argument.partition("=")
    return name, value


def _inner(outer: Unwrapped, name: str, argv: Iterable[str]) -> Unwrapped | None:
    """The command that a wrapper of this name starts, None for an empty one."""
    inner = replace(outer, argv=tuple(argv), wrappers=(*outer.wrappers, name))
    return inner if inner.argv else None


def _behind_dashes(outer: Unwrapped, name: str) -> Unwrapped | None:
    if "--" not in outer.argv:
        return None
    return _inner(outer, name, outer.argv[outer.argv.index("--") + 1 :])


def _unwrap_known(outer: Unwrapped, name: str, wrapper: _Wrapper) -> Unwrapped | None:
    arguments = deque(outer.argv[1:])
    positional = wrapper.positional
    subcommands = wrapper.subcommands.split()
    environment: list[tuple[str, str]] = []
    user = None
    options_may_follow = True
    while arguments:
        argument = arguments[0]
        if argument == "--" and options_may_follow:
            arguments.popleft()
            options_may_follow = False
        elif argument.startswith("-") and options_may_follow:
            option, value = _take_option(arguments, wrapper.valued)
            if option in wrapper.looks.split():
                return None
            if option in wrapper.scripts.split():
                return replace(outer, argv=(), wrappers=(*outer.wrappers, name), script=value)
            if option in wrapper.modules.split():
                arguments.extendleft((value or "", "-m", "python"))
                break
            if option in wrapper.splits.split():
                arguments.extendleft(reversed(words(value or "")))
            if option in wrapper.users.split():
                user = value
        elif wrapper.assigns and _ASSIGNMENT.match(argument):
            environment.append(_assignment(arguments.popleft()))
        elif subcommands:
            if arguments.popleft() not in subcommands:
                return None
            subcommands = []
        elif positional:
            positional -= 1
            arguments.popleft()
            if wrapper.switches_user:
                user = argument
        else:
            break
    if subcommands:
        return None
    whole = replace(outer, environment=(*outer.environment, *environment), user=user or outer.user)
    return _inner(whole, name, arguments)


_HOST = regex(r"[\w.${}-]+:[\d${}A-Za-z_]*|\d+|(?:https?|tcp)://\S+")
_TAKES_COMMAND = regex(r"wait(?:[-_]?for(?:[-_]?(?:it|db|postgres))?)?")
_WAIT_OPTIONS = frozenset("-h --host -p --port -t --timeout -w -i --interval -m --message".split())


def _unwrap_wait(outer: Unwrapped, name: str) -> Unwrapped | None:
    """
    ``wait-for-it.sh db:5432 -- command``, and any script with such a name that is given a command behind ``--``.

    The usual copies of wait-for-postgres.sh take the command right behind the host.
    """
    if "--" in outer.argv or not _TAKES_COMMAND.fullmatch(name):
        return _behind_dashes(outer, name)
    arguments = deque(outer.argv[1:])
    has_host = False
    while arguments:
        if arguments[0].startswith("-"):
            option, _ = _take_option(arguments, _WAIT_OPTIONS)
            has_host = has_host or option in ("-h", "--host")
        elif not has_host or _HOST.fullmatch(arguments[0]):
            arguments.popleft()
            has_host = True
        else:
            break
    return _inner(outer, name, arguments)


def _unwrap_remote(outer: Unwrapped, name: str) -> Unwrapped | None:
    """``ssh``, ``docker exec`` and their like, which run the command elsewhere."""
    inner = remote.remote(outer.argv)
    if inner is None:
        return None
    return replace(outer, argv=inner.argv, wrappers=(*outer.wrappers, name), script=inner.script)


_SHELL_OPTIONS = frozenset({"--rcfile", "--init-file"})


def _unwrap_shell(outer: Unwrapped) -> Unwrapped | None:
    """``sh -c TEXT NAME ARGUMENTS``; a shell that runs a file is no wrapper."""
    arguments = deque(outer.argv[1:])
    if program_name(outer.argv[0]) == "busybox":
        return replace(outer, argv=tuple(arguments)) if arguments else None
    takes_text = False
    while arguments and arguments[0].startswith(("-", "+")):
        option = arguments.popleft()
        if option in ("-", "--"):
            break
        if not option.startswith("--"):
            takes_text = takes_text or (option[0] == "-" and "c" in option)
        if arguments and (option in _SHELL_OPTIONS or (option[1:2] != "-" and option[-1] in "oO")):
            arguments.popleft()
    if not takes_text or not arguments:
        return None
    script = arguments.popleft()
    return replace(outer, argv=tuple(arguments), wrappers=(*outer.wrappers, "sh"), script=script)


_SU_OPTIONS = frozenset(
    "-c --command --session-command -s --shell -g --group -G --supp-group -w --whitelist-environment -u --user".split()
)


def _unwrap_su(outer: Unwrapped, name: str) -> Unwrapped | None:
    """``su - app -c TEXT``, which runuser understands too; None without a text."""
    arguments = deque(outer.argv[1:])
    user, script = None, None
    while arguments:
        if arguments[0].startswith("-"):
            option, value = _take_option(arguments, _SU_OPTIONS)
            if option in ("-u", "--user"):
                return None
            if option in ("-c", "--command", "--session-command"):
                script = value
        else:
            user = user or arguments[0]
            arguments.popleft()
    if script is None:
        return None
    return replace(outer, argv=(), wrappers=(*outer.wrappers, name), user=user or "root", script=script)


# Modules that ``python -m`` runs, and the program that each of them is.
_PYTHON_MODULES = {
    **dict.fromkeys(("django", "django.core.management"), "django-admin"),
    **{
        name: name
        for name in "arq celery coverage daphne dotenv dramatiq granian gunicorn honcho hypercorn logfire pip pipenv poetry "
        "procrastinate rq taskiq uv uvicorn uwsgi".split()
    },
    "ddtrace.commands.ddtrace_run": "ddtrace-run",
    "gunicorn.app.wsgiapp": "gunicorn",
    "manage": "manage.py",
    "mod_wsgi.express": "mod_wsgi-express",
    "newrelic.admin": "newrelic-admin",
    "supervisor": "supervisord",
    "waitress": "waitress-serve",
}


def _unwrap_python(outer: Unwrapped) -> Unwrapped | None:
    """``python -m gunicorn``; also a known program run by its path: ``python /venv/bin/gunicorn``."""
    target, rest = python_target(outer.argv)
    if target is None:
        return None
    kind, name = target
    program = _PYTHON_MODULES.get(name) if kind == "module" else program_name(name) if kind == "file" else None
    if program is None or (kind == "file" and not ("/" in name and _is_installed_program(program))):
        return None
    return replace(outer, argv=(program, *rest))


def _is_installed_program(program: str) -> bool:
    return program == "django-admin" or program in SERVERS or program in WORKER_PROGRAMS or program in _WRAPPERS


_PYTHON_OPTIONS = frozenset({"-c", "-m", "-W", "-X", "--check-hash-based-pycs"})


def python_target(
    argv: Sequence[str],
) -> tuple[tuple[Literal["module", "file", "code"], str] | None, tuple[str, ...]]:
    """What a Python interpreter is told to run, and the arguments behind it; None for an interactive one."""
    arguments = deque(argv[1:])
    while arguments:
        if arguments[0] == "-" or not arguments[0].startswith("-"):
            return ("file", arguments.popleft()), tuple(arguments)
        option, value = _take_option(arguments, _PYTHON_OPTIONS)
        if option == "-m":
            return (("module", value) if value else None), tuple(arguments)
        if option == "-c":
            return ("code", value or ""), tuple(arguments)
    return None, ()


# --- Django's command line --------------------------------------------------------------------------------------------

_MANAGE_FILE = regex(r"(?:^|/)(?:manage|django-admin)(?:\.py)?$|\$MANAGE_PY$", holding="manage django-admin MANAGE_PY")
_MANAGE_OPTIONS = frozenset({"--settings", "--pythonpath", "-v", "--verbosity", "--configuration"})


def management_command(argv: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """
    The subcommand of manage.py, django-admin, ``python -m django`` or ``zappa manage`` and its arguments; None for anything else.

    The subcommand is ``""`` where none is given.
    """
    rest = _management_arguments(argv)
    if rest is None:
        return None
    arguments = deque(rest)
    while arguments:
        if not arguments[0].startswith("-"):
            return arguments.popleft(), tuple(arguments)
        _take_option(arguments, _MANAGE_OPTIONS)
    return "", ()


def _management_arguments(argv: Sequence[str]) -> tuple[str, ...] | None:
    if not argv:
        return None
    if program_name(argv[0]) == "zappa" and list(argv[1:2]) == ["manage"]:
        # zappa manage STAGE COMMAND, which may stand in one word: https://github.com/zappa/Zappa#running-custom-django-commands
        return tuple(word for text in argv[3:] for word in text.split())
    if not is_python(program_name(argv[0])):
        return tuple(argv[1:]) if _MANAGE_FILE.search(argv[0]) else None
    target, rest = python_target(argv)
    if target is None:
        return None
    kind, name = target
    program = name if kind == "file" else _PYTHON_MODULES.get(name, "") if kind == "module" else ""
    return rest if _MANAGE_FILE.search(program) else None
