from __future__ import annotations

import django
import pytest

from tests.projects import SETTINGS, SETTINGS_PATH, STORAGES, inspect_files

RULE = "unhashed-static-files"
LINE = len(SETTINGS.splitlines()) + 1
URL = next(number for number, line in enumerate(SETTINGS.splitlines(), 1) if line.startswith("STATIC_URL"))
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
LOCAL = "django.core.files.storage.FileSystemStorage"
# What Django assumes where a site says nothing, said by deleting what the right site says.
USUAL = "del STORAGES\n"


def storages(static: str) -> str:
    return f'STORAGES = {{"default": {{"BACKEND": "{LOCAL}"}}, "staticfiles": {{"BACKEND": {static}}}}}\n'


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, USUAL, id="nothing is known of production"),
        pytest.param(
            PROCFILE, storages('"whitenoise.storage.CompressedManifestStaticFilesStorage"'), id="WhiteNoise's hashes"
        ),
        pytest.param(
            PROCFILE,
            storages('"django.contrib.staticfiles.storage.ManifestStaticFilesStorage"'),
            id="Django's hashes",
        ),
        pytest.param(PROCFILE, storages('"storages.backends.s3.S3Storage"'), id="a bucket"),
        pytest.param(PROCFILE, storages('"tests.rules.static.middleware.OwnStorage"'), id="a storage of its own"),
        pytest.param(
            PROCFILE,
            storages('os.environ.get("BOOKSTORE_X", "django.contrib.staticfiles.storage.StaticFilesStorage")'),
            id="it is unset here",
        ),
        pytest.param(PROCFILE, 'STATIC_URL = "https://cdn.example.com/"\n', id="another host"),
        pytest.param(PROCFILE, 'INSTALLED_APPS += ["django_vite"]\n', id="a bundler"),
        pytest.param(
            PROCFILE, "WHITENOISE_IMMUTABLE_FILE_TEST = r'\\.[0-9a-f]{8}\\.'\n", id="names known to be hashed"
        ),
        pytest.param(PROCFILE, "DEBUG = True\n", id="settings for development"),
        pytest.param(PROCFILE, 'INSTALLED_APPS.remove("django.contrib.staticfiles")\n', id="no static files"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.skipif(django.VERSION < (5, 1), reason="Django before 5.1 reads that setting")
def test_silent_where_another_rule_says_why(tmp_path):
    settings = 'STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"\n'
    assert inspect_files(tmp_path, PROCFILE, settings=settings).places(RULE) == []


def test_fires_where_nothing_is_set(tmp_path):
    files = {**PROCFILE, SETTINGS_PATH: SETTINGS.replace(STORAGES, "\n" * STORAGES.count("\n"))}
    assert inspect_files(tmp_path, files).places(RULE) == [f"bookstore/settings.py:{URL}"]


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        pytest.param(
            storages('"django.contrib.staticfiles.storage.StaticFilesStorage"'), LINE, id="the usual one, written out"
        ),
        pytest.param(storages('"whitenoise.storage.CompressedStaticFilesStorage"'), LINE, id="WhiteNoise's other one"),
    ],
)
def test_fires(tmp_path, settings, line):
    assert inspect_files(tmp_path, PROCFILE, settings=settings).places(RULE) == [f"bookstore/settings.py:{line}"]


@pytest.mark.parametrize(
    ("settings", "better"),
    [
        pytest.param(USUAL, "whitenoise.storage.CompressedManifestStaticFilesStorage", id="with WhiteNoise"),
        pytest.param(
            USUAL + 'MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")\n',
            "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
            id="without",
        ),
    ],
)
def test_message_and_hint(tmp_path, settings, better):
    (finding,) = inspect_files(tmp_path, PROCFILE, settings=settings).findings(RULE)
    assert finding.message == (
        "'django.contrib.staticfiles.storage.StaticFilesStorage' stores static files without a hash in their names, so "
        "browsers cannot keep them for long."
    )
    assert finding.hint == (
        f"Write STORAGES = {{'default': {{'BACKEND': '{LOCAL}'}}, 'staticfiles': {{'BACKEND': '{better}'}}}} in "
        "bookstore/settings.py."
    )
