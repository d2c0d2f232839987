"""uWSGI configuration in its three languages."""

from __future__ import annotations

import pytest

from django_deploycheck.model import ConfigValue, Location, ServerConfig, Service, StaticMapping
from django_deploycheck.readers import uwsgi
from django_deploycheck.source import Source


def values(path: str, text: str) -> list[tuple[str, object, int | None, bool]]:
    """Name, value, line and condition of every option."""
    return [
        (value.name, value.value, value.location.line, value.conditional)
        for fact in uwsgi.read(Source(path, text))
        if isinstance(fact, ServerConfig)
        for value in fact.values
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("[other]\nmodule = shop.wsgi\n", id="another program's section"),
        pytest.param("; [uwsgi]\n# module = shop.wsgi\n", id="comments"),
    ],
)
def test_nothing_to_read(text):
    """A file without options of uWSGI yields nothing."""
    assert list(uwsgi.read(Source("uwsgi.ini", text))) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "uwsgi.ini",
            "[uwsgi]\nsocket = :1\nsocket = :2\nmaster\n",
            [("socket", ":1", 2, False), ("socket", ":2", 3, False), ("master", True, 4, False)],
            id="repeated options and a flag",
        ),
        pytest.param(
            "uwsgi.ini",
            "[uwsgi]\nproject = shop\nmodule = %(project).wsgi  ; the site\nchdir = %(base)/%n\n",
            [
                ("project", "shop", 2, False),
                ("module", "shop.wsgi", 3, False),
                ("chdir", "$UWSGI_base/$UWSGI_n", 4, False),
            ],
            id="placeholders, known and unknown",
        ),
        pytest.param(
            "uwsgi.ini",
            "[uwsgi]\nset-placeholder = name=shop\nmodule = %(name).wsgi\nprocesses = $(WORKERS)\n",
            [("module", "shop.wsgi", 3, False), ("processes", "$WORKERS", 4, False)],
            id="a placeholder of its own and a variable",
        ),
        pytest.param(
            "uwsgi.ini",
            "[uwsgi]\nif-env = DEV\npy-autoreload = 1\nendif =\nendif =\nthreads = 2\n",
            [("py-autoreload", "1", 3, True), ("threads", "2", 6, False)],
            id="a condition",
        ),
        pytest.param(
            "uwsgi.ini",
            "[uwsgi]\nenv = SECRET_KEY=kT9vQ2xW7zLp\n",
            [("env", "SECRET_KEY=***", 2, False)],
            id="a secret in a variable",
        ),
        pytest.param(
            "uwsgi.yaml",
            "uwsgi:\n  module: shop.wsgi\n  socket: [':1', ':2']\n  master: true\n",
            [
                ("module", "shop.wsgi", 2, False),
                ("socket", ":1", 3, False),
                ("socket", ":2", 3, False),
                ("master", "true", 4, False),
            ],
            id="YAML",
        ),
        pytest.param("uwsgi.yml", "services: {}\n", [], id="YAML of something else"),
        pytest.param(
            "uwsgi.xml",
            "<uwsgi>\n  <module>shop.wsgi</module>\n  <master/>\n</uwsgi>\n",
            [("module", "shop.wsgi", 2, False), ("master", True, 3, False)],
            id="XML",
        ),
    ],
)
def test_options(path, text, expected):
    """Every option in order, with its line."""
    assert values(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text", "argv", "line", "user"),
    [
        pytest.param(
            "conf/uwsgi.ini",
            "[uwsgi]\nuid = www-data\nmodule = shop.wsgi\n",
            ("uwsgi", "--ini", "conf/uwsgi.ini"),
            3,
            "www-data",
            id="ini",
        ),
        pytest.param(
            "uwsgi.yml", "uwsgi:\n  wsgi-file: shop/wsgi.py\n", ("uwsgi", "--yaml", "uwsgi.yml"), 2, None, id="YAML"
        ),
        pytest.param("uwsgi.xml", "<module>shop.wsgi</module>\n", ("uwsgi", "--xml", "uwsgi.xml"), 1, None, id="XML"),
    ],
)
def test_a_file_that_names_what_it_serves_is_a_process(path, text, argv, line, user):
    """The process stands where the application is named."""
    (service,) = [fact for fact in uwsgi.read(Source(path, text)) if isinstance(fact, Service)]
    assert service.command is not None
    assert (service.name, service.role, service.location, service.command.argv, service.user) == (
        "uwsgi",
        "web",
        Location(path, line),
        argv,
        user,
    )


def test_a_file_that_only_tunes_is_no_process():
    """Without an application there is only a configuration."""
    assert list(uwsgi.read(Source("uwsgi.ini", "[uwsgi]\nthreads = 2\n"))) == [
        ServerConfig("uwsgi", "uwsgi.ini", (ConfigValue("threads", "2", Location("uwsgi.ini", 2)),))
    ]


def test_static_files():
    """Maps with a folder; a flag and a map without one serve nothing."""
    text = "[uwsgi]\nstatic-map\nstatic-map = /a\nstatic-map = /static=/srv/static\nstatic-map2 = /media=/srv/\n"
    facts = uwsgi.read(Source("uwsgi.ini", text))
    assert [fact for fact in facts if isinstance(fact, StaticMapping)] == [
        StaticMapping("uwsgi", "/static", "/srv/static", Location("uwsgi.ini", 4), alias=True),
        StaticMapping("uwsgi", "/media", "/srv/media", Location("uwsgi.ini", 5)),
    ]


def test_comments_behind_commands_are_left_to_their_shell():
    text = "[uwsgi]\nexec-asap = a ; b # c\nmodule = shop.wsgi # c\n"
    assert [value for _, value, _, _ in values("uwsgi.ini", text)] == ["a ; b # c", "shop.wsgi"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("50%", "50%", id="a sign alone"),
        pytest.param("%%d", "%%d", id="a doubled sign"),
        pytest.param("me@example.com", "me@example.com", id="an address"),
        pytest.param("%d", "$UWSGI_d", id="a folder"),
        pytest.param("%dshop/%n", "${UWSGI_d}shop/$UWSGI_n", id="a folder and what is in it"),
        pytest.param("@(exec://nproc)", "$UWSGI_CONTENT", id="what a command prints"),
        pytest.param("$(HOME)/%(x)", "$HOME/$UWSGI_x", id="variables"),
    ],
)
def test_what_is_filled_in_later(written, value):
    assert values("uwsgi.ini", f"[uwsgi]\nchdir = {written}\n") == [("chdir", value, 2, False)]


@pytest.mark.parametrize("ending", ["", ".j2", ".template", ".tpl"])
def test_a_template_is_named_and_started_like_what_it_becomes(ending):
    path = f"deploy/shop.ini{ending}"
    [service] = [
        fact for fact in uwsgi.read(Source(path, "[uwsgi]\nmodule = shop.wsgi\n")) if isinstance(fact, Service)
    ]
    assert (service.name, str(service.command)) == ("shop", f"uwsgi --ini {path}")
