from __future__ import annotations

from textwrap import dedent

import pytest

from django_deploycheck.model import Answer, BlindSpot, CommandLine, Fact, Location, Reference, Service, Workflow
from django_deploycheck.readers import gitlab_ci
from django_deploycheck.source import Source, Unreadable

PATH = ".gitlab-ci.yml"
MIGRATES = "ssh me@host python manage.py migrate"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(gitlab_ci.read(Source(PATH, dedent(text))))


def steps(text: str) -> list[Service]:
    return [fact for fact in facts(text) if isinstance(fact, Service)]


def workflow(text: str) -> Workflow:
    return next(fact for fact in facts(text) if isinstance(fact, Workflow))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("stages: [test]\nvariables: {A: b}\n", id="no jobs"),
        pytest.param(".hidden:\n  script: [x]\n", id="only a hidden job"),
        pytest.param("deploy:\n  stage: deploy\n  trigger: other/project\n", id="a job without a script"),
        pytest.param("deploy:\n  script: []\n", id="an empty script"),
    ],
)
def test_nothing_is_said_by(text):
    assert facts(text) == []


def test_what_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("deploy: [\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("test:\n  script: [python manage.py migrate, python manage.py test]\n", id="a test job"),
        pytest.param(
            "deploy:\n  script: [python manage.py migrate, pytest]\n", id="a job that tests, whatever its name"
        ),
        pytest.param(
            "deploy:\n  services: [postgres]\n  script: [python manage.py migrate]\n", id="a database beside it"
        ),
        pytest.param("check deploy:\n  script: [python manage.py migrate]\n", id="a check"),
        pytest.param(f"review:\n  script: [{MIGRATES}]\n", id="a preview"),
        pytest.param(
            f"deploy:\n  environment: review/$CI_COMMIT_REF_SLUG\n  script: [{MIGRATES}]\n",
            id="a preview's environment",
        ),
        pytest.param(f"deploy:\n  environment: {{name: development}}\n  script: [{MIGRATES}]\n", id="development"),
        pytest.param(f"deploy:\n  only: [merge_requests]\n  script: [{MIGRATES}]\n", id="only for merge requests"),
        pytest.param(
            f"deploy:\n  only: {{refs: [merge_requests]}}\n  script: [{MIGRATES}]\n", id="only for their refs"
        ),
        pytest.param("build production:\n  script: [python manage.py collectstatic]\n", id="a build"),
        pytest.param(
            "smoke:\n  script: [docker compose up -d, python manage.py migrate]\n", id="containers on the runner"
        ),
        pytest.param("deploy:\n  script: [docker push x]\n", id="nothing of the application"),
    ],
)
def test_no_deployment_is_seen_in(text):
    assert steps(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"ship it:\n  script: [{MIGRATES}]\n",
            id="a command that deploys",
        ),
        pytest.param("deploy:\n  script: [python manage.py migrate]\n", id="its name"),
        pytest.param("x:\n  stage: deploy\n  script: [python manage.py migrate]\n", id="its stage"),
        pytest.param("x:\n  environment: production\n  script: [python manage.py migrate]\n", id="its environment"),
        pytest.param(
            "x:\n  environment: {name: production}\n  script: [python manage.py migrate]\n", id="its environment's name"
        ),
        pytest.param("build and deploy:\n  script: [python manage.py migrate]\n", id="a name that says two things"),
        pytest.param(
            "deploy:\n  services: ['docker:dind', {name: 'docker:28-dind'}]\n  script: [python manage.py migrate]\n",
            id="Docker beside it",
        ),
        pytest.param("deploy:\n  only: [main]\n  script: [python manage.py migrate]\n", id="a branch"),
        pytest.param(
            "x:\n  script: [docker-compose -H ssh://x up -d, python manage.py migrate]\n", id="containers elsewhere"
        ),
    ],
)
def test_a_deployment_shows_by(text):
    (step,) = steps(text)
    assert (step.role, step.kind) == ("release", "gitlab-ci")


def test_what_comes_before_and_after_runs_in_one_place():
    (step,) = steps(
        """\
        before_script:
          - cd backend
        deploy:
          script:
            - python manage.py migrate
            - - nested
              - ""
          after_script: [done]
        """
    )
    assert step.command == CommandLine(at(2), text="cd backend\n\n\npython manage.py migrate\nnested\n\ndone")


def test_scripts_of_every_job():
    (step,) = steps(
        """\
        default:
          before_script: [cd backend]
          after_script: [./last.sh]
        deploy:
          script: [python manage.py migrate]
        """
    )
    assert step.before == (CommandLine(at(2), text="cd backend\n\n\npython manage.py migrate"),)
    assert step.command == CommandLine(at(3), text="./last.sh")


