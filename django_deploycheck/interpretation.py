"""
What a command line starts in the end: scripts are followed, conditions weighed, ``exec "$@"`` filled in.

A small abstract interpreter of shell scripts. Nothing is run. A value is known (a string) or unknown; a condition is true,
false or open. An open condition runs both branches and marks what stands in them as uncertain; what it compares with says
whether a branch is for development (``if [ "$DJANGO_ENV" = dev ]``). Commands are taken to succeed: what stands behind
``||`` is a fallback.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from django_deploycheck import commands, secrets, shell, tasks
from django_deploycheck.conditions import FAILS, HOLDS, OPEN, Judgement, judgement, judgement_of_patterns
from django_deploycheck.frames import Frame, Function, Mode, Value, known
from django_deploycheck.hooks import Hook
from django_deploycheck.model import BlindSpot, Command, CommandLine, EnvVar, Location, TaskFile
from django_deploycheck.patterns import regex
from django_deploycheck.places import SEARCHED, Place
from django_deploycheck.programs import PROCESS_MANAGERS, Input, Log, Recorder, Start, Surroundings, shown
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.scripts import (
    SHELL_SUFFIXES,
    arguments_of_shell,
    is_own_path,
    is_well_known,
    language_of,
    only_sets_environment,
)
from django_deploycheck.source import Unreadable
from django_deploycheck.tasks import mentioned
from django_deploycheck.words import expand, expand_all, substitutions

__all__ = ["MAX_DEPTH", "MAX_EFFORT", "Run", "Surroundings", "follow"]

MAX_DEPTH = 12
"""How deep scripts and functions may call each other."""

MAX_NESTING = 80
"""How deep commands may be nested in each other, calls included."""

MAX_EFFORT = 300_000
"""How many characters one command line may make us read and expand; a real one needed 130,000."""

MAX_TOTAL_EFFORT = 3_500_000
"""The same for everything that a repository starts; a real one needed 1,500,000."""

TEXT_EFFORT = 2
"""What a character of a script costs that is parsed."""

ARGUMENT_EFFORT = 10
"""What an argument of a command costs."""

COMMAND_EFFORT = 100
"""What a command costs at least."""

TASK_EFFORT = 1_000
"""What a call of make and the like costs at least."""

MAX_COMMANDS = 250
"""How many commands one command line may start; a real one started 65."""

MAX_ARGUMENTS = 1_000
"""How many arguments of a command are looked at."""

MAX_ITERATIONS = 10
"""For how many values the body of a ``for`` is followed one by one."""


@dataclass(frozen=True)
class Run:
    """What a command line starts: the programs in order, what could not be followed, and the scripts that were read."""

    commands: tuple[Command, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    scripts: tuple[tuple[str, Location], ...] = ()
    """Path of each script, and the place that called it."""
    configs: tuple[tuple[str, Location], ...] = ()
    """Path of each configuration file of a server or process manager, and the place that names it."""


def follow(
    line: CommandLine,
    surroundings: Surroundings,
    place: Place,
    variables: Iterable[EnvVar] = (),
    *,
    arguments: Sequence[str] = (),
    origin: Location | None = None,
    places: Sequence[Location] = (),
) -> Run:
    """
    What this command line starts.

    ``variables`` is the environment that files give it; ``arguments`` are appended to an exec form (an image's CMD
    behind its ENTRYPOINT) and stand at ``origin``, each at its own of ``places`` where they are known.
    """
    log = Log()
    frame = Frame(line.location.path, 0, place, origin=origin)
    frame.set_variables(variables)
    _Interpreter(surroundings, log).command_line(line, arguments, frame, places)
    return Run(
        tuple(dict.fromkeys(log.commands)),
        tuple(dict.fromkeys(log.blind_spots)),
        tuple(dict.fromkeys(log.scripts)),
        tuple(dict.fromkeys(log.configs)),
    )


@dataclass
class _Choice:
    """The alternatives of an ``if``, ``case``, ``&&`` or loop while they are followed, one after the other."""

    frame: Frame
    """The state before it, and in the end the one behind it."""
    rest: Frame | None
    """The state where none of the alternatives so far was taken; None once one surely was."""
    states: list[Frame] = field(default_factory=list)
    """The states at the end of the alternatives that may be taken."""
    is_way_out: bool = False
    """Whether an alternative starts something and ends the script there, not in failure: what follows is the other way."""


class _Interpreter:
    """Follows syntax trees. A method that takes a frame leaves it in the state behind what it followed."""

    def __init__(self, surroundings: Surroundings, log: Log) -> None:
        self.surroundings = surroundings
        self.log = log
        self.recorder = Recorder(surroundings, log)
        self.texts = surroundings.texts
        self.effort = 0
        self.is_exhausted = False
        self.nesting = 0
        self.scripts: dict[str, str | None] = {}
        self.read: set[str] = set()
        """The texts that were followed."""
        self.running: list[tuple[str, tuple[str, ...], str | None]] = []
        """The scripts and functions that are being followed, with their arguments and who runs them."""

    # --- limits

    def exhausted(self, effort: int, frame: Frame, line: int, *, is_known: bool = False) -> bool:
        """
        Whether so much had to be read already that the rest is left out. ``is_known``: what costs the effort has been done
        for another command line.
        """
        if self.is_exhausted:
            return True
        total = self.surroundings.effort
        self.effort += effort
        total.spent += 0 if is_known else effort
        if self.effort > MAX_EFFORT or len(self.log.commands) > MAX_COMMANDS:
            self.log.blind("is too long to be followed to its end", frame.location(line))
            self.is_exhausted = True
        elif total.spent > MAX_TOTAL_EFFORT:
            self.log.blind("comes after more commands than are followed in one repository", frame.location(line))
            self.is_exhausted = True
        return self.is_exhausted

    def charge(self, frame: Frame, line: int) -> None:
        """Counts what configuration files took."""
        effort, self.recorder.effort = self.recorder.effort, 0
        self.exhausted(effort, frame, line)

    def is_too_deep(self, frame: Frame, line: int) -> bool:
        if frame.depth < MAX_DEPTH:
            return False
        self.log.blind("scripts and functions call each other too deeply", frame.location(line))
        return True

    # --- texts

    def text(self, text: str, frame: Frame) -> None:
        """Follow a script whose first line is the frame's."""
        parsed = self.texts.parsed.get(text)
        if text not in self.read:
            effort = TEXT_EFFORT * min(len(text), shell.MAX_SIZE)
            if self.exhausted(effort, frame, 1, is_known=parsed is not None):
                return
            self.read.add(text)
        if parsed is None:
            parsed = self.texts.parsed[text] = shell.parse(text)
        self.block(parsed.body, frame)
        if parsed.error is not None:
            self.log.blind(f"the script {parsed.error}", frame.location(parsed.error_line or 1))

    def nested_text(self, text: str, positional: Sequence[str], line: int, frame: Frame) -> None:
        """Follow the text that another shell is given at this line: ``sh -c``, a here-document."""
        if self.is_too_deep(frame, line):
            return
        frame.offset += line - 1
        frame.name = positional[0] if positional else "sh"
        frame.set_arguments(positional[1:], frame.location(1))
        self.text(text, frame)

    def evaluated_text(self, text: str, line: int, frame: Frame) -> None:
        """Follow ``eval``."""
        if self.is_too_deep(frame, line):
            return
        offset = frame.offset
        frame.offset, frame.depth = offset + line - 1, frame.depth + 1
        self.text(text, frame)
        frame.offset, frame.depth = offset, frame.depth - 1

    def script_text(self, path: str) -> str | None:
        """The text of a script of the repository, secrets masked; None where it cannot be read."""
        if path not in self.scripts:
            try:
                source = self.surroundings.repository.read(path)
            except Unreadable as error:
                source = None
                self.log.blind(f"'{path}' {error.reason}", Location(path))
            self.scripts[path] = self.masked(path, source.text) if source is not None else None
        return self.scripts[path]

    def masked(self, path: str, text: str) -> str:
        if path not in self.texts.masked:
            self.texts.masked[path] = secrets.mask(text)
        return self.texts.masked[path]

    def locate(self, path: str, line: int, frame: Frame) -> str | None:
        if self.exhausted(frame.place.effort, frame, line):
            return None
        return frame.place.locate(path, self.surroundings.repository)

    def once(self, name: str, arguments: Sequence[str], frame: Frame, follow_it: Callable[[], None]) -> None:
        """Follow a script or function, unless it calls itself as the same user: that adds nothing that was not seen."""
        call = name, tuple(arguments), frame.user
        if call not in self.running:
            self.running.append(call)
            follow_it()
            self.running.pop()

    # --- statements

    def block(self, nodes: shell.Block, frame: Frame) -> None:
        for node in nodes:
            if frame.ended:
                return
            self.node(node, frame)

    def node(self, node: shell.Node, frame: Frame) -> None:
        line = getattr(node, "line", 1)
        if self.exhausted(COMMAND_EFFORT + len(frame.variables), frame, line):
            return
        if self.nesting >= MAX_NESTING:
            self.log.blind("is nested too deeply", frame.location(line))
            return
        self.nesting += 1
        self.statement(node, frame)
        self.nesting -= 1

    def statement(self, node: shell.Node, frame: Frame) -> None:
        match node:
            case shell.Simple():
                self.simple(node, frame)
            case shell.AndOr():
                self.and_or(node, frame)
            case shell.Pipeline():
                for command in node.commands:
                    self.node(command, frame.copy())
            case shell.Background():
                self.node(node.command, frame.copy(replace(frame.mode, background=True)))
            case shell.If():
                self.if_(node, frame)
            case shell.Case():
                self.case(node, frame)
            case shell.Loop():
                self.loop(node, frame)
            case shell.For():
                self.for_(node, frame)
            case shell.Function():
                frame.functions[node.name] = Function(node.body, frame.path, frame.offset)
            case _:
                self.block(node.body, frame.copy() if node.subshell else frame)

    # --- choices

    def alternative(self, choice: _Choice, judged: Judgement, body: shell.Block) -> None:
        """Follow one alternative of a choice, for which the alternatives before it were not taken."""
        rest = choice.rest
        if rest is None or judged.truth is False:
            # What another argument would choose is still part of what the script offers.
            if judged.branch is not None:
                self.block(body, choice.frame.copy(replace(judged, truth=None).narrow(choice.frame.mode)))
            return
        if judged.truth:
            taken, choice.rest = rest, None
        else:
            taken = rest.copy(judged.narrow(choice.frame.mode))
            rest.mode = _otherwise(judged, rest.mode, choice.frame.mode)
        started = len(self.log.commands)
        self.block(body, taken)
        choice.states.append(taken)
        choice.is_way_out |= bool(taken.ended) and not taken.failed and len(self.log.commands) > started

    def close(self, choice: _Choice) -> None:
        states = choice.states if choice.rest is None else [*choice.states, choice.rest]
        modes = [state.mode for state in states if not state.ended]
        before = choice.frame.mode
        mode = modes[0] if modes and all(mode == modes[0] for mode in modes) else before
        if len(states) > 1:
            mode = replace(mode, certain=before.certain and not choice.is_way_out, branch=before.branch)
        choice.frame.join(states, mode)

    def choose(self, judged: Judgement, body: shell.Block, frame: Frame) -> None:
        """Follow what runs where one condition holds."""
        choice = _Choice(frame, frame.copy())
        self.alternative(choice, judged, body)
        self.close(choice)

    def if_(self, node: shell.If, frame: Frame) -> None:
        choice = _Choice(frame, frame.copy())
        for condition, body in node.branches:
            self.alternative(choice, self.asked(condition, choice), body)
        self.alternative(choice, HOLDS, node.otherwise)
        self.close(choice)

    def asked(self, condition: shell.Block, choice: _Choice) -> Judgement:
        """What a condition says; the commands in it are followed where they are reached."""
        judged = OPEN
        for node in condition:
            state = choice.rest or choice.frame
            found = judgement(node, state)
            if found is None and choice.rest is not None:
                self.node(node, choice.rest)
            judged = found or OPEN
        return judged

    def case(self, node: shell.Case, frame: Frame) -> None:
        choice = _Choice(frame, frame.copy())
        for patterns, body in node.branches:
            if self.exhausted(COMMAND_EFFORT, frame, node.line):
                return
            self.alternative(choice, judgement_of_patterns(node.word, patterns, frame), body)
        self.close(choice)

    def and_or(self, node: shell.AndOr, frame: Frame) -> None:
        status = HOLDS
        presumed = False
        """Whether the status so far is that of commands, which may fail."""
        for operator, item in node.items:
            if frame.ended:
                return
            reached = status.negated() if operator == "||" else status
            judged = judgement(item, frame)
            if judged is None:
                if presumed and reached.truth is False:
                    self.fallback(item, frame)
                elif reached.truth:
                    self.node(item, frame)
                    presumed = True
                else:
                    self.choose(reached, (item,), frame)
                    presumed = presumed or reached.truth is not False
                judged = FAILS if isinstance(item, shell.Pipeline) and item.negated else HOLDS
            status = status.either(judged) if operator == "||" else status.both(judged)

    def fallback(self, node: shell.Node, frame: Frame) -> None:
        """``migrate || exit 1``: it runs when something failed, which says nothing about what follows."""
        before = frame.copy()
        failed = frame.copy(OPEN.narrow(frame.mode))
        self.node(node, failed)
        frame.join([before, failed], before.mode)

    def loop(self, node: shell.Loop, frame: Frame) -> None:
        choice = _Choice(frame, frame.copy())
        judged = self.asked(node.condition, choice)
        self.alternative(choice, judged.negated() if node.kind == "until" else judged, node.body)
        for state in choice.states:
            state.go_on_behind("break")
        self.close(choice)

    def for_(self, node: shell.For, frame: Frame) -> None:
        expansions = [expand(word, frame) for word in node.words]
        values = [value for expansion in expansions for value in expansion.fields]
        if len(values) > MAX_ITERATIONS or not all(expansion.known for expansion in expansions):
            values = [_UNKNOWN_VALUE]
        mode = frame.mode
        for value in values:
            frame.variables[node.name] = known(value)
            self.block(node.body, frame)
            if frame.ended and frame.ended != "continue":
                break
            frame.go_on_behind("continue")
        frame.go_on_behind("break")
        frame.mode = mode

    # --- simple commands

    def simple(self, node: shell.Simple, frame: Frame) -> None:
        self.substituted(node, frame)
        name = (node.words[0].literal or "") if node.words else ""
        if not node.words:
            for assignment in node.assignments:
                self.assign(assignment, frame)
        elif name in _DECLARATIONS:
            self.declare(node, frame)
        elif name.startswith("(("):
            for changed in _NAME.findall(name):
                frame.forget(changed)
        else:
            argv = expand_all(node.words[:MAX_ARGUMENTS], frame)[:MAX_ARGUMENTS]
            effort = sum(map(len, argv)) + ARGUMENT_EFFORT * len(argv)
            if self.exhausted(effort, frame, node.line) or judgement(node, frame) is not None:
                return
            environment = [
                (assignment.name, _written(assignment.value, frame))
                for assignment in node.assignments
                if assignment.value is not None
            ]
            self.program(argv, node.text, node.line, frame, environment, node)

    def substituted(self, node: shell.Simple, frame: Frame) -> None:
        """Follow ``$(…)``; of what is only asked for its output, Django's commands are what could matter."""
        words = (*node.words, *(assignment.value for assignment in node.assignments if assignment.value is not None))
        scripts = [script for word in words for script in substitutions(word)]
        known_before, blind_before = len(self.log.commands), len(self.log.blind_spots)
        for script in scripts:
            self.block(script, frame.copy())
        found = self.log.commands[known_before:]
        self.log.commands[known_before:] = [command for command in found if command.subcommand is not None]
        del self.log.blind_spots[blind_before:]

    def assign(self, assignment: shell.Assignment, frame: Frame) -> None:
        name = assignment.name
        if assignment.value is None:
            before = frame.arrays.get(name, []) if assignment.append else []
            frame.set_array(name, [*before, *expand_all(assignment.elements, frame)])
            return
        expansion = expand(assignment.value, frame)
        value, written = expansion.value, _written(assignment.value, frame)
        if assignment.append:
            first = frame.value(name)
            both = None if first.text is None or value.text is None else first.text + value.text
            value, written = (
                Value(both, first.assumed or value.assumed),
                f"${{{name}}}{written}" if both is None else both,
            )
        frame.assign(name, value, written, frame.location(assignment.line))

    def declare(self, node: shell.Simple, frame: Frame) -> None:
        """``export``, ``local`` and the like, whose arguments are assignments."""
        exported = any(word.literal in ("export", "-x", "-gx", "-rx") for word in node.words)
        for word in node.words[1:]:
            name, equals, written = word.text.partition("=")
            if not name.isidentifier():
                continue
            if equals:
                expansion = expand(word, frame)
                _, _, text = expansion.text.partition("=")
                # The elements of an array are not told apart here.
                is_known = expansion.known and not text.startswith("(")
                value = Value(text if is_known else None, expansion.assumed)
                written = written if expansion.assumed else text
                frame.assign(name, value, written, frame.location(node.line), exported=exported)
            elif exported:
                frame.exports.add(name)

    # --- builtins

    def builtin(self, argv: Sequence[str], line: int, frame: Frame) -> bool:
        """Do what a command of the shell itself does; False for another program."""
        match argv:
            case ["cd", *folders]:
                if folders and folders[-1] != "-" and "$" not in folders[-1]:
                    frame.place = frame.place.at(folders[-1])
            case ["set", *arguments]:
                self.set(arguments, line, frame)
            case ["shift", *counts]:
                if frame.positional is not None:
                    count = int(counts[0][:4]) if counts and counts[0].isdecimal() else 1
                    frame.positional = frame.positional[count:]
            case ["source" | ".", target, *arguments]:
                self.source(target, arguments, line, frame)
            case ["eval", *arguments]:
                self.evaluated_text(" ".join(arguments), line, frame)
            case ["exit" | "return" | "break" | "continue" as end, *statuses]:
                frame.end(end, failed=bool(re.fullmatch(r"0*[1-9]\d*", "".join(statuses))))
            case ["unset", *names]:
                for name in names:
                    frame.unset(name)
            case ["read" | "getopts" | "let" | "mapfile" | "readarray", *names]:
                for name in names:
                    frame.forget(name.partition("=")[0])
            case ["command", "-v" | "-V", *_] | ["exec" | "source" | "."]:
                pass
            case _:
                return argv[0] in _NOT_OURS
        return True

    def set(self, arguments: Sequence[str], line: int, frame: Frame) -> None:
        location = frame.location(line)
        if "--" in arguments:
            frame.set_arguments(arguments[arguments.index("--") + 1 :], location)
        elif arguments and not arguments[0].startswith(("-", "+")):
            frame.set_arguments(arguments, location)
        elif "allexport" in arguments or any(re.match(r"-[a-z]*a", argument) for argument in arguments):
            frame.exports_all = True

    def source(self, target: str, arguments: list[str], line: int, frame: Frame) -> None:
        """Follow a file in this same shell."""
        if only_sets_environment(target):
            return
        location = frame.location(line)
        path = self.locate(target, line, frame)
        if path is None:
            self.log.missing("sources", target, location)
            return
        text = self.script_text(path)
        if text is None or self.is_too_deep(frame, line):
            return
        self.log.scripts.append((path, location))
        name, positional, origin = frame.name, frame.positional, frame.origin
        frame.name = target
        if arguments:
            frame.set_arguments(arguments, location)
        frame.depth += 1
        with frame.standing_in(path, 0, (*frame.via, location)):
            self.once(path, arguments, frame, lambda: self.text(text, frame))
        frame.depth -= 1
        frame.name = name
        if arguments:
            frame.positional, frame.origin = positional, origin
        frame.go_on_behind("return")

    # --- programs

    def program(
        self,
        argv: Sequence[str],
        text: str,
        line: int,
        frame: Frame,
        environment: Sequence[tuple[str, str]] = (),
        node: shell.Simple | None = None,
        places: tuple[Location, ...] = (),
    ) -> None:
        """Follow one command, its arguments known as far as they are, and the places where each of them stands."""
        argv = _without_unknown_prefix(argv)
        if not argv or (argv[0] not in frame.functions and self.builtin(argv, line, frame)):
            return
        unwrapped = commands.unwrap(argv)
        fed = _input(node, frame) if node else Input()
        lines = _lines_of_arguments(node, frame) if node else places
        start = Start(unwrapped, text, frame.location(line), (*environment, *unwrapped.environment), fed, lines)
        if frame.origin is not None and _is_from_arguments(argv, unwrapped, frame):
            # exec "$@": what runs stands where the arguments do.
            here, there = start.location, frame.origin
            start = replace(start, text=" ".join(unwrapped.argv), location=there, lines=())
            with frame.standing_in(
                there.path, (there.line or 1) - 1, frame.via if here == there else (*frame.via, here)
            ):
                self.started(start, 1, frame)
        else:
            self.started(start, _line_of(unwrapped.script, node, frame) or line, frame)
        if unwrapped.wrappers[:1] == ("exec",):
            frame.end("exit")

    def started(self, start: Start, line: int, frame: Frame) -> None:
        """Follow a command whose wrappers are removed."""
        if start.unwrapped.script is not None:
            self.nested_text(start.unwrapped.script, start.argv, line, _child(start, line, frame))
        elif start.argv[0] in frame.functions:
            self.function(start.argv[0], start.argv[1:], line, frame)
        elif start.unwrapped.wrappers and self.builtin(start.argv, line, frame):
            return
        elif commands.is_shell(start.program):
            self.shell(start, line, frame)
        elif self.task_runner(start, line, frame):
            return
        elif not self.own_program(start, line, frame):
            folder, hooks = self.recorder.hooks(start, frame)
            self.charge(frame, line)
            self.hooks((hook for hook in hooks if not hook.background), folder, start, line, frame)
            self.recorder.record(start, frame)
            self.charge(frame, line)
            self.hooks((hook for hook in hooks if hook.background), folder, start, line, frame)
            if start.program in PROCESS_MANAGERS:
                self.processes(start, line, frame)

    def function(self, name: str, arguments: Sequence[str], line: int, frame: Frame) -> None:
        if self.is_too_deep(frame, line):
            return
        function, location = frame.functions[name], frame.location(line)
        positional, origin, mode = frame.positional, frame.origin, frame.mode
        frame.set_arguments(arguments, location)
        frame.depth += 1
        via = frame.via if function.path == frame.path else (*frame.via, location)
        with frame.standing_in(function.path, function.offset, via):
            self.once(f"{name}()", arguments, frame, lambda: self.block(function.body, frame))
        frame.depth -= 1
        frame.positional, frame.origin, frame.mode = positional, origin, mode
        frame.go_on_behind("return")

    def shell(self, start: Start, line: int, frame: Frame) -> None:
        """A shell that runs a file, or what it is given as its input."""
        arguments, reads_input = arguments_of_shell(start.argv[1:])
        path = start.input.path if reads_input else arguments[0]
        if path is not None:
            found = self.locate(path, line, frame)
            if found is None:
                self.log.missing("runs", path, start.location)
            else:
                self.script(found, path, arguments if reads_input else arguments[1:], start, line, frame)
        elif start.input.text:
            inner = _child(start, line, frame)
            inner.variables = dict(frame.variables)  # the outer shell expands a here-document
            self.nested_text(start.input.text, [start.program, *arguments], start.input.line, inner)

    def own_program(self, start: Start, line: int, frame: Frame) -> bool:
        """Follow a script of the repository that is called like a program; False where the command is none."""
        name, *arguments = start.argv
        if is_well_known(start.argv):
            return False
        is_named_by_path = "/" in name or name.endswith(SHELL_SUFFIXES)
        path = None
        effort = frame.place.effort * (len(SEARCHED) + len(frame.searched))
        if not is_named_by_path and frame.place.container and not self.exhausted(effort, frame, line):
            path = frame.place.locate_program(name, frame.searched, self.surroundings.repository)
        if path is None and (is_named_by_path or frame.place.container):
            path = self.locate(name, line, frame)
        if path is not None:
            self.script(path, name, arguments, start, line, frame)
            return True
        if is_named_by_path and is_own_path(name):
            self.log.missing("runs", name, start.location)
            return True
        return False

    def script(self, path: str, name: str, arguments: Sequence[str], start: Start, line: int, frame: Frame) -> None:
        """Follow a script of the repository, in whatever language it is written."""
        text = self.script_text(path)
        if text is None:
            return
        language = language_of(path, text)
        if language == "python":
            command = self.recorder.command(start, frame)
            self.log.commands.append(command)
            self.recorder.python_file(path, command)
        elif language != "shell":
            self.log.blind(f"runs '{path}', which is no shell script", start.location)
        elif not self.is_too_deep(frame, line):
            self.log.scripts.append((path, start.location))
            inner = _child(start, line, frame)
            inner.name = name
            inner.set_arguments(arguments, start.location)
            with inner.standing_in(path, 0, (*frame.via, start.location)):
                self.once(path, arguments, inner, lambda: self.text(text, inner))

    # --- tasks

    def task_runner(self, start: Start, line: int, frame: Frame) -> bool:
        """Follow what make, just or npm is told to run; False for other programs and where their file is not known."""
        together = tasks.texts_run_together(start.argv)
        for text in together:
            self.nested_text(text, (), line, _child(start, line, frame))
        if together:
            return True
        call = tasks.call(start.argv)
        if call is None or self.exhausted(frame.place.effort, frame, line):
            return False
        if call.looks:
            return True
        found = self.recorder.task_file(call, frame)
        if found is None:
            return False
        folder, file = found
        if self.exhausted(TASK_EFFORT + len(file.tasks) + len(file.variables), frame, line):
            return True
        self.log.commands.append(self.recorder.command(start, frame))
        if not self.is_too_deep(frame, line):
            self.log.configs.append((file.path, start.location))
            name = f"{file.path} {' '.join(word for goal in call.goals for word in goal)}"
            self.once(name, (), frame, lambda: self.planned(call, folder, file, start, line, frame))
        return True

    def planned(self, call: tasks.Call, folder: str, file: TaskFile, start: Start, line: int, frame: Frame) -> None:
        """Follow the commands of the tasks that a call runs, each in a shell of its own."""
        plan = tasks.plan(call, file, {**frame.exported_values, **dict(start.environment)})
        # What is no script of a package is a program in one that it depends on.
        for name in plan.missing if call.tool != "npm" else ():
            reason = f"runs '{start.program} {shown(name)}', and '{file.path}' has no such task"
            self.log.blind_spots.append(BlindSpot(reason, start.location, frozenset() if file.whole else None))
        for step in plan.steps:
            text = step.line.text or ""
            if self.exhausted(len(text), frame, line):
                return
            if step.opening is not None:
                reason = f"runs what '{shown(step.opening)}' holds, which is not known"
                alone = tasks.is_variable_alone(text)
                self.log.blind_spots.append(BlindSpot(reason, step.line.location, None if alone else mentioned(text)))
            inner = _child(start, line, frame)
            inner.mode = replace(frame.mode, certain=frame.mode.certain and not step.conditional)
            inner.place = inner.place.at(folder).at(step.folder if "$" not in step.folder else "")
            for name, value in step.variables:
                inner.assign(name, known(value), value, step.line.location, exported=True)
            inner.set_arguments(step.arguments, start.location)
            inner.via = (*frame.via, start.location)
            with inner.standing_in(step.line.location.path, (step.line.location.line or 1) - 1, inner.via):
                self.interpreted(text, start, inner)

    def interpreted(self, text: str, start: Start, frame: Frame) -> None:
        """Follow the text of a task, which may name its interpreter."""
        language = language_of("", text)
        if language == "python":
            self.recorder.python_code(text, frame.location(1))
        elif language == "shell":
            self.text(text, frame)
        else:
            self.log.blind("runs a task that is no shell script", frame.location(1))

    def hooks(self, hooks: Iterable[Hook], folder: str, start: Start, line: int, frame: Frame) -> None:
        """Follow what a server runs before and beside itself."""
        for hook in hooks:
            if self.exhausted(COMMAND_EFFORT, frame, line) or self.is_too_deep(frame, line):
                return
            inner = _child(start, line, frame)
            inner.mode = replace(
                frame.mode,
                certain=frame.mode.certain and not hook.conditional,
                background=frame.mode.background or hook.background,
            )
            inner.place = inner.place.at(folder)
            if hook.line.location != start.location:
                inner.via = (*frame.via, start.location)
            self.command_line(hook.line, (), inner)

    def processes(self, start: Start, line: int, frame: Frame) -> None:
        """Follow every process that supervisord, honcho and their like start."""
        if self.is_too_deep(frame, line):
            return
        self.once(" ".join(start.argv), (), frame, lambda: self.managed(start, line, frame))

    def managed(self, start: Start, line: int, frame: Frame) -> None:
        for service, command in self.recorder.managed(start, frame):
            if self.is_exhausted:
                return
            inner = _child(start, line, frame)
            inner.mode = replace(frame.mode, branch=service.name)
            inner.user = service.user or inner.user
            inner.place = inner.place.at(service.workdir or "")
            inner.set_variables(service.variables)
            inner.via = (*frame.via, start.location)
            self.command_line(command, (), inner)

    def command_line(
        self, line: CommandLine, arguments: Sequence[str], frame: Frame, places: Sequence[Location] = ()
    ) -> None:
        """Follow a command where a file states it."""
        frame.set_arguments(arguments, frame.origin)
        with frame.standing_in(line.location.path, (line.location.line or 1) - 1, frame.via):
            if line.text is not None:
                self.text(line.text, frame)
            elif not self.exhausted(COMMAND_EFFORT, frame, 1):
                argv = [*(line.argv or ()), *arguments]
                known = (*line.places, *places) if len(places) == len(arguments) else ()
                self.program(argv, " ".join(argv), 1, frame, places=known)


