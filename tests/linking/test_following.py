"""What services and images start: their command lines, surroundings, variables and places."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from django_deploycheck import interpretation
from django_deploycheck.conf import Configuration
from django_deploycheck.interpretation import Run
from django_deploycheck.linking.following import (
    follow_both,
    follow_service,
    place_of,
    started_by,
    surroundings_of,
    variables_of,
)
from django_deploycheck.linking.images import built_image
from django_deploycheck.linking.work import Work
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Image,
    ImageSource,
    Location,
    Mount,
    Project,
    Reference,
    Service,
)
from django_deploycheck.places import Place
from django_deploycheck.readers import load
from django_deploycheck.reading import read_all
from django_deploycheck.source import Repository
from tests.linking.linked import deployment_of

HERE = Location("deploy/compose.yml", 3)
WEB = Service(name="web", kind="compose", location=HERE)


def work(path: Path, files: Mapping[str, str], *, project: str = "", excluded: Sequence[str] = ()) -> Work:
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
    repository = Repository(str(path), excluded)
    reading = read_all(repository, project, load())
    return Work(repository, reading, load(), Project(directory=project), Configuration())


def image_of(path: Path, text: str) -> Image:
    found = built_image(work(path, {"Dockerfile": text}), "Dockerfile", "", None)
    assert found is not None
    return found


def line(*argv: str, text: str | None = None) -> CommandLine:
    return CommandLine(HERE, text=text, argv=None if text is not None else argv)


def started(run: Run) -> list[str]:
    return [f"{command.text} {command.location}" for command in run.commands]


# --- command lines ------------------------------------------------------------------------------------------------------

IMAGE = 'FROM python\nENTRYPOINT ["image-entrypoint"]\nCMD ["image-cmd"]\n'


@pytest.mark.parametrize(
    ("entrypoint", "command", "expected"),
    [
        pytest.param(None, None, ("image-entrypoint", "image-cmd"), id="nothing"),
        pytest.param(None, line("c"), ("image-entrypoint", "c"), id="a command"),
        pytest.param(line("e"), None, ("e", None), id="an entrypoint drops the CMD"),
        pytest.param(line("e"), line("c"), ("e", "c"), id="both"),
        pytest.param(line(), None, (None, None), id="an emptied entrypoint drops the CMD too"),
        pytest.param(line(), line("c"), (None, "c"), id="an emptied entrypoint and a command"),
        pytest.param(None, line(), ("image-entrypoint", None), id="an emptied command"),
    ],
)
def test_started_by(
    tmp_path: Path, entrypoint: CommandLine | None, command: CommandLine | None, expected: tuple[str | None, str | None]
) -> None:
    service = Service(name="web", kind="compose", location=HERE, entrypoint=entrypoint, command=command)

    found = started_by(service, image_of(tmp_path, IMAGE))

    assert tuple(None if part is None else str(part) for part in found) == expected


def test_started_without_an_image() -> None:
    service = Service(name="web", kind="compose", location=HERE, command=line("c"))

    assert started_by(service, None) == (None, line("c"))
    assert started_by(WEB, None) == (None, None)


@pytest.mark.parametrize(
    ("entrypoint", "command", "expected"),
    [
        pytest.param(None, None, [], id="nothing"),
        pytest.param(None, line("a", "b"), ["a b"], id="a command"),
        pytest.param(None, line(text="a; b"), ["a", "b"], id="a command for a shell"),
        pytest.param(line("a"), None, ["a"], id="an entrypoint"),
        pytest.param(line("a"), line("b"), ["a b"], id="an entrypoint with arguments"),
        pytest.param(
            line("sh", "-c", 'exec "$@"', "x"), line("b", "c"), ["b c"], id="a shell that is given its arguments"
        ),
        pytest.param(line("env"), line(text="a; b"), ["a", "b"], id="an entrypoint that runs a shell's text"),
        pytest.param(line(text="a"), line("b"), ["a"], id="an entrypoint for a shell takes no arguments"),
    ],
)
def test_both(tmp_path: Path, entrypoint: CommandLine | None, command: CommandLine | None, expected: list[str]) -> None:
    run = follow_both(surroundings_of(work(tmp_path, {})), Place(), (), entrypoint, command)

    assert [found.text for found in run.commands] == expected


def test_the_arguments_of_an_entrypoint_stand_where_the_command_does(tmp_path: Path) -> None:
    files = {"start.sh": 'python manage.py migrate\nexec "$@"\n'}
    command = CommandLine(Location("compose.yml", 9), argv=("gunicorn", "shop.wsgi"))

    run = follow_both(surroundings_of(work(tmp_path, files)), Place(), (), line("sh", "start.sh"), command)

    assert started(run) == ["python manage.py migrate start.sh:1", "gunicorn shop.wsgi compose.yml:9"]


def test_what_runs_before_a_service_runs_first_and_in_its_place(tmp_path: Path) -> None:
    linking = work(tmp_path, {"shop/prepare.sh": "python manage.py migrate\n", "shop/start.sh": "gunicorn shop.wsgi\n"})
    service = Service(
        name="web",
        kind="systemd",
        location=HERE,
        workdir="shop",
        before=(line("sh", "prepare.sh"), line("./missing.sh")),
        command=line("sh", "start.sh"),
    )

    run = follow_service(linking, service, None)

    assert started(run) == ["python manage.py migrate shop/prepare.sh:1", "gunicorn shop.wsgi shop/start.sh:1"]
    assert [path for path, _ in run.scripts] == ["shop/prepare.sh", "shop/start.sh"]
    assert [spot.reason for spot in run.blind_spots] == ["runs './missing.sh', which is not in the repository"]


def test_what_runs_before_a_service_is_followed_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the service itself starts is followed whatever comes before it."""
    monkeypatch.setattr(interpretation, "MAX_COMMANDS", 3)
    before = tuple(CommandLine(Location("web.service", number), text="a") for number in range(1, 9))
    service = Service(name="web", kind="systemd", location=HERE, before=before, command=line("gunicorn", "shop.wsgi"))

    run = follow_service(work(tmp_path, {}), service, None)

    assert [command.program for command in run.commands] == ["a", "a", "a", "a", "gunicorn"]
    assert run.blind_spots == (BlindSpot("comes after more commands than are followed", Location("web.service", 5)),)


