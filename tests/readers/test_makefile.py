"""Makefiles: targets, their commands and variables, and what a person runs to deploy."""

from __future__ import annotations

import time

import pytest

from django_deploycheck.model import BlindSpot, Location, TaskFile
from django_deploycheck.readers import makefile
from django_deploycheck.source import Source


def read(text: str) -> TaskFile:
    [file] = (fact for fact in makefile.read(Source("Makefile", text)) if isinstance(fact, TaskFile))
    return file


def commands(text: str) -> list[str]:
    """Every command as ``target:line text``, with ``?`` for one under a condition."""
    return [
        f"{task.name}:{line.line.location.line} {line.line.text}{'?' if line.conditional else ''}"
        for task in read(text).tasks
        for line in task.lines
    ]


def variables(text: str) -> list[tuple[str, str | None, str, bool, bool]]:
    return [
        (variable.name, variable.value, variable.how, variable.exported, variable.conditional)
        for variable in read(text).variables
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# a:\n#\tb\n", id="comments"),
        pytest.param("\ta\n", id="a command without a target"),
        pytest.param("a:\n\t# b\n\t@\n\n", id="a target without commands"),
        pytest.param("just words\n: b\n\tc\n", id="no targets"),
        pytest.param("A = b\n\tc\n", id="a command behind an assignment"),
        pytest.param("define A\na:\n\tb\nendef\n", id="lines of a variable"),
        pytest.param("define A\na:\n\tb\n", id="lines of a variable without an end"),
        pytest.param(".PHONY: a\n.SUFFIXES:\n\ttrue\n", id="targets of make's own"),
    ],
)
def test_no_commands(text):
    assert commands(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a:\n\tb\n\n# c\n\td\n", ["a:2 b", "a:5 d"], id="blank lines and comments between"),
        pytest.param("a: ; b\n\t@-c\n", ["a:1 b", "a:2 c"], id="a command on the line of the rule"),
        pytest.param("a b:: c\n\td\n", ["a:2 d", "b:2 d"], id="two targets"),
        pytest.param("a:\n\tb \\\n\t  c\n\td\n", ["a:2 b \\\n  c", "a:4 d"], id="continued lines"),
        pytest.param("a: \\\n  b\n\tc\n", ["a:3 c"], id="a continued rule"),
        pytest.param("a:\n\tb \\", ["a:2 b \\\n"], id="a continuation without an end"),
        pytest.param(
            "a:\nifdef B\n\tc\nelse\n\td\nendif\n\te\nendif\n", ["a:3 c?", "a:5 d?", "a:7 e"], id="conditions"
        ),
        pytest.param("a: B = c\na:\n\td\n", ["a:3 d"], id="a variable of the target"),
        pytest.param(".ONESHELL:\na:\n\tcd b\n\t# x\n\tc\nd:\n\te\n", ["a:3 cd b\n\nc", "d:7 e"], id="one shell"),
        pytest.param("a:\n\tPASSWORD=hunter2x b\n", ["a:2 PASSWORD=*** b"], id="a secret"),
    ],
)
def test_commands(text, expected):
    assert commands(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A = b  # c\n", [("A", "b", "set", False, False)], id="set"),
        pytest.param(
            "A ?= b\nA += c\n",
            [("A", "b", "default", False, False), ("A", "c", "append", False, False)],
            id="default and more",
        ),
        pytest.param("A := b\\\n  c\n", [("A", "b c", "set", False, False)], id="on two lines"),
        pytest.param("A != date\n", [("A", None, "set", False, False)], id="what a command prints"),
        pytest.param("define A\nb\nendef\n", [("A", None, "set", False, False)], id="several lines"),
        pytest.param("export A = b\n", [("A", "b", "set", True, False)], id="exported at once"),
        pytest.param(
            "A = b\nB = c\nexport B C\n",
            [("A", "b", "set", False, False), ("B", "c", "set", True, False)],
            id="exported later",
        ),
        pytest.param("A = b\nexport\n", [("A", "b", "set", True, False)], id="everything exported"),
        pytest.param("ifeq (a,b)\noverride A = b\nendif\n", [("A", "b", "set", False, True)], id="under a condition"),
        pytest.param("DB_PASSWORD = hunter2x\n", [("DB_PASSWORD", "***", "set", False, False)], id="a secret"),
    ],
)
def test_variables(text, expected):
    assert variables(text) == expected


