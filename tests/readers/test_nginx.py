from __future__ import annotations

import pytest

from django_deploycheck.model import (
    Answer,
    Fact,
    Location,
    ProxyRoute,
    Reference,
    StaticMapping,
    Upstream,
    VirtualHost,
)
from django_deploycheck.readers import nginx
from django_deploycheck.readers._web_server import everything
from django_deploycheck.source import Source
from tests.projects import inspect_files

PATH = "deploy/nginx.conf"
HOST = ("Host", "$http_host")


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(nginx.read(Source(PATH, text)))


def routes(text: str) -> list[ProxyRoute]:
    return [fact for fact in facts(text) if isinstance(fact, ProxyRoute)]


def mappings(text: str) -> list[StaticMapping]:
    return [fact for fact in facts(text) if isinstance(fact, StaticMapping)]


def host(text: str) -> VirtualHost:
    (found,) = (fact for fact in facts("server {\n" + text + "\n}\n") if isinstance(fact, VirtualHost))
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# proxy_pass http://web;\n", id="a comment"),
        pytest.param(
            "worker_processes auto;\nevents { worker_connections 1024; }\nhttp { gzip on; }\n", id="no server"
        ),
        pytest.param("stream { server { listen 443; proxy_pass web; } }", id="a stream, which is no HTTP"),
        pytest.param("map $a $b { default proxy_pass; }", id="a map"),
        pytest.param("proxy_pass http://web", id="cut off"),
        pytest.param("proxy_pass;", id="an empty directive"),
        pytest.param("location / { }", id="a location that says nothing"),
        pytest.param("location / { alias; root; }", id="no folder"),
        pytest.param("upstream { server web; }", id="a group without a name"),
        pytest.param("upstream web;", id="a group without a block"),
        pytest.param("[program:web]\ncommand=gunicorn shop.wsgi\n", id="another program's file"),
        pytest.param("}}}}{{{{", id="braces"),
        pytest.param(
            "include mime.types; include /etc/nginx/uwsgi_params; include conf.d/*.conf;", id="what nginx brings"
        ),
    ],
)
def test_no_facts_in(text):
    assert facts(text) == []


def test_a_whole_file():
    text = (
        "upstream django {\n    server web:8000;\n}\n\nserver {\n    listen 80 default_server;\n"
        "    server_name example.com;\n\n"
        "    location / {\n        proxy_pass http://django;\n        proxy_set_header Host $host;\n    }\n\n"
        "    location /static/ {\n        alias /home/app/staticfiles/;\n    }\n}\n"
    )
    assert facts(text) == [
        Upstream("nginx", "django", ("web:8000",), at(1)),
        VirtualHost(server="nginx", location=at(5), names=("example.com",), listens=("80",), tls=False, default=True),
        ProxyRoute(
            server="nginx",
            url="/",
            location=at(10),
            upstream=("web:8000",),
            headers=(("Host", "$host"),),
            server_names=("example.com",),
            tls=False,
        ),
        StaticMapping("nginx", "/static/", "/home/app/staticfiles/", at(15), alias=True),
    ]


# --- the text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a b c;", [("a", ("b", "c"), 1)], id="words"),
        pytest.param("a\n  b # c\n  d;\ne;", [("a", ("b", "d"), 1), ("e", (), 4)], id="several lines"),
        pytest.param("a 'b c' \"d;{}\";", [("a", ("b c", "d;{}"), 1)], id="quotes"),
        pytest.param(r"a 'it\'s' b\;c;", [("a", (r"it\'s", r"b\;c"), 1)], id="escapes"),
        pytest.param("a '';", [("a", ("",), 1)], id="an empty word"),
        pytest.param("a b#c;", [("a", ("b#c",), 1)], id="a hash inside a word"),
        pytest.param("a ${B}/c $d;", [("a", ("${B}/c", "$d"), 1)], id="variables"),
        pytest.param("a {{ b }}/c;", [("a", ("{{ b }}/c",), 1)], id="Jinja"),
        pytest.param("{% if b %}\na b;\n{% endif %}\n{# c #}", [("a", ("b",), 2)], id="Jinja's statements"),
        pytest.param("a <%= ENV['b'] %>;\n<% if c %>", [("a", ("<%= ENV['b'] %>",), 1)], id="ERB"),
        pytest.param(
            "${MORE}\na b;\n{{ more }}\nc;", [("a", ("b",), 2), ("c", (), 4)], id="lines that stand for others"
        ),
        pytest.param("a { b; }\nc;", [("a", (), 1), ("b", (), 1), ("c", (), 2)], id="a block"),
        pytest.param("{ a; }\nb;", [("b", (), 2)], id="a block without a name"),
        pytest.param("a; } b;", [("a", (), 1), ("b", (), 1)], id="closed too often"),
        pytest.param("a { b { c;", [("a", (), 1), ("b", (), 1), ("c", (), 1)], id="never closed"),
        pytest.param("a { b } c;", [("a", (), 1), ("c", (), 1)], id="a directive without its end"),
        pytest.param("a; b 'c", [("a", (), 1)], id="a quote that stays open"),
        pytest.param("a b\\", [], id="a backslash at the end"),
        pytest.param(
            "a { " * 40 + "b;" + " }" * 40 + " c;", [("a", (), 1)] * 40 + [("b", (), 1), ("c", (), 1)], id="deep"
        ),
    ],
)
def test_directives(text, expected):
    found = [(directive.name, directive.arguments, directive.line) for directive in everything(nginx.parse(text))]
    assert found == expected


