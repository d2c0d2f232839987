"""
Apache configuration: virtual hosts, what they serve, hand over, and run with mod_wsgi.

After https://httpd.apache.org/docs/2.4/mod/mod_proxy.html and https://modwsgi.readthedocs.io/: mod_proxy_http adds
X-Forwarded-For, -Host and -Server by itself, passes Host on only with ``ProxyPreserveHost On``, and does not say the
scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from django_deploycheck import secrets
from django_deploycheck.model import Fact, ProxyRoute, Service, StaticMapping, UrlMatch, VirtualHost
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

KIND = "apache"
# Such folders hold other programs' files too: whoever knows one of them better comes first.
FALLBACK = True
NAMES = (
    "*apache*.conf",
    "*apache*.conf.*",
    "*.wsgi.conf",
    "httpd*.conf",
    "httpd*.conf.*",
    "*vhost*.conf",
    "apache/*.conf",
    "apache/*.conf.*",
    "apache2/*.conf",
    "apache2/*.conf.*",
    "httpd/*.conf",
    "httpd/*.conf.*",
    "apache/sites-available/*",
    "apache2/sites-available/*",
    "apache/sites-enabled/*",
    "apache2/sites-enabled/*",
)
NATURE = "production"

_INSTALLED = ("/etc/apache2/", "/etc/httpd/", "/usr/local/apache2/", "/usr/local/etc/apache24/")

# --- the text ---------------------------------------------------------------------------------------------------------

_WORD = regex(
    r"""
    \s*
    (?: "(?P<double> [^"\\]*(?:\\.[^"\\]*)* )(?:"|\\?\Z) | '(?P<single> [^'\\]*(?:\\.[^'\\]*)* )(?:'|\\?\Z) | (?P<plain> \S+ ) )
    """,
    re.VERBOSE | re.DOTALL,
)
_DEFINED = regex(r"\$\{([\w-]{1,60})\}")
_MAX_EXPANDED = 40
"""How many variables of one line are filled in at the most."""


def parse(source: Source) -> list[Directive]:
    """The directives of a file, names in lower case, variables filled in that ``Define`` sets above."""
    stack: list[list[Directive]] = [[]]
    defined: dict[str, str] = {}
    for text, line in _logical_lines(source):
        if text.startswith("</"):
            if len(stack) > 1:
                stack.pop()
            continue
        is_section = text.startswith("<")
        if text.count("${") <= _MAX_EXPANDED:
            text = _DEFINED.sub(lambda match: defined.get(match[1], match[0]), text)
        words = _words(text.removeprefix("<").removesuffix(">") if is_section else text)
        if not words:
            continue
        block: list[Directive] | None = [] if is_section else None
        directive = Directive(words[0].lower(), tuple(words[1:]), line, block)
        stack[-1].append(directive)
        if block is not None:
            stack.append(block if len(stack) <= MAX_DEPTH else stack[-1])
        elif directive.name == "define" and len(directive.arguments) > 1:
            defined.setdefault(directive.first, directive.arguments[1][:500])
    return stack[0]


def _logical_lines(source: Source) -> Iterator[tuple[str, int]]:
    """Lines that are no comments, those continued with a backslash joined, each with the line it starts on."""
    parts: list[str] = []
    first = 1
    for number, line in enumerate(source.lines, 1):
        if not parts:
            first = number
        parts.append(line.removesuffix("\\"))
        if line.endswith("\\") and number < len(source.lines):
            continue
        text = " ".join(parts).strip()
        parts = []
        if text and not text.startswith("#"):
            yield text, first


def _words(text: str) -> list[str]:
    return [match[match.lastgroup or "plain"] for match in _WORD.finditer(text)]


# --- the meaning ------------------------------------------------------------------------------------------------------

_Protocol = Literal["http", "uwsgi", "fastcgi", "scgi", "grpc", "ajp"]
_PROTOCOLS: Mapping[str, _Protocol] = {
    **dict.fromkeys(("http", "https", "h2", "h2c", "ws", "wss", "balancer"), "http"),
    "uwsgi": "uwsgi",
    "fcgi": "fastcgi",
    "scgi": "scgi",
    "ajp": "ajp",
}
# Sections that hold only under a condition which nothing here can decide.
_TRANSPARENT = frozenset("ifmodule ifdefine ifversion iffile ifdirective ifsection if else elseif macro".split())
_SETS_NO_HEADER = regex(
    r"ssl|tls|letsencrypt|certbot|(?:mods|conf|sites)-(?:enabled|available)|ports\.conf", re.IGNORECASE
)
_WHOLE_PATH = frozenset("^ .* (.*) ^.* ^(.*) ^(.*)$ ^.*$ ^/ ^/(.*) ^/(.*)$ ^/?(.*) ^/?(.*)$ ^/.*$ /.* ^(.+)$".split())
_ERRORS = regex(r"4\d\d|gone")


_MAX_HEADERS = 50
"""How many headers of a level are kept at the most."""


@dataclass(frozen=True, repr=False)
class _File:
    """What is known of the whole file: process groups of mod_wsgi, balancers, and the applications found so far."""

    groups: Mapping[str, Mapping[str, str]]
    balancers: Mapping[str, tuple[str, ...]]
    scripts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, repr=False)
class _Host:
    """What holds for the requests of a virtual host, or of the file outside of any."""

    source: Source
    directives: Sequence[Directive] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Those that RequestHeader sets."""
    names: tuple[str, ...] = ()
    tls: bool | None = None
    headers_known: bool = True
    keeps_host: bool = False
    adds_headers: bool = True
    group: str | None = None
    """The process group of mod_wsgi."""


