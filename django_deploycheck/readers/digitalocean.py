"""
The app spec of DigitalOcean's App Platform: services, workers, jobs and static sites, in ``.do/app.yaml`` or, below ``spec``,
in ``.do/deploy.template.yaml``.

After https://docs.digitalocean.com/products/app-platform/reference/app-spec/ and …/how-to/manage-jobs/. A ``run_command`` takes
the place of what the buildpack or the image starts; without one, a component built from source starts what its Procfile
says, which has its own reader. ``dockerfile_path`` is relative to the root, ``source_dir`` is the build's context. A job
without a kind runs after a deploy. Variables of scope BUILD_TIME do not reach what runs; secrets are stored as ``EV[…]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django_deploycheck import secrets
from django_deploycheck.model import (
    BlindSpot,
    EnvVar,
    Fact,
    ImageSource,
    PlatformUse,
    Port,
    Reference,
    Role,
    Service,
    StaticMapping,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers._command import shell_command
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.records import dataclass, field
from django_deploycheck.source import Source, quoted, within

KIND = "digitalocean"
NAMES = (".do/*.yaml", ".do/*.yml", "app.yaml", "app.yml", "*app-spec*.yaml", "*app-spec*.yml", "*digitalocean*.yaml")
NATURE = "production"
PLATFORM = "digitalocean"

_COMPONENTS = regex(r"^(?:spec:|[ \t]{0,4}(?:services|workers|jobs|static_sites):)", re.MULTILINE)
_OWN_KEYS = regex(
    r"^[ \t-]{0,12}(?:instance_size_slug|environment_slug|run_command|dockerfile_path|deploy_on_push|source_dir):",
    re.MULTILINE,
)
_KINDS: dict[str, Role] = {"FAILED_DEPLOY": "other", "SCHEDULED": "scheduler"}
_ROLES: dict[str, Role | None] = {"services": None, "workers": "worker", "jobs": "release"}


def claims(source: Source) -> bool:
    """Whether the file is a spec; other platforms have a file called app.yaml too."""
    return "/.do/" in f"/{source.path}" or bool(_COMPONENTS.search(source.text) and _OWN_KEYS.search(source.text))


def read(source: Source) -> Iterator[Fact]:
    """A service for every component that states a command or an image, its build, and the folders that are served."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    spec = document.get("spec") or document
    shared = list(_environment(spec.get("envs")))
    components = {key: spec.get(key).elements() for key in (*_ROLES, "static_sites")}
    starts = any(_starts(node) for node in components["services"])
    yield PlatformUse(PLATFORM, source.location(), starts)
    yield from _env_vars(source, shared)
    for key, role in _ROLES.items():
        for node in components[key]:
            yield from _component(source, node, _kind(node, role), shared)
            yield from _env_vars(source, _environment(node.get("envs")))
    for node in components["static_sites"]:
        yield from _static_site(source, spec, node, shared)


def _starts(node: Node) -> bool:
    return any(node.get(key).text() for key in ("run_command", "dockerfile_path"))


def _kind(node: Node, role: Role | None) -> Role | None:
    return _KINDS.get(node.get("kind").text() or "", role)


@dataclass(frozen=True)
class _Variable:
    """A variable of the app or a component, and whether its build gets it and what runs does."""

    name: str
    value: str | None = field(repr=False)
    line: int
    builds: bool
    runs: bool


def _environment(node: Node) -> Iterator[_Variable]:
    for element in node.elements():
        name, value = element.get("key").text(), element.get("value").text()
        scope = element.get("scope").text() or "RUN_AND_BUILD_TIME"
        if name:
            encrypted = value is not None and value.startswith("EV[")
            line = element.get("key").line
            yield _Variable(name, None if encrypted else value, line, "BUILD" in scope, "RUN" in scope)


def _env_vars(source: Source, variables: Iterable[_Variable]) -> tuple[EnvVar, ...]:
    items = ((variable.name, variable.value, source.location(variable.line)) for variable in variables)
    return tuple(secrets.env_vars(items))


