"""``manage.py deploycheck``: the whole of its two reports on small repositories, and its exit status."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from django_deploycheck import rules
from tests import projects
from tests.projects import MANAGE, WSGI
from tests.running import manage, run

if TYPE_CHECKING:
    from pytest_django import Settings

# Without a PostgreSQL driver to import.
DATABASE = """\
import dj_database_url

DATABASES = {"default": dj_database_url.config(default="sqlite:///db.sqlite3")}
"""
SETTINGS = re.sub(r"^DATABASES = .*?^}\n", DATABASE, projects.SETTINGS, flags=re.MULTILINE | re.DOTALL)

DATABASE_LINE = SETTINGS[: SETTINGS.index("dj_database_url.config")].count("\n") + 1

# Started where the site is served; production sets its key.
TRACKER = """
import sentry_sdk

sentry_sdk.init(dsn=os.environ.get("SENTRY_DSN"))
"""

BASE = "https://django-deploycheck.readthedocs.io/en/stable/"
FIELDS = {
    "": "version root settings_module platforms files processes blind_spots variables findings",
    "files": "path kind environment status reason",
    "processes": "role name environment command server application workers bind reload runs location via",
    "blind_spots": "reason location",
    "variables": "name required has_default default read_at provided_by",
    "findings": "id name level message hint location url silenced",
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root.resolve()


def bookstore(root: Path, **files: str) -> Path:
    """A right site in a git repository, without its deployment files; ``start_sh`` stands for ``start.sh``."""
    site = {
        ".git/HEAD": "ref: refs/heads/main\n",
        "manage.py": MANAGE,
        "bookstore/__init__.py": "",
        "bookstore/urls.py": "urlpatterns = []\n",
        "bookstore/wsgi.py": WSGI + TRACKER,
        "bookstore/settings.py": SETTINGS,
        "requirements.txt": "django==5.2.8\nwhitenoise==6.11.0\npsycopg==3.2.13\nsentry-sdk==2.45.0\n",
    }
    return write(root, {**site, **{name.replace("_", "."): text for name, text in files.items()}})


def report(root: Path, *arguments: str) -> Any:
    done = manage(root, "deploycheck", "--format", "json", "--fail-level", "NEVER", *arguments, check=True)
    assert done.stderr == ""
    return json.loads(done.stdout)


# --- JSON ---------------------------------------------------------------------------------------------------------------


def test_the_json_report_of_a_small_repository(tmp_path: Path) -> None:
    root = bookstore(
        tmp_path,
        Procfile="release: python manage.py migrate\nweb: ./start.sh\n",
        start_sh="#!/bin/sh\nexec gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:$PORT --reload\n",
    )

    data = report(root)

    messages = [(item.pop("message"), item.pop("hint")) for item in data["findings"]]
    assert all(message.endswith(".") and hint for message, hint in messages)
    assert data == {
        "version": 1,
        "root": str(root),
        "settings_module": "bookstore.settings",
        "platforms": ["heroku"],
        "files": [
            {
                "path": "Procfile",
                "kind": "procfile",
                "environment": "production",
                "status": "read",
                "reason": "platforms start what a Procfile names",
            },
            {
                "path": "bookstore/wsgi.py",
                "kind": "python-module",
                "environment": "unknown",
                "status": "read",
                "reason": "says nothing of one environment",
            },
            {
                "path": "requirements.txt",
                "kind": "requirements",
                "environment": "unknown",
                "status": "read",
                "reason": "says nothing of one environment",
            },
            {
                "path": "start.sh",
                "kind": "shell-script",
                "environment": "production",
                "status": "read",
                "reason": "Procfile:2 runs it",
            },
        ],
        "processes": [
            {
                "role": "release",
                "name": "release",
                "environment": "production",
                "command": "python manage.py migrate",
                "server": "none",
                "application": None,
                "workers": None,
                "bind": [],
                "reload": False,
                "runs": ["migrate"],
                "location": {"path": "Procfile", "line": 1},
                "via": [],
            },
            {
                "role": "web",
                "name": "web",
                "environment": "production",
                "command": "exec gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:$PORT --reload",
                "server": "gunicorn",
                "application": "bookstore.wsgi",
                "workers": 3,
                "bind": ["0.0.0.0:$PORT"],
                "reload": True,
                "runs": [],
                "location": {"path": "start.sh", "line": 2},
                "via": [{"path": "Procfile", "line": 2}],
            },
        ],
        "blind_spots": [],
        "variables": [
            {
                "name": "SECRET_KEY",
                "required": False,
                "has_default": True,
                "default": "***",
                "read_at": {"path": "bookstore/settings.py", "line": 5},
                "provided_by": [],
            },
            {
                "name": "DATABASE_URL",
                "required": False,
                "has_default": True,
                "default": "'sqlite:///db.sqlite3'",
                "read_at": {"path": "bookstore/settings.py", "line": DATABASE_LINE},
                "provided_by": [],
            },
        ],
        "findings": [
            {
                "id": "deploycheck.W103",
                "name": "undeclared-server",
                "level": "warning",
                "location": {"path": "start.sh", "line": 2},
                "url": f"{BASE}rules/undeclared-server.html",
                "silenced": None,
            },
            {
                "id": "deploycheck.W105",
                "name": "reload-in-production",
                "level": "warning",
                "location": {"path": "start.sh", "line": 2},
                "url": f"{BASE}rules/reload-in-production.html",
                "silenced": None,
            },
        ],
    }


def test_every_object_of_the_json_report_has_exactly_its_fields(tmp_path: Path) -> None:
    root = bookstore(
        tmp_path,
        Procfile="web: gunicorn bookstore.wsgi --reload\nworker: $WORKER\nno entry\n",
        app_json="{",
    )

    data = report(root)

    assert list(data) == FIELDS[""].split()
    for name in ("files", "processes", "blind_spots", "variables", "findings"):
        assert data[name], name
        assert {tuple(item) for item in data[name]} == {tuple(FIELDS[name].split())}


def test_what_could_not_be_read_or_seen_is_in_the_json_report(tmp_path: Path) -> None:
    root = bookstore(tmp_path, Procfile="web: gunicorn bookstore.wsgi\nworker: ./missing.sh\n", app_json='{\n"env":\n')

    data = report(root)

    (unreadable,) = (file for file in data["files"] if file["path"] == "app.json")
    assert unreadable["status"] == "unreadable"
    assert unreadable["reason"]
    places = [spot["location"] for spot in data["blind_spots"]]
    assert {"path": "Procfile", "line": 2} in places
    assert [place["path"] for place in places].count("app.json") == 1


SILENCES = [
    pytest.param('SILENCED_SYSTEM_CHECKS = ["deploycheck.W105"]', "", "setting", "", id="SILENCED_SYSTEM_CHECKS"),
    pytest.param(
        'DEPLOYCHECK = {"IGNORE": {"reload-in-production": "for now"}}', "", "ignore", "for now", id="IGNORE by name"
    ),
    pytest.param(
        'DEPLOYCHECK = {"IGNORE": {"W105:Procfile": "here"}}', "", "ignore", "here", id="IGNORE by id and path"
    ),
    pytest.param("", "# deploycheck: ignore[reload-in-production] a demo\n", "comment", "a demo", id="a comment"),
]


@pytest.mark.parametrize(("settings", "comment", "by", "reason"), SILENCES)
def test_a_silenced_finding_stays_in_the_json_report_with_its_reason(
    tmp_path: Path, settings: str, comment: str, by: str, reason: str
) -> None:
    root = bookstore(
        tmp_path,
        Procfile=f"release: python manage.py migrate\n{comment}web: gunicorn bookstore.wsgi --reload\n",
        requirements_txt="django==5.2.8\ngunicorn==23.0.0\nwhitenoise==6.11.0\npsycopg==3.2.13\n",
    )
    (root / "bookstore" / "settings.py").write_text(SETTINGS + settings + "\n", encoding="utf-8")

    done = manage(root, "deploycheck", "--format", "json")

    assert done.returncode == 0
    assert [(item["name"], item["silenced"]) for item in json.loads(done.stdout)["findings"]] == [
        ("reload-in-production", {"by": by, "reason": reason})
    ]


def test_characters_of_any_language_survive_in_the_json_report(tmp_path: Path) -> None:
    root = bookstore(tmp_path, Procfile="web: gunicorn bookstore.wsgi --name Bücher-書店\n")

    done = manage(
        root, "deploycheck", "--format", "json", env={"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    )

    assert done.stdout.isascii()
    assert json.loads(done.stdout)["processes"][0]["command"] == "gunicorn bookstore.wsgi --name Bücher-書店"


def test_terminal_codes_in_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    root = bookstore(tmp_path, Procfile="web: \x1b[31mgunicorn\x1b]0;title\x07 bookstore.wsgi \x9b1m --reload\n")

    outputs = [
        manage(root, *arguments)
        for arguments in (("deploycheck",), ("deploycheck", "--format", "json"), ("check", "--deploy"))
    ]

    assert not any(code in done.stdout + done.stderr for done in outputs for code in "\x1b\x07\x9b")


# --- text ---------------------------------------------------------------------------------------------------------------


def test_the_text_report_of_a_small_repository(tmp_path: Path) -> None:
    root = bookstore(
        tmp_path,
        Procfile="release: python manage.py migrate\nweb: ./start.sh\nworker: ./missing.sh\n",
        start_sh="#!/bin/sh\nexec gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:$PORT --reload\n",
        requirements_txt="django==5.2.8\ngunicorn==23.0.0\nwhitenoise==6.11.0\npsycopg==3.2.13\n",
    )

    done = manage(root, "deploycheck")

    (message,) = (item for item in report(root)["findings"] if item["name"] == "reload-in-production")
    head, _, findings = done.stdout.partition("Findings\n")
    assert done.stderr == ""
    assert head.splitlines() == [
        f"Repository {root}",
        "Settings   bookstore.settings",
        "Platforms  heroku",
        "",
        "Production runs",
        "  release   release: python manage.py migrate",
        "            Procfile:1",
        "            runs migrate",
        (
            "  web       web: exec gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:$PORT --reload"
            "  (gunicorn, workers 3, listens on 0.0.0.0:$PORT)"
        ),
        "            start.sh:2 via Procfile:2",
        "  other     worker: ./missing.sh  (not understood)",
        "            Procfile:3",
        "",
        "Files read",
        "  Procfile           production   platforms start what a Procfile names",
        "  bookstore/wsgi.py  unknown      says nothing of one environment",
        "  requirements.txt   unknown      says nothing of one environment",
        "  start.sh           production   Procfile:2 runs it",
        "",
        "Not seen",
        "  Procfile:3: runs './missing.sh', which is not in the repository",
        "",
        "Variables that the settings read",
        "  SECRET_KEY    has a default  set in no file that was read; read in bookstore/settings.py:5; default ***",
        "  DATABASE_URL  has a default  set in no file that was read; "
        + f"read in bookstore/settings.py:{DATABASE_LINE}; default 'sqlite:///db.sqlite3'",
        "",
    ]
    assert findings.splitlines() == [
        f"  start.sh:2: (deploycheck.W105) {message['message']} [reload-in-production]",
        "      | exec gunicorn bookstore.wsgi --workers 3 --bind 0.0.0.0:$PORT --reload",
        f"      HINT: {message['hint']}",
        "",
        "0 errors, 1 warnings, 0 advice; 0 silenced.",
    ]


def test_the_text_report_counts_what_is_silenced(tmp_path: Path) -> None:
    root = bookstore(tmp_path, Procfile="web: gunicorn bookstore.wsgi --reload\n")
    (root / "bookstore" / "settings.py").write_text(
        SETTINGS + 'DEPLOYCHECK = {"IGNORE": {"reload-in-production": ""}}\n', encoding="utf-8"
    )

    done = manage(root, "deploycheck")

    assert "reload-in-production" not in done.stdout
    assert done.stdout.endswith("; 1 silenced.\n")


def test_the_text_report_is_coloured_only_on_a_terminal(tmp_path: Path) -> None:
    root = bookstore(tmp_path, Procfile="web: python manage.py runserver\n")

    assert "\x1b[" not in manage(root, "deploycheck").stdout
    assert "\x1b[" in manage(root, "deploycheck", "--force-color").stdout


def test_a_site_without_deployment_files(tmp_path: Path) -> None:
    root = bookstore(tmp_path)
    (root / "requirements.txt").unlink()

    done = manage(root, "deploycheck", check=True)

    assert "Production runs\n  nothing that was found\n" in done.stdout
    assert "Files read\n  none\n" in done.stdout
    looked = f"{len(rules.load())} rules looked at the settings, at 0 files and at what 0 processes of production run."
    assert done.stdout.endswith(f"Findings\n  none: {looked}\n\n0 errors, 0 warnings, 0 advice; 0 silenced.\n")


# --- exit status --------------------------------------------------------------------------------------------------------

STATUSES = [
    pytest.param("web: gunicorn bookstore.wsgi --workers 3\n", (), 0, id="nothing found"),
    pytest.param("web: gunicorn bookstore.wsgi --reload\n", ("--fail-level", "ERROR"), 0, id="a warning under ERROR"),
    pytest.param("web: gunicorn bookstore.wsgi --reload\n", ("--fail-level", "NEVER"), 0, id="a warning under NEVER"),
    pytest.param("web: gunicorn bookstore.wsgi --reload\n", (), 1, id="a warning by default"),
    pytest.param("web: gunicorn bookstore.wsgi --reload\n", ("--fail-level", "warning"), 1, id="lower case"),
    pytest.param("web: gunicorn bookstore.wsgi --reload\n", ("--fail-level", "INFO"), 1, id="a warning under INFO"),
    pytest.param("web: gunicorn bookstore.wsgi\n", ("--fail-level", "LOUD"), 2, id="a level that does not exist"),
]


@pytest.mark.parametrize(("procfile", "arguments", "status"), STATUSES)
def test_exit_status(tmp_path: Path, procfile: str, arguments: tuple[str, ...], status: int) -> None:
    root = bookstore(
        tmp_path,
        Procfile=f"release: python manage.py migrate\n{procfile}",
        requirements_txt="django==5.2.8\ngunicorn==23.0.0\nwhitenoise==6.11.0\npsycopg==3.2.13\n",
    )

    done = manage(root, "deploycheck", *arguments)

    assert done.returncode == status, done.stdout + done.stderr


ADVICE = """\
services:
  web:
    build: .
    command: gunicorn bookstore.wsgi --bind 0.0.0.0:8000
    restart: always
    user: shop
