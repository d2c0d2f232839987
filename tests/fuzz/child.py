"""
The process that runs one target: what it does to itself, the parent in ``__main__`` survives.

``python -m tests.fuzz.child TARGET FOLDER SECONDS INPUTS MODULE...`` fuzzes, coverage of the modules guides it; ``python -m
tests.fuzz.child TARGET FOLDER`` measures the line coverage of every input that the folder holds. All that it has to say goes
to files in the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import mmap
import os
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from tests.fuzz.core import MAX_INPUT, PACKAGE, ROOT, Target, all_targets, mutated

TIME_LIMIT = 2.0
"""How long one input may take, in seconds of the processor, instrumented."""
MEMORY_LIMIT = 2 * 1024**3
"""How much the process may take in all, in bytes."""
_MAX_KEPT = 25
_PACKAGE = "django_deploycheck"


TraceFunction = Callable[[FrameType, str, Any], Any]


class TooLong(BaseException):
    """An input took longer than TIME_LIMIT. No Exception: nothing may catch it on its way."""


# --- what the parent sees of a process that is gone ------------------------------------------------------------------


class State:
    """
    A file in shared memory: how many inputs were tried, the seconds of the slowest, and the input that is being tried.
    """

    _HEADER = struct.Struct("<QdQ")

    def __init__(self, path: Path, *, new: bool = False) -> None:
        if new:
            path.write_bytes(bytes(self._HEADER.size + MAX_INPUT))
        with open(path, "r+b") as stream:
            self._memory = mmap.mmap(stream.fileno(), 0)

    @property
    def tried(self) -> int:
        return int(self._HEADER.unpack_from(self._memory)[0])

    @property
    def slowest(self) -> float:
        return float(self._HEADER.unpack_from(self._memory)[1])

    @property
    def current(self) -> bytes:
        length = self._HEADER.unpack_from(self._memory)[2]
        return self._memory[self._HEADER.size : self._HEADER.size + length]

    def begin(self, data: bytes) -> None:
        kept = data[:MAX_INPUT]
        self._memory[self._HEADER.size : self._HEADER.size + len(kept)] = kept
        self._HEADER.pack_into(self._memory, 0, self.tried + 1, self.slowest, len(kept))

    def took(self, seconds: float) -> bool:
        """Whether that was the slowest."""
        if seconds <= self.slowest:
            return False
        tried, _, length = self._HEADER.unpack_from(self._memory)
        self._HEADER.pack_into(self._memory, 0, tried, seconds, length)
        return True


def keep_failure(folder: Path, key: str, text: str, data: bytes) -> None:
    """Write an input that failed, and why, below the folder; of several with one key the smallest is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:12]}.input"
    if path.exists() and path.stat().st_size <= len(data):
        return
    if path.exists() or len(list(folder.glob("*.input"))) < _MAX_KEPT:
        path.write_bytes(data)
        path.with_suffix(".txt").write_text(text, encoding="utf-8", errors="backslashreplace")


# --- one input ----------------------------------------------------------------------------------------------------------


def _attempt(target: Target, state: State, folder: Path, data: bytes) -> None:
    state.begin(data)
    start = time.process_time()
    try:
        with _time_limit():
            target.run(data)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what we look for
        keep_failure(folder / "failures", _key(error), "".join(traceback.format_exception(error, limit=-20)), data)
    if state.took(time.process_time() - start):
        (folder / "slowest.input").write_bytes(data)


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    if not hasattr(signal, "setitimer"):  # Windows: the parent still sees a process that stands still
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, TIME_LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TooLong


def _key(error: BaseException) -> str:
    """What two failures of one cause have in common."""
    if isinstance(error, (RecursionError, TooLong, MemoryError)):
        return type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _PACKAGE in frame.filename] or frames
    return f"{type(error).__name__} {own[-1].filename}:{own[-1].lineno} {frames[-1].filename}:{frames[-1].lineno}"


# --- the two ways to make inputs ------------------------------------------------------------------------------------


