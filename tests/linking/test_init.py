"""What the init of s6-overlay starts in an image, and the files of Kamal that lie over each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.linking.linked import deployment_of, only, told

S6 = "docker/root/etc/s6-overlay/s6-rc.d"
SITE = "#!/command/with-contenv sh\ncd /app\nexec s6-setuidgid site gunicorn bookstore.wsgi\n"
IMAGE = 'FROM python:3.13\nWORKDIR /app\nENV PORT=8000\nCOPY . .\nCOPY docker/root/ /\nENTRYPOINT ["/init"]\n'


@pytest.mark.parametrize(
    "dockerfile",
    [
        pytest.param("FROM python:3.13\nCOPY . /app\n", id="an image that copies it elsewhere"),
        pytest.param("FROM python:3.13\nCOPY --from=other docker/root/ /\n", id="an image that copies another stage's"),
        pytest.param(
            "FROM python:3.13\nCOPY <<x /etc/services.d/site/run\nx\n", id="an image with a script of its own"
        ),
        pytest.param("FROM python:3.13\nCOPY ../root /\n", id="an image that copies from outside"),
        pytest.param(None, id="no image"),
    ],
)
def test_a_service_that_no_image_starts(tmp_path: Path, dockerfile: str | None) -> None:
    deployment = deployment_of(tmp_path, {"Dockerfile": dockerfile, f"{S6}/site/run": SITE})

    assert f"unknown web site {S6}/site/run:3" in told(deployment)
    assert not [process for process in deployment.web if process.kind == "s6"]


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param("COPY docker/root/ /", id="a folder of folders"),
        pytest.param("COPY docker/root/etc /etc", id="a folder"),
        pytest.param(f"COPY {S6}/site/run /etc/s6-overlay/s6-rc.d/site/run", id="the script under a name"),
        pytest.param(f"COPY {S6}/site/run /etc/services.d/site/", id="the script into a folder"),
        pytest.param("COPY --chmod=755 ./docker/root /", id="with options"),
        pytest.param("COPY x /y\nADD ./docker/root /", id="after others"),
    ],
)
def test_the_init_of_an_image_starts_its_services(tmp_path: Path, copy: str) -> None:
    dockerfile = f'FROM python:3.13\nWORKDIR /app\nCOPY manage.py .\n{copy}\nENTRYPOINT ["/init"]\n'
    deployment = deployment_of(tmp_path, {"Dockerfile": dockerfile, f"{S6}/site/run": SITE})

    assert told(deployment) == [f"production web site {S6}/site/run:3"]
    process = only(deployment, "site")
    assert process.image is not None
    assert process.image.dockerfile == "Dockerfile"
    assert process.command is not None
    assert (process.command.user, process.command.wrappers) == ("site", ("exec", "s6-setuidgid"))
    assert process.reason == "the init of 'Dockerfile' starts it"


def test_an_image_in_a_folder(tmp_path: Path) -> None:
    files = {
        "docker/Dockerfile": 'FROM python:3.13\nCOPY root/ /\nENTRYPOINT ["/init"]\n',
        f"{S6}/site/run": SITE,
    }
    assert told(deployment_of(tmp_path, files)) == [f"production web site {S6}/site/run:3"]


def test_its_variables_are_those_of_the_image(tmp_path: Path) -> None:
    process = only(deployment_of(tmp_path, {"Dockerfile": IMAGE, f"{S6}/site/run": SITE}), "site")
    assert [(variable.name, variable.value) for variable in process.variables] == [("PORT", "8000")]


def test_what_runs_once_is_started_by_its_own_line(tmp_path: Path) -> None:
    files = {
        "Dockerfile": IMAGE,
        f"{S6}/migrations/up": "/etc/s6-overlay/s6-rc.d/migrations/run\n",
        f"{S6}/migrations/run": "#!/bin/sh\npython manage.py migrate\n",
        f"{S6}/site/run": SITE,
    }
    assert told(deployment_of(tmp_path, files)) == [
        f"production release migrations {S6}/migrations/run:2",
        f"production web site {S6}/site/run:3",
    ]


def test_older_ways_to_start_a_service(tmp_path: Path) -> None:
    files = {
        "Dockerfile": IMAGE,
        "docker/root/etc/cont-init.d/10-migrate": "#!/bin/sh\npython manage.py migrate\n",
        "docker/root/etc/services.d/site/run": SITE,
        "docker/root/etc/services.d/site/log/run": "#!/bin/sh\nlogutil-service /var/log\n",
    }
    assert told(deployment_of(tmp_path, files)) == [
        "production release 10-migrate docker/root/etc/cont-init.d/10-migrate:2",
        "production web site docker/root/etc/services.d/site/run:3",
    ]


def test_the_command_of_an_image_runs_beside_the_services(tmp_path: Path) -> None:
    files = {
        "Dockerfile": IMAGE + 'CMD ["gunicorn", "bookstore.wsgi"]\n',
        f"{S6}/queue/run": "#!/bin/sh\ncelery -A x worker\n",
    }
    names = [process.name for process in deployment_of(tmp_path, files).production if process.role != "build"]
    assert names == ["queue", "Dockerfile"]


def test_of_two_images_that_of_production_counts(tmp_path: Path) -> None:
    files = {"Dockerfile.dev": IMAGE, "Dockerfile.prod": IMAGE, f"{S6}/site/run": SITE}
    process = only(deployment_of(tmp_path, files), "site")
    assert process.image is not None
    assert (process.environment, process.image.dockerfile) == ("production", "Dockerfile.prod")


# --- Kamal ------------------------------------------------------------------------------------------------------------

BASE = "image: me/site\nservers:\n  web:\n    hosts: [192.0.2.1]\nenv: {A: base, B: base}\nproxy: {app_port: 8000}\n"
WITHOUT_HOSTS = BASE.replace("    hosts: [192.0.2.1]\n", "    env: {C: base}\n")
OVER = "servers: [192.0.2.2, 192.0.2.3]\nenv: {A: over}\n"


def kamal(tmp_path: Path, files: Mapping[str, str]) -> list[tuple[str, int | None, dict[str, str | None]]]:
    deployment = deployment_of(
        tmp_path, {"Dockerfile": "FROM python:3.13\nCOPY . .\nCMD gunicorn bookstore.wsgi\n", **files}
    )
    return [
        (
            process.service.location.path,
            process.service.replicas,
            {variable.name: variable.value for variable in process.variables},
        )
        for process in deployment.production
        if process.service is not None and process.kind == "kamal"
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"config/deploy.yml": BASE}, ("config/deploy.yml", 1, {"A": "base", "B": "base"}), id="the file alone"
        ),
        pytest.param(
            {"config/deploy.yml": BASE, "config/deploy.staging.yml": OVER},
            ("config/deploy.yml", 1, {"A": "base", "B": "base"}),
            id="a destination beside hosts of the file's own",
        ),
        pytest.param(
            {"config/deploy.yml": BASE, "config/deploy.production.yml": OVER},
            ("config/deploy.production.yml", 2, {"A": "over", "B": "base"}),
            id="production beside hosts of the file's own",
        ),
        pytest.param(
            {"config/deploy.yml": WITHOUT_HOSTS, "config/deploy.live.yml": OVER},
            ("config/deploy.live.yml", 2, {"A": "over", "B": "base", "C": "base"}),
            id="a destination that brings the hosts",
        ),
    ],
)
def test_destinations(tmp_path: Path, files: Mapping[str, str], expected: tuple[object, ...]) -> None:
    (found,) = kamal(tmp_path, files)
    assert found == expected


def test_a_destination_whose_file_for_all_is_missing(tmp_path: Path) -> None:
    deployment = deployment_of(tmp_path, {"config/deploy.production.yml": OVER})
    assert [spot.reason for spot in deployment.all_blind_spots] == [
        "extends 'web' of 'config/deploy.yml', which was not read"
    ]


def test_the_image_of_a_destination_is_that_of_the_file(tmp_path: Path) -> None:
    files = {
        "config/deploy.yml": WITHOUT_HOSTS,
        "config/deploy.live.yml": OVER,
        "Dockerfile": "FROM python:3.13\nCOPY . .\nCMD gunicorn bookstore.wsgi\n",
    }
    assert told(deployment_of(tmp_path, files)) == ["production web web Dockerfile:3"]
