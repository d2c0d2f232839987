"""Follows what services and images start, with their environment and in their place."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from django_deploycheck import interpretation
from django_deploycheck.interpretation import Run, Surroundings
from django_deploycheck.linking.images import copies_by_stage, unless_empty
from django_deploycheck.linking.work import Work
from django_deploycheck.model import (
    BlindSpot,
    Command,
    CommandLine,
    EnvVar,
    Image,
    PythonModule,
    Server,
    ServerConfig,
    Service,
    TaskFile,
    join,
)
from django_deploycheck.patterns import regex
from django_deploycheck.places import Place, placed_copies
from django_deploycheck.platforms import platform
from django_deploycheck.records import replace


def surroundings_of(work: Work) -> Surroundings:
    """What the interpreter may ask of the rest of the repository."""

    def services_in(path: str) -> list[Service]:
        name = posixpath.basename(path)
        if name.endswith((".yml", ".yaml", ".py")):
            # A compose file or a playbook that nobody found would start what is not among the processes.
            known = ("fabfile",) if name.endswith(".py") else ("compose", "ansible")
            return work.of(path, Service) if work.reading.kinds.get(path) in known else []
        is_configuration = name.endswith((".conf", ".ini"))
        work.read(path, "circus" if "circus" in name else "supervisord" if is_configuration else "procfile")
        return work.of(path, Service)

    def server_config(path: str, server: str) -> ServerConfig | None:
        if server == "gunicorn":
            work.read(path, "gunicorn-conf")
        elif server == "uwsgi":
            work.read(path, "uwsgi")
        return next(iter(work.of(path, ServerConfig)), None)

    def management_calls(name: str) -> Sequence[str] | None:
        if not re.fullmatch(r"\w+", name):
            return None
        for folder in _code_folders(work):
            path = join(folder, f"management/commands/{name}.py")
            if work.repository.is_file(path):
                module = work.module(path)
                return module.management_calls if module else ("?",)
        return None

    def python_calls(path: str) -> Sequence[str] | None:
        module = work.module(path)
        if module is None:
            return None
        return (*module.management_calls, "?") if _may_start_programs(module) else module.management_calls

    def tasks_in(path: str, kind: str) -> TaskFile | None:
        work.read(path, kind)
        return next(iter(work.of(path, TaskFile)), None)

    def entry_point(name: str) -> str | None:
        if name not in work.programs:
            work.programs[name] = _declares_program(work, name)
        return work.programs[name]

    return Surroundings(
        work.repository,
        services_in,
        server_config,
        management_calls,
        python_calls,
        tasks_in,
        entry_point,
        work.effort,
        work.texts,
    )


_DECLARE_PROGRAMS = ("pyproject.toml", "setup.cfg", "setup.py")


def _declares_program(work: Work, name: str) -> str | None:
    """The file that declares a program of this name as the project's own."""
    if not re.fullmatch(r"[\w.-]{1,100}", name):
        return None
    declared = regex(rf"(?<![\w.-]){re.escape(name)}[\"']?\s{{0,20}}=\s{{0,20}}[\"']?[\w.]{{1,200}}:\w", holding=name)
    folders = dict.fromkeys((work.project.directory, ""))
    paths = (join(folder, file) for folder in folders for file in _DECLARE_PROGRAMS)
    sources = ((path, work.repository.known(path)) for path in paths)
    return next((path for path, source in sources if source and declared.search(source.text)), None)


# Modules that start other programs; of os only some functions do, which its import does not tell.
_STARTING_MODULES = frozenset("os subprocess pexpect sh invoke fabric importlib runpy".split())
# Folders that hold no apps.
_NO_APPS = frozenset("node_modules static templates venv env media locale migrations tests management".split())


def _may_start_programs(module: PythonModule) -> bool:
    return any(name.partition(".")[0] in _STARTING_MODULES for name in module.imports)


def _code_folders(work: Work) -> list[str]:
    """The folders that may be Django apps: those in the project's folder and at the root, and one level below them."""
    found = [folder for top in dict.fromkeys((work.project.directory, "")) for folder in _folders_in(work, top)]
    below = [folder for top in found[:120] for folder in _folders_in(work, top)]
    return found[:200] + below[:600]


