from __future__ import annotations

import time
from pathlib import Path
from textwrap import dedent

import pytest

from django_deploycheck.model import (
    Answer,
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    Location,
    PlatformUse,
    Reference,
    Service,
    Workflow,
)
from django_deploycheck.readers import github_workflow
from django_deploycheck.source import Source, Unreadable
from tests.projects import inspect_files

PATH = ".github/workflows/main.yml"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str, path: str = PATH) -> list[Fact]:
    """What is said of the deployment."""
    return [fact for fact in github_workflow.read(Source(path, dedent(text))) if not isinstance(fact, Workflow)]


def workflow(steps: str, **keywords: str) -> Workflow:
    """What is said of tests and checks; the first step stands at line 5."""
    (fact,) = [
        fact for fact in github_workflow.read(Source(PATH, job(steps, **keywords))) if isinstance(fact, Workflow)
    ]
    return fact


def job(steps: str, *, key: str = "deploy", top: str = "on: push", more: str = "") -> str:
    """A workflow with one job; its first step stands at line 5, or further down by the lines in ``top`` and ``more``."""
    text = f"{top}\njobs:\n  {key}:\n"
    text += "".join(f"    {line}\n" for line in more.splitlines())
    return text + "    steps:\n" + "".join(f"      {line}\n" for line in dedent(steps).strip("\n").splitlines())


def runs(text: str, path: str = PATH) -> list[str]:
    """What is run, each with its line."""
    return [
        f"{fact.command.location.line} {fact.command}".rstrip()
        for fact in facts(text, path)
        if isinstance(fact, Service) and fact.command
    ]


MIGRATE = "- run: python manage.py migrate"


# --- which jobs deploy --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("on: push\n", id="no jobs"),
        pytest.param("on: push\njobs:\n  deploy:\n", id="an empty job"),
        pytest.param("- a\n", id="a list"),
        pytest.param(job(MIGRATE, key="build"), id="a job that says nothing"),
        pytest.param(job(f"{MIGRATE}\n- run: pytest", key="test"), id="a test job"),
        pytest.param(job(f"{MIGRATE}\n- run: python manage.py test", key="ci"), id="Django's tests"),
        pytest.param(job(f"{MIGRATE}\n- run: tox", key="release"), id="tests under another name"),
        pytest.param(job(MIGRATE, key="check", more="environment: release"), id="checks with an environment"),
        pytest.param(
            job(MIGRATE, key="release", more="services:\n  db:\n    image: postgres"), id="a database beside it"
        ),
        pytest.param(job(f"- run: ssh host true\n{MIGRATE}", top="on: pull_request"), id="a pull request's"),
        pytest.param(job(MIGRATE, top="on: [pull_request, merge_group]"), id="only before the merge"),
        pytest.param(job(MIGRATE, key="deploy-preview"), id="a preview"),
        pytest.param(job(MIGRATE, more="environment: development"), id="a development environment"),
        pytest.param(job(MIGRATE, more="environment:\n  name: test"), id="a test environment"),
        pytest.param(job(MIGRATE, top="name: Deploy to dev\non: push"), id="a workflow for development"),
        pytest.param(job(MIGRATE, more="environment: github-pages"), id="a page of documentation"),
        pytest.param(job(MIGRATE, key="publish", more="environment: pypi"), id="a package"),
        pytest.param(
            job("- run: npm run build\n- run: echo Deployed with ssh to the server"), id="no step of the application"
        ),
        pytest.param(job("- run: python manage.py migrate\n  if: false"), id="a step that is switched off"),
        pytest.param(job("- name: Smoke test\n  run: python manage.py check"), id="a step that checks"),
        pytest.param(
            job("# - run: python manage.py migrate\n- run: |\n    # python manage.py migrate\n    true"), id="comments"
        ),
        pytest.param(job("- uses: actions/deploy-pages@v4"), id="pages"),
        pytest.param(job("- uses: getsentry/action-release@v1", key="build"), id="a tracker's release"),
    ],
)
def test_says_nothing_of_production(text):
    assert facts(text) == []


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("jobs: [\n")


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        pytest.param(job(MIGRATE), PATH, 5, id="named so"),
        pytest.param(job(MIGRATE, key="x", more="name: Release to users"), PATH, 6, id="titled so"),
        pytest.param(job(MIGRATE, key="x", more="environment: production"), PATH, 6, id="its environment"),
        pytest.param(job(MIGRATE, key="x", more="environment:\n  name: prod"), PATH, 7, id="its environment's name"),
        pytest.param(job(MIGRATE, key="x", top="name: Deploy\non: push"), PATH, 6, id="the workflow's name"),
        pytest.param(job(MIGRATE, key="x"), ".github/workflows/deploy.yml", 5, id="the file's name"),
        pytest.param(job(MIGRATE, top="name: Test and deploy\non: push"), PATH, 6, id="a workflow for both"),
        pytest.param(
            job(MIGRATE, top="on: {push: {branches: [main]}, pull_request: }"), PATH, 5, id="a push among others"
        ),
        pytest.param(job(MIGRATE, top="on: [workflow_dispatch]"), PATH, 5, id="by hand"),
        pytest.param(
            job(f"{MIGRATE}\n- run: ssh host sudo systemctl restart shop", key="x"), PATH, 5, id="a step with ssh"
        ),
        pytest.param(
            job(f"{MIGRATE}\n- run: |\n    set -e\n    rsync -a . host:/srv", key="x"), PATH, 5, id="a step with rsync"
        ),
        pytest.param(
            job(f"{MIGRATE}\n- run: kubectl rollout restart deploy/web", key="x"), PATH, 5, id="a step with kubectl"
        ),
        pytest.param(
            job(f"{MIGRATE}\n- run: docker compose -f x.yml up -d --build", key="x"), PATH, 5, id="a step with compose"
        ),
        pytest.param(
            job(f"{MIGRATE}\n- run: aws ecs update-service --force-new-deployment", key="x"),
            PATH,
            5,
            id="a step with ECS",
        ),
        pytest.param(
            job(f"{MIGRATE}\n- uses: akhileshns/heroku-deploy@v3", key="x"), PATH, 5, id="an action for a platform"
        ),
        pytest.param(job(f"{MIGRATE}\n- uses: appleboy/scp-action@v1", key="x"), PATH, 5, id="an action that copies"),
        pytest.param(
            job(f"- run: pytest\n{MIGRATE}\n- run: ssh host ./x.sh", key="x"), PATH, 6, id="tests and then deploys"
        ),
    ],
)
def test_a_job_that_deploys(text, path, line):
    assert f"{line} python manage.py migrate" in runs(text, path)


