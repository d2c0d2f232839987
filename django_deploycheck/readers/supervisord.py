"""
supervisord configuration: its programs, with their environment.

After https://supervisord.org/configuration.html (4.2): ``%(ENV_X)s`` is the variable X, a semicolon or hash behind white
space starts a comment, a command is run without a shell, and as the user of supervisord unless it names its own. What a
template leaves to Jinja is a variable of unknown value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, EnvVar, Fact, Location, Reference, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers._ini import IniValue, argv, values, words
from django_deploycheck.readers._jinja import resolved
from django_deploycheck.records import replace
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

_OFF = ("false", "no", "off", "0")
_PROGRAM = regex(r"^(?:program|fcgi-program):(.+)$")


def read(source: Source) -> Iterator[Fact]:
    """A service for every program, and the files that are included, by names and patterns."""
    sections: dict[str, dict[str, IniValue]] = {}
    for value in values(source, continued_by="indent", delimiters="=:", inline_comments=";#"):
        filled_in = replace(value, value=resolved(value.value, {}))
        sections.setdefault(value.section, {})[value.key] = filled_in
    daemon = sections.get("supervisord", {})
    for name, section in sections.items():
        program = _PROGRAM.match(name)
        if name == "include" and "files" in section:
            yield from _included(source, section["files"])
        elif program is not None and "command" in section and section["command"].value.strip():
            yield _service(source, program[1].strip(), section, daemon)


def _included(source: Source, files: IniValue) -> Iterator[Reference]:
    for word in words(files.value) or []:
        path = within(source.folder, _expanded(word.text, ""))
        if path is not None:
            yield Reference(path, KIND, source.location(files.line + word.offset))


def _service(source: Source, name: str, section: Mapping[str, IniValue], daemon: Mapping[str, IniValue]) -> Service:
    restart = _text(section, "autorestart")
    variables = (
        *_environment(source, daemon.get("environment"), name),
        *_environment(source, section.get("environment"), name),
    )
    return Service(
        name=name,
        kind=KIND,
        location=source.location(section[""].line),
        command=_command(source, section["command"], name),
        variables=variables,
        user=_text(section, "user") or _text(daemon, "user"),
        workdir=_expanded(_text(section, "directory") or _text(daemon, "directory") or "", name) or None,
        restart=restart.lower() if restart else None,
        replicas=_count(_text(section, "numprocs")),
        profiles=("autostart=false",) if (_text(section, "autostart") or "").lower() in _OFF else (),
        runs_on_host=True,
    )


def _text(section: Mapping[str, IniValue], key: str) -> str | None:
    return section[key].value.strip() or None if key in section else None


def _command(source: Source, command: IniValue, name: str) -> CommandLine:
    text = _expanded(command.value.lstrip(), name)
    found = words(text)
    if found is None:
        return source.shell(text, command.first_line)
    return source.exec_form(argv(found), command.first_line)


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,5}", text) else None


def _expanded(text: str, name: str) -> str:
    """The text with supervisord's own expressions filled in; variables of the environment become ``${X}``."""
    known = {"program_name": name, "group_name": name, "here": ".", "process_num": "0"}

    def value(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        return f"${{{match[1][4:]}}}" if match[1].startswith("ENV_") else known.get(match[1], match[0])

    return re.sub(r"%%|%\((\w{1,100})\)(?:[0-9]{0,3}d|s)", value, text)


# Pairs are separated by commas, or by nothing where the values are quoted.
_PAIR = regex(r"""([A-Za-z_]\w*)\s*=\s*("[^"\n]*"|'[^'\n]*'|[^,\n]*)""")


def _environment(source: Source, value: IniValue | None, name: str) -> tuple[EnvVar, ...]:
    pairs: list[tuple[str, str | None, Location]] = []
    for offset, line in enumerate(value.value.split("\n") if value else ()):
        for match in _PAIR.finditer(line):
            text = match[2].strip()
            unquoted = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
            pairs.append((match[1], _expanded(unquoted, name), source.location((value.line if value else 1) + offset)))
    return tuple(secrets.env_vars(pairs))
