"""
Web servers: what the options on a command line, in the environment and in a configuration file say.

Read from each server's own parser: gunicorn 20.1, 23.0 and 27.0.1; uvicorn 0.17.6, 0.30.6 and 0.54.0; daphne 3.0.2 and
4.2.3; hypercorn 0.14.4, 0.17.3 and 0.18.0; granian 1.6.4 and 2.8.7; waitress 2.1.2 and 3.0.2; uWSGI 2.0.30; mod_wsgi 6.0.5.

PORT is no address that anybody stated: where nothing else does, gunicorn listens on 0.0.0.0 at that port.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from django_deploycheck.commands import (
    DEVELOPMENT_SERVERS,
    SERVERS,
    management_command,
    option_value,
    program_name,
    words,
)
from django_deploycheck.model import ConfigValue, Location, Server, ServerConfig
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, replace

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

# Management commands that start a production server, and the server behind each.
_SERVER_SUBCOMMANDS = {
    "prodserver": "other",  # django-prodserver: the server stands in the settings
    "pserve": "other",
    "run_gunicorn": "gunicorn",
    "run_waitress": "waitress",
    "rungranian": "granian",
    "rungunicorn": "gunicorn",
    "runmodwsgi": "mod_wsgi",  # mod_wsgi.server
    "runuwsgi": "uwsgi",  # django-uwsgi
    "serve": "other",
}

# --- options ----------------------------------------------------------------------------------------------------------

# Options without a value; whatever is not listed takes one.
_FLAGS = {
    "runserver": frozenset(
        "-6 --ipv6 --force-color --insecure --ipdb --keep-meta-shutdown --no-color --noasgi --nopin --noreload --nostatic "
        "--nothreading --pdb --pm --print-sql --skip-checks --threaded --traceback".split()
    ),
    "gunicorn": frozenset(
        "-D --daemon -R --enable-stdio-inheritance --capture-output --casefold-http-method --disable-redirect-access-to-syslog "
        "--do-handshake-on-connect --enable-backlog-metric --initgroups --log-syslog --no-control-socket --no-sendfile "
        "--permit-obsolete-folding --permit-unconventional-http-method --permit-unconventional-http-version --preload "
        "--proxy-protocol --reload --reuse-port --spew --strip-header-spaces --suppress-ragged-eofs "
        "--tolerate-dangerous-framing".split()
    ),
    "uvicorn": frozenset(
        "--access-log --no-access-log --date-header --no-date-header --debug --factory --http2 --proxy-headers "
        "--no-proxy-headers --reload --reset-contextvars --server-header --no-server-header --use-colors "
        "--no-use-colors".split()
    ),
    "daphne": frozenset("--no-server-name --proxy-headers".split()),
    "hypercorn": frozenset("-D --daemon --debug --reload".split()),
    "granian": frozenset(
        "--access-log --no-access-log --factory --no-factory --http1-keep-alive --no-http1-keep-alive "
        "--http1-pipeline-flush --no-http1-pipeline-flush --http2-adaptive-window --no-http2-adaptive-window --log --no-log "
        "--metrics --no-metrics --opt --no-opt --reload --no-reload --reload-ignore-worker-failure "
        "--no-reload-ignore-worker-failure --respawn-failed-workers --no-respawn-failed-workers --ssl-client-verify "
        "--no-ssl-client-verify --ws --no-ws".split()
    ),
    "waitress": frozenset(
        "--asyncore-use-poll --no-asyncore-use-poll --call --clear-untrusted-proxy-headers "
        "--no-clear-untrusted-proxy-headers --expose-tracebacks --no-expose-tracebacks --ipv4 --no-ipv4 --ipv6 --no-ipv6 "
        "--log-socket-errors --no-log-socket-errors --log-untrusted-proxy-headers --no-log-untrusted-proxy-headers".split()
    ),
    "mod_wsgi": frozenset(
        "--access-log --allow-localhost --chunked-request --compress-responses --debug-mode --debugger-startup "
        "--directory-listing --disable-reloading --embedded-mode --enable-coverage --enable-debugger --enable-docs "
        "--enable-gdb --enable-profiler --enable-recorder --enable-sendfile --enable-telemetry --error-override "
        "--free-threading --http2 --https-only --log-to-terminal --orphan-interpreter --reload-on-changes --rotate-logs "
        "--server-metrics --server-status --setup-only --ssl-environment --startup-log --verbose-debugging --with-cgi "
        "--with-php5".split()
    ),
    # The last two lines take a value only behind "=".
    "uwsgi": frozenset(
        "-a -c -i -L -M -r -T --abstract-socket --auto-procname --catch-exceptions --cgi-mode --cheap --close-on-exec "
        "--die-on-idle --die-on-no-workers --die-on-term --disable-logging --disable-sendfile --disable-write-exception "
        "--drop-after-apps --drop-after-init --dynamic-apps --early-python --enable-metrics --enable-proxy-protocol "
        "--enable-threads --exit-on-reload --force-gateway --freebind --gevent-early-monkey-patch --gevent-monkey-patch "
        "--harakiri-no-arh --harakiri-verbose --honour-range --honour-stdin --http-auto-chunked --http-auto-gzip "
        "--http-backend-http --http-cheap --http-chunked-input --http-manage-source --http-raw-body --http-websockets "
        "--ignore-script-name --ignore-sigpipe --ignore-write-errors --lazy --lazy-apps --log-4xx --log-5xx --log-master "
        "--log-micros --log-reopen --log-truncate --log-x-forwarded-for --log-zero --manage-script-name --master "
        "--master-as-root --never-swap --no-default-app --no-defer-accept --no-fd-passing --no-harakiri-arh "
        "--no-initgroups --no-orphans --no-server --no-site --no-threads-wait --paste-logger --pcre-jit "
        "--propagate-touch --py-call-osafterfork --py-call-uwsgi-fork-hooks --reaper --reload-on-exception "
        "--reload-os-env --reuse-port --show-config --single-interpreter --skip-atexit --skip-atexit-teardown "
        "--so-keepalive --static-gzip-all --stats-http --stats-min --stats-minified --stats-no-cores --stats-no-metrics "
        "--strict --tcp-nodelay --threaded-logger --thunder-lock --use-abort --vacuum --vhost --vhost-host "
        "--wsgi-accept-buffer --wsgi-accept-buffers --wsgi-disable-file-wrapper --wsgi-manage-chunked-input --wsgi-strict "
        "-C -m --check-cache --chmod --chmod-socket --exit --http-keepalive --ksm --log-date --log-prefix --log-syslog "
        "--logdate --memory-report --mule --need-app".split()
    ),
}
# Words that a flag takes as its value: argparse with nargs="?", since gunicorn 24.1.
_FLAG_VALUES = {"--proxy-protocol": frozenset({"auto", "off", "v1", "v2"})}
# Options that take two values.
_PAIRS = {
    "mod_wsgi": frozenset(
        "--add-handler --error-document --proxy-mount-point --proxy-url-alias --proxy-virtual-host --service-group "
        "--service-log-file --service-script --service-user --setenv --url-alias".split()
    )
}
_STARTS_NOTHING = {
    "gunicorn": frozenset("-h --help -v --version --check-config --print-config".split()),
    "uwsgi": frozenset("-h --help --usage --version --stop --reload --pause --suspend --resume".split()),
    "daphne": frozenset({"-h", "--help"}),
    "hypercorn": frozenset({"-h", "--help"}),
}

_APPLICATION = regex(r"[A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*(?:\(.*\))?)?")
_OPEN_MARKS = ("$", "{{", "`", "%(", "<%")
# "$OPTIONS" alone can hold any option.
_OPEN_ARGUMENT = regex(r"\$\{?[\w@*]+\}?|\$\(.*\)|`.*`", holding="$ `")
_ANY_OPTION = frozenset({"workers", "bind", "reload", "config", "log_level", "chdir"})


@dataclass(frozen=True)
class _Parsed:
    """A command line: its options in order, with None for the value of a flag, and what is no option."""

    options: tuple[tuple[str, str | None], ...]
    positional: tuple[str, ...]

    def values(self, *names: str) -> tuple[str, ...]:
        return tuple(value for name, value in self.options if name in names and value is not None)

    def last(self, *names: str) -> str | None:
        values = self.values(*names)
        return values[-1] if values else None

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.options)

    def is_on(self, name: str) -> bool:
        """Whether ``--name`` is given and no ``--no-name`` behind it."""
        given = [option for option, _ in self.options if option in (f"--{name}", f"--no-{name}")]
        return given[-1:] == [f"--{name}"]

    @property
    def unresolved(self) -> frozenset[str]:
        """What an argument of unknown content may state."""
        return _ANY_OPTION if any(map(_OPEN_ARGUMENT.fullmatch, self.positional)) else frozenset()


def _parse(argv: Sequence[str], server: str) -> _Parsed:
    flags, pairs = _FLAGS[server], _PAIRS.get(server, frozenset())
    options: list[tuple[str, str | None]] = []
    positional: list[str] = []
    arguments = deque(argv)
    while arguments:
        argument = arguments.popleft()
        if argument == "--":
            positional += arguments
            break
        if argument == "-" or not argument.startswith("-"):
            positional.append(argument)
        elif not argument.startswith("--"):
            options += _short_options(argument, arguments, flags)
        elif "=" in argument:
            name, _, value = argument.partition("=")
            options.append((name, value))
        elif argument in flags:
            takes = bool(arguments) and arguments[0] in _FLAG_VALUES.get(argument, ())
            options.append((argument, arguments.popleft() if takes else None))
        else:
            options.append((argument, _value(arguments)))
            if argument in pairs:
                _value(arguments)
    return _Parsed(tuple(options), tuple(positional))


def _short_options(argument: str, arguments: deque[str], flags: frozenset[str]) -> Iterable[tuple[str, str | None]]:
    """``-w4``, ``-w 4`` and flags in a row: ``-Mp 4``."""
    for index, letter in enumerate(argument[1:], 1):
        name = f"-{letter}"
        if name not in flags:
            yield name, argument[index + 1 :].removeprefix("=") or _value(arguments)
            return
        yield name, None


def _value(arguments: deque[str]) -> str | None:
    """Remove and return the next argument, None where it is an option of its own."""
    if not arguments or (arguments[0][:1] == "-" and len(arguments[0]) > 1 and not arguments[0][1].isdigit()):
        return None
    return arguments.popleft()


def _from_environment(prefix: str, server: str, environment: Mapping[str, str]) -> tuple[tuple[str, str | None], ...]:
    """The options that click takes from variables: ``UVICORN_LOG_LEVEL`` is ``--log-level``."""
    options: list[tuple[str, str | None]] = []
    for name, value in environment.items():
        if not name.startswith(prefix):
            continue
        option = "--" + name.removeprefix(prefix).lower().replace("_", "-")
        if option not in _FLAGS[server]:
            options.append((option, value))
        elif value.strip().lower() in ("1", "on", "t", "true", "y", "yes"):
            options.append((option, None))
    return tuple(options)


def _is_open(value: str | None) -> bool:
    """Whether the value still holds something unresolved: a variable, a template's braces."""
    return value is not None and any(mark in value for mark in _OPEN_MARKS)


