"""
Files that a stranger may have written to break the interpreter of scripts, the tracing of settings or the run as a whole.

Sizes are within what is read of one file; what is larger is refused before.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from django.conf import UserSettingsHolder, global_settings

from django_deploycheck import commands, secrets, shell
from django_deploycheck.discovery import Root
from django_deploycheck.engine import Report, inspect
from django_deploycheck.readers import python_module
from django_deploycheck.reports import as_json, text
from django_deploycheck.source import Source
from tests.projects import inspect_files

SECONDS = 5
"""Far more than bounded work needs, far less than unbounded work would take."""

FUNCTIONS = "".join(f"f{number}() {{ f{number + 1}; }}\n" for number in range(1_000))
DOUBLING = "".join(f"f{number}() {{ f{number + 1} $1a; f{number + 1} $1b; }}\n" for number in range(40))
SCRIPTS = {
    **{
        f"ten thousand nested {name}": opening * 10_000
        for name, opening in {
            "substitutions": "$(",
            "quoted substitutions": '"$(',
            "subshells": "(",
            "groups": "{ ",
            "conditions": "if ",
            "loops": "while ",
            "functions": "f() { ",
            "cases": "case a in a) ",
            "backticks": "`",
            "expansions": "${a:-",
            "arithmetic": "$((",
            "process substitutions": "<(",
            "tests": "[[ ( ",
            "negations": "! ",
        }.items()
    },
    "a script that sources itself": ". ./start.sh\n. ./start.sh $1a\n" * 20,
    "a script that calls itself": "./start.sh $1a\n./start.sh $1b\n",
    "scripts in a circle": "sh b.sh $1a\nsh b.sh $1b\n",
    "a thousand functions": f"{FUNCTIONS}f0\n",
    "functions that double": f"{DOUBLING}f0\n",
    "joined commands": "a;" * 10_000,
    "joined conditions": "a && " * 4_000 + "a\n",
    "a pipe of thousands": "a | " * 5_000 + "a\n",
    "eval of eval": "eval " * 4_000 + "gunicorn a\n",
    "xargs of xargs": "xargs " * 3_000 + "gunicorn a\n",
    "env of env": "env A=1 " * 2_000 + "gunicorn a\n",
    "sh in sh": "sh -c '" * 3_000,
    "braces": "echo " + "{a,b}" * 4_000,
    "arithmetic": "echo $((" + "(" * 5_000 + "1" + ")" * 5_000 + "))\n",
    "sums": "echo $((" + "1+" * 10_000 + "1))\n",
    "patterns": "case $1 in\n" + "".join(f"p{number}*) a;;\n" for number in range(2_900)) + "esac\n",
    "patterns that fall through": "case $1 in\n" + "".join(f"p{number}) a;&\n" for number in range(2_900)) + "esac\n",
    "alternatives": "case $1 in\n" + "|".join(f"p{number}*" for number in range(2_500)) + ") a;;\nesac\n",
    "patterns of stars": f"A={'a' * 190}\n" + f"case $A in {'*a' * 40}*b) c;; esac\n" * 400,
    "values that double": "A=x\n" + "A=$A$A\n" * 2_000 + "gunicorn $A\n",
    "arguments that grow": "set -- a\n" + 'set -- "$@" "$@"\n' * 2_000 + 'gunicorn "$@"\n',
    "loops in loops": "for a in 1 2 3 4 5 6 7 8 9; do\n" * 30 + "a\n" + "done\n" * 30,
    "conditions in a row": "if a; then b\n" + "elif c; then d\n" * 2_900 + "fi\n",
    "here-documents": "sh <<A\nsh <<B\na\nB\nA\n" * 500,
    "quotes that stay open": "echo 'a\necho \"b\n" * 1_400,
    "parentheses that stay open": "a $( b\n" * 2_900,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(tmp_path: Path, script: str) -> None:
    inspect_quickly(tmp_path, {"Procfile": "web: sh start.sh\n", "start.sh": script, "b.sh": "sh start.sh $1\n" * 2})


PROJECTS = {
    "a line of a megabyte": {"Procfile": f"web: {'a ' * 500_000}\n"},
    "a line of many options": {"Procfile": "web: gunicorn " + "--bind=a:1 " * 1_800 + "\n"},
    "many processes of one script": {
        "Procfile": "".join(f"web{number}: sh start.sh {number}\n" for number in range(190)),
        "start.sh": "program a\n" * 2_500,
    },
    "targets in a circle": {
        "Procfile": "web: make a\n",
        "Makefile": "a: b\n\tmake b\nb: c\n\tmake c\nc: a\n\tmake a\n",
    },
    "many targets": {
        "Procfile": "web: make t0\n",
        "Makefile": "".join(f"t{number}: t{number + 1}\n\tmake t{number + 1} t{number + 2}\n" for number in range(140)),
    },
    "variables that double": {
        "Procfile": "web: make a\n",
        "Makefile": "A0=x\n" + "".join(f"A{n + 1}=$(A{n})$(A{n})\n" for n in range(60)) + "a:\n\techo $(A60)\n",
    },
    "scripts of a package in a circle": {
        "Procfile": "web: npm start\n",
        "package.json": '{"scripts": {"start": "npm run a x && npm run b", "a": "npm run b y && npm start", "b": "npm run a z"}}',
    },
    "programs of supervisord that start it": {
        "Procfile": "web: supervisord -c s.conf\n",
        "s.conf": "".join(f"[program:p{number}]\ncommand=supervisord -c s.conf\n" for number in range(150)),
    },
    "processes that start all others": {"Procfile": "".join(f"p{number}: honcho start\n" for number in range(190))},
    "comments of no rule": {"Procfile": "web: a\n" + "# deploycheck: ignore[no-such-rule]\n" * 1_900},
}


@pytest.mark.parametrize("files", PROJECTS.values(), ids=PROJECTS)
def test_projects(tmp_path: Path, files: dict[str, str]) -> None:
    inspect_quickly(tmp_path, files)


WEB = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
MODULES = {
    "a sum of 50,000 texts": {"": "A = " + " + ".join(["'a'"] * 50_000) + "\n"},
    "a long sum of names": {"": "STATIC_ROOT = " + " + ".join(["a"] * 2_900) + "\n"},
    "tuples that double": {
        "": "A0 = (1, 2)\n" + "".join(f"A{n + 1} = (A{n}, A{n})\n" for n in range(40)) + "ADMINS = A40\n"
    },
    "modules that import each other": {
        "": "from .a import *\n",
        "a": "from .b import *\nfrom .settings import *\n",
        "b": "from .a import *\nfrom .settings import *\nSTATIC_ROOT = 1\n",
    },
    "a chain of a thousand modules": {
        "": "from .m0 import *\n",
        **{f"m{number}": f"from .m{number + 1} import *\nA{number} = 1\n" for number in range(1_000)},
    },
    "modules that all import all others": {
        "": "from .m0 import *\n",
        **{f"m{n}": "".join(f"from .m{m} import *\n" for m in range(40)) + "A = 1\n" for n in range(40)},
    },
    "brackets": {"": "A = " + "(" * 10_000 + ")" * 10_000 + "\n"},
    "conditions": {"": "A = " + "1 if a else " * 2_900 + "2\n"},
    "functions in functions": {"": "A = " + "lambda: " * 2_900 + "1\n"},
    "defaults in defaults": {"": "A = " + "os.environ.get('A', " * 90 + "'x'" + ")" * 90 + "\n"},
    "one setting thousands of times": {"": "if os.environ.get('A'):\n    STATIC_ROOT = STATIC_ROOT\n" * 1_900},
}


@pytest.mark.parametrize("modules", MODULES.values(), ids=MODULES)
def test_settings(tmp_path: Path, modules: dict[str, str]) -> None:
    inspect_files(tmp_path, WEB)
    for name, source in modules.items():
        (tmp_path / "bookstore" / f"{name or 'settings'}.py").write_text(f"import os\n{source}")
    live = UserSettingsHolder(global_settings)
    live.SECRET_KEY = "x" * 60
    live.STATIC_ROOT = str(tmp_path / "static")
    start = time.process_time()
    check(inspect(live, root=Root(str(tmp_path), "", True), module="bookstore.settings"), start)


def inspect_quickly(path: Path, files: dict[str, str]) -> None:
    """Inspect a site with these files in bounded time and without a crash, and make two reports of it."""
    start = time.process_time()
    check(inspect_files(path, files).report, start)


def check(report: Report, start: float) -> None:
    assert [result.finding.message for result in report.results if result.rule.name == "crashed-rule"] == []
    assert text.render(report)
    assert len(as_json.render(report)) < 10_000_000
    assert time.process_time() - start < SECONDS


# --- work grows with the input ------------------------------------------------------------------------------------------


def work(call: Callable[[], object]) -> int:
    """How many functions are called, Python's own included."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        call()
    finally:
        sys.setprofile(None)
    return count


