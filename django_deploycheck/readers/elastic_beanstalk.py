"""
Elastic Beanstalk: the configuration in ``.ebextensions``, the hooks in ``.platform`` and the Buildfile.

After https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html, …/customize-containers-ec2.html and
…/platforms-linux-extend.hooks.html. ``option_settings`` map namespaces to options, or list them. On the Python platform
``WSGIPath`` names what its gunicorn serves, unless a Procfile does; a folder called static is served as /static by default.
``container_commands`` run in the folder of the new version, in the order of their names, before it goes live, and so do the
hooks ``prebuild`` and ``predeploy``; ``postdeploy`` runs in it afterwards. ``commands`` run before the code is there. Scripts
that ``files`` puts into /opt/elasticbeanstalk/hooks/appdeploy were the hooks of the first Amazon Linux.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from django_deploycheck import secrets
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    PlatformUse,
    Role,
    Service,
    StaticMapping,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers import apache, nginx, unread_format
from django_deploycheck.readers._command import arguments, shell_command
from django_deploycheck.readers._yaml import ABSENT, Node, Scalar, parse, parse_json
from django_deploycheck.source import Source, Unreadable

KIND = "elastic-beanstalk"
NAMES = (
    ".ebextensions/*.config",
    ".platform/hooks/prebuild/*",
    ".platform/hooks/predeploy/*",
    ".platform/hooks/postdeploy/*",
    ".platform/confighooks/*/*",
    "Buildfile",
    ".elasticbeanstalk/config.yml",
)
NATURE = "production"
PLATFORM = "elastic-beanstalk"

_PYTHON = "aws:elasticbeanstalk:container:python"
_ENVIRONMENT = "aws:elasticbeanstalk:application:environment"
_STATIC = ("aws:elasticbeanstalk:environment:proxy:staticfiles", f"{_PYTHON}:staticfiles")
_SHEBANG = regex(r"#![ \t]*(?:/usr/bin/env[ \t]+(?:-S[ \t]+)?|/\S*/)?(?:ba|da|k|z)?sh\b")
_OLD_HOOK = regex(r"/hooks/appdeploy/(?:pre|enact|post)/[^/]+$")


def read(source: Source) -> Iterator[Fact]:
    """The platform, and what the file makes it run, set and serve."""
    yield PlatformUse(PLATFORM, source.location())
    if "/.platform/" in f"/{source.path}":
        yield _hook(source)
    elif source.name == "Buildfile":
        yield from _buildfile(source)
    elif source.name.endswith(".config"):
        yield from _configuration(source, _parsed(source))


def _parsed(source: Source) -> Node:
    """The document, which may be YAML or JSON."""
    if source.text.lstrip().startswith("{"):
        try:
            return parse_json(source)
        except Unreadable:
            pass  # it may still be YAML in braces
    documents = parse(source)
    return documents[0] if documents else ABSENT


# --- scripts ------------------------------------------------------------------------------------------------------------


def _hook(source: Source) -> Service:
    folder = posixpath.basename(source.folder)
    is_script = bool(_SHEBANG.match(source.text)) or not source.text.startswith("#!")
    bundle = _bundle(source)
    path = f"./{posixpath.relpath(source.path, bundle or '.')}"
    return _service(
        source,
        f"{folder}/{source.name}",
        source.shell(source.text, 1) if is_script else source.exec_form([path], 1),
        # Those for a changed configuration run on no deploy.
        role="other" if "/confighooks/" in source.path else "release",
    )


def _buildfile(source: Source) -> Iterator[Service]:
    """Commands that end, one a line after a name: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/java-se-buildfile.html."""
    for number, line in enumerate(source.lines, 1):
        name, _, command = (part.strip() for part in line.partition(":"))
        if command and not name.startswith("#"):
            yield _service(source, secrets.mask(name), source.shell(command, number), role="build")


def _service(
    source: Source,
    name: str,
    command: CommandLine,
    *,
    role: Role,
    variables: Sequence[EnvVar] = (),
    workdir: str | None = None,
) -> Service:
    return Service(
        name=name,
        kind=KIND,
        location=command.location,
        role=role,
        platform=PLATFORM,
        command=command,
        variables=tuple(variables),
        workdir=workdir or _bundle(source) or None,
        keeps_files=True,
    )


def _bundle(source: Source) -> str:
    """The folder whose content is deployed: the one around the folder with a dot."""
    parts = source.folder.split("/")
    dotted = next((index for index, part in enumerate(parts) if part.startswith(".")), len(parts))
    return "/".join(parts[:dotted])


# --- .ebextensions ------------------------------------------------------------------------------------------------------


def _configuration(source: Source, document: Node) -> Iterator[Fact]:
    options = list(_options(document.get("option_settings")))
    variables = tuple(
        secrets.env_vars(
            (name, value.text(), source.location(line))
            for namespace, name, value, line in options
            if namespace == _ENVIRONMENT
        )
    )
    yield from variables
    yield from _static_mappings(source, options)
    yield from _application(source, options, variables)
    for entry in sorted(document.get("container_commands").items(), key=lambda entry: entry.key):
        command = _command(entry.value.get("command"), source)
        if command is not None:
            own = [(item.key, item.value.text(), source.location(item.line)) for item in entry.value.get("env").items()]
            folder = (entry.value.get("cwd").text() or "").strip("/")
            inside = folder.removeprefix("var/app/staging").removeprefix("var/app/current").strip("/")
            yield _service(
                source,
                secrets.mask(entry.key),
                command,
                role="release",
                variables=(*variables, *secrets.env_vars(own)),
                workdir="/".join(part for part in (_bundle(source), inside) if part),
            )
    yield from _files(source, document.get("files"), variables)


_Option = tuple[str, str, Node, int]
"""Namespace, name, value and line of an option."""


def _options(node: Node) -> Iterator[_Option]:
    for entry in node.items():
        for option in entry.value.items():
            yield entry.key, option.key, option.value, option.line
    for element in node.elements():
        name = element.get("option_name").text() or element.get("OptionName").text()
        namespace = element.get("namespace").text() or element.get("Namespace").text() or _ENVIRONMENT
        if name:
            yield namespace, name, element.get("value") or element.get("Value"), element.line


def _application(source: Source, options: Sequence[_Option], variables: Sequence[EnvVar]) -> Iterator[Service]:
    for namespace, name, value, _ in options:
        text = value.text()
        if namespace == _PYTHON and name == "WSGIPath" and text:
            yield Service(
                name="WSGIPath",
                kind=KIND,
                location=source.location(value.line),
                role="web",
                platform=PLATFORM,
                application=secrets.mask(text),
                variables=tuple(variables),
                workdir=_bundle(source) or None,
            )


def _static_mappings(source: Source, options: Sequence[_Option]) -> Iterator[StaticMapping]:
    """The folders that the proxy in front serves; in the older namespace with slashes around the URL."""
    for namespace, name, value, _ in options:
        folder = value.text()
        if namespace in _STATIC and folder and name.strip("/"):
            url = f"/{name.strip('/')}"
            yield StaticMapping(PLATFORM, url, folder, source.location(value.line), alias=True)


def _command(node: Node, source: Source) -> CommandLine | None:
    """A text for a shell, or a list of words."""
    return shell_command(node, source) if isinstance(node, Scalar) else arguments(node, source)


def _files(source: Source, files: Node, variables: Sequence[EnvVar]) -> Iterator[Fact]:
    """What the files hold that are written onto the machine: hooks, the configuration of its web server, other scripts."""
    for entry in files.items():
        content = entry.value.get("content")
        text = content.text()
        if not text:
            continue
        first = content.content_line
        if _OLD_HOOK.search(entry.key):
            yield _service(
                source, posixpath.basename(entry.key), source.shell(text, first), role="release", variables=variables
            )
        elif entry.key.endswith(".conf") and re.search(r"/(?:nginx|httpd|apache2?)/", entry.key):
            server = nginx if "/nginx/" in entry.key else apache
            yield from server.read(Source(source.path, "\n" * (first - 1) + text))
        elif hides := unread_format.mentioned(text):
            reason = f"writes a script, and it mentions {', '.join(sorted(hides))}"
            yield BlindSpot(reason, source.location(first), hides)