def read(source: Source) -> Iterator[Fact]:
    """The facts of a file, nginx's too where the name misled."""
    if language(source.text) == "nginx":
        from django_deploycheck.readers import nginx

        yield from nginx.facts(source)
        return
    yield from facts(source)


def facts(source: Source) -> Iterator[Fact]:
    top = _flat(parse(source))
    every = list(everything(top))
    for directive in every:
        if directive.name in ("include", "includeoptional"):
            yield from references(source, directive.first, directive.line, KIND, _INSTALLED)
    file = _File(_groups(every), _balancers(every))
    outside = _host(_Host(source), [directive for directive in top if directive.name != "virtualhost"])
    yield from _facts(file, outside)
    for section in top:
        if section.name == "virtualhost":
            host = _host(outside, _flat(section.block or ()), section)
            yield _virtual_host(host, section)
            yield from _facts(file, host)


def _flat(directives: Sequence[Directive]) -> list[Directive]:
    """The directives with those of conditional sections in their place."""
    found: list[Directive] = []
    for directive in directives:
        if directive.name in _TRANSPARENT and directive.block is not None:
            found += _flat(directive.block)
        else:
            found.append(directive)
    return found


def _balancers(every: Sequence[Directive]) -> dict[str, tuple[str, ...]]:
    """``<Proxy balancer://name>`` with its members, or ``BalancerMember balancer://name http://…`` outside of one."""
    found: dict[str, tuple[str, ...]] = {}
    for directive in every:
        members = [inner.first for inner in directive.block or () if inner.name == "balancermember" and inner.first]
        name = directive.first
        if directive.name == "balancermember" and len(directive.arguments) > 1 and name.startswith("balancer://"):
            members = [directive.arguments[1]]
        if members and name.startswith("balancer://"):
            key = address(name)[1]
            found[key] = (*found.get(key, ()), *(_target(member)[1] for member in members))
    return found


def _groups(every: Sequence[Directive]) -> dict[str, Mapping[str, str]]:
    return {
        directive.first: _options(directive.arguments) for directive in every if directive.name == "wsgidaemonprocess"
    }


def _host(outer: _Host, block: Sequence[Directive], section: Directive | None = None) -> _Host:
    inside = list(everything(block))
    headers = [
        header(directive.arguments[1], directive.arguments[2])
        for directive in inside
        if directive.name == "requestheader"
        and len(directive.arguments) > 2
        and directive.first.lower() in ("set", "setifempty", "add", "append", "merge")
    ]
    return replace(
        outer,
        directives=block,
        headers=(*outer.headers, *headers[:_MAX_HEADERS]),
        names=tuple(
            name
            for directive in block
            if directive.name in ("servername", "serveralias")
            for name in directive.arguments
        ),
        tls=_tls(section, inside) if section is not None else None,
        headers_known=section is None or not any(map(_may_set_headers, inside)),
        keeps_host=_switch(inside, "proxypreservehost", outer.keeps_host),
        adds_headers=_switch(inside, "proxyaddheaders", outer.adds_headers),
        group=_last(inside, "wsgiprocessgroup") or outer.group,
    )


def _may_set_headers(directive: Directive) -> bool:
    """Whether a file, or a macro, that is included may; of those outside of virtual hosts nobody expects it."""
    included = directive.name in ("include", "includeoptional", "use")
    return included and not _SETS_NO_HEADER.search(directive.first)


def _switch(directives: Sequence[Directive], name: str, otherwise: bool) -> bool:
    found = _last(directives, name)
    return otherwise if found is None else found.lower() == "on"


