"""Rule 207, on SQLite and on a PostgreSQL that the tests start."""

from __future__ import annotations

import io
import sqlite3

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings

from django_deploycheck.apps import check_migrations
from django_deploycheck.engine import check_databases
from django_deploycheck.management.commands.deploycheck import Command
from django_deploycheck.model import UnappliedMigrations
from django_deploycheck.project_migrations import unapplied_migrations
from django_deploycheck.records import replace
from django_deploycheck.rules.release.unapplied_migrations import check
from tests.postgresql import postgresql
from tests.projects import inspect_files
from tests.running import manage, reported, write_site

TWO = "DATABASES = {**DATABASES, 'other': {**DATABASES['default'], 'NAME': BASE_DIR / 'other.sqlite3'}}\n"


def unapplied(folder, *arguments):
    """What rule 207 says."""
    return [found for found in reported(folder, *arguments) if found["name"] == "unapplied-migrations"]


def test_no_database_is_touched_unless_one_is_asked_for(tmp_path):
    """Neither by the command nor by the check, with the tag and without."""
    write_site(tmp_path, {})
    assert unapplied(tmp_path) == []
    assert "207" not in manage(tmp_path, "check", "--deploy").stderr
    assert "207" not in manage(tmp_path, "check", "--deploy", "--tag", "deploy").stderr
    # Connecting to SQLite makes the file.
    assert not (tmp_path / "bookstore.sqlite3").exists()


def test_an_empty_database(tmp_path):
    """One line for all of its migrations, at the setting."""
    write_site(tmp_path, {})
    (found,) = unapplied(tmp_path, "--database", "default")
    assert found["id"] == "deploycheck.W207"
    assert found["location"]["path"] == "bookstore/settings.py"
    assert found["message"].startswith("Database 'default' holds none of the ")
    assert found["hint"] == "Run 'python manage.py migrate --database default'."


def test_a_database_that_lacks_some(tmp_path):
    """The first three by name."""
    write_site(tmp_path, {})
    manage(tmp_path, "migrate", "auth", "0008", check=True)
    (found,) = unapplied(tmp_path, "--database", "default")
    assert found["message"].startswith("Database 'default' lacks 'a")
    assert found["message"].endswith("more.")
    manage(tmp_path, "migrate", check=True)
    assert unapplied(tmp_path, "--database", "default") == []
    manage(tmp_path, "migrate", "sessions", "zero", check=True)
    (found,) = unapplied(tmp_path, "--database", "default")
    assert found["message"] == "Database 'default' lacks 'sessions.0001_initial'."


def test_each_database_that_is_asked_for(tmp_path):
    """One is migrated, the other is not."""
    write_site(tmp_path, {}, TWO)
    manage(tmp_path, "migrate", check=True)
    (found,) = unapplied(tmp_path, "--database", "default", "--database", "other")
    assert found["hint"] == "Run 'python manage.py migrate --database other'."


def test_a_database_that_settings_do_not_have(tmp_path):
    """The command says which there are."""
    write_site(tmp_path, {}, TWO)
    done = manage(tmp_path, "deploycheck", "--database", "nope")
    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: DATABASES has no 'nope'. It has 'default' and 'other'.\n",
    )


def test_djangos_check_asks_for_it_too(tmp_path):
    """Without a tag, or with Django's own for databases; the settings can silence it."""
    write_site(tmp_path, {})
    for tags in ((), ("--tag", "database")):
        done = manage(tmp_path, "check", "--deploy", "--database", "default", *tags)
        assert done.stderr.count("(deploycheck.W207) Database 'default' holds none of the") == 1
    write_site(tmp_path, {}, 'DEPLOYCHECK = {"IGNORE": {"unapplied-migrations": "another step migrates"}}\n')
    assert "207" not in manage(tmp_path, "check", "--deploy", "--database", "default").stderr


def test_a_file_that_is_no_database(tmp_path):
    """One clear message."""
    write_site(tmp_path, {"bookstore.sqlite3": "no database, but long enough to look at it\n" * 100})
    (found,) = unapplied(tmp_path, "--database", "default")
    assert found["message"] == "Database 'default' could not be asked for its migrations: DatabaseError."
    assert found["hint"] == "Make it reachable from here, or leave out '--database default'."
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "bookstore.sqlite3").execute("SELECT 1 FROM sqlite_master")


