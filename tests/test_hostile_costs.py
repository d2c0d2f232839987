"""
A hostile file costs little, and so do thousands of them together.

``python -m tests.benchmarks.hostile`` measures what the largest file of every shape costs, to the millisecond; here each
only has to cost nothing like what it would without bounds, on a machine that may be busy with other things.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck import bounds
from django_deploycheck.discovery import Root
from django_deploycheck.engine import inspect
from django_deploycheck.model import Deployment
from tests.benchmarks.hostile import FORMATS, SITE, cost, limit, right_site, write

MILLISECONDS = 1_500
"""Far more than any file takes, far less than most took before they were bounded."""

SECONDS = 30
"""The same for all of a repository."""


@pytest.mark.parametrize("path", [pytest.param(path, id=path) for path in FORMATS if not path.startswith(".git/")])
def test_a_large_file_of_one_statement(path: str) -> None:
    """One file of each format, with another of its statements for each; nothing in it makes us crash."""
    _, statements = FORMATS[path]
    text = statements[len(path) % len(statements)].text(min(limit(path), 8 * bounds.KIB))

    found = cost({path: text})

    assert found.milliseconds < MILLISECONDS
    assert not any("raised" in reason for reason in found.said)


def inspected(folder: Path, files: Mapping[str, str]) -> Deployment:
    """What is found in the right site with these files beside the others; it takes a bounded time."""
    settings = right_site(folder)
    write(folder, files)
    started = time.process_time()
    report = inspect(settings, root=Root(str(folder.resolve()), "", complete=True), module="bookstore.settings")
    assert time.process_time() - started < SECONDS
    assert report.deployment is not None
    assert report.deployment.crashes == ()
    return report.deployment


def everywhere(deployment: Deployment) -> list[str]:
    """What is not known of the repository as a whole."""
    return [spot.reason for spot in deployment.blind_spots if spot.location is None]


def test_thousands_of_files_of_every_format(tmp_path: Path) -> None:
    """Every format in every folder, each time with another of its statements."""
    files = {
        f"deploy/{folder:02}/{path}": statements[(folder + len(path)) % len(statements)].text(1_000)
        for folder in range(60)
        for path, (_, statements) in FORMATS.items()
        if path not in SITE and not path.startswith((".git/", "bookstore/", "books/", "manage.py"))
    }
    assert len(files) > 4_000

    deployment = inspected(tmp_path, files)

    folders, reason = everywhere(deployment)
    assert folders == "only the first 400 folders were looked into"
    count, _, rest = reason.partition(" ")
    assert rest == "files were not read: each comes after 2000 services"
    left_out = [file for file in deployment.files if file.status == "ignored"]
    assert len(left_out) == int(count)
    assert {file.reason for file in left_out} == {"comes after 2000 services"}
    assert {"Dockerfile", "requirements.txt"} <= {file.path for file in deployment.files if file.status == "read"}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        pytest.param(
            {f"deploy/{number:02}.sh": "# nothing\n" * 60 * 100 for number in range(60)},
            "25 files were not read: each comes after 2 MiB of others",
            id="large scripts",
        ),
        pytest.param(
            {f"Dockerfile.{number:02}": "FROM a\n" + ("# " + "x" * 997 + "\n") * 60 for number in range(50)},
            "16 files were not read: each comes after 2 MiB of others",
            id="large files of images",
        ),
        pytest.param(
            {f"requirements/{number:02}.txt": ("# " + "x" * 997 + "\n") * 500 for number in range(9)},
            "4 files were not read: each comes after 2 MiB of others",
            id="large lists of requirements",
        ),
        pytest.param(
            {f"app{number:02}/models.py": "class " + ("# " + "x" * 997 + "\n") * 500 for number in range(15)},
            "7 files were not read: each comes after 4 MiB of others",
            id="large modules of models",
        ),
        pytest.param(
            {f".env.{number:04}": "A=b\n" for number in range(bounds.FILES + 50)},
            f"54 files were not read: each comes after {bounds.FILES} others",
            id="very many small files",
        ),
    ],
)
def test_what_is_left_out_is_said(tmp_path: Path, files: Mapping[str, str], reason: str) -> None:
    assert everywhere(inspected(tmp_path, files)) == [reason]


def test_a_chain_of_requirements_that_include_each_other(tmp_path: Path) -> None:
    """Each names the next ten, and none is read twice."""
    files = {
        f"requirements/{number:03}.txt": "".join(f"-r {other % 150:03}.txt\n" for other in range(number, number + 10))
        for number in range(150)
    }

    deployment = inspected(tmp_path, files)

    assert everywhere(deployment) == []
    assert len(deployment.files) >= 150


def test_scripts_that_call_every_other_script(tmp_path: Path) -> None:
    """Thirty to the power of thirty ways through them; where following ends is said at the process that starts it."""
    names = [f"bin/{number:02}.sh" for number in range(30)]
    files = {name: "#!/bin/sh\n" + "".join(f"./{other} $1 {name}\n" for other in names) for name in names}

    deployment = inspected(tmp_path, {**files, "Procfile": "".join(f"p{n}: {name}\n" for n, name in enumerate(names))})

    reasons = {spot.reason for process in deployment.processes for spot in process.blind_spots}
    assert "is too long to be followed to its end" in reasons


def test_compose_files_that_include_each_other(tmp_path: Path) -> None:
    files = {
        f"compose.{number}.yml": "include:\n"
        + "".join(f"  - compose.{other}.yml\n" for other in range(40))
        + f"services:\n  s{number}:\n    extends: {{file: compose.{(number + 1) % 40}.yml, service: s{(number + 1) % 40}}}\n"
        for number in range(40)
    }

    inspected(tmp_path, files)


def test_settings_that_import_each_other(tmp_path: Path) -> None:
    files = {
        f"bookstore/part{number:03}.py": "".join(f"from .part{other:03} import *\n" for other in range(100))
        for number in range(100)
    }
    star = "from .part000 import *\n"

    deployment = inspected(tmp_path, {**files, "bookstore/settings.py": star})

    assert not deployment.settings.known()
