from __future__ import annotations

import base64
import random
import struct
import zlib
from pathlib import Path

import pytest

from django_deploycheck import git_index
from django_deploycheck.git_index import parse, tracked_paths
from django_deploycheck.source import Repository

NOISE = random.Random(7).randbytes(3000)
PATHS = [
    "a",
    "books/migrations/0001_initial.py",
    "books/migrations/__init__.py",
    "books/models.py",
    "manage.py",
    "x" * 5000,
]


def number(value: int) -> bytes:
    """A number as version 4 writes it: seven bits a byte, each continued one counting from one."""
    encoded = [value & 0x7F]
    while value := value >> 7:
        value -= 1
        encoded.insert(0, value & 0x7F | 0x80)
    return bytes(encoded)


def index(
    paths: list[str], *, version: int = 2, size: int = 20, extended: bool = False, extensions: bytes = b""
) -> bytes:
    data = b"DIRC" + struct.pack(">II", version, len(paths))
    before = b""
    for path in paths:
        name = path.encode()
        flags = min(len(name), 0xFFF) | (0x4000 if extended else 0)
        entry = bytes(range(1, 41)) + b"\xff" * size + struct.pack(">H", flags) + (b"\x40\x00" if extended else b"")
        if version == 4:
            common = next(
                (place for place, pair in enumerate(zip(before, name, strict=False)) if pair[0] != pair[1]),
                min(len(before), len(name)),
            )
            entry += number(len(before) - common) + name[common:] + b"\0"
        else:
            entry += name
            entry += b"\0" * (8 - len(entry) % 8)
        data += entry
        before = name
    return data + extensions + b"\x07" * size


def extension(signature: bytes, content: bytes = b"four") -> bytes:
    return signature + struct.pack(">I", len(content)) + content


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(b"DIRC", id="only the signature"),
        pytest.param(b"PACK" + index(PATHS)[4:], id="another signature"),
        pytest.param(b"DIRC" + struct.pack(">II", 5, 0) + b"\0" * 20, id="a version that is not known"),
        pytest.param(b"DIRC" + struct.pack(">II", 2, 2**32 - 1) + b"\0" * 20, id="more entries than bytes"),
        pytest.param(index(PATHS)[:200], id="cut off"),
        pytest.param(index(["b", "a"]), id="paths out of order"),
        pytest.param(index([""]), id="an empty path"),
        pytest.param(index(PATHS, extended=True), id="extended flags, which version 2 does not have"),
        pytest.param(index(PATHS, extensions=extension(b"link")), id="a split index"),
        pytest.param(
            index(PATHS, extensions=extension(b"TREE") + extension(b"sdir", b"")), id="folders in place of their files"
        ),
        pytest.param(index(PATHS, version=4)[:90] + b"\xff" * 400, id="a prefix longer than any path"),
        pytest.param(index(["a"], version=4).replace(b"\0a\0", b"\x05a\0"), id="a prefix longer than the path before"),
        pytest.param(NOISE, id="noise"),
        pytest.param(b"DIRC" + struct.pack(">II", 4, 50) + NOISE, id="noise below a header"),
    ],
)
def test_what_is_no_complete_index_answers_nothing(data: bytes) -> None:
    assert parse(data) is None


@pytest.mark.parametrize("size", [20, 32], ids=["SHA-1", "SHA-256"])
@pytest.mark.parametrize(
    ("version", "extended"),
    [(2, False), (3, False), (3, True), (4, False), (4, True)],
    ids=["2", "3", "3 with flags", "4", "4 with flags"],
)
def test_paths_of_every_version(version: int, extended: bool, size: int) -> None:
    data = index(PATHS, version=version, size=size, extended=extended, extensions=extension(b"TREE"))
    assert parse(data) == frozenset(PATHS)


@pytest.mark.parametrize("length", range(1, 20))
def test_entries_end_at_multiples_of_eight(length: int) -> None:
    paths = ["a" * length, "b"]
    assert parse(index(paths)) == frozenset(paths)


def test_an_index_without_files() -> None:
    assert parse(index([])) == frozenset()


def test_three_versions_of_one_path_in_a_merge() -> None:
    assert parse(index(["a", "a", "a"])) == frozenset({"a"})


def test_a_path_that_is_not_utf_8() -> None:
    data = index(["caf"])
    assert parse(data.replace(b"caf", b"\xe9af")) == frozenset({"\ufffdaf"})


def test_no_index(tmp_path: Path) -> None:
    assert tracked_paths(Repository(str(tmp_path))) is None


def test_git_kept_in_another_place(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /elsewhere/.git/worktrees/site\n")
    assert tracked_paths(Repository(str(tmp_path))) is None


def test_a_link_out_of_the_repository(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(index(PATHS))
    (tmp_path / "site/.git").mkdir(parents=True)
    (tmp_path / "site/.git/index").symlink_to(outside)
    assert tracked_paths(Repository(str(tmp_path / "site"))) is None


def test_an_index_over_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/index").write_bytes(index(PATHS))
    assert tracked_paths(Repository(str(tmp_path))) == frozenset(PATHS)
    monkeypatch.setattr(git_index, "MAX_BYTES", 100)
    assert tracked_paths(Repository(str(tmp_path))) is None


# Indexes that git 2.39 wrote for three files, compressed.
WRITTEN = {
    2: "c-nLE402{*U|<4b=4{3Z`5ZNtvM`!~;U5Eo+6gBHhQ=if2*B7aTrsgy{$-~6+KOl1Tx+ZEUFg2Uz?jH@RloX@jYR2JNXpO8F4oV@OfO0-$;{6"
    "y);BOPFpSU4%Ph%E%+V{TWWZ(qLZZy)hnk<ClA2QtHjW`T{(?*RnK_G%IPWmVeNcB*FESAU0GOsykp",
    4: "c-nLE402{*U|<1a=4{3Z`5ZNtvM`!~;U5Eo+6gBHhQ=if2*B7aTrsgy{$-~6+KOl1Tx+ZEUFg2Uz{rrufYku?B^!w{K!GtSKR>%zKQ}YID6u3"
    "nKd)Hdz`(#TJ~J<~Br`Ebub>i_`3s3MpI<URB{ioQWKMqQA%WWh?=M_-;V^1$PCcBM_f`i0Ai+_k",
}


@pytest.mark.parametrize("version", WRITTEN)
def test_indexes_that_git_wrote(version: int) -> None:
    data = zlib.decompress(base64.b85decode(WRITTEN[version]))
    assert data[:8] == b"DIRC" + struct.pack(">I", version)
    assert parse(data) == frozenset({"a", "books/models.py", "books/migrations/0001_initial.py"})


def test_paths_that_grow_with_every_entry_are_no_index():
    """A byte for each of version 4 may stand for a path that is one longer than the one before."""
    count = 40_000
    entry = bytes(60) + b"\x00\x00" + number(0) + b"a\0"
    data = b"DIRC" + struct.pack(">II", 4, count) + entry * count + bytes(20)
    assert parse(data) is None
    assert parse(b"DIRC" + struct.pack(">II", 4, 100) + entry * 100 + bytes(20)) is not None
