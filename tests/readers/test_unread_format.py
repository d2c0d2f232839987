from __future__ import annotations

import time

import pytest

from django_deploycheck.discovery import discover
from django_deploycheck.model import BlindSpot, Location, PlatformUse
from django_deploycheck.readers import load, unread_format
from django_deploycheck.source import Repository, Source

NOT_READ = "the format is not read yet, and it mentions "
SCRIPT = "the format is not read yet, and it runs a script"


def facts(path, *lines):
    return list(unread_format.read(Source(path, "\n".join(lines))))


def mentions(path, line, *words):
    return [BlindSpot(NOT_READ + ", ".join(words), Location(path, line), frozenset(words))]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((), id="nothing"),
        pytest.param(("run: flake8",), id="nothing of ours"),
        pytest.param(("# gunicorn shop.wsgi",), id="a comment"),
        pytest.param(("  // python manage.py migrate",), id="a comment of another format"),
        pytest.param(("; uwsgi = x",), id="a comment of an INI file"),
        pytest.param(("- emigrate", "- remigration_x"), id="parts of other words"),
        pytest.param(("x" * 2000 + " gunicorn",), id="the end of a very long line"),
    ],
)
def test_nothing_that_matters(lines):
    assert facts("Makefile", *lines) == []


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        pytest.param(("a", "b: gunicorn x"), 2, ["gunicorn"], id="a server"),
        pytest.param(("- python manage.py migrate --noinput",), 1, ["migrate"], id="a management command"),
        pytest.param(("a: migrate_schemas",), 1, ["migrate_schemas"], id="another package's"),
        pytest.param(("x: gunicorn", "y: migrate", "z: gunicorn"), 1, ["gunicorn", "migrate"], id="several, each once"),
        pytest.param(("#!/usr/bin/env gunicorn",), 1, ["gunicorn"], id="the first line of a script"),
    ],
)
def test_what_it_mentions(lines, line, words):
    assert facts("Makefile", *lines) == mentions("Makefile", line, *words)


def test_the_place_is_a_line_and_no_text():
    [spot] = facts("Makefile", "a", "export SECRET=hunter2; gunicorn x")

    assert spot.location == Location("Makefile", 2)
    assert "hunter2" not in repr(spot)


@pytest.mark.parametrize(
    ("path", "spots"),
    [
        pytest.param("apprunner.yaml", [BlindSpot(SCRIPT, Location("apprunner.yaml", 2))], id="in YAML"),
        pytest.param("buildspec.yml", [BlindSpot(SCRIPT, Location("buildspec.yml", 2))], id="in YAML, shorter"),
        pytest.param("Makefile", mentions("Makefile", 1, "gunicorn"), id="in a file of tasks, of which few are run"),
    ],
)
def test_a_script_that_is_run_hides_everything(path, spots):
    assert facts(path, "a: gunicorn", "b: ./bin/start.sh web", "c: other.sh") == spots


PLATFORMS = [
    ("render.yaml", "render"),
    ("render.yml", "render"),
    ("fly.toml", "fly"),
    ("fly.production.toml", "fly"),
    ("railway.toml", "railway"),
    ("railway.worker.json", "railway"),
    ("railpack.json", "railway"),
    ("nixpacks.toml", "railway"),
    ("captain-definition", "caprover"),
    ("docker/captain-definition-web", "caprover"),
    (".do/app.yaml", "digitalocean"),
    (".ebextensions/01.config", "elastic-beanstalk"),
    ("Dockerrun.aws.json", "elastic-beanstalk"),
    (".platform.app.yaml", "platformsh"),
    (".platform/routes.yaml", "platformsh"),
    (".upsun/config.yaml", "platformsh"),
    ("vercel.json", "vercel"),
    ("zappa_settings.json", "zappa"),
    ("config/deploy.yml", "kamal"),
    ("clevercloud/python.json", "clever-cloud"),
    ("passenger_wsgi.py", "passenger"),
    ("DOKKU_SCALE", "dokku"),
    ("scalingo.json", "scalingo"),
    ("ENV", "piku"),
]


@pytest.mark.parametrize(("path", "platform"), PLATFORMS)
def test_the_file_of_a_platform(path, platform):
    assert facts(path, "x: 1") == [PlatformUse(platform, Location(path))]


@pytest.mark.parametrize("path", [path for path, _ in PLATFORMS])
def test_the_file_of_a_platform_is_claimed(tmp_path, path):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).touch()

    found = discover(Repository(str(tmp_path)), "", load())

    assert [name for name, _ in found.files] == [path]


@pytest.mark.parametrize(
    "path",
    ["app.yaml", "deploy.yml", "myrender.yaml", "railway.md", "vercel.json.bak", "Makefile", "env", "k8s/fly.yaml"],
)
def test_the_file_of_no_platform(path):
    assert facts(path, "x: 1") == []


@pytest.mark.parametrize(
    ("path", "line", "starts"),
    [
        pytest.param("railway.toml", "builder = 'NIXPACKS'", False, id="a builder that reads Procfiles"),
        pytest.param("railway.toml", "# startCommand = 'x'", False, id="a comment"),
        pytest.param("railway.toml", "restartCommand = 'x'", False, id="another word"),
        pytest.param("nixpacks.toml", "[starting]", False, id="another section"),
        pytest.param("fly.toml", "startCommand = 'x'", False, id="a file of another platform"),
        pytest.param("railway.toml", "startCommand = 'x'", True, id="a start command in TOML"),
        pytest.param("railway.json", '  "startCommand": "x",', True, id="a start command in JSON"),
        pytest.param("railway.json", '"builder": "DOCKERFILE"', True, id="an image"),
        pytest.param("nixpacks.toml", "[start]", True, id="the builder's section"),
        pytest.param("nixpacks.json", '"start": {"cmd": "x"}', True, id="the builder's key"),
    ],
)
def test_whether_it_says_what_is_started(path, line, starts):
    platform = "fly" if path == "fly.toml" else "railway"

    assert facts(path, line) == [PlatformUse(platform, Location(path), starts)]


def test_a_platform_and_what_its_file_mentions():
    assert facts("render.yaml", "a: 1", "b: gunicorn") == [
        PlatformUse("render", Location("render.yaml")),
        *mentions("render.yaml", 2, "gunicorn"),
    ]


def test_it_claims_no_file_that_another_reader_reads(tmp_path):
    for name in ("docker-compose.yml", "Dockerfile", "uwsgi.ini", "deploy.sh", "start.sh"):
        (tmp_path / name).touch()

    found = dict(discover(Repository(str(tmp_path)), "", load()).files)

    assert [name for name, kind in found.items() if kind == "unread-format"] == ["start.sh"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("./" * 200_000 + "x", id="a path without an end"),
        pytest.param("a.sh" * 100_000, id="very many scripts in a line"),
        pytest.param("x: gunicorn\n" * 40_000, id="very many lines"),
        pytest.param("startCommand" + " " * 400_000, id="very many blanks"),
    ],
)
def test_it_is_linear(text):
    before = time.perf_counter()

    list(unread_format.read(Source("railway.json", text)))

    assert time.perf_counter() - before < 2
