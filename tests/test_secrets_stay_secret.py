"""A secret planted in any file that is read is in no output and in no fact, nor are eight characters of it."""

from __future__ import annotations

import hashlib
import io
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as live
from django.core.management import call_command

from django_deploycheck import engine
from tests.running import manage, start_project

if TYPE_CHECKING:
    from pytest_django import Settings

# {0}, {1} … become secrets. Every format that is read, in the shapes in which secrets are really found.
FILES = {
    "a Procfile": {
        "Procfile": """\
            web: SECRET_KEY={0} gunicorn shop.wsgi --env DATABASE_URL=postgres://shop:{1}@db/shop
            release: python manage.py migrate --password {2} && curl -u deploy:{3} https://example.com
            worker: celery -A shop -b redis://:{4}@cache:6379/0 worker
            notify: curl -H "Authorization: Bearer {5}" https://example.com
            """
    },
    "a Procfile with a line that is no entry": {"Procfile": "web: gunicorn shop.wsgi\nSECRET_KEY={0}\n"},
    "a heroku.yml": {
        "heroku.yml": """\
            setup:
              config:
                SECRET_KEY: {0}
            build:
              docker:
                web: Dockerfile
              config:
                API_TOKEN: {1}
            release:
              command:
                - DB_PASSWORD={2} python manage.py migrate
            run:
              web: gunicorn shop.wsgi --env SECRET_KEY={3}
            """
    },
    "Platform.sh": {
        ".platform.app.yaml": """\
            name: shop
            variables: {{env: {{SECRET_KEY: {0}}}}}
            hooks:
              build: API_TOKEN={1} pip install .
              deploy: |
                export DB_PASSWORD={2}
                python manage.py migrate --password {3}
            web:
              commands: {{start: "gunicorn shop.wsgi --env SECRET_KEY={4}"}}
            crons:
              x: {{commands: {{start: curl -u deploy:{5} https://example.com}}}}
            """
    },
    "Kamal": {
        "config/deploy.yml": """\
            service: shop
            image: shop
            servers:
              web:
                hosts: [192.0.2.1]
                cmd: gunicorn shop.wsgi --env API_TOKEN={0}
            builder: {{args: {{PIP_TOKEN: {1}}}}}
            env:
              clear: {{SECRET_KEY: {2}, DATABASE_URL: "postgres://shop:{3}@db/shop"}}
            registry: {{password: {4}}}
            accessories:
              db: {{image: postgres, env: {{POSTGRES_PASSWORD: {5}}}, cmd: x --password {6}}}
            """,
        ".kamal/hooks/pre-deploy": "#!/bin/sh\nexport API_TOKEN={7}\nkamal app exec 'DB_PASSWORD={8} python manage.py migrate'\n",
    },
    "CapRover, Clever Cloud, Piku and Scalingo": {
        "captain-definition": '{{"dockerfileLines": ["FROM python:3.13",\n"ENV SECRET_KEY={0}",\n"CMD API_TOKEN={1} gunicorn shop.wsgi"]}}',
        "clevercloud/python.json": '{{"deploy": {{"module": "shop.wsgi", "managetasks": ["migrate --password {2}"]}}}}',
        "ENV": "SECRET_KEY={3}\nDATABASE_URL=postgres://shop:{4}@db/shop\n",
        "scalingo.json": '{{"env": {{"API_TOKEN": {{"value": "{5}"}}}}, "scripts": {{"postdeploy": "API_TOKEN={6} ./x"}}}}',
    },
    "circus": {
        "circus.ini": "[watcher:web]\ncmd = gunicorn shop.wsgi\nargs = --env SECRET_KEY={0}\n[env:web]\nAPI_TOKEN = {1}\n"
    },
    "s6": {
        "Dockerfile": 'FROM python:3.13\nCOPY root/ /\nENTRYPOINT ["/init"]\n',
        "root/etc/services.d/web/run": "#!/bin/sh\nexport SECRET_KEY={0}\nexec gunicorn shop.wsgi --env API_TOKEN={1}\n",
        "root/etc/services.d/queue/run": "#!/command/execlineb -P\nexport SECRET_KEY {2}\ncelery -A shop -b redis://:{3}@cache worker\n",
    },
    "pipelines": {
        ".gitlab-ci.yml": """\
            variables: {{DB_PASSWORD: {0}}}
            deploy:
              variables: {{API_TOKEN: {1}}}
              script:
                - sshpass -p {2} ssh me@host "SECRET_KEY={3} python manage.py migrate"
            """,
        ".circleci/config.yml": """\
            jobs:
              deploy:
                environment: {{API_TOKEN: {4}}}
                steps:
                  - run: SECRET_KEY={5} python manage.py migrate
            """,
        "bitbucket-pipelines.yml": """\
            pipelines:
              default:
                - step: {{name: Deploy, script: [SECRET_KEY={6} python manage.py migrate]}}
            """,
    },
    "an app.json": {
        "app.json": """\
            {{
              "env": {{"SECRET_KEY": "{0}", "API_TOKEN": {{"value": "{1}"}}}},
              "environments": {{"test": {{"env": {{"DB_PASSWORD": "{2}"}}}}}},
              "scripts": {{"postdeploy": "SECRET_KEY={3} python manage.py migrate"}}
            }}
            """
    },
    "a Dockerfile": {
        "Dockerfile": """\
            FROM python:3.13-slim AS build
            ARG API_TOKEN={0}
            ENV SECRET_KEY={1} DB_PASSWORD="{2}"
            ENV ADMIN_PASSWORD {3}
            RUN pip install --extra-index-url https://deploy:{4}@packages.example.com/simple shop
            RUN --mount=type=cache,target=/root export SECRET_KEY={5} && python manage.py collectstatic
            RUN <<EOF
            echo "password={6}" > /etc/shop.ini
            EOF
            LABEL token={7}
            FROM build
            HEALTHCHECK CMD curl -u admin:{8} http://localhost/
            ENTRYPOINT ["sh", "-c", "SECRET_KEY={9} exec \\"$@\\"", "--"]
            CMD ["gunicorn", "shop.wsgi", "--env", "SECRET_KEY={10}"]
            """
    },
    "a compose file": {
        "docker-compose.prod.yml": """\
            x-common: &common
              environment: &environment
                SECRET_KEY: "{0}"
            services:
              web:
                <<: *common
                build:
                  context: .
                  args:
                    API_TOKEN: {1}
                command: gunicorn shop.wsgi --env DB_PASSWORD={2}
                labels:
                  - traefik.http.middlewares.auth.basicauth.users=admin:{3}
                  - "api_token={4}"
              worker:
                image: https://deploy:{5}@registry.example.com/shop
                entrypoint: ["sh", "-c", "AWS_SECRET_ACCESS_KEY={6} celery -A shop worker"]
                environment:
                  - SECRET_KEY=${{SECRET_KEY:-{7}}}
                  - BROKER_URL=amqp://shop:{8}@queue/
                  - DB_PASSWORD={9}
                healthcheck:
                  test: curl -u admin:{10} http://localhost/
            """
    },
    "env files": {
        "docker-compose.prod.yml": "services:\n  web:\n    build: .\n    env_file: [.env.production]\n",
        ".env.production": """\
            SECRET_KEY={0}
            export DB_PASSWORD="{1}"
            DATABASE_URL='postgres://shop:{2}@db/shop'
            API_TOKEN={3} # {4}
            PRIVATE_KEY="-----BEGIN PRIVATE KEY-----
            {5}
            -----END PRIVATE KEY-----"
            """,
        ".env": "SECRET_KEY={6}\n",
    },
    "shell scripts": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": """\
            #!/bin/sh
            export SECRET_KEY={0}
            DB_PASSWORD="{1}"
            : "${{API_TOKEN:={2}}}"
            PGPASSWORD={3} psql -c "ALTER USER shop PASSWORD '$DB_PASSWORD'"
            if [ "$1" = "{4}" ]; then exit; fi
            cat > .env <<EOF
            EMAIL_PASSWORD={5}
            EOF
            python manage.py createsuperuser --password={6}
            exec gunicorn shop.wsgi --env SECRET_KEY={7} --bind 0.0.0.0:$PORT
            """,
    },
    "gunicorn's configuration": {
        "Procfile": 'web: GUNICORN_CMD_ARGS="--env API_TOKEN={0}" gunicorn shop.wsgi\n',
        "gunicorn.conf.py": """\
            raw_env = ["SECRET_KEY={1}", "DATABASE_URL=postgres://shop:{2}@db/shop"]
            password = "{3}"
            bind = "0.0.0.0:8000"
            """,
    },
    "requirements": {
        "requirements.txt": """\
            --extra-index-url https://deploy:{0}@packages.example.com/simple
            -i https://__token__:{1}@packages.example.com/simple
            django==5.2.19
            shop @ git+https://deploy:{2}@git.example.com/shop.git
            git+https://ghp_{3}@github.com/example/shop.git#egg=shop
            """
    },
    "a pyproject.toml": {
        "pyproject.toml": """\
            [project]
            name = "shop"
            dependencies = ["django", "shop @ git+https://deploy:{0}@git.example.com/shop.git"]
            [[tool.uv.index]]
            url = "https://deploy:{1}@packages.example.com/simple"
            [tool.poetry.dependencies]
            tills = {{git = "https://deploy:{2}@git.example.com/tills.git"}}
            """
    },
    "a Pipfile with its lock file": {
        "Pipfile": """\
            [[source]]
            url = "https://deploy:{0}@packages.example.com/simple"
            [packages]
            django = "*"
            shop = {{git = "https://deploy:{1}@git.example.com/shop.git"}}
            """,
        "Pipfile.lock": """\
            {{"_meta": {{"sources": [{{"url": "https://deploy:{2}@packages.example.com/simple"}}]}},
             "default": {{"shop": {{"git": "https://deploy:{3}@git.example.com/shop.git"}}}}}}
            """,
    },
    "other lock files": {
        "poetry.lock": '[[package]]\nname = "shop"\nversion = "1"\n[package.source]\nurl = "https://deploy:{0}@git.example.com"\n',
        "uv.lock": '[[package]]\nname = "shop"\nsource = {{ git = "https://deploy:{1}@git.example.com/shop.git" }}\n',
        "pdm.lock": '[[package]]\nname = "shop"\ngit = "https://deploy:{2}@git.example.com/shop.git"\n',
        "pylock.toml": '[[packages]]\nname = "shop"\nvcs = {{ url = "https://deploy:{3}@git.example.com/shop.git" }}\n',
    },
    "units and programs": {
        "deploy/shop.service": """\
            [Service]
            Environment="SECRET_KEY={0}"
            Environment=DB_PASSWORD={1}
            ExecStartPre=/srv/shop/bin/python manage.py migrate --password {2}
            ExecStart=/srv/shop/bin/gunicorn shop.wsgi --env API_TOKEN={3}
            """,
        "deploy/supervisord.conf": """\
            [inet_http_server]
            password={4}
            [program:web]
            environment=SECRET_KEY="{5}",DB_PASSWORD='{6}'
            command=gunicorn shop.wsgi --env API_TOKEN={7}
            """,
    },
    "patterns of ignored files": {
        ".gitignore": "password={0}\n",
        ".dockerignore": "token={1}\n",
        "Dockerfile": "FROM python:3.13\n",
    },
    "a compose file that cannot be parsed": {
        "compose.yml": "services:\n  web:\n    environment:\n      SECRET_KEY: {0}: {1}\n   DB_PASSWORD: [{2}\n"
    },
    "an app.json that cannot be parsed": {"app.json": '{{"env": {{"SECRET_KEY": "{0}" "API_TOKEN": "{1}"}}}}\n'},
    "a pyproject.toml that cannot be parsed": {"pyproject.toml": 'password = "{0}\ntoken = {1}\n'},
    "a supervisord.conf that cannot be parsed": {"supervisord.conf": "password={0}\n[program:web\nSECRET_KEY {1}\n"},
    "a gunicorn.conf.py that cannot be parsed": {
        "Procfile": "web: gunicorn shop.wsgi\n",
        "gunicorn.conf.py": 'password = "{0}\n',
    },
    "a shell script that cannot be parsed": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": "export SECRET_KEY='{0}\nif [ ${{API_TOKEN:-{1}\n",
    },
}


def secret(number: int) -> str:
    """A made-up secret, of no two of which eight characters in a row are the same."""
    return hashlib.sha256(f"secret {number}".encode()).hexdigest()[:36]


def leaked(output: str, count: int = 12) -> list[str]:
    """What of the first secrets can be read in a text."""
    return [
        f"{{{number}}}: {part}"
        for number in range(count)
        for part in (secret(number)[start : start + 8] for start in range(29))
        if part in output
    ]


def planted(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).format(*map(secret, range(12))), encoding="utf-8")


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_a_secret_in_a_file_is_shown_nowhere(files: Mapping[str, str], tmp_path: Path, settings: Settings) -> None:
    planted(tmp_path, files)
    settings.DEPLOYCHECK = {"ROOT": tmp_path}

    report = engine.inspect(live)
    outputs = {"facts": repr(report), "messages": repr(engine.check())}
    for kind in ("text", "json"):
        stream = io.StringIO()
        with suppress(SystemExit):
            call_command("deploycheck", format=kind, stdout=stream)
        outputs[kind] = stream.getvalue()

    assert report.deployment is not None
    shown = {file.path for file in report.deployment.files} | {
        name for name in files if any(name in str(process.location) for process in report.deployment.processes)
    }
    assert {name for name in files if name not in shown} == set()
    assert {name: leaked(output) for name, output in outputs.items()} == {name: [] for name in outputs}


SETTINGS = """
import os
SECRET_KEY = "{0}"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "shop", "PASSWORD": "{1}"}}}}
API_TOKEN = os.environ.get("API_TOKEN", "{2}")
MAIL_PASSWORD = os.getenv("MAIL_PASSWORD") or "{3}"
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "{4}")
CACHES = {{"default": {{"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "redis://:{5}@cache/0"}}}}
DEPLOYCHECK = {{
    "COMMANDS": {{"web": "SECRET_KEY={6} gunicorn shop.wsgi --env DATABASE_URL=postgres://shop:{7}@db/shop"}},
    "TOKEN": "{8}",
    "PLATFORM": ["{9}"],
}}
"""


def test_a_secret_in_the_settings_is_shown_nowhere(tmp_path: Path) -> None:
    folder = start_project(tmp_path / "shop")
    text = (folder / "shop" / "settings.py").read_text(encoding="utf-8")
    (folder / "shop" / "settings.py").write_text(text + SETTINGS.format(*map(secret, range(12))), encoding="utf-8")
    environment = {"DATABASE_URL": f"postgres://shop:{secret(10)}@elsewhere/shop", "API_TOKEN": secret(11)}
    (folder / ".git").mkdir()

    outputs = [
        manage(folder, *arguments, env=environment)
        for arguments in (("check", "--deploy"), ("deploycheck",), ("deploycheck", "--format", "json"))
    ]

    assert [leaked(done.stdout + done.stderr) for done in outputs] == [[], [], []]
    assert all("(deploycheck.W003)" in done.stdout + done.stderr for done in outputs[:2])


def test_a_leak_would_be_noticed() -> None:
    assert leaked(f"… {secret(3)[4:12]} …") == [f"{{3}}: {secret(3)[4:12]}"]