def _last(directives: Sequence[Directive], name: str) -> str | None:
    found = [directive.first for directive in directives if directive.name == name and directive.first]
    return found[-1] if found else None


def _ports(section: Directive) -> list[str]:
    return [argument.rpartition(":")[2] if ":" in argument else "" for argument in section.arguments]


def _tls(section: Directive, inside: Sequence[Directive]) -> bool | None:
    ports = _ports(section)
    if _switch(inside, "sslengine", False) or "443" in ports:
        return True
    return False if ports and all(port.isdecimal() for port in ports) else None


# --- virtual hosts ----------------------------------------------------------------------------------------------------


def _virtual_host(host: _Host, section: Directive) -> VirtualHost:
    return VirtualHost(
        server="apache",
        location=host.source.location(section.line),
        names=host.names,
        listens=section.arguments,
        tls=host.tls,
        default=any(argument.startswith("_default_") for argument in section.arguments),
        rejects=_rejects(host.directives),
        redirects_to_https=not host.tls and any(map(_is_redirect, host.directives)),
        whole=not any(map(_may_set_headers, host.directives)),
    )


def _is_redirect(directive: Directive) -> bool:
    """``Redirect [status] / https://…``, ``RedirectMatch`` or ``RewriteRule`` for every path."""
    arguments = directive.arguments
    if directive.name in ("redirect", "redirectpermanent", "redirecttemp"):
        return len(arguments) > 1 and arguments[-2] == "/" and arguments[-1].startswith("https://")
    if directive.name == "redirectmatch":
        return len(arguments) > 1 and arguments[-2] in _WHOLE_PATH and arguments[-1].startswith("https://")
    if directive.name == "rewriterule":
        return len(arguments) > 1 and arguments[0] in _WHOLE_PATH and arguments[1].startswith("https://")
    return False


def _rejects(directives: Sequence[Directive]) -> bool:
    conditional = False
    for directive in directives:
        arguments = directive.arguments
        if directive.name == "rewritecond":
            conditional = True
        elif directive.name == "rewriterule":
            flags = arguments[2].strip("[]").upper().split(",") if len(arguments) > 2 else []
            if not conditional and directive.first in _WHOLE_PATH and _refuses(flags):
                return True
            conditional = False
        elif directive.name in ("redirect", "redirectmatch"):
            if len(arguments) == 2 and _ERRORS.fullmatch(arguments[0]) and arguments[1] in ("/", *_WHOLE_PATH):
                return True
        elif directive.name == "location" and directive.first == "/":
            inner = [(" ".join((rule.name, *rule.arguments))).lower() for rule in directive.block or ()]
            if "require all denied" in inner or "deny from all" in inner:
                return True
    return False


def _refuses(flags: Sequence[str]) -> bool:
    return any(flag in ("F", "FORBIDDEN", "G", "GONE") or re.fullmatch(r"R=4\d\d", flag) for flag in flags)


# --- what a host serves -----------------------------------------------------------------------------------------------


def _facts(file: _File, host: _Host) -> Iterator[Fact]:
    for directive in host.directives:
        yield from _of_directive(file, host, directive)
        if directive.name in ("location", "locationmatch") and directive.arguments:
            yield from _of_location(file, host, directive)
    for directive in everything(host.directives):
        if directive.name in ("wsgiscriptalias", "wsgiscriptaliasmatch"):
            yield from _services(file, host, directive)


def _of_location(file: _File, host: _Host, section: Directive) -> Iterator[Fact]:
    """``<Location /api>`` with a ProxyPass or Alias that leaves the URL out."""
    is_pattern = section.name == "locationmatch" or section.first == "~"
    for inner in _flat(section.block or ()):
        if inner.name in ("proxypass", "alias") and len(_plain(inner.arguments)) == 1:
            name = f"{inner.name}match" if is_pattern else inner.name
            yield from _of_directive(file, host, Directive(name, (section.arguments[-1], *inner.arguments), inner.line))


def _plain(arguments: Sequence[str]) -> list[str]:
    """The arguments without ``key=value``."""
    return [argument for argument in arguments if not re.match(r"[\w-]{1,40}=", argument)]