def test_of_several_jobs_only_those_that_deploy():
    text = """\
    on: push
    jobs:
      test:
        steps:
          - run: python manage.py migrate
          - run: pytest
      deploy:
        needs: test
        steps:
          - run: python manage.py collectstatic
    """
    assert runs(text) == ["10 python manage.py collectstatic"]


@pytest.mark.parametrize(
    ("build", "deploy", "found"),
    [
        pytest.param("upload-artifact", "download-artifact", ["6 python manage.py collectstatic"], id="handed over"),
        pytest.param("cache", "download-artifact", [], id="not handed over"),
        pytest.param("upload-artifact", "checkout", [], id="not taken over"),
    ],
)
def test_a_job_that_builds_what_is_deployed(build, deploy, found):
    text = f"""\
    on: push
    jobs:
      build:
        steps:
          - uses: actions/checkout@v4
          - run: python manage.py collectstatic
          - uses: actions/{build}@v4
      deploy:
        needs: [build]
        steps:
          - uses: actions/{deploy}@v4
          - uses: azure/webapps-deploy@v3
    """
    assert runs(text) == found


# --- what they run ------------------------------------------------------------------------------------------------------


def test_a_step_as_a_fact():
    text = """\
    name: Deploy
    on: push
    env:
      REGION: eu
    jobs:
      deploy:
        runs-on: ubuntu-latest
        defaults:
          run:
            working-directory: ./shop
        env:
          DJANGO_SETTINGS_MODULE: shop.settings.production
          SECRET_KEY: ${{ secrets.SECRET_KEY }}
        steps:
          - uses: actions/checkout@v4
          - name: Migrate
            env:
              DATABASE_URL: postgres://shop:kd83jf72@db/shop
              DJANGO_SETTINGS_MODULE: ${{ vars.SETTINGS }}
            run: |
              set -e
              python manage.py migrate
    """
    assert facts(text) == [
        Service(
            name="deploy: Migrate",
            kind="github-workflow",
            location=at(21),
            role="release",
            command=CommandLine(at(21), text="set -e\npython manage.py migrate\n"),
            variables=(
                EnvVar("REGION", None, at(4)),
                EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings.production", at(12)),
                EnvVar("SECRET_KEY", None, at(13)),
                EnvVar("DATABASE_URL", None, at(18)),
                EnvVar("DJANGO_SETTINGS_MODULE", None, at(19)),
            ),
            workdir="./shop",
        )
    ]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        pytest.param("- run: ./deploy.sh --now", ["5 ./deploy.sh --now"], id="a script"),
        pytest.param("- run: bash scripts/deploy.sh", ["5 bash scripts/deploy.sh"], id="a script by a shell"),
        pytest.param("- run: cp install.sh dist/", [], id="a script that is only copied"),
        pytest.param("- run: make deploy", ["5 make deploy"], id="a target"),
        pytest.param("- run: echo the task is done", [], id="a word that is no command"),
        pytest.param("- run: >\n    python manage.py\n    migrate", ["6 python manage.py \\\nmigrate"], id="folded"),
        pytest.param(
            "- run: python manage.py\n    migrate", ["5 python manage.py \\\nmigrate"], id="a plain text over two lines"
        ),
        pytest.param("- run: 'python manage.py migrate'", ["5 python manage.py migrate"], id="quoted"),
        pytest.param("- run: pip install -r requirements.txt", [], id="only packages"),
        pytest.param("- run: docker build -t shop . && docker push shop", [], id="only an image"),
    ],
)
def test_which_steps_are_read(steps, found):
    assert runs(job(steps)) == found


