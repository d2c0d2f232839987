"""
A short run of the fuzz targets for what is no reader, on the same inputs every time.

``python -m tests.fuzz`` runs them for long, with other inputs.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.core import Target
from tests.fuzz.targets import configuration, pipeline, provenance, texts, understanding

TARGETS = {
    target.name: target
    for module in (understanding, provenance, texts, configuration, pipeline)
    for target in module.targets()
}
EXAMPLES = {"pipeline": 8, "pipeline-grammar": 12, "interpreter-grammar": 40, "reports": 20}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_bytes_of_any_kind_raise_nothing(target: Target) -> None:
    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=EXAMPLES.get(target.name, 60),
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(max_size=400))
    def holds(data: bytes) -> None:
        target.run(data)

    holds()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_seeds_raise_nothing(target: Target) -> None:
    seeds = list(target.seeds())
    count = 6 if target.name.startswith("pipeline") else 40
    for seed in seeds[:: max(1, len(seeds) // count)]:
        target.run(seed)
