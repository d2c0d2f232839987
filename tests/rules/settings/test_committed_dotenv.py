from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.projects import inspect_files

SECRET = "SECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0\n"
# Built at run time, so that no scanner takes this file for one with a key.
STRIPE = "STRIPE=" + "sk_" + "live_" + "0123456789abcdefghij\n"


def index(*paths: str) -> bytes:
    """A git index (version 2) that tracks these paths."""
    data = b"DIRC" + (2).to_bytes(4, "big") + len(paths).to_bytes(4, "big")
    for path in sorted(paths):
        name = path.encode()
        entry = b"\0" * 60 + len(name).to_bytes(2, "big") + name
        data += entry + b"\0" * (8 - len(entry) % 8)
    return data + hashlib.sha1(data, usedforsecurity=False).digest()


def track(path: Path, *names: str) -> None:
    (path / ".git").mkdir(parents=True, exist_ok=True)
    (path / ".git" / "index").write_bytes(index(*names))


SILENT: dict[str, Mapping[str, str | None]] = {
    "nothing secret": {".env": "DEBUG=off\nCOMPOSE_PROJECT_NAME=bookstore\n"},
    "a placeholder": {".env": "SECRET_KEY=your-secret-key\n"},
    "a default to be changed": {".env": "SECRET_KEY=change-me-in-production\n"},
    "a reference": {".env": "SECRET_KEY=${VAULT_KEY}\n"},
    "ignored": {".env": SECRET, ".gitignore": ".env\n"},
    "ignored with its folder": {"config/.env": SECRET, ".gitignore": "config/\n"},
    "ignored by the file beside it": {"config/.env": SECRET, "config/.gitignore": "*\n"},
    "an example": {".env.example": SECRET},
    "an example with an underscore": {"env_example": SECRET},
    "a template": {".env.prod.template": SECRET},
    "a file for tests": {".env.test": SECRET},
    "a file for development": {".env.dev": SECRET},
    "a file in a folder for development": {".envs/.local/.django": SECRET},
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: Mapping[str, str | None], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("committed-dotenv") == []


def test_silent_about_a_file_that_is_not_tracked(tmp_path: Path) -> None:
    track(tmp_path, "manage.py")
    assert inspect_files(tmp_path, {".env": SECRET}).places("committed-dotenv") == []


def test_silent_where_production_keeps_its_own(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {".env": SECRET}, complete=False).places("committed-dotenv") == []


FIRING: dict[str, tuple[Mapping[str, str | None], list[str]]] = {
    ".env": ({".env": "DEBUG=off\n" + SECRET}, [".env:2"]),
    "a comment behind a pattern ignores nothing": ({".env": SECRET, ".gitignore": ".env # secrets\n"}, [".env:1"]),
    "taken back in": ({".env": SECRET, ".gitignore": ".env*\n!.env\n"}, [".env:1"]),
    ".envrc": ({".envrc": "export " + SECRET}, [".envrc:1"]),
    "a server's .envrc": ({".server.envrc": "export " + SECRET}, [".server.envrc:1"]),
    ".env.production": ({".env.production": SECRET}, [".env.production:1"]),
    "cookiecutter's folder": ({".envs/.production/.django": SECRET}, [".envs/.production/.django:1"]),
    "a password in a URL": ({".env": "DATABASE_URL=postgres://shop:p9vk2x8w7q1z@db.example.net/shop\n"}, [".env:1"]),
    "several secrets in one file": ({".env": SECRET + "DB_PASSWORD=k2x8w7q1z4\n"}, [".env:1"]),
    "two files": ({".env": SECRET, "web/.env": SECRET}, [".env:1", "web/.env:1"]),
    "a vendor's key in an example": ({".env.example": SECRET + STRIPE}, [".env.example:2"]),
    "a vendor's key for development": ({".env.dev": STRIPE}, [".env.dev:1"]),
}


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_fires(files: Mapping[str, str | None], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places("committed-dotenv") == places


def test_tracked_although_ignored(tmp_path: Path) -> None:
    track(tmp_path, ".env", "manage.py")
    (finding,) = inspect_files(tmp_path, {".env": SECRET, ".gitignore": ".env\n"}).findings("committed-dotenv")
    assert finding.message == "'.env' is tracked by git and holds a secret key in 'SECRET_KEY'."
    assert finding.hint == (
        "Run 'git rm --cached .env', add '/.env' to the .gitignore at the root, and choose new values for "
        "'SECRET_KEY': git remembers these."
    )


def test_says_what_a_file_that_is_not_ignored_holds(tmp_path: Path) -> None:
    names = "SECRET_KEY DB_PASSWORD API_TOKEN MAIL_PASSWORD SMS_TOKEN".split()
    text = "".join(f"{name}=k2x8w7q1z4{name[:2]}9v\n" for name in names)
    (finding,) = inspect_files(tmp_path, {".env": text}).findings("committed-dotenv")
    assert finding.message == "'.env' is not ignored by git and holds a secret key in 'SECRET_KEY' (and 4 more)."
    assert "'SECRET_KEY', 'DB_PASSWORD', 'API_TOKEN', 'MAIL_PASSWORD' and the others: git" in finding.hint
    assert "k2x8w7q1z4" not in finding.message + finding.hint
