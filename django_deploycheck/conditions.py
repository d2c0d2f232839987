"""What the conditions of a script say: whether they hold, and for which environment each branch is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django_deploycheck import shell
from django_deploycheck.frames import Frame, Mode
from django_deploycheck.model import Environment
from django_deploycheck.records import dataclass, replace
from django_deploycheck.words import expand, matches

MAX_WORDS = 60
"""The longest test that is understood, in words; no deeper may its parts be nested in each other."""


@dataclass(frozen=True)
class Judgement:
    """
    What a condition says: whether it holds, None where that is open, and for which environment each branch is.

    ``branch`` is the argument (``$1``), or the value of a variable such as ``$ROLE``, for which it would hold.
    """

    truth: bool | None = None
    when_true: Environment = "unknown"
    when_false: Environment = "unknown"
    branch: str | None = None

    def negated(self) -> Judgement:
        return Judgement(None if self.truth is None else not self.truth, self.when_false, self.when_true)

    def both(self, other: Judgement) -> Judgement:
        """``self && other``."""
        if self.truth is True:
            return other
        if other.truth is True:
            return self
        return Judgement(
            False if False in (self.truth, other.truth) else None,
            self.when_true if self.when_true != "unknown" else other.when_true,
            self.when_false if self.when_false == other.when_false else "unknown",
            self.branch or other.branch,
        )

    def either(self, other: Judgement) -> Judgement:
        """``self || other``."""
        neither = self.negated().both(other.negated())
        return replace(neither.negated(), branch=self.branch or other.branch)

    def narrow(self, mode: Mode) -> Mode:
        """The mode of what runs only where the condition holds."""
        return replace(
            mode,
            certain=mode.certain and self.truth is True,
            environment=self.when_true if self.when_true != "unknown" else mode.environment,
            branch=self.branch or mode.branch,
        )


OPEN = Judgement()
HOLDS = Judgement(True)
FAILS = Judgement(False)


def judgement(node: shell.Node, frame: Frame) -> Judgement | None:
    """What a condition says; None for one that runs commands and depends on how they end."""
    if isinstance(node, shell.Pipeline) and len(node.commands) == 1:
        judged = judgement(node.commands[0], frame)
        return judged.negated() if judged and node.negated else judged
    if isinstance(node, shell.AndOr):
        return _judgement_of_list(node, frame)
    if isinstance(node, shell.Group) and len(node.body) == 1:
        return judgement(node.body[0], frame)
    if isinstance(node, shell.Simple) and node.words:
        return _judgement_of_command(node, frame)
    return None


def _judgement_of_list(node: shell.AndOr, frame: Frame) -> Judgement | None:
    result = HOLDS
    for operator, item in node.items:
        judged = judgement(item, frame)
        if judged is None:
            return None
        result = result.either(judged) if operator == "||" else result.both(judged)
    return result


def _judgement_of_command(node: shell.Simple, frame: Frame) -> Judgement | None:
    name = node.words[0].literal or ""
    if name in ("true", ":"):
        return HOLDS
    if name == "false":
        return FAILS
    if name.startswith("(("):
        return OPEN
    if name not in ("[", "[[", "test"):
        return None
    words = node.words[1:] if name == "test" else node.words[1:-1]
    return _Test(frame, patterns=name == "[[").judge(words) if len(words) <= MAX_WORDS else OPEN


def judgement_of_patterns(word: shell.Word, patterns: Sequence[shell.Word], frame: Frame) -> Judgement:
    """What a branch of ``case`` says."""
    if any(pattern.literal == "*" for pattern in patterns):
        return HOLDS
    value = expand(word, frame).value
    expanded = [expand(pattern, frame) for pattern in patterns]
    truth: bool | None = None
    if value.text is not None and not value.assumed and all(pattern.known for pattern in expanded):
        truth = any(matches(value.text, pattern.text) for pattern in expanded)
    names = _names(word)
    environment = _common(environment_of_comparison(names, pattern.text) for pattern in patterns)
    branch = _process_named(patterns[0].text, names)
    return Judgement(truth, environment, _opposite(environment), branch)


# --- [ … ] ------------------------------------------------------------------------------------------------------------

_NUMERIC = {"-eq": "=", "-ne": "!=", "-gt": ">", "-ge": ">=", "-lt": "<", "-le": "<="}


@dataclass(frozen=True)
class _Test:
    """Judges the words of ``[ … ]``, or with ``patterns`` of ``[[ … ]]``."""

    frame: Frame
    patterns: bool

    def judge(self, words: Sequence[shell.Word]) -> Judgement:
        for operator, synonym in (("||", "-o"), ("&&", "-a")):
            index = _index_outside_parentheses(words, operator, synonym)
            if index:
                left, right = self.judge(words[:index]), self.judge(words[index + 1 :])
                return left.either(right) if operator == "||" else left.both(right)
        if len(words) > 1 and words[0].literal == "!":
            return self.judge(words[1:]).negated()
        if len(words) > 2 and words[0].literal == "(" and words[-1].literal == ")":
            return self.judge(words[1:-1])
        if len(words) == 3:
            return self.comparison(words[0], words[1].text, words[2])
        if len(words) == 2:
            return self.unary(words[0].text, words[1])
        return self.unary("-n", words[0]) if len(words) == 1 else OPEN

    def unary(self, operator: str, word: shell.Word) -> Judgement:
        if operator not in ("-n", "-z"):
            return OPEN  # a question about files
        environment = _common(map(environment_of_name, _names(word)))
        value = expand(word, self.frame).value
        truth = None if value.text is None or value.assumed else value.text != ""
        judged = Judgement(truth, environment, _opposite(environment))
        return judged if operator == "-n" else judged.negated()

    def comparison(self, left: shell.Word, operator: str, right: shell.Word) -> Judgement:
        operator = _NUMERIC.get(operator, operator)
        if operator == "!=":
            return self.comparison(left, "=", right).negated()
        first, second = expand(left, self.frame).value, expand(right, self.frame).value
        truth: bool | None = None
        if first.text is not None and second.text is not None and not first.assumed and not second.assumed:
            has_patterns = self.patterns and not any(part.quoted for part in right.parts)
            truth = _compare(first.text, operator, second.text, patterns=has_patterns)
        if operator not in ("=", "==", "=~"):
            return Judgement(truth)
        word, literal = (left, right.literal) if right.literal is not None else (right, left.literal)
        if literal is None:
            return Judgement(truth)
        names = _names(word)
        environment = environment_of_comparison(names, literal)
        return Judgement(truth, environment, _opposite(environment), _process_named(literal, names))


def _index_outside_parentheses(words: Sequence[shell.Word], *operators: str) -> int | None:
    """Where one of the operators stands between two operands; None where none does."""
    depth = 0
    for index, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word.literal or "", 0)
        if not depth and word.literal in operators and 0 < index < len(words) - 1:
            return index
    return None


def _compare(first: str, operator: str, second: str, *, patterns: bool) -> bool | None:
    if operator in ("=", "=="):
        return matches(first, second) if patterns else first == second
    if operator == "=~":
        # Of regular expressions, only the plain text is understood.
        return first == second.strip("^$") or None
    if not re.fullmatch(r"-?\d{1,18}", first) or not re.fullmatch(r"-?\d{1,18}", second):
        return None
    left, right = int(first), int(second)
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}.get(operator)


def _names(word: shell.Word) -> set[str]:
    return {part.name for part in word.parts if isinstance(part, shell.Variable)}


# --- whose a branch is ------------------------------------------------------------------------------------------------

_DEVELOPMENT_WORDS = frozenset(
    "dev devel develop development local localhost test tests testing debug debugger ci e2e pytest runserver devserver shell bash docs".split()
)
_PRODUCTION_WORDS = frozenset({"prod", "production", "live"})
_DEVELOPMENT_NAMES = frozenset(
    "debug dev devel development local test testing tests reload autoreload ci debugger".split()
)
_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_FALSE = frozenset({"0", "false", "no", "off", "n", "f", ""})
_PROCESS_NAMES = frozenset({"type", "role", "process", "service", "cmd", "command", "mode"})

MAX_SPELLED = 200
"""How much of a name or word is looked at, in characters."""


def _spelled(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text[:MAX_SPELLED].lower()))


def _process_named(value: str, names: set[str]) -> str | None:
    """The process that a script shall be when a variable of these names has the value; None for other variables."""
    if names & {"1", "@", "*"}:
        return value or None
    is_switch = value.lower() in _TRUE or value.lower() in _FALSE
    return value if not is_switch and any(_spelled(name) & _PROCESS_NAMES for name in names) else None


def environment_of_word(word: str) -> Environment:
    """For which environment a value is: ``dev``, ``config.settings.local``."""
    if _spelled(word) & _DEVELOPMENT_WORDS:
        return "development"
    return "production" if _spelled(word) & _PRODUCTION_WORDS else "unknown"


def environment_of_name(name: str) -> Environment:
    """For which environment a switch is that turns something on: ``DJANGO_DEBUG``, ``IS_PRODUCTION``."""
    if _spelled(name) & _PRODUCTION_WORDS:
        return "production"
    return "development" if _spelled(name) & _DEVELOPMENT_NAMES else "unknown"


def environment_of_comparison(names: set[str], literal: str) -> Environment:
    """For which environment the branch is that is taken when a variable of these names equals the literal."""
    value = literal.strip("^$").lower()
    if value not in _TRUE and value not in _FALSE:
        return environment_of_word(literal)
    environment = _common(map(environment_of_name, names))
    return environment if value in _TRUE else _opposite(environment)


def _common(environments: Iterable[Environment]) -> Environment:
    """The one environment that some of these name; unknown where they contradict each other."""
    named = {environment for environment in environments if environment != "unknown"}
    return named.pop() if len(named) == 1 else "unknown"


def _opposite(environment: Environment) -> Environment:
    opposites: dict[Environment, Environment] = {"production": "development", "development": "production"}
    return opposites.get(environment, "unknown")
