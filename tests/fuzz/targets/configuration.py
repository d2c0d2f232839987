"""The ``DEPLOYCHECK`` setting, whatever a project puts there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django_deploycheck import rules
from django_deploycheck.conf import Configuration, configuration
from django_deploycheck.platforms import PLATFORMS
from tests.fuzz.core import Target
from tests.fuzz.grammar import Choices
from tests.fuzz.targets.understanding import noise

KEYS = (
    "ROOT",
    "PLATFORM",
    "COMMANDS",
    "PRODUCTION",
    "EXCLUDE",
    "IGNORE",
    "root",
    "IGNORED",
    "",
    "COMMAND",
    "\udc80",
    "a\nb",
)
_TEXTS = (
    *(
        "web",
        "heroku",
        "HEROKU",
        "no-error-tracker",
        "no-error-traker",
        "W101",
        "no-error-tracker:*",
        "Procfile",
        "deploy/*",
        ".",
    ),
    *(
        "",
        " ",
        "/",
        "\0",
        "\n",
        "\x1b[31m",
        "\udcff",
        "a" * 100_000,
        "***",
        "gunicorn a --password=hunter2hunter2",
        "[",
        "[!",
        "**",
        ":",
    ),
)


def targets() -> Iterator[Target]:
    yield Target("configuration", configure, noise, ("django_deploycheck.conf",))


class Hostile:
    """Raises whatever is asked of it."""

    def _refuse(self, *arguments: object, **named: object) -> Any:
        raise RuntimeError("a secret")

    __repr__ = __str__ = __eq__ = __hash__ = __iter__ = __len__ = __bool__ = __fspath__ = __getattr__ = _refuse
    __contains__ = __getitem__ = __format__ = __lt__ = __next__ = _refuse


class HostileText(str):
    """A string that raises whatever is asked of it."""

    __slots__ = ()
    __repr__ = __str__ = __eq__ = __hash__ = __iter__ = __len__ = __bool__ = __format__ = Hostile._refuse
    lower = casefold = strip = partition = replace = startswith = encode = isalpha = __getitem__ = Hostile._refuse


class HostileDict(dict[Any, Any]):
    __repr__ = __eq__ = __iter__ = __len__ = __bool__ = __getitem__ = Hostile._refuse
    items = keys = values = get = Hostile._refuse


class HostileList(list[Any]):
    __repr__ = __eq__ = __iter__ = __len__ = __bool__ = __getitem__ = Hostile._refuse


class HostilePath:
    """A path that is what it was given."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __fspath__(self) -> Any:
        return self.value


class Endless(Mapping[str, str]):
    """A mapping that says it is short and never ends."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, key: str) -> str:
        return "gunicorn a"

    def __iter__(self) -> Iterator[str]:
        number = 0
        while True:
            yield f"web{number}"
            number += 1


@cache
def lazy_text() -> object:
    from django.utils.translation import gettext_lazy

    return gettext_lazy("web")


def value(choices: Choices, depth: int = 0) -> Any:
    """Any value."""
    if depth > 3:
        return choices.one(_TEXTS)
    made: tuple[Callable[[], Any], ...] = (
        lambda: choices.one(_TEXTS),
        lambda: choices.one(_TEXTS),
        lambda: {choices.one((*KEYS, *_TEXTS)): value(choices, depth + 1) for _ in choices.some(4)},
        lambda: [value(choices, depth + 1) for _ in choices.some(4)],
        lambda: tuple(value(choices, depth + 1) for _ in choices.some(3)),
        lambda: {choices.one(_TEXTS) for _ in choices.some(3)},
        lambda: choices.one(
            (None, True, 0, -1, 1.5, float("nan"), b"web", b"\xff", object, object(), len, ..., 10**5000)
        ),
        lambda: choices.text(30),
        lambda: PurePosixPath(choices.one(_TEXTS).replace("\0", "")),
        lambda: HostilePath(value(choices, depth + 1)),
        Hostile,
        lambda: HostileText("web"),
        lambda: HostileDict({"web": "x"}),
        lambda: HostileList(["web"]),
        lazy_text,
        lambda: (item for item in "ab"),
        lambda: dict.fromkeys(map(str, range(2000)), "x"),
        lambda: [str(number) for number in range(2000)],
        lambda: dict.fromkeys(range(300), "x"),
        recursive,
        Endless,
        lambda: type("a\n\x1b[31mb" * 50, (), {})(),
    )
    return choices.one(made)()


def recursive() -> Any:
    found: dict[str, Any] = {"IGNORE": []}
    found["COMMANDS"] = found
    found["IGNORE"].append(found["IGNORE"])
    return found


@cache
def _names() -> tuple[str, ...]:
    return tuple(name for rule in rules.load() for name in rule.names)


def configure(data: bytes) -> None:
    choices = Choices(data)
    given = (
        {choices.one(KEYS): value(choices) for _ in range(1 + choices.number(5))}
        if choices.number(6)
        else value(choices)
    )
    check(configuration(given, _names(), PLATFORMS))


def check(found: Configuration) -> None:
    """Plain values of the promised types, and mistakes in words that can be printed."""
    assert repr(found)
    assert found.root is None or type(found.root) is str
    assert found.platform is None or found.platform in PLATFORMS
    for mapping in (found.commands, found.ignore):
        assert all(type(key) is str and type(text) is str for key, text in mapping.items())
    for paths in (found.production or (), found.exclude):
        assert all(type(path) is str for path in paths)
    assert len(found.mistakes) < 200
    for mistake in found.mistakes:
        for text in (mistake.message, mistake.hint):
            assert len(text) < 1500, len(text)
            assert text.isprintable(), text[:300]
            assert "a secret" not in text
            assert "hunter2" not in text
