from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from django_deploycheck import rules
from django_deploycheck.model import Finding, Location
from django_deploycheck.silencing import MAX_COMMENTS, MAX_NAMES, Result, Silence, apply
from django_deploycheck.source import Source
from tests.projects import Inspected, inspect_files

RULES = {rule.name: rule for rule in rules.load()}
NAME = "runserver-in-production"
RUNSERVER = "web: python manage.py runserver 0.0.0.0:$PORT\n"


def silences(inspected: Inspected, name: str = NAME) -> list[Silence | None]:
    return [result.silence for result in inspected.report.results if result.rule.name == name]


def ignoring(ignore: Mapping[str, str]) -> str:
    return f"DEPLOYCHECK = {{'IGNORE': {dict(ignore)!r}}}\n"


# --- DEPLOYCHECK["IGNORE"] and SILENCED_SYSTEM_CHECKS -------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("missing-static-root", id="another rule"),
        pytest.param("W102", id="another rule's id"),
        pytest.param(f"{NAME}:Procfile.dev", id="another file"),
        pytest.param(f"{NAME}:rocfile", id="a part of the name"),
        pytest.param(f"{NAME}:deploy/*", id="a pattern of other files"),
        pytest.param(f"{NAME}:PROCFILE", id="other capitals"),
        pytest.param(f"{NAME}:", id="no file"),
    ],
)
def test_an_ignore_that_does_not_match(key: str, tmp_path: Path) -> None:
    assert silences(inspect_files(tmp_path, {"Procfile": RUNSERVER}, settings=ignoring({key: "why"}))) == [None]


@pytest.mark.parametrize(
    "key",
    [
        NAME,
        "101",
        "W101",
        "deploycheck.W101",
        pytest.param("I101", id="the number with another letter"),
        pytest.param("deploycheck.E101", id="the id with another letter"),
        f"{NAME}:Procfile",
        f"{NAME}:Proc*",
        "W101:*",
    ],
)
def test_an_ignore_that_matches(key: str, tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, {"Procfile": RUNSERVER}, settings=ignoring({key: "internal"}))
    assert silences(inspected) == [Silence("ignore", "internal")]
    assert inspected.places("stale-silence") == []


def test_a_path_silences_in_its_files_alone(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM python:3.13\nCOPY . .\nCMD gunicorn bookstore.wsgi\n",
        "worker/Dockerfile": "FROM python:3.13\nCOPY . .\nCMD celery -A bookstore worker\n",
    }
    inspected = inspect_files(tmp_path, files, settings=ignoring({"root-container:worker/*": "rootless"}))
    assert inspected.places("root-container") == ["Dockerfile:3"]
    assert silences(inspected, "root-container") == [None, Silence("ignore", "rootless")]


@pytest.mark.parametrize(
    ("ids", "silence"),
    [
        (["deploycheck.W101"], Silence("setting", "")),
        (["deploycheck.I101"], None),
        (["W101"], None),
        ([NAME], None),
        ([101, None], None),
    ],
)
def test_silenced_system_checks_compares_the_exact_id(
    ids: list[object], silence: Silence | None, tmp_path: Path
) -> None:
    inspected = inspect_files(tmp_path, {"Procfile": RUNSERVER}, values={"SILENCED_SYSTEM_CHECKS": ids})
    assert silences(inspected) == [silence]


@pytest.mark.parametrize(
    ("key", "silence"),
    [(NAME, Silence("ignore", "why")), (f"{NAME}:*", None)],
    ids=["everywhere", "in every file"],
)
def test_a_finding_without_a_place(key: str, silence: Silence | None) -> None:
    (result,), _ = apply(
        [Result(RULES[NAME], Finding("Wrong.", "Correct it."))], silenced_ids=(), ignore={key: "why"}, sources=[]
    )
    assert result.silence == silence


# --- comments -----------------------------------------------------------------------------------------------------------


