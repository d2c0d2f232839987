from __future__ import annotations

import pytest

from django_deploycheck import shell
from django_deploycheck.frames import UNKNOWN, Frame, Value
from django_deploycheck.places import Place
from django_deploycheck.words import MAX_SIZE, MAX_STRIPPED, Expansion, expand, expand_all, matches, substitutions

APP = Place(workdir="/app", container=True)


def frame(*positional: str, place: Place = APP, user: str | None = None, **variables: str | Value) -> Frame:
    return Frame(
        "bin/start.sh",
        0,
        place,
        name="/app/bin/start.sh",
        variables={
            name: value if isinstance(value, Value) else Value(value) for name, value in {**KNOWN, **variables}.items()
        },
        positional=list(positional),
        arrays={"list": ["a b", "c"], "none": []},
        user=user,
    )


KNOWN: dict[str, str | Value] = {
    "A": "a",
    "EMPTY": "",
    "BLANK": " ",
    "TWO": " one  two ",
    "PATH_": "conf/prod.env",
    "GUESS": Value("g", assumed=True),
}


def word(text: str) -> shell.Word:
    (node,) = shell.parse(f"echo {text}").body
    assert isinstance(node, shell.Simple)
    return node.words[1]


def fields(text: str, state: Frame | None = None) -> list[str]:
    return list(expand(word(text), state or frame()).fields)


# --- plain words and variables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", ["plain"], id="no variable"),
        pytest.param("''", [""], id="empty quotes"),
        pytest.param("'a  b'", ["a  b"], id="quoted blanks"),
        pytest.param("x$A-$A", ["xa-a"], id="known variables"),
        pytest.param("$EMPTY", [], id="an empty variable is no argument"),
        pytest.param('"$EMPTY"', [""], id="an empty variable in quotes is one"),
        pytest.param("$EMPTY$A", ["a"], id="an empty variable before another"),
        pytest.param("$TWO", ["one", "two"], id="a value is split"),
        pytest.param('"$TWO"', [" one  two "], id="a value in quotes is not"),
        pytest.param("x${A}y", ["xay"], id="a value within a word"),
        pytest.param("x${TWO}y", ["x", "one", "two", "y"], id="blanks around a value divide a word"),
        pytest.param("$A$BLANK$A", ["a", "a"], id="blanks alone divide a word"),
        pytest.param("$NOBODY", ["$NOBODY"], id="an unknown variable"),
        pytest.param("a${NOBODY}b", ["a$NOBODYb"], id="an unknown variable within a word"),
        pytest.param("$?", ["$?"], id="a special parameter"),
        pytest.param("${{ github.sha }}", ["${ github.sha }"], id="no variable of the shell's"),
    ],
)
def test_variables(text, expected):
    assert fields(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('"$@"', ["one two", "three"], id="each"),
        pytest.param("x$@y", ["xone two", "threey"], id="within a word"),
        pytest.param('"$*"', ["one two three"], id="joined"),
        pytest.param("$1,$2,$3,${9999999999999999999999}", ["one", "two,three,,"], id="by number"),
        pytest.param('"$#"', ["2"], id="how many"),
        pytest.param('"${@:2}"', ["three"], id="from the second on"),
        pytest.param('"${@:0:2}"', ["/app/bin/start.sh", "one two"], id="with the script itself"),
        pytest.param('"${@: -1}"', ["$@"], id="the last one"),
        pytest.param('"${@/a/b}"', ["$@"], id="changed"),
        pytest.param('"${@:-help}"', ["one two", "three"], id="with a default"),
        pytest.param('"${@-help}"', ["one two", "three"], id="with another default"),
        pytest.param('"$0"', ["/app/bin/start.sh"], id="the script"),
        pytest.param(
            '"${BASH_SOURCE[0]} $BASH_SOURCE"', ["/app/bin/start.sh /app/bin/start.sh"], id="the script, in bash"
        ),
    ],
)
def test_arguments(text, expected):
    assert fields(text, frame("one two", "three")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('"$@"', [], id="each"),
        pytest.param('"$*"', [""], id="joined"),
        pytest.param("$1", [], id="the first"),
        pytest.param('"${@:-help me}"', ["help me"], id="a default"),
        pytest.param("${@:-help me}", ["help", "me"], id="an unquoted default"),
    ],
)
def test_no_arguments(text, expected):
    assert fields(text, frame()) == expected


@pytest.mark.parametrize("text", ['"$@"', "$1", "$#", '"${@:2}"', '"${@:-a}"'])
def test_unknown_arguments(text):
    state = frame()
    state.positional = None
    assert not expand(word(text), state).known


