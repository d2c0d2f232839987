from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    ImageSource,
    Location,
    PlatformUse,
    Port,
    Reference,
    Service,
)
from django_deploycheck.readers import cloud_build
from django_deploycheck.source import Source, Unreadable

PATH = "cloudbuild.yaml"
DEPLOY = "- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, shop, --image, gcr.io/x/shop]\n"
BUILD = '- name: gcr.io/cloud-builders/docker\n  args: ["build", "-t", "gcr.io/x/shop:$SHORT_SHA", "."]\n'


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str, path: str = PATH) -> list[Any]:
    return list(cloud_build.read(Source(path, dedent(text))))


def of(kind: type[Any], text: str) -> list[Any]:
    return [fact for fact in facts(text) if isinstance(fact, kind)]


def steps(text: str) -> list[Service]:
    """The services of the steps above a deployment."""
    return [found for found in of(Service, f"steps:\n{dedent(text)}{DEPLOY}") if found.name != "shop"]


def only_deployed(*arguments: str) -> Service:
    found: Service
    [found] = of(Service, "steps:\n- name: gcr.io/cloud-builders/gcloud\n  args: [" + ", ".join(arguments) + "]\n")
    return found


@pytest.mark.parametrize("text", ["", "# steps:\n", "build:\n  footsteps: x\n"])
def test_another_file(text):
    assert not cloud_build.claims(Source(PATH, text))


@pytest.mark.parametrize("text", ["steps:\n- name: x\n", '{\n  "steps": [] }'])
def test_its_own_file(text):
    assert cloud_build.claims(Source(PATH, text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("steps:\n- text\n- {}\n", id="no steps"),
        pytest.param("steps:\n- name: python:3.12\n  script: pytest\n", id="tests"),
        pytest.param(
            "steps:\n- name: python:3.12\n  script: python manage.py migrate\n", id="nothing that is deployed"
        ),
        pytest.param("steps:\n- name: gcr.io/cloud-builders/gcloud\n  args: [run, services, list]\n", id="a question"),
        pytest.param("steps:\n- name: gcr.io/cloud-builders/docker\n  args: [push, x]\n", id="a push"),
        pytest.param(
            "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, a, $_DIR]\n", id="a folder unknown"
        ),
    ],
)
def test_nothing(text):
    assert facts(text) == []


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("steps: [")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"steps": [{"name": "gcr.io/cloud-builders/gcloud", "args": ["app", "deploy"]}]}', id="JSON"),
        pytest.param(
            '{"steps": [{"name": "gcr.io/cloud-builders/gcloud", "args": ["app", "deploy"],}]}', id="JSON with a comma"
        ),
    ],
)
def test_json(text):
    assert facts(text, "cloudbuild.json") == [PlatformUse("app-engine", Location("cloudbuild.json", 1))]


# --- images -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "context", "dockerfile", "target"),
    [
        pytest.param("args: [build, -t, gcr.io/x/shop, .]", "", "Dockerfile", None, id="the root"),
        pytest.param("args: [build, --tag=gcr.io/x/shop:v1, web]", "web", "web/Dockerfile", None, id="a folder"),
        pytest.param(
            "args: [buildx, build, -t, gcr.io/x/shop, -f, docker/Dockerfile, --target, web, .]",
            "",
            "docker/Dockerfile",
            "web",
            id="a file and a target",
        ),
        pytest.param(
            "dir: web\n  args: [build, -t, gcr.io/x/shop, .]", "web", "web/Dockerfile", None, id="a working folder"
        ),
        pytest.param(
            "entrypoint: bash\n  args:\n  - -c\n  - |\n    docker build \\\n      -t gcr.io/x/shop . && docker push x\n    echo 'a",
            "",
            "Dockerfile",
            None,
            id="a script",
        ),
        pytest.param("args: build -t gcr.io/x/shop .", "", "Dockerfile", None, id="a text"),
    ],
)
def test_what_is_built(step, context, dockerfile, target):
    text = f"steps:\n- name: gcr.io/cloud-builders/docker\n  {step}\n{DEPLOY}"
    [reference], [shop] = of(Reference, text), of(Service, text)

    assert reference.path == dockerfile
    assert (shop.image.context, shop.image.dockerfile, shop.image.target) == (context, dockerfile, target)


