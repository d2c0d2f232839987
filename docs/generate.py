"""
Write what says what the code says: the rules' pages below docs/rules/ from the rules' docstrings, docs/formats.rst from the
readers' and docs/platforms.rst from the table of platforms, and the indexes from which the package knows its rules and readers
before it imports them.

``python docs/generate.py`` writes them; with ``--check`` it writes nothing, names the files that are out of date and ends
with status 1 if there are any. Needs the package alone, no Sphinx.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
import types
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django_deploycheck import readers, rules
from django_deploycheck.model import Answer
from django_deploycheck.platforms import PLATFORMS, Platform
from django_deploycheck.records import fields
from django_deploycheck.rules import Rule, load

DOCS = Path(__file__).resolve().parent
PACKAGE = DOCS.parent / "django_deploycheck"
PAGES = DOCS / "rules"
# The version that brought a rule, by its name; the first release brought all others.
SINCE: Mapping[str, str] = types.MappingProxyType({})
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
    parser = argparse.ArgumentParser(description="Write the documentation's pages that say what the code says.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is out of date")
    check = parser.parse_args().check
    stale = {PAGES / name: text for name, text in stale_pages(pages(load()), PAGES).items()}
    references = {
        DOCS / "formats.rst": formats(readers.modules().values()),
        DOCS / "platforms.rst": platforms(PLATFORMS),
        PACKAGE / "readers" / "_index.py": index_of_readers(readers.modules().values()),
        PACKAGE / "rules" / "_index.py": index_of_rules(load()),
    }
    stale |= {path: text for path, text in references.items() if current(path) != text}
    for path, text in stale.items():
        name = path.relative_to(DOCS.parent).as_posix()
        if check:
            print(f"{name} is out of date; run: python docs/generate.py", file=sys.stderr)
            continue
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(name)
    return 1 if check and stale else 0


def current(path: Path) -> str | None:
    """What a file holds; None where there is none yet."""
    return path.read_text(encoding="utf-8") if path.exists() else None


# --- rules --------------------------------------------------------------------------------------------------------------


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
        f".. index:: ! {rule.name}\n",
        f".. _{rule.name}:\n",
        titled(f"{rule.code} {rule.name}", "="),
        f"{summary}\n",
        f":Id: ``{identifier}``\n:Level: {LEVELS[rule.level]}\n:Family: {FAMILIES.get(rule.family, rule.family)}",
        f":Since: {SINCE.get(rule.name, 'the first release')}\n",
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
        f"   * - {rule.code}\n     - :doc:`{rule.name} <{rule.name}>`\n     - {docstring(rule).partition(chr(10))[0]}\n"
        for rule in rules
    ]
    return ".. list-table::\n   :widths: 10 35 55\n\n" + "".join(rows)


def docstring(rule: Rule) -> str:
    return rules.page(rule)


def source(rule: Rule) -> str:
    return f"django_deploycheck/rules/{rule.family}/{rule.name.replace('-', '_')}.py"


def titled(text: str, underline: str) -> str:
    return f"{text}\n{underline * len(text)}\n"


def code_block(language: str, *lines: str) -> str:
    return f".. code-block:: {language}\n\n" + "".join(f"   {line}\n" for line in lines)


# --- indexes ------------------------------------------------------------------------------------------------------------

INDEX = """\
# Written by docs/generate.py from {source}; change that and run it again.
# fmt: off
from __future__ import annotations

