"""
Fabfiles and Invoke's tasks: what a deploy runs on the server.

After https://docs.fabfile.org/en/1.14/api/core/operations.html, https://docs.fabfile.org/en/latest/api/connection.html and
https://docs.pyinvoke.org. The file is parsed and never run. A task deploys where its name says so (``deploy``, ``release``,
``update``, ``migrate`` …); what it calls in the same file is followed, texts are put together as far as they are literals, and
the rest of a text is a shell's variable of unknown value. A first deploy (``deploy_cold``) is perhaps one. What runs on the
machine of who deploys (``local``, Invoke's ``run``), and in every other task (``setup``, ``bootstrap``, ``reset``), is only
said to be mentioned.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, Fact, Reference
from django_deploycheck.patterns import regex
from django_deploycheck.readers import unread_format
from django_deploycheck.readers._deploy_step import Step, is_of_application, services
from django_deploycheck.readers._python import FunctionNode, canonical, dotted, import_aliases, parse
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source, Unreadable, within

KIND = "fabfile"
NATURE = "production"
NAMES = ("fabfile.py", "fabfile/*.py", "fab_*.py", "fabric/*.py", "tasks.py", "tasks/*.py", "deploy*.py")

MAX_CALLS = 6
"""How deep functions are followed into each other."""
MAX_STEPS = 1000
"""How many statements are followed in all."""
MAX_NESTING = 40
"""How deep statements may stand in each other."""
MAX_TEXT = 4000
"""The longest command, in characters."""
MAX_VALUE = 500
"""The longest text that is known by a name."""
MAX_ITEMS = 20
"""For how many items the body of a loop is followed one by one."""

_IMPORTS = regex(r"^[ \t]*(?:from|import)[ \t]+(fabric|fabtools|invoke)\b", re.MULTILINE)
_DEFINES_DEPLOY = regex(r"^[ \t]*(?:async[ \t]+)?def[ \t]+\w*(?:deploy|release)", re.MULTILINE | re.IGNORECASE)
_WORDS = regex(r"[a-z0-9]+")
_DEPLOYS = frozenset(
    "deploy redeploy deployment release ship rollout publish update upgrade migrate migrations syncdb collectstatic staticfiles".split()
)
_ONCE = frozenset("setup bootstrap provision install init initial first cold create".split())
_NO_DEPLOY = frozenset(
    "test tests testing dev devel develop development local localhost vagrant docs demo rollback revert undo check lint backup "
    "restore dump reset pypi package translations requirements deps dependencies hosts pull download get fetch import export copy "
    "shell ssh log logs status delete drop wipe flush clear clean".split()
)
_REMOTE = frozenset({"run", "sudo"})
_LOCAL = frozenset({"local"})
# What is run here and reaches the site all the same.
_REACHES_SITE = regex(
    r"^\s*(?:sudo\s+)?(?:heroku\s|ssh\s|fly(?:ctl)?\s|eb\s|dokku\s|kubectl\s|kamal\s|gcloud\s|aws\s|docker\s+--?(?:context|H)|railway\s)"
)
_UNCERTAIN = 'if [ -e "$condition" ]; then '


def claims(source: Source) -> bool:
    """Whether the file imports Fabric, or Invoke and has a task that deploys."""
    imported = {match[1] for match in _IMPORTS.finditer(source.text)}
    is_fabfile = source.name == "fabfile.py" or posixpath.basename(source.folder) == "fabfile"
    return is_fabfile or (bool(imported) and bool(_DEFINES_DEPLOY.search(source.text)))


def read(source: Source) -> Iterator[Fact]:
    """A service for every task that deploys, one more for each command that starts a server, and what else is mentioned."""
    try:
        module = _parsed(source)
    except Unreadable:
        # The version of Fabric that most fabfiles are written for runs on Python 2 alone.
        hides = unread_format.mentioned(re.sub(r"^[ \t]*#.*", "", source.text, flags=re.MULTILINE))
        if hides:
            yield BlindSpot("is no Python that this version reads", source.location(), hides)
        return
    reading = _Reading(source, module)
    found: set[tuple[int, str]] = set()
    texts: list[str] = []
    for task in _tasks(reading):
        steps = [step for step in reading.followed(task) if (step.line, step.text) not in found]
        found.update((step.line, step.text) for step in steps)
        texts += [step.text for step in steps]
        commands = [Step(source.shell(step.text, step.line)) for step in steps if is_of_application(step.text)]
        yield from services(f"fab {task.name}", KIND, commands)
    yield from _mentions(reading, texts, source)
    yield from _configured(module, source)


# Configuration that a fabfile fills in and puts where a program reads it, as those of Mezzanine do.
_CONFIGURATION = regex(r"[\w.\-/]{0,200}supervisor[\w.\-]{0,100}\.(?:conf|ini)(?:\.(?:template|tpl|j2))?")


def _configured(module: ast.Module, source: Source) -> Iterator[Reference]:
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CONFIGURATION.fullmatch(node.value):
            path = None if node.value.startswith("/") else within(source.folder, node.value)
            if path is not None:
                yield Reference(path, "supervisord", source.location(node.lineno))


_PRINTS = regex(r"^([ \t]*)print\b(?![ \t]*\()[^\n]*", re.MULTILINE)
_CATCHES = regex(r"^([ \t]*except[ \t]+[\w.() ,]{1,200}?),[ \t]*\w+[ \t]*:", re.MULTILINE)


def _parsed(source: Source) -> ast.Module:
    """The module's tree, also where only what Python 2 prints and catches is in the way."""
    try:
        return parse(source)
    except Unreadable:
        text = _CATCHES.sub(r"\1:", _PRINTS.sub(r"\1pass", "\n".join(source.lines)))
        return parse(Source(source.path, text))


