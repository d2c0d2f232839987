from __future__ import annotations

import pytest

from tests.projects import WSGI, inspect_files

RULE = "unexpected-settings-module"
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
COMPOSE = (
    "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
    "      DJANGO_SETTINGS_MODULE: {module}\n"
)


def compose(module: str) -> dict[str, str]:
    return {"compose.prod.yml": COMPOSE.format(module=module)}


def wsgi(module: str) -> dict[str, str]:
    return {"bookstore/wsgi.py": WSGI.replace("bookstore.settings", module)}


def module(name: str) -> dict[str, str]:
    return {f"bookstore/{name}.py": "from bookstore.settings import *\n"}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(PROCFILE, id="the default is what is checked"),
        pytest.param(compose("bookstore.settings"), id="the variable is what is checked"),
        pytest.param(
            {**compose("bookstore.settings"), **wsgi("bookstore.dev"), **module("dev")}, id="a variable over a default"
        ),
        pytest.param(compose("${SETTINGS}"), id="a reference"),
        pytest.param(compose("shop_platform.settings"), id="of an installed package"),
        pytest.param(
            {**compose("bookstore.local"), ".gitignore": "bookstore/local.py\n"}, id="a module that git leaves out"
        ),
        pytest.param(
            {"compose.dev.yml": COMPOSE.format(module="bookstore.dev"), **module("dev"), **PROCFILE},
            id="a development file",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.12\nRUN DJANGO_SETTINGS_MODULE=bookstore.build python manage.py collectstatic\n"
                "CMD gunicorn bookstore.wsgi\n",
                **module("build"),
            },
            id="for one build step",
        ),
        pytest.param(
            {"Procfile": "web: gunicorn wsgi\n", "wsgi.py": None, "bookstore/wsgi.py": None}, id="nothing says which"
        ),
    ],
)
def test_silent(tmp_path, files):
    assert inspect_files(tmp_path, files).places(RULE) == []


def test_silent_in_a_partial_tree_about_a_missing_module(tmp_path):
    assert inspect_files(tmp_path, compose("bookstore.missing"), complete=False).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "places", "level"),
    [
        pytest.param(
            {**PROCFILE, **wsgi("bookstore.other"), **module("other")},
            ["bookstore/wsgi.py:5"],
            "I",
            id="a default, the variables elsewhere",
        ),
        pytest.param(
            {**PROCFILE, **wsgi("bookstore.missing")}, ["bookstore/wsgi.py:5"], "I", id="a default that does not exist"
        ),
        pytest.param(
            {
                "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n",
                **wsgi("bookstore.dev"),
                **module("dev"),
            },
            ["bookstore/wsgi.py:5"],
            None,
            id="a default, all variables are seen",
        ),
        pytest.param({**compose("bookstore.other"), **module("other")}, ["compose.prod.yml:6"], None, id="a variable"),
        pytest.param(
            {**compose("bookstore.dev"), **module("dev")}, ["compose.prod.yml:6"], None, id="settings for development"
        ),
        pytest.param(compose("bookstore.settings.prod"), ["compose.prod.yml:6"], None, id="a variable, no such file"),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.12\nENV DJANGO_SETTINGS_MODULE=bookstore.other\nCMD gunicorn bookstore.wsgi\n",
                **module("other"),
            },
            ["Dockerfile:2"],
            None,
            id="an image",
        ),
        pytest.param(
            {
                "Procfile": "web: gunicorn bookstore.wsgi\nrelease: python manage.py migrate --settings=bookstore.other\n",
                **module("other"),
            },
            ["Procfile:2"],
            None,
            id="an option",
        ),
        pytest.param(
            {
                "compose.prod.yml": "x-env: &env\n  DJANGO_SETTINGS_MODULE: bookstore.other\nservices:\n  web:\n    image: shop\n"
                "    command: gunicorn bookstore.wsgi\n    environment: *env\n"
                "  worker:\n    image: shop\n    command: celery -A bookstore worker\n    environment: *env\n",
                **module("other"),
            },
            ["compose.prod.yml:2"],
            None,
            id="once, where two services share the line",
        ),
    ],
)
def test_fires(tmp_path, files, places, level):
    found = inspect_files(tmp_path, files)
    assert found.places(RULE) == places
    assert [finding.level for finding in found.findings(RULE)] == [level]


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        pytest.param(
            {**compose("bookstore.other"), **module("other")},
            "In production, 'web' loads 'bookstore.other', and this check judges 'bookstore.settings'.",
            "Run 'python manage.py check --deploy --settings=bookstore.other', or write 'bookstore.settings' there.",
            id="other settings",
        ),
        pytest.param(
            {**compose("bookstore.dev"), **module("dev")},
            "In production, 'web' loads 'bookstore.dev', settings for development.",
            "Write 'bookstore.settings' there, and run this check again: as long as production does not load 'bookstore.settings', much "
            "of what stands there is not judged.",
            id="settings for development",
        ),
        pytest.param(
            compose("bookstore.missing"),
            "In production, 'web' loads the settings 'bookstore.missing', which do not exist.",
            "Write 'bookstore.settings' there, or add the file, and run this check again: as long as production does not load "
            "'bookstore.settings', much of what stands there is not judged.",
            id="missing",
        ),
        pytest.param(
            {**PROCFILE, **wsgi("bookstore.dev"), **module("dev")},
            "In production, 'web' loads 'bookstore.dev', settings for development.",
            "Write 'bookstore.settings' there.",
            id="a default, while these settings are judged all the same",
        ),
    ],
)
def test_message_and_hint(tmp_path, files, message, hint):
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (finding.message, finding.hint) == (message, hint)
