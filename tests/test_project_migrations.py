"""What of the differences between models and migrations is told, as ``makemigrations`` itself would tell it."""

from __future__ import annotations

import pytest

from tests.live import said
from tests.running import reported, write_site

INITIAL = """\
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
        migrations.CreateModel(
            name="Reader",
            fields=[
                ("id", models.AutoField(primary_key=True, auto_created=True, serialize=False, verbose_name="ID")),
                ("joined", models.DateTimeField()),
                ("photo", models.ImageField(upload_to="photos")),
            ],
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.AutoField(primary_key=True, auto_created=True, serialize=False, verbose_name="ID")),
                ("book", models.ForeignKey("books.Book", models.CASCADE)),
                ("reader", models.ForeignKey("books.Reader", models.CASCADE)),
            ],
        ),
    ]
"""
MODELS = """\
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy


class Book(models.Model):
    title = models.CharField(max_length=200)


class Reader(models.Model):
    joined = models.DateTimeField()
    photo = models.ImageField(upload_to="photos")


class Loan(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    reader = models.ForeignKey(Reader, models.CASCADE)
"""
READERS = '    readers = models.ManyToManyField("books.Reader", {})\n'
APP = {
    "books/__init__.py": "",
    "books/migrations/__init__.py": "",
    "books/migrations/0001_initial.py": INITIAL,
}
INSTALLED = 'INSTALLED_APPS += ["books"]\nSILENCED_SYSTEM_CHECKS = ["fields.E210"]\n'


def changed(*replacements: tuple[str, str]) -> dict[str, str]:
    """The app with its models written otherwise."""
    models = MODELS
    for old, new in replacements:
        assert old in models
        models = models.replace(old, new)
    return {**APP, "books/models.py": models}


def findings(tmp_path, files, settings=""):
    """What a site of its own process says of missing migrations."""
    write_site(tmp_path, files, INSTALLED + settings)
    return [found for found in reported(tmp_path) if found["name"] == "missing-migrations"]


COMMAND = """\
from django.core.management.commands import makemigrations


class Command(makemigrations.Command):
    def handle(self, *arguments, **options):
        return super().handle(*arguments, **options)
"""


def test_labels_are_compared_in_the_language_of_migrations(tmp_path):
    """Checks run in LANGUAGE_CODE; 'Password' is German for 'Passwort' only there."""
    files = {
        **changed(("max_length=200", 'max_length=200, verbose_name=gettext_lazy("Password")')),
        "books/migrations/0001_initial.py": INITIAL.replace(
            "max_length=200", 'max_length=200, verbose_name="Password"'
        ),
    }
    assert findings(tmp_path, files, "LANGUAGE_CODE = 'de'\nUSE_I18N = True\n") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("max_length=200", 'max_length=200, help_text="As on the cover"', [], id="a help text"),
        pytest.param("max_length=200", "max_length=100", ["alter field title on book"], id="a column"),
    ],
)
def test_a_command_of_the_projects_own(tmp_path, old, new, expected):
    """It may leave out what no database would notice, so only changes of tables are told."""
    files = {**changed((old, new)), "books/management/commands/makemigrations.py": COMMAND}
    told = [found["message"] for found in findings(tmp_path, files)]
    assert told == [f"App 'books' has changes that no migration holds: {change}." for change in expected]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(changed(("DateTimeField()", "DateTimeField(default=timezone.now)")), "I205", id="a default"),
        pytest.param(changed(("DateTimeField()", "DateTimeField(auto_now_add=True)")), "I205", id="a moment"),
        pytest.param(changed(('"photos"', '"faces"')), "I205", id="a folder of uploads"),
        pytest.param(
            changed(
                ("max_length=200)\n", "max_length=200)\n" + READERS.format('through="books.Loan", related_name="read"'))
            ),
            "I205",
            id="many of them, through a model that has its migration",
        ),
        pytest.param(
            changed(("max_length=200)\n", "max_length=200)\n" + READERS.format('related_name="read"'))),
            "W205",
            id="many of them, through a table of its own",
        ),
        pytest.param(changed(("DateTimeField()", "DateField()")), "W205", id="another type"),
        pytest.param(changed(("    joined = models.DateTimeField()\n", "")), "W205", id="a column that is gone"),
    ],
)
def test_level(tmp_path, files, expected):
    """A warning only where a table differs."""
    assert [line.partition(" ")[0] for line in said(tmp_path, files, "missing-migrations")] == [expected]


def test_a_field_that_was_many_through_a_model(tmp_path):
    """Taking it away leaves every table as it is."""
    added = """\
        migrations.AddField(
            model_name="book",
            name="readers",
            field=models.ManyToManyField("books.Reader", through="books.Loan", related_name="read"),
        ),
    ]
"""
    initial = INITIAL.removesuffix("    ]\n") + added
    files = {**APP, "books/models.py": MODELS, "books/migrations/0001_initial.py": initial}
    assert [line.partition(" ")[0] for line in said(tmp_path, files, "missing-migrations")] == ["I205"]


FIELD = """\
from django.db import models


class Several(models.JSONField):
    def __init__(self, base_field, **keywords):
        self.base_field = base_field
        super().__init__(**keywords)

    def deconstruct(self):
        name, path, arguments, keywords = super().deconstruct()
        return name, path, arguments, {**keywords, "base_field": self.base_field.clone()}
"""


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        pytest.param('models.CharField(max_length=9, choices=[("a", "A")])', "I205", id="its choices"),
        pytest.param("models.CharField(max_length=10)", "W205", id="its column"),
    ],
)
def test_a_field_within_a_field(tmp_path, inner, expected):
    """It is compared like a field; an array of PostgreSQL holds one."""
    tags = '("tags", books.fields.Several(models.CharField(max_length=9))),\n                '
    files = {
        **changed(
            ("    title", f"    tags = Several({inner})\n    title"),
            ("from django.db import models\n", "from books.fields import Several\nfrom django.db import models\n"),
        ),
        "books/fields.py": FIELD,
        "books/migrations/0001_initial.py": "import books.fields\n" + INITIAL.replace('("title",', f'{tags}("title",'),
    }
    assert [line.partition(" ")[0] for line in said(tmp_path, files, "missing-migrations")] == [expected]


def test_models_that_a_package_writes(tmp_path):
    """The finding stands at a class that somebody wrote, not at the module that a package makes models in."""
    made = 'Copied = type("Copied", (models.Model,), {"__module__": "books", "page": models.IntegerField(null=True)})\n'
    files = changed(("max_length=200", "max_length=300"), ("class Book", f"{made}\n\nclass Book"))
    places = [line.split(": ")[0].split()[1] for line in said(tmp_path, files, "missing-migrations")]
    assert places == ["books/models.py:9"]
