from __future__ import annotations

import json

import pytest

from django_deploycheck.model import (
    Buildpack,
    CommandLine,
    EnvVar,
    Fact,
    Formation,
    Location,
    PlatformUse,
    Role,
    Service,
)
from django_deploycheck.readers import app_json
from django_deploycheck.source import Source, Unreadable

PATH = "app.json"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(app_json.read(Source(PATH, text)))


def read(**document) -> list[Fact]:
    """The facts of a file that holds this on one line, but not the platform's."""
    return [fact for fact in facts(json.dumps(document)) if not isinstance(fact, PlatformUse)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="an empty object"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('{"name": "shop", "displayName": "Shop"}', id="React Native"),
        pytest.param('{"expo": {"name": "shop"}, "env": {"A": "1"}, "scripts": {"postdeploy": "a"}}', id="Expo"),
        pytest.param('{"name": "shop", "keywords": ["a"]}', id="words that many files have"),
        pytest.param('{"scripts": {"test": "pytest", "pr-predestroy": "a"}}', id="scripts that production never runs"),
    ],
)
def test_nothing_is_read_from(text):
    assert facts(text) == []


def test_a_file_that_is_no_json():
    with pytest.raises(Unreadable, match="is no valid JSON") as error:
        facts('{\n  "env": {},\n}\n')

    assert error.value.line == 3


def test_what_is_for_review_apps_stays_unread():
    environments = {
        "review": {"env": {"DEBUG": "1"}, "scripts": {"postdeploy": "a"}, "formation": {"web": {"quantity": 1}}}
    }

    assert facts(json.dumps({"environments": environments})) == [PlatformUse("heroku", at(1))]


def test_a_file_of_heroku():
    text = """{
  "name": "shop",
  "env": {
    "DEBUG": "False",
    "SECRET_KEY": {"generator": "secret"}
  },
  "formation": {
    "web": {"quantity": 2, "size": "basic"},
    "worker": {"size": "basic"}
  },
  "buildpacks": [
    {"url": "heroku/python"},
    "heroku/nodejs",
    {}
  ],
  "scripts": {
    "postdeploy": "python manage.py migrate"
  }
}
"""

    assert facts(text) == [
        PlatformUse("heroku", at(11)),
        EnvVar("DEBUG", "False", at(4)),
        EnvVar("SECRET_KEY", None, at(5), generated=True),
        Buildpack("heroku/python", at(12)),
        Buildpack("heroku/nodejs", at(13)),
        Formation("web", 2, at(8)),
        Service(
            name="postdeploy",
            kind="app-json",
            location=at(17),
            role="other",
            platform="heroku",
            command=CommandLine(at(17), text="python manage.py migrate"),
        ),
    ]


def test_a_file_of_dokku():
    text = """{
  "scripts": {
    "postdeploy": "a",
    "dokku": {
      "predeploy": "python manage.py collectstatic",
      "postdeploy": "python manage.py migrate"
    }
  },
  "cron": [
    {"command": "python manage.py clearsessions", "schedule": "@daily"},
    {"schedule": "@daily"},
    {"command": "b", "schedule": "@daily"}
  ]
}
"""
    expected: list[tuple[str, Role, bool | None, int, str]] = [
        ("postdeploy", "other", None, 3, "a"),
        ("predeploy", "release", True, 5, "python manage.py collectstatic"),
        ("postdeploy", "release", False, 6, "python manage.py migrate"),
        ("cron-1", "scheduler", None, 10, "python manage.py clearsessions"),
        ("cron-3", "scheduler", None, 12, "b"),
    ]

    assert facts(text) == [
        PlatformUse("dokku", at(4)),
        *(
            Service(
                name=name,
                kind="app-json",
                location=at(line),
                role=role,
                platform="dokku",
                command=CommandLine(at(line), text=command),
                keeps_files=keeps,
            )
            for name, role, keeps, line, command in expected
        ),
    ]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("addons", [], "heroku"),
        ("stack", "container", "heroku"),
        ("environments", {}, "heroku"),
        ("success_url", "/", "heroku"),
        ("healthchecks", {}, "dokku"),
        ("cron", [], "dokku"),
        ("scripts", {"dokku": {}}, "dokku"),
    ],
)
def test_platforms(key, value, expected):
    assert facts(json.dumps({key: value})) == [PlatformUse(expected, at(1))]


def test_a_file_that_both_platforms_could_have():
    assert facts('{"formation": {"web": {"quantity": 1}}, "scripts": {"postdeploy": "a"}}') == [
        Formation("web", 1, at(1)),
        Service(
            name="postdeploy",
            kind="app-json",
            location=at(1),
            role="other",
            command=CommandLine(at(1), text="a"),
        ),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("a", EnvVar("NAME", "a", at(1)), id="a text"),
        pytest.param("$a", EnvVar("NAME", "$a", at(1)), id="a dollar sign means nothing"),
        pytest.param(True, EnvVar("NAME", "true", at(1)), id="true"),
        pytest.param({"value": "a"}, EnvVar("NAME", "a", at(1)), id="a value"),
        pytest.param({"value": ""}, EnvVar("NAME", "", at(1)), id="an empty value"),
        pytest.param({"required": True}, EnvVar("NAME", None, at(1)), id="only required"),
        pytest.param(None, EnvVar("NAME", None, at(1)), id="null"),
        pytest.param({"generator": "secret"}, EnvVar("NAME", None, at(1), generated=True), id="generated"),
    ],
)
def test_variables(value, expected):
    assert read(env={"NAME": value}) == [expected]


def test_a_key_stands_where_its_name_is():
    text = '{"env":\n{"NAME":\n"a"}, "formation": {"web":\n{"quantity": 1}}, "stack":\n"container"}'

    assert facts(text) == [
        PlatformUse("heroku", at(1)),
        EnvVar("NAME", "a", at(2)),
        Formation("web", 1, at(3)),
    ]


def test_a_password_of_a_buildpack_is_masked():
    assert read(buildpacks=[{"url": "https://u:hunter2@example.org/b"}]) == [
        Buildpack("https://u:***@example.org/b", at(1))
    ]


def test_a_secret_is_masked():
    assert read(env={"SECRET_KEY": {"value": "kd83-s8d7f"}}, scripts={"postdeploy": "run --password hunter2"}) == [
        EnvVar("SECRET_KEY", "***", at(1), secret="a secret key"),
        Service(
            name="postdeploy",
            kind="app-json",
            location=at(1),
            role="other",
            platform="heroku",
            command=CommandLine(at(1), text="run --password ***"),
        ),
    ]
