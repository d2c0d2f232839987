"""What is measured within one process of a site; run by path, prints one JSON value."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

sys.path[0] = os.getcwd()


def main() -> None:
    import django

    django.setup()
    measure, *arguments = sys.argv[1:]
    print(json.dumps(again(*arguments) if measure == "again" else finding(*arguments)))


def again(runs: str) -> dict[str, float]:
    """The first run of the app's check and the median of those that follow, in milliseconds; their memory in MiB."""
    from django_deploycheck.apps import check_deployment

    first = _milliseconds(check_deployment)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    later = [_milliseconds(check_deployment) for _ in range(int(runs))]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"first": first, "again": statistics.median(later), "memory": (after - before) / 1024}


def finding(root: str, runs: str) -> dict[str, float]:
    """The median time to find the deployment files below a folder, in milliseconds, and how many they are."""
    from django_deploycheck import readers
    from django_deploycheck.discovery import discover
    from django_deploycheck.source import Repository

    formats = readers.load()
    found = len(discover(Repository(root), "", formats).files)
    times = [_milliseconds(lambda: discover(Repository(root), "", formats)) for _ in range(int(runs))]
    return {"milliseconds": statistics.median(times), "files": found}


def _milliseconds(measured: Callable[[], object]) -> float:
    began = time.perf_counter()
    measured()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