# --- tables and helpers -----------------------------------------------------------------------------------------------

_UNKNOWN_VALUE = "$"
_DECLARATIONS = frozenset({"export", "local", "declare", "typeset", "readonly"})

# Builtins and small tools that start nothing and change nothing that is followed here.
_NOT_OURS = frozenset(
    "echo printf true false : test [ [[ sleep umask ulimit trap wait kill hash type which cat ls mkdir chmod chown touch grep sed "
    "awk cut tr head tail sort date id whoami uname hostname nc ping alias shopt dirname basename readlink realpath tee ln jobs "
    "disown pushd popd pwd".split()
)
_NAME = regex(r"[A-Za-z_]\w*")


def _otherwise(judged: Judgement, mode: Mode, before: Mode) -> Mode:
    """The mode where this condition does not hold either; what is for neither environment could be for any."""
    narrowed = judged.negated().narrow(mode)
    is_contradicted = mode.environment not in (before.environment, narrowed.environment)
    return replace(narrowed, environment=before.environment) if is_contradicted else narrowed


def _written(word: shell.Word, frame: Frame) -> str:
    """What a fact says of a value: an assumption stays as it is written."""
    expansion = expand(word, frame)
    return word.text if expansion.assumed else expansion.text


def _without_unknown_prefix(argv: Sequence[str]) -> Sequence[str]:
    """``$PREFIX ./manage.py migrate``: something unknown in front of something known is a wrapper, or empty."""
    start = 0
    while start + 1 < len(argv) and re.fullmatch(r"\$\{?\w+\}?", argv[start]) and not argv[start + 1].startswith("-"):
        start += 1
    return argv[start:]


