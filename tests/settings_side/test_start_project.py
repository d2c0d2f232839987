"""What startproject of the Django in use writes, unchanged but for the app: a newcomer hears two things, and both are true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.running import manage, start_project

STATIC_ROOT = (
    "deploycheck.W301",
    "STATIC_ROOT is not set, so 'collectstatic' stops with ImproperlyConfigured.",
    'Set STATIC_ROOT = BASE_DIR / "staticfiles" in the settings.',
)
NOBODY = (
    "deploycheck.W501",
    "Nobody would be told of an error: no error tracker is active, and 'ADMINS' is empty.",
    (
        "Add 'sentry-sdk' to requirements.txt and 'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' to shop/settings.py, or set "
        'ADMINS = [("Errors", "you@example.com")] and a mail backend that sends.'
    ),
)


def told(project: Path) -> list[tuple[str, str, str]]:
    done = manage(project, "deploycheck", "--format", "json")
    assert done.stderr == ""
    return sorted((found["id"], found["message"], found["hint"]) for found in json.loads(done.stdout)["findings"])


@pytest.fixture
def project(tmp_path) -> Path:
    return start_project(tmp_path / "site")


def test_a_folder_hears_what_its_settings_lack(project):
    assert told(project) == [STATIC_ROOT]


def test_a_repository_hears_that_errors_stay_unseen(project):
    (project / ".git").mkdir()
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    assert told(project) == [STATIC_ROOT, NOBODY]


def test_a_line_of_the_settings_is_named_and_the_hint_is_enough(project):
    settings = project / "shop" / "settings.py"
    lines = settings.read_text(encoding="utf-8").splitlines()
    line = 1 + next(index for index, text in enumerate(lines) if text.startswith("STATIC_URL"))
    done = manage(project, "check", "--deploy")
    assert "Traceback" not in done.stderr
    assert f"shop/settings.py:{line}: (deploycheck.W301)" in done.stderr
    settings.write_text("\n".join([*lines, 'STATIC_ROOT = BASE_DIR / "staticfiles"', ""]), encoding="utf-8")
    done = manage(project, "check", "--deploy")
    assert "(security.W018)" in done.stderr
    assert "deploycheck" not in done.stderr
