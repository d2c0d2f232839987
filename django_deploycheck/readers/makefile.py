"""
Makefiles: their targets, with the commands, prerequisites and variables of each.

After https://www.gnu.org/software/make/manual/make.html (4.4). What a target runs matters where something calls it, which
``tasks`` and the interpreter find out; nothing is filled in here. What stands between ``ifeq`` and ``endif`` is conditional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import CommandLine, Fact, Task, TaskFile, TaskLine, TaskVariable
from django_deploycheck.patterns import regex
from django_deploycheck.readers._tasks import deployments_by_hand
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source, within
from django_deploycheck.tasks import is_environment_file

KIND = "makefile"
NAMES = ("Makefile", "makefile", "GNUmakefile")
NATURE = "decided"

MAX_TARGETS = 50
"""How many targets of one rule are read."""

MAX_LINES = 1_000
"""How many commands, prerequisites and variables of one target are read."""

_ASSIGNMENT = regex(r"([A-Za-z_.][\w.-]{0,100})[ \t]*(\?=|\+=|!=|:{0,3}=)[ \t]*(.*)", re.DOTALL)
_MODIFIERS = regex(r"(?:(export|override|private)[ \t]+)+")
_INCLUDE = regex(r"(?:-|s)?include[ \t]+(.*)", re.DOTALL)
_CONDITION = regex(r"(?:ifeq|ifneq|ifdef|ifndef)\b")
_COMMENT = regex(r"(?:^|(?<=[ \t]))#.*", re.DOTALL)


@dataclass
class _Reading:
    """What of a file was read so far."""

    source: Source
    tasks: dict[str, Task] = field(default_factory=dict)
    lines: dict[str, list[TaskLine]] = field(default_factory=dict)
    before: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    variables: list[TaskVariable] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    exported: set[str] = field(default_factory=set)
    open: tuple[str, ...] = ()
    """The targets that the commands below belong to."""
    conditions: int = 0
    default: str | None = None
    whole: bool = True
    exports_all: bool = False


def claims(source: Source) -> bool:
    """Whether it matters though no file calls it: because a person may deploy with it."""
    return any(True for _ in deployments_by_hand(_file(source)))


def read(source: Source) -> Iterator[Fact]:
    """The targets, and a blind spot for each that a person may run to deploy."""
    file = _file(source)
    yield file
    yield from deployments_by_hand(file)


def _file(source: Source) -> TaskFile:
    reading = _Reading(source)
    lines = iter(enumerate(source.lines, 1))
    for number, line in lines:
        if line.startswith("\t") and reading.open:
            text = [line[1:]]
            while _goes_on(text[-1]):
                text.append(next(lines, (0, ""))[1].removeprefix("\t"))
            _add_line(reading, "\n".join(text), number)
            continue
        parts = [line]
        while _goes_on(parts[-1]):
            parts[-1] = parts[-1][:-1]
            parts.append(next(lines, (0, ""))[1])
        text_of_all = " ".join(part.strip() for part in parts)
        if re.match(r"define\b", text_of_all):
            for _, inner in lines:
                if inner.strip() == "endef":
                    break
            name = text_of_all.split()[1:2]
            reading.variables += [TaskVariable(word, None, source.location(number)) for word in name]
        else:
            _statement(reading, text_of_all, number)
    return _finished(reading)


def _goes_on(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _add_line(reading: _Reading, text: str, number: int) -> None:
    """One command of the targets that are open; ``@``, ``-`` and ``+`` only tell make how to run it."""
    text = text.lstrip("@-+ \t")
    if not text.strip() or text.startswith("#"):
        return
    line = TaskLine(reading.source.shell(text, number), reading.conditions > 0)
    for name in reading.open:
        if len(reading.lines[name]) < MAX_LINES:
            reading.lines[name].append(line)


def _statement(reading: _Reading, text: str, number: int) -> None:
    text = _COMMENT.sub("", text).strip()
    if not text:
        return
    if _CONDITION.match(text):
        reading.conditions += 1
    elif text.startswith("endif"):
        reading.conditions = max(0, reading.conditions - 1)
    elif re.match(r"else\b", text):
        return
    elif match := _INCLUDE.fullmatch(text):
        _include(reading, match[1])
    elif not _assignment(reading, text, number):
        _rule(reading, text, number)


def _include(reading: _Reading, names: str) -> None:
    for name in names.split():
        name = name.removeprefix("$(CURDIR)/")
        path = within(reading.source.folder, name)
        if path is None or any(mark in name for mark in "$*?["):
            reading.whole = reading.whole and is_environment_file(name)
        else:
            reading.includes.append(path)


def _assignment(reading: _Reading, text: str, number: int) -> bool:
    """Read an assignment or ``export``; False for anything else."""
    modifiers = _MODIFIERS.match(text)
    exported = modifiers is not None and "export" in modifiers[0]
    match = _ASSIGNMENT.fullmatch(text[modifiers.end() :] if modifiers else text)
    if match is None:
        if text == "export":
            reading.exports_all = True
        elif exported:
            reading.exported.update(text.split()[1:])
        return text == "export" or exported
    reading.open = ()
    reading.variables.append(_variable(reading, match, number, exported))
    return True


def _variable(reading: _Reading, match: re.Match[str], number: int, exported: bool) -> TaskVariable:
    value = secrets.mask_setting(match[1], match[3])
    return TaskVariable(
        match[1],
        None if match[2] == "!=" else value[:10_000],
        reading.source.location(number),
        "default" if match[2] == "?=" else "append" if match[2] == "+=" else "set",
        exported,
        reading.conditions > 0,
    )


def _rule(reading: _Reading, text: str, number: int) -> None:
    """A rule: its targets, and behind the colon what has to be done before, or a variable of theirs."""
    targets, colon, rest = text.partition(":")
    names = tuple(targets.split())
    if not colon or not names:
        return
    rest, semicolon, command = rest.lstrip(":").partition(";")
    modifiers = _MODIFIERS.match(rest.strip())
    match = _ASSIGNMENT.fullmatch(rest.strip()[modifiers.end() if modifiers else 0 :])
    before = () if match else tuple((word,) for word in rest.split() if word != "|")
    variables = (
        (_variable(reading, match, number, modifiers is not None and "export" in modifiers[0]),) if match else ()
    )
    for name in names[:MAX_TARGETS]:
        task = reading.tasks.setdefault(name, Task(name, reading.source.location(number)))
        reading.lines.setdefault(name, [])
        reading.before.setdefault(name, []).extend(before[:MAX_LINES])
        if variables:
            reading.tasks[name] = replace(task, variables=(*task.variables, *variables)[:MAX_LINES])
    if reading.default is None and not names[0].startswith(".") and "%" not in names[0]:
        reading.default = names[0]
    reading.open = names[:MAX_TARGETS] if not match else ()
    if semicolon and not match:
        _add_line(reading, command, number)


def _finished(reading: _Reading) -> TaskFile:
    """The whole file. With ``.ONESHELL`` all commands of a target are one script."""
    tasks = [
        replace(task, lines=tuple(reading.lines[name]), before=tuple(reading.before[name]))
        for name, task in reading.tasks.items()
        if not name.startswith(".")
    ]
    if ".ONESHELL" in reading.tasks:
        tasks = [_in_one_shell(task) for task in tasks]
    goal = next((variable.value for variable in reading.variables if variable.name == ".DEFAULT_GOAL"), None)
    variables = tuple(
        replace(variable, exported=variable.exported or variable.name in reading.exported or reading.exports_all)
        for variable in reading.variables
    )
    return TaskFile(
        "make",
        reading.source.path,
        tuple(tasks),
        variables,
        goal or reading.default,
        tuple(dict.fromkeys(reading.includes)),
        reading.whole,
    )


def _in_one_shell(task: Task) -> Task:
    if len(task.lines) < 2:
        return task
    first = task.lines[0].line.location.line or 1
    rows: list[str] = []
    for item in task.lines:
        rows += [""] * ((item.line.location.line or 1) - first - len(rows))
        rows += (item.line.text or "").split("\n")
    line = CommandLine(task.lines[0].line.location, text="\n".join(rows))
    return replace(task, lines=(TaskLine(line, any(item.conditional for item in task.lines)),))
