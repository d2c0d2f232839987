"""Where a setting's value comes from: modules of settings, and what they take over from each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django_deploycheck.model import Answer, Location
from django_deploycheck.readers import python_module
from django_deploycheck.settings_view import SettingsSources, SettingsView, settings_sources
from django_deploycheck.source import Source, Unreadable, decode
from tests.fuzz import grammar
from tests.fuzz.core import Target
from tests.fuzz.grammar import Choices
from tests.fuzz.memory import Memory
from tests.fuzz.seeds import specimens, texts_of_tests
from tests.fuzz.targets.readers import check_fact
from tests.fuzz.targets.understanding import noise

_MODULES = tuple(
    f"django_deploycheck.{name}"
    for name in ("settings_view", "readers.python_module", "readers._python", "readers._variable_reads")
)
_FILES = tuple(f"bookstore/{name}.py" for name in ("settings", "base", "other", "local"))
_TOKENS = tuple(
    dict.fromkeys(
        (
            *grammar.SETTINGS,
            *"os.environ|os.environ.get(|os.getenv(|env(|env.bool(|config(|default=|cast=|import os\n|from .base import *\n|if |else:\n".split(
                "|"
            ),
            *"    |elif |for name in |try:\n|except ImportError:\n|def f(name):\n|return |class A(B):\n|globals()[|vars().update(|lambda x: ".split(
                "|"
            ),
            *" or | and | not | in | + | % | // |**|*|:=|f'{|}'|.append(|.update(|include(|values.Value(|sentry_sdk.init(|Env(|\0".split(
                "|"
            ),
        )
    )
)


def targets() -> Iterator[Target]:
    yield Target("settings", read_text, _texts, _MODULES, tokens=_TOKENS)
    yield Target("settings-grammar", read_made, noise, _MODULES)


@cache
def _texts() -> tuple[bytes, ...]:
    names = ("test_settings_view", "readers/test_python_module", "test_project")
    found = [text for name in names for text in texts_of_tests(f"tests/{name}.py") if "\n" in text or "=" in text]
    found += [specimen.text for specimen in specimens() if specimen.path.endswith(".py")]
    return tuple(text.encode("utf-8", "replace") for text in found)


def read_text(data: bytes) -> None:
    """The settings module, then others that it may include, divided by NUL."""
    read(dict(zip(_FILES, data.split(b"\0"), strict=False)))


def read_made(data: bytes) -> None:
    choices = Choices(data)
    read({path: grammar.module(choices).encode("utf-8", "replace") for path in _FILES})


def read(files: dict[str, bytes]) -> None:
    """Ask everything of the settings in these files, and hold the answers against what is promised."""
    repository = Memory(files)
    for path, data in files.items():
        try:
            source = Source(path, decode(data))
            for fact in python_module.read(source):
                check_fact(fact, source)
        except Unreadable as error:
            _check_line(error.line, data)
    sources = settings_sources(repository, "bookstore.settings", ("",))
    lines = {
        path: decoded.count("\n") + decoded.count("\r") + 2
        for path, data in files.items()
        if (decoded := _decoded(data))
    }
    names = dict.fromkeys(item.name for module in sources.modules.values() for item in module.assignments)
    view = SettingsView(_Live(), sources, {"A": "b"})
    for name in (*list(names)[:60], "DEBUG", "SECRET_KEY", "MISSING"):
        for keys in ((), ("default",), ("default", "HOST"), ("OPTIONS",)):
            _ask(sources, view, name, keys, lines)
    for variable in sources.variables()[:40]:
        assert sources.reads(variable.name) is Answer.YES
        assert repr(variable)
    assert sources.reads("NO_SUCH_VARIABLE_ANYWHERE") is not Answer.YES


def _check_line(line: int | None, data: bytes) -> None:
    ends = data.count(b"\n") + data.count(b"\r") + data.count(b"\x0c")
    assert line is None or line <= ends + 2


class _Live:
    DEBUG = True
    SECRET_KEY = "x"
    ALLOWED_HOSTS = ("a",)
    DATABASES = {"default": {"HOST": "a", "OPTIONS": {}}}  # noqa: RUF012 - as Django has it


def _decoded(data: bytes) -> str | None:
    try:
        return decode(data)
    except Unreadable:
        return None


def _ask(sources: SettingsSources, view: SettingsView, name: str, keys: tuple[str, ...], lines: dict[str, int]) -> None:
    found = sources.provenance(name, *keys)
    assert found is None or (hash(found) is not None and repr(found))
    places: list[Location | None] = [view.location(name, *keys)]
    places += [item.location for item in sources.in_force(name, *keys)]
    places += [item.location for item in sources.extended(name)]
    for place in places:
        assert place is None or place.line is None or 1 <= place.line <= lines[place.path]
    assert isinstance(view.may_differ(name, *keys), bool)
    assert all(read.name != "A" for read in view.unset_variables(name, *keys))