def judged(text: str, line: int | None, *, rule: str = NAME, path: str = "file") -> Silence | None:
    """The silence of a finding of this rule at this line of a file with this text."""
    finding = Finding("Wrong.", "Correct it.", Location(path, line))
    (result,), _ = apply([Result(RULES[rule], finding)], silenced_ids=(), ignore={}, sources=[Source("file", text)])
    return result.silence


COMMENT = f"# deploycheck: ignore[{NAME}] why"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(f"{COMMENT}\na\nb", 3, id="the statement after the next"),
        pytest.param(f"a\n{COMMENT}\nb", 1, id="the statement above"),
        pytest.param(f"a {COMMENT}\nb", 2, id="the statement below a trailing one"),
        pytest.param(f"{COMMENT}\na", None, id="a finding without a line"),
        pytest.param(f"{COMMENT}\na:\n  b: c\n", 3, id="a key below the next one"),
        pytest.param(f"{COMMENT}\na: b\n  - c\n", 3, id="what follows a key with a text"),
        pytest.param(f"{COMMENT}\na:\n  - b\nc:\n  - d\n", 5, id="another key's list"),
        pytest.param(f"{COMMENT}\na: |\n  b\nc\n", 4, id="what follows a text"),
        pytest.param(f"{COMMENT}\na \\\n  b\nc\n", 4, id="what follows a continued line"),
        pytest.param("# deploycheck: ignore[root-container]\na", 2, id="another rule"),
        pytest.param(f"# deploycheck: ignore {NAME}\na", 2, id="no brackets"),
        pytest.param(f"deploycheck: ignore[{NAME}]\na", 2, id="no comment"),
        pytest.param("# deploycheck: ignore[]\na", 2, id="no name"),
        pytest.param("# deploycheck: ignore[*]\na", 2, id="a star"),
        pytest.param(f"# deploycheck: ignore[{NAME}\na", 2, id="a bracket that stays open"),
    ],
)
def test_a_comment_that_does_not_speak_of_it(text: str, line: int | None) -> None:
    assert judged(text, line) is None


