"""
Python files: settings sources, wsgi.py, asgi.py, manage.py. Understood by ``ast``; nothing is imported or run.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Literal as OneOf

from django_deploycheck import secrets
from django_deploycheck.model import Assignment, Call, Include, Location, PythonModule, VariableRead
from django_deploycheck.patterns import regex
from django_deploycheck.readers._python import (
    FunctionNode,
    NotLiteral,
    Text,
    argument,
    dotted,
    import_aliases,
    imported_modules,
    literal,
    parse,
    runs_guarded,
    shown,
    text_of,
    weight,
)
from django_deploycheck.readers._variable_reads import (
    LITERAL,
    UNKNOWN,
    Origin,
    Scope,
    access,
    function_origin,
    hide,
    join,
    made_helper,
    made_reader,
    origin,
    record,
    variable_names,
)
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source, Unreadable

KIND = "python-module"
NAMES: tuple[str, ...] = ()
NATURE: OneOf["project"] = "project"

MAX_STATEMENTS = 4_000
"""How many statements a module has that is understood."""

MAX_PARTS = 300
"""How many keys of one dictionary are told apart."""

MAX_ASSIGNMENTS = 10_000
"""After how many assignments those to ``globals()`` are left out."""

MAX_CHOICES = 100
"""For how many names the body of a loop is read one by one."""

MAX_FIELDS = 300
"""How many fields a class of pydantic-settings has whose variables are known."""

MAX_KEYS = 5
MAX_LITERAL = 200

_SETTING = regex(r"[A-Z][A-Z0-9_]*")
_MODULE_VARIABLE = "DJANGO_SETTINGS_MODULE"

# What a tracker's own documentation calls to start it; other calls into these packages do not matter.
TRACKERS = {
    "sentry_sdk",
    "rollbar",
    "bugsnag",
    "honeybadger",
    "newrelic",
    "elasticapm",
    "ddtrace",
    "logfire",
    "appsignal",
    "scout_apm",
    "raygun4py",
    "opentelemetry",
    "raven",
}
_STARTS = {
    "init",
    "configure",
    "initialize",
    "instrument",
    "instrument_django",
    "patch_all",
    "patch",
    "start",
    "install",
    "Client",
    "Appsignal",
    "configure_azure_monitor",
}
_TRACKER_MODULES = {"ddtrace.auto"}
_ARGUMENT_NAMES = {
    "sentry_sdk.init": ("dsn",),
    "rollbar.init": ("access_token", "environment"),
    "newrelic.agent.initialize": ("config_file", "environment"),
}
_CANONICAL = {
    "sentry_sdk.sdk.init": "sentry_sdk.init",
    "honeybadger.honeybadger.configure": "honeybadger.configure",
    "__appsignal__.appsignal.start": "appsignal.start",
    "bugsnag.django.configure": "bugsnag.configure",
}

_SERVES: Mapping[str, OneOf["wsgi", "asgi"]] = {
    "get_wsgi_application": "wsgi",
    "WSGIHandler": "wsgi",
    "WSGIApp": "wsgi",
    "get_asgi_application": "asgi",
    "ASGIHandler": "asgi",
    "get_default_application": "asgi",
    "ProtocolTypeRouter": "asgi",
    "ASGIApp": "asgi",
    "FastAPI": "asgi",
    "Starlette": "asgi",
}

_CHANGES = {
    "append",
    "extend",
    "insert",
    "remove",
    "update",
    "setdefault",
    "pop",
    "add",
    "discard",
    "clear",
    "reverse",
    "sort",
}
_NO_SETTINGS_CLASS = regex(
    r"(?:^|\.)(?:Int|Str)?(?:Enum|Flag|TextChoices|IntegerChoices|Choices|NamedTuple|TypedDict|Protocol|Exception|Model|TestCase)$"
)

# What django_heroku.settings(locals()) sets, unless the keyword says False: the setting, and the variable it reads.
# https://github.com/heroku/django-heroku/blob/master/django_heroku/core.py
_DJANGO_HEROKU = (
    ("databases", "DATABASES", "DATABASE_URL"),
    ("staticfiles", "STATIC_ROOT", None),
    ("staticfiles", "STATIC_URL", None),
    ("staticfiles", "MIDDLEWARE", None),
    ("staticfiles", "STATICFILES_STORAGE", None),
    ("allowed_hosts", "ALLOWED_HOSTS", None),
    ("logging", "LOGGING", None),
    ("secret_key", "SECRET_KEY", "SECRET_KEY"),
)


def read(source: Source) -> Iterator[PythonModule]:
    """
    The one fact that a Python file makes.

    Raises Unreadable for what is no Python, nests too deeply or is too long.
    """
    yield _module(parse(source), source)


@dataclass(frozen=True)
class Context:
    """Where a statement stands: under which conditions, and whether a failure in it is caught."""

    conditional: bool = False
    guarded: bool = False
    condition: Origin = LITERAL
    tested: bool = False
    """Whether it stands in an ``if`` or in a loop."""
    asks_for_settings: bool = False
    """Whether one of the conditions speaks of DJANGO_SETTINGS_MODULE."""
    in_function: bool = False
    in_class: bool = False
    circumstantial: bool = False
    """Whether one of the conditions asks something else than the source, its variables and the command line."""

    @property
    def deciding(self) -> Origin:
        """What the conditions add to a value under them: they decide over it, it is not taken from them."""
        return replace(self.condition, kind="literal")


@dataclass(frozen=True)
class Default:
    """One statement about DJANGO_SETTINGS_MODULE; ``value`` is None where it is no literal."""

    value: str | None
    location: Location
    forced: bool
    conditional: bool


@dataclass(frozen=True)
class Collected:
    """What has been found so far."""

    source: Source
    names: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    assignments: list[Assignment] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    management_calls: list[str] = field(default_factory=list)
    serves: dict[str, OneOf["wsgi", "asgi"]] = field(default_factory=dict)
    includes: list[Include] = field(default_factory=list)
    defaults: list[Default] = field(default_factory=list)
    classes: dict[str, str] = field(default_factory=dict)
    """Classes that were imported from other modules: name → module."""
    expressions: dict[str, ast.expr] = field(default_factory=dict)
    added: dict[str, list[tuple[ast.expr, Context]]] = field(default_factory=dict)
    """What ``names.append(…)`` and its like put into the lists of ``expressions``, and where."""
    bodies: list[tuple[FunctionNode, Scope]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    """Those of the statements."""


def _module(tree: ast.Module, source: Source) -> PythonModule:
    scope = Scope(source, Text.of(source))
    found = Collected(source)
    for statement, context in _statements(tree.body, scope, Context()):
        _statement(statement, context, scope, found)
    for function, outer in found.bodies:  # grows while it is walked: functions inside functions
        inner = outer.inner()
        for parameter in ast.walk(function.args):
            if isinstance(parameter, ast.arg):
                _bind(parameter.arg, UNKNOWN, inner)
        opaque = "reads" in scope.unknown
        for statement, context in _statements(function.body, inner, Context(conditional=True, in_function=True)):
            _statement(statement, context, inner, found)
        if function.name in scope.used and not opaque:  # its calls have said which variables it reads
            scope.unknown.discard("reads")
    default = _settings_default(found.defaults)
    return PythonModule(
        path=source.path,
        names=None if scope.unknown & {"names", "star"} or "__getattr__" in found.names else frozenset(found.names),
        imports=frozenset(found.imports),
        settings_default=default.value if default else None,
        settings_location=default.location if default else None,
        settings_forced=default.forced if default else False,
        assignments=tuple(found.assignments),
        variables=tuple(sorted(scope.reads.values(), key=lambda item: (item.location.line or 0, item.name))),
        calls=tuple(sorted(found.calls, key=lambda call: (call.location.line or 0, call.name))),
        management_calls=tuple(dict.fromkeys(found.management_calls)),
        serves=found.serves.get("application") or next(iter(found.serves.values()), None),
        includes=tuple(found.includes),
        sets_unknown_names="names" in scope.unknown,
        reads_unknown_variables="reads" in scope.unknown,
    )


# --- statements ---------------------------------------------------------------------------------------------------------


def _statements(body: list[ast.stmt], scope: Scope, context: Context) -> Iterator[tuple[ast.stmt, Context]]:
    """Every statement of a body in the order of the text, but for bodies of functions and classes."""
    stack = [(statement, context) for statement in reversed(body)]
    while stack:
        statement, here = stack.pop()
        yield statement, here
        for block, inner in reversed(_blocks(statement, scope, here)):
            stack.extend((item, inner) for item in reversed(block))


def _blocks(statement: ast.stmt, scope: Scope, context: Context) -> list[tuple[list[ast.stmt], Context]]:
    if isinstance(statement, (ast.If, ast.While)):
        inner = _under(statement.test, scope, context)
        return [(statement.body, inner), (statement.orelse, inner)]
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        _bind_loop(statement, scope)
        inner = _under(statement.iter, scope, context)
        return [(statement.body, inner), (statement.orelse, inner)]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [(statement.body, context)]
    if isinstance(statement, ast.Match):
        inner = _under(statement.subject, scope, context)
        return [(case.body, inner) for case in statement.cases]
    if isinstance(statement, ast.Try) or type(statement).__name__ == "TryStar":
        return _try_blocks(statement, context)  # type: ignore[arg-type]
    return []


def _try_blocks(statement: ast.Try, context: Context) -> list[tuple[list[ast.stmt], Context]]:
    inner = replace(context, conditional=True)
    return [
        (statement.body, replace(inner, guarded=context.guarded or runs_guarded(statement))),
        *((handler.body, inner) for handler in statement.handlers),
        (statement.orelse, inner),
        (statement.finalbody, context),
    ]


def _under(test: ast.expr, scope: Scope, context: Context) -> Context:
    condition = origin(test, scope, conditional=context.conditional, guarded=context.guarded, tested=True)
    # Nested conditions are joined from a bounded number of variables, so this stays linear.
    return replace(
        context,
        conditional=True,
        condition=join([context.condition, condition]),
        tested=True,
        asks_for_settings=context.asks_for_settings or _asks_for_settings(test),
        circumstantial=context.circumstantial
        or (condition.kind in ("unknown", "opaque") and not _asks_the_command_line(test, scope)),
    )


def _asks_for_settings(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and node.value == _MODULE_VARIABLE for node in ast.walk(test))


def _asks_the_command_line(test: ast.expr, scope: Scope) -> bool:
    """Whether a condition is about ``manage.py test`` and the like, which production does not run."""
    return any(
        scope.canonical(node) == "sys.argv" or (isinstance(node, ast.Name) and "TEST" in node.id.upper())
        for node in ast.walk(test)
        if isinstance(node, (ast.Name, ast.Attribute))
    )


def _bind_loop(statement: ast.For | ast.AsyncFor, scope: Scope) -> None:
    value = origin(statement.iter, scope)
    for item in ast.walk(statement.target):
        if isinstance(item, ast.Name):
            _bind(item.id, value, scope)
    if not isinstance(statement.target, ast.Name):
        return
    try:
        values = literal(statement.iter, scope.literals)
    except NotLiteral:
        return
    if isinstance(values, tuple) and len(values) <= MAX_CHOICES and all(isinstance(value, str) for value in values):
        scope.choices[statement.target.id] = tuple(value for value in values if isinstance(value, str))


def _bind(name: str, value: Origin, scope: Scope) -> None:
    scope.forget(name)
    scope.origins[name] = value


def _statement(statement: ast.stmt, context: Context, scope: Scope, found: Collected) -> None:
    if next(found.numbers) >= MAX_STATEMENTS:
        raise Unreadable("is too long")
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        _import(statement, context, scope, found)
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        _function(statement, context, scope, found)
    elif isinstance(statement, ast.ClassDef):
        _class(statement, context, scope, found)
    elif isinstance(statement, ast.Assign):
        _expressions(statement, context, scope, found)
        for target in statement.targets:
            _assign(target, statement.value, context, scope, found)
    elif isinstance(statement, ast.AnnAssign):
        _expressions(statement, context, scope, found)
        if statement.value is not None:
            _assign(statement.target, statement.value, context, scope, found)
    elif isinstance(statement, ast.AugAssign):
        _expressions(statement, context, scope, found)
        _add_to(statement.target, [statement.value], context, scope, found, merges=True)
    else:
        _expressions(statement, context, scope, found)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            _change(statement.value, context, scope, found)


_TESTED = (ast.If, ast.While, ast.For, ast.AsyncFor, ast.Match)


def _own_expressions(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        return [statement.value]
    if isinstance(statement, ast.AnnAssign):
        return [statement.value] if statement.value is not None else []
    if isinstance(statement, ast.Delete):
        return []
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.context_expr for item in statement.items]
    return [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.expr)]


def _expressions(statement: ast.stmt, context: Context, scope: Scope, found: Collected) -> None:
    """Notes the reads and the calls in a statement's own expressions, not in its blocks."""
    for expression in _own_expressions(statement):
        if not isinstance(
            statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, *_TESTED)
        ):  # those are looked at elsewhere
            origin(expression, scope, conditional=context.conditional, guarded=context.guarded)
        for node in ast.walk(expression):
            if isinstance(node, ast.Call):
                _call(node, context, scope, found)
            elif isinstance(node, ast.NamedExpr):
                _named(node.target.id, context, found)
    if context.in_function or context.in_class:
        return
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        found.names.update(item.id for item in ast.walk(statement.target) if isinstance(item, ast.Name))
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        targets = [item.optional_vars for item in statement.items if item.optional_vars is not None]
        found.names.update(item.id for target in targets for item in ast.walk(target) if isinstance(item, ast.Name))


