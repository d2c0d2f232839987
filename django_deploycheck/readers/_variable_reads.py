"""
Where a value of Python source comes from: which environment variables an expression reads, and by whom.

Known readers, from their documentation: ``os``, django-environ 0.12, environs 14, python-decouple 3.8, starlette's
``Config``, dj-database-url 3 and its siblings, and functions of the module itself that pass a name on.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any
from typing import Literal as OneOf

from django_deploycheck import secrets
from django_deploycheck.model import VariableRead
from django_deploycheck.patterns import regex
from django_deploycheck.readers._python import FunctionNode, Literal, Text, argument, canonical, dotted, shown, text_of
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source

MAX_VARIABLES = 50
"""How many variables one value is said to depend on; more are forgotten."""

MAX_READS = 3_000
"""How many reads of variables are told apart in one module."""

# "opaque": taken from a variable whose name only shows when it runs.
Kind = OneOf["literal", "variable", "unknown", "opaque"]
_STRONGEST: tuple[Kind, ...] = ("opaque", "variable", "unknown")


@dataclass(frozen=True)
class Origin:
    """Where a value comes from; ``follows`` are names that the module itself does not assign."""

    kind: Kind = "literal"
    variables: tuple[VariableRead, ...] = ()
    follows: tuple[str, ...] = ()


LITERAL = Origin()
UNKNOWN = Origin("unknown")
OPAQUE = Origin("opaque")


def join(origins: Iterable[Origin]) -> Origin:
    """The origin of a value made of several."""
    kinds: set[Kind] = set()
    variables: dict[VariableRead, None] = {}
    follows: dict[str, None] = {}
    for item in origins:
        kinds.add(item.kind)
        variables.update(dict.fromkeys(item.variables))
        follows.update(dict.fromkeys(item.follows))
    kind: Kind = next((kind for kind in _STRONGEST if kind in kinds), "literal")
    return Origin(kind, tuple(variables)[:MAX_VARIABLES], tuple(follows)[:MAX_VARIABLES])


@dataclass(frozen=True)
class Reader:
    """An object that reads variables when it is called, as ``env("NAME")``, or by its methods."""

    library: str
    prefix: str = ""
    declared: Mapping[str, ast.expr | None] = field(default_factory=dict)
    """Defaults that ``Env(NAME=(cast, default))`` declares."""


@dataclass(frozen=True)
class Helper:
    """A function of the module that reads the variable whose name it is given."""

    position: int
    parameter: str
    default_position: int | None
    default_parameter: str | None
    has_default: bool
    required: bool
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, repr=False)
class Scope:
    """What is known of a module's names at the point that has been reached."""

    source: Source
    text: Text
    aliases: MutableMapping[str, str] = field(default_factory=dict)
    literals: MutableMapping[str, Literal] = field(default_factory=dict)
    choices: MutableMapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of loops over literal texts."""
    origins: MutableMapping[str, Origin] = field(default_factory=dict)
    readers: MutableMapping[str, Reader] = field(default_factory=dict)
    helpers: MutableMapping[str, Helper] = field(default_factory=dict)
    fields: MutableMapping[str, Mapping[str, VariableRead]] = field(default_factory=dict)
    """The fields of pydantic-settings classes, and of names that hold an instance of one."""
    reads: dict[tuple[str, int | None], VariableRead] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """Helpers of the module that it calls itself."""
    unknown: set[OneOf["reads", "names", "star"]] = field(default_factory=set)

    def inner(self) -> Scope:
        """The scope of a function or class body: what it binds stays inside."""
        return replace(
            self,
            aliases=ChainMap({}, self.aliases),
            literals=ChainMap({}, self.literals),
            choices=ChainMap({}, self.choices),
            origins=ChainMap({}, self.origins),
            readers=ChainMap({}, self.readers),
            fields=ChainMap({}, self.fields),
        )

    def canonical(self, node: ast.expr) -> str | None:
        return canonical(node, self.aliases)

    def forget(self, name: str) -> None:
        """The name is bound anew, to something else."""
        for names in (self.literals, self.choices, self.readers, self.helpers, self.fields, self.aliases):
            hide(names, name)


def hide(names: MutableMapping[str, Any], name: str) -> None:
    """Forget a name, in an inner scope without touching the outer one's."""
    if isinstance(names, ChainMap):
        names.maps[0].pop(name, None)
        return
    names.pop(name, None)


