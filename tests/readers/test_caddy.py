from __future__ import annotations

import pytest

from django_deploycheck.model import (
    Answer,
    BlindSpot,
    Fact,
    Location,
    ProxyRoute,
    Reference,
    StaticMapping,
    VirtualHost,
)
from django_deploycheck.readers import caddy
from django_deploycheck.readers._web_server import everything
from django_deploycheck.source import Source
from tests.projects import inspect_files

PATH = "deploy/Caddyfile"
OWN = (
    ("Host", "{host}"),
    ("X-Forwarded-For", "{remote_host}"),
    ("X-Forwarded-Proto", "{scheme}"),
    ("X-Forwarded-Host", "{host}"),
)


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(caddy.read(Source(PATH, text)))


def routes(text: str) -> list[ProxyRoute]:
    return [fact for fact in facts("a.com {\n" + text + "\n}\n") if isinstance(fact, ProxyRoute)]


def mappings(text: str) -> list[StaticMapping]:
    return [fact for fact in facts("a.com {\n" + text + "\n}\n") if isinstance(fact, StaticMapping)]


def host(address: str, text: str = "", options: str = "") -> VirtualHost:
    text = ("{\n" + options + "\n}\n" if options else "") + f"{address} {{\n{text}\n}}\n"
    (found,) = (fact for fact in facts(text) if isinstance(fact, VirtualHost))
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# reverse_proxy web:8000\n", id="a comment"),
        pytest.param("{\n\temail me@a.com\n}\n", id="options"),
        pytest.param("(proxy) {\n\treverse_proxy web\n}\n", id="a snippet that nobody imports"),
        pytest.param("import sites/*\n", id="other files"),
        pytest.param("}\n}\n{", id="braces"),
    ],
)
def test_no_facts_in(text):
    assert facts(text) == []


def test_a_whole_file():
    text = (
        "{\n\temail me@a.com\n}\n\nexample.com, www.example.com {\n\tencode gzip\n\n\thandle_path /static/* {\n"
        "\t\troot * /srv/static\n\t\tfile_server\n\t}\n\n\treverse_proxy web:8000\n}\n"
    )
    names = ("example.com", "www.example.com")
    assert facts(text) == [
        VirtualHost(server="caddy", location=at(5), names=names, listens=names, tls=True, redirects_to_https=True),
        StaticMapping("caddy", "/static/", "/srv/static", at(9), alias=True),
        ProxyRoute(
            server="caddy",
            url="/",
            location=at(13),
            upstream=("web:8000",),
            headers=OWN,
            server_names=names,
            tls=True,
        ),
    ]


