"""
What ``make``, ``just`` and the runners of package.json are told to run: which tasks, in which order, with which values.

After https://www.gnu.org/software/make/manual/make.html (4.4), https://just.systems/man/en/ (1.40) and
https://docs.npmjs.com/cli/v11/using-npm/scripts. Works on ``TaskFile``, which the readers make; nothing is run.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django_deploycheck.model import (
    CommandLine,
    Location,
    Task,
    TaskFile,
    TaskParameter,
    TaskTool,
    TaskVariable,
    stem,
)
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field, replace

MAX_TASKS = 100
"""How many tasks one call may lead to."""

MAX_LOOKUPS = 300
"""How many variables are filled in for one line."""

MAX_LOOKUPS_OF_CALL = 10_000
"""How many variables are filled in for one call."""

MAX_VALUE = 10_000
"""The longest line with its variables filled in, in characters."""

FILES: Mapping[TaskTool, tuple[str, tuple[str, ...]]] = {
    "make": ("makefile", ("GNUmakefile", "makefile", "Makefile")),
    "just": ("justfile", ("justfile", "Justfile", ".justfile")),
    "npm": ("package-json", ("package.json",)),
}
"""For each tool, the kind of its files and the names under which it looks for one."""

MAX_EXPRESSION = 500
"""The longest expression that is understood, in characters."""


@dataclass(frozen=True)
class Call:
    """A command line of a task runner: the tasks with their arguments, in order; none for the default one."""

    tool: TaskTool
    goals: tuple[tuple[str, ...], ...] = ()
    folder: str = ""
    """The folder that an option names."""
    file: str | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    """Variables that the command line sets."""
    looks: bool = False
    """Whether it only shows something and runs nothing."""


@dataclass(frozen=True)
class Step:
    """One command of a task, its variables filled in."""

    line: CommandLine
    folder: str = ""
    """Relative to the folder of the file of tasks."""
    variables: tuple[tuple[str, str], ...] = ()
    arguments: tuple[str, ...] = ()
    conditional: bool = False
    opening: str | None = None
    """The variable at its beginning that is not known."""


@dataclass(frozen=True)
class Plan:
    """What a call runs, and the names of tasks that the file does not have."""

    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()


# --- command lines ----------------------------------------------------------------------------------------------------

_MAKE_VALUED = frozenset(
    "-o --old-file --assume-old -W --what-if --new-file --assume-new -I --include-dir -O --eval".split()
)
_MAKE_LOOKS = frozenset("-n --just-print --dry-run --recon -q --question -v --version -h --help -p -t --touch".split())
_JUST_VALUED = frozenset(
    "--shell --shell-arg --dotenv-path -E --dotenv-filename --color --chooser --command-color --tempdir --timestamp-format".split()
)
_JUST_LOOKS = frozenset(
    "-l --list -s --show -n --dry-run --summary --evaluate --choose --dump --fmt --init --variables --version -V --help -h "
    "-c --command -e --edit --groups --usage --changelog --completions --man".split()
)
_NODE_FOLDERS = frozenset({"--prefix", "--cwd", "-C", "--dir"})
_NODE_SEVERAL = frozenset("-w --workspace --workspaces -ws --filter -F -r --recursive".split())
_NODE_STARTS = frozenset({"start", "stop", "test", "restart"})
# Commands of the package managers themselves, which no script of the same name replaces.
_NODE_OWN = frozenset(
    "add audit bin cache ci config create dedupe dlx exec global import info init install i link list licenses login logout node "
    "outdated owner pack patch plugin prune publish rebuild remove set store team tag unlink up update upgrade version "
    "versions why workspace workspaces x".split()
)
_NODE_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_OVERRIDE = regex(r"([A-Za-z_][\w.-]{0,100})\s*[:?+]{0,2}=(.*)", re.DOTALL)


def call(argv: Sequence[str]) -> Call | None:
    """What a command tells a task runner to do; None where it is none, or works on several packages."""
    program, arguments = argv[0].rpartition("/")[2] if argv else "", list(argv[1:])
    if program in ("make", "gmake"):
        return _make(arguments)
    if program == "just":
        return _just(arguments)
    if program in ("npm-run-all", "npm-run-all2", "run-s", "run-p"):
        return Call("npm", tuple((word,) for word in _words(arguments)))
    return _node(program, arguments) if program in _NODE_RUNNERS else None


def texts_run_together(argv: Sequence[str]) -> list[str]:
    """The command lines that ``concurrently`` is given; none for any other program."""
    if not argv or argv[0].rpartition("/")[2] not in ("concurrently", "conc"):
        return []
    found = []
    arguments = list(argv[1:])
    while arguments:
        argument = arguments.pop(0)
        if argument.startswith("-"):
            if argument in _CONCURRENTLY_VALUED and arguments:
                arguments.pop(0)
        else:
            found.append(re.sub(r"^(npm|yarn|pnpm|bun):", r"\1 run ", argument))
    return found


_CONCURRENTLY_VALUED = frozenset(
    "-n --names -c --prefix-colors -p --prefix -l --prefix-length -m --max-processes -s --success --restart-tries "
    "--restart-after --default-input-target --hide --kill-others-signal --kill-signal --name-separator".split()
)


def _words(arguments: Iterable[str]) -> Iterator[str]:
    return (argument for argument in arguments if not argument.startswith("-"))


def _make(arguments: list[str]) -> Call:
    folder, file = "", None
    goals: list[str] = []
    overrides: list[tuple[str, str]] = []
    while arguments:
        argument = arguments.pop(0)
        name, equals, value = argument.partition("=")
        if argument in _MAKE_LOOKS:
            return Call("make", looks=True)
        if name in ("-C", "--directory"):
            folder = value if equals else _next(arguments)
        elif name in ("-f", "--file", "--makefile"):
            file = value if equals else _next(arguments)
        elif argument.startswith(("-C", "-f")):
            folder, file = (argument[2:], file) if argument[1] == "C" else (folder, argument[2:])
        elif argument in ("-j", "--jobs", "-l") and arguments and arguments[0].isdecimal():
            arguments.pop(0)
        elif argument in _MAKE_VALUED:
            _next(arguments)
        elif argument.startswith("-"):
            continue
        elif match := _OVERRIDE.fullmatch(argument):
            overrides.append((match[1], match[2]))
        else:
            goals.append(argument)
    return Call("make", tuple((goal,) for goal in goals), folder, file, tuple(overrides))


def _next(arguments: list[str]) -> str:
    return arguments.pop(0) if arguments else ""


def _just(arguments: list[str]) -> Call:
    folder, file = "", None
    overrides: list[tuple[str, str]] = []
    while arguments:
        argument = arguments.pop(0)
        name, equals, value = argument.partition("=")
        if argument in _JUST_LOOKS:
            return Call("just", looks=True)
        if name in ("-f", "--justfile"):
            file = value if equals else _next(arguments)
        elif name in ("-d", "--working-directory"):
            folder = value if equals else _next(arguments)
        elif argument == "--set":
            overrides.append((_next(arguments), _next(arguments)))
        elif argument in _JUST_VALUED:
            _next(arguments)
        elif argument.startswith("-"):
            continue
        elif match := _OVERRIDE.fullmatch(argument):
            overrides.append((match[1], match[2]))
        else:
            # Which of the words are names of recipes depends on how many arguments the first of them takes.
            return Call("just", ((argument, *arguments),), folder, file, tuple(overrides))
    return Call("just", (), folder, file, tuple(overrides))


def _node(program: str, arguments: list[str]) -> Call | None:
    folder, runs = "", False
    words: list[str] = []
    while arguments:
        argument = arguments.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            words += arguments if words else []
            break
        if words and program != "npm":
            # npm keeps the options in front of "--" for itself, the others hand everything on.
            words += [argument, *arguments]
            break
        if name in _NODE_FOLDERS:
            folder = value if equals else _next(arguments)
        elif name in _NODE_SEVERAL:
            return None
        elif argument in ("run", "run-script") and not words:
            runs = True
        elif not argument.startswith("-"):
            words.append(argument)
    if not words or not (runs or _is_script(program, words[0])):
        return None
    return Call("npm", (tuple(words),), folder)


def _is_script(program: str, name: str) -> bool:
    """Whether a word behind a package manager is a script without ``run``."""
    if program == "npm":
        return name in _NODE_STARTS
    return program != "bun" and name not in _NODE_OWN


# --- order ------------------------------------------------------------------------------------------------------------


@dataclass
class _Planning:
    """The tasks of one call while they are put in order."""

    call: Call
    file: TaskFile
    environment: Mapping[str, str]
    steps: list[Step] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    done: set[tuple[str, ...]] = field(default_factory=set)
    known: dict[str, list[TaskVariable]] = field(default_factory=dict)
    lookups: int = 0

    def __post_init__(self) -> None:
        for variable in self.file.variables:
            self.known.setdefault(variable.name, []).append(variable)


def plan(call: Call, file: TaskFile, environment: Mapping[str, str]) -> Plan:
    """What a call runs; ``environment`` holds the variables that are known where it stands."""
    planning = _Planning(call, file, environment)
    goals = call.goals or (((file.default,),) if file.default else ())
    if call.tool == "npm":
        goals = tuple(_matching(goals, file))
    elif call.tool == "just":
        goals = tuple(_recipes(goals, file))
    for goal in goals[:MAX_TASKS]:
        _add(planning, goal)
    return Plan(tuple(planning.steps), tuple(dict.fromkeys(planning.missing)))


def _matching(goals: Sequence[tuple[str, ...]], file: TaskFile) -> Iterator[tuple[str, ...]]:
    """The scripts that the patterns of ``npm-run-all`` name."""
    for name, *arguments in goals[:MAX_TASKS]:
        if "*" not in name:
            yield name, *arguments
            continue
        yield from ((task.name,) for task in file.tasks if fnmatch.fnmatchcase(task.name, name[:200]))


def _recipes(goals: Iterable[tuple[str, ...]], file: TaskFile) -> Iterator[tuple[str, ...]]:
    """Recipes with their arguments: each takes as many words as it has parameters."""
    words = [word for goal in goals for word in goal]
    while words:
        name = words.pop(0)
        task = file.task(name)
        parameters = task.parameters if task else ()
        count = len(words) if any(parameter.variadic for parameter in parameters) else len(parameters)
        yield name, *words[:count]
        words = words[count:]


def _add(planning: _Planning, goal: tuple[str, ...]) -> None:
    if goal in planning.done or len(planning.done) >= MAX_TASKS:
        return
    planning.done.add(goal)
    task = planning.file.task(goal[0])
    if task is None:
        planning.missing.append(goal[0])
        return
    values = _Values(planning, task, goal)
    for other in task.before:
        _add_other(planning, values, task, other)
    folder = values.filled(task.workdir, task.location)[0] if task.workdir else ""
    for line in task.lines:
        text, first = values.filled(line.line.text or "", line.line.location)
        if planning.file.tool == "npm" and len(goal) > 1:
            text = " ".join((text, *map(_quoted, goal[1:])))
        planning.steps.append(
            Step(replace(line.line, text=text), folder, values.exported, goal[1:], line.conditional, first)
        )
    for other in task.after:
        _add_other(planning, values, task, other)


def _add_other(planning: _Planning, values: _Values, task: Task, other: tuple[str, ...]) -> None:
    words = tuple(values.filled(word, task.location)[0] for word in other)
    matched = stem(task.name, values.goal[0])
    names = (
        (words[0].replace("%", matched) if matched else words[0]).split() if planning.file.tool == "make" else words[:1]
    )
    for name in names:
        # A prerequisite without a rule is a file, and a script without a "pre" of its own is the rule.
        if planning.file.task(name) is not None:
            _add(planning, (name, *words[1:]))


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w./:=@%+,$-]+", word) else "'" + word.replace("'", "'\\''") + "'"


# --- values -----------------------------------------------------------------------------------------------------------

_Fill = Callable[[str, int], str]

_SET_BY_PLATFORMS = frozenset({"PORT"})
_SIMPLE_WORD = regex(r"[\w./:@%+,-]*")
_MAKE_NAME = regex(r"[A-Za-z_][\w.-]{0,100}")


@dataclass
class _Values:
    """Fills in the variables of one task."""

    planning: _Planning
    task: Task
    goal: tuple[str, ...]
    lookups: int = 0
    opening: str | None = None

    def __post_init__(self) -> None:
        self.file, self.environment = self.planning.file, self.planning.environment
        self.overrides = dict(self.planning.call.overrides)
        self.known = dict(self.planning.known) if self.task.variables else self.planning.known
        for variable in self.task.variables:
            self.known[variable.name] = [*self.known.get(variable.name, ()), variable]
        self.parameters = dict(_arguments(self.task.parameters, self.goal[1:]))

    def filled(self, text: str, location: Location) -> tuple[str, str | None]:
        """The text as the shell gets it, and the variable at its beginning that is not known."""
        self.lookups, self.opening = 0, None
        if self.file.tool == "npm":
            return text, None
        fill = self.make if self.file.tool == "make" else self.braces
        return fill(text[:MAX_VALUE], 0)[:MAX_VALUE], self.opening

    @property
    def exported(self) -> tuple[tuple[str, str], ...]:
        """The variables that the commands of the task see."""
        fill = self.make if self.file.tool == "make" else self.braces
        names = [name for name, given in self.known.items() if any(variable.exported for variable in given)]
        names += [parameter.name for parameter in self.task.parameters if parameter.exported]
        if self.file.tool == "make":
            names += list(self.overrides)
        self.lookups = 0
        values = ((name, self.value(name, fill, 0)) for name in dict.fromkeys(names))
        return tuple((name, text) for name, text in values if text is not None and name.isidentifier())

    def value(self, name: str, fill: _Fill, depth: int) -> str | None:
        """The value of a variable, None where it is not known."""
        if depth > 20 or not self.looks_up():
            return None
        if name in self.parameters:
            return self.parameters[name]
        if name in self.overrides:
            return self.overrides[name]
        text: str | None = None
        for variable in self.known.get(name, ()):
            if variable.value is None or (variable.conditional and text is not None):
                return None
            if variable.how == "append":
                text = f"{text} {variable.value}" if text else variable.value
            elif variable.how == "set" or text is None:
                text = variable.value
        given = self.known.get(name)
        if given and given[0].how == "default" and name in self.environment:
            return self.environment[name]
        if given and given[0].how == "default" and name in _SET_BY_PLATFORMS:
            return None
        return None if text is None else fill(text, depth + 1)[:MAX_VALUE]

    def looks_up(self) -> bool:
        """Whether another variable may be filled in."""
        self.lookups += 1
        self.planning.lookups += 1
        return self.lookups <= MAX_LOOKUPS and self.planning.lookups <= MAX_LOOKUPS_OF_CALL

    # --- make

    def make(self, text: str, depth: int) -> str:
        """The text with ``$(NAME)`` filled in and ``$$`` as the shell's own dollar sign."""
        parts: list[str] = []
        position = 0
        while (start := text.find("$", position)) >= 0 and start + 1 < len(text) and self.looks_up():
            parts.append(text[position:start])
            mark = text[start + 1]
            if mark in "({":
                end = _closing(text, start + 1)
                parts.append(self.reference(text[start + 2 : end], depth, is_first=not "".join(parts).strip()))
                position = end + 1
            else:
                parts.append("$" if mark == "$" else self.reference(mark, depth))
                position = start + 2
        return "".join((*parts, text[position:]))

    def reference(self, name: str, depth: int, *, is_first: bool = False) -> str:
        """What stands for ``$(name)``."""
        if name in _AUTOMATIC:
            return self.automatic(name)
        if name == "MAKE":
            words = (f"{key}={value}" for key, value in self.overrides.items() if _SIMPLE_WORD.fullmatch(value))
            return " ".join(("make", *words))
        function, blank, rest = name.partition(" ")
        if function == "shell" and blank and depth < 20:
            return f"$({self.make(rest, depth + 1)})"
        if not _MAKE_NAME.fullmatch(name):
            return self.unknown("make", is_first)
        value = self.value(name, self.make, depth)
        if value is not None:
            return value
        # What no file sets comes from the environment.
        return self.unknown(name, is_first and name in self.known)

    def unknown(self, name: str, is_first: bool) -> str:
        if is_first:
            self.opening = name
        return f"${{{re.sub(r'[^A-Za-z0-9_]', '_', name)}}}"

    def automatic(self, name: str) -> str:
        if name == "@":
            return self.goal[0]
        if name == "*":
            return stem(self.task.name, self.goal[0]) or ""
        names = [word for other in self.task.before for word in other[:1]]
        return " ".join(names[:1] if name == "<" else names)

    # --- just

    def braces(self, text: str, depth: int) -> str:
        """The text with ``{{ expression }}`` filled in."""
        parts: list[str] = []
        position = 0
        while (start := text.find("{{", position)) >= 0 and self.looks_up():
            end = text.find("}}", start)
            if end < 0:
                break
            parts.append(text[position:start])
            value = self.expression(text[start + 2 : end].strip(), depth)
            if value is None and not "".join(parts).strip():
                self.opening = text[start + 2 : end].strip()[:60]
            parts.append("${_}" if value is None else value)
            position = end + 2
        return "".join((*parts, text[position:]))

    def expression(self, text: str, depth: int) -> str | None:
        """The value of an expression, None where that is not known."""
        if len(text) > MAX_EXPRESSION:
            return None
        pieces = _PLUS.split(text) if "+" in text else [text]
        values = [self.operand(piece.strip(), depth) for piece in pieces]
        return None if None in values else "".join(value for value in values if value is not None)

    def operand(self, text: str, depth: int) -> str | None:
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
            return text[1:-1]
        if text in ("justfile_directory()", "invocation_directory()", "justfile_dir()"):
            return "."
        if match := _JUST_ENV.fullmatch(text):
            default = match[2]
            return self.environment.get(match[1], f"${{{match[1]}}}" if default is None else default)
        return self.value(text, self.expressed, depth) if _MAKE_NAME.fullmatch(text) else None

    def expressed(self, text: str, depth: int) -> str:
        """The value of a variable's own expression."""
        value = self.expression(text, depth)
        return "${_}" if value is None else value


