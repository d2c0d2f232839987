"""Every reader, on files of its own format and of all others."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from django_deploycheck.model import BlindSpot, CommandLine, Location
from django_deploycheck.readers import modules
from django_deploycheck.source import Source, Unreadable, decode
from tests.fuzz.core import PACKAGE, ROOT, Target
from tests.fuzz.seeds import made_up_by_tests, specimens, texts_of_tests

MAX_REASON = 160
"""How long a reason may be, in characters: what is longer quotes the file."""
_PATHS = 200
_OTHERS = 40


def targets() -> Iterator[Target]:
    for kind, reader in modules().items():
        yield Target(
            name=f"reader-{kind}",
            run=partial(run, reader),
            seeds=partial(seeds, reader),
            modules=(reader.__name__,),
            shared=shared_modules(),
            tokens=tokens(reader),
        )


@lru_cache(maxsize=1)
def shared_modules() -> tuple[str, ...]:
    """What several readers share."""
    folder = PACKAGE / "readers"
    return tuple(f"django_deploycheck.readers.{path.stem}" for path in sorted(folder.glob("_[a-z]*.py")))


# --- what must hold -----------------------------------------------------------------------------------------------------


def run(reader: ModuleType, data: bytes) -> None:
    """The first byte of an input says which of the format's names the file has."""
    names = paths(reader)
    read(reader, names[data[0] % len(names) if data else 0], data[1:])


def read(reader: ModuleType, path: str, data: bytes) -> list[object] | None:
    """Read a file as ``reading`` does and hold its facts against what is promised; None where it is not readable."""
    try:
        source = Source(path, decode(data))
    except Unreadable as error:
        _check_reason(error, None)
        return None
    claims = getattr(reader, "claims", None)
    if claims is not None:
        assert isinstance(claims(source), bool)
    found: list[object] = []
    try:
        for fact in reader.read(source):
            check_fact(fact, source)
            found.append(fact)
    except Unreadable as error:
        _check_reason(error, len(source.lines))
        return None
    return found


def _check_reason(error: Unreadable, lines: int | None) -> None:
    assert re.fullmatch(r"[A-Za-z0-9 -]{4,40}", error.reason), error.reason
    assert error.line is None or 1 <= error.line <= (lines or error.line), f"line {error.line} of {lines}"


def check_fact(fact: object, source: Source) -> None:
    """Its ``repr`` and hash work, its places lie inside the file, its reasons are short."""
    assert repr(fact)
    hash(fact)
    for part in _parts(fact):
        if isinstance(part, Location):
            assert part.path == source.path, part
            assert part.line is None or 1 <= part.line <= len(source.lines), f"{part} of {len(source.lines)}"
        elif isinstance(part, str):
            part.encode()  # half of a surrogate pair cannot be printed
        elif isinstance(part, CommandLine):
            assert (part.text is None) != (part.argv is None), part
        elif isinstance(part, BlindSpot):
            assert len(part.reason.split("\n")[0]) == len(part.reason) <= MAX_REASON, part


def _parts(value: object) -> Iterator[object]:
    """The value and everything it holds."""
    yield value
    inner: Iterable[Any] = ()
    if isinstance(value, (tuple, list, frozenset, set)):
        inner = value
    elif isinstance(value, Mapping):
        inner = (*value.keys(), *value.values())
    elif type(value).__module__.startswith("django_deploycheck."):
        inner = vars(value).values()
    for part in inner:
        yield from _parts(part)


# --- what it is run on --------------------------------------------------------------------------------------------------


@cache
def paths(reader: ModuleType) -> tuple[str, ...]:
    """Paths that the reader's patterns match, its tests' own first."""
    named = [text for text in _tests_of(reader) if len(text) < 80 and _is_named(reader, text)]
    named += [_plain(pattern, star) for pattern in reader.NAMES for star in ("", "x")]
    named += [specimen.path for specimen in specimens() if _is_named(reader, specimen.path)]
    return tuple(dict.fromkeys(named))[:_PATHS] or (reader.KIND,)


def own_seeds(reader: ModuleType) -> list[tuple[str, str]]:
    """Path and text of files of the reader's own format."""
    names = paths(reader)
    found = [(specimen.path, specimen.text) for specimen in specimens() if _is_named(reader, specimen.path)]
    found += [(names[number % len(names)], text) for number, text in enumerate(_tests_of(reader))]
    found += [(names[0], text) for text in _tests_of(reader)]
    return list(dict.fromkeys(found))


def other_seeds() -> list[str]:
    """A few files of every kind."""
    by_ending: dict[str, list[str]] = {}
    for specimen in specimens():
        by_ending.setdefault(specimen.path.rpartition("/")[2].rpartition(".")[2], []).append(specimen.text)
    return [text for texts in by_ending.values() for text in sorted(texts, key=len)[-3:]][:_OTHERS]


def seeds(reader: ModuleType) -> Iterator[bytes]:
    places = {path: number for number, path in enumerate(paths(reader))}
    made_up = made_up_by_tests(_test_modules(reader)[0])
    for path, text in dict.fromkeys((*own_seeds(reader), *((specimen.path, specimen.text) for specimen in made_up))):
        yield bytes([places.get(path, 0)]) + text.encode("utf-8", "surrogatepass")
    for number, text in enumerate(other_seeds()):
        yield bytes([number % len(places)]) + text.encode("utf-8", "surrogatepass")


@cache
def tokens(reader: ModuleType) -> tuple[str, ...]:
    """The words of the reader's own seeds and of its module: keys, options, instructions."""
    texts = [text for _, text in own_seeds(reader)] + [_text_of(reader)]
    words = (word for text in texts for word in re.findall(r"[A-Za-z0-9_./$@%{}<>:=-]{2,40}", text))
    return tuple(sorted(set(words)))


@cache
def _tests_of(reader: ModuleType) -> tuple[str, ...]:
    """The texts of the tests of the reader, then those of the tests of what it is made with."""
    own, others = _test_modules(reader)
    return tuple(dict.fromkeys(literal for path in (*own, *others) for literal in texts_of_tests(path)))


@cache
def _test_modules(reader: ModuleType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paths of the reader's own tests, and of those of the modules that it is made with."""
    stem = _stem(reader)
    text = _text_of(reader)
    own: list[str] = []
    others: list[str] = []
    for path in sorted((ROOT / "tests" / "readers").glob("test_*.py")):
        imported = " ".join(re.findall(r"^from django_deploycheck\.readers\S* import .*", _read(path), re.MULTILINE))
        if path.stem == f"test_{stem}" or re.search(rf"\b{stem}\b", imported):
            own.append(path.relative_to(ROOT).as_posix())
        elif path.stem.startswith("test__") and re.search(rf"\b{path.stem.removeprefix('test_')}\b", text):
            others.append(path.relative_to(ROOT).as_posix())
    return tuple(own), tuple(others)


def _stem(reader: ModuleType) -> str:
    return reader.__name__.rpartition(".")[2]


def _text_of(reader: ModuleType) -> str:
    return _read(PACKAGE / "readers" / f"{_stem(reader)}.py")


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _is_named(reader: ModuleType, path: str) -> bool:
    return any(
        fnmatch.fnmatchcase(f"/{path}", f"*/{pattern}") if "/" in pattern else _name_matches(path, pattern)
        for pattern in reader.NAMES
    )


def _name_matches(path: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(path.rpartition("/")[2], pattern)


def _plain(pattern: str, star: str) -> str:
    """A path that the pattern matches."""
    return re.sub(r"\[(.).*?\]", r"\1", pattern).replace("*", star).replace("?", "x")
