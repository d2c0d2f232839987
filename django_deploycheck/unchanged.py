"""
An answer that is given again while nothing has changed that it rests on: a heartbeat asks the same every few seconds.

While an answer is made, whatever the world is asked is noted with what it said: how a file or a folder stands, what a
setting holds, whether a module is loaded. The answer counts until one of them says something else. Nothing is kept of
what files hold, nor of the values of settings and variables: numbers stand for them.
"""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, TypeVar

from django.core.signals import setting_changed

MAX_NOTES = 8000
"""How much an answer that is kept may rest on, some 5 MB; one that rests on more is made anew every time."""

MAX_BYTES = 4 * 1024 * 1024
"""How much of a file is compared that has changed just now; one that holds more is taken for changed."""

MAX_VALUES = 10_000
"""How many values within a setting are looked at."""

PATIENCE = 10.0
"""How many seconds a thread waits for another one's answer before it makes its own: two that wait for each other go on."""

T = TypeVar("T")
A = TypeVar("A", bound=Hashable)

Place = tuple[str, str | None]  # a path, and the folder that links in it must not lead out of
Status = tuple[int, ...]
Standing = tuple[Status | None, int | None]  # … where it tells of the next change, and a number for what lies there

# Stamps of files advance with the kernel's clock, every 10 ms at the slowest; where they are whole seconds, every second or two.
_TICK = 20_000_000
_SLOW_TICK = 2_000_000_000
# What SQLite leaves beside a database while it writes comes and goes all the time and says nothing of a deployment.
_FLEETING = ("-journal", "-wal", "-shm")


# --- taking notes -------------------------------------------------------------------------------------------------------


class _Notes:
    """What an answer rests on: what was answered to each question, and how each place stood."""

    def __init__(self) -> None:
        self.answers: dict[tuple[Callable[[Any], object], Hashable], object] = {}
        self.places: dict[tuple[Callable[[Place], int], Place], Standing] = {}
        self.folders: set[str] = set()
        """Those of the repository, of which every name is known."""
        self.can_be_kept = True

    def note(self, question: Callable[[Any], object], about: Hashable, answer: object) -> None:
        if self.answers.setdefault((question, about), answer) != answer:
            self.can_be_kept = False  # it changed in the meantime

    def look_at(self, question: Callable[[Place], int], place: Place) -> None:
        """Note how a place stands; what lies there is not known yet."""
        if (question, place) not in self.places:
            self.places[question, place] = _settled_status(place[0]), None

    def has_seen(self, question: Callable[[Place], int], place: Place, number: int) -> None:
        """Note what the answer has seen in a place that was looked at before."""
        status, known = self.places[question, place]
        self.places[question, place] = status, number
        if known not in (None, number):
            self.can_be_kept = False

    def hold(self) -> bool:
        """Whether all of it is as it was."""
        return all(question(about) == answer for (question, about), answer in self.answers.items()) and all(
            self._stands(question, place) for question, place in self.places
        )

    def _stands(self, question: Callable[[Place], int], place: Place) -> bool:
        status, number = self.places[question, place]
        if status is not None and status == _status(place[0]):
            return True
        if number is None:
            return False
        status = _settled_status(place[0])
        if question(place) != number:
            return False
        self.places[question, place] = status, number
        return True


_notes: ContextVar[_Notes | None] = ContextVar("_notes", default=None)


def asked(question: Callable[[A], T], about: A) -> T:
    """What ``question`` says about something, noted for the answer that is being made."""
    answer = question(about)
    note(question, about, answer)
    return answer


def note(question: Callable[[A], object], about: A, answer: object) -> None:
    """Note what ``question`` said about something; it is asked again, and raises where it cannot tell any more."""
    notes = _notes.get()
    if notes is not None:
        notes.note(question, about, answer)


def file(path: str, below: str | None = None) -> None:
    """Note how a file stands that is about to be opened, also where there is none; links in it stay ``below`` a folder."""
    notes = _notes.get()
    if notes is not None:
        notes.look_at(_contents, (path, below))


