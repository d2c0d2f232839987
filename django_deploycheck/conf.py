"""The ``DEPLOYCHECK`` setting: read once, validated key by key; a wrong key costs that key alone."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args

from django_deploycheck import secrets, unchanged
from django_deploycheck.model import Role
from django_deploycheck.records import dataclass, field


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
            mistakes.append(_unknown_key(key, tuple(readers)))
        elif given is not None:
            known[key.lower()] = reader(_place(key), given, mistakes)
    return Configuration(
        **{key: given for key, given in known.items() if given is not None}, mistakes=tuple(dict.fromkeys(mistakes))
    )


# --- mistakes -----------------------------------------------------------------------------------------------------------


def closest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that was probably meant by a misspelt word, capitals aside; None when none is close."""
    by_form: dict[str, str] = {}
    for choice in choices:
        by_form.setdefault(choice.casefold(), choice)
    found = difflib.get_close_matches(word[:100].casefold(), by_form, n=1)
    return by_form[found[0]] if found else None


def _place(key: str) -> str:
    return f'DEPLOYCHECK["{key}"]'


def _unknown(what: str, word: str, choices: Iterable[str]) -> str:
    """``what 'word' (did you mean 'choice'?).``"""
    meant = closest(word, choices)
    shown = repr(secrets.mask(word[:100]))
    return f"{what} {shown} (did you mean {meant!r}?)." if meant else f"{what} {shown}."


def _unknown_key(key: object, choices: tuple[str, ...]) -> Mistake:
    if isinstance(key, str):
        message = _unknown("DEPLOYCHECK has an unknown key", key, choices)
    else:
        message = f"DEPLOYCHECK has a key that is no string but {type(key).__name__}."
    return Mistake(message, f"Use one of {', '.join(choices)}, or remove it.")


def _wrong_type(place: str, expected: str, given: object) -> Mistake:
    # The type and not the value: nobody knows what a wrong value holds.
    return Mistake(f"{place} must be {expected}, not {type(given).__name__}.", f"Set {place} to {expected}.")


def _wrong_item(place: str, expected: str, item: object) -> Mistake:
    return Mistake(f"{place} must be {expected}, but holds {type(item).__name__}.", f"Set {place} to {expected}.")


# --- one function a kind of value: the value, or None after adding a mistake --------------------------------------------


def _path(place: str, given: Any, mistakes: list[Mistake]) -> str | None:
    path = _text_of_path(given)
    if path is None:
        mistakes.append(_wrong_type(place, "a path", given))
        return None
    if "\0" in path or not unchanged.asked(os.path.isdir, path):
        message = f"{place} is no folder: {secrets.mask(path[:200])!r}."
        mistakes.append(Mistake(message, "Set it to the folder that holds the repository, such as BASE_DIR."))
        return None
    return path


def _text_of_path(given: Any) -> str | None:
    if not isinstance(given, (str, os.PathLike)):
        return None
    return os.fsdecode(os.fspath(given))


def _platform(place: str, given: Any, mistakes: list[Mistake], platforms: tuple[str, ...]) -> str | None:
    if not isinstance(given, str):
        mistakes.append(_wrong_type(place, "a string", given))
        return None
    if given.lower() not in platforms:
        message = _unknown(f"{place} names an unknown platform", given, platforms)
        mistakes.append(Mistake(message, f"Use one of {', '.join(platforms)}."))
        return None
    return given.lower()


def _commands(place: str, given: Any, mistakes: list[Mistake]) -> Mapping[str, str] | None:
    expected = "a dict of process names and command lines"
    if not isinstance(given, Mapping):
        mistakes.append(_wrong_type(place, expected, given))
        return None
    wrong = [item for pair in given.items() for item in pair if not isinstance(item, str)]
    if wrong:
        mistakes.append(_wrong_item(place, expected, wrong[0]))
        return None
    mistakes += [mistake for name in given for mistake in _misspelt(place, name)]
    mistakes += [
        Mistake(f"{_key(place, name)} is empty.", "Write the command that the platform runs, or remove the entry.")
        for name, command in given.items()
        if not command.strip()
    ]
    return {name: command for name, command in given.items() if command.strip()}


def _misspelt(place: str, name: str) -> Iterator[Mistake]:
    """Processes may have any name; but one that is nearly that of a role is meant to be it."""
    folded = name.strip().casefold()
    near = difflib.get_close_matches(folded[:100], get_args(Role), n=1, cutoff=0.8)
    # 'workers', 'web2' and 'web-admin' are names of their own.
    if not near or name in near or (folded != near[0] and (not folded.isalpha() or folded.startswith(near[0]))):
        return
    yield Mistake(
        f"{place} names a process {secrets.mask(name[:100])!r} (did you mean {near[0]!r}?).",
        f"Rename it to {near[0]!r}, which says what the process is for.",
    )


def _key(place: str, name: str) -> str:
    return f'{place}["{secrets.mask(name[:100])}"]'


def _paths(place: str, given: Any, mistakes: list[Mistake]) -> tuple[str, ...] | None:
    if not isinstance(given, (list, tuple, set, frozenset)):
        mistakes.append(_wrong_type(place, "a list of paths", given))
        return None
    paths = [(item, _text_of_path(item)) for item in given]
    for item, path in paths:
        if path is None:
            mistakes.append(_wrong_item(place, "a list of paths", item))
            return None
    return tuple((path or "").replace(os.sep, "/").removeprefix("./") for _, path in paths)


def _ignore(place: str, given: Any, mistakes: list[Mistake], rule_names: tuple[str, ...]) -> Mapping[str, str] | None:
    """What is ignored with its reasons; entries that are wrong are left out alone."""
    expected = "a dict of rule names and reasons"
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, (list, tuple, set, frozenset)):
        pairs = [(name, "") for name in given]
    else:
        mistakes.append(_wrong_type(place, expected, given))
        return None
    ignored: dict[str, str] = {}
    for name, reason in pairs:
        rule = name.partition(":")[0] if isinstance(name, str) else ""
        if not isinstance(name, str) or not isinstance(reason, str):
            mistakes.append(_wrong_item(place, expected, reason if isinstance(name, str) else name))
        elif rule not in rule_names:
            message = _unknown(f"{place} names an unknown rule", rule, rule_names)
            hint = "Use a rule's name such as 'no-error-tracker', which stands in brackets behind each finding."
            mistakes.append(Mistake(message, hint))
        else:
            ignored[name] = reason
    return ignored
