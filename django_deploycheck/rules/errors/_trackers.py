"""
Error trackers: one description each, and what is known of each in a deployment.

Whether a tracker is on is asked in four places: the settings and the process that has loaded them, the Python files
that run where settings cannot see it (wsgi.py, gunicorn.conf.py, AppConfig.ready), the commands that wrap a server,
and the variables that files give to the web processes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, Literal

from django_deploycheck.judged import production_loads_others
from django_deploycheck.model import Call, Deployment, EnvVar, Location, Process, Requirement
from django_deploycheck.records import dataclass
from django_deploycheck.unchanged import asked

Status = Literal["active", "inactive", "unknown", "absent"]

_LOADS_THE_APPLICATION = frozenset("gunicorn uvicorn daphne hypercorn uwsgi granian waitress mod_wsgi".split())
# Arguments that may send what the others leave out: unpacked ones, exporters and transports of one's own.
_DECIDED_ELSEWHERE = frozenset({"**", "additional_span_processors", "advanced", "transport"})


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
    ``settings`` those that configure it, ``marks`` beginnings of dotted paths (middleware, apps, handlers),
    ``wrappers`` programs that start it around a server, ``remedy`` a sentence without its end on how to start it, with
    ``{settings}`` for the settings file. ``configured`` says how settings and the process that loaded them stand.
    Where there is no ``remedy`` little is known of the tracker: any sign of it is taken for one that works.

    ``needs`` is the setting that has to name something of the tracker, and what: without it the rest does nothing.
    ``decisive`` are calls, each with the arguments that switch it off where they are empty or False. ``switches`` are
    environment variables that the package reads, each with the values that switch it off. ``overrides`` are variables
    with which neither is certain: a file of options, another place to send to.
    """

    title: str
    distributions: tuple[str, ...]
    package: str
    starts: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    wrappers: tuple[str, ...] = ()
    remedy: str = ""
    configured: Callable[[Deployment], State] | None = None
    needs: tuple[str, str] | None = None
    decisive: tuple[tuple[str, tuple[str, ...]], ...] = ()
    switches: tuple[tuple[str, tuple[str, ...]], ...] = ()
    overrides: tuple[str, ...] = ()


def state(tracker: Tracker, deployment: Deployment) -> State:
    """How the tracker stands in production, as far as the settings being checked and the files tell."""
    found = _by_signs(tracker, deployment)
    if found.status in ("active", "unknown"):
        return _switched_off(tracker, deployment) or found
    return found


def _by_signs(tracker: Tracker, deployment: Deployment) -> State:
    if _is_wrapped(tracker, deployment):
        return ACTIVE
    if production_loads_others(deployment):
        return UNKNOWN
    # First of all: whoever runs ``manage.py check`` has it started.
    idle = _started_by_manage_alone(tracker, deployment)
    if idle is not None:
        return idle
    found = tracker.configured(deployment) if tracker.configured is not None else ABSENT
    if found.status in ("active", "unknown"):
        return found
    outside = _started_outside_settings(tracker, deployment)
    if found.status == "inactive":
        return UNKNOWN if outside else found
    decided = _by_arguments(tracker, deployment)
    if decided is not None:
        return decided
    if outside or _is_named_in_settings(tracker, deployment):
        return UNKNOWN
    return _never_started(tracker, deployment)


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
    if deployment.settings.may_differ(name, *keys):
        return True
    found = deployment.settings.provenance(name, *keys)
    if found is None:
        return False
    if found.kind == "unknown" and not found.variables and not _value(deployment, name, keys):
        return True
    return any(not deployment.settings.environment_value(read.name) for read in found.variables)


def is_provided(deployment: Deployment, variable: str) -> bool:
    """Whether this environment or a file of production sets a variable that a tracker's package reads by itself."""
    if deployment.settings.environment_value(variable):
        return True
    return any(found.name == variable for found in deployment.production_variables)


def loaded(package: str) -> Any:
    """The package where settings have imported it; None otherwise: nothing is imported to answer a question."""
    asked(_is_loaded, package)
    return sys.modules.get(package)


def _is_loaded(package: str) -> bool:
    return package in sys.modules


def _is_for_development(group: str | None) -> bool:
    return group is not None and group.lower() in ("dev", "development", "test", "tests", "lint", "docs", "local")


def _value(deployment: Deployment, name: str, keys: tuple[str, ...]) -> object:
    value = deployment.settings.get(name)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _never_started(tracker: Tracker, deployment: Deployment) -> State:
    """Asked for, and no file that was read starts it."""
    found = requirement(tracker, deployment)
    if found is None:
        return ABSENT
    if not tracker.remedy or not deployment.complete or not deployment.settings.known():
        return UNKNOWN
    if calls(tracker, deployment) or _is_imported(tracker, deployment):
        return UNKNOWN  # something of it is used in a way that the list of calls does not know
    if tracker.wrappers and not web_is_understood(deployment):
        return UNKNOWN
    return State("inactive", f"'{found.name}' is required and {_what_lacks(tracker)}", found.location)


