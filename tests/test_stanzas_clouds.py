"""The lines that hints offer on clouds: each in the file that the platform reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.stanzas import before_release, build_step
from tests.linking.linked import deployment_of
from tests.projects import inspect_files

DOCKERFILE = (
    "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\nCMD gunicorn bookstore.wsgi -b :$PORT -w 2\n"
)
RUN = "gunicorn bookstore.wsgi"
BEANSTALK = "option_settings:\n  aws:elasticbeanstalk:container:python:\n    WSGIPath: bookstore.wsgi:application\n"
ECS = '{"containerDefinitions": [{"name": "web", "image": "bookstore:1"}]}'
CLOUD_RUN = "steps:\n- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, shop, --source, .]\n"

SITES = {
    "App Platform": {".do/app.yaml": f"services:\n- name: web\n  run_command: {RUN}\n"},
    "App Platform's template": {
        ".do/deploy.template.yaml": f"spec:\n  services:\n  - name: web\n    run_command: {RUN}\n"
    },
    "App Engine": {"app.yaml": f"runtime: python313\nentrypoint: {RUN}\n"},
    "Cloud Run": {"cloudbuild.yaml": CLOUD_RUN, "Dockerfile": DOCKERFILE},
    "Elastic Beanstalk": {".ebextensions/site.config": BEANSTALK},
    "Elastic Beanstalk and a Procfile": {".elasticbeanstalk/config.yml": "global: {}\n", "Procfile": f"web: {RUN}\n"},
    "Dockerrun": {"Dockerrun.aws.json": '{"AWSEBDockerrunVersion": 1}', "Dockerfile": DOCKERFILE},
    "App Runner": {"apprunner.yaml": f"runtime: python311\nrun:\n  command: {RUN}\n"},
    "ECS": {"task-definition.json": ECS, "Dockerfile": DOCKERFILE},
    "ECS with an image from elsewhere": {
        "task-definition.json": ECS.replace('"image"', '"command": ["gunicorn", "bookstore.wsgi"], "image"')
    },
    "Azure": {"startup.txt": f"{RUN}\n"},
}
MIGRATE = {
    "App Platform": "Add 'jobs: [{name: before-deploy, kind: PRE_DEPLOY, run_command: python manage.py migrate}]', "
    "with the source of the service, to .do/app.yaml",
    "App Platform's template": "Add 'jobs: [{name: before-deploy, kind: PRE_DEPLOY, run_command: python manage.py migrate}]', "
    "with the source of the service, to .do/deploy.template.yaml",
    "App Engine": "Add a step with 'script: pip install -r requirements.txt && python manage.py migrate' to cloudbuild.yaml, "
    "above 'gcloud app deploy'",
    "Cloud Run": "Add the step '{name: gcr.io/google-appengine/exec-wrapper, args: [-i, <the image>, -s, "
    "<the database's instance>, --, python, manage.py, migrate]}' to cloudbuild.yaml, above 'gcloud run deploy'",
    "Elastic Beanstalk": "Add 'container_commands: {01_deploy: {command: \"source /var/app/venv/*/bin/activate && "
    "python manage.py migrate\", leader_only: true}}' to .ebextensions/site.config",
    "Elastic Beanstalk and a Procfile": "Add 'container_commands: {01_deploy: {command: \"source /var/app/venv/*/bin/activate && "
    "python manage.py migrate\", leader_only: true}}' to .ebextensions/django.config",
    "Dockerrun": "Add the line 'docker exec \"$(docker ps --latest --quiet)\" python manage.py migrate' to "
    ".platform/hooks/postdeploy/01_deploy.sh",
    "App Runner": "Run 'python manage.py migrate' in the pipeline that deploys, before 'aws apprunner start-deployment'",
    "ECS": "Run 'aws ecs run-task --cluster <the cluster> --task-definition <the task>' with the command "
    "'python manage.py migrate', before 'aws ecs update-service'",
    "Azure": "Run 'python manage.py migrate' in the pipeline that deploys, before the step that deploys to App Service",
}
COLLECT = {
    "App Platform": "Add 'build_command: python manage.py collectstatic' to the service in .do/app.yaml",
    "App Engine": "Run 'python manage.py collectstatic' before 'gcloud app deploy', which uploads what it writes",
    "Cloud Run": "Add the line 'RUN python manage.py collectstatic' to Dockerfile, below the one that copies the code",
    "Elastic Beanstalk": "Add 'container_commands: {02_build: {command: \"source /var/app/venv/*/bin/activate && "
    "python manage.py collectstatic\"}}' to .ebextensions/site.config",
    "App Runner": "Add '- python manage.py collectstatic' below 'build:' of 'commands:' in apprunner.yaml",
    "ECS": "Add the line 'RUN python manage.py collectstatic' to Dockerfile, below the one that copies the code",
    "ECS with an image from elsewhere": "Add the line 'RUN python manage.py collectstatic' to the Dockerfile of the image",
}


@pytest.mark.parametrize("site", MIGRATE)
def test_a_step_of_every_deploy(tmp_path: Path, site: str) -> None:
    deployment = deployment_of(tmp_path, SITES[site])

    assert before_release(deployment, deployment.web[0], "migrate") == MIGRATE[site]


@pytest.mark.parametrize("site", COLLECT)
def test_a_step_of_the_build(tmp_path: Path, site: str) -> None:
    deployment = deployment_of(tmp_path, SITES[site])

    assert build_step(deployment, deployment.web[0], "collectstatic") == COLLECT[site]


@pytest.mark.parametrize("site", SITES)
def test_without_such_a_step_migrate_is_missed(tmp_path: Path, site: str) -> None:
    assert len(inspect_files(tmp_path, SITES[site]).findings("no-release-migrate")) == 1