def _integer(value: str | None) -> int | None:
    # Python reads a number of many digits in quadratic time.
    if value is None or len(value) > 9:
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _application(candidates: Iterable[str]) -> tuple[str | None, frozenset[str]]:
    """The target among the arguments, and what could not be known."""
    is_open = False
    for candidate in candidates:
        if _APPLICATION.fullmatch(candidate):
            return candidate, frozenset()
        is_open = is_open or _is_open(candidate)
    return None, frozenset({"application"}) if is_open else frozenset()


# --- command lines ----------------------------------------------------------------------------------------------------


def server(argv: Sequence[str], environment: Mapping[str, str], location: Location) -> Server | None:
    """
    The server that this command (without wrappers) starts, with the options on its command line and in ``environment``.

    Options in a configuration file are added by ``with_config``. None when it starts no server.
    """
    if not argv:
        return None
    management = management_command(argv)
    if management is not None:
        return _management_server(*management)
    name = SERVERS.get(program_name(argv[0]))
    if name is None:
        return None
    reader = _READERS.get(name)
    if reader is None:
        return Server(name, workers_stated=True, bind_stated=True)
    arguments = tuple(argv[1:])
    looks = _STARTS_NOTHING.get(name, frozenset({"--help", "--version"}))
    return None if looks.intersection(arguments) else reader(arguments, environment, location)


