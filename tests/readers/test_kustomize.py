"""Kustomizations: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    Kustomization,
    Location,
    Reference,
    VariableSet,
)
from django_deploycheck.readers import kustomize
from django_deploycheck.source import Source, Unreadable

PATH = "k8s/overlays/prod/kustomization.yaml"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(kustomize.read(Source(PATH, dedent(text))))


def kustomization(text: str) -> Kustomization:
    [found] = [fact for fact in facts(text) if isinstance(fact, Kustomization)]
    return found


EMPTY = Kustomization(at(1))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("namespace: shop\n", id="nothing that matters"),
        pytest.param("resources:\n", id="no resources"),
        pytest.param("resources: ['']\n", id="an empty resource"),
        pytest.param("images: [{name: shop, newTag: '2'}, {newName: shop}]\n", id="another tag"),
        pytest.param("replicas: [{name: web}, {count: 2}]\n", id="replicas of nothing"),
        pytest.param("configMapGenerator: [{name: shop, files: [nginx.conf]}]\n", id="files that are mounted"),
        pytest.param("patches: [{target: {kind: Deployment}}]\n", id="a patch without a text"),
    ],
)
def test_nothing_but_itself(text: str) -> None:
    assert kustomization(text) == EMPTY
    assert not [fact for fact in facts(text) if isinstance(fact, (Reference, EnvVar))]


@pytest.mark.parametrize("text", [pytest.param("", id="nothing"), pytest.param("# nothing\n", id="a comment")])
def test_an_empty_file(text: str) -> None:
    assert facts(text) == []


def test_no_yaml() -> None:
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("resources: [\n")


@pytest.mark.parametrize("key", ["resources", "bases", "components"])
def test_what_it_lists(key: str) -> None:
    found = facts(f"{key}:\n  - web.yaml\n  - ../../base\n")

    folder = [f"k8s/base/{name}" for name in ("kustomization.yaml", "kustomization.yml", "Kustomization")]
    references = [Reference("k8s/overlays/prod/web.yaml", "kubernetes", at(2))]
    references += [Reference(path, "kustomize", at(3)) for path in folder]
    assert found == [*references, Kustomization(at(1), resources=("k8s/overlays/prod/web.yaml", *folder))]


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param("https://example.com/cert-manager.yaml", id="an address"),
        pytest.param("github.com/shop/deploy//base", id="a repository"),
        pytest.param("git@example.com:shop/deploy", id="a repository by ssh"),
        pytest.param("../../../../other/base", id="a folder above the root"),
        pytest.param("deploy?ref=main", id="a branch"),
    ],
)
def test_what_lies_outside(resource: str) -> None:
    assert facts(f"resources:\n  - {resource}\n") == [
        BlindSpot("takes manifests from outside the repository", at(2)),
        EMPTY,
    ]


def test_a_chart() -> None:
    assert facts("helmCharts:\n  - name: shop\n") == [
        BlindSpot("inflates a Helm chart, which is not read", at(2)),
        EMPTY,
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("patchesStrategicMerge:\n  - web.yaml\n", id="before version 5"),
        pytest.param("patches:\n  - path: web.yaml\n", id="now"),
        pytest.param("patchesJson6902:\n  - path: web.yaml\n", id="by positions"),
    ],
)
def test_files_of_patches(text: str) -> None:
    path = "k8s/overlays/prod/web.yaml"
    assert facts(text) == [Reference(path, "kubernetes", at(2)), Kustomization(at(1), patches=(path,))]


PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: web
          command: [gunicorn, shop.wsgi]
"""


def indented(text: str, spaces: int) -> str:
    return "".join(" " * spaces + line + "\n" for line in text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("patchesStrategicMerge:\n  -\n  - |-\n" + indented(PATCH, 4), id="before version 5"),
        pytest.param("patches:\n  - target: {kind: Deployment}\n    patch: |-\n" + indented(PATCH, 6), id="now"),
    ],
)
def test_a_patch_inside(text: str) -> None:
    [service] = kustomization(text).inline

    assert (service.name, service.workload, service.location) == ("web", "Deployment/shop", at(11))
    assert service.entrypoint == CommandLine(at(12), argv=("gunicorn", "shop.wsgi"))


def test_a_patch_by_positions_inside() -> None:
    text = "patches:\n  - patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/0/args\n"

    assert facts(text) == [BlindSpot("patches a command by its position", at(3)), EMPTY]


def test_a_patch_that_is_no_yaml() -> None:
    assert facts("patches:\n  - patch: |-\n      a: [\n") == [
        BlindSpot("holds a patch that cannot be read", at(2)),
        EMPTY,
    ]


def test_images_and_replicas() -> None:
    found = kustomization(
        "images: [{name: shop, newName: ghcr.io/shop/web, newTag: '2'}]\nreplicas: [{name: web, count: 3}]\n"
    )

    assert (found.images, found.replicas) == ((("shop", "ghcr.io/shop/web"),), (("web", 3),))


@pytest.mark.parametrize("key", ["configMapGenerator", "secretGenerator"])
def test_generated_variables(key: str) -> None:
    found = facts(
        f"""\
        {key}:
          - name: shop
            literals:
              - DEBUG=off
              - TITLE="Books=all"
              - DB_PASSWORD=q9Kz7mWn2Lp
              - password.txt=x
              - NOTHING
            envs: [.env.prod, ../../../../other.env]
            env: shop.env
        """
    )

    variables = (
        EnvVar("DEBUG", "off", at(4)),
        # In a Secret, whatever may be one is not shown.
        EnvVar("TITLE", "****" if key == "secretGenerator" else "Books=all", at(5)),
        EnvVar("DB_PASSWORD", "***", at(6), secret="a password"),
    )
    files = (
        Reference("k8s/overlays/prod/.env.prod", "dotenv", at(9)),
        Reference("k8s/overlays/prod/shop.env", "dotenv", at(10)),
    )
    assert found == [*variables, *files, VariableSet("shop", at(2), variables, files), EMPTY]


def test_generated_variables_without_a_name() -> None:
    assert facts("configMapGenerator: [{literals: [DEBUG=off]}]\n") == [EnvVar("DEBUG", "off", at(1)), EMPTY]


def test_a_dollar_sign_in_a_literal_is_a_part_of_it() -> None:
    [variable, *_] = facts("secretGenerator: [{name: shop, literals: [DB_PASSWORD=q9$Kz7mWn2Lp]}]\n")

    assert variable == EnvVar("DB_PASSWORD", "***", at(1), secret="a password")


def test_a_file_full_of_patches_takes_no_time() -> None:
    start = time.process_time()

    assert len(kustomization("patches:\n" + "- patch: |-\n    a: 1\n" * 1_600).inline) == 0
    assert time.process_time() - start < 20
