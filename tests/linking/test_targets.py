"""What a process serves, and which settings it loads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck.conf import Configuration
from django_deploycheck.linking.targets import finished
from django_deploycheck.linking.work import Work
from django_deploycheck.model import Command, Location, Process, Project, Server, SettingsChoice, Target
from django_deploycheck.reading import Reading
from django_deploycheck.source import Repository
from tests.linking.linked import deployment_of
from tests.projects import WSGI

HERE = Location("Procfile", 1)


def target(tmp_path: Path, command: str, files: Mapping[str, str] | None = None, **options: object) -> Target | None:
    """The target of a Procfile's web process."""
    deployment = deployment_of(tmp_path, {"Procfile": f"web: {command}\n", **(files or {})}, **options)
    return deployment.processes[0].target


def in_image(tmp_path: Path, text: str, files: Mapping[str, str]) -> Target | None:
    """The target of the process that an image starts."""
    [process] = [
        process for process in deployment_of(tmp_path, {"Dockerfile": text, **files}).processes if process.role == "web"
    ]
    return process.target


# --- modules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "module", "attribute", "path"),
    [
        pytest.param("gunicorn bookstore.wsgi", "bookstore.wsgi", None, "bookstore/wsgi.py", id="a module"),
        pytest.param("gunicorn bookstore.wsgi:app", "bookstore.wsgi", "app", "bookstore/wsgi.py", id="with a name"),
        pytest.param(
            "gunicorn 'bookstore.wsgi:make(1)'", "bookstore.wsgi", "make", "bookstore/wsgi.py", id="a factory"
        ),
        pytest.param("gunicorn bookstore", "bookstore", None, "bookstore/__init__.py", id="a package"),
        pytest.param("gunicorn wsgi", "wsgi", None, "bookstore/wsgi.py", id="a module in a folder of the root"),
    ],
)
def test_module(tmp_path: Path, command: str, module: str, attribute: str | None, path: str) -> None:
    found = target(tmp_path, command)

    assert found is not None
    assert (found.module, found.attribute, found.path, found.known) == (module, attribute, path, True)
    assert found.source is not None
    assert found.source.path == path


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("celery -A bookstore worker", id="no server"),
        pytest.param("python manage.py runserver", id="a server that is told no target"),
        pytest.param("gunicorn $APPLICATION", id="a variable"),
    ],
)
def test_no_target(tmp_path: Path, command: str) -> None:
    assert target(tmp_path, command) is None


@pytest.mark.parametrize(
    ("command", "known"),
    [
        pytest.param("gunicorn shop.wsgi", True, id="nowhere"),
        pytest.param("gunicorn --chdir backend shop.wsgi", True, id="not in the folder either"),
        pytest.param("gunicorn --chdir $HOME shop.wsgi", False, id="in a folder by a variable"),
        pytest.param("gunicorn --chdir /srv/shop shop.wsgi", False, id="in a folder of the machine"),
        pytest.param("gunicorn --pythonpath /srv/shop shop.wsgi", False, id="in a path of the machine"),
        pytest.param("gunicorn --pythonpath $HOME shop.wsgi", False, id="in a path by a variable"),
        pytest.param("PYTHONPATH=lib:/srv/shop gunicorn shop.wsgi", False, id="in a path of the environment"),
        pytest.param("gunicorn 'django.core.wsgi:get_wsgi_application()'", False, id="in a package that is installed"),
    ],
)
def test_a_module_that_is_not_there(tmp_path: Path, command: str, known: bool) -> None:
    """``known`` says whether that proves anything."""
    found = target(tmp_path, command)

    assert found is not None
    assert (found.path, found.source, found.known) == (None, None, known)


def test_nothing_is_known_of_code_that_the_image_fetches(tmp_path: Path) -> None:
    text = (
        "FROM python:3.13\nRUN apt-get update && git clone https://git.example.com/shop /app\nCMD gunicorn shop.wsgi\n"
    )
    found = in_image(tmp_path, text, {})

    assert found is not None
    assert (found.path, found.known) == (None, False)


def test_nothing_is_known_where_the_repository_holds_no_project(tmp_path: Path) -> None:
    files = dict.fromkeys(("manage.py", "bookstore/wsgi.py", "bookstore/asgi.py", "bookstore/urls.py"))
    files |= {"Procfile": "web: gunicorn shop.wsgi\n"}
    deployment = deployment_of(tmp_path, files, values={"WSGI_APPLICATION": None, "ASGI_APPLICATION": None})

    found = deployment.processes[0].target
    assert found is not None
    assert (found.path, found.known) == (None, False)