# --- recognising a read -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Access:
    """An expression that reads a variable; ``name`` is its name or the expression that gives it."""

    name: str | ast.expr
    reader: str
    default: ast.expr | None = None
    required: bool = False
    handled: bool = False
    """True where the code copes with the variable's absence."""
    prefix: str = ""
    suffix: str = ""
    declared: Mapping[str, ast.expr | None] = field(default_factory=dict)


_ENVIRON = "os.environ"
_GETTERS = {"os.getenv", "os.environ.get", "os.environ.pop"}

_CLASSES = {
    "environ.Env": "django-environ",
    "environ.FileAwareEnv": "django-environ",
    "environ.environ.Env": "django-environ",
    "environs.Env": "environs",
    "environs.FileAwareEnv": "environs",
    "envparse.Env": "django-environ",
    "decouple.AutoConfig": "decouple",
    "decouple.Config": "decouple",
    "starlette.config.Config": "starlette",
}
_OBJECTS = {
    "environs.env": "environs",
    "decouple.config": "decouple",
    "envparse.env": "django-environ",
    "prettyconf.config": "decouple",
}

# Where the default stands among the positional arguments.
_DEFAULT_POSITION = {"django-environ": 1, "environs": 1, "decouple": 1, "starlette": 2, "imported": 1}
_CAST_FIRST = {"", "get_value", "list", "tuple", "dict", "set"}

# Methods of django-environ that read a variable of their own when none is named.
_OWN_VARIABLE = {
    "db": "DATABASE_URL",
    "db_url": "DATABASE_URL",
    "cache": "CACHE_URL",
    "cache_url": "CACHE_URL",
    "email": "EMAIL_URL",
    "email_url": "EMAIL_URL",
    "search_url": "SEARCH_URL",
    "channels": "CHANNELS_URL",
    "channels_url": "CHANNELS_URL",
}
_NO_READS = {
    "read_env",
    "read_envfile",
    "prefixed",
    "add_parser",
    "parser",
    "parser_for",
    "parse_value",
    "seal",
    "dump",
    "items",
}

# Functions that read one variable by default: its name, and the keyword that names another.
_URL_CONFIGS = {
    "dj_database_url.config": "DATABASE_URL",
    "django_cache_url.config": "CACHE_URL",
    "dj_cache_url.config": "CACHE_URL",
    "dj_email_url.config": "EMAIL_URL",
    "dj_search_url.config": "SEARCH_URL",
}

_LOOKS_LIKE_READER = regex(
    r"(?:^|_)(?:env|environ|environment|getenv)(?:_|$)|^getenv|^get_?env|env_?var|^config$",
    re.IGNORECASE,
    holding="env config",
)
_VARIABLE_NAME = regex(r"[A-Z][A-Z0-9_]*")


def access(node: ast.expr, scope: Scope) -> Access | None:
    """How this expression reads a variable, None when it is no read. What stands inside it is not looked at."""
    if isinstance(node, ast.Subscript):
        if not isinstance(node.ctx, ast.Load) or not _is_environ(node.value, scope):
            return None
        return Access(node.slice, "os.environ[]", required=True)
    if isinstance(node, ast.Compare):
        if (
            len(node.ops) == 1
            and isinstance(node.ops[0], (ast.In, ast.NotIn))
            and _is_environ(node.comparators[0], scope)
        ):
            return Access(node.left, "in os.environ", handled=True)
        return None
    if not isinstance(node, ast.Call):
        return None
    name = _canonical_reader(node.func, scope)
    if name is None:
        return None
    if name in _GETTERS:
        return _by_os(node, name)
    if name in _URL_CONFIGS:
        return _by_url_config(node, name, scope)
    root, _, method = name.partition(".")
    if root in scope.helpers and not method:
        scope.used.add(root)
        return _by_helper(node, root, scope.helpers[root])
    if root in scope.readers and "." not in method:
        return _by_reader(node, name, method, scope.readers[root])
    return _by_library_object(node, name) or _by_imported_reader(node, name, scope)


def _is_environ(node: ast.expr, scope: Scope) -> bool:
    return _canonical_reader(node, scope) == _ENVIRON


