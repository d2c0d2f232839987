from __future__ import annotations

import pytest

from django_deploycheck.frames import MAX_ELEMENTS, MAX_VALUE, UNKNOWN, Frame, Mode, Value, is_end, known
from django_deploycheck.model import EnvVar, Location
from django_deploycheck.places import Place

HERE = Location("start.sh", 3)
CMD = Location("Dockerfile", 9)


def frame(*positional: str, **variables: str) -> Frame:
    return Frame(
        "start.sh",
        0,
        Place(),
        variables={name: Value(value) for name, value in variables.items()},
        positional=list(positional),
    )


def test_lines_are_counted_from_the_text_in_its_file():
    state = Frame("Procfile", 4, Place())
    assert state.location(1) == Location("Procfile", 5)
    with state.standing_in("lib.sh", 0, (HERE,)):
        assert (state.location(2), state.via) == (Location("lib.sh", 2), (HERE,))
    assert (state.location(1), state.via) == (Location("Procfile", 5), ())


# --- variables --------------------------------------------------------------------------------------------------------


def test_a_variable_that_is_set():
    state = frame()
    state.assign("A", Value("1"), "1", HERE)
    assert state.value("A") == Value("1")
    assert state.facts == {"A": EnvVar("A", "1", HERE)}
    assert (state.exported_facts, state.exported_values) == ((), {})


def test_a_variable_that_is_exported():
    state = frame()
    state.assign("A", UNKNOWN, "$B", HERE, exported=True)
    assert state.exported_facts == (EnvVar("A", "$B", HERE, ("B",)),)
    assert state.exported_values == {}
    state.assign("A", Value("2"), "2", HERE)
    assert state.exported_values == {"A": "2"}


def test_secrets_are_no_part_of_facts():
    state = frame()
    state.assign("SECRET_KEY", Value("abcdef0123456789"), "abcdef0123456789", HERE)
    assert state.facts["SECRET_KEY"].value == "***"


def test_everything_is_exported_behind_set_a():
    state = frame()
    state.exports_all = True
    state.assign("A", Value("1"), "1", HERE)
    assert state.exported_values == {"A": "1"}


def test_overlong_values_are_unknown():
    state = frame()
    state.assign("A", Value("a" * MAX_VALUE), "a" * MAX_VALUE, HERE)
    assert (state.value("A").text, state.facts["A"].value) == ("a" * MAX_VALUE, "a" * MAX_VALUE)
    long = "a" * (MAX_VALUE + 1)
    state.assign("A", Value(long), long, HERE)
    assert (state.value("A"), state.facts["A"].value) == (UNKNOWN, None)


def test_variables_of_files():
    state = frame()
    state.set_variables(
        [
            EnvVar("A", "1", HERE),
            EnvVar("A", "2", HERE),
            EnvVar("B", None, HERE),
            EnvVar("C", "$A", HERE, ("A",)),
            EnvVar("D", "postgres://a:***@b", HERE),
        ]
    )
    assert state.exported_values == {"A": "2"}
    assert state.exports == {"A", "B", "C", "D"}
    assert state.exported_facts == ()  # no script sets them


def test_a_variable_that_is_unset_or_forgotten():
    state = frame(A="1", B="2")
    state.exports, state.arrays = {"A"}, {"A": ["1"]}
    state.unset("A")
    state.forget("B")
    assert (state.value("A"), state.value("B")) == (Value(""), UNKNOWN)
    assert (state.exports, state.arrays) == (set(), {})


def test_overlong_lists_are_unknown():
    state = frame()
    state.set_array("A", ["a"] * MAX_ELEMENTS)
    assert state.value("A[0]") == Value("a")
    state.set_array("A", ["a"] * (MAX_ELEMENTS + 1))
    assert state.value("A[0]") == UNKNOWN
    state.set_arguments(["a"] * MAX_ELEMENTS, HERE)
    assert state.value("#") == Value(str(MAX_ELEMENTS))
    state.set_arguments(["a"] * (MAX_ELEMENTS + 1), HERE)
    assert (state.value("#"), state.value("1"), state.value("0")) == (UNKNOWN, UNKNOWN, Value(""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [pytest.param("a", Value("a"), id="known"), pytest.param("a$B", UNKNOWN, id="not known in full")],
)
def test_values_of_texts(text, expected):
    assert known(text) == expected


# --- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["gunicorn", "a"], CMD, id="all of them are handed on"),
        pytest.param(["a"], CMD, id="the last ones are handed on"),
        pytest.param(["gunicorn"], HERE, id="only the first is the same"),
        pytest.param(["nice", "gunicorn", "a"], HERE, id="there are more"),
        pytest.param([], HERE, id="there are none"),
        pytest.param(["$@"], HERE, id="they are not known"),
    ],
)
def test_where_arguments_stand(arguments, expected):
    state = frame("gunicorn", "a")
    state.origin = CMD
    state.set_arguments(arguments, HERE)
    assert state.origin == expected
    assert state.positional == (None if arguments == ["$@"] else arguments)


def test_arguments_without_an_origin_of_their_own_stand_here():
    assert frame("a").origin_of(["a"], HERE) == HERE


