"""Asks ``environments`` whose each file is, with everything that refers to it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from django_deploycheck import environments
from django_deploycheck.environments import Decision
from django_deploycheck.interpretation import Run
from django_deploycheck.linking.following import follow_both, follow_service, place_of, surroundings_of
from django_deploycheck.linking.hosting import replacement
from django_deploycheck.linking.images import built_image, context_of, image_of
from django_deploycheck.linking.processes import main_command
from django_deploycheck.linking.work import Work, configured_path
from django_deploycheck.model import (
    DeploymentFile,
    Environment,
    ImageStage,
    Kustomization,
    Location,
    PlatformUse,
    ProxyRoute,
    Reference,
    ServerConfig,
    Service,
    Upstream,
)
from django_deploycheck.patterns import regex
from django_deploycheck.platforms import platform

_MANIFESTS = ("kubernetes", "kustomize", "helm-values")
# The readers of platforms' files that say how an image is built where one is; a Procfile may stand beside an image.
_FROM_SOURCE = ("render", "digitalocean", "app-engine", "platformsh", "zappa")
# The readers of scripts that nothing may run; those that are followed are listed with who does.
_SCRIPTS = ("unread-format", "deploy-script", "azure-startup")
# What a supervisor on the host starts, whose configuration is seldom in the repository.
_GUNICORN_SCRIPT = regex(r"(?:gunicorn_start|start_gunicorn)\b")
# The readers of continuous integration.
_PIPELINES = ("github-workflow", "gitlab-ci", "circleci", "azure-pipelines", "bitbucket-pipelines")


def decide(work: Work) -> None:
    """Fill in ``work.decisions`` for every file that may be production's or development's."""
    listed = work.configuration.production
    if listed is not None:
        for path, kind in work.reading.kinds.items():
            if work.readers[kind].NATURE != "project":
                work.decisions[path] = environments.decide_listed(path, listed)
        _spread_to_referred(work)
        return
    overlays = _other_overlays(work)
    for path, kind in work.reading.kinds.items():
        if kind == "procfile":
            services = work.of(path, Service)
            work.decisions[path] = environments.decide_procfile(path, services, replaced_by=replacement(work, path))
        elif kind in _PIPELINES:
            # Its reader knows jobs that deploy from those that test, whatever the file is called.
            deploys = bool(work.of(path, Service) or work.of(path, Reference) or work.of(path, PlatformUse))
            work.decisions[path] = (
                Decision("production", "its jobs deploy")
                if deploys
                else Decision("unknown", "holds no job that deploys")
            )
        elif kind in _MANIFESTS:
            # Templates of manifests are filled in on every deploy.
            named = environments.by_name(re.sub(r"\.(?:tpl|j2|template)$", "", path))
            beside = next((other for folder, other in overlays.items() if path.startswith(f"{folder}/")), None)
            work.decisions[path] = (
                named
                or (Decision("unknown", f"{beside} is the one for production") if beside else None)
                or Decision("production", "a cluster runs what a manifest names")
            )
        elif work.readers[kind].NATURE == "production" or work.of(path, PlatformUse):
            named = environments.by_name(path)
            keep = named is not None and named.environment != "production"
            work.decisions[path] = (
                named if named is not None and keep else Decision("production", "only production uses such a file")
            )
    other_ways = [
        path
        for path, decision in work.decisions.items()
        if decision.environment == "production"
        and any(service.role != "release" and not _is_manifest_of_helper(service) for service in work.of(path, Service))
    ] + _configured_ways(work)
    composes = {path: work.of(path, Service) for path in work.paths("compose") if work.of(path, Service)}
    starts = {
        (path, service.name): _start(work, service) for path, services in composes.items() for service in services
    }
    deployed = {
        reference.path: path
        for path in work.paths("github-workflow")
        for reference in work.of(path, Reference)
        if reference.kind == "compose" and work.environment(path) == "production"
    }
    work.decisions.update(environments.decide_composes(composes, other_ways, starts, deployed))
    _decide_dockerfiles(work, composes)
    _decide_scripts_of_init(work)
    for path, kind in work.reading.kinds.items():
        if path not in work.decisions and work.readers[kind].NATURE == "decided":
            work.decisions[path] = environments.by_name(path) or _undecided(work, path, kind)
    _spread_to_referred(work)


def _other_overlays(work: Work) -> dict[str, str]:
    """
    The folders of kustomizations that nothing names, with the one beside each that is named for production; what several
    of them build on is none of these.
    """
    listed = {path for _, found in work.facts(Kustomization) for path in found.resources}
    folders = {posixpath.dirname(path): path for path, _ in work.facts(Kustomization) if path not in listed}
    named = {folder: environments.by_name(path) for folder, path in folders.items()}
    return {
        folder: folders[other]
        for folder in folders
        for other, decision in named.items()
        if named[folder] is None
        and decision is not None
        and decision.environment == "production"
        and posixpath.dirname(folder) == posixpath.dirname(other)
    }


def _configured_ways(work: Work) -> list[str]:
    """The settings that say how production is started: without a file of this repository, or by a server of the platform's."""
    host = platform(work.configuration.platform)
    ways = [configured_path("web")] if "web" in work.configuration.commands else []
    return ways + (['DEPLOYCHECK["PLATFORM"]'] if host is not None and host.brings_server else [])


