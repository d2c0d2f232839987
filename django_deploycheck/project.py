"""Which names the Django project goes by: its manage.py, its settings, its WSGI and ASGI modules."""

from __future__ import annotations

import os
import posixpath
import sys
from typing import Any

from django_deploycheck.model import Project, join
from django_deploycheck.settings_view import SettingsSources, SettingsView, settings_sources
from django_deploycheck.source import Repository, Source, Unreadable
from django_deploycheck.unchanged import asked


def project_of(repository: Repository, directory: str, settings: Any, module: str | None) -> Project:
    """The project in ``directory`` (relative to the root) as its files and settings name it."""
    return Project(
        directory=directory,
        manage=join(directory, "manage.py") if repository.is_file(join(directory, "manage.py")) else None,
        settings_module=module,
        wsgi_module=_from_setting(getattr(settings, "WSGI_APPLICATION", None))
        or _beside(repository, directory, "wsgi"),
        asgi_module=_from_setting(getattr(settings, "ASGI_APPLICATION", None))
        or _beside(repository, directory, "asgi"),
    )


def _from_setting(value: object) -> str | None:
    return value.rpartition(".")[0] or None if isinstance(value, str) else None


def _beside(repository: Repository, directory: str, name: str) -> str | None:
    """``package.wsgi`` where one package in the project's folder holds such a module."""
    found = [
        folder
        for folder, is_folder in repository.listing(directory).items()
        if is_folder
        and folder.isidentifier()
        and repository.is_file(posixpath.join(join(directory, folder), name + ".py"))
    ]
    if len(found) == 1:
        return f"{found[0]}.{name}"
    return name if repository.is_file(join(directory, name + ".py")) else None


def settings_of(repository: Repository, directory: str, settings: Any, module: str | None) -> SettingsView:
    """The live settings with the sources of their module, as far as those lie in the repository."""
    if module is None:
        return SettingsView(settings)
    return SettingsView(settings, sources_of(repository, directory, module))


def sources_of(repository: Repository, directory: str, module: str) -> SettingsSources:
    """The sources of a settings module, by its loaded file where Python has loaded it, else by its name."""
    folders = import_folders(repository, directory)
    return settings_sources(
        repository, module, folders, lambda name: _loaded_path(repository, name), _loaded_elsewhere(repository, module)
    )


def import_folders(repository: Repository, directory: str) -> list[str]:
    """The folders below the root that may be on ``sys.path``: the project's, the root, and those in them."""
    folders = [directory, ""]
    for top in (directory, ""):
        folders += [
            join(top, name)
            for name, is_folder in repository.listing(top).items()
            if is_folder and not name.startswith(".") and name not in ("node_modules", "venv", "env", "static", "media")
        ][:100]
    return list(dict.fromkeys(folders))


def loaded_file(module: str) -> str | None:
    """The file that Python has loaded a module from; None for one that is not loaded, or came from no file."""
    return asked(_loaded_file, module)


def _loaded_file(module: str) -> str | None:
    file = getattr(sys.modules.get(module), "__file__", None)
    return file if isinstance(file, str) else None


def _loaded_path(repository: Repository, module: str) -> str | None:
    file = loaded_file(module)
    if file is None:
        return None
    relative = os.path.relpath(asked(os.path.realpath, file), repository.root).replace(os.sep, "/")
    return None if relative.startswith("../") else relative


def _loaded_elsewhere(repository: Repository, module: str) -> Source | None:
    """The source of a settings module that Python has loaded from outside the root; its name stands for its path."""
    file = loaded_file(module)
    if file is None or not file.endswith(".py") or _loaded_path(repository, module) is not None:
        return None
    folder, name = os.path.split(os.path.abspath(file))
    try:
        source = Repository(folder).read(name)
    except Unreadable:
        return None
    return Source(module, source.text) if source is not None else None
