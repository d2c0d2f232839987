"""
The instruction ratios that continuous integration holds: ``python -m tests.benchmarks gate``.

Each compares a command of a site with the app to the same command of the same site without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.instructions import Run, all_instructions
from tests.benchmarks.interpreter import environ, interpreter
from tests.benchmarks.sites import EIGHT_FILES, FIVE_FILES, site


@dataclass(frozen=True)
class Gate:
    """``limit`` fails the build; it is the target, or lies above it while the target is missed."""

    name: str
    argv: tuple[str, ...]
    files: Mapping[str, str]
    target: float
    limit: float


GATES = (
    #    what is compared                    command                files        target limit
    Gate("check", ("check",), FIVE_FILES, 1.003, 1.003),
    Gate("check --deploy, 5 files", ("check", "--deploy"), FIVE_FILES, 1.06, 3.10),
    Gate("check --deploy, 8 files", ("check", "--deploy"), EIGHT_FILES, 1.15, 4.00),
)


@dataclass(frozen=True)
class Measured:
    gate: Gate
    instructions: int
    base: int

    @property
    def ratio(self) -> float:
        return self.instructions / self.base

    def __str__(self) -> str:
        verdict = "ok" if self.ratio <= self.gate.limit else "WORSE THAN THE LIMIT"
        if verdict == "ok" and self.ratio > self.gate.target:
            verdict = "target missed"
        return (
            f"{self.gate.name:<26} {self.ratio:8.4f}   target {self.gate.target:<6} limit {self.gate.limit:<6} "
            f"{self.instructions / 1e6:7.1f} M / {self.base / 1e6:7.1f} M   {verdict}"
        )


def measured(folder: Path, gates: tuple[Gate, ...] = GATES) -> list[Measured]:
    """Every gate's figures; the folder is filled with the sites."""
    python = str(interpreter(folder / "python"))
    runs: dict[str, Run] = {}
    for number, gate in enumerate(gates):
        for name, app in ((f"{number}a", True), (f"{number}b", False)):
            place = site(folder / name, gate.files, app=app)
            runs[name] = Run((python, "manage.py", *gate.argv), place, environ(folder))
    counts = all_instructions(runs)
    return [Measured(gate, counts[f"{number}a"], counts[f"{number}b"]) for number, gate in enumerate(gates)]
