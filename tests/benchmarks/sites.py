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
INSTALLED_APPS.insert(INSTALLED_APPS.index("django.contrib.staticfiles"), "whitenoise.runserver_nostatic")
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
    labels = [name.partition("/")[0] for name in files if name.endswith("/models.py")]
    text += f"INSTALLED_APPS += {labels}\n" if labels else ""
    path.write_text(text, encoding="utf-8")
    (folder / ".git").mkdir()
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return folder


# --- larger ones --------------------------------------------------------------------------------------------------------

STEPS = 100
"""The migrations of one app."""

_MODELS = f"""\
from django.db import models


class Book(models.Model):
    title = models.CharField(max_length={STEPS - 1})
"""

_OPERATIONS = (
    'migrations.AlterField("book", "title", models.CharField(max_length={number}))',
    'migrations.RemoveField("book", "extra")',
    'migrations.AddField("book", "extra", models.IntegerField(null=True))',
)
_FIRST = (
    'migrations.CreateModel("Book", [("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, '
    'verbose_name="ID")), ("title", models.CharField(max_length=100))])'
)


def with_migrations(count: int) -> Mapping[str, str]:
    """The five files and apps of 100 migrations each, which lead to their models as they are."""
    files = dict(FIVE_FILES)
    for app in range(count // STEPS):
        label = f"app{app:02}"
        files |= {f"{label}/__init__.py": "", f"{label}/models.py": _MODELS, f"{label}/migrations/__init__.py": ""}
        for number in range(1, STEPS + 1):
            operation = _OPERATIONS[number % 3].format(number=number) if number > 1 else _FIRST
            before = f'("{label}", "{number - 1:04}_step")' if number > 1 else ""
            files[f"{label}/migrations/{number:04}_step.py"] = (
                "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
                f"    dependencies = [{before}]\n    operations = [{operation}]\n"
            )
    return files


_MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  labels:
    app: web-{number}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web-{number}
  template:
    metadata:
      labels:
        app: web-{number}
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
        - name: web
          image: registry.example.com/bookstore:42
          command: ["gunicorn", "bookstore.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3"]
          ports:
            - containerPort: 8000
          env:
            - name: DJANGO_SETTINGS_MODULE
              value: bookstore.settings
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: bookstore
                  key: database-url
---
apiVersion: v1
kind: Service
metadata:
  name: web-{number}
spec:
  selector:
    app: web-{number}
  ports:
    - port: 80
      targetPort: 8000
"""


def manifests(count: int) -> Mapping[str, str]:
    """The five files and as many Kubernetes manifests."""
    return {**FIVE_FILES, **{f"k8s/web-{number:04}.yaml": _MANIFEST.format(number=number) for number in range(count)}}


def services(count: int) -> Mapping[str, str]:
    """That many deployment files: a service has five, in a folder of its own, and a script that its image starts."""
    files = dict(FIVE_FILES)
    for number in range((count - len(files)) // 5):
        folder = f"deploy/service-{number:03}"
        files |= {
            f"{folder}/Dockerfile": FIVE_FILES["Dockerfile"].replace("entrypoint.sh", f"{folder}/entrypoint.sh"),
            f"{folder}/entrypoint.sh": FIVE_FILES["entrypoint.sh"],
            f"{folder}/requirements.txt": FIVE_FILES["requirements.txt"],
            f"{folder}/docker-compose.yml": THREE_YAML_FILES["docker-compose.yml"],
            f"{folder}/deployment.yaml": _MANIFEST.format(number=number),
        }
    return files


def repository(root: Path, count: int) -> Path:
    """
    The five files below the root, and so many others as they lie around in repositories: of ten, one is the project's
    own, two are uploads and seven came with node's packages. No folder holds more than twenty names: a larger
    repository is deeper. Returns the root.
    """
    for name, content in FIVE_FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    (root / "manage.py").write_text("", encoding="utf-8")
    for share, top, ending in ((1, "bookstore", "py"), (2, "media", "jpg"), (7, "node_modules", "js")):
        files = count * share // 10
        for number in range(files):
            # The last digit is the outermost folder, so that there are ten of each from the first files on.
            digits = str(number).zfill(len(str(files - 1)))[::-1]
            folders, name = digits[:-1], digits[-1]
            path = root.joinpath(top, *(f"part{digit}" for digit in folders), f"file{name}.{ending}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return root
