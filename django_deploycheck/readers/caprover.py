"""
CapRover's captain-definition: the image that is built and started.

After https://caprover.com/docs/captain-definition-file.html: ``dockerfilePath`` or ``dockerfileLines`` (built in the
folder of the repository), ``imageName`` from a registry, or the older ``templateId``, whose Dockerfile CapRover brings.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, Fact, ImageSource, PlatformUse, Reference, Service
from django_deploycheck.readers import dockerfile
from django_deploycheck.readers._yaml import Node, parse_json
from django_deploycheck.source import Source, within

KIND = "caprover"
NAMES = ("captain-definition", "captain-definition*", "*.captain-definition")
NATURE = "production"
PLATFORM = "caprover"


def read(source: Source) -> Iterator[Fact]:
    """The app with the image that it runs, and the stages of a Dockerfile that stands in the file itself."""
    document = parse_json(source)
    yield PlatformUse(PLATFORM, source.location(1))
    path, lines, image = document.get("dockerfilePath"), document.get("dockerfileLines"), document.get("imageName")
    if path.text():
        name = within("", (path.text() or "").removeprefix("./"))
        if name is not None:
            yield Reference(name, "dockerfile", source.location(path.line), required=True)
            yield _app(source, path, ImageSource(source.location(path.line), context="", dockerfile=name))
    elif lines.elements():
        yield from _inline(source, lines)
    elif image.text():
        masked = secrets.mask(image.text() or "")
        yield _app(source, image, ImageSource(source.location(image.line), name=masked))
    else:
        yield BlindSpot(
            "what CapRover's template starts is not known", source.location(document.get("templateId").line)
        )


def _app(source: Source, node: Node, image: ImageSource) -> Service:
    return Service(name="app", kind=KIND, location=source.location(node.line), platform=PLATFORM, image=image)


def _inline(source: Source, lines: Node) -> Iterator[Fact]:
    text: list[str] = []
    for element in lines.elements():
        text += [""] * (element.line - 1 - len(text))
        text.append(element.text() or "")
    if len(text) > len(source.lines):
        yield BlindSpot("several instructions stand on one line", source.location(lines.line))
        return
    yield from dockerfile.read(Source(source.path, "\n".join(text)))
    yield _app(source, lines, ImageSource(source.location(lines.line), context="", dockerfile=source.path))
