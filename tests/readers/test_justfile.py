"""justfiles: recipes, their commands and parameters, and what a person runs to deploy."""

from __future__ import annotations

import time

import pytest

from django_deploycheck.model import BlindSpot, Location, TaskFile, TaskParameter
from django_deploycheck.readers import justfile
from django_deploycheck.source import Source


def read(text: str) -> TaskFile:
    [file] = (fact for fact in justfile.read(Source("justfile", text)) if isinstance(fact, TaskFile))
    return file


def commands(text: str) -> list[str]:
    """Every command as ``recipe:line text``."""
    return [
        f"{task.name}:{line.line.location.line} {line.line.text}" for task in read(text).tasks for line in task.lines
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# a:\n  b\n", id="comments"),
        pytest.param("a:\n\n", id="a recipe without commands"),
        pytest.param("a:\n  # b\n", id="a recipe of comments"),
        pytest.param("a := 'b'\n  c\n", id="a command behind an assignment"),
        pytest.param("a b\n  c\n", id="no colon"),
        pytest.param("1 a:\n  c\n", id="no name"),
        pytest.param("mod web\nset shell := ['bash', '-c']\nalias x := y\n", id="statements"),
    ],
)
def test_no_commands(text):
    assert commands(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a:\n    b\n\n    @-c\nd:\n\te\n", ["a:2 b", "a:4 c", "d:6 e"], id="two recipes"),
        pytest.param("a x=':':\n  b\n", ["a:2 b"], id="a colon within quotes"),
        pytest.param("a:\n  b \\\n    c\n", ["a:2 b \\\n  c"], id="continued lines"),
        pytest.param(
            "a:\n  #!/bin/sh\n\n  b\n  if c; then\n    d\n  fi\n",
            ["a:2 #!/bin/sh\n\nb\nif c; then\n  d\nfi"],
            id="a script",
        ),
        pytest.param("alias b := a\na:\n  c\n", ["a:3 c", "b:3 c"], id="an alias"),
        pytest.param("a:\n  PASSWORD=hunter2x b\n", ["a:2 PASSWORD=*** b"], id="a secret"),
    ],
)
def test_commands(text, expected):
    assert commands(text) == expected


def test_parameters():
    [task] = read("a x $y='z' +rest:\n  b\n").tasks
    assert task.parameters == (
        TaskParameter("x"),
        TaskParameter("y", "z", exported=True),
        TaskParameter("rest", variadic=True),
    )


def test_a_default_that_is_no_text_is_not_known():
    [task] = read("a x=y *z=`date`:\n  b\n").tasks
    assert task.parameters == (TaskParameter("x"), TaskParameter("z", variadic=True))


def test_dependencies():
    [task] = read("a: b (c 'd' e 1) () && f # g\n  b\n").tasks
    assert task.before == (("b",), ("c", "d", "{{e}}", "1"))
    assert task.after == (("f",),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a := 'b'\n", [("a", "'b'", False)], id="a text"),
        pytest.param("export A := 'b' + c\n", [("A", "'b' + c", True)], id="an exported one"),
        pytest.param("a := 'b'\nset export\n", [("a", "'b'", True)], id="all exported"),
        pytest.param("a := 'b'\nset export := false\n", [("a", "'b'", False)], id="none exported"),
        pytest.param("db_password := 'hunter2x'\n", [("db_password", "'***'", False)], id="a secret"),
    ],
)
def test_variables(text, expected):
    found = [(variable.name, variable.value, variable.exported) for variable in read(text).variables]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "includes", "whole"),
    [
        pytest.param("import 'a.just'\nimport? \"b.just\"\n", ("a.just", "b.just"), True, id="two files"),
        pytest.param("import '../a.just'\n", (), False, id="out of the repository"),
        pytest.param("mod web\n", (), False, id="a module"),
    ],
)
def test_imported_files(text, includes, whole):
    file = read(text)
    assert (file.includes, file.whole) == (includes, whole)


def test_folders():
    text = "set working-directory := 'x'\na:\n  b\n[working-directory: 'y']\nc:\n  d\ne:\n  f\n"
    assert [task.workdir for task in read(text).tasks] == ["x", "y", "x"]


def test_the_default_recipe():
    assert (read("").default, read("a:\n  b\nc:\n  d\n").default) == (None, "a")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("migrate:\n  python manage.py migrate\n", id="another name"),
        pytest.param("release:\n  twine upload dist/*\n", id="nothing that matters"),
    ],
)
def test_no_deployment_by_hand(text):
    source = Source("justfile", text)
    assert not justfile.claims(source)
    assert [fact for fact in justfile.read(source) if isinstance(fact, BlindSpot)] == []


def test_a_deployment_by_hand():
    source = Source("justfile", "up:\n  python manage.py migrate\ndeploy: up\n  ./restart\n")
    assert justfile.claims(source)
    [spot] = (fact for fact in justfile.read(source) if isinstance(fact, BlindSpot))
    assert (spot.location, spot.hides) == (Location("justfile", 3), frozenset({"migrate"}))
    assert spot.reason == "'just deploy' is not called by any file, and it mentions migrate"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("deploy:\n" + "  migrate {{a}}\n" * 20_000, id="commands"),
        pytest.param("deploy " + "a " * 200_000 + ":\n  migrate\n", id="parameters"),
        pytest.param("deploy: " + "(" * 200_000, id="parentheses"),
        pytest.param("deploy:\n  migrate " + "{{" * 200_000, id="braces"),
        pytest.param("deploy:\n  migrate {{" + "a+" * 200_000 + "}}\n", id="an expression"),
        pytest.param("a := a + a\ndeploy:\n  migrate {{a}}\n", id="a variable that holds itself"),
    ],
)
def test_it_is_linear(text):
    start = time.process_time()
    justfile.claims(Source("justfile", text))
    assert time.process_time() - start < 10
