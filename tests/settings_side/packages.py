"""Which packages a test needs: where they are missing it is skipped, unless this environment promises them all."""

from __future__ import annotations

import importlib.util
import os

import pytest


def need(*modules: str) -> None:
    """Skip, and say why, unless these modules can be imported; in the environment ``settings`` of tox that is a failure."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if not missing:
        return
    reason = f"needs {', '.join(missing)}: run 'tox -e settings'"
    if os.environ.get("DEPLOYCHECK_SETTINGS_LIBRARIES"):
        pytest.fail(reason)
    pytest.skip(reason)
