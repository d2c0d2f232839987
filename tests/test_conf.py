from __future__ import annotations

import time
from collections import OrderedDict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from django_deploycheck.conf import MAX_ENTRIES, MAX_MISTAKES, Configuration, Mistake, closest, configuration
from tests.fuzz.targets.configuration import Endless, HostilePath

RULES = ("no-error-tracker", "501", "W501", "deploycheck.W501", "runserver-in-production")
PLATFORMS = ("heroku", "pythonanywhere", "fly")
KEYS = "ROOT, PLATFORM, COMMANDS, PRODUCTION, EXCLUDE, IGNORE"
PATHS = "Set {0} to a list of paths."
IGNORES = "a dict of rule names and reasons"
NAMES = "Use a rule's name such as 'no-error-tracker', which stands in brackets behind each finding."


def read(value: object) -> Configuration:
    return configuration(value, RULES, PLATFORMS)


@pytest.mark.parametrize(
    "value",
    [None, {}, OrderedDict(), dict.fromkeys(KEYS.split(", "))],
    ids=["None", "empty", "another dict", "only None"],
)
def test_nothing_needs_to_be_set(value):
    assert read(value) == Configuration()


def test_every_key(tmp_path):
    assert read(
        MappingProxyType(
            {
                "ROOT": tmp_path,
                "PLATFORM": "Heroku",
                "COMMANDS": {"web": "gunicorn shop.wsgi"},
                "PRODUCTION": ["./compose.prod.yml", Path("deploy/x.sh")],
                "EXCLUDE": {"legacy/*"},
                "IGNORE": {"no-error-tracker": "alarms", "W501": "", "runserver-in-production:old/*": "gone soon"},
            }
        )
    ) == Configuration(
        root=str(tmp_path),
        platform="heroku",
        commands={"web": "gunicorn shop.wsgi"},
        production=("compose.prod.yml", "deploy/x.sh"),
        exclude=("legacy/*",),
        ignore={"no-error-tracker": "alarms", "W501": "", "runserver-in-production:old/*": "gone soon"},
    )


@pytest.mark.parametrize(
    "names", [["501"], ("501",), {"501"}, frozenset({"501"})], ids=["list", "tuple", "set", "frozenset"]
)
def test_names_without_reasons(names):
    assert read({"IGNORE": names}) == Configuration(ignore={"501": ""})


