from __future__ import annotations

import pytest

from django_deploycheck.model import Formation, Location, PlatformUse
from django_deploycheck.readers import dokku
from django_deploycheck.source import Source


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("CHECKS", "Read this before you merge.\n", False, id="notes"),
        pytest.param("CHECKS", "", False, id="an empty file"),
        pytest.param("CHECKS", "WAIT=5\n", True, id="how long to wait"),
        pytest.param("CHECKS", "# front page\n/ Welcome\n", True, id="a path"),
        pytest.param("CHECKS", "//www.example.com/ Welcome\n", True, id="a host"),
        pytest.param("DOKKU_SCALE", "", True, id="numbers of processes"),
    ],
)
def test_what_is_claimed(name, text, expected):
    assert dokku.claims(Source(name, text)) is expected


def test_checks_only_show_that_dokku_is_used():
    assert list(dokku.read(Source("CHECKS", "web=3\n"))) == [PlatformUse("dokku", Location("CHECKS", 1))]


def test_numbers_of_processes():
    found = list(dokku.read(Source("DOKKU_SCALE", "# numbers\nweb=2\nworker: 1\nother=\n")))
    assert found == [
        PlatformUse("dokku", Location("DOKKU_SCALE", 1)),
        Formation("web", 2, Location("DOKKU_SCALE", 2)),
        Formation("worker", 1, Location("DOKKU_SCALE", 3)),
    ]
