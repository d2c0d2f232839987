from __future__ import annotations

import json
import time

import pytest

from django_deploycheck.model import EnvVar, Location, PlatformUse, Service
from django_deploycheck.readers import zappa
from django_deploycheck.source import Source, Unreadable

USED = PlatformUse("zappa", Location("zappa_settings.json", 1))


def facts(text, path="zappa_settings.json"):
    return list(zappa.read(Source(path, text if isinstance(text, str) else json.dumps(text))))


def at(line, path="zappa_settings.json"):
    return Location(path, line)


def stage(name, line, path="zappa_settings.json", **fields):
    return Service(name=name, kind="zappa", location=at(line, path), role="web", platform="zappa", **fields)


def chosen(module, line, path="zappa_settings.json"):
    return EnvVar("DJANGO_SETTINGS_MODULE", module, at(line, path))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"production": {"s3_bucket": "a"}}, id="a stage that serves nothing"),
        pytest.param({"production": "a"}, id="a stage that is a word"),
        pytest.param({"a": {"extends": "b"}, "b": {"extends": "a"}}, id="stages that extend each other"),
        pytest.param({"a": {"extends": "c"}}, id="a stage that extends none"),
    ],
)
def test_no_site(document):
    assert facts(document) == [USED]


def test_a_whole_file():
    text = """\
{
  "base": {"django_settings": "shop.settings", "environment_variables": {"A": "1"}},
  "production": {
    "extends": "base",
    "django_settings": "shop.settings.production",
    "aws_environment_variables": {"B": "2"}
  },
  "test": {"extends": "base", "environment_variables": {"DEBUG": "1"}}
}
"""

    assert facts(text) == [
        USED,
        stage("base", 2, variables=(EnvVar("A", "1", at(2)), chosen("shop.settings", 2))),
        stage(
            "production",
            5,
            variables=(EnvVar("A", "1", at(2)), EnvVar("B", "2", at(6)), chosen("shop.settings.production", 5)),
        ),
    ]


def test_the_only_stage_is_for_trying_things():
    document = {"dev": {"django_settings": "shop.settings", "environment_variables": {"DEBUG": "1"}}}

    assert facts(document) == [USED, stage("dev", 1, variables=(chosen("shop.settings", 1),))]


@pytest.mark.parametrize(
    ("function", "application"),
    [
        pytest.param("shop.wsgi.application", "shop.wsgi:application", id="a name in a module"),
        pytest.param("application", None, id="no module"),
    ],
)
def test_an_application_of_its_own(function, application):
    assert facts({"live": {"app_function": function}}) == [USED, stage("live", 1, application=application)]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        pytest.param("api/zappa_settings.toml", "[live]\ndjango_settings = 'a.b'\n", 2, id="TOML"),
        pytest.param("api/zappa_settings.yml", "live:\n  django_settings: a.b\n", 2, id="YAML"),
    ],
)
def test_other_formats(path, text, line):
    [_, found] = facts(text, path)

    assert found == stage("live", line, path, variables=(chosen("a.b", line, path),), workdir="api")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"live": {\n"django_settings": "a.b",\n}}', id="a comma too many"),
        pytest.param('{"live": { // the stage\n"django_settings": "a.b" # settings\n}\n}', id="comments"),
        pytest.param('{"live": {"x": "//#,}",\n"django_settings": "a.b"}}', id="none of it, in a string"),
        pytest.param('{"live": {"x": "1"\n"django_settings": "a.b"\n  "y": true\n"z": {}\n"w": []}}', id="no commas"),
        pytest.param('{"live": {"x": "a\\\\",\n"django_settings": "a.b"}, "z": [1, ], }', id="a backslash in a string"),
    ],
)
def test_json_as_people_write_it(text):
    [_, found] = facts(text)

    assert found == stage("live", 2, variables=(chosen("a.b", 2),))


def test_what_is_no_json():
    with pytest.raises(Unreadable):
        facts("{")


def test_strings_that_never_end_take_linear_time():
    start = time.process_time()

    with pytest.raises(Unreadable):
        facts('"\\' * 100_000)

    assert time.process_time() - start < 10
