"""
What Django's own migration machinery says of the project: changes of models that no migration holds, conflicts, and, where
a database is asked for, migrations that it lacks.

The first two need no database: a loader without a connection and ``makemigrations``' own autodetector, as
https://docs.djangoproject.com/en/stable/ref/django-admin/#makemigrations describes it for ``--check``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django_deploycheck import unchanged
from django_deploycheck.model import BlindSpot, Location, MigrationConflict, ModelChanges, UnappliedMigrations
from django_deploycheck.project import loaded_file

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState

    from django_deploycheck.source import Repository

_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})


def comparison(
    repository: Repository,
) -> tuple[tuple[ModelChanges, ...], tuple[MigrationConflict, ...], tuple[BlindSpot, ...]]:
    """
    The changes of the project's own models that no migration holds, an entry an app; the apps with several last
    migrations, installed ones too, since ``migrate`` refuses to run with one; and what could not be loaded.

    No database is touched.
    """
    from django.db.migrations.loader import MigrationLoader
    from django.utils import translation

    unchanged.asked(_models, None)
    _note_packages()
    # As makemigrations does: migrations hold labels in the source's language, and checks run in LANGUAGE_CODE.
    with translation.override(None):
        try:
            loader = MigrationLoader(None, ignore_no_migrations=True)
        except Exception as error:  # noqa: BLE001 - the project's migrations are imported, as 'migrate' does
            unchanged.keep_nothing()  # Python tries again what could not be imported
            reason = f"the project's migrations cannot be loaded ({type(error).__name__}), so 'migrate' fails too"
            return (), (), (BlindSpot(reason, hides=frozenset()),)
        _note_packages()  # those that lie elsewhere are known now
        return *_compared(loader, repository), ()


def _models(_: None) -> object:
    """The models that are loaded, with their fields."""
    from django.apps import apps

    return [
        (model, [*model._meta.local_fields], [*model._meta.local_many_to_many])
        for model in apps.get_models(include_auto_created=True, include_swapped=True)
    ]


def _note_packages() -> None:
    """Note what lies in the packages of migrations. Python keeps what it has once imported from them."""
    import sys

    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    for config in apps.get_app_configs():
        unchanged.folder_of_others(config.path)
        name, _ = MigrationLoader.migrations_module(config.label)
        package = sys.modules.get(name) if name is not None else None
        for path in (os.path.join(config.path, "migrations"), *getattr(package, "__path__", ())):
            unchanged.folder_of_others(path)


def _compared(
    loader: MigrationLoader, repository: Repository
) -> tuple[tuple[ModelChanges, ...], tuple[MigrationConflict, ...]]:
    from django.apps import apps
    from django.db.migrations.questioner import MigrationQuestioner
    from django.db.migrations.state import ProjectState

    conflicting = loader.detect_conflicts()
    conflicts = tuple(
        MigrationConflict(label, tuple(sorted(leaves)), _models_of(apps.get_app_config(label), repository))
        for label, leaves in sorted(conflicting.items())
    )
    own = {
        config.label: config
        for config in apps.get_app_configs()
        if config.label not in conflicting and _path_in(repository, config.path) is not None
    }
    # Django leaves out apps without migrations unless they are named, as a first 'makemigrations books' does.
    first = {
        label for label in own if label in loader.unmigrated_apps and loader.migrations_module(label)[0] is not None
    }
    before, after = loader.project_state(), ProjectState.from_apps(apps)
    # Answers every question by itself; the one that does not ask on a terminal ends the process instead.
    questioner = MigrationQuestioner(specified_apps=first, dry_run=True)
    detect, changes_itself = _autodetector()
    autodetector: MigrationAutodetector = detect(before, after, questioner)
    found = autodetector.changes(graph=loader.graph, convert_apps=first or None)
    changes = []
    for label, migrations in sorted(found.items()):
        operations = [operation for migration in migrations for operation in migration.operations]
        if changes_itself:
            operations = [operation for operation in operations if _changes_table(operation, label, before)]
        if label in own and operations:
            changes.append(_model_changes(own[label], operations, before, label in first, repository))
    return tuple(changes), conflicts


def unapplied_migrations(aliases: Sequence[str]) -> tuple[UnappliedMigrations, ...]:
    """
    What ``migrate --plan`` would say of each database, an entry for each that lacks migrations or cannot be asked.

    Connects to the databases; closes no connection and writes nothing.
    """
    return tuple(found for alias in aliases if (found := _unapplied(alias)) is not None)


def _unapplied(alias: str) -> UnappliedMigrations | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError, connections
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError, ImproperlyConfigured, OSError) as error:
        # The exception's text may name the host and the user.
        return UnappliedMigrations(alias, error=type(error).__name__)
    names = tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)
    return UnappliedMigrations(alias, names, none_applied=not executor.loader.applied_migrations) if names else None


_MAKEMIGRATIONS = "django.core.management.commands.makemigrations"


def _autodetector() -> tuple[Any, bool]:
    """
    The autodetector that ``makemigrations`` uses, and whether the command does more than Django's.

    A project may bring its own of either, the autodetector since Django 5.2. What a command of its own leaves out is
    commonly what no database would notice: labels, help texts, choices.
    """
    import sys

    from django.core.management import get_commands, load_command_class
    from django.db.migrations.autodetector import MigrationAutodetector

    app = get_commands()["makemigrations"]
    if app == "django.core" and _MAKEMIGRATIONS not in sys.modules:
        # Nobody can have changed it, so it need not be imported: it costs a fifth of the whole comparison.
        return MigrationAutodetector, False
    from django.core.management.commands.makemigrations import Command

    command = load_command_class(app, "makemigrations")
    changes_itself = getattr(type(command), "handle", None) is not Command.handle
    return getattr(command, "autodetector", MigrationAutodetector), changes_itself


def _model_changes(
    config: AppConfig, operations: Sequence[Operation], before: ProjectState, first: bool, repository: Repository
) -> ModelChanges:
    return ModelChanges(
        app=config.label,
        changes=tuple(operation.describe() for operation in operations),
        location=next(_places(config, operations, repository), None) or _models_of(config, repository),
        first=first,
        of_tables=any(_changes_table(operation, config.label, before) for operation in operations),
    )


_PYTHON_ALONE = frozenset({"auto_now", "auto_now_add", "decoder", "default", "encoder", "storage", "upload_to"})
"""Arguments of fields that no column shows, beside Django's own ``Field.non_db_attrs``."""


