"""Which platform a Procfile is for, and whether that platform starts what it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck.platforms import PLATFORMS
from tests.linking.linked import GUNICORN, deployment_of, only, told

DOKKU = ".github/workflows/deploy.yml"
DEPLOYS = "on: push\njobs:\n  deploy:\n    steps:\n    - uses: {action}\n"


def platform_of(tmp_path: Path, files: Mapping[str, str], path: str = "Procfile", **options: object) -> str | None:
    deployment = deployment_of(tmp_path, {path: GUNICORN, **files}, **options)
    return next(process.platform for process in deployment.processes if process.location.path == path)


@pytest.mark.parametrize(
    ("files", "platform"),
    [
        pytest.param({}, "heroku", id="nothing else"),
        pytest.param({"render.yaml": "services: []\n"}, "heroku", id="a platform that reads no Procfile"),
        pytest.param({"docs/railway.json": "{}"}, "heroku", id="a sample of another platform's file"),
        pytest.param({"frontend/railway.json": "{}"}, "heroku", id="another platform's file in another folder"),
        pytest.param({"app.json": '{"addons": ["x"]}', "railway.json": "{}"}, "heroku", id="Heroku's own file too"),
        pytest.param(
            {"app.json": '{"scripts": {"dokku": {"predeploy": "x"}}}'}, "dokku", id="Dokku's steps in app.json"
        ),
        pytest.param(
            {DOKKU: DEPLOYS.format(action="dokku/github-action@master")}, "dokku", id="a workflow that pushes"
        ),
        pytest.param({"DOKKU_SCALE": "web=1\n"}, "dokku", id="Dokku's scale"),
        pytest.param({"scalingo.json": "{}"}, "scalingo", id="Scalingo's file"),
        pytest.param({"ENV": "DEBUG=0\n"}, "piku", id="Piku's file"),
        pytest.param({"railway.toml": "[deploy]\nnumReplicas = 2\n"}, "railway", id="Railway's file"),
        pytest.param({"nixpacks.toml": "[phases.setup]\n"}, "railway", id="the file of its builder"),
        pytest.param({"railpack.json": "{}"}, "railway", id="the file of its next builder"),
        pytest.param({".do/app.yaml": "services: []\n"}, "digitalocean", id="App Platform's file in a hidden folder"),
        pytest.param({".ebextensions/01.config": "option_settings: {}\n"}, "elastic-beanstalk", id="Beanstalk's file"),
        pytest.param({"DOKKU_SCALE": "web=1\n", "nixpacks.toml": ""}, "dokku", id="Dokku with a builder of Railway's"),
    ],
)
def test_other_files_tell_the_platform(tmp_path: Path, files: Mapping[str, str], platform: str) -> None:
    assert platform_of(tmp_path, files) == platform


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        pytest.param(GUNICORN + "release: python manage.py migrate\n", "heroku", id="a release phase"),
        pytest.param(GUNICORN + "postdeploy: python manage.py migrate\n", "scalingo", id="Scalingo's hook"),
        pytest.param("wsgi: bookstore.wsgi:application\n", "piku", id="Piku's own server"),
        pytest.param(GUNICORN + "preflight: python manage.py check\n", "piku", id="Piku's step"),
    ],
)
def test_its_own_processes_tell_the_platform(tmp_path: Path, text: str, platform: str) -> None:
    files = {"Procfile": text, "app.json": '{"addons": ["x"]}'}

    assert platform_of(tmp_path, files) == platform


def test_a_file_beside_a_procfile_in_a_folder_is_about_it(tmp_path: Path) -> None:
    assert platform_of(tmp_path, {"backend/railway.json": "{}"}, "backend/Procfile") == "railway"


def test_each_procfile_has_its_own_platform(tmp_path: Path) -> None:
    files = {"Procfile": GUNICORN, "backend/Procfile": GUNICORN, "backend/railway.json": "{}"}

    deployment = deployment_of(tmp_path, files)

    assert {str(process.location): process.platform for process in deployment.processes} == {
        "Procfile:1": "heroku",
        "backend/Procfile:1": "railway",
    }
    assert deployment.platforms == ("railway", "heroku")


def test_the_setting_outweighs_every_file(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"PLATFORM": "dokku"}}

    assert platform_of(tmp_path, {"scalingo.json": "{}"}, values=values) == "dokku"


def test_a_platform_that_only_development_uses_is_none(tmp_path: Path) -> None:
    deployment = deployment_of(tmp_path, {"Procfile": GUNICORN, "dev/railway.json": "{}", "railway.dev.json": "{}"})

    assert deployment.platforms == ("heroku",)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("release: python manage.py migrate\n", False, id="thrown away on Heroku"),
        pytest.param("release: true\npostdeploy: python manage.py migrate\n", False, id="thrown away on Scalingo"),
        pytest.param("release: true\npreflight: python manage.py migrate\n", True, id="kept on Piku"),
        pytest.param(GUNICORN, None, id="no release phase"),
    ],
)
def test_what_becomes_of_a_release_phases_files(tmp_path: Path, text: str, kept: bool | None) -> None:
    services = deployment_of(tmp_path, {"Procfile": text}).services

    assert {service.keeps_files for service in services} == {kept}


def test_services_of_other_formats_keep_their_platform(tmp_path: Path) -> None:
    files = {"heroku.yml": "run: {web: gunicorn bookstore.wsgi}\n", "railway.json": "{}"}

    assert only(deployment_of(tmp_path, files)).platform == "heroku"


# --- what is started in its place ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"railway.toml": "[build]\nbuilder = 'NIXPACKS'\n"}, True, id="Railway's file says nothing of it"),
        pytest.param({"railway.toml": "# startCommand = 'x'\n"}, True, id="it says so in a comment"),
        pytest.param({"fly.toml": "[processes]\nweb = 'x'\n"}, True, id="a file of a platform beside it"),
        pytest.param({"frontend/railway.toml": "startCommand = 'x'\n"}, True, id="a file of another folder"),
        pytest.param({"railway.toml": "[deploy]\nstartCommand = 'x'\n"}, False, id="a start command in TOML"),
        pytest.param({"railway.json": '{\n "deploy": {\n  "startCommand": "x"\n }\n}'}, False, id="one in JSON"),
        pytest.param({"railway.json": '{"build": {\n "builder": "DOCKERFILE"}}'}, False, id="an image in its place"),
        pytest.param({"nixpacks.toml": "[start]\ncmd = 'x'\n"}, False, id="the builder's own"),
        pytest.param({"heroku.yml": "run: {web: gunicorn bookstore.wsgi}\n"}, False, id="Heroku's own"),
    ],
)
def test_whether_a_procfile_is_what_runs(tmp_path: Path, files: Mapping[str, str], expected: bool) -> None:
    deployment = deployment_of(tmp_path, {"Procfile": GUNICORN, **files})

    assert ("production web web Procfile:1" in told(deployment)) is expected
    [procfile] = [file for file in deployment.files if file.path == "Procfile"]
    assert procfile.environment == ("production" if expected else "unknown")
    assert procfile.reason == (
        "platforms start what a Procfile names" if expected else f"is replaced by {next(iter(files))}"
    )


def test_a_procfile_that_the_settings_list_runs(tmp_path: Path) -> None:
    files = {"Procfile": GUNICORN, "railway.toml": "[deploy]\nstartCommand = 'x'\n"}
    values = {"DEPLOYCHECK": {"PRODUCTION": ["Procfile"]}}

    assert told(deployment_of(tmp_path, files, values=values)) == [
        "production web web Procfile:1",
        "development other web railway.toml:2",
    ]


def test_a_procfile_in_a_folder_is_not_replaced_by_heroku_yml(tmp_path: Path) -> None:
    files = {"backend/Procfile": GUNICORN, "heroku.yml": "run: {web: gunicorn bookstore.wsgi}\n"}

    assert "production web web backend/Procfile:1" in told(deployment_of(tmp_path, files))


# --- the table ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_has_a_title_and_a_source(name: str) -> None:
    found = PLATFORMS[name]

    assert name == name.lower()
    assert found.title
    assert found.source.startswith("https://")


def test_a_file_that_a_process_manager_is_told_is_no_platforms(tmp_path: Path) -> None:
    """Platforms read the file called Procfile; the names in another one are its author's own."""
    started = {"Procfile": "web: honcho -f ProcfileMulti start\n", "ProcfileMulti": "wsgi: gunicorn bookstore.wsgi\n"}
    deployment = deployment_of(tmp_path, started)

    assert {process.platform for process in deployment.processes} == {"heroku"}