{name}: dict[{types}] = {{
{rows}}}
"""


def index_of_readers(known: Iterable[Any]) -> str:
    """The module that tells the nature and the names of every reader."""
    rows = (
        f"    {quoted(reader.KIND)}: ({quoted(reader.NATURE)}, {getattr(reader, 'FALLBACK', False)}, "
        f"{hasattr(reader, 'claims')}, {tuple_of(reader.NAMES)}),\n"
        for reader in sorted(known, key=lambda reader: str(reader.KIND))
    )
    return INDEX.format(
        source="the readers", name="READERS", types="str, tuple[str, bool, bool, tuple[str, ...]]", rows="".join(rows)
    )


def index_of_rules(known: Iterable[Rule]) -> str:
    """The module that tells the family, name and level of every rule by its number."""
    rows = (
        f"    {rule.number}: ({quoted(rule.family)}, {quoted(rule.name)}, {quoted(rule.level)}, {rule.value}),\n"
        for rule in known
    )
    return INDEX.format(source="the rules", name="RULES", types="int, tuple[str, str, str, bool]", rows="".join(rows))


def quoted(text: str) -> str:
    return json.dumps(text)


def tuple_of(texts: Iterable[str]) -> str:
    quoted_texts = [quoted(text) for text in texts]
    return f"({', '.join(quoted_texts)}{',' if len(quoted_texts) == 1 else ''})"


# --- formats ------------------------------------------------------------------------------------------------------------

# Of a format with hundreds of names the first ones say enough.
MANY_NAMES = 24
GROUPS = {
    "platforms": "Platforms",
    "containers": "Containers and clusters",
    "servers": "Servers and machines",
    "pipelines": "Pipelines",
    "tools": "Deployment tools, tasks and scripts",
    "project": "The project itself",
}
GROUP_OF = {
    **dict.fromkeys(("procfile", "app-json"), "platforms"),
    **dict.fromkeys(
        ("dockerfile", "compose", "s6", "kubernetes", "kustomize", "helm-values", "terraform"), "containers"
    ),
    **dict.fromkeys(
        ("apache", "caddy", "circus", "gunicorn-conf", "nginx", "supervisord", "systemd", "uwsgi"), "servers"
    ),
    **dict.fromkeys(
        ("azure-pipelines", "bitbucket-pipelines", "circleci", "cloud-build", "github-workflow", "gitlab-ci"),
        "pipelines",
    ),
    "dotenv": "project",
}
NATURES = {
    "production": "production's, unless their names say otherwise",
    "project": "neither production's nor development's",
    "decided": "decided by names, contents and references",
}
UNREAD = "unread-format"
FORMATS_INTRODUCTION = """\
Every format that is read, what is taken from it, and the documentation that was followed. The headings are the ``kind`` of a
file in the :doc:`JSON report <json>`. Whose a file is, production's or not, is told on :doc:`production`.

The names are patterns: without a slash for a file's name, with one for the end of its path. Files are looked for at the root, in
the project's folder and in folders with the usual names (``deploy``, ``docker``, ``k8s``, ``.github`` …). What a file that is
read refers to, such as an env file or a script, is read wherever it lies and whatever it is called.
"""


def formats(known: Iterable[Any]) -> str:
    """The list of all formats that readers read, by groups, and of what is only noticed."""
    known = list(known)
    parts = [
        GENERATED.format(source="the readers' docstrings and names"),
        titled("Formats", "="),
        FORMATS_INTRODUCTION,
    ]
    for group, title in GROUPS.items():
        members = [reader for reader in known if reader.KIND != UNREAD and group_of(reader) == group]
        if members:
            parts += [titled(title, "-"), *(format_entry(reader) for reader in members)]
    unread = [reader for reader in known if reader.KIND == UNREAD]
    if unread:
        parts.append(titled("Noticed, not read", "-"))
    for reader in unread:
        parts += [f"{inspect.cleandoc(reader.__doc__ or '')}\n", f"{names(reader.NAMES, most=len(reader.NAMES))}\n"]
    return "\n".join(parts)


def group_of(reader: Any) -> str:
    if reader.KIND in GROUP_OF:
        return GROUP_OF[reader.KIND]
    if hasattr(reader, "PLATFORM"):
        return "platforms"
    return "project" if reader.NATURE == "project" else "tools"


def format_entry(reader: Any) -> str:
    """A format: its kind, its files, whose they are, and the reader's own words."""
    facts = [f":Files: {names(reader.NAMES) or 'those that a file or a command leads to'}"]
    facts.append(f":Whose: {NATURES[reader.NATURE]}")
    if hasattr(reader, "PLATFORM"):
        facts.append(f":Platform: :ref:`{PLATFORMS[reader.PLATFORM].title} <platform-{reader.PLATFORM}>`")
    text = inspect.cleandoc(reader.__doc__ or "")
    return "\n".join([f".. _format-{reader.KIND}:\n", titled(reader.KIND, "~"), f"{text}\n", "\n".join(facts) + "\n"])


def names(patterns: Iterable[str], most: int = MANY_NAMES) -> str:
    """Patterns as literals; of very many the first ones and the number of the others."""
    every = list(dict.fromkeys(patterns))
    shown = ", ".join(f"``{pattern}``" for pattern in every[:most])
    rest = len(every) - most
    return f"{shown} and {rest} more" if rest > 0 else shown


# --- platforms ----------------------------------------------------------------------------------------------------------

