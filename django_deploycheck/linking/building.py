"""
Whether a platform builds an image or source: Railway and Fly.io look for a Dockerfile where their file names none, and paths
of Dockerfiles are written from the service's folder or from the root.
"""

from __future__ import annotations

import posixpath

from django_deploycheck.linking.images import context_of
from django_deploycheck.linking.work import Work
from django_deploycheck.model import Fact, ImageSource, ImageStage, PlatformUse, Service, from_root
from django_deploycheck.records import replace

_KINDS = ("render", "fly", "railway")
_BUILDERS = ("nixpacks", "railpack")


def settle(work: Work) -> None:
    """Give the services of platforms the image that is really built, and leave out what another file replaces."""
    for kind in _KINDS:
        for path in work.paths(kind):
            facts = [_settled(work, fact) for fact in work.reading.facts.get(path, ())]
            work.reading.facts[path] = tuple(_told(facts, kind))
    for kind in _BUILDERS:
        for path in work.paths(kind):
            _leave_out(work, path)


def _settled(work: Work, fact: Fact) -> Fact | None:
    """The fact, a service with its image; None for one that would start nothing."""
    if not isinstance(fact, Service) or fact.image is None:
        return fact
    image = _found(work, fact.image, fact.workdir or "") if fact.image.dockerfile is not None else fact.image
    if image is not None:
        return replace(fact, image=image, workdir=None)
    return replace(fact, image=None, entrypoint=None) if fact.command is not None else None


def _found(work: Work, image: ImageSource, folder: str) -> ImageSource | None:
    """The image with the Dockerfile that is there; None where none is that the file names."""
    dockerfile, context = image.dockerfile or "", image.context
    above = from_root(dockerfile, folder)
    if not work.of(dockerfile, ImageStage):
        if image.defaulted:
            return None
        if above is not None and work.of(above, ImageStage):
            dockerfile, context = above, from_root(context or "", folder) or ""
    if context is None:
        context = context_of(work, dockerfile)
    return replace(image, dockerfile=dockerfile, context=context, defaulted=frozenset())


def _told(facts: list[Fact | None], kind: str) -> list[Fact]:
    """Railway starts an image that it builds, whatever a Procfile says, and builds it without a command of the file."""
    is_image = any(isinstance(fact, Service) and fact.image is not None for fact in facts)
    if kind != "railway" or not is_image:
        return [fact for fact in facts if fact is not None]
    return [
        replace(fact, starts=True) if isinstance(fact, PlatformUse) else fact
        for fact in facts
        if fact is not None and not (isinstance(fact, Service) and fact.role == "build")
    ]


def _leave_out(work: Work, path: str) -> None:
    """Leave out what Nixpacks or Railpack would run where Railway's own file beside theirs says otherwise."""
    folder = posixpath.dirname(path)
    beside = [
        service
        for other in work.paths("railway")
        if posixpath.dirname(other) == folder and work.reading.facts.get(other)
        for service in work.of(other, Service)
        if service.role not in ("build", "release")
    ]
    if any(service.image is not None for service in beside):
        kept: tuple[str | None, ...] = ()
    elif beside:
        kept = ("build",)
    else:
        return
    work.reading.facts[path] = tuple(
        fact for fact in work.reading.facts.get(path, ()) if not isinstance(fact, Service) or fact.role in kept
    )
