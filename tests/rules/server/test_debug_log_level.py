from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "debug-log-level"
PROCFILE = "web: gunicorn bookstore.wsgi --workers 2\n"
DEBUG = {"Procfile": "web: gunicorn bookstore.wsgi --workers 2 --log-level debug\n"}
LOGGING = """LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "DEBUG"},
}
"""
PLACE = f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 5}"


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({"Procfile": PROCFILE}, "", id="the default"),
        pytest.param({"Procfile": PROCFILE.replace("2", "2 --log-level info")}, "", id="info"),
        pytest.param({"Procfile": PROCFILE.replace("2", "2 --log-level $LEVEL")}, "", id="a variable decides"),
        pytest.param(
            {"compose.dev.yml": "services:\n  web:\n    command: gunicorn a.wsgi --log-level debug\n"},
            "",
            id="development",
        ),
        pytest.param(
            {
                "Procfile": "web: ./start.sh\n",
                "start.sh": '#!/bin/sh\n[ -n "$TALK" ] && exec gunicorn bookstore.wsgi --log-level debug\n',
            },
            "",
            id="under a condition",
        ),
        pytest.param(
            {"Procfile": PROCFILE, "gunicorn.conf.py": "import os\nif os.getenv('TALK'):\n    loglevel = 'debug'\n"},
            "",
            id="under a condition of the configuration",
        ),
        pytest.param({"Procfile": PROCFILE, "gunicorn.conf.py": "# loglevel = 'debug'\n"}, "", id="a comment"),
        pytest.param(
            {"Procfile": PROCFILE.replace("2", "2 --log-level info"), "gunicorn.conf.py": "loglevel = 'debug'\n"},
            "",
            id="the command line overrides the configuration",
        ),
        pytest.param(
            {"Procfile": "web: uvicorn api.main:app --log-level debug\n", "api/main.py": "import fastapi\n"},
            "",
            id="another framework's server",
        ),
        pytest.param({}, LOGGING.replace("DEBUG", "INFO"), id="the root logger at INFO"),
        pytest.param({}, LOGGING.replace('"console"]', "]"), id="a root logger without handlers"),
        pytest.param(
            {}, LOGGING.replace("logging.StreamHandler", "logging.NullHandler"), id="a handler that drops all"
        ),
        pytest.param({}, LOGGING.replace('Handler"}', 'Handler", "level": "INFO"}'), id="a handler that wants more"),
        pytest.param({}, LOGGING.replace('Handler"}', 'Handler", "filters": ["debug"]}'), id="a handler that filters"),
        pytest.param(
            {}, LOGGING.replace('"DEBUG"', 'os.environ.get("LEVEL", "DEBUG")'), id="a level that is unset here"
        ),
        pytest.param({}, LOGGING + "DEBUG = True\n", id="a developer's settings"),
        pytest.param({}, "LOGGING = None\n", id="no LOGGING"),
        pytest.param({}, "LOGGING = {'version': 1, 'loggers': {'shop': {'level': 'DEBUG'}}}\n", id="one's own logger"),
        pytest.param({}, "LOGGING = {'version': 1, 'loggers': None}\n", id="loggers that are none"),
    ],
)
def test_silent(tmp_path, monkeypatch, files, settings):
    monkeypatch.delenv("LEVEL", raising=False)
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "places"),
    [
        pytest.param(DEBUG, "", ["Procfile:1"], id="gunicorn"),
        pytest.param(
            {"Procfile": "web: uvicorn bookstore.asgi:application --log-level trace\n"},
            "",
            ["Procfile:1"],
            id="uvicorn",
        ),
        pytest.param(
            {"Procfile": PROCFILE, "gunicorn.conf.py": "workers = 2\nloglevel = 'debug'\n"},
            "",
            ["gunicorn.conf.py:2"],
            id="gunicorn.conf.py, loaded unasked",
        ),
        pytest.param(
            {
                "Procfile": "web: ./start.sh\n",
                "start.sh": "#!/bin/sh\nexec gunicorn bookstore.wsgi \\\n  --log-level=DEBUG\n",
            },
            "",
            ["start.sh:3"],
            id="a script",
        ),
        pytest.param({}, LOGGING, [PLACE], id="the root logger"),
        pytest.param(
            {},
            LOGGING.replace('"root": {', '"loggers": {"": {').replace('DEBUG"}', 'DEBUG"}}'),
            [PLACE],
            id="the root logger among the others",
        ),
    ],
)
def test_fires(tmp_path, files, settings, places):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == places


@pytest.mark.parametrize(
    ("files", "settings", "message", "hint"),
    [
        pytest.param(
            DEBUG,
            "",
            "The 'web' process starts gunicorn with the log level 'debug'.",
            "Write 'info' for '--log-level debug' at Procfile:1, or leave it out.",
            id="the command line",
        ),
        pytest.param(
            {"Procfile": PROCFILE, "gunicorn.conf.py": "loglevel = 'debug'\n"},
            "",
            "The 'web' process starts gunicorn with the log level 'debug'.",
            "Write loglevel = 'info' in gunicorn.conf.py:1, or delete the line.",
            id="a configuration",
        ),
        pytest.param(
            {},
            LOGGING,
            "The root logger in 'LOGGING' has the level 'DEBUG', so every library writes what is meant for debugging.",
            f"Write 'level': 'INFO' for the root logger in {PLACE}.",
            id="the root logger",
        ),
    ],
)
def test_message_and_hint(tmp_path, files, settings, message, hint):
    (finding,) = inspect_files(tmp_path, files, settings=settings).findings(RULE)
    assert (finding.message, finding.hint) == (message, hint)
