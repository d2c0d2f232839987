from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from django_deploycheck.model import CommandLine, EnvVar, Location, PlatformUse, Port, Service
from django_deploycheck.readers import apprunner
from django_deploycheck.source import Source, Unreadable


def at(line: int) -> Location:
    return Location("api/apprunner.yaml", line)


def facts(text: str) -> list[Any]:
    return list(apprunner.read(Source("api/apprunner.yaml", dedent(text))))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("version: 1.0\nruntime: python3\n", id="no commands"),
        pytest.param("run:\n  command:\n  network:\n", id="no command"),
        pytest.param("run: [a]\nbuild: x\n", id="other shapes"),
    ],
)
def test_nothing_but_the_platform(text):
    assert facts(text) == [PlatformUse("app-runner", Location("api/apprunner.yaml"))]


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("run: {\n")


def test_a_whole_file():
    text = """\
        runtime: python311
        build:
          commands:
            pre-build:
              - ./prepare.sh
            build:
              - pip install -r requirements.txt
              - python manage.py collectstatic --noinput
          env:
            - {name: STAGE, value: build}
        run:
          pre-run:
            - python manage.py migrate
          command: gunicorn shop.wsgi
          network: {port: 8000, env: APP_PORT}
          env:
            - name: DEBUG
              value: "0"
            - value: "1"
          secrets:
            - name: SECRET_KEY
              value-from: arn:aws:secretsmanager:x
            - value-from: y
        """
    built = (EnvVar("STAGE", "build", at(10)),)

    def build(name: str, line: int, command: str) -> Service:
        return Service(
            name=name,
            kind="apprunner",
            location=at(line),
            role="build",
            platform="app-runner",
            command=CommandLine(at(line), text=command),
            variables=built,
            workdir="api",
            keeps_files=True,
        )

    variables = (EnvVar("DEBUG", "0", at(17)), EnvVar("SECRET_KEY", None, at(21)))
    assert facts(text) == [
        PlatformUse("app-runner", Location("api/apprunner.yaml"), True),
        build("pre-build", 5, "./prepare.sh"),
        build("build", 7, "pip install -r requirements.txt"),
        build("build", 8, "python manage.py collectstatic --noinput"),
        *variables,
        Service(
            name="web",
            kind="apprunner",
            location=at(14),
            platform="app-runner",
            command=CommandLine(at(14), text="gunicorn shop.wsgi"),
            before=(CommandLine(at(13), text="python manage.py migrate"),),
            variables=variables,
            ports=(Port("8000", None, None, at(15)),),
            workdir="api",
        ),
    ]
