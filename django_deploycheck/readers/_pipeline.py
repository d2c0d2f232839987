"""What the readers of continuous integration share: which jobs deploy, which of their commands matter, and what is tested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django_deploycheck.model import Answer, CommandLine, EnvVar, Fact, Service, Workflow
from django_deploycheck.patterns import regex
from django_deploycheck.readers import github_workflow as _github
from django_deploycheck.readers._yaml import Node
from django_deploycheck.records import dataclass
from django_deploycheck.source import Source

_COMPOSE = regex(r"\bdocker[ -]compose\b", re.IGNORECASE)
_ELSEWHERE = regex(r"\bssh\b|DOCKER_HOST|\s(?:-H|--host|--context)\b")
# "build_prod" only builds.
_BUILDS = regex(r"\bbuild", re.IGNORECASE)
_DEPLOYS_TOO = regex(r"deploy|release|publish|rollout|ship\b", re.IGNORECASE)


# Sets two variables of its own.
_AGENT = regex(r"""\beval\s+["']?(?:\$\(ssh-agent[^)\n]*\)|`ssh-agent[^`\n]*`)["']?""")


@dataclass(frozen=True)
class Job:
    """
    A job. ``words`` are its own names, with those of its stage and environment; ``script`` are its lines for a shell, each
    with the number of its first line; ``deploys`` is True where it uses what only a deployment uses.
    """

    name: str
    words: str
    line: int
    script: tuple[tuple[str, int], ...]
    has_services: bool = False
    deploys: bool = False
    variables: tuple[EnvVar, ...] = ()
    workdir: str | None = None

    @property
    def text(self) -> str:
        return _github._without_comments("\n".join(text for text, _ in self.script))


def script_lines(nodes: Iterable[Node], source: Source) -> tuple[tuple[str, int], ...]:
    """The texts of scalars with the lines where they begin; folded lines stay lines that a shell reads as one."""
    return tuple((str(line), line.location.line or 1) for node in nodes for line in (_github._command(node, source),))


def is_deploying(job: Job) -> bool:
    """Whether the job brings the site into production: by what it runs, or by its name where it tests nothing."""
    if _github._NO_PRODUCTION.search(job.words):
        return False
    # Containers that are started on the runner are there to be tested.
    elsewhere = "\n".join(line for line in job.text.split("\n") if not _COMPOSE.search(line) or _ELSEWHERE.search(line))
    if job.deploys or _github._DEPLOY_COMMANDS.search(elsewhere):
        return True
    said = _github._DEPLOYS.search(job.words) is not None and (
        not _BUILDS.search(job.words) or _DEPLOYS_TOO.search(job.words) is not None
    )
    return said and not job.has_services and not tests(job) and not _github._CHECKS.search(job.words)


def tests(job: Job) -> bool:
    return _github._TESTS.search(job.text) is not None


def facts(job: Job, kind: str, source: Source) -> list[Fact]:
    """The step that the job is, where it may run something of the application."""
    if not _github._APPLICATION.search(job.text):
        return []
    *before, command = _commands(job.script, source)
    return [
        Service(
            name=job.name,
            kind=kind,
            location=command.location,
            role="release",
            command=command,
            before=tuple(before),
            variables=job.variables,
            workdir=job.workdir,
        )
    ]


def _commands(script: Sequence[tuple[str, int]], source: Source) -> list[CommandLine]:
    """The script, in one piece as long as its lines follow one another: what is taken over may stand further up."""
    pieces: list[tuple[int, list[str]]] = []
    for text, line in script:
        if not pieces or line < pieces[-1][0] + len(pieces[-1][1]):
            pieces.append((line, []))
        start, lines = pieces[-1]
        lines += [""] * (line - start - len(lines))
        lines += _AGENT.sub(":", text.rstrip("\n")).split("\n")
    return [source.shell("\n".join(lines), start) for start, lines in pieces]


def workflow(jobs: Sequence[Job], location_line: int, source: Source, *, calls_others: bool = False) -> Workflow:
    """What the jobs say of tests and of the deployment's check, whatever they are for."""
    scripts = [job.text for job in jobs]
    checks = Answer.NO
    if any(_github._CHECKS_DEPLOYMENT.search(script) for script in scripts):
        checks = Answer.YES
    elif calls_others or any(_github._RUNS_OTHERS.search(script) for script in scripts):
        checks = Answer.UNKNOWN
    found = (command for job in jobs for text, line in job.script for command in _test_commands(text, line, source))
    return Workflow(source.location(location_line), next(found, None), checks)


def _test_commands(text: str, start: int, source: Source) -> Iterable[CommandLine]:
    for before, line in enumerate(_github._without_comments(text).split("\n")):
        if _github._RUNS_TESTS.search(line) and not _github._ONLY_NAMES.search(line):
            yield source.shell(line.strip(), start + before)
