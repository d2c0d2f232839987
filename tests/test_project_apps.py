from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck import project_apps as module
from django_deploycheck.model import App, Location
from django_deploycheck.project_apps import project_apps
from django_deploycheck.source import Repository
from tests.test_git_index import index

MODEL = "from django.db import models\n\nclass Book(models.Model):\n    title = models.CharField(max_length=9)\n"


def found(path: Path, files: dict[str, str], directory: str = "", tracked: list[str] | None = None) -> tuple[App, ...]:
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    if tracked is not None:
        (path / ".git").mkdir()
        (path / ".git/index").write_bytes(index(sorted(tracked)))
    return project_apps(Repository(str(path)), directory)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="an empty folder"),
        pytest.param({"models.py": MODEL}, id="models at the root, which is no package of its own"),
        pytest.param({"books/views.py": MODEL}, id="a package without models"),
        pytest.param({"books/models.py/notes.txt": ""}, id="a folder called models.py"),
        pytest.param({"tests/books/models.py": MODEL}, id="an app of the tests"),
        pytest.param({"node_modules/books/models.py": MODEL}, id="an installed package"),
        pytest.param({".venv/lib/books/models.py": MODEL}, id="a hidden folder"),
        pytest.param({"environ/pyvenv.cfg": "", "environ/books/models.py": MODEL}, id="a virtualenv of any name"),
        pytest.param({"a-b/models.py": MODEL}, id="a folder that no import can name"),
        pytest.param({"a/b/c/d/e/models.py": MODEL}, id="too deep"),
    ],
)
def test_no_app(files: dict[str, str], tmp_path: Path) -> None:
    assert found(tmp_path, files) == ()


@pytest.mark.parametrize(
    ("files", "migrations"),
    [
        pytest.param({"books/db_migrations/0001_initial.py": ""}, ("0001_initial",), id="in a folder of another name"),
        pytest.param(
            {"books/migrations/0002_a.py": "", "books/db_migrations/0001_b.py": ""}, ("0002_a",), id="in both"
        ),
        pytest.param(
            {"books/migrations/__init__.py": "", "books/db_migrations/0001_b.py": ""},
            ("0001_b",),
            id="the usual is empty",
        ),
        pytest.param(
            {"books/migrations/initial.py": "", "books/old_migrations/a.py": ""}, ("initial",), id="without numbers"
        ),
        pytest.param({"books/data/0001_initial.py": ""}, (), id="in a folder of something else"),
        pytest.param({"books/migrations.txt": "", "books/migrations": "0001_initial.py"}, (), id="files of such names"),
    ],
)
def test_migrations_of_other_names(files: dict[str, str], migrations: tuple[str, ...], tmp_path: Path) -> None:
    [app] = found(tmp_path, {"books/models.py": MODEL, **files})

    assert app.migrations == migrations


def test_app_with_migrations_is_not_read(tmp_path: Path) -> None:
    files = {
        "books/models.py": "no python (",
        "books/migrations/__init__.py": "",
        "books/migrations/0001_initial.py": "",
        "books/migrations/max.txt": "",
    }
    assert found(tmp_path, files) == (
        App(
            path="books",
            label="books",
            models=Location("books/models.py"),
            defines_models=True,
            migrations=("0001_initial",),
        ),
    )


def test_app_whose_migrations_are_not_tracked(tmp_path: Path) -> None:
    files = {"books/models.py": MODEL, "books/migrations/__init__.py": "", "books/migrations/0001_initial.py": ""}
    (app,) = found(tmp_path, files, tracked=["books/models.py", "books/migrations/__init__.py"])
    assert (app.defines_models, app.migrations, app.tracked) == (True, ("0001_initial",), ())
    assert app.committed == ()


def test_what_git_tracks_counts_where_it_is_known(tmp_path: Path) -> None:
    files = {"books/models.py": MODEL, "books/migrations/0001_initial.py": "", "books/migrations/0002_more.py": ""}
    (app,) = found(tmp_path, files, tracked=["books/migrations/0001_initial.py"])
    assert app.committed == ("0001_initial",)


