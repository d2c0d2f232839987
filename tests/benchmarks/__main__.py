"""``python -m tests.benchmarks``: see ``--help``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import gates, instructions
from tests.benchmarks.interpreter import environ, interpreter
from tests.benchmarks.sites import EIGHT_FILES, FIVE_FILES, site


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure what the app costs.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("gate", help="the instruction ratios that continuous integration holds")
    keep = commands.add_parser("sites", help="write the measured sites into a folder, to profile them by hand")
    keep.add_argument("folder", type=Path, help="a folder that does not exist")
    arguments = parser.parse_args()
    if arguments.command == "sites":
        return sites(arguments.folder.absolute())
    if not instructions.available():
        sys.exit("valgrind, which counts the instructions, is not installed ('apt install valgrind').")
    return gate()


def sites(folder: Path) -> int:
    python = interpreter(folder / "python")
    for name, files, app in (
        ("without-app", FIVE_FILES, False),
        ("5-files", FIVE_FILES, True),
        ("8-files", EIGHT_FILES, True),
    ):
        print(f"cd {site(folder / name, files, app=app)}")
    variables = " ".join(f"{name}={value}" for name, value in environ(folder).items())
    print(f"env -i {variables} {python} manage.py check --deploy")
    return 0


def gate() -> int:
    with tempfile.TemporaryDirectory() as name:
        found = gates.measured(Path(name))
    for measured in found:
        print(measured)
    return any(measured.ratio > measured.gate.limit for measured in found)


if __name__ == "__main__":
    sys.exit(main())
