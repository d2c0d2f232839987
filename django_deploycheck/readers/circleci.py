"""
CircleCI: what the jobs that deploy run.

After https://circleci.com/docs/reference/configuration-reference/. A job deploys where its steps copy to a server or speak
to a platform, by a command or by an orb's, or where its name says so and it runs no tests. ``commands`` of the file are put
in where a job uses them; their parameters stay unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import EnvVar, Fact, PlatformUse
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _pipeline
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.source import Source

KIND = "circleci"
NAMES = (".circleci/config.yml", ".circleci/config.yaml")
NATURE = "production"

MAX_DEPTH = 10
"""How deep commands may use one another."""

# Orbs of the registry: https://circleci.com/developer/orbs
_PLATFORM_ORBS = {
    "aws-elastic-beanstalk": "elastic-beanstalk",
    "azure-webapp": "azure",
    "gcp-app-engine": "app-engine",
    "gcp-cloud-run": "cloud-run",
    "cloud-run": "cloud-run",
    "heroku": "heroku",
}
_DEPLOYING_ORBS = regex(r"^(?:aws-ecs|aws-code-deploy|kubernetes|helm|digitalocean|gcp-gke|aws-eks)$")
_DEPLOYING_COMMANDS = regex(r"deploy|update|upgrade|push|release|rollout|create-or-update|run-task")
_PARAMETER = regex(r"<<\s*([\w.\-]{1,100})\s*>>")


def read(source: Source) -> Iterator[Fact]:
    """What the jobs test, and a step for every job that deploys and may run something of the application."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    names = _orbs(document)
    jobs = []
    for entry in document.get("jobs").items():
        steps = [*_steps(document, entry.value.get("steps"), 0)]
        uses = [_orb_use(step, names) for step in steps]
        jobs.append((_job(entry.key, entry.line, entry.value, steps, any(uses), source), [use for use in uses if use]))
    for key, line in _orb_jobs(document):
        use = _used(key, names)
        jobs.append((_pipeline.Job(key, _spaced(key), line, (), deploys=use is not None), [use] if use else []))
    if document.get("jobs").items():
        yield _pipeline.workflow([job for job, _ in jobs], document.get("jobs").line, source, calls_others=bool(names))
    for job, platforms in jobs:
        if _pipeline.is_deploying(job):
            yield from (
                PlatformUse(name, source.location(job.line)) for name in dict.fromkeys(platforms) if name in _KNOWN
            )
            yield from _pipeline.facts(job, KIND, source)


_KNOWN = frozenset(_PLATFORM_ORBS.values())


def _orbs(document: Node) -> dict[str, str]:
    """The orbs by the names that the file gives them."""
    texts = ((entry.key, entry.value.text() or "") for entry in document.get("orbs").items())
    return {name: text.partition("@")[0].rpartition("/")[2] for name, text in texts}


def _steps(document: Node, steps: Node, depth: int) -> Iterator[Node]:
    """The steps with commands of the file put in, and those behind ``when`` and ``unless``."""
    for step in steps.elements() if depth <= MAX_DEPTH else ():
        entries = step.items()
        name = step.text() or (entries[0].key if entries else "")
        command = document.get("commands", name)
        if name in ("when", "unless"):
            yield from _steps(document, entries[0].value.get("steps"), depth + 1)
        elif command:
            yield from _steps(document, command.get("steps"), depth + 1)
        else:
            yield step


def _orb_use(step: Node, names: dict[str, str]) -> str | None:
    entries = step.items()
    return _used(step.text() or (entries[0].key if entries else ""), names)


def _used(name: str, names: dict[str, str]) -> str | None:
    """The platform, or the orb, that a step or job of an orb deploys with; None where it does not."""
    orb, slash, command = name.partition("/")
    if not slash or not _DEPLOYING_COMMANDS.search(command):
        return None
    used = names.get(orb, "")
    return _PLATFORM_ORBS.get(used) or (used if _DEPLOYING_ORBS.match(used) else None)


def _orb_jobs(document: Node) -> Iterator[tuple[str, int]]:
    """The jobs of orbs that workflows name."""
    for workflow in document.get("workflows").items():
        for node in workflow.value.get("jobs").elements():
            key = node.text() or next((entry.key for entry in node.items()), "")
            if "/" in key:
                yield key, node.line


def _job(name: str, line: int, node: Node, steps: list[Node], deploys: bool, source: Source) -> _pipeline.Job:
    runs = [step.get("run", "command") or step.get("run") for step in steps]
    images = [image.get("image").text() or "" for image in node.get("docker").elements()]
    scripts = _pipeline.script_lines((run for run in runs if run.text()), source)
    return _pipeline.Job(
        name,
        _spaced(name),
        line,
        tuple((_PARAMETER.sub("$PARAMETER", text), number) for text, number in scripts),
        has_services=len(images) > 1,
        deploys=deploys,
        variables=tuple(_variables(node.get("environment"), source)),
        workdir=_workdir(node.get("working_directory").text()),
    )


def _workdir(text: str | None) -> str | None:
    """The folder that steps run in, where it is one of the repository."""
    return text if text and not text.startswith(("~", "/", "$", "<")) else None


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _variables(node: Node, source: Source) -> Iterator[EnvVar]:
    """Variables by name: what a runner is given is not what the site is given."""
    for entry in (entry for part in node.listed() for entry in part.items()):
        value = entry.value.text()
        literal = value if entry.key == "DJANGO_SETTINGS_MODULE" and value and "$" not in value else None
        yield source.env_var(entry.key, literal, entry.line)
