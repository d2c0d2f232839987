from __future__ import annotations

import pytest

from tests.projects import inspect_files

RULE = "data-deleted-on-deploy"
WEB = "web: gunicorn bookstore.wsgi\n"
DEPLOY = "#!/bin/sh\n"


def release(command: str) -> dict[str, str]:
    return {"Procfile": f"{WEB}release: {command}\n"}


def deploy(line: str) -> dict[str, str]:
    return {"deploy.sh": f"{DEPLOY}{line}\n"}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(release("python manage.py migrate"), id="migrate"),
        pytest.param(release("python manage.py migrate shop 0004"), id="migrate to a name"),
        pytest.param(release("python manage.py collectstatic --clear --noinput"), id="static files alone"),
        pytest.param(release("python manage.py clearsessions"), id="old sessions"),
        pytest.param(release("echo python manage.py flush"), id="echoed"),
        pytest.param(deploy("# python manage.py flush"), id="commented"),
        pytest.param(deploy('if [ "$RESET" = 1 ]; then python manage.py flush --noinput; fi'), id="under a condition"),
        pytest.param(deploy("docker compose down"), id="containers alone"),
        pytest.param(deploy("docker compose down --remove-orphans"), id="other containers"),
        pytest.param(deploy("docker compose run -v ./a:/b web true"), id="a mount, not an option of down"),
        pytest.param(deploy("docker volume ls"), id="a list of volumes"),
        pytest.param(deploy("docker image prune -f"), id="old images"),
        pytest.param(deploy("docker run -v data:/data shop"), id="a volume in use"),
        pytest.param(deploy("psql -c 'select 1'"), id="a query"),
        pytest.param(deploy("rm -rf staticfiles"), id="a folder"),
        pytest.param(deploy("rm -f /tmp/copy.sqlite3"), id="a copy"),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.13\nCOPY . .\nRUN rm -f db.sqlite3\nCMD gunicorn bookstore.wsgi\n",
            },
            id="a file in an image's build",
        ),
        pytest.param({"Makefile": "reset:\n\tpython manage.py flush --noinput\n"}, id="a developer's target"),
        pytest.param({"scripts/reset.sh": DEPLOY + "python manage.py flush\n"}, id="a script that nothing calls"),
        pytest.param(
            {
                "compose.dev.yml": "services:\n  web:\n    image: shop\n    command: sh -c 'python manage.py flush && python manage.py runserver'\n"
            },
            id="development",
        ),
    ],
)
def test_silent(tmp_path, files):
    assert inspect_files(tmp_path, files).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "place"),
    [
        pytest.param(release("python manage.py flush --noinput"), "Procfile:2", id="flush"),
        pytest.param(release("python manage.py reset_db --noinput"), "Procfile:2", id="reset_db"),
        pytest.param(release("python manage.py migrate shop zero"), "Procfile:2", id="migrate to zero"),
        pytest.param(release("dropdb shop"), "Procfile:2", id="dropdb"),
        pytest.param(deploy("psql -c 'DROP DATABASE shop'"), "deploy.sh:2", id="SQL"),
        pytest.param(deploy("rm -f db.sqlite3"), "deploy.sh:2", id="a SQLite file"),
        pytest.param(deploy("docker compose -f a.yml down --volumes"), "deploy.sh:2", id="volumes"),
        pytest.param(deploy("docker-compose down -v"), "deploy.sh:2", id="volumes, the old command"),
        pytest.param(deploy("docker volume rm shop_data"), "deploy.sh:2", id="a volume"),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.13\nCOPY . .\nCMD ./start.sh\n",
                "start.sh": DEPLOY + "python manage.py flush --noinput\nexec gunicorn bookstore.wsgi\n",
            },
            "start.sh:2",
            id="at every start",
        ),
    ],
)
def test_fires(tmp_path, files, place):
    assert inspect_files(tmp_path, files).places(RULE) == [place]


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        pytest.param(
            release("python manage.py flush --noinput"),
            "'python manage.py flush --noinput' runs in 'release' and deletes every row of the database.",
            "Delete 'python manage.py flush --noinput' from Procfile:2; run it by hand where you mean it.",
            id="flush",
        ),
        pytest.param(
            deploy("docker compose down -v"),
            "'docker compose down -v' runs in 'deploy.sh' and deletes the volumes of its compose file.",
            "Delete 'docker compose down -v' from deploy.sh:2, or leave out '-v'.",
            id="volumes",
        ),
        pytest.param(
            deploy("docker volume rm shop_data"),
            "'docker volume rm shop_data' runs in 'deploy.sh' and deletes the volume 'shop_data'.",
            "Delete 'docker volume rm shop_data' from deploy.sh:2.",
            id="a volume",
        ),
    ],
)
def test_message_and_hint(tmp_path, files, message, hint):
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (finding.message, finding.hint) == (message, hint)
