"""
What the configurations of nginx, Apache and Caddy have in common: directives, headers, addresses, other files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from django_deploycheck import secrets
from django_deploycheck.model import Reference, UrlMatch
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field
from django_deploycheck.source import Source, within

MAX_DEPTH = 12
"""How deep blocks are nested at the most; what lies deeper belongs to the last block that counts."""


@dataclass(frozen=True, repr=False)
class Directive:
    """A directive of a configuration file, with its line; ``block`` is None where it opens none."""

    name: str
    arguments: tuple[str, ...]
    line: int
    block: list[Directive] | None = field(default=None, repr=False)

    @property
    def first(self) -> str:
        """Its first argument, empty where it has none."""
        return self.arguments[0] if self.arguments else ""


def everything(directives: Sequence[Directive]) -> Iterator[Directive]:
    """The directives and all those in their blocks, in the order of the file."""
    for directive in directives:
        yield directive
        yield from everything(directive.block or ())


# --- which language ---------------------------------------------------------------------------------------------------

_OF_APACHE = regex(
    r"^[ \t]*(?:<(?:VirtualHost|IfModule|IfDefine|Directory|Location|Macro)\b"
    r"|(?:WSGI\w{1,40}|ProxyPass|ServerName|Alias|LoadModule|RewriteEngine|DocumentRoot)[ \t])",
    re.IGNORECASE | re.MULTILINE,
)
_OF_NGINX = regex(r"^[ \t]*(?:(?:server|http|events)[ \t]*\{|(?:location|upstream)[ \t])", re.MULTILINE)


def language(text: str) -> Literal["apache", "nginx"] | None:
    """Whose configuration the text is: files in ``sites-available`` and ``conf.d`` do not show it by their names."""
    if _OF_NGINX.search(text):
        return "nginx"
    return "apache" if _OF_APACHE.search(text) else None


# --- headers ----------------------------------------------------------------------------------------------------------

_OF_FORWARDING = regex(
    r"Host|Forwarded|Upgrade|Connection|Front-End-Https|X-(?:Real-IP|Scheme|Url-Scheme|SSL|HTTPS|Forwarded-[\w-]{1,40})",
    re.IGNORECASE,
)
_HARMLESS = regex(
    r"(?:\$\w{1,60}|\$\{\w{1,60}\}|%\{[^{}]{1,100}\}[se]?|\{[^{}]{1,100}\}|expr=%\{[^{}]{1,100}\}|https?|on|off|ssl|true|1)?",
    re.IGNORECASE,
)


def header(name: str, value: str) -> tuple[str, str]:
    """A request header that a proxy sets. A literal may be a secret that only the proxy and the application share."""
    if _OF_FORWARDING.fullmatch(name) or _HARMLESS.fullmatch(value):
        return name, secrets.mask(value)
    return name, secrets.HIDDEN


# --- addresses and patterns -------------------------------------------------------------------------------------------


def address(text: str) -> tuple[str, str]:
    """
    The scheme (lower case, empty where none is written) and the address of ``http://user:password@web:8000/path``.

    The address is ``web:8000`` or ``unix:/run/app.sock``: neither path nor credentials.
    """
    scheme, separator, rest = text.partition("://")
    if not separator or not re.fullmatch(r"[A-Za-z$][\w+.\-{}]{0,20}", scheme):
        scheme, rest = "", text
    if scheme == "unix":
        scheme, rest = "", f"unix:{rest}"
    if rest.startswith("unix:"):
        path = re.sub(r"^/{2,}", "/", rest.removeprefix("unix:"))
        return scheme.lower(), f"unix:{path.partition(':')[0]}"
    return scheme.lower(), re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]


_LITERAL = regex(r"\^((?:[\w/~@-]|\\[^\w\s])*)(.?)", re.DOTALL)


def literal_start(pattern: str) -> str:
    """The text that a path matching the regular expression starts with, empty where that is not known."""
    match = _LITERAL.match(pattern)
    if match is None or match[2] == "|":
        return ""
    text = re.sub(r"\\(.)", r"\1", match[1])
    return text[:-1] if match[2] in ("?", "*", "{") else text


def joined(root: str, url: str) -> str:
    """Where a server with this root looks for the files of a URL."""
    return root.rstrip("/") + "/" + url.lstrip("/") if url else root


UrlPattern = tuple[str, UrlMatch]

# --- other files ------------------------------------------------------------------------------------------------------


def references(source: Source, name: str, line: int, kind: str, installed: Sequence[str]) -> Iterator[Reference]:
    """
    Where the repository may hold a file that is included by its name; patterns and variables lead nowhere.

    ``installed`` are the folders of the server (``/etc/nginx/``) into which a deploy copies or mounts the repository's.
    """
    if any(mark in name for mark in "*?[${<"):
        return
    folder = next((folder for folder in installed if name.startswith(folder)), "")
    relative = name.removeprefix(folder)
    parts = relative.split("/")
    if relative.startswith(("/", "~")) or len(parts) > 6:
        return
    bases = (source.folder, posixpath.dirname(source.folder)) if folder else (source.folder,)
    suffixes = [relative] if ".." in parts else ["/".join(parts[start:]) for start in range(len(parts))]
    found = dict.fromkeys(within(base, suffix) for base in bases for suffix in suffixes)
    for path in found:
        if path and path != source.path:
            yield Reference(path, kind, source.location(line))
