"""From files and settings to messages: what is contained, what is silenced, in which order and at which place."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from django.core.checks import messages as levels

from django_deploycheck import engine, readers, rules
from django_deploycheck.crashes import crash
from django_deploycheck.discovery import Root
from django_deploycheck.engine import Report, inspect, judge, message, one_line, place
from django_deploycheck.model import Crash, Deployment, Finding, Level, Location, Project
from django_deploycheck.records import replace
from django_deploycheck.rules import Rule
from django_deploycheck.settings_view import SettingsView
from django_deploycheck.silencing import Result, Silence
from tests.projects import inspect_files

WEB = "web: python manage.py runserver 0.0.0.0:$PORT\n"
SETTINGS = types.SimpleNamespace()


def rule(number: int, name: str, *findings: Finding, level: Level = "W") -> Rule:
    """A rule that always says the same."""
    return Rule(number, name, level, "tests", False, "tests", lambda deployment: iter(findings))


def raising(number: int, name: str, *findings: Finding) -> Rule:
    """A rule that says something and then fails, quoting a secret."""

    def check(deployment: Deployment) -> Iterator[Finding]:
        yield from findings
        raise LookupError("hunter2")

    return replace(rule(number, name), check=check)


def deployment(**facts: object) -> Deployment:
    values: dict[str, object] = {
        "root": "/",
        "complete": True,
        "project": Project(),
        "settings": SettingsView(SETTINGS),
    }
    return Deployment(**{**values, **facts})  # type: ignore[arg-type]


CRASHED = next(known for known in rules.load() if known.name == "crashed-rule")


# --- judging ------------------------------------------------------------------------------------------------------------


def test_no_rule_says_anything() -> None:
    assert list(judge(deployment(), [rule(1, "silent"), CRASHED])) == []


def test_every_rule_says_what_it_has_to_say() -> None:
    one, two = Finding("One.", "Do one."), Finding("Two.", "Do two.")
    known = [rule(101, "a", one, two), rule(102, "b", one), CRASHED]

    assert list(judge(deployment(), known)) == [Result(known[0], one), Result(known[0], two), Result(known[1], one)]


def test_a_rule_that_raises_is_a_finding_and_the_others_have_their_say() -> None:
    finding = Finding("One.", "Do one.")
    known = [CRASHED, raising(101, "broken", finding), rule(102, "whole", finding)]

    whole, crashed = judge(deployment(), known)

    assert whole == Result(known[2], finding)
    assert (crashed.id, crashed.finding.location) == ("deploycheck.W002", None)
    assert crashed.finding.message.startswith("The rule 'broken' raised LookupError at test_engine.py:")
    assert " in check; " in crashed.finding.message
    assert "hunter2" not in repr(crashed)


def test_a_rule_that_is_no_generator_may_raise_too() -> None:
    def check(deployment: Deployment) -> Iterator[Finding]:
        raise TypeError

    [crashed] = judge(deployment(), [replace(rule(101, "broken"), check=check), CRASHED])

    assert "The rule 'broken' raised TypeError" in crashed.finding.message


# --- rules and readers that cannot be imported --------------------------------------------------------------------------


@pytest.fixture
def fresh() -> Iterator[None]:
    """Rules and readers are loaded anew, in the test and after it."""
    before = set(sys.modules)
    for package in (rules, readers):
        package._loaded.cache_clear()
    yield
    for package in (rules, readers):
        package._loaded.cache_clear()
    for name in set(sys.modules) - before:
        if ".extra" in name or ".broken" in name:
            del sys.modules[name]


BROKEN = [
    pytest.param("raise ValueError('hunter2')\n", "ValueError", id="a module that raises"),
    pytest.param("import no_such_module_anywhere\n", "ModuleNotFoundError", id="a module that misses another"),
    pytest.param("def check(\n", "SyntaxError", id="a module that is no Python"),
    pytest.param("x = 1\n", "AttributeError", id="a module that is none of ours"),
]


@pytest.mark.parametrize(("text", "exception"), BROKEN)
def test_a_rule_that_cannot_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None, text: str, exception: str
) -> None:
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra/__init__.py").touch()
    (tmp_path / "extra/broken_rule.py").write_text(text, encoding="utf-8")
    (tmp_path / "extra/_helper.py").write_text("raise ValueError\n", encoding="utf-8")
    expected = rules.load()
    rules._loaded.cache_clear()
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])

    found = inspect_files(tmp_path / "site", {"Procfile": WEB})

    assert rules.load() == expected
    [crash] = rules.broken()
    assert (crash.culprit, crash.exception, crash.location) == ("rule 'broken-rule'", exception, None)
    assert "hunter2" not in repr(crash)
    assert found.places("runserver-in-production") == ["Procfile:1"]
    [finding] = found.findings("crashed-rule")
    assert finding.message.startswith(f"The rule 'broken-rule' raised {exception} at ")


@pytest.mark.parametrize(("text", "exception"), BROKEN)
def test_a_reader_that_cannot_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None, text: str, exception: str
) -> None:
    (tmp_path / "broken_reader.py").write_text(text, encoding="utf-8")
    expected = readers.load()
    readers._loaded.cache_clear()
    monkeypatch.setattr(readers, "__path__", [*readers.__path__, str(tmp_path)])

    found = inspect_files(tmp_path / "site", {"Procfile": "web: gunicorn bookstore.wsgi\n"})

    assert readers.load().keys() == expected.keys()
    [crash] = readers.broken()
    assert (crash.culprit, crash.exception, crash.location) == ("reader 'broken-reader'", exception, None)
    [finding] = found.findings("crashed-rule")
    assert finding.message.startswith(f"The reader 'broken-reader' raised {exception} at ")
    assert found.findings("no-release-migrate") == [], "what it would have read may run migrate"


def test_nothing_is_broken() -> None:
    assert (rules.broken(), readers.broken()) == ((), ())


def test_what_is_loaded_cannot_be_changed_from_outside() -> None:
    readers.load().clear()

    assert "procfile" in readers.load()


# --- readers that raise -------------------------------------------------------------------------------------------------


def test_a_reader_that_raises_on_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(source: object) -> Iterator[object]:
        raise LookupError("hunter2")

    monkeypatch.setattr(readers.load()["dockerfile"], "read", read)

    found = inspect_files(tmp_path, {"Dockerfile": "FROM python\n", "Procfile": WEB})

    [finding] = found.findings("crashed-rule")
    assert finding.message.startswith("The reader 'dockerfile' raised LookupError at test_engine.py:")
    assert finding.location == Location("Dockerfile")
    assert found.places("runserver-in-production") == ["Procfile:1"]
    assert found.findings("no-release-migrate") == [], "the image may run migrate"
    dockerfile = next(file for file in found.report.deployment.files if file.path == "Dockerfile")  # type: ignore[union-attr]
    assert (dockerfile.status, dockerfile.reason) == ("unreadable", "its reader failed")


@pytest.mark.parametrize(
    ("name", "culprit"),
    [
        pytest.param("settings_of", "reader of the settings' sources", id="the sources of the settings"),
        pytest.param("project_modules", "reader of the project's modules", id="its modules"),
        pytest.param("project_apps", "reader of the project's apps", id="its apps"),
    ],
)
def test_what_reads_the_project_may_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, culprit: str
) -> None:
    def read(*arguments: object) -> None:
        raise LookupError("hunter2")

    monkeypatch.setattr(engine, name, read)

    found = inspect_files(tmp_path, {"Procfile": WEB})

    [finding] = found.findings("crashed-rule")
    assert finding.message.startswith(f"The {culprit} raised LookupError at test_engine.py:")
    assert found.places("runserver-in-production") == ["Procfile:1"]


def test_the_check_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(settings: object, **options: object) -> None:
        raise LookupError("hunter2")

    monkeypatch.setattr(engine, "inspect", fail)

    [found] = engine.check()

    assert (found.id, found.level, str(found.obj)) == ("deploycheck.W002", levels.WARNING, "django_deploycheck")
    assert found.msg.startswith("The engine of django-deploycheck raised LookupError at test_engine.py:")
    assert found.msg.endswith(" in fail; nothing was checked. [crashed-rule]")
    assert "hunter2" not in found.msg + str(found.hint)


# --- where to look ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "base_dir",
    [pytest.param("{path}", id="as a text"), pytest.param(Path("{path}"), id="as a path")],
)
def test_the_root_is_found_from_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base_dir: str | Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "manage.py").touch()
    outside = tmp_path.parent / (tmp_path.name + "-outside")
    outside.mkdir()
    monkeypatch.chdir(outside)
    given = type(base_dir)(str(base_dir).format(path=tmp_path))

    report = inspect(types.SimpleNamespace(BASE_DIR=given))

    assert report.root == Root(os.path.realpath(tmp_path), "", complete=True)


def test_a_base_dir_that_is_no_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "manage.py").touch()
    monkeypatch.chdir(tmp_path)

    assert inspect(types.SimpleNamespace(BASE_DIR=object())).root == Root(os.path.realpath(tmp_path), "", complete=True)


def test_a_settings_module_without_a_file_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    assert inspect(SETTINGS, module="sys").root == Root(os.path.realpath(tmp_path), "", complete=True)


def test_without_a_folder_there_is_nothing_to_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(home)

    assert inspect(SETTINGS) == Report(None, None, ())


# --- results ------------------------------------------------------------------------------------------------------------


def found_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *known: Rule) -> list[str]:
    """``a Procfile:1 Message.`` for every result, as the report holds them."""
    stale = next(rule for rule in rules.load() if rule.name == "stale-silence")
    monkeypatch.setattr(rules, "load", lambda: (*known, CRASHED, stale))
    report = inspect_files(tmp_path).report
    return [f"{result.rule.name} {result.finding.location} {result.finding.message}" for result in report.results]


def test_what_is_said_twice_is_reported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding("One.", "Do one.", Location("Procfile", 1))
    known = rule(101, "a", finding, finding, replace(finding, location=Location("Procfile", 2)))

    assert found_by(tmp_path, monkeypatch, known) == ["a Procfile:1 One.", "a Procfile:2 One."]


def test_results_are_ordered_by_place_then_by_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [Location("b", 2), Location("a", 10), Location("a", 9), Location("a"), None]
    late = rule(200, "late", *(Finding("One.", "Do.", place) for place in places))
    early = rule(100, "early", Finding("Two.", "Do.", Location("a", 9)), Finding("One.", "Do.", Location("a", 9)))

    assert found_by(tmp_path, monkeypatch, late, early) == [
        "late None One.",
        "late a One.",
        "early a:9 One.",
        "early a:9 Two.",
        "late a:9 One.",
        "late a:10 One.",
        "late b:2 One.",
    ]


@pytest.mark.parametrize(
    ("complete", "said"),
    [
        pytest.param(False, [], id="not in a tree that may miss files"),
        pytest.param(True, ["bookstore/settings.py:40"], id="in a complete tree"),
    ],
)
def test_silences_are_stale_only_where_everything_is_there(tmp_path: Path, complete: bool, said: list[str]) -> None:
    settings = 'DEPLOYCHECK = {"IGNORE": {"runserver-in-production": "we know"}}\n'

    found = inspect_files(
        tmp_path, {"Procfile": "web: gunicorn bookstore.wsgi\n"}, settings=settings, complete=complete
    )

    assert found.places("stale-silence") == said


def test_a_stale_silence_can_be_silenced_too(tmp_path: Path) -> None:
    ignored = {"runserver-in-production": "we know", "stale-silence": "several sites share these settings"}

    found = inspect_files(tmp_path, settings=f"DEPLOYCHECK = {{'IGNORE': {ignored}}}\n")

    assert found.findings("stale-silence") == []
    assert len(found.findings("stale-silence", silenced=True)) == 1


def test_comments_count_in_files_that_no_reader_claims(tmp_path: Path) -> None:
    """The command stands in a script that was only followed."""
    files = {
        "Procfile": "web: sh bin/serve\n",
        "bin/serve": "# deploycheck: ignore[runserver-in-production] a demo\npython manage.py runserver\n",
    }

    found = inspect_files(tmp_path, files)

    assert found.findings("runserver-in-production") == []
    assert len(found.findings("runserver-in-production", silenced=True)) == 1


def test_runs_after_one_another_share_nothing(tmp_path: Path) -> None:
    ignoring = {"DEPLOYCHECK": {"IGNORE": {"runserver-in-production": "we know"}}}
    first = inspect_files(tmp_path / "one", {"Procfile": WEB}, values=ignoring)
    second = inspect_files(tmp_path / "two", {"Procfile": WEB})
    third = inspect_files(tmp_path / "one", {"Procfile": "web: gunicorn bookstore.wsgi\n"}, values=ignoring)

    assert first.places("runserver-in-production") == []
    assert second.places("runserver-in-production") == ["Procfile:1"]
    assert third.findings("runserver-in-production", silenced=True) == []


# --- messages -----------------------------------------------------------------------------------------------------------


CONFIGURED_WEB = 'DEPLOYCHECK["COMMANDS"]["web"]'


def report_at(root: str, module: str | None = "shop.settings") -> Report:
    return Report(Root(root), deployment(root=root, project=Project(settings_module=module)))


@pytest.mark.parametrize(
    ("location", "cwd", "expected"),
    [
        pytest.param(Location("Procfile", 1), ".", "Procfile:1", id="at the root"),
        pytest.param(Location("Procfile"), ".", "Procfile", id="without a line"),
        pytest.param(Location("deploy/Procfile", 1), "deploy", "Procfile:1", id="in the working directory"),
        pytest.param(Location("Procfile", 1), "shop/deep", "../../Procfile:1", id="above the working directory"),
        pytest.param(Location("a\nb\x1b[31m", 1), ".", "a b [31m:1", id="a name with a line end and a colour"),
        pytest.param(Location(CONFIGURED_WEB), "deploy", CONFIGURED_WEB, id="a setting of ours"),
        pytest.param(None, ".", "shop.settings", id="no place"),
    ],
)
def test_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: Location | None, cwd: str, expected: str
) -> None:
    (tmp_path / cwd).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / cwd)

    assert place(Finding("One.", "Do.", location), report_at(os.path.realpath(tmp_path))) == expected


def test_place_without_a_settings_module() -> None:
    assert place(Finding("One.", "Do."), report_at("/srv", None)) == "settings"
    assert place(Finding("One.", "Do."), Report(None, None)) == "settings"
    assert place(Finding("One.", "Do.", Location("Procfile", 1)), Report(None, None)) == "Procfile:1"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder of a running process")
def test_place_without_a_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert (
        place(Finding("One.", "Do.", Location("deploy/Procfile", 1)), report_at(str(tmp_path))) == "deploy/Procfile:1"
    )
    assert inspect(types.SimpleNamespace(BASE_DIR=tmp_path)).root == Root(os.path.realpath(tmp_path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="a line"),
        pytest.param(" a\nb\r\nc\td\x00e\u2028f ", "a b  c d e f", id="ends of lines and control characters"),
        pytest.param("caf\u00e9 \u2713", "caf\u00e9 \u2713", id="letters of all kinds"),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


def test_a_message_says_everything_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    finding = Finding("Two\nlines.", "Do\nthis.", Location("Procfile", 2))

    found = message(Result(rule(101, "a-rule", finding), finding), report_at(os.path.realpath(tmp_path)))

    assert found == CheckMessage(
        levels.WARNING, "Two lines. [a-rule]", hint="Do this.", obj="Procfile:2", id="deploycheck.W101"
    )
    assert isinstance(found.obj, str)
    assert str(found) == "Procfile:2: (deploycheck.W101) Two lines. [a-rule]\n\tHINT: Do this."


def test_the_level_of_a_finding_makes_its_id() -> None:
    finding = Finding("One.", "", Location("Procfile", 2), level="I")

    found = message(Result(rule(101, "a-rule", finding, level="E"), finding), Report(None, None))

    assert found == CheckMessage(levels.INFO, "One. [a-rule]", hint=None, obj="Procfile:2", id="deploycheck.I101")


def test_the_check_leaves_silencing_by_id_to_django(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django counts what SILENCED_SYSTEM_CHECKS silences; what our own setting or a comment silences is not shown."""
    finding = Finding("One.", "Do.", Location("Procfile", 1))
    known = rule(101, "a", finding)
    results = tuple(
        Result(known, replace(finding, message=f"{silence.by if silence else None}."), silence)
        for silence in (None, Silence("setting", ""), Silence("ignore", "we know"), Silence("comment", ""))
    )
    monkeypatch.setattr(engine, "inspect", lambda settings, **options: Report(None, None, results))

    found: list[CheckMessage] = engine.check()

    assert [message.msg for message in found] == ["None. [a]", "setting. [a]"]


