"""What is said of records holds of the standard library's dataclasses too: every test runs on both."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import pickle
import pkgutil
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

import django_deploycheck
from django_deploycheck import records

both = pytest.mark.parametrize("library", [records, dataclasses], ids=["records", "dataclasses"])


def places(library: Any) -> tuple[Any, Any]:
    """A frozen class with an order, and one that inherits from it."""

    @library.dataclass(frozen=True, order=True)
    class Place:
        path: str
        line: int | None = None
        note: str = library.field(default="", compare=False, repr=False)

        @property
        def twice(self) -> str:
            return self.path * 2

    @library.dataclass(frozen=True)
    class Named(Place):
        names: list[str] = library.field(default_factory=list)

    return Place, Named


@both
def test_values_are_taken_by_place_by_name_and_from_defaults(library: Any) -> None:
    place, named = places(library)

    assert vars(place("a")) == {"path": "a", "line": None, "note": ""}
    assert vars(place("a", 2)) == {"path": "a", "line": 2, "note": ""}
    assert vars(place(line=2, path="a", note="n")) == {"path": "a", "line": 2, "note": "n"}
    assert vars(named("a", 1, "n", ["x"])) == {"path": "a", "line": 1, "note": "n", "names": ["x"]}
    assert place("a").twice == "aa"


@both
def test_a_factory_makes_a_value_for_each(library: Any) -> None:
    _, named = places(library)
    first, second = named("a"), named("a")

    first.names.append("x")

    assert (first.names, second.names) == (["x"], [])


@both
@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        pytest.param((), {}, id="a field without a value"),
        pytest.param(("a", 1, "n", 4), {}, id="more values than fields"),
        pytest.param(("a",), {"path": "b"}, id="a value given twice"),
        pytest.param(("a",), {"colour": "b"}, id="an unknown name"),
        pytest.param((), {"colour": "b"}, id="an unknown name in place of a known one"),
        pytest.param(("a", 1, "n", 4), {"colour": "b"}, id="too many and unknown"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(library: Any, arguments: Any, keywords: Any) -> None:
    place, _ = places(library)

    with pytest.raises(TypeError):
        place(*arguments, **keywords)


@both
def test_frozen_ones_cannot_be_changed(library: Any) -> None:
    found = places(library)[0]("a")

    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'path'"):
        found.path = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'path'"):
        del found.path
    assert found.path == "a"


@both
def test_equality_and_hash_are_those_of_the_compared_fields(library: Any) -> None:
    place, named = places(library)

    assert place("a", 1, "one") == place("a", 1, "two")
    assert hash(place("a", 1, "one")) == hash(place("a", 1, "two"))
    assert place("a", 1) != place("a", 2)
    assert place("a", 1) != ("a", 1)
    assert place("a", 1) != named("a", 1)
    assert len({place("a"), place("a"), place("b")}) == 2


@both
def test_order_is_that_of_the_compared_fields(library: Any) -> None:
    place, _ = places(library)

    assert sorted([place("b", 1), place("a", 2), place("a", 1)]) == [place("a", 1), place("a", 2), place("b", 1)]
    assert place("a", 1) <= place("a", 1) >= place("a", 1)
    assert max(place("a", 1), place("b", 1)) == place("b", 1)
    with pytest.raises(TypeError):
        assert place("a") < "a"
    with pytest.raises(TypeError):
        assert place("a") <= "a"


@both
def test_the_representation_names_the_fields_that_may_be_shown(library: Any) -> None:
    place, named = places(library)

    assert repr(place("a", 1, "n")).endswith("Place(path='a', line=1)")
    assert repr(named("a")).endswith("Named(path='a', line=None, names=[])")


@both
def test_a_class_that_says_how_it_is_shown_keeps_its_word(library: Any) -> None:
    @library.dataclass(frozen=True, repr=False)
    class Secret:
        value: str

        def __repr__(self) -> str:
            return "Secret"

    secret: Any = Secret
    assert repr(secret("x")) == "Secret"


@both
def test_copies_with_other_values(library: Any) -> None:
    place, named = places(library)
    found = place("a", 1, "n")

    assert library.replace(named("a", names=["x"]), path="b") == named("b", names=["x"])
    assert vars(library.replace(found, line=2)) == {"path": "a", "line": 2, "note": "n"}
    assert vars(found) == {"path": "a", "line": 1, "note": "n"}
    with pytest.raises(TypeError):
        library.replace(found, colour="b")


@both
def test_the_fields_by_name(library: Any) -> None:
    place, named = places(library)

    assert [field.name for field in library.fields(place)] == ["path", "line", "note"]
    assert [field.name for field in library.fields(named("a"))] == ["path", "line", "note", "names"]


@both
def test_defaults_are_attributes_of_the_class_and_factories_are_not(library: Any) -> None:
    place, named = places(library)

    assert (place.line, place.note) == (None, "")
    assert not hasattr(place, "path")
    assert not hasattr(named, "names")


@both
def test_keyword_only_and_changeable_ones(library: Any) -> None:
    @library.dataclass(kw_only=True)
    class Work:
        done: list[str] = library.field(default_factory=list)
        name: str

        def __post_init__(self) -> None:
            self.done.append(self.name)

    make: Any = Work
    with pytest.raises(TypeError):
        make("a")
    work = make(name="a")
    work.name = "b"
    assert (work.name, work.done) == ("b", ["a"])
    with pytest.raises(TypeError, match="unhashable"):
        hash(work)


@both
def test_identity_where_equality_is_not_asked_for(library: Any) -> None:
    @library.dataclass(frozen=True, eq=False)
    class Node:
        value: str

    make: Any = Node
    first, second = make("a"), make("a")

    assert first != second
    assert len({first, second}) == 2


@both
def test_without_any_field(library: Any) -> None:
    @library.dataclass(frozen=True)
    class Nothing:
        pass

    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert repr(Nothing()).endswith("Nothing()")


@both
def test_patterns_match_by_place(library: Any) -> None:
    place, _ = places(library)

    match place("a", 3):
        case place(path, line):
            assert (path, line) == ("a", 3)
        case _:
            pytest.fail("no match")


def test_the_message_says_which_field_it_is():
    place, _ = places(records)

    with pytest.raises(TypeError, match=r"Place\(\) needs path$"):
        place()
    with pytest.raises(TypeError, match=r"Place\(\) knows no colour$"):
        place("a", colour="b")
    with pytest.raises(TypeError, match=r"Place\(\) got 1 values by place and 1 by name, some of them twice$"):
        place("a", path="b")


def test_facts_are_copied_and_pickled():
    from django_deploycheck.model import Location

    found = Location("Procfile", 2)

    assert pickle.loads(pickle.dumps(found)) == found
    assert copy.deepcopy(found) == found


def modules() -> list[ModuleType]:
    return [
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(django_deploycheck.__path__, "django_deploycheck.")
    ]


def test_the_whole_package_imports_without_dataclasses():
    names = [module.__name__ for module in modules() if not module.__name__.endswith("_toml")]
    code = (
        "import django, importlib, sys\n"
        "from django.core.management.base import BaseCommand\n"
        "sys.modules['dataclasses'] = None\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print('imported')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (run.stdout, run.stderr) == ("imported\n", "")