# --- the text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a b c\nd", [("a", ("b", "c"), 1), ("d", (), 2)], id="words"),
        pytest.param("a b#c # d", [("a", ("b#c",), 1)], id="a comment"),
        pytest.param('a "b c" `d "e"` "\\""', [("a", ("b c", 'd "e"', '\\"'), 1)], id="quotes"),
        pytest.param('a "b\nc"\nd', [("a", ("b\nc",), 1), ("d", (), 3)], id="a line inside quotes"),
        pytest.param("a \\\n  b", [("a", ("b",), 1)], id="continued"),
        pytest.param("a {\n\tb\n}\nc", [("a", (), 1), ("b", (), 2), ("c", (), 4)], id="a block"),
        pytest.param("a { b }\nc", [("a", (), 1), ("b", (), 1), ("c", (), 2)], id="a block on one line"),
        pytest.param("{\na\n}", [("", (), 1), ("a", (), 2)], id="a block without a name"),
        pytest.param('a "{"\nb', [("a", ("{",), 1), ("b", (), 2)], id="a brace in quotes"),
        pytest.param("a,\nb {\n}", [("a,", ("b",), 1)], id="addresses on two lines"),
        pytest.param("x {\na,\nb\n}", [("x", (), 1), ("a,", (), 2), ("b", (), 3)], id="a comma inside"),
        pytest.param("a {$B:c d} {host}", [("a", ("{$B:c d}", "{host}"), 1)], id="placeholders"),
        pytest.param("a <<X\n  } b\n  X 200\nc", [("a", ("", "200"), 1), ("c", (), 4)], id="a heredoc"),
        pytest.param("a <<X\n}\nb", [("a", ("",), 1)], id="a heredoc that stays open"),
        pytest.param("a `b\nc", [("a", ("b\nc",), 1)], id="a quote that stays open"),
        pytest.param(
            "a {\n" * 40 + "b\n" + "}\n" * 40 + "c",
            [("a", (), n) for n in range(1, 41)] + [("b", (), 41), ("c", (), 82)],
            id="deep",
        ),
    ],
)
def test_directives(text, expected):
    found = [(directive.name, directive.arguments, directive.line) for directive in everything(caddy.parse(text))]
    assert found == expected


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("root * /srv", id="only a root"),
        pytest.param("php_fastcgi php:9000", id="PHP"),
        pytest.param("handle_errors {\nroot * /srv\nfile_server\n}", id="pages for errors"),
        pytest.param("reverse_proxy web {\nhandle_response @a {\nfile_server\n}\n}", id="for X-Accel-Redirect"),
    ],
)
def test_no_files_are_served(text):
    assert mappings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("file_server", [("/", "./", 2, False, "prefix")], id="where it was started"),
        pytest.param("root * /srv\nfile_server", [("/", "/srv/", 2, False, "prefix")], id="all paths"),
        pytest.param("file_server\nroot /srv", [("/", "/srv/", 3, False, "prefix")], id="a root without a matcher"),
        pytest.param(
            "root * /srv\nfile_server /static/*", [("/static/", "/srv/static/", 2, False, "prefix")], id="a path"
        ),
        pytest.param("file_server /a* {\nroot /srv\n}", [("/a", "/srv/a", 3, False, "prefix")], id="a root of its own"),
        pytest.param("root * /srv\nfile_server /a", [("/a", "/srv/a", 2, False, "exact")], id="exactly"),
        pytest.param(
            "root * /srv\nfile_server *.css", [("/", "/srv/", 2, False, "prefix")], id="no matcher: needs a slash"
        ),
        pytest.param(
            "root /static/* /srv\nfile_server",
            [("/static/", "/srv/static/", 2, False, "prefix")],
            id="a root for a path",
        ),
        pytest.param(
            "root /a/* /x\nroot * /y\nfile_server /a/*",
            [("/a/", "/x/a/", 2, False, "prefix")],
            id="the root for this path",
        ),
        pytest.param(
            "root /a/* /x\nroot * /y\nfile_server",
            [("/a/", "/x/a/", 2, False, "prefix"), ("/", "/y/", 3, False, "prefix")],
            id="two roots",
        ),
        pytest.param(
            "handle /static/* {\nroot * /srv\nfile_server\n}",
            [("/static/", "/srv/static/", 3, False, "prefix")],
            id="handle",
        ),
        pytest.param(
            "root * /srv\nhandle /static/* {\nfile_server\n}",
            [("/static/", "/srv/static/", 2, False, "prefix")],
            id="inherited",
        ),
        pytest.param(
            "handle /static/* {\nuri strip_prefix /static\nroot * /srv\nfile_server\n}",
            [("/static/", "/srv", 4, True, "prefix")],
            id="a prefix that is removed",
        ),
        pytest.param(
            "handle_path /static* {\nfile_server {\nroot {$STATIC_ROOT:/srv}\n}\n}",
            [("/static", "{$STATIC_ROOT:/srv}", 4, True, "prefix")],
            id="a variable",
        ),
        pytest.param(
            "handle_path /a/* {\nroot * /srv\nfile_server /b/*\n}",
            [("/a/b/", "/srv/b/", 3, False, "prefix")],
            id="both",
        ),
        pytest.param("handle_path {\nroot * /srv\nfile_server\n}", [("/", "/srv/", 3, False, "prefix")], id="no path"),
        pytest.param(
            "@s path /static/* /media/*\nroot * /srv\nfile_server @s",
            [("/static/", "/srv/static/", 3, False, "prefix"), ("/media/", "/srv/media/", 3, False, "prefix")],
            id="a named matcher",
        ),
        pytest.param(
            "@s {\npath /s/*/x\nmethod GET\n}\nroot * /srv\nfile_server @s",
            [("/s/", "/srv/s/", 6, False, "regex")],
            id="a star inside",
        ),
        pytest.param(
            "@s path_regexp s ^/static/(.*)$\nroot * /srv\nfile_server @s",
            [("/static/", "/srv/static/", 3, False, "regex")],
            id="re",
        ),
        pytest.param(
            "@s not path /api/*\nroot * /srv\nfile_server @s",
            [("/", "/srv/", 3, False, "prefix")],
            id="all but some paths",
        ),
        pytest.param(
            "@s file maintenance\nroot * /srv\nfile_server @s", [("", "/srv/", 3, False, "regex")], id="a condition"
        ),
        pytest.param(
            "root * /srv\nfile_server @elsewhere", [("", "/srv/", 2, False, "regex")], id="a matcher elsewhere"
        ),
    ],
)
def test_files_that_are_served(text, expected):
    found = [(fact.url, fact.directory, fact.location.line, fact.alias, fact.match) for fact in mappings(text)]
    assert found == expected


