"""Whose a file is: by name, by what refers to it, by what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.environments import Decision, by_name
from tests.projects import inspect_files

GUNICORN = "gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3"
DOCKERFILE = f"""\
FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && python manage.py collectstatic --noinput
USER nobody
CMD {GUNICORN}
"""
RUNSERVER_IMAGE = DOCKERFILE.replace(GUNICORN, "python manage.py runserver 0.0.0.0:8000")
COMPOSE = """\
services:
  web:
    build: .
    ports: ["8000:8000"]
"""


def decision(path: Path, files: dict[str, str], name: str) -> tuple[str, str]:
    report = inspect_files(path, files).report
    assert report.deployment is not None
    return next((file.environment, file.reason) for file in report.deployment.files if file.path == name)


@pytest.mark.parametrize(
    ("files", "name", "expected"),
    [
        pytest.param(
            {"Procfile": f"web: {GUNICORN}\n"},
            "Procfile",
            ("production", "platforms start what a Procfile names"),
            id="a Procfile",
        ),
        pytest.param(
            {"Procfile.dev": "web: python manage.py runserver\n"},
            "Procfile.dev",
            ("development", "is named Procfile.dev"),
            id="a Procfile named after development",
        ),
        pytest.param(
            {"Procfile": "css: npm run watch\n"},
            "Procfile",
            ("development", "starts development tools and no 'web' process"),
            id="a Procfile of watchers",
        ),
        pytest.param(
            {"Procfile": "web: make run\ncss: make watch\n"},
            "Procfile",
            ("development", "starts a watcher beside the web process"),
            id="a Procfile that calls make",
        ),
        pytest.param(
            {
                "Procfile": f"web: {GUNICORN}\n",
                "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n",
                "Dockerfile": DOCKERFILE,
            },
            "Procfile",
            ("unknown", "is replaced by heroku.yml"),
            id="a Procfile beside heroku.yml",
        ),
        pytest.param(
            {
                "Procfile": f"web: {GUNICORN}\n",
                "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n",
                "Dockerfile": DOCKERFILE,
            },
            "Dockerfile",
            ("production", "heroku.yml builds it"),
            id="the image of heroku.yml",
        ),
        pytest.param(
            {"Dockerfile": DOCKERFILE},
            "Dockerfile",
            ("production", "its image starts gunicorn"),
            id="an image with a server",
        ),
        pytest.param(
            {"Dockerfile": RUNSERVER_IMAGE},
            "Dockerfile",
            ("production", "is an image without another way to deploy"),
            id="the only image, with runserver",
        ),
        pytest.param(
            {"Dockerfile": RUNSERVER_IMAGE, "Procfile": f"web: {GUNICORN}\n"},
            "Dockerfile",
            ("unknown", "Procfile is another way to production"),
            id="an image with runserver beside a Procfile",
        ),
        pytest.param(
            {"Dockerfile": RUNSERVER_IMAGE, "Dockerfile.prod": DOCKERFILE},
            "Dockerfile",
            ("development", "Dockerfile.prod is the one for production"),
            id="an image beside the one for production",
        ),
        pytest.param(
            {"Dockerfile": "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\n"},
            "Dockerfile",
            ("unknown", "builds no Python image"),
            id="an image of a proxy",
        ),
        pytest.param(
            {
                "Dockerfile": RUNSERVER_IMAGE.replace(
                    "WORKDIR", "ENV DJANGO_SETTINGS_MODULE=bookstore.settings.dev\nWORKDIR"
                )
            },
            "Dockerfile",
            ("development", "sets DJANGO_SETTINGS_MODULE to 'bookstore.settings.dev'"),
            id="an image with development settings",
        ),
        pytest.param(
            {
                "Dockerfile": RUNSERVER_IMAGE,
                "docker-compose.yml": COMPOSE + "    volumes: ['.:/app']\n",
                "Procfile": f"web: {GUNICORN}\n",
            },
            "Dockerfile",
            ("development", "only docker-compose.yml builds it"),
            id="an image that only a development compose file builds",
        ),
        pytest.param(
            {"docker-compose.yml": COMPOSE, "Dockerfile": DOCKERFILE},
            "docker-compose.yml",
            ("production", "is the only way to deploy"),
            id="a lone compose file",
        ),
        pytest.param(
            {"docker-compose.yml": COMPOSE + "    volumes: ['.:/app']\n", "Dockerfile": DOCKERFILE},
            "docker-compose.yml",
            ("development", "mounts the source over the image of 'web'"),
            id="a compose file that mounts the source",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    volumes: ['./src:/src/backend/']\n  nginx: {image: nginx}\n",
                "Dockerfile": DOCKERFILE,
            },
            "docker-compose.yml",
            ("development", "mounts the source over the image of 'web'"),
            id="a compose file that mounts a folder of the source, behind a proxy",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    volumes: ['./bookstore:/opt/site/bookstore', '.:/app']\n",
                "Dockerfile": "FROM python:3.14\nCOPY requirements.txt ./\nCMD gunicorn bookstore.wsgi\n",
            },
            "Dockerfile",
            ("development", "only docker-compose.yml builds it"),
            id="an image without the code, over which development mounts it",
        ),
        pytest.param(
            {
                "docker-compose.yml": "services:\n  web:\n    image: $SITE\n    restart: always\n    volumes: ['.:/site']\n"
            },
            "docker-compose.yml",
            ("development", "mounts the source over the image of 'web'"),
            id="a compose file that mounts the source over an image from a registry",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE.replace("build: .", "build: assets") + "    volumes: ['.:/app']\n",
                "assets/Dockerfile": "FROM node:22\nCOPY . .\n",
            },
            "assets/Dockerfile",
            ("development", "only docker-compose.yml builds it"),
            id="an image of a front end that only a development compose file builds",
        ),
        pytest.param(
            {
                "docker-compose.yml": "services:\n  web:\n    build: ./shop\n    volumes: ['./shop:/work']\n  nginx: {image: nginx}\n",
                "shop/Dockerfile": DOCKERFILE,
            },
            "docker-compose.yml",
            ("development", "mounts the source over the image of 'web'"),
            id="a compose file that mounts what it builds of, behind a proxy",
        ),
        pytest.param(
            {
                "docker-compose.yml": "services:\n  blog: {image: wordpress, restart: always}\n",
                "Dockerfile": DOCKERFILE,
            },
            "docker-compose.yml",
            ("development", "starts only databases and other helpers"),
            id="a compose file of another program",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE
                + "    volumes: ['./nginx.conf:/app/nginx.conf', './media:/app/media']\n    restart: always\n    command: "
                + GUNICORN
                + "\n",
                "Dockerfile": DOCKERFILE,
            },
            "docker-compose.yml",
            ("production", "restarts a production server"),
            id="a compose file that mounts one file and data",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    command: python manage.py runserver 0.0.0.0:8000\n",
                "Dockerfile": DOCKERFILE,
            },
            "docker-compose.yml",
            ("development", "'web' starts runserver in place of its image's gunicorn"),
            id="a compose file that replaces the server with runserver",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    entrypoint: /app/entrypoint_dev.sh\n",
                "Dockerfile": DOCKERFILE,
                "entrypoint_dev.sh": "python manage.py shell\n",
            },
            "docker-compose.yml",
            ("development", "'web' runs entrypoint_dev.sh"),
            id="a compose file that runs a development script",
        ),
        pytest.param(
            {"docker-compose.yml": "services:\n  db:\n    image: postgres:16\n", "Procfile": f"web: {GUNICORN}\n"},
            "docker-compose.yml",
            ("development", "starts only databases and other helpers"),
            id="a compose file of databases",
        ),
        pytest.param(
            {"docker-compose.yml": "services:\n  web:\n    image: bookshop/bookstore:2\n    restart: always\n"},
            "docker-compose.yml",
            ("production", "runs the published image 'bookshop/bookstore:2'"),
            id="a compose file of published images",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "  proxy:\n    image: nginx:1.27\n    ports: ['443:443']\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "answers the web on its own"),
            id="a compose file that publishes port 443",
        ),
        pytest.param(
            {"docker-compose.yml": COMPOSE, "docker-compose.prod.yml": COMPOSE, "Dockerfile": DOCKERFILE},
            "docker-compose.yml",
            ("development", "docker-compose.prod.yml is the one for production"),
            id="a compose file beside a whole one for production",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE,
                "docker-compose.prod.yml": f"services:\n  web:\n    command: {GUNICORN}\n",
                "Dockerfile": DOCKERFILE,
            },
            "docker-compose.yml",
            ("production", "docker-compose.prod.yml builds on it"),
            id="a compose file that the one for production lies over",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE,
                "docker-compose.override.yml": "services:\n  web:\n    command: sleep 1\n",
                "Dockerfile": DOCKERFILE,
            },
            "docker-compose.override.yml",
            ("development", "is merged by 'docker compose up' on a developer's machine"),
            id="an override file",
        ),
        pytest.param(
            {"docker-compose.yml": COMPOSE + "    environment:\n      APP_ENV: local\n", "Dockerfile": DOCKERFILE},
            "docker-compose.yml",
            ("development", "sets APP_ENV to 'local'"),
            id="a compose file that names its environment",
        ),
        pytest.param(
            {"docker-compose.yml": COMPOSE, "Dockerfile": RUNSERVER_IMAGE, "Procfile": f"web: {GUNICORN}\n"},
            "docker-compose.yml",
            ("development", "starts runserver, and Procfile is the way to production"),
            id="a compose file with runserver beside a Procfile",
        ),
        pytest.param(
            {"docker-compose.yml": COMPOSE, "Dockerfile": DOCKERFILE, "Procfile": f"web: {GUNICORN}\n"},
            "docker-compose.yml",
            ("unknown", "Procfile is another way to production"),
            id="a neutral compose file beside a Procfile",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE.replace("build: .", "build: {context: ., target: dev}"),
                "Dockerfile": DOCKERFILE.replace("slim", "slim AS dev"),
            },
            "docker-compose.yml",
            ("development", "builds a development target"),
            id="a compose file that builds the development stage",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE.replace("build: .", "build: {context: ., dockerfile: Dockerfile.dev}"),
                "Dockerfile.dev": DOCKERFILE,
            },
            "docker-compose.yml",
            ("development", "builds a development target"),
            id="a compose file that builds an image named after development",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "  certificates:\n    image: certbot/certbot\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "answers the web on its own"),
            id="a compose file that fetches certificates",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    labels: ['traefik.http.routers.web.tls.certresolver=main']\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "answers the web on its own"),
            id="a compose file that tells a proxy where certificates come from",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    environment: {VIRTUAL_HOST: www.example.com}\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "answers the web on its own"),
            id="a compose file that tells a proxy its host",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    deploy: {replicas: 3}\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "states replicas"),
            id="a compose file with replicas",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    restart: always\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "restarts its services"),
            id="a compose file that restarts what it builds",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    restart: always\n    command: python manage.py runserver\n",
                "Dockerfile": RUNSERVER_IMAGE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("development", "starts runserver, and Procfile is the way to production"),
            id="a compose file that restarts runserver",
        ),
        pytest.param(
            {"deploy/compose.yml": COMPOSE, "compose.prod.yml": "services:\n  web:\n    restart: always\n"},
            "deploy/compose.yml",
            ("development", "compose.prod.yml is the one for production"),
            id="a compose file in a folder, which one at the root does not lie over",
        ),
        pytest.param(
            {"docs/docker-compose.yml": COMPOSE},
            "docs/docker-compose.yml",
            ("unknown", "lies under docs/"),
            id="a compose file in the documentation",
        ),
        pytest.param(
            {"compose/local/Dockerfile": DOCKERFILE},
            "compose/local/Dockerfile",
            ("development", "lies under local/"),
            id="an image in a folder named after development",
        ),
        pytest.param(
            {"compose/production/Dockerfile": DOCKERFILE},
            "compose/production/Dockerfile",
            ("production", "lies under production/"),
            id="an image in a folder named after production",
        ),
        pytest.param(
            {".env.example": "DEBUG=1\n"},
            ".env.example",
            ("unknown", "is an example or a template"),
            id="an example of variables",
        ),
        pytest.param(
            {
                "docker-compose.prod.yml": COMPOSE + "    env_file: web.env\n",
                "web.env": "DEBUG=0\n",
                "Dockerfile": DOCKERFILE,
            },
            "web.env",
            ("production", "docker-compose.prod.yml refers to it"),
            id="variables that production refers to",
        ),
        pytest.param(
            {
                "docker-compose.dev.yml": COMPOSE + "    env_file: web.env\n",
                "web.env": "DEBUG=1\n",
                "Dockerfile": DOCKERFILE,
            },
            "web.env",
            ("development", "only docker-compose.dev.yml refers to it"),
            id="variables that only development refers to",
        ),
        pytest.param(
            {
                "docker-compose.prod.yml": COMPOSE,
                "Dockerfile": DOCKERFILE.replace("CMD " + GUNICORN, 'CMD ["./start.sh"]'),
                "start.sh": f"exec {GUNICORN}\n",
            },
            "start.sh",
            ("production", "Dockerfile:6 runs it"),
            id="a script that the image starts",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE.replace("build: .", "build: {context: ., dockerfile: Dockerfile.dev}"),
                "Dockerfile.dev": DOCKERFILE,
            },
            "docker-compose.yml",
            ("development", "builds a development target"),
            id="a compose file that builds the image for development",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE
                + "    command: python manage.py runserver 0.0.0.0:8000\n    volumes: [.:/app]\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "Dockerfile",
            ("production", "its image starts gunicorn"),
            id="an image beside a Procfile, which a platform may leave aside for it",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE
                + "    command: python manage.py runserver 0.0.0.0:8000\n    volumes: [.:/app]\n",
                "Dockerfile": DOCKERFILE,
                "render.yaml": f"services:\n  - {{type: web, name: web, runtime: python, startCommand: {GUNICORN}}}\n",
            },
            "Dockerfile",
            ("development", "only docker-compose.yml builds it, and render.yaml starts from the source"),
            id="an image for development, beside a platform that starts from the source",
        ),
        pytest.param(
            {
                "Dockerfile": DOCKERFILE,
                "render.yaml": f"services:\n  - {{type: web, name: web, runtime: python, startCommand: {GUNICORN}}}\n",
            },
            "Dockerfile",
            ("production", "its image starts gunicorn"),
            id="an image that nothing builds, beside such a platform",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "  certbot:\n    image: certbot/certbot\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "answers the web on its own"),
            id="a compose file that gets certificates",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    labels: ['traefik.http.routers.web.tls.certresolver=le']\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "answers the web on its own"),
            id="a compose file whose labels ask for certificates",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    environment: [VIRTUAL_HOST=www.example.com]\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "answers the web on its own"),
            id="a compose file that names its host to a proxy",
        ),
        pytest.param(
            {
                "docker-compose.yml": COMPOSE + "    deploy: {replicas: 2}\n",
                "Dockerfile": DOCKERFILE,
                "Procfile": f"web: {GUNICORN}\n",
            },
            "docker-compose.yml",
            ("production", "states replicas"),
            id="a compose file with replicas beside a Procfile",
        ),
    ],
)
def test_decision(files: dict[str, str], name: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert decision(tmp_path, files, name) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("compose.yml", None),
        ("deploy/compose.yml", None),
        ("device/compose.yml", None),
        ("docs/production/compose.yml", Decision("unknown", "lies under docs/")),
        ("compose/local/docs/Dockerfile", Decision("development", "lies under local/")),
        ("docs/dev/compose.prod.yml", Decision("development", "lies under dev/")),
        (".devcontainer/compose.prod.yml", Decision("development", "lies under .devcontainer/")),
        ("sites/tests/compose.prod.yml", Decision("development", "lies under tests/")),
        ("compose.prod.yml.example", Decision("unknown", "is an example or a template")),
        ("compose-production.yml", Decision("production", "is named compose-production.yml")),
        ("local/compose.prod.yml", Decision("production", "is named compose.prod.yml")),
        ("prod/local/compose.yml", Decision("development", "lies under local/")),
    ],
)
def test_by_name(path: str, expected: Decision | None) -> None:
    """The folders of samples and tests, then the file's own name, then the folder that is nearest to it."""
    assert by_name(path) == expected


def test_listed_files_override_every_guess(tmp_path: Path) -> None:
    """PRODUCTION names what counts; a file that a listed one refers to counts too, everything else is development."""
    report = inspect_files(
        tmp_path,
        {
            "docker-compose.yml": COMPOSE + "    volumes: ['.:/app']\n",
            "Procfile": f"web: {GUNICORN}\n",
            "Dockerfile": DOCKERFILE,
        },
        settings='DEPLOYCHECK = {"PRODUCTION": ["docker-compose.*"]}\n',
    ).report
    assert report.deployment is not None
    decisions = {file.path: (file.environment, file.reason) for file in report.deployment.files}
    assert decisions["docker-compose.yml"] == ("production", 'is listed in DEPLOYCHECK["PRODUCTION"]')
    assert decisions["Procfile"] == ("development", 'is not listed in DEPLOYCHECK["PRODUCTION"]')
    assert decisions["Dockerfile"] == ("production", "docker-compose.yml refers to it")


def test_what_lies_under_tests_is_for_development() -> None:
    """A file that something else refers to is judged by its folder too."""
    assert by_name("tests/docker-compose.yml") == Decision("development", "lies under tests/")
