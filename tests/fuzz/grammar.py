"""
Texts that look like what people write, made from any bytes: each choice of a grammar is the next byte.

Where the bytes end, every choice is the first one, so the first alternative of each rule is a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")

MAX_DEPTH = 6
"""How deep what a grammar makes is nested in itself."""


class Choices:
    """Makes choices, one byte each, and of the last one all that is left."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def number(self, below: int) -> int:
        """A number from 0 to ``below`` - 1; at most 256 of them."""
        if self.position >= len(self.data):
            return 0
        self.position += 1
        return self.data[self.position - 1] % below

    def one(self, choices: Sequence[_T]) -> _T:
        return choices[self.number(len(choices))]

    def some(self, most: int) -> range:
        """To be walked 0 to ``most`` times."""
        return range(self.number(most + 1))

    def flag(self) -> bool:
        return self.number(2) == 1

    def text(self, most: int = 12) -> str:
        """Any text, as the bytes have it."""
        start = self.position
        self.position = min(len(self.data), start + self.number(most + 1) + 1)
        return self.data[start + 1 : self.position].decode("utf-8", "replace").replace("\0", "")

    def rest(self) -> bytes:
        found, self.position = self.data[self.position :], len(self.data)
        return found


Rule = Callable[[Choices, int], str]


def _joined(separator: str, rule: Rule, choices: Choices, depth: int, most: int = 4) -> str:
    return separator.join([rule(choices, depth) for _ in range(1 + choices.number(most))])


# --- shell ------------------------------------------------------------------------------------------------------------

NAMES = (
    "A",
    "PORT",
    "DJANGO_ENV",
    "x",
    "1",
    "@",
    "*",
    "#",
    "?",
    "0",
    "list[@]",
    "list[0]",
    "BASH_SOURCE[0]",
    "UID",
    "ROLE",
)
_TEXTS = (
    *(
        "a",
        "web",
        "migrate",
        "start.sh",
        "./start.sh",
        "deploy/run.sh",
        "manage.py",
        "./manage.py",
        "--settings=a.b",
        "-b",
    ),
    *(
        "0.0.0.0:$PORT",
        "*.py",
        "[a-z]*",
        "{a,b}",
        "~",
        "=",
        "A=b",
        "-",
        "--",
        "!",
        "prod",
        "dev",
        "10",
        "/app",
        "..",
        "",
    ),
)
PROGRAMS = (
    *(
        "gunicorn",
        "uvicorn",
        "daphne",
        "uwsgi",
        "python",
        "python3",
        "manage.py",
        "./manage.py",
        "django-admin",
        "celery",
    ),
    *(
        "make",
        "just",
        "npm",
        "yarn",
        "supervisord",
        "honcho",
        "sh",
        "bash",
        "ssh",
        "docker",
        "docker-compose",
        "fab",
        "node",
    ),
    *("kubectl", "ansible-playbook", "hypercorn", "granian", "waitress-serve", "mod_wsgi-express", "unknown", "f", "g"),
)
WRAPPERS = (
    *(
        "exec",
        "env",
        "sudo",
        "nohup",
        "nice",
        "timeout",
        "gosu",
        "su",
        "runuser",
        "tini",
        "dumb-init",
        "poetry",
        "pipenv",
    ),
    *(
        "uv",
        "newrelic-admin",
        "ddtrace-run",
        "dotenv",
        "doppler",
        "flock",
        "chpst",
        "conda",
        "wait-for-it",
        "dockerize",
    ),
    *(
        "xargs",
        "time",
        "command",
        "builtin",
        "honcho",
        "coverage",
        "bundle",
        "watchmedo",
        "heroku",
        "chroot",
        "setpriv",
    ),
)
_OPTIONS = (
    *(
        "-c",
        "-b",
        "-w",
        "-k",
        "-m",
        "-u",
        "-e",
        "-f",
        "-n",
        "--",
        "-S",
        "-i",
        "--bind",
        "--workers",
        "--config",
        "--reload",
    ),
    *(
        "--ini",
        "--http",
        "--module",
        "--chdir",
        "-C",
        "--settings",
        "--noinput",
        "--access-logfile",
        "-lc",
        "-ex",
        "run",
    ),
    *(
        "--env=A=1",
        "--bind=unix:/run/x",
        "-b:80",
        "-w4",
        "--hook-pre-app",
        "--env",
        "--user",
        "run-program",
        "--command",
    ),
)
_BUILTINS = (
    "cd",
    "set",
    "shift",
    "source",
    ".",
    "eval",
    "exit",
    "return",
    "unset",
    "read",
    "export",
    "local",
    "declare",
    "trap",
)
_ENDS = ("\n", "\n", ";", " &\n", "; ", " # comment\n", "\r\n", " \\\n")
_OPERATORS = ("", ":-", "-", ":=", ":+", "%%", "#", "##", "%", "/", "//", ":", "^^", ",,", ":?", "@")


