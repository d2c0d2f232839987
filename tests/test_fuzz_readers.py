"""A little of what ``python -m tests.fuzz`` does at length: every reader on files that nobody wrote."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_deploycheck.readers import modules
from tests.fuzz.core import ROOT, mutated
from tests.fuzz.hostile import shapes
from tests.fuzz.targets.readers import other_seeds, own_seeds, paths, read, targets, tokens

READERS = [pytest.param(reader, id=kind) for kind, reader in modules().items()]
# One reader of each parser, and each that follows what a file defines.
PARSERS = (
    "ansible apache app-json caddy circleci compose dockerfile dotenv fabfile fly gitlab-ci justfile makefile nginx procfile "
    "python-module requirements supervisord systemd terraform uwsgi"
).split()
# The larger ones take as long as they are large: ``tests/benchmarks/hostile.py`` measures those.
HOSTILE = {
    name: text for name, text in shapes(1024).items() if len(text) < 5 * 1024 and not name.endswith((" 150", " 2500"))
}


@pytest.mark.parametrize("reader", READERS)
def test_seeds_hold_facts(reader: ModuleType) -> None:
    found = [read(reader, path, text.encode("utf-8", "surrogatepass")) for path, text in own_seeds(reader)]
    assert any(found)


def test_every_reader_is_a_target() -> None:
    assert [target.name for target in targets()] == [f"reader-{kind}" for kind in modules()]


@pytest.mark.parametrize("reader", READERS)
def test_mutations(reader: ModuleType) -> None:
    seeds = [text.encode("utf-8", "surrogatepass") for _, text in own_seeds(reader)]

    @settings(max_examples=30, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(paths(reader)), st.sampled_from(seeds), st.sampled_from(seeds), st.integers(0, 2**32))
    def check(path: str, seed: bytes, other: bytes, number: int) -> None:
        read(reader, path, mutated(seed, other, Random(number), tokens(reader)))

    check()


@pytest.mark.parametrize("reader", READERS)
def test_files_of_other_formats(reader: ModuleType) -> None:
    for text in other_seeds():
        read(reader, paths(reader)[0], text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("kind", PARSERS)
def test_files_made_to_break_a_parser(kind: str) -> None:
    reader = modules()[kind]
    for name, text in HOSTILE.items():
        try:
            read(reader, paths(reader)[0], text.encode("utf-8", "surrogatepass"))
        except BaseException as error:
            raise AssertionError(name) from error


def test_command(tmp_path) -> None:
    """It may find something, as it goes its own ways; it must run."""
    options = ["--target", "reader-dokku", "--seconds", "60", "--inputs", "100", "--no-coverage"]
    command = [sys.executable, "-m", "tests.fuzz", *options, "--corpus", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert not result.stderr
    assert result.stdout.splitlines()[-1] == "100 inputs, 0 failures"
    assert result.returncode == 0