def test_postgresql(tmp_path):
    """A real server: empty, migrated, and gone; no message holds its user or password."""
    with postgresql() as socket:
        settings = (
            'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres", '
            f'"PASSWORD": "kd83jf7s-secret", "HOST": {socket!r}}}}}\n'
        )
        write_site(tmp_path, {}, settings)
        (found,) = unapplied(tmp_path, "--database", "default")
        assert found["message"].startswith("Database 'default' holds none of the ")
        manage(tmp_path, "migrate", check=True)
        assert unapplied(tmp_path, "--database", "default") == []
        manage(tmp_path, "migrate", "sessions", "zero", check=True)
        (found,) = unapplied(tmp_path, "--database", "default")
        assert found["message"] == "Database 'default' lacks 'sessions.0001_initial'."
    (found,) = unapplied(tmp_path, "--database", "default")
    assert found["message"] == "Database 'default' could not be asked for its migrations: OperationalError."
    done = manage(tmp_path, "check", "--deploy", "--database", "default", "--tag", "database")
    # Django's own checks of PostgreSQL connect first, and let the exception through.
    assert "OperationalError" in done.stderr


@pytest.fixture
def _databases(tmp_path, monkeypatch, django_db_blocker):
    """In this process: a database without a table, one that holds everything, and a file that is none."""
    names = {name: str(tmp_path / name) for name in ("empty", "full", "broken")}
    (tmp_path / "broken").write_text("no database, but long enough to look at it\n" * 100)
    engines = {name: {"ENGINE": "django.db.backends.sqlite3", "NAME": path} for name, path in names.items()}
    for name, database in connections.configure_settings({"default": {}, **engines}).items():
        if name != "default":
            monkeypatch.setitem(connections.settings, name, database)
    with django_db_blocker.unblock(), override_settings(INSTALLED_APPS=["django.contrib.contenttypes"]):
        executor = MigrationExecutor(connections["full"])
        executor.migrate(executor.loader.graph.leaf_nodes())
        yield
        for name in names:
            connections[name].close()
            del connections[name]


@pytest.mark.usefixtures("_databases")
def test_what_is_known_of_databases():
    """An entry for each that is not as it should be."""
    assert unapplied_migrations(["full"]) == ()
    assert unapplied_migrations(["empty", "full", "broken"]) == (
        UnappliedMigrations(
            "empty",
            ("contenttypes.0001_initial", "contenttypes.0002_remove_content_type_name"),
            none_applied=True,
        ),
        UnappliedMigrations("broken", error="DatabaseError"),
    )


@pytest.mark.usefixtures("_databases")
def test_messages():
    """The check's own, in this process."""
    (found,) = check_databases(["empty"])
    assert (found.id, found.msg) == (
        "deploycheck.W207",
        "Database 'empty' holds none of the 2 migrations. [unapplied-migrations]",
    )
    assert check_migrations(databases=["full"]) == check_migrations(databases=None) == []
    (found,) = check_migrations(databases=["broken"])
    assert found.msg == "Database 'broken' could not be asked for its migrations: DatabaseError. [unapplied-migrations]"
    call_command(Command(), "--database", "full", "--rule", "207", stdout=io.StringIO())
    (found,) = check_databases(["absent"])
    assert (found.id, "ConnectionDoesNotExist" in found.msg) == ("deploycheck.W002", True)


@pytest.mark.parametrize(
    ("lacking", "message"),
    [
        (("a.1",), "Database 'default' lacks 'a.1'."),
        (("a.1", "a.2", "b.1"), "Database 'default' lacks 'a.1', 'a.2' and 'b.1'."),
        (("a.1", "a.2", "b.1", "b.2", "b.3"), "Database 'default' lacks 'a.1', 'a.2', 'b.1' and 2 more."),
    ],
)
def test_the_first_of_them_are_named(tmp_path, lacking, message):
    """How many more there are is said."""
    deployment = inspect_files(tmp_path).report.deployment
    assert deployment is not None
    (finding,) = check(replace(deployment, unapplied_migrations=(UnappliedMigrations("default", lacking),)))
    assert finding.message == message