def word(choices: Choices, depth: int = 0) -> str:
    """One word of the shell's."""
    if depth > MAX_DEPTH:
        return choices.one(_TEXTS)
    made: tuple[Callable[[], str], ...] = (
        lambda: choices.one(_TEXTS),
        lambda: choices.one(_TEXTS),
        lambda: choices.one(_OPTIONS),
        lambda: f"${choices.one(NAMES)}",
        lambda: f'"{_quoted(choices, depth + 1)}"',
        lambda: f"'{choices.one(_TEXTS)} {choices.one(_TEXTS)}'",
        lambda: _variable(choices, depth + 1),
        lambda: f"$({script(choices, depth + 2)})",
        lambda: f"`{simple(choices, depth + 2)}`",
        lambda: f"$(({choices.one(NAMES)}+1))",
        lambda: f"<({simple(choices, depth + 2)})",
        lambda: "$'" + choices.one(("\\n", "\\x41", "\\'", "\\777", "\\")) + "'",
        lambda: word(choices, depth + 1) + word(choices, depth + 1),
        lambda: choices.text(),
    )
    return choices.one(made)()


def _quoted(choices: Choices, depth: int) -> str:
    return " ".join(word(choices, depth + 1).replace('"', "") for _ in range(1 + choices.number(3)))


def _variable(choices: Choices, depth: int) -> str:
    operator = choices.one(_OPERATORS)
    return f"${{{choices.one(NAMES)}{operator}{word(choices, depth + 1) if operator else ''}}}"


def command_words(choices: Choices, depth: int = 0) -> str:
    """A command line: wrappers, a program, options."""
    wrappers = [
        f"{choices.one(WRAPPERS)} {word(choices, depth + 2) if choices.flag() else ''}" for _ in choices.some(3)
    ]
    program = choices.one((*PROGRAMS, *_BUILTINS)) if choices.number(8) else word(choices, depth + 1)
    options = [choices.one(_OPTIONS) if choices.flag() else word(choices, depth + 1) for _ in range(choices.number(6))]
    return " ".join((*wrappers, program, *options))


def simple(choices: Choices, depth: int = 0) -> str:
    """A simple command with what may stand around it."""
    made = command_words(choices, depth)
    if choices.number(6) == 1:
        made = f"{choices.one(NAMES[:4])}={word(choices, depth + 1)} {made}"
    if choices.number(6) == 1:
        made += f" {choices.one(('>', '>>', '2>&1', '<', '<<<', '&>'))} {choices.one(_TEXTS)}"
    if choices.number(12) == 1:
        made += f" <<{choices.one(('E', chr(39) + 'E' + chr(39), '-E'))}\n{script(choices, depth + 2)}\nE\n"
    return made


def command(choices: Choices, depth: int = 0) -> str:
    """One command, simple or compound."""
    if depth > MAX_DEPTH:
        return simple(choices, depth)

    def inner() -> str:
        return script(choices, depth + 1)

    def condition() -> str:
        return choices.one(
            (
                lambda: f"[ {_joined(' ', word, choices, depth + 2)} ]",
                lambda: (
                    f'[ "${choices.one(NAMES)}" {choices.one(("=", "!=", "-eq", "-gt", "=~"))} {choices.one(_TEXTS)} ]'
                ),
                lambda: f"[[ {_joined(' ', word, choices, depth + 2)} && ! ( -n $A || $B == d* ) ]]",
                lambda: f"test -z {word(choices, depth + 2)}",
                lambda: "true",
                lambda: simple(choices, depth + 2),
                lambda: f"(( {choices.one(NAMES)}++ ))",
            )
        )()

    made: tuple[Callable[[], str], ...] = (
        lambda: simple(choices, depth),
        lambda: simple(choices, depth),
        lambda: (
            f"{choices.one(('A', 'x', 'DJANGO_ENV', 'PATH', 'a[1]'))}{choices.one(('=', '+='))}{word(choices, depth + 1)}"
        ),
        lambda: f"list=({_joined(' ', word, choices, depth + 1)})",
        lambda: f"if {condition()}; then\n{inner()}\n{'else' + chr(10) + inner() if choices.flag() else ''}\nfi",
        lambda: f"if {condition()}\nthen {inner()}\nelif {condition()}; then {inner()}\nfi",
        lambda: f"while {condition()}; do {inner()}; {choices.one(('break', 'continue', 'shift', ':'))}\ndone",
        lambda: f"for x in {_joined(' ', word, choices, depth + 1)}; do\n{inner()}\ndone",
        lambda: f"for x\ndo {inner()}\ndone < {choices.one(_TEXTS)}",
        lambda: f"case {word(choices, depth + 1)} in\n{_branches(choices, depth + 1)}esac",
        lambda: f"{choices.one(('f', 'g', 'h'))}() {{\n{inner()}\n}}",
        lambda: f"function {choices.one(('f', 'g'))} {{ {inner()}; }}",
        lambda: f"( {inner()} )",
        lambda: f"{{ {inner()}; }}",
        lambda: f"{condition()} && {command(choices, depth + 1)} || {command(choices, depth + 1)}",
        lambda: f"{simple(choices, depth)} | {command(choices, depth + 1)}",
        lambda: f"! {command(choices, depth + 1)}",
        lambda: f"sh -c {chr(39)}{inner().replace(chr(39), '')}{chr(39)} {word(choices, depth + 1)}",
        lambda: 'exec "$@"',
        lambda: f'set -- {word(choices, depth + 1)} "$@"',
        lambda: f"{choices.one(('f', 'g', 'h'))} {word(choices, depth + 1)}",
        lambda: (
            f"{choices.one(('.', 'source', 'sh', 'bash', 'exec', ''))} ./{choices.one(('start.sh', 'b.sh', 'c.sh'))} $1"
        ),
        lambda: choices.one(
            ("make a", "make A=b all", "just a b", "npm run start", "honcho start", "supervisord -c s.conf")
        ),
        lambda: choices.text(30),
    )
    return choices.one(made)()


