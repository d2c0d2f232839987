"""The line that sets STORAGES, for hints."""

from __future__ import annotations

from django_deploycheck.model import Deployment

LOCAL_DEFAULT = "django.core.files.storage.FileSystemStorage"
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


def storages_line(deployment: Deployment, **backends: str) -> str:
    """STORAGES with these backends and what is configured now for the others; both are needed, or one is missing."""
    current = {"default": LOCAL_DEFAULT, "staticfiles": PLAIN_STATIC, **current_backends(deployment), **backends}
    return f"STORAGES = { ({name: {'BACKEND': backend} for name, backend in current.items()})!r}"


def current_backends(deployment: Deployment) -> dict[str, str]:
    """The dotted class of each storage in STORAGES, those left out that are not written as one."""
    storages = deployment.settings.get("STORAGES")
    found = storages.items() if isinstance(storages, dict) else ()
    return {
        str(name): backend["BACKEND"]
        for name, backend in found
        if isinstance(backend, dict) and isinstance(backend.get("BACKEND"), str)
    }
