"""What servers are told by command lines, variables and configuration files."""

from __future__ import annotations

import shlex
import time
from typing import Any

import pytest

from django_deploycheck import servers
from django_deploycheck.commands import SERVERS
from django_deploycheck.model import ConfigValue, Location, Server, ServerConfig
from django_deploycheck.records import replace
from django_deploycheck.servers import server, uwsgi_application, with_config

HERE = Location("Procfile", 1)
FILE = "gunicorn.conf.py"
ANY_OPTION = frozenset({"workers", "bind", "reload", "config", "log_level", "chdir"})


def started(text: str, **environment: str) -> Server | None:
    return server(shlex.split(text), environment, HERE)


def gunicorn(application: str | None = "shop.wsgi", **facts) -> Server:
    return Server("gunicorn", application=application, interface="wsgi", **facts)


def uvicorn(**facts) -> Server:
    return Server("uvicorn", application="shop.asgi:app", interface="asgi", **facts)


def granian(**facts) -> Server:
    return Server("granian", application="shop.wsgi:app", interface="wsgi", **facts)


def uwsgi(**facts) -> Server:
    return Server("uwsgi", interface="wsgi", **facts)


def workers(number: int) -> dict[str, Any]:
    return {"workers": number, "workers_stated": True}


def bound(*addresses: str) -> dict[str, Any]:
    return {"bind": addresses, "bind_stated": True}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("python start.py", id="a script"),
        pytest.param("celery -A shop worker", id="a worker"),
        pytest.param("gunicornc status", id="another program of gunicorn"),
        pytest.param("gunicorn --version", id="gunicorn's version"),
        pytest.param("gunicorn -h", id="gunicorn's help"),
        pytest.param("gunicorn --check-config shop.wsgi", id="a check of gunicorn's configuration"),
        pytest.param("gunicorn shop.wsgi --print-config", id="gunicorn's configuration"),
        pytest.param("uvicorn --version", id="uvicorn's version"),
        pytest.param("daphne --help", id="daphne's help"),
        pytest.param("uwsgi --stop /run/shop.pid", id="the end of uwsgi"),
        pytest.param("uwsgi --reload /run/shop.pid", id="a restart of uwsgi"),
        pytest.param("mod_wsgi-express", id="mod_wsgi without a command"),
        pytest.param("mod_wsgi-express install-module", id="the installation of mod_wsgi"),
        pytest.param("python manage.py", id="no subcommand"),
        pytest.param("python manage.py migrate", id="another subcommand"),
        pytest.param("python manage.py shell runserver", id="runserver as an argument"),
    ],
)
def test_no_server(text):
    """What starts no server."""
    assert started(text) is None


