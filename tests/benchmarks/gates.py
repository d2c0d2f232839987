"""
The instruction ratios that continuous integration holds: ``python -m tests.benchmarks gate``.

Each compares a command of a site with the app to the same command of the same site without it. The limits are those of
Python 3.11 and Django 5.2; on others, whose own commands take more or fewer instructions, there is a little more room.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata

from tests.benchmarks.bench import Bench
from tests.benchmarks.processes import Run, all_instructions
from tests.benchmarks.sites import EIGHT_FILES, FIVE_FILES


@dataclass(frozen=True)
class Gate:
    """``limit`` fails the build; it is the target, or lies above it while the target is missed."""

    name: str
    argv: tuple[str, ...]
    files: Mapping[str, str]
    target: float
    limit: float

    @property
    def limit_here(self) -> float:
        """The limit for this Python and Django."""
        is_of_these = sys.version_info[:2] == (3, 11) and metadata.version("Django").startswith("5.2.")
        return self.limit if is_of_these else 1 + (self.limit - 1) * ROOM_ELSEWHERE


ROOM_ELSEWHERE = 1.3

GATES = (
    # what is compared                command                files        target limit
    Gate("check", ("check",), FIVE_FILES, 1.003, 1.003),
    Gate("check --deploy, 5 files", ("check", "--deploy"), FIVE_FILES, 1.06, 1.43),
    Gate("check --deploy, 8 files", ("check", "--deploy"), EIGHT_FILES, 1.15, 1.63),
)


@dataclass(frozen=True)
class Measured:
    gate: Gate
    instructions: int
    base: int

    @property
    def ratio(self) -> float:
        return self.instructions / self.base

    @property
    def verdict(self) -> str:
        if self.ratio > self.gate.limit_here:
            return "WORSE THAN THE LIMIT"
        return "ok" if self.ratio <= self.gate.target else "misses its target"

    def __str__(self) -> str:
        return (
            f"{self.gate.name:<26} {self.ratio:8.4f}   target {self.gate.target:<6} limit {self.gate.limit_here:<6.5g} "
            f"{self.instructions / 1e6:7.1f} M / {self.base / 1e6:7.1f} M   {self.verdict}"
        )


def measured(bench: Bench, gates: Sequence[Gate] = GATES) -> list[Measured]:
    """Every gate's figures."""
    runs: dict[str, Run] = {}
    for gate in gates:
        runs[f"with {gate.name}"] = bench.manage(bench.site(gate.files), *gate.argv)
        # What lies beside the settings matters to nobody but the app: one base does for all files.
        runs[f"without {gate.argv}"] = bench.manage(bench.site(app=False), *gate.argv)
    counts = all_instructions(runs)
    return [Measured(gate, counts[f"with {gate.name}"], counts[f"without {gate.argv}"]) for gate in gates]
