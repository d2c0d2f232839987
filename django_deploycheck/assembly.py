"""
Links facts into a ``Deployment``: compose layers are merged, services meet their images, commands are followed through
entrypoints and scripts, and every file and process is told whose it is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django_deploycheck import commands, environments, interpretation
from django_deploycheck.conf import Configuration
from django_deploycheck.environments import Decision
from django_deploycheck.interpretation import Place, Run, Surroundings
from django_deploycheck.model import (
    BlindSpot,
    Buildpack,
    Command,
    CommandLine,
    Copy,
    Deployment,
    DeploymentFile,
    Environment,
    EnvVar,
    Fact,
    Formation,
    IgnorePattern,
    Image,
    ImageStage,
    Location,
    PlatformUse,
    Process,
    Project,
    PythonModule,
    PythonVersion,
    Reference,
    Requirement,
    Role,
    ServerConfig,
    Service,
    SettingsChoice,
    StaticMapping,
    Target,
    join,
)
from django_deploycheck.project import import_folders
from django_deploycheck.project_apps import project_apps
from django_deploycheck.readers import Reader
from django_deploycheck.reading import Reading, read_one
from django_deploycheck.settings_view import SettingsView, module_path
from django_deploycheck.source import Repository

T = TypeVar("T")

CONFIGURED = 'DEPLOYCHECK["COMMANDS"]'
"""Stands as the path of processes that the settings name."""


@dataclass
class _Assembly:
    """Everything that linking needs, in one place; lives only while ``assemble`` runs."""

    repository: Repository
    reading: Reading
    readers: Mapping[str, Reader]
    project: Project
    configuration: Configuration
    decisions: dict[str, Decision] = field(default_factory=dict)
    scripts: dict[str, list[tuple[str, Environment]]] = field(default_factory=dict)
    images: dict[tuple[str, str, str | None], Image] = field(default_factory=dict)
    image_files: dict[str, str] = field(default_factory=dict)

    def facts(self, kind: type[T]) -> Iterable[tuple[str, T]]:
        for path, facts in self.reading.facts.items():
            for fact in facts:
                if isinstance(fact, kind):
                    yield path, fact

    def of(self, path: str, kind: type[T]) -> list[T]:
        return [fact for fact in self.reading.facts.get(path, ()) if isinstance(fact, kind)]

    def paths(self, kind: str) -> list[str]:
        return [path for path, found in self.reading.kinds.items() if found == kind]

    def environment(self, path: str) -> Environment:
        decision = self.decisions.get(path)
        return decision.environment if decision else "unknown"

    def read(self, path: str, kind: str) -> None:
        """Read a file that only linking found out about."""
        if path not in self.reading.kinds and kind in self.readers:
            read_one(self.repository, path, kind, self.readers[kind], self.reading)

    def module(self, path: str) -> PythonModule | None:
        self.read(path, "python-module")
        return next(iter(self.of(path, PythonModule)), None)


def assemble(
    repository: Repository,
    reading: Reading,
    readers: Mapping[str, Reader],
    project: Project,
    configuration: Configuration,
    settings: SettingsView,
    *,
    complete: bool,
) -> Deployment:
    """The deployment that these facts describe."""
    work = _Assembly(repository, reading, readers, project, configuration)
    _decide(work)
    services = _services(work)
    scripts = [service for service in services if service.kind == "deploy-script"]
    processes = [process for service in services if service not in scripts for process in _service_processes(work, service)]
    processes += _image_processes(work, services)
    # A script that something else runs was followed there, with its arguments.
    processes += [process for service in scripts if service.location.path not in work.scripts for process in _service_processes(work, service)]
    processes = [_finished(work, process) for process in processes]
    settings_modules = {process.settings.module: _settings_path(work, process.settings.module) for process in processes if process.settings}
    return Deployment(
        root=repository.root,
        complete=complete,
        project=project,
        settings=settings,
        files=_files(work),
        processes=tuple(processes),
        images=tuple(replace(image, environment=work.environment(image.dockerfile)) for image in work.images.values()),
        services=tuple(services),
        variables=tuple(fact for _, fact in work.facts(EnvVar)),
        requirements=tuple(fact for _, fact in work.facts(Requirement)),
        python_versions=tuple(fact for _, fact in work.facts(PythonVersion)),
        ignore_patterns=tuple(fact for _, fact in work.facts(IgnorePattern)),
        buildpacks=tuple(fact for _, fact in work.facts(Buildpack)),
        platforms=_platforms(work, services),
        formations=tuple(fact for _, fact in work.facts(Formation)),
        static_mappings=tuple(fact for _, fact in work.facts(StaticMapping)),
        modules={path: fact for path, fact in work.facts(PythonModule)},
        settings_modules=settings_modules,
        urlconf=_urlconf(work, settings),
        apps=project_apps(repository, project.directory),
        blind_spots=_blind_spots(work),
        unreadable=tuple(reading.unreadable),
        crashes=tuple(reading.crashes),
        mistakes=configuration.mistakes,
    )


# --- whose file ---------------------------------------------------------------------------------------------------------


def _decide(work: _Assembly) -> None:
    listed = work.configuration.production
    if listed is not None:
        for path, kind in work.reading.kinds.items():
            if work.readers[kind].NATURE != "project":
                work.decisions[path] = environments.decide_listed(path, listed)
        _spread_to_referred(work)
        return
    heroku_web = next((path for path, service in work.facts(Service) if service.kind == "heroku-yml"), None)
    for path, kind in work.reading.kinds.items():
        if kind == "procfile":
            work.decisions[path] = environments.decide_procfile(path, work.of(path, Service), replaced_by=heroku_web if "/" not in path else None)
        elif work.readers[kind].NATURE == "production":
            named = environments.by_name(path)
            keep = named is not None and named.environment != "production"
            work.decisions[path] = named if named is not None and keep else Decision("production", "only production uses such a file")
    other_ways = [path for path, decision in work.decisions.items() if decision.environment == "production" and work.of(path, Service)]
    composes = {path: work.of(path, Service) for path in work.paths("compose") if work.of(path, Service)}
    starts = {(path, service.name): _start(work, service) for path, services in composes.items() for service in services}
    work.decisions.update(environments.decide_composes(composes, other_ways, starts))
    _decide_dockerfiles(work, composes)
    for path, kind in work.reading.kinds.items():
        if path not in work.decisions and work.readers[kind].NATURE == "decided":
            work.decisions[path] = environments.by_name(path) or Decision("unknown", "nothing says whose it is")
    _spread_to_referred(work)


def _decide_dockerfiles(work: _Assembly, composes: Mapping[str, Sequence[Service]]) -> None:
    builders: dict[str, list[tuple[str, Decision]]] = {}
    for path, service in work.facts(Service):
        if service.image is not None and service.image.dockerfile is not None and _builds_default_stage(work, service, path):
            builders.setdefault(service.image.dockerfile, []).append((path, work.decisions.get(path, Decision("unknown", ""))))
    dockerfiles = work.paths("dockerfile")
    ways = [path for path, decision in work.decisions.items() if decision.environment == "production" and _uses_no_image_of_ours(work.of(path, Service))]
    for path in dockerfiles:
        users = sorted(builders.get(path, ()), key=lambda user: user[1].environment != "production")
        siblings = [other for other in dockerfiles if other != path]
        use = environments.DockerfileUse(path, work.of(path, ImageStage), users, _served_by(work, path), siblings, ways)
        work.decisions[path] = environments.decide_dockerfile(use)


def _builds_default_stage(work: _Assembly, service: Service, path: str) -> bool:
    """Whether a service builds the stage that is built without a target; a development stage says nothing of the rest."""
    image = image_of(work, service)
    return image is None or work.environment(path) == "production" or image.stage == _default_stage(image.all_stages)


def _start(work: _Assembly, service: Service) -> environments.Start:
    image = image_of(work, service)
    run = _follow_service(work, service, image)
    command = _main_command(run.commands)
    server = command.server.name if command is not None and command.server is not None else None
    return environments.Start(server, _served_by(work, image.dockerfile) if image else None, tuple(path for path, _ in run.scripts))


def _follow_service(work: _Assembly, service: Service, image: Image | None) -> Run:
    entrypoint, command = _started_by(service, image)
    surroundings, place, variables = _surroundings(work), _place(work, service, image), _variables(work, service, image)
    run = Run()
    for line in service.before:
        run = _joined(run, interpretation.follow(line, surroundings, place, variables))
    return _joined(run, _follow(work, surroundings, place, variables, entrypoint, command))


def _started_by(service: Service, image: Image | None) -> tuple[CommandLine | None, CommandLine | None]:
    """The entrypoint and the command in force: a service's entrypoint drops the image's CMD, its command replaces it."""
    entrypoint = service.entrypoint if service.entrypoint is not None else image.entrypoint if image else None
    command = service.command
    if command is None and service.entrypoint is None and image is not None:
        command = image.cmd
    return (entrypoint if entrypoint is None or entrypoint.argv != () else None), (command if command is None or command.argv != () else None)


def _uses_no_image_of_ours(services: Sequence[Service]) -> bool:
    """Whether the services run without an image, or only with images that hold no project."""
    return bool(services) and all(
        service.image is None or (service.image.dockerfile is None and service.image.name is not None and environments.is_well_known(service.image.name))
        for service in services
    )


def _served_by(work: _Assembly, dockerfile: str) -> str | None:
    """The server that the image starts by itself; ``none`` for another program, None where that is not known."""
    image = _image(work, dockerfile, _context_of(work, dockerfile), None)
    if image is None or (image.entrypoint is None and image.cmd is None):
        return None
    run = _follow(work, _surroundings(work), _place(work, None, image), image.variables, image.entrypoint, image.cmd)
    command = _main_command(run.commands)
    if command is not None and command.server is not None:
        return command.server.name
    return None if run.blind_spots or command is None else "none"


def _spread_to_referred(work: _Assembly) -> None:
    """A file that a production file refers to is production too."""
    for _ in range(4):
        for path, fact in list(work.facts(Reference)):
            _spread(work, path, fact)
        for path, service in list(work.facts(Service)):
            for reference in service.env_files:
                _spread(work, path, reference)
            if service.image is not None and service.image.dockerfile is not None and not service.profiles:
                _spread(work, path, Reference(service.image.dockerfile, "dockerfile", service.image.location))


def _spread(work: _Assembly, path: str, reference: Reference) -> None:
    kind = work.reading.kinds.get(reference.path)
    if kind is None or work.readers[kind].NATURE == "project":
        return
    current = work.decisions.get(reference.path)
    if work.environment(path) == "production" and (current is None or current.environment != "production"):
        work.decisions[reference.path] = Decision("production", f"{path} refers to it")
    elif work.environment(path) == "development" and (current is None or (current.environment == "unknown" and kind == "dotenv")):
        work.decisions[reference.path] = Decision("development", f"only {path} refers to it")


def _files(work: _Assembly) -> tuple[DeploymentFile, ...]:
    unreadable = {spot.location.path: spot.reason for spot in work.reading.unreadable if spot.location}
    crashed = {crash.location.path for crash in work.reading.crashes if crash.location}
    files = []
    for path, kind in sorted(work.reading.kinds.items()):
        if kind == "unread-format" and (path in work.scripts or not work.reading.facts.get(path)):
            continue
        decision = work.decisions.get(path, Decision("unknown", "says nothing of one environment"))
        if path in unreadable:
            files.append(DeploymentFile(path, kind, decision.environment, "unreadable", unreadable[path]))
        elif path in crashed:
            files.append(DeploymentFile(path, kind, decision.environment, "unreadable", "its reader failed"))
        else:
            files.append(DeploymentFile(path, kind, decision.environment, "read", decision.reason))
    for path, users in sorted(work.scripts.items()):
        if work.reading.kinds.get(path, "unread-format") == "unread-format":
            decision = _script_decision(users)
            files.append(DeploymentFile(path, "shell-script", decision.environment, "read", decision.reason))
    files += [DeploymentFile(path, "", "unknown", "ignored", reason) for path, reason in sorted(work.reading.ignored.items())]
    return tuple(files)


def _script_decision(users: Sequence[tuple[str, Environment]]) -> Decision:
    for wanted in ("production", "unknown", "development"):
        for user, environment in users:
            if environment == wanted:
                return Decision(environment, f"{user} runs it")
    return Decision("unknown", "nothing runs it")


# --- services and images ------------------------------------------------------------------------------------------------


def _services(work: _Assembly) -> list[Service]:
    """Every service with its layers merged, in the order of the files; production's first where files share services."""
    services: list[Service] = []
    by_file: dict[str, dict[str, Service]] = {}
    for path, service in work.facts(Service):
        by_file.setdefault(path, {})[service.name + ("/" + service.prepares if service.prepares else "")] = service
    for path, found in by_file.items():
        if work.reading.kinds[path] == "procfile" and work.environment(path) == "unknown" and work.paths("heroku-yml"):
            continue
        overlaid = _overlays_of(work, path, by_file)
        for name, service in found.items():
            merged = _extended(service, by_file, 0)
            bases = [other for other in overlaid if name in by_file[other]]
            for base in bases:
                merged = overlay(_extended(by_file[base][name], by_file, 0), merged)
            services.append(merged)
        # What only the base declares runs beside it.
        if overlaid and work.environment(path) == "production":
            continue
    hidden = {(base, name) for path in by_file for base in _overlays_of(work, path, by_file) if work.environment(path) == "production" for name in by_file[path]}
    services = [service for service in services if (service.location.path, service.name) not in hidden or service.kind != "compose"]
    for name, text in work.configuration.commands.items():
        location = Location(CONFIGURED, None)
        roles: dict[str, Role] = {"web": "web", "release": "release"}
        services.append(Service(name=name, kind="configured", location=location, role=roles.get(name), platform=work.configuration.platform, command=CommandLine(location, text=text)))
    return services


