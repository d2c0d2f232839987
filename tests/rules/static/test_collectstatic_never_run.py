"""collectstatic-never-run: static files that nobody gathers."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import Command, Deployment, Location, Process, Project, Server, Service
from django_deploycheck.rules.static.collectstatic_never_run import check
from django_deploycheck.settings_view import SettingsView
from tests.projects import inspect_files
from tests.test_git_index import index

RULE = "collectstatic-never-run"
IMAGE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"
SERVE = 'CMD ["gunicorn", "bookstore.wsgi"]\n'
WEB = "web: gunicorn bookstore.wsgi\n"
DISABLED = '{"env": {"DISABLE_COLLECTSTATIC": {"value": "1"}}}'

SILENT = {
    "no deployment files": {},
    "a Procfile, whose build collects": {"Procfile": WEB},
    "switched on again": {"Procfile": WEB, "app.json": '{"env": {"DISABLE_COLLECTSTATIC": {"value": "0"}}}'},
    "in the image": {"Dockerfile": IMAGE + "RUN python manage.py collectstatic --noinput\n" + SERVE},
    "in the image, behind a dummy key": {
        "Dockerfile": IMAGE + "RUN SECRET_KEY=dummy python manage.py collectstatic\n" + SERVE
    },
    "in a stage that the image copies from": {
        "Dockerfile": "FROM python:3.12 AS build\nWORKDIR /app\nCOPY . .\nRUN python manage.py collectstatic --noinput\n"
        "FROM python:3.12-slim\nWORKDIR /app\nCOPY --from=build /app /app\n" + SERVE
    },
    "at the start": {
        "Dockerfile": IMAGE + 'CMD ["./start.sh"]\n',
        "start.sh": "#!/bin/sh\npython manage.py collectstatic --noinput\nexec gunicorn bookstore.wsgi\n",
    },
    "in a release phase": {
        "Procfile": WEB + "release: python manage.py collectstatic --noinput\n",
        "app.json": DISABLED,
    },
    "a script outside the repository": {"Dockerfile": IMAGE + "RUN ./build.sh\n" + SERVE},
    "only the development server": {"Dockerfile": IMAGE + 'CMD ["python", "manage.py", "runserver"]\n'},
    "no web process": {"Dockerfile": IMAGE + 'CMD ["celery", "-A", "bookstore", "worker"]\n'},
}

FIRING = {
    "an image": ({"Dockerfile": IMAGE + SERVE}, ["Dockerfile:4"]),
    "only a dry run": (
        {"Dockerfile": IMAGE + "RUN python manage.py collectstatic --dry-run --noinput\n" + SERVE},
        ["Dockerfile:5"],
    ),
    "in a stage that nothing copies from": (
        {"Dockerfile": "FROM python:3.12 AS test\nRUN python manage.py collectstatic --noinput\n" + IMAGE + SERVE},
        ["Dockerfile:6"],
    ),
    "switched off in the platform's build": ({"Procfile": WEB, "app.json": DISABLED}, ["app.json:1"]),
    "an image on a platform": (
        {
            "heroku.yml": "build:\n  docker:\n    web: Dockerfile\nrun:\n  web: gunicorn bookstore.wsgi\n",
            "Dockerfile": IMAGE,
        },
        ["heroku.yml:5"],
    ),
    "only development collects": (
        {
            "compose.prod.yaml": "services:\n  web:\n    build: .\n    restart: always\n    command: gunicorn bookstore.wsgi -b :8000\n",
            "compose.dev.yaml": "services:\n  web:\n    build: .\n    command: sh -c 'python manage.py collectstatic && python manage.py runserver'\n",
            "Dockerfile": IMAGE,
        },
        ["compose.prod.yaml:5"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).findings(RULE) == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("INSTALLED_APPS = ['django.contrib.auth']\n", id="staticfiles is not installed"),
        pytest.param("STATIC_URL = 'https://cdn.example.com/'\n", id="another host"),
        pytest.param("STATIC_URL = '//cdn.example.com/'\n", id="another host by the page's own scheme"),
        pytest.param("WHITENOISE_USE_FINDERS = True\n", id="WhiteNoise finds files in the apps"),
    ],
)
def test_silent_by_settings(settings: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {"Dockerfile": IMAGE + SERVE}, settings=settings).findings(RULE) == []


@pytest.mark.parametrize(
    ("files", "tracked", "places"),
    [
        pytest.param(["admin/css/base.css"], None, [], id="collected files in an archive"),
        pytest.param(["admin/css/base.css", "site.css"], ["admin/css/base.css"], [], id="git tracks them"),
        pytest.param(["staticfiles.json"], ["staticfiles.json"], [], id="git tracks their manifest"),
        pytest.param(["admin/css/base.css"], ["site.css"], ["Dockerfile:4"], id="made here, and not tracked"),
        pytest.param(["site.css"], ["site.css"], ["Dockerfile:4"], id="the project's own files alone"),
    ],
)
def test_collected_files_that_come_with_the_repository(
    files: list[str], tracked: list[str] | None, places: list[str], tmp_path: Path
) -> None:
    if tracked is not None:
        (tmp_path / ".git").mkdir()
        (tmp_path / ".git/index").write_bytes(index([f"staticfiles/{name}" for name in tracked]))
    tree = {"Dockerfile": IMAGE + SERVE, **{f"staticfiles/{name}": "" for name in files}}

    assert inspect_files(tmp_path, tree).places(RULE) == places


@pytest.mark.parametrize("root", [None, "", 1, "/srv/elsewhere/static"])
def test_a_root_outside_the_repository_holds_nothing_of_it(root: object, tmp_path: Path) -> None:
    tree = {"Dockerfile": IMAGE + SERVE, "admin/css/base.css": ""}

    assert inspect_files(tmp_path, tree, values={"STATIC_ROOT": root}).places(RULE) == ["Dockerfile:4"]


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {"Dockerfile": IMAGE + SERVE}, complete=False).findings(RULE) == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING)
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, FIRING["an image"][0]).findings(RULE)
    assert (
        finding.message
        == "Nothing runs 'collectstatic', so the static files that the image of 'Dockerfile' should deliver are never gathered."
    )
    assert (
        finding.hint
        == "Add the line 'RUN python manage.py collectstatic --noinput' to Dockerfile, below the one that copies the code."
    )
    assert finding.level is None


STATIC = "location /static/ { alias /srv/static/; }"


def served(
    mapping: str = STATIC, ours: str = "static:/app/static", theirs: str = "static:/srv/static"
) -> dict[str, str]:
    """A container, and nginx beside it, with a volume each."""
    return {
        "compose.prod.yaml": "services:\n  web:\n    build: .\n    command: sh -c 'python manage.py migrate && gunicorn bookstore.wsgi -b :8000'\n"
        f"    volumes:\n      - {ours}\n  proxy:\n    image: nginx\n    ports:\n      - 80:80\n    volumes:\n      - {theirs}\n"
        "      - ./nginx.conf:/etc/nginx/conf.d/default.conf\nvolumes:\n  static:\n  other:\n",
        "nginx.conf": f"server {{ listen 80; {mapping} location / {{ proxy_pass http://web:8000; }} }}\n",
        "Dockerfile": IMAGE,
    }


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(served(ours="other:/app/static"), id="another volume"),
        pytest.param(served(theirs="./public:/srv/static"), id="a folder of the host"),
        pytest.param(served(theirs="static:/srv/other"), id="a volume for something else"),
        pytest.param(served("location /media/ { alias /srv/static/; }"), id="another URL"),
        pytest.param(served("location ~ ^/static/ { root /srv; }"), id="a pattern"),
        pytest.param(served("location /static/ { internal; alias /srv/static/; }"), id="where the application leads"),
        pytest.param(served(theirs="/srv/static"), id="a volume without a name"),
    ],
)
def test_hint_where_the_image_is_enough(files: dict[str, str], tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert finding.hint.startswith("Add the line 'RUN python manage.py collectstatic --noinput' to Dockerfile, ")


def test_hint_where_a_volume_is_served(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, served()).findings(RULE)
    assert finding.hint == (
        "Run 'python manage.py collectstatic --noinput' before 'gunicorn bookstore.wsgi -b :8000' in compose.prod.yaml:4: 'proxy' serves "
        "the volume 'static', which keeps its old files when the image is built again."
    )


def test_message_and_hint_where_it_is_switched_off(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, FIRING["switched off in the platform's build"][0]).findings(RULE)
    assert (
        finding.message
        == "'DISABLE_COLLECTSTATIC' keeps the platform's build from collecting static files, and nothing else collects them."
    )
    assert finding.hint == "Delete DISABLE_COLLECTSTATIC from app.json:1."


def test_a_service_file_alone_is_only_worth_advice() -> None:
    class Live:
        INSTALLED_APPS = ("django.contrib.staticfiles",)

    unit = Service(name="shop", kind="systemd", location=Location("shop.service", 1), runs_on_host=True)
    place = Location("shop.service", 9)
    command = Command("gunicorn shop.wsgi", ("gunicorn", "shop.wsgi"), "gunicorn", place, server=Server("gunicorn"))
    web = Process(
        role="web",
        name="shop",
        environment="production",
        reason="",
        location=place,
        command=command,
        commands=(command,),
        kind="systemd",
        service=unit,
    )
    deployment = Deployment(
        root="/site", complete=True, project=Project(), settings=SettingsView(Live()), processes=(web,)
    )
    (finding,) = check(deployment)
    assert (finding.location, finding.level) == (place, "I")
    assert (
        finding.hint
        == "Run 'python manage.py collectstatic --noinput' in the script that deploys, before the server restarts."
    )