def test_jobs_extend_others():
    (step,) = steps(
        """\
        .first:
          script: [first]
          environment: production
        .second:
          extends: .first
          script:
            - python manage.py migrate
        site:
          extends: [.first, .second, .missing]
        """
    )
    assert (step.name, step.command) == ("site", CommandLine(at(7), text="python manage.py migrate"))


def test_jobs_that_extend_each_other():
    assert steps(".a: {extends: .b, x: 1}\n.b: {extends: .a, x: 1}\ndeploy: {extends: .a, x: 1}\n") == []


def test_references_and_anchors():
    (step,) = steps(
        """\
        .setup: &setup
          - cd backend
        .shared:
          script:
            - python manage.py migrate
            - !reference [.deeper, nested, script]
            - !reference [.missing, script]
            - !reference []
        .deeper:
          nested:
            script: [./nested.sh]
        deploy:
          script:
            - *setup
            - !reference [.shared, script]
            - ./last.sh
        """
    )
    assert step.before == ()
    assert str(step.command).split() == ["cd", "backend", "python", "manage.py", "migrate", "./nested.sh", "./last.sh"]
    assert step.command is not None
    assert step.command.location == at(2)


def test_references_in_a_circle():
    assert steps("deploy:\n  script:\n    - !reference [deploy, script]\n") == []


def test_what_is_taken_over_from_below_runs_first():
    (step,) = steps(
        """\
        deploy:
          before_script:
            - !reference [.below, script]
          script:
            - python manage.py migrate
        .below:
          script: [cd backend]
        """
    )
    assert step.before == (CommandLine(at(7), text="cd backend"),)
    assert step.command == CommandLine(at(5), text="python manage.py migrate")


def test_an_agent_for_keys_hides_nothing():
    (step,) = steps(
        'deploy:\n  script:\n  - eval $(ssh-agent -s)\n  - eval "`ssh-agent`"\n  - python manage.py migrate\n'
    )
    assert str(step.command) == ":\n:\npython manage.py migrate"


def test_variables_are_taken_over_by_name():
    (step,) = steps(
        """\
        variables: {A: b, DJANGO_SETTINGS_MODULE: shop.settings}
        deploy:
          variables: {SECRET_KEY: kd83jf72hd63kd83jf, DJANGO_SETTINGS_MODULE: $MODULE}
          script: [python manage.py migrate]
        """
    )
    assert [(variable.name, variable.value) for variable in step.variables] == [
        ("A", None),
        ("DJANGO_SETTINGS_MODULE", "shop.settings"),
        ("SECRET_KEY", None),
        ("DJANGO_SETTINGS_MODULE", None),
    ]


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        pytest.param("ci/deploy.yml", [Reference("ci/deploy.yml", "gitlab-ci", at(1))], id="a path"),
        pytest.param("{local: /ci/deploy.yml}", [Reference("ci/deploy.yml", "gitlab-ci", at(1))], id="a local file"),
        pytest.param("[{template: Jobs/SAST.gitlab-ci.yml}]", [], id="a template of GitLab"),
        pytest.param("https://example.com/x.yml", [BlindSpot("includes a file that was not read", at(1))], id="a URL"),
        pytest.param("{local: 'ci/*.yml'}", [BlindSpot("includes a file that was not read", at(1))], id="a pattern"),
        pytest.param(
            "[{project: a/b, file: x.yml}]",
            [BlindSpot("includes a file that was not read", at(1))],
            id="another project's",
        ),
    ],
)
def test_files_that_are_included(include, expected):
    assert facts(f"include: {include}\n") == expected


def test_variables_in_front_of_the_pipeline_may_be_a_document_of_their_own():
    (step,) = steps("spec:\n  inputs: {}\n---\ndeploy:\n  script: [python manage.py migrate]\n")
    assert step.location == at(5)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("pip install .", Answer.NO, id="nothing"),
        pytest.param("make test", Answer.UNKNOWN, id="what was not followed"),
        pytest.param("python manage.py check --deploy", Answer.YES, id="the check"),
    ],
)
def test_whether_the_deployment_is_checked(script, expected):
    assert workflow(f"test:\n  script: ['{script}']\n").checks_deployment is expected


def test_what_is_included_may_check_the_deployment():
    assert workflow("include: a.yml\ntest:\n  script: [x]\n").checks_deployment is Answer.UNKNOWN


def test_the_command_that_tests():
    found = workflow("test:\n  script:\n  - pip install pytest\n  - |\n    # pytest\n    cd x\n    pytest -q\n")
    assert found.tests == CommandLine(at(7), text="pytest -q")
