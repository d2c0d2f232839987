"""Makes processes of what was followed: one for each that a file, an image or a script starts."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace

from django_deploycheck import commands, environments, interpretation
from django_deploycheck.environments import Decision
from django_deploycheck.interpretation import Run, Surroundings
from django_deploycheck.linking.following import (
    follow_both,
    follow_service,
    place_of,
    started_by,
    surroundings_of,
    variables_of,
)
from django_deploycheck.linking.images import built_image, context_of, default_stage, image_of, stage_workdir
from django_deploycheck.linking.work import Work
from django_deploycheck.model import BlindSpot, Command, Environment, Image, Process, Role, Service


def service_processes(work: Work, service: Service) -> list[Process]:
    environment: Environment = "production" if service.kind == "configured" else work.environment(service.location.path)
    reason = (
        work.decisions[service.location.path].reason if service.location.path in work.decisions else "is configured"
    )
    if environment == "production" and service.profiles:
        environment, reason = "unknown", f"stands behind the profile '{service.profiles[0]}'"
    image = image_of(work, service)
    variables = variables_of(work, service, image)
    entrypoint, command = started_by(service, image)
    run = follow_service(work, service, image)
    spots = run.blind_spots
    if (
        service.image is not None
        and entrypoint is None
        and command is None
        and image is None
        and service.image.dockerfile is not None
    ):
        spots = (
            *spots,
            BlindSpot(f"its image is built from '{service.image.dockerfile}', which was not read", service.location),
        )
    elif image is not None and entrypoint is None and command is None and not environments.is_helper(image.base):
        spots = (*spots, BlindSpot(f"what '{image.base}' starts by itself is not known", image.stage.location))
    elif (
        service.image is not None
        and service.image.dockerfile is None
        and service.image.name is not None
        and command is None
        and entrypoint is None
        and not environments.is_well_known(service.image.name)
    ):
        spots = (
            *spots,
            BlindSpot(f"what the image '{service.image.name}' starts is not known", service.image.location),
        )
    run = replace(run, blind_spots=spots)
    base = Process(
        role=service.role or "other",
        name=service.name,
        environment=environment,
        reason=reason,
        location=service.location,
        platform=service.platform,
        kind=service.kind,
        service=service,
        image=image,
        variables=variables,
    )
    return _processes(work, base, run, service.role)


def _processes(work: Work, base: Process, run: Run, role: Role | None) -> list[Process]:
    """One process for what the command line starts itself, and one for each further process that it offers."""
    for path, location in run.scripts:
        work.scripts.setdefault(path, []).append((str(location), base.environment))
    for path, location in run.configs:
        work.configured.add(path)
        if base.environment == "production" or path not in work.decisions:
            work.decisions[path] = Decision(base.environment, f"{location} reads it")
    groups: dict[str | None, list[Command]] = {None: []}
    for command in run.commands:
        groups.setdefault(command.branch, []).append(command)
    main = groups.pop(None)
    if not main and len(groups) > 1 and role in (None, "web"):
        # The whole command line only starts others: supervisord, a script that asks what to be.
        processes = []
    else:
        processes = [_described(replace(base, commands=tuple(main), blind_spots=run.blind_spots), role)]
    for name, group in groups.items():
        process = _described(
            replace(
                base,
                name=name or base.name,
                commands=(*main, *group) if main and group[0].certain else tuple(group),
                role="other",
                blind_spots=() if processes else run.blind_spots,
            ),
            None,
        )
        environment = base.environment
        if environment == "production" and group and all(command.environment == "development" for command in group):
            environment = "development"
        elif environment == "production" and not any(command.certain for command in group) and process.role != "web":
            environment = "production"
        processes.append(replace(process, environment=environment))
    return processes


def _described(process: Process, stated: Role | None) -> Process:
    """The process with its main command, its role and its place."""
    command = main_command(process.commands)
    role = stated or _role(process, command)
    if command is None:
        return replace(process, role=role)
    described = replace(process, role=role, command=command, location=command.location, via=command.via)
    marked = _marked_by_script(described, command)
    if marked is not None and process.environment == "development":
        return replace(described, environment="production", reason=f"the script {marked}")
    return described


def _marked_by_script(process: Process, command: Command) -> str | None:
    """Why the script that starts the process is production's, whoever calls it; None where its name does not say so."""
    path = command.location.path
    if (
        not command.via
        or (not path.endswith((".sh", ".bash")) and "." in posixpath.basename(path))
        or command.server is None
        or command.server.name == "runserver"
    ):
        return None
    named = environments.by_name(posixpath.basename(path))
    return named.reason if named is not None and named.environment == "production" else None


