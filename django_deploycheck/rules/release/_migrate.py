"""What the rules on migrations share."""

from __future__ import annotations

from django_deploycheck.model import Deployment

MIGRATES = ("migrate", "migrate_schemas", "syncdb")
"""Management commands that change the database's tables: Django's own, django-tenants', and the one before Django 1.7."""

_NO_DATABASE = ("", "django.db.backends.dummy")


def uses_a_database(deployment: Deployment) -> bool:
    """Whether the settings name a database."""
    databases = deployment.settings.get("DATABASES") or {}
    return any(
        isinstance(database, dict) and database.get("ENGINE", "") not in _NO_DATABASE for database in databases.values()
    )
