"""What the conditions of a script say: whether they hold, and for which environment each branch is."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

from django_deploycheck import shell
from django_deploycheck.model import Environment


@dataclass(frozen=True)
class Judgement:
    """What a condition says: whether it holds, and for which environment each branch is."""

    truth: bool | None = None
    when_true: Environment = "unknown"
    when_false: Environment = "unknown"
    branch: str | None = None
    """The argument that would choose it."""

    def negated(self) -> Judgement:
        return Judgement(None if self.truth is None else not self.truth, self.when_false, self.when_true, None)

    def both(self, other: Judgement) -> Judgement:
        truth = False if False in (self.truth, other.truth) else None if None in (self.truth, other.truth) else True
        when_true = self.when_true if self.when_true != "unknown" else other.when_true
        return Judgement(truth, when_true, "unknown", self.branch or other.branch)

    def either(self, other: Judgement) -> Judgement:
        truth = True if True in (self.truth, other.truth) else None if None in (self.truth, other.truth) else False
        when_true = self.when_true if self.when_true == other.when_true else "unknown"
        when_false = self.when_false if self.when_false != "unknown" else other.when_false
        return Judgement(truth, when_true, when_false, self.branch or other.branch)


def names_in(word: shell.Word) -> set[str]:
    return {part.name for part in word.parts if isinstance(part, shell.Variable)}


def compare(first: str, operator: str, second: str, *, wild: bool) -> bool | None:
    if operator in ("=", "=="):
        return fnmatch.fnmatchcase(first, second) if wild and any(mark in second for mark in "*?[") else first == second
    if operator == "=~":
        return first == second.strip("^$") or None
    if operator in (">", ">=", "<", "<=") and first.lstrip("-").isdigit() and second.lstrip("-").isdigit():
        left, right = int(first), int(second)
        return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[operator]
    return None


_DEVELOPMENT_WORD = re.compile(
    r"^(?:.*[_\-./])?(?:dev|devel|develop|development|local|localhost|test|tests|testing|debug|debugger|ci|e2e|pytest|runserver|devserver|shell|bash|docs)(?:[_\-./].*)?$",
    re.IGNORECASE,
)
_PRODUCTION_WORD = re.compile(r"^(?:.*[_\-./])?(?:prod|production|live)(?:[_\-./].*)?$", re.IGNORECASE)
_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_FALSE = frozenset({"0", "false", "no", "off", "n", "f", ""})


def environment_of_word(word: str) -> Environment:
    if _DEVELOPMENT_WORD.match(word):
        return "development"
    return "production" if _PRODUCTION_WORD.match(word) else "unknown"


_DEVELOPMENT_NAME = re.compile(
    r"(?:^|_)(?:DEBUG|DEV|DEVEL|DEVELOPMENT|LOCAL|TEST|TESTING|TESTS|RELOAD|AUTORELOAD|HOT_RELOAD|CI|DEBUGGER)(?:_|$)",
    re.IGNORECASE,
)
_PRODUCTION_NAME = re.compile(r"(?:^|_)(?:PROD|PRODUCTION|LIVE)(?:_|$)", re.IGNORECASE)


def environment_of_name(name: str) -> Environment:
    if _PRODUCTION_NAME.search(name):
        return "production"
    return "development" if _DEVELOPMENT_NAME.search(name) else "unknown"


def environment_of_comparison(names: set[str], literal: str) -> Environment:
    """For which environment the branch is that is taken when a variable of these names equals the literal."""
    value = literal.strip("^$").lower()
    if value in _TRUE or value in _FALSE:
        for name in sorted(names):
            environment = environment_of_name(name)
            if environment != "unknown":
                return environment if value in _TRUE else opposite(environment)
        return "unknown"
    if names <= {"#", "?"}:
        return "unknown"
    return environment_of_word(literal)


def opposite(environment: Environment) -> Environment:
    return {"production": "development", "development": "production"}.get(environment, "unknown")  # type: ignore[return-value]