def _folders_in(work: Work, folder: str) -> list[str]:
    return [
        join(folder, name)
        for name, is_folder in work.repository.listing(folder).items()
        if is_folder and not name.startswith((".", "_")) and name not in _NO_APPS
    ]


def follow_service(work: Work, service: Service, image: Image | None) -> Run:
    """What a service starts: what runs before it, then its entrypoint and command."""
    if service in work.runs:
        return work.runs[service]
    entrypoint, command = started_by(service, image)
    surroundings, place, variables = (
        surroundings_of(work),
        place_of(service, image),
        variables_of(work, service, image),
    )
    run = Run()
    for line in service.before:
        if len(run.commands) > interpretation.MAX_COMMANDS:
            gap = BlindSpot("comes after more commands than are followed", line.location)
            run = replace(run, blind_spots=(*run.blind_spots, gap))
            break
        run = joined(run, interpretation.follow(line, surroundings, place, variables))
    run = joined(run, follow_both(surroundings, place, variables, entrypoint, command))
    if entrypoint is None and command is None:
        run = joined(run, Run(_of_platform(service)))
    work.runs[service] = run
    return run


def _of_platform(service: Service) -> tuple[Command, ...]:
    """The server that a platform starts where the file only names what it serves, or nothing but its settings."""
    application = service.application
    host = platform(service.platform)
    if application is None and not (service.role == "web" and host is not None and host.makes_application):
        return ()
    # Of a file, only what it holds tells which of the two it is.
    server = Server("platform", application, None if (application or "").endswith(".py") else "wsgi")
    text = application or service.platform or ""
    return (Command(text, (text,), "", service.location, server=server),)


def started_by(service: Service, image: Image | None) -> tuple[CommandLine | None, CommandLine | None]:
    """The entrypoint and the command in force: a service's entrypoint drops the image's CMD, its command replaces it."""
    entrypoint, command = service.entrypoint, service.command
    if image is not None and entrypoint is None:
        entrypoint = image.entrypoint
        command = image.cmd if command is None else command
    return unless_empty(entrypoint), unless_empty(command)


def joined(first: Run, second: Run) -> Run:
    return Run(
        first.commands + second.commands,
        first.blind_spots + second.blind_spots,
        first.scripts + second.scripts,
        first.configs + second.configs,
    )


def follow_both(
    surroundings: Surroundings,
    place: Place,
    variables: tuple[EnvVar, ...],
    entrypoint: CommandLine | None,
    command: CommandLine | None,
) -> Run:
    """ENTRYPOINT and CMD together: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact."""
    if entrypoint is None:
        return interpretation.follow(command, surroundings, place, variables) if command is not None else Run()
    if entrypoint.text is not None:
        return interpretation.follow(entrypoint, surroundings, place, variables)
    if command is None:
        return interpretation.follow(entrypoint, surroundings, place, variables, arguments=())
    arguments = command.argv if command.argv is not None else ("/bin/sh", "-c", command.text or "")
    return interpretation.follow(
        entrypoint,
        surroundings,
        place,
        variables,
        arguments=arguments,
        origin=command.location,
        places=command.places,
    )


def variables_of(work: Work, service: Service, image: Image | None) -> tuple[EnvVar, ...]:
    variables: list[EnvVar] = list(image.variables) if image else []
    for reference in service.env_files:
        variables += work.of(reference.path, EnvVar)
    return (*variables, *service.variables)


def place_of(service: Service | None, image: Image | None) -> Place:
    """Where the commands of a service and its image run; without either, at the root of the repository."""
    if image is not None:
        workdir, user = image.workdir, image.user.name if image.user else None
        mounts = service.mounts if service else ()
        if service is not None:
            workdir = posixpath.normpath(posixpath.join(workdir, service.workdir or ""))
            user = service.user or user
        copies = placed_copies(image.stages[::-1])
        return Place(image.context, workdir, True, copies, copies_by_stage(image), mounts, user=user)
    if service is None:
        return Place()
    folder = posixpath.dirname(service.location.path)
    if service.image is not None:
        return Place(service.image.context or folder, service.workdir or "/", True, mounts=service.mounts)
    return Place(folder if service.kind == "procfile" else "", service.workdir or "", beside=folder)
