"""What a reader gets to see of a repository, and what it never opens."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from django_deploycheck import bounds
from django_deploycheck import source as module
from django_deploycheck.bounds import Sizes
from django_deploycheck.model import CommandLine, EnvVar, Location
from django_deploycheck.source import MAX_BYTES, LeftOut, Repository, Source, Unreadable, decode, is_excluded, within

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def write(root: Path, path: str, data: bytes = b"web: gunicorn shop.wsgi\n") -> Path:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


# --- a source -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", ("",), id="nothing"),
        pytest.param("a", ("a",), id="no end"),
        pytest.param("a\nb\n", ("a", "b", ""), id="LF"),
        pytest.param("a\r\nb\r\n", ("a", "b", ""), id="CRLF"),
        pytest.param("a\rb", ("a", "b"), id="CR"),
        pytest.param("a\x0bb\x0cc\x1dd\u2028e", ("a\x0bb\x0cc\x1dd\u2028e",), id="what Python calls line ends too"),
    ],
)
def test_lines(text: str, lines: tuple[str, ...]) -> None:
    assert Source("Procfile", text).lines == lines


def test_a_source_knows_its_place() -> None:
    source = Source("deploy/web/Procfile", "")

    assert (source.folder, source.name) == ("deploy/web", "Procfile")
    assert source.location() == Location("deploy/web/Procfile")
    assert source.location(3) == Location("deploy/web/Procfile", 3)
    assert source.beside("../start.sh") == "deploy/start.sh"
    assert source.beside("../../../start.sh") is None


def test_its_text_is_in_no_repr() -> None:
    assert "hunter2" not in repr(Source(".env", "PASSWORD=hunter2"))


def test_commands_and_variables_are_masked() -> None:
    source = Source("Procfile", "")

    assert source.shell("SECRET_KEY=k3fj29dk2k run", 2) == CommandLine(
        Location("Procfile", 2), text="SECRET_KEY=*** run"
    )
    assert source.exec_form(["run", "--password", "k3fj29dk2k"], 2) == CommandLine(
        Location("Procfile", 2), argv=("run", "--password", "***")
    )
    assert source.env_var("PASSWORD", "k3fj29dk2k", 4) == EnvVar(
        "PASSWORD", "***", Location("Procfile", 4), secret="a password"
    )


def test_a_command_of_more_arguments_than_any() -> None:
    source = Source("Procfile", "")

    assert len(source.exec_form(["a"] * module.MAX_ARGUMENTS, 2).argv or ()) == module.MAX_ARGUMENTS
    with pytest.raises(Unreadable) as error:
        source.exec_form(["a"] * (module.MAX_ARGUMENTS + 1), 2)
    assert (error.value.reason, error.value.line) == ("holds a command of more than 300 arguments", 2)


@pytest.mark.parametrize(
    ("argv", "masked"),
    [
        pytest.param(["gunicorn", "shop.wsgi"], ["gunicorn", "shop.wsgi"], id="nothing to hide"),
        pytest.param(["gunicorn", "--workers", "3"], ["gunicorn", "--workers", "3"], id="an option that hides nothing"),
        pytest.param(["run", "--password", ""], ["run", "--password", ""], id="an empty value"),
        pytest.param(["run", "password", "hunter2hunter2"], ["run", "password", "hunter2hunter2"], id="words"),
        pytest.param(["run", "--password=hunter2hunter2"], ["run", "--password=***"], id="an option with its value"),
        pytest.param(["run", "--password=two words here"], ["run", "--password=***"], id="a value with spaces"),
        pytest.param(["run", "--password", "hunter2hunter2"], ["run", "--password", "***"], id="option and value"),
        pytest.param(["run", "--password", "two words here"], ["run", "--password", "***"], id="words after an option"),
        pytest.param(
            ["sed", "-i", "s|@@PASSWORD@@|hunter22|", "x"],
            ["sed", "-i", "s|@@PASSWORD@@|***|", "x"],
            id="a replacement",
        ),
        pytest.param(["mysql", "-u", "a", "-phunter22", "b"], ["mysql", "-u", "a", "-p***", "b"], id="mysql's option"),
        pytest.param(["docker", "login", "-p", "hunt er22"], ["docker", "login", "-p", "***"], id="a login"),
        pytest.param(
            ["htpasswd", "-bc", "/x", "a", "hunt er22"], ["htpasswd", "-bc", "/x", "a", "***"], id="a position"
        ),
        pytest.param(
            ["fly", "secrets", "set", "A_TOKEN=hunt er22"],
            ["fly", "secrets", "set", "A_TOKEN=***"],
            id="an assignment with blanks",
        ),
        pytest.param(["run", "--env=A_TOKEN=${A}:${B}"], ["run", "--env=A_TOKEN=${A}:${B}"], id="references"),
        pytest.param(["sh", "-c", "A_TOKEN=hunter22 run b"], ["sh", "-c", "A_TOKEN=*** run b"], id="a script"),
        pytest.param(
            ["/usr/bin/ssh", "host", "A_TOKEN=hunter22 run b"],
            ["/usr/bin/ssh", "host", "A_TOKEN=*** run b"],
            id="a script elsewhere",
        ),
        pytest.param(
            ["curl", "-H", "X-Api-Key: hunt er22", "-u", "me:hunt er22"],
            ["curl", "-H", "X-Api-Key: ***", "-u", "me:***"],
            id="a header and an account",
        ),
    ],
)
def test_arguments_are_masked(argv: list[str], masked: list[str]) -> None:
    assert module.mask_argv(argv) == masked


@pytest.mark.parametrize(
    ("folder", "name", "path"),
    [
        pytest.param("deploy", "", None, id="no name"),
        pytest.param("deploy", "/etc/passwd", None, id="absolute"),
        pytest.param("deploy", "~/start.sh", None, id="in the home folder"),
        pytest.param("deploy", "../../start.sh", None, id="above the root"),
        pytest.param("", "..", None, id="the root's own folder"),
        pytest.param("deploy", "start\0.sh", None, id="with a NUL"),
        pytest.param("deploy", "start.sh", "deploy/start.sh", id="beside"),
        pytest.param("deploy", "./bin/../start.sh", "deploy/start.sh", id="with detours"),
        pytest.param("deploy", "../start.sh", "start.sh", id="at the root"),
        pytest.param("deploy", "..", "", id="the root itself"),
        pytest.param("deploy", "bin\\start.sh", "deploy/bin/start.sh", id="with backslashes"),
        pytest.param("", "..start.sh", "..start.sh", id="a name with two dots"),
    ],
)
def test_within(folder: str, name: str, path: str | None) -> None:
    assert within(folder, name) == path


@pytest.mark.parametrize(
    ("pattern", "excluded"),
    [
        pytest.param("other/*", False, id="another folder"),
        pytest.param("leg", False, id="a part of a name"),
        pytest.param("LEGACY", False, id="another case"),
        pytest.param("legacy", True, id="the folder"),
        pytest.param("legacy/", True, id="the folder with a slash"),
        pytest.param("legacy/*", True, id="what the folder holds"),
        pytest.param("*/Procfile", True, id="a name anywhere"),
        pytest.param("legacy/web/Procfile", True, id="the path"),
    ],
)
def test_patterns_of_excluded_files(pattern: str, excluded: bool) -> None:
    assert is_excluded("legacy/web/Procfile", [pattern]) is excluded


# --- texts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param("caf\u00e9\n".encode(), "caf\u00e9\n", id="UTF-8"),
        pytest.param("caf\u00e9\n".encode("utf-8-sig"), "caf\u00e9\n", id="UTF-8 with a BOM"),
        pytest.param("\ufeffcaf\u00e9\n".encode("utf-16-le"), "caf\u00e9\n", id="UTF-16 as Windows writes it"),
        pytest.param("\ufeffcaf\u00e9\n".encode("utf-16-be"), "caf\u00e9\n", id="UTF-16, big-endian"),
        pytest.param(b"we\0b: x\n", "web: x\n", id="a NUL"),
        pytest.param(b"web: x\r\n", "web: x\r\n", id="line ends are kept"),
    ],
)
def test_decode(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        pytest.param(b"\xff", "is not UTF-8", 1, id="no text at all"),
        pytest.param(b"web: x\n# caf\xe9\n", "is not UTF-8", 2, id="Latin-1"),
        pytest.param(b"\xff\xfea\0\n\0\x00\xd8", "is not UTF-16", 2, id="half a UTF-16 character"),
    ],
)
def test_what_cannot_be_decoded(data: bytes, reason: str, line: int) -> None:
    with pytest.raises(Unreadable) as raised:
        decode(data)

    assert (raised.value.reason, raised.value.line) == (reason, line)


# --- reading ------------------------------------------------------------------------------------------------------------


def read(root: Path, path: str) -> str | None:
    source = Repository(str(root)).read(path)
    return None if source is None else source.text


def reason(root: Path, path: str) -> str:
    with pytest.raises(Unreadable) as raised:
        Repository(str(root)).read(path)
    return raised.value.reason


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("Procfile", id="nothing there"),
        pytest.param("deploy/Procfile", id="no such folder"),
        pytest.param("manage.py/Procfile", id="below a file"),
        pytest.param("shop", id="a folder with the name of a file"),
        pytest.param("", id="the root"),
    ],
)
def test_no_such_file(tmp_path: Path, path: str) -> None:
    write(tmp_path, "manage.py")
    write(tmp_path, "shop/settings.py")

    assert read(tmp_path, path) is None


@LINKS
def test_a_link_to_nothing_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "Procfile").symlink_to("Procfile.web")

    assert read(tmp_path, "Procfile") is None


def test_a_file_that_vanishes_after_it_was_listed(tmp_path: Path) -> None:
    repository = Repository(str(tmp_path))
    path = write(tmp_path, "Procfile")
    assert repository.is_file("Procfile")

    path.unlink()

    assert repository.read("Procfile") is None


@pytest.mark.parametrize(
    ("size", "path"),
    [
        pytest.param(MAX_BYTES, "Procfile", id="as large as a file may be"),
        pytest.param(512 * 1024, "shop/settings.py", id="a Python file may be larger"),
        pytest.param(512 * 1024, "requirements.txt", id="a list of requirements, too"),
        pytest.param(512 * 1024, "requirements/base.in", id="one for a compiler, too"),
        pytest.param(4 * 1024 * 1024, "poetry.lock", id="a lock file may be larger yet"),
        pytest.param(4 * 1024 * 1024, "package-lock.json", id="one of JSON, too"),
    ],
)
def test_a_large_file(tmp_path: Path, size: int, path: str) -> None:
    text = ("x" * 999 + "\n") * (size // 1000)

    write(tmp_path, path, text.ljust(size).encode())

    assert len(read(tmp_path, path) or "") == size

    write(tmp_path, path, text.ljust(size + 1).encode())

    with pytest.raises(Unreadable, match=rf"^is larger than {size // 1024} KiB$"):
        read(tmp_path, path)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        pytest.param("\n" * 3000, None, None, id="as many lines as a file may have"),
        pytest.param("a\r\n" * 3000, None, None, id="as many lines, with CRLF"),
        pytest.param("a\n" * 3001, "has more than 3000 lines", None, id="too many lines"),
        pytest.param("a\r" * 3001, "has more than 3000 lines", None, id="too many lines, with CR"),
        pytest.param("a\n" + "x" * 24 * 1024 + "\nb", None, None, id="as long a line as a file may have"),
        pytest.param("a\n" + "x" * (24 * 1024 + 1), "has a line of more than 24 KiB", 2, id="too long a line"),
        pytest.param("x" * 24 * 1024 + "\n" + "y" * 24 * 1024, None, None, id="two long lines"),
    ],
)
def test_many_lines_and_long_ones(tmp_path: Path, text: str, reason: str | None, line: int | None) -> None:
    write(tmp_path, "Procfile", text.encode())

    if reason is None:
        assert read(tmp_path, "Procfile") == text
        return
    with pytest.raises(Unreadable) as error:
        read(tmp_path, "Procfile")
    assert (error.value.reason, error.value.line) == (reason, line)


def test_as_many_bytes_as_are_read_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was read already can be read again, and those of another sort have a bound of their own."""
    monkeypatch.setattr(bounds, "OTHERS", Sizes(bounds.MIB, 2 * bounds.MIB, 10, bounds.MIB))
    for name in ("a", "b", "c", "d.lock"):
        write(tmp_path, name, b"x" * bounds.MIB)
    repository = Repository(str(tmp_path))

    assert repository.read("a") is not None
    assert repository.read("b") is not None
    with pytest.raises(LeftOut, match=r"^comes after 2 MiB of others$"):
        repository.read("c")
    assert repository.left_out == {"c": "comes after 2 MiB of others"}
    assert repository.read("a") is not None
    assert repository.read("d.lock") is not None


