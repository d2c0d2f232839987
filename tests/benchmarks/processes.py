"""Processes that are measured: their instructions, counted by valgrind, and their time and memory, as the kernel counts."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
PAIRS = 11
_COUNT = re.compile(r"I\s+refs:\s+([\d,]+)")


class Failed(Exception):
    """What was to be measured did not end as it should; the text is its output."""


@dataclass(frozen=True)
class Run:
    """A command, the folder that it runs in, all of its environment variables, and the status that it ends with."""

    argv: tuple[str, ...]
    folder: Path
    environ: Mapping[str, str]
    status: int = 0


@dataclass(frozen=True)
class Usage:
    """Seconds by the clock and of the processor, and the largest resident memory in MiB."""

    seconds: float
    cpu: float
    memory: float


def has_valgrind() -> bool:
    """Whether valgrind is on the PATH."""
    return shutil.which("valgrind") is not None


def output(run: Run, *prefix: str) -> subprocess.CompletedProcess[str]:
    """The run, ended as it should."""
    done = subprocess.run(
        [*prefix, *run.argv],
        cwd=run.folder,
        env=dict(run.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != run.status:
        raise Failed(f"{' '.join(done.args)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def instructions(run: Run) -> int:
    """How many instructions the run takes: they repeat to a few thousandths of a percent on the busiest machine."""
    found = _COUNT.search(output(run, *VALGRIND).stderr)
    if found is None:
        raise Failed("valgrind printed no count")
    return int(found[1].replace(",", ""))


def all_instructions(runs: Mapping[str, Run]) -> dict[str, int]:
    """The instructions of each run, by name; each ran once before, so that every ``.pyc`` is there."""
    for run in runs.values():
        output(run)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(runs, pool.map(instructions, runs.values()), strict=True))


def usage(run: Run) -> Usage:
    """What one run takes."""
    with tempfile.TemporaryFile() as sink:
        began = time.perf_counter()
        process = subprocess.Popen(
            run.argv, cwd=run.folder, env=dict(run.environ), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
        )
        _, status, resources = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != run.status:
            sink.seek(0)
            raise Failed(f"{' '.join(run.argv)}: status {process.returncode}\n{sink.read().decode()}")
    return Usage(seconds, resources.ru_utime + resources.ru_stime, resources.ru_maxrss / 1024)


def alternating(runs: Mapping[str, Run], pairs: int = PAIRS) -> dict[str, list[Usage]]:
    """What each run takes, again and again in turn, so that a busy minute hits all alike; each ran once before."""
    for run in runs.values():
        usage(run)
    taken: dict[str, list[Usage]] = {name: [] for name in runs}
    for _ in range(pairs):
        for name, run in runs.items():
            taken[name].append(usage(run))
    return taken


def median(usages: Sequence[Usage], what: Callable[[Usage], float]) -> float:
    return statistics.median(map(what, usages))
