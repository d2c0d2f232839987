"""What the rules of this family ask of images: whom they run as by themselves, and whether they hold this project."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.commands import WORKER_PROGRAMS
from django_deploycheck.model import (
    Answer,
    Command,
    Copy,
    Deployment,
    Image,
    ImageStage,
    Location,
    Process,
    PythonModule,
    join,
)
from django_deploycheck.patterns import regex

# Published for others to build on, and root until a USER says otherwise. Docker's own images have no folder.
_ROOT_BASES = regex(
    r"^(?:(?:docker\.io/|registry\.hub\.docker\.com/|public\.ecr\.aws/docker/)?(?:library/)?[\w.\-]+$"
    r"|mirror\.gcr\.io/library/|quay\.io/(?:centos|fedora|almalinuxorg|rockylinux)/"
    r"|(?:docker\.io/)?(?:nvidia/(?:cuda|cudagl)|continuumio/(?:miniconda3|anaconda3)|condaforge/|tiangolo/|pytorch/pytorch|tensorflow/tensorflow"
    r"|nikolaik/python-nodejs|phusion/baseimage|osgeo/gdal|rockylinux/|almalinux/|amazon/aws-lambda-python|unit/|nginx/unit|vimagick/)"
    r"|ghcr\.io/(?:astral-sh/uv|osgeo/gdal|phusion/)"
    r"|mcr\.microsoft\.com/(?:mirror/docker/library|azurelinux|cbl-mariner|playwright|devcontainers|vscode/devcontainers)(?:/|$)"
    r"|public\.ecr\.aws/(?:amazonlinux|ubuntu|debian|lambda)/"
    r"|gcr\.io/(?:distroless|google-appengine)/|registry\.access\.redhat\.com/ubi\d+/(?:ubi|ubi-minimal|ubi-micro)$)"
)
# Unprivileged by themselves: Bitnami, Chainguard (not -dev), Docker's hardened images (not -dev), Red Hat's language
# images (user 1001), and every tag that says so.
_UNPRIVILEGED_BASES = regex(
    r"^(?:docker\.io/)?(?:bitnami|bitnamilegacy|bitnamisecure|nginxinc/nginx-unprivileged|mambaorg|chainguard)(?:/|$)"
    r"|^(?:cgr\.dev|dhi\.io)/|/ubi\d+/python-|/s2i-|unprivileged|rootless|non-?root",
    re.IGNORECASE,
)
_PROGRAMS = WORKER_PROGRAMS | {"celery"}


def is_root(user: str) -> bool:
    """Whether a user, as USER or an option writes it (``name:group``), is root; one with a variable is not known to be."""
    return user.partition(":")[0].strip() in ("root", "0")


def base_is_root(base: str) -> Answer:
    """Whether an image that is built on this one starts as root while it says nothing itself."""
    folder, slash, last = base.partition("@")[0].rpartition("/")
    last, _, tag = last.partition(":")
    name = folder + slash + last
    if "$" in name or name == "scratch":
        return Answer.UNKNOWN
    if _UNPRIVILEGED_BASES.search(f"{name}:{tag}"):
        # Their variants for builds have a shell, a package manager and root.
        return Answer.UNKNOWN if tag.endswith("-dev") else Answer.NO
    if name.endswith("heroku/heroku") and tag.partition("-")[0] not in ("18", "20", "22"):
        return Answer.NO
    return Answer.YES if _ROOT_BASES.search(name) or name == "heroku/heroku" else Answer.UNKNOWN


def stages_used(image: Image) -> list[ImageStage]:
    """The stages that the image is made of, with those it copies from."""
    by_name = {key: stage for stage in image.all_stages for key in (str(stage.index), stage.name) if key}
    used = list(image.stages)
    for stage in used:
        for name in (stage.base, *(copy.stage for copy in stage.copies)):
            other = by_name.get(name or "")
            if other is not None and other not in used:
                used.append(other)
    return used


def holds_project(image: Image, deployment: Deployment, *, built_stage_only: bool = False) -> bool:
    """Whether the project's code is copied into the image: manage.py's folder, one above it, or the settings' package."""
    stages = image.stages if built_stage_only else stages_used(image)
    return any(
        is_project(join(image.context, source.lstrip("/")), deployment)
        for copy in _own(stages)
        for source in copy.sources
    )


def _own(stages: tuple[ImageStage, ...] | list[ImageStage]) -> Iterator[Copy]:
    return (copy for stage in stages for copy in stage.copies if copy.stage is None and not copy.inline)


def is_project(path: str, deployment: Deployment) -> bool:
    """Whether a path of the repository holds the project's code."""
    project = deployment.project
    path = path.removesuffix("/*").removesuffix("*")
    package = (project.settings_module or project.wsgi_module or "").partition(".")[0]
    inside = [join(project.directory, "manage.py"), *([join(project.directory, package)] if package else [])]
    return any(path in ("", other) or other.startswith(path.rstrip("/") + "/") for other in inside)


def runs_project(process: Process, deployment: Deployment, *, held: bool) -> Command | None:
    """
    The command with which the process runs this project: its server, else manage.py or a worker; None when it does not.

    ``held`` says whether the process's image holds the project. A server whose target is a module without Django is
    another program's.
    """
    main = process.command
    if main is not None and main.server is not None:
        source = process.target.source if process.target else None
        if source is None:
            return main if held else None
        return main if _is_django(source) else None
    if not (held or _mounts_project(process, deployment)):
        return None
    ours = [
        command
        for command in process.commands
        if command.subcommand or command.program in _PROGRAMS or command.program.startswith("python")
    ]
    return main if main in ours else ours[-1] if ours else None


def _is_django(source: PythonModule) -> bool:
    packages = {name.partition(".")[0] for name in source.imports}
    return source.settings_default is not None or not packages.isdisjoint({"django", "configurations", "channels"})


def _mounts_project(process: Process, deployment: Deployment) -> bool:
    mounts = process.service.mounts if process.service else ()
    return any(
        mount.kind == "bind" and mount.source is not None and is_project(mount.source, deployment) for mount in mounts
    )


_VALUED = frozenset(
    "-u -g -G -d -s -c -e -p -k -b -h --uid --gid --groups --home --home-dir --shell --ingroup --gecos --comment".split()
)


def created_user(image: Image, deployment: Deployment) -> str | None:
    """The name of the user that the built stage, or one it inherits from, creates (``useradd``, ``adduser``); None for none."""
    for process in deployment.processes:
        if (
            process.role == "build"
            and process.location.path == image.dockerfile
            and _stage_at(process.location, image) in image.stages
        ):
            name = next((name for command in process.commands if (name := _new_user(command)) is not None), None)
            if name is not None:
                return name
    return None


def _stage_at(location: Location, image: Image) -> ImageStage:
    before = [stage for stage in image.all_stages if (stage.location.line or 0) <= (location.line or 0)]
    return (before or image.all_stages)[-1]


def _new_user(command: Command) -> str | None:
    if command.program not in ("useradd", "adduser"):
        return None
    arguments = list(command.argv[1:])
    while arguments:
        argument = arguments.pop(0)
        if argument in _VALUED and arguments:
            arguments.pop(0)
        elif re.fullmatch(r"[a-z_][a-z0-9_\-]{0,31}", argument):
            return argument
    return None
