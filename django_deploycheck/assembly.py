"""
Links facts into a ``Deployment``: compose layers are merged, services meet their images, commands are followed through
entrypoints and scripts, and every file and process is told whose it is. The steps are in ``linking``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django_deploycheck.conf import Configuration
from django_deploycheck.linking.decisions import decide, deployment_files
from django_deploycheck.linking.layers import merged_services
from django_deploycheck.linking.processes import image_processes, service_processes
from django_deploycheck.linking.targets import finished, settings_path, urlconf
from django_deploycheck.linking.work import Work
from django_deploycheck.model import (
    BlindSpot,
    Buildpack,
    Deployment,
    EnvVar,
    Formation,
    IgnorePattern,
    PlatformUse,
    Project,
    PythonModule,
    PythonVersion,
    Reference,
    Requirement,
    Service,
    StaticMapping,
)
from django_deploycheck.project_apps import project_apps
from django_deploycheck.readers import Reader
from django_deploycheck.reading import Reading
from django_deploycheck.settings_view import SettingsView
from django_deploycheck.source import Repository


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
    work = Work(repository, reading, readers, project, configuration)
    decide(work)
    services = merged_services(work)
    scripts = [service for service in services if service.kind in ("deploy-script", "uwsgi")]
    processes = [
        process for service in services if service not in scripts for process in service_processes(work, service)
    ]
    processes += image_processes(work, services)
    # A script that something else runs was followed there, with its arguments.
    processes += [
        process
        for service in scripts
        if service.location.path not in work.scripts and service.location.path not in work.configured
        for process in service_processes(work, service)
    ]
    processes = [finished(work, process) for process in processes]
    settings_modules = {
        process.settings.module: settings_path(work, process.settings.module)
        for process in processes
        if process.settings
    }
    return Deployment(
        root=repository.root,
        complete=complete,
        project=project,
        settings=settings,
        files=deployment_files(work),
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
        modules=dict(work.facts(PythonModule)),
        settings_modules=settings_modules,
        urlconf=urlconf(work, settings),
        apps=project_apps(repository, project.directory),
        blind_spots=_blind_spots(work),
        unreadable=tuple(reading.unreadable),
        crashes=tuple(reading.crashes),
        mistakes=configuration.mistakes,
    )


def _platforms(work: Work, services: Sequence[Service]) -> tuple[str, ...]:
    found = [work.configuration.platform] if work.configuration.platform else []
    found += [fact.name for path, fact in work.facts(PlatformUse) if work.environment(path) != "development"]
    found += [
        service.platform
        for service in services
        if service.platform and work.environment(service.location.path) == "production"
    ]
    return tuple(dict.fromkeys(name for name in found if name))


def _blind_spots(work: Work) -> tuple[BlindSpot, ...]:
    # A script that was followed is no longer a format that was not read.
    spots = [
        fact
        for path, fact in work.facts(BlindSpot)
        if work.environment(path) != "development" and path not in work.scripts
    ]
    for spot in work.reading.unreadable:
        if (
            spot.location
            and work.environment(spot.location.path) != "development"
            and work.readers[work.reading.kinds[spot.location.path]].NATURE != "project"
        ):
            spots.append(replace(spot, reason=f"'{spot.location.path}' {spot.reason}"))
    for path, reference in work.facts(Reference):
        of_project = work.readers[work.reading.kinds[path]].NATURE == "project"
        if of_project and reference.required and reference.path not in work.reading.kinds:
            reason = f"includes '{reference.path}', which is not in the repository"
            spots.append(BlindSpot(reason, reference.location, frozenset()))
    return tuple(dict.fromkeys(spots))
