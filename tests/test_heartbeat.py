"""The check within a process that serves: from many threads, in an event loop, after a fork, under -O, again and again."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import shutil
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as live
from django.core.checks import run_checks
from django.test import RequestFactory

from django_deploycheck import engine, unchanged
from tests.benchmarks.heartbeat import measured
from tests.running import copy_of, run, write_site
from tests.test_unchanged import PROCFILE, RELEASE, Site, site

__all__ = ["site"]

SERVER = "web: gunicorn bookstore.wsgi\n"


def heartbeat() -> tuple[str, ...]:
    return tuple(map(str, run_checks(tags=["deploy"], include_deployment_checks=True)))


# --- threads ------------------------------------------------------------------------------------------------------------


def test_many_threads_hear_what_one_does(site: Site) -> None:
    expected = tuple(site.truth())
    start = threading.Barrier(16)

    def beats() -> set[tuple[str, ...]]:
        start.wait()
        return {heartbeat() for _ in range(20)}

    with ThreadPoolExecutor(16) as pool:
        said = set().union(*(future.result() for future in [pool.submit(beats) for _ in range(16)]))

    assert said == {expected}
    assert site.made == 1


def test_many_threads_that_all_make_an_answer_of_their_own(site: Site) -> None:
    """As when each has waited for too long."""
    expected = tuple(site.truth())

    with ThreadPoolExecutor(16) as pool:
        said = {future.result() for future in [pool.submit(lambda: tuple(site.truth())) for _ in range(48)]}

    assert said == {expected}


def test_filters_of_warnings_are_left_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """``warnings.catch_warnings`` in several threads at once leaves one thread's filters to all, for good."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("the filters are changed")

    site.write("gunicorn.conf.py", 'workers = 2\nlogger = "\\d"\n')
    expected = site.truth()
    before = [*warnings.filters]
    monkeypatch.setattr(warnings, "catch_warnings", refuse)

    assert site.truth() == expected
    assert [*warnings.filters] == before
    assert not any("W001" in line or "W002" in line for line in expected)


def test_a_thread_changes_files_while_another_one_asks(site: Site) -> None:
    """Every answer is that to one of both states, and the last one is that to the last state."""
    states = [PROCFILE + RELEASE, SERVER + RELEASE]
    possible = set()
    for text in states:
        site.write("Procfile", text)
        possible.add(tuple(site.truth()))
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            beside = site.folder / "beside"
            beside.write_text(states[number % 2], encoding="utf-8")
            beside.replace(site.folder / "Procfile")
            stop.wait(0.002)

    writer = threading.Thread(target=change)
    writer.start()
    try:
        said = {heartbeat() for _ in range(60)}
    finally:
        stop.set()
        writer.join()

    assert len(possible) == 2
    assert said <= possible
    assert heartbeat() == tuple(site.truth())


