"""The ``DEPLOYCHECK`` setting: read once, validated key by key; a wrong key costs that key alone."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, get_args

from django_deploycheck import secrets, unchanged
from django_deploycheck.model import Role
from django_deploycheck.records import dataclass, field

MAX_ENTRIES = 500
"""How many entries of a dict or a list are read."""

MAX_TEXT = 4_000
"""The longest text that is taken, in characters."""

MAX_MISTAKES = 50
"""How many mistakes are told at the most."""


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
    try:
        return _configuration(value, tuple(rule_names), tuple(platforms))
    except Exception:  # noqa: BLE001 - a value of the project's own may raise whatever it likes
        return Configuration(mistakes=(_unreadable("DEPLOYCHECK"),))


def _configuration(value: object, rule_names: tuple[str, ...], platforms: tuple[str, ...]) -> Configuration:
    mistakes: list[Mistake] = []
    if value is None:
        return Configuration()
    if not isinstance(value, Mapping):
        return Configuration(mistakes=(_wrong_type("DEPLOYCHECK", "a dict", value),))
    known: dict[str, Any] = {}
    readers: dict[str, Callable[[str, Any, list[Mistake]], Any]] = {
        "ROOT": _path,
        "PLATFORM": lambda key, given, found: _platform(key, given, found, platforms),
        "COMMANDS": _commands,
        "PRODUCTION": _paths,
        "EXCLUDE": _paths,
        "IGNORE": lambda key, given, found: _ignore(key, given, found, rule_names),
    }
    for key, given in islice(value.items(), MAX_ENTRIES):
        key = _plain(key)
        reader = readers.get(key) if isinstance(key, str) else None
        found: list[Mistake] = []
        if reader is None:
            found.append(_unknown_key(key, tuple(readers)))
        elif given is not None:
            try:
                known[key.lower()] = reader(_place(key), given, found)
            except Exception:  # noqa: BLE001 - as above
                found = [_unreadable(_place(key))]
        mistakes += found[: MAX_MISTAKES - len(mistakes)]
    return Configuration(
        **{key: given for key, given in known.items() if given is not None}, mistakes=tuple(dict.fromkeys(mistakes))
    )


def _plain(value: Any) -> Any:
    """A string of a class of its own as a plain one, everything else as it is."""
    return str.__str__(value) if isinstance(value, str) else value


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
    shown = repr(secrets.mask(word)[:100])
    return f"{what} {shown} (did you mean {meant!r}?)." if meant else f"{what} {shown}."


def _unknown_key(key: object, choices: tuple[str, ...]) -> Mistake:
    if isinstance(key, str):
        message = _unknown("DEPLOYCHECK has an unknown key", key, choices)
    else:
        message = f"DEPLOYCHECK has a key that is no string but {_type_name(key)}."
    return Mistake(message, f"Use one of {', '.join(choices)}, or remove it.")


def _unreadable(place: str) -> Mistake:
    return Mistake(f"{place} raises an exception where it is read.", f"Set {place} to plain strings, lists and dicts.")


def _too_long(place: str) -> Mistake:
    return Mistake(f"{place} holds a text of more than {MAX_TEXT} characters.", "Write it shorter.")


def _type_name(value: object) -> str:
    name = "".join(character for character in type(value).__name__[:80] if character.isprintable())
    return name or "something else"


def _wrong_type(place: str, expected: str, given: object) -> Mistake:
    # The type and not the value: nobody knows what a wrong value holds.
    return Mistake(f"{place} must be {expected}, not {_type_name(given)}.", f"Set {place} to {expected}.")


def _wrong_item(place: str, expected: str, item: object) -> Mistake:
    return Mistake(f"{place} must be {expected}, but holds {_type_name(item)}.", f"Set {place} to {expected}.")


# --- one function a kind of value: the value, or None after adding a mistake --------------------------------------------


def _path(place: str, given: Any, mistakes: list[Mistake]) -> str | None:
    path = _text_of_path(given)
    if path is None:
        mistakes.append(_wrong_type(place, "a path", given))
        return None
    if "\0" in path or not unchanged.asked(os.path.isdir, path):
        message = f"{place} is no folder: {secrets.mask(path)[:200]!r}."
        mistakes.append(Mistake(message, "Set it to the folder that holds the repository, such as BASE_DIR."))
        return None
    return path


def _text_of_path(given: Any) -> str | None:
    if not isinstance(given, (str, os.PathLike)):
        return None
    return os.fsdecode(os.fspath(_plain(given)))


def _platform(place: str, given: Any, mistakes: list[Mistake], platforms: tuple[str, ...]) -> str | None:
    if not isinstance(given, str):
        mistakes.append(_wrong_type(place, "a string", given))
        return None
    name: str = _plain(given)
    if name.lower() not in platforms:
        message = _unknown(f"{place} names an unknown platform", name, platforms)
        mistakes.append(Mistake(message, f"Use one of {', '.join(platforms)}."))
        return None
    return name.lower()


def _commands(place: str, given: Any, mistakes: list[Mistake]) -> Mapping[str, str] | None:
    expected = "a dict of process names and command lines"
    if not isinstance(given, Mapping):
        mistakes.append(_wrong_type(place, expected, given))
        return None
    pairs = [(_plain(name), _plain(command)) for name, command in islice(given.items(), MAX_ENTRIES)]
    wrong = [item for pair in pairs for item in pair if not isinstance(item, str)]
    if wrong:
        mistakes.append(_wrong_item(place, expected, wrong[0]))
        return None
    if any(len(item) > MAX_TEXT for pair in pairs for item in pair):
        mistakes.append(_too_long(place))
        return None
    mistakes += [mistake for name, _ in pairs for mistake in _misspelt(place, name)]
    mistakes += [
        Mistake(f"{_key(place, name)} is empty.", "Write the command that the platform runs, or remove the entry.")
        for name, command in pairs
        if not command.strip()
    ]
    return {name: command for name, command in pairs if command.strip()}


def _misspelt(place: str, name: str) -> Iterator[Mistake]:
    """Processes may have any name; but one that is nearly that of a role is meant to be it."""
    folded = name.strip().casefold()
    near = difflib.get_close_matches(folded[:100], get_args(Role), n=1, cutoff=0.8)
    # 'workers', 'web2' and 'web-admin' are names of their own.
    if not near or name in near or (folded != near[0] and (not folded.isalpha() or folded.startswith(near[0]))):
        return
    yield Mistake(
        f"{place} names a process {secrets.mask(name)[:100]!r} (did you mean {near[0]!r}?).",
        f"Rename it to {near[0]!r}, which says what the process is for.",
    )


def _key(place: str, name: str) -> str:
    return f'{place}["{repr(secrets.mask(name)[:100])[1:-1]}"]'


def _paths(place: str, given: Any, mistakes: list[Mistake]) -> tuple[str, ...] | None:
    if not isinstance(given, (list, tuple, set, frozenset)):
        mistakes.append(_wrong_type(place, "a list of paths", given))
        return None
    paths = [(item, _text_of_path(item)) for item in islice(given, MAX_ENTRIES)]
    for item, path in paths:
        if path is None:
            mistakes.append(_wrong_item(place, "a list of paths", item))
            return None
        if len(path) > MAX_TEXT:
            mistakes.append(_too_long(place))
            return None
    return tuple((path or "").replace(os.sep, "/").removeprefix("./") for _, path in paths)


def _ignore(place: str, given: Any, mistakes: list[Mistake], rule_names: tuple[str, ...]) -> Mapping[str, str] | None:
    """What is ignored with its reasons; entries that are wrong are left out alone."""
    expected = "a dict of rule names and reasons"
    if isinstance(given, Mapping):
        pairs = list(islice(given.items(), MAX_ENTRIES))
    elif isinstance(given, (list, tuple, set, frozenset)):
        pairs = [(name, "") for name in islice(given, MAX_ENTRIES)]
    else:
        mistakes.append(_wrong_type(place, expected, given))
        return None
    ignored: dict[str, str] = {}
    for name, reason in ((_plain(name), _plain(reason)) for name, reason in pairs):
        rule = name.partition(":")[0] if isinstance(name, str) else ""
        if not isinstance(name, str) or not isinstance(reason, str):
            mistakes.append(_wrong_item(place, expected, reason if isinstance(name, str) else name))
        elif len(name) > MAX_TEXT:
            mistakes.append(_too_long(place))
        elif rule not in rule_names:
            if len(mistakes) >= MAX_MISTAKES:
                continue
            message = _unknown(f"{place} names an unknown rule", rule, rule_names)
            hint = "Use a rule's name such as 'no-error-tracker', which stands in brackets behind each finding."
            mistakes.append(Mistake(message, hint))
        else:
            ignored[name] = reason
    return ignored