# id: (command, environment, what is known of the server)
STARTED: dict[str, tuple[str, dict[str, str], Server]] = {
    # gunicorn
    "gunicorn alone": ("gunicorn", {}, gunicorn(None)),
    "gunicorn with a target": ("gunicorn shop.wsgi", {}, gunicorn()),
    "gunicorn in a virtualenv": ("/venv/bin/gunicorn shop.wsgi", {}, gunicorn()),
    "a callable": ("gunicorn shop.wsgi:application", {}, gunicorn("shop.wsgi:application")),
    "a factory": ("gunicorn 'shop:make(debug=False)'", {}, gunicorn("shop:make(debug=False)")),
    "a target behind flags": ("gunicorn --preload -DR --reuse-port shop.wsgi", {}, gunicorn()),
    "a target behind options": ("gunicorn -p /run/x.pid --threads 4 -t 30 shop.wsgi", {}, gunicorn()),
    "a target behind an unknown option": ("gunicorn --new-option 4 shop.wsgi", {}, gunicorn()),
    "a target behind a dash": ("gunicorn --access-logfile - --error-logfile - shop.wsgi", {}, gunicorn()),
    "a target behind dashes": ("gunicorn -w 2 -- shop.wsgi", {}, gunicorn(**workers(2))),
    "a target behind an option without its value": ("gunicorn --access-logfile --preload shop.wsgi", {}, gunicorn()),
    "a flag that may take a value": ("gunicorn --proxy-protocol shop.wsgi", {}, gunicorn()),
    "a flag that takes a value": ("gunicorn --proxy-protocol v2 shop.wsgi", {}, gunicorn()),
    "an option at the end": ("gunicorn shop.wsgi -w", {}, gunicorn()),
    "PORT is no stated address": ("gunicorn shop.wsgi", {"PORT": "5000"}, gunicorn()),
    "a variable of another server": (
        "gunicorn shop.wsgi",
        {"UVICORN_WORKERS": "4", "GRANIAN_WORKERS": "4", "UWSGI_WORKERS": "4"},
        gunicorn(),
    ),
    "empty GUNICORN_CMD_ARGS": ("gunicorn shop.wsgi", {"GUNICORN_CMD_ARGS": ""}, gunicorn()),
    "no target in GUNICORN_CMD_ARGS": ("gunicorn", {"GUNICORN_CMD_ARGS": "shop.wsgi"}, gunicorn(None)),
    "--reload-engine alone": ("gunicorn --reload-engine poll shop.wsgi", {}, gunicorn()),
    "workers": ("gunicorn -w 4 shop.wsgi", {}, gunicorn(**workers(4))),
    "workers, attached": ("gunicorn -w4 shop.wsgi", {}, gunicorn(**workers(4))),
    "workers in their long spelling": ("gunicorn --workers 4 shop.wsgi", {}, gunicorn(**workers(4))),
    "workers with an equals sign": ("gunicorn --workers=4 shop.wsgi", {}, gunicorn(**workers(4))),
    "workers, short with an equals sign": ("gunicorn -w=4 shop.wsgi", {}, gunicorn(**workers(4))),
    "workers behind a flag": ("gunicorn -Dw4 shop.wsgi", {}, gunicorn(**workers(4))),
    "a negative number": ("gunicorn --timeout -1 shop.wsgi", {}, gunicorn()),
    "the last workers": ("gunicorn -w 4 shop.wsgi --workers 2", {}, gunicorn(**workers(2))),
    "workers of many digits": (
        "gunicorn -w 1000000000 shop.wsgi",
        {},
        gunicorn(workers_stated=True, unresolved=frozenset({"workers"})),
    ),
    "workers of an expression": (
        "gunicorn -w $WORKERS shop.wsgi",
        {},
        gunicorn(workers_stated=True, unresolved=frozenset({"workers"})),
    ),
    "WEB_CONCURRENCY": ("gunicorn shop.wsgi", {"WEB_CONCURRENCY": "3"}, gunicorn(**workers(3))),
    "WEB_CONCURRENCY below the option": ("gunicorn -w 4 shop.wsgi", {"WEB_CONCURRENCY": "3"}, gunicorn(**workers(4))),
    "WEB_CONCURRENCY below GUNICORN_CMD_ARGS": (
        "gunicorn shop.wsgi",
        {"WEB_CONCURRENCY": "3", "GUNICORN_CMD_ARGS": "-w 5"},
        gunicorn(**workers(5)),
    ),
    "an address": ("gunicorn -b :8000 shop.wsgi", {}, gunicorn(**bound(":8000"))),
    "an address, attached": ("gunicorn -b0.0.0.0:80 shop.wsgi", {}, gunicorn(**bound("0.0.0.0:80"))),
    "a socket": ("gunicorn -b unix:/run/x.sock shop.wsgi", {}, gunicorn(**bound("unix:/run/x.sock"))),
    "gunicorn with uwsgi's protocol": ("gunicorn --protocol uwsgi shop.wsgi", {}, gunicorn(protocols=("uwsgi",))),
    "several addresses": (
        "gunicorn --bind=0.0.0.0:80 -b '[::]:80' shop.wsgi",
        {},
        gunicorn(**bound("0.0.0.0:80", "[::]:80")),
    ),
    "an address of a variable": (
        "gunicorn --bind 0.0.0.0:$PORT shop.wsgi",
        {},
        gunicorn(**bound("0.0.0.0:$PORT"), unresolved=frozenset({"bind"})),
    ),
    "an address of a template": (
        "gunicorn --bind '{{ address }}' shop.wsgi",
        {},
        gunicorn(**bound("{{ address }}"), unresolved=frozenset({"bind"})),
    ),
    "GUNICORN_CMD_ARGS": (
        "gunicorn shop.wsgi",
        {"GUNICORN_CMD_ARGS": "--bind '0.0.0.0:80' -w 5 --reload"},
        gunicorn(**bound("0.0.0.0:80"), **workers(5), reload=HERE),
    ),
    "GUNICORN_CMD_ARGS below the command line": (
        "gunicorn -b :80 -e A=1 -w 4 shop.wsgi",
        {"GUNICORN_CMD_ARGS": "-b :81 -w 5 -e DJANGO_SETTINGS_MODULE=a"},
        gunicorn(**bound(":80"), **workers(4)),
    ),
    "GUNICORN_CMD_ARGS with an open quote": (
        "gunicorn shop.wsgi",
        {"GUNICORN_CMD_ARGS": "--name it's -w 5"},
        gunicorn(**workers(5)),
    ),
    "reload": ("gunicorn --reload shop.wsgi", {}, gunicorn(reload=HERE)),
    "a log level": ("gunicorn --log-level=debug shop.wsgi", {}, gunicorn(log_level="debug")),
    "a folder": ("gunicorn --chdir src shop.wsgi", {}, gunicorn(chdir="src")),
    "a folder of a variable": (
        "gunicorn --chdir $HOME shop.wsgi",
        {},
        gunicorn(chdir="$HOME", unresolved=frozenset({"chdir"})),
    ),
    "folders of modules": ("gunicorn --pythonpath a,b shop.wsgi", {}, gunicorn(pythonpath=("a", "b"))),
    "a configuration file": ("gunicorn -c conf.py shop.wsgi", {}, gunicorn(config="conf.py")),
    "a configuration file with its kind": ("gunicorn -c file:conf.py shop.wsgi", {}, gunicorn(config="conf.py")),
    "a configuration module": ("gunicorn -c python:shop.conf shop.wsgi", {}, gunicorn(config="python:shop.conf")),
    "a configuration file of a variable": (
        "gunicorn -c $CONF shop.wsgi",
        {},
        gunicorn(config="$CONF", unresolved=frozenset({"config"})),
    ),
    "a settings module": (
        "gunicorn -e A=1 --env DJANGO_SETTINGS_MODULE=shop.settings shop.wsgi",
        {},
        gunicorn(settings_module="shop.settings"),
    ),
    "a user": ("gunicorn -u app -g web shop.wsgi", {}, gunicorn(user="app")),
    "a worker class": ("gunicorn -k gevent shop.wsgi", {}, gunicorn()),
    "a worker class for ASGI": (
        "gunicorn -k uvicorn.workers.UvicornWorker shop.wsgi",
        {},
        replace(gunicorn(), interface="asgi"),
    ),
    "a worker class of the project's own": (
        "gunicorn --worker-class shop.Worker shop.wsgi",
        {},
        replace(gunicorn(), interface=None),
    ),
    "a target of a variable": ("gunicorn $TARGET:app", {}, gunicorn(None, unresolved=frozenset({"application"}))),
    "options of a variable": ("gunicorn shop.wsgi $OPTIONS", {}, gunicorn(unresolved=ANY_OPTION)),
    "options of a variable first": ("gunicorn ${OPTIONS} shop.wsgi", {}, gunicorn(unresolved=ANY_OPTION)),
    "options of the caller": ("gunicorn shop.wsgi '$@'", {}, gunicorn(unresolved=ANY_OPTION)),
    "options of a command": ("gunicorn shop.wsgi '$(…)'", {}, gunicorn(unresolved=ANY_OPTION)),
    "options of a variable behind a flag": (
        "gunicorn --preload $OPTIONS shop.wsgi",
        {},
        gunicorn(unresolved=ANY_OPTION),
    ),
    "a value of a variable": ("gunicorn --name $NAME shop.wsgi", {}, gunicorn()),
    "everything of a variable": ("gunicorn $ARGS", {}, gunicorn(None, unresolved=ANY_OPTION | {"application"})),
    # uvicorn
    "uvicorn": ("uvicorn shop.asgi:app", {}, uvicorn()),
    "uvicorn reads no PORT": ("uvicorn shop.asgi:app", {"PORT": "5000"}, uvicorn()),
    "uvicorn with flags": ("uvicorn --proxy-headers --no-access-log shop.asgi:app", {}, uvicorn()),
    "uvicorn has no short options": ("uvicorn -w 4 shop.asgi:app", {}, uvicorn()),
    "uvicorn's host": ("uvicorn --host 0.0.0.0 shop.asgi:app", {}, uvicorn(**bound("0.0.0.0:8000"))),
    "uvicorn's port": ("uvicorn shop.asgi:app --port 80", {}, uvicorn(**bound("127.0.0.1:80"))),
    "uvicorn's port of a variable": (
        "uvicorn shop.asgi:app --host :: --port=$PORT",
        {},
        uvicorn(**bound(":::$PORT"), unresolved=frozenset({"bind"})),
    ),
    "uvicorn's socket": ("uvicorn shop.asgi:app --uds /run/x", {}, uvicorn(**bound("unix:/run/x"))),
    "uvicorn's descriptor": ("uvicorn shop.asgi:app --fd 3", {}, uvicorn(**bound("fd:3"))),
    "uvicorn's options": (
        "uvicorn shop.asgi:app --workers 4 --reload --log-level debug --app-dir src",
        {},
        uvicorn(**workers(4), reload=HERE, log_level="debug", chdir="src"),
    ),
    "uvicorn for WSGI": ("uvicorn shop.asgi:app --interface wsgi", {}, replace(uvicorn(), interface="wsgi")),
    "uvicorn and WEB_CONCURRENCY": ("uvicorn shop.asgi:app", {"WEB_CONCURRENCY": "3"}, uvicorn(**workers(3))),
    "uvicorn's variables": (
        "uvicorn",
        {
            "UVICORN_APP": "shop.asgi:app",
            "UVICORN_HOST": "0.0.0.0",
            "UVICORN_WORKERS": "4",
            "WEB_CONCURRENCY": "3",
            "UVICORN_RELOAD": "True",
            "UVICORN_LOG_LEVEL": "debug",
        },
        uvicorn(**bound("0.0.0.0:8000"), **workers(4), reload=HERE, log_level="debug"),
    ),
    "uvicorn's variables below the command line": (
        "uvicorn --port 80 shop.asgi:app",
        {"UVICORN_APP": "other:app", "UVICORN_PORT": "81", "UVICORN_RELOAD": "0"},
        uvicorn(**bound("127.0.0.1:80")),
    ),
    # daphne
    "daphne": ("daphne shop.asgi:app", {}, replace(uvicorn(), name="daphne", workers_stated=True)),
    "daphne with flags": (
        "daphne --proxy-headers -v 2 shop.asgi:app",
        {},
        replace(uvicorn(), name="daphne", workers_stated=True),
    ),
    "daphne's address": (
        "daphne -b 0.0.0.0 -p 80 shop.asgi:app",
        {},
        replace(uvicorn(**bound("0.0.0.0:80")), name="daphne", workers_stated=True),
    ),
    "daphne's port": (
        "daphne --port=80 shop.asgi:app",
        {},
        replace(uvicorn(**bound("127.0.0.1:80")), name="daphne", workers_stated=True),
    ),
    "daphne's endpoint, socket and descriptor": (
        "daphne -e tcp:80 -u /run/x.sock --fd 0 shop.asgi:app",
        {},
        replace(uvicorn(**bound("tcp:80", "unix:/run/x.sock", "fd:0")), name="daphne", workers_stated=True),
    ),
    # hypercorn
    "hypercorn alone": ("hypercorn", {}, Server("hypercorn", interface="asgi")),
    "hypercorn reads no WEB_CONCURRENCY": (
        "hypercorn shop.asgi:app",
        {"WEB_CONCURRENCY": "3"},
        replace(uvicorn(), name="hypercorn"),
    ),
    "a module named wsgi": ("hypercorn wsgi:app", {}, Server("hypercorn", application="wsgi:app", interface="asgi")),
    "hypercorn's options": (
        "hypercorn -b 0.0.0.0:80 --insecure-bind=:81 -w 2 -c file:x.py --reload -u app shop.asgi:app",
        {},
        replace(
            uvicorn(**bound("0.0.0.0:80", ":81"), **workers(2), config="x.py", reload=HERE, user="app"),
            name="hypercorn",
        ),
    ),
    "hypercorn for WSGI": (
        "hypercorn wsgi:shop.wsgi:app",
        {},
        Server("hypercorn", application="shop.wsgi:app", interface="wsgi"),
    ),
    "hypercorn for ASGI": (
        "hypercorn asgi:shop.asgi:app",
        {},
        Server("hypercorn", application="shop.asgi:app", interface="asgi"),
    ),
    # granian
    "granian": ("granian --interface wsgi shop.wsgi:app", {}, granian()),
    "granian reads no WEB_CONCURRENCY": (
        "granian --interface wsgi shop.wsgi:app",
        {"WEB_CONCURRENCY": "3"},
        granian(),
    ),
    "granian's default": ("granian shop.wsgi:app", {}, replace(granian(), interface="asgi")),
    "granian's reload taken back": ("granian --interface wsgi --reload --no-reload shop.wsgi:app", {}, granian()),
    "granian's options": (
        "granian --interface wsgi --host 0.0.0.0 --port 80 --workers 2 --reload --working-dir src shop.wsgi:app",
        {},
        granian(**bound("0.0.0.0:80"), **workers(2), reload=HERE, chdir="src"),
    ),
    "granian's socket": ("granian --interface wsgi --uds /run/x shop.wsgi:app", {}, granian(**bound("unix:/run/x"))),
    "granian takes no target from a variable": (
        "granian",
        {"GRANIAN_APP": "shop.wsgi:app"},
        Server("granian", interface="asgi"),
    ),
    "granian's variables": (
        "granian shop.wsgi:app",
        {"GRANIAN_INTERFACE": "wsgi", "GRANIAN_HOST": "::", "GRANIAN_WORKERS": "2"},
        granian(**bound(":::8000"), **workers(2)),
    ),
    # waitress
    "waitress": (
        "waitress-serve shop.wsgi:app",
        {},
        Server("waitress", application="shop.wsgi:app", interface="wsgi", workers_stated=True),
    ),
    "waitress with a port": (
        "waitress-serve --no-ipv6 --port=80 --threads 8 --call shop.wsgi:app",
        {},
        Server("waitress", application="shop.wsgi:app", interface="wsgi", workers_stated=True, **bound("0.0.0.0:80")),
    ),
    "waitress with addresses": (
        "waitress-serve --listen='*:80 [::]:80' --listen=:81 shop.wsgi:app",
        {},
        Server(
            "waitress",
            application="shop.wsgi:app",
            interface="wsgi",
            workers_stated=True,
            **bound("*:80", "[::]:80", ":81"),
        ),
    ),
    "waitress with a socket": (
        "waitress-serve --unix-socket=/run/x shop.wsgi:app",
        {},
        Server("waitress", application="shop.wsgi:app", interface="wsgi", workers_stated=True, **bound("unix:/run/x")),
    ),
    # mod_wsgi
    "mod_wsgi without a target": (
        "mod_wsgi-express start-server",
        {},
        Server("mod_wsgi", interface="wsgi", workers_stated=True),
    ),
    "mod_wsgi with a file": (
        "mod_wsgi-express start-server shop/wsgi.py --url-alias /static static --log-to-terminal --user app",
        {},
        Server("mod_wsgi", application="shop/wsgi.py", interface="wsgi", workers_stated=True, user="app"),
    ),
    "mod_wsgi with options": (
        "mod_wsgi-express setup-server --port 80 --processes 2 --reload-on-changes --working-directory src shop/wsgi.py",
        {},
        Server(
            "mod_wsgi",
            application="shop/wsgi.py",
            interface="wsgi",
            reload=HERE,
            chdir="src",
            **bound("0.0.0.0:80"),
            **workers(2),
        ),
    ),
    "mod_wsgi with a target of a variable": (
        "mod_wsgi-express start-server $FILE.py",
        {},
        Server("mod_wsgi", interface="wsgi", workers_stated=True, unresolved=frozenset({"application"})),
    ),
    # uwsgi
    "uwsgi alone": ("uwsgi", {}, uwsgi()),
    "uwsgi with flags": ("uwsgi --master --enable-threads -M --vacuum", {}, uwsgi()),
    "uwsgi with other variables": ("uwsgi", {"PORT": "80", "WEB_CONCURRENCY": "3"}, uwsgi()),
    "uwsgi's reload switched off": ("uwsgi --py-autoreload=0", {}, uwsgi()),
    "a text with such an ending": ("uwsgi --pidfile /run/x.ini", {}, uwsgi()),
    "uwsgi with a file": ("uwsgi uwsgi.ini", {}, uwsgi(config="uwsgi.ini")),
    "uwsgi with a file behind a flag": ("uwsgi --master --chmod-socket shop.yml", {}, uwsgi(config="shop.yml")),
    "uwsgi with a section": ("uwsgi uwsgi.ini:prod", {}, uwsgi(config="uwsgi.ini:prod")),
    "uwsgi with a file as an option": ("uwsgi --ini uwsgi.ini", {}, uwsgi(config="uwsgi.ini")),
    "uwsgi with a short option for its file": ("uwsgi -y uwsgi.yml", {}, uwsgi(config="uwsgi.yml")),
    "uwsgi with a folder": ("uwsgi --emperor /etc/uwsgi", {}, uwsgi(config="/etc/uwsgi")),
    "uwsgi with a file of a variable": (
        "uwsgi --ini $INI",
        {},
        uwsgi(config="$INI", unresolved=frozenset({"config"})),
    ),
    "uwsgi with options of a variable": ("uwsgi --master $OPTIONS", {}, uwsgi(unresolved=ANY_OPTION)),
    "uwsgi's options": (
        "uwsgi --http :80 --http-socket=:81 --module shop.wsgi:app --processes 4 --chdir src --uid app --py-autoreload 1",
        {},
        uwsgi(
            application="shop.wsgi:app",
            chdir="src",
            user="app",
            reload=HERE,
            protocols=("http", "http"),
            **bound(":80", ":81"),
            **workers(4),
        ),
    ),
    "uwsgi's short options": (
        "uwsgi -Mp4 -s /run/x.sock -w shop.wsgi",
        {},
        uwsgi(application="shop.wsgi", protocols=("uwsgi",), **bound("/run/x.sock"), **workers(4)),
    ),
    "uwsgi's file": ("uwsgi --wsgi-file shop/wsgi.py", {}, uwsgi(application="shop/wsgi.py")),
    "uwsgi's settings module": (
        "uwsgi --env A=1 --env DJANGO_SETTINGS_MODULE=shop.settings",
        {},
        uwsgi(settings_module="shop.settings"),
    ),
    "uwsgi with few workers at first": ("uwsgi --cheaper 2", {}, uwsgi(workers_stated=True)),
    "uwsgi with variables": (
        "uwsgi --http :$PORT --module $MODULE --workers $WORKERS",
        {},
        uwsgi(
            workers_stated=True,
            protocols=("http",),
            unresolved=frozenset({"application", "bind", "workers"}),
            **bound(":$PORT"),
        ),
    ),
    "uwsgi's variables": (
        "uwsgi",
        {"UWSGI_MODULE": "shop.wsgi", "UWSGI_HTTP_SOCKET": ":80", "UWSGI_INI": "x.ini"},
        uwsgi(application="shop.wsgi", config="x.ini", protocols=("http",), **bound(":80")),
    ),
    "uwsgi's variables below the command line": (
        "uwsgi y.ini --module shop.wsgi",
        {"UWSGI_MODULE": "other.wsgi", "UWSGI_INI": "x.ini"},
        uwsgi(application="shop.wsgi", config="y.ini"),
    ),
    # servers that are not read
    "another server": ("twistd web --port 80", {}, Server("other", workers_stated=True, bind_stated=True)),
    # manage.py
    "runserver": ("python manage.py runserver", {}, Server("runserver", workers=1)),
    "runserver with flags": (
        "./manage.py runserver --noreload --insecure -6",
        {},
        Server("runserver", workers=1),
    ),
    "runserver with an address": (
        "./manage.py runserver -v 2 0.0.0.0:8000 --settings=shop.settings",
        {},
        Server("runserver", workers=1, settings_module="shop.settings", **bound("0.0.0.0:8000")),
    ),
    "runserver with a port of a variable": (
        "./manage.py runserver 0:$PORT",
        {},
        Server("runserver", workers=1, unresolved=frozenset({"bind"}), **bound("0:$PORT")),
    ),
    "runserver_plus": (
        "./manage.py runserver_plus --print-sql --cert-file x.crt 0:80",
        {},
        Server("runserver", workers=1, **bound("0:80")),
    ),
    "prodserver": (
        "python manage.py prodserver web --settings shop.prod",
        {},
        Server("other", workers_stated=True, bind_stated=True, settings_module="shop.prod"),
    ),
    "runmodwsgi": ("./manage.py runmodwsgi", {}, Server("mod_wsgi", workers_stated=True, bind_stated=True)),
}


