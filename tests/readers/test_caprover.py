from __future__ import annotations

import pytest

from django_deploycheck.model import BlindSpot, Fact, ImageSource, ImageStage, Location, PlatformUse, Reference, Service
from django_deploycheck.readers import caprover
from django_deploycheck.source import Source, Unreadable

PATH = "captain-definition"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    first, *others = caprover.read(Source(PATH, text))
    assert first == PlatformUse("caprover", at(1))
    return others


def app(line: int, image: ImageSource) -> Service:
    return Service(name="app", kind="caprover", location=at(line), platform="caprover", image=image)


def test_what_is_no_json():
    with pytest.raises(Unreadable, match="is no valid JSON"):
        facts("schemaVersion: 2")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"schemaVersion": 2}', id="nothing is said"),
        pytest.param('{"schemaVersion": 1, "templateId": "python-django/3.7"}', id="a template"),
    ],
)
def test_what_a_template_starts_is_not_known(text):
    assert facts(text) == [BlindSpot("what CapRover's template starts is not known", at(1))]


def test_a_dockerfile_outside_of_the_repository():
    assert facts('{"dockerfilePath": "../Dockerfile"}') == []


@pytest.mark.parametrize("path", ["./docker/Dockerfile", "docker/Dockerfile"])
def test_a_dockerfile(path):
    assert facts(f'{{"schemaVersion": 2,\n "dockerfilePath": "{path}"}}') == [
        Reference("docker/Dockerfile", "dockerfile", at(2), required=True),
        app(2, ImageSource(at(2), context="", dockerfile="docker/Dockerfile")),
    ]


def test_an_image_from_a_registry():
    assert facts('{"imageName": "me/shop:1"}') == [app(1, ImageSource(at(1), name="me/shop:1"))]


def test_a_dockerfile_in_the_file_itself():
    text = '{"dockerfileLines": [\n  "FROM python:3.13",\n  "COPY . /app",\n\n  "CMD gunicorn shop.wsgi"\n]}'
    stage, service = facts(text)
    assert isinstance(stage, ImageStage)
    assert (stage.location, stage.base) == (at(2), "python:3.13")
    assert stage.cmd is not None
    assert (str(stage.cmd), stage.cmd.location) == ("gunicorn shop.wsgi", at(5))
    assert service == app(1, ImageSource(at(1), context="", dockerfile=PATH))


def test_a_dockerfile_on_one_line():
    assert facts('{"dockerfileLines": ["FROM python:3.13", "CMD gunicorn shop.wsgi"]}') == [
        BlindSpot("several instructions stand on one line", at(1))
    ]