def test_steps_of_one_name_are_told_apart():
    found = facts(job(f"{MIGRATE}\n{MIGRATE}\n- run: ./deploy.sh\n- name: Deploy\n  run: ./deploy.sh"))
    assert [fact.name for fact in found if isinstance(fact, Service)] == [
        "deploy",
        "deploy (2)",
        "deploy (3)",
        "deploy: Deploy",
    ]


@pytest.mark.parametrize(
    ("more", "on_host"),
    [("runs-on: ubuntu-latest", False), ("runs-on: self-hosted", True), ("runs-on: [self-hosted, linux]", True)],
)
def test_a_runner_of_one_s_own_is_the_server(more, on_host):
    (found,) = facts(job(MIGRATE, more=more))
    assert isinstance(found, Service)
    assert found.runs_on_host is on_host


def test_a_step_that_is_no_shell_script():
    text = job("- run: import os; os.system('python manage.py migrate')\n  shell: python")
    assert facts(text) == [BlindSpot("is no shell script", at(5))]


@pytest.mark.parametrize("shell", ["bash", "sh", "bash -e {0}", "/bin/bash"])
def test_a_step_that_names_its_shell(shell):
    assert runs(job(f"{MIGRATE}\n  shell: {shell}")) == ["5 python manage.py migrate"]


@pytest.mark.parametrize(
    ("step", "command", "workdir"),
    [
        pytest.param(
            "- uses: appleboy/ssh-action@v1\n  with:\n    script: |\n      cd /srv/shop\n      python manage.py migrate",
            CommandLine(at(8), text="cd /srv/shop\npython manage.py migrate\n"),
            None,
            id="a script",
        ),
        pytest.param(
            "- uses: garygrossgarten/github-action-ssh@v1\n  with:\n    command: ./deploy.sh",
            CommandLine(at(7), text="./deploy.sh"),
            None,
            id="a command",
        ),
        pytest.param(
            "- uses: peterkimzz/aws-ssm-send-command@1\n  with:\n    working-directory: /srv/shop\n    command: ./deploy.sh",
            CommandLine(at(8), text="./deploy.sh"),
            "/srv/shop",
            id="a command and a folder",
        ),
        pytest.param(
            "- uses: appleboy/ssh-action@v1\n  with:\n    script_path: ./deploy.sh",
            CommandLine(at(7), argv=("sh", "deploy.sh")),
            None,
            id="a file",
        ),
    ],
)
def test_an_action_that_runs_something_on_a_server(step, command, workdir):
    (found,) = facts(job(step, key="x"))
    assert found == Service(
        name="x",
        kind="github-workflow",
        location=command.location,
        role="release",
        command=command,
        workdir=workdir,
        runs_on_host=True,
    )


