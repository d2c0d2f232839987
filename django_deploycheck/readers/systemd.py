"""
systemd service units: what ExecStart runs, with its environment.

After systemd.service(5), systemd.exec(5) and systemd.syntax(7), version 257: no shell is used, an empty ``ExecStart=`` resets
the list, ``\\`` joins lines, ``-@:+!`` in front of a command change how it is run and not what, except that ``@`` puts the
program's name behind its path. Of several commands the last one is the service, the others run before it. What a template
leaves to Jinja is a variable of unknown value. A drop-in (``web.service.d/override.conf``) extends its unit. A timer
says by its name alone which unit it starts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, CommandLine, Fact, Location, Reference, Service
from django_deploycheck.readers._ini import IniValue, argv, values, words
from django_deploycheck.readers._jinja import resolved
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source, within

KIND = "systemd"
NAMES = (
    *(f"*.service{template}" for template in ("", ".j2", ".tpl", ".template", ".example")),
    *(f"*.timer{template}" for template in ("", ".j2", ".tpl", ".template", ".example")),
    "*.service.d/*.conf",
)
NATURE = "production"

_COMMANDS = ("ExecStartPre", "ExecStart", "ExecStartPost")
_JINJA = "JINJA_"


@dataclass
class _Unit:
    commands: dict[str, list[IniValue]] = field(default_factory=lambda: {name: [] for name in _COMMANDS})
    environment: list[IniValue] = field(default_factory=list)
    files: list[IniValue] = field(default_factory=list)
    single: dict[str, IniValue] = field(default_factory=dict)
    starts_on_demand: bool = False

    def stated(self, key: str) -> str | None:
        """The value of a setting that counts once; None where it is not stated or emptied again."""
        return self.single[key].value.strip() or None if key in self.single else None


def read(source: Source) -> Iterator[Fact]:
    """The service, and what runs once it has started; nothing for a unit without ExecStart that is no drop-in."""
    unit = _unit(source)
    extends = _extended(source)
    pairs = list(_pairs(source, unit.environment))
    # What a file sets overrides the unit's own.
    known = (
        {}
        if unit.files
        else {name: value for name, value, _ in pairs if value is not None and not secrets.is_sensitive(name, value)}
    )
    commands = {name: list(_command_lines(source, found, known)) for name, found in unit.commands.items()}
    if not commands["ExecStart"] and extends is None:
        return
    files = list(_files(source, unit.files))
    yield from (spot for spot in files if isinstance(spot, BlindSpot))
    earlier, start = commands["ExecStart"][:-1], next(iter(commands["ExecStart"][-1:]), None)
    workdir = unit.stated("WorkingDirectory")
    service = Service(
        name=_name(source.name) if extends is None else extends[1],
        kind=KIND,
        location=start.location if start is not None else source.location(1),
        command=start,
        extends=extends,
        before=(*commands["ExecStartPre"], *earlier),
        variables=tuple(secrets.env_vars(pairs, interpolated=False)),
        env_files=tuple(reference for reference in files if isinstance(reference, Reference)),
        user=unit.stated("User"),
        workdir=_specified(workdir.lstrip("-")) if workdir else None,
        restart=unit.stated("Restart"),
        runs_on_host=True,
        starts_on_demand=unit.starts_on_demand,
    )
    yield service
    for after in commands["ExecStartPost"][-1:]:
        name, before = f"{service.name} ExecStartPost", tuple(commands["ExecStartPost"][:-1])
        yield replace(service, name=name, location=after.location, command=after, before=before, restart=None)


def _name(file: str) -> str:
    return file.partition(".")[0].rstrip("@")


def _extended(source: Source) -> tuple[str, str] | None:
    """The path of the unit that a drop-in belongs to, and its name; None for a unit."""
    folder = source.folder.removesuffix(".d")
    name = posixpath.basename(folder)
    return (folder, _name(name)) if folder != source.folder and name.endswith(".service") else None


def _unit(source: Source) -> _Unit:
    unit = _Unit()
    for written in values(source, continued_by="backslash"):
        value = replace(written, value=resolved(written.value, {}, _JINJA))
        if _names_socket(value):
            unit.starts_on_demand = True
        if value.section != "Service":
            continue
        lists = {**unit.commands, "Environment": unit.environment, "EnvironmentFile": unit.files}
        if value.key not in lists:
            unit.single[value.key] = value
        elif value.value.strip():
            lists[value.key].append(value)
        else:
            lists[value.key].clear()
    return unit


def _names_socket(value: IniValue) -> bool:
    """Whether a line ties the unit to a socket, or names its own one (``Also=``), which starts it on a connection."""
    keys = {"Unit": ("Requires", "BindsTo", "Wants"), "Service": ("Sockets",), "Install": ("Also",)}
    named = value.key in keys.get(value.section, ())
    # Sockets of other services, which systemd itself ships with or a package brings, start those.
    return named and any(
        word.endswith(".socket") and not word.startswith(("docker", "podman", "systemd-", "dbus", "redis"))
        for word in value.value.split()
    )


def _specified(text: str) -> str:
    """The text with specifiers (``%h``, ``%i``), which only the machine knows, as variables; ``%%`` is a percent sign."""
    return re.sub(r"%([%a-zA-Z])", lambda match: "%" if match[1] == "%" else f"${{SYSTEMD_{match[1]}}}", text)


def _command_lines(source: Source, found: list[IniValue], known: Mapping[str, str]) -> Iterator[CommandLine]:
    for value in found:
        text = value.value.lstrip()
        program = text.lstrip("@-:+!| ")
        prefix = text[: len(text) - len(program)]
        all_words = words(_specified(program))
        if all_words is None:
            yield source.shell(_specified(program), value.first_line)
            continue
        # A lone semicolon separates commands.
        start = 0
        for index in (*(index for index, word in enumerate(all_words) if word.text == ";"), len(all_words)):
            one = all_words[start:index]
            start = index + 1
            if "@" in prefix and len(one) > 1:
                del one[1]
            if one:
                arguments = argv(one) if ":" in prefix else _expanded(argv(one), known)
                yield source.exec_form(arguments, value.first_line + one[0].offset)


def _expanded(arguments: list[str], known: Mapping[str, str]) -> list[str]:
    """The arguments with the unit's own variables: ``$NAME`` as words, ``${NAME}`` within one; ``$$`` is a dollar sign."""
    expanded: list[str] = []
    for argument in arguments:
        whole = re.fullmatch(r"\$([A-Za-z_]\w*)", argument)
        if whole and whole[1] in known:
            expanded += known[whole[1]].split()
            continue
        named = re.sub(r"\$\{([A-Za-z_]\w*)\}", lambda match: known.get(match[1], match[0]), argument)
        expanded.append(named.replace("$$", "$"))
    return expanded


def _files(source: Source, found: list[IniValue]) -> Iterator[Reference | BlindSpot]:
    for value in found:
        name = value.value.strip().lstrip("-")
        path = within(source.folder, name) if "%" not in name else None
        location = source.location(value.line)
        if path is not None:
            yield Reference(path, "dotenv", location)
        else:
            yield BlindSpot("names a file outside the repository", location, frozenset())


def _pairs(source: Source, found: list[IniValue]) -> Iterator[tuple[str, str | None, Location]]:
    for value in found:
        for word in words(value.value) or []:
            name, equals, text = word.text.partition("=")
            if equals and name and _JINJA not in name:
                is_known = _JINJA not in text
                yield name, _specified(text) if is_known else None, source.location(value.line + word.offset)
