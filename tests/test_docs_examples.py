"""What the hand-written pages and the README tell people to paste and to type works."""

from __future__ import annotations

import ast
import configparser
import json
import re
import shlex
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import pytest
import yaml

from tests.projects import inspect_files
from tests.running import copy_of, manage, start_project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    # The rules' pages have a test of their own; warnings.rst shows no code.
    *sorted(path for path in (ROOT / "docs").glob("*.rst")),
]
DIRECTIVE = re.compile(
    r"^(?P<margin> *)\.\. code-block:: (?P<language>\S+)\n(?P<options>(?:(?P=margin) +:\w+:.*\n)*)\n"
    r"(?P<body>(?:(?:(?P=margin) +.*)?\n)+)",
    re.MULTILINE,
)
FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block of a page: its language, the path of the file that it shows, its text and its line."""

    page: str
    line: int
    language: str
    caption: str | None
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> Iterator[Block]:
    page = path.read_text(encoding="utf-8")
    for match in (FENCE if path.suffix == ".md" else DIRECTIVE).finditer(page):
        options = match.groupdict().get("options") or ""
        caption = re.search(r":caption: (.+)", options)
        text = textwrap.dedent(match["body"]).strip("\n") + "\n"
        line = page.count("\n", 0, match.start()) + 1
        yield Block(path.name, line, match["language"], caption[1] if caption else None, text)


BLOCKS = [block for path in PAGES for block in blocks_of(path)]


def of(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


# --- what there is -------------------------------------------------------------------------------------------------------

# Output, drawings and lines for a Procfile; samples of output are compared by tests/test_example.py.
NOT_RUN = {"text", "none"}
LANGUAGES = {"console", "python", "yaml", "toml", "ini", "json", "docker", "dockerfile"}


def test_every_block_is_found_and_its_language_is_one_that_is_tried():
    written = sum(
        path.read_text(encoding="utf-8").count("```" if path.suffix == ".md" else ".. code-block::")
        // (2 if path.suffix == ".md" else 1)
        for path in PAGES
    )

    assert len(BLOCKS) == written
    assert {block.language for block in BLOCKS} == LANGUAGES | NOT_RUN


# --- settings ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", of("python"), ids=str)
def test_settings_can_be_pasted(block, tmp_path):
    """They run, and the keys of DEPLOYCHECK, the rules and the platform in them exist."""
    names: dict[str, object] = {"BASE_DIR": tmp_path}
    exec(compile(block.text, str(block), "exec"), names)  # noqa: S102 - what the page tells people to paste
    given = {name: value for name, value in names.items() if name.isupper() and name != "BASE_DIR"}
    added = "".join(f"{name} = {value!r}\n" for name, value in given.items() if name == "SILENCED_SYSTEM_CHECKS")
    if "DEPLOYCHECK" in given:
        assert isinstance(given["DEPLOYCHECK"], dict)
        added += f"DEPLOYCHECK = { {key: value for key, value in given['DEPLOYCHECK'].items() if key != 'ROOT'}!r}\n"

    assert given
    report = inspect_files(tmp_path, settings=added).report
    assert [result.finding.message for result in report.results if result.rule.name == "invalid-configuration"] == []


# --- files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", of("yaml"), ids=str)
def test_yaml_can_be_parsed(block):
    assert yaml.safe_load(block.text)


@pytest.mark.parametrize("block", of("toml"), ids=str)
def test_toml_can_be_parsed(block):
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("block", of("json"), ids=str)
def test_json_can_be_parsed(block):
    assert json.loads(block.text)


@pytest.mark.parametrize("block", of("ini"), ids=str)
def test_ini_can_be_parsed(block):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(block.text)
    assert parser.sections()


RECIPES = [block for block in BLOCKS if block.page == "recipes.rst" and block.caption]
PIPELINES = [
    block for block in RECIPES if ".yml" in (block.caption or "") and "pre-commit" not in (block.caption or "")
]
PROCFILE = "release: python manage.py migrate\nweb: gunicorn bookstore.wsgi\n"
# The site of the tests has one settings module for everything.
SETTINGS = "bookstore.settings.production"


def site_with(block: Block, text: str) -> dict[str, str]:
    """The recipe's file with another text, and beside it a way to deploy where the recipe is none."""
    assert block.caption is not None
    files = {block.caption: text.replace(SETTINGS, "bookstore.settings")}
    if block.caption == "Dockerfile":
        files["fly.toml"] = (
            "[deploy]\nrelease_command = 'python manage.py migrate'\n[http_service]\ninternal_port = 8000\n"
        )
    elif block.caption.startswith((".", "tox")):
        files["Procfile"] = PROCFILE
    return files


def test_every_recipe_is_found():
    assert len(RECIPES) == 9
    assert len(PIPELINES) == 3


@pytest.mark.parametrize("block", RECIPES, ids=lambda block: f"{block.caption}")
def test_a_recipe_is_right_in_a_right_site(block, tmp_path):
    """It is read, starts the check, and no rule finds fault with it."""
    report = inspect_files(tmp_path, site_with(block, block.text)).report

    assert "check --deploy" in block.text
    assert [
        (result.id, result.finding.message)
        for result in report.results
        if result.finding.location is not None and result.finding.location.path == block.caption
    ] == []
    assert [result.id for result in report.results if result.rule.name == "unreadable-file"] == []


