from __future__ import annotations

import pytest

from django_deploycheck.discovery import discover
from django_deploycheck.model import CommandLine, Location, Service
from django_deploycheck.readers import deploy_script, load
from django_deploycheck.source import Repository, Source


def service(path: str, text: str = "python manage.py migrate\n") -> Service:
    [found] = deploy_script.read(Source(path, text))
    assert isinstance(found, Service)
    return found


def test_a_script_is_one_service():
    text = "#!/bin/sh\nset -e\npython manage.py migrate\n"

    assert service("deploy/deploy.sh", text) == Service(
        name="deploy.sh",
        kind="deploy-script",
        location=Location("deploy/deploy.sh", 1),
        role="release",
        command=CommandLine(Location("deploy/deploy.sh", 1), text=text),
        runs_on_host=True,
    )


def test_secrets_are_masked():
    assert str(service("deploy.sh", "SECRET_KEY=k3fj29dk2k ./run\n").command) == "SECRET_KEY=*** ./run\n"


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("deploy.sh", "release"),
        ("release-steps.sh", "release"),
        ("restart.prod.sh", "release"),
        ("deploy_webshop.sh", "release"),
        ("bin/post_compile", "build"),
        ("bin/pre_compile", "build"),
        ("start.prod.sh", None),
        ("entrypoint-prod.sh", None),
        ("run_production.sh", None),
        ("deploy_web.sh", None),
        ("gunicorn.prod.sh", None),
    ],
)
def test_its_role_by_its_name(path, role):
    assert service(path).role == role


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        ("run.sh", False),
        ("deploy.py", False),
        ("deployment.sh", False),
        ("prod.sh.example", False),
        ("reproduce.sh", False),
        ("post_compile", False),
        ("gunicorn_start.py", False),
        ("bin/gunicorn_start", True),
        ("start_gunicorn.sh", True),
        ("deploy.sh", True),
        ("scripts/deploy-site.sh", True),
        ("scripts/site_deploy.sh", True),
        ("entrypoint.prod.sh", True),
        ("bin/post_compile", True),
        ("bin/pre_deploy", True),
    ],
)
def test_the_files_it_claims(tmp_path, path, claimed):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).touch()

    found = dict(discover(Repository(str(tmp_path)), "", load()).files)

    assert (found.get(path) == "deploy-script") is claimed