# --- imports, functions, classes ----------------------------------------------------------------------------------------


def _import(statement: ast.Import | ast.ImportFrom, context: Context, scope: Scope, found: Collected) -> None:
    location = found.source.location(statement.lineno)
    modules = list(imported_modules(statement))
    found.imports.update(modules)
    for name in modules:
        if name in _TRACKER_MODULES:
            found.calls.append(Call(name, location, (), context.conditional, context.condition.variables))
    for name, target in import_aliases(statement):
        scope.forget(name)
        hide(scope.origins, name)
        scope.aliases[name] = target
        if not context.in_function and not context.in_class:
            found.names.add(name)
            found.classes[name] = target
    if isinstance(statement, ast.ImportFrom) and not context.in_function:
        _include(statement, context, location, scope, found)


def _include(statement: ast.ImportFrom, context: Context, location: Location, scope: Scope, found: Collected) -> None:
    module = "." * statement.level + (statement.module or "")
    if any(alias.name == "*" for alias in statement.names):
        scope.unknown.add("star")
        found.includes.append(_included(module, location, context))
        return
    settings = tuple(
        (alias.name, alias.asname or alias.name)
        for alias in statement.names
        if _SETTING.fullmatch(alias.asname or alias.name)
    )
    if settings:
        found.includes.append(replace(_included(module, location, context), names=settings))


