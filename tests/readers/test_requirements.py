from __future__ import annotations

import codecs

import pytest

from django_deploycheck.model import BlindSpot, Fact, Location, Reference, Requirement
from django_deploycheck.readers import requirements
from django_deploycheck.source import Source, Unreadable, decode


def read(text: str, path: str = "requirements.txt") -> list[Fact]:
    return list(requirements.read(Source(path, text)))


def wanted(
    name: str, specifier: str = "", line: int = 1, *, pinned: bool = False, path: str = "requirements.txt"
) -> Fact:
    return Requirement(name, specifier, Location(path, line), pinned=pinned)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("\n\n# Django==4.2\n   # gunicorn\n", id="only comments"),
        pytest.param("--index-url https://user:hunter2@pypi.example.com/simple\n", id="an index with a password"),
        pytest.param("-c constraints.txt\n", id="constraints are no requirements"),
        pytest.param("--constraint=constraints.txt\n", id="constraints by the long option"),
        pytest.param("-e .\n", id="the project itself"),
        pytest.param("-e .[docs,test]\n", id="the project itself with extras"),
        pytest.param("./packages/core\n", id="a folder"),
        pytest.param("~/core\n", id="a folder of the user"),
        pytest.param("$CORE/core\n", id="a folder named by a variable"),
        pytest.param("--no-binary :all:\n--pre\n", id="options alone"),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("pip install django\n", 1, id="a command"),
        pytest.param("\n\nname,version,licence\n'a','b'\n", 3, id="a table"),
        pytest.param("someone@example.com\n", 1, id="an address"),
        pytest.param("https://example.com/shop.zip\n", 1, id="an archive without a name"),
        pytest.param("https://example.com/-x\n", 1, id="an address that ends in no name"),
        pytest.param("Package    Version\n---------- -------\nasgiref    3.7.2\n", 1, id="the output of pip list"),
    ],
)
def test_file_of_another_format(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read(text)

    assert (caught.value.reason, caught.value.line) == ("holds no requirements", line)


@pytest.mark.parametrize(
    "path", ["constraints.txt", "requirements/constraints.txt", "requirements-APT.txt", "requirements/system.txt"]
)
def test_names_of_other_things(path: str) -> None:
    assert read("Django==4.2\n", path) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Django", [wanted("django")], id="a name"),
        pytest.param("Django_Q.Cluster--x", [wanted("django-q-cluster-x")], id="a name to be normalised"),
        pytest.param("Django==4.2.1", [wanted("django", "==4.2.1", pinned=True)], id="pinned"),
        pytest.param("Django===4.2.1", [wanted("django", "===4.2.1", pinned=True)], id="pinned by identity"),
        pytest.param("Django==4.2.*", [wanted("django", "==4.2.*")], id="a wildcard pins nothing"),
        pytest.param("Django >= 4.2 , < 5", [wanted("django", ">=4.2,<5")], id="a range with spaces"),
        pytest.param("Django (>=4.2)", [wanted("django", ">=4.2")], id="the old form in parentheses"),
        pytest.param("Django~=4.2 # LTS", [wanted("django", "~=4.2")], id="a comment behind it"),
        pytest.param("\n\n  Django~=4.2  ", [wanted("django", "~=4.2", 3)], id="blank lines and spaces"),
        pytest.param('Django==4.2; python_version < "3.12"', [wanted("django", "==4.2", pinned=True)], id="a marker"),
        pytest.param(
            "Django==4.2 --no-binary=:all:", [wanted("django", "==4.2", pinned=True)], id="an option behind it"
        ),
        pytest.param("'Django==4.2'", [wanted("django", "==4.2", pinned=True)], id="quotes left over from a shell"),
        pytest.param(
            "Django==4.2\r\nGunicorn\r",
            [wanted("django", "==4.2", pinned=True), wanted("gunicorn", line=2)],
            id="CRLF and CR",
        ),
        pytest.param(
            "asgiref=3.5.2=py38_0", [wanted("asgiref", "==3.5.2", pinned=True)], id="a line of conda list --export"
        ),
        pytest.param(
            "Django \\\n  >=4.2, \\\n  <5\ngunicorn",
            [wanted("django", ">=4.2,<5"), wanted("gunicorn", line=4)],
            id="continued",
        ),
        pytest.param(
            "Django \\\n  # why\n>=4.2\ngunicorn",
            [wanted("django"), wanted("gunicorn", line=4)],
            id="a comment ends a continuation",
        ),
        pytest.param("gunicorn \\", [wanted("gunicorn")], id="continued at the end of the file"),
        pytest.param(
            "<<<<<<< HEAD\nDjango==4.1\n=======\nDjango==4.2\n>>>>>>> main\n",
            [wanted("django", "==4.1", 2, pinned=True), wanted("django", "==4.2", 4, pinned=True)],
            id="both sides of a merge conflict",
        ),
        pytest.param(
            "./wheels/Shop_Core-1.2-py3-none-any.whl",
            [wanted("shop-core", pinned=True)],
            id="a wheel in the repository",
        ),
        pytest.param("shop-1.2.tar.gz", [wanted("shop", pinned=True)], id="an archive beside the file"),
        pytest.param(
            "Django\n{% if celery %}\ncelery\n{% endif %}\n",
            [wanted("django"), wanted("celery", line=3)],
            id="a template's lines are passed over",
        ),
    ],
)
def test_requirements(text: str, expected: list[Fact]) -> None:
    assert read(text) == expected


