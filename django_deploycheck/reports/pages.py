"""Where a rule's documentation page is, and what it says without Sphinx."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from collections.abc import Iterator
from functools import lru_cache

from django_deploycheck import rules
from django_deploycheck.patterns import regex
from django_deploycheck.rules import Rule

_FALLBACK = "https://django-deploycheck.readthedocs.io/en/stable/"


@lru_cache(maxsize=1)
def base() -> str:
    """The documentation's address, from the package's own metadata; ends with a slash."""
    try:
        entries = importlib.metadata.metadata("django-deploycheck").get_all("Project-URL") or ()
    except importlib.metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return _FALLBACK
    for entry in entries:
        label, _, address = str(entry).partition(", ")
        if label == "Documentation":
            return address.rstrip("/") + "/"
    return _FALLBACK


def url(rule: Rule) -> str:
    """The address of the rule's page."""
    return f"{base()}rules/{rule.name}.html"


# --- the page's text: the little reStructuredText that rules use ---------------------------------------------------------


_CODE = regex(r"( *)\.\. code-block:: *([\w-]*)$")
_OPTION = regex(r" *:(\w+): *(.*)$")
_UNDERLINE = regex(r"[-=]{3,}$")


def summary(rule: Rule) -> str:
    """What the rule finds, in one sentence."""
    return _literals(rules.page(rule).partition("\n")[0], "'")


def paragraph(page: str) -> str:
    """What stands between the page's summary and its first title, as one line; the summary where nothing does."""
    head = re.split(r"\n[^\n]+\n-{3,}\n", page, maxsplit=1)[0]
    summary, _, rest = head.partition("\n")
    return " ".join(_literals(rest, "'").split()) or summary


def plain(page: str) -> str:
    """The page for a terminal."""
    lines = []
    for kind, text, _ in _parts(page):
        if kind == "title":
            lines += [text, "-" * len(text)]
        elif kind == "caption":
            lines.append(f"{text}:")
        elif kind in ("begin", "end"):
            lines.append("")
        else:
            lines.append(f"    {text}".rstrip() if kind == "code" else _literals(text, "'"))
    return _joined(lines)


def markdown(page: str) -> str:
    """The page for viewers that show Markdown."""
    lines = []
    for kind, text, language in _parts(page):
        if kind == "title":
            lines.append(f"## {text}")
        elif kind == "caption":
            lines.append(f"`{text}`:")
        elif kind in ("begin", "end"):
            lines.append(f"```{language}")
        else:
            lines.append(text if kind == "code" else _literals(text, "`"))
    return _joined(lines)


def _parts(page: str) -> Iterator[tuple[str, str, str]]:
    """Each line as its kind (title, text, caption, begin, code, end), its text and the code's language."""
    lines = page.splitlines()
    index = 0
    while index < len(lines):
        block = _CODE.match(lines[index])
        if block is not None:
            body = index + 1
            while body < len(lines) and (not lines[body].strip() or lines[body].startswith(block[1] + "   ")):
                body += 1
            yield from _code(lines[index + 1 : body], block[2])
            index = body
        elif index + 1 < len(lines) and _UNDERLINE.match(lines[index + 1]):
            yield "title", lines[index], ""
            index += 2
        else:
            yield "text", lines[index], ""
            index += 1


def _code(lines: list[str], language: str) -> Iterator[tuple[str, str, str]]:
    while lines and (option := _OPTION.match(lines[0])):
        if option[1] == "caption":
            yield "caption", option[2], ""
        lines = lines[1:]
    body = inspect.cleandoc("\n".join(["", *lines]))
    yield "begin", "", language
    for line in body.splitlines():
        yield "code", line, language
    yield "end", "", ""
    yield "text", "", ""


def _literals(text: str, mark: str) -> str:
    return text.replace("``", mark)


def _joined(lines: list[str]) -> str:
    """The lines, with one empty line where there are several."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