def _overlays_of(work: _Assembly, path: str, by_file: Mapping[str, Mapping[str, Service]]) -> list[str]:
    """The compose files that this one is laid over: an unsuffixed one in the same folder, where it needs it."""
    if work.reading.kinds[path] != "compose" or _is_plain_compose(path):
        return []
    needs = [service for service in by_file[path].values() if service.image is None and service.extends is None]
    folder = posixpath.dirname(path)
    bases = [other for other in by_file if other != path and posixpath.dirname(other) == folder and (_is_plain_compose(other) or re.search(r"[._-](?:base|common)\.", other)) and work.reading.kinds[other] == "compose"]
    return [other for other in bases if any(service.name in by_file[other] for service in needs)][:1]


def _is_plain_compose(path: str) -> bool:
    return bool(re.fullmatch(r"(?:docker-)?compose\.ya?ml", posixpath.basename(path)))


def _extended(service: Service, by_file: Mapping[str, Mapping[str, Service]], depth: int) -> Service:
    if service.extends is None or depth > 8:
        return service
    path, name = service.extends
    base = by_file.get(path, {}).get(name)
    if base is None or base is service:
        return service
    return overlay(_extended(base, by_file, depth + 1), service)


_REPLACED = ("command", "entrypoint", "image", "user", "workdir", "replicas", "container_name", "restart")
_MERGED = ("variables", "env_files", "ports", "mounts", "labels", "depends_on")


