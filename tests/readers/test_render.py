from __future__ import annotations

import textwrap

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    ImageSource,
    Location,
    Mount,
    PlatformUse,
    Reference,
    Service,
)
from django_deploycheck.readers import render
from django_deploycheck.source import Source, Unreadable

USED = PlatformUse("render", Location("render.yaml", 1))


def at(line):
    return Location("render.yaml", line)


def facts(text):
    return list(render.read(Source("render.yaml", textwrap.dedent(text))))


def service(name, line, **fields):
    return Service(name=name, kind="render", location=at(line), platform="render", **fields)


def shell(line, text):
    return CommandLine(at(line), text=text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("services:\n", id="no services"),
        pytest.param("services: [web]\n", id="a service that is a word"),
        pytest.param("services:\n  - type: redis\n    name: a\n    startCommand: x\n", id="the older cache"),
        pytest.param("services:\n  - type: keyvalue\n    name: a\n", id="a cache"),
        pytest.param(
            "services:\n  - type: web\n    runtime: static\n    buildCommand: npm run build\n", id="a static site"
        ),
        pytest.param("services:\n  - {type: web, env: static, name: a}\n", id="a static site, spelt the older way"),
        pytest.param("services:\n  - type: worker\n    name: a\n", id="a worker without a command"),
        pytest.param("services:\n  - type: database\n    name: a\n", id="a database among the services"),
        pytest.param("databases:\n  - name: a\n    plan: free\n", id="a database"),
        pytest.param("projects:\n  - name: a\n    environments: [{name: production}]\n", id="an empty project"),
        pytest.param("envVarGroups:\n  - name: a\n    envVars: [{key: A, value: 1}]\n", id="a group that nothing uses"),
    ],
)
def test_nothing_that_runs(text):
    assert facts(text) == [USED]


def test_a_service_of_source():
    text = """\
        services:
          - type: web
            name: shop
            runtime: python
            rootDir: backend
            buildCommand: ./build.sh
            preDeployCommand: python manage.py migrate
            initialDeployHook: python manage.py loaddata first
            startCommand: gunicorn shop.wsgi
            numInstances: 3
            envVars:
              - key: SECRET_KEY
                generateValue: true
              - key: DEBUG
                value: "False"
        """
    variables = (EnvVar("SECRET_KEY", None, at(12), generated=True), EnvVar("DEBUG", "False", at(14)))
    shared = {"variables": variables, "workdir": "backend"}

    assert facts(text) == [
        USED,
        service("shop", 2, role="web", command=shell(9, "gunicorn shop.wsgi"), replicas=3, **shared),
        service("build", 6, role="build", command=shell(6, "./build.sh"), keeps_files=True, **shared),
        service(
            "preDeployCommand",
            7,
            role="release",
            command=shell(7, "python manage.py migrate"),
            keeps_files=False,
            **shared,
        ),
        service("initialDeployHook", 8, role="other", command=shell(8, "python manage.py loaddata first"), **shared),
    ]


def test_an_image_that_is_built():
    text = """\
        services:
          - type: web
            name: shop
            runtime: docker
            rootDir: backend
            dockerfilePath: ./docker/Dockerfile
            dockerContext: .
            buildCommand: ignored
            preDeployCommand: python manage.py migrate
            dockerCommand: ./start.sh web
        """
    image = ImageSource(at(6), context="backend", dockerfile="backend/docker/Dockerfile")
    shared = {"image": image, "workdir": "backend"}

    assert facts(text) == [
        USED,
        Reference("backend/docker/Dockerfile", "dockerfile", at(6), required=True),
        Reference("docker/Dockerfile", "dockerfile", at(6)),
        service("shop", 2, role="web", command=CommandLine(at(10), argv=("./start.sh", "web")), **shared),
        service(
            "preDeployCommand",
            9,
            role="release",
            command=CommandLine(at(9), argv=("python", "manage.py", "migrate")),
            keeps_files=False,
            **shared,
        ),
    ]


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        pytest.param(["runtime: python"], None, id="Render's own runtime"),
        pytest.param(["env: docker"], ImageSource(at(2), context="", dockerfile="Dockerfile"), id="only the runtime"),
        pytest.param(
            ["runtime: docker", "dockerfilePath: /deploy/Dockerfile"],
            ImageSource(at(4), context="", dockerfile="deploy/Dockerfile"),
            id="a path from the root",
        ),
        pytest.param(
            ["runtime: docker", "dockerfilePath: ../../Dockerfile"],
            ImageSource(at(4), context="", dockerfile=None),
            id="a path that leaves the repository",
        ),
        pytest.param(
            ["runtime: docker", "dockerContext: ./site"],
            ImageSource(at(2), context="site", dockerfile="Dockerfile"),
            id="another context",
        ),
        pytest.param(
            ["runtime: image", "image:", "  url: ghcr.io/shop/site:1"],
            ImageSource(at(4), name="ghcr.io/shop/site:1"),
            id="an image of a registry",
        ),
        pytest.param(["image: shop/site"], ImageSource(at(3), name="shop/site"), id="an image that is a text"),
        pytest.param(["runtime: image"], ImageSource(at(2)), id="an image that is not named"),
    ],
)
def test_the_image(lines, image):
    text = "\n".join(["services:", "  - type: web", *("    " + line for line in lines)])

    [found] = [fact for fact in facts(text) if isinstance(fact, Service)]

    assert found.image == image


