"""
Fuzzes every target, or those that are named, for a given time: ``python -m tests.fuzz --seconds 600``.

With atheris (``pip install --group fuzz``) coverage guides the inputs fast; without it a loop of our own does, slowly.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from tests.fuzz.child import State, keep_failure
from tests.fuzz.core import MIN_COVERAGE, ROOT, Target, all_targets

STANDSTILL = 60.0
"""After how many seconds without a new input a process hangs in something that no signal ends."""
STARTUP = 300.0
"""After how many seconds it should have tried the first."""
_RESTARTS = 5

Lines = dict[str, tuple[set[int], set[int]]]
"""Of each module, its lines and those that were not reached."""


@dataclass
class Outcome:
    """What a target made of its time."""

    name: str
    tried: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: list[Path] = field(default_factory=list)
    lines: Lines = field(default_factory=dict)


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 where a target failed or reached too little of its modules."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").strip().split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=600, help="how long in all, shared by the targets")
    parser.add_argument(
        "--inputs", type=int, default=0, help="how many inputs a target gets at the most; 0: no such limit"
    )
    parser.add_argument("--target", nargs="+", default=["*"], metavar="NAME", help="names or patterns of targets")
    parser.add_argument("--jobs", type=int, default=1, help="how many targets run at a time")
    parser.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "django-deploycheck-fuzz")
    parser.add_argument("--list", action="store_true", help="name the targets and do nothing")
    parser.add_argument("--no-coverage", action="store_true", help="do not measure what the inputs reach")
    options = parser.parse_args(arguments)
    targets = [
        target for target in all_targets().values() if any(fnmatchcase(target.name, name) for name in options.target)
    ]
    if not targets:
        parser.error("no target has such a name")
    if options.list:
        print(*(target.name for target in targets), sep="\n")
        return 0
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: inputs are made by a loop of our own, which is slower")
    print(f"The inputs are kept in {options.corpus}")
    print(f"{'target':32}{'inputs':>10}{'inputs/s':>10}{'slowest':>10}{'lines':>8}{'failures':>10}")
    share = options.seconds / len(targets) * max(1, options.jobs)
    measured = not options.no_coverage and importlib.util.find_spec("coverage") is not None
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        running = [
            pool.submit(_run, target, options.corpus / target.name, share, options.inputs, measured)
            for target in targets
        ]
        outcomes = [_printed(future.result(), target) for future, target in zip(running, targets, strict=True)]
    return _summary(outcomes, targets)


# --- one target ---------------------------------------------------------------------------------------------------------


def _run(target: Target, folder: Path, seconds: float, inputs: int, measured: bool) -> Outcome:
    """Fuzz a target in processes of its own: one after another where an input ends one."""
    for part in ("seeds", "failures"):
        shutil.rmtree(folder / part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    state = State(folder / "state", new=True)
    outcome = Outcome(target.name)
    start = time.monotonic()
    for _ in range(_RESTARTS):
        left = seconds - (time.monotonic() - start)
        if left <= 0 or 0 < inputs <= state.tried or _lived(target, folder, left, inputs, state):
            break
    outcome.seconds = time.monotonic() - start
    outcome.tried, outcome.slowest = state.tried, state.slowest
    if measured:
        outcome.lines = _coverage(target, folder)
    outcome.failures = sorted((folder / "failures").glob("*.input"))
    return outcome


def _lived(target: Target, folder: Path, seconds: float, inputs: int, state: State) -> bool:
    """Whether the process that fuzzes lived to its end. Otherwise the input that ended it is kept."""
    command = [sys.executable, "-m", "tests.fuzz.child", target.name, str(folder), str(seconds)]
    command += [str(max(0, inputs - state.tried)), *target.modules, *target.shared]
    before = state.tried
    with open(folder / "log.txt", "wb") as log:
        child = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        tried, since = before, time.monotonic()
        while child.poll() is None:
            time.sleep(0.1)
            if state.tried != tried:
                tried, since = state.tried, time.monotonic()
            elif time.monotonic() - since > (STANDSTILL if tried > before else STARTUP):
                child.kill()
                child.wait()
                keep_failure(folder / "failures", "hang", f"hangs for more than {STANDSTILL} seconds", state.current)
                return False
    if child.returncode == 0 and state.tried > before:
        return True
    what = f"exit status {child.returncode}"
    if child.returncode < 0:
        what = f"{signal.Signals(-child.returncode).name} ended the interpreter"
    text = f"{what}\n\n{(folder / 'log.txt').read_text(encoding='utf-8', errors='replace')[-4000:]}"
    keep_failure(folder / "failures", f"end {child.returncode}", text, state.current)
    return False


def _coverage(target: Target, folder: Path) -> Lines:
    """What every input of the target, the grown ones and the seeds, reaches."""
    path = folder / "coverage.json"
    path.unlink(missing_ok=True)
    with open(folder / "coverage.log", "wb") as log:
        command = [sys.executable, "-m", "tests.fuzz.child", target.name, str(folder)]
        subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False)
    if not path.exists():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: (set(lines["lines"]), set(lines["missing"])) for name, lines in found.items()}


# --- what is said about it ------------------------------------------------------------------------------------------


def _percent(lines: Lines, modules: Iterable[str]) -> float | None:
    of_modules = [lines[module] for module in modules if module in lines]
    total = sum(len(every) for every, _ in of_modules)
    return 100 * (total - sum(len(missing) for _, missing in of_modules)) / total if total else None


def _shown(percent: float | None) -> str:
    return "?" if percent is None else f"{percent:.1f} %"


def _printed(outcome: Outcome, target: Target) -> Outcome:
    print(
        f"{outcome.name:32}{outcome.tried:>10,}{outcome.tried / max(outcome.seconds, 0.001):>10,.0f}"
        f"{outcome.slowest * 1000:>7.0f} ms{_shown(_percent(outcome.lines, target.modules)):>8}{len(outcome.failures):>10}",
        flush=True,
    )
    for failure in outcome.failures:
        text = failure.with_suffix(".txt").read_text(encoding="utf-8").strip().splitlines()
        print(f"    {failure}: {(text[-1] if text[0].startswith('Traceback') else text[0])[:200]}", flush=True)
    return outcome


def _summary(outcomes: list[Outcome], targets: list[Target]) -> int:
    shared: Lines = {}
    for outcome in outcomes:
        for name, (lines, missing) in outcome.lines.items():
            everything, unreached = shared.get(name, (lines, missing))
            shared[name] = (everything | lines, unreached & missing)
    modules = sorted({module for target in targets for module in (*target.modules, *target.shared)})
    print("\nAll targets together:")
    for module in modules:
        missed = ", ".join(map(str, sorted(shared[module][1])[:12])) if module in shared else ""
        print(f"{module:60}{_shown(_percent(shared, [module])):>8}  {missed}".rstrip())
    failures = sum(len(outcome.failures) for outcome in outcomes)
    print(f"\n{sum(outcome.tried for outcome in outcomes):,} inputs, {failures} failures")
    few = [
        target.name
        for target, outcome in zip(targets, outcomes, strict=True)
        if (percent := _percent(outcome.lines, target.modules)) is not None and percent < MIN_COVERAGE
    ]
    if few:
        print(f"Below {MIN_COVERAGE} % of the lines: {', '.join(few)}")
    return 1 if failures or few else 0


if __name__ == "__main__":
    sys.exit(main())
