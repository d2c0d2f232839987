from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "persistent-connections-under-asgi"
PLACE = f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 1}"
KEPT = 'DATABASES["default"]["CONN_MAX_AGE"] = 600\n'
WSGI = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
ASGI = {"Procfile": "web: daphne bookstore.asgi:application\n"}


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, KEPT, id="nothing is known of production"),
        pytest.param(WSGI, KEPT, id="WSGI"),
        pytest.param(ASGI, "", id="connections are closed after each request"),
        pytest.param(ASGI, KEPT + 'DATABASES["default"]["OPTIONS"] = {"pool": True}\n', id="a pool"),
        pytest.param(ASGI, KEPT + 'DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"\n', id="SQLite"),
        pytest.param(ASGI, KEPT.replace("600", 'int(os.environ.get("AGE", 600))'), id="an age that is unset here"),
        pytest.param(ASGI, KEPT + "DEBUG = True\n", id="a developer's settings"),
        pytest.param(
            {"compose.dev.yml": "services:\n  web:\n    image: shop\n    command: daphne bookstore.asgi:application\n"},
            KEPT,
            id="a server for development",
        ),
        pytest.param(
            {
                **WSGI,
                "compose.prod.yml": "services:\n  api:\n    image: shop\n    command: uvicorn api.main:app\n",
                "api/main.py": "import fastapi\n",
            },
            KEPT,
            id="another framework's server",
        ),
    ],
)
def test_silent(tmp_path, monkeypatch, files, settings):
    monkeypatch.delenv("AGE", raising=False)
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        pytest.param("daphne bookstore.asgi:application", KEPT, id="daphne"),
        pytest.param("gunicorn bookstore.asgi -k uvicorn.workers.UvicornWorker", KEPT, id="gunicorn's uvicorn worker"),
        pytest.param("uvicorn bookstore.asgi:application", KEPT.replace("600", "None"), id="for ever"),
        pytest.param(
            "uvicorn bookstore.asgi:application",
            KEPT + 'DATABASES["default"]["CONN_HEALTH_CHECKS"] = True\n',
            id="tested, and kept all the same",
        ),
    ],
)
def test_fires(tmp_path, command, settings):
    assert inspect_files(tmp_path, {"Procfile": f"web: {command}\n"}, settings=settings).places(RULE) == [PLACE]


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, ASGI, settings=KEPT).findings(RULE)
    assert finding.message == (
        "The database 'default' keeps connections ('CONN_MAX_AGE': 600), and 'web' serves ASGI with daphne, where they pile up."
    )
    assert finding.hint == (
        f"Set 'CONN_MAX_AGE': 0 for DATABASES['default'] in {PLACE}, or keep connections in a pool: 'OPTIONS': {{'pool': True}} with "
        "psycopg[pool] installed."
    )
    assert [str(place) for place in finding.related] == ["Procfile:1"]


def test_no_pool_for_another_engine(tmp_path):
    settings = KEPT + 'DATABASES["default"]["ENGINE"] = "django.db.backends.mysql"\n'
    (finding,) = inspect_files(tmp_path, ASGI, settings=settings).findings(RULE)
    assert finding.hint == f"Set 'CONN_MAX_AGE': 0 for DATABASES['default'] in {PLACE}."
