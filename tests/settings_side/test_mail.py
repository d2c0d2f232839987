"""Mail by EMAIL_BACKEND, and by Django 6.1's MAILERS: what Django's own check says and what the rules add, in real sites."""

from __future__ import annotations

import re

import django
import pytest

from tests.running import manage, write_site

URLS = (
    "from django.contrib.auth import urls\nfrom django.urls import include, path\n\n"
    "urlpatterns = [path('', include(urls))]\n"
)
FILES = {"bookstore/urls.py": URLS, "Procfile": "web: gunicorn bookstore.wsgi --workers 2\n"}
HAS_MAILERS = django.VERSION >= (6, 1)
# The right site of the tests names a host, which Django refuses beside MAILERS.
WITHOUT_HOST = "del EMAIL_HOST\n"


def told(folder, settings):
    done = manage(write_site(folder / "site", FILES, settings), "check", "--deploy")
    assert "Traceback" not in done.stderr
    ids = re.findall(r"\((mail\.\w+|deploycheck\.\w+)\)", done.stderr)
    about_mail = ("mail.E001", "deploycheck.W501", "deploycheck.W504", "deploycheck.W611", "deploycheck.W617")
    return [name.removeprefix("deploycheck.") for name in ids if name in about_mail]


def backend(name):
    return f"EMAIL_BACKEND = 'django.core.mail.backends.{name}.EmailBackend'\n"


def mailers(**backends):
    entries = {alias: {"BACKEND": f"django.core.mail.backends.{name}.EmailBackend"} for alias, name in backends.items()}
    return f"{WITHOUT_HOST}MAILERS = {entries!r}\n"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param("", [], id="the default"),
        pytest.param(backend("smtp"), [], id="smtp"),
        pytest.param("EMAIL_BACKEND = os.environ.get('MAIL', 'x.console')\n", [], id="a variable that is unset here"),
        pytest.param(backend("console") + "ADMINS = []\n", ["W501", "W611"], id="console, and nobody to tell"),
        pytest.param(backend("console"), ["W501", "W504", "W611"], id="console"),
        pytest.param(backend("dummy"), ["W501", "W504", "W611"], id="dummy"),
        pytest.param(backend("locmem"), ["W501", "W504", "W611"], id="locmem"),
        pytest.param(backend("filebased") + "EMAIL_FILE_PATH = '/tmp/mail'\n", ["W501", "W504", "W611"], id="file"),
        pytest.param("EMAIL_BACKEND = 'anymail.backends.nowhere.EmailBackend'\n", ["W617"], id="a missing package"),
    ],
)
def test_a_backend(tmp_path, settings, expected):
    assert sorted(told(tmp_path, settings)) == expected


@pytest.mark.skipif(not HAS_MAILERS, reason="MAILERS is new in Django 6.1")
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(mailers(default="smtp"), [], id="smtp"),
        pytest.param(mailers(default="smtp", news="console"), [], id="console for another"),
        # Who resets a password hears of Django's check, ADMINS of ours.
        pytest.param(mailers(default="console"), ["W501", "W504", "mail.E001"], id="console"),
        pytest.param(mailers(default="dummy") + "ADMINS = []\n", ["W501", "mail.E001"], id="dummy, and nobody to tell"),
        pytest.param(
            f"{WITHOUT_HOST}MAILERS = {{'default': {{'BACKEND': 'anymail.nowhere.EmailBackend'}}}}\n",
            ["W617"],
            id="a missing package",
        ),
    ],
)
def test_mailers(tmp_path, settings, expected):
    assert sorted(told(tmp_path, settings)) == expected
