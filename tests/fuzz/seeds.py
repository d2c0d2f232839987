"""Real-looking files that the tests hold already: the specimen repositories, the rules' examples, the readers' tests."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tests.fuzz.core import PACKAGE, ROOT
from tests.projects import examples

_REPOSITORIES = ("tests/projects", "tests/example")
_LARGEST = 12 * 1024


@dataclass(frozen=True)
class Specimen:
    """A file: its path below the root of some repository, and its text."""

    path: str
    text: str


@lru_cache(maxsize=1)
def specimens() -> tuple[Specimen, ...]:
    """Every text file of the specimen repositories and of the examples in the rules' pages, each text once."""
    found = {specimen.text: specimen for specimen in (*_of_repositories(), *_of_pages())}
    return tuple(sorted(found.values(), key=lambda specimen: (specimen.path, specimen.text)))


def _of_repositories() -> Iterator[Specimen]:
    for folder in _REPOSITORIES:
        for path in sorted((ROOT / folder).rglob("*")):
            if not path.is_file() or path.stat().st_size > _LARGEST or "__pycache__" in path.parts:
                continue
            try:
                # Below the folder that holds the repositories: deep enough for every pattern with a folder.
                yield Specimen(path.relative_to(ROOT / folder).as_posix(), path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue


def _of_pages() -> Iterator[Specimen]:
    for path in sorted((PACKAGE / "rules").rglob("*.py")):
        page = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")), clean=False) or ""
        for example in examples(page):
            for name, text in example.files.items():
                yield Specimen(name, text)


@cache
def made_up_by_tests(paths: tuple[str, ...]) -> tuple[Specimen, ...]:
    """The files that test modules, relative to the root, make up while they run; none where they do not run."""
    from tests.fuzz import recorder

    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "recorded.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", recorder.__name__, "-p", "no:cacheprovider", *paths]
        environment = {**os.environ, recorder.VARIABLE: str(written)}
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
        found = json.loads(written.read_text(encoding="utf-8")) if written.exists() else []
    return tuple(Specimen(path, text) for path, text in found if len(text) <= _LARGEST)


@cache
def texts_of_tests(path: str) -> tuple[str, ...]:
    """The literals of a test module, relative to the root, but for docstrings and the names of cases; dedented."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    left_out: set[ast.AST] = set()
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg == "id"):
            left_out.add(node.value)
        elif isinstance(node, ast.Constant) and node not in left_out and isinstance(node.value, str):
            found[textwrap.dedent(node.value)] = None
    return tuple(text for text in found if 1 < len(text) <= _LARGEST)
