from __future__ import annotations

import pytest

from django_deploycheck import shell
from django_deploycheck.conditions import (
    FAILS,
    HOLDS,
    OPEN,
    Judgement,
    environment_of_comparison,
    environment_of_name,
    environment_of_word,
    judgement,
    judgement_of_patterns,
)
from django_deploycheck.frames import Frame, Mode, Value
from django_deploycheck.places import Place

DEVELOPMENT = Judgement(None, "development", "production")
PRODUCTION = Judgement(None, "production", "development")


def frame(*positional: str, **variables: str | Value) -> Frame:
    return Frame(
        "start.sh",
        0,
        Place(),
        variables={name: value if isinstance(value, Value) else Value(value) for name, value in variables.items()},
        positional=list(positional),
    )


KNOWN = frame("web", A="a", ONE="1", EMPTY="", DEBUG="1", GUESS=Value("a", assumed=True))


def judged(text: str, state: Frame = KNOWN) -> Judgement | None:
    script = shell.parse(text)
    assert script.error is None
    (node,) = script.body
    return judgement(node, state)


# --- what decides nothing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("python manage.py migrate", id="a command"),
        pytest.param("[ $A = a ] && nc -z db", id="a command behind a test"),
        pytest.param("[ $A = a ] | cat", id="a test in a pipeline"),
        pytest.param("! nc -z db", id="a command that should fail"),
        pytest.param("{ true; nc -z db; }", id="commands in braces"),
        pytest.param("A=1", id="an assignment"),
        pytest.param("if true; then false; fi", id="a statement"),
        pytest.param("$A = a", id="a variable"),
    ],
)
def test_commands_are_no_conditions(text):
    assert judged(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[ -f manage.py ]", id="a question about a file"),
        pytest.param("[ a -nt b ]", id="a question about two files"),
        pytest.param("[ $NOBODY = $A ]", id="an unknown variable and a known one"),
        pytest.param("[ $GUESS = a ]", id="an assumption"),
        pytest.param("[ a = $GUESS ]", id="an assumption on the right"),
        pytest.param('[ -n "$GUESS" ]', id="an assumption about its length"),
        pytest.param("[ $ONE -gt one ]", id="no number"),
        pytest.param("[ 99999999999999999999 -gt 1 ]", id="an overlong number"),
        pytest.param("[ $ONE -xx 1 ]", id="an unknown operator"),
        pytest.param("[[ $A =~ [a-z]+ ]]", id="a regular expression"),
        pytest.param("[ ]", id="no words"),
        pytest.param("[ a b c d ]", id="too many words"),
        pytest.param("[ " + "! " * 100 + "a ]", id="far too many words"),
        pytest.param("((ONE > 0))", id="arithmetic"),
    ],
)
def test_open_conditions(text):
    assert judged(text) == OPEN


# --- whether a condition holds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        pytest.param("true", True, id="true"),
        pytest.param(": anything", True, id="colon"),
        pytest.param("false", False, id="false"),
        pytest.param("! true", False, id="a negation"),
        pytest.param("[ $A = a ]", True, id="equal"),
        pytest.param("[ $A = b ]", False, id="not equal"),
        pytest.param("test $A = a", True, id="test"),
        pytest.param("[ a = $A ]", True, id="the other way round"),
        pytest.param("[ $A = $A ]", True, id="two variables"),
        pytest.param("[ $A == b ]", False, id="two signs"),
        pytest.param("[ $A != b ]", True, id="unequal"),
        pytest.param("[ ! $A = b ]", True, id="a negated comparison"),
        pytest.param("[[ $A == [ab] ]]", True, id="a pattern"),
        pytest.param("[[ $A == '[ab]' ]]", False, id="a quoted pattern"),
        pytest.param("[ $A = [ab] ]", False, id="no patterns in single brackets"),
        pytest.param("[[ $A =~ ^a$ ]]", True, id="a plain regular expression"),
        pytest.param("[ $ONE -eq 1 ]", True, id="numbers: equal"),
        pytest.param("[ $ONE -ne 1 ]", False, id="numbers: unequal"),
        pytest.param("[ $ONE -gt 0 ]", True, id="numbers: greater"),
        pytest.param("[ $ONE -lt -5 ]", False, id="numbers: less"),
        pytest.param("[ $# -ge 1 ]", True, id="numbers: at least"),
        pytest.param("[ $# -le 0 ]", False, id="numbers: at most"),
        pytest.param('[ "$A" ]', True, id="a value"),
        pytest.param('[ "$EMPTY" ]', False, id="an empty value"),
        pytest.param('[ ! "$EMPTY" ]', True, id="not an empty value"),
        pytest.param('[ -n "$A" ]', True, id="a length"),
        pytest.param('[ -z "$A" ]', False, id="no length"),
        pytest.param("[ $A = a -a $ONE = 1 ]", True, id="both"),
        pytest.param("[ $A = b -o $ONE = 1 ]", True, id="either"),
        pytest.param("[[ $A = b || ( $A = a && $ONE = 2 ) ]]", False, id="parentheses"),
        pytest.param("[[ ( $A = a || $A = b ) && $ONE = 2 ]]", False, id="parentheses first"),
        pytest.param("[ $A = a ] && [ $ONE = 1 ]", True, id="two tests: both"),
        pytest.param("[ $A = a ] && [ $ONE = 2 ]", False, id="two tests: one fails"),
        pytest.param("[ $A = b ] || [ $ONE = 1 ]", True, id="two tests: one holds"),
        pytest.param("[ $A = b ] || [ $ONE = 2 ]", False, id="two tests: neither"),
        pytest.param("[ $X ] && false", False, id="an open one and one that fails"),
        pytest.param("[ $X ] || true", True, id="an open one or one that holds"),
        pytest.param("[ $X ] && true", None, id="an open one and one that holds"),
        pytest.param("[ $X ] || false", None, id="an open one or one that fails"),
        pytest.param("{ [ $A = a ]; }", True, id="in braces"),
        pytest.param("([ $A = a ])", True, id="in parentheses"),
        pytest.param("! { [ $A = a ]; }", False, id="not in braces"),
    ],
)
def test_truth(text, truth):
    found = judged(text)
    assert found is not None
    assert found.truth is truth


