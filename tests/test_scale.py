"""Large repositories are read whole, and what is looked at in them does not grow with itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.benchmarks.sites import manifests, services
from tests.projects import inspect_files


@pytest.mark.parametrize(
    ("made", "count"),
    [
        pytest.param(manifests, 1_000, id="a thousand manifests"),
        pytest.param(services, 1_000, id="a thousand files of two hundred services"),
    ],
)
def test_a_thousand_deployment_files_are_all_read(
    tmp_path: Path, made: Callable[[int], Mapping[str, str]], count: int
) -> None:
    """What is bounded against hostile repositories leaves room for those of large companies."""
    report = inspect_files(tmp_path, dict(made(count))).report

    assert report.deployment is not None
    assert [spot.reason for spot in report.deployment.blind_spots] == []
    assert len(report.deployment.files) >= count
