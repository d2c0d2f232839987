from __future__ import annotations

from datetime import date

import pytest

from django_deploycheck.rules.host._support import (
    Product,
    Series,
    admitted,
    dotted,
    month,
    recommended_django,
    recommended_python,
    supports,
)


@pytest.mark.parametrize(
    ("product", "specifier"),
    [
        pytest.param("Django", "", id="nothing"),
        pytest.param("Django", "*", id="a star"),
        pytest.param("Django", ">=4.2", id="a lower bound"),
        pytest.param("Django", ">4.2", id="above"),
        pytest.param("Django", "!=4.2.3", id="all but one"),
        pytest.param("Django", "!=4.*", id="all but a major version"),
        pytest.param("Django", "<9999.1", id="a bound above everything"),
        pytest.param("Django", "~=6.0", id="releases of this major version are to come"),
        pytest.param("Django", "==99.1", id="a series that is not known"),
        pytest.param("Django", ">4.2,<4.1", id="nothing between"),
        pytest.param("Django", ">4.*", id="no order with a wildcard"),
        pytest.param("Django", "@ git+https://h.example/django.git@4.2", id="a URL"),
        pytest.param("Django", "==4.2 whatever", id="something else behind it"),
        pytest.param("Django", "==4.2 || >=5", id="one alternative without an end"),
        pytest.param("Django", "==4.2," * 100, id="too long"),
        pytest.param("Python", ">=3.8,<4", id="all Pythons of a major version"),
        pytest.param("Python", "^3.8", id="Poetry's usual range"),
    ],
)
def test_specifier_without_a_version(product: Product, specifier: str) -> None:
    assert admitted(product, specifier) is None


@pytest.mark.parametrize(
    ("product", "specifier", "series"),
    [
        pytest.param("Django", "==4.2.1", [(4, 2)], id="exact"),
        pytest.param("Django", "===4.2.1", [(4, 2)], id="arbitrary equality"),
        pytest.param("Django", "4.2.1", [(4, 2)], id="no operator"),
        pytest.param("Django", "=4.2.1", [(4, 2)], id="one equals sign"),
        pytest.param("Django", "==4", [(4, 0)], id="a major version alone is its .0"),
        pytest.param("Django", "==4.2rc1", [(4, 2)], id="a release candidate"),
        pytest.param("Django", "==4.*", [(4, 0), (4, 1), (4, 2)], id="wildcard of a major version"),
        pytest.param("Django", "==4.2.*", [(4, 2)], id="wildcard of a series"),
        pytest.param("Django", "~=4.1", [(4, 1), (4, 2)], id="compatible, two parts"),
        pytest.param("Django", "~=4.1.3", [(4, 1)], id="compatible, three parts"),
        pytest.param("Django", "^4.1.3", [(4, 1), (4, 2)], id="caret"),
        pytest.param("Django", "~4.1", [(4, 1)], id="tilde, two parts"),
        pytest.param("Django", "~4", [(4, 0), (4, 1), (4, 2)], id="tilde, one part"),
        pytest.param("Django", ">=4.1,<5.1", [(4, 1), (4, 2), (5, 0)], id="a range"),
        pytest.param("Django", ">=4.1 <5", [(4, 1), (4, 2)], id="a range with a space"),
        pytest.param("Django", ">=4.1,<4.2.5", [(4, 1), (4, 2)], id="up to a bug fix"),
        pytest.param("Django", ">=4.1,<=4.2", [(4, 1), (4, 2)], id="up to and including"),
        pytest.param("Django", ">4.2,<4.3", [(4, 2)], id="bug fixes above a series' first"),
        pytest.param("Django", "~=4.1,!=4.1.*", [(4, 2)], id="without a series"),
        pytest.param("Django", "~=4.1,!=4.2.1", [(4, 1), (4, 2)], id="without a bug fix"),
        pytest.param("Django", "~3.2 || ~4.2", [(3, 2), (4, 2)], id="alternatives"),
        pytest.param("Python", ">=3.8,<3.10", [(3, 8), (3, 9)], id="numbers, not texts, are compared"),
    ],
)
def test_what_a_specifier_admits(product: Product, specifier: str, series: list[Series]) -> None:
    assert admitted(product, specifier) == frozenset(series)


@pytest.mark.parametrize(
    ("django", "python", "answer"),
    [
        ((3, 2), (3, 10), True),
        ((3, 2), (3, 11), False),
        ((6, 0), (3, 11), False),
        ((5, 2), (3, 14), True),
        ((5, 2), (3, 15), None),
        ((5, 1), (3, 15), False),
        ((7, 0), (3, 12), None),
    ],
)
def test_whether_a_django_supports_a_python(django: Series, python: Series, answer: bool | None) -> None:
    assert supports(django, python) is answer


def test_long_term_support_is_recommended_first() -> None:
    assert recommended_django(date(2026, 11, 1)) == (5, 2)
    assert recommended_django(date(2028, 5, 1)) is None


def test_the_newest_fitting_python_is_recommended() -> None:
    assert recommended_python((5, 1), date(2026, 11, 1)) == (3, 13)
    assert recommended_python((3, 2), date(2026, 11, 1)) == (3, 14)
    assert recommended_python(None, date(2026, 11, 1)) == (3, 14)
    assert recommended_python(None, date(2040, 1, 1)) is None


def test_words() -> None:
    assert month(date(2026, 4, 30)) == "April 2026"
    assert dotted((3, 10)) == "3.10"