# --- for which environment the branches are ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('[ "$X" = a ]', OPEN, id="neither"),
        pytest.param('[ "$DJANGO_ENV" = dev ]', DEVELOPMENT, id="a value for development"),
        pytest.param('[ "production" == "$DJANGO_ENV" ]', PRODUCTION, id="a value for production"),
        pytest.param('[ "$DJANGO_ENV" != local ]', PRODUCTION, id="any other value"),
        pytest.param("[[ $DJANGO_ENV =~ ^(dev|local)$ ]]", DEVELOPMENT, id="a regular expression"),
        pytest.param('[ "$DJANGO_DEBUG" = True ]', DEVELOPMENT, id="a switch that is on"),
        pytest.param('[ "$DJANGO_DEBUG" -eq 0 ]', PRODUCTION, id="a switch that is off"),
        pytest.param('[ "$DJANGO_DEBUG" -gt 0 ]', OPEN, id="a switch that is compared in another way"),
        pytest.param('[ -n "$DJANGO_DEBUG" ]', DEVELOPMENT, id="a switch that is set"),
        pytest.param('[ -z "$DJANGO_DEBUG" ]', PRODUCTION, id="a switch that is not set"),
        pytest.param('[ "$IS_PRODUCTION" ]', PRODUCTION, id="a switch for production"),
        pytest.param('[ "$X$Y" = "$Z" ]', OPEN, id="variables on both sides"),
        pytest.param(
            '[ "$ENV" = dev ] && [ "$X" = 1 ]', Judgement(None, "development"), id="both: one for development"
        ),
        pytest.param(
            '[ "$X" = 1 ] && [ "$ENV" = dev ]', Judgement(None, "development"), id="both: the other for development"
        ),
        pytest.param('[ "$ENV" = dev ] || [ "$X" = 1 ]', Judgement(None, "unknown", "production"), id="either"),
        pytest.param('[ "$ENV" = dev ] || [ "$ENV" = local ]', DEVELOPMENT, id="either, both for development"),
        pytest.param('[ "$ENV" = dev ] && [ "$DEBUG_" = 1 ]', DEVELOPMENT, id="both, both for development"),
        pytest.param('[ "$ENV" = dev ] && true', DEVELOPMENT, id="and what always holds"),
    ],
)
def test_environments(text, expected):
    assert judged(text) == expected


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        pytest.param('[ "$1" = worker ]', "worker", id="an argument"),
        pytest.param('[ "$*" == "worker all" ]', "worker all", id="all arguments"),
        pytest.param('[ "$1" = worker ] && [ "$X" ]', "worker", id="an argument, and something else"),
        pytest.param('[ "$X" = 1 ] || [ "$1" = worker ]', "worker", id="something else, or an argument"),
        pytest.param('[ "$APP_ROLE" = worker ]', "worker", id="a role"),
        pytest.param('[ "$1" = "" ]', None, id="no argument"),
        pytest.param('[ "$1" != worker ]', None, id="another argument"),
        pytest.param('[ "$2" = worker ]', None, id="the second argument"),
        pytest.param('[ "$DEBUG_MODE" = true ]', None, id="a switch"),
        pytest.param('[ "$X" = worker ]', None, id="any variable"),
    ],
)
def test_branches(text, branch):
    found = judged(text)
    assert found is not None
    assert found.branch == branch