def _fuzz_with_atheris(
    target: Target, seeds: list[bytes], folder: Path, limit: tuple[float, int], attempt: Callable[[bytes], None]
) -> None:
    import atheris

    def mutator(data: bytes, max_size: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.25:
            return bytes(atheris.Mutate(data, max_size))
        return mutated(data, random.choice(seeds), random, target.tokens)[:max_size]

    arguments = [
        sys.argv[0],
        f"-max_total_time={max(1, round(limit[0]))}",
        f"-runs={limit[1] or -1}",
        f"-max_len={MAX_INPUT}",
        # The process limits its inputs itself, and goes on.
        "-timeout=100000",
        f"-rss_limit_mb={MEMORY_LIMIT // 1024**2}",
        f"-artifact_prefix={folder}{os.sep}",
        "-verbosity=0",
        str(folder / "corpus"),
        str(folder / "seeds"),
    ]
    atheris.Setup(arguments, attempt, custom_mutator=mutator)
    atheris.Fuzz()


def _fuzz_by_ourselves(
    target: Target, seeds: list[bytes], folder: Path, limit: tuple[float, int], attempt: Callable[[bytes], None]
) -> None:
    """As atheris does, more slowly: an input that reaches a new line is kept, and others are made from it."""
    end = time.monotonic() + limit[0]
    left = limit[1] or sys.maxsize
    random = Random(time.time_ns())
    files = {str(PACKAGE.parent / (module.replace(".", "/") + ".py")) for module in (*target.modules, *target.shared)}
    reached: set[tuple[str, int]] = set()

    def line(frame: FrameType, event: str, argument: object) -> TraceFunction:
        reached.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def call(frame: FrameType, event: str, argument: object) -> TraceFunction | None:
        return line if frame.f_code.co_filename in files else None

    def is_new(data: bytes) -> bool:
        before = len(reached)
        sys.settrace(call)
        try:
            attempt(data)
        finally:
            sys.settrace(None)
        return len(reached) > before

    known = [*seeds, *(path.read_bytes() for path in (folder / "corpus").iterdir())]
    for data in known[:left]:
        if time.monotonic() < end:
            is_new(data)
    left -= len(known)
    while time.monotonic() < end and left > 0:
        left -= 1
        data = mutated(random.choice(known), random.choice(known), random, target.tokens)
        if is_new(data):
            known.append(data)
            (folder / "corpus" / hashlib.sha1(data).hexdigest()).write_bytes(data)


# --- the process --------------------------------------------------------------------------------------------------------


def fuzz(name: str, folder: Path, seconds: float, inputs: int, modules: list[str]) -> None:
    """
    Try inputs for so long, or so many (0: no limit); those that reach something new in a module are kept in ``corpus`` below
    the folder.
    """
    try:
        import atheris
    except ImportError:
        loop = _fuzz_by_ourselves
    else:
        others = [other for other in _every_module() if other not in modules]
        # Never left: some modules are imported when a function first needs them.
        atheris.instrument_imports(include=modules, exclude=others, enable_loader_override=False).__enter__()
        loop = _fuzz_with_atheris
    target = _target(name)
    seeds = list(target.seeds())
    for part in ("corpus", "seeds"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / "seeds" / hashlib.sha1(seed).hexdigest()).write_bytes(seed[:MAX_INPUT])
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, _too_long)
    state = State(folder / "state")
    loop(target, seeds, folder, (seconds, inputs), lambda data: _attempt(target, state, folder, data))


def measure(name: str, folder: Path) -> None:
    """Write the lines of the target's modules, and which of them were missed, into ``coverage.json``."""
    import coverage

    measured = coverage.Coverage(data_file=None, config_file=str(ROOT / "pyproject.toml"), branch=False)
    measured.start()
    target = _target(name)
    inputs = [path.read_bytes() for part in ("seeds", "corpus") for path in sorted((folder / part).glob("*"))]
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, _too_long)
    for data in inputs:
        with contextlib.suppress(BaseException), _time_limit():
            target.run(data)
    measured.stop()
    lines = {}
    for module in (*target.modules, *target.shared):
        _, statements, _, missing, _ = measured.analysis2(importlib.import_module(module))
        lines[module] = {"lines": statements, "missing": missing}
    (folder / "coverage.json").write_text(json.dumps(lines), encoding="utf-8")


def _every_module() -> list[str]:
    files = PACKAGE.rglob("*.py")
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__") for path in files
    ]


def _target(name: str) -> Target:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    return all_targets()[name]


if __name__ == "__main__":
    if len(sys.argv) > 3:
        fuzz(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
    else:
        measure(sys.argv[1], Path(sys.argv[2]))
