"""What may be said of an exception: its text may quote what was read, so it is never kept."""

from __future__ import annotations

import posixpath
import traceback

from django_deploycheck.model import Crash, Location


def crash(culprit: str, error: BaseException, location: Location | None = None) -> Crash:
    """What a caught exception was and where it was raised; ``location`` is the file that was read, where it was one."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    # Without its folders, which may name the user; they end in backslashes on Windows.
    name = posixpath.basename(frame.filename.replace("\\", "/"))
    return Crash(culprit, type(error).__name__, f"{name}:{frame.lineno} in {frame.name}", location)
