"""Follows a command line in a small repository on disk: what the tests of the interpreter stand on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django_deploycheck.conf import Configuration
from django_deploycheck.interpretation import Run, follow
from django_deploycheck.linking.following import surroundings_of
from django_deploycheck.linking.work import Work
from django_deploycheck.model import Command, CommandLine, EnvVar, Location, Project
from django_deploycheck.places import Place
from django_deploycheck.programs import Surroundings
from django_deploycheck.readers import load
from django_deploycheck.reading import Reading
from django_deploycheck.source import Repository

HOST = Place()
PROCFILE = Location("Procfile", 1)
"""Where the command lines of these tests stand."""


def write(path: Path, files: Mapping[str, str]) -> Repository:
    """A repository of these files, the common indentation of each removed."""
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
    return Repository(str(path))


def surroundings(repository: Repository) -> Surroundings:
    return surroundings_of(Work(repository, Reading(), load(), Project(), Configuration()))


def variable(name: str, value: str | None, *references: str) -> EnvVar:
    return EnvVar(name, value, Location(".env", 1), references)


def followed(
    path: Path,
    files: Mapping[str, str],
    command: str | Sequence[str],
    *,
    place: Place = HOST,
    variables: Iterable[EnvVar] = (),
    arguments: Sequence[str] = (),
    origin: Location | None = None,
) -> Run:
    """What a command line (a text for a shell, or an argv) starts that stands in line 1 of a Procfile."""
    line = (
        CommandLine(PROCFILE, text=textwrap.dedent(command))
        if isinstance(command, str)
        else CommandLine(PROCFILE, argv=tuple(command))
    )
    repository = write(path, files)
    return follow(line, surroundings(repository), place, variables, arguments=arguments, origin=origin)


def started(run: Run) -> list[str]:
    """Each command as ``path:line arguments``, and in brackets what is special about it."""
    return [f"{command.location} {' '.join(command.argv)}{_remarks(command)}" for command in run.commands]


def unseen(run: Run) -> list[str]:
    """Each blind spot as ``path:line reason``."""
    return [f"{spot.location} {spot.reason}" for spot in run.blind_spots]


def _remarks(command: Command) -> str:
    remarks = [
        "" if command.certain else "uncertain",
        "" if command.environment == "unknown" else command.environment,
        f"as {command.branch}" if command.branch else "",
        "background" if command.background else "",
        f"by {command.user}" if command.user else "",
    ]
    shown = ", ".join(filter(None, remarks))
    return f" [{shown}]" if shown else ""