def _tasks(reading: _Reading) -> list[FunctionNode]:
    """The functions whose names say that they deploy; ``deploy`` itself first, as it calls most of the others."""
    found = [node for node in reading.functions.values() if _deploys(node.name)]
    return sorted(found, key=lambda node: "deploy" not in node.name)


def _words(name: str) -> set[str]:
    return set(_WORDS.findall(name.lower()))


def _deploys(name: str) -> bool:
    words = _words(name)
    return not name.startswith("_") and not words & _NO_DEPLOY and bool(words & _DEPLOYS)


def _mentions(reading: _Reading, texts: list[str], source: Source) -> Iterator[BlindSpot]:
    """What the file mentions besides what its deploys run."""
    known = unread_format.mentioned("\n".join(texts))
    documentation = {id(node.value) for node in reading.nodes if isinstance(node, ast.Expr)}
    places: dict[str, int] = {}
    for node in reading.nodes:
        if not isinstance(node, ast.expr):
            continue
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            text = node.value
        elif isinstance(node, ast.Attribute):
            text = node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in reading.functions:
            text = node.id
        for word in unread_format.mentioned(text) - known:
            places[word] = min(node.lineno, places.get(word, node.lineno))
    if places:
        reason = "has tasks of which it is not known whether a deploy runs them"
        yield BlindSpot(reason, source.location(min(places.values())), frozenset(places))


# --- following ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Command:
    """A command that runs on the server, for a shell."""

    text: str = field(repr=False)
    line: int