def test_package_of_models(tmp_path: Path) -> None:
    files = {
        "books/models/__init__.py": "from .book import Book\n",
        "books/models/book.py": MODEL,
        "books/models/deeper.py/x": "",
    }
    (app,) = found(tmp_path, files)
    assert app == App(path="books", label="books", models=Location("books/models/__init__.py"), defines_models=True)


def test_migrations_without_models_beside_them(tmp_path: Path) -> None:
    files = {"books/migrations/__init__.py": "", "books/migrations/0001_initial.py": ""}
    assert [(app.path, app.defines_models) for app in found(tmp_path, files)] == [("books", True)]


def test_apps_of_a_project_in_a_folder_and_beside_it(tmp_path: Path) -> None:
    files = {
        "backend/manage.py": "",
        "backend/apps/books/models.py": MODEL,
        "shared/models.py": MODEL,
        "other/manage.py": "",
        "other/shop/models.py": MODEL,
    }
    assert [(app.path, app.label) for app in found(tmp_path, files, "backend")] == [
        ("backend/apps/books", "books"),
        ("shared", "shared"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", False, id="an empty module"),
        pytest.param("# class Book(models.Model):\n", False, id="only a comment"),
        pytest.param('"""\nclass Book(models.Model):\n"""\n', False, id="a docstring"),
        pytest.param("class Book:\n    title = models.CharField()\n", False, id="a class without bases"),
        pytest.param("class Book(BaseModel):\n    title: str\n", False, id="a model of pydantic"),
        pytest.param("class Title(models.TextField):\n    pass\n", False, id="a field"),
        pytest.param(
            "class Book(models.Model):\n    class Meta:\n        abstract = True\n", False, id="an abstract model"
        ),
        pytest.param("class Book(Base):\n    class Meta:\n        proxy = True\n", False, id="a proxy"),
        pytest.param(
            "class Book(models.Model):\n    class Meta:\n        managed = False\n", False, id="an unmanaged table"
        ),
        pytest.param("class Shelf(models.QuerySet):\n    pass\n", False, id="a query set"),
        pytest.param("class Book(models.Model:\n", None, id="no valid Python"),
        pytest.param(MODEL, True, id="a model"),
        pytest.param("class Book(Base):\n    title = models.CharField()\n", True, id="a model by its fields"),
        pytest.param(
            "class Book(Base):\n    title: str = models.CharField()\n", True, id="a model by an annotated field"
        ),
        pytest.param(
            "class Author(Base):\n    shelf = models.ForeignKey(Shelf)\n", True, id="a model by a foreign key"
        ),
        pytest.param("class User(AbstractUser):\n    pass\n", True, id="a user"),
        pytest.param(
            "class Tree(Model):\n    class Meta:\n        abstract = False\n        ordering = ['a']\n",
            True,
            id="a model that says it is not abstract",
        ),
        pytest.param(
            "class Base(models.Model):\n    class Meta:\n        abstract = True\n\nclass Book(Base):\n    a = models.TextField()\n",
            True,
            id="a model of an abstract one",
        ),
    ],
)
def test_whether_models_make_tables(text: str, expected: bool | None, tmp_path: Path) -> None:
    assert [app.defines_models for app in found(tmp_path, {"books/models.py": text})] == [expected]


def test_one_unreadable_module_leaves_it_open(tmp_path: Path) -> None:
    files = {"books/models/__init__.py": "", "books/models/a.py": "class (\n"}
    assert [app.defines_models for app in found(tmp_path, files)] == [None]
    assert [app.defines_models for app in found(tmp_path, {"books/models/b.py": MODEL})] == [True]


def test_search_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"app{number:03}/models.py": MODEL for number in range(30)}
    assert len(found(tmp_path, files)) == 30
    monkeypatch.setattr(module, "MAX_FOLDERS", 11)
    assert len(found(tmp_path, {})) == 10
    monkeypatch.setattr(module, "MAX_APPS", 4)
    assert len(found(tmp_path, {})) == 4
