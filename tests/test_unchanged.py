"""An answer that is kept counts until something changes that it rests on: each such thing, changed."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import time
import types
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import UserSettingsHolder, global_settings
from django.conf import settings as live
from django.core.signals import setting_changed

from django_deploycheck import engine, unchanged
from django_deploycheck.settings_view import WatchedSettings
from tests.projects import SETTINGS, SETTINGS_PATH, SKELETON

PROCFILE = "web: python manage.py runserver 0.0.0.0:$PORT\n"
RELEASE = "release: python manage.py migrate && python manage.py collectstatic --noinput\n"
WRONG_HOST = 'ALLOWED_HOSTS = ["https://www.example.com"]\n'
MYSQL = 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "HOST": "db"}}\n'


class Site:
    """The site of this process: its files, its settings, and what the check says of it."""

    def __init__(self, folder: Path, use: Callable[[UserSettingsHolder], None]) -> None:
        self.folder = folder
        self._use = use
        self.made = 0

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def has(self, settings: str = "", **values: object) -> None:
        """Use a right site's settings with this source appended, and these values instead of theirs."""
        source = SETTINGS + settings
        self.write(SETTINGS_PATH, source)
        namespace: dict[str, Any] = {"__file__": str(self.folder / SETTINGS_PATH), "__name__": "bookstore.settings"}
        exec(compile(source, SETTINGS_PATH, "exec"), namespace)  # noqa: S102 - the test wrote it
        holder = UserSettingsHolder(global_settings)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the mail settings, which Django 6.1 deprecates
            for name, value in {**namespace, "SETTINGS_MODULE": "bookstore.settings", **values}.items():
                if name.isupper():
                    setattr(holder, name, value)
        self._use(holder)

    def said(self) -> list[str]:
        return [str(message) for message in engine.check()]

    def truth(self) -> list[str]:
        return [str(message) for message in engine._messages(engine.inspect(live))]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder = tmp_path / "site"
    made = Site(folder, lambda holder: monkeypatch.setattr(live, "_wrapped", holder))
    for path, text in {**SKELETON, ".git/HEAD": "ref: refs/heads/main\n", "Procfile": PROCFILE + RELEASE}.items():
        made.write(path, text)
    made.has()
    inspect = engine.inspect

    def counted(*arguments: Any, **options: Any) -> engine.Report:
        made.made += isinstance(arguments[0], WatchedSettings)
        return inspect(*arguments, **options)

    monkeypatch.setattr(engine, "inspect", counted)
    yield made
    monkeypatch.undo()


def assert_noticed(site: Site, change: Callable[[], object]) -> tuple[list[str], list[str]]:
    """What is said before and after a change, which is kept until then, and is true afterwards."""
    before = site.said()
    assert site.said() == before
    assert site.said() == before
    assert site.made == 1, "the answer was not kept"
    change()
    after = site.said()
    assert after == site.truth()
    assert after != before
    return before, after


# --- files --------------------------------------------------------------------------------------------------------------


def replaced(path: Path, text: str) -> None:
    """Another file of the same name, as editors and ``git checkout`` leave it."""
    beside = path.with_name("beside")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def same_size_and_time(site: Site) -> None:
    path = site.folder / "Procfile"
    text = path.read_text(encoding="utf-8")
    stamp = path.stat().st_mtime_ns
    path.write_text(text.replace("python manage.py runserver 0", "gunicorn bookstore.wsgi -b 0"), encoding="utf-8")
    assert path.stat().st_size == len(text)
    os.utime(path, ns=(stamp, stamp))


FILES = [
    pytest.param(lambda site: site.write("Procfile", "web: gunicorn bookstore.wsgi\n"), id="a file is written"),
    pytest.param(same_size_and_time, id="a file is written, of the same size and with its old time"),
    pytest.param(lambda site: replaced(site.folder / "Procfile", RELEASE), id="a file takes another one's place"),
    pytest.param(lambda site: (site.folder / "Procfile").unlink(), id="a file is removed"),
    pytest.param(lambda site: (site.folder / "Procfile").rename(site.folder / "Profile"), id="a file is renamed"),
    pytest.param(lambda site: site.write("heroku.yml", "run:\n  web: python manage.py runserver\n"), id="a new file"),
    pytest.param(lambda site: site.write("deploy/Procfile", "web: x\n"), id="a new folder with a new file"),
    pytest.param(
        lambda site: site.write("Procfile", PROCFILE + "# deploycheck: ignore[fake-migrate] never\n"), id="a comment"
    ),
    pytest.param(lambda site: site.write(SETTINGS_PATH, "\n" + SETTINGS + WRONG_HOST), id="the settings' source"),
    pytest.param(lambda site: shutil.rmtree(site.folder / ".git"), id="the tree is no clone any more"),
    pytest.param(lambda site: shutil.rmtree(site.folder), id="everything is removed"),
]


