"""The reports' corners: nothing to look at, what was not understood, where pages are."""

from __future__ import annotations

import importlib.metadata
import os

import pytest
from django.core.management import CommandError, call_command

from django_deploycheck import engine, rules
from django_deploycheck.engine import Report
from django_deploycheck.model import BlindSpot, DeploymentFile, Location
from django_deploycheck.records import replace
from django_deploycheck.reports import as_json, pages, text
from tests.projects import inspect_files

NOTHING = Report(None, None)


def test_a_script_that_runs_its_arguments_is_no_detour(tmp_path):
    """The place of the command is named once, although a script stands between."""
    files = {
        "deploy/supervisord.conf": "[supervisord]\n[program:web]\ncommand=/srv/books/run.sh gunicorn bookstore.wsgi\n"
        "[program:worker]\ncommand=/srv/books/start.sh\n",
        "run.sh": '#!/bin/sh\ncd /srv/books\nexec "$@"\n',
        "start.sh": "#!/bin/sh\nexec celery -A bookstore worker\n",
    }
    lines = [line.strip() for line in text.render(inspect_files(tmp_path, files).report).splitlines()]
    assert "deploy/supervisord.conf:3 via run.sh:3" in lines
    assert "start.sh:2 via deploy/supervisord.conf:5" in lines


def test_without_a_folder_the_text_says_what_to_set():
    """There is nothing to look at, and what to do about it."""
    assert text.render(NOTHING) == "No folder to look at was found. Set DEPLOYCHECK['ROOT'] to the repository."


def test_without_a_folder_the_json_has_all_its_fields():
    """Every field is there and empty."""
    data = as_json.data(NOTHING)
    assert (data["version"], data["root"], data["settings_module"]) == (1, None, None)
    assert [data[name] for name in ("platforms", "files", "processes", "blind_spots", "variables", "findings")] == [
        []
    ] * 6


def test_a_site_without_files_says_so(tmp_path):
    """The text has a line for each part that is empty."""
    lines = text.render(inspect_files(tmp_path, {"requirements.txt": None}).report).splitlines()
    assert "  nothing that was found" in lines
    assert lines[lines.index("Files read") + 1] == "  none"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"docker-compose.prod.yml": "services:\n  db:\n    image: postgres:16\n"},
            "  other     db: what the image 'postgres:16' starts",
            id="an image from a registry",
        ),
        pytest.param(
            {"Dockerfile": "FROM python:3.13-slim\nCOPY . /app\n"},
            "  other     Dockerfile: what its image starts",
            id="an image that states no command",
        ),
        pytest.param(
            {"docker-compose.prod.yml": "services:\n  web:\n    build: ./absent\n"},
            "  web       web: not known",
            id="an image that is not here",
        ),
        pytest.param(
            {"Procfile": "worker: ./absent.sh\n"},
            "  other     worker: ./absent.sh  (not understood)",
            id="a script that is not here",
        ),
    ],
)
def test_what_was_not_understood_is_shown_as_written(tmp_path, files, expected):
    """The words of the file stand for a command that could not be followed."""
    assert expected in text.render(inspect_files(tmp_path, files).report).splitlines()


def test_pages_are_found_without_the_packages_metadata(monkeypatch):
    """A checkout that is not installed links to the same pages."""
    (rule,) = [rule for rule in rules.load() if rule.number == 101]

    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    pages.base.cache_clear()
    monkeypatch.setattr(importlib.metadata, "metadata", absent)
    assert pages.url(rule).endswith("rules/runserver-in-production.html")
    pages.base.cache_clear()


def test_pages_are_found_without_a_documentation_address(monkeypatch):
    """Metadata that names no documentation is no reason to lose the page."""

    class Metadata:
        def get_all(self, name: str) -> list[str]:
            return ["Changelog, https://example.com/"]

    pages.base.cache_clear()
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: Metadata())
    assert pages.base() == "https://django-deploycheck.readthedocs.io/en/stable/"
    pages.base.cache_clear()


def test_a_failing_engine_is_one_line(monkeypatch):
    """The command names the type and the place, never the text of what was raised."""

    def fail(settings: object, **keywords: object) -> None:
        raise RuntimeError("secret=hunter2")

    monkeypatch.setattr(engine, "inspect", fail)
    with pytest.raises(CommandError) as raised:
        call_command("deploycheck")
    assert str(raised.value).startswith("The engine of django-deploycheck raised RuntimeError at test_reports.py:")
    assert "hunter2" not in str(raised.value)