def overlay(base: Service, over: Service) -> Service:
    """
    The service after merging two compose layers: scalars and commands are replaced, lists and maps are joined.

    https://docs.docker.com/reference/compose-file/merge/
    """
    changes: dict[str, object] = {}
    for name in _REPLACED:
        if getattr(over, name) is None and name not in over.reset:
            changes[name] = getattr(base, name)
    if over.image is not None and base.image is not None and over.image.dockerfile is None and over.image.name is not None and "image" not in over.reset:
        changes["image"] = over.image if base.image.dockerfile is None else replace(base.image, name=over.image.name)
    for name in _MERGED:
        if name not in over.reset:
            changes[name] = (*getattr(base, name), *getattr(over, name))
    if not over.profiles and "profiles" not in over.reset:
        changes["profiles"] = base.profiles
    return replace(over, **changes)  # type: ignore[arg-type]


def image_of(work: _Assembly, service: Service) -> Image | None:
    source = service.image
    if source is None or source.dockerfile is None:
        return None
    return _image(work, source.dockerfile, source.context if source.context is not None else posixpath.dirname(source.dockerfile), source.target)


def _image(work: _Assembly, dockerfile: str, context: str, target: str | None) -> Image | None:
    key = (dockerfile, context, target)
    if key in work.images:
        return work.images[key]
    stages = work.of(dockerfile, ImageStage)
    if not stages:
        return None
    built = next((stage for stage in stages if target is not None and target in (stage.name, str(stage.index))), None) or _default_stage(stages)
    chain = [built]
    names = {stage.name: stage for stage in stages if stage.name}
    while chain[-1].base in names and names[chain[-1].base] not in chain and names[chain[-1].base].index < chain[-1].index:
        chain.append(names[chain[-1].base])
    entrypoint = next((stage.entrypoint for stage in chain if stage.entrypoint is not None), None)
    # An ENTRYPOINT resets the CMD that the stage inherits: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    cmd = None
    for stage in chain:
        if stage.cmd is not None:
            cmd = stage.cmd
            break
        if stage.entrypoint is not None:
            break
    workdir = "/"
    for stage in reversed(chain):
        for folder, _ in stage.workdirs:
            workdir = posixpath.normpath(posixpath.join(workdir, folder))
    image = Image(
        dockerfile=dockerfile,
        context=context,
        stages=tuple(chain),
        all_stages=tuple(stages),
        base=chain[-1].base,
        entrypoint=entrypoint,
        cmd=cmd,
        user=next((stage.users[-1] for stage in chain if stage.users), None),
        workdir=workdir,
        variables=tuple(variable for stage in reversed(chain) for variable in stage.variables),
    )
    work.images[key] = image
    return image


