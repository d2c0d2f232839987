"""Values of Helm charts: https://helm.sh/docs/chart_template_guide/values_files/."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import BlindSpot, EnvVar, Fact, Location
from django_deploycheck.readers import helm_values
from django_deploycheck.source import Source, Unreadable
from tests.projects import inspect_files

PATH = "chart/values.yaml"
SECRET = "k3j9x7q2w8z4v6b1"


def facts(text: str) -> list[Fact]:
    return list(helm_values.read(Source(PATH, text)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("image: x\n", id="a key that others have too"),
        pytest.param("image: x\nimage: y\n", id="one key twice"),
        pytest.param("web:\n  image: x\n  service: y\n", id="keys of something else"),
    ],
)
def test_files_of_others(text: str) -> None:
    assert not helm_values.claims(Source(PATH, text))


def test_a_file_of_a_chart() -> None:
    assert helm_values.claims(Source(PATH, "replicaCount: 1\nimage: {repository: shop}\n"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("- A_B: c\n", id="a list"),
        pytest.param("env: {DEBUG: 'on'}\n", id="a single word, which may be anything"),
        pytest.param("env: {SECRET_KEY: }\n", id="no value"),
        pytest.param("env: {SECRET_KEY: '$SECRET_KEY'}\n", id="a placeholder"),
        pytest.param("env: {SECRET_KEY: '{{ key }}'}\n", id="a template"),
        pytest.param("env: {SECRET_KEY: '<your key>'}\n", id="a word for a value"),
        pytest.param("existingSecret: shop-secrets-2024\n", id="the name of a Secret"),
        pytest.param("password: k3j9x7q2w8z4v6b1\n", id="a password of nobody knows what"),
        pytest.param("postgresqlPassword: postgres\n", id="a password that is a word"),
        pytest.param("adminPassword: change-me\n", id="a password to be changed"),
        pytest.param("a: {a: {a: {a: {a: {a: {a: {a: {SECRET_KEY: x}}}}}}}}\n", id="too deep"),
    ],
)
def test_no_variables(text: str) -> None:
    assert facts(text) == []


def test_no_yaml() -> None:
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("a: [\n")


def test_variables() -> None:
    text = f"web:\n  env:\n    DJANGO_DEBUG: 'off'\n    DB_PASSWORD: {SECRET}\npostgresqlPassword: {SECRET}\n"

    assert sorted(facts(text), key=str) == [
        EnvVar("DB_PASSWORD", "***", Location(PATH, 4), secret="a password"),
        EnvVar("DJANGO_DEBUG", "off", Location(PATH, 3)),
        EnvVar("postgresqlPassword", "***", Location(PATH, 5), secret="a password"),
    ]


def test_commands_are_a_blind_spot() -> None:
    [found] = facts("command: [python, manage.py, migrate]\n")

    assert isinstance(found, BlindSpot)
    assert (found.location, found.hides) == (Location(PATH, 1), frozenset({"migrate"}))


@pytest.mark.parametrize(
    ("path", "places"),
    [
        pytest.param("shop/values-dev.yaml", [], id="for development"),
        pytest.param("shop/values.yaml.example", [], id="an example"),
        pytest.param("shop/values.yaml", ["shop/values.yaml:4"], id="for every environment"),
        pytest.param("shop/values-prod.yaml", ["shop/values-prod.yaml:4"], id="for production"),
    ],
)
def test_secrets_in_values(tmp_path: Path, path: str, places: list[str]) -> None:
    files = {path: f"replicaCount: 1\nimage: shop\nenv:\n  SECRET_KEY: {SECRET}\n"}
    found = inspect_files(tmp_path, files)

    assert found.places("secret-in-deployment-file") == places
    assert SECRET not in repr(found.report.deployment)