def test_a_service_is_followed_once(tmp_path: Path) -> None:
    linking = work(tmp_path, {})
    service = Service(name="web", kind="procfile", location=HERE, command=line("a"))

    assert follow_service(linking, service, None) is follow_service(linking, service, None)


# --- variables ----------------------------------------------------------------------------------------------------------


def test_variables_come_from_the_image_then_from_files_then_from_the_service(tmp_path: Path) -> None:
    linking = work(
        tmp_path, {"a.env": "B=file\n", "b.env": "B=second\nC=file\n", "Dockerfile": "FROM python\nENV A=image\n"}
    )
    service = Service(
        name="web",
        kind="compose",
        location=HERE,
        env_files=tuple(Reference(path, "dotenv", HERE) for path in ("a.env", "b.env", "missing.env")),
        variables=(EnvVar("C", "service", HERE),),
    )
    image = built_image(linking, "Dockerfile", "", None)

    found = [(variable.name, variable.value) for variable in variables_of(linking, service, image)]

    assert found == [("A", "image"), ("B", "file"), ("B", "second"), ("C", "file"), ("C", "service")]


# --- places -------------------------------------------------------------------------------------------------------------

PLACED = "FROM python\nWORKDIR /srv\nCOPY . shop/\nUSER app\n"


def test_the_place_of_an_image(tmp_path: Path) -> None:
    place = place_of(None, image_of(tmp_path, PLACED))

    assert (place.base, place.workdir, place.container, place.user, place.mounts) == ("", "/srv", True, "app", ())
    assert [copy.destination for copy in place.copies] == ["/srv/shop/"]


@pytest.mark.parametrize(
    ("workdir", "user", "expected"),
    [
        pytest.param(None, None, ("/srv", "app"), id="as the image says"),
        pytest.param("/other", "root", ("/other", "root"), id="as the service says"),
        pytest.param("shop/", None, ("/srv/shop", "app"), id="a folder below the image's"),
    ],
)
def test_the_place_of_a_service_with_an_image(
    tmp_path: Path, workdir: str | None, user: str | None, expected: tuple[str, str]
) -> None:
    mounts = (Mount("bind", "shop", "/srv/shop", HERE),)
    service = Service(name="web", kind="compose", location=HERE, workdir=workdir, user=user, mounts=mounts)
    place = place_of(service, image_of(tmp_path, PLACED))

    assert (place.workdir, place.user) == expected
    assert place.mounts == mounts


@pytest.mark.parametrize(
    ("service", "place"),
    [
        pytest.param(None, Place(), id="nothing"),
        pytest.param(WEB, Place(beside="deploy"), id="a service without an image"),
        pytest.param(
            Service(name="web", kind="systemd", location=HERE, workdir="/srv"),
            Place(workdir="/srv", beside="deploy"),
            id="one in a folder of its own",
        ),
        pytest.param(
            Service(name="web", kind="procfile", location=HERE),
            Place("deploy", beside="deploy"),
            id="a Procfile's runs in its folder",
        ),
        pytest.param(
            Service(name="web", kind="compose", location=HERE, image=ImageSource(HERE, name="shop")),
            Place("deploy", "/", container=True),
            id="an image from a registry",
        ),
        pytest.param(
            Service(name="web", kind="compose", location=HERE, workdir="/srv", image=ImageSource(HERE, context="shop")),
            Place("shop", "/srv", container=True),
            id="an image that was not read",
        ),
    ],
)
def test_the_place_of_a_service(service: Service | None, place: Place) -> None:
    assert place_of(service, None) == place