def test_lines_of_a_file_from_windows():
    (found,) = mappings("location /static/ {\r\n\r\n  alias /srv/static/;\r\n}\r\n")
    assert found.location == at(3)


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("location / { root /srv; return 404; }", id="an answer"),
        pytest.param("location / { root /srv; proxy_pass http://web; }", id="another server"),
        pytest.param("server { location @app { root /srv; } }", id="a named location"),
        pytest.param("server { root /srv; location / { proxy_pass http://web; } }", id="all of it handed over"),
        pytest.param("server { root /srv; return 301 https://a.com; }", id="a server that redirects"),
        pytest.param(r"server { root /srv; location / { return 404; } location ~ /\. { deny all; } }", id="forbidden"),
        pytest.param("server { root /srv; location / { rewrite ^ /x last; } }", id="rewritten"),
        pytest.param("server { root /srv; location / { include proxy.conf; } }", id="something else that is included"),
        pytest.param("server { location /static/ { expires max; } }", id="no folder is known"),
    ],
)
def test_no_files_are_served(text):
    assert mappings(text) == []


@pytest.mark.parametrize(
    ("text", "url", "directory", "line", "more"),
    [
        pytest.param(
            "location /static {\nalias /srv/static;\n}", "/static", "/srv/static", 2, {"alias": True}, id="alias"
        ),
        pytest.param(
            "location ^~ /static/ {\nalias ${ROOT}/static/;\n}",
            "/static/",
            "${ROOT}/static/",
            2,
            {"alias": True},
            id="a mark",
        ),
        pytest.param(
            "location = /favicon.ico {\nalias /srv/f.ico;\n}",
            "/favicon.ico",
            "/srv/f.ico",
            2,
            {"alias": True, "match": "exact"},
            id="exactly",
        ),
        pytest.param(
            "location ~^/static/(.*)$ {\nalias /srv/$1;\n}",
            "/static/",
            "/srv/$1",
            2,
            {"alias": True, "match": "regex"},
            id="a pattern",
        ),
        pytest.param(
            r"location ~* \.(?:css|js)$ {" + "\nroot /srv;\n}",
            "",
            "/srv",
            2,
            {"match": "regex"},
            id="a pattern for any path",
        ),
        pytest.param("location /static/ {\nroot /srv/;\n}", "/static/", "/srv/static/", 2, {}, id="root"),
        pytest.param(
            "server {\nroot /srv;\nlocation /static/ {\nexpires max;\n}\nlocation / {\nproxy_pass http://web;\n}\n}",
            "/static/",
            "/srv/static/",
            2,
            {},
            id="the root of the server",
        ),
        pytest.param("server {\nroot /srv;\n}", "/", "/srv/", 2, {}, id="a server that only serves files"),
        pytest.param(
            "server {\nlocation / {\nroot /srv;\nif (!-f $request_filename) {\nproxy_pass http://web;\n}\n}\n}",
            "/",
            "/srv/",
            3,
            {},
            id="files first, a server for the rest",
        ),
        pytest.param(
            "location /data {\ninternal;\nalias /data/;\n}",
            "/data",
            "/data/",
            3,
            {"alias": True, "internal": True},
            id="for X-Accel-Redirect",
        ),
    ],
)
def test_files_that_are_served(text, url, directory, line, more):
    assert mappings(text) == [StaticMapping("nginx", url, directory, at(line), **more)]