@LINKS
@pytest.mark.parametrize(
    "target",
    [
        pytest.param("deploy/Procfile", id="relative"),
        pytest.param("../shop/deploy/Procfile", id="by way of the outside"),
    ],
)
def test_a_link_that_stays_inside(tmp_path: Path, target: str) -> None:
    write(tmp_path / "shop", "deploy/Procfile", b"web: x\n")
    (tmp_path / "shop/Procfile").symlink_to(target)

    assert read(tmp_path / "shop", "Procfile") == "web: x\n"


@LINKS
def test_a_repository_behind_a_link(tmp_path: Path) -> None:
    write(tmp_path / "shop", "Procfile", b"web: x\n")
    (tmp_path / "link").symlink_to("shop")

    assert read(tmp_path / "link", "Procfile") == "web: x\n"


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)  # the whole path may be longer than a socket's may be


def make_sparse_file(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(10**12)


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def make_link_out(path: Path) -> None:
    path.symlink_to(write(path.parent.parent, "outside"))


def make_link_to_sibling_of_same_beginning(path: Path) -> None:
    path.symlink_to(write(path.parent.parent, path.parent.name + "-more/Procfile"))


@POSIX
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(make_fifo, "is not a regular file", id="a FIFO, which would wait for ever"),
        pytest.param(make_socket, "is not a regular file", id="a socket"),
        pytest.param(make_sparse_file, "is larger than 64 KiB", id="a sparse file"),
        pytest.param(make_loop, "cannot be opened", id="a link to itself"),
        pytest.param(make_link_out, "is a link that leaves the repository", id="a link out of the repository"),
        pytest.param(
            make_link_to_sibling_of_same_beginning, "is a link that leaves the repository", id="a link to a sibling"
        ),
    ],
)
def test_what_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], expected: str
) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    monkeypatch.chdir(root)

    make(root / "Procfile")

    assert reason(root, "Procfile") == expected


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="there are no devices here")
def test_a_device_is_never_opened() -> None:
    assert reason(Path("/dev"), "null") == "is not a regular file"


