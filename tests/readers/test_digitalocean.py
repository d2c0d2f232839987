from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Location,
    PlatformUse,
    Port,
    Reference,
    Service,
    StaticMapping,
)
from django_deploycheck.readers import digitalocean
from django_deploycheck.source import Source, Unreadable

PATH = ".do/app.yaml"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(digitalocean.read(Source(PATH, dedent(text))))


def of(kind: type[Any], text: str) -> list[Any]:
    return [fact for fact in facts(text) if isinstance(fact, kind)]


def service(name: str, line: int, command: str | None, at_line: int | None = None, **stated) -> Service:
    return Service(
        name=name,
        kind="digitalocean",
        location=at(line),
        platform="digitalocean",
        command=None if command is None else CommandLine(at(at_line or line + 1), text=command),
        **stated,
    )


# --- which file it is -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("app.yaml", "", id="nothing"),
        pytest.param("app.yaml", "runtime: python312\nentrypoint: gunicorn x\n", id="App Engine's"),
        pytest.param("app.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 2\n", id="a manifest"),
        pytest.param("app.yaml", "services:\n  web:\n    image: x\n", id="a compose file"),
        pytest.param("app.yaml", "name: shop\nsource_dir: src\n", id="no components"),
    ],
)
def test_another_file(path, text):
    assert not digitalocean.claims(Source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(".do/app.yaml", "", id="in its folder, whatever it holds"),
        pytest.param("backend/.do/app.yaml", "name: x", id="in the folder of a part"),
        pytest.param("app.yaml", "services:\n- name: web\n  run_command: gunicorn x\n", id="elsewhere, by its keys"),
        pytest.param("app.yaml", "spec:\n  services:\n  - instance_size_slug: basic\n", id="elsewhere, below spec"),
    ],
)
def test_its_own_file(path, text):
    assert digitalocean.claims(Source(path, text))


# --- what it says -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("- a\n", id="a list"),
        pytest.param("services:\n- name: web\n  github: {repo: a/b}\n", id="a service that its Procfile starts"),
        pytest.param("services:\n- name: web\n  run_command: ''\n", id="an empty command"),
        pytest.param("static_sites:\n- build_command:\n  environment_slug: node-js\n  routes:\n", id="no folder"),
        pytest.param("services: web\njobs: {a: b}\n", id="components of a wrong shape"),
    ],
)
def test_nothing_but_the_platform(text):
    assert facts(text) == [PlatformUse("digitalocean", Location(PATH))]


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("services: [\n")


def test_services_workers_and_jobs():
    text = """\
        services:
        - name: web
          run_command: gunicorn shop.wsgi
          http_port: 8080
          instance_count: 2
          source_dir: /backend/
        workers:
        - name: queue
          run_command: celery -A shop worker
          autoscaling: {min_instance_count: 1, max_instance_count: 4}
        jobs:
        - name: migrate
          kind: PRE_DEPLOY
          run_command: |
            python manage.py migrate
        - name: warm
          run_command: ./warm.sh
        - name: nightly
          kind: SCHEDULED
          run_command: python manage.py clearsessions
        - name: sorry
          kind: FAILED_DEPLOY
          run_command: ./tell.sh
        """

    assert facts(text) == [
        PlatformUse("digitalocean", Location(PATH), True),
        service(
            "web", 2, "gunicorn shop.wsgi", ports=(Port("8080", None, None, at(4)),), replicas=2, workdir="backend"
        ),
        service("queue", 8, "celery -A shop worker", role="worker", replicas=4),
        service("migrate", 12, "python manage.py migrate", 15, role="release", keeps_files=False),
        service("warm", 16, "./warm.sh", role="release", keeps_files=False),
        service("nightly", 18, "python manage.py clearsessions", 20, role="scheduler"),
        service("sorry", 21, "./tell.sh", 23, role="other"),
    ]


def test_the_template_of_a_button_holds_it_below_spec():
    text = "spec:\n  services:\n  - name: web\n    run_command: >-\n      gunicorn\n      shop.wsgi\n"

    assert of(Service, text) == [service("web", 3, "gunicorn \\\nshop.wsgi", 5)]