def _canonical_reader(node: ast.expr, scope: Scope) -> str | None:
    name = dotted(node)
    if name is None:
        return None
    root, _, rest = name.partition(".")
    if root in scope.readers:
        head, _, tail = rest.partition(".")
        if head == "ENVIRON":  # django-environ's own name for os.environ
            return f"{_ENVIRON}.{tail}" if tail else _ENVIRON
        return name
    return name if root in scope.helpers else scope.canonical(node)


def _by_os(node: ast.Call, name: str) -> Access | None:
    key = argument(node, 0, "key")
    if key is None:
        return None
    return Access(key, name, argument(node, 1, "default"), required=name.endswith(".pop") and len(node.args) < 2)


def _by_url_config(node: ast.Call, name: str, scope: Scope) -> Access:
    default = argument(node, 1 if name == "dj_database_url.config" else None, "default")
    key = argument(node, 0 if name == "dj_database_url.config" else None, "env", "environ")
    if key is None or scope.canonical(key) == "dj_database_url.DEFAULT_ENV":
        return Access(_URL_CONFIGS[name], name, default)
    return Access(key, name, default)


def _by_helper(node: ast.Call, name: str, helper: Helper) -> Access | None:
    key = argument(node, helper.position, helper.parameter)
    if key is None:
        return None
    default = argument(node, helper.default_position, helper.default_parameter) if helper.default_parameter else None
    return Access(key, name, default, helper.required, helper.has_default, helper.prefix, helper.suffix)


def _by_reader(node: ast.Call, name: str, method: str, reader: Reader) -> Access | None:
    if method in _NO_READS:
        return None
    library = reader.library
    own = _OWN_VARIABLE.get(method) if library in ("django-environ", "imported") else None
    key = argument(node, 0, "var", "name", "key", "option")
    if key is None and own is None:
        return None
    position = _DEFAULT_POSITION[library]
    if library == "django-environ" and method in _CAST_FIRST:
        position = 2
    default = argument(node, position, "default", "missing")
    return Access(key if key is not None else own or "", name, default, True, False, reader.prefix, "", reader.declared)


def _by_library_object(node: ast.Call, name: str) -> Access | None:
    """``decouple.config("X")``, ``environs.env.str("X")``: objects that the library itself holds."""
    for known, library in _OBJECTS.items():
        if name == known or name.startswith(known + "."):
            return _by_reader(node, name, name[len(known) + 1 :], Reader(library))
    return None


def _by_imported_reader(node: ast.Call, name: str, scope: Scope) -> Access | None:
    """A reader that another module of the project made: known by its name and by what it is asked for."""
    root = dotted(node.func)
    if root is None or root.partition(".")[0] in scope.origins:
        return None
    parts = name.lstrip(".").split(".")
    method = parts[-1] if "." in root and len(parts) > 1 else ""
    holder = parts[-2] if method else parts[-1]
    if not _LOOKS_LIKE_READER.search(holder) and not _LOOKS_LIKE_READER.search(method):
        return None
    if method in _NO_READS or name.startswith(("os.", "environ.", "environs.")):
        return None
    if method in _OWN_VARIABLE and not node.args:
        return _by_reader(node, root, method, Reader("imported"))
    key = argument(node, 0, "name", "key", "var")
    if key is None or not _VARIABLE_NAME.fullmatch(text_of(key, scope.literals) or ""):
        return None
    found = _by_reader(node, root, method, Reader("imported"))
    if found is not None and isinstance(found.default, (ast.Set, ast.Dict, ast.Lambda)):  # choices, casts
        found = replace(found, default=None, required=False)
    return found if found is None or holder in ("env", "config") else replace(found, required=False)


# --- from a read to facts -----------------------------------------------------------------------------------------------


def variable_reads(
    found: Access, node: ast.expr, scope: Scope, *, conditional: bool, guarded: bool
) -> tuple[VariableRead, ...]:
    """The facts for one read; several where a loop gives the names, none (and a note in the scope) where they are unknown."""
    names = variable_names(found.name, scope)
    if names is None or len(scope.reads) + len(names) > MAX_READS:
        scope.unknown.add("reads")
        return ()
    return tuple(_variable_read(name, found, node, scope, conditional, guarded) for name in names)