def test_nobody_waits_for_good(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that has the turn may itself wait for something that another one holds, such as an import's lock."""
    monkeypatch.setattr(unchanged, "PATIENCE", 0.01)
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with unchanged._turn():
            taken.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    try:
        assert heartbeat() == tuple(site.truth())
    finally:
        done.set()
        holder.join()


def test_checks_within_a_check(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the project imports may run checks by itself."""
    inspect = engine.inspect

    def nested(settings: Any, **options: Any) -> engine.Report:
        monkeypatch.setattr(engine, "inspect", inspect)
        heartbeat()
        return inspect(settings, **options)

    monkeypatch.setattr(engine, "inspect", nested)

    assert heartbeat() == tuple(site.truth())


# --- an event loop ------------------------------------------------------------------------------------------------------


def test_in_an_event_loop(site: Site) -> None:
    async def beats() -> list[tuple[str, ...]]:
        in_threads = await asyncio.gather(
            sync_to_async(heartbeat)(),
            sync_to_async(heartbeat, thread_sensitive=False)(),
            asyncio.to_thread(heartbeat),
        )
        return [heartbeat(), *in_threads]

    assert set(asyncio.run(beats())) == {tuple(site.truth())}


# --- what is done with messages -----------------------------------------------------------------------------------------


def test_messages_can_be_stored_and_sent(site: Site) -> None:
    messages = run_checks(tags=["deploy"], include_deployment_checks=True)

    assert messages
    for message in messages:
        assert pickle.loads(pickle.dumps(message)) == message
        assert copy.deepcopy(message) == message
        fields = {name: getattr(message, name) for name in ("level", "msg", "hint", "obj", "id")}
        assert json.loads(json.dumps(fields)) == fields
        assert {type(message.msg), type(message.hint), type(message.id)} <= {str, type(None)}


# --- dockerflow ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_developed", [False, True])
def test_the_heartbeat_of_dockerflow(site: Site, is_developed: bool) -> None:
    """https://python-dockerflow.readthedocs.io/en/latest/api/django.html: 500 for errors alone, details with DEBUG."""
    pytest.importorskip("dockerflow", reason="needs dockerflow, as the dependency group 'test' has it")
    site.has(DEBUG=is_developed, ROOT_URLCONF="tests.live", SILENCED_SYSTEM_CHECKS=["deploycheck.W201"])
    live.ROOT_URLCONF = None
    from dockerflow.django.views import heartbeat as view  # type: ignore[import-untyped]

    response = view(RequestFactory().get("/__heartbeat__"))

    assert response.status_code == 200
    told = json.loads(response.content)
    assert told["status"] == ("ok" if is_developed else "warning")


# --- the interpreter's options ------------------------------------------------------------------------------------------


def test_what_python_leaves_out_is_not_needed(tmp_path: Path) -> None:
    """``-O`` drops assertions, ``-OO`` docstrings too."""
    said = {}
    for option in ("-B", "-O", "-OO"):
        folder = copy_of("heroku/broken", tmp_path / option)
        done = run(folder, option, "manage.py", "check", "--deploy", "--tag", "deploy", check=True)
        said[option] = done.stderr

    assert said["-B"].count("deploycheck.") > 15
    assert said["-B"] == said["-O"] == said["-OO"]


# --- a process that lives long ------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system for the memory of a process")
@pytest.mark.parametrize(("name", "runs", "threads"), [("unchanged", 240, 16), ("changed", 20, 1)])
def test_memory_and_open_files_stay_as_they_are(tmp_path: Path, name: str, runs: int, threads: int) -> None:
    """``python -m tests.benchmarks.heartbeat`` does it for longer."""
    found = measured(copy_of("heroku/broken", tmp_path), name, runs, threads)

    assert found["answers"] == 1
    assert found["files after"] == found["files before"]
    assert found["modules after"] == found["modules before"]
    assert found["blocks after"] - found["blocks before"] < 1500
    assert found["memory after"] - found["memory before"] < 6 * 1024


MODELS = {
    "orders/__init__.py": "",
    "orders/models.py": "from django.db import models\n\nclass Order(models.Model):\n    number = models.IntegerField()\n",
    "orders/migrations/__init__.py": "",
    "orders/migrations/0001_initial.py": """\
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
            ],
        ),
    ]
""",
}
# Prints what is said of migrations at each step; the children of a fork print nothing.
LIFE = """
import asyncio, os, sys, threading
from pathlib import Path
import django
django.setup()
from django.db.migrations import loader
from django.db import models
from django.core.checks import run_checks
from django_deploycheck import unchanged

loaded = []
load = loader.MigrationLoader.__init__
loader.MigrationLoader.__init__ = lambda *arguments, **options: (loaded.append(1), load(*arguments, **options))[1]

def said():
    loaded.clear()
    messages = run_checks(tags=["deploy"], include_deployment_checks=True)
    found = [message.id.split(".")[1] for message in messages if "migrations]" in message.msg]
    return *found, len(loaded)

print("first", *said())
modules = set(sys.modules)
print("again", *said())

async def beat():
    return said()

print("in a loop", *asyncio.run(beat()))
Path("orders/migrations/0002_more.py").write_text(Path("orders/migrations/0001_initial.py").read_text())
print("a migration more", *said())
print("again", *said())
Path("orders/migrations/0002_more.py").unlink()
print("a migration less", *said())
elsewhere = Path(sys.modules["extras.migrations"].__path__[0])
(elsewhere / "0002_more.py").write_text((elsewhere / "0001_initial.py").read_text())
print("elsewhere", *said())
(elsewhere / "0002_more.py").unlink()
print("elsewhere", *said())
models.IntegerField().contribute_to_class(sys.modules["orders.models"].Order, "weight")
print("a field more", *said())
print("modules", *sorted(set(sys.modules) - modules))

taken, done = threading.Event(), threading.Event()
def hold():
    with unchanged._turn():
        taken.set()
        done.wait(60)
holder = threading.Thread(target=hold)
holder.start()
taken.wait()
unchanged.PATIENCE = 60
child = os.fork()
if child == 0:
    os._exit(3 if said()[-1] == 0 else 4)
print("a fork", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
done.set()
holder.join()
"""


@pytest.mark.skipif(not hasattr(sys, "getdlopenflags"), reason="forks")
def test_models_and_migrations_are_compared_once(tmp_path: Path) -> None:
    settings = 'INSTALLED_APPS += ["orders", "extras"]\n'
    folder = write_site(tmp_path / "site", {**MODELS, "Procfile": SERVER + RELEASE}, settings)
    packages = tmp_path / "site-packages"
    shutil.copytree(folder / "orders", packages / "extras")
    variables = {"DJANGO_SETTINGS_MODULE": "bookstore.settings", "PYTHONPATH": str(packages)}

    done = run(folder, "-c", LIFE, env=variables, check=True)

    assert done.stdout.splitlines() == [
        "first 1",
        "again 0",
        "in a loop 0",
        "a migration more W206 1",
        "again W206 0",
        "a migration less 1",
        "elsewhere W206 1",
        "elsewhere 1",
        "a field more W205 1",
        "modules extras.migrations.0002_more orders.migrations.0002_more",
        "a fork 3",
    ]


# Prints what was opened and listed and not noted, what was written, and what the second check opened and listed.
OPENED = """
import os, sys, time
import django
django.setup()
from django_deploycheck import engine, unchanged
WRITING = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.utime", "os.chmod", "os.link", "os.symlink"}
engine.check()
unchanged.forget()
time.sleep(0.1)

seen, written = [], []
def hear(event, arguments):
    if event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or event in WRITING:
        written.append((event, arguments))
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str):
        frame, names = sys._getframe(1), set()
        while frame:
            names.add(frame.f_globals["__name__"].partition(".")[0])
            frame = frame.f_back
        if names.isdisjoint({"importlib", "_frozen_importlib_external", "pkgutil"}):  # Python's own
            seen.append(os.path.realpath(arguments[0]))
sys.addaudithook(hear)

first = engine.check()
noted = {os.path.realpath(path) for _, (path, _) in unchanged._kept[1].places}
print(len(set(seen)) > 15, sorted(set(seen) - noted))
seen.clear()
print(written)
print(len(first) == len(engine.check()) > 10, seen)
"""


@pytest.mark.parametrize(
    ("site_name", "settings"),
    [("heroku/broken", "bookstore.settings.production"), ("server/broken", "gallery.settings")],
)
def test_whatever_is_opened_is_noted_nothing_is_written_and_nothing_opened_again(
    tmp_path: Path, site_name: str, settings: str
) -> None:
    folder = copy_of(site_name, tmp_path)

    done = run(folder, "-c", OPENED, env={"DJANGO_SETTINGS_MODULE": settings}, check=True)

    assert done.stdout == "True []\n[]\nTrue []\n"
