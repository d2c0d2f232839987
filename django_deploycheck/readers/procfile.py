"""
Procfile: one process a line, ``name: command``, run by a shell.

Heroku's format is https://devcenter.heroku.com/articles/procfile; Dokku, Scalingo, Piku, Railway and others read the same
file. ``release`` (``postdeploy`` on Scalingo, ``preflight`` on Piku) runs on every deploy. Piku serves the application that
``wsgi`` names by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import BlindSpot, Fact, Role, Service
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source

KIND = "procfile"
NAMES = ("Procfile", "Procfile.*")
NATURE = "production"

_NAME = regex(r"[A-Za-z0-9_-]{1,200}")
_ROLES: dict[str, Role] = {
    "web": "web",
    "release": "release",
    "postdeploy": "release",
    "preflight": "release",
}


def read(source: Source) -> Iterator[Fact]:
    entries: dict[str, Service] = {}
    for number, line in enumerate(source.lines, 1):
        text = line.strip()
        if not text or text.startswith(("#", "//")):
            continue
        name, _, command = (part.strip() for part in text.partition(":"))
        if not command or not _NAME.fullmatch(name):
            yield BlindSpot("the line is no 'name: command'", source.location(number), frozenset())
            continue
        text = _unquoted(command) if not name.startswith("cron") else _scheduled(command)
        is_module = name == "wsgi" and len(text.split()) == 1
        entries[name] = Service(  # of two entries of one name the last one runs
            name=name,
            kind=KIND,
            location=source.location(number),
            role="web" if is_module else _ROLES.get(name) or ("scheduler" if text != _unquoted(command) else None),
            platform="heroku",
            command=source.shell(text, number) if not is_module else None,
            application=text if is_module else None,
            keeps_files=False if _ROLES.get(name) == "release" else None,
        )
    yield from entries.values()


# The five fields of time before the command.
_TIMES = regex(r"(?:[\d*/,-]+\s+){5}(?=\S)")


def _scheduled(command: str) -> str:
    """The command that Piku runs at certain times: https://piku.github.io/configuration/procfile.html."""
    return _TIMES.sub("", command, count=1)


def _unquoted(command: str) -> str:
    """The command without quotes around the whole of it: builders that read the file as YAML take them off."""
    mark = command[:1]
    is_quoted = len(command) > 1 and mark in "\"'" and command.find(mark, 1) == len(command) - 1
    return command[1:-1] if is_quoted else command
