"""
Every folder below ``tests/projects/silent`` is a small repository of a shape that invites a false alarm: what its ``README.md``
says of it is the fact behind. Its files are added to a right site, ``settings.py`` to the end of the settings. No rule has
anything to say about them but what an ``expected.txt`` lists.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import Inspected, inspect_files

SILENT = Path(__file__).parent / "projects" / "silent"
NAMES = sorted(folder.name for folder in SILENT.iterdir())
# They describe the repository, and are no part of it.
DESCRIPTIONS = frozenset({"README.md", "expected.txt", "settings.py"})

# The right site is told so whatever it holds: its errors are heard of by mail alone.
ALWAYS = "I505"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def inspected(name: str, path: Path) -> Inspected:
    folder = SILENT / name
    files = {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.relative_to(folder).as_posix() not in DESCRIPTIONS
    }
    settings = folder / "settings.py"
    return inspect_files(path, files, settings=settings.read_text(encoding="utf-8") if settings.is_file() else "")


@pytest.mark.parametrize("name", NAMES)
def test_no_false_alarm(tmp_path: Path, name: str) -> None:
    found = inspected(name, tmp_path)
    expected = SILENT / name / "expected.txt"

    assert [told for told in found.ids() if not told.startswith(ALWAYS)] == (
        expected.read_text(encoding="utf-8").splitlines() if expected.is_file() else []
    )


@pytest.mark.parametrize("name", NAMES)
def test_silence_is_not_blindness(tmp_path: Path, name: str) -> None:
    """Nothing crashes, and the server that production starts is found."""
    deployment = inspected(name, tmp_path).report.deployment

    assert deployment is not None
    assert not deployment.crashes
    assert any(process.server is not None for process in deployment.web)


@pytest.mark.parametrize("name", NAMES)
def test_the_fact_is_stated_in_a_sentence(name: str) -> None:
    fact = (SILENT / name / "README.md").read_text(encoding="utf-8")

    assert fact.endswith(".\n")
    assert fact.count("\n") == 1
