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

import ast
import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import cast

from django_deploycheck.crashes import crash
from django_deploycheck.model import Crash, Deployment, Finding, Level
from django_deploycheck.records import dataclass


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


def load() -> tuple[Rule, ...]:
    """Every rule, by number."""
    return _loaded()[0]


def broken() -> tuple[Crash, ...]:
    """The rules whose module cannot be imported."""
    return _loaded()[1]


@lru_cache(maxsize=1)
def _loaded() -> tuple[tuple[Rule, ...], tuple[Crash, ...]]:
    rules: list[Rule] = []
    crashes: list[Crash] = []
    for family in pkgutil.iter_modules(__path__):
        folders = [os.path.join(path, family.name) for path in __path__]
        for info in pkgutil.iter_modules(folders):
            if info.name.startswith("_"):
                continue
            try:
                rules.append(_rule(family.name, info.name))
            except Exception as error:  # noqa: BLE001 - every other rule still has its say
                crashes.append(crash(f"rule '{_name(info.name)}'", error))
    return tuple(sorted(rules, key=lambda rule: rule.number)), tuple(crashes)


def page(rule: Rule) -> str:
    """The rule's documentation page, also under ``python -OO``, which keeps no docstrings; empty without its source."""
    text = rule.page
    if text is None:
        module = importlib.import_module(rule.check.__module__)
        get_source = getattr(getattr(module, "__loader__", None), "get_source", None)
        source = get_source(module.__name__) if get_source is not None else None
        text = ast.get_docstring(ast.parse(source)) if source else None
    return inspect.cleandoc(text or "")


def _rule(family: str, module_name: str) -> Rule:
    module = importlib.import_module(f"{__name__}.{family}.{module_name}")
    return Rule(
        number=module.ID,
        name=_name(module_name),
        level=cast(Level, module.LEVEL),
        family=family,
        value=getattr(module, "VALUE", False),
        page=module.__doc__,
        check=module.check,
    )


def _name(module_name: str) -> str:
    return module_name.replace("_", "-")
