"""The published JSON Schema describes what ``deploycheck --format json`` prints: no less, no more."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from django_deploycheck.engine import Report
from django_deploycheck.model import Environment, Role
from django_deploycheck.reports import as_json
from tests.projects import inspect_files
from tests.reports.hostile import hostile_report
from tests.running import EXAMPLES, copy_of, manage

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "docs" / "schemas" / "deploycheck-1.json").read_text(encoding="utf-8")
)
SITES = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*") if path.is_dir())


def exact(node: Any) -> Any:
    """The schema with every object limited to the fields that it describes: a field that is added must be described."""
    if isinstance(node, list):
        return [exact(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: exact(value) for key, value in node.items()}
    return {**closed, "additionalProperties": False} if "required" in node else closed


def complaints(report: object, schema: dict[str, Any]) -> list[str]:
    return [error.json_path for error in jsonschema.Draft202012Validator(schema).iter_errors(report)]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    site = copy_of("heroku/broken", tmp_path_factory.mktemp("site"))
    printed = manage(site, "deploycheck", "--format", "json", "--fail-level", "NEVER", check=True).stdout
    loaded: dict[str, Any] = json.loads(printed)
    return loaded


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"] == {"const": as_json.VERSION}


@pytest.mark.parametrize("name", SITES)
def test_the_reports_of_the_example_sites_are_as_described(name, tmp_path):
    site = copy_of(name, tmp_path)
    report = json.loads(manage(site, "deploycheck", "--format", "json", "--fail-level", "NEVER", check=True).stdout)

    assert complaints(report, exact(SCHEMA)) == []
    assert report["files"]
    assert report["findings"] or name.endswith("/right")


def test_a_hostile_report_is_as_described(tmp_path):
    assert complaints(as_json.data(hostile_report(tmp_path)), exact(SCHEMA)) == []


def test_a_report_without_a_folder_is_as_described():
    assert complaints(as_json.data(Report(None, None)), exact(SCHEMA)) == []


def test_silenced_findings_are_as_described(tmp_path):
    files = {"Procfile": "# deploycheck: ignore[runserver-in-production] two users\nweb: python manage.py runserver\n"}

    data = as_json.data(inspect_files(tmp_path, files).report)

    assert complaints(data, exact(SCHEMA)) == []
    assert {"by": "comment", "reason": "two users"} in [finding["silenced"] for finding in data["findings"]]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("version",), 2, id="another version"),
        pytest.param(("root",), 1, id="a root that is no text"),
        pytest.param(("files", 0, "environment"), "staging", id="an environment that there is not"),
        pytest.param(("processes", 0, "role"), "http", id="a role that there is not"),
        pytest.param(("findings", 0, "id"), "W101", id="an id without the app"),
        pytest.param(("findings", 0, "level"), "warn", id="a level that there is not"),
        pytest.param(("findings", 0, "silenced"), {"by": "magic", "reason": ""}, id="silenced by something else"),
        pytest.param(("findings", 0, "location"), {"path": "Procfile", "line": 0}, id="line 0"),
    ],
)
def test_a_report_that_is_wrong_is_refused(report, path, value):
    broken = copy.deepcopy(report)
    node: Any = broken
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value

    assert complaints(report, SCHEMA) == []
    assert complaints(broken, SCHEMA) != []


@pytest.mark.parametrize("field", sorted(SCHEMA["properties"]))
def test_a_report_without_a_field_is_refused(report, field):
    assert complaints({key: value for key, value in report.items() if key != field}, SCHEMA) == ["$"]


def test_fields_may_be_added(report):
    """That is what one version promises."""
    assert complaints({**report, "weather": "fine"}, SCHEMA) == []
    assert complaints({**report, "weather": "fine"}, exact(SCHEMA)) == ["$"]


def test_the_words_are_the_models():
    assert tuple(SCHEMA["$defs"]["environment"]["enum"]) == get_args(Environment)
    assert tuple(SCHEMA["$defs"]["process"]["properties"]["role"]["enum"]) == get_args(Role)
