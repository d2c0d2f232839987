"""What a cluster runs, after kustomizations and with the variables of ConfigMaps and Secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck.model import Answer, EnvVar, Location, Process
from tests.linking.linked import deployment_of, only, told

GUNICORN = "[gunicorn, bookstore.wsgi]"
RUNSERVER = "[python, manage.py, runserver]"


def manifest(*lines: str, name: str = "web", workload: str = "shop", image: str = "example/shop:1") -> str:
    """A Deployment of one container, which stands on line 8; ``lines`` follow below its image, from line 10 on."""
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {workload}}}\nspec:\n  template:\n    spec:\n"
    text += f"      containers:\n        - name: {name}\n          image: {image}\n"
    return text + "".join(f"          {line}\n" for line in lines)


BASE = {
    "k8s/base/kustomization.yaml": "resources: [web.yaml]\n",
    "k8s/base/web.yaml": manifest(f"command: {RUNSERVER}", "env: [{name: A, value: base}, {name: B, value: base}]"),
}
PATCH = manifest(f"command: {GUNICORN}", "env: [{name: A, value: patch}]")


def overlay(name: str, patch: str | None = PATCH, more: str = "") -> dict[str, str]:
    folder = f"k8s/overlays/{name}"
    text = "resources: [../../base]\n" + more
    if patch is None:
        return {f"{folder}/kustomization.yaml": text}
    return {f"{folder}/kustomization.yaml": text + "patches: [{path: patch.yaml}]\n", f"{folder}/patch.yaml": patch}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(BASE, ["production web web k8s/base/web.yaml:10"], id="no overlay"),
        pytest.param(
            {**BASE, **overlay("dev")},
            ["development web web k8s/overlays/dev/patch.yaml:10"],
            id="for development alone",
        ),
        pytest.param(
            {**BASE, **overlay("prod", None)}, ["production web web k8s/base/web.yaml:10"], id="nothing is patched"
        ),
        pytest.param(
            {**BASE, **overlay("prod", manifest(workload="other"))},
            ["production web web k8s/base/web.yaml:10"],
            id="another workload is patched",
        ),
        pytest.param(
            {**BASE, **overlay("prod", manifest(name="proxy"))},
            ["production web web k8s/base/web.yaml:10"],
            id="another container is patched",
        ),
        pytest.param(
            {**BASE, **overlay("prod")}, ["production web web k8s/overlays/prod/patch.yaml:10"], id="for production"
        ),
        pytest.param(
            {**BASE, **overlay("prod"), **overlay("dev", manifest("env: [{name: DEBUG, value: 'True'}]"))},
            ["development web web k8s/base/web.yaml:10", "production web web k8s/overlays/prod/patch.yaml:10"],
            id="for both, each with its own",
        ),
        pytest.param(
            {**BASE, **overlay("prod"), **overlay("dev", None)},
            ["production web web k8s/overlays/prod/patch.yaml:10"],
            id="for development as it is",
        ),
        pytest.param(
            {**BASE, **overlay("prod"), **overlay("qa")},
            ["production web web k8s/overlays/prod/patch.yaml:10", "unknown web web k8s/overlays/qa/patch.yaml:10"],
            id="beside one that nothing names",
        ),
        pytest.param(
            {**BASE, **overlay("eu"), **overlay("us", None)},
            ["production web web k8s/overlays/eu/patch.yaml:10"],
            id="several that nothing names",
        ),
        pytest.param({"k8s/kustomization.yaml": "resources: [.]\n"}, [], id="a circle"),
        pytest.param({"k8s/kustomization.yaml": "resources: [web.yaml]\n"}, [], id="a manifest that is not there"),
    ],
)
def test_overlays(tmp_path: Path, files: Mapping[str, str], expected: list[str]) -> None:
    assert sorted(told(deployment_of(tmp_path, files))) == expected


def test_a_circle_of_two_ends(tmp_path: Path) -> None:
    files = {
        "k8s/kustomization.yaml": "resources: [base]\n",
        "k8s/base/kustomization.yaml": "resources: [../other]\n",
        "k8s/other/kustomization.yaml": "resources: [../base, web.yaml]\n",
        "k8s/other/web.yaml": manifest(f"command: {GUNICORN}"),
    }
    assert told(deployment_of(tmp_path, files)) == ["production web web k8s/other/web.yaml:10"]


def test_what_a_patch_leaves_out_stays(tmp_path: Path) -> None:
    process = only(deployment_of(tmp_path, {**BASE, **overlay("prod")}))

    assert [(variable.name, variable.value) for variable in process.variables] == [("A", "patch"), ("B", "base")]
    assert process.service is not None
    assert process.service.image is not None
    assert process.service.image.name == "example/shop:1"


def test_a_patch_inside_a_kustomization(tmp_path: Path) -> None:
    patch = "".join(f"      {line}\n" for line in PATCH.splitlines())
    files = {**BASE, **overlay("prod", None, f"patches:\n  - patch: |\n{patch}")}

    assert told(deployment_of(tmp_path, files)) == ["production web web k8s/overlays/prod/kustomization.yaml:13"]


def test_a_patch_by_positions_leaves_open_what_runs(tmp_path: Path) -> None:
    patch = "- {op: replace, path: /spec/template/spec/containers/0/command, value: [true]}\n"
    files = {**BASE, **overlay("prod", patch)}

    assert deployment_of(tmp_path, files).runs("migrate") is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param("shop", "ghcr.io/shop/web", id="a name alone"),
        pytest.param("shop:2", "ghcr.io/shop/web:2", id="a tag"),
        pytest.param("localhost:5000/shop", "localhost:5000/shop", id="another registry"),
        pytest.param("other:1", "other:1", id="another image"),
    ],
)
def test_images(tmp_path: Path, image: str, expected: str) -> None:
    files = {
        "k8s/kustomization.yaml": "resources: [web.yaml]\nimages: [{name: shop, newName: ghcr.io/shop/web}]\n",
        "k8s/web.yaml": manifest(f"command: {GUNICORN}", image=image),
    }
    service = only(deployment_of(tmp_path, files)).service
    assert service is not None
    assert service.image is not None
    assert service.image.name == expected


def test_replicas(tmp_path: Path) -> None:
    files = {
        "k8s/kustomization.yaml": "resources: [web.yaml]\nreplicas: [{name: shop, count: 3}]\n",
        "k8s/web.yaml": manifest(f"command: {GUNICORN}"),
    }
    service = only(deployment_of(tmp_path, files)).service
    assert service is not None
    assert service.replicas == 3


# --- variables ----------------------------------------------------------------------------------------------------------


def config_map(**values: str) -> str:
    lines = "".join(f"  {name}: '{value}'\n" for name, value in values.items())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shop}}\ndata:\n{lines}"


def web(tmp_path: Path, *lines: str, **files: str) -> Process:
    """The process of a manifest with these lines in its container; ``files`` lie beside it."""
    tree = {f"k8s/{name}.yaml": text for name, text in files.items()}
    tree["k8s/web.yaml"] = manifest(f"command: {GUNICORN}", *lines)
    return only(deployment_of(tmp_path, tree), "web")


TAKES_ALL = "envFrom: [{configMapRef: {name: shop}}]"


def test_all_of_a_config_map(tmp_path: Path) -> None:
    process = web(tmp_path, TAKES_ALL, config=config_map(DEBUG="off"))

    assert process.variable("DEBUG") == EnvVar("DEBUG", "off", Location("k8s/config.yaml", 5))
    assert process.service is not None
    assert process.service.env_files == ()


def test_what_the_manifest_states_comes_first(tmp_path: Path) -> None:
    process = web(tmp_path, TAKES_ALL, "env: [{name: DEBUG, value: 'on'}]", config=config_map(DEBUG="off"))

    assert process.variable("DEBUG") == EnvVar("DEBUG", "on", Location("k8s/web.yaml", 12))


def test_one_key_under_its_name(tmp_path: Path) -> None:
    line = "env: [{name: DEBUG, valueFrom: {configMapKeyRef: {name: shop, key: DEBUG}}}]"
    process = web(tmp_path, line, config=config_map(DEBUG="off", OTHER="x"))

    assert process.variable("DEBUG") == EnvVar("DEBUG", "off", Location("k8s/config.yaml", 5))
    assert process.variable("OTHER") is None


def test_one_key_under_another_name_is_no_second_secret(tmp_path: Path) -> None:
    line = "env: [{name: PASSWORD, valueFrom: {configMapKeyRef: {name: shop, key: DB_PASSWORD}}}]"
    process = web(tmp_path, line, config=config_map(DB_PASSWORD="q9Kz7mWn2Lp"))

    assert process.variable("PASSWORD") == EnvVar("PASSWORD", "***", Location("k8s/config.yaml", 5))


def test_a_key_of_a_secret_that_is_not_here_is_only_named(tmp_path: Path) -> None:
    process = web(tmp_path, "env: [{name: KEY, valueFrom: {secretKeyRef: {name: none, key: key}}}]")

    assert process.variable("KEY") == EnvVar("KEY", None, Location("k8s/web.yaml", 11))
    assert process.service is not None
    assert process.service.env_files == ()


def test_a_secret_that_is_not_here_is_a_file_that_was_not_read(tmp_path: Path) -> None:
    process = web(tmp_path, "envFrom: [{secretRef: {name: none}}]")

    assert process.service is not None
    assert [reference.path for reference in process.service.env_files] == ["envFrom:none"]


def test_generated_variables(tmp_path: Path) -> None:
    files = {
        "k8s/kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator: [{name: shop, literals: [A=1], envs: [shop.env]}]\n",
        "k8s/shop.env": "B=2\n",
        "k8s/web.yaml": manifest(f"command: {GUNICORN}", TAKES_ALL),
    }
    process = only(deployment_of(tmp_path, files), "web")

    assert {variable.name: variable.value for variable in process.variables} == {"A": "1", "B": "2"}


def test_of_several_sets_the_one_beside_it(tmp_path: Path) -> None:
    files = {
        "k8s/a/web.yaml": manifest(f"command: {GUNICORN}", TAKES_ALL),
        "k8s/a/shop.configmap.yaml": config_map(A="mine"),
        "k8s/0/shop.configmap.yaml": config_map(A="other"),
        "k8s/dev/shop.configmap.yaml": config_map(A="dev"),
    }
    assert [variable.value for variable in only(deployment_of(tmp_path, files), "web").variables] == ["mine"]


def test_of_several_sets_the_one_of_the_environment(tmp_path: Path) -> None:
    files = {
        "k8s/web.yaml": manifest(f"command: {GUNICORN}", TAKES_ALL),
        "k8s/dev/shop.configmap.yaml": config_map(A="dev"),
        "k8s/shared/shop.configmap.yaml": config_map(A="production"),
    }
    assert [variable.value for variable in only(deployment_of(tmp_path, files), "web").variables] == ["production"]


# --- what others bring --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "image",
    [
        "registry.k8s.io/ingress-nginx/controller:v1.9.4",
        "quay.io/jetstack/cert-manager-controller:v1.14.0",
        "registry.k8s.io/metrics-server/metrics-server:v0.7.0",
        "ghcr.io/zalando/postgres-operator:v1.11",
        "docker.io/bitnami/sealed-secrets:0.26",
    ],
)
def test_programs_of_others_hide_nothing(tmp_path: Path, image: str) -> None:
    files = {"Procfile": "web: gunicorn bookstore.wsgi\n", "k8s/addon.yaml": manifest(image=image, name="addon")}
    files["k8s/args.yaml"] = manifest("args: [--leader-elect, ./run.sh]", image=image, name="args")
    deployment = deployment_of(tmp_path, files)

    assert deployment.runs("migrate") is Answer.NO
    assert [process.name for process in deployment.web] == ["web"]


def test_an_image_that_may_be_ours_hides_what_it_runs(tmp_path: Path) -> None:
    assert deployment_of(tmp_path, {"k8s/web.yaml": manifest()}).runs("migrate") is Answer.UNKNOWN


def test_a_container_without_an_image(tmp_path: Path) -> None:
    text = manifest(f"command: {GUNICORN}").replace("          image: example/shop:1\n", "")
    files = {"k8s/kustomization.yaml": "resources: [web.yaml]\n", "k8s/web.yaml": text}

    assert told(deployment_of(tmp_path, files)) == ["production web web k8s/web.yaml:9"]


def test_kustomizations_that_list_one_another_many_times_take_no_time(tmp_path: Path) -> None:
    files = {f"k8s/{n}/kustomization.yaml": f"resources: [../{n + 1}, ../{n + 1}, ../{n + 2}]\n" for n in range(60)}
    files |= {"k8s/5/kustomization.yaml": "resources: [web.yaml]\n", "k8s/5/web.yaml": manifest(f"command: {GUNICORN}")}

    assert told(deployment_of(tmp_path, files)) == ["production web web k8s/5/web.yaml:10"]


def test_images_of_several_overlays(tmp_path: Path) -> None:
    images = "images: [{name: example/shop, newName: example/"
    files = {**BASE, **overlay("prod", None, images + "prod}]\n"), **overlay("dev", None, images + "dev}]\n")}

    service = only(deployment_of(tmp_path, files)).service
    assert service is not None
    assert service.image is not None
    assert service.image.name == "example/prod:1"


# --- images that have nothing to do with the project ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "own", "answer"),
    [
        pytest.param("requarks/wiki:2", "image: ghcr.io/me/web", Answer.NO, id="another project's"),
        pytest.param("requarks/wiki:2", "build: .", Answer.NO, id="another one's beside a build"),
        pytest.param("ghcr.io/me/bookstore-tasks", "image: ghcr.io/me/web", Answer.UNKNOWN, id="the project's name"),
        pytest.param("ghcr.io/me/web:tasks", "image: ghcr.io/me/web", Answer.UNKNOWN, id="a name of its own image"),
        pytest.param("${IMAGE}", "image: ghcr.io/me/web", Answer.UNKNOWN, id="a variable"),
    ],
)
def test_images_beside_the_projects_own(tmp_path: Path, image: str, own: str, answer: Answer) -> None:
    files = {
        "Dockerfile": "FROM python:3.13\nCOPY . .\nCMD gunicorn bookstore.wsgi\n",
        "compose.prod.yml": f"services:\n  site:\n    {own}\n    command: gunicorn bookstore.wsgi\n  other:\n    image: {image}\n  more:\n    image: {image}\n",
    }
    assert deployment_of(tmp_path, files).runs("migrate") is answer


def test_an_image_beside_none_of_the_projects_own(tmp_path: Path) -> None:
    files = {"compose.prod.yml": "services:\n  other:\n    image: requarks/wiki:2\n    restart: always\n"}

    assert deployment_of(tmp_path, files).runs("migrate") is Answer.UNKNOWN