def test_a_comment_in_another_file() -> None:
    assert judged(f"{COMMENT}\na", 2, path="other") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(f"{COMMENT}\na", 2, id="above"),
        pytest.param(f"    {COMMENT}\n    a", 2, id="above and indented"),
        pytest.param(f"{COMMENT}\n\n# another comment\n; and one more\n\na", 6, id="above other comments"),
        pytest.param(f"a {COMMENT}", 1, id="trailing"),
        pytest.param(f"// deploycheck: ignore[{NAME}] why\na", 2, id="two slashes"),
        pytest.param(f"; deploycheck: ignore[{NAME}] why\na", 2, id="a semicolon"),
        pytest.param(f"<!-- deploycheck: ignore[{NAME}] why -->\na", 2, id="markup"),
        pytest.param(f"/* deploycheck: ignore[{NAME}] why */\na", 2, id="between stars"),
        pytest.param(f"#deploycheck:ignore[{NAME}]why\na", 2, id="no white space"),
        pytest.param(f"# deploycheck: ignore[root-container, {NAME}] why\na", 2, id="several names"),
        pytest.param("# deploycheck: ignore[W101] why\na", 2, id="an id"),
        pytest.param(f"{COMMENT}\n# deploycheck: ignore[root-container]\na", 3, id="one above another"),
        pytest.param(f"{COMMENT}\na \\\n  b \\\n  c\n", 4, id="a continued line"),
        pytest.param(f"a {COMMENT} \\\n  b\n", 2, id="trailing on a continued line"),
        pytest.param(f"{COMMENT}\ncommand: >\n  a\n  b\n", 3, id="a folded text"),
        pytest.param(f"{COMMENT}\n- run: |-\n    a: b\n\n    c\n", 5, id="a text with lines"),
        pytest.param(f"{COMMENT}\ncommand:\n  - a\n  - b\n", 4, id="a list"),
        pytest.param(f"{COMMENT}\ncommand:\n- a\n- b\n", 4, id="a list at the margin of its key"),
        pytest.param(f"{COMMENT}\ncommand=\n  a\n  b\n", 4, id="a value of an INI file"),
    ],
)
def test_a_comment_that_speaks_of_it(text: str, line: int) -> None:
    assert judged(text, line) == Silence("comment", "why" if "why" in text else "")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        pytest.param({"Procfile": f"{COMMENT}\n{RUNSERVER}"}, NAME, id="a Procfile"),
        pytest.param({"Procfile": f"{RUNSERVER.strip()} {COMMENT}"}, NAME, id="a Procfile, trailing"),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.13\nCOPY . .\n# deploycheck: ignore[W101,root-container] why\nCMD python manage.py runserver\n"
            },
            NAME,
            id="a Dockerfile",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.13\nCOPY . .\nCMD ./start.sh\n",
                "start.sh": f"#!/bin/sh\n{COMMENT}\npython manage.py runserver\n",
            },
            NAME,
            id="a shell script",
        ),
        pytest.param(
            {
                "compose.yml": f"services:\n  web:\n    image: shop\n    restart: always\n    {COMMENT}\n    command: >\n      python manage.py\n      runserver\n"
            },
            NAME,
            id="YAML",
        ),
        pytest.param(
            {"shop.service": f"[Service]\nExecStart=python manage.py runserver {COMMENT}\n"},
            NAME,
            id="a unit, trailing",
        ),
        pytest.param(
            {
                "supervisord.conf": f"[program:web]\n; deploycheck: ignore[{NAME}] why\ncommand=python manage.py runserver\n"
            },
            NAME,
            id="an INI file",
        ),
    ],
)
def test_comments_in_every_format(files: Mapping[str, str], name: str, tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert silences(inspected, name) == [Silence("comment", "why")]
    assert inspected.places("stale-silence") == []


def test_a_comment_goes_before_an_ignore_and_neither_is_stale(tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, {"Procfile": f"{COMMENT}\n{RUNSERVER}"}, settings=ignoring({NAME: "other"}))
    assert silences(inspected) == [Silence("comment", "why")]
    assert inspected.places("stale-silence") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{COMMENT}\n" * 9_000, id="comments"),
        pytest.param(f"a {COMMENT} \\\n" * 9_000, id="continued lines"),
        pytest.param("#" * 500_000, id="hashes"),
        pytest.param("# deploycheck: ignore[" * 20_000, id="brackets that stay open"),
        pytest.param("".join(f"{' ' * (index % 60)}a:\n" for index in range(9_000)) + COMMENT, id="keys"),
    ],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    start = time.process_time()
    judged(text, 1)
    assert time.process_time() - start < 10


# --- silences that match nothing any more -------------------------------------------------------------------------------


def stale(inspected: Inspected) -> list[str]:
    return [f"{finding.location} {finding.message}" for finding in inspected.findings("stale-silence")]


WEB = "web: gunicorn bookstore.wsgi\n"


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({"Procfile": WEB}, "", id="no silences"),
        pytest.param({"Procfile": RUNSERVER}, ignoring({NAME: ""}), id="a silence that is needed"),
        pytest.param({"Procfile": WEB}, ignoring({"undeclared-server": ""}), id="a rule that asks the environment"),
        pytest.param({"Procfile": f"# deploycheck: ignore[W103]\n{WEB}"}, "", id="the same in a comment"),
        pytest.param({"Procfile": WEB}, ignoring({"stale-silence": ""}), id="the rule itself"),
        pytest.param(
            {"Procfile": WEB, "compose.yml": "services: [\n"}, ignoring({NAME: ""}), id="a file that was not read"
        ),
        pytest.param(
            {"Procfile": WEB}, "DEPLOYCHECK = {'PRODUCTION': ['Proc*'], 'EXCLUDE': []}\n", id="a path that is there"
        ),
        pytest.param(
            {"Procfile": WEB, "old/Procfile": WEB}, "DEPLOYCHECK = {'EXCLUDE': ['old/']}\n", id="a folder that is there"
        ),
    ],
)
def test_nothing_is_stale(files: Mapping[str, str], settings: str, tmp_path: Path) -> None:
    assert stale(inspect_files(tmp_path, files, settings=settings)) == []