def _branches(choices: Choices, depth: int) -> str:
    return "".join(
        f"{'|'.join(choices.one((*_TEXTS, '*')) for _ in range(1 + choices.number(3)))}) {script(choices, depth + 1)}"
        f"{choices.one((';;', ';&', ';;&', ''))}\n"
        for _ in range(1 + choices.number(3))
    )


def script(choices: Choices, depth: int = 0) -> str:
    """A script."""
    if depth > MAX_DEPTH:
        return simple(choices, depth)
    most = 8 if not depth else 2
    return "".join(command(choices, depth) + choices.one(_ENDS) for _ in range(1 + choices.number(most))).rstrip(" ;")


# --- Python -----------------------------------------------------------------------------------------------------------

SETTINGS = (
    *(
        "DEBUG",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASES",
        "STATIC_ROOT",
        "MIDDLEWARE",
        "STORAGES",
        "EMAIL_HOST",
        "ADMINS",
    ),
    *("CACHES", "LOGGING", "INSTALLED_APPS", "BASE_DIR", "env", "config", "name", "CSRF_TRUSTED_ORIGINS"),
)
_KEYS = ("default", "HOST", "NAME", "ENGINE", "OPTIONS", "dsn")
_CONSTANTS = (
    *(
        "'a'",
        "1",
        "True",
        "None",
        "''",
        "'change-me'",
        "b'x'",
        "1.5",
        "1e400",
        "0x" + "f" * 5000,
        "...",
        "'\\x00'",
        "-1",
        "10**9",
    ),
    *("'postgres://u:p@h/d'", "'\\ud800'", "1j", "'%s'", "'{}'", "r'\\d'"),
)


def expression(choices: Choices, depth: int = 0) -> str:
    """An expression as settings have it."""
    if depth > MAX_DEPTH:
        return choices.one((*_CONSTANTS, *SETTINGS))

    def inner() -> str:
        return expression(choices, depth + 1)

    made: tuple[Callable[[], str], ...] = (
        lambda: choices.one(_CONSTANTS),
        lambda: choices.one(SETTINGS),
        lambda: f"os.environ.get('{choices.one(SETTINGS)}', {inner()})",
        lambda: f"os.environ[{inner()}]",
        lambda: f"os.getenv({inner()})",
        lambda: (
            f"env{choices.one(('', '.bool', '.list', '.db', '.str', '.url'))}('{choices.one(SETTINGS)}', default={inner()})"
        ),
        lambda: f"config({inner()}, cast={inner()})",
        lambda: f"dj_database_url.config(default={inner()})",
        lambda: (
            f"({inner()} {choices.one(('or', 'and', '+', '%', '*', '//', '-', '==', 'in', 'not in', '|'))} {inner()})"
        ),
        lambda: f"({inner()} if {inner()} else {inner()})",
        lambda: f"[{inner()}, {inner()}]",
        lambda: f"({inner()}, *{inner()})",
        lambda: f"{{'{choices.one(_KEYS)}': {inner()}, '{choices.one(_KEYS)}': {inner()}}}",
        lambda: f"{{**{inner()}, {inner()}: {inner()}}}",
        lambda: f"dict({choices.one(_KEYS)}={inner()})",
        lambda: f"f'{{{inner()}}}a{{name!r:>10}}'" if depth < 2 else "f'{name}'",
        lambda: f"{choices.one(('not ', '-', '~'))}{inner()}",
        lambda: f"{inner()}[{inner()}]",
        lambda: f"({inner()}).{choices.one(('get', 'split', 'environ', 'copy', 'format', 'a'))}({inner()})",
        lambda: f"[x for x in {inner()} if {inner()}]",
        lambda: f"(lambda x, y={inner()}: {inner()})",
        lambda: f"(name := {inner()})",
        lambda: f"f({inner()}, {inner()})",
        lambda: (
            f"{choices.one(('Path', 'str', 'bool', 'int', 'get_secret', 'environ.Env', 'Config', 'values.Value'))}({inner()})"
        ),
    )
    return choices.one(made)()


