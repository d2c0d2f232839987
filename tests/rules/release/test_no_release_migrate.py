"""no-release-migrate: deploys that leave the tables as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import Command, Deployment, Location, Process, Project, Server, Service
from django_deploycheck.rules.release.no_release_migrate import check
from django_deploycheck.settings_view import SettingsView
from tests.projects import inspect_files

RULE = "no-release-migrate"
WEB = "web: gunicorn bookstore.wsgi\n"
IMAGE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"
COMPOSE = "services:\n  web:\n    build: .\n    restart: always\n    command: gunicorn bookstore.wsgi -b :8000\n"

SILENT = {
    "no deployment files": {},
    "no web process": {"Procfile": "worker: celery -A bookstore worker\n"},
    "a release phase": {"Procfile": WEB + "release: ./manage.py migrate\n"},
    "a release phase by another spelling": {"Procfile": WEB + "release: django-admin migrate --noinput\n"},
    "tenants": {"Procfile": WEB + "release: python manage.py migrate_schemas --shared\n"},
    "a release script": {
        "Procfile": WEB + "release: ./release.sh\n",
        "release.sh": "#!/bin/sh\npython manage.py migrate\n",
    },
    "a release script outside the repository": {"Procfile": WEB + "release: ./release.sh\n"},
    "a command of the project's own": {
        "Procfile": WEB + "release: python manage.py deploy\n",
        "books/management/commands/deploy.py": "from django.core.management import call_command\ncall_command('migrate')\n",
    },
    "under a condition that is open": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": '#!/bin/sh\nif [ "$MIGRATE" = 1 ]; then python manage.py migrate; fi\nexec gunicorn bookstore.wsgi\n',
    },
    "before the server": {"Procfile": "web: python manage.py migrate && gunicorn bookstore.wsgi\n"},
    "in the image's entrypoint": {
        "Dockerfile": IMAGE + 'ENTRYPOINT ["./entrypoint.sh"]\nCMD ["gunicorn", "bookstore.wsgi"]\n',
        "entrypoint.sh": '#!/bin/sh\npython manage.py migrate\nexec "$@"\n',
    },
    "in another service": {
        "compose.prod.yaml": COMPOSE + "  migrate:\n    build: .\n    command: python manage.py migrate\n",
        "Dockerfile": IMAGE,
    },
    "what the image starts is not known": {
        "compose.prod.yaml": COMPOSE + "  jobs:\n    image: bookstore/jobs\n",
        "Dockerfile": IMAGE,
    },
    "heroku.yml": {
        "heroku.yml": "build:\n  docker:\n    web: Dockerfile\nrelease:\n  command:\n    - python manage.py migrate\nrun:\n  web: gunicorn bookstore.wsgi\n",
        "Dockerfile": IMAGE,
    },
}

FIRING = {
    "an image on Railway, which migrates only for what it starts itself": (
        {
            "railway.json": '{"build": {"builder": "DOCKERFILE"}}',
            "Dockerfile": IMAGE + 'CMD ["gunicorn", "bookstore.wsgi"]\n',
        },
        ["Dockerfile:4"],
    ),
    "a Procfile": ({"Procfile": WEB}, ["Procfile:1"]),
    "only a look": ({"Procfile": WEB + "release: python manage.py migrate --check\n"}, ["Procfile:1"]),
    "only a plan": ({"Procfile": WEB + "release: python manage.py migrate --plan\n"}, ["Procfile:1"]),
    "other management commands": ({"Procfile": "release: python manage.py collectstatic\n" + WEB}, ["Procfile:2"]),
    "printed, not run": ({"Procfile": WEB + "release: echo python manage.py migrate\n"}, ["Procfile:1"]),
    "runserver": ({"Procfile": "web: python manage.py runserver 0.0.0.0:$PORT\n"}, ["Procfile:1"]),
    "a test job migrates": (
        {
            "Procfile": WEB,
            ".github/workflows/test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py test\n",
        },
        ["Procfile:1"],
    ),
    "an image": ({"Dockerfile": IMAGE + 'CMD ["gunicorn", "bookstore.wsgi"]\n'}, ["Dockerfile:4"]),
    "the server stands in a script": (
        {"Dockerfile": IMAGE + 'CMD ["./start.sh"]\n', "start.sh": "#!/bin/sh\nset -e\nexec gunicorn bookstore.wsgi\n"},
        ["start.sh:3"],
    ),
    "only development migrates": (
        {
            "compose.prod.yaml": COMPOSE,
            "Dockerfile": IMAGE,
            "compose.dev.yaml": "services:\n  web:\n    build: .\n    command: sh -c 'python manage.py migrate && python manage.py runserver'\n",
        },
        ["compose.prod.yaml:5"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).findings(RULE) == []


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {"Procfile": WEB}, complete=False).findings(RULE) == []


@pytest.mark.parametrize(
    "databases",
    [{}, {"default": {}}, {"default": {"ENGINE": "django.db.backends.dummy"}}],
    ids=["no databases", "an empty one", "Django's dummy"],
)
def test_silent_without_a_database(databases: dict[str, object], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {"Procfile": WEB}, values={"DATABASES": databases}).findings(RULE) == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING)
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Procfile": WEB + "api: gunicorn bookstore.wsgi\n"}).findings(RULE)
    assert (
        finding.message
        == "Nothing that runs on a deploy runs 'migrate', so 'web' starts on tables that the new code may not fit."
    )
    assert finding.hint == "Add 'release: python manage.py migrate' to Procfile."
    assert finding.level is None
    assert finding.related == (Location("Procfile", 2),)


# --- hosts and platforms whose files have no reader here ------------------------------------------------------------------


class Live:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}  # noqa: RUF012


def deployment(*processes: Process) -> Deployment:
    return Deployment(
        root="/site",
        complete=True,
        project=Project(manage="manage.py"),
        settings=SettingsView(Live()),
        processes=processes,
    )


def web(service: Service) -> Process:
    place = Location(service.location.path, 9)
    command = Command("gunicorn shop.wsgi", ("gunicorn", "shop.wsgi"), "gunicorn", place, server=Server("gunicorn"))
    return Process(
        role="web",
        name=service.name,
        environment="production",
        reason="",
        location=place,
        command=command if service.command is not None or service.runs_on_host else None,
        commands=(command,),
        platform=service.platform,
        kind=service.kind,
        service=service,
    )


UNIT = Service(name="shop", kind="systemd", location=Location("shop.service", 1), runs_on_host=True)


def test_a_service_file_alone_is_only_worth_advice() -> None:
    assert [finding.level for finding in check(deployment(web(UNIT)))] == ["I"]


def test_a_service_file_beside_a_deploy_step_is_a_mistake() -> None:
    step = Process(
        role="release", name="deploy", environment="production", reason="", location=Location("deploy.sh", 2)
    )
    assert [finding.level for finding in check(deployment(web(UNIT), step))] == [None]


def test_a_platform_that_migrates_before_the_server_it_starts_itself() -> None:
    railway = Service(name="site", kind="railway", location=Location("railway.json", 1), platform="railway")
    own = Process(
        role="web",
        name="site",
        environment="production",
        reason="",
        location=railway.location,
        platform="railway",
        service=railway,
    )
    assert list(check(deployment(own, web(UNIT)))) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"app.yaml": "runtime: python312\nentrypoint: gunicorn -b :$PORT bookstore.wsgi\n"}, "I", id="App Engine"
        ),
        pytest.param({"zappa_settings.json": '{"live": {"django_settings": "bookstore.settings"}}'}, "I", id="Zappa"),
        pytest.param({"passenger_wsgi.py": "from bookstore.wsgi import application\n"}, "I", id="Passenger"),
        pytest.param(
            {
                "app.yaml": "runtime: python312\nentrypoint: gunicorn -b :$PORT bookstore.wsgi\n",
                "cloudbuild.yaml": "steps:\n- name: python:3.12\n  entrypoint: sh\n  args: [-c, 'python manage.py collectstatic']\n"
                "- name: gcr.io/cloud-builders/gcloud\n  args: [app, deploy]\n",
            },
            "W",
            id="App Engine with a pipeline",
        ),
        pytest.param({"Procfile": WEB}, "W", id="a platform with a release phase"),
    ],
)
def test_where_nothing_but_what_is_served_is_told_it_is_advice(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    [result] = [item for item in inspect_files(tmp_path, files).report.results if item.rule.name == RULE]
    assert (result.finding.level or result.rule.level) == expected
