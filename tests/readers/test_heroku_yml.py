from __future__ import annotations

from textwrap import dedent

import pytest

from django_deploycheck.model import (
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Location,
    PlatformUse,
    Reference,
    Service,
)
from django_deploycheck.readers import heroku_yml
from django_deploycheck.source import Source, Unreadable

PATH = "heroku.yml"


def at(line: int) -> Location:
    return Location(PATH, line)


USED = PlatformUse("heroku", at(1))


def facts(text: str) -> list[Fact]:
    return list(heroku_yml.read(Source(PATH, dedent(text))))


def services(text: str) -> list[Service]:
    return [fact for fact in facts(text) if isinstance(fact, Service)]


def service(name: str, line: int, **stated) -> Service:
    return Service(name=name, kind="heroku-yml", location=at(line), platform="heroku", **stated)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("setup:\n  addons:\n    - plan: heroku-postgresql\n", id="only add-ons"),
        pytest.param("build:\n  docker:\nrun:\n", id="nothing built and nothing run"),
        pytest.param("- web\n", id="a list"),
    ],
)
def test_no_processes_in(text):
    assert facts(text) == [USED]


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("run: [\n")


def test_a_whole_file():
    text = """\
        setup:
          config:
            DJANGO_SETTINGS_MODULE: shop.settings
        build:
          docker:
            web: docker/Dockerfile
            worker:
              dockerfile: Dockerfile
              target: worker
          config:
            NODE_ENV: production
        release:
          image: worker
          command:
            - python manage.py migrate
        run:
          web: gunicorn shop.wsgi --bind 0.0.0.0:$PORT
        """
    arguments = (EnvVar("NODE_ENV", "production", at(11)),)
    web = ImageSource(at(6), context="docker", dockerfile="docker/Dockerfile", arguments=arguments)
    worker = ImageSource(at(7), context="", dockerfile="Dockerfile", target="worker", arguments=arguments)

    assert facts(text) == [
        USED,
        EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(3)),
        Reference("docker/Dockerfile", "dockerfile", at(6), required=True),
        Reference("Dockerfile", "dockerfile", at(7), required=True),
        service(
            "web",
            17,
            role="web",
            image=web,
            command=CommandLine(at(17), text="gunicorn shop.wsgi --bind 0.0.0.0:$PORT"),
        ),
        service("worker", 7, image=worker),
        service(
            "release",
            12,
            role="release",
            image=worker,
            keeps_files=False,
            command=CommandLine(at(15), text="python manage.py migrate"),
        ),
    ]


@pytest.mark.parametrize(
    ("run", "command"),
    [
        pytest.param("web:", None, id="null"),
        pytest.param("web: {image: web}", None, id="only an image"),
        pytest.param("web: {command: }", None, id="a command that is null"),
        pytest.param("web: ''", None, id="an empty command"),
        pytest.param("web: gunicorn shop.wsgi", CommandLine(at(2), text="gunicorn shop.wsgi"), id="a text"),
        pytest.param("web: {command: run}", CommandLine(at(2), text="run"), id="a command in a mapping"),
        pytest.param(
            "web:\n    command:\n      - gunicorn shop.wsgi",
            CommandLine(at(4), text="gunicorn shop.wsgi"),
            id="a list of one",
        ),
        pytest.param(
            "web:\n    command:\n      - ./manage.py migrate\n      # then\n      - gunicorn shop.wsgi",
            CommandLine(at(4), text="./manage.py migrate\n\ngunicorn shop.wsgi"),
            id="a list of commands, each on its own line",
        ),
        pytest.param(
            "web:\n    command: [gunicorn, shop.wsgi]",
            CommandLine(at(3), text="gunicorn shop.wsgi"),
            id="a list of single words is one command",
        ),
        pytest.param(
            "web:\n    command:\n      - |\n        a 1\n        b 2\n      - c 3",
            CommandLine(at(5), text="a 1\nb 2\nc 3"),
            id="a script in a list",
        ),
        pytest.param(
            "web:\n    command:\n      - a 1\n      - >\n        b 2",
            CommandLine(at(4), text="a 1\n\nb 2"),
            id="a folded text in a list",
        ),
        pytest.param("web: run --password hunter2", CommandLine(at(2), text="run --password ***"), id="a password"),
    ],
)
def test_commands(run, command):
    assert services(f"run:\n  {run}\n") == [service("web", 2, role="web", command=command)]


@pytest.mark.parametrize(
    ("build", "run", "expected"),
    [
        pytest.param("web: a/D", "worker: run", "a/D", id="the web image for a process without one"),
        pytest.param("worker: a/D", "worker: run", "a/D", id="its own image"),
        pytest.param("web: a/D, worker: b/D", "worker: {image: web}", "a/D", id="the image it names"),
        pytest.param("other: c/D", "worker: {image: nowhere}", "c/D", id="the only image"),
        pytest.param("web: ../D", "worker: run", None, id="an image outside the repository"),
    ],
)
def test_images(build, run, expected):
    worker = services(f"build:\n  docker: {{{build}}}\nrun:\n  {run}\n")[-1]

    assert worker.name == "worker"
    assert worker.image is not None
    assert worker.image.dockerfile == expected


def test_an_image_outside_the_repository_is_no_file_to_read():
    assert [fact for fact in facts("build:\n  docker:\n    web: ../D\n") if isinstance(fact, Reference)] == []


def test_variables_are_taken_as_they_are_and_masked():
    text = "setup:\n  config:\n    SECRET_KEY:\n      kd83-s8d7f\n    PRICE: a$b\n"

    assert facts(text)[1:] == [
        EnvVar("SECRET_KEY", "***", at(3), secret="a secret key"),
        EnvVar("PRICE", "a$b", at(5)),
    ]
