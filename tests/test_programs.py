from __future__ import annotations

import pytest

from django_deploycheck.programs import MAX_TEXT, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("gunicorn  a", "gunicorn  a", id="as it is"),
        pytest.param("gunicorn \\\n  --reload \\\n\ta", "gunicorn --reload a", id="continued lines"),
        pytest.param("sh -c 'a\n  b'", "sh -c 'a b'", id="lines within quotes"),
        pytest.param("gunicorn --password=abc123", "gunicorn --password=***", id="a secret"),
        pytest.param("a " * MAX_TEXT, "a " * (MAX_TEXT // 2 - 1) + "a …", id="too long"),
        pytest.param("a" * MAX_TEXT + "b", " …", id="one long word"),
        pytest.param("a" * MAX_TEXT, "a" * MAX_TEXT, id="just not too long"),
    ],
)
def test_texts_for_display(text, expected):
    assert shown(text) == expected


def test_a_secret_is_not_cut_in_two():
    text = "a " * (MAX_TEXT // 2 - 10) + "postgres://app:abcdefghij0123456789@database/shop"
    assert "abcdefghij" not in shown(text)
