"""The options of ``manage.py deploycheck``: formats and files, single rules, pages, ignores to paste."""

from __future__ import annotations

import ast
import io
import json

import pytest
from django.core.management import CommandError, call_command

from django_deploycheck import rules
from tests.running import manage, reported, write_site

PROCFILE = {"Procfile": "web: python manage.py runserver\n"}


@pytest.fixture
def site(tmp_path):
    """A site with two mistakes in one line."""
    return write_site(tmp_path, PROCFILE)


def said(*arguments, **options):
    """What the command prints of this process."""
    output = io.StringIO()
    call_command("deploycheck", *arguments, stdout=output, **options)
    return output.getvalue()


def test_several_formats_at_once(site):
    """Each into its file; what has none is printed, in order; a file's folder must be there."""
    done = manage(
        site, *"deploycheck --format sarif --output a.sarif --format github --format json --output a.json".split()
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert all(line.startswith("::") for line in done.stdout.splitlines())
    assert json.loads((site / "a.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert json.loads((site / "a.json").read_text(encoding="utf-8"))["version"] == 1


def test_an_output_alone_is_text(tmp_path):
    """Without colours, ending in one line end."""
    assert said("--output", str(tmp_path / "report.txt"), "--fail-level", "never") == ""
    text = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert text.startswith("Repository ")
    assert text.endswith(" silenced.\n")
    assert "\x1b" not in text


def test_nothing_to_annotate_is_an_empty_file(tmp_path):
    """Not one with an empty line."""
    path = tmp_path / "annotations"
    said("--format", "github", "--output", str(path), "--rule", "101", "--fail-level", "NEVER")
    assert path.read_text(encoding="utf-8") == ""


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    """The system's reason."""
    path = str(tmp_path / "absent" / "report.txt")
    with pytest.raises(CommandError) as raised:
        said("--output", path)
    assert str(raised.value) == f"'{path}' cannot be written: No such file or directory."


def test_a_format_of_a_caller_in_python():
    """``call_command`` may be given one by name."""
    assert json.loads(said(format="json", fail_level="NEVER"))["version"] == 1


@pytest.mark.parametrize(
    "name", ["runserver-in-production", "101", "W101", "deploycheck.W101", "e101", "Runserver-In-Production"]
)
def test_a_rule_by_its_name_number_or_id(site, name):
    """It alone is reported, and decides the exit status."""
    assert [found["name"] for found in reported(site, "--rule", name)] == ["runserver-in-production"]
    assert manage(site, "deploycheck", "--rule", "whitenoise-order", "--rule", "610").returncode == 0


@pytest.mark.parametrize("option", ["--rule", "--explain"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("runserver-in-prod", "There is no rule 'runserver-in-prod'. Did you mean 'runserver-in-production'?"),
        ("999", "There is no rule '999'. See --list-rules."),
    ],
)
def test_an_unknown_rule(option, name, message):
    """It may be misspelt."""
    with pytest.raises(CommandError) as raised:
        said(option, name)
    assert str(raised.value) == message


def test_the_list_of_rules():
    """A line each: number, name, what it finds."""
    lines = said("--list-rules").splitlines()
    assert len(lines) == len(rules.load())
    assert (
        "W101  runserver-in-production               Production answers requests with 'runserver', Django's development server."
        in lines
    )


@pytest.mark.parametrize("flags", [(), ("-OO",)])
def test_a_page(site, flags):
    """Also where Python keeps no docstrings."""
    import subprocess
    import sys

    command = [sys.executable, *flags, "manage.py", "deploycheck", "--explain", "W101"]
    done = subprocess.run(command, cwd=site, capture_output=True, encoding="utf-8", check=True)
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "W101 runserver-in-production",
        "",
        "Production answers requests with 'runserver', Django's development server.",
    ]
    assert "    web: gunicorn bookstore.wsgi" in lines
    assert lines[-1] == "https://django-deploycheck.readthedocs.io/en/stable/rules/runserver-in-production.html"


def test_pages_need_the_source_or_the_docstring(monkeypatch):
    """A package of byte code alone has neither, and nothing fails."""
    (rule,) = [rule for rule in rules.load() if rule.number == 101]
    page = rules.page(rule)
    monkeypatch.setattr(f"{rule.module}.__doc__", None)
    assert rules.page(rule) == page
    monkeypatch.delattr(f"{rule.module}.__loader__")
    assert rules.page(rule) == ""


def test_suggested_ignores_silence_what_is_found(site):
    """Pasted into the settings they leave nothing to report."""
    block = manage(site, "deploycheck", "--suggest-ignores", check=True).stdout
    ignored = ast.literal_eval(block.partition(" = ")[2])["IGNORE"]
    assert "runserver-in-production:Procfile" in ignored
    assert "no-error-tracker" not in [key for key in ignored if ":" in key]
    write_site(site, PROCFILE, block)
    done = manage(site, "deploycheck")
    assert (done.returncode, "0 errors, 0 warnings, 0 advice" in done.stdout) == (0, True)
    again = manage(site, "deploycheck", "--suggest-ignores", check=True).stdout
    assert again == "# Nothing is found that is not silenced: there is nothing to ignore.\n"


def test_in_this_process(tmp_path, settings):
    """A page, ignores, a failing level and a database that is not there, without a process of their own."""
    (tmp_path / "Procfile").write_text("web: python manage.py runserver\n", encoding="utf-8")
    settings.DEPLOYCHECK = {"ROOT": tmp_path, "COMMANDS": {"worker": "python manage.py makemigrations"}}
    assert said("--explain", "W101").startswith("W101 runserver-in-production\n\nProduction answers requests with")
    ignores = ast.literal_eval(said("--suggest-ignores").partition(" = ")[2])["IGNORE"]
    assert {"runserver-in-production:Procfile", "makemigrations-in-production"} <= set(ignores)
    with pytest.raises(SystemExit) as exited:
        said("--rule", "101")
    assert exited.value.code == 1
    with pytest.raises(CommandError, match=r"^DATABASES has no 'nope'\. It has 'default'\.$"):
        said("--database", "nope")
    settings.DEPLOYCHECK = {"ROOT": tmp_path, "IGNORE": dict.fromkeys(ignores, "known")}
    said("--rule", "101")
    (tmp_path / "Procfile").unlink()
    settings.DEPLOYCHECK = {
        "ROOT": tmp_path,
        "IGNORE": dict.fromkeys(
            {one["name"] for one in json.loads(said(format="json", fail_level="NEVER"))["findings"]}, "known"
        ),
    }
    assert said("--suggest-ignores").startswith("# Nothing is found")
