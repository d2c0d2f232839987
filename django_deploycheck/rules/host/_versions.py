"""Which Django and which Python the project's files name, each with the place where it says so."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from django_deploycheck.model import Deployment, Image, Location, PythonVersion, Requirement
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass
from django_deploycheck.rules.host._image import holds_project
from django_deploycheck.rules.host._support import Series, admitted

# Groups of what production installs; every other group belongs to tests, docs or a developer's machine.
_INSTALLED_GROUPS = frozenset({None, "main", "default", "prod", "production", "deploy", "deployment", "web", "server"})

# Docker's own image and those that follow its tags, wherever they are mirrored; "python3.12" in the tag of others.
_PYTHON_IMAGE = regex(r"(?:^|/)(?:docker-)?python(?:-nodejs)?:v?(?P<major>\d)\.(?P<minor>\d{1,2})(?![\d])")
_PYTHON_IN_TAG = regex(r":[\w.\-]*python-?(?P<major>[23])\.(?P<minor>\d{1,2})(?!\d)", holding="python")

# What names the Python of production, the most explicit first.
_FILE_KINDS = ("platformsh", "runtime-txt", "python-version", "pipfile", "conda")


@dataclass(frozen=True)
class Stated:
    """
    A version, or a range of them, that a file names: ``text`` as the user wrote it, ``series`` that it admits.

    ``exact`` is True where it names one version, ``image`` is the image that it is the base of.
    """

    text: str
    series: frozenset[Series]
    location: Location
    exact: bool = True
    image: Image | None = None


def reaches_production(requirement: Requirement) -> bool:
    """Whether production installs it, as far as its group tells."""
    return requirement.kind != "build" and requirement.group in _INSTALLED_GROUPS


def djangos(deployment: Deployment) -> list[Stated]:
    """The Django that production installs: as locked where anything locks it, else as asked for; ranges without an end left out."""
    found = [item for item in deployment.requirements if item.name == "django" and reaches_production(item)]
    locked = [item for item in found if item.kind == "locked"]
    stated = [_django(item) for item in sorted(locked or found, key=lambda item: _rank(item.location.path))]
    return [item for item in stated if item is not None]


def _django(requirement: Requirement) -> Stated | None:
    series = admitted("Django", requirement.specifier)
    if series is None:
        return None
    return Stated(f"{requirement.name}{requirement.specifier}", series, requirement.location, exact=requirement.pinned)


def _rank(path: str) -> tuple[bool, int, str]:
    """requirements.txt before its variants, files above before those below."""
    return posixpath.basename(path) != "requirements.txt", path.count("/"), path


def image_pythons(deployment: Deployment) -> list[Stated]:
    """The Python of each image that production builds, or that holds the project, once a Dockerfile and version."""
    found: dict[tuple[str, Series], Stated] = {}
    for image in deployment.images:
        series = python_of(image.base)
        if series is None or image.environment == "development":
            continue
        if image.environment != "production" and not holds_project(image, deployment):
            continue
        stage = image.stages[-1]
        stated = Stated(f"FROM {image.base}", frozenset({series}), stage.base_default or stage.location, image=image)
        found.setdefault((image.dockerfile, series), stated)
    return list(found.values())


def python_of(base: str) -> Series | None:
    """The Python that an image's name states; None for a floating tag and for images of other things."""
    match = _PYTHON_IMAGE.search(base) or _PYTHON_IN_TAG.search(base)
    return (int(match["major"]), int(match["minor"])) if match else None


def file_pythons(deployment: Deployment) -> list[Stated]:
    """What a platform's file, runtime.txt, Pipfile and the like above the project name, the most explicit first."""
    found: list[tuple[int, Stated]] = []
    for fact in deployment.python_versions:
        if fact.kind not in _FILE_KINDS or not _is_above(fact.location.path, deployment):
            continue
        series = admitted("Python", _specifier(fact.version, fact.specifier))
        if series is not None:
            text = fact.version or fact.specifier or ""
            found.append((_FILE_KINDS.index(fact.kind), Stated(text, series, fact.location, fact.version is not None)))
    return [stated for _, stated in sorted(found, key=lambda item: item[0])]


def required_pythons(deployment: Deployment) -> list[PythonVersion]:
    """``requires-python`` and its like in the project's folder or above it."""
    return [
        fact
        for fact in deployment.python_versions
        if fact.kind not in _FILE_KINDS and _is_above(fact.location.path, deployment)
    ]


def _specifier(version: str | None, specifier: str | None) -> str:
    """A version with its dot as a specifier: a lone "3" is any of them."""
    if version is not None:
        return f"=={version}" if "." in version else ""
    return specifier or ""


def _is_above(path: str, deployment: Deployment) -> bool:
    """Whether the file stands in the project's folder or one above it: below it are other services' files."""
    folder = posixpath.dirname(path)
    if posixpath.basename(folder).startswith("."):  # .platform/, .upsun/
        folder = posixpath.dirname(folder)
    return not folder or f"{deployment.project.directory}/".startswith(folder + "/")


def runs_outside_images(deployment: Deployment) -> bool:
    """Whether production may run on a Python that no image of this repository brings."""
    return any(not process.in_container for process in deployment.web) or not deployment.web


def used_pythons(deployment: Deployment) -> Iterator[Stated]:
    """The Python that production runs, as images and files state it."""
    yield from image_pythons(deployment)
    if runs_outside_images(deployment):
        yield from file_pythons(deployment)