def test_variables_of_a_target():
    [task] = read("a: export B = c\na: D := e\n").tasks
    assert [(variable.name, variable.value, variable.exported) for variable in task.variables] == [
        ("B", "c", True),
        ("D", "e", False),
    ]


@pytest.mark.parametrize(
    ("text", "default"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param(".PHONY: b\n%.o: c\nb:\nd:\n", "b", id="the first one"),
        pytest.param("a:\nb:\n.DEFAULT_GOAL := b\n", "b", id="a named one"),
    ],
)
def test_the_default_target(text, default):
    assert read(text).default == default


@pytest.mark.parametrize(
    ("text", "includes", "whole"),
    [
        pytest.param("include a.mk ../b.mk\n", ("a.mk",), False, id="out of the repository"),
        pytest.param("-include $(CURDIR)/a.mk\nsinclude a.mk\n", ("a.mk",), True, id="one, twice"),
        pytest.param("include *.mk\n", (), False, id="a pattern"),
        pytest.param("include $(HOME)/.env\n", (), True, id="variables"),
    ],
)
def test_included_files(text, includes, whole):
    file = read(text)
    assert (file.includes, file.whole) == (includes, whole)


def test_prerequisites():
    [task, _] = read("a: b | c\na: d\nb:\n").tasks
    assert task.before == (("b",), ("c",), ("d",))


# --- what a person runs to deploy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("migrate:\n\tpython manage.py migrate\n", id="another name"),
        pytest.param("release:\n\ttwine upload dist/*\n", id="nothing that matters"),
        pytest.param("deploy: a\na:\n\ttrue\n", id="nothing that matters before it"),
        pytest.param("deploy:\n\tmake a\n\tmake deploy\na:\n\ttrue\n", id="a target that calls itself"),
    ],
)
def test_no_deployment_by_hand(text):
    source = Source("Makefile", text)
    assert not makefile.claims(source)
    assert [fact for fact in makefile.read(source) if isinstance(fact, BlindSpot)] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("x:\ndeploy:\n\tpython manage.py migrate\n", {"migrate"}, id="a command"),
        pytest.param("x:\ndeploy-web: a\na:\n\tgunicorn b\n", {"gunicorn"}, id="a prerequisite"),
        pytest.param("x:\nprod:\n\t$(MAKE) -s\n\t$(MAKE) a b\nb:\n\tcelery c\n", {"celery"}, id="another call"),
        pytest.param("M = migrate\nrelease:\n\t$(M)\n", {"migrate"}, id="a variable"),
    ],
)
def test_deployments_by_hand(text, names):
    source = Source("Makefile", text)
    assert makefile.claims(source)
    [spot] = (fact for fact in makefile.read(source) if isinstance(fact, BlindSpot))
    assert (spot.location, spot.hides) == (Location("Makefile", 2), names)


def test_what_a_deployment_by_hand_says():
    [_, spot] = makefile.read(Source("Makefile", "deploy:\n\t./manage.py migrate\n\t./manage.py collectstatic\n"))
    assert isinstance(spot, BlindSpot)
    assert spot.reason == "'make deploy' is not called by any file, and it mentions collectstatic, migrate"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("deploy:\n" + "\tmigrate\n" * 60_000, id="commands"),
        pytest.param("a " * 200_000 + ":\n" + "\tb\n" * 10_000, id="targets"),
        pytest.param("deploy: " + "b " * 200_000, id="prerequisites"),
        pytest.param("".join(f"deploy{n}: deploy{n + 1}\n\tmigrate $(A)\n" for n in range(8_000)), id="a chain"),
        pytest.param("deploy:\n\t" + "$(" * 250_000, id="brackets"),
        pytest.param("deploy:\n\t" + "$(A)" * 120_000 + "\n", id="references"),
        pytest.param("\\\n" * 200_000, id="continued lines"),
        pytest.param("A += x\n" * 30_000 + "deploy:\n\tmigrate $(A)\n", id="additions"),
    ],
)
def test_it_is_linear(text):
    start = time.process_time()
    makefile.claims(Source("Makefile", text))
    assert time.process_time() - start < 10