def test_sentences_are_wrapped_on_a_terminal_and_hints_are_not(tmp_path):
    """What is to be pasted stays in one line; a file's findings stand together, and a line is quoted once."""
    files = {"Procfile": "web: python manage.py runserver\n", "runtime.txt": "python-2.7.18\n"}
    lines = text.render(inspect_files(tmp_path, files).report, width=60).splitlines()
    findings = lines[lines.index("Findings") + 1 :]
    assert all(len(line) <= 110 for line in findings if "HINT" not in line and "Procfile" not in line)
    assert "    production's requests with 'runserver', Django's" in findings
    procfile = [index for index, line in enumerate(findings) if line.endswith("/Procfile:1:")]
    assert len(procfile) > 1
    assert findings.count("      | web: python manage.py runserver") == 1
    runtime = next(index for index, line in enumerate(findings) if line.endswith("/runtime.txt:1:"))
    assert findings[runtime - 1] == ""
    assert "" not in findings[procfile[0] : procfile[-1]]


def test_variables_that_nothing_sets_are_marked(tmp_path, monkeypatch):
    """A file that sets one is named."""
    files = {
        "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n      GIVEN: 1\n"
    }
    monkeypatch.setenv("GIVEN", "1")
    monkeypatch.setenv("LACKING", "1")
    settings = 'GIVEN = os.environ["GIVEN"]\nLACKING = os.environ["LACKING"]\n'
    report = inspect_files(tmp_path, files, settings=settings).report
    roles = {}

    def style(role: str, line: str) -> str:
        roles[line.split()[0]] = role
        return line

    lines = text.render(report, style).splitlines()
    (given,) = [line for line in lines if line.startswith("  GIVEN ")]
    (lacking,) = [line for line in lines if line.startswith("  LACKING ")]
    assert "  set in compose.prod.yml:6; read in bookstore/settings.py:" in given
    assert "required" in lacking
    assert "set in no file that was read" in lacking
    assert roles.get("LACKING") == "WARNING"
    assert "GIVEN" not in roles


ESCAPE = "\x1b[2K"


def test_names_cannot_move_the_cursor_or_break_a_line(tmp_path):
    """Names of files, processes and variables come from the repository, which a stranger may have written to."""
    folder = f"deploy{ESCAPE}\n"
    files = {
        "Procfile": f"web: sh '{folder}/start.sh'\nrelease: python manage.py migrate\n",
        f"{folder}/start.sh": f"exec gunicorn bookstore.wsgi --bind 'unix:/run/{ESCAPE}'\n",
        f"{folder}/Dockerfile": f"FROM python:3.12\nCMD ['{ESCAPE}', $\n",
        f"{folder}/docker-compose.yml": f'services:\n  "web\\e[2K":\n    build: "./a{ESCAPE}"\n',
    }
    settings = f'import os\nA = os.environ["A{ESCAPE}"]\nB = os.environ.get("B", "{ESCAPE}")\n'.replace(
        ESCAPE, "\\x1b[2K"
    )
    os.environ[f"A{ESCAPE}"] = ""
    try:
        report = inspect_files(tmp_path, files, settings=settings).report
    finally:
        del os.environ[f"A{ESCAPE}"]
    deployment = report.deployment
    assert deployment is not None
    process = replace(
        deployment.processes[0], name=ESCAPE, location=Location(f"{folder}/start.sh", 1), via=(Location(folder),)
    )
    changed = replace(
        deployment,
        root=f"/{ESCAPE}",
        platforms=(ESCAPE,),
        processes=(process, *deployment.processes),
        blind_spots=(BlindSpot("said", Location(folder, 2)),),
        files=(DeploymentFile(folder, "procfile", "production", "read", f"is started by '{folder}'"),),
    )
    for width in (None, 60):
        shown = text.render(replace(report, deployment=changed), width=width)
        assert ESCAPE.strip("\x1b") in shown
        assert "A [2K" in shown
        assert all(character.isprintable() for character in shown.replace("\n", ""))
        assert not any(line.startswith("/start.sh") for line in shown.splitlines())