@pytest.mark.parametrize(
    ("text", "environment", "expected"), [pytest.param(*case, id=name) for name, case in STARTED.items()]
)
def test_server(text, environment, expected):
    """What a command line and its environment say of a server."""
    assert started(text, **environment) == expected


def config(*values: tuple[str, object], conditional: bool = False, name: str = "gunicorn") -> ServerConfig:
    """A configuration whose n-th value stands in the n-th line."""
    facts = tuple(
        ConfigValue(key, value, Location(FILE, line), conditional)  # type: ignore[arg-type]
        for line, (key, value) in enumerate(values, 1)
    )
    return ServerConfig(name, FILE, facts)


# id: (server, its configuration file, both together)
CONFIGURED: dict[str, tuple[Server, ServerConfig, Server]] = {
    "an empty file": (gunicorn(**workers(2)), config(), gunicorn(**workers(2))),
    "other names": (gunicorn(), config(("timeout", 30)), gunicorn()),
    "the command line has the say": (
        gunicorn(
            **workers(2),
            **bound(":80"),
            reload=HERE,
            log_level="info",
            chdir="a",
            user="app",
            settings_module="shop.a",
        ),
        config(
            ("workers", 4),
            ("bind", ":81"),
            ("reload", True),
            ("loglevel", "debug"),
            ("chdir", "b"),
            ("user", "web"),
            ("raw_env", ("DJANGO_SETTINGS_MODULE=shop.b",)),
            ("wsgi_app", "other.wsgi"),
        ),
        gunicorn(
            **workers(2),
            **bound(":80"),
            reload=HERE,
            log_level="info",
            chdir="a",
            user="app",
            settings_module="shop.a",
        ),
    ),
    "the command line has the say over what is not known": (
        gunicorn(**workers(2), **bound(":80")),
        config(("workers", None), ("bind", None)),
        gunicorn(**workers(2), **bound(":80")),
    ),
    "switched off": (gunicorn(), config(("reload", False), ("user", "")), gunicorn()),
    "not known": (
        gunicorn(),
        config(("wsgi_app", None), ("chdir", None), ("loglevel", None), ("reload", None), ("raw_env", None)),
        gunicorn(),
    ),
    "only sometimes": (gunicorn(), config(("reload", True), ("loglevel", "debug"), conditional=True), gunicorn()),
    "everything": (
        Server("gunicorn", interface="wsgi"),
        config(
            ("workers", 4),
            ("bind", ":81"),
            ("reload", True),
            ("loglevel", "debug"),
            ("chdir", "b"),
            ("user", 1000),
            ("raw_env", ("A=1", "DJANGO_SETTINGS_MODULE=shop.b")),
            ("wsgi_app", "shop.wsgi"),
        ),
        gunicorn(
            **workers(4),
            **bound(":81"),
            reload=Location(FILE, 3),
            log_level="debug",
            log_level_at=Location("gunicorn.conf.py", 4),
            chdir="b",
            user="1000",
            settings_module="shop.b",
        ),
    ),
    "several addresses": (gunicorn(), config(("bind", (":80", ":81"))), gunicorn(**bound(":80", ":81"))),
    "an address that is not known": (
        gunicorn(),
        config(("bind", None)),
        gunicorn(bind_stated=True, unresolved=frozenset({"bind"})),
    ),
    "workers that are not known": (
        gunicorn(),
        config(("workers", None)),
        gunicorn(workers_stated=True, unresolved=frozenset({"workers"})),
    ),
    "the last value": (gunicorn(), config(("workers", 2), ("workers", 3)), gunicorn(**workers(3))),
    "a user that is not known": (gunicorn(), config(("user", None)), gunicorn(user="$")),
    "a user only sometimes": (gunicorn(), config(("user", "app"), conditional=True), gunicorn(user="$")),
    "a worker class": (gunicorn(), config(("worker_class", "gthread")), gunicorn()),
    "a worker class for ASGI": (
        gunicorn(),
        config(("worker_class", "uvicorn.workers.UvicornWorker")),
        replace(gunicorn(), interface="asgi"),
    ),
    "a worker class that is not known": (
        gunicorn(),
        config(("worker_class", None)),
        replace(gunicorn(), interface=None),
    ),
    "a worker class below the command line's": (
        replace(gunicorn(), interface="asgi"),
        config(("worker_class", "gthread")),
        replace(gunicorn(), interface="asgi"),
    ),
    "a file that was not known": (
        gunicorn(unresolved=frozenset({"config", "chdir"})),
        config(),
        gunicorn(unresolved=frozenset({"chdir"})),
    ),
    "uwsgi": (
        uwsgi(),
        config(
            ("module", "shop.wsgi"),
            ("callable", "app"),
            ("processes", "4"),
            ("http", ":80"),
            ("master", True),
            ("py-autoreload", 2),
            ("chdir", "src"),
            ("uid", "app"),
            ("env", "DJANGO_SETTINGS_MODULE=shop.settings"),
            name="uwsgi",
        ),
        uwsgi(
            application="shop.wsgi:app",
            reload=Location(FILE, 6),
            chdir="src",
            user="app",
            settings_module="shop.settings",
            protocols=("http",),
            **bound(":80"),
            **workers(4),
        ),
    ),
    "uwsgi's sockets": (
        uwsgi(),
        config(
            ("socket", ":81"), ("http-socket", ":82"), ("scgi-socket", ":83"), ("fastcgi-socket", "x"), name="uwsgi"
        ),
        uwsgi(protocols=("uwsgi", "http", "scgi", "fastcgi"), **bound(":81", ":82", ":83", "x")),
    ),
    "uwsgi's socket with a protocol of its own": (
        uwsgi(),
        config(("socket", ":81"), ("protocol", "http"), ("uwsgi-socket", ":82"), name="uwsgi"),
        uwsgi(protocols=("http", "uwsgi"), **bound(":81", ":82")),
    ),
    "a protocol of gunicorn's": (
        gunicorn(),
        config(("protocol", "uwsgi")),
        gunicorn(protocols=("uwsgi",)),
    ),
    "uwsgi below the command line": (
        uwsgi(application="shop.wsgi", reload=HERE, chdir="a", user="app", **bound(":80"), **workers(4)),
        config(
            ("module", "other.wsgi"),
            ("workers", 2),
            ("http", ":81"),
            ("py-autoreload", 2),
            ("chdir", "b"),
            ("uid", "web"),
            name="uwsgi",
        ),
        uwsgi(application="shop.wsgi", reload=HERE, chdir="a", user="app", **bound(":80"), **workers(4)),
    ),
    "uwsgi only sometimes": (
        uwsgi(),
        config(
            ("py-autoreload", 2),
            ("env", "DJANGO_SETTINGS_MODULE=shop.settings"),
            conditional=True,
            name="uwsgi",
        ),
        uwsgi(),
    ),
    "uwsgi with values that are no texts": (
        uwsgi(),
        config(("module", True), ("http", True), ("env", True), name="uwsgi"),
        uwsgi(),
    ),
    "uwsgi with placeholders": (
        uwsgi(),
        config(("module", "%(project).wsgi"), ("http", ":$(PORT)"), ("processes", "%k"), name="uwsgi"),
        uwsgi(
            workers_stated=True,
            protocols=("http",),
            unresolved=frozenset({"application", "bind", "workers"}),
            **bound(":$(PORT)"),
        ),
    ),
}