@pytest.mark.parametrize("change", FILES)
def test_a_change_of_files(site: Site, change: Callable[[Site], object]) -> None:
    site.has(WRONG_HOST)

    assert_noticed(site, lambda: change(site))


@pytest.mark.parametrize("change", FILES[1:3] + FILES[5:6])
def test_a_change_of_files_that_are_old(site: Site, change: Callable[[Site], object]) -> None:
    """The status of what was written long ago does: nothing of it is opened to compare."""
    site.has(WRONG_HOST)
    time.sleep(0.05)

    assert_noticed(site, lambda: change(site))


def test_a_link_that_leads_elsewhere(site: Site, tmp_path: Path) -> None:
    one, two = site.folder / "one", site.folder / "two"
    one.write_text(PROCFILE, encoding="utf-8")
    two.write_text("web: gunicorn bookstore.wsgi --reload\n", encoding="utf-8")
    link = site.folder / "Procfile"
    link.unlink()
    link.symlink_to("one")

    def change() -> None:
        link.unlink()
        link.symlink_to("two")

    assert_noticed(site, change)


def test_what_a_link_leads_to_becomes_a_folder(site: Site) -> None:
    """The folder with the link stays as it is, and nobody lists the one that it leads to."""
    there = site.folder / "node_modules" / "site"
    there.mkdir(parents=True)
    (site.folder / "deploy").symlink_to("node_modules/site/deploy")

    assert_noticed(site, lambda: site.write("node_modules/site/deploy/Procfile", "web: x\n"))


def test_what_is_in_a_folder_of_static_files(site: Site, tmp_path: Path) -> None:
    static = tmp_path / "static"
    static.mkdir()
    (static / "shop.css").touch()
    (static / "staticfiles.json").touch()
    site.has(f"STATIC_ROOT = {str(static)!r}\n")

    _, after = assert_noticed(site, (static / "staticfiles.json").unlink)

    assert any("[missing-static-manifest]" in line for line in after)


def test_a_root_that_is_made_later(site: Site, tmp_path: Path) -> None:
    site.has(DEPLOYCHECK={"ROOT": tmp_path / "later"})

    before, _ = assert_noticed(site, (tmp_path / "later").mkdir)

    assert any("is no folder" in line for line in before)


def test_a_clone_above_the_project(site: Site) -> None:
    shutil.rmtree(site.folder / ".git")

    assert_noticed(site, (site.folder.parent / ".git").mkdir)


def test_files_that_come_and_go_beside_a_database_change_nothing(site: Site) -> None:
    first = site.said()
    for number in range(5):
        site.write(f"shop.sqlite3-{'journal' if number % 2 else 'wal'}", "")
        assert site.said() == first
        (site.folder / f"shop.sqlite3-{'journal' if number % 2 else 'wal'}").unlink()
        assert site.said() == first

    assert site.made == 1


def test_a_folder_is_known_by_its_names(site: Site) -> None:
    time.sleep(0.05)
    site.said()
    (site.folder / "other").touch()
    (site.folder / "other").unlink()

    assert site.said() == site.truth()
    assert site.made == 1


def test_a_file_that_is_written_again_as_it_was(site: Site) -> None:
    site.said()
    site.write("Procfile", PROCFILE + RELEASE)

    assert site.said() == site.truth()


def test_what_is_not_read_may_change(site: Site) -> None:
    site.write("notes/todo.txt", "1")
    site.said()
    site.write("notes/todo.txt", "2")
    site.said()

    assert site.made == 1


