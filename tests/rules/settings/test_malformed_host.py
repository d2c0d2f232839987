from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "malformed-host"
LINE = len(SETTINGS.splitlines()) + 1


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("ALLOWED_HOSTS = []\n", id="none"),
        pytest.param('ALLOWED_HOSTS = ["www.example.com", ".example.com", "*"]\n', id="names"),
        pytest.param('ALLOWED_HOSTS = ["127.0.0.1", "[::1]", "localhost"]\n', id="addresses"),
        pytest.param('ALLOWED_HOSTS = ["WWW.Example.com"]\n', id="capitals"),
        pytest.param('ALLOWED_HOSTS = [""]\n', id="an empty one, which a split of nothing gives"),
        pytest.param("ALLOWED_HOSTS = None\n", id="no list"),
        pytest.param("ALLOWED_HOSTS = [1]\n", id="no text"),
        pytest.param(
            'ALLOWED_HOSTS = [os.environ.get("BOOKSTORE_HOST", "http://localhost:8000")]\n', id="it is unset here"
        ),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("host", "wrong", "instead"),
    [
        pytest.param("https://www.example.com", "a scheme", "'www.example.com'", id="a scheme"),
        pytest.param("http://www.example.com:8000/", "a scheme", "'www.example.com'", id="all of it"),
        pytest.param("//www.example.com", "a scheme", "'www.example.com'", id="half a scheme"),
        pytest.param("localhost:8000", "a port", "'localhost'", id="a port"),
        pytest.param("[::1]:8000", "a port", "'[::1]'", id="a port of an address"),
        pytest.param("example.com/", "a path", "'example.com'", id="a slash"),
        pytest.param("example.com/shop", "a path", "'example.com'", id="a path"),
        pytest.param(" example.com", "a space", "'example.com'", id="a space"),
        pytest.param(
            "a.example.com,b.example.com",
            "several hosts in one text",
            "'a.example.com', 'b.example.com'",
            id="several",
        ),
        pytest.param(
            "*.example.com", "a '*', where Django wants a '.' for subdomains", "'.example.com'", id="a wildcard"
        ),
        pytest.param("https://", "a scheme", "the host's name", id="nothing but a scheme"),
    ],
)
def test_fires(tmp_path, host, wrong, instead):
    found = inspect_files(tmp_path, settings=f"ALLOWED_HOSTS = ['www.example.org', {host!r}]\n")
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    (finding,) = found.findings(RULE)
    assert finding.message == f"'{host}' in ALLOWED_HOSTS matches no request: it has {wrong}."
    assert finding.hint == f"Write {instead} instead of '{host}'."


def test_fires_for_a_variable_that_is_set_here(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKSTORE_HOST", "https://www.example.com")
    settings = 'ALLOWED_HOSTS = [os.environ.get("BOOKSTORE_HOST")]\n'
    assert inspect_files(tmp_path, settings=settings).places(RULE) == [f"bookstore/settings.py:{LINE}"]


def test_a_password_is_not_shown(tmp_path):
    (finding,) = inspect_files(tmp_path, settings="ALLOWED_HOSTS = ['https://a:Zw4kM8pQ@x.com']\n").findings(RULE)
    assert "Zw4kM8pQ" not in finding.message + finding.hint
