"""What a process serves and which settings it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.linking.following import place_of
from django_deploycheck.linking.work import Work
from django_deploycheck.model import EnvVar, Process, PythonModule, Server, SettingsChoice, Target, join
from django_deploycheck.packages import is_importable
from django_deploycheck.project import import_folders
from django_deploycheck.records import replace
from django_deploycheck.settings_view import SettingsView, module_path

_SETTINGS_VARIABLE = "DJANGO_SETTINGS_MODULE"


def finished(work: Work, process: Process) -> Process:
    """The process with what it serves and which settings it loads."""
    target = _target(work, process)
    return replace(process, target=target, settings=_settings_choice(process, target))


# --- what it serves -----------------------------------------------------------------------------------------------------


def _target(work: Work, process: Process) -> Target | None:
    server = process.server
    if server is None or server.application is None:
        return None
    module, _, attribute = server.application.partition(":")
    name = attribute.partition("(")[0] or None
    is_file = "/" in module or module.endswith(".py")
    path = None
    if is_file or module.endswith(".wsgi"):  # 'shop.wsgi' is a module, or the file of that name
        path = place_of(process.service, process.image).locate(module, work.repository)
    if is_file or path is not None:
        return Target(module, name, path, work.module(path) if path else None, known=path is not None)
    path = module_path(work.repository, module, _import_folders(work, process, server))
    known = path is not None or not (
        _imports_from_outside(process, server) or _is_installed(module) or _is_code_elsewhere(work, process)
    )
    return Target(module, name, path, work.module(path) if path else None, known)


def _import_folders(work: Work, process: Process, server: Server) -> list[str]:
    """The folders below the root that the server may import from, the most likely ones first."""
    tops = [
        *(_tails(server.chdir) if server.chdir else ()),
        work.project.directory,
        "",
        *(tail for folder in (*server.pythonpath, *_python_path(process)) for tail in _tails(folder)),
    ]
    if process.image is not None:
        tops += [process.image.context, *(join(process.image.context, tail) for tail in _tails(process.image.workdir))]
    tops = list(dict.fromkeys(tops))
    below = [folder for top in tops for folder in import_folders(work.repository, top)]
    return list(dict.fromkeys((*tops, *below)))


def _tails(folder: str) -> Iterator[str]:
    """A folder's path, then its ends: where ``/app/backend`` comes from is most likely ``backend``."""
    parts = [part for part in folder.split("/") if part not in ("", ".", "..")]
    return ("/".join(parts[start:]) for start in range(len(parts)))


def _python_path(process: Process) -> list[str]:
    variable = _variable(process, "PYTHONPATH")
    return [part for part in (variable.value or "").split(":") if part] if variable is not None else []


def _variable(process: Process, name: str) -> EnvVar | None:
    """The variable in force: what the command sets for itself, else what files give the process."""
    own = process.command.variables if process.command else ()
    return next((variable for variable in reversed(own) if variable.name == name), None) or process.variable(name)


def _imports_from_outside(process: Process, server: Server) -> bool:
    """Whether it may import from folders that are not in the repository."""
    chdir = server.chdir or ""
    if "$" in chdir or (chdir.startswith("/") and not process.in_container):
        return True
    return any(folder.startswith("/") or "$" in folder for folder in (*server.pythonpath, *_python_path(process)))


def _is_code_elsewhere(work: Work, process: Process) -> bool:
    """Whether the repository holds no Django project, or the image gets code from another one."""
    if work.project.manage is None and work.project.wsgi_module is None and work.project.asgi_module is None:
        return True
    stages = process.image.stages if process.image is not None else ()
    return any(re.search(r"\bgit\s+clone\b", str(line)) for stage in stages for line in stage.runs)


def _is_installed(module: str) -> bool:
    """Whether a package outside of the project can hold the module; only looked up, not imported."""
    return is_importable(module.partition(".")[0])


# --- which settings it loads --------------------------------------------------------------------------------------------


def _settings_choice(process: Process, target: Target | None) -> SettingsChoice | None:
    """By precedence: an option, what the served module forces, the environment, what that module sets as a default."""
    command = process.command
    if command is not None and command.settings_module:
        return SettingsChoice(command.settings_module, command.location, "option")
    source = target.source if target else None
    default = None
    if source is not None and source.settings_default and source.settings_location:
        default = SettingsChoice(source.settings_default, source.settings_location, "default")
        if source.settings_forced:
            return default
    variable = _variable(process, _SETTINGS_VARIABLE)
    if variable is None:
        return default
    if not variable.references:
        return SettingsChoice(variable.value, variable.location, "variable") if variable.value else None
    # ${DJANGO_SETTINGS_MODULE:-shop.settings}: who deploys may say otherwise.
    return SettingsChoice(variable.literal, variable.location, "default") if variable.literal else None


def settings_path(work: Work, module: str) -> str | None:
    """The file of a settings module; None where the repository holds none."""
    return module_path(work.repository, module, import_folders(work.repository, work.project.directory))


def urlconf(work: Work, settings: SettingsView) -> PythonModule | None:
    """The module that ROOT_URLCONF names, None where it was not found."""
    name = settings.get("ROOT_URLCONF")
    path = settings_path(work, name) if isinstance(name, str) else None
    return work.module(path) if path else None
