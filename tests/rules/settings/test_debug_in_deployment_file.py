from __future__ import annotations

import pytest

from tests.projects import inspect_files

RULE = "debug-in-deployment-file"
READS_DEBUG = 'DEBUG = os.environ.get("DEBUG") == "True"\n'
READS_MODE = 'DEBUG = os.environ.get("MODE_VERBOSE", "") == "1"\n'

COMPOSE = "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n      - {line}\n"


def compose(line: str) -> dict[str, str]:
    return {"compose.prod.yml": COMPOSE.format(line=line)}


def elsewhere(source: str) -> dict[str, str]:
    """A settings module that was never executed, behind the one that is checked."""
    return {"bookstore/production.py": source}


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(compose("DEBUG=False"), READS_DEBUG, id="off"),
        pytest.param(compose("DEBUG=0"), READS_DEBUG, id="off, as a number"),
        pytest.param(compose("DEBUG="), READS_DEBUG, id="empty"),
        pytest.param(compose("DEBUG"), READS_DEBUG, id="passed on"),
        pytest.param(compose("DEBUG=${DEBUG}"), READS_DEBUG, id="a reference"),
        pytest.param(compose("DEBUG=${DEBUG:-0}"), READS_DEBUG, id="a default that is off"),
        pytest.param(compose("DEBUG=1"), "", id="no settings read it"),
        pytest.param(
            compose("SQL_DEBUG=1"),
            READS_DEBUG + 'SQL = os.environ.get("SQL_DEBUG")\n',
            id="not what DEBUG is taken from",
        ),
        pytest.param(
            compose("DEBUG_FALSE=1"),
            'DEBUG = os.environ.get("DEBUG_FALSE") != "1"\n',
            id="a name that says the opposite",
        ),
        pytest.param({"compose.dev.yml": COMPOSE.format(line="DEBUG=True")}, READS_DEBUG, id="a development file"),
        pytest.param(
            {
                "compose.prod.yml": COMPOSE.format(line="A=1")
                + "  proxy:\n    image: nginx\n    environment:\n      - DEBUG=1\n"
            },
            READS_DEBUG,
            id="another program",
        ),
        pytest.param(
            compose("VERBOSE_DEBUG=1"),
            'DEBUG = __import__("json").loads("false")\nVERBOSE = os.environ.get("VERBOSE_DEBUG")\n',
            id="an uncommon name, DEBUG from where nobody can tell",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.12 AS build\nENV DEBUG=True\nRUN make\nFROM python:3.12\n"
                "CMD gunicorn bookstore.wsgi\n"
            },
            READS_DEBUG,
            id="a stage that builds",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.12\nENV DEBUG=True\nCMD gunicorn bookstore.wsgi\n",
                "compose.prod.yml": "services:\n  web:\n    build: .\n    environment:\n      DEBUG: 'False'\n",
            },
            READS_DEBUG,
            id="an image's variable that production sets anew",
        ),
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi --log-level=debug\n"}, READS_DEBUG, id="a log level"),
        pytest.param(
            {
                **elsewhere("DEBUG = False\n"),
                **compose("DJANGO_SETTINGS_MODULE=bookstore.production\n      - VERBOSE_DEBUG=1"),
            },
            "",
            id="an uncommon name, settings that were not read",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "places"),
    [
        pytest.param(compose("DEBUG=True"), READS_DEBUG, ["compose.prod.yml:6"], id="a compose file"),
        pytest.param(
            compose("MODE_VERBOSE=1"),
            READS_MODE,
            ["compose.prod.yml:6"],
            id="what DEBUG is taken from, whatever its name",
        ),
        pytest.param(
            {"Dockerfile": "FROM python:3.12\nENV DEBUG=1\nCMD gunicorn bookstore.wsgi\n"},
            READS_DEBUG,
            ["Dockerfile:2"],
            id="an image",
        ),
        pytest.param(
            {"Procfile": "web: DEBUG=on gunicorn bookstore.wsgi\n"}, READS_DEBUG, ["Procfile:1"], id="a command"
        ),
        pytest.param(
            {"Procfile": "web: sh start.sh\n", "start.sh": "\nexport DEBUG=yes\ngunicorn bookstore.wsgi\n"},
            READS_DEBUG,
            ["start.sh:2"],
            id="a start script",
        ),
        pytest.param(
            {
                **elsewhere("DEBUG = False\n"),
                **compose("DJANGO_SETTINGS_MODULE=bookstore.production\n      - DJANGO_DEBUG=1"),
            },
            "",
            ["compose.prod.yml:7"],
            id="a common name, settings that were not read",
        ),
        pytest.param(
            {
                **elsewhere("DEBUG = False\n"),
                **compose("DJANGO_SETTINGS_MODULE=bookstore.production\n      - BOOKSTORE_DEBUG=1"),
            },
            "",
            ["compose.prod.yml:7"],
            id="the project's own name",
        ),
        pytest.param(
            {
                "compose.prod.yml": "x-env: &env\n  DEBUG: 1\nservices:\n  web:\n    image: shop\n"
                "    command: gunicorn bookstore.wsgi\n    environment: *env\n"
                "  worker:\n    image: shop\n    command: celery -A bookstore worker\n    environment: *env\n"
            },
            READS_DEBUG,
            ["compose.prod.yml:2"],
            id="once, where two services share the line",
        ),
    ],
)
def test_fires(tmp_path, files, settings, places):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == places
    assert [finding.level for finding in found.findings(RULE)] == [None]


def test_a_default_that_turns_it_on_is_advice(tmp_path):
    (finding,) = inspect_files(tmp_path, compose("DEBUG=${APP_DEBUG:-True}"), settings=READS_DEBUG).findings(RULE)
    assert (str(finding.location), finding.level) == ("compose.prod.yml:6", "I")
    assert finding.message == "In production, 'web' falls back to 'DEBUG=True'."
    assert finding.hint == "Set DEBUG to '${APP_DEBUG:-False}' there, or delete the line."


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, compose("DEBUG=True"), settings=READS_DEBUG).findings(RULE)
    assert finding.message == "In production, 'web' gets 'DEBUG=True'."
    assert finding.hint == "Set DEBUG to 'False' there, or delete the line."
