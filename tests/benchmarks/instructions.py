"""Instructions of a process, counted by valgrind: they repeat to a few thousandths of a percent on any busy machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_COUNT = re.compile(r"I\s+refs:\s+([\d,]+)")


class Failed(Exception):
    """What was to be measured did not end as it should; the text is its output."""


@dataclass(frozen=True)
class Run:
    """A command, the folder that it runs in and all of its environment variables."""

    argv: tuple[str, ...]
    folder: Path
    environ: Mapping[str, str]


def available() -> bool:
    """Whether valgrind is on the PATH."""
    return shutil.which("valgrind") is not None


def finished(run: Run, *prefix: str) -> subprocess.CompletedProcess[str]:
    """The run, ended with status 0."""
    done = subprocess.run(
        [*prefix, *run.argv],
        cwd=run.folder,
        env=dict(run.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(done.args)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def instructions(run: Run) -> int:
    """How many instructions the run takes."""
    found = _COUNT.search(finished(run, *VALGRIND).stderr)
    if found is None:
        raise Failed("valgrind printed no count")
    return int(found[1].replace(",", ""))


def all_instructions(runs: Mapping[str, Run]) -> dict[str, int]:
    """The instructions of each run, by name; each ran once before, so that every ``.pyc`` is there."""
    for run in runs.values():
        finished(run)
    with ThreadPoolExecutor(cpu_count()) as pool:
        return dict(zip(runs, pool.map(instructions, runs.values()), strict=True))


def ratio(runs: Sequence[int]) -> float:
    """The first of two counts by the second."""
    counted, base = runs
    return counted / base
