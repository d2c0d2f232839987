from __future__ import annotations

import pytest

from django_deploycheck.model import IgnorePattern, Location
from django_deploycheck.readers.dockerignore import read
from django_deploycheck.source import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty file"),
        pytest.param("\n \t \n# .env\n#.env\n", [], id="blank lines and comments"),
        pytest.param("!\n! \n", [], id="nothing behind the exclamation mark"),
        pytest.param("\ufeff# .env\n", [], id="comment behind a byte order mark"),
        pytest.param(".env\nmedia/\n", [(".env", False, 1), ("media/", False, 2)], id="patterns"),
        pytest.param("*\n!.env\n", [("*", False, 1), ("!.env", True, 2)], id="negated"),
        pytest.param("! .env\n", [("! .env", True, 1)], id="negated with a space"),
        pytest.param(" # a\n", [("# a", False, 1)], id="a comment starts in the first column"),
        pytest.param(".env # secrets\n", [(".env # secrets", False, 1)], id="no comment behind a pattern"),
        pytest.param(" \t a b \t \n", [("a b", False, 1)], id="white space around"),
        pytest.param("a\r\n\r\nb\r\n", [("a", False, 1), ("b", False, 3)], id="Windows line ends"),
        pytest.param("\ufeffa", [("a", False, 1)], id="byte order mark and no line end"),
    ],
)
def test_patterns(text, expected):
    facts = list(read(Source("web/Dockerfile.dockerignore", text)))

    assert facts == [
        IgnorePattern(pattern, negated, Location("web/Dockerfile.dockerignore", line))
        for pattern, negated, line in expected
    ]


def test_a_secret_pasted_by_mistake_is_masked():
    [fact] = read(Source(".dockerignore", "DATABASE_PASSWORD=correct-horse-battery\n"))

    assert fact == IgnorePattern("DATABASE_PASSWORD=***", False, Location(".dockerignore", 1))