@pytest.mark.parametrize(
    "step",
    [
        "- uses: appleboy/ssh-action@v1\n  with:\n    host: example.com",
        "- uses: appleboy/ssh-action@v1\n  with:\n    script_path: /root/deploy.sh",
        "- uses: example/action@v1\n  with:\n    script: python manage.py migrate",
        "- uses: docker/build-push-action@v6\n  with:\n    push: false",
        "- uses: docker/build-push-action@v6\n  with:\n    push: true\n    target: test",
        "- uses: docker/build-push-action@v6\n  with:\n    push: true\n    file: ${{ matrix.file }}",
        "- uses: other",
    ],
    ids=[
        "no script",
        "a file of the server",
        "another action",
        "no push",
        "a stage of its own",
        "a variable",
        "an image",
    ],
)
def test_an_action_that_says_nothing(step):
    assert facts(job(step)) == []


@pytest.mark.parametrize(
    ("action", "platform"),
    [
        ("dokku/github-action@master", "dokku"),
        ("akhileshns/heroku-deploy@v3", "heroku"),
        ("superfly/flyctl-actions@1", "fly"),
        ("Azure/webapps-deploy@v3", "azure"),
        ("google-github-actions/deploy-cloudrun@v2", "cloud-run"),
        ("einaregilsson/beanstalk-deploy@v21", "elastic-beanstalk"),
        ("digitalocean/app_action/deploy@v2", "digitalocean"),
        ("johnbeynon/render-deploy-action@v0", "render"),
        ("caprover/deploy-from-github@v1", "caprover"),
    ],
)
def test_an_action_shows_the_platform(action, platform):
    assert facts(job(f"- uses: {action}", key="x")) == [PlatformUse(platform, at(5))]


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ("push: true", "Dockerfile"),
        ("push: true\n    context: ./shop", "shop/Dockerfile"),
        ("push: true\n    context: ./shop\n    file: ./docker/Dockerfile.prod", "docker/Dockerfile.prod"),
    ],
)
def test_the_image_that_is_pushed(inputs, path):
    text = job(f"- uses: docker/build-push-action@v6\n  with:\n    {inputs}")
    assert facts(text) == [Reference(path, "dockerfile", at(5))]


def test_an_image_that_leaves_the_repository():
    assert facts(job("- uses: docker/build-push-action@v6\n  with:\n    push: true\n    file: ../Dockerfile")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "on: push\njobs:\n  deploy:\n    uses: example/flows/.github/workflows/run.yml@v1\n",
            [BlindSpot("calls another workflow, which was not read", at(4))],
            id="another repository's workflow",
        ),
        pytest.param(
            "on: push\njobs:\n  publish:\n    uses: example/flows/.github/workflows/run.yml@v1\n",
            [],
            id="one that is named for nothing",
        ),
        pytest.param(
            "on: push\njobs:\n  deploy:\n    uses: ./.github/workflows/run.yml\n",
            [],
            id="one of this repository, read by itself",
        ),
        pytest.param(
            job("- uses: ./.github/actions/migrate"),
            [
                Reference(".github/actions/migrate/action.yml", "github-workflow", at(5)),
                Reference(".github/actions/migrate/action.yaml", "github-workflow", at(5)),
            ],
            id="an action of this repository",
        ),
        pytest.param(
            job("- uses: deploy-it"),
            [BlindSpot("uses the action 'deploy-it', which was not read", at(5))],
            id="an action that is no repository's",
        ),
    ],
)
def test_what_is_not_read(text, found):
    assert facts(text) == found


# --- actions of this repository -----------------------------------------------------------------------------------------

ACTION = """\
name: Ship
runs:
  using: composite
  steps:
    - run: pip install fabric
      shell: bash
    - run: ssh shop@example.com 'python manage.py migrate'
      shell: bash
    - run: ssh shop@example.com 'python manage.py collectstatic'
      shell: bash
"""


