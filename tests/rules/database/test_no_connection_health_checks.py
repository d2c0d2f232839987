from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "no-connection-health-checks"
PLACE = f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 1}"
KEPT = 'DATABASES["default"]["CONN_MAX_AGE"] = 600\n'
URL = "postgres://shop@db/shop"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("DATABASE_URL", "AGE", "HEALTH"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="connections are closed after each request"),
        pytest.param({}, 'DATABASES["default"]["CONN_MAX_AGE"] = 0\n', id="closed, said so"),
        pytest.param({}, KEPT + 'DATABASES["default"]["CONN_HEALTH_CHECKS"] = True\n', id="tested"),
        pytest.param(
            {},
            KEPT + 'DATABASES["default"]["CONN_HEALTH_CHECKS"] = bool(os.environ.get("HEALTH"))\n',
            id="tested where a variable that is unset here says so",
        ),
        pytest.param({}, KEPT.replace("600", 'int(os.environ.get("AGE", 600))'), id="an age that is unset here"),
        pytest.param({}, KEPT.replace("600", '"600"'), id="an age that Django cannot read"),
        pytest.param({}, KEPT.replace("600", "True"), id="an age that is no number"),
        pytest.param({}, KEPT.replace("600", "-1"), id="an age below zero"),
        pytest.param({}, KEPT + 'DATABASES["default"]["OPTIONS"] = {"pool": True}\n', id="a pool"),
        pytest.param(
            {}, KEPT + 'DATABASES["default"]["ENGINE"] = "dj_db_conn_pool.backends.postgresql"\n', id="a pool's engine"
        ),
        pytest.param({}, KEPT + 'DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"\n', id="SQLite"),
        pytest.param({}, KEPT + 'DATABASES["default"]["ENGINE"] = "some.backend"\n', id="an unknown engine"),
        pytest.param({}, KEPT + "DATABASES = {}\n", id="no database"),
        pytest.param({}, 'DATABASES = {"default": None}\n', id="an entry that is none"),
        pytest.param({}, KEPT + "DEBUG = True\n", id="a developer's settings"),
        pytest.param(
            {"Procfile": "web: uvicorn bookstore.asgi:application\n"}, KEPT, id="under ASGI another rule speaks"
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, KEPT, id="ten minutes"),
        pytest.param({}, KEPT.replace("600", "None"), id="for ever"),
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi\n"}, KEPT, id="under WSGI"),
        pytest.param(
            {}, KEPT + 'DATABASES["default"]["OPTIONS"] = {"sslmode": "require"}\n', id="with options for the driver"
        ),
        pytest.param({}, KEPT + 'DATABASES["default"]["OPTIONS"] = None\n', id="options that are none"),
        pytest.param({}, KEPT + 'DATABASES["default"]["CONN_HEALTH_CHECKS"] = False\n', id="turned off"),
        pytest.param(
            {}, 'DATABASES["reports"] = {**DATABASES["default"], "CONN_MAX_AGE": 60}\n', id="a second database"
        ),
    ],
)
def test_fires(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == [PLACE]


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, settings=KEPT).findings(RULE)
    assert finding.message == "The database 'default' keeps connections ('CONN_MAX_AGE': 600) and never tests them."
    assert finding.hint == f"Set 'CONN_HEALTH_CHECKS': True for DATABASES['default'] in {PLACE}."


def test_hint_for_dj_database_url(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", URL)
    settings = "import dj_database_url\n\nDATABASES = {'default': dj_database_url.config(conn_max_age=600)}\n"
    files = {"requirements.txt": "django==5.2.8\ndj-database-url==3.0.1\n"}
    (finding,) = inspect_files(tmp_path, files, settings=settings).findings(RULE)
    assert str(finding.location) == f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 3}"
    assert finding.hint.endswith(" (conn_health_checks=True in a call of dj_database_url).")


def test_a_value_that_only_the_live_settings_hold(tmp_path):
    databases = {"default": {"ENGINE": "django.db.backends.mysql", "CONN_MAX_AGE": None}}
    (finding,) = inspect_files(
        tmp_path, {"bookstore/settings.py": "BASE = 1\n"}, values={"DATABASES": databases}
    ).findings(RULE)
    assert finding.location is None
    assert finding.hint == "Set 'CONN_HEALTH_CHECKS': True for DATABASES['default'] in bookstore/settings.py."
