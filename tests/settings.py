"""The smallest site the tests can run in; a test that needs more overrides it."""

from __future__ import annotations

SECRET_KEY = "only the tests use this key"
INSTALLED_APPS = ["django_deploycheck"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