def _is_from_arguments(argv: Sequence[str], unwrapped: commands.Unwrapped, frame: Frame) -> bool:
    """Whether the whole command is what the positional parameters hold, or their end."""
    positional = frame.positional
    if not positional:
        return False
    if unwrapped.script is not None:
        return unwrapped.script in positional
    return len(unwrapped.argv) <= len(positional) and list(argv[-len(positional) :]) == positional


def _child(start: Start, line: int, frame: Frame) -> Frame:
    """The state of a script or shell that a command starts."""
    inner = frame.child(start.environment, line)
    inner.user = start.unwrapped.user or frame.user
    # How a shell is called says nothing about the programs in it.
    inner.wrappers = (*frame.wrappers, *(name for name in start.unwrapped.wrappers if name not in ("exec", "sh", "su")))
    return inner


def _input(node: shell.Simple, frame: Frame) -> Input:
    """What the last redirection of the input says."""
    for redirect in reversed(node.redirects):
        if redirect.heredoc is not None:
            return Input(redirect.heredoc, redirect.line + 1)
        if redirect.target is not None and redirect.operator.lstrip("0") in ("<", "<<<"):
            text = expand(redirect.target, frame).text
            return Input(text, redirect.line) if redirect.operator.endswith("<<<") else Input(path=text)
    return Input()


def _lines_of_arguments(node: shell.Simple, frame: Frame) -> tuple[Location, ...]:
    """Where each argument of a command stands; nothing for one that stands on one line."""
    words = node.words[:MAX_ARGUMENTS]
    if all(word.line == node.line for word in words):
        return ()
    places = (frame.location(word.line) for word in words for _ in expand(word, frame).fields)
    return tuple(islice(places, MAX_ARGUMENTS))


def _line_of(script: str | None, node: shell.Simple | None, frame: Frame) -> int | None:
    """The line where the text given to ``sh -c`` begins."""
    words = node.words if node and script else ()
    return next((word.line for word in words[:MAX_ARGUMENTS] if expand(word, frame).text == script), None)
