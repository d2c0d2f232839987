"""Images: stages with their inheritance resolved, and where their files come from."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from django_deploycheck.environments import default_stage
from django_deploycheck.linking.work import Work
from django_deploycheck.model import CommandLine, Copy, Image, ImageStage, Service
from django_deploycheck.places import placed_copies
from django_deploycheck.source import within


def image_of(work: Work, service: Service) -> Image | None:
    """The image that a service builds here; None for one from a registry and for a Dockerfile that was not read."""
    source = service.image
    if source is None or source.dockerfile is None:
        return None
    context = source.context if source.context is not None else posixpath.dirname(source.dockerfile)
    return built_image(work, source.dockerfile, context, source.target)


def built_image(work: Work, dockerfile: str, context: str, target: str | None) -> Image | None:
    """
    The image of a stage, by name or number, None where the Dockerfile was not read.

    Without a target, and for one that the file does not have, it is that of the default stage.
    """
    key = (dockerfile, context, target)
    if key not in work.images:
        stages = work.of(dockerfile, ImageStage)
        if not stages:
            return None
        built = stage_called(stages, target) if target else None
        work.images[key] = _image(dockerfile, context, stages, built or default_stage(stages))
    return work.images[key]


def _image(dockerfile: str, context: str, stages: Sequence[ImageStage], built: ImageStage) -> Image:
    chain = chain_of(built, stages)
    return Image(
        dockerfile=dockerfile,
        context=context,
        stages=chain,
        all_stages=tuple(stages),
        base=chain[-1].base,
        entrypoint=unless_empty(next((stage.entrypoint for stage in chain if stage.entrypoint is not None), None)),
        cmd=unless_empty(_cmd(chain)),
        user=next((stage.users[-1] for stage in chain if stage.users), None),
        workdir=workdir_of(chain),
        variables=tuple(variable for stage in reversed(chain) for variable in stage.variables),
    )


def _cmd(chain: Sequence[ImageStage]) -> CommandLine | None:
    # An ENTRYPOINT resets the CMD that the stage inherits: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    for stage in chain:
        if stage.cmd is not None or stage.entrypoint is not None:
            return stage.cmd
    return None


def unless_empty(line: CommandLine | None) -> CommandLine | None:
    """The command; None for an empty list, which takes back what is inherited."""
    return None if line is None or line.argv == () else line


def chain_of(stage: ImageStage, stages: Sequence[ImageStage]) -> tuple[ImageStage, ...]:
    """The stage and those that it inherits from, nearest first."""
    chain = [stage]
    while (parent := stage_called(stages[: chain[-1].index], chain[-1].base)) is not None:
        chain.append(parent)
    return tuple(chain)


def stage_called(stages: Sequence[ImageStage], name: str) -> ImageStage | None:
    """The stage of this name, in any case, or number; of several the last one, as the builder takes it."""
    wanted = name.lower()
    named = (stage for stage in reversed(stages) if (stage.name or "").lower() == wanted)
    return next(named, None) or next((stage for stage in stages if str(stage.index) == wanted), None)


def workdir_of(chain: Sequence[ImageStage]) -> str:
    """The working directory in which a stage ends, with what it inherits; nearest stage first."""
    workdir = "/"
    for stage in reversed(chain):
        for folder, _ in stage.workdirs:
            workdir = posixpath.normpath(posixpath.join(workdir, folder))
    return workdir


def copies_by_stage(image: Image) -> dict[str, tuple[Copy, ...]]:
    """What the stages copied, with what each inherits, by the names that ``COPY --from`` uses."""
    used = dict.fromkeys(copy.stage for stage in image.all_stages for copy in stage.copies if copy.stage)
    stages = {name: stage_called(image.all_stages, name) for name in used}
    return {
        name: placed_copies(chain_of(stage, image.all_stages)[::-1])
        for name, stage in stages.items()
        if stage is not None
    }


def context_of(work: Work, dockerfile: str) -> str:
    """The build context that a Dockerfile's COPY instructions point at: its folder, or one above it."""
    sources = [
        source.strip("/")
        for stage in work.of(dockerfile, ImageStage)
        for copy in stage.copies
        if copy.stage is None and not copy.inline
        for source in copy.sources
        if posixpath.normpath(source) != "." and not any(mark in source for mark in "*?[$")
    ]
    folder = posixpath.dirname(dockerfile)
    if not sources:
        return folder if work.repository.is_file(posixpath.join(folder, "manage.py")) else ""
    candidates = [folder]
    while candidates[-1]:
        candidates.append(posixpath.dirname(candidates[-1]))
    return max(candidates, key=lambda context: sum(_exists(work, context, source) for source in sources))


def _exists(work: Work, context: str, source: str) -> bool:
    path = within(context, source)
    return path is not None and (work.repository.is_file(path) or work.repository.is_folder(path))
