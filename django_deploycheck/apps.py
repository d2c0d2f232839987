"""Registers the system check; imports nothing else of this package, so that no other process pays for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, register


class DeploycheckConfig(AppConfig):
    """Adds the tag ``deploy`` to ``manage.py check --deploy``."""

    name = "django_deploycheck"
    verbose_name = "Deployment checks"

    def ready(self) -> None:
        register(check_deployment, "deploy", deploy=True)


def check_deployment(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Read the project's deployment files and settings and return what is wrong with them."""
    from django_deploycheck.engine import check

    return check()