PARSERS: dict[str, Callable[[str], object]] = {
    "shell": lambda source: shell.parse(source),
    "masks": lambda source: secrets.mask(source),
    "settings": lambda source: list(python_module.read(Source("settings.py", source))),
    "commands": lambda source: commands.unwrap(source.split()),
}
REPEATED = {
    "shell": [
        *(
            "a b\n",
            "a;",
            "a && ",
            "if a; then b; fi\n",
            "$(a) ",
            "`a` ",
            '"$a" ',
            "a=(b)\n",
            "cat <<E\nE\n",
            "case a in b) c;; esac\n",
        ),
        *(
            "(",
            "$(",
            "`",
            '"',
            "'",
            "${",
            "{ ",
            "[[ a ]]\n",
            "f() { a; }\n",
            "a $( b\n",
            "fi\n",
            "\\\n",
            "${a:-b}",
            "$((1+1)) ",
        ),
    ],
    "masks": [
        "A=b ",
        "A_TOKEN=abcdefgh ",
        "--password x1y2z3 ",
        "a://b:c@d ",
        "=",
        ":",
        "'",
        '"',
        "$(",
        "A_KEY='",
        "-p ",
        "a\\ ",
    ],
    "settings": [
        *(
            "A = 1\n",
            "A = B\n",
            "B = 'a' + 'b'\n",
            "if a:\n    A = 1\n",
            "from .a import *\n",
            "A = os.environ.get('A', 'b')\n",
        ),
        *("def f(a): return a\n", "A['b']['c'] = 1\n", "A.append(1)\n", "class B(A):\n    C = 1\n", "A = f'{B}'\n"),
    ],
    "commands": ["env ", "sudo ", "sh -c ", "A=1 ", "-- ", "-u ", "poetry run ", "python -m ", "exec "],
}


@pytest.mark.parametrize(
    ("parser", "piece"),
    [pytest.param(parser, piece, id=f"{parser} {piece!r}") for parser, pieces in REPEATED.items() for piece in pieces],
)
def test_twice_as_much_is_twice_the_work(parser: str, piece: str) -> None:
    parse = PARSERS[parser]
    parse(piece)
    once, twice = (work(lambda count=count: parse(piece * count)) for count in (300, 600))  # type: ignore[misc]
    assert twice <= 2.5 * once + 200
