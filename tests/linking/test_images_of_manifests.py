"""Which image of the repository a Kubernetes manifest runs: it only names one in a registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import Location
from tests.linking.linked import deployment_of, only, told

DOCKERFILE = """\
FROM python:3.13
WORKDIR /app
COPY . .
USER app
ENTRYPOINT ["/app/entrypoint.sh"]
CMD ["gunicorn", "bookstore.wsgi"]
"""
ENTRYPOINT = '#!/bin/sh\npython manage.py migrate\nexec "$@"\n'


def manifest(image: str, *lines: str) -> str:
    """A Deployment of one container, which stands on line 7."""
    head = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
    return head + f"      - {{name: web, image: {image}{''.join(', ' + line for line in lines)}}}\n"


@pytest.mark.parametrize(
    ("image", "files"),
    [
        pytest.param("example/metrics:1", {"Dockerfile": DOCKERFILE}, id="a name of something else"),
        pytest.param("redis:7", {"redis/Dockerfile": DOCKERFILE}, id="a well-known image"),
        pytest.param("example/image:1", {"image/Dockerfile": DOCKERFILE}, id="a name that any image could bear"),
        pytest.param(
            "example/bookstore:1",
            {"a/Dockerfile": DOCKERFILE, "b/Dockerfile": DOCKERFILE},
            id="two Dockerfiles and a name that fits neither",
        ),
        pytest.param(
            "example/bookstore-web:1",
            {"web/Dockerfile": DOCKERFILE, "Dockerfile.web": DOCKERFILE},
            id="two Dockerfiles that both fit",
        ),
        pytest.param("example/bookstore:1", {"Dockerfile.dev": DOCKERFILE}, id="a Dockerfile for development"),
        pytest.param("example/bookstore:1", {"Dockerfile": "FROM nginx\n"}, id="a Dockerfile of a proxy"),
        pytest.param("example/bookstore:1", {"Dockerfile": "# nothing\n"}, id="a Dockerfile without a stage"),
        pytest.param("example/bookstore:1", {}, id="no Dockerfile"),
        pytest.param("example/bookstore-frontend:1", {"Dockerfile": DOCKERFILE}, id="a front end beside the site"),
    ],
)
def test_not_ours(tmp_path: Path, image: str, files: dict[str, str]) -> None:
    deployment = deployment_of(tmp_path, {**files, "entrypoint.sh": ENTRYPOINT, "k8s/web.yaml": manifest(image)})

    assert only(deployment, "web").image is None


def test_an_image_that_is_told_to_start_django_is_that_of_the_only_dockerfile(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE, "k8s/web.yaml": manifest("example/api:1", "command: [gunicorn, bookstore.wsgi]")}

    image = only(deployment_of(tmp_path, files), "web").image

    assert image is not None
    assert image.dockerfile == "Dockerfile"


def test_what_an_unknown_image_starts_is_not_known(tmp_path: Path) -> None:
    process = only(deployment_of(tmp_path, {"k8s/web.yaml": manifest("example/metrics:1")}), "web")

    assert process.environment == "production"
    assert [spot.location for spot in process.blind_spots] == [Location("k8s/web.yaml", 7)]


def test_an_example_says_nothing_of_our_image(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE, "entrypoint.sh": ENTRYPOINT, "docs/k8s/web.yaml": manifest("example/bookstore")}

    deployment = deployment_of(tmp_path, files)

    assert told(deployment) == ["unknown other web docs/k8s/web.yaml:7", "production web Dockerfile Dockerfile:6"]


@pytest.mark.parametrize(
    ("image", "files", "dockerfile"),
    [
        pytest.param("example/bookstore:1", {"Dockerfile": DOCKERFILE}, "Dockerfile", id="named for the project"),
        pytest.param(
            "ghcr.io:443/example/Bookstore-Web@sha256:0",
            {"Dockerfile": DOCKERFILE},
            "Dockerfile",
            id="with a registry, a digest and capitals",
        ),
        pytest.param(
            "example/bookstore",
            {"Dockerfile": DOCKERFILE, "docker/Dockerfile.dev": DOCKERFILE, "nginx/Dockerfile": "FROM nginx\n"},
            "Dockerfile",
            id="the only one for production that is no helper",
        ),
        pytest.param(
            "example/shop-backend",
            {"docker/backend/Dockerfile": DOCKERFILE, "docker/worker/Dockerfile": DOCKERFILE},
            "docker/backend/Dockerfile",
            id="named for the Dockerfile's folder",
        ),
        pytest.param(
            "example/backend",
            {"Dockerfile.backend": DOCKERFILE, "Dockerfile.worker": DOCKERFILE},
            "Dockerfile.backend",
            id="named for the Dockerfile",
        ),
    ],
)
def test_ours(tmp_path: Path, image: str, files: dict[str, str], dockerfile: str) -> None:
    deployment = deployment_of(tmp_path, {**files, "entrypoint.sh": ENTRYPOINT, "k8s/web.yaml": manifest(image)})

    found = only(deployment, "web").image

    assert found is not None
    assert found.dockerfile == dockerfile


def test_arguments_go_to_the_entrypoint_of_our_image(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE, "entrypoint.sh": ENTRYPOINT}
    text = manifest("example/bookstore", "args: [uvicorn, 'bookstore.asgi:application']")

    process = only(deployment_of(tmp_path, {**files, "k8s/web.yaml": text}), "web")

    assert [(command.program, command.location) for command in process.commands] == [
        ("manage.py", Location("entrypoint.sh", 2)),
        ("uvicorn", Location("k8s/web.yaml", 7)),
    ]
    assert process.blind_spots == ()


@pytest.mark.parametrize(
    ("image", "lines", "dockerfiles"),
    [
        pytest.param("$REGISTRY/$NAME", ("args: [postgres, -c, a=b]",), ("Dockerfile",), id="a command of anybody's"),
        pytest.param("$REGISTRY/$NAME", (), ("Dockerfile",), id="no command"),
        pytest.param("x/other", ("command: [gunicorn, a]",), ("Dockerfile",), id="the name is known and not ours"),
        pytest.param(
            "$REGISTRY/$NAME", ("command: [gunicorn, a]",), ("a/Dockerfile", "b/Dockerfile"), id="two Dockerfiles"
        ),
    ],
)
def test_a_name_that_a_template_leaves_open_is_not_ours(
    tmp_path: Path, image: str, lines: tuple[str, ...], dockerfiles: tuple[str, ...]
) -> None:
    files = {**dict.fromkeys(dockerfiles, DOCKERFILE), "entrypoint.sh": ENTRYPOINT}

    deployment = deployment_of(tmp_path, {**files, "k8s/web.yaml": manifest(image, *lines)})

    assert [process.image for process in deployment.processes if process.service is not None] == [None]


@pytest.mark.parametrize(
    "image",
    [
        pytest.param('"{{ REGISTRY }}/{{ NAME }}:{{ TAG }}"', id="a template"),
        pytest.param("$IMAGE", id="a variable"),
    ],
)
def test_a_name_that_a_template_leaves_open_with_a_command_of_django(tmp_path: Path, image: str) -> None:
    files = {"Dockerfile": DOCKERFILE, "entrypoint.sh": ENTRYPOINT}
    text = manifest(image, "command: [gunicorn, bookstore.wsgi]")

    found = only(deployment_of(tmp_path, {**files, "k8s/web.yaml": text}), "web").image

    assert found is not None
    assert found.dockerfile == "Dockerfile"


def test_a_command_takes_the_place_of_the_entrypoint(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE, "entrypoint.sh": ENTRYPOINT}
    text = manifest("example/bookstore", "command: [celery, -A, bookstore, worker]")

    process = only(deployment_of(tmp_path, {**files, "k8s/web.yaml": text}), "web")

    assert [command.program for command in process.commands] == ["celery"]


def test_our_image_is_not_started_a_second_time(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE, "entrypoint.sh": ENTRYPOINT, "k8s/web.yaml": manifest("example/bookstore")}

    assert told(deployment_of(tmp_path, files)) == ["production web web Dockerfile:6"]


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        pytest.param("docs/k8s/web.yaml", "unknown", id="documentation"),
        pytest.param("k8s/overlays/dev/web.yaml", "development", id="an overlay for development"),
        pytest.param("k8s/web.yaml", "production", id="a name that says nothing"),
        pytest.param("k8s/web.yaml.tpl", "production", id="a template that every deploy fills in"),
    ],
)
def test_whose_a_manifest_is(tmp_path: Path, path: str, environment: str) -> None:
    deployment = deployment_of(tmp_path, {path: manifest("redis")})

    assert [file.environment for file in deployment.files if file.path == path] == [environment]


def test_a_manifest_of_a_database_is_no_other_way_to_production(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    command: gunicorn bookstore.wsgi\n"
    files = {"compose.yml": compose, "Dockerfile": DOCKERFILE, "entrypoint.sh": ENTRYPOINT}

    alone = deployment_of(tmp_path / "a", {**files, "k8s/web.yaml": manifest("postgres")})
    other = deployment_of(tmp_path / "b", {**files, "k8s/web.yaml": manifest("example/bookstore")})

    assert [file.environment for found in (alone, other) for file in found.files if file.path == "compose.yml"] == [
        "production",
        "unknown",
    ]


def test_a_build_in_a_folder_reads_the_dockerfile_beside_it(tmp_path: Path) -> None:
    """``gcloud builds submit`` takes the folder where it is called for the root of what is built."""
    steps = "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, gcr.io/x/shop, .]\n"
    steps += "- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, shop, --image, gcr.io/x/shop]\n"
    deployment = deployment_of(tmp_path, {"site/Dockerfile": DOCKERFILE, "site/cloudbuild.yaml": steps})

    image = only(deployment, "shop").image

    assert image is not None
    assert (image.dockerfile, image.context) == ("site/Dockerfile", "site")


def test_a_build_at_the_root_reads_no_dockerfile_of_a_folder(tmp_path: Path) -> None:
    steps = "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, gcr.io/x/shop, .]\n"
    steps += "- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, shop, --image, gcr.io/x/shop]\n"
    deployment = deployment_of(tmp_path, {"site/Dockerfile": DOCKERFILE, "cloudbuild.yaml": steps})

    assert only(deployment, "shop").image is None