@dataclass(frozen=True)
class _State:
    """What holds where a statement stands: known texts by name, the folder and prefix around it, and whether it is sure."""

    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: str = field(default="", repr=False)
    prefix: str = field(default="", repr=False)
    certain: bool = True
    calls: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where the texts stand that the parameters of the function were given."""
    depth: int = 0


class _Reading:
    """A parsed fabfile: its functions, its literals, and how far it was followed."""

    def __init__(self, source: Source, module: ast.Module) -> None:
        self.source = source
        self.is_fabric = any(match[1] != "invoke" for match in _IMPORTS.finditer(source.text))
        self.functions: dict[str, FunctionNode] = {}
        self.aliases: dict[str, str] = {}
        self.steps_left = 0
        names: dict[str, str] = {}
        self.nodes = list(ast.walk(module))
        for node in self.nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.aliases.update(import_aliases(node))
        for statement in module.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[statement.name] = statement
            elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                self.set_name(names, statement.targets[0], statement.value)
        again = _set_again(self.nodes)
        self.names = {name: text for name, text in names.items() if name not in again}

    def set_name(self, names: dict[str, str], target: ast.expr, value: ast.expr) -> None:
        """A text under its name; any other value, and a secret, takes the name away."""
        name = dotted(target)
        if name is None:
            return
        text = _text(value, names)
        names.pop(name, None)
        if text is not None and len(text) <= MAX_VALUE and not secrets.is_sensitive(name.rpartition(".")[2], text):
            names[name] = text

    def followed(self, task: FunctionNode) -> list[_Command]:
        """What a task runs, in order."""
        self.steps_left = MAX_STEPS
        certain = not _words(task.name) & _ONCE
        state = self.called(task, None, _State(self.names, certain=certain))
        return list(self.block(task.body, state))

    def called(self, function: FunctionNode, call: ast.Call | None, state: _State) -> _State:
        """The state in a function: the module's names, and the parameters that a call, or their default, gives a text."""
        parameters = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        bound = dict(self.names)
        values: dict[str, ast.expr] = {}
        if call is not None:
            values.update(zip(parameters, call.args, strict=False))
            values.update((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)
        defaults = function.args.defaults
        for parameter, default in zip(parameters[len(parameters) - len(defaults) :], defaults, strict=True):
            # Who calls a task may say otherwise.
            if call is not None:
                values.setdefault(parameter, default)
        lines: dict[str, int] = {}
        for parameter in (*parameters, *(argument.arg for argument in function.args.kwonlyargs)):
            value = values.get(parameter)
            text = _text(value, state.names) if value is not None else None
            bound.pop(parameter, None)
            if value is not None and text is not None and not secrets.is_sensitive(parameter, text):
                bound[parameter] = text
                lines[parameter] = _line(value, state.lines)
        return replace(state, names=bound, lines=lines, calls=(*state.calls, function.name))

    def block(self, body: list[ast.stmt], state: _State) -> Iterator[_Command]:
        """What statements run; recursive, bounded by MAX_NESTING and MAX_STEPS."""
        if state.depth >= MAX_NESTING:
            return
        names = dict(state.names)
        state = replace(state, names=names, depth=state.depth + 1)
        for statement in body:
            self.steps_left -= 1
            if self.steps_left < 0:
                return
            yield from self.statement(statement, state, names)

    def statement(self, node: ast.stmt, state: _State, names: dict[str, str]) -> Iterator[_Command]:
        perhaps = replace(state, certain=False)
        match node:
            case ast.With() | ast.AsyncWith():
                yield from self.block(node.body, self.inside(node.items, state))
            case ast.If():
                yield from self.calls(node.test, state)
                yield from self.block(node.body, perhaps)
                yield from self.block(node.orelse, perhaps)
            case ast.For() | ast.AsyncFor():
                yield from self.loop(node, state)
            case ast.While():
                yield from self.block(node.body, perhaps)
            case ast.Try():
                yield from self.block(node.body, state)
                for handler in node.handlers:
                    yield from self.block(handler.body, perhaps)
                yield from self.block([*node.orelse, *node.finalbody], state)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return
            case _:
                yield from self.calls(node, state)
                if isinstance(node, ast.Assign) and len(node.targets) == 1:
                    self.set_name(names, node.targets[0], node.value)
                elif isinstance(node, ast.AugAssign):
                    names.pop(dotted(node.target) or "", None)

    def loop(self, node: ast.For | ast.AsyncFor, state: _State) -> Iterator[_Command]:
        """The body for each literal item, or once with an unknown one."""
        items = node.iter.elts if isinstance(node.iter, (ast.List, ast.Tuple)) else []
        texts = [_text(item, state.names) for item in items]
        name = dotted(node.target)
        if not items or len(items) > MAX_ITEMS or None in texts or name is None:
            names = {key: value for key, value in state.names.items() if key != name}
            yield from self.block(node.body, replace(state, names=names, certain=state.certain and bool(items)))
            return
        for text in texts:
            yield from self.block(node.body, replace(state, names={**state.names, name: text or ""}))

    def inside(self, items: list[ast.withitem], state: _State) -> _State:
        """The state in a ``with``: ``cd`` and ``prefix`` count, also as methods of a connection."""
        for item in items:
            call = item.context_expr
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = (dotted(call.func) or "").rpartition(".")[2] or getattr(call.func, "attr", "")
            text = _text(call.args[0], state.names)
            if name == "cd" and text is not None:
                state = replace(state, folder=posixpath.join(state.folder, text))
            elif name == "prefix" and text is not None:
                state = replace(state, prefix=f"{state.prefix}{text} && ")
        return state

    # --- calls

    def calls(self, node: ast.AST, state: _State) -> Iterator[_Command]:
        """The calls in an expression or simple statement, in the order in which they stand."""
        found = [item for item in ast.walk(node) if isinstance(item, ast.Call)]
        for call in sorted(found, key=lambda item: (item.lineno, item.col_offset)):
            yield from self.call(call, state)

    def call(self, call: ast.Call, state: _State) -> Iterator[_Command]:
        where = self.runs_where(call)
        if where is not None:
            yield from self.run(call, state, where)
            return
        function, given = call.func, call
        if self.canonical(call.func).rpartition(".")[2] == "execute" and call.args:
            function, given = call.args[0], ast.Call(call.func, call.args[1:], call.keywords)
        name = function.value if isinstance(function, ast.Constant) else dotted(function)
        target = self.functions.get(name) if isinstance(name, str) else None
        if target is None or target.name in state.calls or len(state.calls) > MAX_CALLS:
            return
        yield from self.block(target.body, self.called(target, given, state))

    def canonical(self, function: ast.expr) -> str:
        return canonical(function, self.aliases) or ""

    def runs_where(self, call: ast.Call) -> frozenset[str] | None:
        """``_REMOTE`` or ``_LOCAL`` for a call that runs a command there, None for any other."""
        name = self.canonical(call.func)
        last = name.rpartition(".")[2] if name else getattr(call.func, "attr", "")
        if last not in _REMOTE | _LOCAL or name in self.functions or not (call.args or call.keywords):
            return None
        if name.startswith(("subprocess.", "os.")) or last in _LOCAL or not self.is_fabric:
            return _LOCAL
        return _REMOTE

    def run(self, call: ast.Call, state: _State, where: frozenset[str]) -> Iterator[_Command]:
        node = (
            call.args[0] if call.args else next((item.value for item in call.keywords if item.arg == "command"), None)
        )
        text = _text(node, state.names) if node is not None else None
        if text is None or node is None or (where is _LOCAL and not _REACHES_SITE.search(text)):
            return
        head = "" if state.certain else _UNCERTAIN
        if state.folder and where is _REMOTE and not re.search(r"[\"`\\\n]", state.folder):
            head += f'cd "{state.folder}"; '
        head += state.prefix if where is _REMOTE else ""
        yield _Command(f"{head}{text}" if state.certain else f"{head}{text}\nfi", _line(node, state.lines))


def _line(node: ast.expr, lines: Mapping[str, int]) -> int:
    """Where an expression stands, or the text that was handed to it as a parameter."""
    handed = [lines[item.id] for item in ast.walk(node) if isinstance(item, ast.Name) and item.id in lines]
    return max(handed, default=node.lineno)


def _set_again(nodes: list[ast.AST]) -> set[str]:
    """The names and attributes (``env.path``) that are set more than once: which value counts depends on what is run."""
    found: set[str] = set()
    again: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Global):
            again.update(node.names)
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            name = dotted(node) or ""
            (again if name in found else found).add(name)
    return again


