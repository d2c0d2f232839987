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
    yield Target("settings-grammar", read_made, noise, (), _MODULES)


@cache
def _texts() -> tuple[bytes, ...]:
    names = ("test_settings_view", "readers/test_python_module", "test_project")
    found = [text for name in names for text in texts_of_tests(f"tests/{name}.py") if "\n" in text or "=" in text]
    found += [specimen.text for specimen in specimens() if specimen.path.endswith(".py")]
    settings = [text.encode("utf-8", "replace") for text in found]
    several = [
        b"import os\nif os.environ.get('A'):\n    from .base import *\nfrom .other import DEBUG as D, ADMINS\nimport local\n"
        + b"\0".join((text, b"from .settings import *\nfrom .missing import *\n" + other, other))
        for text, other in zip(settings[::3], settings[1::3], strict=False)
    ]
    long = [
        b"A = [" + b"((1 + -2), [f'{a}', {'b': 3}])," * 520 + b"]\n",
        b"A = " + b"a.b.c(d)" * 900 + b"\n",
        b"import os\n" + b"A = os.environ.get('A', A) or B\n" * 250,
        b"A = '\\ud800'\nB = 0x" + b"f" * 5000 + b"\n",
        b"A = ('a', 'b')\n" + b"A = (A, A)\n" * 30 + b"B = A + A\nC = f'{A}{B}'\n",
        b"from split_settings.tools import include, optional\ninclude('base.py', optional('loc*.py'), 'other.py')\n\0A = 1\n\0B = A\n\0C = B\n",
        b"import os\nDATABASES = {'default': {'HOST': os.environ['H']}}\nDATABASES['default'].update(NAME='a')\nD = DATABASES\n\0",
    ]
    return (*settings, *several, *long)


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
    ask(settings_sources(repository, "bookstore.settings", ("",)), files)
    overlay = _decoded(files.get(_FILES[0], b""))
    if overlay is not None:
        outside = Source("/etc/site.py", f"from bookstore.base import *\nfrom bookstore import other\n{overlay}")
        ask(settings_sources(repository, "site_settings", ("",), None, outside), files)


def ask(sources: SettingsSources, files: dict[str, bytes]) -> None:
    """Every question that is asked of settings."""
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
    assert sources.file is None or sources.file in files
    assert repr(view.file_or_module)
    assert isinstance(view.known(), bool)
    for name in ("DEBUG", "MISSING", "STATICFILES_STORAGE"):
        assert view.get(name, "none") == getattr(_Live, name, "none")
        assert view.is_overridden(name) == hasattr(_Live, name)


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
        assert place is None or place.line is None or 1 <= place.line <= lines.get(place.path, 10**6)
    assert isinstance(view.may_differ(name, *keys), bool)
    assert all(read.name != "A" for read in view.unset_variables(name, *keys))