def main_command(found: Sequence[Command]) -> Command | None:
    candidates = [command for command in found if command.environment != "development"] or list(found)
    for choose in (
        lambda command: command.server is not None and command.certain,
        lambda command: command.server is not None,
        lambda command: _is_worker(command) or _is_scheduler(command),
        lambda command: command.subcommand is not None and command.certain,
        lambda command: command.subcommand is not None,
    ):
        matching = [command for command in candidates if choose(command)]
        if matching:
            # A real server beats runserver beside it; the last one started is the one that stays.
            serious = [command for command in matching if command.server is None or command.server.name != "runserver"]
            return (serious or matching)[-1]
    return candidates[-1] if candidates else None


def _is_worker(command: Command) -> bool:
    return (
        command.program in commands.WORKER_PROGRAMS and "flower" not in command.argv
    ) or command.subcommand in commands.WORKER_SUBCOMMANDS


def _is_scheduler(command: Command) -> bool:
    return (
        (command.program == "celery" and "beat" in command.argv)
        or command.subcommand in commands.SCHEDULER_SUBCOMMANDS
        or command.program in ("rqscheduler", "supercronic", "cron", "crond")
    )


def _role(process: Process, command: Command | None) -> Role:
    if command is None:
        return "web" if process.name in ("web",) and process.kind == "compose" else "other"
    if command.server is not None:
        return "web"
    if _is_scheduler(command):
        return "scheduler"
    if _is_worker(command):
        return "worker"
    if command.subcommand in ("migrate", "migrate_schemas", "collectstatic", "makemigrations", "createcachetable"):
        return "release"
    return "other"


def image_processes(work: Work, services: Sequence[Service]) -> list[Process]:
    """What images run that no service of a file starts, and what their builds run."""
    for path in work.paths("dockerfile"):
        built_image(work, path, context_of(work, path), None)
    users: dict[tuple[str, int], list[Service]] = {}
    for service in services:
        image = image_of(work, service)
        if image is not None and not service.profiles:
            users.setdefault((image.dockerfile, image.stage.index), []).append(service)
    surroundings = surroundings_of(work)
    processes: list[Process] = []
    seen = set()
    for image in sorted(work.images.values(), key=lambda image: (image.dockerfile, image.stage.index)):
        key = (image.dockerfile, image.stage.index)
        if key in seen:
            continue
        seen.add(key)
        environment = _image_environment(work, image, users.get(key, ()))
        processes += _build_processes(work, image, surroundings, environment)
        if any(work.environment(service.location.path) == environment for service in users.get(key, ())):
            continue
        base = Process(
            role="other",
            name=posixpath.basename(image.dockerfile),
            environment=environment,
            reason=work.decisions[image.dockerfile].reason if image.dockerfile in work.decisions else "",
            location=image.stage.location,
            kind="dockerfile",
            image=image,
            variables=image.variables,
        )
        run = follow_both(work, surroundings, place_of(work, None, image), image.variables, image.entrypoint, image.cmd)
        if image.entrypoint is None and image.cmd is None and not environments.is_helper(image.base):
            run = replace(
                run,
                blind_spots=(BlindSpot("nothing in the repository says what the image starts", image.stage.location),),
            )
        processes += _processes(work, base, run, None)
    return processes


def _image_environment(work: Work, image: Image, users: Sequence[Service]) -> Environment:
    """Whose a stage is: production's where production builds it, the file's for the default one, else its builders'."""
    environments_of_users = [work.environment(service.location.path) for service in users]
    if "production" in environments_of_users:
        return "production"
    if image.stage == default_stage(image.all_stages) or not environments_of_users:
        return work.environment(image.dockerfile)
    return environments_of_users[0]


def _build_processes(work: Work, image: Image, surroundings: Surroundings, environment: Environment) -> list[Process]:
    """What RUN instructions do in the stages that the built one is made of or copies from."""
    needed = list(image.stages)
    by_name = {
        **{stage.name: stage for stage in image.all_stages if stage.name},
        **{str(stage.index): stage for stage in image.all_stages},
    }
    for stage in needed:
        for name in [copy.stage for copy in stage.copies if copy.stage] + [stage.base]:
            other = by_name.get(name)
            if other is not None and other not in needed:
                needed.append(other)
    processes = []
    for stage in needed:
        place = replace(place_of(work, None, image), workdir=stage_workdir(stage, image))
        for line in stage.runs:
            run = interpretation.follow(line, surroundings, place, stage.variables)
            if not run.commands and not run.blind_spots:
                continue
            management = next((command for command in run.commands if command.subcommand), None)
            command = management or (run.commands[0] if run.commands else None)
            for path, location in run.scripts:
                work.scripts.setdefault(path, []).append((str(location), environment))
            processes.append(
                Process(
                    role="build",
                    name="build",
                    environment=environment,
                    reason=work.decisions[image.dockerfile].reason if image.dockerfile in work.decisions else "",
                    location=command.location if command else line.location,
                    command=command,
                    commands=run.commands,
                    via=command.via if command else (),
                    kind="dockerfile",
                    image=image,
                    variables=stage.variables,
                    blind_spots=run.blind_spots,
                )
            )
    return processes
