"""The sites that are measured: what ``startproject`` writes, made ready for production, with 5 or 8 deployment files."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

IGNORE = """
DEPLOYCHECK = {
    "IGNORE": {
        "sqlite-in-production": "no database of production where this runs",
    }
}
"""
# Those two rules compare models and migrations with Django's own autodetector; they are measured by themselves.
WITHOUT_MIGRATION_RULES = """
DEPLOYCHECK["IGNORE"] |= {
    "missing-migrations": "continuous integration runs 'makemigrations --check'",
    "conflicting-migrations": "continuous integration runs 'makemigrations --check'",
}
"""

# Appended to what startproject writes; with the Dockerfile's variables, Django's own deployment checks are content.
PRODUCTION = """
DEBUG = False
ALLOWED_HOSTS = ["www.example.com"]
CSRF_TRUSTED_ORIGINS = ["https://www.example.com"]
INSTALLED_APPS.insert(0, "whitenoise.runserver_nostatic")
MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
DATABASES = {"default": dj_database_url.config(conn_max_age=60, conn_health_checks=True)}
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_HOST = "mail.example.com"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = "errors@example.com"
ADMINS = [("Errors", "errors@example.com")]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
"""

FIVE_FILES: Mapping[str, str] = {
    "Procfile": "release: python manage.py migrate --noinput\nweb: gunicorn bookstore.wsgi --workers 3\n",
    "Dockerfile": """\
FROM python:3.13-slim AS build
WORKDIR /app
RUN apt-get update && apt-get install --yes --no-install-recommends build-essential libpq-dev
COPY requirements.txt .
RUN pip wheel --no-cache-dir --wheel-dir /wheels -r requirements.txt

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 \\
    PYTHONDONTWRITEBYTECODE=1 \\
    DJANGO_SETTINGS_MODULE=bookstore.settings
WORKDIR /app
RUN apt-get update \\
    && apt-get install --yes --no-install-recommends libpq5 curl \\
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home bookstore
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir /wheels/*
COPY . .
RUN SECRET_KEY=unused DATABASE_URL=sqlite:// python manage.py collectstatic --noinput
USER bookstore
EXPOSE 8000
HEALTHCHECK CMD curl --fail http://localhost:8000/ || exit 1
ENTRYPOINT ["./entrypoint.sh"]
CMD ["gunicorn", "bookstore.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3"]
""",
    "entrypoint.sh": """\
#!/bin/sh
# Waits for the database, then starts what the image or the platform asks for.
set -eu

attempts=0
until python -c "import socket; socket.create_connection(('database', 5432), timeout=2)" 2>/dev/null; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 30 ]; then
        echo "the database does not answer" >&2
        exit 1
    fi
    sleep 1
done

if [ "${1:-}" = "worker" ]; then
    shift
    exec python manage.py process_tasks "$@"
fi

exec "$@"
""",
    "requirements.txt": """\
asgiref==3.12.1
dj-database-url==3.1.2
Django==5.2.19
django-deploycheck==0.1.0
gunicorn==27.0.1
psycopg[binary]==3.3.9
sqlparse==0.5.5
whitenoise==6.12.0
""",
    ".dockerignore": ".env\n.git\n*.sqlite3\n**/__pycache__\nstaticfiles\n",
}

THREE_YAML_FILES: Mapping[str, str] = {
    "docker-compose.yml": """\
services:
  database:
    image: postgres:17
    restart: always
    environment:
      POSTGRES_DB: bookstore
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?is not set}
    volumes:
      - database:/var/lib/postgresql/data
  web:
    build: .
    restart: always
    env_file: .env
    command: gunicorn bookstore.wsgi:application --bind 0.0.0.0:8000 --workers 3
    depends_on:
      - database
  migrate:
    build: .
    env_file: .env
    command: python manage.py migrate --noinput
    depends_on:
      - database
volumes:
  database:
""",
    ".github/workflows/ci.yml": """\
name: CI
on:
  push:
    branches: [main]
  pull_request:
jobs:
  tests:
    runs-on: ubuntu-latest
    services:
      postgres:
        image: postgres:17
        env:
          POSTGRES_HOST_AUTH_METHOD: trust
        ports: ["5432:5432"]
    env:
      DATABASE_URL: postgres://postgres@localhost/postgres
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
          cache: pip
      - run: pip install -r requirements.txt
      - run: python manage.py makemigrations --check
      - run: python manage.py check --deploy --fail-level WARNING
      - run: python manage.py test
""",
    "render.yaml": """\
services:
  - type: web
    name: bookstore
    runtime: docker
    plan: starter
    healthCheckPath: /
    preDeployCommand: python manage.py migrate --noinput
    dockerCommand: gunicorn bookstore.wsgi:application --bind 0.0.0.0:8000 --workers 3
    envVars:
      - key: DATABASE_URL
        fromDatabase:
          name: bookstore
          property: connectionString
      - key: SECRET_KEY
        generateValue: true
      - key: WEB_CONCURRENCY
        value: "3"
databases:
  - name: bookstore
    plan: basic-256mb
""",
}

EIGHT_FILES: Mapping[str, str] = {**FIVE_FILES, **THREE_YAML_FILES}


def site(
    folder: Path, files: Mapping[str, str] = FIVE_FILES, *, app: bool = True, migration_rules: bool = False
) -> Path:
    """
    Write the site into the folder, which is made, and return it.

    ``app`` is whether django_deploycheck is in INSTALLED_APPS; without ``migration_rules``, the rules that compare models
    with migrations are ignored.
    """
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "django", "startproject", "bookstore", "."]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    path = folder / "bookstore" / "settings.py"
    text = re.sub(r"(?m)^SECRET_KEY = .*$", 'SECRET_KEY = os.environ["SECRET_KEY"]', path.read_text(encoding="utf-8"))
    text = text.replace("from pathlib import Path\n", "import os\nfrom pathlib import Path\n\nimport dj_database_url\n")
    if app:
        text = text.replace("INSTALLED_APPS = [\n", 'INSTALLED_APPS = [\n    "django_deploycheck",\n', 1)
    text += PRODUCTION
    if app:
        text += IGNORE
    if app and not migration_rules:
        text += WITHOUT_MIGRATION_RULES
    path.write_text(text, encoding="utf-8")
    (folder / ".git").mkdir()
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return folder
