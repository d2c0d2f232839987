"""How the cost grows: with the deployment files, with everything else in the repository, with the migrations."""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Callable, Mapping

from tests.benchmarks.bench import Bench
from tests.benchmarks.drawing import Scale
from tests.benchmarks.processes import Run, Usage, alternating, median, output
from tests.benchmarks.sites import repository, services, with_migrations

DEPLOYMENT_FILES = (10, 50, 100, 250, 500, 1_000)
FILES = (1_000, 50_000, 100_000, 250_000, 500_000)
MIGRATIONS = (100, 1_000, 2_500, 5_000)
ROUNDS = 3
OURS, BESIDE = "check --deploy", "check --deploy, then makemigrations --check"


def deployment_files(bench: Bench) -> Scale:
    runs: dict[str, Run] = {"0": bench.manage(bench.site(app=False), "check", "--deploy")}
    for count in DEPLOYMENT_FILES:
        runs[str(count)] = bench.manage(bench.site(services(count)), "check", "--deploy")
    cpu = _cpu(runs)
    line = [(count, (cpu[str(count)] - cpu["0"]) * 1000) for count in DEPLOYMENT_FILES]
    return Scale("files", "Deployment files", "deployment files", "ms of processor time added", {OURS: line})


def files(bench: Bench) -> Scale:
    line = []
    for count in FILES:
        root = repository(bench.folder / f"files-{count:06}", count)
        runs = [
            json.loads(output(bench.inside(bench.site(), "finding", str(root), "101")).stdout) for _ in range(ROUNDS)
        ]
        line.append((count, statistics.median(run["milliseconds"] for run in runs)))
        shutil.rmtree(root)
    return Scale("repository", "All files of the repository", "files", "ms to find the five", {"file finding": line})


def migrations(bench: Bench) -> Scale:
    runs: dict[str, Run] = {}
    for count in MIGRATIONS:
        made = with_migrations(count)
        runs[f"{OURS} {count}"] = bench.manage(bench.site(made, migration_rules=True), "check", "--deploy")
        runs[f"checks {count}"] = bench.manage(bench.site(made), "check", "--deploy")
        runs[f"drift {count}"] = bench.manage(bench.site(made), "makemigrations", "--check", "--dry-run")
    cpu = _cpu(runs)
    return Scale(
        "migrations",
        "Migrations",
        "migrations",
        "s of processor time",
        {
            OURS: [(count, cpu[f"{OURS} {count}"]) for count in MIGRATIONS],
            BESIDE: [(count, cpu[f"checks {count}"] + cpu[f"drift {count}"]) for count in MIGRATIONS],
        },
    )


def _cpu(runs: dict[str, Run]) -> dict[str, float]:
    def cpu(usage: Usage) -> float:
        return usage.cpu

    return {name: median(usages, cpu) for name, usages in alternating(runs, ROUNDS).items()}


PARTS: Mapping[str, Callable[[Bench], Scale]] = {
    "scale-files": deployment_files,
    "scale-repository": files,
    "scale-migrations": migrations,
}
