"""The whole of it: small repositories, settings and reports; and reports of facts that nobody could have stated."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from django_deploycheck import rules
from django_deploycheck.discovery import Root
from django_deploycheck.engine import Report, check, inspect
from django_deploycheck.model import BlindSpot, DeploymentFile, Finding, Location
from django_deploycheck.records import replace
from django_deploycheck.reports import as_json, github, gitlab, ignores, sarif, text
from django_deploycheck.silencing import Result, Silence
from tests.fuzz import grammar
from tests.fuzz.core import PACKAGE, ROOT, Target
from tests.fuzz.grammar import Choices
from tests.fuzz.seeds import specimens
from tests.fuzz.targets import configuration
from tests.fuzz.targets.understanding import noise
from tests.projects import SKELETON

_PATHS = (
    *(
        "Procfile",
        "Dockerfile",
        "docker-compose.yml",
        "start.sh",
        "Makefile",
        ".env",
        "requirements.txt",
        "fly.toml",
        "app.json",
    ),
    *(
        "bookstore/settings.py",
        "bookstore/base.py",
        "gunicorn.conf.py",
        "nginx.conf",
        "uwsgi.ini",
        "render.yaml",
        ".gitignore",
    ),
    *(
        "supervisord.conf",
        "deploy/entrypoint.sh",
        ".github/workflows/deploy.yml",
        "pyproject.toml",
        ".dockerignore",
        "b.sh",
        "c.sh",
    ),
    *(
        ".git/index",
        "bookstore/wsgi.py",
        "justfile",
        "package.json",
        "k8s/web.yaml",
        "systemd/web.service",
        "Caddyfile",
        "fabfile.py",
    ),
)
_LINKING = tuple(f"django_deploycheck.linking.{path.stem}" for path in sorted((PACKAGE / "linking").glob("[a-z]*.py")))
_MODULES = tuple(
    f"django_deploycheck.{name}"
    for name in "engine assembly environments reading discovery silencing quoting stanzas wording".split()
)
_REPORTS = tuple(
    f"django_deploycheck.reports.{name}" for name in "as_json github gitlab ignores places sarif text".split()
)


def targets() -> Iterator[Target]:
    yield Target(
        "pipeline",
        inspect_files,
        _repositories,
        (),
        (*_MODULES, *_LINKING, *_rule_modules()),
        tokens=tuple(f"\0{path}\0" for path in _PATHS),
    )
    yield Target("pipeline-grammar", inspect_made, noise, (), (*_MODULES, *_LINKING))
    yield Target("reports", render_made, noise, _REPORTS)


def _rule_modules() -> tuple[str, ...]:
    folder = PACKAGE / "rules"
    return tuple(
        ".".join(("django_deploycheck", "rules", *path.relative_to(folder).with_suffix("").parts))
        for path in sorted(folder.glob("[a-z]*/*.py"))
        if path.stem != "__init__"
    )


@cache
def _repositories() -> tuple[bytes, ...]:
    """The files of the specimens, a few at a time: path, NUL, text, NUL …"""
    every = [specimen for specimen in specimens() if len(specimen.text) < 4000]
    found = []
    for start in range(0, len(every), 3):
        parts = [
            part for specimen in every[start : start + 5] for part in (specimen.path, specimen.text.replace("\0", ""))
        ]
        found.append("\0".join(parts).encode("utf-8", "replace"))
    return tuple(found)


# --- repositories -------------------------------------------------------------------------------------------------------


def inspect_files(data: bytes) -> None:
    parts = data.split(b"\0")
    files = {_path(path): text for path, text in list(zip(parts[::2], parts[1::2], strict=False))[:12]}
    inspected(files, {})


def _path(name: bytes) -> str:
    """Below the root, whatever the bytes say."""
    parts = re.sub(r"[^\w./ @%+-]", "", name.decode("utf-8", "replace")).split("/")
    return "/".join(part[:60] for part in parts[-6:] if part.strip(". ") or part.startswith(".env"))[:200] or "Procfile"


def inspect_made(data: bytes) -> None:
    choices = Choices(data)
    script = grammar.script(choices).encode("utf-8", "replace")
    one_line = grammar.simple(choices).replace("\n", " ")
    files = {
        "start.sh": b"#!/bin/sh\n" + script,
        "b.sh": grammar.script(choices).encode("utf-8", "replace"),
        "Procfile": f"web: {choices.one(('sh start.sh', one_line))}\nrelease: {grammar.simple(choices)}\n".encode(
            "utf-8", "replace"
        ),
        "Dockerfile": f"FROM python:3.12\nCOPY . /app\nWORKDIR /app\nRUN {one_line}\nCMD {choices.one(('./start.sh', one_line))}\n".encode(
            "utf-8", "replace"
        ),
        "docker-compose.yml": f"services:\n  web:\n    build: .\n    command: {json.dumps(grammar.command_words(choices))}\n".encode(
            "utf-8", "replace"
        ),
        "bookstore/settings.py": grammar.module(choices).encode("utf-8", "replace"),
        "bookstore/base.py": grammar.module(choices).encode("utf-8", "replace"),
    }
    live = {choices.one((*grammar.SETTINGS, *_LIVE)): configuration.value(choices) for _ in choices.some(5)}
    if choices.flag():
        live["DEPLOYCHECK"] = {
            choices.one(configuration.KEYS[1:]): configuration.value(choices) for _ in choices.some(4)
        }
    inspected(files, live)


_LIVE = (
    *(
        "TEMPLATES",
        "WSGI_APPLICATION",
        "ASGI_APPLICATION",
        "ROOT_URLCONF",
        "SERVER_EMAIL",
        "STATICFILES_STORAGE",
        "MEDIA_ROOT",
        "STATIC_URL",
    ),
    *(
        "SILENCED_SYSTEM_CHECKS",
        "EMAIL_BACKEND",
        "SESSION_ENGINE",
        "LOGGING_CONFIG",
        "CONN_MAX_AGE",
        "USE_X_FORWARDED_HOST",
        "SECURE_PROXY_SSL_HEADER",
    ),
)


class Live:
    """Settings with exactly these attributes, and some that every site has."""

    SECRET_KEY = "x" * 60
    DEBUG = False
    INSTALLED_APPS = ("django_deploycheck", "django.contrib.staticfiles")
    MIDDLEWARE = ()
    SILENCED_SYSTEM_CHECKS = ()

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def inspected(files: Mapping[str, bytes], live: Mapping[str, Any]) -> None:
    """Inspect a repository of these files on disk: nothing crashes on the way, and every report can be made."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    try:
        for path, data in {**{name: text.encode() for name, text in SKELETON.items()}, **files}.items():
            target = folder / path
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            except OSError:  # a file where another path has a folder
                continue
        report = inspect(Live(live), root=Root(str(folder), "", True), module="bookstore.settings")
        check_report(report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- reports ------------------------------------------------------------------------------------------------------------


@cache
def _schema() -> Any:
    schema = json.loads((ROOT / "docs" / "schemas" / "deploycheck-1.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def check_report(report: Report) -> None:
    """No crash was reported, and the report can be made in every format."""
    crashed = [result.finding.message for result in report.results if result.rule.name == "crashed-rule"]
    assert crashed == []
    assert repr(report.results)
    for result in report.results:
        assert hash(result) is not None
        assert result.finding.message.strip()
        assert len(result.finding.message) < 20_000
    check_formats(report)


def check_formats(report: Report) -> None:
    for width in (None, 60):
        shown = text.render(report, width=width)
        assert all(character.isprintable() or character == "\n" for character in shown)
    errors = [
        f"{error.json_path} {error.message[:200]}"
        for error in _schema().iter_errors(json.loads(as_json.render(report)))
    ]
    assert errors == []
    json.loads(sarif.render(report)).__len__()
    json.loads(gitlab.render(report)).__len__()
    assert len(github.render(report).splitlines()) == len(report.unsilenced)
    github.render(report).encode("utf-8")
    compile(ignores.render(report), "ignores", "exec")


@cache
def _report() -> Report:
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    try:
        for path, data in {
            **SKELETON,
            "Procfile": "web: gunicorn bookstore.wsgi --workers 3 --bind :80\nrelease: python manage.py migrate\nworker: ./missing\n",
            "bookstore/settings.py": "import os\nA = os.environ['A']\nB = os.environ.get('B', 'c')\nC = os.environ.get('C')\n",
            "docker-compose.yml": "services:\n  web:\n    image: books\n    environment:\n      A: b\n  db:\n    image: postgres\n",
        }.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(data, encoding="utf-8")
        return inspect(Live({}), root=Root(str(folder), "", True), module="bookstore.settings")
    finally:
        shutil.rmtree(folder)


_TEXTS = (
    "a",
    "a b",
    "\n",
    "\r\n",
    "\x1b[31m",
    "\u2028",
    "\x85",
    "\udcff",
    "%",
    "::error::",
    ",",
    ":",
    "<b>",
    "\0",
    "é文",
    "\u202e",
    "x" * 5000,
    "'\"\\",
    "",
)


def render_made(data: bytes) -> None:
    """A report of findings, files and processes with hostile words and names."""
    choices = Choices(data)
    known = rules.load()
    report = _report()

    def words() -> str:
        return "".join(choices.one(_TEXTS) for _ in range(1 + choices.number(4))) + choices.text(10)

    def place() -> Location | None:
        line = choices.one((None, 1, 10**9))
        return choices.one((None, Location(words() or "a", line), Location('DEPLOYCHECK["COMMANDS"]["web"]')))

    results = []
    for _ in range(1 + choices.number(6)):
        related = tuple(found for _ in choices.some(3) if (found := place()) is not None)
        finding = Finding(words(), words(), place(), choices.one((None, "E", "W", "I")), related)
        silence = choices.one(
            (None, None, Silence("comment", words()), Silence("ignore", words()), Silence("setting", ""))
        )
        results.append(Result(choices.one(known), finding, silence))
    deployment = report.deployment
    assert deployment is not None
    process = deployment.processes[0]
    changed = replace(
        deployment,
        root="/" + words(),
        processes=(replace(process, name=words(), location=place() or process.location), *deployment.processes[1:]),
        files=(DeploymentFile(words() or "a", words(), "production", "read", words()), *deployment.files),
        platforms=(words(), *deployment.platforms),
        blind_spots=(BlindSpot(words(), place()),),
    )
    quotes = {result.finding.location: words() for result in results if result.finding.location is not None}
    check_formats(replace(report, deployment=changed, results=tuple(results), quotes=quotes))
    assert check() is not None