_IMPORTS = (
    *(
        "import os",
        "from os import environ",
        "import os as o",
        "from .base import *",
        "from .base import DEBUG as D, SECRET_KEY",
    ),
    *(
        "from bookstore.other import *",
        "from . import base",
        "import environ",
        "env = environ.Env(DEBUG=(bool, False))",
    ),
    *(
        "from decouple import config",
        "from .settings import *",
        "from environs import Env",
        "env = Env()",
        "import dj_database_url",
    ),
    *(
        "from split_settings.tools import include, optional",
        "include('base.py', optional('local*.py'))",
        "from ... import a",
    ),
    *(
        "from configurations import Configuration, values",
        "from pydantic_settings import BaseSettings",
        "import sentry_sdk",
    ),
)


def statement(choices: Choices, depth: int = 0) -> str:
    """A statement of a settings module, its blocks on lines of their own."""
    margin = "    " * depth

    def value() -> str:
        return expression(choices, depth)

    def block() -> str:
        return "".join(statement(choices, depth + 1) for _ in range(1 + choices.number(3)))

    name = choices.one(SETTINGS)
    if depth > 3:
        return f"{margin}{name} = {value()}\n"
    made: tuple[Callable[[], str], ...] = (
        lambda: f"{name} = {value()}\n",
        lambda: f"{name} = {value()}\n",
        lambda: choices.one(_IMPORTS) + "\n",
        lambda: f"{name} += {value()}\n",
        lambda: f"{name}: str = {value()}\n",
        lambda: f"{name}['{choices.one(_KEYS)}'][{value()}] = {value()}\n",
        lambda: f"{name}.{choices.one(('append', 'update', 'extend', 'insert', 'setdefault'))}({value()})\n",
        lambda: f"{name}, {choices.one(SETTINGS)} = {value()}, {value()}\n",
        lambda: f"({name}, *rest) = {value()}\n",
        lambda: f"if {value()}:\n{block()}{margin}else:\n{block()}",
        lambda: f"for name in {value()}:\n{block()}",
        lambda: f"try:\n{block()}{margin}except ImportError:\n{block()}",
        lambda: f"with open({value()}) as {choices.one(('f', 'name'))}:\n{block()}",
        lambda: (
            f"def {choices.one(('f', 'get_secret', 'application', '__getattr__'))}(name, default={value()}):\n{block()}"
            f"{margin}    return {value()}\n"
        ),
        lambda: (
            f"class {choices.one(('Base', 'Production', 'Settings'))}({choices.one(('', 'Base', 'BaseSettings', 'Configuration'))}):\n"
            f"{margin}    {choices.one(('a', 'DEBUG'))}: bool = {value()}\n{block()}"
        ),
        lambda: f"os.environ['DJANGO_SETTINGS_MODULE'] = {value()}\n",
        lambda: f"os.environ.setdefault('DJANGO_SETTINGS_MODULE', {value()})\n",
        lambda: f"globals()[{value()}] = {value()}\n",
        lambda: f"vars().update({value()})\n",
        lambda: f"sentry_sdk.init({value()}, a={value()}, **{value()})\n",
        lambda: f"call_command({value()})\n",
        lambda: f"del {name}\n",
        lambda: f"match {value()}:\n{margin}    case {{'a': b, **rest}}:\n{margin}        {name} = b\n",
        lambda: f"assert {value()}, {value()}\n",
        lambda: f"env.prefix = {value()}\n",
        lambda: f"django_heroku.settings(locals(), logging={value()})\n",
        lambda: choices.text(30).replace("\n", " ") + "\n",
    )
    return margin + choices.one(made)()


def module(choices: Choices) -> str:
    """A settings module."""
    return "import os\n" + "".join(statement(choices) for _ in range(1 + choices.number(8)))
