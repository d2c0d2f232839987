from __future__ import annotations

import pytest

from django_deploycheck.model import EnvVar, Fact, Location, PlatformUse, StaticMapping
from django_deploycheck.readers import piku
from django_deploycheck.source import Source


def at(line: int, path: str = "ENV") -> Location:
    return Location(path, line)


def facts(text: str, path: str = "ENV") -> list[Fact]:
    first, *others = piku.read(Source(path, text))
    assert first == PlatformUse("piku", at(1, path))
    return others


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", False, id="an empty file"),
        pytest.param("# nothing\n", False, id="a comment"),
        pytest.param("A=1\nsource x\n", False, id="a script"),
        pytest.param("# piku\n\nA=1\n  B=2\n", True, id="variables"),
    ],
)
def test_what_is_claimed(text, expected):
    assert piku.claims(Source("ENV", text)) is expected


def test_variables():
    assert facts("# A=0\nA=1\n\nB = x\nC= y\n") == [EnvVar("A", "1", at(2)), EnvVar("C", "y", at(5))]


def test_folders_that_nginx_serves():
    found = facts("NGINX_STATIC_PATHS=/static:staticfiles, /media:/srv/media,x,:y,/z:\n", "site/ENV")
    assert [fact for fact in found if isinstance(fact, StaticMapping)] == [
        StaticMapping("nginx", "/static", "site/staticfiles", at(1, "site/ENV"), alias=True),
        StaticMapping("nginx", "/media", "/srv/media", at(1, "site/ENV"), alias=True),
    ]


def test_secrets_are_masked():
    assert "kd83jf72hd63" not in repr(facts("SECRET_KEY=kd83jf72hd63kd83jf\n"))
