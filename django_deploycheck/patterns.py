"""Regular expressions that are compiled when they are first used: most runs need few of the several hundred here."""

from __future__ import annotations

import re
from typing import Any, cast


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern ``text``, as ``re.compile`` returns it; an error in it is raised at its first use."""
    return cast("re.Pattern[str]", _Uncompiled(text, flags))


class _Uncompiled:
    """Compiles itself at the first attribute that is asked for, and keeps each as its own."""

    def __init__(self, text: str, flags: int) -> None:
        self._arguments = text, flags

    def __getattr__(self, name: str) -> Any:
        # Nothing is compiled twice: re keeps what it compiled last.
        value = getattr(re.compile(*self._arguments), name)
        self.__dict__[name] = value
        return value
