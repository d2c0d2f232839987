"""migrate-in-web-process: replicas that migrate one database at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import Command, Deployment, Formation, Location, Process, Project, Server, Service
from django_deploycheck.rules.release.migrate_in_web_process import check
from django_deploycheck.settings_view import SettingsView
from tests.projects import inspect_files

RULE = "migrate-in-web-process"
IMAGE = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["./start.sh"]\n'
START = "#!/bin/sh\npython manage.py migrate\nexec gunicorn bookstore.wsgi\n"
CHAINED = "web: python manage.py migrate && gunicorn bookstore.wsgi\n"


def compose(more: str = "") -> dict[str, str]:
    return {"compose.prod.yaml": "services:\n  web:\n    build: .\n" + more, "Dockerfile": IMAGE, "start.sh": START}


def pods(kind: str, replicas: str, command: str = "[python, manage.py, migrate]") -> dict[str, str]:
    """A workload whose init container runs a command before the server starts."""
    return {
        "k8s/web.yaml": f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: bookstore\nspec:\n  {replicas}\n  template:\n    spec:\n"
        f"      initContainers:\n        - name: prepare\n          image: bookstore\n          command: {command}\n"
        "      containers:\n        - name: web\n          image: bookstore\n          command: [gunicorn, bookstore.wsgi]\n"
    }


SILENT = {
    "no deployment files": {},
    "an init container of one replica": pods("Deployment", "replicas: 1"),
    "an init container of nobody knows how many": pods("Deployment", "minReadySeconds: 5"),
    "an init container of pods that start one by one": pods("StatefulSet", "replicas: 3"),
    "an init container that only looks": pods("Deployment", "replicas: 3", "[python, manage.py, migrate, --check]"),
    "an init container of another workload": {
        "k8s/web.yaml": pods("Deployment", "replicas: 3", "[python, manage.py, check]")["k8s/web.yaml"]
        + "---\n"
        + pods("Deployment", "replicas: 1")["k8s/web.yaml"]
        .replace("bookstore", "beat")
        .replace("gunicorn, beat.wsgi", "celery, -A, beat, beat"),
    },
    "a release phase": {"Procfile": "release: python manage.py migrate\nweb: gunicorn bookstore.wsgi\n"},
    "only a look": {"Procfile": "web: python manage.py migrate --check && gunicorn bookstore.wsgi\n"},
    "a worker": {"Procfile": "worker: python manage.py migrate && celery -A bookstore worker\n"},
    "the development server": {"Procfile": "web: python manage.py migrate && python manage.py runserver\n"},
    "after the server": {"Procfile": "web: gunicorn bookstore.wsgi --daemon; python manage.py migrate\n"},
    "under a condition": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": '#!/bin/sh\nif [ "$MIGRATE" = 1 ]; then python manage.py migrate; fi\nexec gunicorn bookstore.wsgi\n',
    },
    "under a lock": {"Procfile": "web: flock /data/lock python manage.py migrate && gunicorn bookstore.wsgi\n"},
    "an image that nothing says more about": {"Dockerfile": IMAGE, "start.sh": START},
    "an image beside a Procfile": {
        "Dockerfile": IMAGE,
        "start.sh": START,
        "Procfile": "web: gunicorn bookstore.wsgi\n",
    },
    "in the image's build": {
        "Dockerfile": 'FROM python:3.12\nRUN python manage.py migrate\nCMD ["gunicorn", "bookstore.wsgi"]\n'
    },
    "a container with a name": compose("    container_name: bookstore\n"),
    "a port of the host": compose("    ports:\n      - 80:8000\n"),
    "one replica": compose("    deploy:\n      replicas: 1\n"),
    "a formation of one": {"Procfile": CHAINED, "app.json": '{"formation": {"web": {"quantity": 1}}}'},
}

FIRING = {
    "an init container of several replicas": (pods("Deployment", "replicas: 3"), ["W203 k8s/web.yaml:12"]),
    "a Procfile": ({"Procfile": CHAINED}, ["I203 Procfile:1"]),
    "a formation of two": (
        {"Procfile": CHAINED, "app.json": '{"formation": {"web": {"quantity": 2}}}'},
        ["W203 Procfile:1"],
    ),
    "a compose service that can be scaled": (compose(), ["I203 start.sh:2"]),
    "any free port of the host": (compose("    ports:\n      - 8000\n"), ["I203 start.sh:2"]),
    "replicas": (compose("    deploy:\n      replicas: 3\n"), ["W203 start.sh:2"]),
    "a script that two processes call": (
        {"Procfile": "web: ./start.sh\napi: ./start.sh\n", "start.sh": START},
        ["I203 start.sh:2"],
    ),
    "the older name": ({"Procfile": "web: python manage.py syncdb && gunicorn bookstore.wsgi\n"}, ["I203 Procfile:1"]),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).findings(RULE) == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING)
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert [found for found in inspect_files(tmp_path, files).ids() if "203" in found] == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Procfile": CHAINED}).findings(RULE)
    assert finding.message == (
        "'python manage.py migrate' runs whenever 'web' starts, so every replica migrates the same database at the same time."
    )
    assert finding.hint == "Add 'release: python manage.py migrate' to Procfile, and delete it from Procfile:1."
    assert finding.related == (Location("Procfile", 1),)


def test_says_how_many(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, FIRING["replicas"][0]).findings(RULE)
    assert ", so each of the 3 replicas migrates " in finding.message


# --- platforms whose files have no reader here ----------------------------------------------------------------------------


def found(
    service: Service | None, *, platforms: tuple[str, ...] = (), formations: tuple[Formation, ...] = ()
) -> list[str | None]:
    place = Location("start.sh", 3)
    server = Command("gunicorn shop.wsgi", ("gunicorn", "shop.wsgi"), "gunicorn", place, server=Server("gunicorn"))
    migrate = Command(
        "manage.py migrate", ("manage.py", "migrate"), "manage.py", Location("start.sh", 2), subcommand="migrate"
    )
    process = Process(
        role="web",
        name="web",
        environment="production",
        reason="",
        location=place,
        command=server,
        commands=(migrate, server),
        platform=service.platform if service else None,
        kind=service.kind if service else "dockerfile",
        service=service,
    )
    deployment = Deployment(
        root="/site",
        complete=True,
        project=Project(),
        settings=SettingsView(object()),
        processes=(process,),
        platforms=platforms,
        formations=formations,
    )
    return [finding.level for finding in check(deployment)]


@pytest.mark.parametrize(
    ("service", "levels"),
    [
        pytest.param(
            Service(name="web", kind="systemd", location=Location("a.service"), runs_on_host=True), [], id="one machine"
        ),
        pytest.param(
            Service(name="web", kind="procfile", location=Location("Procfile"), platform="piku"),
            [],
            id="a platform of one machine",
        ),
        pytest.param(
            Service(name="web", kind="render", location=Location("render.yaml"), platform="render"),
            [None],
            id="a platform that scales",
        ),
        pytest.param(Service(name="web", kind="kubernetes", location=Location("web.yaml")), [None], id="Kubernetes"),
        pytest.param(
            Service(name="web", kind="kubernetes", location=Location("web.yaml"), replicas=2),
            ["W"],
            id="Kubernetes with replicas",
        ),
    ],
)
def test_by_platform(service: Service, levels: list[str | None]) -> None:
    assert found(service) == levels


def test_an_image_of_which_a_platform_starts_one() -> None:
    assert found(None, platforms=("dokku",), formations=(Formation("web", 1, Location("app.json", 3)),)) == []


@pytest.mark.parametrize(
    ("platforms", "levels"),
    [
        pytest.param((), [], id="no platform"),
        pytest.param(("heroku",), [], id="Heroku, which starts the Procfile"),
        pytest.param(("piku",), [], id="a platform of one machine"),
        pytest.param(("heroku", "caprover"), [None], id="a platform that starts the image"),
    ],
)
def test_an_image_without_a_service(platforms: tuple[str, ...], levels: list[str | None]) -> None:
    assert found(None, platforms=platforms) == levels
