"""The ``DEPLOYCHECK`` setting: read once, validated key by key; a wrong key costs that key alone."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """Something wrong in ``DEPLOYCHECK``: one line that says what, and a hint."""

    message: str
    hint: str


@dataclass(frozen=True)
class Configuration:
    """``DEPLOYCHECK`` with every mistake left out. ``ignore`` maps what is ignored to the reason given."""

    root: str | None = None
    platform: str | None = None
    commands: Mapping[str, str] = field(default_factory=dict)
    production: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    ignore: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


def configuration(value: object, rule_names: Iterable[str], platforms: Iterable[str]) -> Configuration:
    """
    The configuration in ``settings.DEPLOYCHECK``.

    ``rule_names`` are the names, numbers and ids that ``IGNORE`` may hold, ``platforms`` those that ``PLATFORM`` may.
    Never raises; mistakes are kept in ``mistakes``.
    """
    mistakes: list[Mistake] = []
    if value is None:
        return Configuration()
    if not isinstance(value, Mapping):
        return Configuration(mistakes=(_wrong_type("DEPLOYCHECK", "a dict", value),))
    known: dict[str, Any] = {}
    readers: dict[str, Callable[[str, Any, list[Mistake]], Any]] = {
        "ROOT": _path,
        "PLATFORM": lambda key, given, found: _platform(key, given, found, tuple(platforms)),
        "COMMANDS": _commands,
        "PRODUCTION": _paths,
        "EXCLUDE": _paths,
        "IGNORE": lambda key, given, found: _ignore(key, given, found, tuple(rule_names)),
    }
    for key, given in value.items():
        reader = readers.get(key) if isinstance(key, str) else None
        if reader is None:
            mistakes.append(
                Mistake(
                    f"DEPLOYCHECK has an unknown key {key!r}{_meant(str(key), readers)}.",
                    f"Use one of {', '.join(readers)}, or remove it.",
                )
            )
            continue
        if given is not None:
            known[key.lower()] = reader(key, given, mistakes)
    return Configuration(**{key: given for key, given in known.items() if given is not None}, mistakes=tuple(mistakes))


def _meant(word: str, choices: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(choices), n=1)
    if not close:
        close = [choice for choice in choices if choice.lower() == word.lower()][:1]
    return f", did you mean {close[0]!r}?"[:-1] if close else ""


def _wrong_type(key: str, expected: str, given: object) -> Mistake:
    # The type and not the value: nobody knows what a wrong value holds.
    return Mistake(f"{key} must be {expected}, not {type(given).__name__}.", f"Set {key} to {expected}.")


def _path(key: str, given: Any, mistakes: list[Mistake]) -> str | None:
    if not isinstance(given, (str, os.PathLike)):
        mistakes.append(_wrong_type(f'DEPLOYCHECK["{key}"]', "a path", given))
        return None
    path = os.fsdecode(os.fspath(given))
    if "\0" in path or not os.path.isdir(path):
        mistakes.append(
            Mistake(
                f'DEPLOYCHECK["{key}"] is no folder: {path!r}.',
                "Set it to the folder that holds the repository, such as BASE_DIR.",
            )
        )
        return None
    return path


def _platform(key: str, given: Any, mistakes: list[Mistake], platforms: tuple[str, ...]) -> str | None:
    if not isinstance(given, str):
        mistakes.append(_wrong_type(f'DEPLOYCHECK["{key}"]', "a string", given))
        return None
    if given.lower() not in platforms:
        mistakes.append(
            Mistake(
                f'DEPLOYCHECK["{key}"] names an unknown platform {given!r}{_meant(given, platforms)}.',
                f"Use one of {', '.join(platforms)}.",
            )
        )
        return None
    return given.lower()


def _commands(key: str, given: Any, mistakes: list[Mistake]) -> Mapping[str, str] | None:
    if not isinstance(given, Mapping) or not all(
        isinstance(name, str) and isinstance(text, str) for name, text in given.items()
    ):
        mistakes.append(_wrong_type(f'DEPLOYCHECK["{key}"]', "a dict of process names and command lines", given))
        return None
    return dict(given)


def _paths(key: str, given: Any, mistakes: list[Mistake]) -> tuple[str, ...] | None:
    if isinstance(given, (str, bytes)) or not isinstance(given, (list, tuple, set, frozenset)):
        mistakes.append(_wrong_type(f'DEPLOYCHECK["{key}"]', "a list of paths", given))
        return None
    paths: list[str] = []
    for path in given:
        if not isinstance(path, (str, os.PathLike)):
            mistakes.append(_wrong_type(f'DEPLOYCHECK["{key}"]', "a list of paths", given))
            return None
        paths.append(os.fsdecode(os.fspath(path)).replace(os.sep, "/").removeprefix("./"))
    return tuple(paths)


def _ignore(key: str, given: Any, mistakes: list[Mistake], rule_names: tuple[str, ...]) -> Mapping[str, str] | None:
    if isinstance(given, (list, tuple, set, frozenset)):
        given = dict.fromkeys(given, "")
    if not isinstance(given, Mapping):
        mistakes.append(_wrong_type(f'DEPLOYCHECK["{key}"]', "a dict of rule names and reasons", given))
        return None
    ignored: dict[str, str] = {}
    for name, reason in given.items():
        if not isinstance(name, str) or not isinstance(reason, str):
            mistakes.append(_wrong_type(f'DEPLOYCHECK["{key}"]', "a dict of rule names and reasons", given))
            continue
        rule = name.partition(":")[0]
        if rule not in rule_names:
            mistakes.append(
                Mistake(
                    f'DEPLOYCHECK["{key}"] names an unknown rule {rule!r}{_meant(rule, rule_names)}.',
                    "Use a rule's name such as 'no-error-tracker'; 'python manage.py deploycheck' prints the name behind each finding.",
                )
            )
            continue
        ignored[name] = reason
    return ignored
