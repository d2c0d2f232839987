"""
apprunner.yaml of AWS App Runner: how the source is built, what runs before each start, and what starts.

After https://docs.aws.amazon.com/apprunner/latest/dg/config-file-ref.html. ``run.network.port`` is the port that the service
listens on, 8080 by default, and ``run.network.env`` names the variable that holds it. ``run.pre-run`` runs in the container
before every start. Files that the build commands write are part of what runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import EnvVar, Fact, PlatformUse, Port, Service
from django_deploycheck.readers._command import shell_command, shell_commands
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.source import Source

KIND = "apprunner"
NAMES = ("apprunner.yaml", "apprunner.yml", "apprunner.*.yaml")
NATURE = "production"
PLATFORM = "app-runner"


def read(source: Source) -> Iterator[Fact]:
    """The service, and the commands of its build."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    run, build = document.get("run"), document.get("build")
    command = shell_command(run.get("command"), source)
    yield PlatformUse(PLATFORM, source.location(), command is not None)
    building = _variables(source, build.get("env"))
    for phase in ("pre-build", "build", "post-build"):
        for line in shell_commands(build.get("commands", phase), source):
            yield Service(
                name=phase,
                kind=KIND,
                location=line.location,
                role="build",
                platform=PLATFORM,
                command=line,
                variables=building,
                workdir=source.folder or None,
                keeps_files=True,
            )
    variables = (*_variables(source, run.get("env")), *_secrets(source, run.get("secrets")))
    yield from variables
    if command is not None:
        port = run.get("network", "port")
        yield Service(
            name="web",
            kind=KIND,
            location=command.location,
            platform=PLATFORM,
            command=command,
            before=shell_commands(run.get("pre-run"), source),
            variables=variables,
            ports=(Port(port.text() or "", None, None, source.location(port.line)),) if port.text() else (),
            workdir=source.folder or None,
        )


def _variables(source: Source, node: Node) -> tuple[EnvVar, ...]:
    items = (
        (name, element.get("value").text(), source.location(element.line))
        for element in node.elements()
        if (name := element.get("name").text())
    )
    return tuple(secrets.env_vars(items, interpolated=False))


def _secrets(source: Source, node: Node) -> Iterator[EnvVar]:
    """Variables whose values lie in a vault, which ``value-from`` names."""
    for element in node.elements():
        name = element.get("name").text()
        if name:
            yield source.env_var(name, None, element.line)
