from __future__ import annotations

import pytest

from django_deploycheck.model import Location, Requirement
from django_deploycheck.readers._requirement import is_exact, normalised, tabled

HERE = Location("pyproject.toml", 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("", "1", id="no name"),
        pytest.param("-", "1", id="no letters"),
        pytest.param("django", 4.2, id="a number"),
        pytest.param("django", True, id="a boolean"),
    ],
)
def test_entries_that_state_nothing(name: str, value: object) -> None:
    assert tabled(name, value, HERE) is None


@pytest.mark.parametrize(
    ("value", "specifier", "pinned"),
    [
        pytest.param(" * ", "", False, id="any version"),
        pytest.param({}, "", False, id="an empty table"),
        pytest.param([], "", False, id="no alternatives"),
        pytest.param({"version": 4}, "", False, id="a version of another type"),
        pytest.param({"path": "../shop"}, "", False, id="a folder"),
        pytest.param({"file": "shop-1.2.tar.gz"}, "", False, id="an archive in the repository"),
        pytest.param("^4.2", "^4.2", False, id="a caret"),
        pytest.param("~4.2", "~4.2", False, id="a tilde"),
        pytest.param("4.2.*", "4.2.*", False, id="a wildcard"),
        pytest.param("==4.2.*", "==4.2.*", False, id="an equal wildcard"),
        pytest.param(">=4.2,<5 || ^5.1", ">=4.2,<5 || ^5.1", False, id="alternatives in one text"),
        pytest.param(" 4.2.1 ", "==4.2.1", True, id="a bare version"),
        pytest.param("==4.2.1", "==4.2.1", True, id="an equal version"),
        pytest.param([{"version": "^4"}, {"version": "^5"}], "^4", False, id="the first of two alternatives"),
        pytest.param({"git": "https://u:hunter2@h.example/d.git"}, "@ git+https://h.example/d.git", False, id="git"),
        pytest.param({"git": "https://h.example/d", "branch": "main"}, "@ git+https://h.example/d@main", False, id="a branch"),
        pytest.param({"git": "https://h.example/d", "rev": "main"}, "@ git+https://h.example/d@main", False, id="a revision that moves"),
        pytest.param({"git": "https://h.example/d", "rev": "0123abcd"}, "@ git+https://h.example/d@0123abcd", True, id="a commit"),
        pytest.param({"git": "https://h.example/d", "tag": "spring"}, "@ git+https://h.example/d@spring", True, id="a tag"),
        pytest.param({"git": "git@h.example:a/d.git", "ref": "v1.2"}, "@ git@h.example:a/d.git@v1.2", True, id="the form of scp"),
        pytest.param({"hg": "https://h.example/d", "ref": 1}, "@ hg+https://h.example/d", False, id="a reference of another type"),
        pytest.param({"url": "https://h.example/d-1.2.zip?key=hunter2"}, "@ https://h.example/d-1.2.zip", True, id="an archive's address"),
        pytest.param({"file": "https://h.example/main.zip"}, "@ https://h.example/main.zip", False, id="an address as Pipenv writes it"),
    ],
)  # fmt: skip
def test_specifier(value: object, specifier: str, pinned: bool) -> None:
    assert tabled("D_jango", value, HERE, group="dev") == Requirement(
        "d-jango", specifier, HERE, group="dev", pinned=pinned
    )


@pytest.mark.parametrize(
    ("extras", "expected"),
    [
        (["argon2", "B_crypt"], ("argon2", "b-crypt")),
        ([1, "argon2"], ("argon2",)),
        ("argon2", ()),
    ],
)
def test_extras(extras: object, expected: tuple[str, ...]) -> None:
    assert tabled("django", {"extras": extras}, HERE) == Requirement("django", "", HERE, extras=expected)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("", False),
        (">=4.2", False),
        ("!=4.2", False),
        ("<=4.2", False),
        ("~=4.2", False),
        ("==4.*", False),
        ("==4.2", True),
        ("===4.2", True),
        (">=4, ==4.2", True),
    ],
)
def test_is_exact(specifier: str, expected: bool) -> None:
    assert is_exact(specifier) is expected


@pytest.mark.parametrize(("name", "expected"), [("Django", "django"), ("a.-_b", "a-b"), ("_a_", "a"), ("", "")])
def test_normalised(name: str, expected: str) -> None:
    assert normalised(name) == expected
