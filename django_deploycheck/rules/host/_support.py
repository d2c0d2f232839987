"""
How long versions of Django and Python get security fixes, and which of them go together.

The sources are https://www.djangoproject.com/download/#supported-versions, https://devguide.python.org/versions/ and
https://docs.djangoproject.com/en/stable/faq/install/; Django 4.0 to 6.0 were compared with https://endoflife.date/django.
A month counts until its last day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass

Series = tuple[int, int]
"""A feature release and its bug fixes: ``(4, 2)`` for 4.2 to 4.2.30."""

Product = Literal["Django", "Python"]

MAX_SPECIFIER = 200
"""The longest specifier, in characters, that is understood."""

_END_OF_SUPPORT: Mapping[Product, Mapping[Series, date]] = {
    "Django": {
        (1, 3): date(2013, 2, 28),
        (1, 4): date(2015, 10, 31),
        (1, 5): date(2014, 9, 30),
        (1, 6): date(2015, 4, 30),
        (1, 7): date(2015, 12, 31),
        (1, 8): date(2018, 4, 30),
        (1, 9): date(2017, 4, 30),
        (1, 10): date(2017, 12, 31),
        (1, 11): date(2020, 4, 30),
        (2, 0): date(2019, 4, 30),
        (2, 1): date(2019, 12, 31),
        (2, 2): date(2022, 4, 30),
        (3, 0): date(2021, 4, 30),
        (3, 1): date(2021, 12, 31),
        (3, 2): date(2024, 4, 30),
        (4, 0): date(2023, 4, 30),
        (4, 1): date(2023, 12, 31),
        (4, 2): date(2026, 4, 30),
        (5, 0): date(2025, 4, 30),
        (5, 1): date(2025, 12, 31),
        (5, 2): date(2028, 4, 30),
        (6, 0): date(2027, 4, 30),
        (6, 1): date(2027, 12, 31),
    },
    "Python": {
        (2, 6): date(2013, 10, 29),
        (2, 7): date(2020, 1, 1),
        (3, 0): date(2009, 6, 27),
        (3, 1): date(2012, 4, 9),
        (3, 2): date(2016, 2, 20),
        (3, 3): date(2017, 9, 29),
        (3, 4): date(2019, 3, 18),
        (3, 5): date(2020, 9, 30),
        (3, 6): date(2021, 12, 23),
        (3, 7): date(2023, 6, 27),
        (3, 8): date(2024, 10, 7),
        (3, 9): date(2025, 10, 31),
        (3, 10): date(2026, 10, 31),
        (3, 11): date(2027, 10, 31),
        (3, 12): date(2028, 10, 31),
        (3, 13): date(2029, 10, 31),
        (3, 14): date(2030, 10, 31),
    },
}
# The oldest and the newest Python that any bug fix of the series supports.
_PYTHONS_OF_DJANGO: Mapping[Series, tuple[Series, Series]] = {
    (1, 8): ((2, 7), (3, 5)),
    (1, 9): ((2, 7), (3, 5)),
    (1, 10): ((2, 7), (3, 5)),
    (1, 11): ((2, 7), (3, 7)),
    (2, 0): ((3, 4), (3, 7)),
    (2, 1): ((3, 5), (3, 7)),
    (2, 2): ((3, 5), (3, 9)),
    (3, 0): ((3, 6), (3, 9)),
    (3, 1): ((3, 6), (3, 9)),
    (3, 2): ((3, 6), (3, 10)),
    (4, 0): ((3, 8), (3, 10)),
    (4, 1): ((3, 8), (3, 11)),
    (4, 2): ((3, 8), (3, 12)),
    (5, 0): ((3, 10), (3, 12)),
    (5, 1): ((3, 10), (3, 13)),
    (5, 2): ((3, 10), (3, 14)),
    (6, 0): ((3, 12), (3, 14)),
    (6, 1): ((3, 12), (3, 14)),
}
_LONG_TERM = 2
"""Django's releases x.2 get fixes for three years: https://docs.djangoproject.com/en/dev/internals/release-process/."""


def end_of_support(product: Product, series: Series) -> date | None:
    """The last day with security fixes; None for a series that is not known."""
    return _END_OF_SUPPORT[product].get(series)


def has_ended(product: Product, series: Series, today: date) -> bool:
    """Whether the series is known and gets no fixes any more."""
    end = end_of_support(product, series)
    return end is not None and end < today


def recommended_django(today: date) -> Series | None:
    """The newest release with long-term support, else the newest one; None where every known one has ended."""
    supported = [series for series in _END_OF_SUPPORT["Django"] if not has_ended("Django", series, today)]
    return max(supported, key=lambda series: (series[1] == _LONG_TERM, series), default=None)


