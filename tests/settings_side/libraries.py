"""One site, its settings read from the environment by each of the libraries that sites use for it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.projects import MANAGE, SETTINGS, WSGI
from tests.running import RUNNING

# Without the settings that each library reads: literals would say nothing of variables.
_READ = re.compile(r"^(?:SECRET_KEY|DEBUG|ALLOWED_HOSTS|EMAIL_HOST) = .*\n|^DATABASES = {\n(?: .*\n)*}\n", re.MULTILINE)
REST = _READ.sub("", SETTINGS) + RUNNING

COMPOSE = """\
services:
  web:
    build: .
    command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
    user: "1000"
    environment:
      - SECRET_KEY
      - ALLOWED_HOSTS
    ports:
      - "8000:8000"
  release:
    build: .
    command: python manage.py migrate --noinput
"""
DOCKERFILE = """\
FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY manage.py ./
COPY bookstore bookstore
RUN python manage.py collectstatic --noinput
USER 1000
"""


@dataclass(frozen=True)
class Library:
    """How settings are read: ``modules`` must be installed, ``settings`` is the module, ``files`` stand beside it."""

    modules: tuple[str, ...]
    settings: str
    files: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)

    def site(self) -> dict[str, str]:
        """The files of the site, its deployment files included."""
        return {
            "bookstore/settings.py": self.settings,
            "docker-compose.prod.yml": COMPOSE,
            "Dockerfile": DOCKERFILE,
            ".github/workflows/ci.yml": _WORKFLOW,
            ".gitignore": ".env\nstaticfiles/\n",
            **self.files,
        }


_WORKFLOW = """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: python manage.py check --deploy
"""

OS_ENVIRON = """
SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-checks")
DEBUG = os.environ.get("DEBUG", "") in ("1", "true")
PAYMENT_KEY = os.environ.get("PAYMENT_KEY")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "*").split(",")
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DATABASES = {
    "default": {
        "ENGINE": os.environ.get("DATABASE_ENGINE", "django.db.backends.sqlite3"),
        "NAME": os.environ.get("DATABASE_NAME", BASE_DIR / "db.sqlite3"),
        "HOST": os.environ.get("DATABASE_HOST", ""),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD", ""),
        "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "0")),
    }
}
"""
DJANGO_ENVIRON = """
import environ

env = environ.Env(
    DEBUG=(bool, False),
    ALLOWED_HOSTS=(list, ["*"]),
    EMAIL_BACKEND=(str, "django.core.mail.backends.console.EmailBackend"),
)
SECRET_KEY = env("SECRET_KEY", default="only-for-checks")
DEBUG = env("DEBUG")
PAYMENT_KEY = env("PAYMENT_KEY", default=None)
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
EMAIL_BACKEND = env("EMAIL_BACKEND")
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=0)
"""
ENVIRONS = """
from environs import Env

env = Env()
SECRET_KEY = env.str("SECRET_KEY", "only-for-checks")
DEBUG = env.bool("DEBUG", False)
PAYMENT_KEY = env.str("PAYMENT_KEY", None)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"])
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", default="sqlite:///db.sqlite3", conn_max_age=env.int("CONN_MAX_AGE", 0))
}
"""
DECOUPLE = """
import dj_database_url
from decouple import Csv, config

SECRET_KEY = config("SECRET_KEY", default="only-for-checks")
DEBUG = config("DEBUG", default=False, cast=bool)
PAYMENT_KEY = config("PAYMENT_KEY", default=None)
ALLOWED_HOSTS = config("ALLOWED_HOSTS", default="*", cast=Csv())
EMAIL_BACKEND = config("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
DATABASES = {"default": config("DATABASE_URL", default="sqlite:///db.sqlite3", cast=dj_database_url.parse)}
DATABASES["default"]["CONN_MAX_AGE"] = config("CONN_MAX_AGE", default=0, cast=int)
"""
DATABASE_URL = """
import dj_database_url

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-checks")
DEBUG = False
PAYMENT_KEY = os.getenv("PAYMENT_KEY")
ALLOWED_HOSTS = os.getenv("ALLOWED_HOSTS", "*").split(",")
EMAIL_BACKEND = os.getenv("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DATABASES = {
    "default": dj_database_url.config(
        default="sqlite:///db.sqlite3", conn_max_age=int(os.getenv("CONN_MAX_AGE", "0"))
    )
}
"""
CONFIGURATIONS = """
import os
from pathlib import Path

from configurations import Configuration, values


class Base(Configuration):
{rest}

class Production(Base):
    SECRET_KEY = values.Value("only-for-checks", environ_prefix=None)
    DEBUG = values.BooleanValue(False, environ_prefix=None)
    PAYMENT_KEY = values.Value(environ_prefix=None)
    ALLOWED_HOSTS = values.ListValue(["*"], environ_prefix=None)
    EMAIL_BACKEND = values.Value("django.core.mail.backends.console.EmailBackend", environ_prefix=None)
    DATABASES = values.DatabaseURLValue("sqlite:///db.sqlite3", environ_prefix=None)
"""
SPLIT = """
from os import environ

from split_settings.tools import include, optional

include("parts/base.py", "parts/database.py", f"parts/{environ.get('SITE', 'production')}.py", optional("parts/local.py"))
"""
PYDANTIC = """
import dj_database_url
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    model_config = SettingsConfigDict(case_sensitive=False, extra="ignore")
    secret_key: str = "only-for-checks"
    debug: bool = False
    payment_key: str | None = None
    allowed_hosts: str = "*"
    email_backend: str = "django.core.mail.backends.console.EmailBackend"
    database_url: str = "sqlite:///db.sqlite3"
    conn_max_age: int = 0


environment = Environment()
SECRET_KEY = environment.secret_key
DEBUG = environment.debug
PAYMENT_KEY = environment.payment_key
ALLOWED_HOSTS = environment.allowed_hosts.split(",")
EMAIL_BACKEND = environment.email_backend
DATABASES = {"default": dj_database_url.parse(environment.database_url, conn_max_age=environment.conn_max_age)}
"""


def _body(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith(("import ", "from "))]
    return textwrap.indent("\n".join(lines), "    ")


LIBRARIES = {
    "os.environ": Library((), REST + OS_ENVIRON),
    "django-environ": Library(("environ",), REST + DJANGO_ENVIRON),
    "environs": Library(("environs", "dj_database_url"), REST + ENVIRONS),
    "python-decouple": Library(("decouple",), REST + DECOUPLE),
    "dj-database-url": Library(("dj_database_url",), REST + DATABASE_URL),
    "django-configurations": Library(
        ("configurations",),
        CONFIGURATIONS.format(rest=_body(REST)),
        {
            "manage.py": MANAGE.replace("django.core.management", "configurations.management"),
            "bookstore/wsgi.py": WSGI.replace("django.core.wsgi", "configurations.wsgi"),
        },
        {"DJANGO_CONFIGURATION": "Production"},
    ),
    "django-split-settings": Library(
        ("split_settings",),
        SPLIT,
        {
            "bookstore/parts/base.py": REST.replace("parent.parent", "parent.parent.parent"),
            "bookstore/parts/database.py": "import dj_database_url\nimport os\n\n"
            + DATABASE_URL[DATABASE_URL.index("DATABASES") :],
            "bookstore/parts/production.py": "from os import environ, getenv\n\n"
            + DATABASE_URL[DATABASE_URL.index("SECRET_KEY") : DATABASE_URL.index("DATABASES")].replace("os.", ""),
        },
    ),
    "pydantic-settings": Library(("pydantic_settings",), REST + PYDANTIC),
}
