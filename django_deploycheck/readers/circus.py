"""
circus configuration: its watchers, with their environment.

After https://circus.readthedocs.io/en/latest/for-ops/configuration/: ``cmd`` and ``args`` are one command, run without a
shell unless ``shell`` says so; ``$(circus.env.X)`` is the variable X, ``$(circus.sockets.web)`` the number of an open socket.
``[env]`` holds variables of every watcher, ``[env:web]`` those of one, or of several named with commas and stars.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, EnvVar, Fact, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers._ini import IniValue, argv, values, words
from django_deploycheck.source import Source

KIND = "circus"
NAMES = ("circus.ini", "circus*.ini", "*circus*.ini", "circus.conf", "circus/*.ini", "circus.d/*.ini")
NATURE = "production"

_EXPRESSION = regex(r"\$\(circus\.(?:env\.)?([\w.]{1,100})\)|\(\(circus\.(?:env\.)?([\w.]{1,100})\)\)", re.IGNORECASE)


def read(source: Source) -> Iterator[Fact]:
    """A service for every watcher that has a command."""
    sections: dict[str, dict[str, IniValue]] = {}
    for value in values(source, continued_by="indent", delimiters="=:", inline_comments=";"):
        sections.setdefault(value.section, {})[value.key] = value
    for name, section in sections.items():
        kind, _, watcher = name.partition(":")
        if kind == "watcher" and "cmd" in section and section["cmd"].value.strip():
            yield _service(source, watcher.strip(), section, sections)


def _service(
    source: Source, name: str, section: Mapping[str, IniValue], sections: Mapping[str, Mapping[str, IniValue]]
) -> Service:
    count = _text(section, "numprocesses") or ""
    return Service(
        name=name,
        kind=KIND,
        location=source.location(section[""].line),
        command=_command(source, section),
        variables=_environment(source, name, sections),
        user=_text(section, "uid"),
        workdir=_text(section, "working_dir"),
        replicas=int(count) if re.fullmatch(r"[0-9]{1,5}", count) else None,
        runs_on_host=True,
    )


def _text(section: Mapping[str, IniValue], key: str) -> str | None:
    return _expanded(section[key].value.strip()) or None if key in section else None


def _command(source: Source, section: Mapping[str, IniValue]) -> CommandLine:
    command = section["cmd"]
    text = _expanded(" ".join(part.value.strip() for key in ("cmd", "args") if (part := section.get(key))))
    found = None if (_text(section, "shell") or "").lower() in ("true", "1", "yes", "on") else words(text)
    if found is None:
        return source.shell(text, command.first_line)
    return source.exec_form(argv(found), command.first_line)


def _expanded(text: str) -> str:
    """The text with circus's own expressions as shell variables."""
    return _EXPRESSION.sub(lambda match: f"${{{(match[1] or match[2]).replace('.', '_')}}}", text)


def _environment(source: Source, watcher: str, sections: Mapping[str, Mapping[str, IniValue]]) -> tuple[EnvVar, ...]:
    found = []
    for name, section in sections.items():
        kind, colon, names = name.partition(":")
        patterns = [pattern.strip() for pattern in names.split(",")] if colon else ["*"]
        if kind == "env" and any(fnmatch.fnmatchcase(watcher, pattern) for pattern in patterns):
            found += [
                (key, _expanded(value.value), source.location(value.line)) for key, value in section.items() if key
            ]
    return tuple(secrets.env_vars(found))