def _management_server(subcommand: str, arguments: tuple[str, ...]) -> Server | None:
    if subcommand in DEVELOPMENT_SERVERS:
        return _runserver(arguments)
    if subcommand not in _SERVER_SUBCOMMANDS:
        return None
    return Server(
        _SERVER_SUBCOMMANDS[subcommand],
        workers_stated=True,
        bind_stated=True,
        settings_module=option_value(arguments, "--settings"),
    )


def _runserver(arguments: tuple[str, ...]) -> Server:
    parsed = _parse(arguments, "runserver")
    address = parsed.positional[0] if parsed.positional else None
    return Server(
        "runserver",
        workers=1,
        bind=(address,) if address else (),
        bind_stated=address is not None,
        unresolved=frozenset({"bind"}) if _is_open(address) else frozenset(),
        settings_module=parsed.last("--settings"),
    )


def _stated(
    name: str,
    parsed: _Parsed,
    *,
    interface: Literal["wsgi", "asgi"] | None,
    bind: Iterable[str],
    workers: str | None = None,
    chdir: str | None = None,
    config: str | None = None,
    reload: Location | None = None,
) -> Server:
    """The server with what every one of them has; whether it is known is found out here."""
    application, unresolved = _application(parsed.positional)
    addresses = tuple(bind)
    unknown = {
        "workers": workers is not None and _integer(workers) is None,
        "bind": any(map(_is_open, addresses)),
        "chdir": _is_open(chdir),
        "config": _is_open(config),
    }
    return Server(
        name,
        application=application,
        interface=interface,
        workers=_integer(workers),
        workers_stated=workers is not None,
        bind=addresses,
        bind_stated=bool(addresses),
        reload=reload,
        log_level=parsed.last("--log-level"),
        chdir=chdir,
        config=config,
        unresolved=unresolved | parsed.unresolved | {option for option, is_unknown in unknown.items() if is_unknown},
    )