"""
ADVISED = "FROM python:3.13-slim\nCOPY . .\nRUN python manage.py migrate && python manage.py collectstatic\n"


@pytest.mark.parametrize(("level", "status"), [("WARNING", 0), ("INFO", 1)])
def test_advice_fails_the_command_only_when_asked_for(tmp_path: Path, level: str, status: int) -> None:
    root = bookstore(
        tmp_path,
        Dockerfile=ADVISED,
        requirements_txt="django==5.2.8\ngunicorn==23.0.0\nwhitenoise==6.11.0\npsycopg==3.2.13\n",
    )
    write(root, {"docker-compose.prod.yml": ADVICE})

    done = manage(root, "deploycheck", "--format", "json", "--fail-level", level)

    assert {item["level"] for item in json.loads(done.stdout)["findings"]} == {"info"}
    assert done.returncode == status


def test_called_from_python_it_raises_system_exit(tmp_path: Path, settings: Settings) -> None:
    write(tmp_path, {"Procfile": "web: python manage.py runserver\n"})
    settings.DEPLOYCHECK = {"ROOT": tmp_path}
    stream = io.StringIO()

    with pytest.raises(SystemExit) as exit_:
        call_command("deploycheck", format="json", stdout=stream)

    assert exit_.value.code == 1
    assert "runserver-in-production" in [item["name"] for item in json.loads(stream.getvalue())["findings"]]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'xml'"):
        call_command("deploycheck", "--format", "xml")


def test_the_command_runs_no_other_check(tmp_path: Path) -> None:
    """Nor does it need what they need: templates, a database, static files."""
    root = bookstore(tmp_path)
    (root / "bookstore" / "urls.py").write_text("raise AssertionError('not to be imported')\n", encoding="utf-8")

    done = manage(root, "deploycheck", check=True)

    assert done.stderr == ""


# --- a partial tree -----------------------------------------------------------------------------------------------------


def test_in_a_partial_tree_what_is_absent_is_unknown(tmp_path: Path) -> None:
    root = bookstore(tmp_path, Procfile="web: python manage.py runserver\n")
    complete = [item["name"] for item in report(root)["findings"]]
    (root / ".git" / "HEAD").unlink()
    (root / ".git").rmdir()

    partial = [item["name"] for item in report(root)["findings"]]

    assert "no-release-migrate" in complete
    assert "no-release-migrate" not in partial
    assert "runserver-in-production" in partial
    assert f"Repository {root} (without .git: files may be missing)\n" in manage(root, "deploycheck").stdout


def test_a_named_root_makes_the_tree_complete(tmp_path: Path) -> None:
    root = bookstore(tmp_path, Procfile="web: python manage.py runserver\n")
    (root / ".git" / "HEAD").unlink()
    (root / ".git").rmdir()
    (root / "bookstore" / "settings.py").write_text(SETTINGS + 'DEPLOYCHECK = {"ROOT": BASE_DIR}\n', encoding="utf-8")

    assert "no-release-migrate" in [item["name"] for item in report(root)["findings"]]


@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_optimised_byte_code_has_the_same_report(tmp_path: Path, flag: str) -> None:
    """Under ``-OO`` there are no docstrings, which are the rules' pages."""
    root = bookstore(tmp_path, Procfile="web: python manage.py runserver\n")

    done = run(root, flag, "manage.py", "deploycheck", "--format", "json", "--fail-level", "NEVER", check=True)

    assert json.loads(done.stdout) == report(root)


def test_it_finds_nothing_to_look_at(tmp_path: Path) -> None:
    code = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django_deploycheck"], DEPLOYCHECK={"ROOT": "/"})
django.setup()
from django.core.management import call_command
from django_deploycheck import engine
engine.find_root = lambda *arguments: None
call_command("deploycheck")
call_command("deploycheck", "--format", "json")
"""
    done = run(tmp_path, "-c", code, check=True)

    text, _, data = done.stdout.partition("\n")
    assert text == "No folder to look at was found. Set DEPLOYCHECK['ROOT'] to the repository."
    assert json.loads(data) == {
        "version": 1,
        "root": None,
        "settings_module": None,
        "platforms": [],
        "files": [],
        "processes": [],
        "blind_spots": [],
        "variables": [],
        "findings": [],
    }
