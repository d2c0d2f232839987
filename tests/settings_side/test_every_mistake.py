"""One settings module with every mistake that can stand beside the others: what Django says of it, and what these rules add."""

from __future__ import annotations

import re

import django
import pytest

from tests.projects import SKELETON
from tests.running import RUNNING, manage, write_site
from tests.settings_side.libraries import COMPOSE, DOCKERFILE

PASSWORD = "Yeb4iChoh2ie"
TEST_KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
KEY = "django-insecure-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH"
SETTINGS = f"""\
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "{KEY}"
DEBUG = False
ALLOWED_HOSTS = ["*", "https://www.example.com"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_deploycheck",
    "livereload",
]
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "bookstore.urls"
WSGI_APPLICATION = "bookstore.wsgi.application"
DATABASES = {{
    "default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "data" / "db.sqlite3"}},
    "orders": {{
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db.example.com",
        "USER": "clerk",
        "PASSWORD": "{PASSWORD}",
        "CONN_MAX_AGE": 600,
    }},
}}
STATIC_URL = "/static/"
STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
MEDIA_ROOT = BASE_DIR / "media"
SESSION_COOKIE_HTTPONLY = False
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SECURE_CONTENT_TYPE_NOSNIFF = False
SECURE_BROWSER_XSS_FILTER = True
CSRF_COOKIE_SECURE = "False"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
ADMINS = [("Errors", "errors@example.com")]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackends"]
CHANNEL_LAYERS = {{"default": {{"BACKEND": "channels.layers.InMemoryChannelLayer"}}}}
STRIPE_SECRET_KEY = "{TEST_KEY}"
PAYMENT_KEY = os.environ.get("PAYMENT_KEY")
ROLLBAR = {{"access_token": "", "environment": "development"}}
LOGGING = {{
    "version": 1,
    "handlers": {{"console": {{"class": "logging.StreamHandler"}}}},
    "root": {{"level": "DEBUG", "handlers": ["console"]}},
}}
{RUNNING}"""

FILES = {
    "bookstore/settings.py": SETTINGS,
    "bookstore/urls.py": "from django.contrib.auth import urls\nfrom django.urls import include, path\n\n"
    "urlpatterns = [path('', include(urls))]\n",
    "livereload/__init__.py": "",
    "requirements.txt": SKELETON["requirements.txt"] + "rollbar==1.3.0\n",
    "docker-compose.prod.yml": COMPOSE,
    "Dockerfile": DOCKERFILE,
}

CORE = ["W002", "W004", "W006", "W008", "W009", "W012", "W015", "W016"]

# What each id points at, by a word of its line in the settings.
OURS = {
    "I111": "root",
    "W301": "STATIC_URL",
    "W305": "MIDDLEWARE",
    "I306": "INSTALLED_APPS",
    "W307": "STATICFILES_STORAGE",
    "W401": "sqlite3",
    "I403": "CONN_MAX_AGE",
    "I406": "HOST",
    "W501": "ADMINS",
    "W502": "ROLLBAR",
    "W504": "EMAIL_BACKEND",
    "W506": "LOGGING",
    "I507": "ROLLBAR",
    "W602": "ALLOWED_HOSTS",
    "W603": "ALLOWED_HOSTS",
    "I605": "SECURE_BROWSER_XSS_FILTER",
    "W606": "STRIPE_SECRET_KEY",
    "I607": "INSTALLED_APPS",
    "W610": "SECRET_KEY",
    "W611": "EMAIL_BACKEND",
    "I612": None,  # no cache is set: the finding has the module's name alone
    "W615": "CSRF_COOKIE_SECURE",
    "W616": "CHANNEL_LAYERS",
    "E617": "AUTHENTICATION_BACKENDS",
    "W617": "CHANNEL_LAYERS",
    "I618": "PAYMENT_KEY",
    "W619": "PASSWORD",
}
if django.VERSION < (5, 1):
    OURS["I307"] = OURS.pop("W307")


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> str:
    done = manage(write_site(tmp_path_factory.mktemp("mistakes") / "site", FILES), "check", "--deploy")
    assert "Traceback" not in done.stderr
    return done.stderr


def test_django_reports_eight(printed):
    assert re.findall(r"\((?:security|mail|files)\.(\w+)\)", printed) == CORE


def test_these_rules_name_each_of_the_others(printed):
    lines = SETTINGS.splitlines()
    found = {}
    for path, line, number in re.findall(
        r"^(?:(bookstore/settings\.py):(\d+)|\S+): \(deploycheck\.(\w+)\)", printed, re.MULTILINE
    ):
        found[number] = lines[int(line) - 1] if path else None
    missing = {number: word for number, word in OURS.items() if number not in found}
    assert (missing, sorted(set(found) - set(OURS))) == ({}, [])
    assert {number for number, word in OURS.items() if (word or "") not in (found[number] or "")} == set()


def test_no_secret_is_among_it(printed):
    assert not [secret for secret in (PASSWORD, TEST_KEY, KEY) if secret in printed]


def test_what_django_leaves_out_of_a_site_that_runs_with_debug_on(tmp_path):
    """With DEBUG on, which Django names, values may be a developer's own: what no value of DEBUG makes right is told."""
    settings = SETTINGS.partition("DATABASES")[0].replace("DEBUG = False", "DEBUG = True")
    settings = settings.replace(', "https://www.example.com"', "").replace('    "livereload",\n', "")
    settings += (
        'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}\n'
        'STATIC_URL = "/static/"\n'
        'STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"\n'
        'EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"\n'
        f"SESSION_COOKIE_HTTPONLY = False\n{RUNNING}"
    )
    files = {
        "bookstore/settings.py": settings.replace('    "whitenoise.middleware.WhiteNoiseMiddleware",\n', ""),
        "Procfile": "web: python manage.py runserver 0.0.0.0:$PORT\n",
    }
    printed = manage(write_site(tmp_path / "site", files), "check", "--deploy").stderr
    core = re.findall(r"\(security\.(\w+)\)", printed)
    assert core == ["W002", "W004", "W008", "W009", "W012", "W015", "W016", "W018"]
    dead = "W307" if django.VERSION >= (5, 1) else "I307"
    ours = set(re.findall(r"\(deploycheck\.(\w+)\)", printed))
    assert ours >= {"W101", "W201", "W301", dead, "W401", "W501"}
    assert "mail goes to the console" in printed or "'ADMINS' is empty" in printed
