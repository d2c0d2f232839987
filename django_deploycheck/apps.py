"""Registers the system checks; imports nothing else of this package, so that no other process pays for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.core.checks import Tags, register

if TYPE_CHECKING:
    # Django looks through every name of this module, in every process.
    from collections.abc import Sequence
    from typing import Any

    from django.core.checks import CheckMessage


class DeploycheckConfig(AppConfig):
    """Adds the tag ``deploy`` to ``manage.py check --deploy``."""

    name = "django_deploycheck"
    verbose_name = "Deployment checks"

    def ready(self) -> None:
        register(check_deployment, "deploy", deploy=True)
        # No second tag: Django 6.1 would hand it every database when the tag 'deploy' is asked for.
        register(check_migrations, Tags.database, deploy=True)


def check_deployment(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Read the project's deployment files and settings and return what is wrong with them."""
    from django_deploycheck.engine import check

    return check()


def check_migrations(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Compare the migrations with those of each database that ``--database`` names; without one, touch none."""
    if not databases:
        return []

    from django_deploycheck.engine import check_databases

    return check_databases(databases)