def _variable_read(
    name: str, found: Access, node: ast.expr, scope: Scope, conditional: bool, guarded: bool
) -> VariableRead:
    default = found.default if found.default is not None else found.declared.get(name)
    none = isinstance(default, ast.Constant) and default.value is None
    has_default = found.handled or (default is not None and not none)
    name = f"{found.prefix}{name}{found.suffix}"
    read = VariableRead(
        name,
        scope.source.location(node.lineno),
        has_default,
        found.required and default is None and not found.handled and not guarded,
        shown(_shown_as(name, node, scope), default, scope.text, scope.literals) if default is not None else None,
        found.reader,
        conditional,
    )
    return record(read, scope)


_ASSIGNED_TO = regex(r"([A-Za-z_]\w{0,100})[\"']?\]?\s{0,10}(?::|(?<![=!<>])=(?!=))")
_OF_READERS = frozenset({"default", "cast", "var", "name", "key", "value", "missing", "fallback", "subcast"})


def _shown_as(name: str, node: ast.expr, scope: Scope) -> str:
    """The name that tells whether the default of a read is a secret: the variable's, or that of what it is put into."""
    lines = scope.text.lines[max(0, node.lineno - 2) : node.lineno]
    before = [*lines[:-1], lines[-1][: node.col_offset]]
    if before[-1].strip(b" \t(") and not before[-1].strip().startswith(b"or "):
        before = before[-1:]
    names = _ASSIGNED_TO.findall(b" ".join(before)[-400:].decode("utf-8", "replace"))
    target = next((found for found in reversed(names) if found not in _OF_READERS), name)
    return target if secrets.names_secret(target) else name


def record(read: VariableRead, scope: Scope) -> VariableRead:
    """Keep the read for the module's list, once a name and line, its strictest form."""
    key = (read.name, read.location.line)
    earlier = scope.reads.get(key)
    if earlier is None or (earlier.conditional and not read.conditional) or (read.required and not earlier.required):
        scope.reads[key] = read
    return read


def variable_names(node: str | ast.expr, scope: Scope) -> tuple[str, ...] | None:
    if isinstance(node, str):
        return (node,)
    if isinstance(node, ast.Name) and node.id in scope.choices:
        return scope.choices[node.id]
    name = text_of(node, scope.literals)
    return None if name is None else (name,)


# --- where an expression's value comes from -----------------------------------------------------------------------------

_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__package__", "__path__", "__doc__"}
_IMPURE_BUILTINS = {
    "open",
    "input",
    "eval",
    "exec",
    "globals",
    "locals",
    "vars",
    "__import__",
    "id",
    "hash",
    "getattr",
    "object",
}
_PURE = {
    "os.sep",
    "os.pathsep",
    "os.curdir",
    "os.fspath",
    "environ.Path",
    "unipath.Path",
    "json.loads",
    "ast.literal_eval",
    "distutils.util.strtobool",
    "setuptools.distutils.util.strtobool",
    "decouple.Csv",
    "dj_database_url.parse",
    "dj_email_url.parse",
    "django_cache_url.parse",
    "django.urls.reverse_lazy",
    "django.core.urlresolvers.reverse_lazy",
    "celery.schedules.crontab",
    "collections.OrderedDict",
    "copy.deepcopy",
    "copy.copy",
}
_PURE_PREFIXES = (
    "os.path.",
    "pathlib.",
    "posixpath.",
    "datetime.",
    "decimal.",
    "re.",
    "logging.",
    "functools.",
    "itertools.",
    "urllib.parse.",
    "django.utils.translation.",
    "django.contrib.messages.constants.",
    "django.contrib.messages.",
)
# The machine, the clock and the command line: no literals, whatever module they stand in.
_IMPURE_PREFIXES = (
    "os.path.exists",
    "os.path.isfile",
    "os.path.isdir",
    "os.path.getmtime",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.date.today",
)
_IMPURE_METHODS = {
    "exists",
    "is_file",
    "is_dir",
    "read_text",
    "read_bytes",
    "open",
    "read",
    "readline",
    "readlines",
    "iterdir",
    "glob",
    "rglob",
    "home",
    "cwd",
}


