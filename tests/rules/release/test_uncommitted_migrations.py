"""uncommitted-migrations: migrations that a deploy does not get."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import Location
from tests.projects import Inspected, inspect_files
from tests.test_git_index import index

RULE = "uncommitted-migrations"
MODEL = "from django.db import models\n\nclass Book(models.Model):\n    title = models.CharField(max_length=9)\n"
APP = {"books/models.py": MODEL, "books/migrations/__init__.py": ""}
FIRST = {"books/migrations/0001_initial.py": ""}
WRITES = {
    "Procfile": "release: python manage.py makemigrations && python manage.py migrate\nweb: gunicorn bookstore.wsgi\n"
}
IMAGE = {"Dockerfile": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "bookstore.wsgi"]\n'}


def inspected(
    path: Path,
    files: dict[str, str],
    *,
    tracked: list[str] | None = None,
    complete: bool = True,
    values: dict[str, object] | None = None,
) -> Inspected:
    if tracked is not None:
        (path / ".git").mkdir()
        (path / ".git/index").write_bytes(index(sorted(tracked)))
    return inspect_files(path, files, complete=complete, values=values)


SILENT = {
    "no deployment files": {},
    "migrations are there": {**APP, **FIRST, **WRITES},
    "nothing writes migrations": {**APP, ".gitignore": "*.pyc\n"},
    "models without tables": {**WRITES, "books/models.py": "# later\n", "books/migrations/__init__.py": ""},
    "models that cannot be read": {**WRITES, "books/models.py": "class (\n"},
    "only a check": {
        **APP,
        "Procfile": "release: python manage.py makemigrations --check\nweb: gunicorn bookstore.wsgi\n",
    },
    "taken back in": {**APP, ".gitignore": "00*.py\n!**/migrations/*.py\n"},
    "taken back in by a file further down": {**APP, ".gitignore": "0*.py\n", "books/.gitignore": "!0*.py\n"},
    "another folder of that name": {**APP, ".gitignore": "docker/migrations/\n/migrations/\n"},
    "a pattern of another folder's file": {**APP, "frontend/.gitignore": "migrations/\n"},
    "the whole app is ignored": {**APP, ".gitignore": "books/\n"},
    "ignored, and there all the same": {**APP, **FIRST, ".gitignore": "migrations/\n"},
    "no image is built": {**APP, **FIRST, ".dockerignore": "**/migrations\n"},
    "an image for development": {
        **APP,
        **FIRST,
        ".dockerignore": "**/migrations\n",
        "Dockerfile.dev": IMAGE["Dockerfile"],
    },
    "Docker's pattern starts at the context": {**APP, **FIRST, **IMAGE, ".dockerignore": "migrations\n"},
    "the whole app stays out of the image": {**APP, **FIRST, **IMAGE, ".dockerignore": "books\n"},
}

FIRING = {
    "a folder": ({**APP, ".gitignore": "*.pyc\nmigrations/\n"}, [".gitignore:2"]),
    "a name": ({**APP, ".gitignore": "migrations\n"}, [".gitignore:1"]),
    "numbered files": ({**APP, ".gitignore": "**/migrations/0*.py\n"}, [".gitignore:1"]),
    "a pattern in the app's folder": ({**APP, "books/.gitignore": "migrations\n"}, ["books/.gitignore:1"]),
    "without a package of migrations": ({"books/models.py": MODEL, ".gitignore": "migrations\n"}, [".gitignore:1"]),
    "ignored and written in production": ({**APP, **WRITES, ".gitignore": "migrations\n"}, [".gitignore:1"]),
    "kept out of the image": (
        {**APP, **FIRST, **IMAGE, ".dockerignore": "*.pyc\n**/migrations\n"},
        [".dockerignore:2"],
    ),
    "written in production": ({**APP, **WRITES}, ["Procfile:1"]),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    assert inspected(tmp_path, files).findings(RULE) == []


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    assert inspected(tmp_path, {**APP, **WRITES}, complete=False).findings(RULE) == []


def test_silent_where_migrations_lie_elsewhere(tmp_path: Path) -> None:
    values: dict[str, object] = {"MIGRATION_MODULES": {"books": "bookstore.history.books"}}
    assert inspected(tmp_path, {**APP, **WRITES}, values=values).findings(RULE) == []


def test_silent_where_git_tracks_them_all_the_same(tmp_path: Path) -> None:
    tracked = ["books/models.py", *APP, *FIRST]
    assert (
        inspected(
            tmp_path, {**APP, **FIRST, ".gitignore": "migrations/\n"}, tracked=list(dict.fromkeys(tracked))
        ).findings(RULE)
        == []
    )


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING)
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspected(tmp_path, files).places(RULE) == places


def test_migrations_that_git_does_not_track_do_not_count(tmp_path: Path) -> None:
    files = {**APP, **FIRST, ".gitignore": "migrations/\n"}
    assert inspected(tmp_path, files, tracked=["books/models.py"]).places(RULE) == [".gitignore:1"]


def test_message_and_hint_of_an_ignored_folder(tmp_path: Path) -> None:
    files = {f"{name}/models.py": MODEL for name in ("authors", "books", "orders", "reviews", "shelves")}
    (finding,) = inspected(tmp_path, {**files, ".gitignore": "migrations\n"}).findings(RULE)
    assert finding.message == (
        "'migrations' keeps the migrations of 'authors', 'books', 'orders', 'reviews' and 1 more out of git, so production cannot apply them."
    )
    assert finding.hint == (
        "Delete the line, run 'python manage.py makemigrations authors books orders reviews shelves' and commit the files that it writes."
    )


def test_message_and_hint_of_an_image(tmp_path: Path) -> None:
    (finding,) = inspected(tmp_path, FIRING["kept out of the image"][0]).findings(RULE)
    assert (
        finding.message
        == "'**/migrations' keeps the migrations of 'books' out of the image, so production cannot apply them."
    )
    assert finding.hint == "Delete the line, or add '!**/migrations' below it, and build the image again."


def test_message_and_hint_of_what_production_writes(tmp_path: Path) -> None:
    (finding,) = inspected(tmp_path, FIRING["written in production"][0]).findings(RULE)
    assert finding.message == "Production writes the migrations of 'books', of which the repository holds none."
    assert finding.hint == (
        "Run 'python manage.py makemigrations books' on your machine, commit the files, and delete the command from Procfile:1."
    )
    assert finding.related == (Location("books/models.py"),)
