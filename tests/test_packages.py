"""Whether a package can be imported, without importing it."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from django_deploycheck.packages import is_importable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("nobody_has_this", False, id="nothing"),
        pytest.param("", False, id="no name"),
        pytest.param(".django", False, id="a relative name"),
        pytest.param("django", True, id="a package"),
        pytest.param("this", True, id="a module that is not loaded"),
    ],
)
def test_is_importable(name: str, expected: bool) -> None:
    assert is_importable(name) is expected
    assert "this" not in sys.modules


def test_a_module_that_says_nothing_of_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "conjured", types.ModuleType("conjured"))

    assert not is_importable("conjured")


def test_a_folder_without_code_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python takes it for a part of a namespace."""
    (tmp_path / "spacious").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    assert is_importable("spacious")
