"""
nginx configuration: what it serves itself, what it hands over to which server, and with which headers.

After https://nginx.org/en/docs/http/ngx_http_core_module.html and ngx_http_proxy_module.html beside it: directives of
an inner level replace those of an outer one, ``proxy_set_header`` all at once; without one, nginx sends
``Host: $proxy_host``.
Fragments without ``http`` or ``server`` are usual, and so are templates: envsubst, Jinja, ERB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from django_deploycheck import secrets
from django_deploycheck.model import Fact, Location, ProxyRoute, StaticMapping, Upstream, UrlMatch, VirtualHost
from django_deploycheck.patterns import regex
from django_deploycheck.readers._web_server import (
    MAX_DEPTH,
    Directive,
    address,
    everything,
    header,
    joined,
    language,
    literal_start,
    references,
)
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source

KIND = "nginx"
# Such folders hold other programs' files too: whoever knows one of them better comes first.
FALLBACK = True
NAMES = (
    "*nginx*.conf",
    "*nginx*.conf.*",
    "*nginx*.template",
    "*.nginx",
    "*nginx*/*.conf",
    "*nginx*/*.conf.*",
    "*nginx*/*.template",
    "http.d/*.conf",
    "http.d/*.conf.*",
    "sites-available/*",
    "sites-enabled/*",
    "conf.d/*.conf",
    "conf.d/*.conf.*",
)
NATURE = "production"

_INSTALLED = ("/etc/nginx/", "/usr/local/nginx/conf/", "/usr/local/etc/nginx/", "/etc/openresty/", "/opt/nginx/conf/")

# --- the text ---------------------------------------------------------------------------------------------------------

# Every character begins a token. Statements of Jinja and ERB count as white space, their expressions as text.
_TOKEN = regex(
    r"""
    (?P<space> \s+ | \#[^\n]* | \{%[^\n]{0,300}?%\} | \{\#[^\n]{0,300}?\#\} | <%(?!=)[^\n]{0,300}?%> )
    | (?P<mark> [;}] | \{(?!\{[^\n]{0,120}?\}\}) )
    | "(?P<double> [^"\\]*(?:\\.[^"\\]*)* )(?:"|\\?\Z)
    | '(?P<single> [^'\\]*(?:\\.[^'\\]*)* )(?:'|\\?\Z)
    | (?P<word> (?: \{\{[^\n]{0,120}?\}\} | <%=[^\n]{0,120}?%> | \$\{ | \\. | [^\s;{\\] | \\\Z )+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_EXPRESSIONS = ("$", "{{", "<%=")


def parse(text: str) -> list[Directive]:
    """The directives of a file; what is cut off or closed too often is left out."""
    stack: list[list[Directive]] = [[]]
    words: list[tuple[str, int]] = []
    line, counted = 1, 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if kind != "mark":
            # A line that is nothing but an expression stands for directives of its own.
            if words or not match[kind].startswith(_EXPRESSIONS):
                words.append((match[kind], line))
            continue
        mark = match["mark"]
        block: list[Directive] | None = [] if mark == "{" else None
        if words and mark != "}":
            (name, first), *rest = words
            stack[-1].append(Directive(name, tuple(word for word, _ in rest), first, block))
        words = []
        if block is not None:
            stack.append(block if len(stack) <= MAX_DEPTH else stack[-1])
        elif mark == "}" and len(stack) > 1:
            stack.pop()
    return stack[0]


# --- the meaning ------------------------------------------------------------------------------------------------------

_Protocol = Literal["http", "uwsgi", "fastcgi", "scgi", "grpc"]
_PASSES: Mapping[str, _Protocol] = {
    "proxy_pass": "http",
    "uwsgi_pass": "uwsgi",
    "fastcgi_pass": "fastcgi",
    "scgi_pass": "scgi",
    "grpc_pass": "grpc",
}
_HEADERS: Mapping[_Protocol, str] = {
    "http": "proxy_set_header",
    "uwsgi": "uwsgi_param",
    "fastcgi": "fastcgi_param",
    "scgi": "scgi_param",
    "grpc": "grpc_set_header",
}
# What answers instead of a file.
_ANSWERS = frozenset({*_PASSES, "return", "memcached_pass", "empty_gif", "stub_status", "rewrite"})
# Files that nginx brings, that certbot does, and lists of sites: none sets a header for a proxied request.
_STOCK = regex(r"(?:^|/)(?:mime\.types|(?:uwsgi|fastcgi|scgi|wsgi)[_-]params|fastcgi\.conf)$")
_SETS_NO_HEADER = regex(
    r"ssl|tls|letsencrypt|certbot|gzip"
    r"|(?:conf\.d|sites-enabled|sites-available|modules-enabled|servers|vhosts?(?:\.d)?)/\*",
    re.IGNORECASE,
)
_VARIABLE = regex(r"\$\{?(\w{1,60})\}?")
_WHOLE_PATH = frozenset(
    {"^", ".*", "(.*)", "^.*", "^(.*)", "^(.*)$", "^.*$", "^/(.*)", "^/(.*)$", "^/?(.*)$", "^(.+)$"}
)
_SCHEME = regex(r"\$(?:scheme|https|server_port|ssl_protocol|http_x_forwarded_proto\w*)\b")

_Headers = tuple[tuple[tuple[str, str], ...], bool]


@dataclass(frozen=True, repr=False)
class _File:
    """What holds in all of a file: its groups of servers, and the variables that are set to one text only."""

    source: Source
    upstreams: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, str]
    named: Mapping[str, tuple[str, UrlMatch]]
    """Named locations, and the location that leads to each."""


@dataclass(frozen=True)
class _Level:
    """What a level inherits or states."""

    url: str = ""
    match: UrlMatch = "prefix"
    root: tuple[str, Location] | None = None
    headers: Mapping[_Protocol, _Headers] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    tls: bool | None = None
    internal: bool = False


def read(source: Source) -> Iterator[Fact]:
    """The facts of a file, Apache's too where the folder misled."""
    if language(source.text) == "apache":
        from django_deploycheck.readers import apache

        yield from apache.facts(source)
        return
    yield from facts(source)


def facts(source: Source) -> Iterator[Fact]:
    directives = parse("\n".join(source.lines))
    every = list(everything(directives))
    file = _File(source, _upstreams(every), _variables(every), _named(every))
    for directive in every:
        if directive.name == "include" and not _STOCK.search(directive.first):
            yield from references(source, directive.first, directive.line, KIND, _INSTALLED)
        elif directive.name == "upstream" and directive.first in file.upstreams and directive.block is not None:
            name = directive.first
            yield Upstream("nginx", name, file.upstreams[name], source.location(directive.line))
    is_whole = any(directive.name in ("http", "server") for directive in directives)
    yield from _facts(file, directives, _Level(headers=dict.fromkeys(_HEADERS, ((), is_whole))))


def _upstreams(every: Sequence[Directive]) -> dict[str, tuple[str, ...]]:
    return {
        directive.first: tuple(
            address(server.first)[1]
            for server in directive.block
            if server.name == "server" and server.first and "down" not in server.arguments
        )
        for directive in every
        if directive.name == "upstream" and directive.first and directive.block is not None
    }


def _variables(every: Sequence[Directive]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for directive in every:
        if directive.name == "set" and len(directive.arguments) == 2:
            found.setdefault(directive.first.lstrip("$"), set()).add(directive.arguments[1])
    return {name: value for name, values in found.items() if len(values) == 1 for value in values if len(value) <= 200}


def _named(every: Sequence[Directive]) -> dict[str, tuple[str, UrlMatch]]:
    """``location @app``, by the location (or the whole server) whose ``try_files`` ends in it."""
    found: dict[str, tuple[str, UrlMatch]] = {}
    for directive in every:
        if directive.name not in ("location", "server") or directive.block is None:
            continue
        url = _url(directive) if directive.name == "location" else ("/", "prefix")
        for inner in directive.block:
            if inner.name == "try_files" and inner.arguments and inner.arguments[-1].startswith("@"):
                found.setdefault(inner.arguments[-1], url)
    return found


def _url(location: Directive) -> tuple[str, UrlMatch]:
    """What a location answers for: ``location [ = | ~ | ~* | ^~ ] uri``; the mark may touch the pattern."""
    text = "".join(location.arguments[:2])
    for mark in ("^~", "~*", "~", "="):
        if text.startswith(mark):
            rest = text.removeprefix(mark)
            if mark in ("~*", "~"):
                return secrets.mask(literal_start(rest)), "regex"
            return secrets.mask(rest), "exact" if mark == "=" else "prefix"
    return secrets.mask(location.first), "prefix"


def _facts(file: _File, directives: Sequence[Directive], outer: _Level) -> Iterator[Fact]:
    level = _level(file, directives, outer)
    for directive in directives:
        protocol = _PASSES.get(directive.name)
        if protocol is not None and directive.arguments:
            yield _route(file, directive, protocol, level)
        elif directive.block is None:
            continue
        elif directive.name == "location":
            yield from _location(file, directive, level)
        elif directive.name == "server":
            yield from _server(file, directive, level)
        elif directive.name in ("http", "if", "limit_except"):
            yield from _facts(file, directive.block, level)


def _level(file: _File, directives: Sequence[Directive], outer: _Level) -> _Level:
    root = next((directive for directive in directives if directive.name == "root" and directive.arguments), None)
    headers = {protocol: _headers(directives, protocol, outer.headers[protocol]) for protocol in _HEADERS}
    if root is None:
        return replace(outer, headers=headers)
    return replace(outer, headers=headers, root=(root.first, file.source.location(root.line)))


def _headers(directives: Sequence[Directive], protocol: _Protocol, outer: _Headers) -> _Headers:
    own = tuple(
        header(_header_name(directive.first, protocol), directive.arguments[1])
        for directive in directives
        if directive.name == _HEADERS[protocol]
        and len(directive.arguments) > 1
        and (protocol in ("http", "grpc") or directive.first.startswith("HTTP_"))
    )
    unknown = any(_may_set_headers(directive) for directive in directives)
    if own:
        return own, not unknown
    return ((), False) if unknown else outer


def _header_name(name: str, protocol: _Protocol) -> str:
    """``uwsgi_param HTTP_X_FORWARDED_PROTO https`` sets X-Forwarded-Proto."""
    if protocol in ("http", "grpc"):
        return name
    return name.removeprefix("HTTP_").replace("_", "-").title()


def _may_set_headers(directive: Directive) -> bool:
    name = directive.first
    return directive.name == "include" and not _STOCK.search(name) and not _SETS_NO_HEADER.search(name)


def _route(file: _File, directive: Directive, protocol: _Protocol, level: _Level) -> ProxyRoute:
    headers, known = level.headers[protocol]
    if protocol in ("uwsgi", "fastcgi", "scgi") and not any(name == "Host" for name, _ in headers):
        headers = (("Host", "$http_host"), *headers)
    text = _VARIABLE.sub(lambda match: file.variables.get(match[1], match[0]), directive.first[:1000])
    host = address(text)[1]
    url, match = file.named.get(level.url, (level.url, level.match))
    return ProxyRoute(
        server="nginx",
        url=url,
        match=match,
        location=file.source.location(directive.line),
        protocol=protocol,
        upstream=file.upstreams.get(host, (host,) if host else ()),
        headers=headers,
        headers_known=known,
        server_names=level.names,
        tls=level.tls,
        internal=level.internal,
    )


# --- files ------------------------------------------------------------------------------------------------------------


def _location(file: _File, location: Directive, outer: _Level) -> Iterator[Fact]:
    url, match = _url(location)
    block = location.block or []
    internal = any(directive.name == "internal" for directive in block)
    inner = replace(outer, url=url, match=match, internal=internal)
    yield from _facts(file, block, inner)
    if url.startswith("@"):
        return
    alias = next((directive for directive in block if directive.name == "alias" and directive.arguments), None)
    if alias is not None:
        line = file.source.location(alias.line)
        yield StaticMapping("nginx", url, secrets.mask(alias.first), line, alias=True, match=match, internal=internal)
        return
    level = _level(file, block, inner)
    own = level.root is not outer.root
    if level.root is None or not _serves_files(block, own=own):
        return
    root, line = level.root
    yield StaticMapping("nginx", url, secrets.mask(joined(root, url)), line, match=match, internal=internal)


def _serves_files(block: Sequence[Directive], *, own: bool) -> bool:
    """Whether a location sends files: a root of its own says so, an inherited one where nothing else may answer."""
    if any(directive.name in _ANSWERS - {"rewrite"} for directive in block):
        return False
    return own or not any(
        directive.name == "rewrite"
        or (directive.name == "deny" and directive.first == "all")
        or (directive.name == "include" and _may_set_headers(directive))
        for directive in block
    )


# --- servers ----------------------------------------------------------------------------------------------------------


def _server(file: _File, server: Directive, outer: _Level) -> Iterator[Fact]:
    block = server.block or []
    listens = [directive.arguments for directive in block if directive.name == "listen" and directive.arguments]
    names = tuple(
        secrets.mask(name) for directive in block if directive.name == "server_name" for name in directive.arguments
    )
    tls = _tls(block, listens)
    yield VirtualHost(
        server="nginx",
        location=file.source.location(server.line),
        names=names,
        listens=tuple(arguments[0] for arguments in listens),
        tls=tls,
        default=any({"default_server", "default"} & set(arguments[1:]) for arguments in listens),
        rejects=_rejects(block),
        redirects_to_https=_redirects(block, listens),
        whole=not any(map(_may_set_headers, block)),
    )
    inner = replace(outer, names=names, tls=tls)
    yield from _facts(file, block, inner)
    level = _level(file, block, inner)
    has_locations = any(directive.name == "location" and _url(directive)[0] == "/" for directive in block)
    if level.root is not None and not has_locations and _serves_files(block, own=False):
        root, line = level.root
        yield StaticMapping("nginx", "/", secrets.mask(joined(root, "/")), line)


def _is_encrypted(listen: Sequence[str]) -> bool:
    return bool({"ssl", "quic"} & set(listen[1:])) or listen[0].rpartition(":")[2] == "443"


def _tls(block: Sequence[Directive], listens: Sequence[Sequence[str]]) -> bool | None:
    if any(map(_is_encrypted, listens)) or any(
        directive.name == "ssl" and directive.first == "on" for directive in block
    ):
        return True
    if not listens and any(directive.name == "include" for directive in block):
        return None
    return False


def _rejects(block: Sequence[Directive]) -> bool:
    """``return 444``, for the server or for its ``location /``, or a handshake that is refused."""
    for directive in block:
        if directive.name == "ssl_reject_handshake" and directive.first == "on":
            return True
        if directive.name == "deny" and directive.first == "all":
            return True
    return any(directive.name == "return" and re.fullmatch(r"4\d\d", directive.first) for directive in _of_all(block))


def _of_all(block: Sequence[Directive]) -> Iterator[Directive]:
    """The directives that hold for every request of a server: its own and those of ``location /``."""
    yield from block
    for directive in block:
        if directive.name == "location" and _url(directive) == ("/", "prefix"):
            yield from directive.block or ()


def _redirects(block: Sequence[Directive], listens: Sequence[Sequence[str]]) -> bool:
    if listens and all(map(_is_encrypted, listens)):
        return False
    every = list(_of_all(block))
    if any(_is_redirect(directive) for directive in every):
        return True
    conditions = [directive for directive in every if directive.name == "if"]
    return any(_redirects_under(condition) for condition in conditions)


def _redirects_under(condition: Directive) -> bool:
    """``if ($scheme = http)``, or certbot's ``if ($host = example.com)`` that leads to the same host."""
    is_scheme = any(_SCHEME.search(argument) for argument in condition.arguments)
    return any(
        _is_redirect(directive) and (is_scheme or directive.arguments[-1].startswith("https://$host"))
        for directive in condition.block or ()
    )


def _is_redirect(directive: Directive) -> bool:
    if directive.name == "return":
        return directive.arguments[-1:] != () and directive.arguments[-1].startswith("https://")
    if directive.name != "rewrite" or len(directive.arguments) < 2:
        return False
    return directive.first in _WHOLE_PATH and directive.arguments[1].startswith("https://")
