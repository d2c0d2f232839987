"""
What a command line starts in the end: scripts are followed, conditions weighed, ``exec "$@"`` filled in.

A small abstract interpreter of shell scripts. Nothing is run. A value is known (a string) or unknown; a condition is true,
false or open. An open condition runs both branches and marks what stands in them as uncertain; what it compares with says
whether a branch is for development (``if [ "$DJANGO_ENV" = dev ]``).
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django_deploycheck import commands, remote, secrets, servers, shell
from django_deploycheck.conditions import (
    Judgement,
    compare,
    environment_of_comparison,
    environment_of_name,
    environment_of_word,
    names_in,
    opposite,
)
from django_deploycheck.frames import Frame
from django_deploycheck.model import (
    BlindSpot,
    Command,
    CommandLine,
    Environment,
    EnvVar,
    Location,
    Server,
    ServerConfig,
    Service,
)
from django_deploycheck.places import Place, is_below
from django_deploycheck.source import Repository, Source, Unreadable, mask_argv

MAX_DEPTH = 12
"""How deep scripts may call scripts."""

MAX_STEPS = 4000
"""How many commands one process may start, loops unrolled once."""


@dataclass(frozen=True)
class Run:
    """What a command line starts: the programs in order, what could not be followed, and the scripts that were read."""

    commands: tuple[Command, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    scripts: tuple[tuple[str, Location], ...] = ()
    """Path of each script, and the place that called it."""
    configs: tuple[tuple[str, Location], ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What the interpreter needs to know of the rest of the repository."""

    repository: Repository
    services_in: Callable[[str], Sequence[Service]]
    """The services that a file (supervisord.conf, a Procfile) declares."""
    server_config: Callable[[str, str], ServerConfig | None]
    """The configuration of a server in a file, by path and server name."""
    management_calls: Callable[[str], Sequence[str] | None]
    """What ``manage.py NAME`` of this project calls through ``call_command``; None for a command that is not its own."""
    python_calls: Callable[[str], Sequence[str] | None]
    """What a Python script calls through ``call_command``, ``?`` for what is not known; None when it cannot be read."""


@dataclass(frozen=True)
class _Mode:
    """How sure it is that the commands at this point run, and for whom."""

    certain: bool = True
    environment: Environment = "unknown"
    branch: str | None = None
    background: bool = False


def follow(
    line: CommandLine,
    surroundings: Surroundings,
    place: Place,
    variables: Iterable[EnvVar] = (),
    *,
    arguments: Sequence[str] | None = None,
    origin: Location | None = None,
    via: tuple[Location, ...] = (),
) -> Run:
    """
    What this command line starts.

    ``variables`` is the environment that files give it; ``arguments`` are appended to an exec form (an image's CMD
    behind its ENTRYPOINT), None when there are none, and stand at ``origin``.
    """
    interpreter = _Interpreter(surroundings)
    known = {
        variable.name: variable.value
        if variable.value is not None and not variable.references and variable.value != secrets.MASK
        else None
        for variable in variables
    }
    frame = Frame(
        line.location.path, (line.location.line or 1) - 1, known, list(arguments or ()), place, via, origin=origin
    )
    if line.text is not None:
        interpreter.script(line.text, frame, _Mode())
    else:
        argv = [*(line.argv or ()), *(arguments or ())]
        interpreter.program(argv, " ".join(argv), frame, _Mode(), 1)
    return Run(
        tuple(interpreter.commands),
        tuple(dict.fromkeys(interpreter.blind_spots)),
        tuple(dict.fromkeys(interpreter.scripts)),
        tuple(dict.fromkeys(interpreter.configs)),
    )


_NOT_OURS = frozenset(
    "echo printf true false : test [ [[ sleep read unset local declare typeset readonly umask ulimit trap wait kill pwd let (( getopts hash type "
    "which cat ls mkdir chmod chown touch grep sed awk cut tr head tail sort date id whoami uname hostname nc ping alias shopt dirname basename readlink "
    "realpath tee ln jobs disown pushd popd".split()
)
_OPAQUE_RUNNERS = frozenset(
    "make just task invoke inv fab npm yarn pnpm npx ansible-playbook doit nox tox rake mage grunt gulp earthly bazel ssh docker docker-compose podman kubectl helm".split()
)
_SYSTEM_FOLDERS = ("/usr/", "/bin/", "/sbin/", "/etc/", "/opt/bitnami/", "/dev/", "/proc/", "/command/", "/lib/")