@pytest.mark.parametrize("application", [":app", ".shop.wsgi", "no-module:app"])
def test_what_is_no_name_of_a_module_is_nowhere(tmp_path: Path, application: str) -> None:
    repository = Repository(str(tmp_path))
    work = Work(repository, Reading(), {}, Project(manage="manage.py"), Configuration())
    command = Command("", (), "gunicorn", HERE, server=Server("gunicorn", application))
    process = Process(role="web", name="web", environment="production", reason="", location=HERE, command=command)

    found = finished(work, process).target

    assert found is not None
    assert (found.path, found.known) == (None, True)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        pytest.param("gunicorn deep.wsgi", None, id="two folders deep, where nothing leads"),
        pytest.param("gunicorn --chdir bookstore/a/b shop.wsgi", "bookstore/a/b/shop/wsgi.py", id="--chdir"),
        pytest.param("gunicorn --chdir a shop.wsgi", "a/shop/wsgi.py", id="--chdir before the root"),
        pytest.param(
            "gunicorn --pythonpath bookstore/a/c other.wsgi", "bookstore/a/c/other/wsgi.py", id="--pythonpath"
        ),
        pytest.param(
            "PYTHONPATH=x:./bookstore/a/c gunicorn other.wsgi", "bookstore/a/c/other/wsgi.py", id="PYTHONPATH"
        ),
        pytest.param("gunicorn shop.wsgi", "shop/wsgi.py", id="the root before other folders"),
        pytest.param("gunicorn inner.wsgi", "src/inner/wsgi.py", id="src"),
    ],
)
def test_folders(tmp_path: Path, command: str, path: str | None) -> None:
    folders = ("bookstore/backend/deep", "bookstore/a/b/shop", "bookstore/a/c/other", "a/shop", "shop", "src/inner")
    files = {f"{folder}/wsgi.py": WSGI for folder in folders}
    found = target(tmp_path, command, files)

    assert found is not None
    assert found.path == path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param(
            "FROM python\nWORKDIR /code/backend/inner\nCOPY . /code\nCMD gunicorn shop.wsgi\n",
            "backend/inner/shop/wsgi.py",
            id="the working directory",
        ),
        pytest.param(
            "FROM python\nENV PYTHONPATH=/code/backend/inner\nCOPY . /code\nCMD gunicorn shop.wsgi\n",
            "backend/inner/shop/wsgi.py",
            id="PYTHONPATH of the image",
        ),
        pytest.param(
            "FROM python\nCOPY . /code\nCMD gunicorn --chdir /code/backend/inner shop.wsgi\n",
            "backend/inner/shop/wsgi.py",
            id="--chdir to a folder of the image",
        ),
    ],
)
def test_folders_of_an_image(tmp_path: Path, text: str, path: str) -> None:
    found = in_image(tmp_path, text, {"backend/inner/shop/wsgi.py": WSGI})

    assert found is not None
    assert (found.path, found.known) == (path, True)


def test_the_context_of_an_image_and_what_is_below_it(tmp_path: Path) -> None:
    files = {
        "compose.prod.yml": "services:\n  a: {build: a/b}\n",
        "a/b/Dockerfile": "FROM python\nWORKDIR /code/c/d\nCOPY . /code\nCMD gunicorn shop.wsgi\n",
        "a/b/c/d/shop/wsgi.py": WSGI,
    }
    [process] = [process for process in deployment_of(tmp_path, files).processes if process.role == "web"]

    assert process.target is not None
    assert process.target.path == "a/b/c/d/shop/wsgi.py"


def test_a_folder_of_an_image_that_is_not_there_proves_something(tmp_path: Path) -> None:
    found = in_image(tmp_path, "FROM python\nCOPY . /code\nCMD gunicorn --chdir /code shop.wsgi\n", {})

    assert found == Target("shop.wsgi", None, None, None, known=True)


# --- files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "module", "path"),
    [
        pytest.param(
            "uwsgi --http :80 --wsgi-file bookstore/wsgi.py", "bookstore/wsgi.py", "bookstore/wsgi.py", id="a path"
        ),
        pytest.param("uwsgi --http :80 --wsgi-file serve.py", "serve.py", "serve.py", id="a name"),
        pytest.param("uwsgi --http :80 --wsgi-file none/wsgi.py", "none/wsgi.py", None, id="a file that is not there"),
        pytest.param("mod_wsgi-express start-server app.wsgi", "app.wsgi", "app.wsgi", id="a file of mod_wsgi"),
    ],
)
def test_a_file(tmp_path: Path, command: str, module: str, path: str | None) -> None:
    found = target(tmp_path, command, {"serve.py": WSGI, "app.wsgi": WSGI})

    assert found is not None
    assert (found.module, found.path, found.known) == (module, path, path is not None)
    assert (found.source is not None) == (path is not None)


def test_a_module_whose_name_ends_like_a_file(tmp_path: Path) -> None:
    """The folder of the file that states the command is looked into for files, too."""
    found = target(tmp_path, "gunicorn bookstore.wsgi", {"deploy/bookstore.wsgi": WSGI})

    assert found is not None
    assert found.path == "bookstore/wsgi.py"


# --- settings -----------------------------------------------------------------------------------------------------------


