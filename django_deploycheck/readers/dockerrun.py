"""
Dockerrun.aws.json of Elastic Beanstalk: the image, or the containers, that its Docker platforms run.

Version 1 names one image, version 2 holds containers as in ECS, version 3 stands beside a compose file and says nothing of
what runs: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/single-container-docker-configuration.html and
…/create_deploy_docker_v2config.html. Without an image the Dockerfile beside it is built.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, Fact, ImageSource, Mount, PlatformUse, Port, Reference, Service
from django_deploycheck.readers._container_definitions import container_services, parsed
from django_deploycheck.readers._yaml import Node
from django_deploycheck.source import Source

KIND = "dockerrun"
NAMES = ("Dockerrun.aws.json", "Dockerrun.aws.*.json", "Dockerrun.*.aws.json", "Dockerrun.aws.json.*")
NATURE = "production"
PLATFORM = "elastic-beanstalk"


def read(source: Source) -> Iterator[Fact]:
    """The platform and a service for every container."""
    document = parsed(source)
    containers = document.get("containerDefinitions").elements()
    version = document.get("AWSEBDockerrunVersion").text()
    yield PlatformUse(PLATFORM, source.location(), bool(containers) or version == "1")
    yield from container_services(source, document, containers, KIND, PLATFORM)
    if not containers and version == "1":
        image = _image(source, document)
        if image.dockerfile is not None:
            yield Reference(image.dockerfile, "dockerfile", image.location)
        yield Service(
            name="web",
            kind=KIND,
            location=source.location(document.line),
            platform=PLATFORM,
            entrypoint=_words(source, document.get("Entrypoint")),
            command=_words(source, document.get("Command")),
            image=image,
            ports=tuple(
                Port(target, None, None, source.location(port.line))
                for port in document.get("Ports").elements()
                if (target := port.get("ContainerPort").text())
            ),
            mounts=tuple(
                Mount("bind", volume.get("HostDirectory").text(), target, source.location(volume.line))
                for volume in document.get("Volumes").elements()
                if (target := volume.get("ContainerDirectory").text())
            ),
        )


def _image(source: Source, document: Node) -> ImageSource:
    stated = document.get("Image")
    name = stated.get("Name").text()
    if name:
        return ImageSource(source.location(stated.line), name=secrets.mask(name))
    location = source.location(document.line)
    return ImageSource(location, context=source.folder, dockerfile=source.beside("Dockerfile"))


def _words(source: Source, node: Node) -> CommandLine | None:
    """Version 1 states commands as one text, which Docker gets as words."""
    words = (node.text() or "").split()
    return source.exec_form(words, node.line) if words else None