# --- other servers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "protocol", "upstream"),
    [
        pytest.param("proxy_pass http://web:8000/;", "http", ("web:8000",), id="a host"),
        pytest.param("proxy_pass https://me:kd83jf72@web;", "http", ("web",), id="credentials"),
        pytest.param("proxy_pass http://unix:/run/app.sock;", "http", ("unix:/run/app.sock",), id="a socket"),
        pytest.param("uwsgi_pass unix:///run/app.sock;", "uwsgi", ("unix:/run/app.sock",), id="uwsgi"),
        pytest.param("fastcgi_pass 127.0.0.1:9000;", "fastcgi", ("127.0.0.1:9000",), id="FastCGI"),
        pytest.param("scgi_pass 127.0.0.1:9000;", "scgi", ("127.0.0.1:9000",), id="SCGI"),
        pytest.param("grpc_pass grpc://127.0.0.1:9000;", "grpc", ("127.0.0.1:9000",), id="gRPC"),
        pytest.param("proxy_pass $target;", "http", ("$target",), id="an unknown variable"),
        pytest.param("set $a web:8000;\nproxy_pass http://$a;", "http", ("web:8000",), id="a variable"),
        pytest.param("set $a x; set $a y;\nproxy_pass http://$a;", "http", ("$a",), id="a variable set twice"),
        pytest.param("proxy_pass http:///x;", "http", (), id="no host"),
    ],
)
def test_where_requests_go(text, protocol, upstream):
    (route,) = routes("location / {\n" + text + "\n}")
    assert (route.protocol, route.upstream) == (protocol, upstream)


@pytest.mark.parametrize(
    ("servers", "addresses"),
    [
        pytest.param("server web1:8000; server web2:8000 backup;", ("web1:8000", "web2:8000"), id="two"),
        pytest.param(
            "server web1:8000 down; server unix:/run/a.sock fail_timeout=0;", ("unix:/run/a.sock",), id="one down"
        ),
        pytest.param("include servers;", (), id="in another file"),
        pytest.param("keepalive 4;", (), id="none"),
    ],
)
def test_a_group_of_servers(servers, addresses):
    found = facts("location / { proxy_pass http://web; }\nupstream web { " + servers + " }")
    upstreams = [fact for fact in found if isinstance(fact, Upstream)]
    assert upstreams == [Upstream("nginx", "web", addresses, at(2))]
    assert [fact.upstream for fact in found if isinstance(fact, ProxyRoute)] == [addresses]


def test_a_fragment_names_the_group_of_another_file():
    assert facts("proxy_pass http://backend;\nproxy_set_header Host $host;\n") == [
        ProxyRoute(server="nginx", url="", location=at(1), upstream=("backend",), headers=(("Host", "$host"),))
    ]


@pytest.mark.parametrize(
    ("text", "url", "match"),
    [
        pytest.param("location /api { proxy_pass http://web; }", "/api", "prefix", id="a prefix"),
        pytest.param("location = / { proxy_pass http://web; }", "/", "exact", id="exactly"),
        pytest.param("location ~ ^/(a|b) { proxy_pass http://web; }", "/", "regex", id="a pattern"),
        pytest.param("location @app { proxy_pass http://web; }", "@app", "prefix", id="a name that nothing leads to"),
        pytest.param(
            "location / { try_files $uri @app; } location @app { proxy_pass http://web; }",
            "/",
            "prefix",
            id="try_files",
        ),
        pytest.param(
            "server { try_files $uri @app; location @app { proxy_pass http://web; } }",
            "/",
            "prefix",
            id="of the server",
        ),
        pytest.param("location /a { limit_except GET { proxy_pass http://web; } }", "/a", "prefix", id="some methods"),
        pytest.param("location /a { location /a/b { proxy_pass http://web; } }", "/a/b", "prefix", id="inside another"),
    ],
)
def test_which_requests_go_there(text, url, match):
    (route,) = routes(text)
    assert (route.url, route.match) == (url, match)


