"""Lines of INI-like files (supervisord, systemd, uwsgi): sections, repeated keys and every line kept, nothing interpolated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source


@dataclass(frozen=True)
class IniValue:
    """One ``key = value`` with its section; ``line`` is where the key stands. No ``repr`` shows the value."""

    section: str
    key: str
    value: str = field(repr=False)
    line: int

    @property
    def first_line(self) -> int:
        """The line where the value's text begins: below the key's where nothing follows the key."""
        blank = len(self.value) - len(self.value.lstrip())
        return self.line + self.value.count("\n", 0, blank)


_SECTION = regex(r"^\s*\[([^\]\n]{1,200})\]")
_MAX_KEY = 200


def values(
    source: Source, *, continued_by: str, comments: str = "#;", delimiters: str = "=", inline_comments: str = ""
) -> Iterator[IniValue]:
    """
    Every value of the file, in order.

    ``continued_by`` is ``"backslash"`` (systemd) or ``"indent"`` (configparser): how a value goes on in the next line.
    The lines of a continued value are kept apart by newlines. A section's own line is yielded with the key ``""``, a key
    without a value with the value ``""``. ``inline_comments`` start a comment behind white space.
    """
    section = ""
    pending: IniValue | None = None
    lines: list[str] = []
    goes_on = False
    for number, line in enumerate(source.lines, 1):
        stripped = line.strip()
        is_comment = stripped.startswith(tuple(comments))
        if pending is not None:
            if continued_by == "backslash" and goes_on:
                # systemd leaves out comments between the lines of a value, backslashes at their ends included.
                goes_on = is_comment or stripped.endswith("\\")
                lines.append("" if is_comment else stripped.removesuffix("\\").rstrip())
                continue
            if continued_by == "indent" and (line[:1] in (" ", "\t") or not stripped):
                lines.append("" if is_comment else without_inline_comment(stripped, inline_comments))
                continue
            yield _finished(pending, lines)
            pending = None
        if not stripped or is_comment:
            continue
        heading = _SECTION.match(line)
        if heading:
            section = heading[1].strip()
            yield IniValue(section, "", "", number)
            continue
        end = next((index for index, character in enumerate(stripped[:_MAX_KEY]) if character in delimiters), 0)
        if end:
            text = without_inline_comment(stripped[end + 1 :].lstrip(), inline_comments)
            goes_on = continued_by == "backslash" and text.endswith("\\")
            lines = [text.removesuffix("\\").rstrip() if goes_on else text]
            pending = IniValue(section, stripped[:end].rstrip(), "", number)
        elif "=" not in stripped:
            pending, lines, goes_on = IniValue(section, stripped, "", number), [""], False
    if pending is not None:
        yield _finished(pending, lines)


def _finished(value: IniValue, lines: list[str]) -> IniValue:
    return replace(value, value="\n".join(lines).rstrip())


def without_inline_comment(text: str, marks: str = ";") -> str:
    """The text without a comment that one of the marks starts behind white space, or at its beginning."""
    for index, character in enumerate(text):
        if character in marks and (index == 0 or text[index - 1].isspace()):
            return text[:index].rstrip()
    return text


# --- words --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """One argument without its quotes, and how many lines below the text's first line it begins."""

    text: str = field(repr=False)
    offset: int


_PIECE = regex(
    r"""(?P<space>\s+)|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)|(?P<plain>[^\s'"\\]+)""",
    re.DOTALL,
)


def words(text: str) -> list[Word] | None:
    """
    The arguments in a command that no shell reads, quotes and backslashes as in a shell; None where a quote is open.

    Line ends within quotes are kept, others separate arguments.
    """
    found: list[Word] = []
    parts: list[str] | None = None
    position = line = start = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            return None
        if match["space"] is not None:
            if parts is not None:
                found.append(Word("".join(parts), start))
            parts = None
        else:
            if parts is None:
                parts, start = [], line
            double = match["double"]
            parts.append(re.sub(r'\\(["\\])', r"\1", double) if double is not None else match[match.lastgroup or 0])
        line += text.count("\n", position, match.end())
        position = match.end()
    if parts is not None:
        found.append(Word("".join(parts), start))
    return found


_RUNS_TEXT = regex(r"^-[a-z]*c$")


def argv(found: list[Word]) -> list[str]:
    """
    The arguments' texts, each in one line; a script behind ``-c`` keeps its lines, counted from the first argument's.

    A line end in it stands for the white space that it is to the program that reads the file, so the shell's line goes on.
    """
    result = []
    for previous, word in zip([None, *found], found, strict=False):
        if previous is not None and _RUNS_TEXT.match(previous.text):
            result.append("\\\n" * (word.offset - found[0].offset) + word.text.replace("\n", " \\\n"))
        else:
            result.append(word.text.replace("\n", " "))
    return result
