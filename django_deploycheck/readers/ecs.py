"""
Task definitions of Amazon ECS in JSON: as ``register-task-definition`` takes them, as ``describe-task-definition`` prints them, or
only the list of containers that Terraform's templates hold.

After https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, PlatformUse
from django_deploycheck.patterns import regex
from django_deploycheck.readers._container_definitions import container_services, parsed
from django_deploycheck.source import Source

KIND = "ecs"
NATURE = "production"
PLATFORM = "ecs"
_STEMS = (
    *(f"*{first}{joint}{second}*" for first in ("task", "container") for joint in "-_" for second in ("def",)),
    "*taskdef*",
    *(f"{folder}/*" for folder in ("ecs", ".ecs", ".aws", "aws", "task-definitions", "task_definitions", "taskdefs")),
)
NAMES = tuple(
    f"{stem}.{suffix}" for stem in _STEMS for suffix in ("json", "json.tpl", "json.tftpl", "json.tmpl", "json.j2")
)

_LISTED = regex(r"\s*\[\s*\{")


def claims(source: Source) -> bool:
    """Whether the file holds a task definition, or the list of containers of one."""
    is_list = _LISTED.match(source.text) and '"image"' in source.text and '"name"' in source.text
    return '"containerDefinitions"' in source.text or bool(is_list)


def read(source: Source) -> Iterator[Fact]:
    """A service for every container."""
    document = parsed(source)
    task = document.get("taskDefinition") or document
    containers = task.get("containerDefinitions").elements() or document.elements()
    yield PlatformUse(PLATFORM, source.location())
    yield from container_services(source, task, containers, KIND, PLATFORM)
