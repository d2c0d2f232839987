from __future__ import annotations

import fnmatch

import pytest

from django_deploycheck.model import EnvVar, Location, Reference
from django_deploycheck.readers import dotenv
from django_deploycheck.source import Source, Unreadable


def read(text: str, path: str = ".env") -> list[tuple[int | None, str, str | None]]:
    facts = list(dotenv.read(Source(path, text)))
    return [(fact.location.line, fact.name, fact.value) for fact in facts if isinstance(fact, EnvVar)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("\n# DEBUG=1\n   # DEBUG=1\n", id="only comments"),
        pytest.param("=1\n", id="no name"),
        pytest.param("1DEBUG=1\n", id="a name that starts with a digit"),
        pytest.param("python manage.py migrate\n", id="a command"),
        pytest.param("http://example.com\n", id="an address"),
        pytest.param("if [ $DEBUG = 1 ]; then\n", id="a condition"),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


def test_encrypted_file() -> None:
    with pytest.raises(Unreadable) as caught:
        read("\x00GITCRYPT\x00" + "\ufffd" * 50 + "A=1")

    assert (caught.value.reason, caught.value.line) == ("is no text", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A=1", [(1, "A", "1")], id="a number"),
        pytest.param("A=", [(1, "A", "")], id="empty"),
        pytest.param("A", [(1, "A", None)], id="a name alone"),
        pytest.param("export A # why", [(1, "A", None)], id="a name alone, exported"),
        pytest.param("export A=1", [(1, "A", "1")], id="exported"),
        pytest.param("  A = 1  ", [(1, "A", "1")], id="spaces around"),
        pytest.param("A: 1\nB:\nC:2", [(1, "A", "1"), (2, "B", "")], id="a colon, which needs a space behind it"),
        pytest.param("'A'=1", [(1, "A", "1")], id="a quoted name"),
        pytest.param("a.b-c=1", [(1, "a.b-c", "1")], id="marks in a name"),
        pytest.param("A=1\r\nB=2\rC=3", [(1, "A", "1"), (2, "B", "2"), (3, "C", "3")], id="CRLF and CR"),
        pytest.param("\ufeffA=1", [(1, "A", "1")], id="a BOM"),
        pytest.param("A=x y z", [(1, "A", "x y z")], id="spaces inside"),
        pytest.param("A=x # why", [(1, "A", "x")], id="a comment"),
        pytest.param("A=x#y", [(1, "A", "x#y")], id="a hash inside"),
        pytest.param("A=#fff", [(1, "A", "#fff")], id="a colour"),
        pytest.param("A= # why", [(1, "A", "")], id="a comment for a value"),
        pytest.param("A=b=c==", [(1, "A", "b=c==")], id="equals signs inside"),
        pytest.param("A='x # y' # why", [(1, "A", "x # y")], id="single quotes"),
        pytest.param(r"A='x\ny\'z'", [(1, "A", r"x\ny'z")], id="no escapes but two in single quotes"),
        pytest.param('A="x # y"# why', [(1, "A", "x # y")], id="double quotes"),
        pytest.param(r'A="x\ty\"z\q"', [(1, "A", 'x\ty"z\\q')], id="escapes in double quotes"),
        pytest.param('A=""\nB=\'\'', [(1, "A", ""), (2, "B", "")], id="empty quotes"),
        pytest.param('A="x\n#y\nB=2"\nC=3', [(1, "A", "x\n#y\nB=2"), (4, "C", "3")], id="a value of several lines"),
        pytest.param("A='x\ny'\nC=3", [(1, "A", "x\ny"), (3, "C", "3")], id="several lines in single quotes"),
        pytest.param('A="x\nC=3', [(1, "A", "x"), (2, "C", "3")], id="a quote that is not closed"),
        pytest.param('A="x\nC="3"', [(1, "A", "x"), (2, "C", "3")], id="a quote that the next line would close"),
        pytest.param('A="x"y\nC=3', [(1, "A", 'x"y'), (2, "C", "3")], id="text behind a quote"),
        pytest.param("A=ENC[AES256_GCM,data:x]\nB=\"encrypted:BD7\"", [(1, "A", None), (2, "B", None)], id="encrypted values"),
        pytest.param("A=1\nA=2", [(1, "A", "1"), (2, "A", "2")], id="a name set twice"),
    ],
)  # fmt: skip
def test_values(text: str, expected: list[tuple[int, str, str | None]]) -> None:
    assert read(text) == expected


def test_references() -> None:
    (fact,) = dotenv.read(Source(".env", "URL=http://${HOST:-localhost}:${PORT}\n"))

    assert isinstance(fact, EnvVar)
    assert fact.references == ("HOST", "PORT")


def test_secrets_are_masked() -> None:
    text = """\
SECRET_KEY='p9v!k2x8w7q1z4'
DATABASE_URL=postgres://shop:gR4pe7uice@db/shop
DB_USER=shop
DB_PASSWORD=shop
KEY_FILE="-----BEGIN RSA PRIVATE KEY-----
p9vk2x8w7q1z4
-----END RSA PRIVATE KEY-----"
API_TOKEN="gR4pe7uice
"""
    facts = list(dotenv.read(Source(".env", text)))

    assert [fact.secret for fact in facts if isinstance(fact, EnvVar)] == [
        "a secret key",
        "a URL with a password",
        None,
        None,
        "a private key",
        "a token",
    ]
    assert not any(secret in repr(facts) for secret in ("p9v", "k2x8w7q1z4", "gR4pe7uice"))


def test_envrc() -> None:
    text = """\
layout python
dotenv
dotenv_if_exists .env.local
source_env "../shared.envrc"
source ./secrets.sh && true
source $HOME/x
. .env.shop  # why
source
watch_file
export DEBUG=1
"""
    path = "backend/.envrc"

    assert list(dotenv.read(Source(path, text))) == [
        EnvVar("DEBUG", "1", Location(path, 10)),
        Reference("backend/.env", "dotenv", Location(path, 2)),
        Reference("backend/.env.local", "dotenv", Location(path, 3)),
        Reference("shared.envrc", "dotenv", Location(path, 4)),
        Reference("backend/.env.shop", "dotenv", Location(path, 7)),
    ]


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("env.py", False),
        ("env.d.ts", False),
        ("environment.yml", False),
        (".environment", False),
        ("env.sh", False),
        (".env", True),
        (".env.example", True),
        (".env-dist", True),
        (".env_sample", True),
        ("production.env", True),
        (".server.envrc", True),
        ("env.default", True),
        ("env.production.example", True),
    ],
)
def test_names(name: str, claimed: bool) -> None:
    assert any(fnmatch.fnmatchcase(name, pattern) for pattern in dotenv.NAMES) is claimed


def test_lines_do_not_show_their_values():
    assert repr(dotenv._Line(3, "TITLE", "hunter2")) == "line 3"
