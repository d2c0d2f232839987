from __future__ import annotations

import pytest

from django_deploycheck.model import (
    CommandLine,
    Fact,
    Location,
    ProxyRoute,
    Reference,
    Service,
    StaticMapping,
    VirtualHost,
)
from django_deploycheck.readers import apache
from django_deploycheck.readers._web_server import everything
from django_deploycheck.source import Source
from tests.projects import inspect_files

PATH = "deploy/apache.conf"
HOST = ("Host", "%{HTTP_HOST}")
ADDED = (("X-Forwarded-For", "%{REMOTE_ADDR}"), ("X-Forwarded-Host", "%{HTTP_HOST}"))


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(apache.read(Source(PATH, text)))


def routes(text: str) -> list[ProxyRoute]:
    return [fact for fact in facts(text) if isinstance(fact, ProxyRoute)]


def services(text: str) -> list[Service]:
    return [fact for fact in facts(text) if isinstance(fact, Service)]


def host(text: str, address: str = "*:80") -> VirtualHost:
    (found,) = (
        fact for fact in facts(f"<VirtualHost {address}>\n{text}\n</VirtualHost>\n") if isinstance(fact, VirtualHost)
    )
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# WSGIScriptAlias / /srv/wsgi.py\n", id="a comment"),
        pytest.param("LoadModule wsgi_module modules/mod_wsgi.so\nWSGIPassAuthorization On\n", id="no application"),
        pytest.param("<Directory /srv>\nRequire all granted\n</Directory>\n", id="permissions"),
        pytest.param(
            "Alias\nProxyPass /\nRewriteRule\nRewriteRule ^\nDocumentRoot\nDefine\nBalancerMember balancer://a\n",
            id="cut off",
        ),
        pytest.param("ProxyPass /static !\n", id="a path that is not handed over"),
        pytest.param("<Location />\nRequire all denied\n</Location>\n<Location>\n</Location>", id="a location"),
        pytest.param("ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/\n", id="CGI"),
        pytest.param("</VirtualHost>\n<>\n<", id="brackets"),
    ],
)
def test_no_facts_in(text):
    assert facts(text) == []


def test_a_whole_file():
    text = (
        "Define root /var/www/shop\n\n<VirtualHost *:443>\n    ServerName shop.example.com\n    SSLEngine on\n\n"
        "    Alias /static/ ${root}/static/\n\n    WSGIDaemonProcess shop processes=2 threads=15 user=www-data \\\n"
        "        home=${root} python-home=${root}/venv python-path=${root}:/srv/lib\n    WSGIProcessGroup shop\n"
        "    WSGIScriptAlias / ${root}/shop/wsgi.py\n    ErrorLog ${APACHE_LOG_DIR}/error.log\n</VirtualHost>\n"
    )
    argv = (
        "mod_wsgi-express start-server /var/www/shop/shop/wsgi.py --processes 2 --threads 15 "
        "--working-directory /var/www/shop --python-path /var/www/shop --python-path /srv/lib"
    )
    assert facts(text) == [
        VirtualHost(server="apache", location=at(3), names=("shop.example.com",), listens=("*:443",), tls=True),
        StaticMapping("apache", "/static/", "/var/www/shop/static/", at(7), alias=True),
        Service(
            name="shop",
            kind="apache",
            location=at(12),
            role="web",
            command=CommandLine(at(12), argv=tuple(argv.split())),
            user="www-data",
            runs_on_host=True,
        ),
    ]


