from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.projects import inspect_files

BROKEN = "services:\n  web: [a}\n"


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="no deployment files"),
        pytest.param({"compose.yml": "services:\n  web:\n    image: shop\n"}, "", id="a file that can be read"),
        pytest.param({"compose.yml": ""}, "", id="an empty file"),
        pytest.param({"notes.yml": BROKEN}, "", id="a broken file that is none of deployment"),
        pytest.param(
            {"old/compose.yml": BROKEN}, "DEPLOYCHECK = {'EXCLUDE': ['old/*']}\n", id="a broken file that is left out"
        ),
        pytest.param({"node_modules/x/compose.yml": BROKEN}, "", id="a broken file of a package"),
    ],
)
def test_silent(files: Mapping[str, str], settings: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files, settings=settings).places("unreadable-file") == []


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        pytest.param("compose.yml", BROKEN, "compose.yml:2", id="YAML with an open bracket"),
        pytest.param("app.json", '{\n "name": }\n', "app.json:2", id="JSON without a value"),
        pytest.param("Dockerfile", "RUN true\n", "Dockerfile", id="a Dockerfile without FROM"),
        pytest.param(
            "heroku.yml", "run: " + "[" * 80 + "]" * 80, "heroku.yml:1", id="nested deeper than any real file"
        ),
        pytest.param("compose.dev.yml", BROKEN, "compose.dev.yml:2", id="a development file"),
        pytest.param("Procfile", "web: x\n" * 100_000, "Procfile", id="larger than any real file"),
    ],
)
def test_fires(path: str, text: str, place: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {path: text}).places("unreadable-file") == [place]


def test_a_link_out_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("web: gunicorn bookstore.wsgi\n")
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "Procfile").symlink_to(tmp_path / "elsewhere")
    (finding,) = inspect_files(repository).findings("unreadable-file")
    assert (
        finding.message
        == "The deployment file 'Procfile' is a link that leaves the repository, so nothing in it was checked."
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Procfile")
    assert inspect_files(tmp_path).places("unreadable-file") == ["Procfile"]


def test_everything_else_is_judged_all_the_same(tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, {"compose.yml": BROKEN, "Procfile": "web: python manage.py runserver\n"})
    assert inspected.places("runserver-in-production") == ["Procfile:1"]


def test_says_what_is_wrong_and_what_to_paste_and_quotes_nothing(tmp_path: Path) -> None:
    files = {"compose.yml": "services:\n  web: {environment: [SECRET_KEY=kd83jf72hd63}\n"}
    (finding,) = inspect_files(tmp_path, files).findings("unreadable-file")
    assert finding.message == "The deployment file 'compose.yml' is no valid YAML, so nothing in it was checked."
    assert finding.hint == "Correct compose.yml:2, or leave it out: DEPLOYCHECK = {'EXCLUDE': ['compose.yml']}."