@POSIX
def test_a_file_that_this_user_may_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, "Procfile")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")

    assert reason(tmp_path, "Procfile") == "cannot be opened"


@LINKS
def test_a_file_behind_a_linked_folder_outside(tmp_path: Path) -> None:
    write(tmp_path, "shared/Procfile")
    root = tmp_path / "shop"
    root.mkdir()
    (root / "deploy").symlink_to("../shared")

    assert reason(root, "deploy/Procfile") == "is a link that leaves the repository"


def test_a_path_out_of_the_repository(tmp_path: Path) -> None:
    write(tmp_path, "Procfile")
    (tmp_path / "shop").mkdir()

    assert reason(tmp_path / "shop", "../Procfile") == "is a link that leaves the repository"


def test_a_path_with_a_nul(tmp_path: Path) -> None:
    assert reason(tmp_path, "Proc\0file") == "cannot be opened"


def test_an_excluded_file_is_never_opened(tmp_path: Path) -> None:
    write(tmp_path, "legacy/start.sh")

    with pytest.raises(Unreadable, match="is listed in DEPLOYCHECK"):
        Repository(str(tmp_path), ["legacy"]).read("legacy/start.sh")


def test_a_file_is_read_once(tmp_path: Path) -> None:
    repository = Repository(str(tmp_path))
    write(tmp_path, "Procfile", b"web: one\n")
    first = repository.read("Procfile")
    write(tmp_path, "Procfile", b"web: two\n")

    assert repository.read("Procfile") is first
    assert first == Source("Procfile", "web: one\n")


