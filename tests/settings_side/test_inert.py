"""Rules look on: they read no setting when they are imported, reach for nothing outside, and import what Django would."""

from __future__ import annotations

import json

import pytest
from django.core import checks
from django.test import override_settings

from tests.running import run, write_site

IMPORTS = """
import json, sys
import django_deploycheck.engine
from django.conf import settings
from django_deploycheck.rules import load
names = [rule.name for rule in load()]
print(json.dumps([len(names), settings.configured, sorted(name for name in sys.modules if name.partition(".")[0] in BAD)]))
"""

# Everything that leaves a trace outside the process ends it; what is imported is told.
WATCHED = """
import json, os, sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bookstore.settings"
sys.path.insert(0, "")
import django
from django.core import checks
from django.conf import settings

django.setup()
FORBIDDEN = ("socket.", "sqlite3.connect", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
             "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "smtplib.", "urllib.", "http.", "webbrowser.")
touched = []

def watch(event, arguments):
    if event.startswith(FORBIDDEN):
        touched.append(event)
        raise PermissionError(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        touched.append(f"open {arguments[1]}")
        raise PermissionError(event)

checks.run_checks()
sys.dont_write_bytecode = True
sys.addaudithook(watch)
messages = checks.run_checks(tags=["deploy"], include_deployment_checks=True)
root = os.getcwd()
mine = sorted(name for name, module in sys.modules.items() if (getattr(module, "__file__", None) or "").startswith(root))
print(json.dumps({
    "ids": [message.id for message in messages], "messages": [message.msg for message in messages],
    "touched": touched, "mine": mine,
}))
"""

RAISES = "raise RuntimeError('nobody asked for this module')\n"
REFUSES = """\
from django.core.cache.backends.base import BaseCache


def _refuse(*arguments, **options):
    raise RuntimeError('nobody asked for this')


class Cache(BaseCache):
    def __init__(self, location, params):  # Django's own check of caches makes one
        super().__init__(params)

    add = get = set = touch = delete = get_many = set_many = clear = has_key = _refuse


class Mail:
    __init__ = send_messages = open = _refuse
"""
SITE = {
    "bookstore/refusing.py": REFUSES,
    "bookstore/settings_dev.py": RAISES,
    "bookstore/local_settings.py": RAISES,
    "bookstore/celery.py": RAISES,
    "bookstore/tasks.py": RAISES,
    "bookstore/wsgi.py": "from django.core.wsgi import get_wsgi_application\n\napplication = None\n" + RAISES,
    "bookstore/asgi.py": RAISES,
    "gunicorn.conf.py": "workers = 2\n" + RAISES,
    "books/__init__.py": "",
    "books/apps.py": "from django.apps import AppConfig\n\n\nclass BooksConfig(AppConfig):\n    name = 'books'\n",
    "books/admin.py": "",
    "books/tasks.py": RAISES,
    "books/management/__init__.py": RAISES,
    "books/views.py": RAISES,
    "fabfile.py": RAISES,
    "setup.py": RAISES,
    "conftest.py": RAISES,
    "Procfile": "web: gunicorn bookstore.wsgi --workers 2\nrelease: python manage.py migrate --noinput\n"
    "worker: celery -A bookstore worker\n",
}
SETTINGS = """
INSTALLED_APPS += ["books"]
CACHES = {"default": {"BACKEND": "bookstore.refusing.Cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
EMAIL_BACKEND = "bookstore.refusing.Mail"
LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "handlers": {"mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"}},
    "loggers": {"django": {"handlers": ["mail"]}},
}
"""


def test_importing_every_rule_reads_no_setting(tmp_path):
    bad = {"yaml", "sentry_sdk", "rollbar", "whitenoise", "psycopg", "celery", "dj_database_url"}
    done = run(tmp_path, "-c", f"BAD = {sorted(bad)!r}{IMPORTS}", check=True)
    count, configured, loaded = json.loads(done.stdout)
    assert count > 60
    assert configured is False
    assert loaded == []


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    site = write_site(tmp_path_factory.mktemp("watched"), SITE, SETTINGS)
    return json.loads(run(site, "-c", WATCHED, check=True).stdout)


def test_nothing_outside_is_touched(watched):
    assert watched["touched"] == []
    assert "deploycheck.W002" not in watched["ids"], watched["messages"]


def test_the_rules_ran(watched):
    assert "deploycheck.I620" not in watched["ids"]
    assert [name for name in watched["ids"] if name.startswith("deploycheck.")] != []


def test_only_what_django_imports_is_imported(watched):
    # Django's own: the settings, the apps with their models and admin, the URLs, the mail backend on the first mail.
    assert set(watched["mine"]) <= {
        "bookstore",
        "bookstore.refusing",
        "bookstore.settings",
        "bookstore.urls",
        "books",
        "books.admin",
        "books.apps",
    }


def ids() -> list[str]:
    found = checks.run_checks(tags=["deploy"], include_deployment_checks=True)
    return [str(message.id) for message in found if str(message.id).startswith("deploycheck.")]


def test_changed_settings_change_the_answer():
    before = ids()
    assert "deploycheck.W602" not in before
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["https://www.example.com"]):
        assert "deploycheck.W602" in ids()
    assert ids() == before
