"""Storages as Django makes them of the settings, and files that collectstatic has really collected."""

from __future__ import annotations

import shutil

import django
import pytest

from tests.projects import SETTINGS, STORAGES
from tests.running import RUNNING, SQLITE, manage, reported, write_site

MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
COMPRESSED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
SHOWS = (
    "import django; django.setup(); from django.contrib.staticfiles.storage import staticfiles_storage as found; "
    "from django.core.files.storage import default_storage as other; found.url; other.url; "
    "print(type(found._wrapped).__name__, type(other._wrapped).__name__)"
)
LOCAL = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
OWN = "from django.core.files.storage import FileSystemStorage\n\n\nclass Vault(FileSystemStorage):\n    pass\n"


def site(folder, settings, **files):
    without = SETTINGS.replace(STORAGES, "")
    return write_site(
        folder / "site",
        {"bookstore/settings.py": f"{without}{RUNNING}{SQLITE}{settings}", "bookstore/vault.py": OWN, **files},
    )


def told(folder, *rules):
    return [f"{found['id'][12:]} {found['message']}" for found in reported(folder) if found["name"] in rules]


def storages_of(folder):
    done = manage(folder, "shell", "--command", SHOWS.partition("; ")[2].replace("django.setup(); ", ""), check=True)
    return done.stdout.split()[-2:]


def test_storages_are_those_that_django_makes(tmp_path):
    settings = f"STORAGES = { ({**LOCAL, 'staticfiles': {'BACKEND': MANIFEST}})!r}\n"
    folder = site(tmp_path, settings)
    assert storages_of(folder) == ["ManifestStaticFilesStorage", "FileSystemStorage"]
    assert told(folder, "ignored-storage-setting", "unhashed-static-files") == []


@pytest.mark.skipif(django.VERSION >= (5, 1), reason="Django 5.1 and later ignore the two settings")
def test_the_former_settings_still_work_and_are_advised_against(tmp_path):
    folder = site(tmp_path, f"STATICFILES_STORAGE = {MANIFEST!r}\nDEFAULT_FILE_STORAGE = 'bookstore.vault.Vault'\n")
    assert storages_of(folder) == ["ManifestStaticFilesStorage", "Vault"]
    assert told(folder, "ignored-storage-setting", "unhashed-static-files") == [
        "I307 'STATICFILES_STORAGE' has no effect any more from Django 5.1 on.",
        "I307 'DEFAULT_FILE_STORAGE' has no effect any more from Django 5.1 on.",
    ]


@pytest.mark.skipif(django.VERSION < (5, 1), reason="before Django 5.1 the two settings work")
def test_the_former_settings_are_ignored_and_that_is_told(tmp_path):
    folder = site(tmp_path, f"STATICFILES_STORAGE = {MANIFEST!r}\nDEFAULT_FILE_STORAGE = 'bookstore.vault.Vault'\n")
    assert storages_of(folder) == ["StaticFilesStorage", "FileSystemStorage"]
    assert told(folder, "ignored-storage-setting") == [
        f"W307 'STATICFILES_STORAGE' has no effect since Django 5.1: '{MANIFEST}' is not used.",
        "W307 'DEFAULT_FILE_STORAGE' has no effect since Django 5.1: 'bookstore.vault.Vault' is not used.",
    ]


@pytest.mark.parametrize("storage", [MANIFEST, COMPRESSED], ids=["Django's", "WhiteNoise's"])
def test_collected_files_without_and_with_a_manifest(tmp_path, storage):
    text = "STORAGES = {storages!r}\n"
    folder = site(tmp_path, text.format(storages={**LOCAL, "staticfiles": {"BACKEND": storage}}))
    plain = text.format(storages={**LOCAL, "staticfiles": {"BACKEND": PLAIN}})
    (folder / "bookstore" / "settings_plain.py").write_text(f"from .settings import *\n{plain}", encoding="utf-8")
    shows = "from django.templatetags.static import static; print(static('admin/css/base.css'))"
    assert told(folder, "missing-static-manifest") == []  # nothing is collected yet

    manage(folder, "collectstatic", "--noinput", "--settings", "bookstore.settings_plain", check=True)
    assert told(folder, "missing-static-manifest") == [
        f"W311 'staticfiles' holds static files and no 'staticfiles.json', which '{storage}' needs."
    ]
    assert "Missing staticfiles manifest entry" in manage(folder, "shell", "--command", shows).stderr

    shutil.rmtree(folder / "staticfiles")
    manage(folder, "collectstatic", "--noinput", check=True)
    assert told(folder, "missing-static-manifest") == []
    assert "/static/admin/css/base." in manage(folder, "shell", "--command", shows, check=True).stdout


NGINX = "server {{\n  listen 80;\n  location /{url}/ {{ alias {folder}/; }}\n  location / {{ proxy_pass http://127.0.0.1:8000; }}\n}}\n"
UNIT = "[Service]\nWorkingDirectory={folder}\nExecStart=/usr/bin/gunicorn bookstore.wsgi --bind 127.0.0.1:8000\nRestart=always\n"


@pytest.mark.parametrize(
    ("served", "is_told"),
    [
        pytest.param("/srv/shop/assets/collected", False, id="the folder that collectstatic fills"),
        pytest.param("/srv/shop/static", True, id="another one"),
    ],
)
def test_a_folder_that_is_worked_out_is_compared_with_the_one_that_is_served(tmp_path, served, is_told):
    settings = f"""\
STORAGES = { ({**LOCAL, "staticfiles": {"BACKEND": MANIFEST}})!r}
PREFIX = "as" + "sets"
STATIC_URL = "/%s/" % PREFIX
STATIC_ROOT = os.path.join(BASE_DIR, PREFIX, "collected")
"""
    files = {
        "deploy/nginx.conf": NGINX.format(url="assets", folder=served),
        "deploy/gunicorn.service": UNIT.format(folder="/srv/shop"),
    }
    folder = site(tmp_path, settings, **files)
    messages = told(folder, "static-path-mismatch")
    assert bool(messages) is is_told
    assert all(served in message for message in messages)
