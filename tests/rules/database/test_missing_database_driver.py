from __future__ import annotations

import importlib.util

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "missing-database-driver"
PLACE = f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 1}"
WEB = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
MYSQL = 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "NAME": "shop"}}\n'
FROM_URL = (
    'DATABASE_URL = os.environ.get("DATABASE_URL")\nDATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"\n'
)
COMPOSE = "services:\n  web:\n    build: .\n    environment:\n      DATABASE_URL: mysql://shop:${PASSWORD}@db/shop\n"
DOCKERFILE = "FROM python:3.13\nCOPY . .\nRUN pip install -r requirements.txt\nCMD gunicorn bookstore.wsgi\n"
BUILT = {"compose.prod.yml": COMPOSE, "Dockerfile": DOCKERFILE}
PLAIN = "django==5.2.8\ngunicorn==23.0.0\nwhitenoise==6.11.0\n"

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) for name in ("MySQLdb", "pymysql", "mysql")), reason="a driver is installed here"
)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("DATABASE_URL", "ENGINE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(WEB, "", id="psycopg for PostgreSQL"),
        pytest.param({"requirements.txt": PLAIN + "mysqlclient\n"}, MYSQL, id="mysqlclient"),
        pytest.param({"requirements.txt": PLAIN + "PyMySQL==1.1\n"}, MYSQL, id="PyMySQL"),
        pytest.param({"requirements.txt": None}, MYSQL, id="no dependency file"),
        pytest.param({"requirements.txt": PLAIN + "-r other.txt\n"}, MYSQL, id="a dependency file that is missing"),
        pytest.param(
            {"Dockerfile": DOCKERFILE.replace("txt\n", "txt\nRUN pip install mysqlclient\n")},
            MYSQL,
            id="a step of its own in the image",
        ),
        pytest.param(
            {"Dockerfile": DOCKERFILE.replace("txt\n", "txt\nRUN apt-get install -y python3-mysqlclient\n")},
            MYSQL,
            id="a package of the operating system",
        ),
        pytest.param(
            {**BUILT, "Dockerfile": DOCKERFILE.replace("python:3.13", "example.com/base")},
            MYSQL,
            id="a base image that may bring it",
        ),
        pytest.param(
            {"compose.prod.yml": COMPOSE.replace("build: .", "image: shop\n    command: gunicorn bookstore.wsgi")},
            MYSQL,
            id="an image from elsewhere",
        ),
        pytest.param(WEB, MYSQL + "DEBUG = True\n", id="a developer's settings"),
        pytest.param(WEB, MYSQL.replace("django.db.backends.mysql", "tidb.django"), id="an engine of others"),
        pytest.param(WEB, MYSQL.replace("django.db.backends.mysql", "django.db.backends.sqlite3"), id="SQLite"),
        pytest.param(
            WEB,
            MYSQL.replace('"django.db.backends.mysql"', 'os.environ.get("ENGINE", "django.db.backends.mysql")'),
            id="an engine that a variable decides",
        ),
        pytest.param(BUILT, FROM_URL.splitlines()[1] + "\n", id="settings that do not read DATABASE_URL"),
        pytest.param(
            {**BUILT, "compose.prod.yml": COMPOSE.replace("mysql://shop:${PASSWORD}@db/shop", "${DATABASE_URL}")},
            FROM_URL,
            id="a DATABASE_URL from elsewhere",
        ),
        pytest.param({"Dockerfile": DOCKERFILE}, FROM_URL, id="no DATABASE_URL"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_where_the_platform_may_bring_a_driver(tmp_path):
    files = {
        **WEB,
        ".ebextensions/django.config": "option_settings:\n  aws:elasticbeanstalk:container:python:\n    WSGIPath: bookstore.wsgi\n",
    }
    assert inspect_files(tmp_path, files, settings=MYSQL).places(RULE) == []


def test_silent_where_the_driver_is_installed_here(tmp_path, monkeypatch):
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "pymysql.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "packages")
    assert inspect_files(tmp_path / "site", WEB, settings=MYSQL).places(RULE) == []


def test_silent_about_an_incomplete_tree(tmp_path):
    assert inspect_files(tmp_path, WEB, settings=MYSQL, complete=False).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "places"),
    [
        pytest.param(WEB, MYSQL, [PLACE], id="a platform"),
        pytest.param({"Dockerfile": DOCKERFILE}, MYSQL, [PLACE], id="an image"),
        pytest.param(WEB, MYSQL.replace("django.db", "django_prometheus.db"), [PLACE], id="behind a wrapper"),
        pytest.param(BUILT, FROM_URL, ["compose.prod.yml:5"], id="the variable that production gets"),
        pytest.param(
            BUILT, FROM_URL + MYSQL, [f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 3}"], id="both, once"
        ),
    ],
)
def test_fires(tmp_path, files, settings, places):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == places


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, BUILT, settings=FROM_URL).findings(RULE)
    assert finding.message == (
        "'DATABASE_URL' ('mysql:') of 'web' means MySQL, whose driver no dependency file and no image build installs."
    )
    assert finding.hint == "Add the line 'mysqlclient' to requirements.txt."
