"""Rule 205, in sites that run: their models are loaded, their databases never opened."""

from __future__ import annotations

import sys
from typing import Any

import django
import pytest
from django.core.management import get_commands
from django.core.management.commands import makemigrations
from django.db.migrations.autodetector import MigrationAutodetector

from tests.live import inspect_live, said
from tests.running import manage, reported, write_site

FIELDS = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Book",
            fields=[
                ("id", models.AutoField(primary_key=True, auto_created=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
            ],
        ),
    ]
"""
MODELS = """\
from django.db import models


class Book(models.Model):
    title = models.CharField(max_length=200)
"""
APP = {"books/__init__.py": "", "books/migrations/__init__.py": "", "books/migrations/0001_initial.py": FIELDS}
INSTALLED = 'INSTALLED_APPS += ["books"]\n'


@pytest.mark.parametrize(
    ("files", "keywords"),
    [
        pytest.param({"books/models.py": MODELS, **APP}, {}, id="every change has its migration"),
        pytest.param({"books/models.py": MODELS}, {"INSTALLED_APPS": []}, id="an app that is not installed"),
        pytest.param(
            {"books/models.py": MODELS, "Procfile": "release: python manage.py migrate --run-syncdb\n"},
            {},
            id="tables that migrate makes without migrations",
        ),
        pytest.param(
            {"books/models.py": f"{MODELS}\n    class Meta:\n        managed = False\n"},
            {},
            id="tables that something else makes",
        ),
        pytest.param(
            {"lib/site-packages/books/models.py": MODELS},
            {"below": "lib/site-packages"},
            id="an installed package below the project",
        ),
        pytest.param({"books/models.py": ""}, {}, id="an app without models"),
        pytest.param(
            {"books/models.py": MODELS, ".gitignore": "migrations/\n"}, {}, id="git ignores them, as another rule says"
        ),
        pytest.param({"books/__init__.py": ""}, {}, id="an app without a module of models"),
    ],
)
def test_silent(tmp_path, files, keywords):
    """Nothing is missing."""
    assert said(tmp_path, files, "missing-migrations", **keywords) == []


HINT = "  HINT: Run 'python manage.py makemigrations books' and commit the file that it writes."


@pytest.mark.parametrize(
    ("models", "files", "expected"),
    [
        pytest.param(
            f"{MODELS}    price = models.IntegerField(null=True)\n",
            APP,
            "W205 books/models.py:4: App 'books' has changes that no migration holds: add field price to book.",
            id="a field",
        ),
        pytest.param(
            f"{MODELS}    price = models.IntegerField()\n",
            APP,
            "W205 books/models.py:4: App 'books' has changes that no migration holds: add field price to book.",
            id="a field that Django would ask a default for",
        ),
        pytest.param(
            MODELS.replace("200", "100"),
            APP,
            "W205 books/models.py:4: App 'books' has changes that no migration holds: alter field title on book.",
            id="a longer column",
        ),
        pytest.param(
            MODELS.replace("200", "200, help_text='As on the cover'"),
            APP,
            "I205 books/models.py:4: App 'books' has changes that no migration holds: alter field title on book.",
            id="a text that no database holds",
        ),
        pytest.param(
            f"{MODELS}\n    class Meta:\n        verbose_name = 'volume'\n",
            APP,
            "I205 books/models.py:4: App 'books' has changes that no migration holds: change Meta options on book.",
            id="a name for people",
        ),
        pytest.param(
            "",
            APP,
            "W205 books/models.py: App 'books' has changes that no migration holds: delete model Book.",
            id="a model that is gone",
        ),
        pytest.param(
            MODELS + "".join(f"    f{n} = models.IntegerField(null=True)\n" for n in range(5)),
            APP,
            "W205 books/models.py:4: App 'books' has changes that no migration holds: add field f0 to book, add field f1 to book, "
            "add field f2 to book and 2 more.",
            id="more than fit",
        ),
        pytest.param(
            MODELS,
            {},
            "W205 books/models.py:4: App 'books' has models and no migrations, so 'migrate' never makes their tables.",
            id="no migration at all",
        ),
        pytest.param(
            "from books.data import Book\n",
            {**APP, "books/data.py": f"{MODELS}    pages = models.IntegerField(null=True)\n"},
            "W205 books/data.py:4: App 'books' has changes that no migration holds: add field pages to book.",
            id="a model in a module of its own",
        ),
        pytest.param(
            "from django.db import models\nBook = type('Book', (models.Model,), {'__module__': __name__})\n",
            APP,
            "W205 books/models.py: App 'books' has changes that no migration holds: remove field title from book.",
            id="a class that no statement defines",
        ),
    ],
)
def test_fires(tmp_path, models, files, expected):
    """At the class of the first changed model."""
    assert said(tmp_path, {"books/models.py": models, **files}, "missing-migrations") == [f"{expected}{HINT}"]


def test_models_whose_module_lies_outside(tmp_path):
    """An app may show models of a package: then the finding stands at the app's own module."""
    body = "{'__module__': 'nowhere', 'Meta': type('Meta', (), {'app_label': 'books'})}"
    models = f"from django.db import models\nBook = type('Book', (models.Model,), {body})\n"
    found = said(tmp_path, {"books/models.py": models}, "missing-migrations")
    assert [line.partition(": ")[0] for line in found] == ["W205 books/models.py"]


