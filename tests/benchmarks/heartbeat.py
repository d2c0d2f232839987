"""
``python -m tests.benchmarks.heartbeat``: every deployment check, ten thousand times from many threads of one process, as
a heartbeat runs them for days. Prints what is in use before and after.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WARM = {"unchanged": 64, "changed": 16}
"""How often the checks run before the first look: caches fill, and allocators take what they will keep."""


def main() -> None:
    from tests.running import copy_of

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.heartbeat", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="how often every check runs (default: 10000)")
    parser.add_argument("--threads", type=int, default=16, help="from how many threads (default: 16)")
    parser.add_argument(
        "--anew", type=int, default=500, help="how often it runs with a file changed before (default: 500)"
    )
    parser.add_argument("--site", default="heroku/broken", help="a folder below tests/example (default: heroku/broken)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = copy_of(given.site, Path(folder))
        for name, runs, threads in (("unchanged", given.runs, given.threads), ("changed", given.anew, 1)):
            print(name, json.dumps(measured(site, name, runs, threads), indent=1))


def measured(site: Path, name: str, runs: int, threads: int) -> dict[str, float]:
    """What a process of the site says of so many runs, from so many threads."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "PYTHON"))}
    command = [sys.executable, os.path.abspath(__file__), name, str(runs), str(threads)]
    done = subprocess.run(command, cwd=site, env=environ, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))


def inside(name: str, runs: int, threads: int) -> dict[str, float]:
    """Run the checks in this process: whether all said the same, and what it took; memory in KiB."""
    import django
    from django.core.checks import run_checks

    django.setup()
    file = Path("Procfile")
    text = file.read_text()

    def heartbeats(count: int) -> set[tuple[str, ...]]:
        said = set()
        for number in range(count):
            if name == "changed":
                file.write_text(text + "#\n" * (number % 100))
            said.add(tuple(sorted(map(str, run_checks(include_deployment_checks=True)))))
        return said

    said = heartbeats(1)
    with ThreadPoolExecutor(threads) as pool:

        def at_once(count: int) -> None:
            said.update(*pool.map(heartbeats, [count // threads] * threads))

        at_once(WARM[name])
        before = standing()
        began = time.perf_counter()
        at_once(runs)
        seconds = time.perf_counter() - began
        after = standing()
    return {
        "answers": len(said),
        "messages": len(next(iter(said))),
        "seconds": round(seconds, 1),
        **{f"{key} before": value for key, value in before.items()},
        **{f"{key} after": value for key, value in after.items()},
        "milliseconds of the app's own check, median of 101": round(own(101), 3),
    }


def own(runs: int) -> float:
    """The median processor time of the app's check, in milliseconds."""
    from django_deploycheck.apps import check_deployment

    check_deployment()
    times = []
    for _ in range(runs):
        began = time.process_time()
        check_deployment()
        times.append(time.process_time() - began)
    return statistics.median(times) * 1000


def standing() -> dict[str, int]:
    """What must not grow. Blocks are those that Python has allocated: threads of their own make the memory vary by some MB."""
    gc.collect()
    return {
        "memory": memory(),
        "blocks": sys.getallocatedblocks(),
        "files": open_files(),
        "modules": len(sys.modules),
    }


def memory() -> int:
    """The resident memory of this process in KiB; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def open_files() -> int:
    """How many descriptors are open; 0 where the system does not say."""
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 0


if __name__ == "__main__":
    if __spec__ is not None:
        main()
    else:  # by path, within a site
        sys.path[0] = os.getcwd()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookstore.settings.production")
        print(json.dumps(inside(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