# --- the text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Alias /a /b\n", [("alias", ("/a", "/b"), 1)], id="words"),
        pytest.param("Alias \"/a b\" '/c d'\n", [("alias", ("/a b", "/c d"), 1)], id="quotes"),
        pytest.param('A "b', [("a", ("b",), 1)], id="a quote that stays open"),
        pytest.param("A \\\n  b \\\n  c\nD e", [("a", ("b", "c"), 1), ("d", ("e",), 4)], id="continued"),
        pytest.param("A b \\", [("a", ("b",), 1)], id="continued by nothing"),
        pytest.param("# A \\\n b\nC d", [("c", ("d",), 3)], id="a comment that goes on"),
        pytest.param("A b # c", [("a", ("b", "#", "c"), 1)], id="no comment behind a directive"),
        pytest.param("<A b>\nC d\n</A>\nE f", [("a", ("b",), 1), ("c", ("d",), 2), ("e", ("f",), 4)], id="a section"),
        pytest.param(
            "Define a-b c\nD ${a-b}/", [("define", ("a-b", "c"), 1), ("d", ("c/",), 2)], id="a variable with a hyphen"
        ),
        pytest.param("Define A b\nC ${A} ${D}", [("define", ("A", "b"), 1), ("c", ("b", "${D}"), 2)], id="a variable"),
        pytest.param(
            "C ${A}\nDefine A b", [("c", ("${A}",), 1), ("define", ("A", "b"), 2)], id="a variable defined below"
        ),
        pytest.param(
            "Define A b\nC " + "${A}" * 41, [("define", ("A", "b"), 1), ("c", ("${A}" * 41,), 2)], id="too many"
        ),
        pytest.param("Define A\nC ${A}", [("define", ("A",), 1), ("c", ("${A}",), 2)], id="a flag"),
    ],
)
def test_directives(text, expected):
    found = everything(apache.parse(Source(PATH, text)))
    assert [(directive.name, directive.arguments, directive.line) for directive in found] == expected


def test_deep_nesting():
    found = list(everything(apache.parse(Source(PATH, "<A>\n" * 40 + "B\n" + "</A>\n" * 40 + "C\n"))))
    assert [directive.name for directive in found] == ["a"] * 40 + ["b", "c"]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url", "directory", "line", "more"),
    [
        pytest.param("Alias /static /srv/static", "/static", "/srv/static", 1, {"alias": True}, id="an alias"),
        pytest.param(
            "AliasMatch ^/static/(.*)$ /srv/$1",
            "/static/",
            "/srv/$1",
            1,
            {"alias": True, "match": "regex"},
            id="a pattern",
        ),
        pytest.param(
            "<Location /static>\nAlias /srv/static\n</Location>",
            "/static",
            "/srv/static",
            2,
            {"alias": True},
            id="a location",
        ),
        pytest.param("<IfModule a>\nAlias /a /b\n</IfModule>", "/a", "/b", 2, {"alias": True}, id="a condition"),
        pytest.param("DocumentRoot /srv/www", "/", "/srv/www/", 1, {}, id="the root"),
    ],
)
def test_files_that_are_served(text, url, directory, line, more):
    assert facts(text) == [StaticMapping("apache", url, directory, at(line), **more)]


@pytest.mark.parametrize("text", ["WSGIScriptAlias / /srv/wsgi.py", "ProxyPass / http://web:8000/"])
def test_a_root_that_is_hidden(text):
    found = facts(f"<VirtualHost *:80>\nDocumentRoot /srv/www\n{text}\n</VirtualHost>\n")
    assert not any(isinstance(fact, StaticMapping) for fact in found)


# --- other servers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url", "match", "line", "protocol", "upstream"),
    [
        pytest.param('ProxyPass "/" "http://web:8000/" retry=0', "/", "prefix", 1, "http", ("web:8000",), id="HTTP"),
        pytest.param("ProxyPassMatch ^/api/ http://web", "/api/", "regex", 1, "http", ("web",), id="a pattern"),
        pytest.param(
            "<Location /api>\nProxyPass http://web\n</Location>", "/api", "prefix", 2, "http", ("web",), id="a location"
        ),
        pytest.param(
            "<LocationMatch ^/api/v1>\nProxyPass http://web\n</LocationMatch>",
            "/api/v1",
            "regex",
            2,
            "http",
            ("web",),
            id="a location by pattern",
        ),
        pytest.param(
            '<Location ~ "^/api">\nProxyPass http://web\n</Location>',
            "/api",
            "regex",
            2,
            "http",
            ("web",),
            id="with a tilde",
        ),
        pytest.param("ProxyPass / uwsgi://127.0.0.1:8001/", "/", "prefix", 1, "uwsgi", ("127.0.0.1:8001",), id="uwsgi"),
        pytest.param("ProxyPass / ajp://web:8009/", "/", "prefix", 1, "ajp", ("web:8009",), id="AJP"),
        pytest.param(
            "ProxyPass / unix:/run/app.sock|http://localhost/",
            "/",
            "prefix",
            1,
            "http",
            ("unix:/run/app.sock",),
            id="a socket",
        ),
        pytest.param(
            "ProxyPass / unix:/run/app.sock|fcgi://x/",
            "/",
            "prefix",
            1,
            "fastcgi",
            ("unix:/run/app.sock",),
            id="FastCGI",
        ),
        pytest.param(
            "RewriteRule ^/(.*)$ http://web:8000/$1 [P,L]", "/", "prefix", 1, "http", ("web:8000",), id="rewritten"
        ),
        pytest.param(
            "RewriteRule ^/ws/ ws://web/ [proxy]", "/ws/", "regex", 1, "http", ("web",), id="one path rewritten"
        ),
        pytest.param(
            "<Proxy balancer://a>\nBalancerMember http://w1:80\nBalancerMember http://w2\n</Proxy>\nProxyPass / balancer://a/",
            "/",
            "prefix",
            5,
            "http",
            ("w1:80", "w2"),
            id="a balancer",
        ),
        pytest.param(
            "BalancerMember balancer://a http://w1\nProxyPass / balancer://a/",
            "/",
            "prefix",
            2,
            "http",
            ("w1",),
            id="outside",
        ),
        pytest.param("ProxyPass / balancer://a/", "/", "prefix", 1, "http", (), id="a balancer elsewhere"),
        pytest.param("ProxyPass / http:///", "/", "prefix", 1, "http", (), id="no host"),
    ],
)
def test_where_requests_go(text, url, match, line, protocol, upstream):
    (route,) = routes(text)
    found = (route.url, route.match, route.location, route.protocol, route.upstream)
    assert found == (url, match, at(line), protocol, upstream)


