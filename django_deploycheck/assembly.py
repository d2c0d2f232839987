"""
Links facts into a ``Deployment``: compose layers are merged, services meet their images, commands are followed through
entrypoints and scripts, and every file and process is told whose it is. The steps are in ``linking``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from django_deploycheck import git_index
from django_deploycheck.conf import Configuration
from django_deploycheck.linking.building import settle
from django_deploycheck.linking.decisions import decide, deployment_files
from django_deploycheck.linking.hosting import hosted
from django_deploycheck.linking.layers import merged_services
from django_deploycheck.linking.manifests import deployed_manifests
from django_deploycheck.linking.processes import all_processes
from django_deploycheck.linking.relocation import relocate
from django_deploycheck.linking.targets import finished, settings_path, urlconf
from django_deploycheck.linking.work import Work
from django_deploycheck.model import (
    BlindSpot,
    Buildpack,
    Deployment,
    DeploymentFile,
    EnvVar,
    Formation,
    IgnorePattern,
    PlatformUse,
    Project,
    ProxyRoute,
    PythonModule,
    PythonVersion,
    Reference,
    Requirement,
    Service,
    StaticMapping,
    Upstream,
    VirtualHost,
    Workflow,
    join,
)
from django_deploycheck.readers import Reader
from django_deploycheck.reading import Reading
from django_deploycheck.records import replace
from django_deploycheck.settings_view import SettingsView
from django_deploycheck.source import Repository
from django_deploycheck.unchanged import asked

# As startproject names its database, and SQLite's own documentation others.
_DATABASE_ENDINGS = (".sqlite3", ".sqlite", "db.db", "database.db")


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
    relocate(work)
    settle(work)
    decide(work)
    services = hosted(work, [*merged_services(work), *deployed_manifests(work)])
    processes = [finished(work, process) for process in all_processes(work, services)]
    settings_modules = {
        process.settings.module: settings_path(work, process.settings.module)
        for process in processes
        if process.settings
    }
    # The URLconf is no deployment file: only where it cannot be read it is listed.
    before = set(work.reading.kinds)
    routes = urlconf(work, settings)
    read_for_routes = work.reading.kinds.keys() - before
    files = [file for file in deployment_files(work) if file.path not in read_for_routes or file.status != "read"]
    return Deployment(
        root=repository.root,
        complete=complete,
        project=project,
        settings=settings,
        files=_with_tracking(repository, files),
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
        static_mappings=tuple(
            fact for path, fact in work.facts(StaticMapping) if work.environment(path) != "development"
        ),
        proxy_routes=tuple(fact for path, fact in work.facts(ProxyRoute) if work.environment(path) != "development"),
        virtual_hosts=tuple(fact for path, fact in work.facts(VirtualHost) if work.environment(path) != "development"),
        upstreams=tuple(fact for _, fact in work.facts(Upstream)),
        modules=dict(work.facts(PythonModule)),
        settings_modules=settings_modules,
        urlconf=routes,
        workflows=tuple(fact for _, fact in work.facts(Workflow)),
        database_files=_database_files(repository, work),
        static_files_committed=_static_files_committed(repository, settings),
        blind_spots=_blind_spots(work),
        unreadable=tuple(reading.unreadable),
        crashes=tuple(reading.crashes),
        mistakes=configuration.mistakes,
    )


def _with_tracking(repository: Repository, files: Sequence[DeploymentFile]) -> tuple[DeploymentFile, ...]:
    """The files, with whether git tracks those that hold environment variables."""
    if not any(file.kind == "dotenv" for file in files):
        return tuple(files)
    tracked = git_index.tracked_paths(repository)
    return tuple(
        replace(file, tracked=file.path in tracked) if file.kind == "dotenv" and tracked is not None else file
        for file in files
    )


def _database_files(repository: Repository, work: Work) -> tuple[str, ...]:
    folders = dict.fromkeys(("", work.project.directory, *(image.context for image in work.images.values())))
    return tuple(
        join(folder, name)
        for folder in folders
        for name, is_folder in repository.listing(folder).items()
        if not is_folder and name.endswith(_DATABASE_ENDINGS)
    )


# What collectstatic leaves and nobody writes: a manifest, and the admin's own files.
_COLLECTED = ("staticfiles.json", "admin/css/base.css")


def _static_files_committed(repository: Repository, settings: SettingsView) -> bool:
    """Whether STATIC_ROOT lies in the repository with collected files in it; those that git does not track do not count."""
    static_root = settings.get("STATIC_ROOT")
    if not isinstance(static_root, (str, os.PathLike)) or not os.fspath(static_root):
        return False
    folder = os.path.relpath(asked(os.path.realpath, os.fsdecode(static_root)), repository.root).replace(os.sep, "/")
    found = [join(folder, name) for name in _COLLECTED if repository.is_file(join(folder, name))]
    if not found:
        return False
    tracked = git_index.tracked_paths(repository)
    return tracked is None or not tracked.isdisjoint(found)


def _platforms(work: Work, services: Sequence[Service]) -> tuple[str, ...]:
    found = [work.configuration.platform] if work.configuration.platform else []
    found += [fact.name for path, fact in work.facts(PlatformUse) if work.environment(path) == "production"]
    found += [
        service.platform
        for service in services
        if service.platform and work.environment(service.location.path) == "production"
    ]
    return tuple(dict.fromkeys(name for name in found if name))


def _blind_spots(work: Work) -> tuple[BlindSpot, ...]:
    """What was not understood outside of any process; what only development uses hides nothing."""
    spots = [*work.reading.too_much(work.repository), *_unread(work)]
    for path, fact in work.facts(BlindSpot):
        # A script that was followed is no longer a format that was not read.
        if work.environment(path) != "development" and path not in work.scripts:
            spots.append(fact)
    for path, reference in work.facts(Reference):
        of_project = work.readers[work.reading.kinds[path]].NATURE == "project"
        if of_project and reference.required and reference.path not in work.reading.kinds:
            reason = f"includes '{reference.path}', which is not in the repository"
            spots.append(BlindSpot(reason, reference.location, frozenset()))
    return tuple(dict.fromkeys(spots))


def _unread(work: Work) -> Iterator[BlindSpot]:
    """The files that could not be read, and the readers that failed, with what that may hide."""
    for spot in work.reading.unreadable:
        if spot.location is not None and _may_run_something(work, spot.location.path):
            yield replace(spot, reason=f"'{spot.location.path}' {spot.reason}")
    for crash in work.reading.crashes:
        yield BlindSpot(f"the {crash.culprit} failed", crash.location)


def _may_run_something(work: Work, path: str) -> bool:
    """Whether a file may say what production runs: not one of development, nor one that only lists dependencies."""
    kind = work.reading.kinds.get(path)
    return work.environment(path) != "development" and (kind is None or work.readers[kind].NATURE != "project")
