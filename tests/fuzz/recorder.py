"""A plugin of pytest: writes every file that tests make up, path and text, into the file that RECORDED names."""

from __future__ import annotations

import json
import os
from typing import Any

from django_deploycheck.source import Source

VARIABLE = "RECORDED"

_found: dict[tuple[str, str], None] = {}
_initialize = Source.__init__


def _recorded(self: Source, *args: Any, **kwargs: Any) -> None:
    _initialize(self, *args, **kwargs)
    _found[self.path, self.text] = None


def pytest_configure() -> None:
    Source.__init__ = _recorded  # type: ignore[method-assign]


def pytest_unconfigure() -> None:
    with open(os.environ[VARIABLE], "w", encoding="utf-8") as stream:
        json.dump(list(_found), stream)