def test_a_composite_action() -> None:
    assert runs(ACTION, ".github/actions/ship/action.yml") == [
        "7 ssh shop@example.com 'python manage.py migrate'",
        "9 ssh shop@example.com 'python manage.py collectstatic'",
    ]
    names = [fact.name for fact in facts(ACTION, ".github/actions/ship/action.yml") if isinstance(fact, Service)]
    assert names == ["ship", "ship (2)"]


def test_an_action_that_is_a_program() -> None:
    path = ".github/actions/ship/action.yml"

    assert facts("runs:\n  using: node20\n  main: index.js\n", path) == [
        BlindSpot("is an action whose steps are not listed", Location(path, 2))
    ]


def test_a_job_that_deploys_runs_what_its_action_does(tmp_path: Path) -> None:
    files = {
        ".github/workflows/main.yml": job("- uses: ./.github/actions/ship"),
        ".github/actions/ship/action.yml": ACTION,
        "Procfile": "web: gunicorn bookstore.wsgi\n",
    }
    deployment = inspect_files(tmp_path, files).report.deployment

    assert deployment is not None
    assert deployment.runs("migrate") is Answer.YES


def test_a_job_that_tests_does_not(tmp_path: Path) -> None:
    files = {
        ".github/workflows/main.yml": job("- uses: ./.github/actions/ship", key="tests"),
        ".github/actions/ship/action.yml": ACTION,
        "Procfile": "web: gunicorn bookstore.wsgi\n",
    }
    deployment = inspect_files(tmp_path, files).report.deployment

    assert deployment is not None
    assert deployment.runs("migrate") is Answer.NO


# --- platforms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "platform"),
    [
        pytest.param("gcloud run services describe shop", None, id="a question"),
        pytest.param("# flyctl deploy", None, id="a comment"),
        pytest.param("gcloud run deploy shop --image x", "cloud-run", id="Cloud Run"),
        pytest.param("gcloud beta run deploy shop", "cloud-run", id="Cloud Run, beta"),
        pytest.param("gcloud app deploy --quiet", "app-engine", id="App Engine"),
        pytest.param("flyctl deploy --remote-only", "fly", id="Fly.io"),
        pytest.param("heroku container:release web", "heroku-container", id="Heroku with an image"),
        pytest.param("eb deploy shop-production", "elastic-beanstalk", id="Elastic Beanstalk"),
        pytest.param("az webapp up --name shop", "azure", id="Azure"),
        pytest.param("railway up --service web", "railway", id="Railway"),
        pytest.param("kamal deploy", "kamal", id="Kamal"),
    ],
)
def test_platforms_of_commands(command: str, platform: str | None) -> None:
    found = facts(job(f"- run: |\n    set -e\n    {command}"))

    assert found == ([PlatformUse(platform, at(7))] if platform else [])


def test_an_action_of_heroku_with_an_image() -> None:
    step = "- uses: akhileshns/heroku-deploy@v3.13\n  with: {usedocker: true}"

    assert facts(job(step)) == [PlatformUse("heroku-container", at(5))]


def test_the_command_that_azure_starts() -> None:
    step = "- uses: azure/webapps-deploy@v3\n  with:\n    startup-command: gunicorn --bind=0.0.0.0 shop.wsgi"

    assert facts(job(step)) == [
        PlatformUse("azure", at(5)),
        Service(
            name="web",
            kind="github-workflow",
            location=at(7),
            role="web",
            platform="azure",
            command=CommandLine(at(7), text="gunicorn --bind=0.0.0.0 shop.wsgi"),
        ),
    ]


# --- compose files ------------------------------------------------------------------------------------------------------

SERVER = "- uses: appleboy/ssh-action@v1\n  with:\n    script: |\n      cd /srv/shop\n      {}"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(SERVER.format("docker compose up -d"), id="no file is named"),
        pytest.param(SERVER.format("docker compose -f $FILE up -d"), id="a variable"),
        pytest.param(SERVER.format("docker compose -f /srv/shop/compose.yml up -d"), id="a file of the server"),
        pytest.param(SERVER.format("rm -f compose.yml"), id="another command"),
        pytest.param(SERVER.format("docker compose logs -f web"), id="another option of that name"),
        pytest.param("- run: docker compose -f compose.ci.yml up -d", id="on the runner"),
    ],
)
def test_compose_files_that_are_not_said_to_be_deployed(step: str) -> None:
    assert not [fact for fact in facts(job(step)) if isinstance(fact, Reference)]