@pytest.mark.parametrize(
    ("found", "configuration", "expected"), [pytest.param(*case, id=name) for name, case in CONFIGURED.items()]
)
def test_with_config(found, configuration, expected):
    """A configuration file fills in what the command line leaves open."""
    assert with_config(found, configuration) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param((), None, id="nothing"),
        pytest.param((("callable", "app"),), None, id="a callable alone"),
        pytest.param((("wsgi-file", True),), None, id="no text"),
        pytest.param((("module", "a.wsgi"),), "a.wsgi", id="a module"),
        pytest.param((("wsgi", "a.wsgi:x"), ("callable", "app")), "a.wsgi:x", id="a callable of its own"),
        pytest.param((("module", "a.wsgi"), ("callable", "app")), "a.wsgi:app", id="a callable beside it"),
        pytest.param((("wsgi-file", "a/wsgi.py"), ("callable", "app")), "a/wsgi.py", id="a file"),
    ],
)
def test_uwsgi_application(values, expected):
    """The target that uwsgi's options name together."""
    assert uwsgi_application(config(*values, name="uwsgi")) == expected


HOSTILE = {
    "flags in a row": ["uwsgi", "-" + "M" * 300_000],
    "short options": ["gunicorn"] + ["-w", "4"] * 100_000,
    "long options": ["gunicorn"] + ["--workers", "4"] * 100_000,
    "targets": ["gunicorn"] + ["$X"] * 200_000,
    "a long target": ["gunicorn", "a." * 500_000 + "!"],
    "a long factory": ["gunicorn", "a:b" + "(" * 1_000_000],
    "a long variable": ["gunicorn", "${" + "x" * 1_000_000],
    "a long substitution": ["gunicorn", "$(" + ")" * 1_000_000 + "x"],
    "a long worker class": ["gunicorn", "-k", "gevent" * 200_000 + "!"],
    "a number of many digits": ["gunicorn", "-w", "9" * 1_000_000],
    "many files": ["uwsgi"] + ["x.ini"] * 200_000,
}


