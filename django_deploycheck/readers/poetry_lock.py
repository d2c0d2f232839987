"""Poetry's poetry.lock."""

from __future__ import annotations

from django_deploycheck.readers._lock import packages as read

KIND = "poetry-lock"
NAMES = ("poetry.lock",)
NATURE = "project"

__all__ = ["KIND", "NAMES", "NATURE", "read"]