def test_an_empty_list_of_production_files_is_one():
    assert read({"PRODUCTION": []}) == Configuration(production=())


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        pytest.param("heroku", "DEPLOYCHECK must be a dict, not str.", "Set DEPLOYCHECK to a dict.", id="no dict"),
        pytest.param(
            {"IGNORED": {}},
            "DEPLOYCHECK has an unknown key 'IGNORED' (did you mean 'IGNORE'?).",
            f"Use one of {KEYS}, or remove it.",
            id="a misspelt key",
        ),
        pytest.param(
            {"exclude": []},
            "DEPLOYCHECK has an unknown key 'exclude' (did you mean 'EXCLUDE'?).",
            f"Use one of {KEYS}, or remove it.",
            id="a key in small letters",
        ),
        pytest.param(
            {"zzz": 1},
            "DEPLOYCHECK has an unknown key 'zzz'.",
            f"Use one of {KEYS}, or remove it.",
            id="a key like no other",
        ),
        pytest.param(
            {3: 1},
            "DEPLOYCHECK has a key that is no string but int.",
            f"Use one of {KEYS}, or remove it.",
            id="a key that is no string",
        ),
        pytest.param(
            {"ROOT": 3},
            'DEPLOYCHECK["ROOT"] must be a path, not int.',
            'Set DEPLOYCHECK["ROOT"] to a path.',
            id="a root of another type",
        ),
        pytest.param(
            {"ROOT": "/no/such/place"},
            "DEPLOYCHECK[\"ROOT\"] is no folder: '/no/such/place'.",
            "Set it to the folder that holds the repository, such as BASE_DIR.",
            id="a root that is not there",
        ),
        pytest.param(
            {"ROOT": "a\0b"},
            "DEPLOYCHECK[\"ROOT\"] is no folder: 'a\\x00b'.",
            "Set it to the folder that holds the repository, such as BASE_DIR.",
            id="a root with a NUL",
        ),
        pytest.param(
            {"PLATFORM": ["heroku"]},
            'DEPLOYCHECK["PLATFORM"] must be a string, not list.',
            'Set DEPLOYCHECK["PLATFORM"] to a string.',
            id="several platforms",
        ),
        pytest.param(
            {"PLATFORM": "python-anywhere"},
            "DEPLOYCHECK[\"PLATFORM\"] names an unknown platform 'python-anywhere' (did you mean 'pythonanywhere'?).",
            "Use one of heroku, pythonanywhere, fly.",
            id="a misspelt platform",
        ),
        pytest.param(
            {"PLATFORM": "moon"},
            "DEPLOYCHECK[\"PLATFORM\"] names an unknown platform 'moon'.",
            "Use one of heroku, pythonanywhere, fly.",
            id="a platform like no other",
        ),
        pytest.param(
            {"COMMANDS": "gunicorn"},
            'DEPLOYCHECK["COMMANDS"] must be a dict of process names and command lines, not str.',
            'Set DEPLOYCHECK["COMMANDS"] to a dict of process names and command lines.',
            id="one command",
        ),
        pytest.param(
            {"COMMANDS": {"web": ["gunicorn"]}},
            'DEPLOYCHECK["COMMANDS"] must be a dict of process names and command lines, but holds list.',
            'Set DEPLOYCHECK["COMMANDS"] to a dict of process names and command lines.',
            id="a command as a list",
        ),
        pytest.param(
            {"COMMANDS": {1: "gunicorn"}},
            'DEPLOYCHECK["COMMANDS"] must be a dict of process names and command lines, but holds int.',
            'Set DEPLOYCHECK["COMMANDS"] to a dict of process names and command lines.',
            id="a process without a name",
        ),
        pytest.param(
            {"COMMANDS": {"web": "  "}},
            'DEPLOYCHECK["COMMANDS"]["web"] is empty.',
            "Write the command that the platform runs, or remove the entry.",
            id="an empty command",
        ),
        pytest.param(
            {"PRODUCTION": "compose.yml"},
            'DEPLOYCHECK["PRODUCTION"] must be a list of paths, not str.',
            PATHS.format('DEPLOYCHECK["PRODUCTION"]'),
            id="one path",
        ),
        pytest.param(
            {"EXCLUDE": ["legacy/*", 3]},
            'DEPLOYCHECK["EXCLUDE"] must be a list of paths, but holds int.',
            PATHS.format('DEPLOYCHECK["EXCLUDE"]'),
            id="a path of another type",
        ),
        pytest.param(
            {"EXCLUDE": {"legacy/*": ""}},
            'DEPLOYCHECK["EXCLUDE"] must be a list of paths, not dict.',
            PATHS.format('DEPLOYCHECK["EXCLUDE"]'),
            id="paths with reasons",
        ),
        pytest.param(
            {"IGNORE": "501"},
            f'DEPLOYCHECK["IGNORE"] must be {IGNORES}, not str.',
            f'Set DEPLOYCHECK["IGNORE"] to {IGNORES}.',
            id="one name",
        ),
        pytest.param(
            {"IGNORE": {"501": None}},
            f'DEPLOYCHECK["IGNORE"] must be {IGNORES}, but holds NoneType.',
            f'Set DEPLOYCHECK["IGNORE"] to {IGNORES}.',
            id="no reason",
        ),
        pytest.param(
            {"IGNORE": [["501"]]},
            f'DEPLOYCHECK["IGNORE"] must be {IGNORES}, but holds list.',
            f'Set DEPLOYCHECK["IGNORE"] to {IGNORES}.',
            id="a name that is a list",
        ),
        pytest.param(
            {"IGNORE": {"no-eror-tracker": "x"}},
            "DEPLOYCHECK[\"IGNORE\"] names an unknown rule 'no-eror-tracker' (did you mean 'no-error-tracker'?).",
            NAMES,
            id="a misspelt rule",
        ),
        pytest.param(
            {"IGNORE": {"runserver:Procfile": "x"}},
            "DEPLOYCHECK[\"IGNORE\"] names an unknown rule 'runserver'.",
            NAMES,
            id="a rule like no other, with a path",
        ),
        pytest.param(
            {"IGNORE": {"deploycheck.w501": "x"}},
            "DEPLOYCHECK[\"IGNORE\"] names an unknown rule 'deploycheck.w501' (did you mean 'deploycheck.W501'?).",
            NAMES,
            id="an id in small letters",
        ),
    ],
)
def test_a_mistake_is_said_and_left_out(value, message, hint):
    assert read(value) == Configuration(mistakes=(Mistake(message, hint),))


