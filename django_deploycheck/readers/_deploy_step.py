"""What a deployment tool runs on a server, one command after the other: what the readers of such tools share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django_deploycheck.model import BlindSpot, CommandLine, EnvVar, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers import unread_format
from django_deploycheck.records import dataclass

# What a step may run of the application; everything else prepares the machine.
_RUNS = regex(
    r"manage\.py|django-admin|-m\s+django\b|migrat|collectstatic|syncdb|\bdropdb\b|\bpsql\b|\bmysql\b|\.sqlite3?\b|\.sh\b"
    r"|\bcompose\b[^\n;&|]{0,200}\sdown\b|\bdocker\s+volume\s|\b(?:make|just|fab|invoke)\s+\S{0,80}(?:deploy|release|static)|\bheroku\s+run\b"
    # What is installed says whether a server can be started at all.
    r"|\b(?:pip3?|poetry|pipenv)\s[^\n;&|]{0,80}\b(?:install|sync|add)\b|\buv\s+(?:sync|add|pip\s+(?:install|sync))\b",
    re.IGNORECASE,
)
_SERVERS = regex(
    r"\b(?:gunicorn|uvicorn|daphne|uwsgi|hypercorn|granian|waitress-serve|mod_wsgi-express|runserver\w*|celery)\b"
)
_STARTS_NOTHING = regex(
    r"\b(?:install|add|systemctl|supervisorctl|service|init\.d|initctl|p?kill(?:all)?|stop|restart|reload|rm|ln|cp|mv|mkdir|touch|chown|chmod|"
    r"cat|echo|grep|ps|pgrep|which|test)\b|--version\b"
)
_UNKNOWN_PROGRAM = regex(r"(?:^|[;&|]|\bthen\s)[ \t]*\$\{?\w+\}?[ \t]+(?!\S*(?:manage\.py|django-admin))", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A command, the variables that it is given, and whether the files it writes stay on the machine."""

    command: CommandLine
    variables: tuple[EnvVar, ...] = ()
    stays: bool = True


def is_of_application(text: str) -> bool:
    """Whether a command may run something of the project's, or touch its data."""
    return bool(_RUNS.search(text)) or _starts(text)


def _starts(text: str) -> bool:
    """Whether a command starts a server or worker, as far as one can see."""
    return bool(_SERVERS.search(text)) and not _STARTS_NOTHING.search(text)


def services(name: str, kind: str, steps: Iterable[Step]) -> Iterator[Service | BlindSpot]:
    """
    The steps as one service for the release, and one for each step that starts a server; what programs of unknown name
    are told is only mentioned.
    """
    release: list[Step] = []
    for step in steps:
        text = str(step.command)
        if _UNKNOWN_PROGRAM.search(text) and (hides := unread_format.mentioned(text)):
            yield BlindSpot("runs a command that stands in a variable", step.command.location, hides)
        if _starts(text):
            yield _service(name, kind, [step], is_release=False)
        else:
            release.append(step)
    if release:
        yield _service(name, kind, release, is_release=True)


def _service(name: str, kind: str, steps: list[Step], *, is_release: bool) -> Service:
    *before, last = (step.command for step in steps)
    variables = dict.fromkeys(variable for step in steps for variable in step.variables)
    return Service(
        name=name,
        kind=kind,
        location=steps[0].command.location,
        role="release" if is_release else None,
        command=last,
        before=tuple(before),
        variables=tuple(variables),
        keeps_files=True if is_release and all(step.stays for step in steps) else None,
        runs_on_host=True,
    )
