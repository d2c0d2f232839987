"""
Files of the repository, opened safely: what a reader gets to see.

Everything read is hostile: a path may leave the repository, be a FIFO or a device, be huge, hold any bytes.
"""

from __future__ import annotations

import codecs
import fnmatch
import os
import posixpath
import stat
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from django_deploycheck import bounds, secrets, unchanged
from django_deploycheck.bounds import Sizes
from django_deploycheck.model import CommandLine, EnvVar, Location, join
from django_deploycheck.records import dataclass, field

MAX_BYTES = bounds.OTHERS.one
"""The largest deployment file that is read, in bytes; some may be larger, see ``bounds``."""

MAX_ARGUMENTS = 300
"""How many arguments a command has that no shell takes apart."""

MAX_ENTRIES = 5000
"""How many entries of a folder are looked at."""


EXCLUDED = 'is listed in DEPLOYCHECK["EXCLUDE"]'
"""Why a file is not read that the settings exclude."""


class Unreadable(Exception):
    """
    A file that cannot be understood. ``reason`` is our own short phrase, never the text of another exception: those
    quote the offending line, which may hold a secret. ``line`` counts from 1.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class LeftOut(Unreadable):
    """What comes after as much as is read of one repository; ``reason`` says how much that is."""


@dataclass(frozen=True)
class Source:
    """A file's text and where it lies; ``path`` is POSIX and relative to the root of the repository."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends; only LF, CRLF and CR end a line."""
        return tuple(self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)

    @property
    def name(self) -> str:
        return posixpath.basename(self.path)

    def location(self, line: int | None = None) -> Location:
        return Location(self.path, line)

    def beside(self, name: str) -> str | None:
        """The path of a file named relative to this file's folder; None when it leaves the repository."""
        return within(self.folder, name)

    def shell(self, text: str, line: int) -> CommandLine:
        """A command for a shell; its n-th line stands n lines below ``line``."""
        return CommandLine(self.location(line), text=secrets.mask(text))

    def exec_form(
        self, argv: tuple[str, ...] | list[str], line: int, lines: tuple[int, ...] | list[int] = ()
    ) -> CommandLine:
        """
        A command run without a shell; ``lines`` are those of its arguments, one each. Raises Unreadable for more
        arguments than any command has.
        """
        if len(argv) > MAX_ARGUMENTS:
            raise Unreadable(f"holds a command of more than {MAX_ARGUMENTS} arguments", line)
        several = tuple(lines) if len(lines) == len(argv) and set(lines) - {line} else ()
        return CommandLine(self.location(line), argv=tuple(mask_argv(argv)), lines=several)

    def env_var(
        self, name: str, value: str | None, line: int, *, interpolated: bool = True, generated: bool = False
    ) -> EnvVar:
        return secrets.env_var(name, value, self.location(line), interpolated=interpolated, generated=generated)


def quoted(name: str) -> str:
    """A name that a file gives, as a reason quotes it: masked, on one line, of a bearable length."""
    return secrets.mask(" ".join(name[:200].split()))[:80]


def mask_argv(argv: tuple[str, ...] | list[str]) -> list[str]:
    """The arguments with secrets masked, also where option and value are two arguments, or a value holds spaces."""
    return [secrets.mask_argument(argument, argv[max(0, index - 12) : index]) for index, argument in enumerate(argv)]


def within(folder: str, name: str) -> str | None:
    """The path named relative to a folder, both below the root; None when it is absolute or leaves the root."""
    if not name or name.startswith(("/", "~")) or "\0" in name:
        return None
    path = join(folder, name.replace("\\", "/"))
    return None if path == ".." or path.startswith("../") else path


def decode(data: bytes) -> str:
    """
    Text of a file: UTF-16 and UTF-8 with a BOM, or UTF-8; NULs are dropped.

    Raises Unreadable, with the line, for anything else.
    """
    encoding, start = "utf-8", 0
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(bom):
            encoding, start = name, len(bom)
    try:
        return data[start:].decode(encoding).replace("\0", "")
    except UnicodeDecodeError as error:
        before = data[start : start + error.start].decode(encoding)
        raise Unreadable(f"is not {encoding[:6].rstrip('-').upper()}", before.count("\n") + 1) from None


