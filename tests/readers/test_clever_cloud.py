from __future__ import annotations

from typing import Any

import pytest

from django_deploycheck.model import CommandLine, Fact, Location, PlatformUse, Service
from django_deploycheck.readers import clever_cloud
from django_deploycheck.source import Source, Unreadable

PATH = "clevercloud/python.json"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    first, *others = clever_cloud.read(Source(PATH, text))
    assert first == PlatformUse("clever-cloud", at(1))
    return others


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="an empty file"),
        pytest.param('{"deploy": {}}', id="nothing to deploy"),
        pytest.param('{"deploy": {"module": "", "managetasks": [""]}}', id="empty texts"),
        pytest.param('{"deploy": {"managetasks": [" ", "\\u2028"]}}', id="blank texts"),
        pytest.param('{"build": {"cache_dependencies": true}}', id="only the build"),
    ],
)
def test_nothing_is_said_by(text):
    assert facts(text) == []


@pytest.mark.parametrize("text", ["", ",", "{,}}", "{'deploy': 1}", '{"a": [1,,]}'])
def test_what_is_no_json(text):
    with pytest.raises(Unreadable, match="is no valid JSON"):
        facts(text)


def test_the_application_and_the_tasks():
    text = '{"deploy": {\n "module": "shop.wsgi:application",\n "managetasks": [\n  "migrate --noinput",\n  "collectstatic",\n ],\n}}\n'
    common: dict[str, Any] = {"kind": "clever-cloud", "platform": "clever-cloud"}
    assert facts(text) == [
        Service(name="web", location=at(2), role="web", application="shop.wsgi:application", **common),
        Service(
            name="migrate",
            location=at(4),
            role="release",
            command=CommandLine(at(4), text="python manage.py migrate --noinput"),
            keeps_files=True,
            **common,
        ),
        Service(
            name="collectstatic",
            location=at(5),
            role="release",
            command=CommandLine(at(5), text="python manage.py collectstatic"),
            keeps_files=True,
            **common,
        ),
    ]


def test_many_brackets_take_linear_time():
    with pytest.raises(Unreadable):
        facts("[" + " " * 100_000 + "]" * 100_000)