def _default_stage(stages: Sequence[ImageStage]) -> ImageStage:
    """The last stage, or the last one that its name does not give to development or tests, where such a one exists."""
    for stage in reversed(stages):
        named = environments.by_name(stage.name) if stage.name else None
        if named is None or named.environment != "development":
            return stage
    return stages[-1]


def _copies_by_stage(image: Image) -> dict[str, tuple[Copy, ...]]:
    names = {stage.name: stage for stage in image.all_stages if stage.name}
    found: dict[str, tuple[Copy, ...]] = {}
    for stage in image.all_stages:
        chain = [stage]
        while chain[-1].base in names and names[chain[-1].base] not in chain:
            chain.append(names[chain[-1].base])
        copies = tuple(copy for part in reversed(chain) for copy in part.copies)
        found[str(stage.index)] = copies
        if stage.name:
            found[stage.name] = copies
    return found


# --- processes ----------------------------------------------------------------------------------------------------------


def _surroundings(work: _Assembly) -> Surroundings:
    def services_in(path: str) -> list[Service]:
        for kind in ("procfile", "supervisord", "circus"):
            if path not in work.reading.kinds:
                work.read(path, kind)
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
        opaque = module.imports & {"subprocess", "os.system", "pexpect", "sh", "invoke", "fabric", "importlib", "runpy"} or any(name.startswith("subprocess.") for name in module.imports)
        return (*module.management_calls, "?") if opaque else module.management_calls

    return Surroundings(work.repository, services_in, server_config, management_calls, python_calls)