_WSGI_WORKERS = regex(r"(?:sync|gthread|eventlet|gevent(?:_\w+)?|tornado|gunicorn\.workers\..*|egg:.*|meinheld\..*)?")


def _worker_interface(worker_class: str) -> Literal["wsgi", "asgi"] | None:
    """What gunicorn's worker of this class speaks; None for a class of the project's own."""
    if any(name in worker_class.lower() for name in ("uvicorn", "asgi", "hypercorn")):
        return "asgi"
    return "wsgi" if not worker_class or _WSGI_WORKERS.fullmatch(worker_class) else None


def _gunicorn(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    # gunicorn/app/base.py, load_config: defaults < file < GUNICORN_CMD_ARGS < command line; a list of the latter
    # replaces one of the former. The target is taken from the command line only.
    own = _parse(arguments, "gunicorn")
    extra = _parse(words(environment.get("GUNICORN_CMD_ARGS", "")), "gunicorn")
    parsed = _Parsed((*extra.options, *own.options), own.positional)
    workers = parsed.last("-w", "--workers")
    config = parsed.last("-c", "--config")
    variables = own.values("-e", "--env") or extra.values("-e", "--env")
    found = _stated(
        "gunicorn",
        parsed,
        interface=_worker_interface(parsed.last("-k", "--worker-class") or ""),
        bind=own.values("-b", "--bind") or extra.values("-b", "--bind"),
        workers=workers if workers is not None else environment.get("WEB_CONCURRENCY"),
        chdir=parsed.last("--chdir"),
        config=config.removeprefix("file:") if config else None,
        reload=location if parsed.is_on("reload") else None,
    )
    return replace(
        found,
        pythonpath=tuple(filter(None, (parsed.last("--pythonpath") or "").split(","))),
        settings_module=_settings_module(variables),
        protocols=parsed.values("--protocol")[-1:],
        user=parsed.last("-u", "--user"),
    )


def _settings_module(assignments: Iterable[str]) -> str | None:
    name = "DJANGO_SETTINGS_MODULE="
    return next((text.removeprefix(name) for text in assignments if text.startswith(name)), None)


def _address(host: str | None, port: str | None, default_host: str, default_port: str) -> tuple[str, ...]:
    """The address as one text where a half of it is stated."""
    if host is None and port is None:
        return ()
    return (f"{default_host if host is None else host}:{default_port if port is None else port}",)


def _uvicorn(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    own = _parse(arguments, "uvicorn")
    # Of the two servers that click reads variables for, only this one names its target there; WEB_CONCURRENCY is asked
    # last (uvicorn/main.py and config.py).
    target = own.positional or tuple(filter(None, [environment.get("UVICORN_APP")]))
    parsed = _Parsed((*_from_environment("UVICORN_", "uvicorn", environment), *own.options), target)
    workers = parsed.last("--workers")
    return _stated(
        "uvicorn",
        parsed,
        interface="wsgi" if parsed.last("--interface") == "wsgi" else "asgi",
        bind=_click_bind(parsed),
        workers=workers if workers is not None else environment.get("WEB_CONCURRENCY"),
        chdir=parsed.last("--app-dir"),
        reload=location if parsed.is_on("reload") else None,
    )


def _granian(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    own = _parse(arguments, "granian")
    parsed = _Parsed((*_from_environment("GRANIAN_", "granian", environment), *own.options), own.positional)
    return _stated(
        "granian",
        parsed,
        interface="wsgi" if parsed.last("--interface") == "wsgi" else "asgi",
        bind=_click_bind(parsed),
        workers=parsed.last("--workers"),
        chdir=parsed.last("--working-dir"),
        reload=location if parsed.is_on("reload") else None,
    )


def _click_bind(parsed: _Parsed) -> tuple[str, ...]:
    """Where uvicorn and granian listen: 127.0.0.1:8000 in the parts that are not stated."""
    if parsed.has("--uds"):
        return (f"unix:{parsed.last('--uds')}",)
    if parsed.has("--fd"):
        return (f"fd:{parsed.last('--fd')}",)
    return _address(parsed.last("--host"), parsed.last("--port"), "127.0.0.1", "8000")


def _daphne(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, "daphne")
    bind = (
        *parsed.values("-e", "--endpoint"),
        *_address(parsed.last("-b", "--bind"), parsed.last("-p", "--port"), "127.0.0.1", "8000"),
        *(f"unix:{path}" for path in parsed.values("-u", "--unix-socket")),
        *(f"fd:{number}" for number in parsed.values("--fd")),
    )
    # One process by design: https://github.com/django/daphne#readme
    return replace(_stated("daphne", parsed, interface="asgi", bind=bind), workers_stated=True)


def _hypercorn(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, "hypercorn")
    prefix, colon, rest = parsed.positional[0].partition(":") if parsed.positional else ("", "", "")
    speaks = prefix if colon and prefix in ("asgi", "wsgi") and ":" in rest else None
    if speaks:
        parsed = replace(parsed, positional=(rest,))
    config = parsed.last("-c", "--config")
    found = _stated(
        "hypercorn",
        parsed,
        interface="wsgi" if speaks == "wsgi" else "asgi",
        bind=parsed.values("-b", "--bind", "--insecure-bind"),
        workers=parsed.last("-w", "--workers"),
        config=config.removeprefix("file:") if config else None,
        reload=location if parsed.is_on("reload") else None,
    )
    return replace(found, user=parsed.last("-u", "--user"))


def _waitress(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, "waitress")
    bind = (
        *(address for value in parsed.values("--listen") for address in value.split()),
        *_address(parsed.last("--host"), parsed.last("--port"), "0.0.0.0", "8080"),
        *(f"unix:{path}" for path in parsed.values("--unix-socket")),
    )
    # One process with threads, by design: https://docs.pylonsproject.org/projects/waitress/
    return replace(_stated("waitress", parsed, interface="wsgi", bind=bind), workers_stated=True)


def _mod_wsgi(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server | None:
    parsed = _parse(arguments, "mod_wsgi")
    command, *targets = parsed.positional or ("",)
    if command not in ("start-server", "setup-server"):
        return None
    found = _stated(
        "mod_wsgi",
        # The target may be a file.
        replace(parsed, positional=()),
        interface="wsgi",
        bind=_address(parsed.last("--host"), parsed.last("--port"), "0.0.0.0", "8000"),
        workers=parsed.last("--processes"),
        chdir=parsed.last("--working-directory"),
        reload=location if parsed.is_on("reload-on-changes") else None,
    )
    target = targets[0] if targets else None
    is_open = frozenset({"application"}) if _is_open(target) else frozenset()
    return replace(
        found,
        application=None if is_open else target,
        workers_stated=True,
        user=parsed.last("--user"),
        unresolved=found.unresolved | is_open,
    )


_UWSGI_SHORT = {
    "-d": "daemonize",
    "-H": "virtualenv",
    "-j": "json",
    "-p": "processes",
    "-s": "socket",
    "-w": "module",
    "-x": "xml",
    "-y": "yaml",
}
_UWSGI_FILES = ("ini", "yaml", "yml", "xml", "xmlconfig", "json", "js", "config", "emperor")
_UWSGI_FILE = regex(r"\.(?:ini|ya?ml|xml|json)(?::\w+)?$")
# What each option speaks; ``protocol`` says it for a plain ``socket``:
# https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html, https://uwsgi-docs.readthedocs.io/en/latest/Protocol.html
_UWSGI_SOCKETS = {
    **dict.fromkeys(("http", "http-socket", "http11-socket", "https", "https-socket"), "http"),
    **dict.fromkeys(("socket", "uwsgi-socket"), "uwsgi"),
    "fastcgi-socket": "fastcgi",
    "scgi-socket": "scgi",
}


def _uwsgi(arguments: tuple[str, ...], environment: Mapping[str, str], location: Location) -> Server:
    parsed = _parse(arguments, "uwsgi")
    variables, given = _uwsgi_variables(environment, location), _uwsgi_given(parsed, location)
    files = [
        *_uwsgi_files(variables),
        *(argument for argument in parsed.positional if _UWSGI_FILE.search(argument)),
        *_uwsgi_files(given),
    ]
    config = files[-1] if files else None
    found = Server(
        "uwsgi",
        interface="wsgi",
        config=config,
        unresolved=parsed.unresolved | {name for name in ("config",) if _is_open(config)},
    )
    return _with_uwsgi(found, ServerConfig("uwsgi", location.path, (*variables, *given)))


def uwsgi_options(
    arguments: Sequence[str], environment: Mapping[str, str], location: Location
) -> tuple[ConfigValue, ...]:
    """The options of uWSGI in the environment, then those on the command line, named as in configuration files."""
    return *_uwsgi_variables(environment, location), *_uwsgi_given(_parse(arguments, "uwsgi"), location)


def _uwsgi_variables(environment: Mapping[str, str], location: Location) -> tuple[ConfigValue, ...]:
    # Every option can be given as UWSGI_<OPTION>: https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
    return tuple(
        ConfigValue(name.removeprefix("UWSGI_").lower().replace("_", "-"), value, location)
        for name, value in environment.items()
        if name.startswith("UWSGI_")
    )


def _uwsgi_given(parsed: _Parsed, location: Location) -> tuple[ConfigValue, ...]:
    return tuple(
        ConfigValue(_UWSGI_SHORT.get(name, name.lstrip("-")), True if value is None else value, location)
        for name, value in parsed.options
    )


def _uwsgi_files(values: Iterable[ConfigValue]) -> list[str]:
    return [value.value for value in values if value.name in _UWSGI_FILES and isinstance(value.value, str)]


_READERS: dict[str, Callable[[tuple[str, ...], Mapping[str, str], Location], Server | None]] = {
    "gunicorn": _gunicorn,
    "uvicorn": _uvicorn,
    "daphne": _daphne,
    "hypercorn": _hypercorn,
    "granian": _granian,
    "uwsgi": _uwsgi,
    "waitress": _waitress,
    "mod_wsgi": _mod_wsgi,
}


# --- configuration files ----------------------------------------------------------------------------------------------


def with_config(found: Server, config: ServerConfig) -> Server:
    """The server with the options of its configuration file below those of its command line."""
    if config.server == "uwsgi":
        return _with_uwsgi(found, config)
    workers, bind = config.last("workers"), config.last("bind")
    reload, log_level = config.last("reload"), config.last("loglevel")
    configured_level = _text(config, "loglevel") if log_level and not log_level.conditional else None
    variables = config.last("raw_env")
    unresolved = set(found.unresolved - {"config"})
    count = workers.value if workers is not None and isinstance(workers.value, int) else None
    if workers is not None and count is None and not found.workers_stated:
        unresolved.add("workers")
    addresses = found.bind
    if bind is not None and not found.bind_stated:
        addresses = _texts(bind)
        if not addresses:
            unresolved.add("bind")
    return replace(
        found,
        application=found.application or _text(config, "wsgi_app"),
        interface=_configured_interface(found, config),
        workers=found.workers if found.workers_stated else count,
        workers_stated=found.workers_stated or workers is not None,
        bind=addresses,
        bind_stated=found.bind_stated or bind is not None,
        reload=found.reload
        or (reload.location if reload and reload.value is True and not reload.conditional else None),
        log_level=found.log_level or configured_level,
        log_level_at=log_level.location if log_level and configured_level and not found.log_level else None,
        chdir=found.chdir or _text(config, "chdir"),
        protocols=found.protocols or tuple(filter(None, [_text(config, "protocol")])),
        settings_module=found.settings_module or _settings_module(_texts(variables) if variables else ()),
        user=found.user or _user(config, "user"),
        unresolved=frozenset(unresolved),
    )


def _configured_interface(found: Server, config: ServerConfig) -> Literal["wsgi", "asgi"] | None:
    worker_class = config.last("worker_class")
    if worker_class is None or found.interface != "wsgi":
        return found.interface
    return _worker_interface(worker_class.value) if isinstance(worker_class.value, str) else None


def _text(config: ServerConfig, *names: str) -> str | None:
    """The text in force for any of these names, None where it is none or is not known."""
    value = config.last(*names)
    return value.value if value is not None and isinstance(value.value, str) else None


def _texts(value: ConfigValue) -> tuple[str, ...]:
    if isinstance(value.value, tuple):
        return value.value
    return (value.value,) if isinstance(value.value, str) else ()


def _user(config: ServerConfig, name: str) -> str | None:
    """The user that a configuration file names, ``$`` where that is not known."""
    value = config.last(name)
    if value is None or value.value == "":
        return None
    known = isinstance(value.value, (str, int)) and not isinstance(value.value, bool) and not value.conditional
    return str(value.value) if known else "$"


def _with_uwsgi(found: Server, config: ServerConfig) -> Server:
    application = found.application or uwsgi_application(config)
    workers = config.last("processes", "workers", "p")
    count = _integer(str(workers.value)) if workers is not None else None
    sockets = [value for value in config.values if value.name in _UWSGI_SOCKETS and isinstance(value.value, str)]
    addresses = found.bind or tuple(str(value.value) for value in sockets)
    plain = _text(config, "protocol") or "uwsgi"
    protocols = (plain if value.name == "socket" else _UWSGI_SOCKETS[value.name] for value in sockets)
    variables = [value.value for value in config.values if value.name in ("env", "setenv") and not value.conditional]
    unknown = {
        "application": _is_open(application),
        "bind": any(map(_is_open, addresses)),
        "workers": workers is not None and count is None,
    }
    return replace(
        found,
        application=None if unknown["application"] else application,
        workers=count if found.workers is None else found.workers,
        workers_stated=found.workers_stated or workers is not None or config.last("cheaper") is not None,
        bind=addresses,
        bind_stated=bool(addresses),
        protocols=found.protocols if found.bind else tuple(protocols),
        reload=found.reload or _uwsgi_reload(config),
        chdir=found.chdir or _text(config, "chdir", "chdir2"),
        settings_module=found.settings_module or _settings_module(text for text in variables if isinstance(text, str)),
        user=found.user or _user(config, "uid"),
        unresolved=found.unresolved | {option for option, is_unknown in unknown.items() if is_unknown},
    )


def uwsgi_application(config: ServerConfig) -> str | None:
    """The WSGI target that uwsgi options name: ``module`` (with ``callable``) or the path in ``wsgi-file``."""
    module, callable_ = _text(config, "module", "wsgi", "w"), _text(config, "callable")
    if module is None:
        return _text(config, "wsgi-file", "file")
    return f"{module}:{callable_}" if callable_ is not None and ":" not in module else module


def _uwsgi_reload(config: ServerConfig) -> Location | None:
    """Where uwsgi is told to look for changed files, None where it is not."""
    value = config.last("py-autoreload", "py-auto-reload", "python-autoreload", "python-auto-reload")
    if value is None or value.conditional or str(value.value).lower() in ("0", "false", "none"):
        return None
    return value.location