PLATFORMS_INTRODUCTION = """\
What platforms do by themselves, as far as rules need it: a Procfile without ``collectstatic`` is right where the build runs it, and
a SQLite file is lost only where a deploy wipes the disk. The platform is taken from the files below, from the commands and actions
of pipelines that deploy to it, or from ``DEPLOYCHECK["PLATFORM"]``, which takes the name given here. Each fact was read on the page
that is linked.
"""
# For each field of a platform: what its values mean, None for what goes without saying.
FACTS: Mapping[str, Mapping[object, str | None]] = {
    "brings_server": {True: "Starts a server of its own where no command is given.", False: None},
    "collects_static": {
        True: "Its build runs ``collectstatic`` by itself.",
        False: "Does not run ``collectstatic`` by itself.",
    },
    "migrates": {True: "Runs ``migrate`` by itself.", False: "Does not run ``migrate`` by itself."},
    "keeps_release_files": {
        Answer.YES: "Files that a release step writes reach the running site.",
        Answer.NO: "Files that a release step writes do not reach the running site.",
        Answer.UNKNOWN: None,
    },
    "keeps_disk": {
        Answer.YES: "The disk survives a deploy.",
        Answer.NO: "A deploy starts with an empty disk.",
        Answer.UNKNOWN: "Whether the disk survives a deploy depends on how the site is set up.",
    },
    "has_volumes": {
        Answer.YES: "A disk that stays can be attached.",
        Answer.NO: "No disk that stays can be attached.",
        Answer.UNKNOWN: None,
    },
    "sets_port": {True: "Processes must listen on ``$PORT``.", False: None},
    "wants_loopback": {True: "Its router reaches processes on the loopback interface.", False: None},
    "sets_concurrency": {True: "Sets ``WEB_CONCURRENCY``.", False: None},
    "remaps_user": {True: "Runs containers as an unprivileged user, whatever the image says.", False: None},
    "terminates_tls": {
        True: "Its router ends TLS and sends ``X-Forwarded-Proto``.",
        False: "Whether something in front of it ends TLS is not known.",
    },
    "checks_host": {
        Answer.YES: "Its router passes on requests for the names that the site registered, and no others.",
        Answer.NO: "Its router passes on requests for any name.",
        Answer.UNKNOWN: None,
    },
    "makes_application": {True: "Makes the application of the settings by itself.", False: None},
    "has_release_step": {
        True: None,
        False: "Its files name no command that runs on every deploy: people run ``migrate`` by hand.",
    },
}


def platforms(known: Mapping[str, Platform]) -> str:
    """The list of all platforms: files, behaviour, source."""
    kinds: dict[str, list[str]] = {name: [] for name in known}
    for reader in readers.modules().values():
        platform = getattr(reader, "PLATFORM", None)
        if platform is not None and reader.KIND != UNREAD:
            kinds[platform].append(reader.KIND)
    kinds["heroku"] = ["procfile", *kinds.get("heroku", ()), "app-json"]
    parts = [
        GENERATED.format(source="django_deploycheck/platforms.py"),
        titled("Platforms", "="),
        PLATFORMS_INTRODUCTION,
    ]
    for name, platform in sorted(known.items(), key=lambda item: item[1].title.casefold()):
        others = [other for other in known.values() if other.title == platform.title]
        title = platform.title if len(others) == 1 else f"{platform.title} ({name})"
        parts += [f".. _platform-{name}:\n", titled(title, "-"), platform_entry(name, platform, kinds[name])]
    return "\n".join(parts)


def platform_entry(name: str, platform: Platform, kinds: Iterable[str]) -> str:
    files = ", ".join(f":ref:`{kind} <format-{kind}>`" for kind in kinds)
    lines = [
        f":Name: ``{name}``",
        f":Files: {files or 'none of its own'}",
        f":Source: {platform.source}",
        "",
        *(f"- {sentence}" for sentence in behaviour(platform)),
        "",
    ]
    return "\n".join(lines)


def behaviour(platform: Platform) -> Iterable[str]:
    """What the fields of a platform mean, a sentence each."""
    for field in fields(platform):
        sentence = FACTS.get(field.name, {}).get(getattr(platform, field.name))
        if sentence is not None:
            yield sentence
    if platform.application_names != ("application",):
        *first, last = (f"``{name}``" for name in platform.application_names)
        yield f"Its own server looks for {', '.join(first)} or {last} in the module that it is told to serve."


if __name__ == "__main__":
    sys.exit(main())