def _changes_table(operation: Operation, label: str, before: ProjectState) -> bool:
    """Whether a database would notice: labels, help texts, choices, defaults and managers live in Python alone."""
    from django.db.migrations import operations

    if isinstance(operation, (operations.AlterModelOptions, operations.AlterModelManagers)):
        return False
    if isinstance(operation, operations.CreateModel):
        return bool(operation.options.get("managed", True)) and not operation.options.get("proxy", False)
    if isinstance(operation, operations.AddField):
        return not _has_own_table(operation.field)
    if isinstance(operation, operations.RemoveField):
        return not _has_own_table(before.models[label, operation.model_name_lower].fields[operation.name])
    if isinstance(operation, operations.AlterField):
        old = before.models[label, operation.model_name_lower].fields[operation.name]
        return _column(old) != _column(operation.field)
    return True


def _has_own_table(field: Any) -> bool:
    """Whether the field is many-to-many through a model, so that nothing of it stands in its own model's table."""
    return field.many_to_many and "through" in field.deconstruct()[3]


def _column(field: Any) -> tuple[Any, ...]:
    # As the schema editor compares fields: https://docs.djangoproject.com/en/stable/ref/models/fields/ (non_db_attrs)
    _, path, arguments, keywords = field.deconstruct()
    hidden = _PYTHON_ALONE.union(field.non_db_attrs)
    kept = {name: _plain(value) for name, value in keywords.items() if name not in hidden}
    return path, [_plain(value) for value in arguments], kept


def _plain(value: Any) -> Any:
    """The value; a field within a field as its column, since fields are equal to nothing but themselves."""
    from django.db.models import Field

    return _column(value) if isinstance(value, Field) else value


# --- where -------------------------------------------------------------------------------------------------------------


def _places(config: AppConfig, operations: Sequence[Operation], repository: Repository) -> Iterator[Location]:
    """Where the classes of the changed models stand, those that a definition was found for first."""
    yield from sorted(_model_places(config, operations, repository), key=lambda place: place.line is None)


def _model_places(config: AppConfig, operations: Sequence[Operation], repository: Repository) -> Iterator[Location]:
    for operation in operations:
        name = getattr(operation, "model_name", None) or getattr(operation, "name", None)
        model = config.models.get(name.lower()) if isinstance(name, str) else None
        if model is not None:
            place = _class_place(model, repository)
            if place is not None:
                yield place


def _class_place(model: type[Any], repository: Repository) -> Location | None:
    path = _path_in(repository, loaded_file(model.__module__))
    source = repository.read(path) if path is not None else None
    if source is None:
        return None
    definition = re.compile(rf"\s*class\s+{re.escape(model.__name__)}\b")
    return next(
        (source.location(number) for number, line in enumerate(source.lines, 1) if definition.match(line)),
        source.location(),
    )


def _models_of(config: AppConfig, repository: Repository) -> Location | None:
    """The module of an app's models, its folder where it has none; None where it lies outside the project."""
    path = _path_in(repository, getattr(config.models_module, "__file__", None)) or _path_in(repository, config.path)
    return Location(path) if path is not None else None


def _path_in(repository: Repository, path: str | None) -> str | None:
    """The path relative to the root; None outside it and for what an installer put there."""
    if path is None:
        return None
    relative = os.path.relpath(os.path.realpath(path), repository.root).replace(os.sep, "/")
    parts = relative.split("/")
    return None if parts[0] == ".." or _INSTALLED.intersection(parts) else relative
