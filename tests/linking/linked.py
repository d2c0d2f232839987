"""What linking makes of a small repository: what the tests in this folder stand on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django_deploycheck.model import Deployment, Process
from tests.projects import inspect_files

GUNICORN = "web: gunicorn bookstore.wsgi\n"


def deployment_of(path: Path, files: Mapping[str, str | None], **options: Any) -> Deployment:
    """The deployment of a right site with these files added; options as for ``inspect_files``."""
    deployment = inspect_files(path, files, **options).report.deployment
    assert deployment is not None
    assert deployment.crashes == ()
    return deployment


def told(deployment: Deployment) -> list[str]:
    """``production web gunicorn start.sh:3`` for every process but those of image builds: environment, role, name, place."""
    return [
        f"{process.environment} {process.role} {process.name} {process.location}"
        for process in deployment.processes
        if process.role != "build"
    ]


def only(deployment: Deployment, name: str | None = None) -> Process:
    """The one process of this name, or the one that there is."""
    [process] = [process for process in deployment.processes if process.name == (name or process.name)]
    return process
