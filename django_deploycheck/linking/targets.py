"""What a process serves and which settings it loads."""

from __future__ import annotations

from dataclasses import replace

from django_deploycheck.linking.following import place_of
from django_deploycheck.linking.work import Work
from django_deploycheck.model import Process, PythonModule, SettingsChoice, Target
from django_deploycheck.project import import_folders
from django_deploycheck.settings_view import SettingsView, module_path


def finished(work: Work, process: Process) -> Process:
    target = _target(work, process)
    return replace(process, target=target, settings=_settings_choice(process, target))


def _target(work: Work, process: Process) -> Target | None:
    server = process.server
    if server is None or server.application is None or process.command is None:
        return None
    module, _, attribute = server.application.partition(":")
    attribute_name = attribute.partition("(")[0] or None
    file = (
        place_of(work, process.service, process.image).locate(module, work.repository)
        if module.endswith((".py", ".wsgi"))
        else None
    )
    if "/" in module or module.endswith(".py") or file is not None:
        path = file or place_of(work, process.service, process.image).locate(module, work.repository)
        return Target(module, attribute_name, path, work.module(path) if path else None, known=path is not None)
    folders = _import_folders(work, process)
    path = module_path(work.repository, module, folders)
    known = True
    if server.chdir and ("$" in server.chdir or (server.chdir.startswith("/") and not process.in_container)):
        known = False
    if any(path_.startswith("/") or "$" in path_ for path_ in server.pythonpath):
        known = False
    if path is None and module.partition(".")[0] in ("django", "config_not_here"):
        known = False
    return Target(module, attribute_name, path, work.module(path) if path else None, known)


def _import_folders(work: Work, process: Process) -> list[str]:
    folders = [work.project.directory, ""]
    server = process.server
    for extra in ((server.chdir,) if server and server.chdir else ()) + (server.pythonpath if server else ()):
        parts = [part for part in extra.split("/") if part not in ("", ".")]
        folders += ["/".join(parts[start:]) for start in range(len(parts))]
    if process.image is not None:
        folders.append(process.image.context)
    return list(
        dict.fromkeys((*folders, *(found for top in folders for found in import_folders(work.repository, top))))
    )


def _settings_choice(process: Process, target: Target | None) -> SettingsChoice | None:
    """Precedence: an option, then the environment, then what wsgi.py, asgi.py or manage.py set as a default."""
    command = process.command
    if command is not None and command.settings_module:
        return SettingsChoice(command.settings_module, command.location, "option")
    source = target.source if target else None
    if source is not None and source.settings_forced and source.settings_default and source.settings_location:
        return SettingsChoice(source.settings_default, source.settings_location, "default")
    own = (
        next((variable for variable in reversed(command.variables) if variable.name == "DJANGO_SETTINGS_MODULE"), None)
        if command
        else None
    )
    variable = own or process.variable("DJANGO_SETTINGS_MODULE")
    if variable is not None:
        if not variable.value or "$" in variable.value:
            return None
        return SettingsChoice(variable.value, variable.location, "variable")
    if source is not None and source.settings_default and source.settings_location:
        return SettingsChoice(source.settings_default, source.settings_location, "default")
    return None


def settings_path(work: Work, module: str) -> str | None:
    return module_path(work.repository, module, import_folders(work.repository, work.project.directory))


def urlconf(work: Work, settings: SettingsView) -> PythonModule | None:
    name = settings.get("ROOT_URLCONF")
    path = settings_path(work, name) if isinstance(name, str) else None
    return work.module(path) if path else None
