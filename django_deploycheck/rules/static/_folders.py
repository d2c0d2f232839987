"""Where a folder lies for the application: through volumes, copies and the place of the repository on a machine."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from django_deploycheck.model import Assignment, Deployment, Image, Mount, Process, Service, StaticMapping
from django_deploycheck.places import placed_copies
from django_deploycheck.unchanged import asked

_MARKS = ("$", "{", "<", "[", "%", "~", "*")


def folder_of_setting(deployment: Deployment, process: Process, assignment: Assignment) -> str | None:
    """
    Where the folder that a setting names lies for a process; None where that is not known.

    A folder outside of the repository has the same path everywhere. One inside of it lies where the repository does, on
    the way from the file that assigns the setting.
    """
    value = str(deployment.settings.get(assignment.name) or "")
    if not os.path.isabs(value):
        return None
    relative = _below(asked(os.path.realpath, value), os.path.realpath(deployment.root))
    if relative is None:
        return posixpath.normpath(value)
    source = assignment.location.path
    there = _place_of(process, source)
    if there is None:
        return None
    way = posixpath.relpath(relative or ".", posixpath.dirname(source) or ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(there), way))


def folder_of_mapping(deployment: Deployment, process: Process, mapping: StaticMapping) -> str | None:
    """Where the folder that a web server serves lies for a process; None where that is not known."""
    directory = mapping.directory
    if not directory.startswith("/") or any(mark in directory for mark in _MARKS):
        return None
    directory = posixpath.normpath(directory)
    containers = _containers(deployment, mapping)
    if not containers:
        return directory if _shares_machine(deployment, process, mapping) else None
    found = {_through_mounts(container, process.service, directory) for container in containers}
    return found.pop() if len(found) == 1 else None


def web_servers(deployment: Deployment, url: str) -> Iterator[tuple[Service, StaticMapping]]:
    """The containers of compose files whose web server answers below a URL with the files of a folder, and which one."""
    for mapping in deployment.static_mappings:
        if mapping.match == "prefix" and not mapping.internal and mapping.url.strip("/") == url.strip("/"):
            yield from ((container, mapping) for container in _containers(deployment, mapping))


def served_volume(deployment: Deployment, process: Process, url: str) -> tuple[str, str] | None:
    """The volume of a process out of which the web server of another service answers below a URL; and that service."""
    service = process.service
    for container, mapping in web_servers(deployment, url):
        mount = _covering(container, posixpath.normpath(mapping.directory))
        if service is None or mount is None or mount.kind != "volume" or _group(service) != _group(container):
            continue
        if mount.source and any((own.kind, own.source) == ("volume", mount.source) for own in service.mounts):
            return mount.source, container.name
    return None


# --- where the repository lies ------------------------------------------------------------------------------------------


def _place_of(process: Process, path: str) -> str | None:
    """The absolute path of a file of the repository for a process."""
    if process.in_container:
        return _in_container(process, path)
    return next(_on_machine(process, path), None)


def _in_container(process: Process, path: str) -> str | None:
    """Through the innermost bind mount that brings the file, else through the last COPY that does."""
    mounts = process.service.mounts if process.service is not None else ()
    for mount in sorted(mounts, key=lambda mount: -len(mount.source or "")):
        inside = _below(path, mount.source) if mount.kind == "bind" and _is_ours(mount) else None
        if inside is not None:
            return posixpath.normpath(posixpath.join(mount.target, inside))
    return _copied(process.image, path) if process.image is not None else None


def _copied(image: Image, path: str) -> str | None:
    relative = _below(path, image.context)
    if relative is None:
        return None
    for copy in reversed(placed_copies(image.stages[::-1])):
        for source in copy.sources if copy.stage is None and not copy.inline else ():
            inside = _below(relative, posixpath.normpath(source).strip("/") if source.strip("./") else "")
            if inside is not None and "$" not in copy.destination:
                return posixpath.normpath(posixpath.join(copy.destination, inside))
    return None


def _on_machine(process: Process, path: str) -> Iterator[str]:
    """Where the repository lies on a machine, told by the folder that the server imports from or by the file it loads."""
    server, target = process.server, process.target
    if server is None or target is None or target.path is None:
        return
    folders = [server.chdir, process.service.workdir if process.service is not None else None, *server.pythonpath]
    pairs = [(folder, _import_folder(target.module, target.path)) for folder in folders]
    pairs.insert(0, (target.module if target.module.startswith("/") else None, target.path))
    for there, here in pairs:
        if there is None or here is None or not there.startswith("/") or any(mark in there for mark in _MARKS):
            continue
        base = _without_end(posixpath.normpath(there), here)
        if base is not None:
            yield posixpath.join(base, path)


def _import_folder(module: str, path: str) -> str | None:
    """The folder below the root that a module is imported from: ``src`` for ``shop.wsgi`` in ``src/shop/wsgi.py``."""
    name = module.replace(".", "/")
    stem = path.removesuffix(".py").removesuffix("/__init__")
    if stem == name:
        return ""
    return stem.removesuffix(f"/{name}") if stem.endswith(f"/{name}") else None


def _without_end(path: str, end: str) -> str | None:
    """The absolute path without its end, None where it has another one."""
    if not end:
        return path
    return path.removesuffix(f"/{end}") or "/" if path.endswith(f"/{end}") else None


# --- where the web server runs ------------------------------------------------------------------------------------------


def _containers(deployment: Deployment, mapping: StaticMapping) -> list[Service]:
    """The containers that the web server's configuration is mounted into, or copied into when their image is built."""
    return [
        service
        for service in deployment.services
        if service.kind == "compose"
        and deployment.environment_of(service.location.path) != "development"
        and (_mounts(service, mapping.location.path) or _builds_with(deployment, service, mapping.location.path))
    ]


