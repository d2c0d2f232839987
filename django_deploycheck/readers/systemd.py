"""
systemd service units: what ExecStart runs, with its environment.

After systemd.service(5), systemd.exec(5) and systemd.syntax(7): no shell is used, an empty ``ExecStart=`` resets the list,
``\\`` joins lines, ``-@:+!`` in front of a command change how it is run and not what.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, EnvVar, Fact, Reference, Service
from django_deploycheck.readers._ini import IniValue, values
from django_deploycheck.source import Source, within

KIND = "systemd"
NAMES = ("*.service", "*.service.j2", "*.service.tpl", "*.service.template", "*.service.example")
NATURE = "production"


def read(source: Source) -> Iterator[Fact]:
    starts: list[CommandLine] = []
    before: list[CommandLine] = []
    variables: list[EnvVar] = []
    files: list[Reference] = []
    single: dict[str, IniValue] = {}
    section_line = 1
    for value in values(source, continued_by="backslash"):
        if value.section != "Service":
            continue
        if not value.key:
            section_line = value.line
        elif value.key in ("ExecStart", "ExecStartPre"):
            target = starts if value.key == "ExecStart" else before
            if not value.value.strip():
                target.clear()
                continue
            target.append(_command(source, value))
        elif value.key == "Environment":
            variables += _environment(source, value)
        elif value.key == "EnvironmentFile":
            path = within(source.folder, value.value.strip().lstrip("-"))
            if path is not None:
                files.append(Reference(path, "dotenv", source.location(value.line)))
        else:
            single[value.key] = value
    if not starts:
        return
    restart = single.get("Restart")
    workdir = single.get("WorkingDirectory")
    for start in starts:
        yield Service(
            name=source.name.partition(".")[0].rstrip("@"),
            kind=KIND,
            location=source.location(section_line) if start.location.line is None else start.location,
            command=start,
            variables=tuple(variables),
            env_files=tuple(files),
            user=single["User"].value if "User" in single else None,
            workdir=workdir.value.strip().lstrip("-") if workdir else None,
            restart=restart.value.strip() if restart else None,
            before=tuple(before),
            runs_on_host=True,
        )


def _command(source: Source, value: IniValue) -> CommandLine:
    lines = value.value.split("\n")
    first = lines[0].lstrip("@-:+!| ")
    blank = 0 if first.strip() else next((index for index, line in enumerate(lines[1:], 1) if line.strip()), 0)
    # Specifiers (%h, %i) are only known on the machine; %% is a percent sign.
    text = re.sub(r"%([%a-zA-Z])", lambda match: "%" if match[1] == "%" else f"${{SYSTEMD_{match[1]}}}", "\n".join([first, *lines[1:]]))
    words = _words(text)
    if words is None:
        return source.shell(text, value.line)
    return source.exec_form(words, value.line + blank)


def _words(text: str) -> list[str] | None:
    try:
        return shlex.split(text.replace("\n", " "), comments=False)
    except ValueError:
        return None


def _environment(source: Source, value: IniValue) -> list[EnvVar]:
    pairs = []
    for word in _words(value.value) or []:
        name, equals, text = word.partition("=")
        if equals and name:
            pairs.append((name, text, source.location(value.line)))
    return list(secrets.env_vars(pairs, interpolated=False))