@pytest.mark.parametrize(
    "text", ["RewriteRule ^/a /b [L]", "RewriteRule ^/a http://web/", "ProxyPassReverse / http://web/"]
)
def test_nothing_is_handed_over(text):
    assert routes(text) == []


@pytest.mark.parametrize(
    ("text", "headers", "known"),
    [
        pytest.param("", ADDED, True, id="those of mod_proxy"),
        pytest.param("ProxyPreserveHost Off\nProxyAddHeaders Off", (), True, id="none"),
        pytest.param("RequestHeader unset Proxy\nRequestHeader set A", ADDED, True, id="one removed, one cut off"),
        pytest.param("ProxyPreserveHost On", (HOST, *ADDED), True, id="Host"),
        pytest.param(
            "RequestHeader set X-Forwarded-Proto https\nRequestHeader setifempty X-Forwarded-For x",
            (ADDED[1], ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "x")),
            True,
            id="its own",
        ),
        pytest.param(
            "<Location />\nRequestHeader append A on\n</Location>", (*ADDED, ("A", "on")), True, id="in a location"
        ),
        pytest.param("Include my.conf", ADDED, False, id="a file"),
        pytest.param("Use Macro", ADDED, False, id="a macro"),
        pytest.param("Include /etc/letsencrypt/options-ssl-apache.conf", ADDED, True, id="a file that sets none"),
    ],
)
def test_headers(text, headers, known):
    (route,) = routes(f"<VirtualHost *:80>\nProxyPass / http://web\n{text}\n</VirtualHost>\n")
    assert (route.headers, route.headers_known) == (headers, known)


def test_headers_of_the_whole_server():
    (route,) = routes(
        "Include my.conf\nProxyPreserveHost On\nRequestHeader set X-Forwarded-Proto https\n"
        "<VirtualHost a:443>\nServerName a.com\nServerAlias b.com c.com\nProxyPass / http://web\n</VirtualHost>\n"
    )
    assert route == ProxyRoute(
        server="apache",
        url="/",
        location=at(7),
        upstream=("web",),
        headers=(HOST, *ADDED, ("X-Forwarded-Proto", "https")),
        server_names=("a.com", "b.com", "c.com"),
        tls=True,
    )


def test_many_headers():
    (route,) = routes("RequestHeader set A on\n" * 100 + "ProxyPass / uwsgi://web\n")
    assert route.headers == (HOST, *[("A", "on")] * 50)


def test_uwsgi_gets_the_clients_host():
    (route,) = routes("ProxyPass / uwsgi://web\n")
    assert route.headers == (HOST,)


def test_no_secret_in_a_header():
    found = facts("RequestHeader set X-Verify nd72hs91kd\nProxyPass / http://me:kd83jf72hd63@web\n")
    assert "nd72hs91kd" not in repr(found)
    assert "kd83jf72hd63" not in repr(found)


