"""What becomes of a file that a process writes: whether a deploy loses it."""

from __future__ import annotations

import posixpath

from django_deploycheck.model import Answer, Location, Mount, Process
from django_deploycheck.platforms import platform
from django_deploycheck.records import dataclass
from django_deploycheck.stanzas import named

# Folders that are mounted for other files than a database.
_OTHER_FILES = frozenset(
    "static staticfiles static_root media mediafiles uploads logs log certs letsencrypt socket sockets run".split()
)


@dataclass(frozen=True)
class Disk:
    """
    Where a file lies. ``fate`` says it in words that follow "The default database is SQLite, and"; ``remedy`` is
    another way than a database server to keep it, ``places`` where that was read.
    """

    loses_file: bool
    fate: str
    remedy: str = ""
    places: tuple[Location, ...] = ()


def disk_of(process: Process, path: str, *, decided: bool = True) -> Disk:
    """
    The disk that a process writes a file to; ``path`` is relative to the root, or absolute.

    ``decided`` is False where a variable that is unset here may move the file.
    """
    places = (process.location,)
    mounts = process.service.mounts if process.service else ()
    if any(holds(mount, path, process) for mount in mounts):
        return Disk(False, f"{named(process)} keeps it on a volume", "", places)
    maybe = any(_may_hold(mount, process, decided) for mount in mounts)
    host = platform(process.platform)
    if host is not None and host.keeps_disk is Answer.NO and not maybe:
        return Disk(
            True, f"{host.title}, which runs {named(process)}, starts every deploy with an empty disk", "", places
        )
    if process.kind == "dockerfile":
        return Disk(False, f"{named(process)} keeps it only when it is started with a volume", "", places)
    if host is None and process.in_container and not maybe:
        return Disk(True, f"the container of {named(process)} has no volume for it", _remedy(process, path), places)
    if host is not None and host.keeps_disk is Answer.YES:
        return Disk(False, f"{host.title}, which runs {named(process)}, keeps its disk", "", places)
    disk = "the disk of its machine" if host is None and not process.in_container else "a disk of its own"
    return Disk(False, f"{named(process)} keeps it on {disk}", "", places)


def holds(mount: Mount, path: str, process: Process) -> bool:
    """Whether the file lies in what is mounted; the ends of both paths tell too, where the code's folder is unknown."""
    if mount.kind not in ("bind", "volume"):
        return False
    if mount.kind == "bind" and mount.source is not None and _is_below(path, mount.source):
        return True
    target = mount.target.rstrip("/")
    if path.startswith("/"):
        return _is_below(path, target)
    if process.image is not None and _is_below(posixpath.join(process.image.workdir, path), target):
        return True
    parts = path.split("/")
    return any(f"/{target}".endswith("/" + "/".join(parts[:count])) for count in range(1, len(parts) + 1))


def _is_below(path: str, folder: str) -> bool:
    return (
        (folder in ("", ".") and not path.startswith("/"))
        or path == folder
        or path.startswith(folder.rstrip("/") + "/")
    )


def _may_hold(mount: Mount, process: Process, decided: bool) -> bool:
    """Whether the file may lie there, though nothing says so: where a registry's image keeps its code is unknown."""
    if (
        mount.kind not in ("bind", "volume")
        or mount.read_only
        or posixpath.basename(mount.target.rstrip("/")) in _OTHER_FILES
    ):
        return False
    return process.image is None or not decided


def _remedy(process: Process, path: str) -> str:
    folder = posixpath.dirname(path)
    if not folder:
        return f"move '{path}' into a folder of its own and mount a volume there"
    inside = (
        posixpath.join(process.image.workdir, folder)
        if process.image
        else folder
        if folder.startswith("/")
        else f"/app/{folder}"
    )
    return (
        f"add '- database:{inside}' below 'volumes:' of {named(process)}, and 'database:' below the file's own "
        f"'volumes:'"
    )
