"""
justfiles: their recipes, with the commands, parameters, dependencies and variables of each.

After https://just.systems/man/en/ (1.40). What a recipe runs matters where something calls it, which ``tasks`` and the
interpreter find out; nothing is filled in here.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import Fact, Task, TaskFile, TaskLine, TaskParameter, TaskVariable
from django_deploycheck.patterns import regex
from django_deploycheck.readers._tasks import deployments_by_hand
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source, within

KIND = "justfile"
NAMES = ("justfile", "Justfile", ".justfile")
NATURE = "decided"

_VARIABLE = regex(r"(export[ \t]+)?([A-Za-z_][\w-]{0,100})[ \t]*:=[ \t]*(.*)")
_SETTING = regex(r"set[ \t]+([\w-]{1,60})(?:[ \t]*:=[ \t]*(.*))?")
_ALIAS = regex(r"alias[ \t]+([\w-]{1,100})[ \t]*:=[ \t]*([\w:-]{1,100})")
_IMPORT = regex(r"import\??[ \t]+[\"']([^\"']{1,200})[\"']")
_MODULE = regex(r"mod\??[ \t]+[\w-]+")
_RECIPE = regex(r"@?([A-Za-z_][\w-]{0,100})((?:[ \t][^\n]*)?)")
_PARAMETER = regex(r"([*+]?)(\$?)([A-Za-z_][\w-]{0,100})(?:=(\"[^\"]*\"|'[^']*'|[^\s]+))?")
_DEPENDENCY = regex(r"&&|\(\s*([^()\s][^()]{0,500})\)|[\w:-]{1,100}")
_ARGUMENT = regex(r"\"[^\"]*\"|'[^']*'|[^\s]+")
_FOLDER = regex(r"working-directory(?:\(|[ \t]*:[ \t]*)[\"']([^\"']{1,200})[\"']")


@dataclass
class _Reading:
    source: Source
    tasks: list[Task] = field(default_factory=list)
    variables: list[TaskVariable] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    attributes: str = ""
    workdir: str | None = None
    exports_all: bool = False
    whole: bool = True


def claims(source: Source) -> bool:
    """Whether it matters though no file calls it: because a person may deploy with it."""
    return any(True for _ in deployments_by_hand(_file(source)))


def read(source: Source) -> Iterator[Fact]:
    """The recipes, and a blind spot for each that a person may run to deploy."""
    file = _file(source)
    yield file
    yield from deployments_by_hand(file)


def _file(source: Source) -> TaskFile:
    reading = _Reading(source)
    numbered = list(enumerate(source.lines, 1))
    position = 0
    while position < len(numbered):
        number, line = numbered[position]
        position += 1
        if line[:1].isspace() or not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            reading.attributes += line[:500]
        elif not _statement(reading, line.rstrip(), number):
            body = []
            while position < len(numbered) and (
                numbered[position][1][:1].isspace() or not numbered[position][1].strip()
            ):
                body.append(numbered[position])
                position += 1
            _recipe(reading, line, number, body)
            reading.attributes = ""
    return _finished(reading)


def _statement(reading: _Reading, line: str, number: int) -> bool:
    """Read what is no recipe; False for a recipe."""
    if match := _IMPORT.match(line):
        path = within(reading.source.folder, match[1])
        reading.includes += [path] if path else []
        reading.whole = reading.whole and path is not None
    elif match := _ALIAS.match(line):
        reading.aliases.append((match[1], match[2]))
    elif match := _SETTING.fullmatch(line):
        _setting(reading, match[1], match[2])
    elif match := _VARIABLE.fullmatch(line):
        value = _shown(match[2], match[3].strip())
        reading.variables.append(
            TaskVariable(match[2], value[:10_000], reading.source.location(number), exported=match[1] is not None)
        )
    elif not _MODULE.fullmatch(line):
        return False
    else:
        reading.whole = False
    return True


def _setting(reading: _Reading, name: str, value: str | None) -> None:
    if name == "export" and value in (None, "true"):
        reading.exports_all = True
    elif name == "working-directory" and value:
        reading.workdir = value.strip("\"' \t")


def _recipe(reading: _Reading, line: str, number: int, body: list[tuple[int, str]]) -> None:
    head, rest = _at_colon(line)
    match = _RECIPE.fullmatch(head.strip())
    if match is None:
        return
    before, after = _dependencies(rest)
    folder = _FOLDER.search(reading.attributes)
    reading.tasks.append(
        Task(
            match[1],
            reading.source.location(number),
            tuple(_lines(reading.source, body)),
            tuple(before),
            tuple(after),
            tuple(_parameters(match[2])),
            workdir=folder[1] if folder else reading.workdir,
        )
    )


def _at_colon(line: str) -> tuple[str, str]:
    """What stands before and behind the colon that ends the parameters, those within quotes left aside."""
    quote = ""
    for position, character in enumerate(line[:2000]):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character == ":":
            return line[:position], line[position + 1 :].partition(" #")[0]
    return "", ""


def _shown(name: str, value: str) -> str:
    """A value as it is written, masked within its quotes."""
    quote = value[:1] if value[:1] in ("'", '"', "`") and value.endswith(value[:1]) and len(value) > 1 else ""
    inner = value[len(quote) : len(value) - len(quote)]
    return f"{quote}{secrets.mask_setting(name, inner)}{quote}"


def _parameters(text: str) -> Iterator[TaskParameter]:
    for match in _PARAMETER.finditer(text[:2000]):
        default = match[4]
        if default is not None:
            default = secrets.mask_setting(match[3], default[1:-1]) if default[0] in "\"'" else None
        yield TaskParameter(match[3], default, bool(match[1]), bool(match[2]))


def _dependencies(text: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The recipes that run before and those that run after, with their arguments."""
    before: list[tuple[str, ...]] = []
    after: list[tuple[str, ...]] = []
    into = before
    for match in _DEPENDENCY.finditer(text[:2000]):
        if match[0] == "&&":
            into = after
            continue
        name, *arguments = _ARGUMENT.findall(match[1]) if match[1] is not None else [match[0]]
        into.append((name, *map(_argument, arguments)))
    return before, after


