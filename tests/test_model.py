from __future__ import annotations

import pytest

from django_deploycheck.model import Answer, Location
from django_deploycheck.secrets import env_var
from django_deploycheck.wording import listed
from tests.projects import WSGI, inspect_files

HERE = Location("compose.yml", 1)
COMPOSE = (
    "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
    "      DJANGO_SETTINGS_MODULE: {module}\n"
)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        pytest.param(None, None, id="only named"),
        pytest.param("", "", id="empty"),
        pytest.param("on", "on", id="a literal"),
        pytest.param("${DEBUG}", None, id="a reference"),
        pytest.param("$DEBUG", None, id="a bare reference"),
        pytest.param("a-${DEBUG}", None, id="text around a reference"),
        pytest.param("${DEBUG:-on}", "on", id="a default"),
        pytest.param("${DEBUG-on}", "on", id="a default for an unset variable alone"),
        pytest.param("${DEBUG:-}", "", id="an empty default"),
        pytest.param("${DEBUG:?set-it}", None, id="an error"),
        pytest.param("${DEBUG:-${OTHER:-on}}", None, id="a default with a reference"),
    ],
)
def test_literal_of_a_variable(value, literal):
    assert env_var("DEBUG", value, HERE).literal == literal


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        pytest.param({}, Answer.UNKNOWN, id="no process"),
        pytest.param(
            {"compose.dev.yml": COMPOSE.format(module="bookstore.other")}, Answer.UNKNOWN, id="only development"
        ),
        pytest.param({"compose.prod.yml": COMPOSE.format(module="${MODULE}")}, Answer.UNKNOWN, id="a reference"),
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi\n", "bookstore/wsgi.py": WSGI.replace("settings", "other")},
            Answer.UNKNOWN,
            id="only a default names others",
        ),
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi\n"}, Answer.YES, id="the default"),
        pytest.param({"compose.prod.yml": COMPOSE.format(module="bookstore.settings")}, Answer.YES, id="the variable"),
        pytest.param(
            {"compose.prod.yml": COMPOSE.format(module="bookstore.other")}, Answer.NO, id="a variable names others"
        ),
    ],
)
def test_whether_the_settings_are_those_of_production(tmp_path, files, answer):
    deployment = inspect_files(tmp_path, files).report.deployment
    assert deployment is not None
    assert deployment.judges_production is answer


def test_kind_of_a_file(tmp_path):
    deployment = inspect_files(tmp_path, {"Procfile": "web: gunicorn bookstore.wsgi\n"}).report.deployment
    assert deployment is not None
    assert deployment.kind_of("Procfile") == "procfile"
    assert deployment.kind_of("README.md") == ""


@pytest.mark.parametrize(
    ("words", "text"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
    ids=["one", "two", "three"],
)
def test_listed(words, text):
    assert listed(words) == text
