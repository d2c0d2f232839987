"""
How much of a repository is looked at: what one file may hold, and all of them together.

Anybody may write a file in a pull request, so each number bounds time and memory. No real file may meet one: beside each
stands the largest in 6,400 files of 248 public Django repositories.
"""

from __future__ import annotations

from django_deploycheck import model
from django_deploycheck.records import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Sizes:
    """How many bytes one file of a sort may have, and all of them in a repository; how many lines, of how many bytes."""

    one: int
    all: int
    lines: int
    width: int


LOCKS = Sizes(4 * MIB, 8 * MIB, 40_000, 4 * MIB)  # 1,048 KB, and 1,048 KB in a repository; 7,204 lines
CODE = Sizes(512 * KIB, 4 * MIB, 20_000, 512 * KIB)  # 264 KB, 967 KB; 6,323 lines
REQUIREMENTS = Sizes(512 * KIB, 2 * MIB, 12_000, 512 * KIB)  # 223 KB, 324 KB; 2,975 lines
OTHERS = Sizes(64 * KIB, 2 * MIB, 3_000, 24 * KIB)  # 25 KB, 258 KB; 719 lines of 858 bytes


def sizes(path: str) -> Sizes:
    """How large a file of this name may be."""
    if path.endswith((".lock", "lock.json", "pylock.toml")):
        return LOCKS
    if path.endswith(".py"):
        return CODE
    return REQUIREMENTS if path.endswith((".txt", ".in", ".pip")) else OTHERS


@dataclass(frozen=True)
class Amounts:
    """How many facts of a kind one file may yield, and all of them; ``name`` is what they are called."""

    one: int
    all: int
    name: str


FACTS: dict[type, Amounts] = {
    model.Service: Amounts(60, 2_000, "services"),  # 13 in a file, 68 in a repository
    model.ImageStage: Amounts(100, 2_000, "stages"),  # 9, 31
    model.EnvVar: Amounts(300, 10_000, "variables"),  # 78, 159
    model.Reference: Amounts(150, 2_000, "references to other files"),  # 20, 49
    model.Requirement: Amounts(1_500, 10_000, "requirements"),  # 300, 1,412
    model.IgnorePattern: Amounts(2_000, 5_000, "patterns"),  # 265, 265
}
OTHER_FACTS = Amounts(150, 3_000, "statements")  # 9, 62

FILES = 2_000
"""How many deployment files are read; a repository had 200. With tests/test_scale.py, a thousand are read whole."""

COMMANDS = 300
"""How many commands one service or step runs before what it starts."""
