"""
zappa_settings: what Zappa runs on AWS Lambda, a stage of the site for each key at the top.

After https://github.com/zappa/Zappa#advanced-settings. Zappa brings its own server and runs no management command by itself.
Its JSON is read as Hjson is. A stage can extend another one. Of several stages those named after development are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import EnvVar, Fact, PlatformUse, Service
from django_deploycheck.readers import _platform
from django_deploycheck.readers._yaml import ABSENT, Entry, Node
from django_deploycheck.source import Source

KIND = "zappa"
NAMES = (
    "zappa_settings.json",
    "zappa_settings.toml",
    "zappa_settings.yml",
    "zappa_settings.yaml",
)
NATURE = "production"
PLATFORM = "zappa"

MAX_EXTENDS = 10
"""How many stages may extend one another in a row."""

_DEVELOPMENT = frozenset("dev develop development test testing local".split())
_VARIABLES = ("environment_variables", "aws_environment_variables")


def read(source: Source) -> Iterator[Fact]:
    """The stages that serve a site, each with its variables."""
    document = _platform.document(source, is_lenient=True)
    yield PlatformUse(PLATFORM, source.location(1))
    stages = [entry for entry in document.items() if _is_site(document, entry)]
    serious = [entry for entry in stages if entry.key.lower() not in _DEVELOPMENT]
    for entry in serious or stages:
        yield _service(document, entry, source, is_serious=bool(serious))


def _is_site(document: Node, entry: Entry) -> bool:
    return any(_get(document, entry.value, key) for key in ("django_settings", "app_function"))


def _service(document: Node, entry: Entry, source: Source, *, is_serious: bool) -> Service:
    settings = _get(document, entry.value, "django_settings")
    module, _, attribute = (_get(document, entry.value, "app_function").text() or "").rpartition(".")
    variables: tuple[EnvVar, ...] = ()
    if is_serious:
        # Those of a stage for trying things say nothing of production.
        for key in _VARIABLES:
            variables += _platform.variables(_get(document, entry.value, key).items(), source)
    if settings.text():
        variables += (source.env_var("DJANGO_SETTINGS_MODULE", settings.text(), settings.line, interpolated=False),)
    return Service(
        name=secrets.mask(entry.key),
        kind=KIND,
        location=source.location(settings.line if settings else entry.line),
        role="web",
        platform=PLATFORM,
        application=f"{module}:{attribute}" if module and not settings else None,
        variables=variables,
        workdir=source.folder or None,
    )


def _get(document: Node, stage: Node, key: str) -> Node:
    """What a stage says, or one that it extends."""
    for _ in range(MAX_EXTENDS):
        if stage.get(key):
            return stage.get(key)
        stage = document.get(stage.get("extends").text() or "")
    return ABSENT
