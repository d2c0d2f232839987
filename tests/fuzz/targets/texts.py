"""What texts and bytes are made into: masked texts, decoded files, silences, patterns of ignored paths, git's index."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import cache

from django_deploycheck import git_index, ignoring, quoting, rules, secrets, silencing
from django_deploycheck.conf import Configuration
from django_deploycheck.model import Deployment, DeploymentFile, EnvVar, Finding, IgnorePattern, Location, Project
from django_deploycheck.settings_view import SettingsView
from django_deploycheck.source import Source, Unreadable, decode, mask_argv
from tests.fuzz.core import Target
from tests.fuzz.grammar import Choices
from tests.fuzz.seeds import specimens, texts_of_tests
from tests.fuzz.targets.readers import check_fact
from tests.fuzz.targets.understanding import noise

_NAMES = (
    "SECRET_KEY",
    "DB_PASSWORD",
    "API_TOKEN",
    "PORT",
    "DATABASE_URL",
    "PGPASSWORD",
    "apiKey",
    "A-TOKEN",
    "PWD",
    "",
)
_VALUES = (
    *(
        "hunter2hunter2",
        "change-me",
        "$(cat /run/x)",
        "${OTHER}",
        "${A:-s3cr3tvalue}",
        "$A",
        "'quoted value'",
        '"a b"',
        "***",
        "****",
    ),
    *(
        "postgres://u:passw0rd@h/d",
        "sk_live_" + "0" * 24,
        "AKIA" + "A" * 16,
        "ghp_" + "a" * 36,
        "a b",
        "",
        "-",
        "=",
        ":",
        "\\",
        "@",
    ),
    *(
        "-----BEGIN RSA PRIVATE KEY-----",
        "Bearer abcdefgh12345678",
        "arn:aws:secret",
        "1",
        "xxxx",
        "postgres",
        "a)b",
        "$(",
        ")",
    ),
)
_FRAMES = (
    *(
        "{name}={value}",
        "export {name}='{value}'",
        "--{name}={value}",
        "--password {value}",
        "-e {name}={value}",
        "{name}: {value}",
    ),
    *(
        '"{name}": "{value}"',
        "curl -u admin:{value} x",
        "Authorization: Bearer {value}",
        "sshpass -p {value} ssh",
        "${{{name}:-{value}}}",
    ),
    *(
        "https://user:{value}@host/",
        "redis://:{value}@h",
        "{value}",
        "{name}",
        "A=$({name}={value})",
        "--token='{value}'",
        "{name} = {value}",
    ),
)


def targets() -> Iterator[Target]:
    yield Target(
        "masks",
        mask_text,
        _secrets,
        ("django_deploycheck.secrets",),
        tokens=(*_NAMES, *_VALUES, *"= : -- ' \" $( ${ :- @ ://".split()),
    )
    yield Target("masks-grammar", mask_made, noise, ("django_deploycheck.secrets",))
    yield Target("decode", decode_bytes, _files, (), ("django_deploycheck.source",))
    yield Target(
        "silencing",
        silence,
        _comments,
        ("django_deploycheck.silencing", "django_deploycheck.quoting"),
        tokens=_COMMENTS,
    )
    yield Target("ignoring", ignore, _patterns, ("django_deploycheck.ignoring",), tokens=_GLOBS)
    yield Target("git-index", read_index, _indexes, ("django_deploycheck.git_index",))
    yield Target("git-index-grammar", read_made_index, noise, ("django_deploycheck.git_index",))


# --- masks --------------------------------------------------------------------------------------------------------------


@cache
def _secrets() -> tuple[bytes, ...]:
    names = ("test_secrets", "test_secrets_stay_secret", "readers/test_dotenv", "test_quoting")
    found = [text for name in names for text in texts_of_tests(f"tests/{name}.py")]
    return tuple(text.encode("utf-8", "replace") for text in found if len(text) < 2000)


def mask_text(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    masks(text)
    name, _, value = text.partition("=")
    variable(name, value)


def mask_made(data: bytes) -> None:
    choices = Choices(data)
    lines = [
        choices.one(_FRAMES).format(
            name=choices.one(_NAMES), value=choices.one(_VALUES) if choices.number(8) else choices.text(20)
        )
        for _ in range(1 + choices.number(4))
    ]
    masks(choices.one((" ", "\n", ";", "")).join(lines))
    variable(choices.one(_NAMES), choices.one(_VALUES) + choices.one(("", *_VALUES)))


def masks(text: str) -> None:
    """A masked text is as it is: masking it again changes nothing."""
    masked = secrets.mask(text)
    # A placeholder may count as a secret where what stood around it is gone.
    again = secrets.mask(masked)
    assert re.sub(r"\*+", "*", again) == re.sub(r"\*+", "*", masked), (text, masked, again)
    assert len(masked) <= len(text) + 4 * (
        text.count("=") + text.count(":") + text.count("-") + text.count(" ") + 2 + len(text) // 4
    )
    assert len(mask_argv(text.split(" "))) == len(text.split(" "))


def variable(name: str, value: str) -> None:
    for is_interpolated in (True, False):
        found = secrets.env_var(name, value, Location("x", 1), interpolated=is_interpolated)
        assert hash(found) is not None
        assert isinstance(found, EnvVar)
        assert repr(found)
        assert found.literal is None or isinstance(found.literal, str)
    items = [
        (name, value, Location("x", 1)),
        ("POSTGRES_USER", value, Location("x", 2)),
        (value, name, Location("x", 3)),
    ]
    assert len(list(secrets.env_vars(items))) == 3
    for text in (name, value):
        secrets.classify(name, text)
        assert isinstance(secrets.is_secret_name(text), bool)
        assert isinstance(secrets.is_placeholder(text), bool)
        assert isinstance(secrets.is_weak(text), bool)


# --- bytes --------------------------------------------------------------------------------------------------------------


@cache
def _files() -> tuple[bytes, ...]:
    texts = [specimen.text for specimen in specimens()][:40]
    encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1")
    return tuple(text[:500].encode(encoding, "replace") for text in texts for encoding in encodings)


def decode_bytes(data: bytes) -> None:
    try:
        text = decode(data)
    except Unreadable as error:
        _check_line(error.line, data)
        return
    assert "\0" not in text
    text.encode("utf-8")
    source = Source("x", text)
    assert all(isinstance(line, str) for line in source.lines)


def _check_line(line: int | None, data: bytes) -> None:
    assert line is not None
    assert 1 <= line <= data.count(b"\n") + 2


# --- silencing ----------------------------------------------------------------------------------------------------------

_COMMENTS = (
    *(
        "# deploycheck: ignore[",
        "]",
        "no-error-tracker",
        "runserver-in-production",
        "W101",
        "101",
        ",",
        "// deploycheck: ignore[a] b",
    ),
    *(
        "<!-- deploycheck: ignore[a] -->",
        "; deploycheck:ignore[]",
        "\\\n",
        "command:\n  - a\n",
        "- run: |\n    a\n",
        "key =\n  a\n",
        "deploycheck:",
    ),
)


_STATEMENTS = (
    *(
        "command:\n  - a\n\n  - b\n",
        "- run: |\n    a\n    b: c\n",
        "key =\n  a\n",
        "a \\\n  b \\\n",
        "command: >-\n a\n",
        "key:\n  a: b\n",
    ),
    *("key:\n- a\n", "# another\n\nRUN a\n", "key:\n" + "  a\n" * 250),
)


@cache
def _comments() -> tuple[bytes, ...]:
    found = [text for text in texts_of_tests("tests/test_silencing.py") if "\n" in text]
    found += [text for text in texts_of_tests("tests/test_quoting.py") if "\n" in text]
    found += [f"{comment}\nweb: a\n{comment}\n" for comment in _COMMENTS]
    found += [f"{_COMMENTS[0]}{rules.load()[0].name}] why\n{statement}b: c\n" for statement in _STATEMENTS]
    return tuple(text.encode("utf-8", "replace") for text in found)


_FOUND = (
    DeploymentFile("Procfile", "procfile", "production", "read", ""),
    DeploymentFile("deploy/a.sh", "x", "unknown", "ignored", ""),
)


def silence(data: bytes) -> None:
    """Findings of some rules on each line of a text, some ignored by the settings too."""
    source = Source("Procfile", data.decode("utf-8", "replace"))
    known = rules.load()[:12]
    count = len(source.lines)
    results = tuple(
        silencing.Result(rule, Finding("Something.", "Do it.", Location(source.path, line) if line <= count else None))
        for rule in known
        for line in range(1, min(count, 8) + 2)
    )
    ignore = {known[0].name: "", f"{known[1].name}:{source.path}": "why", f"{known[2].name}:*": "", "nothing": ""}
    judged, stale = silencing.apply(results, silenced_ids=(known[3].id(), 7), ignore=ignore, sources=[source])
    assert [result.finding for result in judged] == [result.finding for result in results]
    for silent in (item for result in judged if (item := result.silence) is not None):
        assert "\n" not in silent.reason
    words = tuple(source.text.split()[:6])
    stale += silencing.stale_paths(Configuration(production=words, exclude=words), _FOUND)
    for left in silencing.stale_rules(stale, known):
        assert left.location is None or 1 <= (left.location.line or 0) <= count
        assert repr(left)
    variables = (secrets.env_var("A_TOKEN", "k3j9x7q2w8z4v6b1", Location(source.path, 1)),)
    for place, line in quoting.quotes(judged, {source.path: source}, _deployment(variables)).items():
        assert line.strip()
        assert len(line) <= quoting.MAX_WIDTH
        assert place.line is not None
    check_fact(tuple(judged), source)


def _deployment(variables: tuple[EnvVar, ...]) -> Deployment:
    return Deployment(root="/", complete=True, project=Project(), settings=SettingsView(None), variables=variables)


# --- ignored paths --------------------------------------------------------------------------------------------------------

_GLOBS = (
    "*",
    "**",
    "?",
    "[a-z]",
    "[!a]",
    "[[:alpha:]]",
    "[]",
    "[a-",
    "\\",
    "\\*",
    "/",
    "!",
    "a",
    "**/",
    "/**",
    "x" * 300,
    "\n",
    ".",
    "..",
    "#",
    " ",
)


@cache
def _patterns() -> tuple[bytes, ...]:
    found = [text for text in texts_of_tests("tests/test_ignoring.py") if len(text) < 300]
    return tuple(f"{text}\na/b/c.py".encode("utf-8", "replace") for text in found)


def ignore(data: bytes) -> None:
    """The patterns are the lines, the path is the last of them."""
    *lines, path = data.decode("utf-8", "replace").split("\n")
    patterns = [
        IgnorePattern(line, line.startswith("!"), Location(".gitignore", number))
        for number, line in enumerate(lines, 1)
    ]
    for folder in ("", "a", "a/b"):
        for is_docker in (False, True):
            found = ignoring.ignored_by(path, patterns, folder=folder, docker=is_docker)
            assert found is None or (found in patterns and not found.negated)
    ignoring.ignored_in_tree(path, {"": patterns, "a": patterns[:3], "a/b": patterns[-2:]})


# --- git's index ----------------------------------------------------------------------------------------------------------


def index(paths: list[bytes], version: int, size: int, extensions: bytes = b"") -> bytes:
    """An index as git writes it, without times and hashes."""
    data, before = b"DIRC" + struct.pack(">II", version, len(paths)), b""
    for path in paths:
        entry = bytes(40 + size) + struct.pack(">H", min(len(path), 0xFFF))
        if version == 4:
            common = next(
                (n for n in range(min(len(before), len(path))) if before[n] != path[n]), min(len(before), len(path))
            )
            entry += _number(len(before) - common) + path[common:] + b"\0"
        else:
            entry += path
            entry += bytes(8 - len(entry) % 8)
        data, before = data + entry, path
    return data + extensions + bytes(size)


def _number(value: int) -> bytes:
    encoded = [value & 0x7F]
    while value := value >> 7:
        value -= 1
        encoded.insert(0, value & 0x7F | 0x80)
    return bytes(encoded)


@cache
def _indexes() -> tuple[bytes, ...]:
    paths = [b"a", b"a/b.py", b"a/bc.py", b"manage.py", b"x" * 200]
    tree = b"TREE" + struct.pack(">I", 4) + b"abcd"
    return tuple(
        index(paths[:count], version, size, extensions)
        for count in range(len(paths) + 1)
        for version in (2, 3, 4)
        for size in (20, 32)
        for extensions in (b"", tree, tree + b"link" + bytes(4), b"sdir" + bytes(4))
    )


def read_index(data: bytes) -> None:
    found = git_index.parse(data)
    assert found is None or all(found)
    assert found is None or sum(map(len, found)) <= 20 * len(data) + 10_000


def read_made_index(data: bytes) -> None:
    """What is written is read back."""
    choices = Choices(data)
    words = ("a", "b", "src", "manage.py", ".env", "ü", "a" * 70, "a-b", "a.b", "文")
    paths = {"/".join(choices.one(words) for _ in range(1 + choices.number(4))) for _ in choices.some(12)}
    encoded = sorted(path.encode() for path in paths)
    made = index(encoded, choices.one((2, 3, 4)), choices.one((20, 32)))
    if encoded:
        assert git_index.parse(made) == frozenset(paths)
    read_index(made[: len(made) - choices.number(60)] + choices.rest()[:30])