def test_a_location_for_other_locations_only():
    (route,) = routes("location /app/ { internal; proxy_pass http://web; }")
    assert route.internal


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "headers", "known"),
    [
        pytest.param("server { location / { proxy_pass http://web; } }", (), True, id="none"),
        pytest.param("location / { proxy_pass http://web; }", (), False, id="none in a fragment"),
        pytest.param(
            "location / { proxy_pass http://web; proxy_set_header A $a; proxy_set_header A; }",
            (("A", "$a"),),
            True,
            id="its own in a fragment",
        ),
        pytest.param(
            "server { location / { proxy_pass http://web; } proxy_set_header A $a; }",
            (("A", "$a"),),
            True,
            id="inherited",
        ),
        pytest.param(
            "http { proxy_set_header A $a; server { location / { proxy_pass http://web; proxy_set_header B $b; } } }",
            (("B", "$b"),),
            True,
            id="one replaces all that are inherited",
        ),
        pytest.param(
            "server { proxy_set_header A $a; location / { if ($x) { proxy_pass http://web; } } }",
            (("A", "$a"),),
            True,
            id="under a condition",
        ),
        pytest.param(
            "server { location / { include proxy_params; proxy_pass http://web; } }",
            (),
            False,
            id="in a file that is included",
        ),
        pytest.param(
            "server { location / { include my.conf; proxy_pass http://web; proxy_set_header A $a; } }",
            (("A", "$a"),),
            False,
            id="some of them included",
        ),
        pytest.param(
            "server { include my.conf; location / { proxy_pass http://web; proxy_set_header A $a; } }",
            (("A", "$a"),),
            True,
            id="an outer file that an inner header replaces",
        ),
        pytest.param(
            "server { include /etc/letsencrypt/options-ssl-nginx.conf; location / { proxy_pass http://web; } }",
            (),
            True,
            id="a file that sets none",
        ),
        pytest.param(
            "server { location / { include uwsgi_params; uwsgi_pass web; proxy_set_header A $a; } }",
            (HOST,),
            True,
            id="uwsgi has its own",
        ),
        pytest.param(
            "server { location / { uwsgi_pass web; uwsgi_param HTTP_X_FORWARDED_PROTO https; uwsgi_param HTTPS on; } }",
            (HOST, ("X-Forwarded-Proto", "https")),
            True,
            id="a header as a parameter",
        ),
        pytest.param(
            "server { location / { uwsgi_pass web; uwsgi_param HTTP_HOST $host; } }",
            (("Host", "$host"),),
            True,
            id="Host",
        ),
        pytest.param(
            "server { location / { grpc_pass web; grpc_set_header Host $host; } }",
            (("Host", "$host"),),
            True,
            id="gRPC",
        ),
    ],
)
def test_headers(text, headers, known):
    (route,) = routes(text)
    assert (route.headers, route.headers_known) == (headers, known)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("proxy_set_header x-forwarded-proto $scheme;", Answer.YES),
        ("proxy_set_header X-Forwarded-Proto '';", Answer.NO),
        ("proxy_set_header Host $host;", Answer.NO),
        ("include my.conf; proxy_set_header Host $host;", Answer.UNKNOWN),
    ],
    ids=["in any case", "removed", "others", "a file"],
)
def test_whether_a_header_is_sent(text, answer):
    (route,) = routes("server { location / { proxy_pass http://web; " + text + " } }")
    assert route.sends("X-Forwarded-Proto", "X-Forwarded-Protocol") is answer


def test_no_secret_in_a_header():
    found = facts('location / { proxy_pass http://me:kd83jf72hd63@web; proxy_set_header X-Verify "nd72hs91kd"; }')
    assert "nd72hs91kd" not in repr(found)
    assert "kd83jf72hd63" not in repr(found)


# --- servers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tls"),
    [
        pytest.param("", False, id="nothing said"),
        pytest.param("listen 80;", False, id="plain"),
        pytest.param("listen ${PORT};", False, id="a variable"),
        pytest.param("listen 80; ssl off; gzip on;", False, id="another switch"),
        pytest.param("include listen.conf;", None, id="in another file"),
        pytest.param("include my.conf; listen 80;", False, id="with another file"),
        pytest.param("listen [::]:443;", True, id="the port"),
        pytest.param("listen 8443 ssl http2;", True, id="ssl"),
        pytest.param("listen 80; listen 443 ssl;", True, id="both"),
        pytest.param("listen 8443; ssl on;", True, id="the old way"),
    ],
)
def test_tls(text, tls):
    assert host(text).tls is tls
    (route,) = routes("server { " + text + " location / { proxy_pass http://web; } }")
    assert route.tls is tls


@pytest.mark.parametrize(
    ("text", "rejects"),
    [
        pytest.param("listen 80;", False, id="nothing said"),
        pytest.param("return 301 https://a.com;", False, id="a redirect"),
        pytest.param("location /x { return 404; }", False, id="a path"),
        pytest.param("location = / { return 404; }", False, id="the first page"),
        pytest.param("if ($host = x) { return 444; }", False, id="a condition"),
        pytest.param("ssl_reject_handshake off; deny 10.0.0.1;", False, id="not everybody"),
        pytest.param("return 444;", True, id="no answer"),
        pytest.param("location / { return 403; }", True, id="an error for every path"),
        pytest.param("ssl_reject_handshake on;", True, id="no handshake"),
        pytest.param("deny all;", True, id="denied"),
    ],
)
def test_servers_that_reject(text, rejects):
    assert host(text).rejects is rejects


