"""``python -m tests.benchmarks``: see ``--help``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import gates, processes, rows
from tests.benchmarks.bench import bench
from tests.benchmarks.sites import EIGHT_FILES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure what the app costs.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("gate", help="the instruction ratios that continuous integration holds")
    kept = commands.add_parser("sites", help="write the measured sites into a folder, to profile them by hand")
    kept.add_argument("folder", type=Path, help="a folder that does not exist")
    table = commands.add_parser("table", help="every row of the table in docs/performance.md; writes it with --write")
    table.add_argument("--only", help="the rows of one function in rows.py")
    table.add_argument("--checkov", default=shutil.which("checkov"), help="checkov's command; else the one on the PATH")
    arguments = parser.parse_args()
    if arguments.command == "sites":
        return sites(arguments.folder.absolute())
    if not processes.has_valgrind():
        sys.exit("valgrind, which counts the instructions, is not installed ('apt install valgrind').")
    with tempfile.TemporaryDirectory() as name:
        if arguments.command == "gate":
            return gate(Path(name))
        for row in rows.all_rows(bench(Path(name)), arguments.checkov, arguments.only):
            print(row)
    return 0


def sites(folder: Path) -> int:
    folder.mkdir(parents=True)
    made = bench(folder)
    for place in (made.site(app=False), made.site(), made.site(EIGHT_FILES)):
        print(f"cd {place}")
    variables = " ".join(f"{name}={value}" for name, value in made.environ.items())
    print(f"env -i {variables} {made.python} manage.py check --deploy")
    return 0


def gate(folder: Path) -> int:
    found = gates.measured(bench(folder))
    for measured in found:
        print(measured)
    return any(measured.ratio > measured.gate.limit for measured in found)


if __name__ == "__main__":
    sys.exit(main())
