from __future__ import annotations

import pytest

from django_deploycheck.model import IgnorePattern, Location
from django_deploycheck.readers.gitignore import read
from django_deploycheck.source import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty file"),
        pytest.param("\n  \n# .env\n#.env\n", [], id="blank lines and comments"),
        pytest.param("!\n!!\n", [], id="nothing behind the exclamation mark"),
        pytest.param("\ufeff# .env\n", [], id="comment behind a byte order mark"),
        pytest.param(".env\nmedia/\n", [(".env", False, 1), ("media/", False, 2)], id="patterns"),
        pytest.param("*\n!.env\n", [("*", False, 1), ("!.env", True, 2)], id="negated"),
        pytest.param("\\#a\n\\!b\n", [("\\#a", False, 1), ("\\!b", False, 2)], id="escaped marks"),
        pytest.param(" # a\n", [(" # a", False, 1)], id="a comment starts in the first column"),
        pytest.param(".env # secrets\n", [(".env # secrets", False, 1)], id="no comment behind a pattern"),
        pytest.param("a b  \n", [("a b", False, 1)], id="spaces at the end"),
        pytest.param("a\\  \n", [("a\\ ", False, 1)], id="escaped space at the end"),
        pytest.param("a\\\\  \n", [("a\\\\", False, 1)], id="escaped backslash before spaces"),
        pytest.param("a\\\n", [("a\\", False, 1)], id="backslash at the end"),
        pytest.param("a\t\n", [("a\t", False, 1)], id="tab at the end"),
        pytest.param("a\r\n\r\nb\r\n", [("a", False, 1), ("b", False, 3)], id="Windows line ends"),
        pytest.param("\ufeffa", [("a", False, 1)], id="byte order mark and no line end"),
    ],
)
def test_patterns(text, expected):
    facts = list(read(Source("app/.gitignore", text)))

    assert facts == [
        IgnorePattern(pattern, negated, Location("app/.gitignore", line)) for pattern, negated, line in expected
    ]


def test_a_secret_pasted_by_mistake_is_masked():
    [fact] = read(Source(".gitignore", "DATABASE_PASSWORD=correct-horse-battery\n"))

    assert fact == IgnorePattern("DATABASE_PASSWORD=***", False, Location(".gitignore", 1))
