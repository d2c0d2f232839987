"""Makes processes of what was followed: one for each that a file, an image or a script starts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django_deploycheck import commands, environments, interpretation
from django_deploycheck.environments import Decision
from django_deploycheck.interpretation import Run
from django_deploycheck.linking.following import (
    follow_both,
    follow_service,
    place_of,
    started_by,
    surroundings_of,
    variables_of,
)
from django_deploycheck.linking.hosting import procfile_over
from django_deploycheck.linking.images import (
    built_image,
    chain_of,
    context_of,
    image_of,
    is_of_others,
    names_helper,
    stage_called,
    workdir_of,
)
from django_deploycheck.linking.work import Work
from django_deploycheck.model import (
    BlindSpot,
    Command,
    Environment,
    Image,
    ImageStage,
    Location,
    Process,
    Role,
    Service,
)
from django_deploycheck.places import placed_copies
from django_deploycheck.programs import PROCESS_MANAGERS
from django_deploycheck.records import replace

# The kinds of files whose processes another file may start, in the order in which one may start the next.
_STARTED_BY_OTHERS = ("procfile", "deploy-script", "azure-startup", "supervisord", "circus", "uwsgi")
_STEPS = ("release", "build", "scheduler")
# Those that say nothing of where they are used stand last.
_LAST = ("deploy-script", "uwsgi")


def all_processes(work: Work, services: Sequence[Service]) -> list[Process]:
    """
    Everything that runs: what services start, what images start and build, and what scripts and configuration files
    start that nothing else does; those that something else starts are followed there, with its arguments.
    """
    found = {
        index: service_processes(work, service)
        for index, service in enumerate(services)
        if service.kind not in _STARTED_BY_OTHERS
    }
    of_images = image_processes(work, services)
    for kind in _STARTED_BY_OTHERS:
        for index, service in enumerate(services):
            if service.kind == kind and not _is_started(work, service.location.path):
                found[index] = service_processes(work, service)
    last = [process for index in sorted(found) if services[index].kind in _LAST for process in found[index]]
    first = [process for index in sorted(found) if services[index].kind not in _LAST for process in found[index]]
    return _without_repeats([*first, *of_images, *last])


def _is_started(work: Work, path: str) -> bool:
    """Whether a process starts what the file says that is as close to production as the file is."""
    return path in work.scripts or any(
        environments.RANKS.index(environment) <= environments.RANKS.index(work.environment(path))
        for environment in work.configured.get(path, ())
    )


def _without_repeats(processes: Iterable[Process]) -> list[Process]:
    """The processes without those that a script only offers to be and that stand elsewhere in the list already."""
    processes = list(processes)
    known = {_start(process) for process in processes if not _is_offered(process)}
    kept = []
    for process in processes:
        if _is_offered(process) and not process.blind_spots:
            if _start(process) in known:
                continue
            known.add(_start(process))
        kept.append(process)
    return kept


def _is_offered(process: Process) -> bool:
    return process.command is not None and process.command.branch is not None


def _start(process: Process) -> tuple[Environment, Location]:
    return process.environment, process.location


def service_processes(work: Work, service: Service) -> list[Process]:
    """What a service starts, as one process or several."""
    decision = work.decision(service.location.path)
    environment, reason = decision.environment, decision.reason
    if environment == "production" and service.profiles:
        environment, reason = "unknown", f"stands behind the profile '{service.profiles[0]}'"
    procfile = procfile_over(work, service)
    if environment == "production" and procfile is not None:
        environment, reason = "unknown", f"{procfile} says what is started instead"
    image = image_of(work, service)
    run = follow_service(work, service, image)
    if image is None and service.image is not None and _is_helper(service.image.name or ""):
        run = replace(run, blind_spots=())  # whatever it runs, it has none of our code
    gap = _start_gap(work, service, image)
    base = Process(
        role="other",
        name=service.name,
        environment=environment,
        reason=reason,
        location=service.location,
        platform=service.platform,
        kind=service.kind,
        service=service,
        image=image,
        variables=variables_of(work, service, image),
    )
    return _processes(work, base, replace(run, blind_spots=(*run.blind_spots, gap)) if gap else run, service.role)


def _is_helper(image: str) -> bool:
    """Whether an image that is run as it is holds no code of ours, whatever it is told to run."""
    return environments.is_helper(image) or (environments.is_program(image) and not environments.is_well_known(image))


def _start_gap(work: Work, service: Service, image: Image | None) -> BlindSpot | None:
    """Why it is not known what a service starts, where the service and its image do not say."""
    if any(line is not None for line in started_by(service, image)):
        return None
    if service.extends is not None:
        path, name = service.extends
        return BlindSpot(f"extends '{name}' of '{path}', which was not read", service.location)
    if image is not None:
        return _base_gap(image)
    source = service.image
    if source is None or (source.name is not None and environments.is_program(source.name)):
        return None
    if source.dockerfile is not None:
        return BlindSpot(f"its image is built from '{source.dockerfile}', which was not read", service.location)
    if source.name is not None and (is_of_others(work, source.name) or names_helper(service, source.name)):
        return None
    named = f"the image '{source.name}'" if source.name is not None else "its image"
    return BlindSpot(f"what {named} starts is not known", source.location)


def _base_gap(image: Image) -> BlindSpot | None:
    if environments.is_helper(image.base):
        return None
    return BlindSpot(f"what '{image.base}' starts by itself is not known", image.stage.location)


def _processes(work: Work, base: Process, run: Run, role: Role | None) -> list[Process]:
    """One process for what the command line starts itself, and one for each further process that it offers."""
    _note_scripts(work, run, base.environment)
    _note_configs(work, run, base.environment)
    branches: dict[str | None, list[Command]] = {}
    for command in run.commands:
        branches.setdefault(command.branch, []).append(command)
    main = tuple(branches.pop(None, ()))
    processes = []
    # supervisord, or a script that asks what to be, only starts others.
    is_starter = bool(branches) and all(command.program in PROCESS_MANAGERS for command in main)
    if not is_starter or role not in (None, "web"):
        described = _described(replace(base, commands=main, blind_spots=run.blind_spots), role)
        processes += [described, *_alternatives(described)]
    for name, branch in branches.items():
        process = replace(
            base,
            name=name or base.name,
            commands=(*main, *branch) if branch[0].certain else tuple(branch),
            blind_spots=() if processes else run.blind_spots,
        )
        if base.environment == "production" and all(command.environment == "development" for command in branch):
            process = replace(process, environment="development")
        processes.append(_described(process, None))
    return processes


def _alternatives(process: Process) -> Iterator[Process]:
    """The other servers of which a condition starts one: ``if …; then exec gunicorn …; else exec gunicorn …; fi``."""
    chosen = process.command
    if chosen is None or chosen.server is None or chosen.certain:
        return
    seen = {chosen.location}
    for command in process.commands:
        may_start = command.server is not None and command.server.name != "runserver" and not command.certain
        if may_start and command.environment != "development" and command.location not in seen:
            seen.add(command.location)
            yield _at(replace(process, blind_spots=()), command)


def _note_scripts(work: Work, run: Run, environment: Environment) -> None:
    for path, location in run.scripts:
        work.scripts.setdefault(path, []).append((str(location), environment))


def _note_configs(work: Work, run: Run, environment: Environment) -> None:
    for path, location in run.configs:
        work.configured.setdefault(path, []).append(environment)
        if environment == "production" or path not in work.decisions:
            work.decisions[path] = Decision(environment, f"{location} reads it")


def _described(process: Process, stated: Role | None) -> Process:
    """The process with its main command, its role and its place."""
    command = main_command(process.commands)
    described = _at(replace(process, role=stated or _role(process, command)), command)
    marked = _marked_by_script(command) if command is not None else None
    if marked is not None and process.environment == "development":
        return replace(described, environment="production", reason=f"the script {marked}")
    return described


def _at(process: Process, command: Command | None) -> Process:
    """The process at the place of its command."""
    if command is None:
        return process
    return replace(process, command=command, location=command.location, via=command.via)


def _marked_by_script(command: Command) -> str | None:
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
        command.program in commands.WORKER_PROGRAMS and commands.CELERY_TOOLS.isdisjoint(command.argv)
    ) or command.subcommand in commands.WORKER_SUBCOMMANDS


def _is_scheduler(command: Command) -> bool:
    return (
        (command.program == "celery" and "beat" in command.argv)
        or command.subcommand in commands.SCHEDULER_SUBCOMMANDS
        or command.program in ("rqscheduler", "supercronic", "cron", "crond")
    )


def _role(process: Process, command: Command | None) -> Role:
    if command is None:
        return "web" if process.name == "web" and process.kind == "compose" else "other"
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
            users.setdefault(_key(image), []).append(service)
    images: dict[tuple[str, int], Image] = {}
    for image in work.images.values():
        images.setdefault(_key(image), image)
    processes: list[Process] = []
    for key, image in sorted(images.items()):
        environment = _image_environment(work, image, users)
        processes += _build_processes(work, image, environment)
        # What production starts by a service, it does not start on its own besides; a step of a deploy starts nothing.
        starters = [
            service
            for service in users.get(key, ())
            if service.role not in _STEPS and (service.kind != "s6" or image.cmd is None)
        ]
        if environment not in _environments(work, starters):
            processes += _own_processes(work, image, environment)
    return processes


def _key(image: Image) -> tuple[str, int]:
    return image.dockerfile, image.stage.index


def _own_processes(work: Work, image: Image, environment: Environment) -> list[Process]:
    """What an image starts by itself."""
    run = follow_both(surroundings_of(work), place_of(None, image), image.variables, image.entrypoint, image.cmd)
    if image.entrypoint is None and image.cmd is None and _base_gap(image) is not None:
        gap = BlindSpot("nothing in the repository says what the image starts", image.stage.location)
        run = replace(run, blind_spots=(gap,))
    base = Process(
        role="other",
        name=posixpath.basename(image.dockerfile),
        environment=environment,
        reason=work.decision(image.dockerfile).reason,
        location=image.stage.location,
        kind="dockerfile",
        image=image,
        variables=image.variables,
    )
    return _processes(work, base, run, None)


def _image_environment(work: Work, image: Image, users: Mapping[tuple[str, int], Sequence[Service]]) -> Environment:
    """
    Whose a stage is: production's where production builds it, its builders', or the file's for the default one. Where
    production builds another stage, nobody is known to build the default one.
    """
    mine = _environments(work, users.get(_key(image), ()))
    if "production" in mine:
        return "production"
    others = [user for (path, _), using in users.items() if path == image.dockerfile for user in using]
    if not mine and "production" in _environments(work, others):
        return "unknown"
    if image.stage == environments.default_stage(image.all_stages) or not mine:
        return work.environment(image.dockerfile)
    return mine[0]


def _environments(work: Work, services: Iterable[Service]) -> list[Environment]:
    return [work.environment(service.location.path) for service in services]


def _build_processes(work: Work, image: Image, environment: Environment) -> list[Process]:
    """What RUN instructions do in the stages that the built one is made of or copies from."""
    surroundings = surroundings_of(work)
    processes = []
    for stage in _needed_stages(image):
        chain = chain_of(stage, image.all_stages)
        variables = tuple(variable for part in reversed(chain) for variable in part.variables)
        arguments = tuple(variable for part in reversed(chain) for variable in part.arguments)
        place = replace(place_of(None, image), workdir=workdir_of(chain), copies=placed_copies(chain[::-1]))
        for line in stage.runs:
            run = interpretation.follow(line, surroundings, place, (*arguments, *variables))
            if not run.commands and not run.blind_spots:
                continue
            _note_scripts(work, run, environment)
            _note_configs(work, run, environment)
            process = Process(
                role="build",
                name="build",
                environment=environment,
                reason=work.decision(image.dockerfile).reason,
                location=line.location,
                commands=run.commands,
                kind="dockerfile",
                image=image,
                variables=variables,
                blind_spots=run.blind_spots,
            )
            command = next((command for command in run.commands if command.subcommand), None)
            processes.append(_at(process, command or next(iter(run.commands), None)))
    return processes


def _needed_stages(image: Image) -> list[ImageStage]:
    needed = list(image.stages)
    for stage in needed:
        names = [copy.stage for copy in stage.copies if copy.stage]
        others = (stage_called(image.all_stages, name) for name in names)
        for other in others:
            if other is not None:
                needed += [part for part in chain_of(other, image.all_stages) if part not in needed]
    return needed