def test_nothing_is_known_to_be_stale_in_a_partial_tree(tmp_path: Path) -> None:
    settings = "DEPLOYCHECK = {'IGNORE': {'W101': ''}, 'PRODUCTION': ['compose.yml'], 'EXCLUDE': ['old/*']}\n"
    files = {"Procfile": f"{COMMENT}\n{WEB}"}
    assert stale(inspect_files(tmp_path, files, settings=settings, complete=False)) == []


@pytest.mark.parametrize(
    ("files", "settings", "found"),
    [
        pytest.param(
            {},
            ignoring({NAME: ""}),
            [f"""'DEPLOYCHECK["IGNORE"]["{NAME}"]' matches nothing any more."""],
            id="an ignore",
        ),
        pytest.param(
            {"Procfile": RUNSERVER},
            ignoring({f"{NAME}:Dockerfile": ""}),
            [f"""'DEPLOYCHECK["IGNORE"]["{NAME}:Dockerfile"]' matches nothing any more."""],
            id="an ignore for another file",
        ),
        pytest.param(
            {},
            "DEPLOYCHECK = {'EXCLUDE': ['old/*']}\n",
            ["""'"old/*" in DEPLOYCHECK["EXCLUDE"]' matches nothing any more."""],
            id="no such files to leave out",
        ),
        pytest.param(
            {"Procfile": WEB},
            "DEPLOYCHECK = {'PRODUCTION': ['Procfile', 'compose.yml']}\n",
            ["""'"compose.yml" in DEPLOYCHECK["PRODUCTION"]' matches nothing any more."""],
            id="no such production file",
        ),
    ],
)
def test_stale_in_the_settings(files: Mapping[str, str], settings: str, found: list[str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files, settings=settings)
    line = (tmp_path / "bookstore/settings.py").read_text().count("\n")
    assert stale(inspected) == [f"bookstore/settings.py:{line} {message}" for message in found]
    assert [finding.hint for finding in inspected.findings("stale-silence")] == [
        "Remove it from the DEPLOYCHECK setting."
    ]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param(
            f"{COMMENT}\n{WEB}",
            f"'ignore[{NAME}]' matches nothing any more.",
            "Remove the comment in Procfile:1.",
            id="corrected",
        ),
        pytest.param(
            f"# deploycheck: ignore[W101, root-container]\n{RUNSERVER}",
            "'ignore[root-container]' matches nothing any more.",
            "Remove the comment in Procfile:1.",
            id="one of two names",
        ),
        pytest.param(
            "# deploycheck: ignore[runserver-in-prod]\n" + WEB,
            f"'ignore[runserver-in-prod]' names no rule (did you mean '{NAME}'?).",
            f"Write 'ignore[{NAME}]', or remove the comment.",
            id="a misspelt name",
        ),
        pytest.param(
            "# deploycheck: ignore[zzz]\n" + WEB,
            "'ignore[zzz]' names no rule.",
            "Remove the comment in Procfile:1.",
            id="a name like no other",
        ),
    ],
)
def test_stale_comments(text: str, message: str, hint: str, tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Procfile": text}).findings("stale-silence")
    assert (str(finding.location), finding.message, finding.hint) == ("Procfile:1", message, hint)


def test_a_stale_silence_can_be_silenced(tmp_path: Path) -> None:
    inspected = inspect_files(
        tmp_path, {"Procfile": f"{COMMENT}\n{WEB}"}, settings=ignoring({"stale-silence": "shared"})
    )
    assert silences(inspected, "stale-silence") == [Silence("ignore", "shared")]


# --- bounds -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param("# deploycheck: ignore[no-such-rule]", id="of no rule"),
        pytest.param(f"# deploycheck: ignore[{', '.join(f'no-{n}' for n in range(60))}]", id="of many rules"),
        pytest.param(f"# deploycheck: ignore[{NAME}]", id="of a rule"),
    ],
)
def test_many_comments_take_bounded_time(tmp_path, comment):
    start = time.process_time()
    inspected = inspect_files(tmp_path, {"Procfile": RUNSERVER + f"{comment}\n" * 900})
    assert len(inspected.findings("stale-silence", silenced=True)) <= MAX_COMMENTS * MAX_NAMES
    assert time.process_time() - start < 10


