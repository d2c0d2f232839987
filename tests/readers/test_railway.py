from __future__ import annotations

import textwrap

import pytest

from django_deploycheck.model import CommandLine, ImageSource, Location, PlatformUse, Reference, Service
from django_deploycheck.readers import railway
from django_deploycheck.source import Source, Unreadable

DEFAULTED = frozenset({"dockerfile"})


def facts(text, path="railway.toml"):
    return list(railway.read(Source(path, textwrap.dedent(text))))


def services(text, path="railway.toml"):
    return [fact for fact in facts(text, path) if isinstance(fact, Service)]


def at(line, path="railway.toml"):
    return Location(path, line)


def used(*, starts=False, path="railway.toml"):
    return PlatformUse("railway", at(1, path), starts)


def shell(line, text):
    return CommandLine(at(line), text=text)


def argv(line, *words):
    return CommandLine(at(line), argv=words)


def service(name, line, **fields):
    return Service(name=name, kind="railway", location=at(line), platform="railway", **fields)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[build]\nbuilder = 'NIXPACKS'\n", id="only a builder"),
        pytest.param("[build]\nbuilder = 'railpack'\n[deploy]\nhealthcheckPath = '/'\n", id="a health check"),
        pytest.param("[build]\nbuilder = 'RAILPACK'\n[deploy]\nstartCommand = ''\n", id="an empty command"),
    ],
)
def test_a_builder_of_source_starts_what_it_finds(text):
    assert facts(text) == [used()]


def test_source_is_built_and_started():
    text = """\
        [build]
        builder = "RAILPACK"
        buildCommand = "python manage.py collectstatic"

        [deploy]
        preDeployCommand = ["python manage.py migrate"]
        startCommand = "gunicorn shop.wsgi --bind 0.0.0.0:$PORT"
        numReplicas = 2
        """

    assert facts(text) == [
        used(starts=True),
        service("web", 7, command=shell(7, "gunicorn shop.wsgi --bind 0.0.0.0:$PORT"), replicas=2),
        service("build", 3, role="build", command=shell(3, "python manage.py collectstatic"), keeps_files=True),
        service("preDeployCommand", 6, role="release", command=shell(6, "python manage.py migrate"), keeps_files=False),
    ]


def test_an_image_is_built_and_started():
    text = """\
        [build]
        builder = "DOCKERFILE"
        dockerfilePath = "docker/Dockerfile"
        [deploy]
        preDeployCommand = "python manage.py migrate"
        startCommand = "/bin/sh -c 'exec gunicorn shop.wsgi'"
        """
    image = ImageSource(at(3), context="", dockerfile="docker/Dockerfile")

    assert facts(text) == [
        used(starts=True),
        Reference("docker/Dockerfile", "dockerfile", at(3), required=True),
        service(
            "web",
            6,
            command=argv(6, "/bin/sh", "-c", "exec gunicorn shop.wsgi"),
            entrypoint=argv(6),
            image=image,
        ),
        service(
            "preDeployCommand",
            5,
            role="release",
            command=argv(5, "python", "manage.py", "migrate"),
            entrypoint=argv(5),
            image=image,
            keeps_files=False,
        ),
    ]


@pytest.mark.parametrize(
    ("text", "path", "image", "starts"),
    [
        pytest.param(
            "", "railway.toml", ImageSource(at(1), context="", dockerfile="Dockerfile", defaulted=DEFAULTED), False, id="one that may be there"
        ),
        pytest.param(
            "[build]\nbuilder = 'DOCKER'\n",
            "railway.toml",
            ImageSource(at(2), context="", dockerfile="Dockerfile"),
            True,
            id="the builder",
        ),
        pytest.param(
            "[build]\ndockerfilePath = '/backend/Dockerfile'\n",
            "backend/railway.toml",
            ImageSource(at(2, "backend/railway.toml"), context="backend", dockerfile="backend/Dockerfile"),
            True,
            id="a path from the root",
        ),
        pytest.param(
            "[build]\nbuilder = 'NIXPACKS'\ndockerfilePath = 'Dockerfile.web'\n",
            "backend/railway.toml",
            ImageSource(at(3, "backend/railway.toml"), context="backend", dockerfile="backend/Dockerfile.web"),
            True,
            id="a path beside another builder",
        ),
        pytest.param(
            "[build]\ndockerfilePath = '../../Dockerfile'\n",
            "railway.toml",
            ImageSource(at(2), context="", dockerfile=None),
            True,
            id="a path that leaves the repository",
        ),
    ],
)  # fmt: skip
def test_the_image(text, path, image, starts):
    found = facts(text, path)

    assert found[0] == used(starts=starts, path=path)
    assert found[-1].image == image