def recommended_python(django: Series | None, today: date) -> Series | None:
    """The newest supported Python, of those that this Django supports where any of them is; None for none."""
    supported = [series for series in _END_OF_SUPPORT["Python"] if not has_ended("Python", series, today)]
    fitting = [series for series in supported if django is not None and supports(django, series) is True]
    return max(fitting or supported, default=None)


def pythons_of(django: Series) -> tuple[Series, Series] | None:
    """The oldest and the newest Python that a Django series supports; None where that is not known."""
    return _PYTHONS_OF_DJANGO.get(django)


def supports(django: Series, python: Series) -> bool | None:
    """
    Whether a Django series supports a Python; None where that is not known.

    What came out after this table was written may be supported by a series that still gets new releases.
    """
    bounds = pythons_of(django)
    if bounds is None or (python > max(_END_OF_SUPPORT["Python"]) and bounds[1] == max(_END_OF_SUPPORT["Python"])):
        return None
    return bounds[0] <= python <= bounds[1]


# --- specifiers -----------------------------------------------------------------------------------------------------------

_CLAUSE = regex(
    r"[\s,]*(?P<operator>===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*v?(?P<version>\d{1,4}(?:\.\d{1,6}){0,5})(?P<rest>(?:\.\*|[-.]?[a-z]+\.?\d*)?)"
    r"(?=[\s,]|$|[<>=!~^])",
    re.IGNORECASE,
)
_BEYOND: Series = (9999, 0)
"""Stands for the releases to come in a later major version."""


@dataclass(frozen=True)
class _Clause:
    operator: str
    version: tuple[int, ...]
    wildcard: bool


def admitted(product: Product, specifier: str) -> frozenset[Series] | None:
    """
    The known series of which a specifier admits a version, by PEP 440, Poetry's ``^`` and ``~``, and ``||``.

    None for one that says no version: it is empty, has no upper bound, names an unknown series or a URL.
    """
    if len(specifier) > MAX_SPECIFIER:
        return None
    found: set[Series] = set()
    last = max(_END_OF_SUPPORT[product])
    to_come = (_BEYOND, (last[0], last[1] + 1))
    for alternative in _alternatives(specifier):
        clauses = _clauses(alternative)
        if not clauses or any(all(_admits(clause, series) for clause in clauses) for series in to_come):
            return None
        found.update(
            series for series in _END_OF_SUPPORT[product] if all(_admits(clause, series) for clause in clauses)
        )
    return frozenset(found) or None


def rules_out(specifier: str, series: Series) -> bool:
    """Whether a specifier that is understood admits no version of the series."""
    if len(specifier) > MAX_SPECIFIER:
        return False
    alternatives = [_clauses(alternative) for alternative in _alternatives(specifier)]
    return all(clauses and not all(_admits(clause, series) for clause in clauses) for clauses in alternatives)


def _alternatives(specifier: str) -> list[str]:
    return specifier.replace("||", "|").split("|")


def _clauses(text: str) -> list[_Clause]:
    """The clauses of one alternative, none where any of it is something else."""
    clauses = []
    position = 0
    text = text.strip().rstrip(", \t")
    while position < len(text):
        match = _CLAUSE.match(text, position)
        if match is None:
            return []
        version = tuple(int(part) for part in match["version"].split("."))
        clauses.append(_Clause(match["operator"] or "==", version, match["rest"] == ".*"))
        position = match.end()
    return clauses


def _admits(clause: _Clause, series: Series) -> bool:
    """Whether the clause admits a version of the series."""
    version, operator = clause.version, clause.operator
    own = (*version, 0)[:2]
    first = (*series, 0)
    padded = (*version, 0, 0)[:3]
    if operator in ("==", "===", "="):
        return series[0] == version[0] if clause.wildcard and len(version) == 1 else series == own
    if operator == "<":
        return first < padded
    if operator == "<=":
        return first <= padded
    if operator == "!=":
        return not (clause.wildcard and len(version) <= 2 and series[: len(version)] == version)
    if series < own:
        return False
    if operator in (">=", ">"):
        return not (operator == ">" and clause.wildcard)
    # "~=4.2" and "^4.1" stay below 5, "~=4.2.1" and "~4.1" below the next series.
    same_major = operator == "^" or len(version) < (3 if operator == "~=" else 2)
    return series[0] == version[0] if same_major else series == own


# --- words ----------------------------------------------------------------------------------------------------------------

_MONTHS = "January February March April May June July August September October November December".split()


def month(day: date) -> str:
    """``April 2026``, whatever the locale."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def dotted(series: Series) -> str:
    """``4.2``."""
    return f"{series[0]}.{series[1]}"
