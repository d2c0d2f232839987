"""Follows what services and images start, with their environment and in their place."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from django_deploycheck import interpretation
from django_deploycheck.interpretation import Run, Surroundings
from django_deploycheck.linking.images import copies_by_stage
from django_deploycheck.linking.work import Work
from django_deploycheck.model import CommandLine, EnvVar, Image, ServerConfig, Service, join
from django_deploycheck.places import Place, placed_copies


def surroundings_of(work: Work) -> Surroundings:
    def services_in(path: str) -> list[Service]:
        name = posixpath.basename(path)
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
        opaque = module.imports & {
            "subprocess",
            "os.system",
            "pexpect",
            "sh",
            "invoke",
            "fabric",
            "importlib",
            "runpy",
        } or any(name.startswith("subprocess.") for name in module.imports)
        return (*module.management_calls, "?") if opaque else module.management_calls

    return Surroundings(work.repository, services_in, server_config, management_calls, python_calls)


def _code_folders(work: Work) -> list[str]:
    """The folders that may be Django apps: those in the project's folder and one level below them."""
    found = []
    for top in dict.fromkeys((work.project.directory, "")):
        for name, is_folder in work.repository.listing(top).items():
            if (
                is_folder
                and not name.startswith((".", "_"))
                and name not in ("node_modules", "static", "templates", "venv", "env", "media", "locale")
            ):
                found.append(join(top, name))
    below = []
    for folder in found[:120]:
        for name, is_folder in work.repository.listing(folder).items():
            if (
                is_folder
                and not name.startswith((".", "_"))
                and name not in ("migrations", "static", "templates", "tests", "management", "locale")
            ):
                below.append(join(folder, name))
    return found + below[:600]


def follow_service(work: Work, service: Service, image: Image | None) -> Run:
    """What a service starts: what runs before it, then its entrypoint and command."""
    if service in work.runs:
        return work.runs[service]
    entrypoint, command = started_by(service, image)
    surroundings, place, variables = (
        surroundings_of(work),
        place_of(work, service, image),
        variables_of(work, service, image),
    )
    run = Run()
    for line in service.before:
        run = joined(run, interpretation.follow(line, surroundings, place, variables))
    run = joined(run, follow_both(work, surroundings, place, variables, entrypoint, command))
    work.runs[service] = run
    return run


def started_by(service: Service, image: Image | None) -> tuple[CommandLine | None, CommandLine | None]:
    """The entrypoint and the command in force: a service's entrypoint drops the image's CMD, its command replaces it."""
    entrypoint = service.entrypoint if service.entrypoint is not None else image.entrypoint if image else None
    command = service.command
    if command is None and service.entrypoint is None and image is not None:
        command = image.cmd
    return (entrypoint if entrypoint is None or entrypoint.argv != () else None), (
        command if command is None or command.argv != () else None
    )


def joined(first: Run, second: Run) -> Run:
    return Run(
        first.commands + second.commands,
        first.blind_spots + second.blind_spots,
        first.scripts + second.scripts,
        first.configs + second.configs,
    )


def follow_both(
    work: Work,
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
        entrypoint, surroundings, place, variables, arguments=arguments, origin=command.location
    )


def variables_of(work: Work, service: Service, image: Image | None) -> tuple[EnvVar, ...]:
    variables: list[EnvVar] = list(image.variables) if image else []
    for reference in service.env_files:
        variables += work.of(reference.path, EnvVar)
    return (*variables, *service.variables)


def place_of(work: Work, service: Service | None, image: Image | None) -> Place:
    mounts = service.mounts if service else ()
    if image is not None:
        workdir = posixpath.join(image.workdir, service.workdir) if service and service.workdir else image.workdir
        user = service.user if service and service.user else image.user.name if image.user else None
        copies = placed_copies(image.stages[::-1])
        return Place(image.context, workdir, True, copies, copies_by_stage(image), mounts, user=user)
    if service is not None and service.image is not None:
        return Place(
            service.image.context or posixpath.dirname(service.location.path),
            service.workdir or "/",
            True,
            (),
            {},
            mounts,
        )
    folder = posixpath.dirname(service.location.path) if service else ""
    base = folder if service and service.kind == "procfile" else ""
    return Place(base, service.workdir or "" if service else "", False, beside=folder)
