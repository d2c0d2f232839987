"""
Error trackers: one description each, and what is known of each in a deployment.

Whether a tracker is on is asked in three places: the settings and the process that has loaded them, the Python files
that run where settings cannot see it (wsgi.py, gunicorn.conf.py, AppConfig.ready), and the commands that wrap a
server.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django_deploycheck.model import Answer, Call, Deployment, Location, Requirement

Status = Literal["active", "inactive", "unknown", "absent"]


@dataclass(frozen=True)
class State:
    """
    How a tracker stands: ``inactive`` with the ``reason`` why it sends nothing, and where; ``unknown`` where
    something unset or unread decides; ``absent`` where nothing speaks of it.
    """

    status: Status
    reason: str = ""
    location: Location | None = None
    remedy: str = ""
    """What to do about this reason, where that is not what the tracker's own ``remedy`` says; without a full stop."""


ABSENT = State("absent")
ACTIVE = State("active")
UNKNOWN = State("unknown")


@dataclass(frozen=True)
class Tracker:
    """
    What is known of an error tracker.

    ``distributions`` are normalised names on PyPI, ``package`` what is imported, ``starts`` the calls that start it,
    ``setting`` the setting that configures it, ``marks`` beginnings of dotted paths (middleware, apps, handlers),
    ``wrappers`` programs that start it around a server, ``remedy`` a sentence without its end on how to start it, with
    ``{settings}`` for the settings file. ``configured`` says how settings and the process that loaded them stand; None
    where that is not known of this tracker, so that any sign of it is taken for one that works.
    """

    title: str
    distributions: tuple[str, ...]
    package: str
    starts: tuple[str, ...] = ()
    setting: str | None = None
    marks: tuple[str, ...] = ()
    wrappers: tuple[str, ...] = ()
    remedy: str = ""
    configured: Callable[[Deployment], State] | None = None


def state(tracker: Tracker, deployment: Deployment) -> State:
    """How the tracker stands in production, as far as the settings being checked and the files tell."""
    if _is_wrapped(tracker, deployment):
        return ACTIVE
    if tracker.configured is None:
        return UNKNOWN if _is_mentioned(tracker, deployment) else ABSENT
    if deployment.judges_production is Answer.NO:
        return UNKNOWN
    found = tracker.configured(deployment)
    if found.status in ("active", "unknown"):
        return found
    outside = [
        call for call in calls(tracker, deployment) if call.location.path not in deployment.settings.sources.modules
    ]
    if outside:
        return UNKNOWN
    return found if found.status == "inactive" else _never_started(tracker, deployment)


def calls(tracker: Tracker, deployment: Deployment) -> tuple[Call, ...]:
    """Every call that starts the tracker, in settings sources and in the other files that were read."""
    modules = {**deployment.modules, **deployment.settings.sources.modules}
    return tuple(call for module in modules.values() for call in module.calls if call.name in tracker.starts)


def started_in_settings(tracker: Tracker, deployment: Deployment) -> tuple[Call, ...]:
    """The calls in settings sources that start the tracker."""
    sources = deployment.settings.sources.modules
    return tuple(call for call in calls(tracker, deployment) if call.location.path in sources)


def requirement(tracker: Tracker, deployment: Deployment) -> Requirement | None:
    """Where the project itself asks for the tracker; not where it only comes along, or is for development."""
    for found in deployment.requirements:
        if found.name in tracker.distributions and found.kind == "direct" and not _is_for_development(found.group):
            return found
    return None


def is_unset(deployment: Deployment, name: str, *keys: str) -> bool:
    """Whether the setting comes from a variable that this environment lacks, or from where nobody can tell."""
    found = deployment.settings.provenance(name, *keys)
    if found is None:
        return False
    if found.kind == "unknown" and not found.variables and not deployment.settings.get(name):
        return True
    return any(not deployment.settings.environment_value(read.name) for read in found.variables)


def loaded(package: str) -> Any:
    """The package where settings have imported it; None otherwise: nothing is imported to answer a question."""
    return sys.modules.get(package)


def _is_for_development(group: str | None) -> bool:
    return group is not None and group.lower() in ("dev", "development", "test", "tests", "lint", "docs", "local")


def _never_started(tracker: Tracker, deployment: Deployment) -> State:
    """Asked for, and no file that was read starts it."""
    found = requirement(tracker, deployment)
    if found is None:
        return ABSENT
    if not deployment.complete or not deployment.settings.known() or calls(tracker, deployment):
        return UNKNOWN
    if any(_root(name) == tracker.package for module in deployment.modules.values() for name in module.imports):
        return UNKNOWN  # something of it is used in a way that the list of calls does not know
    started = tracker.starts[0]
    return State("inactive", f"'{found.name}' is required and '{started}' is called nowhere", found.location)


def _is_wrapped(tracker: Tracker, deployment: Deployment) -> bool:
    return any(
        wrapper in command.wrappers for _, command in deployment.production_commands() for wrapper in tracker.wrappers
    )


def _is_mentioned(tracker: Tracker, deployment: Deployment) -> bool:
    if requirement(tracker, deployment) or calls(tracker, deployment) or loaded(tracker.package):
        return True
    if tracker.setting and deployment.settings.is_overridden(tracker.setting):
        return True
    return any(path.startswith(tracker.marks) for path in dotted_paths(deployment) if tracker.marks)


def dotted_paths(deployment: Deployment) -> Iterator[str]:
    """What settings name by dotted path: apps, middleware, classes of logging handlers."""
    settings = deployment.settings
    for name in ("INSTALLED_APPS", "MIDDLEWARE"):
        yield from (path for path in settings.get(name) or () if isinstance(path, str))
    yield from logging_handlers(deployment)


def logging_handlers(deployment: Deployment) -> tuple[str, ...]:
    """The classes of the handlers in LOGGING, where they are given as text."""
    logging = deployment.settings.get("LOGGING") or {}
    handlers = logging.get("handlers") if isinstance(logging, dict) else None
    found = [
        handler.get("class", handler.get("()")) for handler in (handlers or {}).values() if isinstance(handler, dict)
    ]
    return tuple(
        name if isinstance(name, str) else f"{getattr(name, '__module__', '')}.{getattr(name, '__qualname__', '')}"
        for name in found
    )


def _root(name: str) -> str:
    return name.lstrip(".").partition(".")[0]


# --- for hints --------------------------------------------------------------------------------------------------------


def settings_file(deployment: Deployment) -> str:
    """The path of the settings that are checked, or their name where they lie elsewhere."""
    return deployment.settings.sources.path or deployment.project.settings_module or "the settings"


def requirements_file(deployment: Deployment) -> str:
    """Where the project lists what it needs."""
    return next(
        (found.location.path for found in deployment.requirements if found.kind == "direct"), "requirements.txt"
    )
