"""A platform with nothing in the repository: what ``DEPLOYCHECK["PLATFORM"]`` and ``["COMMANDS"]`` say is judged like files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import Inspected, inspect_files

SQLITE = 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}\n'
RIGHT = {
    "build": "python manage.py collectstatic --noinput",
    "release": "python manage.py migrate",
    "web": "gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:$PORT",
}


def inspected(tmp_path: Path, platform: str | None, settings: str = "", **commands: str) -> Inspected:
    configuration: dict[str, object] = {"COMMANDS": commands}
    if platform is not None:
        configuration["PLATFORM"] = platform
    return inspect_files(tmp_path, settings=settings, values={"DEPLOYCHECK": configuration})


def place(name: str) -> str:
    return f'DEPLOYCHECK["COMMANDS"]["{name}"]'


@pytest.mark.parametrize("platform", ["render", "railway", "heroku", "fly", "digitalocean", None])
def test_silent_on_a_right_site(tmp_path: Path, platform: str | None) -> None:
    found = inspected(tmp_path, platform, **RIGHT)

    assert [text for text in found.ids() if not text.startswith("I")] == []


@pytest.mark.parametrize("platform", ["pythonanywhere", "render", "vercel"])
def test_silent_where_only_a_platform_is_named(tmp_path: Path, platform: str) -> None:
    found = inspect_files(tmp_path, values={"DEPLOYCHECK": {"PLATFORM": platform}})

    assert [text for text in found.ids() if not text.startswith("I")] == []


@pytest.mark.parametrize(
    ("rule", "changes", "name"),
    [
        pytest.param("runserver-in-production", {"web": "python manage.py runserver 0.0.0.0:$PORT"}, "web", id="101"),
        pytest.param("missing-production-server", {"web": "python manage.py runserver"}, "web", id="102"),
        pytest.param("undeclared-server", {"web": "daphne bookstore.asgi:application"}, "web", id="103"),
        pytest.param("wrong-application", {"web": "gunicorn shop.wsgi --workers 2"}, "web", id="104"),
        pytest.param("reload-in-production", {"web": "gunicorn bookstore.wsgi -w 2 --reload"}, "web", id="105"),
        pytest.param("unreachable-bind", {"web": "gunicorn bookstore.wsgi -w 2 -b 127.0.0.1:8000"}, "web", id="106"),
        pytest.param("single-worker", {"web": "gunicorn bookstore.wsgi"}, "web", id="107"),
        pytest.param("no-release-migrate", {"release": "true"}, "web", id="201"),
        pytest.param(
            "makemigrations-in-production", {"release": "python manage.py makemigrations"}, "release", id="202"
        ),
        pytest.param("collectstatic-never-run", {"build": "true"}, "web", id="302"),
        pytest.param(
            "collectstatic-in-release-phase",
            {"build": "true", "release": "python manage.py collectstatic --noinput"},
            "release",
            id="303",
        ),
    ],
)
def test_findings_stand_at_the_key(tmp_path: Path, rule: str, changes: dict[str, str], name: str) -> None:
    found = inspected(tmp_path, "render", **{**RIGHT, **changes})

    assert found.places(rule) == [place(name)]
    assert all(":1" not in finding.hint for finding in found.findings(rule))


def test_roles_and_places(tmp_path: Path) -> None:
    found = inspected(
        tmp_path, "render", **RIGHT, worker="celery -A bookstore worker", beat="celery -A bookstore beat", mail="true"
    )

    assert found.report.deployment is not None
    assert [
        (process.role, process.name, str(process.location), process.platform)
        for process in found.report.deployment.production
    ] == [
        ("build", "build", place("build"), "render"),
        ("release", "release", place("release"), "render"),
        ("web", "web", place("web"), "render"),
        ("worker", "worker", place("worker"), "render"),
        ("scheduler", "beat", place("beat"), "render"),
        ("other", "mail", place("mail"), "render"),
    ]


@pytest.mark.parametrize(
    ("platform", "level"),
    [
        pytest.param("pythonanywhere", "I", id="its disk stays"),
        pytest.param("heroku", "W", id="its disk goes"),
    ],
)
def test_sqlite_on_the_disk_of_the_platform(tmp_path: Path, platform: str, level: str) -> None:
    found = inspected(tmp_path, platform, SQLITE, **RIGHT)

    assert [text.partition(":")[0] for text in found.ids() if "401" in text] == [f"{level}401 bookstore/settings.py"]


def test_a_secret_in_a_command_is_never_shown(tmp_path: Path) -> None:
    found = inspected(tmp_path, "render", **{**RIGHT, "web": "SECRET_KEY=k3j9x7q2w8z4v6b1 gunicorn bookstore.wsgi"})

    assert "k3j9x7q2w8z4v6b1" not in repr(found.report.deployment) + repr(found.findings())
