"""What Python would find to import, looked up and not imported."""

from __future__ import annotations

from django_deploycheck.unchanged import asked


def is_importable(package: str) -> bool:
    """Whether there is a top-level package or module of this name."""
    return asked(_is_importable, package)


def _is_importable(package: str) -> bool:
    import importlib.util

    try:
        return importlib.util.find_spec(package) is not None
    except (
        ImportError,
        ValueError,
    ):  # no name of a module, or one that something has put there without saying from where
        return False