def test_a_dockerfile_below_the_folder_or_the_root():
    references = facts("[build]\ndockerfilePath = 'backend/Dockerfile'\n", "backend/railway.toml")

    assert [fact.path for fact in references if isinstance(fact, Reference)] == [
        "backend/backend/Dockerfile",
        "backend/Dockerfile",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("railway.json", "web", id="at the root"),
        pytest.param("backend/railway.json", "backend", id="in a folder"),
        pytest.param("backend/railway.worker.json", "worker", id="a name of its own"),
        pytest.param("railway-celery-beat.toml", "celery-beat", id="with hyphens"),
    ],
)
def test_the_name(path, name):
    text = '{"deploy": {"startCommand": "x"}}' if path.endswith("json") else "[deploy]\nstartCommand = 'x'\n"

    assert [found.name for found in services(text, path)] == [name]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        pytest.param('"environments": {}', "base", id="none"),
        pytest.param('"environments": {"staging": {"deploy": {"startCommand": "x"}}}', "base", id="another one"),
        pytest.param('"environments": {"production": {"deploy": {"startCommand": null}}}', "base", id="null"),
        pytest.param('"environments": {"production": {"deploy": {"startCommand": "x"}}}', "x", id="its own"),
    ],
)
def test_what_production_states(text, command):
    [found] = services(
        '{"build": {"builder": "RAILPACK"}, "deploy": {"startCommand": "base"},\n' + text + "}", "railway.json"
    )

    assert found.command is not None
    assert found.command.text == command


@pytest.mark.parametrize(
    ("deploy", "replicas", "role"),
    [
        pytest.param('"sleepApplication": true', None, None, id="neither"),
        pytest.param('"numReplicas": 1', 1, None, id="one"),
        pytest.param('"multiRegionConfig": {"a": {"numReplicas": 2}, "b": {"numReplicas": 1}}', 3, None, id="regions"),
        pytest.param('"multiRegionConfig": {"a": {}}', None, None, id="a region without a number"),
        pytest.param('"cronSchedule": null', None, None, id="no schedule"),
        pytest.param('"cronSchedule": "0 1 * * *"', None, "scheduler", id="a schedule"),
    ],
)
def test_numbers_and_schedules(deploy, replicas, role):
    [found] = services('{"deploy": {"startCommand": "x", ' + deploy + "}}", "railway.json")

    assert (found.replicas, found.role) == (replicas, role)


def test_several_commands_before_a_deploy():
    text = '{"build": {"builder": "RAILPACK"}, "deploy": {"preDeployCommand": ["a",\n"b", "", null]}}'

    assert [(found.name, str(found.command), found.location.line) for found in services(text, "railway.json")] == [
        ("preDeployCommand", "a", 1),
        ("preDeployCommand", "b", 2),
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("railway.toml", "", True, id="its own name"),
        pytest.param("railway.json", '{"deploy": {}}', True, id="what is deployed"),
        pytest.param("railway.json", "{}\n", True, id="nothing"),
        pytest.param("railway.json", '{"$schema": "https://railway.app/railway.schema.json"}', True, id="its schema"),
        pytest.param("railway.worker.toml", "[build]\n", True, id="what is built"),
        pytest.param("railway.json", '{"stations": [{"deployed": 1}]}', False, id="trains"),
        pytest.param("railway_lines.toml", "build = 1\n", False, id="lines of trains"),
    ],
)
def test_claims(path, text, expected):
    assert railway.claims(Source(path, text)) is expected


@pytest.mark.parametrize("path", ["railway.json", "railway.toml"])
def test_what_cannot_be_read(path):
    with pytest.raises(Unreadable):
        facts("{", path)