def test_a_mistake_costs_its_own_key_alone(tmp_path):
    found = read(
        {"PLATFORM": 3, "EXCLUDE": ["a"], "IGNORE": {"501": "x", "nothing": "y", 3: "z"}, "ROOT": tmp_path, "X": 1}
    )
    assert (found.platform, found.exclude, found.ignore, found.root) == (None, ("a",), {"501": "x"}, str(tmp_path))
    assert len(found.mistakes) == 4


def test_the_same_mistake_is_said_once():
    assert len(read({"IGNORE": {1: "a", 2: "b"}}).mistakes) == 1


class _Unruly:
    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __repr__


@pytest.mark.parametrize(
    "value",
    [_Unruly(), {_Unruly(): 1}, *({key: _Unruly()} for key in KEYS.split(", ")), {"COMMANDS": {"web": _Unruly()}}],
)
def test_no_value_makes_it_raise(value: Any):
    assert len(read(value).mistakes) == 1


def test_no_value_is_quoted_but_names_and_paths():
    secret = "kd83jf72hd63kd83jf72"
    found = read(
        {"TOKEN": secret, "PLATFORM": [secret], "COMMANDS": [secret], "IGNORE": {"501": [secret]}, "EXCLUDE": secret}
    )
    assert len(found.mistakes) == 5
    assert secret not in repr(found.mistakes)


def test_a_secret_is_masked_before_its_text_is_cut():
    (mistake,) = read({"PLATFORM": f"{'a ' * 35}https://me:{'hunter22' * 5}@example.com/"}).mistakes
    assert "hunter22" not in mistake.message


@pytest.mark.parametrize(
    ("word", "choice"),
    [
        pytest.param("IGNOR", "IGNORE", id="a letter missing"),
        pytest.param("ignore", "IGNORE", id="other capitals"),
        pytest.param("igonre", "IGNORE", id="letters in another order"),
        pytest.param("colour", None, id="nothing like it"),
        pytest.param("", None, id="nothing"),
        pytest.param("I" * 1_000_000, None, id="a word without end"),
    ],
)
def test_the_closest_choice(word, choice):
    assert closest(word, ["IGNORE", "EXCLUDE"]) == choice


@pytest.mark.parametrize("name", ["web", "workers", "web2", "web-admin", "beat", "celery", "postdeploy", "w", "other"])
def test_processes_may_have_names_of_their_own(name: str) -> None:
    found = configuration({"COMMANDS": {name: "true"}}, (), ())

    assert (found.mistakes, found.commands) == ((), {name: "true"})


def test_an_empty_command_is_left_out() -> None:
    assert configuration({"COMMANDS": {"web": "", "worker": "true"}}, (), ()).commands == {"worker": "true"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("relase", "release", id="a letter too few"),
        pytest.param("Web", "web", id="a capital"),
        pytest.param(" worker", "worker", id="a space"),
    ],
)
def test_a_process_that_is_nearly_a_role(name: str, meant: str) -> None:
    found = configuration({"COMMANDS": {name: "true"}}, (), ())

    message = f'DEPLOYCHECK["COMMANDS"] names a process {name!r} (did you mean {meant!r}?).'
    assert found.mistakes == (Mistake(message, f"Rename it to {meant!r}, which says what the process is for."),)
    assert found.commands == {name: "true"}


# --- hostile values -----------------------------------------------------------------------------------------------------


def refuse(*arguments: object, **named: object) -> Any:
    raise RuntimeError("s3cr3t")


class Refusing:
    """Raises whatever is asked of it."""

    __repr__ = __str__ = __eq__ = __hash__ = __iter__ = __len__ = __bool__ = __fspath__ = refuse


class RefusingText(str):
    __slots__ = ()
    __repr__ = __str__ = __iter__ = __len__ = __bool__ = refuse
    lower = casefold = strip = partition = replace = startswith = encode = __getitem__ = refuse


class RefusingDict(dict[Any, Any]):
    items = keys = values = get = __iter__ = __len__ = refuse


