"""setup.py, as far as the arguments of ``setup()`` are literals; nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from django_deploycheck.model import BlindSpot, Fact, PythonVersion
from django_deploycheck.readers import _python
from django_deploycheck.readers._requirement import Kind, requirement
from django_deploycheck.source import Source

KIND = "setup-py"
NAMES = ("setup.py",)
NATURE = "project"

_SETUP = frozenset({"setuptools.setup", "distutils.core.setup"})
_PARTS: dict[str, tuple[Kind, str | None]] = {
    "install_requires": ("direct", None),
    "setup_requires": ("build", None),
    "tests_require": ("direct", "test"),
}

Names = Mapping[str, ast.expr]


def read(source: Source) -> Iterator[Fact]:
    """
    Requirements, each at its own line, and the Python version; a blind spot for every argument that is computed.

    Raises Unreadable for what is no Python.
    """
    if "setup" not in source.text:
        return
    module = _python.parse(source)
    names, aliases = _bindings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _python.canonical(node.func, aliases) in _SETUP:
            yield from _of_call(source, node, names)


def _bindings(module: ast.Module) -> tuple[dict[str, ast.expr], dict[str, str]]:
    """What the names that are bound only once in the file are bound to, and what its imports stand for."""
    names: dict[str, ast.expr] = {}
    rebound: set[str] = set()
    aliases: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            aliases.update(_python.import_aliases(node))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            rebound.add(node.target.id)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    rebound.update({target.id} & names.keys())
                    names[target.id] = node.value
    return {name: value for name, value in names.items() if name not in rebound}, aliases


def _of_call(source: Source, call: ast.Call, names: Names) -> Iterator[Fact]:
    for keyword in call.keywords:
        if keyword.arg in _PARTS:
            kind, group = _PARTS[keyword.arg]
            yield from _requirements(source, keyword.arg, keyword.value, names, kind, group)
        elif keyword.arg == "extras_require":
            yield from _extras(source, keyword.value, names)
        elif keyword.arg == "python_requires":
            text = _resolved(keyword.value, names)
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield PythonVersion(source.location(text.lineno), specifier=text.value, kind=KIND)


def _extras(source: Source, node: ast.expr, names: Names) -> Iterator[Fact]:
    table = _resolved(node, names)
    if not isinstance(table, ast.Dict):
        yield _computed(source, "extras_require", node)
        return
    for key, value in zip(table.keys, table.values, strict=True):
        group = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "optional"
        yield from _requirements(source, "extras_require", value, names, "direct", group)


def _requirements(
    source: Source, argument: str, node: ast.expr, names: Names, kind: Kind, group: str | None
) -> Iterator[Fact]:
    computed = False
    for item in _items(node, names):
        if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
            if not computed:
                yield _computed(source, argument, item)
            computed = True
            continue
        # A lone string counts as one requirement a line.
        for offset, line in enumerate(item.value.split("\n")):
            fact = requirement(line, source.location(item.lineno + offset), kind=kind, group=group)
            if fact:
                yield fact


def _computed(source: Source, argument: str, node: ast.expr) -> BlindSpot:
    return BlindSpot(f"{argument} is computed", source.location(node.lineno), hides=frozenset())


def _items(node: ast.expr, names: Names) -> Iterator[ast.expr]:
    """The elements of a list, of a sum of lists, of what a name stands for; anything else by itself."""
    pending = [node]
    resolved: set[str] = set()
    while pending:
        item = pending.pop()
        if isinstance(item, (ast.List, ast.Tuple)):
            pending.extend(reversed(item.elts))
        elif isinstance(item, ast.BinOp) and isinstance(item.op, ast.Add):
            pending.extend((item.right, item.left))
        elif isinstance(item, ast.Starred):
            pending.append(item.value)
        elif isinstance(item, ast.Name) and item.id in names and item.id not in resolved:
            resolved.add(item.id)
            pending.append(names[item.id])
        else:
            yield item


def _resolved(node: ast.expr, names: Names) -> ast.expr:
    return names.get(node.id, node) if isinstance(node, ast.Name) else node
