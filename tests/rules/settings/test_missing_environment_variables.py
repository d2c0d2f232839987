from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "missing-environment-variables"
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
READS = 'PAYMENT_KEY = os.environ.get("PAYMENT_KEY")\n'
LINE = len(SETTINGS.splitlines()) + 1
COMPOSE = "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("PAYMENT_KEY", "MAIL_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(PROCFILE, "", id="nothing is read"),
        pytest.param({}, READS, id="nothing is known of production"),
        pytest.param(PROCFILE, 'PAYMENT_KEY = os.environ.get("PAYMENT_KEY", "")\n', id="with a default"),
        pytest.param(PROCFILE, READS + 'KEY = os.getenv("PAYMENT_KEY", "x")\n', id="with a default at another place"),
        pytest.param(PROCFILE, 'PAYMENT_KEY = os.environ.get("PAYMENT_KEY", None)\n', id="None by default"),
        pytest.param(PROCFILE, 'PAYMENT_KEY = os.environ.get("PAYMENT_KEY") or None\n', id="None instead"),
        pytest.param(
            {**PROCFILE, "bookstore/config.py": "import os\nCONFIG = {'key': ('', os.getenv('PAYMENT_KEY'))}\n"},
            "try:\n    from bookstore.config import build\nexcept ImportError:\n    pass\n",
            id="read by a module that settings import",
        ),
        pytest.param(PROCFILE, 'if DEBUG:\n    KEY = os.environ.get("PAYMENT_KEY")\n', id="under a condition"),
        pytest.param(PROCFILE, 'PORT = os.environ.get("PORT")\nON = "RENDER" in os.environ\n', id="set by platforms"),
        pytest.param(
            {**PROCFILE, "app.json": '{"env": {"PAYMENT_KEY": {"required": true}}}'},
            READS,
            id="declared for the platform",
        ),
        pytest.param(
            {"compose.prod.yml": COMPOSE + "    environment:\n      - PAYMENT_KEY\n"},
            READS,
            id="passed on by the service",
        ),
        pytest.param(
            {"compose.prod.yml": COMPOSE + "    env_file: prod.env\n"}, READS, id="a file that is not in the repository"
        ),
        pytest.param(
            {"compose.prod.yml": COMPOSE + "    env_file: prod.env\n", "prod.env": "PAYMENT_KEY=x\n"},
            READS,
            id="in an env file",
        ),
        pytest.param({**PROCFILE, ".env": "PAYMENT_KEY=x\n"}, READS, id="in the file that libraries read"),
        pytest.param(
            {
                "compose.prod.yml": COMPOSE + "    environment:\n      - DJANGO_SETTINGS_MODULE=bookstore.other\n",
                "bookstore/other.py": "from bookstore.settings import *\n",
            },
            READS,
            id="production loads other settings",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_in_a_partial_tree(tmp_path):
    assert inspect_files(tmp_path, PROCFILE, settings=READS, complete=False).places(RULE) == []


def test_silent_about_what_this_process_has(tmp_path, monkeypatch):
    monkeypatch.setenv("PAYMENT_KEY", "x")
    assert inspect_files(tmp_path, PROCFILE, settings=READS).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "message"),
    [
        pytest.param(
            PROCFILE,
            READS,
            "The settings read 'PAYMENT_KEY', without a default, and nothing declares it for production.",
            id="one",
        ),
        pytest.param(
            {**PROCFILE, ".env.example": "PAYMENT_KEY=\n"},
            READS,
            "The settings read 'PAYMENT_KEY', without a default, and nothing declares it for production.",
            id="named in an example only",
        ),
        pytest.param(
            PROCFILE,
            READS + 'MAIL_KEY = os.getenv("MAIL_KEY")\nAGAIN = os.getenv("MAIL_KEY")\n',
            "The settings read 'PAYMENT_KEY' and 'MAIL_KEY', without a default, and nothing declares them for "
            "production.",
            id="two, each once",
        ),
    ],
)
def test_fires(tmp_path, files, settings, message):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    assert [finding.message for finding in found.findings(RULE)] == [message]


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        pytest.param(PROCFILE, "Run 'heroku config:set PAYMENT_KEY=…'.", id="heroku"),
        pytest.param(
            {"compose.prod.yml": COMPOSE},
            "Add below 'environment:' in compose.prod.yml: - PAYMENT_KEY; and set it on the host.",
            id="compose",
        ),
        pytest.param(
            {"Dockerfile": "FROM python:3.12\nCMD gunicorn bookstore.wsgi\n"},
            "Set PAYMENT_KEY=… where production keeps its environment.",
            id="an image",
        ),
    ],
)
def test_hints(tmp_path, files, hint):
    (finding,) = inspect_files(tmp_path, files, settings=READS).findings(RULE)
    assert finding.hint == hint


def test_hint_for_a_platform_that_settings_name(tmp_path):
    settings = READS + 'DEPLOYCHECK = {"PLATFORM": "fly"}\n'
    (finding,) = inspect_files(tmp_path, {"compose.prod.yml": COMPOSE}, settings=settings).findings(RULE)
    assert finding.hint == "Run 'fly secrets set PAYMENT_KEY=…'."