def test_an_argument_that_is_not_known_stays_as_it_was_written():
    assert expand(word("$1"), frame("${HOST}:$PORT")) == Expansion(("${HOST}:$PORT",), known=False)
    assert not expand(word('"$@"'), frame("a", "$B")).known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('"${list[@]}"', ["a b", "c"], id="each element"),
        pytest.param('"${list[*]}"', ["a b c"], id="joined"),
        pytest.param('"${list[0]}"', ["a b"], id="the first element"),
        pytest.param('"${list[1]}"', ["$list[1]"], id="another element"),
        pytest.param('"${none[0]}"', ["$none[0]"], id="the first of none"),
        pytest.param('"${list[@]:1}"', ["c"], id="from number 1 on"),
        pytest.param('"${none[@]}"', [], id="no elements"),
        pytest.param('"${none[@]:-a}"', ["a"], id="a default"),
        pytest.param('"${other[@]}"', ["${other[@]}"], id="an unknown array"),
    ],
)
def test_arrays(text, expected):
    assert fields(text) == expected


# --- operators --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("${A:-b}", Expansion(("a",)), id="a default that is not needed"),
        pytest.param("${EMPTY:-b}", Expansion(("b",)), id="a default instead of an empty value"),
        pytest.param('"${EMPTY-b}"', Expansion(("",)), id="an empty value is a value"),
        pytest.param("${X:-b}", Expansion(("b",), assumed=True), id="a default is an assumption"),
        pytest.param("${X:-b c}", Expansion(("b", "c"), assumed=True), id="a default is split"),
        pytest.param(
            "${X:-b 'c d'}", Expansion(("b", "c d"), assumed=True), id="quotes in a default are kept together"
        ),
        pytest.param("${X:-b $A}$A", Expansion(("b", "aa"), assumed=True), id="a default of several parts is split"),
        pytest.param('"${X:-b c}"', Expansion(("b c",), assumed=True), id="a default in quotes is not"),
        pytest.param('"${X:-}"', Expansion(("",), assumed=True), id="an empty default"),
        pytest.param("${X:-${Y:-b}}", Expansion(("b",), assumed=True), id="a default of a default"),
        pytest.param("${X:-$Y}", Expansion(("$Y",), known=False, assumed=True), id="an unknown default"),
        pytest.param("${X:-$GUESS}", Expansion(("g",), assumed=True), id="a default that is an assumption"),
        pytest.param("${1:-b}", Expansion(("b",)), id="the default of an argument is none"),
        pytest.param("${PORT:-8000}", Expansion(("$PORT",), known=False), id="the port"),
        pytest.param("$GUESS", Expansion(("g",), assumed=True), id="what was assumed before"),
        pytest.param("${A:+b}", Expansion(("b",)), id="an alternative"),
        pytest.param("${EMPTY:+b}", Expansion(()), id="no alternative to an empty value"),
        pytest.param('"${EMPTY+b}"', Expansion(("b",)), id="an alternative to an empty value"),
        pytest.param('"${X:+b}"', Expansion(("",), assumed=True), id="no alternative to an unknown value"),
        pytest.param("${A:?message}", Expansion(("a",)), id="a value that is required"),
        pytest.param("${X?message}", Expansion(("$X",), known=False), id="an unknown value that is required"),
        pytest.param("${A:0:1}${PATH_:5}", Expansion(("aprod.env",)), id="parts of a value"),
        pytest.param("${PATH_: 5 : 4 }", Expansion(("prod",)), id="a part of a value, with blanks"),
        pytest.param("${A: -1}", Expansion(("$A",), known=False), id="a part from the end"),
        pytest.param("${X:0:1}", Expansion(("$X",), known=False), id="a part of an unknown value"),
        pytest.param("${PATH_#*/}", Expansion(("prod.env",)), id="without a beginning"),
        pytest.param("${PATH_##*[/.]}", Expansion(("env",)), id="without the longest beginning"),
        pytest.param("${PATH_%.*}", Expansion(("conf/prod",)), id="without an end"),
        pytest.param("${PATH_%%/*}", Expansion(("conf",)), id="without the longest end"),
        pytest.param("${PATH_#prod}", Expansion(("conf/prod.env",)), id="without what is not there"),
        pytest.param("${PATH_#$X}", Expansion(("$PATH_",), known=False), id="without something unknown"),
        pytest.param("${A^^}${A,,}", Expansion(("Aa",)), id="in capitals and not"),
        pytest.param("${A^^b}", Expansion(("$A",), known=False), id="some letters in capitals"),
        pytest.param("${PATH_//o/a}", Expansion(("$PATH_",), known=False), id="replaced"),
        pytest.param("${#A}${!A}", Expansion(("$#A$!A",), known=False), id="lengths and references"),
    ],
)
def test_operators(text, expected):
    assert expand(word(text), frame()) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("${X:=b c}", Value("b c", assumed=True), id="a default that is stored"),
        pytest.param("${X=b}", Value("b", assumed=True), id="the same without a colon"),
        pytest.param("${X:-b}", UNKNOWN, id="a default that is not stored"),
    ],
)
def test_defaults_that_are_stored(text, value):
    state = frame()
    expand(word(text), state)
    assert state.value("X") == value