def _what_lacks(tracker: Tracker) -> str:
    if tracker.wrappers and not tracker.needs:
        return f"no web process is started by '{tracker.wrappers[0]}'"
    if tracker.needs:
        setting, path = tracker.needs
        return f"'{path}' is not in {setting}"
    return f"'{tracker.starts[0]}' is called nowhere"


def _is_imported(tracker: Tracker, deployment: Deployment) -> bool:
    """Whether a module of the project imports it, other than the one that AppSignal looks for by its name."""
    root = _root(tracker.package)
    modules = {**deployment.modules, **deployment.settings.sources.modules}
    return any(
        _root(name) == root
        for path, module in modules.items()
        if path.rpartition("/")[2] != "__appsignal__.py"
        for name in module.imports
    )


def _started_outside_settings(tracker: Tracker, deployment: Deployment) -> tuple[Call, ...]:
    sources = deployment.settings.sources.modules
    return tuple(call for call in calls(tracker, deployment) if call.location.path not in sources)


def _started_by_manage_alone(tracker: Tracker, deployment: Deployment) -> State | None:
    """Inactive where only manage.py starts it, and every web process is a server that does not run manage.py."""
    manage = deployment.project.manage
    started = calls(tracker, deployment)
    if not started or not web_is_understood(deployment) or any(call.location.path != manage for call in started):
        return None
    servers = [process.server.name if process.server is not None else "" for process in deployment.web]
    if not _LOADS_THE_APPLICATION.issuperset(servers) or _is_named_in_settings(tracker, deployment):
        return None
    call = started[-1]
    target = next((process.target for process in deployment.web if process.target and process.target.path), None)
    file = target.path if target is not None else "the module that makes the application"
    return State(
        "inactive",
        f"'{call.name}' is called in '{manage}' alone, which '{servers[0]}' does not run",
        call.location,
        f"Call it in {file} too, before the application is made",
    )


def _by_arguments(tracker: Tracker, deployment: Deployment) -> State | None:
    """Inactive where every call that decides has, whatever happens, an argument that switches it off."""
    if any(is_provided(deployment, name) for name in tracker.overrides):
        return None
    modules = {**deployment.modules, **deployment.settings.sources.modules}
    for name, arguments in tracker.decisive:
        made = [call for module in modules.values() for call in module.calls if call.name == name]
        for argument in arguments:
            if made and all(argument in call.empty and _is_certain(call) for call in made):
                reason = f"'{name}' is called with '{argument}' empty or False"
                return State("inactive", reason, made[-1].location, f"Give '{argument}' its value there")
    return None


def _is_certain(call: Call) -> bool:
    return not call.conditional and _DECIDED_ELSEWHERE.isdisjoint(call.arguments)


def _switched_off(tracker: Tracker, deployment: Deployment) -> State | None:
    """Inactive where files give every web process a variable that switches the tracker off."""
    if any(is_provided(deployment, name) for name in tracker.overrides):
        return None
    if any(call.arguments for call in calls(tracker, deployment)):
        return None  # they may say otherwise
    for name, values in tracker.switches:
        found = [_variable(process, name) for process in deployment.web]
        off = [variable for variable in found if variable is not None and variable.literal in values]
        if off and len(off) == len(found):
            return State("inactive", f"'{name}' switches it off", off[0].location, f"Remove '{name}' there")
    return None


def _variable(process: Process, name: str) -> EnvVar | None:
    of_command = process.command.variables if process.command is not None else ()
    return next((item for item in reversed(of_command) if item.name == name), process.variable(name))


def web_is_understood(deployment: Deployment) -> bool:
    """Whether there is a web process, and each was understood, so that nothing around the site can be a tracker."""
    return (
        deployment.complete
        and bool(deployment.web)
        and all(process.command is not None and not process.blind_spots for process in deployment.web)
    )


def _is_wrapped(tracker: Tracker, deployment: Deployment) -> bool:
    return any(
        wrapper in command.wrappers for _, command in deployment.production_commands() for wrapper in tracker.wrappers
    )


def _is_named_in_settings(tracker: Tracker, deployment: Deployment) -> bool:
    """Whether settings start it, hold its setting, name something of it, or have loaded one that is not known well."""
    if started_in_settings(tracker, deployment) or (not tracker.remedy and loaded(tracker.package)):
        return True
    if any(deployment.settings.is_overridden(name) for name in tracker.settings):
        return True
    return bool(tracker.marks) and any(path.startswith(tracker.marks) for path in dotted_paths(deployment))


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
    return deployment.settings.sources.file or deployment.project.settings_module or "the settings"


def requirements_file(deployment: Deployment) -> str:
    """Where the project lists what it needs."""
    return next(
        (found.location.path for found in deployment.requirements if found.kind == "direct"), "requirements.txt"
    )
