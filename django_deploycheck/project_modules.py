"""
Python files of the project that run before any request, beside its settings: manage.py, wsgi.py, asgi.py, celery.py,
apps.py, middleware. What they start (an error tracker) is invisible to whoever looks at settings alone.

Only files that settings and the project's own names lead to are opened; a file that these import is read where it
mentions a tracker. Nothing is imported or run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django_deploycheck.model import Project, PythonModule
from django_deploycheck.patterns import regex
from django_deploycheck.project import import_folders
from django_deploycheck.readers import python_module
from django_deploycheck.settings_view import SettingsView, module_path
from django_deploycheck.source import Repository, Unreadable

MAX_FILES = 150
"""How many files are opened at the most."""

_TRACKER = regex("|".join(sorted(python_module.TRACKERS)))


def project_modules(repository: Repository, project: Project, settings: SettingsView) -> Mapping[str, PythonModule]:
    """The modules by path; a file that is no valid Python is left out."""
    folders = import_folders(repository, project.directory)
    found: dict[str, PythonModule] = {}
    opened: set[str] = set()
    todo = [(path, True) for path in _entries(repository, project, settings, folders)]
    while todo and len(opened) < MAX_FILES:
        path, is_entry = todo.pop(0)
        if path in opened:
            continue
        opened.add(path)
        module = _read(repository, path, is_entry)
        if module is None:
            continue
        found[path] = module
        todo += [(imported, False) for imported in _imports(repository, path, module, folders)]
    return found


def _entries(repository: Repository, project: Project, settings: SettingsView, folders: Iterable[str]) -> Iterator[str]:
    folders = tuple(folders)
    if project.manage:
        yield project.manage
    # AppSignal's client stands in a file that only AppSignal itself looks for.
    names = [project.wsgi_module, project.asgi_module, "__appsignal__"]
    packages = dict.fromkeys(name.rpartition(".")[0] for name in (*names, project.settings_module) if name)
    for package in packages:
        names += [package, f"{package}.celery", f"{package}.celery_app", f"{package}.wsgi", f"{package}.asgi"]
    for app in _texts(settings.get("INSTALLED_APPS")):
        names += [app, f"{app}.apps", app.rpartition(".")[0]]
    names += [middleware.rpartition(".")[0] for middleware in _texts(settings.get("MIDDLEWARE"))]
    own = {name.removesuffix(".py") for folder in folders for name in repository.listing(folder)}
    for name in names:
        path = module_path(repository, name, folders) if name and name.partition(".")[0] in own else None
        if path is not None:
            yield path


def _texts(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, (list, tuple)) else []


def _read(repository: Repository, path: str, is_entry: bool) -> PythonModule | None:
    try:
        source = repository.read(path)
        if source is None or not (is_entry or _TRACKER.search(source.text)):
            return None
        return next(python_module.read(source), None)
    except Unreadable:
        return None


def _imports(repository: Repository, path: str, module: PythonModule, folders: Iterable[str]) -> Iterator[str]:
    """The paths of the project's modules that a module imports."""
    package = path.rpartition("/")[0]
    for name in sorted(module.imports):
        bare = name.lstrip(".")
        above = len(name) - len(bare) - 1
        if above < 0:
            found = module_path(repository, bare, folders)
        else:
            parts = package.split("/") if package else []
            found = (
                module_path(repository, bare, ["/".join(parts[: len(parts) - above])]) if above <= len(parts) else None
            )
        if found is not None:
            yield found
