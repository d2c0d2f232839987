"""
supervisord configuration: its programs, with their environment.

After https://supervisord.org/configuration.html: ``%(ENV_X)s`` is the variable X, `` ;`` starts a comment, a command is run
without a shell.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import EnvVar, Fact, Location, Reference, Service
from django_deploycheck.readers._ini import IniValue, values, without_inline_comment
from django_deploycheck.source import Source, within

KIND = "supervisord"
NAMES = (
    "supervisord.conf",
    "supervisor.conf",
    "supervisor*.conf",
    "*supervisor*.ini",
    "*supervisord*.conf",
    "supervisor/*.conf",
    "supervisord/*.conf",
    "supervisor/conf.d/*.conf",
    "supervisord.d/*.conf",
    "supervisord.d/*.ini",
)
NATURE = "production"

_PROGRAM = re.compile(r"^(?:program|fcgi-program|eventlistener):(.+)$")


def read(source: Source) -> Iterator[Fact]:
    sections: dict[str, dict[str, IniValue]] = {}
    for value in values(source, continued_by="indent"):
        section = sections.setdefault(value.section, {})
        section[value.key] = value
    shared = _environment(source, sections.get("supervisord", {}).get("environment"))
    for name, section in sections.items():
        if name == "include" and "files" in section:
            for pattern in without_inline_comment(section["files"].value).split():
                path = within(source.folder, pattern)
                if path is not None and not any(mark in pattern for mark in "*?["):
                    yield Reference(path, KIND, source.location(section["files"].line))
        program = _PROGRAM.match(name)
        if program is None or "command" not in section or program[0].startswith("eventlistener"):
            continue
        yield _service(source, program[1].strip(), section, shared)


def _service(source: Source, name: str, section: dict[str, IniValue], shared: tuple[EnvVar, ...]) -> Service:
    command = section["command"]
    text = _expanded(without_inline_comment(command.value.replace("\n", " ")), name)
    try:
        line = source.exec_form(shlex.split(text), command.line)
    except ValueError:
        line = source.shell(text, command.line)
    directory = section.get("directory")
    restart = section.get("autorestart")
    user = section.get("user")
    return Service(
        name=name,
        kind=KIND,
        location=source.location(section[""].line if "" in section else command.line),
        command=line,
        variables=(*shared, *_environment(source, section.get("environment"))),
        user=without_inline_comment(user.value).strip() if user else None,
        workdir=_expanded(without_inline_comment(directory.value), name).strip() if directory else None,
        restart=without_inline_comment(restart.value).strip().lower() if restart else None,
        replicas=_count(section.get("numprocs")),
        runs_on_host=True,
    )


def _count(value: IniValue | None) -> int | None:
    text = without_inline_comment(value.value).strip() if value else ""
    return int(text) if text.isdigit() and len(text) < 6 else None


def _expanded(text: str, name: str) -> str:
    text = text.replace("%(program_name)s", name).replace("%(here)s", ".").replace("%%", "%")
    return re.sub(r"%\(ENV_(\w+)\)[sd]", r"${\1}", text)


def _environment(source: Source, value: IniValue | None) -> tuple[EnvVar, ...]:
    if value is None:
        return ()
    pairs: list[tuple[str, str | None, Location]] = []
    for offset, line in enumerate(value.value.split("\n")):
        for match in re.finditer(r"([A-Za-z_]\w*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^,]*)", line):
            pairs.append((match[1], match[2].strip().strip("\"'"), source.location(value.line + offset)))
    return tuple(secrets.env_vars(pairs))