def origin(
    node: ast.expr, scope: Scope, *, conditional: bool = False, guarded: bool = False, tested: bool = False
) -> Origin:
    """Where the value of an expression comes from; the reads in it are noted in the scope. ``tested``: it is a condition."""
    local = _bound_inside(node)
    found: list[Origin] = []
    alternatives: dict[ast.AST, ast.expr] = {}
    asked: set[ast.AST] = {node} if tested else set()
    stack: list[tuple[ast.AST, bool]] = [(node, conditional)]
    while stack:
        item, branch = stack.pop()
        if isinstance(item, ast.Name):
            if item.id not in local:
                found.append(_origin_of_name(item.id, scope))
            continue
        if isinstance(item, ast.expr):
            read = access(item, scope)
            if read is not None:
                if read.default is None and item in alternatives:
                    read = replace(read, default=alternatives[item])
                if item in asked and not read.required:  # where the variable is missing, the answer is no
                    read = replace(read, handled=True)
                reads = variable_reads(read, item, scope, conditional=branch, guarded=guarded)
                found.append(Origin("variable", reads) if reads else OPAQUE)
                stack.extend((child, branch) for child in reversed(_around(item)) if child is not read.name)
                continue
        if isinstance(item, ast.BoolOp) and isinstance(item.op, ast.Or):  # os.environ.get("X") or "default"
            alternatives.update(dict.fromkeys(item.values[:-1], item.values[-1]))
        asked.update(_asked(item, item in asked))
        children, extra = _inside(item, scope)
        found.extend(extra)
        stack.extend((child, branch or _is_branch(item, child)) for child in reversed(children))
    return join(found)


def _asked(node: ast.AST, is_asked: bool) -> list[ast.expr]:
    """The parts of an expression that are only compared, or only asked for being there."""
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.IfExp):
        return [node.test]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bool":
        return node.args
    if not isinstance(node, ast.BoolOp):
        return []
    # Of "and", all but the last value only decide; "or" hands on the first that is true.
    return node.values if is_asked else node.values[:-1] if isinstance(node.op, ast.And) else []


def _bound_inside(node: ast.expr) -> set[str]:
    """Names that comprehensions, lambdas and walruses of an expression bind."""
    if isinstance(node, (ast.Constant, ast.Name, ast.Attribute)):
        return set()
    bound = {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}
    return bound | {item.arg for item in ast.walk(node) if isinstance(item, ast.arg)}


