"""
The commands that options of uWSGI run besides serving: before it serves, and beside it.

After https://uwsgi-docs.readthedocs.io/en/latest/Hooks.html, AttachingDaemons.html, Cron.html, Legion.html and Mules.html
there, and the options in core/uwsgi.c of uWSGI 2.0.30. What runs at the end, or when a file changes, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django_deploycheck.model import CommandLine, ConfigValue
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass

_EXEC = frozenset(
    f"exec-{phase}"
    for phase in "asap pre-jail in-jail post-jail as-root as-user pre-app post-app as-vassal as-emperor".split()
)
_HOOK = regex(r"hook-(?!.*(?:atexit|touch|lord|unlord))[a-z0-9-]+")
_HOOK_EXEC = regex(r"(?:safe)?exec:(.*)", re.DOTALL)

# How many words stand before the command: a pid file, a legion's name, the five fields of a schedule.
_BESIDE = {
    "attach-daemon": 0,
    "attach-control-daemon": 0,
    "smart-attach-daemon": 1,
    "legion-attach-daemon": 1,
    "legion-smart-attach-daemon": 2,
    "cron": 5,
    "unique-cron": 5,
    "legion-cron": 6,
    "unique-legion-cron": 6,
    "cron2": 1,
    "unique-cron2": 1,
    "legion-cron2": 2,
}
_KEYED = frozenset({"attach-daemon2", "smart-attach-daemon2"})
_KEYED_COMMAND = regex(r"(?:^|,)(?:cmd|command|exec)=([^,]*)")


@dataclass(frozen=True)
class Hook:
    """One command: ``background`` where it runs beside the server, ``conditional`` where a condition decides."""

    line: CommandLine
    background: bool = False
    conditional: bool = False


def runs_commands(option: str) -> bool:
    """Whether the value of this option holds a command."""
    return option in _EXEC or option in _BESIDE or option in _KEYED or _HOOK.fullmatch(option) is not None


def hooks(values: Iterable[ConfigValue]) -> Iterator[Hook]:
    """What these options run, in their order."""
    for value in values:
        text = _command(value.name, value.value) if isinstance(value.value, str) else None
        if text:
            is_beside = value.name not in _EXEC and not value.name.startswith("hook-")
            yield Hook(CommandLine(value.location, text=text), is_beside, value.conditional)


def _command(option: str, value: str) -> str | None:
    """The text that a shell is given, None where the option runs nothing."""
    if option in _EXEC:
        return value
    if option in _KEYED:
        match = _KEYED_COMMAND.search(value)
        return match[1] if match else None
    if option in _BESIDE:
        words = value.split(None, _BESIDE[option])
        return words[-1] if len(words) > _BESIDE[option] else None
    if option == "mule":
        return f"python {value}" if value.endswith(".py") else None
    match = _HOOK_EXEC.match(value) if _HOOK.fullmatch(option) else None
    return match[1] if match else None