def test_comments_after_many_others_are_not_heeded():
    results = [
        Result(RULES[NAME], Finding("A.", "B.", Location("Procfile", line)))
        for line in (MAX_COMMENTS, MAX_COMMENTS + 1)
    ]
    text = f"a # deploycheck: ignore[{NAME}]\n" * (MAX_COMMENTS + 1)
    judged, stale = apply(results, silenced_ids=(), ignore={}, sources=[Source("Procfile", text)])
    assert [result.silence for result in judged] == [Silence("comment", ""), None]
    assert len(stale) == MAX_COMMENTS - 1


def test_the_first_names_of_a_comment_count():
    names = ", ".join(f"no-{number}" for number in range(MAX_NAMES))
    results = [Result(RULES[NAME], Finding("A.", "B.", Location("Procfile", 1)))]
    sources = [Source("Procfile", f"a # deploycheck: ignore[{names}, {NAME}]\n")]
    judged, stale = apply(results, silenced_ids=(), ignore={}, sources=sources)
    assert judged[0].silence is None
    assert [silence.rule for silence in stale] == [f"no-{number}" for number in range(MAX_NAMES)]


def test_a_secret_in_a_reason_is_masked(tmp_path: Path) -> None:
    """Whoever writes one there, it is in no report."""
    files = {"Procfile": f"# deploycheck: ignore[{NAME}] see https://me:hunter22@example.com/\n{RUNSERVER}"}
    ignored = inspect_files(tmp_path / "a", {"Procfile": RUNSERVER}, settings=ignoring({NAME: "password: hunt er22"}))
    commented = inspect_files(tmp_path / "b", files)
    assert silences(ignored) == [Silence("ignore", "password: ***")]
    assert silences(commented) == [Silence("comment", "see https://me:***@example.com/")]


def test_a_secret_in_a_stale_silence_is_masked(tmp_path: Path) -> None:
    token = "q7Gk2Lw9Zp4Xv8Nb3Mc6"
    settings = f"DEPLOYCHECK = {{'EXCLUDE': ['{token}/*'], 'IGNORE': {{'501:{token}': 'x'}}}}\n"
    inspected = inspect_files(tmp_path, {"Procfile": f"# deploycheck: ignore[{token}]\n{RUNSERVER}"}, settings=settings)
    stale = inspected.findings("stale-silence")
    assert len(stale) == 2
    assert token not in repr(stale)


def test_a_list_of_silenced_checks_that_raises_silences_nothing():
    class Refusing(list[str]):
        def __iter__(self) -> Iterator[str]:
            raise RuntimeError("s3cr3t")

    results = [Result(RULES[NAME], Finding("A.", "B.", Location("Procfile", 1)))]
    judged, _ = apply(results, silenced_ids=Refusing([RULES[NAME].id()]), ignore={}, sources=[])
    assert judged == results
    judged, _ = apply(results, silenced_ids=7, ignore={}, sources=[])  # type: ignore[arg-type]
    assert judged == results
