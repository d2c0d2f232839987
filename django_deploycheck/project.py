"""Which names the Django project goes by: its manage.py, its settings, its WSGI and ASGI modules."""

from __future__ import annotations

import posixpath
from typing import Any

from django_deploycheck.model import Project, join
from django_deploycheck.source import Repository


def project_of(repository: Repository, directory: str, settings: Any, module: str | None) -> Project:
    """The project in ``directory`` (relative to the root) as its files and settings name it."""
    return Project(
        directory=directory,
        manage=join(directory, "manage.py") if repository.is_file(join(directory, "manage.py")) else None,
        settings_module=module,
        wsgi_module=_from_setting(getattr(settings, "WSGI_APPLICATION", None)) or _beside(repository, directory, "wsgi"),
        asgi_module=_from_setting(getattr(settings, "ASGI_APPLICATION", None)) or _beside(repository, directory, "asgi"),
    )


def _from_setting(value: object) -> str | None:
    return value.rpartition(".")[0] or None if isinstance(value, str) else None


def _beside(repository: Repository, directory: str, name: str) -> str | None:
    """``package.wsgi`` where one package in the project's folder holds such a module."""
    found = [
        folder
        for folder, is_folder in repository.listing(directory).items()
        if is_folder and folder.isidentifier() and repository.is_file(posixpath.join(join(directory, folder), name + ".py"))
    ]
    if len(found) == 1:
        return f"{found[0]}.{name}"
    return name if repository.is_file(join(directory, name + ".py")) else None