def test_what_cannot_be_read_stays_so(tmp_path: Path) -> None:
    repository = Repository(str(tmp_path))
    write(tmp_path, "Procfile", b"\xff")

    for _ in range(2):
        with pytest.raises(Unreadable, match="is not UTF-8"):
            repository.read("Procfile")


def test_known_opens_nothing(tmp_path: Path) -> None:
    repository = Repository(str(tmp_path))
    write(tmp_path, "Procfile", b"web: x\n")
    write(tmp_path, "broken", b"\xff")
    assert repository.known("Procfile") is None

    source = repository.read("Procfile")
    with pytest.raises(Unreadable):
        repository.read("broken")

    assert repository.known("Procfile") is source
    assert repository.known("broken") is None


def test_bytes_are_not_decoded_and_not_kept(tmp_path: Path) -> None:
    repository = Repository(str(tmp_path))
    write(tmp_path, "index", b"DIRC\xff")

    assert repository.read_bytes("index", 10) == b"DIRC\xff"
    assert repository.known("index") is None
    with pytest.raises(Unreadable, match="is larger than 0 KiB"):
        repository.read_bytes("index", 4)


# --- listing ------------------------------------------------------------------------------------------------------------


def test_a_listing_is_sorted_and_tells_folders_from_files(tmp_path: Path) -> None:
    for path in ("b.txt", "a/x", "C.txt", ".hidden"):
        write(tmp_path, path)
    repository = Repository(str(tmp_path))

    assert list(repository.listing("").items()) == [(".hidden", False), ("C.txt", False), ("a", True), ("b.txt", False)]
    assert repository.listing("a") == {"x": False}
    assert (repository.is_file("b.txt"), repository.is_file("a"), repository.is_file("none")) == (True, False, False)
    assert (repository.is_folder("b.txt"), repository.is_folder("a"), repository.is_folder("")) == (False, True, True)


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param("none", id="no such folder"),
        pytest.param("file", id="a file"),
        pytest.param("..", id="above the root"),
        pytest.param("no\0ne", id="a NUL"),
    ],
)
def test_what_cannot_be_listed_is_empty(tmp_path: Path, folder: str) -> None:
    write(tmp_path, "shop/file")

    assert Repository(str(tmp_path / "shop")).listing(folder) == {}


