"""
Kamal: the roles that it starts on servers, its accessories, and the hooks that run on the machine that deploys.

After https://kamal-deploy.org/docs/configuration/overview/ (Kamal 2). ``config/deploy.<destination>.yml`` is laid over
``config/deploy.yml``; paths are relative to the folder above ``config``. A role's ``cmd`` takes the place of the image's
CMD, its ENTRYPOINT stays. The proxy asks port 80 of the container unless ``app_port`` says otherwise
(https://kamal-deploy.org/docs/configuration/proxy/). Hooks are https://kamal-deploy.org/docs/hooks/overview/. Both files may
hold ERB, which is taken for a variable.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Mount,
    PlatformUse,
    Port,
    Reference,
    Service,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _ini
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.records import dataclass
from django_deploycheck.source import Source, within

KIND = "kamal"
_HOOKS = (
    "docker-setup pre-connect pre-build pre-deploy post-deploy pre-app-boot post-app-boot pre-proxy-reboot post-proxy-reboot"
).split()
NAMES = ("config/deploy.yml", "config/deploy.*.yml", *(f".kamal/hooks/{name}" for name in _HOOKS))
NATURE = "production"
PLATFORM = "kamal"

_OWN_KEYS = regex(r"^(?:service|servers|registry|accessories|proxy|builder|image):", re.MULTILINE)
_RUBY_LINE = regex(r"^[ \t]*<%(?!=).*%>[ \t]*$")
_RUBY = regex(r"<%=.*?%>")
_SHELL = regex(r"^#!\s*\S*?(?:env\s+)?\b(?:ba|da|z|k)?sh\b")


def claims(source: Source) -> bool:
    """Whether it is a hook or has the keys of Kamal; Rails projects keep other things under such a name too."""
    return source.folder.endswith(".kamal/hooks") or bool(_OWN_KEYS.search(source.text))


def read(source: Source) -> Iterator[Fact]:
    """The roles with their image, ports and variables, the accessories, and what a hook runs."""
    yield PlatformUse(PLATFORM, source.location(1))
    if source.folder.endswith("hooks"):
        yield from _hook(source)
        return
    text = "\n".join("" if _RUBY_LINE.match(line) else _RUBY.sub("$ERB", line) for line in source.lines)
    documents = parse(Source(source.path, text))
    file = _File.of(source, documents[0] if documents else ABSENT)
    image = _image(file)
    if image is not None and image.dockerfile is not None and not file.is_layer:
        yield Reference(image.dockerfile, "dockerfile", image.location, required=True)
    for name, role, line in _roles(file.document.get("servers")):
        yield _role(file, name, role, line, image)
    for entry in file.document.get("accessories").items():
        yield _accessory(file, entry.key, entry.value, entry.line)


@dataclass(frozen=True)
class _File:
    """A configuration file, and the folder that its paths are relative to."""

    source: Source
    document: Node
    root: str
    base: str | None
    """The path of the file that this one is laid over; None for the first one."""

    @classmethod
    def of(cls, source: Source, document: Node) -> _File:
        is_layer = source.name != "deploy.yml"
        base = posixpath.join(source.folder, "deploy.yml") if is_layer else None
        return cls(source, document, posixpath.dirname(source.folder), base)

    @property
    def is_layer(self) -> bool:
        return self.base is not None


def _hook(source: Source) -> Iterator[Fact]:
    if not _SHELL.match(source.lines[0]):
        yield BlindSpot("is no shell script", source.location(1))
        return
    yield Service(
        name=source.name,
        kind=KIND,
        location=source.location(1),
        role="release",
        platform=PLATFORM,
        command=source.shell("\n".join(source.lines), 1),
        keeps_files=False,
    )


def _roles(servers: Node) -> Iterator[tuple[str, Node, int]]:
    """Name, what is said of it, and line of each role; a bare list of hosts is the role ``web``."""
    if servers.elements():
        yield "web", servers, servers.elements()[0].line
    for entry in servers.items():
        yield entry.key, entry.value, entry.line


def _role(file: _File, name: str, role: Node, line: int, image: ImageSource | None) -> Service:
    source, document = file.source, file.document
    is_web = name == (document.get("primary_role").text() or "web")
    hosts = role.elements() or role.get("hosts").elements()
    return Service(
        name=secrets.mask(name),
        kind=KIND,
        location=source.location(line),
        role="web" if is_web else None,
        platform=PLATFORM,
        command=_command(source, role.get("cmd")),
        image=image,
        extends=(file.base, secrets.mask(name)) if file.base is not None else None,
        variables=(*_variables(document.get("env"), source), *_variables(role.get("env"), source)),
        ports=tuple(_ports(file, role)) if is_web else (),
        mounts=tuple(_mounts(document.get("volumes"), source)),
        replicas=len(hosts) or None,
    )


def _ports(file: _File, role: Node) -> Iterator[Port]:
    proxy = file.document.get("proxy")
    node = role.get("proxy", "app_port") or proxy.get("app_port")
    if role.get("proxy").flag() is False or (not node and (file.is_layer or _is_of_version_1(file.document))):
        return
    place = node or proxy or role or file.document
    yield Port(node.text() or "80", None, None, file.source.location(place.line))


def _is_of_version_1(document: Node) -> bool:
    """
    Whether keys say so that Kamal 2 refuses: https://kamal-deploy.org/docs/upgrading/overview/

    There Traefik stands in front, and finds the port that the image exposes.
    """
    return bool(document.get("traefik") or document.get("healthcheck") or document.get("builder", "multiarch"))


def _image(file: _File) -> ImageSource | None:
    """The image that is built for every role; None where another file says so."""
    builder, image = file.document.get("builder"), file.document.get("image")
    if file.is_layer and not builder and not image:
        return None
    context = builder.get("context").text() or "."
    folder = within(file.root, context) if "://" not in context and "@" not in context else None
    dockerfile = builder.get("dockerfile")
    # Like "docker build --file", a stated one is relative to where Kamal runs, not to the context:
    # https://github.com/basecamp/kamal/blob/main/lib/kamal/commands/builder/base.rb
    path = None
    if folder is not None:
        path = within(file.root, dockerfile.text() or "") if dockerfile else within(folder, "Dockerfile")
    line = (dockerfile or builder or image).line
    stated = {"context": builder.get("context"), "dockerfile": dockerfile}
    return ImageSource(
        file.source.location(line),
        name=secrets.mask(image.text() or "") or None,
        context=folder,
        dockerfile=path,
        target=builder.get("target").text(),
        arguments=tuple(_variables(builder.get("args"), file.source)),
        defaulted=frozenset(key for key, node in stated.items() if not node),
    )


def _accessory(file: _File, name: str, node: Node, line: int) -> Service:
    source, image = file.source, node.get("image")
    return Service(
        name=secrets.mask(name),
        kind=KIND,
        location=source.location(line),
        role="other",
        command=_command(source, node.get("cmd")),
        image=ImageSource(source.location(image.line if image else line), name=secrets.mask(image.text() or ""))
        if image
        else None,
        extends=(file.base, secrets.mask(name)) if file.base is not None else None,
        variables=tuple(_variables(node.get("env"), source)),
        mounts=tuple(_mounts(node.get("volumes"), source)),
    )


def _command(source: Source, node: Node) -> CommandLine | None:
    text = node.text()
    if not text:
        return None
    found = _ini.words(text)
    return (
        source.shell(text, node.content_line)
        if found is None
        else source.exec_form(_ini.argv(found), node.content_line)
    )


def _variables(node: Node, source: Source) -> Iterator[EnvVar]:
    """``clear`` values, ``secret`` names, or a map of values without either."""
    clear, secret = node.get("clear"), node.get("secret")
    entries = clear.items() if clear or secret else node.items()
    items = [(entry.key, entry.value.text(), source.location(entry.line)) for entry in entries]
    # "NAME:OTHER" takes the value of the secret OTHER.
    items += [
        (text.partition(":")[0], None, source.location(element.line))
        for element in secret.elements()
        if (text := element.text())
    ]
    return secrets.env_vars(items)


def _mounts(node: Node, source: Source) -> Iterator[Mount]:
    for element in node.elements():
        origin, _, rest = (element.text() or "").partition(":")
        target, _, options = rest.partition(":")
        if target:
            kind = "bind" if origin.startswith(("/", ".", "~")) else "volume"
            is_read_only = "ro" in options.split(",")
            yield Mount(kind, origin, target, source.location(element.line), is_read_only)  # type: ignore[arg-type]
