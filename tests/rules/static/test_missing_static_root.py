"""missing-static-root: no folder to collect static files into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django
import pytest

from tests.projects import inspect_files

RULE = "missing-static-root"
OWN = "tests.rules.static.middleware."


def storages(backend: str, **options: str) -> str:
    return f"STORAGES = {{'default': {{}}, 'staticfiles': {{'BACKEND': '{backend}', 'OPTIONS': {options!r}}}}}\n"


SILENT = {
    "a folder": "STATIC_ROOT = BASE_DIR / 'staticfiles'\n",
    "a folder as text": "STATIC_ROOT = '/srv/static'\n",
    "staticfiles is not installed": "STATIC_ROOT = None\nINSTALLED_APPS = ['django.contrib.auth']\n",
    "an app whose name only starts like it": "STATIC_ROOT = None\nINSTALLED_APPS = ['django.contrib.staticfiles_extra']\n",
    "a storage elsewhere": "STATIC_ROOT = None\n" + storages(OWN + "Bucket"),
    "a storage that cannot be imported": "STATIC_ROOT = None\n" + storages("gone.Storage"),
    "a storage that is no class": "STATIC_ROOT = None\n" + storages(OWN + "not_a_class"),
    "no storage of static files": "STATIC_ROOT = None\nSTORAGES = {'staticfiles': {}}\n",
    "a storage with a place of its own": "STATIC_ROOT = None\n" + storages(OWN + "OwnStorage", location="/srv/static"),
    "from a variable that is unset here": "STATIC_ROOT = os.environ.get('BOOKSTORE_STATIC_ROOT')\n",
    "another storage from a variable that is unset here": (
        "STATIC_ROOT = None\nif os.environ.get('BOOKSTORE_BUCKET'):\n    " + storages(OWN + "Bucket")
    ),
    "neither text nor path": "STATIC_ROOT = 7\n",
}

FIRING = {
    "unset": ("STATIC_ROOT = None\n", "is not set"),
    "empty": ("STATIC_ROOT = ''\n", "is not set"),
    "relative": ("STATIC_ROOT = 'build/static'\n", "is 'build/static', a relative path"),
    "a relative path": ("STATIC_ROOT = Path('static')\n", "is 'static', a relative path"),
    "the app by its configuration": (
        "STATIC_ROOT = None\nINSTALLED_APPS = ['django.contrib.staticfiles.apps.StaticFilesConfig']\n",
        "is not set",
    ),
    "WhiteNoise's storage": (
        "STATIC_ROOT = None\n" + storages("whitenoise.storage.CompressedManifestStaticFilesStorage"),
        "is not set",
    ),
    "a storage made of Django's": ("STATIC_ROOT = None\n" + storages(OWN + "OwnStorage"), "is not set"),
}


@pytest.mark.parametrize("settings", SILENT.values(), ids=SILENT)
def test_silent(settings: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, settings=settings).findings(RULE) == []


@pytest.mark.parametrize(("settings", "message"), FIRING.values(), ids=FIRING)
def test_firing(settings: str, message: str, tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, settings=settings)
    (finding,) = inspected.findings(RULE)
    assert message in finding.message
    lines = inspected.path.joinpath("bookstore/settings.py").read_text().splitlines()
    assert str(finding.location) == f"bookstore/settings.py:{lines.index(settings.splitlines()[0]) + 1}"


def test_stands_at_static_url_where_no_line_sets_it(tmp_path: Path) -> None:
    inspected = inspect_files(
        tmp_path, {"bookstore/settings.py": "STATIC_URL = 'static/'\nINSTALLED_APPS = ['django.contrib.staticfiles']\n"}
    )
    assert inspected.places(RULE) == ["bookstore/settings.py:1"]


@pytest.mark.parametrize(
    ("settings", "values", "hint"),
    [
        pytest.param("", {}, 'Set STATIC_ROOT = BASE_DIR / "staticfiles" in the settings.', id="a path"),
        pytest.param(
            "",
            {"BASE_DIR": "/site"},
            'Set STATIC_ROOT = os.path.join(BASE_DIR, "staticfiles") in the settings.',
            id="text",
        ),
        pytest.param(
            "",
            {"BASE_DIR": None},
            'Set STATIC_ROOT = Path(__file__).resolve().parent.parent / "staticfiles" in the settings.',
            id="none",
        ),
        pytest.param(
            "STATICFILES_DIRS = [BASE_DIR / 'staticfiles']\n",
            {},
            'Set STATIC_ROOT = BASE_DIR / "static_root" in the settings.',
            id="the usual folder holds sources",
        ),
        pytest.param(
            "STATIC_ROOT = './build/static/'\n",
            {},
            'Set STATIC_ROOT = BASE_DIR / "build/static" in the settings.',
            id="their own folder",
        ),
    ],
)
def test_hint(settings: str, values: dict[str, Any], hint: str, tmp_path: Path) -> None:
    settings = settings if "STATIC_ROOT" in settings else settings + "STATIC_ROOT = None\n"
    assert [finding.hint for finding in inspect_files(tmp_path, settings=settings, values=values).findings(RULE)] == [
        hint
    ]


def test_message(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, settings="STATIC_ROOT = 'static'\n").findings(RULE)
    assert (
        finding.message
        == "STATIC_ROOT is 'static', a relative path: it is another folder wherever the working directory is another one."
    )


@pytest.mark.filterwarnings(
    "ignore::django.utils.deprecation.RemovedInDjango51Warning" if django.VERSION < (5, 1) else "default"
)
def test_old_name_of_the_storage_counts_only_where_django_reads_it(tmp_path: Path) -> None:
    settings = f"STATIC_ROOT = None\nSTATICFILES_STORAGE = '{OWN}Bucket'\n"
    assert len(inspect_files(tmp_path, settings=settings).findings(RULE)) == (0 if django.VERSION < (5, 1) else 1)
