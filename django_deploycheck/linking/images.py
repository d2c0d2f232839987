"""Images: stages with their inheritance resolved, and where their files come from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from django_deploycheck.environments import RANKS, by_name, default_stage, is_helper, is_program
from django_deploycheck.linking.work import Work
from django_deploycheck.model import CommandLine, Copy, Image, ImageSource, ImageStage, Service, join
from django_deploycheck.patterns import regex
from django_deploycheck.places import placed_copies
from django_deploycheck.source import within

_COMMON_WORDS = frozenset(
    "dockerfile docker containers container image images deploy deployment build compose config latest".split()
)


_FRONT_ENDS = frozenset({"frontend", "front", "client", "spa", "react", "vue", "angular", "nextjs", "nuxt"})

# Files that name the images that a pipeline built and pushed.
_NAMES_OUR_IMAGES = ("kubernetes", "ecs", "dockerrun", "cloud-build", "digitalocean")


def image_of(work: Work, service: Service) -> Image | None:
    """
    The image that a service builds here, that the service beside it builds under this name, that a manifest names and
    that can only be built here, or whose init starts the service; None for another one from a registry and for a
    Dockerfile that was not read.
    """
    if service.kind == "s6":
        return _image_with(work, service.location.path)
    source = service.image
    if source is None:
        return None
    if source.dockerfile is None:
        beside = _built_beside(work, service, source.name)
        if beside is not None:
            return image_of(work, beside)
        # An example says nothing of how the image is used.
        is_used = service.kind in _NAMES_OUR_IMAGES and work.environment(service.location.path) != "unknown"
        own = _own_dockerfile(work, source.name, service) if is_used and source.name else None
        return built_image(work, own, context_of(work, own), source.target) if own is not None else None
    context = source.context if source.context is not None else posixpath.dirname(source.dockerfile)
    return built_image(work, source.dockerfile, context, source.target) or _built_below(work, service, source, context)


def _built_below(work: Work, service: Service, source: ImageSource, context: str) -> Image | None:
    """The image where Cloud Build is given the folder of its file, not the root: ``gcloud builds submit`` in there."""
    folder = posixpath.dirname(service.location.path)
    if service.kind != "cloud-build" or not folder or source.dockerfile is None:
        return None
    return built_image(work, join(folder, source.dockerfile), join(folder, context), source.target)


def _built_beside(work: Work, service: Service, name: str | None) -> Service | None:
    """The service of the same compose file that builds the image which this one only names."""
    if service.kind != "compose" or name is None:
        return None
    return next(
        (
            other
            for other in work.of(service.location.path, Service)
            if other.image is not None and other.image.dockerfile is not None and other.image.name == name
        ),
        None,
    )


# Where the init of s6-overlay looks for what it starts: https://github.com/just-containers/s6-overlay#usage
_INIT_FOLDERS = regex(r"/etc/(?:s6-overlay/s6-rc\.d|s6-overlay/user-bundles\.d|s6/services|services\.d|cont-init\.d)/")


def _image_with(work: Work, path: str) -> Image | None:
    """The image whose init starts a script of the repository, because it was copied to where that looks for it."""
    found = []
    for dockerfile in work.paths("dockerfile"):
        image = built_image(work, dockerfile, context_of(work, dockerfile), None)
        if image is not None and any(_INIT_FOLDERS.match(place) for place in _places_in(image, path)):
            found.append(image)
    return min(found, key=lambda image: RANKS.index(work.environment(image.dockerfile)), default=None)


def _places_in(image: Image, path: str) -> Iterator[str]:
    """Where a file of the repository lies in an image, as its COPY instructions tell."""
    for copy in placed_copies(image.stages[::-1]):
        for source in copy.sources if copy.stage is None and not copy.inline else ():
            origin = within(image.context, source.lstrip("/") or ".")
            if origin is not None and (origin == "" or path.startswith(f"{origin}/")):
                yield posixpath.join(copy.destination, path[len(origin) :].lstrip("/"))
            elif origin == path:
                is_folder = copy.destination.endswith("/")
                yield posixpath.join(copy.destination, posixpath.basename(path)) if is_folder else copy.destination


def names_helper(service: Service, image: str) -> bool:
    """Whether an image whose name an expression leaves open is that of a proxy or a database, as its container is called."""
    return image.startswith("$") and is_helper(service.name)


def _own_dockerfile(work: Work, name: str, service: Service) -> str | None:
    """
    The Dockerfile that the image of this name in a registry is built from, None where that is not known.

    The only one for production whose folder or name says so, else the only one at all where the image bears the
    project's name and is no front end's, or the service starts this project, or what only a Django project has in an
    image whose name a template leaves open.
    """
    words = _words(re.split(r"[:@]", posixpath.basename(name.partition("@")[0]))[0])
    is_open = posixpath.basename(name).startswith("$") and _starts_django(service)
    is_started = is_open or _starts_this(work, service)
    if is_program(name) or names_helper(service, name) or not (words or is_started):
        return None
    if not _FRONT_ENDS.isdisjoint(words) and _FRONT_ENDS.isdisjoint(_project_words(work)):
        return None
    candidates = _deployed_dockerfiles(work)
    called = [path for path, own in candidates.items() if not own.isdisjoint(words)]
    if len(called) == 1:
        return called[0]
    is_ours = len(candidates) == 1 and (is_started or words & _project_words(work))
    return next(iter(candidates)) if is_ours else None


def _deployed_dockerfiles(work: Work) -> dict[str, frozenset[str]]:
    """The Dockerfiles that may be deployed, each with the words of its path."""
    known = len(work.reading.kinds)
    if work.deployed is None or work.deployed[0] != known:
        paths = (path for path in work.paths("dockerfile") if _may_be_deployed(work, path))
        work.deployed = known, {path: frozenset(_words(path)) for path in paths}
    return work.deployed[1]


def is_of_others(work: Work, name: str) -> bool:
    """
    Whether the image of this name in a registry is not this project's: the project's own are known, by builds of Python
    images here and by services that start what only a Django project has, and it has no word in common with them.
    """
    if work.own_words is None:
        work.own_words = _own_words(work)
    return "$" not in name and bool(work.own_words) and work.own_words.isdisjoint(_words(name.partition("@")[0]))


def _own_words(work: Work) -> frozenset[str]:
    """The words in the names of the project and of its images; none where none of its images is known."""
    named: list[str] = []
    for _, service in work.facts(Service):
        image = service.image
        if image is None or work.environment(service.location.path) != "production":
            continue
        if _starts_django(service) or (image.dockerfile is not None and _may_be_deployed(work, image.dockerfile)):
            named += [service.name, image.name or "", image.context or "", image.dockerfile or ""]
    if not named:
        return frozenset()
    return frozenset(_words(" ".join((*named, posixpath.basename(work.repository.root)))) | _project_words(work))


def _starts_django(service: Service) -> bool:
    lines = (service.entrypoint, service.command)
    return any(
        line is not None and re.search(r"\bmanage\.py\b|\bgunicorn\b|\bdjango-admin\b", str(line)) for line in lines
    )


def _starts_this(work: Work, service: Service) -> bool:
    """Whether the service runs manage.py, or a server that is told to serve the project's own package."""
    text = " ".join(str(line) for line in (service.entrypoint, service.command) if line is not None)
    return "manage.py" in text or (_starts_django(service) and not _project_words(work).isdisjoint(_words(text)))


def _may_be_deployed(work: Work, dockerfile: str) -> bool:
    stages = work.of(dockerfile, ImageStage)
    named = by_name(dockerfile)
    return (
        bool(stages)
        and (named is None or named.environment == "production")
        and not is_helper(chain_of(default_stage(stages), stages)[-1].base)
    )


def _project_words(work: Work) -> set[str]:
    modules = (work.project.wsgi_module, work.project.asgi_module, work.project.settings_module)
    return _words(" ".join(module.partition(".")[0] for module in modules if module))


def _words(text: str) -> set[str]:
    """The words in a name, without those that every image could bear."""
    return {word for word in re.split(r"[^a-z0-9]+", text.lower()) if len(word) > 2} - _COMMON_WORDS


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
