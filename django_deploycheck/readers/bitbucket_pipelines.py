"""
Bitbucket Pipelines: what the steps that deploy run.

After https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/. A step deploys where
it names a deployment environment other than one for tests, where its script copies to a server or speaks to a platform, by a
command or by a pipe, or where its name says so and it runs no tests. Pipelines of pull requests are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import BlindSpot, Fact, PlatformUse
from django_deploycheck.readers import _pipeline
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.source import Source

KIND = "bitbucket-pipelines"
NAMES = ("bitbucket-pipelines.yml", "bitbucket-pipelines.yaml")
NATURE = "production"

MAX_DEPTH = 6
"""How deep steps may stand in stages and parallel groups."""

# https://bitbucket.org/product/features/pipelines/integrations
_PIPES = {
    "aws-elasticbeanstalk-deploy": "elastic-beanstalk",
    "aws-elasticbeanstalk-run": "elastic-beanstalk",
    "azure-web-apps-deploy": "azure",
    "google-app-engine-deploy": "app-engine",
    "google-cloud-run-deploy": "cloud-run",
    "heroku-deploy": "heroku",
}


def read(source: Source) -> Iterator[Fact]:
    """What the steps test, and a service for every step that deploys and may run something of the application."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    found = [(step, _job(step, number, source)) for number, step in enumerate(_all_steps(document), 1)]
    if found:
        yield _pipeline.workflow([job for _, job in found], found[0][1].line, source)
    for step, job in found:
        if not _pipeline.is_deploying(job):
            continue
        for pipe in _pipes(step):
            platform = _PIPES.get(_name(pipe))
            if platform is not None:
                yield PlatformUse(platform, source.location(pipe.line))
            elif _name(pipe) == "ssh-run":
                yield BlindSpot("runs a pipe that was not followed", source.location(pipe.line))
        yield from _pipeline.facts(job, KIND, source)


def _all_steps(document: Node) -> Iterator[Node]:
    """Every step once, also those that several pipelines share by an anchor."""
    pipelines = document.get("pipelines")
    groups = [pipelines.get("default")]
    groups += [entry.value for key in ("branches", "tags", "custom") for entry in pipelines.get(key).items()]
    return iter(dict.fromkeys(step for group in groups for step in _steps(group, 0)))


def _steps(node: Node, depth: int) -> Iterator[Node]:
    for element in node.listed() if depth <= MAX_DEPTH else ():
        if element.get("step"):
            yield element.get("step")
        for key in ("parallel", "stage"):
            inner = element.get(key)
            yield from _steps(inner.get("steps") or inner, depth + 1) if inner else ()


def _job(step: Node, number: int, source: Source) -> _pipeline.Job:
    deployment = step.get("deployment").text() or ""
    lines = [line for key in ("script", "after-script") for line in step.get(key).elements() if line.text()]
    name = step.get("name").text() or f"step {number}"
    return _pipeline.Job(
        name,
        " / ".join(word.replace("_", " ").replace("-", " ") for word in (name, deployment) if word),
        step.line,
        _pipeline.script_lines(lines, source),
        has_services=any(service != "docker" for service in step.get("services").strings()),
        deploys=bool(deployment) or any(_name(pipe) in {*_PIPES, "ssh-run", "aws-ecs-deploy"} for pipe in _pipes(step)),
    )


def _pipes(step: Node) -> list[Node]:
    return [pipe for line in step.get("script").elements() if (pipe := line.get("pipe"))]


def _name(pipe: Node) -> str:
    return (pipe.text() or "").partition(":")[0].rpartition("/")[2]
