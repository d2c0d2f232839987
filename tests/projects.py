"""Builds a small repository on disk and inspects it: what every test of rules and examples stands on."""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import UserSettingsHolder, global_settings

from django_deploycheck.discovery import Root
from django_deploycheck.engine import Report, inspect
from django_deploycheck.model import Finding

SETTINGS_PATH = "bookstore/settings.py"

# A site that every rule is silent about, but for the advice not to hear of errors by mail alone: each test adds its mistake.
SETTINGS = """\
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("SECRET_KEY", "test-only-" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ")
DEBUG = False
ALLOWED_HOSTS = ["www.example.com"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic", "django.contrib.staticfiles",
    "django_deploycheck",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "bookstore.urls"
WSGI_APPLICATION = "bookstore.wsgi.application"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "HOST": "database", "NAME": "bookstore"}
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
EMAIL_HOST = "mail.example.com"
SERVER_EMAIL = "errors@example.com"
ADMINS = [("Errors", "errors@example.com")]
"""

MANAGE = """\
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookstore.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""

WSGI = """\
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookstore.settings")

application = get_wsgi_application()
"""

ASGI = WSGI.replace("wsgi", "asgi")

REQUIREMENTS = "django==5.2.8\ngunicorn==23.0.0\nwhitenoise==6.11.0\npsycopg==3.2.13\n"

# Those of its lines that say where files are stored.
STORAGES = "".join(re.findall(r"^STORAGES = .*?^}\n", SETTINGS, re.MULTILINE | re.DOTALL))

SKELETON = {
    "manage.py": MANAGE,
    "bookstore/__init__.py": "",
    "bookstore/urls.py": "urlpatterns = []\n",
    "bookstore/wsgi.py": WSGI,
    "bookstore/asgi.py": ASGI,
    "requirements.txt": REQUIREMENTS,
}


@dataclass(frozen=True)
class Inspected:
    """The report on a repository built for a test."""

    report: Report
    path: Path

    def findings(self, name: str | None = None, *, silenced: bool = False) -> list[Finding]:
        """The findings of the rule of this name (of every rule without one), in the order of their places."""
        return [
            result.finding
            for result in self.report.results
            if (name is None or result.rule.name == name) and (silenced or result.silence is None)
        ]

    def places(self, name: str) -> list[str]:
        """``path:line`` of each finding of a rule."""
        return [str(finding.location) for finding in self.findings(name)]

    def ids(self) -> list[str]:
        """``W101 Procfile:1`` for every finding that is not silenced."""
        return [
            f"{result.finding.level or result.rule.level}{result.rule.number:03} {result.finding.location}"
            for result in self.report.results
            if result.silence is None
        ]


def inspect_files(
    path: Path,
    files: Mapping[str, str | None] | None = None,
    *,
    settings: str = "",
    values: Mapping[str, Any] | None = None,
    skeleton: bool = True,
    complete: bool = True,
) -> Inspected:
    """
    Write a repository below ``path`` and inspect it.

    ``files`` are added to the skeleton of a right site (text None removes a file), indentation removed. ``settings`` is
    source appended to its settings module, ``values`` are settings that only the live settings hold.
    """
    tree: dict[str, str | None] = dict(SKELETON) if skeleton else {}
    tree.update({name: textwrap.dedent(text) if text is not None else None for name, text in (files or {}).items()})
    source = tree.pop(SETTINGS_PATH, None) or SETTINGS
    if re.search(r"(?:STATICFILES|FILE)_STORAGE", settings):
        # Django refuses both. The lines stay, so that every other setting keeps its place.
        source = source.replace(STORAGES, "\n" * STORAGES.count("\n"))
    source += textwrap.dedent(settings)
    if skeleton or settings:
        tree[SETTINGS_PATH] = source
    if complete:
        tree.setdefault(".git/HEAD", "ref: refs/heads/main\n")
    for name, text in tree.items():
        if text is not None:
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    namespace: dict[str, Any] = {"__file__": str(path / SETTINGS_PATH), "__name__": "bookstore.settings"}
    exec(compile(source, str(path / SETTINGS_PATH), "exec"), namespace)  # noqa: S102 - the test wrote it
    live = UserSettingsHolder(global_settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the mail settings, which Django 6.1 deprecates
        for name, value in {
            **{key: value for key, value in namespace.items() if key.isupper()},
            **(values or {}),
        }.items():
            setattr(live, name, value)
    report = inspect(live, root=Root(str(path.resolve()), "", complete), module="bookstore.settings")
    return Inspected(report, path)


# --- the examples in the rules' pages -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """One section "Bad …" or "Good …" of a rule's page: a small repository."""

    title: str
    files: Mapping[str, str]

    @property
    def is_bad(self) -> bool:
        return self.title.startswith("Bad")


def examples(page: str) -> list[Example]:
    """The examples in a rule's docstring: below each "Bad" or "Good" title, the code blocks with a caption."""
    found: list[Example] = []
    lines = textwrap.dedent("    " + page if not page.startswith("\n") else page).splitlines()
    title: str | None = None
    index = 0
    files: dict[str, str] = {}
    while index < len(lines):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if line.strip() and re.fullmatch(r"-{3,}", following.strip()):
            if title:
                found.append(Example(title, files))
            title, files = (line.strip(), {}) if re.match(r"(?:Bad|Good)\b", line.strip()) else (None, {})
            index += 2
            continue
        block = re.match(r"(\s*)\.\. code-block::", line)
        if block and title:
            index += 1
            caption = None
            body: list[str] = []
            margin = len(block[1])
            while index < len(lines) and (
                not lines[index].strip() or len(lines[index]) - len(lines[index].lstrip()) > margin
            ):
                option = re.match(r"\s*:(\w+):\s*(.*)", lines[index])
                if option and not body:
                    caption = option[2].strip() if option[1] == "caption" else caption
                elif body or lines[index].strip():
                    body.append(lines[index])
                index += 1
            if caption:
                files[caption] = textwrap.dedent("\n".join(body)).strip("\n") + "\n"
            continue
        index += 1
    if title:
        found.append(Example(title, files))
    return found


def inspect_example(path: Path, example: Example) -> Inspected:
    """
    Inspect an example. A block captioned ``settings.py`` is appended to the settings of a right site; ``.gitkeep`` files
    and the site's skeleton are there unless a block replaces them.
    """
    files = dict(example.files)
    settings = files.pop("settings.py", "")
    return inspect_files(path, files, settings=settings)
