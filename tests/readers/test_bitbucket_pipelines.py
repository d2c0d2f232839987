from __future__ import annotations

from textwrap import dedent

import pytest

from django_deploycheck.model import BlindSpot, CommandLine, Fact, Location, PlatformUse, Service, Workflow
from django_deploycheck.readers import bitbucket_pipelines
from django_deploycheck.source import Source, Unreadable

PATH = "bitbucket-pipelines.yml"
MIGRATES = "python manage.py migrate"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    found = bitbucket_pipelines.read(Source(PATH, dedent(text)))
    return [fact for fact in found if not isinstance(fact, Workflow)]


def step(more: str, script: str = MIGRATES) -> str:
    return f"pipelines:\n  default:\n  - step:\n      script: [{script}]\n      {more}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("image: python\n", id="no pipelines"),
        pytest.param(step("name: Tests", f"{MIGRATES}, pytest"), id="a test step"),
        pytest.param(step("name: x"), id="a step whose name says nothing"),
        pytest.param(step("deployment: test"), id="an environment for tests"),
        pytest.param(step("name: Deploy\n      services: [postgres]"), id="a database beside it"),
        pytest.param(step("deployment: production", "docker push x"), id="nothing of the application"),
        pytest.param(
            f"pipelines: {{pull-requests: {{'**': [{{step: {{deployment: production, script: [{MIGRATES}]}}}}]}}}}\n",
            id="a pull request",
        ),
        pytest.param(
            "definitions: {steps: [{step: {name: Deploy, script: [./deploy.sh]}}]}\n", id="a step that nothing uses"
        ),
        pytest.param(
            step("name: x", f"{{pipe: 'atlassian/slack-notify:2'}}, {MIGRATES}"), id="a pipe that tells somebody"
        ),
    ],
)
def test_no_deployment_is_seen_in(text):
    assert facts(text) == []


def test_what_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("pipelines: [\n")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("name: Deploy", id="its name"),
        pytest.param("deployment: production", id="its environment"),
        pytest.param("deployment: staging", id="staging"),
        pytest.param("name: Release\n      services: [docker]", id="Docker beside it"),
    ],
)
def test_a_deployment_shows_by(more):
    (found,) = facts(step(more))
    assert isinstance(found, Service)
    assert found.command == CommandLine(at(4), text=MIGRATES)
    assert (found.kind, found.role) == ("bitbucket-pipelines", "release")


def test_steps_stand_in_branches_stages_and_groups_and_count_once():
    text = """\
        pipelines:
          default:
            - step: &deploy
                name: Deploy
                script:
                  - cd site
                  - python manage.py migrate
                after-script: [./done.sh]
          branches:
            main:
              - step: *deploy
              - parallel:
                  - step: {name: Release, script: [./release.sh]}
              - parallel:
                  steps:
                    - step: {deployment: production, script: [./other.sh]}
          tags:
            v*:
              - stage:
                  steps:
                    - step: {name: Publish, script: [./publish.sh]}
        """
    found = [fact for fact in facts(text) if isinstance(fact, Service)]
    assert [(service.name, str(service.command)) for service in found] == [
        ("Deploy", "cd site\npython manage.py migrate\n./done.sh"),
        ("Release", "./release.sh"),
        ("step 3", "./other.sh"),
        ("Publish", "./publish.sh"),
    ]


def test_groups_that_are_nested_too_deeply():
    assert (
        facts(
            "pipelines: {default: ["
            + "{parallel: [" * 9
            + f"{{step: {{name: Deploy, script: [{MIGRATES}]}}}}"
            + "]}" * 9
            + "]}\n"
        )
        == []
    )


@pytest.mark.parametrize(
    ("pipe", "expected"),
    [
        pytest.param("atlassian/heroku-deploy:2.1.0", [PlatformUse("heroku", at(4))], id="a platform's"),
        pytest.param(
            "atlassian/ssh-run:0.8.1",
            [BlindSpot("runs a pipe that was not followed", at(4))],
            id="commands on a server",
        ),
        pytest.param("atlassian/aws-ecs-deploy:1.0", [], id="ECS"),
    ],
)
def test_pipes(pipe, expected):
    assert facts(step("name: x", f"{{pipe: '{pipe}'}}")) == expected


def test_the_command_that_tests():
    (workflow,) = bitbucket_pipelines.read(Source(PATH, step("name: x", "pytest -q")))
    assert isinstance(workflow, Workflow)
    assert workflow.tests == CommandLine(at(4), text="pytest -q")
