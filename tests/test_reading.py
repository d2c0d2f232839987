"""Readers run over every file that is found, and a file or a reader that fails costs itself alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from django_deploycheck import bounds
from django_deploycheck import reading as module
from django_deploycheck.bounds import Amounts, Sizes
from django_deploycheck.model import BlindSpot, Fact, Location, PlatformUse, Reference, Service
from django_deploycheck.readers import Reader, load
from django_deploycheck.reading import Reading, read_all
from django_deploycheck.source import Repository, Source, Unreadable


@dataclass(frozen=True)
class LineReader:
    """Reads files of which every line is an instruction to the reader."""

    KIND: str = "lines"
    NAMES: tuple[str, ...] = ("*.lines",)
    NATURE: str = "decided"

    def read(self, source: Source) -> Iterator[Fact]:
        for number, line in enumerate(source.lines, 1):
            word, _, rest = line.partition(" ")
            if word == "platform":
                yield PlatformUse(rest, source.location(number))
            elif word == "refer":
                kind, _, path = rest.partition(" ")
                yield Reference(path, kind, source.location(number))
            elif word == "service":
                references = (Reference(rest, "lines", source.location(number)),)
                yield Service(name="web", kind=self.KIND, location=source.location(number), env_files=references)
            elif word == "unreadable":
                raise Unreadable(rest, number)
            elif word == "crash":
                raise KeyError(rest)


@dataclass(frozen=True)
class ChoosyReader(LineReader):
    """Declines what does not start with its own kind."""

    def claims(self, source: Source) -> bool:
        if source.text == "crash claims":
            raise KeyError("hunter2")
        return source.text.startswith(self.KIND)


READERS: dict[str, Reader] = {"lines": LineReader(), "others": LineReader("others", ("*.others",))}  # type: ignore[dict-item]


def read(
    root: Path, files: dict[str, str], excluded: tuple[str, ...] = (), readers: dict[str, Reader] = READERS
) -> Reading:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return read_all(Repository(str(root), excluded), "", readers)


def test_nothing_to_read(tmp_path: Path) -> None:
    assert read(tmp_path, {"README.md": "crash"}) == Reading()


def test_facts_and_sources_by_path(tmp_path: Path) -> None:
    found = read(tmp_path, {"b.lines": "platform heroku", "a.lines": "", "deploy/c.others": "platform fly"})

    assert found == Reading(
        kinds={"a.lines": "lines", "b.lines": "lines", "deploy/c.others": "others"},
        facts={
            "a.lines": (),
            "b.lines": (PlatformUse("heroku", Location("b.lines", 1)),),
            "deploy/c.others": (PlatformUse("fly", Location("deploy/c.others", 1)),),
        },
        sources={
            "a.lines": Source("a.lines", ""),
            "b.lines": Source("b.lines", "platform heroku"),
            "deploy/c.others": Source("deploy/c.others", "platform fly"),
        },
    )


def test_files_that_others_refer_to_are_read(tmp_path: Path) -> None:
    files = {"a.lines": "refer lines x/y/z/one", "x/y/z/one": "service x/y/z/two", "x/y/z/two": "refer others a.others"}

    found = read(tmp_path, {**files, "a.others": ""})

    assert found.kinds == {"a.lines": "lines", "a.others": "others", "x/y/z/one": "lines", "x/y/z/two": "lines"}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("refer lines none", id="a file that is not there"),
        pytest.param("refer lines deploy", id="a folder"),
        pytest.param("refer nobody deploy/x", id="a kind that no reader has"),
        pytest.param("refer lines a.lines", id="itself"),
    ],
)
def test_references_that_lead_nowhere(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, {"a.lines": line, "deploy/x": ""})

    assert (found.kinds, found.unreadable, found.crashes) == ({"a.lines": "lines"}, [], [])


def test_a_file_is_read_once_and_by_the_first_who_names_it(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.lines": "refer others x\nrefer lines x\nrefer others b.lines", "b.lines": "", "x": ""})

    assert found.kinds == {"a.lines": "lines", "b.lines": "lines", "x": "others"}


def test_excluded_files_are_left_out_also_where_others_refer_to_them(tmp_path: Path) -> None:
    files = {"a.lines": "refer lines legacy/x", "legacy/b.lines": "crash", "legacy/x": "crash"}

    found = read(tmp_path, files, ("legacy",))

    assert found.kinds == {"a.lines": "lines"}
    assert found.ignored == {
        "legacy/b.lines": 'is listed in DEPLOYCHECK["EXCLUDE"]',
        "legacy/x": 'is listed in DEPLOYCHECK["EXCLUDE"]',
    }
    assert found.gaps == []


def test_a_file_that_cannot_be_understood_says_where(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.lines": "platform fly\nunreadable is no list of lines", "b.lines": "platform fly"})

    assert found.unreadable == [BlindSpot("is no list of lines", Location("a.lines", 2))]
    assert found.kinds == {"a.lines": "lines", "b.lines": "lines"}
    assert found.facts == {"b.lines": (PlatformUse("fly", Location("b.lines", 1)),)}


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.lines").write_bytes(b"platform fly\n\xff")

    found = read(tmp_path, {})

    assert found.unreadable == [BlindSpot("is not UTF-8", Location("a.lines", 2))]
    assert found.kinds == {"a.lines": "lines"}


def test_a_reader_that_raises_costs_that_file_alone(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.lines": "platform fly\ncrash hunter2", "b.lines": "platform fly"})

    [crash] = found.crashes
    assert (crash.culprit, crash.exception, crash.location) == ("reader 'lines'", "KeyError", Location("a.lines"))
    assert crash.frame.startswith("test_reading.py:")
    assert crash.frame.endswith(" in read")
    assert "hunter2" not in repr(crash)
    assert found.kinds == {"a.lines": "lines", "b.lines": "lines"}
    assert list(found.facts) == ["b.lines"]
    assert list(found.sources) == ["b.lines"]


def test_more_files_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that cannot be read count as well."""
    monkeypatch.setattr(bounds, "FILES", 2)

    found = read(tmp_path, {"a.lines": "unreadable is empty", "b.lines": "refer lines x", "c.lines": "", "x": ""})

    assert list(found.kinds) == ["a.lines", "b.lines"]
    assert found.left_out == {"c.lines": "comes after 2 others", "x": "comes after 2 others"}
    assert list(found.too_much(Repository(str(tmp_path)))) == [
        BlindSpot("2 files were not read: each comes after 2 others")
    ]