# --- texts --------------------------------------------------------------------------------------------------------------

_PERCENT = regex(r"%(?:\((\w+)\))?[-0-9.]{0,10}([sdrif%])")
_BRACES = regex(r"\{\{|\}\}|\{([\w.]*)(?:\[[^\]{}]{0,100}\])?(?:![rsa])?(?::[^{}]{0,20})?\}")


def _text(node: ast.expr, names: Mapping[str, str]) -> str | None:
    """A text put together from literals, what is unknown in it as a shell's variable; None where all of it is."""
    text = _pieces(node, names, 12)
    return None if text is None else secrets.cut(text, MAX_TEXT)


def _pieces(node: ast.expr, names: Mapping[str, str], depth: int) -> str | None:
    if depth == 0:
        return None
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.Constant(value=int(number)):
            return str(number)
        case ast.Name() | ast.Attribute():
            return names.get(dotted(node) or "")
        case ast.JoinedStr():
            return secrets.cut("".join(_piece(part, names, depth) for part in node.values), MAX_TEXT)
        case ast.FormattedValue():
            return _pieces(node.value, names, depth - 1)
        case ast.BinOp(op=ast.Add()):
            return _sum(node, names, depth)
        case ast.BinOp(op=ast.Mod()):
            left = _pieces(node.left, names, depth - 1)
            return None if left is None else _percented(left, node.right, names, depth)
        case ast.Call(func=ast.Attribute(attr="format", value=value)):
            left = _pieces(value, names, depth - 1)
            return None if left is None else _formatted(left, node, names, depth)
        case ast.Call(
            func=ast.Attribute(attr="join", value=value), args=[ast.List(elts=items) | ast.Tuple(elts=items)]
        ):
            glue = _pieces(value, names, depth - 1)
            return (
                None if glue is None else secrets.cut(glue.join(_piece(item, names, depth) for item in items), MAX_TEXT)
            )
        case ast.Call(args=[_, *_]) if (dotted(node.func) or "").rpartition(".")[2] == "join":
            return posixpath.join(*(_piece(item, names, depth) for item in node.args))[:MAX_TEXT]
    return None