def test_extras() -> None:
    assert read("Django[bcrypt, Argon_2]>=4.2\n") == [
        Requirement("django", ">=4.2", Location("requirements.txt", 1), extras=("bcrypt", "argon-2"))
    ]


def test_hash_pins() -> None:
    text = "Django>=4.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\ngunicorn\nwhitenoise; sys_platform != 'win32' --hash=sha256:cc\n"

    assert read(text) == [
        wanted("django", ">=4.2", pinned=True),
        wanted("gunicorn", line=4),
        wanted("whitenoise", line=5, pinned=True),
    ]


@pytest.mark.parametrize(
    ("text", "name", "specifier", "pinned"),
    [
        pytest.param("shop @ https://u:hunter2@h.example/shop-1.2.tar.gz?token=hunter2#sha256=hunter2", "shop", "@ https://h.example/shop-1.2.tar.gz", True, id="an archive behind a password"),
        pytest.param("shop @ https://h.example/shop.tar.gz --hash=sha256:aa", "shop", "@ https://h.example/shop.tar.gz", True, id="an archive with a hash"),
        pytest.param("shop @ https://h.example/latest", "shop", "@ https://h.example/latest", False, id="a link that may move"),
        pytest.param("shop@git+https://hunter2@h.example/a/shop@v1.2", "shop", "@ git+https://h.example/a/shop@v1.2", True, id="a tag, with a token for user"),
        pytest.param("shop @ git+https://h.example/a/shop@0123abc", "shop", "@ git+https://h.example/a/shop@0123abc", True, id="a commit"),
        pytest.param("shop @ git+https://h.example/a/shop@main", "shop", "@ git+https://h.example/a/shop@main", False, id="a branch"),
        pytest.param("shop @ file:///build/shop", "shop", "@ file:///build/shop", False, id="a folder of another machine"),
        pytest.param("shop @ ./shop?x", "shop", "@ ./shop", False, id="a folder by PEP 508"),
        pytest.param("-e git+https://h.example/a/b.git@stable/4.2.x#egg=Shop[api]&subdirectory=c", "shop", "@ git+https://h.example/a/b.git@stable/4.2.x", False, id="editable, named by its egg, on a branch"),
        pytest.param("git+ssh://git@h.example/a/Shop.git/@v1.2", "shop", "@ git+ssh://h.example/a/Shop.git/@v1.2", True, id="named by its repository"),
        pytest.param("shop@git+https://", "shop", "@ git+https://", False, id="a URL of nothing but its scheme"),
        pytest.param("git+git@h.example:a/shop.git@release-1.2", "shop", "@ git+git@h.example:a/shop.git@release-1.2", True, id="the form of scp"),
        pytest.param("https://github.com/django/django/archive/main.zip", "django", "@ https://github.com/django/django/archive/main.zip", False, id="the archive of a branch"),
        pytest.param("https://github.com/django/django/archive/4.2.1.zip", "django", "@ https://github.com/django/django/archive/4.2.1.zip", True, id="the archive of a tag"),
        pytest.param("https://h.example/" + "a" * 40 + "/shop-1-py3-none-any.whl", "shop", "@ https://h.example/" + "a" * 40 + "/shop-1-py3-none-any.whl", True, id="a wheel below a commit"),
    ],
)  # fmt: skip
def test_direct_references(text: str, name: str, specifier: str, pinned: bool) -> None:
    facts = read(text)

    assert [(fact.name, fact.specifier, fact.pinned) for fact in facts if isinstance(fact, Requirement)] == [
        (name, specifier, pinned)
    ]
    assert "hunter2" not in repr(facts)


