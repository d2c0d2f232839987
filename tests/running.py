"""Runs real Django projects in processes of their own, as their users do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.projects import SETTINGS, SETTINGS_PATH, SKELETON

RUNNING = """
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
"""
SQLITE = 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "bookstore.sqlite3"}}\n'

EXAMPLES = Path(__file__).parent / "example"

# What a process needs to start at all; nothing else of this machine may decide what a site says of itself.
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


def copy_of(name: str, folder: Path) -> Path:
    """A copy of an example site, named as in ``heroku/broken``, below ``folder``, which lies in no repository."""
    ignored = shutil.ignore_patterns("__pycache__", "*.sqlite3", "staticfiles")
    return Path(shutil.copytree(EXAMPLES / name, folder / name, ignore=ignored))


def start_project(folder: Path) -> Path:
    """What ``startproject shop`` writes, with one line added to INSTALLED_APPS."""
    folder.mkdir(parents=True, exist_ok=True)
    run(folder, "-m", "django", "startproject", "shop", ".", check=True)
    settings = folder / "shop" / "settings.py"
    text = settings.read_text(encoding="utf-8")
    marker = "INSTALLED_APPS = [\n"
    assert marker in text
    settings.write_text(text.replace(marker, f'{marker}    "django_deploycheck",\n'), encoding="utf-8")
    return folder


def run(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, check: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run this Python with the arguments in a folder and an environment of its own; ``check`` demands status 0."""
    done = subprocess.run(
        [sys.executable, "-B", *arguments],
        cwd=folder,
        env={**{name: value for name, value in os.environ.items() if name in _KEPT}, "PYTHONUTF8": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def manage(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, check: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run the manage.py of a folder."""
    return run(folder, "manage.py", *arguments, env=env, check=check)


def write_site(folder: Path, files: Mapping[str, str], settings: str = "") -> Path:
    """
    A site that runs: a right site's files and settings with a database of its own, ``files`` added or replaced, and
    ``settings``, source, appended to its settings.
    """
    tree = {**SKELETON, SETTINGS_PATH: f"{SETTINGS}{RUNNING}{SQLITE}{settings}", **files}
    for name, text in tree.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (folder / ".git").mkdir(exist_ok=True)
    return folder


def reported(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The findings that ``manage.py deploycheck`` reports of a site."""
    done = manage(folder, "deploycheck", "--format", "json", "--fail-level", "NEVER", *arguments, env=env, check=True)
    return list(json.loads(done.stdout)["findings"])