_AUTOMATIC = frozenset("@<^*?+|")
_PLUS = regex(r"""\+(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
_JUST_ENV = regex(r"""env(?:_var)?(?:_or_default)?\(\s*["'](\w{1,100})["']\s*(?:,\s*["']([^"']*)["']\s*)?\)""")


def _arguments(parameters: Sequence[TaskParameter], words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The value of each parameter, as far as it is known."""
    for index, parameter in enumerate(parameters):
        given = words[index:] if parameter.variadic else words[index : index + 1]
        if given:
            yield parameter.name, " ".join(given)
        elif parameter.default is not None or parameter.variadic:
            yield parameter.name, parameter.default or ""


def _closing(text: str, start: int) -> int:
    """Where the bracket at this position is closed; the end of the text where it is not."""
    opening = text[start]
    closing = ")" if opening == "(" else "}"
    depth = 0
    for position in range(start, min(len(text), start + MAX_VALUE)):
        depth += (text[position] == opening) - (text[position] == closing)
        if not depth:
            return position
    return len(text)


# --- what a person runs to deploy -------------------------------------------------------------------------------------

_MENTIONED = regex(
    r"\b(migrate\w*|syncdb|collectstatic|makemigrations|gunicorn|uvicorn|daphne|uwsgi|hypercorn|granian|waitress|runserver|"
    r"celery|rqworker|run_huey|rundramatiq|qcluster)\b"
)
_VARIABLE_ALONE = regex(r"\s*\$\{?\w+\}?\s*")
_ENVIRONMENT_FILE = regex(r"(?:^|/)\.?env(?:\.[\w.-]+)?$|\.env$")


def mentioned(text: str) -> frozenset[str]:
    """The management commands and servers whose names stand in a text."""
    return frozenset(match[1] for match in _MENTIONED.finditer(text[:20_000]))


def is_variable_alone(text: str) -> bool:
    """Whether a command is what one variable holds."""
    return _VARIABLE_ALONE.fullmatch(text) is not None


def is_environment_file(name: str) -> bool:
    """Whether a file that is included is called as one that only sets variables: ``.env``."""
    return _ENVIRONMENT_FILE.search(name) is not None


MAX_CALLED = 10
"""How many calls of other tasks are looked into, for what a task mentions."""

_DEPLOYS = frozenset({"deploy", "deployment", "release", "prod", "production", "live", "ship"})
_CALLS_TASKS = regex(r"\b(?:make|just)\s+((?:[\w:.-]{1,100}\s+){0,10}[\w:.-]{1,100})")


def is_named_for_deployment(name: str) -> bool:
    """Whether a task is called as one is that a person runs to deploy."""
    return not _DEPLOYS.isdisjoint(re.split(r"[^a-z]+", name.lower()[:200]))


def lines_of(task: Task, file: TaskFile) -> list[str]:
    """The texts of the commands of a task and of those that it leads to, their variables filled in."""
    texts: list[str] = []
    names = [task.name]
    for name in names:
        found = plan(Call(file.tool, ((name,),)), file, {})
        for step in found.steps:
            text = str(step.line)
            texts.append(text)
            called = (word for match in _CALLS_TASKS.finditer(text) for word in match[1].split())
            names += [word for word in called if len(names) < MAX_CALLED and word not in names and file.task(word)]
    return texts
