"""PDM's pdm.lock."""

from __future__ import annotations

from django_deploycheck.readers._lock import packages as read

KIND = "pdm-lock"
NAMES = ("pdm.lock",)
NATURE = "project"

__all__ = ["KIND", "NAMES", "NATURE", "read"]