# --- other servers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("reverse_proxy web:8000", [("/", 2, ("web:8000",))], id="a host"),
        pytest.param("reverse_proxy * http://w1 https://w2:443", [("/", 2, ("w1", "w2:443"))], id="two with schemes"),
        pytest.param("reverse_proxy unix//run/app.sock", [("/", 2, ("unix:/run/app.sock",))], id="a socket"),
        pytest.param("reverse_proxy {$UPSTREAM:web:8000}", [("/", 2, ("{$UPSTREAM:web:8000}",))], id="a variable"),
        pytest.param("reverse_proxy /api/* :8000", [("/api/", 2, (":8000",))], id="a path"),
        pytest.param("reverse_proxy {\nto w1 w2\n}", [("/", 2, ("w1", "w2"))], id="in its block"),
        pytest.param("reverse_proxy {\ndynamic a web 8000\n}", [("/", 2, ())], id="found by name at run time"),
        pytest.param("handle {\nreverse_proxy web\n}", [("/", 3, ("web",))], id="all the rest"),
        pytest.param("route /api* {\nreverse_proxy web\n}", [("/api", 3, ("web",))], id="a route"),
        pytest.param("handle_path /api/* {\nreverse_proxy web\n}", [("/api/", 3, ("web",))], id="a prefix removed"),
        pytest.param(
            "@a path /a/* /b/*\nreverse_proxy @a web", [("/a/", 3, ("web",)), ("/b/", 3, ("web",))], id="two paths"
        ),
        pytest.param("@a not {\npath /a/*\n}\nreverse_proxy @a web", [("/", 5, ("web",))], id="all but some"),
        pytest.param("forward_auth auth:9000\nrespond 200", [], id="none"),
    ],
)
def test_where_requests_go(text, expected):
    assert [(route.url, route.location.line, route.upstream) for route in routes(text)] == expected


def test_fastcgi():
    (route,) = routes("reverse_proxy app:9000 {\ntransport fastcgi {\nsplit .py\n}\n}")
    assert route.protocol == "fastcgi"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("header_up", OWN, id="cut off"),
        pytest.param("header_up Location http https", OWN, id="a replacement inside"),
        pytest.param("header_down Host x", OWN, id="of the answer"),
        pytest.param("header_up -X-Forwarded-Host", OWN[:3], id="removed"),
        pytest.param("header_up Host {upstream_hostport}", (("Host", "{upstream_hostport}"), *OWN[1:]), id="replaced"),
        pytest.param("header_up +X-Scheme https", (*OWN, ("X-Scheme", "https")), id="added"),
        pytest.param("header_up X-Verify nd72hs91kd", (*OWN, ("X-Verify", "****")), id="a secret"),
    ],
)
def test_headers(text, expected):
    (route,) = routes("reverse_proxy web {\n" + text + "\n}")
    assert route.headers == expected
    assert route.sends("X-Forwarded-Proto") is Answer.YES