def is_excluded(path: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern of ``DEPLOYCHECK["EXCLUDE"]`` names the path or a folder above it."""
    return any(
        fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, pattern.rstrip("/") + "/*")
        for pattern in patterns
    )


class Repository:
    """
    The tree below ``root`` (an absolute path): lists folders and reads files, once each, by POSIX paths below it.

    Nothing outside the root is ever opened or listed, also not through symbolic links; files that ``excluded`` names
    are never opened.
    """

    def __init__(self, root: str, excluded: Iterable[str] = ()) -> None:
        self.root = os.path.realpath(root)
        self.excluded = tuple(excluded)
        self._listings: dict[str, dict[str, bool]] = {}
        self._sources: dict[str, Source | Unreadable | None] = {}
        self._read: dict[Sizes, int] = {}
        self.unlisted: dict[str, str] = {}
        """The folders that were to be listed and are none of ours to list, each with the reason."""
        self.left_out: dict[str, str] = {}
        """The files that were not read because others had as many bytes as are read, each with how many that is."""

    def listing(self, folder: str) -> dict[str, bool]:
        """
        The names in a folder, sorted, and whether each is a folder; empty where it cannot be listed. A folder with more
        than MAX_ENTRIES names is listed in part.
        """
        if folder not in self._listings:
            self._listings[folder] = {} if self._is_missing(folder) else self._listed(folder)
        return self._listings[folder]

    def _is_missing(self, folder: str) -> bool:
        """Whether a folder on the way to this one, which was listed in whole, lacks the next."""
        above = ""
        for name in folder.split("/") if folder else ():
            listing = self._listings.get(above)
            if listing is None:
                return False
            if listing.get(name) is not True and len(listing) < MAX_ENTRIES:
                return True
            above = f"{above}/{name}" if above else name
        return False

    def _listed(self, folder: str) -> dict[str, bool]:
        path = self._joined(folder)
        unchanged.folder(path, self.root)
        found = dict(sorted(self._entries(folder)))
        if not found and folder not in self.unlisted and os.path.isdir(path) and not os.access(path, os.R_OK):
            self.unlisted[folder] = "cannot be listed"
        unchanged.names(path, self.root, found)
        return found

    def _entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        try:
            real = self._real(folder)
        except Unreadable as error:
            self.unlisted[folder] = error.reason
            return iter(())
        except ValueError:
            return iter(())
        return entries_of(real)

    def is_file(self, path: str) -> bool:
        return self.listing(posixpath.dirname(path)).get(posixpath.basename(path)) is False

    def is_folder(self, path: str) -> bool:
        return path == "" or self.listing(posixpath.dirname(path)).get(posixpath.basename(path)) is True

    def read(self, path: str) -> Source | None:
        """
        The file's text, None when there is no such file.

        Raises Unreadable for what is there and cannot be read: a FIFO, a link out of the repository, too large; LeftOut
        once as much was read as is read of a repository.
        """
        if path not in self._sources:
            try:
                self._sources[path] = self._opened(path)
            except Unreadable as error:
                self._sources[path] = error
        source = self._sources[path]
        if isinstance(source, Unreadable):
            raise source
        return source

    def known(self, path: str) -> Source | None:
        """The text of a file that was read already; opens nothing."""
        source = self._sources.get(path)
        return source if isinstance(source, Source) else None

    def _opened(self, path: str) -> Source | None:
        if is_excluded(path, self.excluded):
            raise Unreadable(EXCLUDED)
        sizes = bounds.sizes(path)
        if self._read.get(sizes, 0) >= sizes.all:
            self.left_out[path] = f"comes after {sizes.all // bounds.MIB} MiB of others"
            raise LeftOut(self.left_out[path])
        data = self.read_bytes(path, sizes.one)
        if data is None:
            return None
        self._read[sizes] = self._read.get(sizes, 0) + len(data)
        source = Source(path, decode(data))
        if max(source.text.count("\n"), source.text.count("\r")) > sizes.lines:
            raise Unreadable(f"has more than {sizes.lines} lines")
        for number, line in enumerate(source.lines if len(source.text) > sizes.width else (), 1):
            if len(line) > sizes.width:
                raise Unreadable(f"has a line of more than {sizes.width // bounds.KIB} KiB", number)
        return source

    def read_bytes(self, path: str, limit: int) -> bytes | None:
        """What the file holds, at most ``limit`` bytes; nothing is kept. None and Unreadable as for ``read``."""
        unchanged.file(self._joined(path), self.root)
        try:
            real = self._real(path)
            # Before it is opened: opening a device may already do something.
            status = os.stat(real)
            if stat.S_ISDIR(status.st_mode):
                return None
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("is not a regular file")
            if status.st_size > limit:
                raise Unreadable(f"is larger than {limit // 1024} KiB")
            with open(real, "rb", opener=_open_at_once) as stream:
                data = stream.read(limit)
            unchanged.contents(self._joined(path), self.root, data)
            return data
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError):
            raise Unreadable("cannot be opened") from None

    def _joined(self, path: str) -> str:
        return f"{self.root}{os.sep}{path if os.sep == '/' else path.replace('/', os.sep)}" if path else self.root

    def _real(self, path: str) -> str:
        """The absolute path, links resolved; raises Unreadable for one that is not below the root."""
        real = os.path.realpath(self._joined(path))
        if os.path.commonpath([real, self.root]) != self.root:
            raise Unreadable("is a link that leaves the repository")
        return real


def entries_of(folder: str) -> Iterator[tuple[str, bool]]:
    """The names in a folder, MAX_ENTRIES at the most, and whether each is a folder; none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, MAX_ENTRIES):
                # A name that is no UTF-8 could not be printed.
                yield os.fsencode(entry.name).decode("utf-8", "replace"), _is_folder(entry)
    except OSError:
        return


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        # What a link leads to may change and leave the folder as it is.
        return unchanged.asked(os.path.isdir, entry.path) if entry.is_symlink() else entry.is_dir()
    except OSError:  # pragma: no cover - a file system that has to be asked once more, and refuses
        return False


def _open_at_once(path: str, flags: int) -> int:
    # What was a file a moment ago may be a FIFO by now, which would wait for a writer, or a link.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