def test_a_file_of_more_facts_than_any_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bounds.FACTS, PlatformUse, Amounts(2, 100, "platforms"))

    found = read(tmp_path, {"a.lines": "platform fly\n" * 2, "b.lines": "platform fly\n" * 3 + "crash"})

    assert list(found.facts) == ["a.lines"]
    assert found.unreadable == [BlindSpot("holds more than 2 platforms", Location("b.lines"))]
    assert (found.crashes, found.left_out) == ([], {})


def test_more_commands_in_a_row_than_any_service_runs(tmp_path: Path) -> None:
    lines = "ExecStartPre=/srv/python manage.py migrate\n" * (bounds.COMMANDS + 1)

    found = read(tmp_path, {"web.service": f"[Service]\n{lines}ExecStart=/srv/gunicorn shop.wsgi\n"}, readers=load())

    assert [(spot.reason, spot.location and spot.location.path) for spot in found.unreadable] == [
        ("runs more than 300 commands in a row", "web.service")
    ]


def test_a_reference_to_more_files_than_any_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern is as many references as there are files of such a name."""
    monkeypatch.setitem(bounds.FACTS, Reference, Amounts(2, 100, "references"))
    parts = {f"conf/{number}.part": "" for number in range(3)}

    found = read(tmp_path, {"a.lines": "refer lines conf/*.part", **parts})

    assert found.kinds == {"a.lines": "lines"}
    assert found.unreadable == [BlindSpot("holds more than 2 references", Location("a.lines"))]


def test_more_facts_than_a_repository_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that reaches the bound still counts; of those after it nothing is read."""
    monkeypatch.setitem(bounds.FACTS, PlatformUse, Amounts(100, 3, "platforms"))
    files = {"a.lines": "platform fly", "b.lines": "platform fly\n" * 2, "c.lines": "crash", "d.lines": ""}

    found = read(tmp_path, files)

    assert list(found.facts) == ["a.lines", "b.lines"]
    assert found.left_out == {"c.lines": "comes after 3 platforms", "d.lines": "comes after 3 platforms"}
    assert (found.crashes, found.unreadable) == ([], [])


def test_more_bytes_than_are_read_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "OTHERS", Sizes(bounds.MIB, bounds.MIB, 10, bounds.MIB))
    large = "#" * (bounds.MIB - 1)

    found = read(tmp_path, {"a.lines": large, "b.lines": large, "c.lines": "", "d.others": ""})

    assert found.kinds == {"a.lines": "lines", "b.lines": "lines"}
    assert found.left_out == {"c.lines": "comes after 1 MiB of others", "d.others": "comes after 1 MiB of others"}
    assert list(found.too_much(Repository(str(tmp_path)))) == [
        BlindSpot("2 files were not read: each comes after 1 MiB of others")
    ]


def test_a_python_file_that_is_no_module_of_the_project_may_be_no_larger_than_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "OTHERS", Sizes(bounds.KIB, bounds.MIB, 10, bounds.MIB))
    readers = {"python-module": LineReader("python-module", ("c.py",)), "lines": LineReader("lines", ("*.py",))}
    files = {"a.py": " " * 1025, "b.py": " " * 1024, "c.py": " " * 1025}

    found = read(tmp_path, files, (), readers)  # type: ignore[arg-type]

    assert (found.unreadable, list(found.facts)) == (
        [BlindSpot("is larger than 1 KiB", Location("a.py"))],
        ["b.py", "c.py"],
    )