def test_extras_of_an_egg() -> None:
    (fact,) = read("git+https://h.example/a/b.git#egg=shop[api,Web_2]")

    assert isinstance(fact, Requirement)
    assert fact.extras == ("api", "web-2")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        pytest.param("-r base.txt", "requirements/base.txt", id="beside the file"),
        pytest.param("-rbase.txt", "requirements/base.txt", id="without a space"),
        pytest.param("--requirement=base.txt", "requirements/base.txt", id="with an equals sign"),
        pytest.param("--requirement '../base.txt'  # why", "base.txt", id="above the file, quoted"),
    ],
)
def test_other_requirements_files(text: str, target: str) -> None:
    path = "requirements/prod.txt"

    assert read(text, path) == [Reference(target, "requirements", Location(path, 1), required=True)]


@pytest.mark.parametrize("target", ["https://h.example/r.txt", "../../r.txt", "/etc/r.txt", "${HOME}/r.txt"])
def test_requirements_that_cannot_be_read(target: str) -> None:
    spot = BlindSpot("more requirements are outside the repository", Location("requirements.txt", 2), frozenset())

    assert read(f"Django\n-r {target}\n") == [wanted("django"), spot]


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("requirements.txt", None),
        ("requirements/base.txt", None),
        ("requirements/production.txt", None),
        ("requirements_docker.txt", None),
        ("contest/latest-requirements.txt", None),
        ("dev-requirements.txt", "dev"),
        ("requirements/local.txt", "local"),
        ("requirements_Test.in", "test"),
        ("Docs/requirements.txt", "docs"),
    ],
)
def test_group(path: str, group: str | None) -> None:
    (fact,) = read("Django", path)

    assert isinstance(fact, Requirement)
    assert fact.group == group


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Django==4.2\n", "direct", id="written by hand"),
        pytest.param(
            "# This is not generated code\nDjango==4.2\n", "direct", id="a comment that says nothing of the kind"
        ),
        pytest.param(
            "#\n# This file is autogenerated by pip-compile with Python 3.11\n#\nDjango==4.2\n",
            "locked",
            id="pip-compile",
        ),
        pytest.param(
            "# This file was autogenerated by uv via the following command:\nDjango==4.2\n", "locked", id="uv"
        ),
        pytest.param(
            "-i https://pypi.org/simple\nDjango==4.2 --hash=sha256:aa\n", "locked", id="a hash for everything"
        ),
    ],
)
def test_compiled_files(text: str, kind: str) -> None:
    assert [fact.kind for fact in read(text) if isinstance(fact, Requirement)] == [kind]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(codecs.BOM_UTF8 + b"Django==4.2\n", id="UTF-8 with a BOM"),
        pytest.param(codecs.BOM_UTF16_LE + "Django==4.2\r\n".encode("utf-16-le"), id="UTF-16 as PowerShell writes it"),
        pytest.param("Django==4.2\r\n".encode("utf-16-le"), id="UTF-16 without a BOM"),
    ],
)
def test_encodings(data: bytes) -> None:
    assert read(decode(data)) == [wanted("django", "==4.2", pinned=True)]