def test_a_crash_names_no_folder() -> None:
    try:
        exec(compile("def explode():\n    1 / 0\nexplode()", "C:\\Users\\anna\\rule.py", "exec"), {})  # noqa: S102
    except ZeroDivisionError as error:
        found = crash("rule 'a'", error, Location("Procfile"))

    assert found == Crash("rule 'a'", "ZeroDivisionError", "rule.py:2 in explode", Location("Procfile"))


@pytest.mark.parametrize(
    ("files", "place"),
    [
        pytest.param(
            {"render.yaml": "services:\n- type: web\n  runtime: python\n  startCommand: python manage.py runserver\n"},
            "render.yaml:4",
            id="a command on one line",
        ),
        pytest.param(
            {
                "render.yaml": "services:\n- type: web\n  runtime: python\n"
                '  startCommand: "echo a\\n\\n\\n\\n\\npython manage.py runserver"\n'
            },
            "render.yaml:4",
            id="lines that are escapes on the last line",
        ),
        pytest.param(
            {
                "Procfile": "web: gunicorn bookstore.wsgi\n",
                "app.json": '{"scripts": {"postdeploy": "echo a\\n\\npython manage.py flush --noinput"}}',
            },
            "app.json:1",
            id="lines that are escapes in a file of one line",
        ),
    ],
)
def test_findings_stand_within_their_files(tmp_path: Path, files: dict[str, str], place: str) -> None:
    found = inspect_files(tmp_path, files).report.results
    assert place in {str(result.finding.location) for result in found}
    assert all(
        result.finding.location.line <= text.count("\n") + 1
        for result in found
        for path, text in files.items()
        if result.finding.location is not None
        and result.finding.location.path == path
        and result.finding.location.line is not None
    )


def test_an_index_is_enough_where_no_folder_can_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a package that lies in a zip."""
    monkeypatch.setattr(readers, "__path__", [str(tmp_path / "package.zip" / "readers")])
    monkeypatch.setattr(rules, "__path__", [str(tmp_path / "package.zip" / "rules")])

    assert (readers._unlisted(), rules._unlisted()) == ([], [])