def _of_directive(file: _File, host: _Host, directive: Directive) -> Iterator[Fact]:
    arguments = directive.arguments
    if directive.name == "documentroot" and arguments and not _takes_everything(host):
        yield StaticMapping(
            "apache", "/", secrets.mask(joined(arguments[0], "/")), host.source.location(directive.line)
        )
    if len(arguments) < 2:
        return
    if directive.name in ("alias", "aliasmatch"):
        url, match = _pattern(directive.name, arguments[0])
        directory = secrets.mask(arguments[1])
        yield StaticMapping("apache", url, directory, host.source.location(directive.line), alias=True, match=match)
    elif directive.name in ("proxypass", "proxypassmatch") and arguments[1] != "!":
        yield _route(file, host, directive, *_pattern(directive.name, arguments[0]), arguments[1])
    elif directive.name == "rewriterule" and len(arguments) > 2:
        flags = arguments[2].strip("[]").upper().split(",")
        if "P" in flags or "PROXY" in flags:
            whole = arguments[0] in _WHOLE_PATH
            url, match = ("/", "prefix") if whole else _pattern("match", arguments[0])
            yield _route(file, host, directive, url, match, arguments[1])


def _takes_everything(host: _Host) -> bool:
    """Whether an application or another server answers for ``/``, so that DocumentRoot serves nothing."""
    return any(
        directive.first == "/" and directive.name in ("wsgiscriptalias", "proxypass") for directive in host.directives
    )


def _pattern(name: str, text: str) -> tuple[str, UrlMatch]:
    if name.endswith("match"):
        return secrets.mask(literal_start(text)), "regex"
    return secrets.mask(text), "prefix"


def _target(text: str) -> tuple[_Protocol, str, str]:
    """Protocol, address and the name of a balancer: ``unix:/run/app.sock|uwsgi://localhost/``, ``http://web:8000/``."""
    socket, bar, rest = text.partition("|")
    if bar and socket.lower().startswith("unix:"):
        return _PROTOCOLS.get(address(rest)[0], "http"), address(socket)[1], ""
    scheme, host = address(text)
    return _PROTOCOLS.get(scheme, "http"), host, host if scheme == "balancer" else ""


def _route(file: _File, host: _Host, directive: Directive, url: str, match: UrlMatch, target: str) -> ProxyRoute:
    protocol, upstream, balancer = _target(target)
    addresses: tuple[str, ...] = (upstream,) if upstream else ()
    if balancer:
        addresses = file.balancers.get(balancer, ())
    automatic: tuple[tuple[str, str], ...] = ()
    if host.keeps_host or protocol != "http":
        automatic = (("Host", "%{HTTP_HOST}"),)
    if host.adds_headers and protocol == "http":
        automatic += (("X-Forwarded-For", "%{REMOTE_ADDR}"), ("X-Forwarded-Host", "%{HTTP_HOST}"))
    stated = {name.lower() for name, _ in host.headers}
    return ProxyRoute(
        server="apache",
        url=url,
        match=match,
        location=host.source.location(directive.line),
        protocol=protocol,
        upstream=addresses,
        headers=(*(pair for pair in automatic if pair[0].lower() not in stated), *host.headers),
        headers_known=host.headers_known,
        server_names=host.names,
        tls=host.tls,
    )


# --- mod_wsgi ---------------------------------------------------------------------------------------------------------


def _services(file: _File, host: _Host, directive: Directive) -> Iterator[Service]:
    """
    The application of a WSGIScriptAlias, once for a script that several hosts mount; nothing for a folder of scripts.

    Its command is what mod_wsgi-express would run for it. SetEnv says nothing: it reaches requests, not ``os.environ``.
    """
    url, *rest = directive.arguments or ("",)
    paths = _plain(rest)
    if len(paths) != 1 or paths[0].endswith("/") or paths[0] in file.scripts:
        return
    file.scripts.add(paths[0])
    group = _options(rest).get("process-group", host.group)
    daemon = file.groups.get(group or "", {})
    argv = ["mod_wsgi-express", "start-server", paths[0]]
    for option, key in (("--processes", "processes"), ("--threads", "threads"), ("--working-directory", "home")):
        if key in daemon:
            argv += [option, daemon[key]]
    for path in filter(None, daemon.get("python-path", "").split(":")):
        argv += ["--python-path", path]
    name = group if group and not group.startswith("%") else (*host.names, KIND)[0]
    name = f"{name} {url}" if name in file.names else name
    file.names.add(name)
    yield Service(
        name=name,
        kind=KIND,
        location=host.source.location(directive.line),
        role="web",
        command=host.source.exec_form(argv, directive.line),
        user=daemon.get("user"),
        runs_on_host=True,
    )


def _options(arguments: Sequence[str]) -> dict[str, str]:
    pairs = (argument.partition("=") for argument in arguments)
    return {key: value.strip("\"'") for key, equals, value in pairs if equals}
