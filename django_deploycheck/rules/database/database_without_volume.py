"""
Production's database runs in a container that keeps its data nowhere.

It looks at the services of production's compose files that run PostgreSQL, MySQL or MariaDB, and at what is mounted
into them.

Why it matters
--------------

Without a volume of its own the database writes into one without a name. The next ``docker compose down``, a renamed
project or a new server leaves it behind, and the database comes up empty: every user, every order is gone.

Bad
---

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
      database:
        image: postgres:17
        environment:
          POSTGRES_PASSWORD: ${PASSWORD}

Good
----

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
      database:
        image: postgres:17
        environment:
          POSTGRES_PASSWORD: ${PASSWORD}
        volumes:
          - database:/var/lib/postgresql/data

    volumes:
      database:

When to silence it
------------------

When the data may be lost, as that of a demo which is filled anew at every start.

What it cannot see
------------------

Any mount that may hold the data counts; whether it is the right folder of the image is not looked at. An
``extends`` that leads to a file outside the repository makes it silent.

References
----------

- https://docs.docker.com/engine/storage/volumes/
- https://hub.docker.com/_/postgres
- https://hub.docker.com/_/mysql
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level, Mount, Process
from django_deploycheck.patterns import regex

ID = 407
LEVEL: Level = "W"

# An image's name, with and without a registry, and where it keeps its data.
_IMAGES = (
    (regex(r"(?:^|/)(?:bitnami|bitnamilegacy)/postgresql$"), "/bitnami/postgresql"),
    (regex(r"(?:^|/)(?:bitnami|bitnamilegacy)/mysql$"), "/bitnami/mysql/data"),
    (regex(r"(?:^|/)(?:bitnami|bitnamilegacy)/mariadb$"), "/bitnami/mariadb"),
    (regex(r"(?:^|/)(?:postgres|postgis|pgvector|timescaledb)$"), "/var/lib/postgresql/data"),
    (regex(r"(?:^|/)(?:mysql|mysql-server|mariadb)$"), "/var/lib/mysql"),
)
# From this version on the official image keeps its data one folder up: https://hub.docker.com/_/postgres.
_NEW_LAYOUT = regex(r"^(?:1[89]|[2-9]\d)(?:\D|$)")
_OTHER_FILES = regex(r"^/(?:docker-entrypoint-initdb\.d|etc|run|tmp|dev|usr|scripts|var/log|var/run)(?:/|$)")


def check(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.production:
        service = process.service
        if process.kind != "compose" or service is None or service.image is None or service.image.name is None:
            continue
        folder = _data_folder(service.image.name)
        if folder is None or _is_hidden(deployment, process) or any(_may_hold_data(mount) for mount in service.mounts):
            continue
        path = service.image.location.path
        yield Finding(
            f"'{service.name}' runs '{service.image.name}' with no volume for '{folder}': its data goes with the container.",
            f"Add 'volumes: [{_volume(process)}:{folder}]' to '{service.name}' in {path}, and '{_volume(process)}:' below the file's own "
            "'volumes:'.",
            service.image.location,
        )


def _is_hidden(deployment: Deployment, process: Process) -> bool:
    """Whether a compose file that was not read may say more of the service."""
    paths = {process.service.location.path, process.location.path} if process.service else set()
    unread = [spot.location for spot in deployment.blind_spots if spot.hides is None]
    return bool(process.blind_spots) or any(place is not None and place.path in paths for place in unread)


def _data_folder(image: str) -> str | None:
    """Where the image of a database keeps its data; None for an image of something else."""
    bare = image.partition("@")[0]
    name, _, tag = bare.rpartition(":") if ":" in bare.rpartition("/")[2] else (bare, "", "")
    folder = next((folder for pattern, folder in _IMAGES if pattern.search(name)), None)
    if folder is not None and name.endswith("postgres") and _NEW_LAYOUT.match(tag):
        return folder.removesuffix("/data")
    return folder


def _may_hold_data(mount: Mount) -> bool:
    return mount.kind in ("bind", "volume") and not mount.read_only and _OTHER_FILES.match(mount.target) is None


def _volume(process: Process) -> str:
    return f"{process.name}-data"
