from __future__ import annotations

from typing import Any

import pytest

from django_deploycheck.model import CommandLine, EnvVar, Fact, Formation, Location, PlatformUse, Service
from django_deploycheck.readers import scalingo
from django_deploycheck.source import Source, Unreadable

PATH = "scalingo.json"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    first, *others = scalingo.read(Source(PATH, text))
    assert first == PlatformUse("scalingo", at(1))
    return others


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="an empty file"),
        pytest.param('{"name": "shop", "addons": ["postgresql"]}', id="add-ons"),
        pytest.param(
            '{"formation": {"web": {"size": "M"}}, "scripts": {"postdeploy": ""}}', id="no number and no script"
        ),
    ],
)
def test_nothing_is_said_by(text):
    assert facts(text) == []


def test_what_is_no_json():
    with pytest.raises(Unreadable, match="is no valid JSON"):
        facts("{")


def test_a_whole_file():
    text = """{
"env": {"DEBUG": "0", "SECRET_KEY": {"generator": "secret"}, "A": {"value": "b"}},
"formation": {"web": {"amount": 2}},
"scripts": {
"first-deploy": "python manage.py loaddata shop",
"postdeploy": "python manage.py migrate"}}"""
    common: dict[str, Any] = {"kind": "scalingo", "platform": "scalingo", "keeps_files": False}
    first, last = "python manage.py loaddata shop", "python manage.py migrate"
    assert facts(text) == [
        EnvVar("DEBUG", "0", at(2)),
        EnvVar("SECRET_KEY", None, at(2)),
        EnvVar("A", "b", at(2)),
        Formation("web", 2, at(3)),
        Service(name="first-deploy", location=at(5), role="other", command=CommandLine(at(5), text=first), **common),
        Service(name="postdeploy", location=at(6), role="release", command=CommandLine(at(6), text=last), **common),
    ]