# Management commands of Django itself and of the packages most sites use, none of which migrates or collects files.
_HARMLESS_SUBCOMMANDS = (
    frozenset(
        "check compilemessages createcachetable createsuperuser changepassword clearsessions collectstatic dbshell diffsettings dumpdata findstatic flush help "
        "inspectdb loaddata makemessages makemigrations migrate optimizemigration remove_stale_contenttypes runserver sendtestemail shell shell_plus showmigrations sqlflush "
        "sqlmigrate sqlsequencereset squashmigrations startapp startproject test testserver version compress rebuild_index update_index clear_cache "
        "clear_index search_index thumbnail crontab wait_for_db wait_for_database waitfordb wait_db compilescss compilejsi18n collectstatic_js_reverse "
        "compilejsx tailwind spectacular generateschema runserver_plus prodserver invalidate_cachalot rqscheduler set_fake_passwords update_translation_fields".split()
    )
    | commands.WORKER_SUBCOMMANDS
    | commands.SCHEDULER_SUBCOMMANDS
    | commands.DEVELOPMENT_SERVERS
)


class _Interpreter:
    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.commands: list[Command] = []
        self.blind_spots: list[BlindSpot] = []
        self.scripts: list[tuple[str, Location]] = []
        self.configs: list[tuple[str, Location]] = []
        self.steps = 0

    # -- scripts and their syntax

    def script(self, text: str, frame: Frame, mode: _Mode) -> None:
        parsed = shell.parse(text)
        self.block(parsed.body, frame, mode)
        if parsed.error is not None:
            self.blind_spots.append(BlindSpot(f"the script {parsed.error}", frame.location(parsed.error_line or 1)))

    def block(self, nodes: shell.Block, frame: Frame, mode: _Mode) -> None:
        for node in nodes:
            if frame.ended or self.steps > MAX_STEPS:
                return
            self.node(node, frame, mode)

    def node(self, node: shell.Node, frame: Frame, mode: _Mode) -> None:
        self.steps += 1
        if isinstance(node, shell.Simple):
            self.simple(node, frame, mode)
        elif isinstance(node, shell.AndOr):
            self.and_or(node, frame, mode)
        elif isinstance(node, shell.Pipeline):
            for command in node.commands:
                self.node(command, frame, mode)
        elif isinstance(node, shell.Background):
            self.node(node.command, frame, replace(mode, background=True))
            frame.ended = False
        elif isinstance(node, shell.If):
            self.if_(node, frame, mode)
        elif isinstance(node, shell.Case):
            self.case(node, frame, mode)
        elif isinstance(node, shell.Loop):
            self.loop(node, frame, mode)
        elif isinstance(node, shell.For):
            self.for_(node, frame, mode)
        elif isinstance(node, shell.Function):
            frame.functions[node.name] = node.body
        elif isinstance(node, shell.Group):
            before = (dict(frame.variables), frame.place) if node.subshell else None
            self.block(node.body, frame, mode)
            if before is not None:
                frame.variables, frame.place = before
                frame.ended = False

    def and_or(self, node: shell.AndOr, frame: Frame, mode: _Mode) -> None:
        current = mode
        for index, (operator, item) in enumerate(node.items):
            if frame.ended:
                return
            if operator == "||":
                # A fallback: "migrate || exit 1" runs nothing when all goes well.
                previous = self.condition_of(node.items[index - 1][1], frame)
                current = self.narrowed(mode, previous.negated()) if previous else replace(mode, certain=False)
                if previous and previous.truth is True:
                    continue
                ended = frame.ended
                self.node(item, frame, current)
                if previous is None or previous.truth is None:
                    frame.ended = ended
                current = mode
                continue
            if operator == "&&":
                previous = self.condition_of(node.items[index - 1][1], frame)
                if previous:
                    current = self.narrowed(current, previous)
                    if previous.truth is False and previous.branch is None:
                        return
            elif self.condition_of(item, frame):
                continue
            if current.certain != mode.certain:
                self.branch((item,), frame, current)
            else:
                self.node(item, frame, current)

    def if_(self, node: shell.If, frame: Frame, mode: _Mode) -> None:
        remaining = mode
        outcomes: list[bool] = []
        for condition, body in node.branches:
            judged = self.judge(condition, frame, remaining)
            if judged.truth is True:
                self.block(body, frame, remaining)
                outcomes.append(frame.ended)
                # What an argument would choose instead is still part of what the script offers.
                if not judged.branch:
                    return
                taken = True
            else:
                taken = False
                if judged.truth is None or judged.branch is not None:
                    outcomes.append(self.branch(body, frame, self.narrowed(remaining, judged)))
            if taken:
                ended = frame.ended
                for other, other_body in node.branches[node.branches.index((condition, body)) + 1 :]:
                    alternative = self.judge(other, frame, remaining, quiet=True)
                    if alternative.branch is not None and alternative.truth is not True:
                        frame.ended = False
                        self.branch(other_body, frame, self.narrowed(remaining, alternative))
                frame.ended = ended
                return
            if judged.truth is None:
                remaining = self.narrowed(remaining, judged.negated())
        if node.otherwise:
            if remaining is mode:
                self.block(node.otherwise, frame, mode)
                return
            outcomes.append(self.branch(node.otherwise, frame, remaining))
            frame.ended = all(outcomes)

    def case(self, node: shell.Case, frame: Frame, mode: _Mode) -> None:
        assumed, frame.assumed = frame.assumed, False
        value = frame.single(node.word)
        is_assumed, frame.assumed = frame.assumed, assumed
        dispatches = names_in(node.word) & {"1", "@", "*"} != set() or any(
            re.search(r"TYPE|ROLE|PROCESS|SERVICE|CMD|COMMAND|MODE", name, re.IGNORECASE)
            for name in names_in(node.word)
        )
        matched = False
        outcomes: list[bool] = []
        for patterns, body in node.branches:
            texts = [pattern.text for pattern in patterns]
            hit = value is not None and not matched and any(fnmatch.fnmatchcase(value, text) for text in texts)
            label = next((text for text in texts if text != "*"), None)
            environment = environment_of_word(label) if label else "unknown"
            if hit and not is_assumed:
                matched = True
                self.block(body, frame, mode)
                outcomes.append(frame.ended)
                frame.ended = False
            elif hit:
                matched = True
                outcomes.append(self.branch(body, frame, replace(mode, certain=False)))
            elif value is None or dispatches or is_assumed:
                branch = label if dispatches else None
                if value is not None and label is None:
                    continue
                outcomes.append(
                    self.branch(
                        body,
                        frame,
                        _Mode(
                            False,
                            environment if environment != "unknown" else mode.environment,
                            branch or mode.branch,
                            mode.background,
                        ),
                    )
                )
        frame.ended = (
            bool(outcomes)
            and all(outcomes)
            and (
                matched
                or any(text == "*" for patterns, _ in node.branches for text in (pattern.text for pattern in patterns))
            )
        )

    def branch(self, body: shell.Block, frame: Frame, mode: _Mode) -> bool:
        """Follow a branch that may not be taken; what it sets is unknown afterwards. Returns whether it ends the script."""
        variables, positional, place = (
            dict(frame.variables),
            None if frame.positional is None else list(frame.positional),
            frame.place,
        )
        self.block(body, frame, mode)
        ended, frame.ended = frame.ended, False
        if not ended:
            for name, value in frame.variables.items():
                if variables.get(name, _UNSET) != value:
                    variables[name] = None
        frame.variables, frame.positional, frame.place = variables, positional, place
        return ended

    def loop(self, node: shell.Loop, frame: Frame, mode: _Mode) -> None:
        judged = self.judge(node.condition, frame, mode)
        forever = node.kind == "while" and all(
            isinstance(part, shell.Simple) and [word.text for word in part.words] in ([":"], ["true"])
            for part in node.condition
        )
        if forever:
            self.block(node.body, frame, mode)
            return
        self.branch(
            node.body,
            frame,
            replace(
                mode, certain=False, environment=judged.when_true if judged.when_true != "unknown" else mode.environment
            ),
        )

    def for_(self, node: shell.For, frame: Frame, mode: _Mode) -> None:
        values = [value for word in node.words for value in frame.expand(word)]
        frame.variables[node.name] = values[0] if len(values) == 1 and "$" not in values[0] else None
        self.block(node.body, frame, mode)
        frame.variables[node.name] = None

    def narrowed(self, mode: _Mode, judged: Judgement) -> _Mode:
        environment = judged.when_true if judged.when_true != "unknown" else mode.environment
        certain = mode.certain and judged.truth is True
        return _Mode(certain, environment, judged.branch or mode.branch, mode.background)

    # -- conditions

    def judge(self, condition: shell.Block, frame: Frame, mode: _Mode, *, quiet: bool = False) -> Judgement:
        """What the condition of an ``if`` or ``while`` says; commands in it are followed, they run either way."""
        judged = Judgement()
        for node in condition:
            found = self.condition_of(node, frame)
            if found is not None:
                judged = found
            elif not quiet:
                self.node(node, frame, mode)
                judged = Judgement()
        return judged

    def condition_of(self, node: shell.Node, frame: Frame) -> Judgement | None:
        """What a test says; None for a node that is no test."""
        if isinstance(node, shell.Pipeline) and len(node.commands) == 1:
            inner = self.condition_of(node.commands[0], frame)
            return inner.negated() if inner and node.negated else inner
        if isinstance(node, shell.AndOr):
            parts = [self.condition_of(item, frame) for _, item in node.items]
            known = [part for part in parts if part is not None]
            if len(known) != len(parts):
                return None
            result = known[0]
            for (operator, _), part in zip(node.items[1:], known[1:], strict=True):
                result = result.both(part) if operator == "&&" else result.either(part)
            return result
        if isinstance(node, shell.Group) and len(node.body) == 1:
            return self.condition_of(node.body[0], frame)
        if not isinstance(node, shell.Simple) or not node.words:
            return None
        name = node.words[0].literal
        if name in ("true", ":"):
            return Judgement(True)
        if name == "false":
            return Judgement(False)
        if name not in ("[", "[[", "test"):
            return None
        words = list(node.words[1:])
        if words and words[-1].literal in ("]", "]]"):
            words.pop()
        return self.test(words, frame)

    def test(self, words: list[shell.Word], frame: Frame) -> Judgement:
        for operator, combine in (
            ("||", Judgement.either),
            ("-o", Judgement.either),
            ("&&", Judgement.both),
            ("-a", Judgement.both),
        ):
            for index, word in enumerate(words):
                if word.literal == operator and 0 < index < len(words) - 1:
                    return combine(self.test(words[:index], frame), self.test(words[index + 1 :], frame))
        if words and words[0].literal == "!":
            return self.test(words[1:], frame).negated()
        if words and words[0].literal == "(" and words[-1].literal == ")":
            return self.test(words[1:-1], frame)
        if len(words) == 3:
            return self.comparison(words[0], words[1].text, words[2], frame)
        if len(words) == 2:
            return self.unary(words[0].text, words[1], frame)
        if len(words) == 1:
            return self.unary("-n", words[0], frame)
        return Judgement()

    def unary(self, operator: str, word: shell.Word, frame: Frame) -> Judgement:
        if operator not in ("-n", "-z"):
            return Judgement()  # a question about files
        names = names_in(word)
        unknown: Environment = "unknown"
        environment = next((found for found in map(environment_of_name, sorted(names)) if found != unknown), unknown)
        value = frame.single(word)
        judged = Judgement(None if value is None or "$" in value else value != "", environment, opposite(environment))
        return judged if operator == "-n" else judged.negated()

    def comparison(self, left: shell.Word, operator: str, right: shell.Word, frame: Frame) -> Judgement:
        numeric = {"-eq": "=", "-ne": "!=", "-gt": ">", "-ge": ">=", "-lt": "<", "-le": "<="}
        operator = numeric.get(operator, operator)
        assumed, frame.assumed = frame.assumed, False
        first, second = frame.single(left), frame.single(right)
        is_assumed, frame.assumed = frame.assumed, assumed
        negated = operator == "!="
        literal, names = (
            (right.literal, names_in(left)) if right.literal is not None else (left.literal, names_in(right))
        )
        environment: Environment = "unknown"
        if operator in ("=", "==", "!=", "=~") and literal is not None:
            environment = environment_of_comparison(names, literal)
        branch = None
        if literal and names & {"1", "@", "*"} and operator in ("=", "==", "=~"):
            branch = literal
        truth: bool | None = None
        if first is not None and second is not None and "$" not in first and "$" not in second and not is_assumed:
            truth = compare(
                first,
                operator if not negated else "=",
                second,
                wild=operator in ("==", "=") and right.literal is not None,
            )
            if not negated and truth is False and branch is None and operator == "=~":
                truth = None
        judged = Judgement(truth, environment, opposite(environment), branch)
        return judged.negated() if negated else judged

    # -- simple commands

    def simple(self, node: shell.Simple, frame: Frame, mode: _Mode) -> None:
        environment: list[tuple[str, str]] = []
        for assignment in node.assignments:
            elements = getattr(assignment, "elements", ()) or ()
            if assignment.value is None:
                values = [value for word in elements for value in frame.expand(word)]
                frame.arrays[assignment.name] = (
                    [*frame.arrays.get(assignment.name, []), *values] if assignment.append else values
                )
                continue
            value = " ".join(frame.expand(assignment.value)) if assignment.value.parts else ""
            if assignment.append:
                value = (frame.variables.get(assignment.name) or "") + value
            if node.words:
                environment.append((assignment.name, value))
            else:
                self.assign(assignment.name, value, frame, node.line, mode)
        if not node.words:
            return
        argv = [value for word in node.words for value in frame.expand(word)]
        if argv:
            self.program(argv, node.text, frame, mode, node.line, tuple(environment), node)

    def assign(self, name: str, value: str, frame: Frame, line: int, mode: _Mode, *, exported: bool = False) -> None:
        frame.variables[name] = None if re.search(r"\$[A-Za-z_({@]", value) else value
        if exported or name in frame.exported or name.isupper():
            frame.exported[name] = secrets.env_var(name, value, frame.location(line))

    def program(
        self,
        argv: list[str],
        text: str,
        frame: Frame,
        mode: _Mode,
        line: int,
        environment: tuple[tuple[str, str], ...] = (),
        node: shell.Simple | None = None,
    ) -> None:
        """Follow one command with its arguments known as far as they are."""
        self.steps += 1
        if self.steps > MAX_STEPS or not argv:
            return
        if self.builtin(argv, text, frame, mode, line):
            return
        # "$PREFIX ./manage.py migrate": an unknown prefix in front of something known.
        stripped = list(argv)
        while len(stripped) > 1 and re.fullmatch(r"\$\{?\w+\}?", stripped[0]) and not stripped[1].startswith("-"):
            stripped.pop(0)
        unwrapped = commands.unwrap(stripped)
        environment = (*environment, *unwrapped.environment)
        is_exec = "exec" in unwrapped.wrappers[:1]
        caller = frame
        if frame.origin is not None and frame.positional and _is_from(unwrapped, frame.positional):
            # exec "$@": what runs stands where the arguments do.
            here = frame.location(line)
            via = frame.via if here == frame.origin else (*frame.via, here)
            frame = replace(frame, path=frame.origin.path, line=(frame.origin.line or 1) - 1, via=via)
            line, text = 1, " ".join(unwrapped.argv)
        if unwrapped.script is not None:
            inner = replace(frame, user=unwrapped.user or frame.user)
            self.nested(unwrapped.script, list(unwrapped.argv[1:]), inner, mode, line, environment)
        else:
            self.started(unwrapped, text, frame, mode, line, environment, node)
        if is_exec:
            caller.ended = True

    def builtin(self, argv: list[str], text: str, frame: Frame, mode: _Mode, line: int) -> bool:
        name, arguments = argv[0], argv[1:]
        if name == "cd":
            if arguments and "$" not in arguments[0]:
                frame.place = frame.place.at(arguments[0])
        elif name == "export":
            for argument in arguments:
                key, equals, value = argument.partition("=")
                if equals and key.isidentifier():
                    self.assign(key, value, frame, line, mode, exported=True)
        elif name == "set":
            if "--" in arguments:
                frame.positional, frame.origin = arguments[arguments.index("--") + 1 :], frame.location(line)
            elif arguments and not arguments[0].startswith(("-", "+")):
                frame.positional, frame.origin = list(arguments), frame.location(line)
        elif name == "shift":
            if frame.positional is not None:
                count = int(arguments[0]) if arguments and arguments[0].isdigit() else 1
                frame.positional = frame.positional[count:]
        elif name in ("source", "."):
            self.source(arguments, frame, mode, line)
        elif name in ("exit", "return"):
            frame.ended = True
        elif name == "eval":
            if arguments:
                self.nested(" ".join(arguments), [], frame, mode, line, (), same=True)
        elif name in frame.functions:
            self.function(name, arguments, frame, mode)
        elif name == "exec" and not arguments:
            return True
        else:
            return name in _NOT_OURS
        return True

    def function(self, name: str, arguments: list[str], frame: Frame, mode: _Mode) -> None:
        if frame.depth >= MAX_DEPTH:
            return
        body = frame.functions[name]
        positional, frame.positional = frame.positional, arguments
        frame.depth += 1
        self.block(body, frame, mode)
        frame.depth -= 1
        frame.positional = positional
        if not any(
            isinstance(item, shell.Simple) and item.words and item.words[0].literal in ("exec", "exit") for item in body
        ):
            frame.ended = False

    def source(self, arguments: list[str], frame: Frame, mode: _Mode, line: int) -> None:
        location = frame.location(line)
        if not arguments:
            return
        target = arguments[0]
        base = posixpath.basename(target)
        if (
            base in ("activate", "nvm.sh", ".bashrc", ".profile", "cargo", "env")
            or base.startswith(".env")
            or base.endswith(".env")
            or base == "os-release"
        ):
            return
        path = frame.place.locate(target, self.surroundings.repository)
        source = self.read(path)
        if source is None or frame.depth >= MAX_DEPTH:
            self.blind_spots.append(
                BlindSpot(f"sources '{secrets.mask(target)}', which is not in the repository", location)
            )
            return
        self.scripts.append((source.path, location))
        inner = replace(frame, path=source.path, line=0, via=(*frame.via, location), depth=frame.depth + 1, ended=False)
        if len(arguments) > 1:
            inner.positional = arguments[1:]
        self.script(secrets.mask(source.text), inner, mode)
        frame.place = inner.place

    def read(self, path: str | None) -> Source | None:
        if path is None:
            return None
        try:
            return self.surroundings.repository.read(path)
        except Unreadable as error:
            self.blind_spots.append(BlindSpot(f"'{path}' {error.reason}", Location(path)))
            return None

    def nested(
        self,
        text: str,
        positional: list[str],
        frame: Frame,
        mode: _Mode,
        line: int,
        environment: Iterable[tuple[str, str]],
        *,
        same: bool = False,
    ) -> None:
        """Follow the text given to ``sh -c`` or ``eval``."""
        if frame.depth >= MAX_DEPTH:
            self.blind_spots.append(BlindSpot("shells are nested too deeply", frame.location(line)))
            return
        if same:
            inner = replace(frame, line=frame.line + line - 1, depth=frame.depth + 1)
        else:
            variables = {**frame.variables, **{name: (None if "$" in value else value) for name, value in environment}}
            inner = replace(
                frame,
                line=frame.line + line - 1,
                variables=variables,
                positional=positional,
                functions={},
                arrays={},
                depth=frame.depth + 1,
                exported=dict(frame.exported),
            )
        self.script(text, inner, mode)

    def started(
        self,
        unwrapped: commands.Unwrapped,
        text: str,
        frame: Frame,
        mode: _Mode,
        line: int,
        environment: tuple[tuple[str, str], ...],
        node: shell.Simple | None,
    ) -> None:
        argv = unwrapped.argv
        name = commands.program_name(argv[0])
        if unwrapped.wrappers and self.builtin(list(argv), text, frame, mode, line):
            return
        if argv[0] in frame.functions:
            self.function(argv[0], list(argv[1:]), frame, mode)
            return
        if self.follow_script(argv, frame, mode, line, environment, unwrapped):
            return
        if commands.is_shell(name):
            for redirect in node.redirects if node else ():
                if redirect.heredoc:
                    self.nested(redirect.heredoc, [], frame, mode, redirect.line + 1, environment)
                elif redirect.operator == "<" and redirect.target is not None:
                    script = " ".join(frame.expand(redirect.target))
                    self.follow_script(("sh", script), frame, mode, line, environment, unwrapped)
            return
        self.record(unwrapped, text, frame, mode, line, environment)

    def follow_script(
        self,
        argv: tuple[str, ...],
        frame: Frame,
        mode: _Mode,
        line: int,
        environment: tuple[tuple[str, str], ...],
        unwrapped: commands.Unwrapped,
    ) -> bool:
        """Follow a script of the repository. True when the command was one, also one that could not be read."""
        name = commands.program_name(argv[0])
        rest = list(argv[1:])
        target = argv[0]
        by_shell = commands.is_shell(name)
        if by_shell:
            while rest and rest[0].startswith(("-", "+")):
                option = rest.pop(0)
                if option in ("-o", "+o", "-O") and rest:
                    rest.pop(0)
            if not rest:
                return False
            target, *rest = rest
        elif commands.is_python(name) or name in commands.SERVERS or commands.management_command(argv) is not None:
            return False
        location = frame.location(line)
        path = (
            frame.place.locate(target, self.surroundings.repository)
            if by_shell or "/" in target or frame.place.container or target.endswith(".sh")
            else None
        )
        if path is None:
            if (
                by_shell
                or target.endswith((".sh", ".bash"))
                or (
                    "/" in target
                    and not target.startswith(_SYSTEM_FOLDERS)
                    and "/bin/" not in target
                    and "$" not in target.partition("/")[0]
                )
            ):
                self.blind_spots.append(
                    BlindSpot(f"runs '{secrets.mask(target)}', which is not in the repository", location)
                )
                return by_shell or name not in commands.WORKER_PROGRAMS
            return False
        source = self.read(path)
        if source is None:
            return True
        first = source.lines[0] if source.lines else ""
        if first.startswith("#!") and not re.search(r"\b(?:ba|da|a|z|k)?sh\b|with-contenv|execlineb", first):
            if "python" in first:
                self.python_file(source.path, location)
            else:
                self.blind_spots.append(BlindSpot(f"runs '{path}', which is no shell script", location))
            return True
        if path.endswith(".py"):
            self.python_file(path, location)
            return True
        if frame.depth >= MAX_DEPTH:
            self.blind_spots.append(BlindSpot("scripts call each other too deeply", location))
            return True
        self.scripts.append((path, location))
        exported = {**frame.exported, **{key: secrets.env_var(key, value, location) for key, value in environment}}
        variables = {**frame.variables, **{key: (None if "$" in value else value) for key, value in environment}}
        positional = None if any(argument == "$@" for argument in rest) else rest
        passed = (
            frame.origin is not None
            and positional
            and frame.positional
            and positional == frame.positional[-len(positional) :]
        )
        origin = frame.origin if passed else location
        inner = Frame(
            path,
            0,
            variables,
            positional,
            frame.place,
            (*frame.via, location),
            depth=frame.depth + 1,
            exported=exported,
            origin=origin,
        )
        inner.user = unwrapped.user or frame.user
        self.script(secrets.mask(source.text), inner, mode)
        return True

    def python_file(self, path: str, location: Location) -> None:
        calls = self.surroundings.python_calls(path)
        if calls is None or "?" in calls:
            self.blind_spots.append(BlindSpot(f"runs the Python script '{path}'", location))
        for call in calls or ():
            if call != "?":
                self.commands.append(
                    Command(call, ("manage.py", call), "manage.py", Location(path), (location,), call, certain=False)
                )

    def record(
        self,
        unwrapped: commands.Unwrapped,
        text: str,
        frame: Frame,
        mode: _Mode,
        line: int,
        environment: tuple[tuple[str, str], ...],
    ) -> None:
        argv = unwrapped.argv
        location = frame.location(line)
        name = commands.program_name(argv[0])
        management = commands.management_command(argv)
        known = {key: value for key, value in {**frame.variables, **dict(environment)}.items() if value is not None}
        found = servers.server(argv, known, location)
        if found is not None and found.name != "runserver":
            found = self.configured(found, frame, location)
        variables = (*frame.exported.values(), *(secrets.env_var(key, value, location) for key, value in environment))
        settings = commands.option_value(argv, "--settings") if management is not None else None
        if settings is None and found is not None:
            settings = found.settings_module
        command = Command(
            text=secrets.mask(text),
            argv=tuple(mask_argv(list(argv))),
            program="manage.py" if management is not None else name,
            location=location,
            via=frame.via,
            subcommand=management[0] or None if management is not None else None,
            server=found,
            environment=mode.environment,
            certain=mode.certain,
            settings_module=settings if settings and "$" not in settings else None,
            background=mode.background,
            variables=variables,
            wrappers=unwrapped.wrappers,
            user=unwrapped.user or frame.user,
            branch=mode.branch,
        )
        self.commands.append(command)
        if management is not None:
            self.management(command, location, mode)
        elif found is None:
            self.other(command, frame, location, mode)

    def management(self, command: Command, location: Location, mode: _Mode) -> None:
        """What a management command of the project's own runs in turn."""
        subcommand = command.subcommand or ""
        if not subcommand or subcommand in _HARMLESS_SUBCOMMANDS:
            return
        if "$" in subcommand:
            self.blind_spots.append(BlindSpot("runs a management command that is not known", location))
            return
        calls = self.surroundings.management_calls(subcommand)
        if calls is None:
            if re.search(
                r"migrat|deploy|setup|init|install|bootstrap|release|start|provision|upgrade|update", subcommand
            ):
                self.blind_spots.append(
                    BlindSpot(f"runs the management command '{subcommand}', which is not in the repository", location)
                )
            return
        for call in calls:
            if call == "?":
                self.blind_spots.append(
                    BlindSpot(f"runs the management command '{subcommand}', which calls others", location)
                )
            else:
                self.commands.append(
                    replace(
                        command, subcommand=call, argv=("manage.py", call), text=f"{command.text} → {call}", server=None
                    )
                )

    def other(self, command: Command, frame: Frame, location: Location, mode: _Mode) -> None:
        argv, name = command.argv, command.program
        if name in ("supervisord", "honcho", "foreman", "goreman", "circusd", "overmind", "hivemind"):
            self.process_manager(name, argv, frame, location, mode)
        elif commands.is_python(name):
            target, _ = commands.python_target(argv)
            if target is not None and target[0] in ("file", "module"):
                name = target[1] if target[0] == "file" else target[1].replace(".", "/") + ".py"
                path = frame.place.locate(name, self.surroundings.repository)
                if path is None and target[0] == "module":
                    return  # an installed package
                if path is None:
                    self.blind_spots.append(
                        BlindSpot(f"runs '{secrets.mask(name)}', which is not in the repository", location)
                    )
                else:
                    self.python_file(path, location)
            elif (
                target is not None
                and target[0] == "code"
                and re.search(r"call_command|execute_from_command_line|subprocess|os\.system", target[1])
            ):
                self.blind_spots.append(BlindSpot("runs Python code that calls other commands", location))
        elif (
            name in _OPAQUE_RUNNERS
            and not remote.is_harmless(argv)
            and not (
                name in ("npm", "yarn", "pnpm", "npx")
                and not re.search(r"migrat|start|deploy|release|django", " ".join(argv[1:]))
            )
        ):
            self.blind_spots.append(BlindSpot(f"runs '{name}', which was not followed", location))
        elif "$" in argv[0]:
            self.blind_spots.append(BlindSpot("runs a command that stands in a variable", location))

    def process_manager(self, name: str, argv: tuple[str, ...], frame: Frame, location: Location, mode: _Mode) -> None:
        """supervisord, honcho and their like: every process in their file starts here."""
        if name in ("supervisord", "circusd"):
            config = commands.option_value(argv, "-c", "--configuration") or (
                argv[-1] if argv[-1].endswith(".ini") else None
            )
            candidates = (
                [config]
                if config
                else [
                    "/etc/supervisor/conf.d/supervisord.conf",
                    "/etc/supervisord.conf",
                    "/etc/supervisor/supervisord.conf",
                    "supervisord.conf",
                ]
            )
            names: set[str] = set()
        else:
            config = commands.option_value(argv, "-f", "--procfile")
            candidates = [config or "Procfile"]
            words = [argument for argument in argv[1:] if not argument.startswith("-")]
            names = set(words[1:]) - {config} if words[:1] == ["start"] else set()
        path = next(
            (
                found
                for candidate in candidates
                if (found := frame.place.locate(candidate, self.surroundings.repository))
            ),
            None,
        )
        services = self.surroundings.services_in(path) if path else ()
        if path is None or not services or frame.depth >= MAX_DEPTH:
            self.blind_spots.append(BlindSpot(f"runs '{name}', whose configuration was not found", location))
            return
        self.configs.append((path, location))
        for service in services:
            if service.command is None or (names and service.name not in names):
                continue
            inner = replace(
                frame,
                path=service.command.location.path,
                line=(service.command.location.line or 1) - 1,
                via=(*frame.via, location),
                depth=frame.depth + 1,
                positional=[],
                functions={},
                variables={**frame.variables, **{variable.name: variable.value for variable in service.variables}},
                place=frame.place.at(service.workdir) if service.workdir else frame.place,
                ended=False,
                user=service.user or frame.user,
            )
            inner_mode = replace(mode, branch=service.name)
            if service.command.text is not None:
                self.script(service.command.text, inner, inner_mode)
            else:
                self.program(list(service.command.argv or ()), str(service.command), inner, inner_mode, 1)

    def configured(self, found: Server, frame: Frame, location: Location) -> Server:
        """The server with its configuration file's options."""
        if "config" in found.unresolved:
            return found
        place = frame.place.at(found.chdir) if found.chdir and "$" not in found.chdir else frame.place
        name = found.config
        if name is None:
            if found.name != "gunicorn":
                return found
            name = "gunicorn.conf.py"  # read from the working directory unasked
        elif name.startswith("python:"):
            name = name.removeprefix("python:").replace(".", "/") + ".py"
        path = frame.place.locate(name, self.surroundings.repository) or place.locate(
            name, self.surroundings.repository
        )
        if path is None and name.endswith(".py") and name != "gunicorn.conf.py":
            path = place.locate(name[:-3] + "/__init__.py", self.surroundings.repository)
        if found.config is None and path is not None and not self.in_working_directory(path, frame):
            return found
        config = self.surroundings.server_config(path, found.name) if path else None
        if config is None:
            if found.config is None:
                return found
            self.blind_spots.append(
                BlindSpot(
                    f"reads '{secrets.mask(found.config)}', which is not in the repository", location, frozenset()
                )
            )
            return replace(
                found, unresolved=found.unresolved | {"config", "workers", "bind", "reload", "log_level", "chdir"}
            )
        self.configs.append((config.path, location))
        return servers.with_config(replace(found, config=config.path), config)

    def in_working_directory(self, path: str, frame: Frame) -> bool:
        """Whether the file lies where the server starts; a guess by its tail is no proof for a file nobody named."""
        folder = posixpath.dirname(path)
        place = frame.place
        if not place.container:
            return (
                folder == posixpath.normpath(posixpath.join(place.base, place.workdir)).lstrip("./").rstrip("/")
                or folder == place.base
            )
        return (
            folder in ("", place.base)
            or posixpath.basename(folder) == posixpath.basename(place.workdir)
            or any(is_below(folder, source.strip("./")) for copy in place.copies for source in copy.sources)
        )


_UNSET = object()


def _is_from(unwrapped: commands.Unwrapped, positional: list[str]) -> bool:
    """Whether the command is what the positional parameters hold, or their end."""
    if unwrapped.script is not None:
        return unwrapped.script in positional
    return bool(unwrapped.argv) and list(unwrapped.argv) == positional[-len(unwrapped.argv) :]
