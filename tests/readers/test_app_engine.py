from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from django_deploycheck.model import (
    CommandLine,
    EnvVar,
    ImageSource,
    Location,
    PlatformUse,
    Reference,
    Service,
    StaticMapping,
)
from django_deploycheck.readers import app_engine
from django_deploycheck.source import Source, Unreadable


def at(line: int, path: str = "app.yaml") -> Location:
    return Location(path, line)


def facts(text: str, path: str = "app.yaml") -> list[Any]:
    return list(app_engine.read(Source(path, dedent(text))))


def of(kind: type[Any], text: str, path: str = "app.yaml") -> list[Any]:
    return [fact for fact in facts(text, path) if isinstance(fact, kind)]


def service(line: int, **stated) -> Service:
    return Service(name="default", kind="app-engine", location=at(line), platform="app-engine", **stated)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("app.yaml", "", id="nothing"),
        pytest.param("app.yaml", "name: shop\ntype: python:3.12\n", id="Platform.sh"),
        pytest.param("app.yaml", "name: shop\nservices:\n- run_command: x\n", id="App Platform"),
        pytest.param("app.yaml", "apiVersion: v1\nkind: ConfigMap\nruntime: x\n", id="a manifest"),
        pytest.param("app.yaml", "runtime:\n  extensions: [redis]\n", id="a runtime of Platform.sh"),
        pytest.param("app.yaml", "web:\n  runtime: python312\n", id="a runtime further in"),
        pytest.param("cron.yaml", "runtime: python\njobs:\n- x\n", id="jobs of something else"),
        pytest.param(
            "cron.yaml", "version: 1\ncron:\n- name: x\n  url: /x\n  schedule: 0 1 * * *\n", id="Beanstalk's cron"
        ),
    ],
)
def test_another_file(path, text):
    assert not app_engine.claims(Source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("app.yaml", "runtime: python312\n", id="Python"),
        pytest.param("app-staging.yaml", "service: x\nruntime: 'custom'\n", id="further down, in quotes"),
        pytest.param("cron.yaml", "cron:\n- description: x\n  url: /x\n  schedule: every 1 hours\n", id="cron"),
        pytest.param("dispatch.yaml", "dispatch:\n- url: '*/x'\n", id="dispatch"),
    ],
)
def test_its_own_file(path, text):
    assert app_engine.claims(Source(path, text))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("cron:\n- url: /x\n  schedule: x\n", 1, id="requests"),
        pytest.param("service: front\nruntime: nodejs20\nentrypoint: node x\n", 2, id="another language"),
    ],
)
def test_nothing_but_the_platform(text, line):
    assert facts(text) == [PlatformUse("app-engine", at(line))]


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("runtime: [\n")


def test_an_entrypoint():
    text = """\
        runtime: python312
        entrypoint: gunicorn -b :$PORT shop.wsgi
        env_variables:
          DJANGO_SETTINGS_MODULE: shop.settings
          DB_PASSWORD: correct-horse-4711
        build_env_variables:
          STAGE: build
        manual_scaling:
          instances: 2
        """
    variables = (
        EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(4)),
        EnvVar("DB_PASSWORD", "***", at(5), secret="a password"),
    )

    assert facts(text) == [
        PlatformUse("app-engine", at(1), True),
        *variables,
        EnvVar("STAGE", "build", at(7)),
        service(2, command=CommandLine(at(2), text="gunicorn -b :$PORT shop.wsgi"), variables=variables, replicas=2),
    ]
    assert "correct-horse" not in repr(facts(text))


@pytest.mark.parametrize(
    ("text", "replicas"),
    [
        pytest.param("", None, id="nothing said"),
        pytest.param("automatic_scaling: {max_instances: 5}", None, id="up to five"),
        pytest.param("automatic_scaling: {max_instances: 1}", 1, id="never more than one"),
        pytest.param("basic_scaling: {max_instances: 1}", 1, id="one where there is something to do"),
        pytest.param("manual_scaling: {instances: 3}", 3, id="three"),
    ],
)
def test_how_many(text, replicas):
    assert [found.replicas for found in of(Service, f"runtime: python312\n{text}\n")] == [replicas]


def test_without_an_entrypoint_main_is_served():
    assert of(Service, "runtime: python312\nservice: default\n") == [service(1, application="main:app")]


def test_its_folder_and_name():
    [found] = of(Service, "runtime: python312\nservice: api\n", "backend/app.yaml")

    assert (found.name, found.workdir) == ("api", "backend")


def test_an_image_of_its_own():
    image = ImageSource(at(1, "web/app.yaml"), context="web", dockerfile="web/Dockerfile")
    _, reference, found = facts("runtime: custom\nenv: flex\n", "web/app.yaml")

    assert reference == Reference("web/Dockerfile", "dockerfile", at(1, "web/app.yaml"))
    assert (found.image, found.command, found.workdir) == (image, None, None)


@pytest.mark.parametrize(
    ("handlers", "expected"),
    [
        pytest.param("", [], id="none"),
        pytest.param("- {url: /, script: main.py}", [], id="a script that is a file"),
        pytest.param("- {url: /, static_dir: x}", [], id="only files"),
        pytest.param(
            "- {url: /a, script: a.app}\n- {url: /.*, script: shop.wsgi.application}",
            [service(4, application="shop.wsgi:application")],
            id="the last one",
        ),
    ],
)
def test_the_runtime_of_python_2(handlers, expected):
    assert of(Service, f"runtime: python27\nhandlers:\n{handlers}\n") == expected


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        pytest.param("{url: /.*, script: auto}", [], id="the application"),
        pytest.param("{url: '/(.*\\.png)', static_files: 'img/\\1'}", [], id="by the end of the path"),
        pytest.param("{static_dir: x}", [], id="no URL"),
        pytest.param(
            "{url: /static, static_dir: staticfiles/}",
            [StaticMapping("app-engine", "/static", "staticfiles/", at(3), alias=True)],
            id="a folder",
        ),
        pytest.param(
            "{url: '/static/(.*)', static_files: 'staticfiles/\\1'}",
            [StaticMapping("app-engine", "/static/", "staticfiles/", at(3), alias=True, match="regex")],
            id="files below a URL",
        ),
    ],
)
def test_files_that_are_served(handler, expected):
    assert of(StaticMapping, f"runtime: python312\nhandlers:\n- {handler}\n") == expected