# --- virtual hosts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "text", "tls"),
    [
        ("*:80", "", False),
        ("*:80 *:8080", "SSLEngine off", False),
        ("*", "", None),
        ("*:${PORT}", "", None),
        ("", "", None),
        ("*:80 [::]:443", "", True),
        ("*:8443", "SSLEngine On", True),
    ],
    ids=["plain", "two ports", "any port", "a variable", "no address", "the port", "said"],
)
def test_tls(address, text, tls):
    assert host(text, address).tls is tls


@pytest.mark.parametrize(
    ("text", "redirects"),
    [
        pytest.param("ServerName a.com", False, id="nothing said"),
        pytest.param("Redirect / http://a.com/", False, id="plain"),
        pytest.param("Redirect /x https://a.com/", False, id="a path"),
        pytest.param("Redirect https://a.com/", False, id="cut off"),
        pytest.param("RewriteRule ^/x https://a.com/", False, id="a path rewritten"),
        pytest.param("RewriteRule ^ /x", False, id="rewritten inside"),
        pytest.param("SSLEngine on\nRedirect / https://www.a.com/", False, id="HTTPS already"),
        pytest.param("Redirect / https://a.com/", True, id="no status"),
        pytest.param("Redirect permanent / https://a.com/", True, id="a status"),
        pytest.param("RedirectPermanent / https://a.com/", True, id="a status in the name"),
        pytest.param("RedirectMatch 301 ^/(.*)$ https://a.com/$1", True, id="a pattern"),
        pytest.param(
            "RewriteCond %{HTTPS} off\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [L,R=301]", True, id="cond"
        ),
        pytest.param("<IfModule a>\nRedirect / https://a.com/\n</IfModule>", True, id="a condition"),
    ],
)
def test_hosts_that_redirect(text, redirects):
    assert host(text).redirects_to_https is redirects


@pytest.mark.parametrize(
    ("text", "rejects"),
    [
        pytest.param("Redirect 301 / https://a.com/", False, id="a redirect"),
        pytest.param("Redirect 404 /x", False, id="a path"),
        pytest.param("RewriteCond %{HTTP_HOST} !^a\nRewriteRule ^ - [F]", False, id="a condition"),
        pytest.param("RewriteRule ^/x - [F]", False, id="a path rewritten"),
        pytest.param("RewriteRule ^ - [L]\nRewriteRule ^ -", False, id="no refusal"),
        pytest.param("<Location /x>\nRequire all denied\n</Location>", False, id="a location"),
        pytest.param("<Location />\nRequire all granted\n</Location>", False, id="granted"),
        pytest.param("<Directory />\nRequire all denied\n</Directory>", False, id="the root of the disk"),
        pytest.param("Redirect 404 /", True, id="an error"),
        pytest.param("Redirect gone /", True, id="gone"),
        pytest.param("RewriteRule ^ - [F,L]", True, id="forbidden"),
        pytest.param("RewriteCond a b\nRewriteRule ^ x\nRewriteRule .* - [R=404]", True, id="a condition before"),
        pytest.param("<Location />\nRequire all denied\n</Location>", True, id="denied"),
        pytest.param("<Location />\nDeny from all\n</Location>", True, id="denied the old way"),
    ],
)
def test_hosts_that_reject(text, rejects):
    assert host(text).rejects is rejects


def test_the_default_host():
    assert host("", "_default_:443").default
    assert not host("").default


# --- mod_wsgi ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("WSGIScriptAlias", id="cut off"),
        pytest.param("WSGIScriptAlias /", id="no script"),
        pytest.param("WSGIScriptAlias /wsgi/ /srv/scripts/", id="a folder"),
        pytest.param("WSGIDaemonProcess shop processes=2", id="processes for nothing"),
    ],
)
def test_no_application_in(text):
    assert services(text) == []


