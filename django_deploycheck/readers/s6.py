"""
s6-overlay: the services that an image's init (``/init``) starts, and the scripts that it runs before them.

After https://github.com/just-containers/s6-overlay: ``s6-rc.d/<name>/run`` (a service that stays) or ``up`` (one that runs
once), and the older ``services.d/<name>/run`` and ``cont-init.d/*``. A script is what its first line says, ``up`` is always
execline (https://skarnet.org/software/execline/), of which chains of commands are read.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

from django_deploycheck.model import CommandLine, Fact, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers import unread_format
from django_deploycheck.records import dataclass
from django_deploycheck.source import Source

KIND = "s6"
NAMES = ("s6-rc.d/*/run", "s6-rc.d/*/up", "services.d/*/run", "cont-init.d/*")
NATURE = "decided"

_SHELL = regex(r"^#!.{0,200}\b(?:ba|da|a|z|k)?sh\b")
_EXECLINE = regex(r"^#!.{0,200}\bexeclineb\b")
MAX_WORDS = 2_000
MAX_DEPTH = 20


def claims(source: Source) -> bool:
    """Whether it is a script of a service, and not of a service's logger."""
    parts = source.path.split("/")
    return "log" not in parts[-2:-1] and (parts[-1] == "up" or source.text.startswith("#!"))


def read(source: Source) -> Iterator[Fact]:
    """The service, with its whole script as its command."""
    command = _command(source)
    if command is None:
        yield from unread_format.read(source)
        return
    is_named_by_folder = source.name in ("run", "up")
    yield Service(
        name=posixpath.basename(source.folder) if is_named_by_folder else source.name,
        kind=KIND,
        location=source.location(1),
        command=command,
        entrypoint=source.exec_form((), 1),  # the init itself is the image's
    )


def _command(source: Source) -> CommandLine | None:
    if _SHELL.match(source.lines[0]):
        return source.shell("\n".join(source.lines), 1)
    if source.name == "up" or _EXECLINE.match(source.lines[0]):
        text = _as_shell("\n".join(source.lines))
        return source.shell(text, 1) if text is not None else None
    return None


# --- execline -----------------------------------------------------------------------------------------------------------

_TOKEN = regex(
    r'(?P<blank>\s+|(?<!\S)#[^\n]*)|(?P<brace>[{}](?!\S))|(?P<word>(?:"(?:[^"\\]|\\.)*"|\\.|[^\s"\\])+)', re.DOTALL
)

# Programs that do something to themselves and then start the rest of the line: how many arguments of their own they take.
_TAKES = {
    "emptyenv": 0,
    "exec": 0,
    "fdclose": 1,
    "fdmove": 2,
    "importas": 2,
    "multisubstitute": 0,
    "redirfd": 2,
    "s6-envdir": 1,
    "s6-softlimit": 0,
    "umask": 1,
    "unexport": 1,
    "with-contenv": 0,
}
_VALUED = {"importas": "D", "s6-softlimit": "acdflmoprst", "if": "x"}


@dataclass(frozen=True, repr=False)
class _Word:
    text: str
    line: int
    is_brace: bool = False


def _as_shell(text: str) -> str | None:
    """The script as a shell would write it, every command on its own line; None for what is no chain of commands."""
    words = _words(text)
    commands = _chain(words, 0) if words is not None else None
    if commands is None:
        return None
    lines: list[str] = []
    for command in commands:
        lines += [""] * (command.line - len(lines))
        lines[-1] += ("; " if lines[-1] else "") + command.text
    return "\n".join(lines)


def _words(text: str) -> list[_Word] | None:
    words: list[_Word] = []
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or len(words) >= MAX_WORDS:
            return None
        if match["blank"] is None:
            words.append(_Word(re.sub(r'\\(.)|"', r"\1", match[0]), line, match["brace"] is not None))
        line += match[0].count("\n")
        position = match.end()
    return words


def _chain(words: list[_Word], depth: int) -> list[_Word] | None:
    """The commands of a chain in order, as texts for a shell."""
    words = list(words)
    found: list[_Word] = []
    prefix: list[_Word] = []
    while words:
        first = words.pop(0)
        name = posixpath.basename(first.text)
        if first.is_brace or depth > MAX_DEPTH:
            return None
        if name in ("foreground", "background", "if"):
            _options(words, name)
            block = _block(words)
            inner = _chain(block, depth + 1) if block is not None else None
            if inner is None:
                return None
            found += [_Word(f"{item.text} &", item.line) for item in inner] if name == "background" else inner
        elif name == "backtick":
            _options(words, name)
            if not words or _block(words[1:]) is None:
                return None
            del words[0]
            _block(words)
        elif name in ("cd", "execline-cd", "export", "s6-setuidgid"):
            count = 2 if name == "export" else 1
            own, words = words[:count], words[count:]
            if len(own) < count:
                return None
            if name == "s6-setuidgid":
                prefix += [first, *own]
            else:
                found.append(_Word(_statement(name, own), first.line))
        elif name in _TAKES:
            _options(words, name)
            del words[: _TAKES[name]]
            if name == "multisubstitute" and _block(words) is None:
                return None
        elif any(word.is_brace for word in words):
            return None
        else:
            found.append(_Word(" ".join(_quoted(word.text) for word in (*prefix, first, *words)), first.line))
            words = []
    return found


def _statement(name: str, own: list[_Word]) -> str:
    return f"export {own[0].text}={_quoted(own[1].text)}" if name == "export" else f"cd {_quoted(own[0].text)}"


def _options(words: list[_Word], name: str) -> None:
    """Take off the options of a program, each with its value where it has one."""
    while words and words[0].text.startswith("-") and not words[0].is_brace:
        option = words.pop(0).text
        if words and option[-1:] in _VALUED.get(name, "") and len(option) == 2:
            words.pop(0)


def _block(words: list[_Word]) -> list[_Word] | None:
    """Take off a block in braces and return what stands in it; None where there is none."""
    if not words or not words[0].is_brace or words[0].text != "{":
        return None
    open_braces = 0
    for index, word in enumerate(words):
        open_braces += (word.text == "{") - (word.text == "}") if word.is_brace else 0
        if not open_braces:
            block = words[1:index]
            del words[: index + 1]
            return block
    return None


def _quoted(text: str) -> str:
    # A variable that importas fills in keeps its dollar sign.
    if "$" in text and not set(text) & set("'`"):
        return f'"{text}"' if set(text) & set(" \t\n|&;<>()*?") else text
    return shlex.quote(text)
