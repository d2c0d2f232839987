"""Rule 206, in sites that run."""

from __future__ import annotations

import pytest

from tests.live import said

INITIAL = "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    initial = True\n"
APP = {
    "books/__init__.py": "",
    "books/models.py": "",
    "books/migrations/__init__.py": "",
    "books/migrations/0001_initial.py": INITIAL,
}


def after(*names):
    """A migration that comes after others of its app."""
    parents = [("books", name) for name in names]
    return INITIAL.replace("initial = True", f"dependencies = {parents!r}")


TWO = {
    "books/migrations/0002_price.py": after("0001_initial"),
    "books/migrations/0002_title.py": after("0001_initial"),
}


@pytest.mark.parametrize(
    ("files", "keywords"),
    [
        pytest.param(APP, {}, id="one migration"),
        pytest.param(
            {**APP, **TWO, "books/migrations/0003_merge.py": after("0002_price", "0002_title")},
            {},
            id="two that were merged",
        ),
        pytest.param({**APP, **TWO}, {"INSTALLED_APPS": []}, id="an app that is not installed"),
    ],
)
def test_silent(tmp_path, files, keywords):
    """One migration comes last."""
    assert said(tmp_path, files, "conflicting-migrations", **keywords) == []


MESSAGE = "App 'books' has 2 last migrations, '0002_price' and '0002_title', so 'migrate' refuses to run."
MERGE = "Run 'python manage.py makemigrations --merge books' and commit the file that it writes."


@pytest.mark.parametrize(
    ("files", "below", "expected"),
    [
        pytest.param({**APP, **TWO}, "", f"W206 books/models.py: {MESSAGE}  HINT: {MERGE}", id="at the app's models"),
        pytest.param(
            {name: text for name, text in {**APP, **TWO}.items() if name != "books/models.py"},
            "",
            f"W206 books: {MESSAGE}  HINT: {MERGE}",
            id="an app without models",
        ),
        pytest.param(
            {f"lib/site-packages/{name}": text for name, text in {**APP, **TWO}.items()},
            "lib/site-packages",
            f"W206 None: {MESSAGE}  HINT: Install 'books' anew: a migration that its package does not hold lies beside those that it does.",
            id="an installed app",
        ),
    ],
)
def test_fires(tmp_path, files, below, expected):
    """Where the app's models are."""
    assert said(tmp_path, files, "conflicting-migrations", below=below) == [expected]


def test_changes_of_an_app_with_a_conflict_are_not_told_apart(tmp_path):
    """Nobody knows which of its two states is meant."""
    models = "from django.db import models\n\n\nclass Book(models.Model):\n    pass\n"
    assert said(tmp_path, {**APP, **TWO, "books/models.py": models}, "missing-migrations") == []