@pytest.mark.parametrize(
    ("lines", "role"),
    [
        pytest.param(["type: web"], "web", id="a web service"),
        pytest.param(["type: web", "runtime: node"], None, id="a web service in JavaScript"),
        pytest.param(["type: pserv"], None, id="a private service"),
        pytest.param(["type: worker"], "worker", id="a worker"),
        pytest.param(["type: cron", "schedule: 0 1 * * *"], "scheduler", id="a cron job"),
        pytest.param(["name: x"], None, id="no type"),
    ],
)
def test_the_role(lines, role):
    text = "services:\n  -\n    startCommand: x\n" + "".join(f"    {line}\n" for line in lines)

    [found] = [fact for fact in facts(text) if isinstance(fact, Service)]

    assert found.role == role


@pytest.mark.parametrize(
    ("line", "variable"),
    [
        pytest.param("{key: A, value: b}", EnvVar("A", "b", at(4)), id="a literal"),
        pytest.param("{key: A, value: $b}", EnvVar("A", "$b", at(4)), id="a dollar is only a dollar"),
        pytest.param("{key: A, sync: false}", EnvVar("A", None, at(4)), id="asked for"),
        pytest.param("{key: A, generateValue: true}", EnvVar("A", None, at(4), generated=True), id="generated"),
        pytest.param("{key: A, generateValue: false}", EnvVar("A", None, at(4)), id="not generated"),
        pytest.param("{key: A, fromDatabase: {name: b}}", EnvVar("A", None, at(4)), id="of a database"),
        pytest.param("{key: A, fromService: {name: b}}", EnvVar("A", None, at(4)), id="of another service"),
        pytest.param("{fromGroup: shared}", EnvVar("G", "1", at(8)), id="of a group"),
        pytest.param("{fromGroup: other}", None, id="of a group that is elsewhere"),
        pytest.param("{value: b}", None, id="without a name"),
        pytest.param("word", None, id="a word"),
    ],
)
def test_a_variable(line, variable):
    text = f"services:\n  - type: web\n    envVars:\n      - {line}\nenvVarGroups:\n  - name: shared\n    envVars:\n      - {{key: G, value: 1}}\n"

    [found] = [fact for fact in facts(text) if isinstance(fact, Service)]

    assert found.variables == ((variable,) if variable else ())


def test_a_secret_is_masked():
    [_, found] = facts(
        "services:\n  - type: web\n    startCommand: x\n    envVars:\n      - {key: SECRET_KEY, value: hunter2hunter2xyz}\n"
    )

    assert "hunter2" not in repr(found)
    assert found.variables[0].secret is not None


@pytest.mark.parametrize(
    ("lines", "mounts", "replicas"),
    [
        pytest.param(["plan: starter"], (), None, id="neither"),
        pytest.param(["plan: free", "numInstances: 2"], (), 1, id="the free plan, which runs one"),
        pytest.param(["disk: {name: data, sizeGB: 1}"], (), None, id="a disk without a place"),
        pytest.param(["numInstances: 2"], (), 2, id="a number"),
        pytest.param(["scaling: {minInstances: 2, maxInstances: 4}"], (), 2, id="a smallest number"),
        pytest.param(
            ["disk:", "  name: data", "  mountPath: /var/data"],
            (Mount("volume", "data", "/var/data", at(5)),),
            1,
            id="a disk, which only one instance can have",
        ),
    ],
)
def test_disks_and_numbers(lines, mounts, replicas):
    text = "services:\n  - type: web\n" + "".join(f"    {line}\n" for line in (*lines, "startCommand: x"))

    [_, found] = facts(text)

    assert (found.mounts, found.replicas) == (mounts, replicas)


def test_services_of_projects():
    text = """\
        projects:
          - name: shop
            environments:
              - name: production
                envVarGroups:
                  - name: shared
                    envVars: [{key: A, value: b}]
                services:
                  - type: web
                    name: shop
                    envVars: [{fromGroup: shared}]
                    startCommand: >-
                      gunicorn shop.wsgi
                      --workers 2
        """

    assert facts(text) == [
        USED,
        service(
            "shop",
            9,
            role="web",
            variables=(EnvVar("A", "b", at(7)),),
            command=shell(13, "gunicorn shop.wsgi \\\n--workers 2"),
        ),
    ]


@pytest.mark.parametrize(
    ("lines", "facts_beside"),
    [
        pytest.param("runtime: node", [], id="JavaScript"),
        pytest.param(
            "runtime: python", [BlindSpot("no startCommand says what the service starts", at(2))], id="Python"
        ),
        pytest.param("runtime: docker", [], id="an image, which says so itself"),
    ],
)
def test_a_web_service_that_starts_nothing(lines, facts_beside):
    found = facts(f"services:\n  - type: web\n    {lines}\n")

    assert [fact for fact in found if isinstance(fact, BlindSpot)] == facts_beside


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("render.yaml", "", True, id="its own name"),
        pytest.param("render-staging.yaml", "services: []\n", True, id="services"),
        pytest.param("render.eu.yml", "# Europe\ndatabases :\n", True, id="databases"),
        pytest.param("render-farm.yaml", "nodes:\n  services: 1\n", False, id="something else"),
    ],
)
def test_claims(path, text, expected):
    assert render.claims(Source(path, text)) is expected


def test_what_is_no_yaml():
    with pytest.raises(Unreadable):
        facts("services: [")