@pytest.mark.parametrize(
    ("end", "of", "expected"),
    [
        pytest.param(["b"], ["a", "b"], True, id="the end"),
        pytest.param([], ["a"], True, id="nothing"),
        pytest.param(["a"], ["a", "b"], False, id="the beginning"),
        pytest.param(["x", "a"], ["a"], False, id="longer"),
        pytest.param(None, ["a"], False, id="an unknown end"),
        pytest.param(["a"], None, False, id="of an unknown list"),
    ],
)
def test_ends_of_lists(end, of, expected):
    assert is_end(end, of) is expected


# --- copies, children and joins ---------------------------------------------------------------------------------------


def test_a_copy_goes_its_own_way():
    state = frame(A="1")
    other = state.copy(Mode(certain=False))
    other.assign("A", Value("2"), "2", HERE, exported=True)
    other.set_array("B", ["b"])
    assert (state.value("A"), state.exports, state.facts, state.arrays, state.mode) == (
        Value("1"),
        set(),
        {},
        {},
        Mode(),
    )
    assert other.mode == Mode(certain=False)


def test_a_program_sees_what_is_exported():
    state = frame("a", A="1", B="2")
    state.exports = {"A"}
    state.arrays = {"C": ["c"]}
    started = state.child([("D", "4"), ("E", "$F")], 3)
    assert started.variables == {"A": Value("1"), "D": Value("4"), "E": UNKNOWN}
    assert [fact.name for fact in started.exported_facts] == ["D", "E"]
    assert (started.arrays, started.depth) == ({}, 1)
    assert state.exports == {"A"}


def joined(*states: Frame) -> Frame:
    state = frame("x", A="0")
    state.join(states, Mode(background=True))
    return state


def test_what_states_agree_on_stays():
    first, second = frame("a", A="1", B="2", C="3"), frame("a", A="1", B="3")
    first.exports, second.exports = {"A"}, {"B"}
    state = joined(first, second)
    assert state.variables == {"A": Value("1"), "B": UNKNOWN, "C": UNKNOWN}
    assert (state.exports, state.positional, state.mode) == ({"A", "B"}, ["a"], Mode(background=True))


def test_arrays_and_places_that_states_agree_on_stay():
    first, second = frame(), frame()
    first.arrays, second.arrays = {"A": ["1"], "B": ["2"], "C": []}, {"A": ["1"], "B": []}
    first.place = second.place = Place("shop")
    assert (joined(first, second).arrays, joined(first, second).place) == ({"A": ["1"]}, Place("shop"))
    second.place = Place("other")
    assert joined(first, second).place == Place()


def test_a_state_that_ended_has_no_say():
    first, second = frame(A="1"), frame(A="2")
    second.end("exit")
    state = joined(first, second)
    assert (state.value("A"), state.ended) == (Value("1"), "")


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param([("exit", True), ("exit", True)], ("exit", True), id="in failure"),
        pytest.param([("exit", True), ("exit", False)], ("exit", False), id="perhaps in failure"),
        pytest.param([("exit", False), ("return", False)], ("return", False), id="perhaps only the function"),
        pytest.param(
            [("return", False), ("break", False), ("continue", False)], ("continue", False), id="perhaps only the turn"
        ),
    ],
)
def test_every_state_ended(ends, expected):
    states = [frame(A="1") for _ in ends]
    for state, (how, failed) in zip(states, ends, strict=True):
        state.end(how, failed=failed)
    state = joined(*states)
    assert (state.ended, state.failed) == expected
    assert state.value("A") == Value("0")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(["a"], ["a"], ["a"], id="the same"),
        pytest.param(["a"], ["nice", "a"], ["a"], id="with something in front"),
        pytest.param(["nice", "a"], ["a"], ["a"], id="without something in front"),
        pytest.param(["a"], ["b"], None, id="different"),
        pytest.param([], ["a"], None, id="none or one"),
        pytest.param([], [], [], id="none"),
        pytest.param(None, ["a"], None, id="one is not known"),
        pytest.param(None, None, None, id="none is known"),
    ],
)
def test_arguments_of_states(first, second, expected):
    states = frame(), frame()
    states[0].positional, states[1].positional = first, second
    assert joined(*states).positional == expected


def test_functions_of_all_states_are_known():
    first, second = frame(), frame()
    first.functions, second.functions = {"a": None}, {"b": None}  # type: ignore[dict-item]
    assert set(joined(first, second).functions) == {"a", "b"}


# --- ends -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "behind", "expected"),
    [
        pytest.param("", "break", "", id="nothing ended"),
        pytest.param("continue", "continue", "", id="a turn"),
        pytest.param("break", "continue", "break", id="the loop, behind a turn"),
        pytest.param("continue", "break", "", id="a turn, behind the loop"),
        pytest.param("break", "return", "", id="a loop, behind the function"),
        pytest.param("return", "break", "return", id="the function, behind a loop"),
        pytest.param("exit", "return", "exit", id="the script"),
    ],
)
def test_what_goes_on_behind(ended, behind, expected):
    state = frame()
    state.end(ended, failed=True)
    state.go_on_behind(behind)
    assert (state.ended, state.failed) == (expected, bool(expected))


def test_folders_of_path():
    assert frame().searched == ()
    state = frame()
    state.set_variables(
        [EnvVar("PATH", "/app/bin/:$HOME/bin:bin:$PATH", HERE, ("HOME", "PATH")), EnvVar("PATH", None, HERE)]
    )
    state.assign("PATH", UNKNOWN, "/venv/bin:$PATH", HERE)
    assert state.searched == ("/venv/bin", "/app/bin")