def _piece(node: ast.expr, names: Mapping[str, str], depth: int) -> str:
    """The text, a variable named after the expression where it is not known."""
    text = _pieces(node, names, depth - 1)
    return _variable(node) if text is None else text


def _variable(node: ast.expr) -> str:
    while isinstance(node, (ast.FormattedValue, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return f"${{{(dotted(node) or 'value').rpartition('.')[2]}}}"


def _sum(node: ast.BinOp, names: Mapping[str, str], depth: int) -> str | None:
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.append(left.right)
        left = left.left
    texts = [_pieces(operand, names, depth - 1) for operand in (left, *reversed(operands))]
    if all(text is None for text in texts):
        return None
    pairs = zip(texts, (left, *reversed(operands)), strict=True)
    return secrets.cut("".join(_variable(operand) if text is None else text for text, operand in pairs), MAX_TEXT)


def _percented(text: str, right: ast.expr, names: Mapping[str, str], depth: int) -> str:
    """``"…%s…" % value``."""
    values = iter(right.elts if isinstance(right, ast.Tuple) else [right])
    keyed = _keyed(right)
    base = dotted(right)

    def value(match: re.Match[str]) -> str:
        if match[2] == "%":
            return "%"
        if match[1] is not None:
            if match[1] in keyed:
                return _piece(keyed[match[1]], names, depth)
            known = names.get(f"{base}.{match[1]}", names.get(match[1]) if base is None else None)
            return f"${{{match[1]}}}" if known is None else known
        item = next(values, None)
        return "${value}" if item is None else _piece(item, names, depth)

    return secrets.cut(_PERCENT.sub(value, text), MAX_TEXT)


def _keyed(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def _formatted(text: str, call: ast.Call, names: Mapping[str, str], depth: int) -> str:
    """``"…{}…".format(value)``."""
    keyed = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    values = iter(call.args)

    def value(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        name, _, rest = (match[1] or "").partition(".")
        if rest or "[" in match[0]:
            return f"${{{rest.rpartition('.')[2] or name or 'value'}}}"
        if name.isdecimal():
            item = call.args[int(name[:3])] if int(name[:3]) < len(call.args) else None
        else:
            item = keyed.get(name) if name else next(values, None)
        return f"${{{name if name.isidentifier() else 'value'}}}" if item is None else _piece(item, names, depth)

    return secrets.cut(_BRACES.sub(value, text), MAX_TEXT)