# --- settings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda: live.ALLOWED_HOSTS.append("https://www.example.com"), id="a list grows"),
        pytest.param(lambda: live.STORAGES["staticfiles"].update(BACKEND="shop.Nothing"), id="a dict in a dict"),
        pytest.param(lambda: live.DATABASES["default"].update(CONN_MAX_AGE=60), id="a database's entry"),
        pytest.param(lambda: live.MIDDLEWARE.reverse(), id="an order"),
        pytest.param(lambda: setattr(live, "STATIC_ROOT", None), id="another value"),
        pytest.param(lambda: delattr(live, "STATIC_ROOT"), id="a value that is gone"),
        pytest.param(lambda: setattr(live, "SECURE_SSL_REDIRECT", "False"), id="a boolean that becomes a text"),
        pytest.param(
            lambda: live.DEPLOYCHECK["IGNORE"].update({"runserver-in-production": "so"}), id="what is ignored"
        ),
        pytest.param(lambda: live.DEPLOYCHECK.update(EXCLUDE=["Procfile"]), id="what is excluded"),
    ],
)
def test_a_setting_that_is_changed_in_place(site: Site, change: Callable[[], object]) -> None:
    """No signal tells of it."""
    site.has(DEPLOYCHECK={"IGNORE": {}})

    assert_noticed(site, change)


def test_a_setting_that_is_overridden_makes_the_answer_anew(site: Site) -> None:
    site.said()
    setting_changed.send(sender=None, setting="ANYTHING", value=1, enter=True)
    site.said()

    assert site.made == 2


