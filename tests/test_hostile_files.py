"""
Files and folders as a stranger may leave them in a repository, through the real commands: nothing hangs, nothing raises,
what can be read is read, and what cannot be is said in one line each.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import stat
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command

from django_deploycheck import source
from django_deploycheck.source import Repository, Unreadable
from tests.running import manage, run, start_project

if TYPE_CHECKING:
    from pytest_django import Settings

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such files or names")

WEB = "web: python manage.py runserver 0.0.0.0:$PORT\n"
FOUND = "Procfile:1"
"""Where the mistake of the one right file stands: whatever else is there, it has to be found."""

NOT_REGULAR = "is not a regular file"
LEAVES = "is a link that leaves the repository"
CLOSED = "cannot be opened"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return start_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def shop(started: Path, tmp_path: Path) -> Path:
    """A new project with the one line and one mistake, in a git repository."""
    folder = Path(shutil.copytree(started, tmp_path / "shop")).resolve()
    (folder / ".git").mkdir()
    (folder / "Procfile").write_text(WEB, encoding="utf-8")
    return folder


@pytest.fixture
def repository(tmp_path: Path, settings: Settings) -> Path:
    """A folder that the check of this very process reads, with one mistake."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "Procfile").write_text(WEB, encoding="utf-8")
    settings.DEPLOYCHECK = {"ROOT": folder}
    return folder


def checked(folder: Path) -> list[CheckMessage]:
    """Our messages that Django's check prints, each of one line without control characters."""
    found = [
        message
        for message in run_checks(tags=["deploy"], include_deployment_checks=True)
        if str(message.id).startswith("deploycheck.")
    ]
    for message in found:
        assert f"{message.obj}{message.msg}{message.hint or ''}".isprintable(), message
    return found


def unreadable(folder: Path) -> list[str]:
    """``path: message`` of every file that cannot be read; the mistake in the right file is found beside them."""
    messages = checked(folder)
    assert any(str(message.obj).endswith(FOUND) and str(message.id).endswith("W101") for message in messages)
    assert not any(str(message.id).endswith("W002") for message in messages)
    return [message.msg for message in messages if str(message.id).endswith("W001")]


