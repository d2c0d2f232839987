"""
Run every check of the project: style, types, all tests with coverage on this Python and the newest Django it supports, the
tests on other Pythons found here so that each supported Django has its turn, the documentation and the archives, and what the
app costs in instructions, where valgrind is installed.

Does all its own set-up. ``--quick`` stays with this Python, ``--all`` runs every pair of Python and Django found here.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from environment import ROOT, clean_environ, private_environment

# Every Django once, on the Pythons between the oldest and the newest; the continuous integration runs every pair.
CORNERS = ("py310-django42", "py312-django60", "py313-django61", "docs", "package")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only this Python and the newest Django it supports")
    parser.add_argument("--all", action="store_true", help="every supported pair of Python and Django found here")
    arguments = parser.parse_args()

    python = str(private_environment("test", "dev"))
    steps = [
        [python, "-m", "ruff", "check"],
        [python, "-m", "ruff", "format", "--check"],
        [python, "-m", "mypy"],
        [python, "docs/generate.py", "--check"],
        [python, "-W", "error", "-m", "pytest", "--numprocesses=auto", "--cov", "--cov-fail-under=100"],
    ]
    if sys.version_info < (3, 11):
        print("Types are not checked: the stubs for the newest Django need Python 3.11 or later.", flush=True)
        steps.remove([python, "-m", "mypy"])
    if shutil.which("valgrind"):
        steps.insert(-1, [python, "-m", "tests.benchmarks", "gate"])
    else:
        print("Instructions are not counted: valgrind is not installed ('apt install valgrind').", flush=True)
    if not arguments.quick:
        chosen = [] if arguments.all else ["-e", ",".join(CORNERS)]
        # First, so that the last lines are those of the full test run.
        steps.insert(
            0,
            [
                *(python, "-m", "tox", "run-parallel", "--parallel-no-spinner", "--skip-missing-interpreters=true"),
                *chosen,
            ],
        )
    failed = [step for step in steps if not succeeds(step)]
    for step in failed:
        print(f"FAILED: {shown(step)}")
    return 1 if failed else 0


def succeeds(step: Sequence[str]) -> bool:
    print(f"\n$ {shown(step)}", flush=True)
    began = time.monotonic()
    status = subprocess.run(step, cwd=ROOT, env=environ(), stdin=subprocess.DEVNULL, check=False).returncode
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return status == 0


def environ() -> Mapping[str, str]:
    inherited = clean_environ()
    # pyenv's shims stand on the PATH for every version it has, and start only those that the current folder selects.
    pyenv = Path(inherited.get("PYENV_ROOT", Path.home() / ".pyenv"))
    paths = [inherited.get("PATH", os.defpath), *map(str, sorted(pyenv.glob("versions/3.*/bin")))]
    # What runs here already, tox need not run again.
    return {**inherited, "PATH": os.pathsep.join(paths), "TOX_SKIP_ENV": "lint"}


def shown(step: Sequence[str]) -> str:
    return " ".join(["python", *step[1:]])


if __name__ == "__main__":
    sys.exit(main())