@pytest.mark.parametrize(
    ("step", "references"),
    [
        pytest.param(
            SERVER.format("docker compose -f compose.yml -f 'deploy/x.yaml' up -d"),
            [("compose.yml", 9), ("deploy/x.yaml", 9)],
            id="two",
        ),
        pytest.param(
            SERVER.format("docker-compose --file=compose.yml pull"), [("compose.yml", 9)], id="the old program"
        ),
        pytest.param("- run: ssh shop 'docker compose -f compose.yml up -d'", [("compose.yml", 5)], id="by ssh"),
    ],
)
def test_compose_files_that_are_deployed(step: str, references: list[tuple[str, int]]) -> None:
    found = [fact for fact in facts(job(step)) if isinstance(fact, Reference)]

    assert found == [Reference(path, "compose", at(line)) for path, line in references]


def test_a_compose_file_that_a_workflow_deploys_is_production_s(tmp_path: Path) -> None:
    files = {
        ".github/workflows/main.yml": job(SERVER.format("docker compose -f docker-compose.server.yml up -d")),
        "docker-compose.server.yml": "services: {web: {image: shop, command: gunicorn bookstore.wsgi}}\n",
        "docker-compose.yml": "services: {web: {image: shop, command: python manage.py runserver}}\n",
        "docker-compose.dev.yml": "services: {web: {image: shop, command: python manage.py runserver}}\n",
    }
    deployment = inspect_files(tmp_path, files).report.deployment

    assert deployment is not None
    assert {file.path: f"{file.environment}: {file.reason}" for file in deployment.files if "compose" in file.path} == {
        "docker-compose.server.yml": "production: .github/workflows/main.yml deploys it",
        "docker-compose.yml": "development: docker-compose.server.yml is the one for production",
        "docker-compose.dev.yml": "development: is named docker-compose.dev.yml",
    }


@pytest.mark.parametrize(
    ("steps", "more", "count"),
    [
        pytest.param("- run: docker compose up -d\n- run: pytest\n" + MIGRATE, "", 0, id="tests against containers"),
        pytest.param(
            "- run: docker compose up -d\n- run: pytest\n" + MIGRATE, "runs-on: self-hosted", 1, id="on its own machine"
        ),
        pytest.param("- run: docker compose up -d\n" + MIGRATE, "", 1, id="containers without tests"),
        pytest.param(
            "- run: ssh shop docker compose up -d\n- run: pytest\n" + MIGRATE, "", 2, id="containers elsewhere"
        ),
        pytest.param(
            "- run: docker compose up -d && kubectl apply -f x\n- run: kubectl apply -f x\n- run: pytest\n" + MIGRATE,
            "",
            1,
            id="containers, and what deploys",
        ),
    ],
)
def test_containers_of_tests(steps: str, more: str, count: int) -> None:
    assert len(runs(job(steps, key="build", more=more))) == count


# --- commands in JSON ---------------------------------------------------------------------------------------------------


def test_the_command_of_a_task():
    text = job(
        """\
        - run: |
            aws ecs run-task --overrides '{
              "containerOverrides": [{"name": "web", "command": [
                "python",
                "manage.py",
                "migrate"
              ]}]}'
        """,
        key="x",
    )
    assert [fact.command for fact in facts(text) if isinstance(fact, Service)] == [
        CommandLine(at(8), argv=("python", "manage.py", "migrate"))
    ]


