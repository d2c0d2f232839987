from __future__ import annotations

import pytest

from tests.projects import inspect_files

RULE = "database-without-volume"
WEB = "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n"


def compose(image: str = "postgres:17", *lines: str) -> dict[str, str]:
    rest = "".join(f"    {line}\n" for line in lines)
    return {"compose.prod.yml": f"{WEB}  db:\n    image: {image}\n{rest}"}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"compose.prod.yml": WEB}, id="no database"),
        pytest.param(compose("redis:7"), id="a cache"),
        pytest.param(compose("prodrigestivill/postgres-backup-local"), id="a backup tool"),
        pytest.param(compose("dpage/pgadmin4"), id="an administration tool"),
        pytest.param(compose("${DATABASE_IMAGE}"), id="an image that a variable decides"),
        pytest.param(compose("postgres:17", "volumes: ['data:/var/lib/postgresql/data']"), id="a named volume"),
        pytest.param(compose("postgres:17", "volumes: ['./data:/var/lib/postgresql/data']"), id="a folder of the host"),
        pytest.param(compose("postgres:18", "volumes: ['data:/var/lib/postgresql']"), id="the layout since 18"),
        pytest.param(
            compose("postgres:17", "environment: {PGDATA: /data/db}", "volumes: ['data:/data']"),
            id="a folder of its own",
        ),
        pytest.param(compose("mysql:8", "volumes: ['data:/var/lib/mysql']"), id="MySQL"),
        pytest.param(compose("bitnami/postgresql:17", "volumes: ['data:/bitnami/postgresql']"), id="Bitnami"),
        pytest.param({"compose.dev.yml": compose()["compose.prod.yml"]}, id="development"),
        pytest.param(
            {"docker-compose.yml": "services:\n  db:\n    image: postgres:17\n"}, id="nothing says production"
        ),
        pytest.param(
            compose("postgres:17", "extends: {file: ../common.yml, service: db}"), id="extends a file elsewhere"
        ),
        pytest.param(
            {
                "compose.yml": WEB + "  db:\n    image: postgres:17\n    volumes: ['data:/var/lib/postgresql/data']\n",
                "compose.prod.yml": "services:\n  db:\n    restart: always\n",
            },
            id="the volume stands in the file below",
        ),
        pytest.param({"compose.prod.yml": WEB + "  db:\n    build: ./db\n"}, id="an image of one's own"),
    ],
)
def test_silent(tmp_path, files):
    assert inspect_files(tmp_path, files).places(RULE) == []


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(compose(), id="PostgreSQL"),
        pytest.param(compose("postgis/postgis:17-3.5"), id="PostGIS"),
        pytest.param(compose("docker.io/library/postgres"), id="a registry, no tag"),
        pytest.param(compose("registry.example.com:5000/postgres@sha256:abc"), id="a digest"),
        pytest.param(compose("mariadb:11"), id="MariaDB"),
        pytest.param(compose("mysql:8"), id="MySQL"),
        pytest.param(
            compose("postgres:17", "volumes: ['./sql:/docker-entrypoint-initdb.d']"), id="a volume for other files"
        ),
        pytest.param(compose("postgres:17", "volumes: ['./db.conf:/etc/db.conf:ro']"), id="a configuration file"),
        pytest.param(compose("postgres:17", "tmpfs: [/var/lib/postgresql/data]"), id="memory"),
    ],
)
def test_fires(tmp_path, files):
    assert inspect_files(tmp_path, files).places(RULE) == ["compose.prod.yml:6"]


@pytest.mark.parametrize(
    ("image", "folder"),
    [
        ("postgres:17", "/var/lib/postgresql/data"),
        ("postgres:18-alpine", "/var/lib/postgresql"),
        ("mysql", "/var/lib/mysql"),
    ],
    ids=["PostgreSQL", "the layout since 18", "MySQL"],
)
def test_message_and_hint(tmp_path, image, folder):
    (finding,) = inspect_files(tmp_path, compose(image)).findings(RULE)
    assert finding.message == f"'db' runs '{image}' with no volume for '{folder}': its data goes with the container."
    assert finding.hint == (
        f"Add 'volumes: [db-data:{folder}]' to 'db' in compose.prod.yml, and 'db-data:' below the file's own 'volumes:'."
    )
