"""
Every folder below ``tests/projects/correct`` is a small site that is deployed as its platform wants it, with the files that
the platform reads. No rule has anything to say about them. The text file beside a folder lists what production runs.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.conf import UserSettingsHolder, global_settings

from django_deploycheck.discovery import Root
from django_deploycheck.engine import Report, inspect

CORRECT = Path(__file__).parent / "projects" / "correct"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What platforms give to every process."""
    monkeypatch.setenv("SECRET_KEY", "test-only-" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ")
    monkeypatch.setenv("DATABASE_URL", "postgres://database.internal/site")
    monkeypatch.delenv("DEBUG", raising=False)


def report_of(name: str, path: Path) -> Report:
    """The report on a copy of the site, with the settings that its manage.py names."""
    shutil.copytree(CORRECT / name, path, dirs_exist_ok=True)
    (path / ".git").mkdir()
    (path / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    manage = next(iter(sorted(path.glob("**/manage.py"))))
    module = re.search(r'"DJANGO_SETTINGS_MODULE", "([\w.]+)"', manage.read_text(encoding="utf-8"))
    assert module is not None
    file = manage.parent.joinpath(*module[1].split(".")).with_suffix(".py")
    namespace = {"__file__": str(file), "__name__": module[1]}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), namespace)  # noqa: S102 - a file of ours
    settings = UserSettingsHolder(global_settings)
    for key, value in namespace.items():
        if key.isupper():
            setattr(settings, key, value)
    project = manage.parent.relative_to(path).as_posix()
    return inspect(settings, root=Root(str(path.resolve()), "" if project == "." else project, True), module=module[1])


@pytest.mark.parametrize("name", sorted(folder.name for folder in CORRECT.iterdir() if folder.is_dir()))
def test_a_right_site_is_silent_about_everything(tmp_path: Path, name: str) -> None:
    report = report_of(name, tmp_path)

    assert [f"{result.rule.name} {result.finding.location}" for result in report.results] == []
    assert report.deployment is not None
    assert not report.deployment.crashes
    assert not report.deployment.all_blind_spots


@pytest.mark.parametrize("name", sorted(file.stem for file in CORRECT.glob("*.txt")))
def test_what_production_runs(tmp_path: Path, name: str) -> None:
    deployment = report_of(name, tmp_path).deployment
    assert deployment is not None

    lines = [
        f"{process.role} {process.name} {process.location} {process.platform or '-'}"
        for process in deployment.production
    ]

    assert lines == (CORRECT / f"{name}.txt").read_text(encoding="utf-8").splitlines()
