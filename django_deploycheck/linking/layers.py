"""Compose layers: which files lie over which, and what their services are together."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace

from django_deploycheck.linking.work import Work
from django_deploycheck.model import CommandLine, Location, Role, Service

CONFIGURED = 'DEPLOYCHECK["COMMANDS"]'
"""Stands as the path of processes that the settings name."""


def merged_services(work: Work) -> list[Service]:
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
    hidden = {
        (base, name)
        for path in by_file
        for base in _overlays_of(work, path, by_file)
        if work.environment(path) == "production"
        for name in by_file[path]
    }
    services = [
        service
        for service in services
        if (service.location.path, service.name) not in hidden or service.kind != "compose"
    ]
    for name, text in work.configuration.commands.items():
        location = Location(CONFIGURED, None)
        roles: dict[str, Role] = {"web": "web", "release": "release"}
        services.append(
            Service(
                name=name,
                kind="configured",
                location=location,
                role=roles.get(name),
                platform=work.configuration.platform,
                command=CommandLine(location, text=text),
            )
        )
    return services


def _overlays_of(work: Work, path: str, by_file: Mapping[str, Mapping[str, Service]]) -> list[str]:
    """The compose files that this one is laid over: an unsuffixed one in the same folder, where it needs it."""
    if work.reading.kinds[path] != "compose" or _is_plain_compose(path):
        return []
    needs = [service for service in by_file[path].values() if service.image is None and service.extends is None]
    folder = posixpath.dirname(path)
    bases = [
        other
        for other in by_file
        if other != path
        and posixpath.dirname(other) == folder
        and (_is_plain_compose(other) or re.search(r"[._-](?:base|common)\.", other))
        and work.reading.kinds[other] == "compose"
    ]
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
    if (
        over.image is not None
        and base.image is not None
        and over.image.dockerfile is None
        and over.image.name is not None
        and "image" not in over.reset
    ):
        changes["image"] = over.image if base.image.dockerfile is None else replace(base.image, name=over.image.name)
    if (
        over.image is not None
        and base.image is not None
        and over.image.dockerfile is not None
        and base.image.dockerfile
    ):
        kept = {name: getattr(base.image, name) for name in over.image.defaulted}
        changes["image"] = replace(over.image, **kept, name=over.image.name or base.image.name)
    for name in _MERGED:
        if name not in over.reset:
            changes[name] = (*getattr(base, name), *getattr(over, name))
    if not over.profiles and "profiles" not in over.reset:
        changes["profiles"] = base.profiles
    return replace(over, **changes)  # type: ignore[arg-type]