def _undecided(work: Work, path: str, kind: str) -> Decision:
    """
    A server's configuration is production's where nothing else is, or where a web server of production asks it; of any other
    file nothing is known.
    """
    starts_server = kind == "deploy-script" and _GUNICORN_SCRIPT.match(posixpath.basename(path))
    if (kind == "uwsgi" or starts_server) and not _production_is_started(work):
        return Decision("production", "is the only way to deploy")
    asker = _asker(work, path)
    if asker is not None:
        return Decision("production", f"{asker} hands requests over to it")
    return Decision("unknown", "nothing says whose it is")


def _production_is_started(work: Work) -> bool:
    """Whether a file of production starts more than release steps."""
    return any(
        work.environment(path) == "production" and any(service.role != "release" for service in work.of(path, Service))
        for path in work.decisions
    )


def _asker(work: Work, path: str) -> str | None:
    """The configuration of production's web server that leads to a unix socket which this file names, None for none."""
    named = {str(value.value) for config in work.of(path, ServerConfig) for value in config.values}
    sockets = {name.removeprefix("unix:") for name in named if name.startswith(("/", "unix:/"))}
    if not sockets:
        return None
    asked = [(place, fact.upstream) for place, fact in work.facts(ProxyRoute)]
    asked += [(place, fact.addresses) for place, fact in work.facts(Upstream)]
    for place, addresses in asked:
        if work.environment(place) == "production" and any(
            address.removeprefix("unix:") in sockets for address in addresses if address.startswith("unix:")
        ):
            return place
    return None


def _decide_dockerfiles(work: Work, composes: Mapping[str, Sequence[Service]]) -> None:
    builders: dict[str, list[tuple[str, Decision]]] = {}
    for path, service in work.facts(Service):
        if (
            service.image is not None
            and service.image.dockerfile is not None
            and _builds_default_stage(work, service, path)
        ):
            builders.setdefault(service.image.dockerfile, []).append((path, work.decision(path)))
    dockerfiles = work.paths("dockerfile")
    # A process manager's configuration that an image starts with is the image's own.
    runs = {dockerfile: _run_of(work, dockerfile) for dockerfile in dockerfiles}
    own = {path for run in runs.values() for path, _ in run.configs}
    ways = [
        path
        for path, decision in work.decisions.items()
        if decision.environment == "production"
        and work.reading.kinds.get(path) not in _MANIFESTS
        and path not in own
        and _uses_no_image_of_ours(work.of(path, Service))
    ] + _configured_ways(work)
    from_source = [path for path in ways if work.reading.kinds.get(path) in _FROM_SOURCE]
    for path in dockerfiles:
        users = builders.get(path, ())
        siblings = [other for other in dockerfiles if other != path]
        use = environments.DockerfileUse(
            path, work.of(path, ImageStage), users, _served_by(work, path, runs[path]), siblings, ways, from_source
        )
        work.decisions[path] = environments.decide_dockerfile(use)


def _decide_scripts_of_init(work: Work) -> None:
    """What an image's init starts is the image's."""
    for path in work.paths("s6"):
        images = [image for service in work.of(path, Service) if (image := image_of(work, service)) is not None]
        if images:
            dockerfile = images[0].dockerfile
            reason = f"the init of '{dockerfile}' starts it"
            work.decisions[path] = Decision(work.environment(dockerfile), reason)


def _builds_default_stage(work: Work, service: Service, path: str) -> bool:
    """Whether a service builds the stage that is built without a target; a development stage says nothing of the rest."""
    image = image_of(work, service)
    return (
        image is None
        or work.environment(path) == "production"
        or image.stage == environments.default_stage(image.all_stages)
    )


def _start(work: Work, service: Service) -> environments.Start:
    image = image_of(work, service)
    run = follow_service(work, service, image)
    by_image = _served_by(work, image.dockerfile) if image else None
    return environments.Start(_server_name(run), by_image, tuple(path for path, _ in run.scripts))


def _is_manifest_of_helper(service: Service) -> bool:
    """Whether it is a container of a cluster that holds no Django project."""
    name = service.image.name if service.image is not None else None
    return service.kind == "kubernetes" and name is not None and environments.is_program(name)