def _included(name: str, location: Location, context: Context) -> Include:
    return Include(
        name,
        location,
        conditional=context.conditional,
        required=not context.guarded,
        variables=context.condition.variables,
        follows=context.condition.follows,
    )


def _function(statement: FunctionNode, context: Context, scope: Scope, found: Collected) -> None:
    for decorator in statement.decorator_list:
        origin(decorator, scope, conditional=context.conditional)
    found.bodies.append((statement, scope))
    if context.in_function:
        _bind(statement.name, UNKNOWN, scope)
        return
    if context.in_class:
        if _SETTING.fullmatch(statement.name):  # django-configurations: a property computes the setting
            location = found.source.location(statement.lineno)
            found.assignments.append(
                _assignment(statement.name, (), function_origin(statement, scope), location, context)
            )
        return
    helper = made_helper(statement.args, list(statement.body), scope)
    _bind(statement.name, function_origin(statement, scope), scope)
    if helper is not None:
        scope.helpers[statement.name] = helper
    found.names.add(statement.name)
    parameters = len(statement.args.args)
    if statement.name == "application" and parameters in (2, 3):
        found.serves["application"] = "asgi" if isinstance(statement, ast.AsyncFunctionDef) else "wsgi"


def _class(statement: ast.ClassDef, context: Context, scope: Scope, found: Collected) -> None:
    bases = [scope.canonical(base) or "" for base in statement.bases]
    inner = scope.inner()
    pydantic = any(base.rpartition(".")[2] == "BaseSettings" or base in scope.fields for base in bases)
    settings = (
        not context.in_function
        and not context.in_class
        and not pydantic
        and not any(_NO_SETTINGS_CLASS.search(base) for base in bases)
    )
    if pydantic:
        inherited = [scope.fields[base] for base in bases if base in scope.fields]
        fields = {name: read for parent in inherited for name, read in parent.items()}
        fields.update(_pydantic_fields(statement, scope))
        if len(fields) > MAX_FIELDS:
            scope.unknown.add("reads")
            fields = {}
        _bind(statement.name, UNKNOWN, scope)
        scope.fields[statement.name] = fields
        for read in fields.values():
            record(read, scope)
        return
    _bind(statement.name, UNKNOWN, scope)
    if not context.in_function and not context.in_class:
        found.names.add(statement.name)
    before = len(found.assignments)
    body = replace(context, conditional=True, in_class=True, in_function=context.in_function or not settings)
    for item, here in _statements(statement.body, inner, body):
        _statement(item, here, inner, found)
    if len(found.assignments) > before or (settings and not statement.body[1:]):
        _inherit(statement, context, found)


