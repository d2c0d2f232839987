"""
heroku.yml: images built on Heroku, and what runs in them.

After https://devcenter.heroku.com/articles/build-docker-images-heroku-yml. Commands run in a shell. The file replaces
the Procfile: without a ``run`` entry a process runs its image's CMD.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, EnvVar, Fact, ImageSource, PlatformUse, Reference, Service
from django_deploycheck.readers._yaml import ABSENT, Entry, Node, parse
from django_deploycheck.source import Source

KIND = "heroku-yml"
NAMES = ("heroku.yml",)
NATURE = "production"
PLATFORM = "heroku"


def read(source: Source) -> Iterator[Fact]:
    """The processes, the release step, and the variables that a new app is set up with."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    yield PlatformUse(PLATFORM, source.location(1))
    yield from _variables(document.get("setup", "config"), source)
    images = _images(document, source)
    for image in images.values():
        if image.dockerfile is not None:
            yield Reference(image.dockerfile, "dockerfile", image.location, required=True)
    processes = {entry.key: entry for entry in (*document.get("build", "docker").items(), *document.get("run").items())}
    for entry in processes.values():
        run = document.get("run").entry(entry.key)
        yield Service(
            name=secrets.mask(entry.key),
            kind=KIND,
            location=source.location(entry.line),
            role="web" if entry.key == "web" else None,
            platform=PLATFORM,
            command=_command(run.value, source) if run else None,
            image=_image(entry.key, run.value if run else ABSENT, images),
        )
    release = document.entry("release")
    if release is not None:
        yield _release(release, images, source)


def _release(entry: Entry, images: Mapping[str, ImageSource], source: Source) -> Service:
    return Service(
        name="release",
        kind=KIND,
        location=source.location(entry.line),
        role="release",
        platform=PLATFORM,
        command=_command(entry.value, source),
        image=_image("release", entry.value, images),
        keeps_files=False,
    )


def _images(document: Node, source: Source) -> dict[str, ImageSource]:
    """The images by the process they are built for. The build's context is always the Dockerfile's own folder."""
    arguments = _variables(document.get("build", "config"), source)
    images = {}
    for entry in document.get("build", "docker").items():
        dockerfile = entry.value.text() or entry.value.get("dockerfile").text()
        path = source.beside(dockerfile) if dockerfile else None
        context = posixpath.dirname(path) if path is not None else None
        target = entry.value.get("target").text()
        images[entry.key] = ImageSource(
            source.location(entry.line), context=context, dockerfile=path, target=target, arguments=arguments
        )
    return images


def _image(process: str, run: Node, images: Mapping[str, ImageSource]) -> ImageSource | None:
    for name in (run.get("image").text(), process, "web"):
        if name is not None and name in images:
            return images[name]
    return next(iter(images.values()), None)


def _command(node: Node, source: Source) -> CommandLine | None:
    """The command as text, in which each element of a list keeps its own line."""
    command = node.get("command") or node
    elements = [element for element in command.listed() if element.text()]
    if not elements:
        return None
    texts = [element.text() or "" for element in elements]
    start = elements[0].content_line
    if len(texts) > 1 and not any(" " in text for text in texts):
        return source.shell(" ".join(texts), start)
    lines: list[str] = []
    for element, text in zip(elements, texts, strict=True):
        lines += [""] * (element.content_line - start - len(lines))
        lines += text.rstrip("\n").split("\n")
    return source.shell("\n".join(lines), start)


def _variables(node: Node, source: Source) -> tuple[EnvVar, ...]:
    items = ((entry.key, entry.value.text(), source.location(entry.line)) for entry in node.items())
    return tuple(secrets.env_vars(items, interpolated=False))
