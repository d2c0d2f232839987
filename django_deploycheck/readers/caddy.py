"""
Caddyfiles (Caddy 2): sites, what they serve, and what they hand over.

After https://caddyserver.com/docs/caddyfile/concepts. ``reverse_proxy`` passes Host on and, since 2.5, sets
X-Forwarded-For, -Proto and -Host by itself: https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#defaults.
A site whose address is a name gets a certificate and a redirect from HTTP: https://caddyserver.com/docs/automatic-https.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, Fact, Location, ProxyRoute, StaticMapping, UrlMatch, VirtualHost
from django_deploycheck.patterns import regex
from django_deploycheck.readers._web_server import (
    MAX_DEPTH,
    Directive,
    address,
    everything,
    header,
    joined,
    literal_start,
    references,
)
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source

KIND = "caddy"
NAMES = ("Caddyfile", "Caddyfile[._-]*", "*.caddyfile", "*.Caddyfile", "*[_-]Caddyfile", "*.caddy")
NATURE = "production"

_INSTALLED = ("/etc/caddy/",)

# --- the text ---------------------------------------------------------------------------------------------------------

_TOKEN = regex(
    r"""
    (?P<newline> \n )
    | (?P<space> [^\S\n]+ | \\\n | \#[^\n]* )
    | "(?P<double> [^"\\]*(?:\\.[^"\\]*)* )(?:"|\\?\Z)
    | `(?P<backtick> [^`]* )(?:`|\Z)
    | (?P<word> \{\$[^{}\n]{0,300}\}\S* | \S+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def parse(text: str) -> list[Directive]:
    """The directives of a file; a block without a name has the name ``""``."""
    stack: list[list[Directive]] = [[]]
    words: list[tuple[str, int]] = []
    position, line, counted = 0, 1, 0

    def flush(block: list[Directive] | None = None) -> None:
        if words or block is not None:
            name, first = words[0] if words else ("", line)
            stack[-1].append(Directive(name, tuple(word for word, _ in words[1:]), first, block))
        words.clear()

    while position < len(text) and (match := _TOKEN.match(text, position)):
        position = match.end()
        kind = match.lastgroup or ""
        line += text.count("\n", counted, match.start())
        counted = match.start()
        value = match[kind]
        if kind == "newline":
            # Addresses go on behind a comma.
            if len(stack) > 1 or not words or not words[-1][0].endswith(","):
                flush()
        elif kind == "word" and value == "{":
            block: list[Directive] = []
            flush(block)
            stack.append(block if len(stack) <= MAX_DEPTH else stack[-1])
        elif kind == "word" and value == "}":
            flush()
            if len(stack) > 1:
                stack.pop()
        elif kind == "word" and re.fullmatch(r"<<[A-Za-z0-9_-]{1,40}", value):
            end = re.compile(rf"\n[ \t]*{re.escape(value[2:])}(?!\S)").search(text, position)
            words.append(("", line))
            position = end.end() if end else len(text)
        elif kind != "space":
            words.append((value, line))
    flush()
    return stack[0]


# --- the meaning ------------------------------------------------------------------------------------------------------

_MAX_EXPANDED = 2_000
"""How many directives are filled in for imports of snippets at the most."""

_MAX_PATHS = 20
"""How many paths of a matcher, or folders of a site, are kept at the most."""

# What follows a site's first line where there is only one and its braces are left out.
_DIRECTIVES = frozenset(
    "abort basic_auth basicauth bind encode error file_server forward_auth handle handle_errors handle_path header "
    "import invoke log map method php_fastcgi push redir request_body request_header respond reverse_proxy rewrite "
    "root route templates tls tracing try_files uri vars".split()
)
# What Caddy's proxy tells the application of its own accord.
_OF_ITS_OWN = (
    ("Host", "{host}"),
    ("X-Forwarded-For", "{remote_host}"),
    ("X-Forwarded-Proto", "{scheme}"),
    ("X-Forwarded-Host", "{host}"),
)


class _Requests(NamedTuple):
    """Requests that a matcher picks: their URL, and what of it is looked for below a root (``""``: it was stripped)."""

    url: str
    match: UrlMatch
    below: str


_ALL = (_Requests("/", "prefix", "/"),)
_SOME = (_Requests("", "regex", "/"),)
"""What a matcher picks that looks at something else than the path."""


@dataclass(frozen=True)
class _Scope:
    """What holds inside a site or one of its blocks."""

    source: Source
    names: tuple[str, ...] = ()
    tls: bool | None = None
    requests: tuple[_Requests, ...] = _ALL
    root: tuple[str, Location] | None = None
    matchers: Mapping[str, tuple[_Requests, ...] | None] = field(default_factory=dict)


def read(source: Source) -> Iterator[Fact]:
    directives = parse("\n".join(source.lines))
    snippets = {
        directive.name.strip("&()"): directive.block
        for directive in directives
        if directive.block is not None and re.fullmatch(r"&?\([^()]{1,100}\)", directive.name)
    }
    for directive in everything(directives):
        if directive.name == "import" and directive.first not in snippets:
            yield from references(source, directive.first, directive.line, KIND, _INSTALLED)
    options = next((directive.block for directive in directives if directive.name == "" and directive.block), [])
    automatic = next((directive.first for directive in options if directive.name == "auto_https"), "on")
    budget = [_MAX_EXPANDED]
    for line, addresses, block in _sites(directives):
        left = budget[0]
        body = _expanded(block, snippets, budget)
        if left > 0 >= budget[0]:
            yield BlindSpot("imports more snippets than are followed", source.location(line), frozenset())
        parsed = [_address(text) for text in addresses]
        scope = _Scope(
            source,
            names=tuple(dict.fromkeys(site.host for site in parsed if site.host)),
            tls=_tls(parsed, body, automatic) if addresses else None,
        )
        if addresses:
            yield _virtual_host(scope, line, addresses, parsed, body, automatic)
        yield from _facts(scope, body)


def _sites(directives: Sequence[Directive]) -> Iterator[tuple[int, tuple[str, ...], list[Directive]]]:
    """The line, the addresses and the directives of each site; no addresses in a file that others import."""
    found = [directive for directive in directives if directive.name and not directive.name.startswith(("(", "&("))]
    first = next((directive for directive in found if directive.name != "import"), None)
    if first is None:
        return
    if first.name in _DIRECTIVES or first.name.startswith("@"):
        yield first.line, (), list(found)
    elif first.block is None:
        yield first.line, _addresses(first), [directive for directive in found if directive is not first]
    else:
        for directive in found:
            if directive.block is not None:
                yield directive.line, _addresses(directive), directive.block


def _addresses(directive: Directive) -> tuple[str, ...]:
    parts = (part for word in (directive.name, *directive.arguments) for part in word.split(","))
    return tuple(secrets.mask(part) for part in parts if part)


def _expanded(
    block: Sequence[Directive], snippets: Mapping[str, list[Directive]], budget: list[int], depth: int = 0
) -> list[Directive]:
    """The directives with the file's own snippets in the place of their imports."""
    found: list[Directive] = []
    for directive in block:
        snippet = snippets.get(directive.first) if directive.name in ("import", "invoke") else None
        if snippet is not None:
            if budget[0] > 0 and depth < MAX_DEPTH:
                budget[0] -= 1 + sum(1 for _ in everything(snippet))
                found += _expanded(snippet, snippets, budget, depth + 1)
        elif directive.block is not None and directive.name in ("handle", "handle_path", "route"):
            found.append(replace(directive, block=_expanded(directive.block, snippets, budget, depth + 1)))
        else:
            found.append(directive)
    return found


# --- sites ------------------------------------------------------------------------------------------------------------


class _Address(NamedTuple):
    """``scheme://host:port`` with empty texts for what is left out."""

    scheme: str
    host: str
    port: str

    @property
    def tls(self) -> bool | None:
        """Whether it is served by HTTPS where automatic HTTPS is on; None where a variable decides."""
        if self.scheme in ("http", "https") or self.port in ("80", "443"):
            return self.scheme == "https" or (self.scheme == "" and self.port == "443")
        if "{" in self.host:
            return None
        return bool(self.host)


_ADDRESS = regex(r"(?:(https?)://)?((?:\{\$[^{}]*\}|\[[^\]]*\]|[^:/{\[])*)(?::([^/]*))?", re.DOTALL)


def _address(text: str) -> _Address:
    match = _ADDRESS.match(text)
    return _Address(match[1] or "", match[2], match[3] or "") if match else _Address("", "", "")


def _tls(sites: Sequence[_Address], body: Sequence[Directive], automatic: str) -> bool | None:
    if any(directive.name == "tls" and directive.first != "off" for directive in body):
        return True
    found = {
        False if automatic == "off" and site.scheme != "https" and site.port != "443" else site.tls for site in sites
    }
    return True if True in found else None if None in found else False


def _virtual_host(
    scope: _Scope,
    line: int,
    addresses: tuple[str, ...],
    sites: Sequence[_Address],
    body: Sequence[Directive],
    automatic: str,
) -> VirtualHost:
    redirects = any(directive.name == "redir" and _to_https(directive) for directive in body)
    by_itself = automatic not in ("off", "disable_redirects") and any(
        site.host and site.tls and site.port in ("", "443") for site in sites
    )
    return VirtualHost(
        server="caddy",
        location=scope.source.location(line),
        names=scope.names,
        listens=addresses,
        tls=scope.tls,
        default=any(not site.host for site in sites),
        rejects=_rejects(body),
        redirects_to_https=by_itself or (not scope.tls and redirects),
        whole=not any(directive.name in ("import", "invoke") for directive in everything(body)),
    )


def _to_https(directive: Directive) -> bool:
    """``redir https://{host}{uri}`` for every request."""
    target = [word for word in directive.arguments if word != "*"]
    return bool(target) and target[0].startswith("https://")


def _rejects(body: Sequence[Directive]) -> bool:
    answers = {"reverse_proxy", "file_server", "php_fastcgi", "handle", "handle_path", "route", "redir"}
    if any(directive.name in answers for directive in body):
        return False
    return any(
        directive.name == "abort"
        or (
            directive.name in ("respond", "error")
            and directive.first[:1] not in ("/", "@")
            and any(re.fullmatch(r"4\d\d", word) for word in directive.arguments)
        )
        for directive in body
        if directive.first[:1] not in ("/", "@")
    )


# --- what a site serves and hands over --------------------------------------------------------------------------------


def _facts(scope: _Scope, body: Sequence[Directive]) -> Iterator[Fact]:
    scope = replace(scope, matchers={**scope.matchers, **_named_matchers(scope, body)})
    roots = [_root(scope, directive) for directive in body if directive.name == "root" and directive.arguments]
    for requests, directory in roots:
        if requests is None:
            scope = replace(scope, root=directory)
    narrow = [(requests, directory) for requests, directory in roots if requests is not None][:_MAX_PATHS]
    stripped = [
        directive.arguments for directive in body if directive.name == "uri" and "strip_prefix" in directive.arguments
    ]
    if stripped:
        scope = replace(scope, requests=tuple(request._replace(below="") for request in scope.requests))
    for directive in body:
        if directive.name == "reverse_proxy":
            yield from _routes(scope, directive)
        elif directive.name == "file_server":
            yield from _mappings(scope, directive, narrow)
        elif directive.name in ("handle", "handle_path", "route") and directive.block is not None:
            requests, _ = _matched(scope, directive.arguments)
            if directive.name == "handle_path" and requests is not None:
                requests = tuple(request._replace(below="") for request in requests)
            inner = scope if requests is None else replace(scope, requests=requests)
            yield from _facts(inner, directive.block)


def _path(scope: _Scope, text: str) -> _Requests:
    """``/static/*`` is a prefix, ``/static`` the whole path; with a star elsewhere it is a pattern."""
    text = secrets.mask(text)
    match: UrlMatch = "exact"
    if "*" in text:
        match = "prefix" if text.endswith("*") and text.count("*") == 1 else "regex"
    return _within(scope, text.partition("*")[0], match)


def _within(scope: _Scope, text: str, match: UrlMatch) -> _Requests:
    """A path in a block whose own prefix was stripped starts behind it."""
    outer = scope.requests[0]
    if outer.below == "":
        return _Requests(outer.url.rstrip("/") + text, match, text)
    return _Requests(text, match, text)


def _named_matchers(scope: _Scope, body: Sequence[Directive]) -> dict[str, tuple[_Requests, ...] | None]:
    """What each ``@name`` picks; None for everything but some paths."""
    found: dict[str, tuple[_Requests, ...] | None] = {}
    for directive in body:
        if not directive.name.startswith("@"):
            continue
        inline = [Directive(directive.first, directive.arguments[1:], directive.line)]
        lines = inline if directive.arguments else directive.block or []
        picked = tuple(request for line in lines for request in _picked(scope, line))[:_MAX_PATHS]
        only_excludes = {line.name for line in lines} == {"not"}
        found[directive.name] = picked or (None if only_excludes else _SOME)
    return found


def _picked(scope: _Scope, line: Directive) -> Iterator[_Requests]:
    if line.name == "path":
        yield from (_path(scope, text) for text in line.arguments)
    elif line.name == "path_regexp" and line.arguments:
        yield _within(scope, secrets.mask(literal_start(line.arguments[-1])), "regex")


def _matched(scope: _Scope, arguments: Sequence[str]) -> tuple[tuple[_Requests, ...] | None, tuple[str, ...]]:
    """What a directive's matcher picks, None for all requests of its block, and the arguments behind the matcher."""
    first = arguments[0] if arguments else ""
    if first == "*":
        return None, tuple(arguments[1:])
    if first.startswith("@"):
        return scope.matchers.get(first, _SOME), tuple(arguments[1:])
    if first.startswith("/"):
        return (_path(scope, first),), tuple(arguments[1:])
    return None, tuple(arguments)


_Root = tuple[str, Location]


def _root(scope: _Scope, directive: Directive) -> tuple[tuple[_Requests, ...] | None, _Root]:
    line = scope.source.location(directive.line)
    if len(directive.arguments) == 1:
        return None, (secrets.mask(directive.first), line)
    requests, rest = _matched(scope, directive.arguments)
    return requests, (secrets.mask(rest[0]) if rest else "", line)


def _mappings(
    scope: _Scope, directive: Directive, narrow: Sequence[tuple[tuple[_Requests, ...], _Root]]
) -> Iterator[StaticMapping]:
    """Where no root is stated Caddy serves the folder it was started in."""
    requests, _ = _matched(scope, directive.arguments)
    own = next((inner for inner in directive.block or () if inner.name == "root" and inner.arguments), None)
    if own is not None:
        root = (secrets.mask(own.arguments[-1]), scope.source.location(own.line))
        yield from _served(requests or scope.requests, root)
        return
    general = scope.root or (".", scope.source.location(directive.line))
    if requests is not None:
        yield from _served(requests, dict(narrow).get(requests, general))
        return
    for picked, root in narrow:
        yield from _served(picked, root)
    if scope.root is not None or not narrow:
        yield from _served(scope.requests, general)


def _served(requests: Sequence[_Requests], root: _Root) -> Iterator[StaticMapping]:
    directory, line = root
    for url, match, below in requests:
        whole = joined(directory, below) if below else directory
        yield StaticMapping("caddy", url, whole, line, alias=not below, match=match)


def _routes(scope: _Scope, directive: Directive) -> Iterator[ProxyRoute]:
    requests, targets = _matched(scope, directive.arguments)
    block = directive.block or []
    targets += tuple(word for inner in block if inner.name == "to" for word in inner.arguments)
    found = [_target(target) for target in targets]
    transports = [inner.first for inner in block if inner.name == "transport"]
    protocol: Literal["http", "fastcgi"] = "fastcgi" if "fastcgi" in transports else "http"
    for url, match, _ in requests or scope.requests:
        yield ProxyRoute(
            server="caddy",
            url=url,
            match=match,
            location=scope.source.location(directive.line),
            protocol=protocol,
            upstream=tuple(found),
            headers=_headers(block),
            server_names=scope.names,
            tls=scope.tls,
        )


def _target(text: str) -> str:
    """``unix//run/app.sock`` is how Caddy writes ``unix:/run/app.sock``."""
    if text.startswith(("unix/", "unix+h2c/")):
        return f"unix:{text.partition('/')[2].partition('|')[0]}"
    return address(text)[1]


def _headers(block: Sequence[Directive]) -> tuple[tuple[str, str], ...]:
    found = {name.lower(): (name, value) for name, value in _OF_ITS_OWN}
    for directive in block:
        if directive.name != "header_up" or not directive.arguments:
            continue
        name = directive.first.lstrip("+>?")
        if name.startswith("-"):
            found.pop(name[1:].lower(), None)
        elif len(directive.arguments) == 2:
            found[name.lower()] = header(name, directive.arguments[1])
    return tuple(found.values())
