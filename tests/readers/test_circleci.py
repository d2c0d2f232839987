from __future__ import annotations

from textwrap import dedent

import pytest

from django_deploycheck.model import Answer, CommandLine, Fact, Location, PlatformUse, Service, Workflow
from django_deploycheck.readers import circleci
from django_deploycheck.source import Source, Unreadable

PATH = ".circleci/config.yml"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return [fact for fact in circleci.read(Source(PATH, dedent(text))) if not isinstance(fact, Workflow)]


def job(name: str, *steps: str, more: str = "") -> str:
    return f"jobs:\n  {name}:\n{more}    steps:\n" + "".join(f"    - {step}\n" for step in steps)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("version: 2.1\n", id="no jobs"),
        pytest.param(job("deploy", "checkout"), id="nothing runs"),
        pytest.param(job("test", "run: python manage.py migrate", "run: pytest"), id="a test job"),
        pytest.param(
            job("deploy", "run: python manage.py migrate", more="    docker: [{image: a}, {image: postgres}]\n"),
            id="a database beside it",
        ),
        pytest.param(job("deploy-docs", "run: python manage.py collectstatic"), id="documentation"),
        pytest.param(job("build_prod", "run: docker compose up -d", "run: ./x.sh"), id="containers on the runner"),
        pytest.param(job("x", "other/deploy", "run: python manage.py migrate"), id="an orb that is not in the file"),
        pytest.param(
            "orbs: {heroku: circleci/heroku@2}\n" + job("x", "heroku/install", "run: ./x.sh"),
            id="an orb that only installs",
        ),
        pytest.param("orbs: {x: circleci/slack@1}\n" + job("x", "x/push", "run: ./x.sh"), id="another orb"),
        pytest.param("workflows:\n  version: 2\n  main:\n    jobs: [deploy, {x: {}}]\n", id="a workflow without jobs"),
    ],
)
def test_no_deployment_is_seen_in(text):
    assert facts(text) == []


def test_what_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("jobs: [\n")


def test_a_job_that_deploys():
    text = """\
        jobs:
          deploy:
            working_directory: backend
            environment:
              SECRET_KEY: kd83jf72hd63kd83jf
              DJANGO_SETTINGS_MODULE: shop.settings
            steps:
              - checkout
              - run: cd site
              - run:
                  name: Migrations
                  command: |
                    # all of them
                    python manage.py migrate
              - save_cache: {key: x}
        """
    (step,) = facts(text)
    assert isinstance(step, Service)
    assert (step.name, step.kind, step.role, step.workdir) == ("deploy", "circleci", "release", "backend")
    assert step.command == CommandLine(at(9), text="cd site\n\n\n\n# all of them\npython manage.py migrate")
    assert [(variable.name, variable.value) for variable in step.variables] == [
        ("SECRET_KEY", None),
        ("DJANGO_SETTINGS_MODULE", "shop.settings"),
    ]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("~/project", None), ("/srv", None), ("<< pipeline.x >>", None), ("", None), ("site", "site")],
)
def test_folders_of_the_repository(folder, expected):
    (step,) = facts(job("deploy", "run: ./migrate.sh", more=f"    working_directory: '{folder}'\n"))
    assert isinstance(step, Service)
    assert step.workdir == expected


def test_variables_may_be_a_list():
    (step,) = facts(job("deploy", "run: ./migrate.sh", more="    environment: [{A: b}, {C: $D}]\n"))
    assert isinstance(step, Service)
    assert [variable.name for variable in step.variables] == ["A", "C"]


def test_commands_of_the_file_are_put_in():
    text = """\
        commands:
          release:
            parameters: {where: {type: string}}
            steps:
              - run: python manage.py migrate --database << parameters.where >>
          again:
            steps: [again]
        jobs:
          deploy:
            steps:
              - release: {where: main}
              - again
              - when:
                  condition: true
                  steps:
                    - run: ./last.sh
        """
    (step,) = facts(text)
    assert isinstance(step, Service)
    assert str(step.command).split("\n") == ["python manage.py migrate --database $PARAMETER", *[""] * 10, "./last.sh"]


@pytest.mark.parametrize(
    ("orb", "step", "platform"),
    [
        pytest.param("heroku: circleci/heroku@2.0", "heroku/deploy-via-git", "heroku", id="Heroku"),
        pytest.param("h: circleci/heroku@2.0", "h/push-docker-image: {app-name: x}", "heroku", id="under another name"),
        pytest.param("eb: circleci/aws-elastic-beanstalk@2", "eb/deploy", "elastic-beanstalk", id="Elastic Beanstalk"),
        pytest.param("ecs: circleci/aws-ecs@4", "ecs/update-service", None, id="ECS"),
    ],
)
def test_orbs_that_deploy(orb, step, platform):
    found = facts(f"orbs: {{{orb}}}\n" + job("x", step, "run: python manage.py migrate"))
    assert [fact.name for fact in found if isinstance(fact, PlatformUse)] == ([platform] if platform else [])
    assert [fact.name for fact in found if isinstance(fact, Service)] == ["x"]


def test_jobs_of_orbs():
    text = "orbs: {heroku: circleci/heroku@2.0}\nworkflows:\n  main:\n    jobs:\n    - heroku/deploy-via-git: {requires: [test]}\n    - heroku/test\n"
    assert facts(text) == [PlatformUse("heroku", at(5))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(job("test", "run: pip install ."), Answer.NO, id="nothing"),
        pytest.param("orbs: {a: b/c@1}\n" + job("test", "run: x"), Answer.UNKNOWN, id="an orb"),
        pytest.param(job("test", "run: manage.py check --deploy"), Answer.YES, id="the check"),
    ],
)
def test_whether_the_deployment_is_checked(text, expected):
    (workflow,) = (fact for fact in circleci.read(Source(PATH, text)) if isinstance(fact, Workflow))
    assert workflow.checks_deployment is expected