def _uses_no_image_of_ours(services: Sequence[Service]) -> bool:
    """Whether the services run without an image, or only with images that hold no project; more than release steps."""
    return any(service.role != "release" for service in services) and all(
        service.image is None
        or (
            service.image.dockerfile is None
            and service.image.name is not None
            and environments.is_program(service.image.name)
        )
        for service in services
    )


def _served_by(work: Work, dockerfile: str, run: Run | None = None) -> str | None:
    """
    The server that the image starts by itself; None for another program, and where that is not known. ``run`` is what it
    runs, where that has been followed already.
    """
    image = built_image(work, dockerfile, context_of(work, dockerfile), None)
    if image is None:
        return None
    by_itself = _server_name(run or _run_of(work, dockerfile))
    if by_itself is not None:
        return by_itself
    by_init = (service for path in work.paths("s6") for service in work.of(path, Service))
    started = (
        _server_name(follow_service(work, service, image)) for service in by_init if image_of(work, service) == image
    )
    return next(filter(None, started), None)


def _run_of(work: Work, dockerfile: str) -> Run:
    """What the image runs by itself, nothing where that is not known."""
    image = built_image(work, dockerfile, context_of(work, dockerfile), None)
    if image is None:
        return Run()
    return follow_both(surroundings_of(work), place_of(None, image), image.variables, image.entrypoint, image.cmd)


def _server_name(run: Run) -> str | None:
    command = main_command(run.commands)
    return command.server.name if command is not None and command.server is not None else None


def _spread_to_referred(work: Work) -> None:
    """A file that a production file refers to is production too, and so on."""
    before: dict[str, Decision] = {}
    while work.decisions != before:
        before = dict(work.decisions)
        for path, reference in _references(work):
            _spread(work, path, reference)


def _references(work: Work) -> list[tuple[str, Reference]]:
    """What files refer to, without what only services behind a profile do."""
    named: set[Location] = set()
    behind_profiles: set[Location] = set()
    for _, service in work.facts(Service):
        places = [reference.location for reference in service.env_files]
        places += [service.image.location] if service.image is not None else []
        (behind_profiles if service.profiles else named).update(places)
    hidden = behind_profiles - named
    return [(path, reference) for path, reference in work.facts(Reference) if reference.location not in hidden]


def _spread(work: Work, path: str, reference: Reference) -> None:
    kind = work.reading.kinds.get(reference.path)
    if kind is None or work.readers[kind].NATURE == "project":
        return
    current = work.decisions.get(reference.path)
    if work.environment(path) == "production" and (current is None or current.environment != "production"):
        work.decisions[reference.path] = Decision("production", f"{path} refers to it")
    elif work.environment(path) == "development" and (
        current is None or (current.environment == "unknown" and kind == "dotenv")
    ):
        work.decisions[reference.path] = Decision("development", f"only {path} refers to it")


def deployment_files(work: Work) -> tuple[DeploymentFile, ...]:
    """Every file that was found or followed, by path: whose it is and why, or why it was not read."""
    unread = {crash.location.path: "its reader failed" for crash in work.reading.crashes if crash.location}
    unread |= {spot.location.path: spot.reason for spot in work.reading.unreadable if spot.location}
    files = []
    for path, kind in sorted(work.reading.kinds.items()):
        is_followed = kind in _SCRIPTS and path in work.scripts
        # A format that is not read is listed where it matters.
        if path not in unread and (is_followed or (kind == "unread-format" and not work.reading.facts.get(path))):
            continue
        decision = work.decision(path)
        if kind == "dotenv" and decision.environment == "unknown" and path in work.scripts:
            decision = _script_decision(decision, work.scripts[path], "reads")
        status: Literal["read", "unreadable"] = "unreadable" if path in unread else "read"
        files.append(DeploymentFile(path, kind, decision.environment, status, unread.get(path, decision.reason)))
    for path, users in sorted(work.scripts.items()):
        if work.reading.kinds.get(path) in (None, *_SCRIPTS):
            decision = _script_decision(work.decision(path), users)
            files.append(DeploymentFile(path, "shell-script", decision.environment, "read", decision.reason))
    left_out = {**work.reading.ignored, **work.reading.left_out}
    files += [DeploymentFile(path, "", "unknown", "ignored", reason) for path, reason in sorted(left_out.items())]
    return tuple(files)


def _script_decision(named: Decision, users: Sequence[tuple[str, Environment]], verb: str = "runs") -> Decision:
    """Whose a script is: that of who runs it, production first; one that is named for production is production's."""
    user, environment = min(users, key=lambda user: environments.RANKS.index(user[1]))
    if named.environment == "production" != environment:
        return named
    return Decision(environment, f"{user} {verb} it")