def chosen(tmp_path: Path, files: Mapping[str, str | None]) -> SettingsChoice | None:
    deployment = deployment_of(tmp_path, files)
    return next(process.settings for process in deployment.processes if process.name == "web")


@pytest.mark.parametrize(
    ("files", "choice"),
    [
        pytest.param(
            {"Procfile": "web: python manage.py runserver\n"}, None, id="a command whose module is not known to serve"
        ),
        pytest.param({"Procfile": "web: gunicorn shop.wsgi\n"}, None, id="a module that is not there"),
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi\n"},
            SettingsChoice("bookstore.settings", Location("bookstore/wsgi.py", 5), "default"),
            id="the module's default",
        ),
        pytest.param(
            {"Procfile": "web: DJANGO_SETTINGS_MODULE=bookstore.own gunicorn bookstore.wsgi\n"},
            SettingsChoice("bookstore.own", Location("Procfile", 1), "variable"),
            id="the command's variable",
        ),
        pytest.param(
            {"Procfile": "web: python manage.py runserver --settings=bookstore.opt\n"},
            SettingsChoice("bookstore.opt", Location("Procfile", 1), "option"),
            id="an option",
        ),
        pytest.param(
            {
                "Procfile": "web: DJANGO_SETTINGS_MODULE=bookstore.own python manage.py runserver --settings bookstore.opt\n"
            },
            SettingsChoice("bookstore.opt", Location("Procfile", 1), "option"),
            id="an option before a variable",
        ),
        pytest.param(
            {
                "Procfile": "web: DJANGO_SETTINGS_MODULE=bookstore.own gunicorn bookstore.wsgi\n",
                "bookstore/wsgi.py": WSGI.replace(
                    'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookstore.settings")',
                    'os.environ["DJANGO_SETTINGS_MODULE"] = "bookstore.forced"',
                ),
            },
            SettingsChoice("bookstore.forced", Location("bookstore/wsgi.py", 5), "default"),
            id="what the module forces before a variable",
        ),
        pytest.param(
            {"Procfile": "web: DJANGO_SETTINGS_MODULE= gunicorn bookstore.wsgi\n"}, None, id="an empty variable"
        ),
        pytest.param(
            {"Procfile": "web: DJANGO_SETTINGS_MODULE=shop.$ENV gunicorn bookstore.wsgi\n"},
            None,
            id="an unknown variable",
        ),
    ],
)
def test_settings(tmp_path: Path, files: Mapping[str, str], choice: SettingsChoice | None) -> None:
    assert chosen(tmp_path, files) == choice


@pytest.mark.parametrize(
    ("environment", "choice"),
    [
        pytest.param(
            "{DJANGO_SETTINGS_MODULE: bookstore.service}",
            SettingsChoice("bookstore.service", Location("compose.prod.yml", 5), "variable"),
            id="the service's variable before the image's",
        ),
        pytest.param(
            "{OTHER: x}",
            SettingsChoice("bookstore.image", Location("Dockerfile", 3), "variable"),
            id="the image's variable before the module's default",
        ),
        pytest.param(
            "{DJANGO_SETTINGS_MODULE: '${DJANGO_SETTINGS_MODULE:-bookstore.default}'}",
            SettingsChoice("bookstore.default", Location("compose.prod.yml", 5), "default"),
            id="a default for the variable of who deploys",
        ),
        pytest.param("{DJANGO_SETTINGS_MODULE: '${DJANGO_SETTINGS_MODULE}'}", None, id="the variable of who deploys"),
        pytest.param("[DJANGO_SETTINGS_MODULE]", None, id="the variable handed on"),
    ],
)
def test_settings_of_a_service(tmp_path: Path, environment: str, choice: SettingsChoice | None) -> None:
    files = {
        "compose.prod.yml": f"services:\n  web:\n    build: .\n    environment:\n      {environment}\n",
        "Dockerfile": "FROM python:3.13\nCOPY . .\nENV DJANGO_SETTINGS_MODULE=bookstore.image\nCMD gunicorn bookstore.wsgi\n",
    }

    assert chosen(tmp_path, files) == choice


def test_the_files_of_the_settings_that_processes_choose(tmp_path: Path) -> None:
    files = {
        "Procfile": "web: gunicorn bookstore.wsgi\nworker: DJANGO_SETTINGS_MODULE=bookstore.none celery -A bookstore worker\n"
    }

    assert deployment_of(tmp_path, files).settings_modules == {
        "bookstore.settings": "bookstore/settings.py",
        "bookstore.none": None,
    }


@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param("bookstore.urls", "bookstore/urls.py", id="in the repository"),
        pytest.param("elsewhere.urls", None, id="elsewhere"),
        pytest.param(None, None, id="no text"),
    ],
)
def test_urlconf(tmp_path: Path, value: object, path: str | None) -> None:
    found = deployment_of(tmp_path, {}, values={"ROOT_URLCONF": value}).urlconf

    assert (found.path if found else None) == path
