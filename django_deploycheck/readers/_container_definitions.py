"""
The containers of a task in Amazon ECS, which Elastic Beanstalk's Dockerrun.aws.json (version 2) states the same way.

After https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html: ``entryPoint`` and ``command`` take the
place of the image's ENTRYPOINT and CMD, and an ENTRYPOINT of its own drops the CMD.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import EnvVar, ImageSource, Mount, Port, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers._command import arguments
from django_deploycheck.readers._yaml import Node, parse_json
from django_deploycheck.source import Source, Unreadable

# What templates put in for a number or a list stands without quotes: a text, or an expression outside of one.
_EXPRESSION = regex(r'("(?:[^"\\\n]|\\.)*")|(\$\{[^{}"\n]{1,200}\}|\{\{[^{}"\n]{1,200}\}\})')


def parsed(source: Source) -> Node:
    """The document; expressions of templates outside of quotes become texts."""
    try:
        return parse_json(source)
    except Unreadable:
        text = "\n".join(source.lines)
        quoted = _EXPRESSION.sub(lambda match: match[1] or f'"{match[2]}"', text)
        if quoted == text:
            raise
        return parse_json(Source(source.path, quoted))


def container_services(
    source: Source, task: Node, containers: tuple[Node, ...], kind: str, platform: str
) -> Iterator[Service]:
    """A service for every container."""
    volumes = {
        name: volume.get("host", "sourcePath").text()
        for volume in task.get("volumes").elements()
        if (name := volume.get("name").text())
    }
    for node in containers:
        image = node.get("image")
        yield Service(
            name=secrets.mask(node.get("name").text() or "container"),
            kind=kind,
            location=source.location(node.line),
            platform=platform,
            entrypoint=arguments(node.get("entryPoint"), source),
            command=arguments(node.get("command"), source),
            image=ImageSource(source.location((image or node).line), name=secrets.mask(image.text() or "") or None),
            variables=tuple(_variables(source, node)),
            ports=tuple(_ports(source, node)),
            mounts=tuple(_mounts(source, node, volumes)),
            user=node.get("user").text(),
            workdir=node.get("workingDirectory").text(),
            depends_on=tuple(
                name for other in node.get("dependsOn").elements() if (name := other.get("containerName").text())
            ),
        )


def _variables(source: Source, node: Node) -> Iterator[EnvVar]:
    clear = [
        (name, element.get("value").text(), source.location(element.line))
        for element in node.get("environment").elements()
        if (name := element.get("name").text())
    ]
    kept = [
        (name, None, source.location(element.line))
        for element in node.get("secrets").elements()
        if (name := element.get("name").text())
    ]
    yield from secrets.env_vars([*clear, *kept])


def _ports(source: Source, node: Node) -> Iterator[Port]:
    for mapping in node.get("portMappings").elements():
        target = mapping.get("containerPort").text()
        if target:
            # ECS gives containers without a port of the host one of their own, or one at random, for a load balancer.
            published = mapping.get("hostPort").text()
            yield Port(target, None if published == "0" else published, None, source.location(mapping.line))


def _mounts(source: Source, node: Node, volumes: Mapping[str, str | None]) -> Iterator[Mount]:
    for mount in node.get("mountPoints").elements():
        name, target = mount.get("sourceVolume").text(), mount.get("containerPath").text()
        if name and target:
            host = volumes.get(name)
            location, read_only = source.location(mount.line), mount.get("readOnly").flag() or False
            yield Mount("bind" if host else "volume", host or name, target, location, read_only)