def _is_branch(parent: ast.AST, child: ast.AST) -> bool:
    if isinstance(parent, ast.IfExp):
        return child is not parent.test
    if isinstance(parent, ast.BoolOp):
        return child is not parent.values[0]
    return isinstance(parent, (ast.Lambda, ast.comprehension)) or (
        isinstance(parent, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
        and not isinstance(child, ast.comprehension)
    )


def _around(node: ast.expr) -> list[ast.AST]:
    """What a read evaluates besides the variable: defaults, casts."""
    if isinstance(node, ast.Call):
        return [*node.args, *(keyword.value for keyword in node.keywords)]
    return [node.left] if isinstance(node, ast.Compare) else []


def _inside(node: ast.AST, scope: Scope) -> tuple[list[ast.AST], list[Origin]]:
    """The parts of a node that its value depends on, and what it adds itself."""
    if isinstance(node, ast.Call):
        return _inside_call(node, scope)
    if isinstance(node, ast.Attribute):
        return _inside_attribute(node, scope)
    if isinstance(node, ast.Lambda):
        return [node.body], []
    if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
        return list(ast.iter_child_nodes(node)), [UNKNOWN]
    return [
        child for child in ast.iter_child_nodes(node) if not isinstance(child, (ast.expr_context, ast.operator))
    ], []


_WRITES = {"setdefault", "update", "clear", "pop"}


def _inside_call(node: ast.Call, scope: Scope) -> tuple[list[ast.AST], list[Origin]]:
    arguments: list[ast.AST] = [*node.args, *(keyword.value for keyword in node.keywords)]
    function = node.func
    if isinstance(function, ast.Name):
        if function.id in scope.origins:
            return arguments, [scope.origins[function.id]]
        if function.id not in scope.aliases and function.id in _BUILTINS:
            return arguments, [UNKNOWN] if function.id in _IMPURE_BUILTINS else []
    name = scope.canonical(function)
    if name is not None and name.startswith(_ENVIRON + ".") and name.rpartition(".")[2] not in _WRITES:
        scope.unknown.add("reads")  # os.environ.items()
        return arguments, [OPAQUE]
    if name is not None and _is_imported(function, scope):
        return arguments, [] if is_pure(name) else [UNKNOWN if _reads_nothing(name) else OPAQUE]
    if isinstance(function, ast.Attribute):
        return [function.value, *arguments], [UNKNOWN] if function.attr in _IMPURE_METHODS else []
    return [function, *arguments], [OPAQUE]  # a function that a star import may have brought


def _inside_attribute(node: ast.Attribute, scope: Scope) -> tuple[list[ast.AST], list[Origin]]:
    read = _field(node, scope)
    if read is not None:
        return [], [Origin("variable", (record(read, scope),))]
    name = scope.canonical(node)
    if name == _ENVIRON or (name or "").startswith(_ENVIRON + "."):
        scope.unknown.add("reads")
        return [], [OPAQUE]
    if name is not None and _is_imported(node, scope):
        return [], [] if is_pure(name) else [UNKNOWN]
    return [node.value], []


def _field(node: ast.Attribute, scope: Scope) -> VariableRead | None:
    """The variable behind a field of a pydantic-settings object: ``settings.secret_key``, ``Settings().secret_key``."""
    holder = node.value.func if isinstance(node.value, ast.Call) else node.value
    return scope.fields.get(holder.id, {}).get(node.attr) if isinstance(holder, ast.Name) else None


def _is_imported(node: ast.expr, scope: Scope) -> bool:
    return (dotted(node) or "").partition(".")[0] in scope.aliases


def is_pure(name: str) -> bool:
    """Whether what this imported name gives depends on nothing but its arguments."""
    return (
        not name.startswith(_IMPURE_PREFIXES)
        and name.rpartition(".")[2] not in _IMPURE_METHODS
        and (name in _PURE or (name + ".").startswith(_PURE_PREFIXES))
    )


# Calls into these give what no variable decides, or what no rule asks for.
_KNOWN_PACKAGES = frozenset(
    """
    django celery kombu corsheaders csp whitenoise storages sentry_sdk rollbar ldap django_auth_ldap rest_framework
    oscar wagtail pytz dj_database_url boto3 botocore elasticsearch redis dotenv import_export machina
    """.split()
)


def _reads_nothing(name: str) -> bool:
    root = name.partition(".")[0]
    return root in _KNOWN_PACKAGES or root in sys.stdlib_module_names


def _origin_of_name(name: str, scope: Scope) -> Origin:
    if name in scope.origins:
        return scope.origins[name]
    if name in scope.aliases:
        target = scope.aliases[name]
        if target == _ENVIRON:  # passed on as a whole
            scope.unknown.add("reads")
            return OPAQUE
        if is_pure(target):
            return Origin()
        return Origin(follows=(name,)) if _VARIABLE_NAME.fullmatch(name) else UNKNOWN
    if name in _BUILTINS and name not in _IMPURE_BUILTINS:
        return Origin()
    return Origin(follows=(name,)) if _VARIABLE_NAME.fullmatch(name) else UNKNOWN


# --- objects and functions that read ------------------------------------------------------------------------------------


def made_reader(node: ast.expr, scope: Scope) -> Reader | None:
    """The reader that an expression makes (``environ.Env(DEBUG=(bool, False))``) or names; None when it is none."""
    if isinstance(node, ast.Name) and node.id in scope.readers:
        return scope.readers[node.id]
    if not isinstance(node, ast.Call):
        library = _OBJECTS.get(scope.canonical(node) or "")
        return Reader(library) if library else None
    library = _CLASSES.get(scope.canonical(node.func) or "")
    if library is None:
        return None
    declared = (
        {keyword.arg: _declared_default(keyword.value) for keyword in node.keywords if keyword.arg}
        if library == "django-environ"
        else {}
    )
    prefix = text_of(argument(node, None, "prefix", "env_prefix"), scope.literals) or ""
    return Reader(library, prefix, declared)


def _declared_default(scheme: ast.expr) -> ast.expr | None:
    return scheme.elts[1] if isinstance(scheme, ast.Tuple) and len(scheme.elts) == 2 else None


def made_helper(arguments: ast.arguments, body: list[ast.AST], scope: Scope) -> Helper | None:
    """What a function does that reads the variable whose name it is given; None when it is no such function."""
    parameters = [item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    if not parameters:
        return None
    found: list[tuple[Access, str, str, str]] = []
    caught = raises = False
    for node in (item for part in body for item in ast.walk(part)):
        caught = caught or isinstance(node, ast.Try)
        raises = raises or isinstance(node, ast.Raise)
        read = access(node, scope) if isinstance(node, ast.expr) else None
        pattern = (
            _parameter(read.name, parameters, scope) if read is not None and isinstance(read.name, ast.expr) else None
        )
        if read is not None and pattern is not None:
            found.append((read, *pattern))
    if not found:
        return None
    read, prefix, parameter, suffix = max(found, key=lambda item: item[0].default is not None)
    copes = caught or any(not other.required for other, *_ in found)
    default = _default_parameter(parameters, read, parameter)
    own = read.default is not None and _name(read.default) != default
    positional = len(arguments.posonlyargs) + len(arguments.args)
    place = parameters.index(default) if default is not None else None
    return Helper(
        position=parameters.index(parameter),
        parameter=parameter,
        default_position=place if place is not None and place < positional else None,
        default_parameter=default,
        has_default=(own and not isinstance(read.default, ast.Constant))
        or _constant(read.default)
        or _own_default(arguments, default),
        required=raises or not copes,
        prefix=read.prefix + prefix,
        suffix=suffix + read.suffix,
    )


def _constant(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is not None


def _name(node: ast.expr | None) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _default_parameter(parameters: list[str], read: Access, parameter: str) -> str | None:
    if _name(read.default) in parameters:
        return _name(read.default)
    for name in parameters:
        if name != parameter and re.search(r"default|fallback|alternative|missing", name):
            return name
    return None


def _own_default(arguments: ast.arguments, parameter: str | None) -> bool:
    """Whether the parameter for the default has itself one that is not None."""
    positional = [*arguments.posonlyargs, *arguments.args]
    given = dict(zip((item.arg for item in reversed(positional)), reversed(arguments.defaults), strict=False))
    given.update(
        {
            item.arg: value
            for item, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if value is not None
        }
    )
    return _constant(given.get(parameter or ""))


def _parameter(node: ast.expr, parameters: list[str], scope: Scope) -> tuple[str, str, str] | None:
    """``(prefix, parameter, suffix)`` for a variable's name that is a parameter with literal text around it."""
    parts = list(_pieces(node))
    names = [part for part in parts if isinstance(part, ast.Name) and part.id in parameters]
    if len(names) != 1 or len(parts) > 3:
        return None
    index = parts.index(names[0])
    before = [text_of(part, scope.literals) for part in parts[:index]]
    after = [text_of(part, scope.literals) for part in parts[index + 1 :]]
    if None in before or None in after:
        return None
    return "".join(filter(None, before)), names[0].id, "".join(filter(None, after))


def _pieces(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.JoinedStr):
        yield from (part.value if isinstance(part, ast.FormattedValue) else part for part in node.values[:4])
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("upper", "strip"):
        yield node.func.value
    else:
        yield node


def function_origin(node: FunctionNode, scope: Scope) -> Origin:
    """Where what a function returns comes from, as far as the variables tell that it reads by name."""
    variables: dict[VariableRead, None] = {}
    used: list[Origin] = []
    guarded = any(isinstance(item, ast.Try) for item in ast.walk(node))
    parameters = {item.arg for item in ast.walk(node.args) if isinstance(item, ast.arg)}
    for item in ast.walk(node):
        if isinstance(item, ast.Name) and item.id not in parameters and item.id in scope.origins:
            used.append(scope.origins[item.id])
        read = access(item, scope) if isinstance(item, ast.expr) else None
        if read is None or _name(read.name if isinstance(read.name, ast.expr) else None) in parameters:
            continue
        names = variable_names(read.name, scope)
        if names is not None and isinstance(item, ast.expr):
            variables.update(dict.fromkeys(variable_reads(read, item, scope, conditional=True, guarded=guarded)))
    return join([UNKNOWN, *used, Origin("variable" if variables else "unknown", tuple(variables))])