# --- sites ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "text", "options", "names", "tls", "redirects"),
    [
        pytest.param("http://a.com", "", "", ("a.com",), False, False, id="HTTP"),
        pytest.param("a.com:80", "", "", ("a.com",), False, False, id="the port of HTTP"),
        pytest.param(":8000", "", "", (), False, False, id="a port"),
        pytest.param("a.com", "", "auto_https off", ("a.com",), False, False, id="not by itself"),
        pytest.param("{$SITE:a.com}", "", "", ("{$SITE:a.com}",), None, False, id="a variable"),
        pytest.param("a.com http://b.com", "", "", ("a.com", "b.com"), True, True, id="two"),
        pytest.param("a.com", "", "", ("a.com",), True, True, id="a name"),
        pytest.param("a.com", "tls internal", "auto_https off", ("a.com",), True, False, id="said"),
        pytest.param("a.com", "tls off", "auto_https off", ("a.com",), False, False, id="said to be off"),
        pytest.param("a.com", "", "auto_https disable_redirects", ("a.com",), True, False, id="no redirects"),
        pytest.param("a.com:8443", "", "", ("a.com",), True, False, id="another port"),
        pytest.param("https://a.com/path", "", "", ("a.com",), True, True, id="HTTPS"),
        pytest.param(":443", "", "", (), True, False, id="the port of HTTPS"),
        pytest.param("[::1]:80", "", "", ("[::1]",), False, False, id="IPv6"),
        pytest.param("http://a.com", "redir https://{host}{uri}", "", ("a.com",), False, True, id="redirected"),
        pytest.param(
            "http://a.com", "redir * https://{host}{uri} permanent", "", ("a.com",), False, True, id="with a star"
        ),
        pytest.param("http://a.com", "redir /x https://{host}", "", ("a.com",), False, False, id="a path redirected"),
        pytest.param("http://a.com", "redir", "", ("a.com",), False, False, id="a redirect cut off"),
    ],
)
def test_addresses(address, text, options, names, tls, redirects):
    found = host(address, text, options)
    assert (found.names, found.tls, found.redirects_to_https) == (names, tls, redirects)
    assert found.listens == tuple(address.split())
    assert found.default is (not names)


@pytest.mark.parametrize(
    ("text", "rejects"),
    [
        pytest.param("", False, id="nothing said"),
        pytest.param("respond OK", False, id="an answer"),
        pytest.param("respond /x 404", False, id="a path"),
        pytest.param("abort @a", False, id="a matcher"),
        pytest.param("reverse_proxy web\nrespond 404", False, id="what is left over"),
        pytest.param("respond 404", True, id="an error"),
        pytest.param("error * Nothing 403", True, id="an error with a text"),
        pytest.param("abort", True, id="no answer"),
    ],
)
def test_sites_that_reject(text, rejects):
    assert host(":80", text).rejects is rejects


def test_one_site_without_braces():
    assert facts("a.com:80,\nb.com:80\n\nreverse_proxy web\n") == [
        VirtualHost(
            server="caddy", location=at(1), names=("a.com", "b.com"), listens=("a.com:80", "b.com:80"), tls=False
        ),
        ProxyRoute(
            server="caddy",
            url="/",
            location=at(4),
            upstream=("web",),
            headers=OWN,
            server_names=("a.com", "b.com"),
            tls=False,
        ),
    ]


