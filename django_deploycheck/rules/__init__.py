"""
One module a rule, named as the rule, in a folder a family; adding a rule is adding a file.

A rule module defines

``__doc__``
    its documentation page: the first line says what it finds.
``ID``
    its number, for good.
``LEVEL``
    its usual level: ``"E"`` the site will not start or loses data, ``"W"`` broken or unsafe, ``"I"`` advice.
``VALUE``
    optional, True where the answer depends on the environment of the process that checks, not on files alone.
``check(deployment)``
    yields findings. It opens no file and parses nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django_deploycheck.model import Deployment, Finding, Level


@dataclass(frozen=True)
class Rule:
    """A rule as the engine sees it. ``page`` is its docstring, None under ``python -OO``."""

    number: int
    name: str
    level: Level
    family: str
    value: bool
    page: str | None
    check: Callable[[Deployment], Iterator[Finding]]

    @property
    def code(self) -> str:
        """The letter and number, ``W101``."""
        return f"{self.level}{self.number:03}"

    def id(self, level: Level | None = None) -> str:
        """The id of a finding at this level, ``deploycheck.W101``."""
        return f"deploycheck.{level or self.level}{self.number:03}"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that ``IGNORE`` and a comment may call this rule."""
        number = f"{self.number:03}"
        return (
            self.name,
            number,
            *(f"{prefix}{letter}{number}" for letter in "EWI" for prefix in ("", "deploycheck.")),
        )


@lru_cache(maxsize=1)
def load() -> tuple[Rule, ...]:
    """Every rule, by number."""
    return tuple(sorted(_rules(), key=lambda rule: rule.number))


def _rules() -> Iterator[Rule]:
    for family in pkgutil.iter_modules(__path__):
        package = importlib.import_module(f"{__name__}.{family.name}")
        for info in pkgutil.iter_modules(package.__path__):
            if info.name.startswith("_"):
                continue
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            yield Rule(
                number=module.ID,
                name=info.name.replace("_", "-"),
                level=cast(Level, module.LEVEL),
                family=family.name,
                value=getattr(module, "VALUE", False),
                page=module.__doc__,
                check=module.check,
            )