@pytest.mark.parametrize("block", PIPELINES, ids=lambda block: f"{block.caption}")
def test_a_recipe_for_a_pipeline_is_what_the_rule_on_pipelines_asks_for(block, tmp_path):
    """And its job, whatever it is called, deploys nothing."""
    tested = re.sub(r"manage\.py .*", "manage.py test", block.text)

    reports = [
        inspect_files(tmp_path / name, site_with(block, text)).report
        for name, text in (("with", block.text), ("without", tested))
    ]

    asked = [any(result.rule.name == "checks-not-in-ci" for result in report.results) for report in reports]
    assert asked == [False, True]
    for report in reports:
        assert report.deployment is not None
        assert {process.location.path for process in report.deployment.production} == {"Procfile"}


SILENCED = [block for block in BLOCKS if block.page == "silencing.rst" and block.caption and block.language != "python"]


@pytest.mark.parametrize("block", SILENCED, ids=str)
def test_a_comment_silences_what_it_is_shown_with(block, tmp_path):
    assert block.caption is not None
    named = re.search(r"ignore\[([\w-]+)[^\]]*\] (.+)", block.text)
    assert named is not None

    report = inspect_files(tmp_path, {block.caption: block.text}).report

    silenced = {
        (result.rule.name, result.silence.by, result.silence.reason)
        for result in report.results
        if result.silence is not None
    }
    assert silenced == {(named[1], "comment", named[2])}


# --- commands ------------------------------------------------------------------------------------------------------------

COMMANDS = [
    pytest.param(line.removeprefix("$ "), id=f"{block}: {line}")
    for block in of("console")
    for line in block.text.splitlines()
    if line.startswith("$ ")
]
# They need a network, or run this very suite.
ELSEWHERE = re.compile(
    r"python -m pip install (?:django-deploycheck|.* --group fuzz)$|python -m tests\.|python3 scripts/(?:demo|test)\.py\b|tox "
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of("heroku/broken", tmp_path_factory.mktemp("site"))


def test_console_blocks_hold_commands_alone():
    assert [
        block for block in of("console") if not all(line.startswith("$ ") for line in block.text.splitlines())
    ] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_works_in_a_site(command, site):
    """It ends with 0, or with 1 for the mistakes of the site; a mistake of ours in the options is a 2, a crash a traceback."""
    if ELSEWHERE.match(command):
        pytest.skip("needs a network, or runs this suite")
    program, script, *arguments = shlex.split(command, comments=True)
    assert (program, script) == ("python", "manage.py")

    done = manage(site, *arguments)

    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or "deploycheck.W" in done.stdout + done.stderr


def test_what_is_suggested_to_be_ignored_can_be_pasted(site):
    suggested = manage(site, "deploycheck", "--suggest-ignores").stdout
    (assignment,) = ast.parse(suggested).body

    assert isinstance(assignment, ast.Assign)
    assert "'runserver-in-production:Procfile':" in suggested


# --- the quick start, word by word ---------------------------------------------------------------------------------------

# What Django's own warnings and our hints ask for, once the quick start is done.
CORRECTED = """
import os

DEBUG = False
ALLOWED_HOSTS = ["www.example.com"]
SECRET_KEY = os.environ["SECRET_KEY"]
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
STATIC_ROOT = BASE_DIR / "staticfiles"
MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
DEPLOYCHECK["IGNORE"]["sqlite-in-production"] = "ten readers, and the disk is a volume"
"""


def test_the_quick_start_leads_from_a_first_finding_to_a_clean_run(tmp_path):
    page = [block for block in BLOCKS if block.page == "quickstart.rst"]
    commands = [
        line.removeprefix("$ ") for block in page if block.language == "console" for line in block.text.splitlines()
    ]
    (check,) = [shlex.split(command)[2:] for command in commands if "check --deploy" in command]
    (ignore,) = [block.text for block in page if block.text.startswith("DEPLOYCHECK")]
    site = start_project(tmp_path)
    (site / ".git").mkdir()
    (site / "Procfile").write_text("web: python manage.py runserver 0.0.0.0:$PORT\n", encoding="utf-8")

    first = manage(site, *check)

    assert first.returncode == 1
    assert "Procfile:1: (deploycheck.W101)" in first.stderr
    assert "[no-error-tracker]" in first.stderr

    (site / "requirements.txt").write_text("django==5.2\ngunicorn==23.0.0\nwhitenoise==6.7.0\n", encoding="utf-8")
    (site / "Procfile").write_text(PROCFILE.replace("bookstore", "shop"), encoding="utf-8")
    with (site / "shop" / "settings.py").open("a", encoding="utf-8") as settings:
        settings.write(ignore + CORRECTED)
        if django.VERSION >= (6, 1):  # whose own check asks for it: startproject writes mail to the console
            settings.write('MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}\n')
    last = manage(site, *check, env={"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"})

    assert (last.returncode, "deploycheck.W" in last.stdout + last.stderr) == (0, False), last.stderr