@pytest.mark.parametrize(
    ("text", "redirects"),
    [
        pytest.param("listen 80;", False, id="nothing said"),
        pytest.param("return 301 http://a.com$request_uri;", False, id="plain"),
        pytest.param("return 301 $scheme://a.com$request_uri;", False, id="whatever it was"),
        pytest.param("location /x { return 301 https://a.com; }", False, id="a path"),
        pytest.param("listen 443 ssl; return 301 https://www.a.com;", False, id="HTTPS already"),
        pytest.param("rewrite ^/x https://a.com/y permanent;", False, id="a path rewritten"),
        pytest.param("rewrite;", False, id="an empty directive"),
        pytest.param("return;", False, id="another empty directive"),
        pytest.param("if ($host = a.com) { return 301 https://www.a.com; }", False, id="one host to another"),
        pytest.param("return 301 https://$host$request_uri;", True, id="to the same host"),
        pytest.param("return https://a.com;", True, id="no status"),
        pytest.param("location / { return 301 https://$host$request_uri; }", True, id="every path"),
        pytest.param("rewrite ^(.*) https://a.com$1 permanent;", True, id="rewritten"),
        pytest.param(
            "listen 80; listen 443 ssl; if ($scheme = http) { return 301 https://a.com; }", True, id="the scheme"
        ),
        pytest.param(
            "if ($http_x_forwarded_proto != https) { rewrite ^ https://a.com; }", True, id="another proxy's header"
        ),
        pytest.param("if ($host = a.com) { return 301 https://$host$request_uri; } return 404;", True, id="certbot"),
    ],
)
def test_servers_that_redirect(text, redirects):
    assert host(text).redirects_to_https is redirects


def test_names_and_addresses():
    found = host('listen 80;\nlisten [::]:80 default;\nserver_name a.com\n  *.b.com "";\nserver_name _;')
    assert found == VirtualHost(
        server="nginx",
        location=at(1),
        names=("a.com", "*.b.com", "", "_"),
        listens=("80", "[::]:80"),
        tls=False,
        default=True,
    )


# --- files that lead elsewhere ----------------------------------------------------------------------------------------


def test_a_server_that_serves_files_and_one_path_in_its_own_way():
    found = mappings("server { root /srv; location /static/ { expires max; } }")
    assert [(fact.url, fact.directory) for fact in found] == [("/static/", "/srv/static/"), ("/", "/srv/")]


def test_includes():
    assert facts("server {\n  include api_proxy.conf;\n}\n")[0] == Reference("deploy/api_proxy.conf", "nginx", at(2))


def test_a_file_of_apache_in_a_shared_folder():
    assert facts("Alias /static/ /srv/static/ ;\nproxy_pass http://web;\n") == [
        StaticMapping("apache", "/static/", "/srv/static/", at(1), alias=True)
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("nginx/Dockerfile", "dockerfile"),
        ("nginx/.gitignore", "gitignore"),
        ("nginx/supervisord.conf", "supervisord"),
        ("supervisor/conf.d/web.conf", "supervisord"),
        ("nginx/models.py", ""),
        ("postgres/postgresql.conf", ""),
        ("nginx.conf", "nginx"),
        ("deploy/shop.nginx.conf.template", "nginx"),
        ("config/nginx.conf.erb", "nginx"),
        ("deploy/shop.nginx", "nginx"),
        ("nginx/conf.d/default.conf", "nginx"),
        ("docker/nginx.conf.d/default.conf.tpl", "nginx"),
        (".platform/nginx/conf.d/elasticbeanstalk/00_app.conf", "nginx"),
        ("deploy/sites-available/shop", "nginx"),
    ],
)
def test_whose_file_it_is(tmp_path, path, kind):
    deployment = inspect_files(tmp_path, {path: "\n"}).report.deployment
    assert deployment is not None
    assert deployment.kind_of(path) == kind


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        pytest.param("listen 80;", True, id="all of it"),
        pytest.param("include mime.types; include ssl/options.conf;", True, id="files that serve nothing"),
        pytest.param("location / { include proxy_params; }", True, id="a file for one location"),
        pytest.param("include snippets/static.conf;", False, id="a file that may say more"),
    ],
)
def test_a_server_is_known_whole(text, whole):
    """What is included may serve or hand over more."""
    assert host(text).whole is whole


def test_a_group_behind_a_scheme_that_is_a_variable():
    """``$scheme://group`` leads to the group."""
    [route] = routes("upstream app { server web:8000; } server { location / { proxy_pass $scheme://app; } }")
    assert route.upstream == ("web:8000",)
