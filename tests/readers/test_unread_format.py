from __future__ import annotations

import time

import pytest

from django_deploycheck.discovery import discover
from django_deploycheck.model import BlindSpot, Location
from django_deploycheck.readers import load, unread_format
from django_deploycheck.source import Repository, Source

SCRIPT = "the format is not read yet, and it runs a script"


def facts(path, *lines):
    return list(unread_format.read(Source(path, "\n".join(lines))))


def mentions(path, line, *words):
    reason = f"the format is not read yet, and it mentions {', '.join(words)}"
    return [BlindSpot(reason, Location(path, line), frozenset(words))]


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
        pytest.param("tasks.yml", [BlindSpot(SCRIPT, Location("tasks.yml", 2))], id="in YAML"),
        pytest.param("x.config", [BlindSpot(SCRIPT, Location("x.config", 2))], id="in another format"),
        pytest.param("Jakefile", mentions("Jakefile", 1, "gunicorn"), id="in a file of tasks, of which few are run"),
    ],
)
def test_a_script_that_is_run_hides_everything(path, spots):
    assert facts(path, "a: gunicorn", "b: ./bin/start.sh web", "c: other.sh") == spots


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("deploy/run.ini", None, id="a format without a name"),
        pytest.param("infra/main.tf", "Terraform", id="Terraform"),
        pytest.param("infra/main.tf.json", "Terraform", id="Terraform in JSON"),
        pytest.param("infra/main.bicep", "Bicep", id="Bicep"),
        pytest.param("web.nomad", "Nomad", id="Nomad"),
        pytest.param("lib/shop-stack.ts", "the AWS CDK", id="a stack in TypeScript"),
        pytest.param("shop/shop_stack.py", "the AWS CDK", id="a stack in Python"),
        pytest.param("cdk/lib/shop.ts", "the AWS CDK", id="in a folder of its name"),
        pytest.param("sst.config.ts", "SST", id="SST"),
        pytest.param("pulumi/__main__.py", "Pulumi", id="Pulumi"),
        pytest.param("infra/web.ts", "TypeScript configuration", id="TypeScript"),
        pytest.param("template.yaml", "CloudFormation", id="CloudFormation"),
        pytest.param("copilot/web/manifest.yml", "AWS Copilot", id="Copilot"),
        pytest.param("azure.yaml", "the Azure Developer CLI's file", id="azd"),
        pytest.param("service.yaml", "the service's manifest", id="a manifest"),
        pytest.param("Taskfile.yml", "the Taskfile", id="a Taskfile"),
        pytest.param("appspec.yml", "AWS CodeDeploy", id="CodeDeploy"),
        pytest.param("buildspec-web.yml", "AWS CodeBuild", id="CodeBuild"),
        pytest.param("Jenkinsfile", "the Jenkinsfile", id="Jenkins"),
        pytest.param(".travis.yml", "Travis CI", id="Travis"),
        pytest.param(".drone.yml", "Drone CI", id="Drone"),
        pytest.param("serverless.yml", "the Serverless Framework", id="Serverless"),
        pytest.param("chart/templates/web.yaml", "the Helm template", id="Helm"),
    ],
)
def test_a_format_is_called_by_its_name(path, name):
    [spot] = facts(path, "x", "run: gunicorn shop.wsgi")

    said = f"{name} is not read" if name else "the format is not read yet"
    assert spot == BlindSpot(f"{said}, and it mentions gunicorn", Location(path, 2), frozenset({"gunicorn"}))


@pytest.mark.parametrize(
    "path", ["infra/main.tfvars", "sst.config.ts", "lib/shop-stack.ts", "template.yaml", "infra/a.bicep"]
)
def test_files_of_infrastructure_are_claimed(tmp_path, path):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).touch()

    assert discover(Repository(str(tmp_path)), "", load()).files == ((path, "unread-format"),)


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
    before = time.process_time()

    list(unread_format.read(Source("railway.json", text)))

    assert time.process_time() - before < 10