def test_the_commands_of_a_server_agent():
    text = job(
        """\
        - run: |
            cat > x.json <<EOF
            {"commands": [
               "cd /srv/shop",
               "sudo -u shop bash -c \\"umask 027; ./deploy.sh\\""
            ]}
            EOF
            aws ssm send-command --parameters file://x.json
        """,
        key="x",
    )
    assert [fact.command for fact in facts(text) if isinstance(fact, Service)] == [
        CommandLine(at(8), text='cd /srv/shop\nsudo -u shop bash -c "umask 027; ./deploy.sh"')
    ]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        pytest.param(
            """aws ssm send-command --parameters 'commands=["./deploy.sh"]'""", ["./deploy.sh"], id="a parameter"
        ),
        pytest.param(
            r"""aws ssm send-command --parameters "{\"commands\":[\"cd /srv\",\"./deploy.sh\"]}" """,
            ["cd /srv; ./deploy.sh"],
            id="escaped quotes",
        ),
        pytest.param(
            "aws ssm send-command --parameters commands=[] && ./deploy.sh",
            ["aws ssm send-command --parameters commands=[] && ./deploy.sh"],
            id="an empty list",
        ),
        pytest.param(
            'aws ssm send-command --parameters "commands=[$LIST]" && ./deploy.sh',
            ['aws ssm send-command --parameters "commands=[$LIST]" && ./deploy.sh'],
            id="a list that is not known",
        ),
    ],
)
def test_commands_on_one_line(script, found):
    assert runs(job("- run: |\n    " + script, key="x")) == [f"6 {command}" for command in found]


# --- in a whole repository ----------------------------------------------------------------------------------------------


def migrates(tmp_path, files) -> Answer:
    deployment = inspect_files(tmp_path, {"Procfile": "web: gunicorn bookstore.wsgi\n", **files}).report.deployment
    assert deployment is not None
    return deployment.runs("migrate")


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        pytest.param(
            "ci.yml", job(f"{MIGRATE}\n- run: pytest", key="test"), Answer.NO, id="a test job migrates its own database"
        ),
        pytest.param("test.yml", job(MIGRATE, key="migrations"), Answer.NO, id="a job that says nothing"),
        pytest.param("ci.yml", job(MIGRATE), Answer.YES, id="a deploy job in a file for checks"),
        pytest.param("ci.yml", job("- run: ./release.sh"), Answer.YES, id="a script that it calls"),
        pytest.param(
            "ci.yml", job("- run: ssh host 'cd /srv && ./release.sh'"), Answer.YES, id="a script on the server"
        ),
        pytest.param(
            "ci.yml",
            job("- run: kubectl apply -f x.yml && ./other.sh"),
            Answer.UNKNOWN,
            id="a script that is not there",
        ),
        pytest.param(
            "x.yml",
            "on: push\njobs:\n  deploy:\n    uses: example/flows/.github/workflows/run.yml@v1\n",
            Answer.UNKNOWN,
            id="a workflow elsewhere",
        ),
    ],
)
def test_whether_a_deploy_migrates(name, text, answer, tmp_path):
    files = {
        f".github/workflows/{name}": text,
        "release.sh": "python manage.py migrate\n" if "release.sh" in text else "true\n",
    }
    assert migrates(tmp_path, files) is answer


@pytest.mark.parametrize("steps", ["- run: ssh host 'docker compose up -d'", "- run: ./deploy.sh"])
def test_a_workflow_alone_is_no_other_way_to_production(steps, tmp_path):
    files = {
        ".github/workflows/deploy.yml": job(steps),
        "Dockerfile": "FROM python:3.13\nCOPY . .\nUSER app\n",
        "compose.yml": "services:\n  web:\n    build: .\n    command: gunicorn bookstore.wsgi\n",
    }
    deployment = inspect_files(tmp_path, files).report.deployment
    assert deployment is not None
    assert [process.location.path for process in deployment.web] == ["compose.yml"]


def test_an_image_beside_a_workflow_is_production_s(tmp_path):
    files = {
        ".github/workflows/deploy.yml": job("- run: ./deploy.sh"),
        "Dockerfile": "FROM python:3.13\nCOPY . .\nUSER app\n",
    }
    deployment = inspect_files(tmp_path, files).report.deployment
    assert deployment is not None
    assert deployment.environment_of("Dockerfile") == "production"