@pytest.mark.parametrize(
    ("many", "order"),
    [
        pytest.param(4, ["a.dev.lines", "b.lines", "c.prod.lines", "deploy/d.lines"], id="as they are found"),
        pytest.param(3, ["c.prod.lines", "b.lines", "deploy/d.lines", "a.dev.lines"], id="production's first"),
    ],
)
def test_of_very_many_files_those_of_production_are_read_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, order: list[str]
) -> None:
    monkeypatch.setattr(module, "MANY_FILES", many)

    found = read(tmp_path, {"deploy/d.lines": "", "a.dev.lines": "", "b.lines": "", "c.prod.lines": ""})

    assert list(found.kinds) == order


def test_what_is_left_out_is_said_of_one_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FILES", 1)

    found = read(tmp_path, {"a.lines": "", "b.lines": ""})

    assert list(found.too_much(Repository(str(tmp_path)))) == [
        BlindSpot("1 file was not read: it comes after 1 others")
    ]


def test_nothing_is_kept_between_two_runs(tmp_path: Path) -> None:
    first = read(tmp_path, {"a.lines": "platform fly"})
    second = read(tmp_path, {"a.lines": "platform heroku"})

    assert first.facts["a.lines"] == (PlatformUse("fly", Location("a.lines", 1)),)
    assert second.facts["a.lines"] == (PlatformUse("heroku", Location("a.lines", 1)),)


# --- readers that look at the content -----------------------------------------------------------------------------------

CHOICE: dict[str, Reader] = {
    "first": ChoosyReader("first", ("*.lines", "*.first")),  # type: ignore[dict-item]
    "second": ChoosyReader("second", ("*.lines",)),  # type: ignore[dict-item]
    "third": LineReader("third", ("*.lines",)),  # type: ignore[dict-item]
}


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        pytest.param("a.first", "", {}, id="what the only one that names it declines is nobody's"),
        pytest.param("a.lines", "first", {"a.lines": "first"}, id="the first one that does not decline"),
        pytest.param("a.lines", "second", {"a.lines": "second"}, id="declined by the first"),
        pytest.param("a.lines", "", {"a.lines": "third"}, id="one that is not asked comes last"),
    ],
)
def test_a_file_goes_to_the_next_reader_that_names_it(
    tmp_path: Path, name: str, text: str, kinds: dict[str, str]
) -> None:
    found = read(tmp_path, {name: text}, readers=CHOICE)

    assert (found.kinds, list(found.facts), found.crashes) == (kinds, list(kinds), [])


def test_the_reader_of_last_resort_is_asked_last(tmp_path: Path) -> None:
    (tmp_path / "k8s").mkdir()

    found = read(
        tmp_path, {"k8s/values.yaml": "replicas: 1", "k8s/pod.yaml": "apiVersion: v1\nkind: Pod"}, readers=load()
    )

    assert found.kinds == {"k8s/pod.yaml": "kubernetes", "k8s/values.yaml": "unread-format"}


def test_a_file_that_another_refers_to_is_not_declined(tmp_path: Path) -> None:
    files = {"a.lines": "first\nrefer first b.first\nrefer first c", "b.first": "", "c": ""}

    found = read(tmp_path, files, readers=CHOICE)

    assert found.kinds == {"a.lines": "first", "b.first": "first", "c": "first"}


def test_what_cannot_be_opened_is_not_declined(tmp_path: Path) -> None:
    (tmp_path / "a.lines").write_bytes(b"\xff")

    found = read(tmp_path, {}, readers=CHOICE)

    assert (found.kinds, found.unreadable) == (
        {"a.lines": "first"},
        [BlindSpot("is not UTF-8", Location("a.lines", 1))],
    )


def test_a_reader_that_fails_to_decide_costs_that_file_alone(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.lines": "crash claims", "b.lines": "first"}, readers=CHOICE)

    [crash] = found.crashes
    assert (crash.culprit, crash.exception, crash.location) == ("reader 'first'", "KeyError", Location("a.lines"))
    assert "hunter2" not in repr(crash)
    assert found.kinds == {"b.lines": "first"}


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        pytest.param("conf/*.part", ["conf/a.part", "conf/b.part"], id="a star"),
        pytest.param("conf/[b-z].part", ["conf/b.part"], id="brackets"),
        pytest.param("conf/?.txt", [], id="nothing of that name"),
        pytest.param("none/*.part", [], id="no such folder"),
        pytest.param("*/a.part", [], id="a pattern of folders"),
    ],
)
def test_references_by_a_pattern(tmp_path: Path, pattern: str, paths: list[str]) -> None:
    files = {"x.lines": f"refer lines {pattern}", "conf/a.part": "", "conf/b.part": "", "conf/c.part/d": ""}
    found = read(tmp_path, files)

    assert [path for path in found.kinds if path != "x.lines"] == paths
    if "*/" not in pattern:
        assert found.facts["x.lines"] == tuple(Reference(path, "lines", Location("x.lines", 1)) for path in paths)
