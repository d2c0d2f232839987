"""collectstatic-in-release-phase: static files gathered where they are thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import BlindSpot, Command, Deployment, Location, Mount, Process, Project, Service
from django_deploycheck.records import replace
from django_deploycheck.rules.static.collectstatic_in_release_phase import check
from django_deploycheck.settings_view import SettingsView
from tests.projects import REQUIREMENTS, inspect_files

RULE = "collectstatic-in-release-phase"
IMAGE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"
COLLECTS = "RUN python manage.py collectstatic --noinput\n"
WEB = "web: gunicorn bookstore.wsgi\n"
HEROKU = "build:\n  docker:\n    web: Dockerfile\nrelease:\n  command:\n    - python manage.py collectstatic --noinput\nrun:\n  web: gunicorn bookstore.wsgi\n"
RELEASE = "release: python manage.py collectstatic --noinput\n"
DISABLED = {"app.json": '{"env": {"DISABLE_COLLECTSTATIC": {"value": "1"}}}'}


def compose(more: str = "") -> str:
    return (
        "services:\n  web:\n    build: .\n    restart: always\n    command: gunicorn bookstore.wsgi\n"
        f"  collect:\n    build: .\n    command: python manage.py collectstatic --noinput\n{more}"
    )


SILENT = {
    "no deployment files": {},
    "only migrate": {"heroku.yml": HEROKU.replace("collectstatic", "migrate"), "Dockerfile": IMAGE},
    "only a dry run": {"heroku.yml": HEROKU.replace("--noinput", "--dry-run"), "Dockerfile": IMAGE},
    "a Procfile, whose build collects too": {"Procfile": RELEASE + WEB},
    "the image collects too": {"heroku.yml": HEROKU, "Dockerfile": IMAGE + COLLECTS},
    "the site collects when it starts": {
        "heroku.yml": HEROKU.replace("web: gunicorn", "web: python manage.py collectstatic --noinput && gunicorn"),
        "Dockerfile": IMAGE,
    },
    "a build that cannot be read": {"heroku.yml": HEROKU, "Dockerfile": IMAGE + "RUN ./build.sh\n"},
    "a service with a volume": {
        "compose.prod.yaml": compose("    volumes:\n      - static:/app/staticfiles\n"),
        "Dockerfile": IMAGE,
    },
}

FIRING = {
    "heroku.yml": ({"heroku.yml": HEROKU, "Dockerfile": IMAGE}, ["heroku.yml:6"]),
    "a Procfile whose build was told not to": ({"Procfile": WEB + RELEASE, **DISABLED}, ["Procfile:2"]),
    "a release script": (
        {
            "Procfile": "release: ./release.sh\n" + WEB,
            "release.sh": "#!/bin/sh\npython manage.py migrate\npython manage.py collectstatic --noinput\n",
            **DISABLED,
        },
        ["release.sh:3"],
    ),
    "a service of its own without a volume": (
        {"compose.prod.yaml": compose(), "Dockerfile": IMAGE},
        ["compose.prod.yaml:8"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).findings(RULE) == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("INSTALLED_APPS = ['django.contrib.auth']\n", id="staticfiles is not installed"),
        pytest.param(
            "STORAGES = {'staticfiles': {'BACKEND': 'tests.rules.static.middleware.Bucket'}}\n",
            id="a storage elsewhere",
        ),
        pytest.param(
            "STORAGES = {'staticfiles': {'BACKEND': 'gone.Storage'}}\n", id="a storage that cannot be imported"
        ),
    ],
)
def test_silent_by_settings(settings: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {"heroku.yml": HEROKU, "Dockerfile": IMAGE}, settings=settings).findings(RULE) == []


@pytest.mark.parametrize(
    ("chosen", "requirement", "places"),
    [
        pytest.param("bookstore.production", "django-storages==1.14.6\n", [], id="other settings, which may upload"),
        pytest.param("bookstore.production", "", ["heroku.yml:6"], id="other settings"),
        pytest.param("bookstore.settings", "django-storages==1.14.6\n", ["heroku.yml:6"], id="these settings"),
    ],
)
def test_settings_of_production(chosen: str, requirement: str, places: list[str], tmp_path: Path) -> None:
    files = {
        "heroku.yml": HEROKU.replace("web: gunicorn", f"web: DJANGO_SETTINGS_MODULE={chosen} gunicorn"),
        "Dockerfile": IMAGE,
        "requirements.txt": REQUIREMENTS + requirement,
    }

    assert inspect_files(tmp_path, files).places(RULE) == places


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {"heroku.yml": HEROKU, "Dockerfile": IMAGE}, complete=False).findings(RULE) == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING)
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"heroku.yml": HEROKU, "Dockerfile": IMAGE}).findings(RULE)
    assert (
        finding.message
        == "'python manage.py collectstatic --noinput' runs in 'release', whose files are gone before the site starts."
    )
    assert finding.hint == (
        "Add the line 'RUN python manage.py collectstatic --noinput' to Dockerfile, below the one that copies the code, and delete it from heroku.yml:6."
    )


# --- platforms whose files have no reader here ----------------------------------------------------------------------------


class Live:
    INSTALLED_APPS = ("django.contrib.staticfiles",)
    STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: RUF012


VOLUME = Mount("volume", "static", "/app/static", Location("web.yaml", 5))
WEB_POD = Service(name="web", kind="kubernetes", location=Location("web.yaml", 1))
INIT = Service(name="collect", kind="kubernetes", location=Location("web.yaml", 8), prepares="web")


def found(*services: Service, spots: tuple[BlindSpot, ...] = ()) -> list[str]:
    """The places of the findings where the last of the services collects."""
    place = Location(services[-1].location.path, 9)
    command = Command(
        "manage.py collectstatic", ("manage.py", "collectstatic"), "manage.py", place, subcommand="collectstatic"
    )
    process = Process(
        role="release",
        name=services[-1].name,
        environment="production",
        reason="",
        location=place,
        command=command,
        commands=(command,),
        platform=services[-1].platform,
        kind=services[-1].kind,
        service=services[-1],
    )
    deployment = Deployment(
        root="/site",
        complete=True,
        project=Project(),
        settings=SettingsView(Live()),
        processes=(process, replace(process)),
        services=services,
        blind_spots=spots,
    )
    return [str(finding.location) for finding in check(deployment)]


@pytest.mark.parametrize(
    "services",
    [
        pytest.param(
            (replace(WEB_POD, mounts=(VOLUME,)), replace(INIT, mounts=(VOLUME,))),
            id="an init container with a shared volume",
        ),
        pytest.param(
            (Service(name="deploy", kind="ansible", location=Location("site.yml"), runs_on_host=True),), id="a machine"
        ),
        pytest.param(
            (Service(name="hook", kind="piku", location=Location("Procfile"), platform="piku"),),
            id="a platform that keeps the files",
        ),
        pytest.param(
            (Service(name="hook", kind="render", location=Location("x"), keeps_files=True, platform="render"),),
            id="a step that keeps them",
        ),
        pytest.param(
            (Service(name="job", kind="configured", location=Location("x")),), id="a step of which nothing is known"
        ),
    ],
)
def test_silent_by_platform(services: tuple[Service, ...]) -> None:
    assert found(*services) == []


@pytest.mark.parametrize(
    "services",
    [
        pytest.param((WEB_POD, INIT), id="an init container without volumes"),
        pytest.param((WEB_POD, replace(INIT, mounts=(VOLUME,))), id="an init container with a volume of its own"),
        pytest.param(
            (Service(name="job", kind="fly", location=Location("web.yaml"), platform="fly"),),
            id="a platform's release command",
        ),
        pytest.param(
            (Service(name="job", kind="x", location=Location("web.yaml"), keeps_files=False),),
            id="a step that is known to lose them",
        ),
    ],
)
def test_firing_by_platform(services: tuple[Service, ...]) -> None:
    assert found(*services) == ["web.yaml:9"]