def test_overlong_values_are_not_stripped():
    state = frame(LONG="a" * (MAX_STRIPPED + 1))
    assert not expand(word("${LONG#a}"), state).known


def test_overlong_words_are_unknown():
    half = Value("a" * (MAX_SIZE // 2))
    assert expand(word("$HALF$HALF"), frame(HALF=half)).known
    assert expand(word("$HALF$HALF$A"), frame(HALF=half)) == Expansion(("$(…)",), known=False)


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        pytest.param("a", "b", False, id="another text"),
        pytest.param("ab", "a?", True, id="a pattern"),
        pytest.param("ab", "A*", False, id="another case"),
        pytest.param("[", "[", True, id="a broken pattern"),
        pytest.param("a" * 500, "a" * 500, True, id="a long text"),
        pytest.param("a" * 500, "a" * 499 + "*", False, id="a long pattern"),
    ],
)
def test_patterns(text, pattern, expected):
    assert matches(text, pattern) is expected


# --- substitutions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('$(dirname "$0")', ["/app/bin"], id="the folder of the script"),
        pytest.param("$(dirname start.sh)", ["."], id="the folder of a name"),
        pytest.param("`basename /a/b`", ["b"], id="the name of a file"),
        pytest.param("$(pwd)/x", ["/app/x"], id="the working directory"),
        pytest.param('"$(cd "$(dirname "$0")/.." && pwd)"', ["/app"], id="another folder"),
        pytest.param("$(readlink -f bin/../conf)", ["/app/conf"], id="an absolute path"),
        pytest.param('$(realpath "$0")', ["/app/bin/start.sh"], id="the path of the script"),
        pytest.param("$(echo a $A)", ["a", "a"], id="what is printed"),
        pytest.param("$(id -u)", ["0"], id="the user"),
        pytest.param("$(command -v uwsgi)", ["uwsgi"], id="where a program is"),
        pytest.param("$(which python3)", ["python3"], id="where a program is, asked with which"),
    ],
)
def test_known_substitutions(text, expected):
    assert fields(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "$(date)",
        "$(id -g)",
        "$(dirname $X)",
        "$(dirname)",
        "$(basename a.sh .sh)",
        "$(command uwsgi)",
        "$(echo -n a)",
        "$(true; pwd)",
        "$(cd $X && pwd)",
        "$(cd && pwd)",
        "$(cd a && ls)",
        "$(cd a || pwd)",
        "$((1 + 1))",
        "$(pwd | cat)",
        "$(X=1)",
        "$()",
        "<(pwd -P; pwd)",
    ],
)
def test_unknown_substitutions(text):
    assert expand(word(text), frame()) == Expansion(("$(…)",), known=False)


@pytest.mark.parametrize(
    ("place", "user", "expected"),
    [
        pytest.param(APP, None, ["0"], id="a container starts as root"),
        pytest.param(APP, "root", ["0"], id="by name"),
        pytest.param(APP, "app", ["$(…)"], id="a wrapper switched"),
        pytest.param(Place(container=True, user="app"), None, ["$(…)"], id="the image says another user"),
        pytest.param(Place(container=True, user="0"), None, ["0"], id="the image says root"),
        pytest.param(Place(), None, ["$(…)"], id="a platform"),
    ],
)
def test_the_user(place, user, expected):
    assert fields("$(id -u)", frame(place=place, user=user)) == expected
    assert fields("$UID", frame(place=place, user=user)) == (expected if expected == ["0"] else ["$UID"])


@pytest.mark.parametrize(
    ("workdir", "expected"),
    [pytest.param("", ["."], id="where it starts"), pytest.param("shop", ["shop"], id="below it")],
)
def test_the_working_directory_outside_of_containers(workdir, expected):
    assert fields("$(pwd)", frame(place=Place(workdir=workdir))) == expected


def test_what_runs_for_a_word():
    assert [len(script) for script in substitutions(word("a$(b; c)$X`d`$()"))] == [2, 1]
    assert list(substitutions(word("a"))) == []


def test_all_words():
    assert expand_all([word("$TWO"), word("$EMPTY"), word("c")], frame()) == ["one", "two", "c"]