def contents(path: str, below: str, data: bytes) -> None:
    """Note what was read in such a file, where its status alone does not tell of the next change."""
    notes = _notes.get()
    if notes is not None and notes.places[_contents, (path, below)][0] is None:
        notes.has_seen(_contents, (path, below), _number_of_data(data))


def folder(path: str, below: str) -> None:
    """Note how a folder stands that is about to be listed."""
    notes = _notes.get()
    if notes is not None:
        notes.look_at(_names, (path, below))


def names(path: str, below: str, entries: Mapping[str, bool]) -> None:
    """Note what was found in such a folder."""
    notes = _notes.get()
    if notes is not None:
        notes.folders.add(path)
        notes.has_seen(_names, (path, below), _number_of_names(entries))


def folder_of_others(path: str) -> None:
    """Note how a folder outside of the repository stands, and what lies there."""
    notes = _notes.get()
    if notes is not None and path not in notes.folders:
        _note_now(notes, _names, (path, None))


def _note_now(notes: _Notes, question: Callable[[Place], int], place: Place) -> None:
    notes.look_at(question, place)
    if notes.places[question, place][0] is None:
        notes.has_seen(question, place, question(place))


def installed_packages() -> None:
    """Note what is installed: where Python looks for packages, and what lies there."""
    for entry in sys.path if _notes.get() is not None else ():
        folder_of_others(entry or os.curdir)


def failed_import(name: str, error: BaseException) -> None:
    """
    Note what keeps a dotted name from being imported: what lies in the packages on the way and the module itself, and the
    same of what the error says is missing.
    """
    notes = _notes.get()
    if notes is not None:
        for missing in dict.fromkeys((name, getattr(error, "name", None) or name)):
            _look_for_module(notes, missing)


def _look_for_module(notes: _Notes, name: str) -> None:
    folders, package = [*sys.path], ""
    for part in name.split("."):
        for entry in folders:
            folder_of_others(entry or os.curdir)
            for path in (os.path.join(entry, f"{part}.py"), os.path.join(entry, part)):
                if os.path.isfile(path):
                    _note_now(notes, _contents, (path, None))
                elif os.path.isdir(path):
                    folder_of_others(path)
                    _note_now(notes, _contents, (os.path.join(path, "__init__.py"), None))
        package = f"{package}.{part}".lstrip(".")
        folders = [*getattr(sys.modules.get(package), "__path__", ())]


def keep_nothing() -> None:
    """The answer that is being made counts only once."""
    notes = _notes.get()
    if notes is not None:
        notes.can_be_kept = False


# --- keeping an answer --------------------------------------------------------------------------------------------------

_kept: tuple[Any, _Notes] | None = None
_epoch = object()
_lock = threading.RLock()


def kept(make: Callable[[], T]) -> T:
    """What ``make`` returns: what it returned last as long as everything noted then holds, made anew otherwise."""
    global _kept

    with _turn() as is_ours:
        if not is_ours:
            return make()
        last = _kept
        if last is not None and _holds(last[1]):
            answer: T = last[0]
            return answer
        _kept, epoch, notes = None, _epoch, _Notes()
        token = _notes.set(notes)
        try:
            asked(_surroundings, None)
            answer = make()
        finally:
            _notes.reset(token)
        if notes.can_be_kept and len(notes.answers) + len(notes.places) <= MAX_NOTES and epoch is _epoch:
            _kept = answer, notes
        return answer


def forget(**_: object) -> None:
    """Make the next answer anew; one that is being made counts only once."""
    global _kept, _epoch

    _kept, _epoch = None, object()


@contextmanager
def _turn() -> Iterator[bool]:
    """One thread at a time, so that the others find the answer made; False where that would take too long."""
    lock = _lock
    is_ours = lock.acquire(timeout=PATIENCE)
    try:
        yield is_ours
    finally:
        if is_ours:
            lock.release()


def _holds(notes: _Notes) -> bool:
    try:
        return notes.hold()
    except Exception:  # noqa: BLE001 - whoever asks next hears of it in an answer made anew
        return False