def _mounts(service: Service, path: str) -> bool:
    return any(
        mount.kind == "bind" and _is_ours(mount) and mount.source and _below(path, mount.source) is not None
        for mount in service.mounts
    )


def _builds_with(deployment: Deployment, service: Service, path: str) -> bool:
    """Whether an image of its own, not that of the application, takes the file along by its name or its folder's."""
    dockerfile = service.image.dockerfile if service.image is not None else None
    if any(process.service == service and process.server is not None for process in deployment.processes):
        return False
    return any(
        source.strip("./")
        and _below(path, posixpath.normpath(posixpath.join(image.context, source.strip("/")))) is not None
        for image in deployment.images
        if image.dockerfile == dockerfile
        for copy in image.copies
        if copy.stage is None
        for source in copy.sources
    )


def _shares_machine(deployment: Deployment, process: Process, mapping: StaticMapping) -> bool:
    """Whether web server and process run on one machine, or side by side in one container."""
    service = process.service
    if not process.in_container:
        is_sure = service is not None and service.kind == "systemd"
        return is_sure or (service is not None and service.runs_on_host and not _has_images(deployment))
    beside = [
        command
        for other in deployment.processes
        if other.image is not None and other.image == process.image and other.service == service
        for command in other.commands
    ]
    return any(command.program == mapping.server for command in beside)


def _has_images(deployment: Deployment) -> bool:
    return any(image.environment != "development" for image in deployment.images)


def _through_mounts(container: Service, service: Service | None, directory: str) -> str | None:
    """Where a folder of one container lies in another one: in the volume, or the folder of the host, that both mount."""
    outer = _covering(container, directory)
    if outer is None or outer.source is None or service is None or _group(service) != _group(container):
        return None
    inside = _below(directory, posixpath.normpath(outer.target)) or ""
    wanted = posixpath.normpath(posixpath.join(outer.source, inside))
    shared = (mount for mount in service.mounts if mount.kind == outer.kind in ("volume", "bind"))
    for mount in sorted(shared, key=lambda mount: -len(mount.source or "")):
        rest = _below(wanted, mount.source)
        if rest is not None:
            return posixpath.normpath(posixpath.join(mount.target, rest))
    return None


def _group(service: Service) -> str:
    """Compose files of one folder make one project, which shares the names of volumes."""
    return posixpath.dirname(service.location.path)


def _covering(service: Service, directory: str) -> Mount | None:
    """The innermost mount that a folder lies in."""
    inside = [mount for mount in service.mounts if _below(directory, posixpath.normpath(mount.target)) is not None]
    return max(inside, key=lambda mount: len(mount.target), default=None)


def _is_ours(mount: Mount) -> bool:
    return mount.source is not None and not mount.source.startswith(("/", "~", "$"))


def _below(path: str, folder: str | None) -> str | None:
    """The path relative to a folder that holds it, empty for the folder itself; None for one outside."""
    if folder is None:
        return None
    if folder in ("", ".") and not path.startswith("/"):
        return path
    if path == folder:
        return ""
    prefix = folder if folder.endswith("/") else folder + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None