@pytest.mark.parametrize(
    ("arguments", "context", "dockerfile"),
    [
        pytest.param("--destination=gcr.io/x/shop", "", "Dockerfile", id="the root"),
        pytest.param(
            "--destination=gcr.io/x/shop, --context=dir:///workspace/web, --dockerfile=deploy/Dockerfile",
            "web",
            "web/deploy/Dockerfile",
            id="a folder",
        ),
    ],
)
def test_what_kaniko_builds(arguments, context, dockerfile):
    [shop] = of(Service, f"steps:\n- name: gcr.io/kaniko-project/executor:latest\n  args: [{arguments}]\n{DEPLOY}")

    assert (shop.image.context, shop.image.dockerfile) == (context, dockerfile)


def test_a_dockerfile_outside_is_not_known():
    text = f"steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, gcr.io/x/shop, -f, ../Dockerfile, .]\n{DEPLOY}"

    assert of(Reference, text) == []


# --- what is deployed ---------------------------------------------------------------------------------------------------------


def test_a_service_of_cloud_run():
    text = f"""\
        steps:
        {BUILD.replace(chr(10), chr(10) + 8 * " ")}
        - name: gcr.io/google.com/cloudsdktool/cloud-sdk
          entrypoint: gcloud
          args:
          - run
          - deploy
          - shop
          - --image
          - gcr.io/x/shop:latest
          - --port=8000
          - --command=gunicorn
          - --args=shop.wsgi,--workers=2
          - --set-env-vars=^;^DJANGO_SETTINGS_MODULE=shop.settings;DB_PASSWORD=correct-horse-4711;odd
          - --set-secrets=SECRET_KEY=key:latest,/mnt/x=y:1
        """
    image = ImageSource(at(3), context="", dockerfile="Dockerfile")
    found = facts(text)

    assert found == [
        Reference("Dockerfile", "dockerfile", at(3)),
        PlatformUse("cloud-run", at(8), True),
        Service(
            name="shop",
            kind="cloud-build",
            location=at(8),
            platform="cloud-run",
            entrypoint=CommandLine(at(8), argv=("gunicorn",)),
            command=CommandLine(at(8), argv=("shop.wsgi", "--workers=2")),
            image=image,
            variables=(
                EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(8)),
                EnvVar("DB_PASSWORD", "***", at(8), secret="a password"),
                EnvVar("SECRET_KEY", None, at(8)),
            ),
            ports=(Port("8000", None, None, at(8)),),
        ),
    ]
    assert "correct-horse" not in repr(found)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        pytest.param(("run", "deploy", "shop", "--quiet"), "shop", id="first"),
        pytest.param(("run", "deploy", "--region", "eu", "--quiet", "--a=b", "shop"), "shop", id="behind options"),
        pytest.param(("run", "deploy", "--region", "eu"), "cloud-run", id="left out"),
        pytest.param(("beta", "run", "services", "update", "shop"), "update", id="an update of a service"),
    ],
)
def test_its_name(arguments, name):
    assert only_deployed(*arguments).name == name


@pytest.mark.parametrize(
    ("arguments", "image"),
    [
        pytest.param((), None, id="none"),
        pytest.param(("--image", "gcr.io/x/other:1"), ImageSource(at(3), name="gcr.io/x/other:1"), id="pushed before"),
        pytest.param(("--source", "."), ImageSource(at(3), context="", dockerfile="Dockerfile"), id="source"),
        pytest.param(("--source=web",), ImageSource(at(3), context="web", dockerfile="web/Dockerfile"), id="a folder"),
    ],
)
def test_its_image(arguments, image):
    assert only_deployed("run", "deploy", "shop", *arguments).image == image


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param("app, deploy, app.yaml", [PlatformUse("app-engine", at(3))], id="App Engine"),
        pytest.param(
            "run, services, replace, service.yaml",
            [PlatformUse("cloud-run", at(3)), BlindSpot("what Cloud Run starts stands in another file", at(3))],
            id="a file",
        ),
        pytest.param(
            "run, jobs, execute, migrate, --wait",
            [BlindSpot("what the job 'migrate' runs stands elsewhere", at(3))],
            id="a job that is defined elsewhere",
        ),
        pytest.param(
            "run, jobs, deploy, migrate, --image=gcr.io/x/shop, '--args=manage.py,migrate', --command=python",
            [
                Service(
                    name="migrate",
                    kind="cloud-build",
                    location=at(3),
                    role="release",
                    platform="cloud-run",
                    entrypoint=CommandLine(at(3), argv=("python",)),
                    command=CommandLine(at(3), argv=("manage.py", "migrate")),
                    image=ImageSource(at(3), name="gcr.io/x/shop"),
                    keeps_files=False,
                )
            ],
            id="a job",
        ),
    ],
)
def test_other_deployments(arguments, expected):
    assert facts(f"steps:\n- name: gcr.io/cloud-builders/gcloud\n  args: [{arguments}]\n") == expected


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("name: gcr.io/cloud-builders/kubectl\n  args: [set, image]", id="kubectl"),
        pytest.param("name: gcr.io/x/y\n  entrypoint: gke-deploy\n  args: [run]", id="gke-deploy"),
    ],
)
def test_kubernetes(step):
    [spot] = facts(f"steps:\n- {step}\n")

    assert (spot.reason, spot.hides) == ("deploys to Kubernetes", frozenset())