def test_a_setting_that_is_overridden_in_the_meantime(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is being made counts only once then."""
    inspect = engine.inspect

    def interrupted(settings: Any, **options: Any) -> engine.Report:
        report = inspect(settings, **options)
        setting_changed.send(sender=None, setting="ANYTHING", value=1, enter=True)
        return report

    monkeypatch.setattr(engine, "inspect", interrupted)
    site.said()
    monkeypatch.setattr(engine, "inspect", inspect)
    site.said()

    assert site.made == 2


def test_silenced_system_checks_are_a_setting_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django leaves them out of what the check returns; whether 205 and 206 are asked at all depends on them."""
    site.has(SILENCED_SYSTEM_CHECKS=[])
    site.said()
    live.SILENCED_SYSTEM_CHECKS.append("deploycheck.W101")
    site.said()

    assert site.made == 2


# --- the process --------------------------------------------------------------------------------------------------------


def test_a_variable_of_the_environment(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)

    _, after = assert_noticed(site, lambda: monkeypatch.setenv("DATABASE_URL", "mysql://other.example.com/shop"))

    assert any("[ignored-database-url]" in line for line in after)


def test_a_variable_that_is_removed_while_all_are_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Environment(dict[str, str]):
        def items(self) -> Any:
            raise KeyError("HOME")

    with monkeypatch.context() as patched:
        patched.setattr(os, "environ", Environment(os.environ))
        first, second = site.said(), site.said()

    assert first == second == site.truth()
    assert site.made == 2


def test_the_working_directory(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are shown from there."""
    monkeypatch.chdir(tmp_path)

    before, after = assert_noticed(site, lambda: monkeypatch.chdir(site.folder))

    assert before[0].startswith("site/Procfile:1: ")
    assert after[0].startswith("Procfile:1: ")


def test_a_working_directory_that_is_deleted(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")

    assert_noticed(site, (tmp_path / "gone").rmdir)


def test_the_day(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from django_deploycheck.rules.host import unsupported_version

    class Later(date):
        @classmethod
        def today(cls) -> Later:
            return cls(2034, 1, 1)

    def pass_years() -> None:
        monkeypatch.setattr(unsupported_version, "date", Later)
        monkeypatch.setattr(unchanged, "date", Later)

    _, after = assert_noticed(site, pass_years)

    assert any("[unsupported-version]" in line for line in after)


def test_an_error_tracker_that_is_started_later(site: Site) -> None:
    import sentry_sdk

    before = sentry_sdk.get_client()
    site.has("ADMINS = []\n")
    try:
        said, _ = assert_noticed(site, lambda: sentry_sdk.init(dsn="https://public@sentry.example.com/1"))
    finally:
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(before if before.is_active() else None)

    assert any("[no-error-tracker]" in line for line in said)


def test_an_error_tracker_that_is_started_differently(site: Site) -> None:
    import sentry_sdk

    source = 'import sentry_sdk\nsentry_sdk.init(dsn="https://public@sentry.example.com/1", environment="x")\n'
    try:
        site.has(source)
        assert_noticed(
            site, lambda: sentry_sdk.init(dsn="https://public@sentry.example.com/1", environment="development")
        )
    finally:
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)


def test_an_error_tracker_without_a_setting_of_its_own(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    import rollbar

    site.has("ADMINS = []\n")

    def start() -> None:
        monkeypatch.setattr(rollbar, "_initialized", True)
        monkeypatch.setitem(rollbar.SETTINGS, "access_token", "0" * 32)

    assert_noticed(site, start)


def test_a_tracker_that_little_is_known_of_is_loaded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.has("ADMINS = []\n")

    assert_noticed(site, lambda: monkeypatch.setitem(sys.modules, "pybrake", types.ModuleType("pybrake")))


def test_a_settings_module_that_is_loaded_from_elsewhere(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay = types.ModuleType("bookstore.settings")
    overlay.__file__ = str(tmp_path / "overlay.py")
    (tmp_path / "overlay.py").write_text("", encoding="utf-8")

    assert_noticed(site, lambda: monkeypatch.setitem(sys.modules, "bookstore.settings", overlay))


# --- what is installed --------------------------------------------------------------------------------------------------


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Python looks for packages in."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.mark.skipif("MySQLdb" in sys.modules, reason="a driver is installed here")
def test_a_module_that_is_installed(site: Site, packages: Path) -> None:
    site.has(MYSQL)

    before, after = assert_noticed(site, (packages / "pymysql.py").touch)

    assert any("[missing-database-driver]" in line for line in before)
    assert not any("[missing-database-driver]" in line for line in after)


def test_where_packages_are_looked_for(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "pymysql.py").touch()
    site.has(MYSQL)

    assert_noticed(site, lambda: monkeypatch.syspath_prepend(tmp_path / "more"))


def with_a_distribution(folder: Path) -> Path:
    """The folder, with a distribution in it that requires gunicorn."""
    info = folder / "our_platform-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: our-platform\nVersion: 1.0\nRequires-Dist: gunicorn\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("is_added", [False, True])
def test_a_distribution_that_is_installed(
    site: Site, packages: Path, monkeypatch: pytest.MonkeyPatch, is_added: bool
) -> None:
    """It brings the server along that nothing declares; it comes to where packages are, or its folder becomes such a place."""
    site.write("Procfile", "web: gunicorn bookstore.wsgi\n" + RELEASE)
    site.write("requirements.txt", "django==5.2.8\nwhitenoise==6.11.0\npsycopg==3.2.13\nour-platform==1.0\n")
    more = with_a_distribution(packages.parent / "more")

    before, after = assert_noticed(
        site, lambda: monkeypatch.syspath_prepend(more) if is_added else with_a_distribution(packages)
    )

    assert any("[undeclared-server]" in line for line in before)
    assert not any("[undeclared-server]" in line for line in after)


@pytest.mark.parametrize(
    ("path", "made"),
    [
        pytest.param("postcards.Backend", "postcards.py", id="a module"),
        pytest.param("postcards.mail.Backend", "postcards/mail.py", id="a module of a package"),
    ],
)
def test_a_module_that_can_be_imported_later(site: Site, packages: Path, path: str, made: str) -> None:
    if "/" in made:
        (packages / "postcards").mkdir()
        (packages / "postcards" / "__init__.py").touch()
    site.has(EMAIL_BACKEND=path)

    def write() -> None:
        (packages / made).write_text("class Backend: ...\n", encoding="utf-8")

    try:
        before, after = assert_noticed(site, write)
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "postcards"]:
            del sys.modules[name]

    assert any("[unimportable-setting]" in line for line in before)
    assert not any("[unimportable-setting]" in line for line in after)


@pytest.mark.parametrize("is_corrected", [False, True])
def test_a_module_that_imports_what_is_not_there(site: Site, packages: Path, is_corrected: bool) -> None:
    """It comes to be there, or is not imported any more."""
    module = packages / "postcards.py"
    module.write_text("import nobody_has_this\nclass Backend: ...\n", encoding="utf-8")
    site.has(EMAIL_BACKEND="postcards.Backend")
    time.sleep(0.05)

    def correct() -> None:
        module.write_text("class Backend: ...\n", encoding="utf-8")

    try:
        assert_noticed(site, correct if is_corrected else (packages / "nobody_has_this.py").touch)
    finally:
        for name in ("postcards", "nobody_has_this"):
            sys.modules.pop(name, None)


# --- whoever asks -------------------------------------------------------------------------------------------------------

PACKAGE = Path(unchanged.__file__).parent
ASKING = re.compile(
    r"(?:os\.(?:environ|getcwd|listdir|scandir|stat|lstat|walk)|os\.path\.(?:exists|getsize|isdir|isfile|lexists|realpath)"
    r"|sys\.(?:modules|path|meta_path)|importlib\.(?:import_module|util\.find_spec)|import_string|date\.today"
    r"|datetime\.now|open|metadata\.requires|get_resolver)\."
)
# Where the world is asked, or what is asked already is looked at once more, and why nothing has to be noted there.
ASKED = {
    "discovery.py": "a question of the engine's",
    "packages.py": "a question",
    "project.py:_loaded_file": "a question",
    "rules/__init__.py": "the rules themselves",
    "readers/__init__.py": "the readers themselves",
    "rules/errors/_trackers.py:loaded": "noted there",
    "rules/errors/_trackers.py:_is_loaded": "a question",
    "rules/errors/discarded_logs.py:_lost_file": "the root",
    "rules/host/unsupported_version.py:check": "always asked",
    "rules/server/_installed.py:_required_by": "noted there",
    "rules/server/_installed.py:_installed": "noted there",
    "rules/settings/unimportable_setting.py:_failure": "noted there where it fails",
    "rules/static/_static.py:imported": "noted there where it fails",
    "rules/static/_folders.py:folder_of_setting": "the root",
    "rules/static/missing_static_manifest.py:check": "the root",
    "rules/static/missing_static_manifest.py:_names": "noted there",
    "source.py": "noted there",
    "settings_view.py:__init__": "always asked",
    "engine.py:_root": "always asked",
    "engine.py:_found_root": "a question",
    "engine.py:place": "always asked",
    "project_migrations.py": "noted there",
    "unchanged.py": "the questions",
}
NOT_OF_THE_CHECK = ("management", "reports")


def asking(path: Path) -> Iterator[str]:
    """Where a module calls, or takes an item of, what answers differently from one time to another."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(PACKAGE).as_posix()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            asked = node.func if isinstance(node, ast.Call) else node
            is_asking = isinstance(node, ast.Call) or (isinstance(node, ast.Attribute) and node.attr in STATE)
            if is_asking and ASKING.match(f"{ast.unparse(asked)}."):
                yield f"{name}:{function.name}"


STATE = ("environ", "modules", "path", "meta_path")


def test_whoever_asks_the_world_has_it_noted() -> None:
    """Otherwise an answer would be kept that is wrong by now: see ``unchanged.asked``."""
    places = {
        place
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in NOT_OF_THE_CHECK
        for place in asking(path)
    }

    known = {name for place in places for name in (place, place.partition(":")[0]) if name in ASKED}
    assert {place for place in places if not {place, place.partition(":")[0]} & known} == set()
    assert known == ASKED.keys()


# --- what is never kept -------------------------------------------------------------------------------------------------


def test_an_answer_without_the_engine(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    inspect = engine.inspect

    def fail(settings: object) -> engine.Report:
        raise MemoryError

    monkeypatch.setattr(engine, "inspect", fail)
    assert "nothing was checked" in site.said()[0]
    monkeypatch.setattr(engine, "inspect", inspect)

    assert site.said() == site.truth()


def test_an_answer_with_a_rule_that_failed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from django_deploycheck.rules.server import runserver_in_production

    def fail(deployment: object) -> Iterator[Any]:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(runserver_in_production, "check", fail)
        assert any("raised MemoryError" in line for line in site.said())

    assert site.said() == site.truth()
    assert not any("raised MemoryError" in line for line in site.said())


def test_an_answer_that_rests_on_too_much(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "MAX_NOTES", 10)
    site.said()
    site.said()

    assert site.made == 2


def test_a_setting_with_too_much_in_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.has(ALLOWED_HOSTS=["www.example.com"] * 20_000)
    site.said()
    site.said()

    assert site.made == 2


def test_messages_can_be_changed_by_whoever_gets_them(site: Site) -> None:
    for message in engine.check():
        message.msg, message.hint, message.obj, message.id, message.level = "", None, None, "", 0

    assert site.said() == site.truth()
    assert site.made == 1


def test_what_is_inspected_is_never_kept(site: Site) -> None:
    """``manage.py deploycheck`` and tests ask the repository itself."""
    site.said()

    assert engine.inspect(live) is not engine.inspect(live)
    assert unchanged._notes.get() is None


# --- notes --------------------------------------------------------------------------------------------------------------


def test_nothing_is_noted_where_nothing_is_to_be_kept(tmp_path: Path) -> None:
    assert unchanged.asked(len, "four") == 4
    unchanged.file(str(tmp_path))
    unchanged.folder(str(tmp_path), str(tmp_path))
    unchanged.folder_of_others(str(tmp_path))
    unchanged.installed_packages()
    unchanged.failed_import("nobody.has.this", ImportError())
    unchanged.keep_nothing()

    assert unchanged._kept is None


def counted(make: Callable[[], object]) -> Callable[[], int]:
    """What to keep: the number of times that it was made, after ``make``."""
    made: list[object] = []

    def answer() -> int:
        made.append(make())
        return len(made)

    return answer


def test_what_changes_while_it_is_asked_about_is_not_kept() -> None:
    states = iter(["old", "new"])

    def question(about: None) -> str:
        return next(states, "old")

    answer = counted(lambda: (unchanged.asked(question, None), unchanged.asked(question, None)))

    assert [unchanged.kept(answer), unchanged.kept(answer), unchanged.kept(answer)] == [1, 2, 2]


def test_a_question_that_cannot_be_asked_again_is_answered_differently(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    answer = counted(lambda: unchanged.asked(os.listdir, tmp_path))

    assert [unchanged.kept(answer), unchanged.kept(answer)] == [1, 1]
    shutil.rmtree(tmp_path)
    with pytest.raises(FileNotFoundError):
        unchanged.kept(answer)


def test_an_answer_that_raises_is_not_kept() -> None:
    def fail() -> None:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            unchanged.kept(fail)
    assert unchanged._notes.get() is None


def test_a_path_that_is_none() -> None:
    answer = counted(lambda: unchanged.file("no\0path"))

    assert [unchanged.kept(answer), unchanged.kept(answer)] == [1, 1]


@pytest.mark.parametrize(
    ("modified", "changed", "expected"),
    [
        pytest.param(5 * 10**9 + 1, 5 * 10**9 + 1, True, id="long ago"),
        pytest.param(10**10 - 19_000_000, 10**10 - 19_000_000, False, id="within a tick"),
        pytest.param(10**10 - 21_000_000, 10**10 - 21_000_000, True, id="a tick ago"),
        pytest.param(8 * 10**9, 8 * 10**9, False, id="within a tick, in whole seconds"),
        pytest.param(7 * 10**9, 7 * 10**9, True, id="a tick ago, in whole seconds"),
        pytest.param(2 * 10**9, 9 * 10**9 + 1, False, id="a time of whole seconds that was set"),
        pytest.param(10**12 + 1, 5 * 10**9 + 1, True, id="a time to come that was set"),
        pytest.param(5 * 10**9 + 1, 10**12 + 1, False, id="changed by a clock that is ahead"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="the time of a change is another one there")
def test_a_status_does_where_the_next_change_has_another(modified: int, changed: int, expected: bool) -> None:
    assert unchanged._is_settled((0, 0, 0, 0, modified, changed), 10**10) is expected


def contents(path: Path, below: Path | None = None) -> int:
    return unchanged._contents((str(path), str(below) if below else None))


def names(path: Path, below: Path | None = None) -> int:
    return unchanged._names((str(path), str(below) if below else None))


@pytest.mark.parametrize("age", [0, 0.05])
def test_a_folder_outside_of_the_repository(tmp_path: Path, age: float) -> None:
    (tmp_path / "one").touch()
    time.sleep(age)
    answer = counted(lambda: unchanged.folder_of_others(str(tmp_path)))

    assert [unchanged.kept(answer), unchanged.kept(answer)] == [1, 1]
    (tmp_path / "two").touch()
    assert unchanged.kept(answer) == 2


def test_a_file_that_changes_between_two_readings(tmp_path: Path) -> None:
    path, below = str(tmp_path / "file"), str(tmp_path)

    def read() -> None:
        for text in ("a", "b"):
            (tmp_path / "file").write_text(text, encoding="utf-8")
            unchanged.file(path, below)
            unchanged.contents(path, below, text.encode())

    answer = counted(read)

    assert [unchanged.kept(answer), unchanged.kept(answer)] == [1, 2]


def test_what_stands_for_a_files_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a", encoding="utf-8")
    two.write_text("b", encoding="utf-8")

    assert contents(one) == contents(one) != contents(two)
    assert contents(tmp_path) == contents(tmp_path / "gone") == 0
    monkeypatch.setattr(unchanged, "MAX_BYTES", 0)
    assert contents(one) != contents(one)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no FIFOs")
def test_nothing_but_files_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")

    assert contents(tmp_path / "fifo") == 0


def test_links_out_of_the_repository_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("a", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "name").touch()
    (root / "file").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path / "folder")

    assert contents(root / "file", root) == names(root / "folder", root) == 0
    assert contents(root / "file") != 0 != names(root / "folder")


def test_what_stands_for_the_names_in_a_folder(tmp_path: Path) -> None:
    empty = names(tmp_path)
    (tmp_path / "shop.sqlite3-journal").touch()
    assert names(tmp_path) == empty
    (tmp_path / "name").touch()
    file = names(tmp_path)
    (tmp_path / "name").unlink()
    (tmp_path / "name").mkdir()

    assert len({empty, file, names(tmp_path)}) == 3
    assert names(tmp_path / "gone") == empty


VALUES = [
    pytest.param("a", "b", id="texts"),
    pytest.param(b"a", "a", id="bytes and a text"),
    pytest.param(True, 1, id="a boolean and a number"),
    pytest.param(1, 1.0, id="numbers"),
    pytest.param(None, False, id="nothing and a boolean"),
    pytest.param(["a"], ("a",), id="a list and a tuple"),
    pytest.param(["a", "b"], ["b", "a"], id="an order"),
    pytest.param({"a": {"b": [1]}}, {"a": {"b": [2]}}, id="a list within dicts"),
    pytest.param({"a": 1}, {"b": 1}, id="keys"),
    pytest.param({"a"}, {"b"}, id="sets"),
    pytest.param(object(), object(), id="objects"),
]


@pytest.mark.parametrize(("one", "other"), VALUES)
def test_a_fingerprint(one: object, other: object) -> None:
    assert unchanged.fingerprint(one) == unchanged.fingerprint(one)
    assert unchanged.fingerprint(one) != unchanged.fingerprint(other)


def test_a_fingerprint_of_what_holds_itself_or_too_much() -> None:
    endless: list[object] = []
    endless.append(endless)

    for value in (endless, ["x"] * unchanged.MAX_VALUES, {"a": ["x"] * unchanged.MAX_VALUES, "b": []}):
        assert unchanged.fingerprint(value) != unchanged.fingerprint(value)


def test_a_fingerprint_of_a_set_of_objects() -> None:
    one, other = object(), object()

    assert unchanged.fingerprint({one, other}) == unchanged.fingerprint({other, one}) != unchanged.fingerprint({one})


def test_a_fingerprint_holds_no_secret() -> None:
    assert "hunter2" not in repr(unchanged.fingerprint({"PASSWORD": "hunter2", "hunter2": [b"hunter2"]}))


def test_a_setting_that_raises_is_one_while_it_does() -> None:
    class Settings:
        fails = True

        @property
        def NAME(self) -> str:
            if self.fails:
                raise LookupError
            return "x"

    settings = Settings()

    def ask() -> None:
        watched = WatchedSettings(settings)
        with pytest.raises(LookupError):
            watched.NAME  # noqa: B018

    answer = counted(ask)
    assert [unchanged.kept(answer), unchanged.kept(answer)] == [1, 1]
    settings.fails = False
    with pytest.raises(pytest.fail.Exception):
        unchanged.kept(answer)


def test_whether_a_setting_is_overridden_is_watched() -> None:
    settings = types.SimpleNamespace()
    answer = counted(lambda: WatchedSettings(settings).is_overridden("NAME"))

    assert [unchanged.kept(answer), unchanged.kept(answer)] == [1, 1]
    settings.NAME = 1
    assert unchanged.kept(answer) == 2
