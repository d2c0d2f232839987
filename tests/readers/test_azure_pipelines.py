from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from django_deploycheck.model import Answer, BlindSpot, CommandLine, Location, PlatformUse, Service, Workflow
from django_deploycheck.readers import azure_pipelines
from django_deploycheck.source import Source, Unreadable

PATH = "azure-pipelines.yml"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Any]:
    return list(azure_pipelines.read(Source(PATH, dedent(text))))


def deployed(text: str) -> list[Any]:
    return [fact for fact in facts(text) if not isinstance(fact, Workflow)]


@pytest.mark.parametrize("text", ["", "trigger: [main]\n", "steps:\n", "stages:\n- stage: Build\n  jobs: []\n"])
def test_no_jobs(text):
    assert facts(text) == []


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("steps: [")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("steps:\n- script: python manage.py migrate\n- script: pytest\n", id="tests"),
        pytest.param("steps:\n- script: docker build .\n", id="a build"),
        pytest.param("jobs:\n- job: deploy_docs\n  steps:\n  - script: ./docs.sh\n", id="documentation"),
        pytest.param("jobs:\n- deployment: dev\n  steps:\n  - script: python manage.py migrate\n", id="for developers"),
        pytest.param("jobs:\n- deployment: web\n  steps:\n  - task: CopyFiles@2\n", id="nothing of the application"),
    ],
)
def test_nothing_is_deployed(text):
    assert deployed(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("steps:\n- script: python manage.py test\n", 2, id="steps alone"),
        pytest.param("jobs:\n- job: test\n  steps:\n  - bash: python manage.py test\n", 4, id="a job"),
        pytest.param(
            "stages:\n- stage: a\n  jobs:\n  - job: b\n    steps:\n"
            "    - task: Bash@3\n      inputs:\n        script: python manage.py test\n",
            8,
            id="a stage and a task",
        ),
    ],
)
def test_what_is_tested(text, line):
    [workflow] = facts(text)

    assert workflow.tests == CommandLine(at(line), text="python manage.py test")
    assert workflow.checks_deployment is Answer.NO


def test_a_template_may_check_anything():
    [workflow] = facts("steps:\n- template: steps.yml\n")

    assert workflow.checks_deployment is Answer.UNKNOWN


def test_a_deployment_to_app_service():
    text = """\
        stages:
        - stage: Deploy
          jobs:
          - deployment: web
            environment: production
            strategy:
              runOnce:
                deploy:
                  steps:
                  - template: before.yml
                  - script: python manage.py migrate
                  - task: AzureWebApp@1
                    inputs:
                      appType: webAppLinux
                      startUpCommand: gunicorn --bind=0.0.0.0 shop.wsgi
        """
    migrate, start = (
        CommandLine(at(11), text="python manage.py migrate"),
        CommandLine(at(15), text="gunicorn --bind=0.0.0.0 shop.wsgi"),
    )

    assert deployed(text) == [
        Service(name="web", kind="azure-pipelines", location=at(11), role="release", command=migrate),
        BlindSpot("uses a template, which was not read", at(10)),
        PlatformUse("azure", at(12)),
        Service(name="web", kind="azure-pipelines", location=at(15), platform="azure", command=start),
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param("- task: AzureWebAppContainer@1\n", [PlatformUse("azure", at(2))], id="a container"),
        pytest.param("- task: KubernetesManifest@1\n", [], id="Kubernetes"),
        pytest.param(
            "- task: SSH@0\n  inputs:\n    inline: |\n      python manage.py migrate\n",
            [
                Service(
                    name="job",
                    kind="azure-pipelines",
                    location=at(5),
                    role="release",
                    command=CommandLine(at(5), text="python manage.py migrate"),
                )
            ],
            id="a server",
        ),
    ],
)
def test_what_else_deploys(steps, expected):
    assert deployed(f"steps:\n{steps}") == expected
