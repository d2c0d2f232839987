"""asgi-needed: Channels behind WSGI servers."""

from __future__ import annotations

import pytest

from tests.projects import REQUIREMENTS, inspect_files

RULE = "asgi-needed"
CHANNELS = "INSTALLED_APPS = [*INSTALLED_APPS, 'channels']\nASGI_APPLICATION = 'bookstore.asgi.application'\n"
EVENTS = CHANNELS.replace("channels", "django_eventstream.apps.EventConfig")
GUNICORN = "web: gunicorn bookstore.wsgi\n"


def procfile(text: str) -> dict[str, str]:
    return {"Procfile": text}


SILENT = {
    "nothing is deployed": ({}, CHANNELS),
    "no Channels": (procfile(GUNICORN), "ASGI_APPLICATION = 'bookstore.asgi.application'\n"),
    "daphne alone, which runserver uses": (
        procfile(GUNICORN),
        "INSTALLED_APPS = ['daphne', *INSTALLED_APPS]\nASGI_APPLICATION = 'bookstore.asgi.application'\n",
    ),
    "an app whose name only starts like it": (
        procfile(GUNICORN),
        CHANNELS.replace("'channels'", "'channels_presence'"),
    ),
    "no ASGI application": (procfile(GUNICORN), "INSTALLED_APPS = [*INSTALLED_APPS, 'channels']\n"),
    "daphne serves": (procfile("web: daphne bookstore.asgi:application\n"), CHANNELS),
    "uvicorn serves": (procfile("web: uvicorn bookstore.asgi:application\n"), CHANNELS),
    "gunicorn with uvicorn's workers": (
        procfile("web: gunicorn bookstore.asgi -k uvicorn_worker.UvicornWorker\n"),
        CHANNELS,
    ),
    "daphne serves beside gunicorn": (procfile(GUNICORN + "sockets: daphne bookstore.asgi:application\n"), CHANNELS),
    "gunicorn's workers are not known": (procfile("web: gunicorn bookstore.wsgi -k $WORKER_CLASS\n"), CHANNELS),
    "runserver, which serves both": (procfile("web: python manage.py runserver\n"), CHANNELS),
    "a script that is not there": (procfile(GUNICORN + "sockets: ./sockets.sh\n"), CHANNELS),
    "a file that is not read and mentions daphne": (
        {**procfile(GUNICORN), "Jenkinsfile": "sh 'daphne x'\n"},
        CHANNELS,
    ),
    "development alone": (
        {"compose.dev.yml": "services:\n  web:\n    image: x\n    command: gunicorn a.wsgi\n"},
        CHANNELS,
    ),
    "a variable adds the app, and it is unset here": (
        procfile(GUNICORN),
        "if not os.environ.get('BOOKSTORE_PLAIN'):\n    " + CHANNELS.replace("\n", "\n    ").rstrip() + "\n",
    ),
}


@pytest.mark.parametrize(("files", "settings"), SILENT.values(), ids=SILENT)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_where_files_may_be_missing(tmp_path):
    assert inspect_files(tmp_path, procfile(GUNICORN), settings=CHANNELS, complete=False).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "places"),
    [
        pytest.param(procfile(GUNICORN), CHANNELS, ["Procfile:1"], id="gunicorn"),
        pytest.param(procfile(GUNICORN), EVENTS, ["Procfile:1"], id="an app by its configuration"),
        pytest.param(procfile("release: true\n" + GUNICORN), CHANNELS, ["Procfile:2"], id="the web process's line"),
        pytest.param(
            procfile("web: waitress-serve --port=$PORT bookstore.wsgi:application\n"),
            CHANNELS,
            ["Procfile:1"],
            id="waitress",
        ),
        pytest.param(procfile("web: uwsgi --module bookstore.wsgi\n"), CHANNELS, ["Procfile:1"], id="uWSGI"),
        pytest.param(
            {
                **procfile(GUNICORN),
                "compose.dev.yml": "services:\n  web:\n    image: x\n    command: daphne bookstore.asgi:application\n",
            },
            CHANNELS,
            ["Procfile:1"],
            id="ASGI for development alone",
        ),
    ],
)
def test_fires(tmp_path, files, settings, places):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == places


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, procfile(GUNICORN), settings=CHANNELS).findings(RULE)
    assert finding.message == "'channels' is installed and needs ASGI, and the 'web' process serves WSGI alone."
    assert finding.hint == (
        "Write 'web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT' instead, and add the line 'uvicorn' to "
        "requirements.txt."
    )


def test_hint_takes_the_server_that_is_declared(tmp_path):
    files = {**procfile(GUNICORN), "requirements.txt": REQUIREMENTS + "channels[daphne]==4.2.0\ndaphne==4.1.2\n"}
    (finding,) = inspect_files(tmp_path, files, settings=CHANNELS).findings(RULE)
    assert finding.hint == "Write 'web: daphne bookstore.asgi:application --bind 0.0.0.0 --port $PORT' instead."
