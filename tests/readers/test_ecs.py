from __future__ import annotations

import json
from typing import Any

import pytest

from django_deploycheck.model import CommandLine, EnvVar, ImageSource, Location, Mount, PlatformUse, Port, Service
from django_deploycheck.readers import dockerrun, ecs
from django_deploycheck.source import Source, Unreadable

PATH = ".aws/task-definition.json"
RUN = "Dockerrun.aws.json"


def at(line: int, path: str = PATH) -> Location:
    return Location(path, line)


def services(text: str) -> list[Service]:
    return [fact for fact in ecs.read(Source(PATH, text)) if isinstance(fact, Service)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param('{"name": "web", "image": "x"}', id="another document"),
        pytest.param('[{"name": "web"}]', id="a list of something else"),
    ],
)
def test_another_file(text):
    assert not ecs.claims(Source("ecs/service.json", text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"containerDefinitions": []}', id="a task definition"),
        pytest.param('[\n  {"name": "web", "image": "x"}]', id="the containers alone"),
    ],
)
def test_its_own_file(text):
    assert ecs.claims(Source("ecs/service.json", text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="nothing"),
        pytest.param('{"containerDefinitions": {}}', id="no list"),
        pytest.param('{"taskDefinition": {"family": "x"}}', id="no containers"),
    ],
)
def test_nothing_but_the_platform(text):
    assert list(ecs.read(Source(PATH, text))) == [PlatformUse("ecs", Location(PATH))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": }', id="no JSON"),
        pytest.param('{"port": ${port}, "a": }', id="no JSON with an expression"),
    ],
)
def test_a_file_that_is_no_json(text):
    with pytest.raises(Unreadable, match="is no valid JSON"):
        services(text)


def test_a_whole_task():
    text = """\
{
  "volumes": [{"name": "data", "efsVolumeConfiguration": {}}, {"name": "logs", "host": {"sourcePath": "/var/log"}}, {}],
  "containerDefinitions": [
    {
      "name": "web",
      "image": "1.dkr.ecr.eu-west-1.amazonaws.com/shop:latest",
      "entryPoint": ["sh", "-c"],
      "command": ["gunicorn shop.wsgi"],
      "environment": [{"name": "DJANGO_SETTINGS_MODULE", "value": "shop.settings"}, {"value": "x"}],
      "secrets": [{"name": "SECRET_KEY", "valueFrom": "arn:aws:ssm:1"}, {}],
      "portMappings": [{"containerPort": 8000, "hostPort": 0}, {"containerPort": 80, "hostPort": 80}, {}],
      "mountPoints": [
        {"sourceVolume": "data", "containerPath": "/data", "readOnly": true},
        {"sourceVolume": "logs", "containerPath": "/logs"},
        {"sourceVolume": "x"}],
      "user": "app",
      "workingDirectory": "/srv",
      "dependsOn": [{"containerName": "redis", "condition": "START"}, {}]
    },
    {"image": "redis:7", "command": []}
  ]
}
"""
    assert services(text) == [
        Service(
            name="web",
            kind="ecs",
            location=at(4),
            platform="ecs",
            entrypoint=CommandLine(at(7), argv=("sh", "-c")),
            command=CommandLine(at(8), argv=("gunicorn shop.wsgi",)),
            image=ImageSource(at(6), name="1.dkr.ecr.eu-west-1.amazonaws.com/shop:latest"),
            variables=(EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(9)), EnvVar("SECRET_KEY", None, at(10))),
            ports=(Port("8000", None, None, at(11)), Port("80", "80", None, at(11))),
            mounts=(
                Mount("volume", "data", "/data", at(13), True),
                Mount("bind", "/var/log", "/logs", at(14)),
            ),
            user="app",
            workdir="/srv",
            depends_on=("redis",),
        ),
        Service(
            name="container", kind="ecs", location=at(20), platform="ecs", image=ImageSource(at(20), name="redis:7")
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"containerDefinitions": [{"name": "web"}]}', id="as it is registered"),
        pytest.param('{"taskDefinition": {"containerDefinitions": [{"name": "web"}]}}', id="as it is described"),
        pytest.param('[{"name": "web"}]', id="the containers alone"),
        pytest.param('[{"name": "web", "cpu": ${cpu}, "memory":{{ memory }}}]', id="a template"),
        pytest.param('[{"name": "web", "image": "${url}:${tag}", "cpu": ${cpu}}]', id="expressions within a text"),
    ],
)
def test_where_the_containers_stand(text):
    assert [found.name for found in services(text)] == ["web"]


def test_no_secret_is_kept():
    environment = [{"name": "DB_PASSWORD", "value": "correct-horse-4711"}]
    found = services(json.dumps({"containerDefinitions": [{"name": "web", "environment": environment}]}))

    assert found[0].variables[0].secret == "a password"
    assert "correct-horse" not in repr(found)


# --- Dockerrun.aws.json -----------------------------------------------------------------------------------------------------


def run(document: dict[str, Any]) -> list[Any]:
    return list(dockerrun.read(Source(RUN, json.dumps(document))))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"AWSEBDockerrunVersion": "3", "Authentication": {}}, id="beside a compose file"),
        pytest.param({"AWSEBDockerrunVersion": 2, "containerDefinitions": []}, id="without containers"),
    ],
)
def test_it_says_nothing_of_what_runs(document):
    assert run(document) == [PlatformUse("elastic-beanstalk", Location(RUN))]


def test_one_image_of_a_registry():
    document = {
        "AWSEBDockerrunVersion": "1",
        "Image": {"Name": "acme/shop:1"},
        "Command": "gunicorn shop.wsgi",
        "Ports": [{"ContainerPort": "8000"}, {}],
        "Volumes": [{"HostDirectory": "/var/data", "ContainerDirectory": "/data"}, {}],
    }
    web = Service(
        name="web",
        kind="dockerrun",
        location=at(1, RUN),
        platform="elastic-beanstalk",
        command=CommandLine(at(1, RUN), argv=("gunicorn", "shop.wsgi")),
        image=ImageSource(at(1, RUN), name="acme/shop:1"),
        ports=(Port("8000", None, None, at(1, RUN)),),
        mounts=(Mount("bind", "/var/data", "/data", at(1, RUN)),),
    )

    assert run(document) == [PlatformUse("elastic-beanstalk", Location(RUN), True), web]


def test_the_dockerfile_beside_it():
    _, reference, web = run({"AWSEBDockerrunVersion": 1})

    assert (reference.path, reference.required) == ("Dockerfile", False)
    assert web.image == ImageSource(at(1, RUN), context="", dockerfile="Dockerfile")


def test_several_containers():
    document = {"AWSEBDockerrunVersion": 2, "containerDefinitions": [{"name": "web", "image": "acme/shop"}]}
    use, web = run(document)

    assert use == PlatformUse("elastic-beanstalk", Location(RUN), True)
    assert (web.name, web.kind, web.platform) == ("web", "dockerrun", "elastic-beanstalk")