def _code_folders(work: _Assembly) -> list[str]:
    """The folders that may be Django apps: those in the project's folder and one level below them."""
    found = []
    for top in dict.fromkeys((work.project.directory, "")):
        for name, is_folder in work.repository.listing(top).items():
            if is_folder and not name.startswith((".", "_")) and name not in ("node_modules", "static", "templates", "venv", "env", "media", "locale"):
                found.append(join(top, name))
    below = []
    for folder in found[:120]:
        for name, is_folder in work.repository.listing(folder).items():
            if is_folder and not name.startswith((".", "_")) and name not in ("migrations", "static", "templates", "tests", "management", "locale"):
                below.append(join(folder, name))
    return found + below[:600]


def _service_processes(work: _Assembly, service: Service) -> list[Process]:
    environment: Environment = "production" if service.kind == "configured" else work.environment(service.location.path)
    reason = work.decisions[service.location.path].reason if service.location.path in work.decisions else "is configured"
    if environment == "production" and service.profiles:
        environment, reason = "unknown", f"stands behind the profile '{service.profiles[0]}'"
    image = image_of(work, service)
    variables = _variables(work, service, image)
    entrypoint, command = _started_by(service, image)
    run = _follow_service(work, service, image)
    spots = run.blind_spots
    if service.image is not None and entrypoint is None and command is None and image is None and service.image.dockerfile is not None:
        spots = (*spots, BlindSpot(f"its image is built from '{service.image.dockerfile}', which was not read", service.location))
    elif image is not None and entrypoint is None and command is None and not environments.is_helper(image.base):
        spots = (*spots, BlindSpot(f"what '{image.base}' starts by itself is not known", image.stage.location))
    elif service.image is not None and service.image.dockerfile is None and service.image.name is not None and command is None and entrypoint is None and not environments.is_well_known(service.image.name):
        spots = (*spots, BlindSpot(f"what the image '{service.image.name}' starts is not known", service.image.location))
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


