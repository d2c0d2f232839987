"""``python -m tests.benchmarks``: see ``--help``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import gates, processes, report, rows, scale
from tests.benchmarks.bench import bench
from tests.benchmarks.drawing import Scale
from tests.benchmarks.sites import EIGHT_FILES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure what the app costs.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("gate", help="the instruction ratios that continuous integration holds")
    kept = commands.add_parser("sites", help="write the measured sites into a folder, to profile them by hand")
    kept.add_argument("folder", type=Path, help="a folder that does not exist")
    parts = (*rows.PARTS, *scale.PARTS)
    measured = commands.add_parser("measure", help="the table and the charts of docs/performance.md")
    measured.add_argument("parts", nargs="*", metavar="part", help=f"some of {', '.join(parts)}; all if none is named")
    measured.add_argument("--write", action="store_true", help="write results.json, docs/performance.md and the charts")
    arguments = parser.parse_args()
    if arguments.command == "sites":
        return sites(arguments.folder.absolute())
    if not processes.has_valgrind():
        sys.exit("valgrind, which counts the instructions, is not installed ('apt install valgrind').")
    with tempfile.TemporaryDirectory() as name:
        if arguments.command == "gate":
            return gate(Path(name))
        return measure(Path(name), arguments.parts or parts, arguments.write)


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
    return any(measured.ratio > measured.gate.limit_here for measured in found)


def measure(folder: Path, parts: Sequence[str], write: bool) -> int:
    made = bench(folder)
    for part in parts:
        print(f"{part} …", file=sys.stderr, flush=True)
        found: list[rows.Row] = []
        charts: list[Scale] = []
        if part in rows.PARTS:
            found += rows.PARTS[part](made)
        else:
            charts.append(scale.PARTS[part](made))
        print(report.table(found) if found else charts, flush=True)
        if write:
            report.keep(found, charts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