@LINKS
def test_a_folder_that_is_missing_above_is_not_looked_for(tmp_path: Path) -> None:
    """Its names would be there by now: whoever asks for many modules in many folders asks the disk for few."""
    write(tmp_path, "shop/urls.py")
    repository = Repository(str(tmp_path))
    assert repository.listing("") == {"shop": True}
    write(tmp_path, "later/apps/web/Procfile")

    assert not repository.is_file("later/apps/web/Procfile")
    assert repository.listing("later") == repository.listing("later/apps") == {}
    assert repository.listing("shop") == {"urls.py": False}
    assert repository.listing("shop/urls.py/more") == {}


def test_a_folder_is_looked_for_below_one_that_was_not_listed(tmp_path: Path) -> None:
    write(tmp_path, "later/apps/web/Procfile")
    repository = Repository(str(tmp_path))

    assert repository.is_file("later/apps/web/Procfile")


def test_a_folder_is_looked_for_below_one_that_was_listed_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 1)
    for name in ("a", "b", "c"):
        write(tmp_path, f"{name}/Procfile")
    repository = Repository(str(tmp_path))

    assert len(repository.listing("")) == 1
    assert all(repository.is_file(f"{name}/Procfile") for name in ("a", "b", "c"))


def test_a_linked_folder_outside_is_not_listed(tmp_path: Path) -> None:
    write(tmp_path, "shared/Procfile")
    root = tmp_path / "shop"
    root.mkdir()
    (root / "deploy").symlink_to("../shared")

    assert Repository(str(root)).listing("deploy") == {}


@LINKS
def test_links_in_a_circle_are_listed_as_files(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").symlink_to("Dockerfile")

    assert Repository(str(tmp_path)).listing("") == {"Dockerfile": False}


def test_a_folder_of_very_many_entries_is_listed_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        write(tmp_path, f"{number}.jpg")
    monkeypatch.setattr(module, "MAX_ENTRIES", 7)

    assert len(Repository(str(tmp_path)).listing("")) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_utf_8_can_be_printed(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/Dockerfile.\xff", "wb"):
        pass
    repository = Repository(str(tmp_path))

    assert repository.listing("") == {"Dockerfile.\ufffd": False}
    assert repository.read("Dockerfile.\ufffd") is None


@pytest.mark.parametrize(
    ("lines", "expected", "places"),
    [
        pytest.param((), (), [3, 3], id="not known"),
        pytest.param((3, 3), (), [3, 3], id="one line"),
        pytest.param((3,), (), [3, 3], id="not of every argument"),
        pytest.param((3, 4), (3, 4), [3, 4], id="several lines"),
        pytest.param((4, 4), (4, 4), [4, 4], id="all below the key"),
    ],
)
def test_lines_of_arguments(lines, expected, places):
    """An argument on a line of its own stands there."""
    line = Source("compose.yaml", "").exec_form(("gunicorn", "--reload"), 3, lines)
    assert line.lines == expected
    assert [place.line for place in line.places] == places
    assert Source("compose.yaml", "").shell("gunicorn", 3).places == ()


def test_a_folder_whose_folders_are_all_there_is_listed(tmp_path: Path) -> None:
    (tmp_path / "deploy" / "nginx").mkdir(parents=True)
    (tmp_path / "deploy" / "nginx" / "site.conf").touch()
    repository = Repository(str(tmp_path))

    assert [
        repository.listing(folder) for folder in ("", "deploy", "deploy/nginx", "deploy/caddy", "other/deploy")
    ] == [
        {"deploy": True},
        {"nginx": True},
        {"site.conf": False},
        {},
        {},
    ]


def test_a_folder_that_this_user_may_not_list_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where tests run as root, who may list everything, the answer of the system is that for others."""
    (tmp_path / "deploy").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    repository = Repository(str(tmp_path))

    assert repository.listing("deploy") == {}
    assert repository.unlisted == {"deploy": "cannot be listed"}
