"""The state of one script while it is followed: what its variables and arguments are, and where it stands."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, TypeVar

from django_deploycheck import secrets, shell
from django_deploycheck.model import CONFIGURED, Environment, EnvVar, Location
from django_deploycheck.places import Place
from django_deploycheck.records import dataclass, field, replace

MAX_VALUE = 10_000
"""The longest value of a variable that is kept, in characters; a longer one counts as unknown."""

MAX_ELEMENTS = 1_000
"""The longest list of arguments or elements that is kept; a longer one counts as unknown."""

MAX_FOLDERS = 30
"""How many folders of PATH are looked into."""

End = Literal["", "continue", "break", "return", "exit"]
"""What stopped a script: nothing, the end of a turn, of its loop, of its function, or its own."""

_ENDS: tuple[End, ...] = ("", "continue", "break", "return", "exit")


@dataclass(frozen=True)
class Value:
    """What a variable or a word is: a text, or None where that is not known."""

    text: str | None = None
    assumed: bool = False
    """Whether the environment could override it: the default of ``${NAME:-default}``."""


UNKNOWN = Value()


@dataclass(frozen=True)
class Mode:
    """How sure it is that the commands at this point run, and for whom."""

    certain: bool = True
    environment: Environment = "unknown"
    branch: str | None = None
    background: bool = False


@dataclass(frozen=True)
class Function:
    """A function of the shell, and the text that it stands in: its path, and the number of lines above that text."""

    body: shell.Block
    path: str
    offset: int


@dataclass
class Frame:
    """
    The state of one script. A branch that may not be taken works on a copy; ``join`` brings together what the branches
    made of it.
    """

    path: str
    offset: int
    """The number of lines above the text in its file."""
    place: Place
    name: str = ""
    """What the script was called by, its ``$0``."""
    via: tuple[Location, ...] = ()
    mode: Mode = Mode()
    variables: dict[str, Value] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)
    exports_all: bool = False
    """Whether ``set -a`` is in force."""
    facts: dict[str, EnvVar] = field(default_factory=dict)
    """What the script itself sets, exported or not."""
    arrays: dict[str, list[str]] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    positional: list[str] | None = field(default_factory=list)
    """``$1``, ``$2`` …; None where they are not known."""
    origin: Location | None = None
    """Where the positional parameters stand; None where they stand nowhere else."""
    depth: int = 0
    """How many scripts, shells and functions are around it."""
    ended: End = ""
    failed: bool = False
    """Whether it ended with a status other than 0."""
    user: str | None = None
    """The user that a wrapper or a process manager around it switched to."""
    wrappers: tuple[str, ...] = ()
    """The programs that wrapped the scripts around it."""
    searched: tuple[str, ...] = ()
    """The folders that PATH adds, the first one first."""

    def location(self, line: int) -> Location:
        return Location(self.path, None if self.path.startswith(CONFIGURED) else self.offset + line)

    @contextmanager
    def standing_in(self, path: str, offset: int, via: tuple[Location, ...]) -> Iterator[None]:
        """Within it, the lines that are followed stand in this text."""
        own = self.path, self.offset, self.via
        self.path, self.offset, self.via = path, offset, via
        yield
        self.path, self.offset, self.via = own

    def copy(self, mode: Mode | None = None) -> Frame:
        """A state that goes its own way from here."""
        return replace(
            self,
            mode=mode or self.mode,
            variables=dict(self.variables),
            exports=set(self.exports),
            facts=dict(self.facts),
            arrays=dict(self.arrays),
            functions=dict(self.functions),
        )

    def child(self, environment: Iterable[tuple[str, str]], line: int) -> Frame:
        """The state of a program that is started at this line: of variables, it only sees what is exported."""
        started = replace(
            self,
            variables={name: value for name, value in self.variables.items() if name in self.exports},
            exports=set(self.exports),
            facts={name: fact for name, fact in self.facts.items() if name in self.exports},
            arrays={},
            functions={},
            depth=self.depth + 1,
        )
        for name, text in environment:
            started.assign(name, known(text), text, self.location(line), exported=True)
        return started

    def join(self, states: Sequence[Frame], mode: Mode) -> None:
        """Go on from these states, of which one will be the real one: what they differ in is not known any more."""
        survivors = [state for state in states if not state.ended]
        if not survivors:
            self.end(
                min((state.ended for state in states), key=_ENDS.index), failed=all(state.failed for state in states)
            )
            return
        self.mode = mode
        self.variables = {
            name: values[0] if len(values) == len(survivors) and _is_one(values) else UNKNOWN
            for name, values in _by_name([state.variables for state in survivors])
        }
        self.facts = {
            name: facts[0] if len(facts) == len(survivors) and _is_one(facts) else _either(facts)
            for name, facts in _by_name([state.facts for state in survivors])
        }
        self.arrays = {
            name: elements[0]
            for name, elements in _by_name([state.arrays for state in survivors])
            if len(elements) == len(survivors) and _is_one(elements)
        }
        self.exports = set().union(*(state.exports for state in survivors))
        for state in survivors:
            self.functions.update(state.functions)
        self.searched = max((state.searched for state in survivors), key=len)
        if _is_one([state.place for state in survivors]):
            self.place = survivors[0].place
        self._join_arguments(survivors)

    def _join_arguments(self, survivors: Sequence[Frame]) -> None:
        # One may put a wrapper in front: set -- newrelic-admin run-program "$@"
        shortest = min(survivors, key=lambda state: len(state.positional or ()))
        is_handed_on = shortest.positional and all(is_end(shortest.positional, state.positional) for state in survivors)
        if is_handed_on or _is_one([state.positional for state in survivors]):
            self.positional, self.origin = shortest.positional, shortest.origin
        else:
            self.positional = None

    def assign(self, name: str, value: Value, written: str, location: Location, *, exported: bool = False) -> None:
        """Set a variable; ``written`` is the text that becomes the fact."""
        if value.text is not None and len(value.text) > MAX_VALUE:
            value = UNKNOWN
        self.variables[name] = value
        self.facts[name] = secrets.env_var(name, written if len(written) <= MAX_VALUE else None, location)
        if exported or self.exports_all:
            self.exports.add(name)
        if name == "PATH":
            self.add_path(written)

    def set_variables(self, variables: Iterable[EnvVar]) -> None:
        """Add to the environment what files set."""
        for variable in variables:
            is_open = bool(variable.references) or secrets.MASK in (variable.value or "")
            self.variables[variable.name] = UNKNOWN if is_open else Value(variable.value)
            self.exports.add(variable.name)
            if variable.name == "PATH":
                self.add_path(variable.value or "")

    def add_path(self, value: str) -> None:
        """Put the folders of a value of PATH before those that it had."""
        folders = (folder.rstrip("/") for folder in value[:MAX_VALUE].split(":"))
        found = tuple(folder for folder in folders if folder.startswith("/") and "$" not in folder)
        self.searched = (*found, *self.searched)[:MAX_FOLDERS]

    def end(self, how: End, *, failed: bool = False) -> None:
        self.ended, self.failed = how, failed

    def go_on_behind(self, end: End) -> None:
        """Leave the loop or function that ends so."""
        if _ENDS.index(self.ended) <= _ENDS.index(end):
            self.end("")

    def unset(self, name: str) -> None:
        self.variables[name] = Value("")
        self.exports.discard(name)
        self.arrays.pop(name, None)

    def forget(self, name: str) -> None:
        """The variable holds something that is not known from here on."""
        self.variables[name] = UNKNOWN

    def set_arguments(self, arguments: Sequence[str], location: Location | None) -> None:
        """Replace the positional parameters by those that stand at the location."""
        self.origin = self.origin_of(arguments, location)
        self.positional = None if "$@" in arguments or len(arguments) > MAX_ELEMENTS else list(arguments)

    def set_array(self, name: str, elements: list[str]) -> None:
        self.arrays.pop(name, None)
        if len(elements) <= MAX_ELEMENTS:
            self.arrays[name] = elements

    def origin_of(self, arguments: Sequence[str], location: Location | None) -> Location | None:
        """Where these arguments stand: at the location, unless they are only handed on from this script's own."""
        return self.origin if arguments and self.origin and is_end(list(arguments), self.positional) else location

    def value(self, name: str) -> Value:
        """The variable or parameter of this name."""
        if name.isdecimal():
            argument = self.argument(name)
            return UNKNOWN if argument is None else known(argument)
        if name == "#":
            return UNKNOWN if self.positional is None else Value(str(len(self.positional)))
        if name in ("BASH_SOURCE", "BASH_SOURCE[0]"):
            return known(self.name)
        if name in ("UID", "EUID"):
            return self.user_id
        if name.endswith("[0]"):
            elements = self.arrays.get(name[:-3])
            return known(elements[0]) if elements else UNKNOWN
        return self.variables.get(name, UNKNOWN)

    def argument(self, number: str) -> str | None:
        """The positional parameter of this number, empty where there is none; None where that is not known."""
        index = int(number[:9])  # int() refuses texts of thousands of digits
        if index == 0:
            return self.name
        if self.positional is None:
            return None
        return self.positional[index - 1] if index <= len(self.positional) else ""

    @property
    def user_id(self) -> Value:
        """``0`` in a container where nothing switched to another user, unknown otherwise."""
        user = self.user or self.place.user
        return Value("0") if self.place.container and user in (None, "root", "0") else UNKNOWN

    @property
    def exported_values(self) -> dict[str, str]:
        """The environment that a program started here sees, as far as it is known."""
        values = ((name, self.variables[name].text) for name in self.variables if name in self.exports)
        return {name: text for name, text in values if text is not None}

    @property
    def exported_facts(self) -> tuple[EnvVar, ...]:
        return tuple(fact for name, fact in self.facts.items() if name in self.exports)

    @property
    def folder(self) -> str:
        """What ``pwd`` prints."""
        return posixpath.join("/", self.place.workdir) if self.place.container else self.place.workdir or "."


def known(text: str) -> Value:
    """The value of a text in which what is not known stands as ``$NAME``."""
    return UNKNOWN if "$" in text else Value(text)


def is_end(end: list[str] | None, of: list[str] | None) -> bool:
    """Whether a list of arguments is known and ends with the other one."""
    return end is not None and of is not None and of[len(of) - len(end) :] == end


_T = TypeVar("_T")


def _is_one(values: Sequence[object]) -> bool:
    return all(value == values[0] for value in values)


def _by_name(mappings: Sequence[Mapping[str, _T]]) -> Iterator[tuple[str, list[_T]]]:
    """Each name in any of the mappings, and its values in those that have it."""
    for name in dict.fromkeys(name for mapping in mappings for name in mapping):
        yield name, [mapping[name] for mapping in mappings if name in mapping]


def _either(facts: Sequence[EnvVar]) -> EnvVar:
    """What is left of facts that contradict each other: that the variable is set, and any secret in the file."""
    secret = next((fact for fact in facts if fact.secret), None)
    return secret or replace(facts[0], value=None, references=())
