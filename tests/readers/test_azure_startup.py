from __future__ import annotations

import pytest

from django_deploycheck.model import CommandLine, Location, PlatformUse, Service
from django_deploycheck.readers import azure_startup
from django_deploycheck.source import Source


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("startup.txt", "notes", id="a text of something else"),
        pytest.param("startup.txt", "# gunicorn shop.wsgi", id="a comment"),
        pytest.param("startup.sh", "gunicorn shop.wsgi", id="a script for any machine"),
        pytest.param("startup.sh", "cd /home/site/wwwroot\nnode server.js", id="another language"),
    ],
)
def test_another_file(path, text):
    assert not azure_startup.claims(Source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("startup.txt", "gunicorn --bind=0.0.0.0 shop.wsgi", id="the documented name"),
        pytest.param("startup.sh", "cd /home/site/wwwroot\ngunicorn shop.wsgi", id="its folder"),
        pytest.param("startup.sh", "cd /home/site/wwwroot\npython manage.py runserver", id="the development server"),
        pytest.param("startup.sh", "# Azure App Service\nuvicorn shop.asgi:application", id="its name"),
        pytest.param("startup.sh", "source antenv/bin/activate && daphne x", id="its virtualenv"),
        pytest.param("entrypoint.azure.sh", "gunicorn shop.wsgi", id="its name in the script's"),
    ],
)
def test_its_own_file(path, text):
    assert azure_startup.claims(Source(path, text))


@pytest.mark.parametrize(("path", "workdir"), [("startup.sh", None), ("src/startup.sh", "src")])
def test_the_script(path, workdir):
    text = "python manage.py migrate\ngunicorn shop.wsgi\n"

    assert list(azure_startup.read(Source(path, text))) == [
        PlatformUse("azure", Location(path)),
        Service(
            name="startup.sh",
            kind="azure-startup",
            location=Location(path, 1),
            platform="azure",
            command=CommandLine(Location(path, 1), text=text),
            workdir=workdir,
        ),
    ]