@pytest.mark.parametrize(
    ("text", "line", "name", "arguments"),
    [
        pytest.param("WSGIScriptAlias / /srv/wsgi.py", 1, "apache", "", id="embedded"),
        pytest.param("WSGIScriptAliasMatch ^/x /srv/wsgi.py", 1, "apache", "", id="a pattern"),
        pytest.param("WSGIDaemonProcess a processes=2\nWSGIScriptAlias / /srv/wsgi.py", 2, "apache", "", id="no group"),
        pytest.param(
            "WSGIDaemonProcess a processes=2\nWSGIScriptAlias / /srv/wsgi.py process-group=a application-group=%{GLOBAL}",
            2,
            "a",
            "--processes 2",
            id="the group behind the script",
        ),
        pytest.param(
            "WSGIProcessGroup a\nWSGIScriptAlias / /srv/wsgi.py\nWSGIDaemonProcess a threads=5",
            2,
            "a",
            "--threads 5",
            id="below",
        ),
        pytest.param(
            "WSGIProcessGroup %{GLOBAL}\nWSGIScriptAlias / /srv/wsgi.py", 2, "apache", "", id="no group by name"
        ),
        pytest.param("<Directory /srv>\nWSGIScriptAlias / /srv/wsgi.py\n</Directory>", 2, "apache", "", id="inside"),
    ],
)
def test_application(text, line, name, arguments):
    (found,) = services(text)
    argv = ("mod_wsgi-express", "start-server", "/srv/wsgi.py", *arguments.split())
    assert (found.name, found.command) == (name, CommandLine(at(line), argv=argv))


def test_an_application_of_two_hosts_and_another_of_the_same_group():
    mount = "WSGIProcessGroup a\nWSGIScriptAlias / /srv/wsgi.py"
    text = (
        f"WSGIDaemonProcess a\n<VirtualHost *:80>\n{mount}\n</VirtualHost>\n<VirtualHost *:443>\n{mount}\n"
        "WSGIScriptAlias /api /srv/api.py\n</VirtualHost>\n"
    )
    assert [(found.name, found.location) for found in services(text)] == [("a", at(4)), ("a /api", at(9))]


def test_the_name_of_the_host_where_there_is_no_group():
    (found,) = services("<VirtualHost *:80>\nServerName a.com\nWSGIScriptAlias / /srv/wsgi.py\n</VirtualHost>\n")
    assert found.name == "a.com"


def test_the_process_of_an_application(tmp_path):
    text = "WSGIDaemonProcess a processes=3\nWSGIScriptAlias / /srv/shop/bookstore/wsgi.py process-group=a\n"
    deployment = inspect_files(tmp_path, {PATH: text}).report.deployment
    assert deployment is not None
    (process,) = deployment.web
    assert process.server is not None
    assert process.target is not None
    assert (process.server.name, process.server.workers, process.server.bind) == ("mod_wsgi", 3, ())
    assert (str(process.location), process.target.path) == (f"{PATH}:2", "bookstore/wsgi.py")


# --- files that lead elsewhere ----------------------------------------------------------------------------------------


def test_includes():
    text = "IncludeOptional sites/*.conf\nInclude /etc/apache2/shop.conf\n"
    assert facts(text) == [Reference("deploy/shop.conf", "apache", at(2)), Reference("shop.conf", "apache", at(2))]


def test_a_file_of_nginx_by_a_shared_name():
    text = "location /static/ {\n  alias /srv/static/;\n}\nAlias /a /b\n"
    assert facts(text) == [StaticMapping("nginx", "/static/", "/srv/static/", at(2), alias=True)]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("apache2/Dockerfile", "dockerfile"),
        ("apache/supervisord.conf", "supervisord"),
        ("apache/models.py", ""),
        ("deploy/.htaccess", ""),
        ("deploy/uwsgi.conf", ""),
        ("deploy/shop.wsgi.conf", "apache"),
        ("deploy/apache.conf", "apache"),
        ("httpd-vhosts.conf", "apache"),
        ("apache/sites-available/000-default.conf", "apache"),
    ],
)
def test_whose_file_it_is(tmp_path, path, kind):
    deployment = inspect_files(tmp_path, {path: "\n"}).report.deployment
    assert deployment is not None
    assert deployment.kind_of(path) == kind


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        pytest.param("ServerName a", True, id="all of it"),
        pytest.param(
            "Include /etc/letsencrypt/options-ssl-apache.conf", True, id="a file that only says how to encrypt"
        ),
        pytest.param("Include shared/static.conf", False, id="a file that may say more"),
        pytest.param("Use StaticFiles", False, id="a macro"),
    ],
)
def test_a_host_is_known_whole(text, whole):
    """What is included may serve or hand over more."""
    assert host(text).whole is whole
