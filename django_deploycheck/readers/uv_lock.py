"""uv's uv.lock."""

from __future__ import annotations

from django_deploycheck.readers._lock import packages as read

KIND = "uv-lock"
NAMES = ("uv.lock",)
NATURE = "project"

__all__ = ["KIND", "NAMES", "NATURE", "read"]
