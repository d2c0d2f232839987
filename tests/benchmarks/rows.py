"""The rows of the table in docs/performance.md: what is measured, how, and the target."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import gates
from tests.benchmarks.bench import Bench
from tests.benchmarks.processes import PAIRS, Failed, Run, Usage, all_instructions, alternating, median, output
from tests.benchmarks.sites import EIGHT_FILES, FIVE_FILES, manifests, repository, with_migrations


@dataclass(frozen=True)
class Row:
    """One figure; ``target`` is the largest that is wanted, None where there is none. ``how`` says what it was made of."""

    name: str
    measured: float | None
    target: float | None
    unit: str
    """Empty for a ratio."""
    how: str

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return "not measured"
        if self.target is None:
            return ""
        return "yes" if self.measured <= self.target else "**no**"


def starts(bench: Bench) -> Iterator[Row]:
    """Commands that have nothing to do with deployments."""
    with_app, without = bench.site(), bench.site(app=False)
    with socket.socket() as taken:
        # Runs its checks, looks at the migrations, and then finds its port taken: nothing else ends it.
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        runserver = ("runserver", "--noreload", "--skip-checks", str(taken.getsockname()[1]))
        commands: Mapping[str, tuple[str, ...]] = {
            "migrate --plan": ("migrate", "--plan"),
            "runserver": tuple(word for word in runserver if word != "--skip-checks"),
            "shell": ("shell", "-c", "pass"),
        }
        runs: dict[str, Run] = {}
        for name, argv in commands.items():
            for arm, folder in (("with", with_app), ("without", without)):
                runs[f"{arm} {name}"] = bench.manage(folder, *argv, status=name == "runserver")
        counts = all_instructions(runs)
    for name in commands:
        yield _instruction_ratio(f"``{name}``", 1.003, counts[f"with {name}"], counts[f"without {name}"])


def gated(bench: Bench) -> Iterator[Row]:
    """What continuous integration holds, too."""
    for measured in gates.measured(bench):
        yield _instruction_ratio(
            f"``{' '.join(measured.gate.argv)}``{measured.gate.name.removeprefix(' '.join(measured.gate.argv))}",
            measured.gate.target,
            measured.instructions,
            measured.base,
        )


def migration_rules(bench: Bench) -> Iterator[Row]:
    """The two rules that compare models with migrations."""
    runs = {
        "with": bench.manage(bench.site(migration_rules=True), "check", "--deploy"),
        "without": bench.manage(bench.site(), "check", "--deploy"),
        "django": bench.manage(bench.site(app=False), "check", "--deploy"),
    }
    counts = all_instructions(runs)
    added = counts["with"] - counts["without"]
    yield Row(
        "rules 205 and 206 on a fresh project",
        1 + added / counts["django"],
        1.04,
        "",
        f"{added / 1e6:.1f} M instructions more, by {counts['django'] / 1e6:.0f} M of the command without the app",
    )
    files = with_migrations(300)
    runs = {
        "one": bench.manage(bench.site(files, migration_rules=True), "check", "--deploy"),
        "checks": bench.manage(bench.site(files), "check", "--deploy"),
        "beside": bench.manage(bench.site(files), "makemigrations", "--check", "--dry-run"),
    }
    counts = all_instructions(runs)
    yield _instruction_ratio(
        "model drift, 300 migrations: one process / ``makemigrations --check`` beside it",
        0.65,
        counts["one"],
        counts["checks"] + counts["beside"],
    )


def again(bench: Bench) -> Iterator[Row]:
    """The second run of one process."""
    runs = [json.loads(output(bench.inside(bench.site(), "again", "21")).stdout) for _ in range(PAIRS)]
    first = statistics.median(run["first"] for run in runs)
    how = f"median of {PAIRS} processes with 21 runs each after a first of {first:.0f} ms; no database rule"
    yield Row("a second run in one process", statistics.median(run["again"] for run in runs), 2, "ms", how)
    how = f"what 21 more runs add to the peak after the first; median of {PAIRS} processes"
    yield Row("memory of later runs", statistics.median(run["memory"] for run in runs), 3, "MiB", how)


def memory(bench: Bench) -> Iterator[Row]:
    """Of the whole process."""
    for name, files in (("5 files", FIVE_FILES), ("8 files", EIGHT_FILES)):
        runs = {
            "with": bench.manage(bench.site(files), "check", "--deploy"),
            "without": bench.manage(bench.site(files, app=False), "check", "--deploy"),
        }
        taken = alternating(runs)
        medians = {arm: median(usages, lambda usage: usage.memory) for arm, usages in taken.items()}
        how = f"{medians['with']:.1f} MiB with the app, {medians['without']:.1f} without; medians of {PAIRS} pairs"
        yield Row(f"peak memory of ``check --deploy``, {name}", medians["with"] - medians["without"], 3, "MiB", how)
        times = {arm: median(usages, _cpu) * 1000 for arm, usages in taken.items()}
        how = f"{times['with']:.0f} ms with the app, {times['without']:.0f} without; medians of {PAIRS} pairs"
        yield Row(f"processor time of ``check --deploy``, {name}", times["with"] - times["without"], None, "ms", how)


def finding(bench: Bench) -> Iterator[Row]:
    """File finding in repositories of very different size."""
    small, large = (repository(bench.folder / f"files-{count:06}", count) for count in (1_000, 500_000))
    times: dict[Path, list[float]] = {small: [], large: []}
    for _ in range(PAIRS):
        for root, taken in times.items():
            found = json.loads(output(bench.inside(bench.site(), "finding", str(root), "201")).stdout)
            taken.append(found["milliseconds"])
    medians = [statistics.median(times[root]) for root in (large, small)]
    how = f"{medians[0]:.2f} ms / {medians[1]:.2f} ms, medians of {PAIRS} pairs of processes with 201 runs each"
    yield Row("file finding, 500,000 files / 1,000 files", medians[0] / medians[1], 1.05, "", how)
    for root in times:
        shutil.rmtree(root)


def kubernetes(bench: Bench) -> Iterator[Row]:
    """Ten times as many manifests."""
    runs = {
        "none": bench.manage(bench.site(manifests(0)), "check", "--deploy"),
        "100": bench.manage(bench.site(manifests(100)), "check", "--deploy"),
        "1000": bench.manage(bench.site(manifests(1000)), "check", "--deploy"),
    }
    counts = all_instructions(runs)
    hundred, thousand = (counts[name] - counts["none"] for name in ("100", "1000"))
    how = f"{thousand / 1e6:.0f} M / {hundred / 1e6:.0f} M instructions more than with none"
    yield Row("1,000 Kubernetes manifests / 100", thousand / hundred, 11, "", how)


def hostile(bench: Bench) -> Iterator[Row]:
    """What the worst file costs that somebody may have written to slow the check down; see hostile.py."""
    done = _module("tests.benchmarks.hostile", "--top", "1000000")
    found = re.findall(r"(?m)^ *(-?[\d.]+) ms +(-?[\d.]+) MB +(\S+) +(.*?) +\d+ KiB", done.stdout)
    if not found:
        raise Failed(done.stdout + done.stderr)
    for place, target, unit in ((0, 20, "ms"), (1, 10, "MB")):
        worst = max(found, key=lambda line: float(line[place]))
        beyond = sum(float(line[place]) > target for line in found)
        how = f"{worst[2]}, {worst[3]}; of {len(found)} files {beyond} cost more than {target} {unit}"
        yield Row(f"the worst hostile file, {unit}", float(worst[place]), target, unit, how)


def heartbeats(bench: Bench) -> Iterator[Row]:
    """Ten thousand runs of every deployment check in one process, from many threads; see heartbeat.py."""
    done = _module("tests.benchmarks.heartbeat")
    found, _ = json.JSONDecoder().raw_decode(done.stdout.partition("unchanged ")[2])
    memory = (found["memory after"] - found["memory before"]) / 1024
    how = f"resident memory, from 16 threads; {found['files after'] - found['files before']} more open files"
    yield Row("memory that 10,000 runs of all deployment checks add", memory, 3, "MiB", how)


def _module(*argv: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parent.parent.parent
    return subprocess.run([sys.executable, "-m", *argv], cwd=root, capture_output=True, text=True, check=False)


def checkov(bench: Bench) -> Iterator[Row]:
    """A peer that reads Dockerfiles, on one Dockerfile."""
    name, target = "added cost for one Dockerfile / checkov on it", 0.13
    command = os.environ.get("CHECKOV") or shutil.which("checkov")
    if command is None:
        yield Row(
            name, None, target, "", "checkov is not installed: 'pip install checkov', in an environment of its own"
        )
        return
    files = {"Dockerfile": FIVE_FILES["Dockerfile"]}
    folder = bench.site(files)
    argv = (command, "--file", "Dockerfile", "--framework", "dockerfile", "--quiet", "--compact", "--soft-fail")
    environ = {**bench.environ, "LOG_LEVEL": "ERROR", "BC_SKIP_MAPPING": "TRUE"}
    taken = alternating(
        {
            "with": bench.manage(folder, "check", "--deploy"),
            "without": bench.manage(bench.site(files, app=False), "check", "--deploy"),
            "checkov": Run((*argv, "--skip-download"), folder, environ),
        }
    )
    cpu: dict[str, float] = {arm: median(usages, _cpu) for arm, usages in taken.items()}
    added = cpu["with"] - cpu["without"]
    how = (
        f"{added * 1000:.0f} ms / {cpu['checkov'] * 1000:.0f} ms of processor time, medians of {PAIRS} rounds; "
        f"the whole command with Django takes {cpu['with'] * 1000:.0f} ms"
    )
    yield Row(name, added / cpu["checkov"], target, "", how)


def _cpu(usage: Usage) -> float:
    return usage.cpu


def _instruction_ratio(name: str, target: float, counted: int, base: int) -> Row:
    return Row(name, counted / base, target, "", f"{counted / 1e6:.1f} M / {base / 1e6:.1f} M instructions")


PARTS: Mapping[str, Callable[[Bench], Iterator[Row]]] = {
    "gated": gated,
    "starts": starts,
    "migration-rules": migration_rules,
    "again": again,
    "memory": memory,
    "finding": finding,
    "kubernetes": kubernetes,
    "heartbeats": heartbeats,
    "hostile": hostile,
    "checkov": checkov,
}
