from __future__ import annotations

import time
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
    Service,
)
from django_deploycheck.readers import terraform
from django_deploycheck.source import Source, Unreadable

PATH = "infra/ecs.tf"
START = "resource {\n  container_definitions = jsonencode("


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Any]:
    return list(terraform.read(Source(PATH, dedent(text))))


def services(text: str) -> list[Service]:
    return [fact for fact in facts(text) if isinstance(fact, Service)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# container_definitions = jsonencode([])", id="a comment"),
        pytest.param("container_definitions = templatefile('x.json', {})", id="another file"),
        pytest.param("policy = jsonencode({})", id="something else"),
    ],
)
def test_another_file(text):
    assert not terraform.claims(Source(PATH, text))


@pytest.mark.parametrize("text", [START + "[])\n}", "container_definitions = <<EOF\n[]\nEOF\n"])
def test_its_own_file(text):
    assert terraform.claims(Source(PATH, text))


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("[]", id="no containers"),
        pytest.param("local.containers", id="a reference"),
        pytest.param("concat([{a = 1}], var.more)", id="a call"),
        pytest.param("{}", id="no list"),
        pytest.param("", id="nothing"),
        pytest.param("[", id="no end"),
    ],
)
def test_nothing_but_the_platform(expression):
    assert facts(f"{START}{expression})\n}}\n") == [PlatformUse("ecs", at(2))]


def test_a_task():
    text = """\
        resource "aws_ecs_task_definition" "web" {
          container_definitions = jsonencode([
            {
              name  = "web" // the site
              image = "${aws_ecr_repository.shop.repository_url}:${var.tag}"
              # what it runs
              command   = ["gunicorn", "shop.wsgi",
                           "--bind", "0.0.0.0:8000"]
              essential = true
              portMappings = [{ containerPort = 8000, hostPort = 8000 }]
              environment = [
                { name = "DJANGO_SETTINGS_MODULE", value = "shop.settings" },
                { "name" : "STAGE", "value" : var.stage == "x" ? "a" : lookup(local.b, "c") },
                { name = "DB_PASSWORD", value = "correct-horse-4711" },
              ]
              secrets = concat([{ name = "X" }], local.secrets)
              user = "app" /* not
              root */
              odd
            }
          ])
          tags = { Name = "gunicorn" }
        }
        """
    assert facts(text) == [
        PlatformUse("ecs", at(2)),
        Service(
            name="web",
            kind="ecs",
            location=at(3),
            platform="ecs",
            command=CommandLine(at(7), argv=("gunicorn", "shop.wsgi", "--bind", "0.0.0.0:8000"), lines=(7, 7, 8, 8)),
            image=ImageSource(at(5), name="${aws_ecr_repository.shop.repository_url}:${var.tag}"),
            variables=(
                EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(12)),
                EnvVar("STAGE", "${var.stage_x_a_lookup_local.b_c_}", at(13)),
                EnvVar("DB_PASSWORD", "***", at(14), secret="a password"),
            ),
            ports=(Port("8000", "8000", None, at(10)),),
            user="app",
        ),
        BlindSpot("Terraform is not read, and it mentions gunicorn", at(22), frozenset({"gunicorn"})),
    ]
    assert "correct-horse" not in repr(facts(text))


def test_json_in_a_heredoc():
    text = """\
        resource "aws_ecs_task_definition" "web" {
          container_definitions = <<-JSON
            [{"name": "web",
              "command": ["gunicorn", "shop.wsgi"], "cpu": ${var.cpu}}]
          JSON
        }
        """
    [web] = services(text)

    assert (web.name, web.location, web.command) == (
        "web",
        at(3),
        CommandLine(at(4), argv=("gunicorn", "shop.wsgi")),
    )


def test_a_heredoc_without_an_end_is_not_read():
    assert facts("container_definitions = <<EOF\n[\n") == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param('"a\\"b\\tc"', 'a"b\tc', id="escapes"),
        pytest.param("8000", "8000", id="a number"),
        pytest.param("tostring(8000)", "${tostring_8000_}", id="a call"),
        pytest.param('"a" == var.b', "${_a_var.b}", id="more than a text"),
        pytest.param("var.a / 2", "${var.a_2}", id="a division"),
    ],
)
def test_values(written, value):
    [web] = services(f"{START}[{{\n name = {written}\n}}])\n}}\n")

    assert web.name == value


def test_several_tasks_stand_in_order():
    heredoc = 'container_definitions = <<EOF\n[{"name": "b"}]\nEOF\n'
    encoded = 'container_definitions = jsonencode([{ name = "%s" }])\n'

    assert [found.name for found in services(encoded % "a" + heredoc + encoded % "c")] == ["a", "b", "c"]


def test_deep_nesting_is_not_read():
    with pytest.raises(Unreadable, match="is nested too deeply"):
        facts(START + "[" * 1000)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(START + "[{" + "a = [\n" * 20, id="open brackets"),
        pytest.param(START + '[{a = "' + "\\" * 100_000, id="an open quote"),
        pytest.param(START + "[" + "/*" * 100_000, id="an open comment"),
        pytest.param(START + "[{" + "a = f(" * 15_000, id="calls without an end"),
        pytest.param(START.removeprefix("resource {\n") * 10_000, id="tasks in tasks"),
        pytest.param("container_definitions = <<A\n" * 15_000, id="heredocs without an end"),
    ],
)
def test_hostile_text_takes_linear_time(text):
    before = time.process_time()

    list(terraform.read(Source(PATH, text)))

    assert time.process_time() - before < 10


def test_a_task_that_stands_in_another_is_read_with_it():
    opening = "container_definitions = jsonencode([\n"
    found = list(terraform.read(Source(PATH, opening * 3 + "])\n" * 2 + "])\n" + opening + "])\n")))
    assert [fact.location.line for fact in found if isinstance(fact, PlatformUse)] == [1, 7]


def test_tasks_that_never_end_take_linear_time():
    text = "container_definitions = jsonencode([\n" * 3_000
    before = time.process_time()

    list(terraform.read(Source(PATH, text)))

    assert time.process_time() - before < 1