class RefusingList(list[Any]):
    __iter__ = __len__ = __getitem__ = refuse


UNREADABLE = "raises an exception where it is read."


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(Refusing(), "DEPLOYCHECK must be a dict, not Refusing.", id="in place of it"),
        pytest.param(RefusingDict(), f"DEPLOYCHECK {UNREADABLE}", id="a dict of its own kind"),
        pytest.param({"ROOT": Refusing()}, f'DEPLOYCHECK["ROOT"] {UNREADABLE}', id="a path"),
        pytest.param({"ROOT": HostilePath(7)}, f'DEPLOYCHECK["ROOT"] {UNREADABLE}', id="a path that is a number"),
        pytest.param({"ROOT": "a" * 100_000}, f"DEPLOYCHECK[\"ROOT\"] is no folder: '{'a' * 200}'.", id="a long path"),
        pytest.param({"COMMANDS": RefusingDict(a="b")}, f'DEPLOYCHECK["COMMANDS"] {UNREADABLE}', id="commands"),
        pytest.param({"EXCLUDE": RefusingList("a")}, f'DEPLOYCHECK["EXCLUDE"] {UNREADABLE}', id="paths"),
        pytest.param(
            {"EXCLUDE": [HostilePath(None)]}, f'DEPLOYCHECK["EXCLUDE"] {UNREADABLE}', id="an odd path in a list"
        ),
        pytest.param(
            {"EXCLUDE": ["a" * 5_000]},
            'DEPLOYCHECK["EXCLUDE"] holds a text of more than 4000 characters.',
            id="a long pattern",
        ),
        pytest.param(
            {"COMMANDS": {"web": "a" * 5_000}},
            'DEPLOYCHECK["COMMANDS"] holds a text of more than 4000 characters.',
            id="a long command",
        ),
        pytest.param({"IGNORE": RefusingList("a")}, f'DEPLOYCHECK["IGNORE"] {UNREADABLE}', id="what is ignored"),
        pytest.param(
            {"IGNORE": {f"{RULES[0]}:{'a' * 5_000}": ""}},
            'DEPLOYCHECK["IGNORE"] holds a text of more than 4000 characters.',
            id="a long path that is ignored",
        ),
        pytest.param(
            {"PLATFORM": type("a\n\x1b[31m", (), {})()},
            'DEPLOYCHECK["PLATFORM"] must be a string, not a[31m.',
            id="a type with an odd name",
        ),
        pytest.param(
            {"PLATFORM": type("\n", (), {})()},
            'DEPLOYCHECK["PLATFORM"] must be a string, not something else.',
            id="a type without a name",
        ),
    ],
)
def test_hostile_values_cost_their_own_key(value, message):
    given = {**value, "COMMANDS": {"web": "gunicorn a"}} if type(value) is dict and "COMMANDS" not in value else value
    found = configuration(given, RULES, PLATFORMS)
    assert [mistake.message for mistake in found.mistakes] == [message]
    assert found.commands == ({"web": "gunicorn a"} if given is not value else {})


def test_strings_of_another_class_count_as_what_they_hold():
    text = RefusingText
    given = {
        text("PLATFORM"): text("HEROKU"),
        text("COMMANDS"): {text("web"): text("gunicorn a")},
        text("EXCLUDE"): [text("./docs/*")],
        text("IGNORE"): {text(RULES[0]): text("known")},
    }
    found = configuration(given, RULES, PLATFORMS)
    assert found.mistakes == ()
    assert (found.platform, found.commands, found.exclude) == ("heroku", {"web": "gunicorn a"}, ("docs/*",))
    assert found.ignore == {RULES[0]: "known"}
    assert {type(item) for item in (*found.commands, *found.commands.values(), *found.ignore, *found.exclude)} == {str}


def test_endless_mappings_are_read_in_part():
    assert len(configuration({"COMMANDS": Endless()}, RULES, PLATFORMS).commands) == MAX_ENTRIES
    assert len(configuration(Endless(), RULES, PLATFORMS).mistakes) == MAX_MISTAKES


def test_many_mistakes_are_told_in_part():
    start = time.process_time()
    found = configuration({"IGNORE": [f"no-such-rule-{number}" for number in range(100_000)]}, RULES * 60, PLATFORMS)
    assert len(found.mistakes) == MAX_MISTAKES
    assert time.process_time() - start < 5