# --- surroundings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        pytest.param("deploy/processes", "web: a\njobs: b\n", ["web", "jobs"], id="a Procfile by another name"),
        pytest.param("deploy/x/site.conf", "[program:web]\ncommand=a\n", ["web"], id="programs of supervisord"),
        pytest.param("deploy/x/circus.ini", "[watcher:web]\ncmd=a\n", ["web"], id="watchers of circus"),
        pytest.param("deploy/x/none.conf", "", [], id="nothing"),
        pytest.param("compose.yml", "services: {web: {image: a}}\n", ["web"], id="a compose file"),
    ],
)
def test_services_in_a_file(tmp_path: Path, path: str, text: str, names: list[str]) -> None:
    services = surroundings_of(work(tmp_path, {path: text})).services_in(path)

    assert [service.name for service in services] == names


def test_services_in_a_file_that_is_not_there_or_excluded(tmp_path: Path) -> None:
    surroundings = surroundings_of(work(tmp_path, {"x/site.conf": "[program:web]\ncommand=a\n"}, excluded=["x"]))

    assert surroundings.services_in("none.conf") == []
    assert surroundings.services_in("x/site.conf") == []


@pytest.mark.parametrize(
    ("path", "server", "names"),
    [
        pytest.param("a/b/settings", "gunicorn", ["workers"], id="gunicorn's"),
        pytest.param("a/b/site", "uwsgi", ["processes"], id="uWSGI's"),
        pytest.param("a/b/settings", "granian", None, id="a server without such files"),
        pytest.param("a/b/none", "gunicorn", None, id="a file that is not there"),
    ],
)
def test_the_configuration_of_a_server(tmp_path: Path, path: str, server: str, names: list[str] | None) -> None:
    files = {"a/b/settings": "workers = 3\n", "a/b/site": "[uwsgi]\nprocesses = 3\n"}

    found = surroundings_of(work(tmp_path, files)).server_config(path, server)

    assert (None if found is None else [value.name for value in found.values]) == names


CALLS = "from django.core.management import call_command\ncall_command('migrate')\n"


@pytest.mark.parametrize(
    ("path", "calls"),
    [
        pytest.param("shop/management/commands/deploy.py", ("migrate",), id="an app at the root"),
        pytest.param("src/shop/management/commands/deploy.py", ("migrate",), id="an app in a folder"),
        pytest.param("site/apps/shop/management/commands/deploy.py", ("migrate",), id="an app in the project's folder"),
        pytest.param("shop/management/commands/other.py", None, id="a command of another name"),
        pytest.param(".venv/shop/management/commands/deploy.py", None, id="an app in a hidden folder"),
        pytest.param("tests/shop/management/commands/deploy.py", None, id="an app of the tests"),
        pytest.param("a/b/c/shop/management/commands/deploy.py", None, id="an app too deep"),
    ],
)
def test_what_a_management_command_calls(tmp_path: Path, path: str, calls: tuple[str, ...] | None) -> None:
    surroundings = surroundings_of(work(tmp_path, {path: CALLS, "site/manage.py": ""}, project="site"))

    assert surroundings.management_calls("deploy") == calls


def test_a_management_command_that_cannot_be_read_may_call_anything(tmp_path: Path) -> None:
    surroundings = surroundings_of(work(tmp_path, {"shop/management/commands/deploy.py": "call_command("}))

    assert surroundings.management_calls("deploy") == ("?",)


def test_what_is_no_name_of_a_command_is_none(tmp_path: Path) -> None:
    assert surroundings_of(work(tmp_path, {"x.py": CALLS})).management_calls("../../x") is None


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        pytest.param("print(1)\n", (), id="none"),
        pytest.param(CALLS, ("migrate",), id="a management command"),
        pytest.param("import os\n" + CALLS, ("migrate", "?"), id="perhaps programs by os.system"),
        pytest.param("from subprocess import run\n", ("?",), id="perhaps programs by subprocess"),
        pytest.param("import importlib.util\n", ("?",), id="perhaps any module"),
        pytest.param("import ostrich\n", (), id="a module of a similar name"),
        pytest.param("import (\n", None, id="no Python"),
    ],
)
def test_what_a_python_script_calls(tmp_path: Path, text: str, calls: tuple[str, ...] | None) -> None:
    assert surroundings_of(work(tmp_path, {"bin/start.py": text})).python_calls("bin/start.py") == calls


def test_a_python_script_that_runs_other_programs_hides_what_they_are(tmp_path: Path) -> None:
    files = {
        "Procfile": "web: python bin/start.py\n",
        "bin/start.py": "import os\nos.system('python manage.py migrate')\n",
    }

    [process] = deployment_of(tmp_path, files).processes

    assert [(spot.reason, spot.hides) for spot in process.blind_spots] == [
        ("runs the Python script 'bin/start.py'", None)
    ]
