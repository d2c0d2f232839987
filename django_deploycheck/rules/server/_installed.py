"""What is known of distributions: what declared ones bring along, and what installs others."""

from __future__ import annotations

import os
import posixpath
import re
import sys
from collections.abc import Sequence

from django_deploycheck.model import Command, Deployment
from django_deploycheck.rules.server._server import DEPENDENCY_KINDS
from django_deploycheck.unchanged import installed_packages

MAX_DISTRIBUTIONS = 500

# Images that bring an operating system or Python, and no distributions.
_PLAIN_BASES = frozenset(
    "python pypy debian ubuntu alpine amazonlinux centos fedora rockylinux almalinux ubi ubi-minimal uv".split()
)
_INSTALLERS = frozenset(
    "pip pip3 uv poetry pipenv pdm rye hatch conda mamba micromamba pixi pipx apt apt-get aptitude apk yum dnf microdnf easy_install".split()
)

# Known without being installed here: distributions, or extras of theirs, that require a server.
_BRINGS = {
    ("django-toolbelt", ""): ("gunicorn",),
    ("uvicorn-worker", ""): ("uvicorn", "gunicorn"),
    ("uvicorn-gunicorn", ""): ("uvicorn", "gunicorn"),
    ("channels", "daphne"): ("daphne",),
    ("fastapi", "standard"): ("uvicorn",),
    ("fastapi", "all"): ("uvicorn",),
}


def is_plain(base: str) -> bool:
    """Whether an image of this name brings an operating system or Python, and no distributions."""
    name = base.rpartition("/")[2].partition("@")[0].partition(":")[0]
    return name in _PLAIN_BASES or bool(re.fullmatch(r"ubi\d+(?:-minimal)?", name))


def installed_with(deployment: Deployment, distributions: Sequence[str]) -> bool:
    """Whether a declared distribution requires one of these, itself or through others that are installed here."""
    pending = [
        (requirement.name, requirement.extras) for requirement in deployment.requirements if requirement.kind != "build"
    ]
    # What the requirements say themselves needs no look at what is installed.
    if any(_brings(name, extras, distributions) for name, extras in pending):
        return True
    installed = _installed()
    seen: set[str] = set()
    while pending and len(seen) < MAX_DISTRIBUTIONS:
        name, extras = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        if _brings(name, extras, distributions):
            return True
        pending += _required_by(name, extras) if installed is None or name in installed else ()
    return False


def _brings(name: str, extras: Sequence[str], distributions: Sequence[str]) -> bool:
    brought = [server for extra in ("", *extras) for server in _BRINGS.get((name, extra), ())]
    return name in distributions or any(server in distributions for server in brought)


def _installed() -> frozenset[str] | None:
    """The names of what is installed; None where a part of it stands in what cannot be listed, as in an archive."""
    installed_packages()
    names: list[str] = []
    for entry in sys.path:
        try:
            names += os.listdir(entry or os.curdir)
        except FileNotFoundError:
            continue
        except OSError:
            return None
    found = (name.rpartition(".")[0].partition("-")[0] for name in names if name.endswith((".dist-info", ".egg-info")))
    return frozenset(re.sub(r"[-_.]+", "-", name).lower() for name in found)


def _required_by(name: str, extras: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    from importlib import metadata

    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    found = []
    for text in texts:
        required, _, marker = text.partition(";")
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
        match = re.match(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?", required)
        if match is not None and (extra is None or extra[1] in extras):
            wanted = tuple(part.strip() for part in (match[2] or "").split(",") if part.strip())
            found.append((re.sub(r"[-_.]+", "-", match[1]).lower(), wanted))
    return found


def dependencies_are_known(deployment: Deployment) -> bool:
    """Whether there are dependency files, and all of them were understood."""
    kinds = {file.path: file for file in deployment.files if file.kind in DEPENDENCY_KINDS}
    if any(file.status != "read" for file in kinds.values()):
        return False
    if any(
        spot.location is not None and spot.location.path in kinds
        for spot in (*deployment.blind_spots, *deployment.unreadable)
    ):
        return False
    return any(requirement.kind != "build" for requirement in deployment.requirements)


def is_installed(deployment: Deployment, distributions: Sequence[str]) -> bool:
    """Whether something else installs it, or installs what cannot be known."""
    read = {posixpath.basename(file.path) for file in deployment.files if file.kind in DEPENDENCY_KINDS}
    for process in deployment.processes:
        if process.environment == "development":
            continue
        if process.role == "build" and any(spot.hides is None for spot in process.blind_spots):
            return True
        if any(
            _installs(command, distributions, read) for command in process.commands if command.program in _INSTALLERS
        ):
            return True
    return False


def _installs(command: Command, distributions: Sequence[str], read: set[str]) -> bool:
    for option, argument in zip(("", *command.argv), command.argv, strict=False):
        name = re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~;@ ]", argument, maxsplit=1)[0]).lower()
        name = re.sub(r"^(?:python3?|py3)-", "", name)
        if name in distributions or (name.startswith("uwsgi") and "uwsgi" in distributions):
            return True
        if option in ("-r", "--requirement") and posixpath.basename(argument) not in read:
            return True
    return False
