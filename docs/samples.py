"""
Write what ``check --deploy`` says of the broken example sites to tests/example/<way>/broken.txt, and take the samples in
README.md and in the documentation from the one on Heroku: whichever findings (a place and an id) a sample shows, it shows as
they are said now. docs/terminal.svg is a picture of the first lines of that run, in its colours.

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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "tests" / "example"
# The way to deploy that the documents show.
SHOWN = "heroku"
DOCUMENTS = [ROOT / "README.md", ROOT / "docs" / "quickstart.rst"]
PICTURE = ROOT / "docs" / "terminal.svg"
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
    wanted = {**expected(outputs), PICTURE: picture(checked(EXAMPLES / SHOWN / "broken", "--force-color"))}
    stale = {path: text for path, text in wanted.items() if current(path) != text}
    for path, text in stale.items():
        name = path.relative_to(ROOT).as_posix()
        if check:
            print(f"{name} is out of date; run: python docs/samples.py", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(name)
    return 1 if check and stale else 0


def checked(site: Path, *options: str) -> str:
    """What the check prints for a site, run in a copy of its own: what else lies in the folder here is nobody's business."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(site, Path(folder) / site.name, ignore=shutil.ignore_patterns(*LEFT))
        done = subprocess.run(
            [sys.executable, "-B", *COMMAND, *options],
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


# --- the picture ---------------------------------------------------------------------------------------------------------

# Lines of the run, columns of the terminal, and its measures in pixels.
ROWS = 17
COLUMNS = 104
LINE_HEIGHT = 19
CHARACTER = 8.1
MARGIN = 16
TITLE_BAR = 30
SGR = re.compile(r"\x1b\[([\d;]*)m")
# Select Graphic Rendition, ECMA-48: what Django's palette uses.
CLASSES = {"1": "bold", "31": "red", "32": "green", "33": "yellow", "36": "cyan"}
STYLE = """\
    .window { fill: #ffffff; stroke: #d0d7de; }
    .bar { fill: #d0d7de; }
    text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }
    .bold { font-weight: 600; }
    .red { fill: #b3261e; }
    .green { fill: #1a7f37; }
    .yellow { fill: #7a4f01; }
    .cyan { fill: #0a6c74; }
    @media (prefers-color-scheme: dark) {
      .window { fill: #0d1117; stroke: #3d444d; }
      .bar { fill: #3d444d; }
      text { fill: #e6edf3; }
      .red { fill: #ff8f87; }
      .green { fill: #56d364; }
      .yellow { fill: #e3b341; }
      .cyan { fill: #76e3ea; }
    }
"""


def picture(output: str) -> str:
    """The first lines of a run as a terminal shows them: an SVG that needs no fonts, scripts or files of others."""
    prompt = f"$ python {' '.join(COMMAND)} --force-color 2>&1 | head -{ROWS}"
    rows = [row for line in [prompt, *output.splitlines()[:ROWS]] for row in wrapped(styled(line), COLUMNS)]
    width = round(COLUMNS * CHARACTER) + 2 * MARGIN
    height = TITLE_BAR + len(rows) * LINE_HEIGHT + MARGIN
    lines = [
        "<!-- Written by docs/samples.py from a real run; run it again. -->",
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',
        "  <title>What manage.py check --deploy says of a bookstore with the usual mistakes</title>",
        f"  <style>\n{STYLE}  </style>",
        f'  <rect class="window" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
        *(f'  <circle class="bar" cx="{MARGIN + 4 + 18 * index}" cy="16" r="5"/>' for index in range(3)),
    ]
    for index, row in enumerate(rows):
        spans = "".join(span(text, classes) for text, classes in row)
        lines.append(
            f'  <text x="{MARGIN}" y="{TITLE_BAR + 14 + index * LINE_HEIGHT}" xml:space="preserve">{spans}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])


def styled(line: str) -> list[tuple[str, str]]:
    """The pieces of a line with the names of their colours."""
    pieces: list[tuple[str, str]] = []
    classes: list[str] = []
    text, *rest = SGR.split(line)
    pieces.append((text.expandtabs(8), ""))
    for codes, text in zip(rest[::2], rest[1::2], strict=True):
        found = [CLASSES[code] for code in codes.split(";") if code in CLASSES]
        classes = [*classes, *found] if found else []
        pieces.append((text.expandtabs(8), " ".join(classes)))
    return [piece for piece in pieces if piece[0]]


def wrapped(pieces: Sequence[tuple[str, str]], columns: int) -> Iterator[list[tuple[str, str]]]:
    """A line as rows, broken where a terminal breaks it: at its last column."""
    row: list[tuple[str, str]] = []
    room = columns
    for piece, classes in pieces:
        text = piece
        while len(text) > room:
            yield [*row, (text[:room], classes)]
            row, text, room = [], text[room:], columns
        row.append((text, classes))
        room -= len(text)
    yield row


def span(text: str, classes: str) -> str:
    return f'<tspan class="{classes}">{escape(text)}</tspan>' if classes else escape(text)


if __name__ == "__main__":
    sys.exit(main())