def _component(source: Source, node: Node, role: Role | None, shared: list[_Variable]) -> Iterator[Fact]:
    variables = [*shared, *_environment(node.get("envs"))]
    image = _image(source, node, variables)
    if image is not None and image.dockerfile is not None:
        yield Reference(image.dockerfile, "dockerfile", image.location, required=True)
    if image is None:
        yield from _build(source, node, variables)
    command = shell_command(node.get("run_command"), source)
    if command is None and image is None:
        return
    yield Service(
        name=_name(node),
        kind=KIND,
        location=source.location(node.line),
        role=role,
        platform=PLATFORM,
        command=command,
        image=image,
        variables=_env_vars(source, [variable for variable in variables if variable.runs]),
        ports=tuple(_ports(source, node)),
        workdir=_folder(node) or None if image is None else None,
        replicas=_instances(node),
        keeps_files=False if role == "release" else None,
    )


def _instances(node: Node) -> int | None:
    """How many there are, at the most where their number follows the load."""
    return node.get("autoscaling", "max_instance_count").number() or node.get("instance_count").number()


def _name(node: Node) -> str:
    return secrets.mask(node.get("name").text() or "app")


def _folder(node: Node) -> str:
    """The folder of the component's source, relative to the root."""
    return within("", (node.get("source_dir").text() or "").strip("/")) or ""


def _image(source: Source, node: Node, variables: list[_Variable]) -> ImageSource | None:
    stated = node.get("dockerfile_path")
    path = within("", (stated.text() or "").lstrip("/"))
    if path is not None:
        building = _env_vars(source, [variable for variable in variables if variable.builds])
        return ImageSource(source.location(stated.line), context=_folder(node), dockerfile=path, arguments=building)
    registry = node.get("image")
    if not registry:
        return None
    parts = (registry.get("registry").text(), registry.get("repository").text())
    name = "/".join(part for part in parts if part)
    return ImageSource(source.location(registry.line), name=secrets.mask(name) or None)


def _build(source: Source, node: Node, variables: list[_Variable]) -> Iterator[Service]:
    command = shell_command(node.get("build_command"), source)
    if command is not None:
        yield Service(
            name=f"build of {_name(node)}",
            kind=KIND,
            location=command.location,
            role="build",
            platform=PLATFORM,
            command=command,
            variables=_env_vars(source, [variable for variable in variables if variable.builds]),
            workdir=_folder(node) or None,
            keeps_files=True,
        )


def _ports(source: Source, node: Node) -> Iterator[Port]:
    port = node.get("http_port")
    if port.text():
        yield Port(port.text() or "", None, None, source.location(port.line))


def _static_site(source: Source, spec: Node, node: Node, shared: list[_Variable]) -> Iterator[Fact]:
    """The folder that is served and what builds it; one that answers for the whole site is a front end of its own."""
    variables = [*shared, *_environment(node.get("envs"))]
    yield from _build(source, node, variables)
    folder = node.get("output_dir")
    for url in _routes(spec, node):
        if folder.text() and url.strip("/"):
            yield StaticMapping(PLATFORM, url, folder.text() or "", source.location(folder.line), alias=True)
    is_switched_off = any(
        variable.name == "DISABLE_COLLECTSTATIC" and variable.value not in (None, "", "0") for variable in variables
    )
    is_python = (node.get("environment_slug").text() or "python") == "python"
    if not node.get("build_command").text() and is_python and not is_switched_off:
        reason = f"the buildpack of '{quoted(_name(node))}' may collect static files"
        yield BlindSpot(reason, source.location(node.line), frozenset({"collectstatic"}))


def _routes(spec: Node, node: Node) -> list[str]:
    """The URLs that lead to a component: its own routes, or the rules for all of them, which took their place."""
    urls = [route.get("path").text() for route in node.get("routes").elements()]
    for rule in spec.get("ingress", "rules").elements():
        if rule.get("component", "name").text() == node.get("name").text():
            urls.append(rule.get("match", "path", "prefix").text())
    return [url for url in urls if url]
