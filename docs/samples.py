"""
Write what ``check --deploy`` says of the broken example sites to tests/example/<way>/broken.txt, and take the samples in
README.md and in the documentation from the one on Heroku: whichever findings (a place and an id) a sample shows, it shows as
they are said now.

``python docs/samples.py`` writes them; with ``--check`` it writes nothing, names the files that are out of date and ends
with status 1 if there are any. Needs the package and the dependency group ``example``.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "tests" / "example"
# The way to deploy that the documents show.
SHOWN = "heroku"
DOCUMENTS = [ROOT / "README.md", ROOT / "docs" / "index.rst", ROOT / "docs" / "quickstart.rst"]
COMMAND = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
# What running a site leaves behind.
LEFT = ("__pycache__", "*.sqlite3", "staticfiles")
# Nothing else of this machine may decide what the site says of itself.
KEPT = {"HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"}

# A finding as Django prints it, indented as in a sample, and the hint below it.
FINDING = re.compile(
    r"^(?P<margin> *)(?P<place>\S+): \((?P<id>deploycheck\.\w+)\) .+\n(?:\s+HINT: .+\n)?", re.MULTILINE
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the sample output in tests/example, README.md and docs.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    check = parser.parse_args().check
    outputs = {site.parent.name: checked(site) for site in sorted(EXAMPLES.glob("*/broken"))}
    stale = {path: text for path, text in expected(outputs).items() if current(path) != text}
    for path, text in stale.items():
        name = path.relative_to(ROOT).as_posix()
        if check:
            print(f"{name} is out of date; run: python docs/samples.py", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(name)
    return 1 if check and stale else 0


def checked(site: Path) -> str:
    """What the check prints for a site, run in a copy of its own: what else lies in the folder here is nobody's business."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(site, Path(folder) / site.name, ignore=shutil.ignore_patterns(*LEFT))
        done = subprocess.run(
            [sys.executable, "-B", *COMMAND],
            cwd=copy,
            env={**{name: value for name, value in os.environ.items() if name in KEPT}, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
    return done.stdout


def expected(outputs: Mapping[str, str]) -> Mapping[Path, str]:
    """What each file should hold, given the outputs of the broken sites' checks by their way to deploy."""
    findings = {(match["place"], match["id"]): match[0] for match in FINDING.finditer(outputs[SHOWN])}
    documents = {path: refreshed(path.read_text(encoding="utf-8"), findings) for path in DOCUMENTS}
    return {**{EXAMPLES / way / "broken.txt": output for way, output in outputs.items()}, **documents}


def current(path: Path) -> str:
    """What a file holds; nothing where there is none yet."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def refreshed(text: str, findings: Mapping[tuple[str, str], str]) -> str:
    """The text with every finding in it replaced by the one of that place and id; KeyError where there is none."""

    def replaced(match: re.Match[str]) -> str:
        return "".join(f"{match['margin']}{line}\n" for line in shown(findings[match["place"], match["id"]]))

    return FINDING.sub(replaced, text)


def shown(finding: str) -> Iterator[str]:
    """The lines of a finding with spaces for Django's tab."""
    for line in finding.splitlines():
        yield line.expandtabs(8)


if __name__ == "__main__":
    sys.exit(main())