@pytest.mark.skipif(django.VERSION < (5, 2), reason="makemigrations takes another autodetector since Django 5.2")
def test_a_projects_own_autodetector_is_asked(tmp_path):
    """It finds nothing, so the rule does neither."""
    command = """\
from django.core.management.commands import makemigrations, migrate
from django.db.migrations.autodetector import MigrationAutodetector


class Nothing(MigrationAutodetector):
    def changes(self, *arguments, **keywords):
        return {}


class Command(makemigrations.Command):
    autodetector = Nothing
"""
    files = {
        "books/models.py": f"{MODELS}    price = models.IntegerField()\n",
        "books/management/commands/makemigrations.py": command,
        **APP,
    }
    write_site(tmp_path, files, INSTALLED)
    assert [found for found in reported(tmp_path) if found["name"] == "missing-migrations"] == []


OWN_COMMAND = """\
from django.core.management.commands import makemigrations


class Command(makemigrations.Command):
    def handle(self, *arguments, **options):
        raise SystemExit("never called")
"""


def test_a_command_that_leaves_out_what_no_database_notices(tmp_path):
    """A help text is not told where the project's own command may leave it out; a column is."""
    commands: Any = get_commands  # Django keeps its answer
    commands.cache_clear()
    try:
        files = {"books/management/commands/makemigrations.py": OWN_COMMAND, **APP}
        text = MODELS.replace("200", "200, help_text='As on the cover'")
        assert said(tmp_path / "text", {**files, "books/models.py": text}, "missing-migrations") == []
        commands.cache_clear()
        column = MODELS.replace("200", "100")
        assert len(said(tmp_path / "column", {**files, "books/models.py": column}, "missing-migrations")) == 1
    finally:
        commands.cache_clear()


def test_an_app_that_wants_no_migrations(tmp_path):
    """``MIGRATION_MODULES`` says None for it."""
    write_site(tmp_path, {"books/models.py": MODELS}, f"{INSTALLED}MIGRATION_MODULES = {{'books': None}}\n")
    assert [found for found in reported(tmp_path) if found["name"] == "missing-migrations"] == []


def test_no_database_is_needed(tmp_path):
    """The check says the same where no server answers."""
    write_site(
        tmp_path,
        {"books/models.py": MODELS},
        f"{INSTALLED}DATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', 'HOST': '127.0.0.1', 'PORT': '1'}}}}\n",
    )
    done = manage(tmp_path, "check", "--deploy", "--tag", "deploy")
    assert "books/models.py:4: (deploycheck.W205) App 'books' has models and no migrations" in done.stderr


def test_migrations_that_cannot_be_loaded_take_nothing_else_down(tmp_path):
    """A missing parent is an error of Django's own loader; the other rules still speak."""
    broken = FIELDS.replace("initial = True", 'dependencies = [("books", "0000_absent")]')
    files = {
        **APP,
        "books/models.py": MODELS,
        "books/migrations/0001_initial.py": broken,
        "Procfile": "web: ./manage.py runserver\n",
    }
    report, _ = inspect_live(tmp_path, files)
    assert report.deployment is not None
    assert [spot.reason for spot in report.deployment.blind_spots if spot.location is None] == [
        "the project's migrations cannot be loaded (NodeNotFoundError), so 'migrate' fails too"
    ]
    names = {result.rule.name for result in report.results}
    assert "runserver-in-production" in names
    assert "crashed-rule" not in names


@pytest.mark.parametrize(
    ("ignored", "silenced", "is_compared"),
    [
        pytest.param(["missing-migrations", "W206"], [], False, id="both rules of the comparison"),
        pytest.param([], ["W205", "I205", "W206"], False, id="both by the ids of all their findings"),
        pytest.param(["missing-migrations"], ["W206"], False, id="one each way"),
        pytest.param(["missing-migrations"], [], True, id="one of them"),
        pytest.param([], ["W205", "W206"], True, id="advice is not silenced"),
        pytest.param(["missing-migrations:books/models.py", "206"], [], True, id="one of them in one file"),
    ],
)
def test_nothing_is_compared_that_no_rule_would_tell(tmp_path, ignored, silenced, is_compared):
    """The comparison costs more than all the rest: who ignores both rules does not pay for it."""
    unloadable = FIELDS.replace("initial = True", 'dependencies = [("books", "0000_absent")]')
    files = {**APP, "books/models.py": MODELS, "books/migrations/0001_initial.py": unloadable}
    report, _ = inspect_live(
        tmp_path,
        files,
        DEPLOYCHECK={"IGNORE": ignored},
        SILENCED_SYSTEM_CHECKS=[f"deploycheck.{code}" for code in silenced],
    )
    assert report.deployment is not None
    reasons = [spot.reason for spot in report.deployment.blind_spots if "cannot be loaded" in spot.reason]
    assert bool(reasons) is is_compared


def test_the_usual_command_is_not_imported(tmp_path, monkeypatch):
    """It brings Django's writer of migrations along, which nothing here needs."""
    name = "django.core.management.commands.makemigrations"
    monkeypatch.delitem(sys.modules, name, raising=False)
    assert len(said(tmp_path, {"books/models.py": MODELS}, "missing-migrations")) == 1
    assert name not in sys.modules


@pytest.mark.skipif(django.VERSION < (5, 2), reason="makemigrations takes another autodetector since Django 5.2")
def test_the_usual_command_as_a_project_changed_it(tmp_path, monkeypatch):
    """Who imported it may have given it another autodetector."""

    class Content(MigrationAutodetector):
        def changes(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
            return {}

    monkeypatch.setattr(makemigrations.Command, "autodetector", Content)
    assert said(tmp_path, {"books/models.py": MODELS}, "missing-migrations") == []