def _joined(first: Run, second: Run) -> Run:
    return Run(first.commands + second.commands, first.blind_spots + second.blind_spots, first.scripts + second.scripts, first.configs + second.configs)


def _follow(
    work: _Assembly, surroundings: Surroundings, place: Place, variables: tuple[EnvVar, ...], entrypoint: CommandLine | None, command: CommandLine | None
) -> Run:
    """ENTRYPOINT and CMD together: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact."""
    if entrypoint is None:
        return interpretation.follow(command, surroundings, place, variables) if command is not None else Run()
    if entrypoint.text is not None:
        return interpretation.follow(entrypoint, surroundings, place, variables)
    if command is None:
        return interpretation.follow(entrypoint, surroundings, place, variables, arguments=())
    arguments = command.argv if command.argv is not None else ("/bin/sh", "-c", command.text or "")
    return interpretation.follow(entrypoint, surroundings, place, variables, arguments=arguments, origin=command.location)


def _variables(work: _Assembly, service: Service, image: Image | None) -> tuple[EnvVar, ...]:
    variables: list[EnvVar] = list(image.variables) if image else []
    for reference in service.env_files:
        variables += work.of(reference.path, EnvVar)
    return (*variables, *service.variables)


def _place(work: _Assembly, service: Service | None, image: Image | None) -> Place:
    mounts = service.mounts if service else ()
    if image is not None:
        workdir = posixpath.join(image.workdir, service.workdir) if service and service.workdir else image.workdir
        return Place(image.context, workdir, True, image.copies, _copies_by_stage(image), mounts)
    if service is not None and service.image is not None:
        return Place(service.image.context or posixpath.dirname(service.location.path), service.workdir or "/", True, (), {}, mounts)
    folder = posixpath.dirname(service.location.path) if service else ""
    base = folder if service and service.kind == "procfile" else ""
    return Place(base, service.workdir or "" if service else "", False, beside=folder)


def _processes(work: _Assembly, base: Process, run: Run, role: Role | None) -> list[Process]:
    """One process for what the command line starts itself, and one for each further process that it offers."""
    for path, location in run.scripts:
        work.scripts.setdefault(path, []).append((str(location), base.environment))
    for path, location in run.configs:
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
        process = _described(replace(base, name=name or base.name, commands=(*main, *group) if main and group[0].certain else tuple(group), role="other", blind_spots=() if processes else run.blind_spots), None)
        environment = base.environment
        if environment == "production" and group and all(command.environment == "development" for command in group):
            environment = "development"
        elif environment == "production" and not any(command.certain for command in group) and process.role != "web":
            environment = "production"
        processes.append(replace(process, environment=environment))
    return processes