def inventory(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The JSON report on the folder, which every line of its text report agrees with in being printable."""
    call_command("deploycheck", "--fail-level", "NEVER")
    text = capsys.readouterr().out
    assert all(line.isprintable() for line in text.split("\n")), text
    call_command("deploycheck", "--format", "json", "--fail-level", "NEVER")
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


def statuses(data: dict[str, Any]) -> dict[str, str]:
    """``status: reason`` of every file by its path; of those that were read the status alone."""
    return {
        file["path"]: file["status"] if file["status"] == "read" else f"{file['status']}: {file['reason']}"
        for file in data["files"]
    }


def said(path: str, reason: str) -> str:
    return f"The deployment file '{path}' {reason}, so nothing in it was checked. [unreadable-file]"


# --- one hostile file ---------------------------------------------------------------------------------------------------


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    folder = os.getcwd()
    os.chdir(path.parent)  # the whole path may be longer than a socket's may be
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(folder)


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(10 * 1024**3)


def link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def chain(path: Path) -> None:
    """Fifty links, more than a system follows."""
    for number in range(50):
        (path.parent / f"link{number}").symlink_to(f"link{number + 1}")
    (path.parent / "link50").write_text("{}", encoding="utf-8")
    path.symlink_to("link0")


def circle(path: Path) -> None:
    path.symlink_to("other")
    (path.parent / "other").symlink_to(path.name)


def closed(path: Path) -> None:
    path.write_text("{}", encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")


def device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except (PermissionError, OSError):
        pytest.skip("this user may make no devices")


@POSIX
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(fifo, NOT_REGULAR, id="a FIFO"),
        pytest.param(unix_socket, NOT_REGULAR, id="a socket"),
        pytest.param(device, NOT_REGULAR, id="a device that never ends"),
        pytest.param(sparse, "is larger than 64 KiB", id="ten gigabytes of nothing"),
        pytest.param(link_to("app.json"), CLOSED, id="a link to itself"),
        pytest.param(circle, CLOSED, id="links in a circle"),
        pytest.param(link_to("/etc/passwd"), LEAVES, id="a link to a file of the system"),
        pytest.param(link_to("../../../../../../../../etc/passwd"), LEAVES, id="a relative link out of the repository"),
        pytest.param(link_to("/dev/zero"), LEAVES, id="a link to a device"),
        pytest.param(link_to("/dev/stdin"), LEAVES, id="a link to the terminal"),
        pytest.param(link_to("/proc/self/environ"), LEAVES, id="a link to this process's environment"),
        pytest.param(link_to("/proc/self/fd/0"), LEAVES, id="a link to what this process has open"),
        pytest.param(link_to("/proc/self/cwd/app.json"), LEAVES, id="a link by way of this process"),
        pytest.param(link_to("/nowhere"), LEAVES, id="a link to nothing outside"),
        pytest.param(link_to(".git/../../repository-of-others/app.json"), LEAVES, id="a link to a sibling"),
        pytest.param(closed, CLOSED, id="a file that this user may not read"),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe\xff"), "is not UTF-16", id="half a character"),
        pytest.param(lambda path: path.write_bytes(b"{\xff}"), "is not UTF-8", id="bytes"),
        pytest.param(
            lambda path: path.write_bytes(os.urandom(0) + b"\x89PNG\r\n\x1a\n"), "is not UTF-8", id="a picture"
        ),
        pytest.param(lambda path: path.write_bytes(b"\0" * 60_000), "is no valid JSON", id="nothing but NULs"),
    ],
)
def test_a_file_that_cannot_be_read(
    repository: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None], reason: str
) -> None:
    make(repository / "app.json")

    assert unreadable(repository) == [said("app.json", reason)]
    data = inventory(capsys)
    assert statuses(data) == {"Procfile": "read", "app.json": f"unreadable: {reason}"}
    assert [spot["reason"] for spot in data["blind_spots"]] == [f"'app.json' {reason}"]
    assert {spot["location"]["path"] for spot in data["blind_spots"]} == {"app.json"}


@POSIX
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: path.mkdir(), id="a folder with a file's name"),
        pytest.param(link_to("nothing"), id="a link to nothing"),
        pytest.param(link_to("deploy"), id="a link to a folder"),
        pytest.param(link_to(".."), id="a link to the folder around the repository"),
    ],
)
def test_what_is_no_file(repository: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]) -> None:
    (repository / "deploy").mkdir()
    make(repository / "app.json")

    assert unreadable(repository) == []
    assert statuses(inventory(capsys)) == {"Procfile": "read"}


@POSIX
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(link_to("Procfile"), id="a link"),
        pytest.param(link_to("./deploy/../deploy/../Procfile"), id="a link with detours"),
        pytest.param(link_to("deploy/Procfile"), id="a link to a link"),
    ],
)
def test_links_that_stay_in_the_repository_are_read(
    repository: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    (repository / "deploy").mkdir()
    (repository / "deploy" / "Procfile").symlink_to("../Procfile")
    make(repository / "Procfile.staging")

    assert unreadable(repository) == []
    assert set(statuses(inventory(capsys)).values()) == {"read"}


@LINUX
def test_a_chain_of_more_links_than_the_system_follows(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain(repository / "app.json")

    assert all(message in (said("app.json", CLOSED),) for message in unreadable(repository))
    assert set(statuses(inventory(capsys))) <= {"Procfile", "app.json"}


# --- files that change while they are read ------------------------------------------------------------------------------


def grow(path: Path) -> None:
    path.write_bytes(b"x" * 10_000_000)


def become_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def become_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@POSIX
@pytest.mark.parametrize(
    ("change", "then", "later"),
    [
        pytest.param(lambda path: path.unlink(), None, None, id="it vanishes"),
        pytest.param(lambda path: path.write_bytes(b""), "", "is no valid JSON", id="it shrinks"),
        pytest.param(grow, "has a line of more than 24 KiB", "is larger than 64 KiB", id="it grows without end"),
        pytest.param(become_fifo, "", NOT_REGULAR, id="it becomes a FIFO"),
        pytest.param(become_link, CLOSED, LEAVES, id="it becomes a link out of the repository"),
        pytest.param(become_folder, CLOSED, None, id="it becomes a folder"),
    ],
)
def test_a_file_that_changes_between_the_look_at_it_and_its_opening(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    then: str | None,
    later: str | None,
) -> None:
    """The worst moment there is: what it was has been seen, and nothing has been opened yet."""
    path = repository / "app.json"
    changed: list[str] = []
    system_open = os.open

    def open_late(name: str, *arguments: Any, **options: Any) -> int:
        if str(name) == str(path) and not changed:
            changed.append(name)
            change(path)
        return system_open(name, *arguments, **options)

    for read in (lambda: outcome(repository), lambda: unreadable(repository)):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.write_text("{}", encoding="utf-8")
        changed.clear()
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", open_late)
            found = read()
        assert changed
        if isinstance(found, list):
            # The check may look again when it has noticed the change.
            reasons = [reason for reason in (then or "is no valid JSON", later) if reason is not None]
            assert found in ([], *([said("app.json", reason)] for reason in reasons))
        else:
            assert found == then


def outcome(root: Path) -> str | None:
    """What is read of the file: its text, why it cannot be read, or that there is none."""
    try:
        found = Repository(str(root)).read("app.json")
    except Unreadable as error:
        return error.reason
    return found.text if found is not None else None


@POSIX
def test_files_that_change_all_the_time(repository: Path) -> None:
    """Somebody writes, renames and removes while the check runs: it says this or that and never raises."""
    over = threading.Event()

    def write() -> Iterator[None]:
        number = 0
        while True:
            number += 1
            path = repository / f"Procfile.{number % 7}"
            try:
                path.write_text(WEB * (number % 50), encoding="utf-8")
                yield
                path.rename(repository / f"Dockerfile.{number % 5}")
                yield
                (repository / f"Dockerfile.{(number + 1) % 5}").unlink(missing_ok=True)
            except OSError:
                pass
            yield

    def work() -> None:
        for _ in write():
            if over.is_set():
                return

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for _ in range(15):
            messages = checked(repository)
            assert any(str(message.obj).endswith(FOUND) for message in messages)
            assert not any(str(message.id).endswith("W002") for message in messages)
    finally:
        over.set()
        writer.join()


# --- names --------------------------------------------------------------------------------------------------------------


@LINUX
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"Procfile.\nW999", "Procfile. W999", id="a newline"),
        pytest.param(b"Procfile.\x1b[31mred\x07", "Procfile. [31mred", id="codes for the terminal"),
        pytest.param(b"Procfile.\r\x85\xe2\x80\xa8x", None, id="other ends of lines"),
        pytest.param("Procfile.\u202egnp".encode(), "Procfile. gnp", id="writing from right to left"),
        pytest.param(b"Procfile.\xff\xfe", None, id="no UTF-8"),
        pytest.param(b"Procfile." + b"x" * 246, "Procfile." + "x" * 246, id="as long as a name may be"),
        pytest.param("Procfile.ü書".encode(), "Procfile.ü書", id="letters of any language"),
        pytest.param(b"Procfile. ' \" `$(touch x)`", "Procfile. ' \" `$(touch x)`", id="quotes and commands"),
    ],
)
def test_a_name_of_any_bytes(
    repository: Path, capsys: pytest.CaptureFixture[str], name: bytes, shown: str | None
) -> None:
    """What stands in the file is found, and every message is one line."""
    target = os.fsencode(repository) + b"/" + name
    with open(target, "wb") as stream:
        stream.write(WEB.encode())

    messages = checked(repository)
    data = inventory(capsys)

    assert any(str(message.obj).endswith(FOUND) for message in messages)
    assert not any(str(message.id).endswith("W002") for message in messages)
    assert sorted(os.listdir(os.fsencode(repository))) == sorted([b"Procfile", name])
    if shown is not None:
        assert any(str(message.obj).endswith(f"{shown}:1") for message in messages)
        assert {file["status"] for file in data["files"]} == {"read"}


@LINUX
def test_twins_by_case_are_two_files(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("PROCFILE", "procfile", "Dockerfile", "dockerfile", "DOCKERFILE"):
        (repository / name).write_text("FROM python:3.13\nCMD python manage.py runserver\n", encoding="utf-8")
    if len(os.listdir(repository)) < 6:
        pytest.skip("this file system makes no difference of case")

    assert unreadable(repository) == []
    assert statuses(inventory(capsys)) == {"Dockerfile": "read", "Procfile": "read", "dockerfile": "read"}


# --- folders ------------------------------------------------------------------------------------------------------------


def closed_folder(path: Path) -> None:
    path.mkdir()
    (path / "app.json").write_text("{", encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may list every folder")


OUTSIDE = [f"the folder {LEAVES}"]


@POSIX
@pytest.mark.parametrize(
    ("make", "gaps"),
    [
        pytest.param(link_to("."), [], id="a link to the folder around it"),
        pytest.param(link_to("deploy"), [], id="a link to itself"),
        pytest.param(fifo, [], id="a FIFO with a folder's name"),
        pytest.param(link_to(".."), OUTSIDE, id="a link to the folder around the repository"),
        pytest.param(link_to("/"), OUTSIDE, id="a link to the whole system"),
        pytest.param(link_to("/dev"), OUTSIDE, id="a link to the devices"),
        pytest.param(link_to("/proc/self"), OUTSIDE, id="a link to this process", marks=LINUX),
        pytest.param(link_to("/proc/self/cwd"), OUTSIDE, id="a link to where this process runs", marks=LINUX),
        pytest.param(closed_folder, ["the folder cannot be listed"], id="a folder that this user may not list"),
    ],
)
def test_a_folder_that_leads_elsewhere(
    repository: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None], gaps: list[str]
) -> None:
    """It is not looked into; where its name says that it holds deployment files, that is said."""
    make(repository / "deploy")
    try:
        assert unreadable(repository) == []
        data = inventory(capsys)
        assert "Procfile" in statuses(data)
        assert [spot["reason"] for spot in data["blind_spots"]] == gaps
        assert [spot["location"] for spot in data["blind_spots"]] == [{"path": "deploy", "line": None}] * len(gaps)
    finally:
        if not (repository / "deploy").is_symlink():
            (repository / "deploy").chmod(0o700)


@POSIX
def test_a_folder_of_data_elsewhere_hides_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "uploads").symlink_to("/")

    assert unreadable(repository) == []
    assert inventory(capsys)["blind_spots"] == []


@POSIX
def test_folders_linked_into_each_other_end(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each name leads to every other one: five to the power of the depth paths."""
    names = ["deploy", "docker", "config", "infra", "ops"]
    (repository / "tree").mkdir()
    for name in names:
        (repository / name).symlink_to("tree")
        (repository / "tree" / name).symlink_to("../tree")
    (repository / "tree" / "app.json").write_text("{}", encoding="utf-8")

    assert unreadable(repository) == []
    data = inventory(capsys)
    assert [spot["reason"] for spot in data["blind_spots"]] == ["only the first 400 folders were looked into"]


def test_a_folder_of_more_entries_than_are_looked_at(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which of them are looked at is up to the file system; that it is not all of them is said."""
    (repository / "deploy").mkdir()
    for number in range(source.MAX_ENTRIES):
        os.close(os.open(repository / "deploy" / f"{number}.txt", os.O_CREAT | os.O_WRONLY))
    (repository / "deploy" / "Procfile").write_text(WEB, encoding="utf-8")

    assert unreadable(repository) == []
    assert [(spot["reason"], spot["location"]) for spot in inventory(capsys)["blind_spots"]] == [
        ("only 5000 entries of the folder were looked at", {"path": "deploy", "line": None})
    ]


# --- roots --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: None, id="a root that is missing"),
        pytest.param(lambda path: path.write_text("x"), id="a root that is a file"),
        pytest.param(fifo, id="a root that is a FIFO", marks=POSIX),
        pytest.param(link_to("root"), id="a root that is a link to itself", marks=POSIX),
        pytest.param(link_to("/dev/zero"), id="a root that is a device", marks=POSIX),
    ],
)
def test_a_root_that_is_no_folder(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    make(tmp_path / "root")
    settings.DEPLOYCHECK = {"ROOT": tmp_path / "root"}

    messages = checked(tmp_path)

    assert [(str(message.id), message.msg) for message in messages if "W00" in str(message.id)] == [
        ("deploycheck.W003", f"DEPLOYCHECK[\"ROOT\"] is no folder: '{tmp_path / 'root'}'. [invalid-configuration]")
    ]


def test_a_base_dir_that_does_not_exist(shop: Path) -> None:
    with (shop / "shop" / "settings.py").open("a", encoding="utf-8") as stream:
        stream.write('BASE_DIR = BASE_DIR / "nowhere" / "at all"\n')

    done = manage(shop, "check", "--deploy", "--tag", "deploy")

    assert "\nProcfile:1: (deploycheck.W101)" in done.stderr
    assert "W002" not in done.stderr


@POSIX
def test_a_root_that_nobody_may_write_to(shop: Path) -> None:
    folders = [shop, *(path for path in shop.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        done = manage(shop, "check", "--deploy", "--tag", "deploy")
    finally:
        for folder in folders:
            folder.chmod(0o700)

    assert "\nProcfile:1: (deploycheck.W101)" in done.stderr
    assert not list(shop.rglob("__pycache__"))


# --- imported from an archive -------------------------------------------------------------------------------------------


def zipped(target: Path, folder: Path, *names: str) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            for path in [folder / name, *sorted((folder / name).rglob("*"))]:
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(folder))
    return target


def test_the_package_in_an_archive(shop: Path, tmp_path: Path) -> None:
    package = Path(source.__file__).parent
    archive = zipped(tmp_path / "packages.zip", package.parent, package.name)

    done = run(
        shop,
        "-c",
        f"import sys; sys.path.insert(0, {str(archive)!r}); import django_deploycheck as app\n"
        f"assert app.__file__.startswith({str(archive)!r}), app.__file__\n"
        "sys.argv = ['manage.py', 'check', '--deploy', '--tag', 'deploy']\n"
        "import runpy; runpy.run_path('manage.py', run_name='__main__')",
    )

    assert "\nProcfile:1: (deploycheck.W101)" in done.stderr, done.stderr
    assert "W002" not in done.stderr


def test_the_project_in_an_archive(shop: Path, tmp_path: Path) -> None:
    """Settings that stand in no folder lead nowhere: the working directory is what is left to start from."""
    archive = zipped(tmp_path / "site.zip", shop, "shop")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "Procfile").write_text(WEB, encoding="utf-8")
    environment = {"PYTHONPATH": str(archive), "DJANGO_SETTINGS_MODULE": "shop.settings"}

    done = run(elsewhere, "-m", "django", "check", "--deploy", "--tag", "deploy", env=environment)

    assert "Procfile:1: (deploycheck.W101)" in done.stderr, done.stderr
    assert "W002" not in done.stderr


# --- all of them at once, in processes of their own ---------------------------------------------------------------------


@LINUX
def test_a_repository_of_all_of_them(shop: Path) -> None:
    fifo(shop / "heroku.yml")
    sparse(shop / "fly.toml")
    circle(shop / "render.yaml")
    unix_socket(shop / "app.json")
    (shop / "vercel.json").symlink_to("/dev/zero")
    (shop / "Dockerfile").mkdir()
    (shop / "deploy").symlink_to(".")
    (shop / "docker").symlink_to("/proc/self")
    (shop / "compose.yml").write_bytes(b"services:\n  web: \xff\n")
    (shop / "Procfile.\n\x1b[31mred").write_text(WEB, encoding="utf-8")
    (shop / "nginx.conf").write_text("server {\n" * 5_000, encoding="utf-8")

    commands = (
        ("check", "--deploy", "--tag", "deploy"),
        ("deploycheck", "--fail-level", "NEVER"),
        ("deploycheck", "--format", "json", "--fail-level", "NEVER"),
    )
    check, text, report = (manage(shop, *arguments) for arguments in commands)

    refused = {
        "app.json": NOT_REGULAR,
        "compose.yml": "is not UTF-8",
        "fly.toml": "is larger than 64 KiB",
        "heroku.yml": NOT_REGULAR,
        "nginx.conf": "has more than 3000 lines",
        "render.yaml": CLOSED,
        "vercel.json": LEAVES,
    }
    lines = [line for line in check.stderr.splitlines() if "(deploycheck.W001)" in line]
    assert sorted(line.partition(") ")[2] for line in lines) == [said(*item) for item in refused.items()]
    assert "\nProcfile:1: (deploycheck.W101)" in check.stderr
    assert "\nProcfile.  [31mred:1: (deploycheck.W101)" in check.stderr
    data = json.loads(report.stdout)
    of_root = {path: state for path, state in statuses(data).items() if "/" not in path}
    assert {path: state for path, state in of_root.items() if state != "read"} == {
        path: f"unreadable: {reason}" for path, reason in refused.items()
    }
    assert data["root"] == str(shop)
    for done in (check, text, report):
        assert "Traceback" not in done.stderr
        assert "W002" not in done.stdout + done.stderr
        assert re.search(r"[^\n\t\x20-\x7e\u2018-\u2026]", done.stdout + done.stderr) is None
    assert (text.returncode, report.returncode) == (0, 0)
