from __future__ import annotations

import django
import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "ignored-storage-setting"
LINE = len(SETTINGS.splitlines()) + 1
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
BUCKET = "storages.backends.s3.S3Storage"
STATIC = f'STATICFILES_STORAGE = "{MANIFEST}"\n'
MEDIA = f'DEFAULT_FILE_STORAGE = "{BUCKET}"\n'
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
LOCAL = "django.core.files.storage.FileSystemStorage"


def storages(static: str) -> str:
    return f"STORAGES = { ({'default': {'BACKEND': LOCAL}, 'staticfiles': {'BACKEND': static}})!r}\n"


# What Django 5.1 and later make of the same lines must not hang on the Django that runs the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
MODERN = pytest.mark.skipif(django.VERSION < (5, 1), reason="sets both, which Django before 5.1 refuses")


@pytest.fixture(autouse=True)
def _modern(monkeypatch):
    monkeypatch.setattr(django, "VERSION", (*max(django.VERSION[:2], (5, 1)), 0, "final", 0))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="neither"),
        pytest.param(storages(MANIFEST), id="STORAGES"),
        pytest.param(storages(MANIFEST) + STATIC, id="a leftover that says the same", marks=MODERN),
        pytest.param(f'STATICFILES_STORAGE = "{PLAIN}"\n', id="what Django uses anyway"),
        pytest.param(STATIC + "del STATICFILES_STORAGE\n", id="deleted again"),
        pytest.param("STATICFILES_STORAGE = None\n", id="no text", marks=MODERN),
        pytest.param("if DEBUG:\n    " + STATIC, id="for development"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "places"),
    [
        pytest.param(STATIC, [f"W307 bookstore/settings.py:{LINE}"], id="static files"),
        pytest.param(MEDIA, [f"W307 bookstore/settings.py:{LINE}"], id="uploads"),
        pytest.param(
            STATIC + MEDIA,
            [f"W307 bookstore/settings.py:{LINE}", f"W307 bookstore/settings.py:{LINE + 1}"],
            id="both",
        ),
        pytest.param(
            STATIC + storages(PLAIN), [f"I307 bookstore/settings.py:{LINE}"], id="STORAGES decides", marks=MODERN
        ),
    ],
)
def test_fires(tmp_path, settings, places):
    found = inspect_files(tmp_path, settings=settings)
    assert [text for text in found.ids() if text[1:4] == "307"] == places


@pytest.mark.skipif(django.VERSION < (5, 1), reason="Django before 5.1 copies the old setting into STORAGES")
def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, settings=STATIC).findings(RULE)
    assert finding.message == f"'STATICFILES_STORAGE' has no effect since Django 5.1: '{MANIFEST}' is not used."
    assert finding.hint == (
        f"Write {storages(MANIFEST).strip()} in bookstore/settings.py, and delete STATICFILES_STORAGE."
    )


@pytest.mark.parametrize("version", [pytest.param((4, 2), id="4.2"), pytest.param((5, 0), id="5.0")])
def test_advice_where_it_works(tmp_path, monkeypatch, version):
    monkeypatch.setattr(django, "VERSION", (*version, 0, "final", 0))
    found = inspect_files(tmp_path, settings=STATIC)
    assert f"I307 bookstore/settings.py:{LINE}" in found.ids()
    (finding,) = found.findings(RULE)
    assert finding.message == "'STATICFILES_STORAGE' has no effect any more from Django 5.1 on."


@MODERN
def test_silent_about_what_is_derived_where_it_works(tmp_path, monkeypatch):
    monkeypatch.setattr(django, "VERSION", (4, 2, 0, "final", 0))
    assert inspect_files(tmp_path, settings=storages(MANIFEST) + STATIC).places(RULE) == []
