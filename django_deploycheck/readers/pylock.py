"""pylock.toml, the lock file that every tool may write (PEP 751)."""

from __future__ import annotations

from django_deploycheck.readers._lock import packages as read

KIND = "pylock"
NAMES = ("pylock.toml", "pylock.*.toml")
NATURE = "project"

__all__ = ["KIND", "NAMES", "NATURE", "read"]
