"""
Azure Pipelines: what the jobs that deploy run, and the command that a deployment to App Service sets to start the site.

After https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/ and …/tasks/reference/azure-web-app-v1. Stages hold jobs and jobs hold
steps; each of them may be left out where there is only one. A ``deployment`` runs the steps of its strategy. Templates of other files
are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, Fact, PlatformUse, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _pipeline
from django_deploycheck.readers._command import shell_command
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.source import Source

KIND = "azure-pipelines"
NAMES = tuple(
    f"{stem}.{suffix}"
    for stem in ("azure-pipelines*", "azure-pipeline*", ".azure-pipelines/*")
    for suffix in ("yml", "yaml")
)
NATURE = "production"
PLATFORM = "azure"

_DEPLOYS_TO_AZURE = regex(
    r"^(?:AzureWebApp|AzureWebAppContainer|AzureRmWebAppDeployment|AzureAppServiceManage)@", re.IGNORECASE
)
_DEPLOYS = regex(
    r"^(?:SSH|KubernetesManifest|Kubernetes|HelmDeploy|AzureContainerApps|CopyFilesOverSSH)@", re.IGNORECASE
)
_STRATEGIES = ("runOnce", "rolling", "canary")
_PHASES = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")


def read(source: Source) -> Iterator[Fact]:
    """What the jobs test, and for every job that deploys: its step, the platform, and what is started there."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    found = [(_job(node, words, steps, source), steps) for node, words, steps in _jobs(document)]
    if found:
        jobs = [job for job, _ in found]
        templates = any(step.get("template") for _, steps in found for step in steps)
        yield _pipeline.workflow(jobs, found[0][0].line, source, calls_others=templates)
    for job, steps in found:
        if _pipeline.is_deploying(job):
            yield from _pipeline.facts(job, KIND, source)
            for step in steps:
                yield from _deployed(step, source)


def _jobs(document: Node) -> Iterator[tuple[Node, str, list[Node]]]:
    """Every job with the names it stands under and its steps."""
    for stage in document.get("stages").elements() or (document,):
        above = stage.get("stage").text() or ""
        for job in stage.get("jobs").elements() or (stage,):
            name = job.get("job").text() or job.get("deployment").text() or ""
            environment = job.get("environment").text() or job.get("environment", "name").text() or ""
            steps = list(job.get("steps").elements())
            for strategy in _STRATEGIES:
                for phase in _PHASES:
                    steps += job.get("strategy", strategy, phase, "steps").elements()
            if steps:
                yield job, " / ".join(word for word in (above, name, environment) if word), steps


def _job(node: Node, words: str, steps: list[Node], source: Source) -> _pipeline.Job:
    scripts = [script for step in steps if (script := _script(step)).text()]
    deploys = any(_DEPLOYS_TO_AZURE.search(_task(step)) or _DEPLOYS.search(_task(step)) for step in steps)
    return _pipeline.Job(
        name=secrets.mask(node.get("job").text() or node.get("deployment").text() or "job"),
        words=words.replace("_", " ").replace("-", " "),
        line=steps[0].line,
        script=_pipeline.script_lines(scripts, source),
        deploys=deploys or bool(node.get("deployment")),
    )


def _script(step: Node) -> Node:
    """The text that a step runs in a shell, here or on a server; ABSENT for none."""
    for key in ("script", "bash"):
        if step.get(key).text():
            return step.get(key)
    inputs = step.get("inputs")
    if re.match(r"(?:Bash|CmdLine|ShellScript|SSH)@", _task(step), re.IGNORECASE):
        return inputs.get("script") or inputs.get("inline") or inputs.get("commands")
    return ABSENT


def _task(step: Node) -> str:
    return step.get("task").text() or ""


def _deployed(step: Node, source: Source) -> Iterator[Fact]:
    if step.get("template"):
        yield BlindSpot("uses a template, which was not read", source.location(step.line))
    if not _DEPLOYS_TO_AZURE.search(_task(step)):
        return
    yield PlatformUse(PLATFORM, source.location(step.line))
    inputs = step.get("inputs")
    start = next((entry.value for entry in inputs.items() if entry.key.lower() == "startupcommand"), ABSENT)
    command = shell_command(start, source)
    if command is not None:
        yield Service(name="web", kind=KIND, location=command.location, platform=PLATFORM, command=command)
