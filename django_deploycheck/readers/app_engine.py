"""
app.yaml of Google App Engine: how a service is started, with which variables, and which files its front end serves.

After https://docs.cloud.google.com/appengine/docs/standard/reference/app-yaml (Python 3), …/flexible/reference/app-yaml and
https://docs.cloud.google.com/appengine/docs/standard/python3/runtime. A shell runs ``entrypoint``. Without one, gunicorn serves ``app``
of ``main.py``; the first Python 2 runtime serves what the handlers name. ``runtime: custom`` builds the Dockerfile beside it.
cron.yaml and dispatch.yaml only send requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import EnvVar, Fact, ImageSource, PlatformUse, Reference, Service, StaticMapping
from django_deploycheck.patterns import regex
from django_deploycheck.readers._command import shell_command
from django_deploycheck.readers._web_server import literal_start
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.source import Source

KIND = "app-engine"
NAMES = (
    "app.yaml",
    "app.yml",
    *(f"{pattern}.{suffix}" for pattern in ("app[-_.]*", "*[-_.]app", "*app*engine*") for suffix in ("yaml", "yml")),
    *(f"{folder}/*.yaml" for folder in ("appengine", "app_engine", "gae")),
    "app.yaml.*",
    "cron.yaml",
    "dispatch.yaml",
)
NATURE = "production"
PLATFORM = "app-engine"

_RUNTIME = regex(r"^runtime:[ \t]*['\"]?[a-z]", re.MULTILINE)
_REQUESTS = regex(
    r"^(?:cron:[ \t]*$(?:\s*#[^\n]*)*\s*-[^\n]*\n(?:[^\n]*\n){0,6}?[ \t]*schedule:|dispatch:)", re.MULTILINE
)
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html#worker-periodictasks
_OF_BEANSTALK = regex(r"^version:[ \t]*1\b", re.MULTILINE)


def claims(source: Source) -> bool:
    """Whether it is a service of App Engine; Kubernetes, Platform.sh and others have files of such names too."""
    if source.name in ("cron.yaml", "dispatch.yaml"):
        return bool(_REQUESTS.search(source.text)) and not _OF_BEANSTALK.search(source.text)
    return bool(_RUNTIME.search(source.text)) and "\napiVersion:" not in f"\n{source.text}"


def read(source: Source) -> Iterator[Fact]:
    """The service, its variables and the files that are served without it."""
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    runtime = document.get("runtime").text() or ""
    is_ours = runtime.startswith("python") or runtime == "custom"
    yield PlatformUse(PLATFORM, source.location(document.get("runtime").line), is_ours)
    if not is_ours:
        return
    variables = _variables(source, document.get("env_variables"))
    yield from variables
    yield from _variables(source, document.get("build_env_variables"))
    yield from _static_mappings(source, document.get("handlers"))
    service = _service(source, document, runtime, variables)
    if service is not None:
        if service.image is not None and service.image.dockerfile is not None:
            yield Reference(service.image.dockerfile, "dockerfile", service.image.location)
        yield service


def _service(source: Source, document: Node, runtime: str, variables: tuple[EnvVar, ...]) -> Service | None:
    command = shell_command(document.get("entrypoint"), source)
    stated = document.get("runtime")
    image, application, place = None, None, stated
    if runtime == "custom":
        image = ImageSource(source.location(stated.line), context=source.folder, dockerfile=source.beside("Dockerfile"))
    elif runtime == "python27":
        application, place = _script(document.get("handlers"))
    elif command is None:
        application = "main:app"
    if command is None and image is None and application is None:
        return None
    return Service(
        name=secrets.mask(document.get("service").text() or "default"),
        kind=KIND,
        location=command.location if command is not None else source.location(place.line),
        platform=PLATFORM,
        command=command,
        application=application,
        image=image,
        variables=variables,
        workdir=source.folder or None if image is None else None,
        replicas=_instances(document),
    )


def _instances(document: Node) -> int | None:
    for scaling, key in (
        ("manual_scaling", "instances"),
        ("basic_scaling", "max_instances"),
        ("automatic_scaling", "max_instances"),
    ):
        number = document.get(scaling, key).number()
        if number is not None and (scaling == "manual_scaling" or number == 1):
            return number
    return None


def _script(handlers: Node) -> tuple[str | None, Node]:
    """What the last handler serves, as a module and a name: ``shop.wsgi.application``."""
    for handler in reversed(handlers.elements()):
        script = handler.get("script")
        module, _, name = (script.text() or "").rpartition(".")
        if module and name != "py":
            return f"{secrets.mask(module)}:{secrets.mask(name)}", script
    return None, ABSENT


def _variables(source: Source, node: Node) -> tuple[EnvVar, ...]:
    items = ((entry.key, entry.value.text(), source.location(entry.line)) for entry in node.items())
    return tuple(secrets.env_vars(items))


def _static_mappings(source: Source, handlers: Node) -> Iterator[StaticMapping]:
    """``static_dir`` takes the place of the URL, which is the start of a path; with ``static_files`` it is a pattern."""
    for handler in handlers.elements():
        url = handler.get("url").text() or ""
        folder, files = handler.get("static_dir"), handler.get("static_files")
        if folder.text() and url:
            yield StaticMapping(PLATFORM, url, folder.text() or "", source.location(folder.line), alias=True)
        elif files.text() and literal_start(f"^{url}").strip("/"):
            directory = (files.text() or "").partition("\\")[0]
            location = source.location(files.line)
            yield StaticMapping(PLATFORM, literal_start(f"^{url}"), directory, location, alias=True, match="regex")