@pytest.mark.parametrize(
    "text",
    ["handle /api/* {\nreverse_proxy web\n}\n", "@a path /api/*\nreverse_proxy @a web\n"],
    ids=["handle", "matcher"],
)
def test_a_file_that_others_import(text):
    assert [(fact.url, fact.tls) for fact in facts(text) if isinstance(fact, ProxyRoute)] == [("/api/", None)]
    assert not any(isinstance(fact, VirtualHost) for fact in facts(text))


def test_a_line_between_sites():
    found = facts("http://a.com {\n}\nreverse_proxy web\nhttp://b.com {\n}\n")
    assert [fact.location for fact in found if isinstance(fact, VirtualHost)] == [at(1), at(4)]
    assert len(found) == 2


def test_many_roots_and_paths():
    assert len(mappings("".join(f"root /{n}/* /srv\n" for n in range(100)) + "file_server\n")) == 20
    assert len(routes("@a path " + "/a/* " * 100 + "\nreverse_proxy @a web\n")) == 20


# --- imports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(app) {\nreverse_proxy web\n}\na.com {\nimport app x\n}\n",
        "&(app) {\nreverse_proxy web\n}\na.com {\ninvoke app\n}\n",
        "(app) {\nreverse_proxy web\n}\na.com {\nhandle {\nimport app\n}\n}\n",
    ],
    ids=["a snippet", "a route", "inside a block"],
)
def test_a_snippet_keeps_its_line(text):
    assert [fact.location for fact in facts(text) if isinstance(fact, ProxyRoute)] == [at(2)]


def test_a_snippet_of_itself():
    text = "(a) {\nreverse_proxy web\nimport a\nimport a\n}\na.com {\nimport a\n}\n"
    assert 1 <= len(facts(text)) < 2_000


def test_snippets_that_many_sites_import():
    sites = "".join(f"{number}.com {{\nimport a\n}}\n" for number in range(50))
    found = facts("(a) {\n" + "reverse_proxy web\n" * 20 + "}\n" + sites)
    assert len([fact for fact in found if isinstance(fact, ProxyRoute)]) == 20 * 50
    assert not [fact for fact in found if isinstance(fact, BlindSpot)]


def test_snippets_that_too_many_sites_import():
    sites = "".join(f"{number}.com {{\nimport a\n}}\n" for number in range(500))
    found = facts("(a) {\n" + "reverse_proxy web\n" * 20 + "}\n" + sites)
    assert len([fact for fact in found if isinstance(fact, ProxyRoute)]) == 20 * 96
    assert len([fact for fact in found if isinstance(fact, VirtualHost)]) == 500
    assert [fact for fact in found if isinstance(fact, BlindSpot)] == [
        BlindSpot("imports more snippets than are followed", at(23 + 3 * 95), frozenset())
    ]


def test_files_that_are_imported():
    text = "a.com {\nimport /etc/caddy/common.caddy\nimport *.caddy\n}\n"
    assert [fact for fact in facts(text) if isinstance(fact, Reference)] == [
        Reference("deploy/common.caddy", "caddy", at(2)),
        Reference("common.caddy", "caddy", at(2)),
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("caddy/Dockerfile", "dockerfile"),
        ("caddy/README.md", ""),
        ("Caddyfile", "caddy"),
        ("deploy/Caddyfile.prod", "caddy"),
        ("deploy/shop.caddyfile", "caddy"),
    ],
)
def test_whose_file_it_is(tmp_path, path, kind):
    deployment = inspect_files(tmp_path, {path: "\n"}).report.deployment
    assert deployment is not None
    assert deployment.kind_of(path) == kind


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        pytest.param("a.example.com {\n  reverse_proxy web:8000\n}\n", True, id="all of it"),
        pytest.param(
            "(more) {\n  encode gzip\n}\na.example.com {\n  import more\n}\n", True, id="a snippet of the file"
        ),
        pytest.param("a.example.com {\n  import static.caddy\n}\n", False, id="another file"),
    ],
)
def test_a_site_is_known_whole(text, whole):
    """What is imported may serve or hand over more."""
    [found] = [fact for fact in facts(text) if isinstance(fact, VirtualHost)]
    assert found.whole is whole
