"""gunicorn.conf.py understood by ast."""

from __future__ import annotations

import fnmatch

import pytest

from django_deploycheck.model import BlindSpot, Call, ConfigValue, Location, PythonModule, ServerConfig
from django_deploycheck.readers import gunicorn_conf
from django_deploycheck.source import Source, Unreadable

PATH = "gunicorn.conf.py"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[ServerConfig | PythonModule | BlindSpot]:
    return list(gunicorn_conf.read(Source(PATH, text)))


def config(text: str) -> ServerConfig | None:
    return next((fact for fact in facts(text) if isinstance(fact, ServerConfig)), None)


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        pytest.param("gunicorn.conf.py", True, id="its own name"),
        pytest.param("gunicorn_config.py", True, id="a usual name"),
        pytest.param("gunicorn.py", True, id="a name that may be anything"),
        pytest.param("gunicorn_start.py", False, id="a script"),
        pytest.param("gunicorn.conf", False, id="another format"),
        pytest.param("gunicorn.conf.py.bak", False, id="a backup"),
    ],
)
def test_names(name, claimed):
    """Which files the reader claims."""
    assert any(fnmatch.fnmatchcase(name, pattern) for pattern in gunicorn_conf.NAMES) is claimed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("import gunicorn\nprint(1)", id="a script"),
        pytest.param("cores = 4\nclass workers_of:\n    workers = 4", id="other names"),
        pytest.param("def f():\n    workers = 4", id="a local name"),
    ],
)
def test_no_configuration(text):
    """A file that sets nothing of gunicorn's is no configuration of it."""
    assert config(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("workers = 4", [ConfigValue("workers", 4, at(1))], id="a number"),
        pytest.param("workers = 2 * 2 + 1", [ConfigValue("workers", 5, at(1))], id="arithmetic"),
        pytest.param("n = 4\nworkers = n * 2", [ConfigValue("workers", 8, at(2))], id="a constant"),
        pytest.param("bind = '0.0.0.0:8000'", [ConfigValue("bind", "0.0.0.0:8000", at(1))], id="a text"),
        pytest.param("p = 80\nbind = f':{p}'", [ConfigValue("bind", ":80", at(2))], id="an f-string"),
        pytest.param("bind = ['a:1', 'b:2']", [ConfigValue("bind", ("a:1", "b:2"), at(1))], id="a list"),
        pytest.param("reload: bool = True", [ConfigValue("reload", True, at(1))], id="an annotation"),
        pytest.param("reload = not False", [ConfigValue("reload", True, at(1))], id="a negation"),
        pytest.param(
            "timeout, keepalive = 9, 5",
            [ConfigValue("timeout", 9, at(1)), ConfigValue("keepalive", 5, at(1))],
            id="a pair",
        ),
        pytest.param(
            "timeout, keepalive = x",
            [ConfigValue("timeout", None, at(1)), ConfigValue("keepalive", None, at(1))],
            id="a pair of unknowns",
        ),
        pytest.param("timeout, x.y = 9, 5", [ConfigValue("timeout", 9, at(1))], id="a pair with an attribute"),
        pytest.param("user = None\nworkers = 1", [ConfigValue("workers", 1, at(2))], id="None is the default"),
        pytest.param(
            "workers = multiprocessing.cpu_count() * 2 + 1",
            [ConfigValue("workers", None, at(1))],
            id="the machine's cores",
        ),
        pytest.param(
            "workers = int(os.environ.get('WEB_CONCURRENCY', 2))",
            [ConfigValue("workers", None, at(1))],
            id="a variable",
        ),
        pytest.param(
            "bind = f'0.0.0.0:{os.getenv(\"PORT\", 8000)}'",
            [ConfigValue("bind", None, at(1))],
            id="a variable in an f-string",
        ),
        pytest.param(
            "reload = os.environ.get('DEBUG')",
            [ConfigValue("reload", None, at(1))],
            id="a variable that may be missing",
        ),
        pytest.param(
            "workers = 1\nworkers += 1",
            [ConfigValue("workers", 1, at(1)), ConfigValue("workers", None, at(2))],
            id="an addition",
        ),
        pytest.param("if DEBUG:\n    reload = True", [ConfigValue("reload", True, at(2), True)], id="a condition"),
        pytest.param("with x:\n    reload = True", [ConfigValue("reload", True, at(2))], id="with is no condition"),
        pytest.param(
            "try:\n    workers = 1\nexcept E:\n    workers = 2\nelse:\n    timeout = 3\nfinally:\n    backlog = 4",
            [
                ConfigValue("workers", 1, at(2), True),
                ConfigValue("workers", 2, at(4), True),
                ConfigValue("timeout", 3, at(6), True),
                ConfigValue("backlog", 4, at(8), True),
            ],
            id="try",
        ),
        pytest.param(
            "match x:\n    case 1:\n        workers = 1", [ConfigValue("workers", 1, at(3), True)], id="match"
        ),
        pytest.param(
            "if x:\n    n = 1\nworkers = n", [ConfigValue("workers", None, at(3))], id="a name that a condition decides"
        ),
        pytest.param(
            "raw_env = ['A=1', 'SECRET_KEY=kd83jf7sXk29slq0', 3]",
            [ConfigValue("raw_env", ("A=1", "SECRET_KEY=***"), at(1))],
            id="secrets are masked",
        ),
        pytest.param("def on_starting(server):\n    pass", [], id="a hook alone"),
    ],
)
def test_values(text, expected):
    """What the file sets, with its lines."""
    assert config(text) == ServerConfig("gunicorn", PATH, tuple(expected))


def test_trackers_in_hooks():
    """A hook that starts a tracker is seen in the module's calls."""
    text = "import sentry_sdk\ndef post_fork(server, worker):\n    sentry_sdk.init(dsn='https://x')\n"
    (module,) = [fact for fact in facts(text) if isinstance(fact, PythonModule)]
    assert module.calls == (Call("sentry_sdk.init", at(3), ("dsn",), True),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("workers = 1\nfrom base import *", 2, id="a star import"),
        pytest.param(
            "import os\nfor k, v in os.environ.items():\n    locals()[k] = v", None, id="names from variables"
        ),
    ],
)
def test_blind_spots(text, line):
    """What cannot be known is said."""
    spots = [fact for fact in facts(text) if isinstance(fact, BlindSpot)]
    assert spots == [
        BlindSpot("sets options of gunicorn that only show when it runs", Location(PATH, line), frozenset())
    ]


@pytest.mark.parametrize(
    "text",
    [pytest.param("from base import WORKERS\nworkers = 1", id="an import"), pytest.param("workers = 1", id="a value")],
)
def test_no_blind_spots(text):
    """An ordinary file hides nothing."""
    assert not [fact for fact in facts(text) if isinstance(fact, BlindSpot)]


def test_unreadable():
    """What is no Python is said in our own words."""
    with pytest.raises(Unreadable) as caught:
        facts("workers = 1\nbind = =")
    assert (caught.value.reason, caught.value.line) == ("is no valid Python", 2)