def _start_over() -> None:
    """In a process that was forked, another thread of its parent may have had the turn: nobody will give it back."""
    global _lock

    _lock = threading.RLock()  # pragma: no cover - coverage is not measured in a child that leaves by os._exit


setting_changed.connect(forget)
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_start_over)


# --- questions ----------------------------------------------------------------------------------------------------------


def _surroundings(_: None) -> object:
    """What is always asked: where and as whom the process runs, its environment, the day, and where packages come from."""
    try:
        cwd = os.getcwd()
    except OSError:  # a working directory that was deleted
        cwd = None
    try:
        environment = hash(frozenset(os.environ.items()))
    except KeyError:  # another thread removed a variable just now
        environment = time.monotonic_ns()
    user = getattr(os, "geteuid", int)()
    return cwd, user, environment, date.today(), [*sys.path], [*sys.meta_path]


def _status(path: str) -> Status:
    """What changes with a file; a single number where there is none."""
    try:
        found = os.stat(path)
    except OSError as error:
        return (error.errno or 0,)
    except ValueError:  # no path at all
        return ()
    return found.st_mode, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _settled_status(path: str) -> Status | None:
    """The status of a file or a folder; None where it may change without showing it."""
    now = time.time_ns()
    status = _status(path)
    return status if len(status) < 2 or _is_settled(status, now) else None


def _is_settled(status: Status, now: int) -> bool:
    """
    Whether the next change will have another stamp: a file may change again within one tick of the clock, as
    https://git-scm.com/docs/racy-git explains.
    """
    modified, changed = status[-2:]
    # On Windows the last one is when the file was made.
    stamp = changed if os.name == "posix" else max(modified, changed)
    tick = _TICK if modified % 1_000_000_000 and changed % 1_000_000_000 else _SLOW_TICK
    return stamp + tick < now


def _contents(place: Place) -> int:
    real = _followed(place)
    try:
        if real is None or not stat.S_ISREG(os.stat(real).st_mode):
            return 0
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(real, flags), "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        return 0
    return _number_of_data(data)


def _number_of_data(data: bytes) -> int:
    return hash(data) if len(data) <= MAX_BYTES else time.monotonic_ns()


def _names(place: Place) -> int:
    from django_deploycheck.source import entries_of

    real = _followed(place)
    return 0 if real is None else _number_of_names(dict(entries_of(real)))


def _number_of_names(entries: Mapping[str, bool]) -> int:
    text = "\n".join(entries)
    if any(ending in text for ending in _FLEETING):
        entries = {name: is_folder for name, is_folder in entries.items() if not name.endswith(_FLEETING)}
    return hash(frozenset(entries.items()))


def _followed(place: Place) -> str | None:
    path, below = place
    real = os.path.realpath(path)
    return real if below is None or f"{real}{os.sep}".startswith(below.rstrip(os.sep) + os.sep) else None


# --- values -------------------------------------------------------------------------------------------------------------


class _Itself:
    """Equal to the same object alone."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self._value is other._value

    def __hash__(self) -> int:
        return id(self._value)


def fingerprint(value: object) -> object:
    """
    Something that is equal as long as the value is, also where lists and dicts in it were changed. What is neither a plain
    value nor made of such counts as the same while it is the same object.
    """
    left = [MAX_VALUES]
    try:
        found = _fingerprint(value, left)
    except (RecursionError, RuntimeError):  # it holds itself, or another thread changes it just now
        left = [0]
    return found if left[0] > 0 else _Itself(object())


def _fingerprint(value: object, left: list[int]) -> object:
    left[0] -= 1
    kind = type(value)
    if kind in (str, bytes):
        return kind, hash(value)  # it may be a secret
    if value is None or kind in (bool, int, float):
        return kind, value
    if left[0] <= 0:
        return None
    if isinstance(value, dict):
        return kind, tuple((_fingerprint(key, left), _fingerprint(item, left)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return kind, tuple(_fingerprint(item, left) for item in value)
    if isinstance(value, (set, frozenset)):
        return kind, frozenset(_fingerprint(item, left) for item in value)
    return _Itself(value)