# --- what steps run -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("- name: python:3.12\n  script: pytest && python manage.py test\n", id="tests"),
        pytest.param("- name: python:3.12\n  entrypoint: pip\n  args: [install, -r, x.txt]\n", id="an installation"),
        pytest.param("- name: gcr.io/x/shop\n", id="an image alone"),
        pytest.param("- name: gcr.io/cloud-builders/gcloud\n  args: [run, jobs, list, migrate]\n", id="gcloud"),
        pytest.param("- name: gcr.io/cloud-builders/docker\n  args: [push, migrate]\n", id="docker"),
        pytest.param("- name: gcr.io/cloud-builders/docker\n  args: [run, redis]\n", id="another image"),
    ],
)
def test_steps_that_run_nothing_of_the_application(step):
    assert steps(step) == []


def test_the_exec_wrapper_runs_in_an_image():
    text = f"""\
steps:
{BUILD}- id: apply migrations
  name: gcr.io/google-appengine/exec-wrapper
  args:
  - -i
  - gcr.io/x/shop
  - -s
  - x:y:z
  - --
  - python
  - manage.py
  - migrate
  env: [STAGE=deploy, odd]
  secretEnv: [SECRET_KEY]
"""
    assert facts(text)[1:] == [
        PlatformUse("cloud-run", at(7)),
        Service(
            name="apply migrations",
            kind="cloud-build",
            location=at(12),
            role="release",
            platform="cloud-run",
            entrypoint=CommandLine(at(12), argv=("python", "manage.py", "migrate")),
            image=ImageSource(at(3), context="", dockerfile="Dockerfile"),
            variables=(EnvVar("STAGE", "deploy", at(15)), EnvVar("SECRET_KEY", None, at(16))),
            keeps_files=False,
        ),
    ]


def test_arguments_of_the_exec_wrapper_as_a_text():
    text = "- name: gcr.io/google-appengine/exec-wrapper\n  args: -i gcr.io/x/shop -- sh release.sh\n"

    assert [(found.entrypoint, found.location) for found in steps(text)] == [
        (CommandLine(at(3), argv=("sh", "release.sh")), at(3))
    ]


@pytest.mark.parametrize(
    ("step", "entrypoint", "command"),
    [
        pytest.param(
            "name: gcr.io/x/shop:v1\n  entrypoint: python\n  args: [manage.py, migrate]",
            CommandLine(at(4), argv=("python", "manage.py", "migrate")),
            None,
            id="words",
        ),
        pytest.param(
            "name: gcr.io/x/tasks\n  script: |\n    python manage.py migrate $$FLAGS",
            CommandLine(at(4), text="python manage.py migrate $FLAGS"),
            None,
            id="a script",
        ),
    ],
)
def test_a_step_in_the_image_of_the_project(step, entrypoint, command):
    [found] = steps(f"- {step}\n")

    assert (found.role, found.platform, found.keeps_files) == ("release", "cloud-run", False)
    assert found.image is not None
    assert found.image.name == step.split()[1]
    assert str(found.entrypoint).strip() == str(entrypoint)
    assert found.command == command


@pytest.mark.parametrize(
    ("step", "text"),
    [
        pytest.param(
            "entrypoint: bash\n  args: ['-c', 'python manage.py collectstatic']",
            "python manage.py collectstatic",
            id="a script in a word",
        ),
        pytest.param(
            "entrypoint: python\n  args: [manage.py, collectstatic]", "python manage.py collectstatic", id="words"
        ),
        pytest.param(
            "script: 'docker run shop ./manage.py migrate'", "docker run shop ./manage.py migrate", id="docker"
        ),
        pytest.param("entrypoint: ./migrate.sh", "./migrate.sh", id="an entrypoint alone"),
        pytest.param("args: ['./migrate.sh \"x']", './migrate.sh "x', id="a word with an open quote"),
    ],
)
def test_a_step_in_the_workspace(step, text):
    [found] = steps(f"- name: python:3.12\n  dir: web\n  {step}\n")

    assert (found.role, found.platform, found.image, found.keeps_files) == ("build", None, None, True)
    assert found.workdir == "web"
    assert str(found.command) == text