def test_no_secret_of_a_step_is_kept():
    found = facts(job("- run: SECRET_KEY=kd83jf72hd63 python manage.py migrate\n  env:\n    TOKEN: kd83jf72hd63"))
    assert "kd83jf72hd63" not in repr(found)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('"commands": [' + '"a",' * 50_000, id="a list that does not end"),
        pytest.param('"commands": [' * 20_000, id="lists in lists"),
        pytest.param("commands" + " " * 300_000, id="spaces"),
        pytest.param("x" * 300_000 + ".sh", id="a long name"),
        pytest.param("makemigrations " * 20_000, id="words"),
        pytest.param("docker compose " * 20_000, id="compose"),
        pytest.param("helm " * 50_000, id="helm"),
    ],
)
def test_hostile_texts_take_linear_time(script):
    start = time.process_time()
    facts(job(f"- run: ssh host\n- run: |\n    {script}"))
    assert time.process_time() - start < 10


# --- tests and checks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "tests"),
    [
        pytest.param("- run: ruff check .", None, id="nothing"),
        pytest.param("- run: pip install pytest", None, id="a test runner is installed"),
        pytest.param("- run: psql -c 'CREATE USER pytest'", None, id="a user of the database who is called pytest"),
        pytest.param("- uses: actions/checkout@v4", None, id="an action"),
        pytest.param("- run: echo  # pytest", None, id="a comment behind a command"),
        pytest.param("- run: |\n    # pytest\n    true", None, id="a line that is a comment"),
        pytest.param("- run: pytest -q", "5 pytest -q", id="pytest"),
        pytest.param(
            "- run: |\n    pip install pytest\n    python -m pytest", "7 python -m pytest", id="a line of several"
        ),
        pytest.param("- run: python manage.py test", "5 python manage.py test", id="Django's own"),
        pytest.param("- run: true\n- run: python -m unittest", "6 python -m unittest", id="a later step"),
    ],
)
def test_what_tests_the_project(steps: str, tests: str | None) -> None:
    found = workflow(steps).tests
    assert (f"{found.location.line} {found}" if found else None) == tests


@pytest.mark.parametrize(
    ("steps", "answer"),
    [
        pytest.param("- run: pytest", Answer.NO, id="tests alone"),
        pytest.param("- run: python manage.py check", Answer.NO, id="the check without --deploy"),
        pytest.param("- run: |\n    # python manage.py check --deploy", Answer.NO, id="a comment"),
        pytest.param("- run: python manage.py check && make-it --deploy", Answer.NO, id="another command's option"),
        pytest.param("- run: python manage.py check --deploy", Answer.YES, id="the check"),
        pytest.param("- run: python manage.py check --settings=a.b --deploy", Answer.YES, id="options before it"),
        pytest.param("- run: |\n    python manage.py check \\\n      --deploy", Answer.YES, id="over two lines"),
        pytest.param("- run: python manage.py deploycheck --format github", Answer.YES, id="our own command"),
        pytest.param("- run: make test", Answer.UNKNOWN, id="make"),
        pytest.param("- run: uv run tox", Answer.UNKNOWN, id="tox behind uv"),
        pytest.param("- run: ./ci/test.sh", Answer.UNKNOWN, id="a script"),
        pytest.param("- run: bash test.sh", Answer.UNKNOWN, id="a script in a shell"),
        pytest.param("- run: python ci/run.py", Answer.UNKNOWN, id="a script in Python"),
        pytest.param("- run: python manage.py test", Answer.NO, id="manage.py is no script of one's own"),
        pytest.param("- run: docker compose run web pytest", Answer.UNKNOWN, id="a container"),
        pytest.param("- uses: ./.github/actions/test", Answer.UNKNOWN, id="an action of one's own"),
        pytest.param("- uses: actions/checkout@v4", Answer.NO, id="an action of others"),
    ],
)
def test_whether_the_deployment_is_checked(steps: str, answer: Answer) -> None:
    assert workflow(steps).checks_deployment is answer


def test_a_workflow_that_another_one_calls_may_check() -> None:
    text = "on: push\njobs:\n  tests:\n    uses: ./.github/workflows/tests.yml\n"
    assert Workflow(at(3), None, Answer.UNKNOWN) in list(github_workflow.read(Source(PATH, text)))


def test_a_workflow_of_pull_requests_is_one_too() -> None:
    assert workflow("- run: pytest", top="on: pull_request").location == at(3)