def test_images():
    text = """\
        envs:
        - {key: A, value: 1, scope: BUILD_TIME}
        services:
        - name: web
          dockerfile_path: docker/Dockerfile
          source_dir: backend
        - name: shop
          image: {registry_type: DOCR, registry: acme, repository: shop, tag: v1}
          run_command: gunicorn shop.wsgi
        - name: other
          image: {}
        """
    building = (EnvVar("A", "1", at(2)),)
    image = ImageSource(at(5), context="backend", dockerfile="docker/Dockerfile", arguments=building)

    assert facts(text)[2:] == [
        Reference("docker/Dockerfile", "dockerfile", at(5), required=True),
        service("web", 4, None, image=image),
        service("shop", 7, "gunicorn shop.wsgi", 9, image=ImageSource(at(8), name="acme/shop")),
        service("other", 10, None, image=ImageSource(at(11))),
    ]


def test_the_build():
    text = """\
        services:
        - name: web
          build_command: ./build.sh
          source_dir: web
          envs:
          - {key: A, value: 1, scope: BUILD_TIME}
          - {key: B, value: 2, scope: RUN_TIME}
          - {key: C, value: 3}
          - {value: 4}
        - name: image
          dockerfile_path: Dockerfile
          build_command: ./ignored.sh
        """
    build = Service(
        name="build of web",
        kind="digitalocean",
        location=at(3),
        role="build",
        platform="digitalocean",
        command=CommandLine(at(3), text="./build.sh"),
        variables=(EnvVar("A", "1", at(6)), EnvVar("C", "3", at(8))),
        workdir="web",
        keeps_files=True,
    )

    assert [found for found in of(Service, text) if found.role == "build"] == [build]
    assert of(EnvVar, text) == [EnvVar("A", "1", at(6)), EnvVar("B", "2", at(7)), EnvVar("C", "3", at(8))]


def test_variables_of_the_app_and_of_a_component():
    text = """\
        envs:
        - key: SECRET_KEY
          type: SECRET
          value: EV[1:dGVzdA==:c2VjcmV0]
        - key: DATABASE_URL
          value: ${db.DATABASE_URL}
        services:
        - name: web
          run_command: gunicorn shop.wsgi
          envs:
          - key: API_TOKEN
            type: SECRET
          - key: EMAIL_HOST_PASSWORD
            value: correct-horse-4711
        """
    [web] = of(Service, text)

    assert [(variable.name, variable.value, variable.location.line) for variable in web.variables] == [
        ("SECRET_KEY", None, 2),
        ("DATABASE_URL", "${db.DATABASE_URL}", 5),
        ("API_TOKEN", None, 11),
        ("EMAIL_HOST_PASSWORD", "***", 13),
    ]
    assert "correct-horse" not in repr(facts(text))
    assert "c2VjcmV0" not in repr(facts(text))


# --- static sites -----------------------------------------------------------------------------------------------------------

MAY_COLLECT = BlindSpot("the buildpack of 'static' may collect static files", at(2), frozenset({"collectstatic"}))


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        pytest.param("environment_slug: html", [], id="no Python"),
        pytest.param("build_command: make", [], id="a build of its own"),
        pytest.param("envs: [{key: DISABLE_COLLECTSTATIC, value: '1'}]", [], id="switched off"),
        pytest.param("envs: [{key: DISABLE_COLLECTSTATIC, value: '0'}]", [MAY_COLLECT], id="not switched off"),
        pytest.param("environment_slug: python", [MAY_COLLECT], id="Python"),
        pytest.param("output_dir: staticfiles", [MAY_COLLECT], id="nothing said"),
    ],
)
def test_who_collects(site, expected):
    assert of(BlindSpot, f"static_sites:\n- name: static\n  {site}\n") == expected


@pytest.mark.parametrize(
    ("rest", "urls"),
    [
        pytest.param("", [], id="no route"),
        pytest.param("  routes: [{path: /}]\n", [], id="a front end"),
        pytest.param(
            "ingress: {rules: [{component: {name: web}, match: {path: {prefix: /static}}}]}\n", [], id="another's"
        ),
        pytest.param("  routes: [{path: /static}]\n", ["/static"], id="a route"),
        pytest.param(
            "ingress: {rules: [{component: {name: static}, match: {path: {prefix: /s}}}]}\n", ["/s"], id="a rule"
        ),
    ],
)
def test_the_folder_that_is_served(rest, urls):
    text = f"static_sites:\n- name: static\n  output_dir: /out\n{rest}"

    assert of(StaticMapping, text) == [StaticMapping("digitalocean", url, "/out", at(3), alias=True) for url in urls]


def test_a_name_of_any_length_is_quoted_in_part():
    text = f"static_sites:\n- name: {'w' * 1000}\n  environment_slug: python\n"
    reasons = [fact.reason for fact in facts(text) if isinstance(fact, BlindSpot)]
    assert f"the buildpack of '{'w' * 80}' may collect static files" in reasons
