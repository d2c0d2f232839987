"""docs/production.rst lists every reason that the inventory may print, and none that it never prints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import django_deploycheck
from django_deploycheck.source import EXCLUDED
from tests.projects import inspect_files

PACKAGE = Path(django_deploycheck.__file__).parent
PAGE = (Path(__file__).parent.parent / "docs" / "production.rst").read_text(encoding="utf-8")
ROW = re.compile(r"^   \* - (\w+)\n     - ``(.+)``\n     - \S", re.MULTILINE)
REASONS = {reason for _, reason in ROW.findall(PAGE)}

DECIDING = [PACKAGE / "environments.py", PACKAGE / "reading.py", *sorted((PACKAGE / "linking").glob("*.py"))]
# Decided for a process of the settings, which is no file and stands in no inventory.
NOT_SHOWN = {"is named in …"}
# What ``Unreadable`` says is the reader's, and shown with W001; the page says it in its own words.
OTHERS = {EXCLUDED}
# What runs or reads a script.
VERB = "… … it"


def template(node: ast.expr) -> Iterator[str]:
    """The texts of an expression, with an ellipsis where a value is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]
    elif isinstance(node, ast.IfExp):
        yield from template(node.body)
        yield from template(node.orelse)


def reasons_of(tree: ast.Module) -> Iterator[str]:
    """
    What is given to ``Decision`` as its reason, be it on the spot, by a name that is assigned or returned, or by way of
    ``_by_words``; and what stands beside the files that are not read.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Decision", "_by_words"):
            yield from template(node.args[1])
        elif isinstance(node, ast.FunctionDef) and node.name == "_looks_serious":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from template(inner.value)
        elif isinstance(node, ast.Assign):
            target = ast.unparse(node.targets[0])
            if target in ("reason", "reading.ignored[path]"):
                yield from template(node.value)
            elif target == "unread" and isinstance(node.value, ast.DictComp):
                yield from template(node.value.value)


def verbs_of(tree: ast.Module) -> Iterator[str]:
    """What ``_script_decision`` says that a file does with a script: its default, and what callers hand on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "_script_decision":
            yield from (word for default in node.args.defaults for word in template(default))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "_script_decision":
            yield from (word for given in node.args[2:] for word in template(given))


def printed() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in DECIDING]
    reasons = {reason for tree in trees for reason in reasons_of(tree)} | OTHERS
    verbs = {verb for tree in trees for verb in verbs_of(tree)}
    return reasons - {VERB} | {VERB.replace("… …", f"… {verb}") for verb in verbs}


def test_every_reason_is_on_the_page():
    assert printed() - NOT_SHOWN - REASONS == set()


def test_every_reason_on_the_page_is_one():
    assert REASONS - printed() == set()


def test_no_reason_comes_from_elsewhere():
    """What is handed to ``Decision`` by a name is one of those that are looked for above."""
    names = {
        ast.unparse(node.args[1])
        for path in DECIDING
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Decision"
        and not list(template(node.args[1]))
    }

    assert names <= {"reason", "serious", "''"}


COMPOSE = "services:\n  web:\n    build: .\n    command: python manage.py runserver\n    volumes: ['.:/app']\n"
DOCKERFILE = "FROM python:3.13\nCOPY . .\nCMD gunicorn bookstore.wsgi\n"


@pytest.mark.parametrize(
    ("files", "environment", "reason"),
    [
        pytest.param(
            {"docker-compose.yml": COMPOSE}, "development", "mounts the source over the image of '…'", id="its contents"
        ),
        pytest.param({"deploy/compose.prod.yml": COMPOSE}, "production", "is named …", id="its name"),
        pytest.param({"docs/compose.yml": COMPOSE}, "unknown", "lies under …/", id="its folder"),
        pytest.param({"Dockerfile": DOCKERFILE}, "production", "its image starts …", id="what it starts"),
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi"},
            "production",
            "platforms start what a Procfile names",
            id="its kind",
        ),
        pytest.param({"requirements.txt": "django"}, "unknown", "says nothing of one environment", id="of the project"),
    ],
)
def test_files_are_decided_as_the_page_says(tmp_path, files, environment, reason):
    (path,) = files
    report = inspect_files(tmp_path, files).report
    assert report.deployment is not None
    (file,) = [file for file in report.deployment.files if file.path == path]

    assert file.environment == environment
    assert re.fullmatch(".+".join(map(re.escape, reason.split("…"))), file.reason)
    assert (environment, reason) in ROW.findall(PAGE) or ("any", reason) in ROW.findall(PAGE)
