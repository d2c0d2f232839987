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
    yields findings. It opens no file and parses nothing. What it asks of this process rather than of the deployment, it asks
    by ``unchanged.asked``: a heartbeat hears the same answer again until that changes.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from types import ModuleType
from typing import cast

from django_deploycheck.model import Crash, Deployment, Finding, Level
from django_deploycheck.records import dataclass, field
from django_deploycheck.rules._index import RULES
from django_deploycheck.source import entries_of


@dataclass(frozen=True)
class Rule:
    """A rule as the engine sees it. ``module`` is the dotted name of its module, which ``check`` imports."""

    number: int
    name: str
    level: Level
    family: str
    value: bool
    module: str
    check: Callable[[Deployment], Iterator[Finding]] = field(compare=False)

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
    """Every rule, by number. Each is imported when it is asked."""
    return _loaded()[0]


def broken() -> tuple[Crash, ...]:
    """The rules that the index does not know yet and that cannot be imported."""
    return _loaded()[1]


@lru_cache(maxsize=1)
def _loaded() -> tuple[tuple[Rule, ...], tuple[Crash, ...]]:
    rules = [_rule(number, *told) for number, told in RULES.items()]
    crashes: list[Crash] = []
    for family, name in _unlisted():
        try:
            module = _module(family, name)
            rules.append(_rule(module.ID, family, name, module.LEVEL, getattr(module, "VALUE", False)))
        except Exception as error:  # noqa: BLE001 - every other rule still has its say
            from django_deploycheck.crashes import crash

            crashes.append(crash(f"rule '{name}'", error))
    return tuple(sorted(rules, key=lambda rule: rule.number)), tuple(crashes)


def page(rule: Rule) -> str:
    """The rule's documentation page, also under ``python -OO``, which keeps no docstrings; empty without its source."""
    import ast
    import inspect

    module = importlib.import_module(rule.module)
    text = module.__doc__
    if text is None:
        get_source = getattr(getattr(module, "__loader__", None), "get_source", None)
        source = get_source(rule.module) if get_source is not None else None
        text = ast.get_docstring(ast.parse(source)) if source else None
    return inspect.cleandoc(text or "")


def _rule(number: int, family: str, name: str, level: str, value: bool) -> Rule:
    module = _dotted(family, name)
    return Rule(number, name, cast(Level, level), family, value, module, partial(_check, module))


def _check(module: str, deployment: Deployment) -> Iterator[Finding]:
    return cast("Iterator[Finding]", importlib.import_module(module).check(deployment))


def _unlisted() -> list[tuple[str, str]]:
    """The families and names of rules beside this file that the index lacks: those that somebody is writing."""
    known = {(family, name) for family, name, *_ in RULES.values()}
    found = {
        (family, name)
        for path in __path__
        for family, is_folder in entries_of(path)
        if is_folder
        for name in _names(os.path.join(path, family))
    }
    return sorted(found - known)


def _names(family: str) -> list[str]:
    # None within a zip, whose folders cannot be listed.
    entries = [entry for entry, _ in entries_of(family)]
    modules = [entry for entry in entries if entry.endswith(".py") and not entry.startswith("_")]
    return [entry[:-3].replace("_", "-") for entry in modules] if "__init__.py" in entries else []


def _module(family: str, name: str) -> ModuleType:
    return importlib.import_module(_dotted(family, name))


def _dotted(family: str, name: str) -> str:
    return f"{__name__}.{family}.{name.replace('-', '_')}"