@pytest.mark.parametrize("argv", [pytest.param(argv, id=name) for name, argv in HOSTILE.items()])
def test_hostile_command_lines(argv):
    """The time it takes grows with the length of the command line, no faster."""
    start = time.process_time()
    server(argv, {"GUNICORN_CMD_ARGS": "'\"" * 100_000, "UWSGI_": "x"}, HERE)

    assert time.process_time() - start < 10


def test_tables():
    """Every server that is read has its flags and its distributions, and every program is one of them."""
    assert set(servers._READERS) == set(servers.DISTRIBUTIONS) == set(servers._FLAGS) - {"runserver"}
    assert set(servers._PAIRS) | set(servers._STARTS_NOTHING) <= set(servers._READERS)
    assert set(SERVERS.values()) - {"other"} == set(servers._READERS)
    assert all(flag.startswith("-") for flags in servers._FLAGS.values() for flag in flags)


def test_flags_of_the_installed_gunicorn():
    """The table agrees with the parser of the gunicorn that is installed."""
    configuration = pytest.importorskip("gunicorn.config")
    actions = configuration.Config().parser()._actions
    flags = {name for action in actions if action.nargs in (0, "?") for name in action.option_strings}
    valued = {name for action in actions if action.nargs is None for name in action.option_strings}

    assert flags <= servers._FLAGS["gunicorn"] | servers._STARTS_NOTHING["gunicorn"]
    assert valued.isdisjoint(servers._FLAGS["gunicorn"])