def _argument(word: str) -> str:
    """A literal's text, or the expression for the recipe to fill in."""
    return word[1:-1] if word[0] in "\"'" else word if word.isdecimal() else "{{" + word + "}}"


def _lines(source: Source, body: list[tuple[int, str]]) -> Iterator[TaskLine]:
    """The commands of a recipe: a line each, or all of them as one script where the first one names its interpreter."""
    rows = [(number, line) for number, line in body if line.strip()]
    if not rows:
        return
    indent = len(rows[0][1]) - len(rows[0][1].lstrip())
    if rows[0][1].lstrip().startswith("#!"):
        first, last = rows[0][0], rows[-1][0]
        text = "\n".join(line[indent:] for number, line in body if first <= number <= last)
        yield TaskLine(source.shell(text, first))
        return
    pending: list[str] = []
    start = 0
    for number, line in rows:
        start = start if pending else number
        pending.append(line[indent:])
        if line.endswith("\\"):
            continue
        text = "\n".join(pending).lstrip("@- \t")
        pending = []
        if not text.startswith("#"):
            yield TaskLine(source.shell(text, start))


def _finished(reading: _Reading) -> TaskFile:
    tasks = list(reading.tasks)
    for name, target in reading.aliases:
        of = next((task for task in reading.tasks if task.name == target), None)
        tasks += [replace(of, name=name)] if of else []
    variables = tuple(reading.variables)
    if reading.exports_all:
        variables = tuple(replace(variable, exported=True) for variable in variables)
    default = reading.tasks[0].name if reading.tasks else None
    return TaskFile(
        "just", reading.source.path, tuple(tasks), variables, default, tuple(reading.includes), reading.whole
    )