def _inherit(statement: ast.ClassDef, context: Context, found: Collected) -> None:
    """A class of settings takes over those of a class that another module of the project defines."""
    for base in statement.bases:
        name = dotted(base) or ""
        module = found.classes.get(name.partition(".")[0], "").rpartition(".")[0]
        if module.startswith(".") or ("." in module and not module.startswith(("configurations", "django"))):
            location = found.source.location(statement.lineno)
            if not any(include.name == module and include.names is None for include in found.includes):
                found.includes.append(Include(module, location, conditional=True, required=False))


def _pydantic_fields(statement: ast.ClassDef, scope: Scope) -> dict[str, VariableRead]:
    """What a class of pydantic-settings reads: a variable a field, unless an alias names another."""
    prefix, renamed = "", dict[str, str]()
    for name, value in _class_assignments(statement):
        if name == "env_prefix":
            prefix = text_of(value, scope.literals) or ""
        elif name == "model_config":
            entries = _keywords(value, scope)
            prefix = text_of(entries.get("env_prefix"), scope.literals) or ""
        elif name == "fields":  # pydantic 1: Config.fields = {"name": {"env": "NAME"}}
            renamed = {
                key: text_of(_keywords(entry, scope).get("env"), scope.literals) or ""
                for key, entry in _keywords(value, scope).items()
            }
    fields = {}
    for item in statement.body:
        if (
            isinstance(item, ast.AnnAssign)
            and isinstance(item.target, ast.Name)
            and not item.target.id.startswith(("_", "model_"))
        ):
            name = item.target.id
            fields[name] = _pydantic_field(item, renamed.get(name) or prefix + name, scope)
    return fields


def _keywords(value: ast.expr, scope: Scope) -> dict[str, ast.expr]:
    """What a dictionary or a call such as ``SettingsConfigDict(env_prefix="X_")`` names."""
    if isinstance(value, ast.Call):
        return {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}
    return dict(_entries(value, scope) or ())


