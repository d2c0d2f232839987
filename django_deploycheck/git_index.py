"""
Which files git tracks, read from the index of the repository.

After https://git-scm.com/docs/index-format (versions 2 to 4, SHA-1 and SHA-256). Nothing is run, and a file that is not
exactly such an index counts as none.
"""

from __future__ import annotations

from django_deploycheck.source import Repository, Unreadable

PATH = ".git/index"

MAX_NAMES = 64 * 1024 * 1024
"""How long all paths together may be, in bytes; version 4 says of each only in what it differs from the one before."""

MAX_BYTES = 32 * 1024 * 1024
"""The largest index that is read; one with 200,000 files has about 20 MiB."""

_HASHES = (20, 32)
"""The length of an object's name in bytes: SHA-1, then SHA-256."""

_STAT = 40
"""The bytes before an entry's object name: times, device, inode, mode, owner, size."""

_EXTENDED = 0x4000
_LONG_NAME = 0xFFF
# An index that is split over two files, or that holds folders instead of the files in them, does not list every file.
_INCOMPLETE = (b"link", b"sdir")


def tracked_paths(repository: Repository) -> frozenset[str] | None:
    """The paths that git tracks, relative to the root; None where no index answers that."""
    try:
        data = repository.read_bytes(PATH, MAX_BYTES)
    except Unreadable:
        return None
    return parse(data) if data is not None else None


def parse(data: bytes) -> frozenset[str] | None:
    """The paths in an index; None for what is no index, or one that does not list every file."""
    version = int.from_bytes(data[4:8], "big")
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        return None
    count = int.from_bytes(data[8:12], "big")
    for size in _HASHES:
        found = _entries(data, version, count, size)
        if found is not None:
            paths, end = found
            return paths if _is_complete(data, end, size) else None
    return None


def _entries(data: bytes, version: int, count: int, size: int) -> tuple[frozenset[str], int] | None:
    """The paths and where they end; None where they are not sorted, as for the wrong length of an object's name."""
    paths: list[str] = []
    position, before, size_of_names = 12, b"", 0
    end_of_entries = len(data) - size
    for _ in range(count):
        start = position
        position += _STAT + size + 2
        flags = int.from_bytes(data[position - 2 : position], "big")
        if flags & _EXTENDED:
            if version == 2:
                return None
            position += 2
        if version == 4:
            removed, position = _number(data, position)
            end = data.find(b"\0", position, end_of_entries)
            name = before[: len(before) - removed] + data[position:end] if 0 <= removed <= len(before) else b""
            position = end + 1
        else:
            length = flags & _LONG_NAME
            end = position + length if length < _LONG_NAME else data.find(b"\0", position, end_of_entries)
            name = data[position:end]
            position = start + (end - start + 8) // 8 * 8
        size_of_names += len(name)
        if end < 0 or position > end_of_entries or not name or b"\0" in name or name < before:
            return None
        if size_of_names > MAX_NAMES:
            return None
        paths.append(name.decode("utf-8", "replace"))
        before = name
    return frozenset(paths), position


def _number(data: bytes, position: int) -> tuple[int, int]:
    """A number of any length, seven bits a byte, and where it ends; -1 for one that no path has."""
    value = -1
    for offset, byte in enumerate(data[position : position + 3]):
        value = (value + 1) << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, position + offset + 1
    return -1, position


def _is_complete(data: bytes, position: int, size: int) -> bool:
    """Whether no extension says that the files are listed elsewhere too."""
    while position + 8 <= len(data) - size:
        if data[position : position + 4] in _INCOMPLETE:
            return False
        position += 8 + int.from_bytes(data[position + 4 : position + 8], "big")
    return True
