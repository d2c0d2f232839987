"""
Write the rules' pages below docs/rules/ from the rules' docstrings.

``python docs/generate.py`` writes them; with ``--check`` it writes nothing, names the pages that are out of date and ends
with status 1 if there are any. Needs the package alone, no Sphinx.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from django_deploycheck.rules import Rule, load

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "rules"
LEVELS = {"E": "error", "W": "warning", "I": "advice"}
FAMILIES = {
    "tool": "The tool itself",
    "server": "Server",
    "release": "Release and migrations",
    "static": "Static and media files",
    "database": "Database",
    "errors": "Errors",
    "settings": "Settings and environment",
    "host": "Container, host and dependencies",
}
INTRODUCTION = """\
The number and the name of a rule are its for good. The letter tells how bad a finding is: E, the site will not start or
loses data; W, a production site is broken or unsafe; I, advice. The one given here is the usual one.
"""
GENERATED = ".. Written by docs/generate.py from {source}; change that and run it again.\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the rules' pages below docs/rules/ from the rules' docstrings.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is out of date")
    check = parser.parse_args().check
    stale = stale_pages(pages(load()), PAGES)
    if check:
        for name in stale:
            print(f"docs/rules/{name} is out of date; run: python docs/generate.py", file=sys.stderr)
        return 1 if stale else 0
    for name, text in stale.items():
        if text is None:
            (PAGES / name).unlink()
        else:
            (PAGES / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"docs/rules/{name}")
    return 0


def stale_pages(expected: Mapping[str, str], folder: Path) -> dict[str, str | None]:
    """The names of pages that differ from what they should hold, which follows; None for one that should not exist."""
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.rst")}
    stale: dict[str, str | None] = {name: text for name, text in expected.items() if present.get(name) != text}
    return {**stale, **{name: None for name in present if name not in expected}}


def pages(rules: Iterable[Rule]) -> dict[str, str]:
    """Every page below docs/rules/ by its file's name."""
    rules = list(rules)
    return {"index.rst": index(rules), **{f"{rule.name}.rst": page(rule) for rule in rules}}


def page(rule: Rule) -> str:
    """
    The page of a rule: its id and name, the summary, a line of facts, the docstring's own text and sections, and the ways
    to silence it, with its own id and name filled in.
    """
    summary, _, body = docstring(rule).partition("\n")
    identifier = rule.id()
    parts = [
        GENERATED.format(source=source(rule)),
        f".. _{rule.name}:\n",
        titled(f"{rule.code} {rule.name}", "="),
        f"{summary}\n",
        f":Id: ``{identifier}``\n:Level: {LEVELS[rule.level]}\n:Family: {FAMILIES.get(rule.family, rule.family)}\n",
    ]
    if body.strip():
        parts.append(f"{body.strip()}\n")
    parts += [
        titled("How to silence it", "-"),
        "Everywhere, or in one file, with the reason:\n",
        code_block(
            "python",
            "DEPLOYCHECK = {",
            '    "IGNORE": {',
            f'        "{rule.name}": "why this is right for this site",',
            f'        # or: "{rule.name}:path/to/file": "…",',
            "    },",
            "}",
        ),
        "In one place, on a line of its own above it:\n",
        code_block("text", f"# deploycheck: ignore[{rule.name}] why this is right here"),
        "Or as any of Django's checks, by the exact id:\n",
        code_block("python", f'SILENCED_SYSTEM_CHECKS = ["{identifier}"]'),
    ]
    return "\n".join(parts)


def index(rules: Iterable[Rule]) -> str:
    """The list of all rules, a table a family."""
    rules = list(rules)
    families = dict.fromkeys([*FAMILIES, *(rule.family for rule in rules)])
    parts = [
        GENERATED.format(source="the rules' docstrings"),
        titled("Rules", "="),
        INTRODUCTION,
    ]
    for family in families:
        members = [rule for rule in rules if rule.family == family]
        if members:
            parts += [titled(FAMILIES.get(family, family), "-"), table(members)]
    if rules:
        parts.append(".. toctree::\n   :hidden:\n   :maxdepth: 1\n\n" + "".join(f"   {rule.name}\n" for rule in rules))
    return "\n".join(parts)


def table(rules: Iterable[Rule]) -> str:
    rows = [
        f"   * - {rule.code}\n     - :doc:`{rule.name}`\n     - {docstring(rule).partition(chr(10))[0]}\n"
        for rule in rules
    ]
    return ".. list-table::\n   :widths: 10 35 55\n\n" + "".join(rows)


def docstring(rule: Rule) -> str:
    return inspect.cleandoc(rule.page or "")


def source(rule: Rule) -> str:
    return f"django_deploycheck/rules/{rule.family}/{rule.name.replace('-', '_')}.py"


def titled(text: str, underline: str) -> str:
    return f"{text}\n{underline * len(text)}\n"


def code_block(language: str, *lines: str) -> str:
    return f".. code-block:: {language}\n\n" + "".join(f"   {line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