def _class_assignments(statement: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """The plain assignments in a class and in the classes directly inside it (pydantic's ``Config``)."""
    for part in statement.body:
        for item in part.body if isinstance(part, ast.ClassDef) else [part]:
            if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
                yield item.targets[0].id, item.value


def _pydantic_field(item: ast.AnnAssign, name: str, scope: Scope) -> VariableRead:
    variable = name.upper()
    default = item.value
    if isinstance(default, ast.Call) and (scope.canonical(default.func) or "").rpartition(".")[2] == "Field":
        alias = text_of(argument(default, None, "validation_alias", "alias", "env"), scope.literals)
        variable = alias.upper() if alias else variable
        default = argument(default, 0, "default", "default_factory")
    if isinstance(default, ast.Constant) and default.value is ...:
        default = None
    none = isinstance(default, ast.Constant) and default.value is None
    optional = "Optional" in scope.text.segment(item.annotation) or "None" in scope.text.segment(item.annotation)
    text = None if default is None or none else shown(variable, default, scope.text, scope.literals)
    return VariableRead(
        variable,
        scope.source.location(item.lineno),
        default is not None and not none,
        default is None and not optional,
        text,
        "BaseSettings",
    )


# --- assignments --------------------------------------------------------------------------------------------------------


def _assign(target: ast.expr, value: ast.expr, context: Context, scope: Scope, found: Collected) -> None:
    if isinstance(target, (ast.Tuple, ast.List)):
        _assign_each(target, value, context, scope, found)
        return
    if isinstance(target, ast.Name):
        _assign_name(target, value, context, scope, found)
        return
    if isinstance(target, ast.Subscript):
        if scope.canonical(target.value) == "os.environ":
            _set_variable(target.slice, value, target, context, scope, found, forced=True)
            return
        if _is_namespace(target.value):
            _set_global(target.slice, value, context, scope, found)
            return
        _add_to(target, [value], context, scope, found, merges=False)
        return
    origin(value, scope, conditional=context.conditional, guarded=context.guarded)
    if (
        isinstance(target, ast.Attribute)
        and target.attr == "prefix"
        and isinstance(target.value, ast.Name)
        and target.value.id in scope.readers
    ):
        name = target.value.id
        scope.readers[name] = replace(scope.readers[name], prefix=text_of(value, scope.literals) or "")


def _assign_each(
    target: ast.Tuple | ast.List, value: ast.expr, context: Context, scope: Scope, found: Collected
) -> None:
    if (
        isinstance(value, (ast.Tuple, ast.List))
        and len(value.elts) == len(target.elts)
        and not any(isinstance(item, ast.Starred) for item in (*target.elts, *value.elts))
    ):
        for item, part in zip(target.elts, value.elts, strict=True):
            _assign(item, part, context, scope, found)
        return
    whole = origin(value, scope, conditional=context.conditional, guarded=context.guarded)
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            _named(node.id, context, found)
            _bind(node.id, whole, scope)
            if _is_setting(node.id, context):
                found.assignments.append(_assignment(node.id, (), whole, found.source.location(node.lineno), context))


def _named(name: str, context: Context, found: Collected) -> None:
    if not context.in_function and not context.in_class:
        found.names.add(name)


def _is_setting(name: str, context: Context) -> bool:
    return not context.in_function and bool(_SETTING.fullmatch(name))


def _assign_name(target: ast.Name, value: ast.expr, context: Context, scope: Scope, found: Collected) -> None:
    name = target.id
    _named(name, context, found)
    if not context.in_function:
        found.expressions[name] = value
        serving = _serves(value, scope, found)
        if serving is not None:
            found.serves[name] = serving
    reader = made_reader(value, scope)
    instance = _instance(value, scope)
    helper = made_helper(value.args, [value.body], scope) if isinstance(value, ast.Lambda) else None
    environ = _environment(value, scope)
    where = UNKNOWN
    if environ is None and reader is None:
        where = origin(value, scope, conditional=context.conditional, guarded=context.guarded)
    read = _configuration_value(name, value, context, scope)
    if read is not None:
        where = read
    previous = scope.origins.get(name)
    scope.forget(name)
    # A condition may leave the earlier value in force, so the name depends on both.
    scope.origins[name] = (
        join([where, context.deciding, *([previous] if previous else [])]) if context.conditional else where
    )
    if not context.conditional or context.in_function:
        _note_literal(name, value, scope)
    if reader is not None:
        scope.readers[name] = reader
        hide(scope.origins, name)
    elif environ is not None:
        scope.aliases[name] = environ
        hide(scope.origins, name)
    elif instance is not None:
        scope.fields[name] = instance
    elif helper is not None:
        scope.helpers[name] = helper
    if _is_setting(name, context):
        found.assignments.append(
            _assignment(name, (), where, found.source.location(target.lineno), context, value, scope)
        )


def _note_literal(name: str, value: ast.expr, scope: Scope) -> None:
    try:
        scope.literals[name] = literal(value, scope.literals)
    except NotLiteral:
        return


def _instance(value: ast.expr, scope: Scope) -> Mapping[str, VariableRead] | None:
    return scope.fields.get(value.func.id) if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else None


def _environment(value: ast.expr, scope: Scope) -> str | None:
    """``os.environ``, or a function that reads it, where a name is given to it; a copy counts like it."""
    name = scope.canonical(value)
    if name is not None and (name in ("os.environ", "os.getenv") or name.startswith("os.environ.")):
        return name
    if not isinstance(value, ast.Call):
        return None
    copied = dotted(value.func) == "dict" and len(value.args) == 1 and scope.canonical(value.args[0]) == "os.environ"
    return "os.environ" if copied or scope.canonical(value.func) == "os.environ.copy" else None


# Values of django-configurations that read a variable of their own name, without the prefix DJANGO_.
_CONFIGURATION_URLS = {
    "DatabaseURLValue": "DATABASE_URL",
    "CacheURLValue": "CACHE_URL",
    "EmailURLValue": "EMAIL_URL",
    "SearchURLValue": "SEARCH_URL",
}


def _configuration_value(name: str, value: ast.expr, context: Context, scope: Scope) -> Origin | None:
    """``values.BooleanValue(True)`` of django-configurations, which reads the variable DJANGO_<name>."""
    if not context.in_class or not isinstance(value, ast.Call):
        return None
    module, _, kind = (scope.canonical(value.func) or "").rpartition(".")
    if module != "configurations.values" or not kind.endswith("Value"):
        if kind.endswith("Value") and module.endswith("values"):  # a library that we do not know
            scope.unknown.add("reads")
        return None
    enabled = argument(value, 1, "environ")
    if isinstance(enabled, ast.Constant) and enabled.value is False:
        return Origin()
    prefix = argument(value, None, "environ_prefix")
    start = (
        "DJANGO_"
        if prefix is None and kind not in _CONFIGURATION_URLS
        else f"{text_of(prefix, scope.literals)}_"
        if text_of(prefix, scope.literals)
        else ""
    )
    variable = text_of(argument(value, None, "environ_name"), scope.literals) or _CONFIGURATION_URLS.get(kind) or name
    default = argument(value, 0, "default")
    none = isinstance(default, ast.Constant) and default.value is None
    must = argument(value, None, "environ_required")
    required = kind == "SecretValue" or (isinstance(must, ast.Constant) and must.value is True)
    text = None if default is None or none else shown(variable, default, scope.text, scope.literals)
    read = VariableRead(
        start + variable,
        scope.source.location(value.lineno),
        text is not None,
        required,
        text,
        kind,
        context.conditional,
    )
    return Origin("variable", (record(read, scope),))


def _assignment(
    name: str,
    keys: tuple[str, ...],
    where: Origin,
    location: Location,
    context: Context,
    value: ast.expr | None = None,
    scope: Scope | None = None,
    *,
    partial: bool = False,
) -> Assignment:
    assignment = Assignment(
        name,
        location,
        "unknown" if where.kind == "opaque" else where.kind,
        variables=tuple(dict.fromkeys((*where.variables, *context.condition.variables))),
        conditional=context.conditional,
        partial=partial,
        keys=keys,
        follows=tuple(dict.fromkeys((*where.follows, *context.condition.follows))),
        circumstantial=context.circumstantial,
    )
    if value is None or scope is None:
        return assignment
    shown = _shown(name, keys, value, scope) if where.kind == "literal" else None
    return replace(assignment, parts=_parts(name, keys, value, context, scope), literal=shown)


def _shown(name: str, keys: tuple[str, ...], value: ast.expr, scope: Scope) -> str | None:
    """The literal's ``repr``, unless it is long or may be a secret."""
    try:
        found = literal(value, scope.literals)
    except NotLiteral:
        return None
    if weight(found) > MAX_LITERAL:
        return None
    shown = repr(found)
    sensitive = secrets.is_sensitive((keys or (name,))[-1], shown.strip("'\"")) or secrets.mask(shown) != shown
    return None if sensitive or len(shown) > MAX_LITERAL else shown


def _parts(name: str, keys: tuple[str, ...], value: ast.expr, context: Context, scope: Scope) -> tuple[Assignment, ...]:
    parts: list[Assignment] = []
    stack = [(keys, value)]
    while stack:
        path, node = stack.pop()
        entries = _entries(node, scope) if len(path) < MAX_KEYS else None
        for key, item in entries or ():
            if len(parts) >= MAX_PARTS:
                return ()
            where = origin(item, scope, conditional=context.conditional, guarded=context.guarded)
            shown = _shown(name, (*path, key), item, scope) if where.kind == "literal" else None
            part = _assignment(name, (*path, key), where, scope.source.location(item.lineno), context)
            parts.append(replace(part, literal=shown))
            stack.append(((*path, key), item))
    return tuple(parts)


def _entries(node: ast.expr, scope: Scope) -> list[tuple[str, ast.expr]] | None:
    """The keys and values of a dictionary display or a call of ``dict``; None where not all keys are known."""
    if isinstance(node, ast.Dict):
        names = [text_of(key, scope.literals) for key in node.keys]
        return None if None in names else [(name or "", value) for name, value in zip(names, node.values, strict=True)]
    if (
        not isinstance(node, ast.Call)
        or dotted(node.func) != "dict"
        or node.args
        or any(keyword.arg is None for keyword in node.keywords)
    ):
        return None
    return [(keyword.arg or "", keyword.value) for keyword in node.keywords]


def _add_to(
    target: ast.expr,
    values: list[ast.expr],
    context: Context,
    scope: Scope,
    found: Collected,
    *,
    merges: bool,
    key: str | None = None,
) -> None:
    """``NAME["key"] = …``, or with ``merges`` ``NAME += …`` and ``NAME.append(…)``: changes what the name holds."""
    where = join([origin(value, scope, conditional=context.conditional, guarded=context.guarded) for value in values])
    keys: list[str | None] = [] if key is None else [key]
    node = target
    while isinstance(node, ast.Subscript):
        keys.append(text_of(node.slice, scope.literals))
        node = node.value
    if not isinstance(node, ast.Name):
        return
    name = node.id
    known = tuple(
        item for item in itertools.takewhile(lambda item: item is not None, reversed(keys)) if item is not None
    )
    merges = merges or len(known) < len(keys)
    hide(scope.literals, name)  # its value has changed
    scope.origins[name] = join([where, context.deciding, _before(name, scope)])
    if _is_setting(name, context):
        location = found.source.location(target.lineno)
        value = None if merges else values[0]
        found.assignments.append(
            replace(_assignment(name, known, where, location, context, value, scope, partial=True), merges=merges)
        )


def _before(name: str, scope: Scope) -> Origin:
    if name in scope.origins:
        return scope.origins[name]
    return Origin(follows=(name,)) if _SETTING.fullmatch(name) else UNKNOWN


# --- calls --------------------------------------------------------------------------------------------------------------


def _change(call: ast.Call, context: Context, scope: Scope, found: Collected) -> None:
    """A call that stands alone: ``DATABASES["default"].update(…)``, ``include("base.py")``."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _CHANGES:
        return
    if _is_namespace(function.value):
        _update_globals(call, context, scope, found)
        return
    if not isinstance(function.value, (ast.Name, ast.Subscript)) or dotted(function.value) in scope.aliases:
        return
    entries = _updates(call, scope) if function.attr == "update" else None
    if entries is not None:
        for key, value in entries:
            _add_to(function.value, [value], context, scope, found, merges=False, key=key)
        return
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    if isinstance(function.value, ast.Name) and function.attr in ("append", "extend", "insert") and call.args:
        found.added.setdefault(function.value.id, []).append((call.args[-1], context))
    _add_to(function.value, values, context, scope, found, merges=True)


def _updates(call: ast.Call, scope: Scope) -> list[tuple[str, ast.expr]] | None:
    """The keys and values that ``.update({…}, key=…)`` sets; None where not all keys are known."""
    entries = [] if not call.args else _entries(call.args[0], scope) if len(call.args) == 1 else None
    if entries is None or any(keyword.arg is None for keyword in call.keywords):
        return None
    return [*entries, *((keyword.arg or "", keyword.value) for keyword in call.keywords)]


def _call(call: ast.Call, context: Context, scope: Scope, found: Collected) -> None:
    name = scope.canonical(call.func)
    last = name.rpartition(".")[2] if name else call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in ("os.environ.setdefault", "environ.setdefault") and len(call.args) > 1:
        _set_variable(call.args[0], call.args[1], call, context, scope, found, forced=False)
    elif name is not None and name.endswith("call_command"):
        found.management_calls.append(text_of(call.args[0], scope.literals) or "?" if call.args else "?")
    elif last == "execute_from_command_line":
        found.management_calls.extend(_subcommand(call, scope))
    elif name in ("exec", "execfile"):
        scope.unknown.update(("names", "reads"))
    elif name == "django_heroku.settings":
        _django_heroku(call, context, scope, found)
    elif name == "split_settings.tools.include":
        _split_settings(call, context, scope, found)
    elif (
        last not in (*_CHANGES, "format_map", "print", "len", "sorted", "str", "repr")
        and any(_is_namespace(item) for item in call.args)
        and not context.in_function
    ):
        scope.unknown.add("names")
    _tracker(call, name, context, scope, found)


def _is_namespace(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) in ("globals", "locals", "vars") and not node.args


def _set_global(key: ast.expr, value: ast.expr, context: Context, scope: Scope, found: Collected) -> None:
    """``globals()["NAME"] = …``."""
    names = variable_names(key, scope)
    where = origin(value, scope, conditional=context.conditional, guarded=context.guarded)
    if names is None or len(found.assignments) + len(names) > MAX_ASSIGNMENTS:
        scope.unknown.add("names")
        return
    for name in names:
        own = tuple(item for item in where.variables if item.name == name)  # a loop over names reads each for itself
        value_of = replace(where, variables=own) if own else where
        found.names.add(name)
        _bind(name, value_of, scope)
        if _SETTING.fullmatch(name):
            found.assignments.append(_assignment(name, (), value_of, found.source.location(key.lineno), context))


_EMAIL_SETTINGS = (
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
)


def _update_globals(call: ast.Call, context: Context, scope: Scope, found: Collected) -> None:
    """``vars().update(env.email_url())`` sets the settings of mail; any other update sets who knows what."""
    where = join([origin(item, scope, conditional=context.conditional, guarded=context.guarded) for item in call.args])
    if not where.variables or not all("email" in read.reader for read in where.variables):
        scope.unknown.add("names")
        return
    for name in _EMAIL_SETTINGS:
        found.assignments.append(_assignment(name, (), where, found.source.location(call.lineno), context))


def _subcommand(call: ast.Call, scope: Scope) -> list[str]:
    """The subcommand in ``execute_from_command_line(["manage.py", "migrate"])``; none for ``sys.argv``."""
    if not call.args or not isinstance(call.args[0], (ast.List, ast.Tuple)):
        return []
    items = call.args[0].elts
    return [text_of(items[1], scope.literals) or "?"] if len(items) > 1 else []


def _tracker(call: ast.Call, name: str | None, context: Context, scope: Scope, found: Collected) -> None:
    if isinstance(call.func, ast.Attribute) and isinstance(
        call.func.value, ast.Call
    ):  # DjangoInstrumentor().instrument()
        made = scope.canonical(call.func.value.func)
        name = f"{made}.{call.func.attr}" if made else None
    if name is None:
        return
    name = _CANONICAL.get(name, name)
    root, _, rest = name.partition(".")
    if root not in TRACKERS or rest.rpartition(".")[2] not in _STARTS or root in scope.origins:
        return
    positional = _ARGUMENT_NAMES.get(name, ())[: len(call.args)]
    arguments = (*positional, *(keyword.arg or "**" for keyword in call.keywords))
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    where = join(
        [
            context.condition,
            *(origin(value, scope, conditional=context.conditional, guarded=context.guarded) for value in values),
        ]
    )
    named = [(keyword.arg or "**", keyword.value) for keyword in call.keywords]
    given = [*zip(positional, call.args, strict=False), *named]
    empty = tuple(argument for argument, value in given if _is_empty(value, scope))
    found.calls.append(
        Call(name, found.source.location(call.lineno), arguments, context.conditional, where.variables, empty)
    )


def _is_empty(value: ast.expr, scope: Scope) -> bool:
    try:
        return not literal(value, scope.literals)
    except NotLiteral:
        return False


def _serves(value: ast.expr, scope: Scope, found: Collected) -> OneOf["wsgi", "asgi"] | None:
    """Whether an application for WSGI or ASGI is made here, maybe inside a middleware."""
    kinds: set[OneOf["wsgi", "asgi"]] = set()
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            kind = _SERVES.get((scope.canonical(node.func) or "").rpartition(".")[2])
            if kind is not None:
                kinds.add(kind)
        elif isinstance(node, ast.Name) and node.id in found.serves:
            kinds.add(found.serves[node.id])
    return "asgi" if "asgi" in kinds else "wsgi" if kinds else None


# --- the settings module, other packages' ways to set -------------------------------------------------------------------


def _set_variable(
    key: ast.expr, value: ast.expr, node: ast.expr, context: Context, scope: Scope, found: Collected, *, forced: bool
) -> None:
    """``os.environ["DJANGO_SETTINGS_MODULE"] = …``, or ``setdefault`` with ``forced`` False."""
    origin(value, scope, conditional=context.conditional, guarded=context.guarded)
    if variable_names(key, scope) != (_MODULE_VARIABLE,):
        return
    read = access(value, scope)
    if read is not None and not isinstance(read.name, str) and variable_names(read.name, scope) == (_MODULE_VARIABLE,):
        forced, module = (
            False,
            text_of(read.default, scope.literals),
        )  # os.environ["X"] = os.environ.get("X", "default")
    else:
        module = text_of(value, scope.literals)
    asked = context.asks_for_settings
    conditional = context.tested and not asked
    found.defaults.append(Default(module, found.source.location(node.lineno), forced and not asked, conditional))


def _settings_default(defaults: list[Default]) -> Default | None:
    """The statement in force: the last that forces, else the first default; without a value where conditions decide."""
    certain = [item for item in defaults if not item.conditional]
    forced = [item for item in certain if item.forced]
    if forced:
        return forced[-1]
    if certain:
        return certain[0]
    if not defaults:
        return None
    if len({item.value for item in defaults}) == 1:
        return defaults[0]
    return replace(defaults[-1], value=None)


def _django_heroku(call: ast.Call, context: Context, scope: Scope, found: Collected) -> None:
    location = found.source.location(call.lineno)
    switched_off = {
        keyword.arg
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant) and keyword.value.value is False
    }
    for switch, setting, variable in _DJANGO_HEROKU:
        if switch in switched_off:
            continue
        where = UNKNOWN
        if variable is not None:
            read = VariableRead(
                variable, location, has_default=True, reader="django_heroku.settings", conditional=context.conditional
            )
            where = Origin("variable", (record(read, scope),))
        partial = setting in ("DATABASES", "MIDDLEWARE", "SECRET_KEY")
        found.assignments.append(_assignment(setting, (), where, location, context, partial=partial))
        scope.origins[setting] = join([where, _before(setting, scope)]) if partial else where


def _split_settings(call: ast.Call, context: Context, scope: Scope, found: Collected) -> None:
    """``include("base.py", optional("local.py"))``; what a variable decides becomes a ``*``."""
    items = [(item, True, context) for item in reversed(call.args)]
    budget = MAX_PARTS
    while items and budget:
        budget -= 1
        item, required, context = items.pop()
        if isinstance(item, ast.Starred):
            item = item.value
        if isinstance(item, ast.Name) and item.id in found.expressions:
            items.extend((part, required, there) for part, there in reversed(found.added.get(item.id, ())))
            item = found.expressions[item.id]
        if isinstance(item, (ast.Tuple, ast.List)):
            items.extend((part, required, context) for part in reversed(item.elts))
            continue
        if isinstance(item, ast.Call) and (scope.canonical(item.func) or "").endswith(".optional") and item.args:
            items.append((item.args[0], False, context))
            continue
        pattern = _pattern(item, scope)
        if pattern is None:
            scope.unknown.update(("names", "reads"))
            continue
        decided = "*" in pattern
        location = found.source.location(item.lineno)
        where = origin(item, scope, conditional=context.conditional)  # an f-string may name the file by a variable
        include = replace(_included(pattern, location, context), is_file=True, required=required)
        found.includes.append(
            replace(
                include,
                conditional=context.conditional or not required or decided,
                variables=(*include.variables, *where.variables),
                follows=(*include.follows, *where.follows),
            )
        )


def _pattern(node: ast.expr, scope: Scope) -> str | None:
    """A file name in which every unknown piece is a ``*``; None when nothing is known of it."""
    if isinstance(node, ast.JoinedStr):
        pieces = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        text = "".join(text_of(part, scope.literals) or "*" for part in pieces)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = re.sub(r"\{[^{}]*\}", "*", text_of(node.func.value, scope.literals) or "")
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        text = re.sub(r"%(?:\(\w+\))?s", "*", text_of(node.left, scope.literals) or "")
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        text = (text_of(node.left, scope.literals) or "*") + (text_of(node.right, scope.literals) or "*")
    else:
        text = text_of(node, scope.literals) or ""
    return text if text.strip("*") else None