def _described(process: Process, stated: Role | None) -> Process:
    """The process with its main command, its role and its place."""
    command = _main_command(process.commands)
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
    if not command.via or not path.endswith((".sh", ".bash")) and "." in posixpath.basename(path) or command.server is None or command.server.name == "runserver":
        return None
    named = environments.by_name(posixpath.basename(path))
    return named.reason if named is not None and named.environment == "production" else None


def _main_command(found: Sequence[Command]) -> Command | None:
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
    return (command.program in commands.WORKER_PROGRAMS and "flower" not in command.argv) or command.subcommand in commands.WORKER_SUBCOMMANDS


def _is_scheduler(command: Command) -> bool:
    return (command.program == "celery" and "beat" in command.argv) or command.subcommand in commands.SCHEDULER_SUBCOMMANDS or command.program in ("rqscheduler", "supercronic", "cron", "crond")


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


def _image_processes(work: _Assembly, services: Sequence[Service]) -> list[Process]:
    """What images run that no service of a file starts, and what their builds run."""
    for path in work.paths("dockerfile"):
        _image(work, path, _context_of(work, path), None)
    users: dict[tuple[str, int], list[Service]] = {}
    for service in services:
        image = image_of(work, service)
        if image is not None and not service.profiles:
            users.setdefault((image.dockerfile, image.stage.index), []).append(service)
    surroundings = _surroundings(work)
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
        run = _follow(work, surroundings, _place(work, None, image), image.variables, image.entrypoint, image.cmd)
        if image.entrypoint is None and image.cmd is None and not environments.is_helper(image.base):
            run = replace(run, blind_spots=(BlindSpot("nothing in the repository says what the image starts", image.stage.location),))
        processes += _processes(work, base, run, None)
    return processes


def _image_environment(work: _Assembly, image: Image, users: Sequence[Service]) -> Environment:
    """Whose a stage is: production's where production builds it, the file's for the default one, else its builders'."""
    environments_of_users = [work.environment(service.location.path) for service in users]
    if "production" in environments_of_users:
        return "production"
    if image.stage == _default_stage(image.all_stages) or not environments_of_users:
        return work.environment(image.dockerfile)
    return environments_of_users[0]


def _context_of(work: _Assembly, dockerfile: str) -> str:
    """The build context that a Dockerfile's COPY instructions point at: its folder, or one above it."""
    stages = work.of(dockerfile, ImageStage)
    sources = [source.rstrip("/") for stage in stages for copy in stage.copies if copy.stage is None and not copy.inline for source in copy.sources if source not in (".", "./") and "*" not in source and "$" not in source]
    folder = posixpath.dirname(dockerfile)
    best, most = folder, -1
    current = folder
    while True:
        hits = sum(1 for source in sources if work.repository.is_file(join(current, source.lstrip("/"))) or work.repository.is_folder(join(current, source.lstrip("/"))))
        if hits > most:
            best, most = current, hits
        if not current:
            break
        current = posixpath.dirname(current)
    if not sources and not work.repository.is_file(join(folder, "manage.py")):
        return ""
    return best


def _build_processes(work: _Assembly, image: Image, surroundings: Surroundings, environment: Environment) -> list[Process]:
    """What RUN instructions do in the stages that the built one is made of or copies from."""
    needed = list(image.stages)
    by_name = {**{stage.name: stage for stage in image.all_stages if stage.name}, **{str(stage.index): stage for stage in image.all_stages}}
    for stage in needed:
        for name in [copy.stage for copy in stage.copies if copy.stage] + [stage.base]:
            other = by_name.get(name)
            if other is not None and other not in needed:
                needed.append(other)
    processes = []
    for stage in needed:
        place = replace(_place(work, None, image), workdir=_stage_workdir(stage, image))
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


def _stage_workdir(stage: ImageStage, image: Image) -> str:
    workdir = "/"
    for folder, _ in stage.workdirs:
        workdir = posixpath.normpath(posixpath.join(workdir, folder))
    return workdir if stage.workdirs else image.workdir


# --- what a process serves and loads ------------------------------------------------------------------------------------


