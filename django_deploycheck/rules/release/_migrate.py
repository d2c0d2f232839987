"""What the rules on migrations share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import groupby

from django_deploycheck.ignoring import ignored_by, ignored_in_tree
from django_deploycheck.model import App, Deployment, IgnorePattern

MIGRATES = ("migrate", "migrate_schemas", "syncdb")
"""Management commands that change the database's tables: Django's own, django-tenants', and the one before Django 1.7."""

_NO_DATABASE = ("", "django.db.backends.dummy")


def uses_a_database(deployment: Deployment) -> bool:
    """Whether the settings name a database."""
    databases = deployment.settings.get("DATABASES") or {}
    return any(
        isinstance(database, dict) and database.get("ENGINE", "") not in _NO_DATABASE for database in databases.values()
    )


def apps_with_migrations(deployment: Deployment) -> list[App]:
    """The project's apps that define models and keep their migrations where Django looks for them."""
    elsewhere = deployment.settings.get("MIGRATION_MODULES") or {}
    return [app for app in deployment.apps if app.defines_models and app.label not in elsewhere]


def ignored_migrations(deployment: Deployment) -> Iterator[tuple[App, IgnorePattern]]:
    """The apps whose migrations a .gitignore or the .dockerignore of a production image excludes, and the pattern that does."""
    if not deployment.complete:
        return
    apps = apps_with_migrations(deployment)
    files = {path: tuple(group) for path, group in groupby(deployment.ignore_patterns, lambda item: item.location.path)}
    tree = {posixpath.dirname(path): patterns for path, patterns in files.items() if is_gitignore(path)}
    for app in apps:
        # What git tracks all the same is committed, whatever a pattern says.
        found = None if app.committed else ignored_in_tree(_first_migration(app), tree)
        if found is not None and ignored_in_tree(app.models.path, tree) is None:
            yield app, found
    for image in deployment.images:
        patterns = files.get(posixpath.join(image.context, ".dockerignore"), ())
        for app in apps if image.environment == "production" else ():
            found = ignored_by(_first_migration(app), patterns, folder=image.context, docker=True)
            # An app that stays out of the image as a whole is no part of what is deployed.
            if found is not None and ignored_by(app.models.path, patterns, folder=image.context, docker=True) is None:
                yield app, found


def is_gitignore(path: str) -> bool:
    return posixpath.basename(path) == ".gitignore"


def _first_migration(app: App) -> str:
    return posixpath.join(app.path, "migrations", "0001_initial.py")
