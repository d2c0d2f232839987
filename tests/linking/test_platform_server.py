"""What a platform serves by a server of its own, and what only steps of a deploy run in an image."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from django_deploycheck.model import BlindSpot, Location, Server
from tests.linking.linked import GUNICORN, deployment_of, only, told

WSGI_PATH = "option_settings:\n  aws:elasticbeanstalk:container:python:\n    WSGIPath: {}\n"
CONFIG = ".ebextensions/django.config"
DOCKERFILE = (
    "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\nCMD gunicorn bookstore.wsgi -b :$PORT -w 2\n"
)
MIGRATES = (
    "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, gcr.io/x/shop, .]\n"
    "- id: migrate\n  name: gcr.io/google-appengine/exec-wrapper\n"
    "  args: [-i, gcr.io/x/shop, --, python, manage.py, migrate]\n"
)


@pytest.mark.parametrize(
    ("application", "path", "interface"),
    [
        pytest.param("bookstore.wsgi:application", "bookstore/wsgi.py", "wsgi", id="a module and a name"),
        pytest.param("bookstore.wsgi", "bookstore/wsgi.py", "wsgi", id="a module"),
        pytest.param("bookstore/wsgi.py", "bookstore/wsgi.py", None, id="a file"),
        pytest.param("other.wsgi:application", None, "wsgi", id="a module that is not there"),
    ],
)
def test_what_the_platform_serves(
    tmp_path: Path, application: str, path: str | None, interface: Literal["wsgi"] | None
) -> None:
    web = only(deployment_of(tmp_path, {CONFIG: WSGI_PATH.format(application)}))

    assert web.role == "web"
    assert web.server == Server("platform", application, interface)
    assert web.target is not None
    assert web.target.path == path
    assert str(web.location) == f"{CONFIG}:3"


def test_a_procfile_beside_it_is_started(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/python-configuration-procfile.html"""
    files = {CONFIG: WSGI_PATH.format("bookstore.wsgi:application"), "Procfile": GUNICORN}

    assert told(deployment_of(tmp_path, files)) == [
        "production web web Procfile:1",
        f"unknown web WSGIPath {CONFIG}:3",
    ]


def test_a_procfile_without_a_web_process_is_not(tmp_path: Path) -> None:
    files = {CONFIG: WSGI_PATH.format("bookstore.wsgi:application"), "Procfile": "worker: celery -A bookstore worker\n"}

    assert f"production web WSGIPath {CONFIG}:3" in told(deployment_of(tmp_path, files))


def test_an_image_in_which_only_a_step_runs_starts_what_it_says(tmp_path: Path) -> None:
    assert told(deployment_of(tmp_path, {"Dockerfile": DOCKERFILE, "cloudbuild.yaml": MIGRATES})) == [
        "production release migrate cloudbuild.yaml:6",
        "production web Dockerfile Dockerfile:5",
    ]


def test_an_image_that_a_service_starts_starts_nothing_besides(tmp_path: Path) -> None:
    deploys = "- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, shop, --image, gcr.io/x/shop]\n"
    files = {"Dockerfile": DOCKERFILE, "cloudbuild.yaml": MIGRATES + deploys}

    assert told(deployment_of(tmp_path, files)) == [
        "production web shop Dockerfile:5",
        "production release migrate cloudbuild.yaml:6",
    ]


def test_the_startup_file_of_azure(tmp_path: Path) -> None:
    files = {"startup.sh": "cd /home/site/wwwroot\npython manage.py migrate\ngunicorn bookstore.wsgi\n"}
    deployment = deployment_of(tmp_path, files)

    assert told(deployment) == ["production web startup.sh startup.sh:3"]
    assert deployment.platforms == ("azure",)


def test_a_startup_file_that_an_image_starts(tmp_path: Path) -> None:
    files = {
        "startup.sh": "#!/bin/sh\n# Azure Web App\nexec gunicorn bookstore.wsgi -b 0.0.0.0:8000\n",
        "Dockerfile": 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\nCMD ["./startup.sh"]\n',
    }

    assert told(deployment_of(tmp_path, files)) == ["production web Dockerfile startup.sh:3"]


def test_the_button_of_app_platform_deploys_its_template(tmp_path: Path) -> None:
    files = {
        ".do/deploy.template.yaml": "spec:\n  services:\n  - name: web\n    run_command: gunicorn bookstore.wsgi\n"
    }

    assert told(deployment_of(tmp_path, files)) == ["production web web .do/deploy.template.yaml:4"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(
            ".aws/task-definition.json",
            '{"containerDefinitions": [\n{"name": "web", "image": "1.dkr.ecr.eu.amazonaws.com/bookstore:1"}]}',
            id="ECS",
        ),
        pytest.param(
            "Dockerrun.aws.json",
            '{"AWSEBDockerrunVersion": "1",\n"Image": {"Name": "acme/bookstore"}}',
            id="Elastic Beanstalk",
        ),
    ],
)
def test_the_image_that_a_pipeline_pushed_is_ours(tmp_path: Path, path: str, text: str) -> None:
    web = only(deployment_of(tmp_path, {"Dockerfile": DOCKERFILE, path: text}), "web")

    assert (web.environment, str(web.location), web.service and web.service.location.path) == (
        "production",
        "Dockerfile:5",
        path,
    )


OPEN = (
    'resource "aws_ecs_task_definition" "shop" {{\n  container_definitions = jsonencode([{{\n'
    '    name = "{}"\n    image = "${{aws_ecr_repository.bookstore.url}}:1"\n  }}])\n}}\n'
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("web", ["production web web Dockerfile:5"], id="ours"),
        pytest.param(
            "nginx", ["production other nginx infra/ecs.tf:2", "production web Dockerfile Dockerfile:5"], id="a proxy"
        ),
    ],
)
def test_an_image_that_an_expression_names(tmp_path: Path, name: str, expected: list[str]) -> None:
    deployment = deployment_of(tmp_path, {"Dockerfile": DOCKERFILE, "infra/ecs.tf": OPEN.format(name)})

    assert told(deployment) == expected
    assert deployment.all_blind_spots == ()


def test_terraform_without_containers_is_not_read(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE, "infra/main.tf": 'locals {\n  command = "gunicorn bookstore.wsgi"\n}\n'}

    assert deployment_of(tmp_path, files).all_blind_spots == (
        BlindSpot(
            "Terraform is not read, and it mentions gunicorn", Location("infra/main.tf", 2), frozenset({"gunicorn"})
        ),
    )
