"""Images: stages with their inheritance resolved, and where their files come from."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from django_deploycheck import environments
from django_deploycheck.linking.work import Work
from django_deploycheck.model import Copy, Image, ImageStage, Service, join
from django_deploycheck.places import placed_copies


def image_of(work: Work, service: Service) -> Image | None:
    """The image that a service builds here; None for one from a registry and for a Dockerfile that was not read."""
    source = service.image
    if source is None or source.dockerfile is None:
        return None
    return built_image(
        work,
        source.dockerfile,
        source.context if source.context is not None else posixpath.dirname(source.dockerfile),
        source.target,
    )


def built_image(work: Work, dockerfile: str, context: str, target: str | None) -> Image | None:
    """The image of one stage, None where the Dockerfile was not read; stage names are compared without case."""
    key = (dockerfile, context, target)
    if key in work.images:
        return work.images[key]
    stages = work.of(dockerfile, ImageStage)
    if not stages:
        return None
    built = next(
        (stage for stage in stages if target and target.lower() in ((stage.name or "").lower(), str(stage.index))), None
    ) or default_stage(stages)
    chain = [built]
    names = {stage.name: stage for stage in stages if stage.name}
    while (
        chain[-1].base in names and names[chain[-1].base] not in chain and names[chain[-1].base].index < chain[-1].index
    ):
        chain.append(names[chain[-1].base])
    entrypoint = next((stage.entrypoint for stage in chain if stage.entrypoint is not None), None)
    # An ENTRYPOINT resets the CMD that the stage inherits: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    cmd = None
    for stage in chain:
        if stage.cmd is not None:
            cmd = stage.cmd
            break
        if stage.entrypoint is not None:
            break
    workdir = "/"
    for stage in reversed(chain):
        for folder, _ in stage.workdirs:
            workdir = posixpath.normpath(posixpath.join(workdir, folder))
    image = Image(
        dockerfile=dockerfile,
        context=context,
        stages=tuple(chain),
        all_stages=tuple(stages),
        base=chain[-1].base,
        entrypoint=entrypoint,
        cmd=cmd,
        user=next((stage.users[-1] for stage in chain if stage.users), None),
        workdir=workdir,
        variables=tuple(variable for stage in reversed(chain) for variable in stage.variables),
    )
    work.images[key] = image
    return image


def default_stage(stages: Sequence[ImageStage]) -> ImageStage:
    """The last stage, or the last one that its name does not give to development or tests, where such a one exists."""
    for stage in reversed(stages):
        named = environments.by_name(stage.name) if stage.name else None
        if named is None or named.environment != "development":
            return stage
    return stages[-1]


def copies_by_stage(image: Image) -> dict[str, tuple[Copy, ...]]:
    """What each stage copied, with what it inherits, by its name and its number."""
    names = {stage.name: stage for stage in image.all_stages if stage.name}
    found: dict[str, tuple[Copy, ...]] = {}
    for stage in image.all_stages:
        chain = [stage]
        while chain[-1].base in names and names[chain[-1].base] not in chain:
            chain.append(names[chain[-1].base])
        copies = placed_copies(chain[::-1])
        found[str(stage.index)] = copies
        if stage.name:
            found[stage.name] = copies
    return found


def context_of(work: Work, dockerfile: str) -> str:
    """The build context that a Dockerfile's COPY instructions point at: its folder, or one above it."""
    stages = work.of(dockerfile, ImageStage)
    sources = [
        source.rstrip("/")
        for stage in stages
        for copy in stage.copies
        if copy.stage is None and not copy.inline
        for source in copy.sources
        if source not in (".", "./") and "*" not in source and "$" not in source
    ]
    folder = posixpath.dirname(dockerfile)
    best, most = folder, -1
    current = folder
    while True:
        hits = sum(
            1
            for source in sources
            if work.repository.is_file(join(current, source.lstrip("/")))
            or work.repository.is_folder(join(current, source.lstrip("/")))
        )
        if hits > most:
            best, most = current, hits
        if not current:
            break
        current = posixpath.dirname(current)
    if not sources and not work.repository.is_file(join(folder, "manage.py")):
        return ""
    return best


def stage_workdir(stage: ImageStage, image: Image) -> str:
    workdir = "/"
    for folder, _ in stage.workdirs:
        workdir = posixpath.normpath(posixpath.join(workdir, folder))
    return workdir if stage.workdirs else image.workdir