def _finished(work: _Assembly, process: Process) -> Process:
    target = _target(work, process)
    return replace(process, target=target, settings=_settings_choice(process, target))


def _target(work: _Assembly, process: Process) -> Target | None:
    server = process.server
    if server is None or server.application is None or process.command is None:
        return None
    module, _, attribute = server.application.partition(":")
    attribute_name = attribute.partition("(")[0] or None
    file = _place(work, process.service, process.image).locate(module, work.repository) if module.endswith((".py", ".wsgi")) else None
    if "/" in module or module.endswith(".py") or file is not None:
        path = file or _place(work, process.service, process.image).locate(module, work.repository)
        return Target(module, attribute_name, path, work.module(path) if path else None, known=path is not None)
    folders = _import_folders(work, process)
    path = module_path(work.repository, module, folders)
    known = True
    if server.chdir and ("$" in server.chdir or (server.chdir.startswith("/") and not process.in_container)):
        known = False
    if any(path_.startswith("/") or "$" in path_ for path_ in server.pythonpath):
        known = False
    if path is None and module.partition(".")[0] in ("django", "config_not_here"):
        known = False
    return Target(module, attribute_name, path, work.module(path) if path else None, known)


def _import_folders(work: _Assembly, process: Process) -> list[str]:
    folders = [work.project.directory, ""]
    server = process.server
    for extra in ((server.chdir,) if server and server.chdir else ()) + (server.pythonpath if server else ()):
        parts = [part for part in extra.split("/") if part not in ("", ".")]
        folders += ["/".join(parts[start:]) for start in range(len(parts))]
    if process.image is not None:
        folders.append(process.image.context)
    return list(dict.fromkeys((*folders, *(found for top in folders for found in import_folders(work.repository, top)))))


def _settings_choice(process: Process, target: Target | None) -> SettingsChoice | None:
    """Precedence: an option, then the environment, then what wsgi.py, asgi.py or manage.py set as a default."""
    command = process.command
    if command is not None and command.settings_module:
        return SettingsChoice(command.settings_module, command.location, "option")
    source = target.source if target else None
    if source is not None and source.settings_forced and source.settings_default and source.settings_location:
        return SettingsChoice(source.settings_default, source.settings_location, "default")
    own = next((variable for variable in reversed(command.variables) if variable.name == "DJANGO_SETTINGS_MODULE"), None) if command else None
    variable = own or process.variable("DJANGO_SETTINGS_MODULE")
    if variable is not None:
        if not variable.value or "$" in variable.value:
            return None
        return SettingsChoice(variable.value, variable.location, "variable")
    if source is not None and source.settings_default and source.settings_location:
        return SettingsChoice(source.settings_default, source.settings_location, "default")
    return None


def _settings_path(work: _Assembly, module: str) -> str | None:
    return module_path(work.repository, module, import_folders(work.repository, work.project.directory))


def _urlconf(work: _Assembly, settings: SettingsView) -> PythonModule | None:
    name = settings.get("ROOT_URLCONF")
    path = _settings_path(work, name) if isinstance(name, str) else None
    return work.module(path) if path else None


def _platforms(work: _Assembly, services: Sequence[Service]) -> tuple[str, ...]:
    found = [work.configuration.platform] if work.configuration.platform else []
    found += [fact.name for path, fact in work.facts(PlatformUse) if work.environment(path) != "development"]
    found += [service.platform for service in services if service.platform and work.environment(service.location.path) == "production"]
    return tuple(dict.fromkeys(name for name in found if name))


def _blind_spots(work: _Assembly) -> tuple[BlindSpot, ...]:
    # A script that was followed is no longer a format that was not read.
    spots = [fact for path, fact in work.facts(BlindSpot) if work.environment(path) != "development" and path not in work.scripts]
    for spot in work.reading.unreadable:
        if spot.location and work.environment(spot.location.path) != "development" and work.readers[work.reading.kinds[spot.location.path]].NATURE != "project":
            spots.append(replace(spot, reason=f"'{spot.location.path}' {spot.reason}"))
    return tuple(dict.fromkeys(spots))