@pytest.mark.parametrize(
    ("word", "patterns", "expected"),
    [
        pytest.param("$A", "*", HOLDS, id="anything"),
        pytest.param("$A", "b|*", HOLDS, id="something or anything"),
        pytest.param("$A", "b|a", HOLDS, id="one of two"),
        pytest.param("$A", "[a-c]*", HOLDS, id="a pattern"),
        pytest.param("$A", "b", FAILS, id="something else"),
        pytest.param("$A", "$X", OPEN, id="something unknown"),
        pytest.param("$X", "a", OPEN, id="an unknown word"),
        pytest.param("$GUESS", "a", OPEN, id="an assumption"),
        pytest.param("$1", "web", Judgement(True, branch="web"), id="the argument"),
        pytest.param("$1", "worker|beat", Judgement(False, branch="worker"), id="another argument"),
        pytest.param("$ENV", "dev|local", DEVELOPMENT, id="two for development"),
        pytest.param("$ENV", "dev|staging", DEVELOPMENT, id="one for development"),
        pytest.param("$ENV", "dev|prod", OPEN, id="one for each"),
    ],
)
def test_patterns(word, patterns, expected):
    (node,) = shell.parse(f"case {word} in\n{patterns}) true ;;\nesac").body
    assert isinstance(node, shell.Case)
    assert judgement_of_patterns(node.word, node.branches[0][0], KNOWN) == expected


# --- judgements -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(HOLDS, Mode(environment="production", branch="web"), id="what holds changes nothing"),
        pytest.param(OPEN, Mode(False, "production", "web"), id="what is open leaves doubt"),
        pytest.param(DEVELOPMENT, Mode(False, "development", "web"), id="an environment"),
        pytest.param(Judgement(None, branch="worker"), Mode(False, "production", "worker"), id="a process"),
    ],
)
def test_modes(found, expected):
    assert found.narrow(Mode(environment="production", branch="web")) == expected


def test_doubt_stays():
    assert HOLDS.narrow(Mode(certain=False)) == Mode(certain=False)


def test_the_opposite():
    assert DEVELOPMENT.negated() == PRODUCTION
    assert HOLDS.negated() == FAILS
    assert Judgement(True, branch="web").negated() == FAILS


# --- names and words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("", "unknown", id="nothing"),
        pytest.param("staging", "unknown", id="staging"),
        pytest.param("developer-portal", "unknown", id="a word that begins so"),
        pytest.param("latest", "unknown", id="a word that ends so"),
        pytest.param("dev", "development", id="dev"),
        pytest.param("Config.Settings.Local", "development", id="a module"),
        pytest.param("docker/test", "development", id="a path"),
        pytest.param("prod", "production", id="prod"),
        pytest.param("shop_production", "production", id="with a name before it"),
        pytest.param("test-production", "development", id="both"),
        pytest.param("." * 1_000_000 + "dev", "unknown", id="far behind"),
    ],
)
def test_environment_of_words(word, expected):
    assert environment_of_word(word) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("DJANGO_ENV", "unknown", id="no switch"),
        pytest.param("DEVICE", "unknown", id="a name that begins so"),
        pytest.param("DEBUG", "development", id="DEBUG"),
        pytest.param("APP_HOT_RELOAD", "development", id="reloading"),
        pytest.param("IS_LIVE", "production", id="live"),
        pytest.param("PROD_DEBUG", "production", id="both"),
    ],
)
def test_environment_of_names(name, expected):
    assert environment_of_name(name) == expected


@pytest.mark.parametrize(
    ("names", "literal", "expected"),
    [
        pytest.param(set(), "1", "unknown", id="no variable"),
        pytest.param({"DEBUG"}, "on", "development", id="on"),
        pytest.param({"DEBUG"}, "", "production", id="empty"),
        pytest.param({"DEBUG", "X"}, "yes", "development", id="one of two"),
        pytest.param({"DEBUG", "IS_PROD"}, "yes", "unknown", id="two that contradict each other"),
        pytest.param({"DEBUG"}, "maybe", "unknown", id="no switch"),
        pytest.param({"X"}, "test", "development", id="a word"),
    ],
)
def test_environment_of_comparisons(names, literal, expected):
    assert environment_of_comparison(names, literal) == expected
