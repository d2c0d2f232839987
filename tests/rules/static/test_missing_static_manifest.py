from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "missing-static-manifest"
ROOT = next(number for number, line in enumerate(SETTINGS.splitlines(), 1) if line.startswith("STATIC_ROOT"))
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
OWN = "tests.rules.static.storages."
FILE = {"staticfiles/shop.css": "body {}\n"}


def storages(static: str = MANIFEST, options: str = "") -> str:
    return (
        'STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, '
        f'"staticfiles": {{"BACKEND": "{static}"{options}}}}}\n'
    )


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(FILE, "del STORAGES\n", id="a storage that needs none"),
        pytest.param({}, storages(), id="nothing was collected here"),
        pytest.param({"staticfiles/.gitkeep": ""}, storages(), id="an empty folder that git keeps"),
        pytest.param({**FILE, "staticfiles/staticfiles.json": "{}"}, storages(), id="it is there"),
        pytest.param({**FILE, "staticfiles/names.json": "{}"}, storages(OWN + "Renamed"), id="by another name"),
        pytest.param(FILE, storages(OWN + "Lenient"), id="a storage that does without"),
        pytest.param(FILE, storages(OWN + "Built"), id="a storage that reads it elsewhere"),
        pytest.param(FILE, storages(OWN + "Bucket"), id="a storage elsewhere"),
        pytest.param(FILE, storages("gone.Storage"), id="a storage that cannot be imported"),
        pytest.param(FILE, storages(options=', "OPTIONS": {"location": "/srv/static"}'), id="another folder"),
        pytest.param(FILE, storages() + "STATIC_ROOT = None\n", id="no folder"),
        pytest.param(FILE, storages() + 'STATIC_ROOT = ""\n', id="an empty name"),
        pytest.param(FILE, "DEBUG = True\n" + storages(), id="settings for development"),
        pytest.param(
            FILE,
            storages() + 'STATIC_ROOT = os.environ.get("BOOKSTORE_STATIC", STATIC_ROOT)\n',
            id="the folder is unset here",
        ),
        pytest.param(FILE, storages() + 'INSTALLED_APPS.remove("django.contrib.staticfiles")\n', id="no static files"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("name", "manifest"),
    [
        pytest.param(MANIFEST, "staticfiles.json", id="WhiteNoise"),
        pytest.param(
            "django.contrib.staticfiles.storage.ManifestStaticFilesStorage", "staticfiles.json", id="Django's own"
        ),
        pytest.param(OWN + "Renamed", "names.json", id="another name"),
    ],
)
def test_fires(tmp_path, name, manifest):
    found = inspect_files(tmp_path, FILE, settings=storages(name))
    assert found.places(RULE) == [f"bookstore/settings.py:{ROOT}"]
    (finding,) = found.findings(RULE)
    assert finding.message == f"'staticfiles' holds static files and no '{manifest}', which '{name}' needs."
    assert finding.hint == "Run 'python manage.py collectstatic --noinput' with these settings."
