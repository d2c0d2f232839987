from __future__ import annotations

import pytest

from django_deploycheck.model import Fact, Location, Requirement
from django_deploycheck.readers import pipfile_lock
from django_deploycheck.source import Source, Unreadable

PATH = "Pipfile.lock"


def read(text: str) -> list[Fact]:
    return list(pipfile_lock.read(Source(PATH, text)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="an empty object"),
        pytest.param("[]", id="a list"),
        pytest.param(
            '{"_meta": {"requires": {"python_version": "3.12"}, "sources": []}}', id="nothing but its own data"
        ),
        pytest.param('{"default": [], "develop": {"": {"version": "==1"}}}', id="categories of another type"),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


def test_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("<<<<<<< HEAD\n{}\n")


def test_packages_at_their_versions() -> None:
    text = """\
{
    "_meta": {"hash": {"sha256": "aa"}},
    "default": {
        "asgiref": {
            "hashes": ["sha256:aa"],
            "version": "==3.8.1"
        },
        "django": {
            "extras": ["argon2"],
            "version": "==4.2.1"
        },
        "shop": {"git": "https://u:hunter2@h.example/shop.git", "ref": "0123abcd"},
        "here": {"editable": true, "path": "."}
    },
    "develop": {
        "asgiref": {"version": "==3.8.1"}
    },
    "docs": {"sphinx": {}}
}
"""
    facts = read(text)

    assert facts == [
        Requirement("asgiref", "==3.8.1", Location(PATH, 6), "locked", pinned=True),
        Requirement("django", "==4.2.1", Location(PATH, 10), "locked", pinned=True),
        Requirement("shop", "@ git+https://h.example/shop.git@0123abcd", Location(PATH, 12), "locked", pinned=True),
        Requirement("here", "", Location(PATH, 13), "locked", pinned=True),
        Requirement("asgiref", "==3.8.1", Location(PATH, 16), "locked", "dev", pinned=True),
        Requirement("sphinx", "", Location(PATH, 18), "locked", "docs", pinned=True),
    ]
    assert "hunter2" not in repr(facts)
