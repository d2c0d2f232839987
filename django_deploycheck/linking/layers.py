"""Compose layers: which files lie over which, and what their services are together."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, get_args

from django_deploycheck import secrets
from django_deploycheck.environments import compose_base
from django_deploycheck.linking.hosting import replacement
from django_deploycheck.linking.work import Work, configured_path
from django_deploycheck.model import CommandLine, ImageSource, Location, Role, Service, join
from django_deploycheck.records import replace

T = TypeVar("T")

MAX_EXTENDS = 20
"""How many services may extend one another in a row."""

Layers = Mapping[str, Mapping[str, Service]]
"""The services of compose files, by path and name."""


def merged_services(work: Work) -> list[Service]:
    """
    Every service with its layers merged, in the order of the files, but those of manifests; then those of
    ``DEPLOYCHECK["COMMANDS"]``.

    What a production file is laid over is left out of the file below.
    """
    layers: dict[str, dict[str, Service]] = {}
    for path, service in work.facts(Service):
        if service.kind in ("compose", "kamal"):
            layers.setdefault(path, {})[service.name] = service
    composes = {path: list(found.values()) for path, found in layers.items() if work.reading.kinds[path] == "compose"}
    below = {path: compose_base(path, composes) if path in composes else None for path in layers}
    hidden = {
        (base, name)
        for path, base in below.items()
        if base is not None and work.environment(path) == "production"
        for name in layers[path]
    } | _deployed_once(layers)
    drop_ins = [service for _, service in work.facts(Service) if _is_drop_in(service)]
    services: list[Service] = []
    for path in work.reading.facts:
        if path in layers:
            names = [name for name in layers[path] if (path, name) not in hidden]
            services += [_merged(layers, path, name, below[path]) for name in names]
        elif not _is_replaced(work, path):
            services += [
                _started_as_unit(work, path, service, drop_ins)
                for service in work.of(path, Service)
                if service.kind != "kubernetes" and not _is_drop_in(service)
            ]
    return services + _configured(work)


def _deployed_once(layers: Layers) -> set[tuple[str, str]]:
    """
    The roles of Kamal that are left out, by path and name: of a file and the one laid over it for a destination, one counts.

    That is the lower one where it names hosts, because a deploy without a destination uses it, else the upper one.
    """
    hidden = set()
    for path, services in layers.items():
        for name, service in services.items():
            base, _ = service.extends if service.kind == "kamal" and service.extends else (None, None)
            lower = layers.get(base, {}).get(name) if base is not None else None
            if base is not None and lower is not None:
                hidden.add((path if lower.replicas and "prod" not in posixpath.basename(path) else base, name))
    return hidden


def _is_replaced(work: Work, path: str) -> bool:
    """Whether it is a Procfile that nothing starts: its platform starts what another file says."""
    if work.reading.kinds[path] == "s6":
        # What runs once is started by "up", which names the script beside it.
        folder, name = posixpath.split(path)
        return name == "run" and work.repository.is_file(posixpath.join(folder, "up"))
    is_procfile = work.reading.kinds[path] == "procfile"
    return is_procfile and work.environment(path) == "unknown" and replacement(work, path) is not None


def _is_drop_in(service: Service) -> bool:
    return service.kind == "systemd" and service.extends is not None


def _started_as_unit(work: Work, path: str, service: Service, drop_ins: Sequence[Service]) -> Service:
    """The service of a systemd unit with its drop-ins, and with the role that a timer beside it gives it."""
    if service.kind != "systemd":
        return service
    for drop_in in (found for found in drop_ins if found.extends == (path, service.name)):
        merged = overlay(service, drop_in)
        service = replace(
            merged,
            location=service.location if drop_in.command is None else drop_in.location,
            before=(*service.before, *drop_in.before),
            extends=None,
            starts_on_demand=service.starts_on_demand or drop_in.starts_on_demand,
        )
    stem, _, template = path.partition(".service")
    is_timed = f"{stem}.timer{template}" in work.reading.kinds
    return replace(service, role="scheduler") if is_timed else service


def _configured(work: Work) -> list[Service]:
    return [
        Service(
            name=secrets.mask(name),
            kind="configured",
            location=location,
            role=next((role for role in get_args(Role) if role == name), None),
            platform=work.configuration.platform,
            command=CommandLine(location, text=secrets.mask(text)),
        )
        for name, text in work.configuration.commands.items()
        for location in (Location(configured_path(name)),)
    ]


def _merged(layers: Layers, path: str, name: str, base: str | None) -> Service:
    service = _extended(layers[path][name], layers)
    below = layers[base].get(name) if base is not None else None
    return service if below is None else overlay(_extended(below, layers), service)


def _extended(service: Service, layers: Layers, seen: tuple[tuple[str, str], ...] = ()) -> Service:
    """The service laid over the one that it extends; ``extends`` stays where that one was not read."""
    if service.extends is None or service.extends in seen or len(seen) >= MAX_EXTENDS:
        return service
    path, name = service.extends
    base = layers.get(path, {}).get(name)
    if base is None:
        return service
    return overlay(_extended(base, layers, (*seen, service.extends)), replace(service, extends=None))


def overlay(base: Service, over: Service) -> Service:
    """
    The service after merging two compose layers: what the upper one says replaces single values and commands; lists and
    maps are joined, of what is alike the upper one's stays.

    https://docs.docker.com/reference/compose-file/merge/
    """
    single = ("command", "entrypoint", "image", "extends", "user", "workdir", "replicas", "container_name", "restart")
    changes: dict[str, object] = {
        name: getattr(base, name) for name in single if getattr(over, name) is None and name not in over.reset
    }
    if over.image is not None and base.image is not None and "image" not in over.reset:
        changes["image"] = _image_over(base.image, over.image)
    for name, alike in _ALIKE.items():
        if name not in over.reset:
            changes[name] = _joined(getattr(base, name), getattr(over, name), alike)
    return replace(over, **changes)  # type: ignore[arg-type]


# The lists that are joined, and what makes two items of one alike.
_ALIKE: Mapping[str, Callable[[Any], object]] = {
    "variables": lambda variable: variable.name,
    "env_files": lambda reference: reference.path,
    "ports": lambda port: (port.target, port.published, port.host),
    "mounts": lambda mount: mount.target,
    "labels": lambda label: label[0],
    "depends_on": lambda name: name,
    "profiles": lambda name: name,
}


def _joined(base: Iterable[T], over: Iterable[T], alike: Callable[[T], object]) -> tuple[T, ...]:
    return tuple({**{alike(item): item for item in base}, **{alike(item): item for item in over}}.values())


def _image_over(base: ImageSource, over: ImageSource) -> ImageSource:
    """The image of two layers: ``image`` names what ``build`` makes, whichever of them says which."""
    if _is_only_named(over):
        return over if _is_only_named(base) else replace(base, name=over.name)
    named = replace(over, name=over.name or base.name)
    if base.dockerfile is None or over.dockerfile is None:
        return named
    context = base.context if "context" in over.defaulted else over.context
    inside = _in_context(base if "dockerfile" in over.defaulted else over)
    dockerfile = join(context or "", inside)
    return replace(
        named,
        context=context,
        dockerfile=None if dockerfile.startswith("../") else dockerfile,
        target=over.target or base.target,
        arguments=_joined(base.arguments, over.arguments, _ALIKE["variables"]),
        defaulted=over.defaulted & base.defaulted,
    )


def _is_only_named(image: ImageSource) -> bool:
    return image.name is not None and image.dockerfile is None and image.context is None


def _in_context(image: ImageSource) -> str:
    return posixpath.relpath(f"/{image.dockerfile}", f"/{image.context or ''}")
