from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "sqlite-in-production"
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
SQLITE = 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}\n'
IN_FOLDER = SQLITE.replace('"db.sqlite3"', '"data" / "db.sqlite3"')
OUTSIDE = SQLITE.replace('BASE_DIR / "db.sqlite3"', '"/var/lib/shop/db.sqlite3"')
PLACE = f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 1}"

COMPOSE = "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n"
BUILT = "services:\n  web:\n    build: .\n"
DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD gunicorn bookstore.wsgi\n"


def compose(*volumes: str, base: str = COMPOSE, **files: str) -> dict[str, str]:
    lines = "".join(f"      - {volume}\n" for volume in volumes)
    return {"compose.prod.yml": base + (f"    volumes:\n{lines}" if volumes else ""), **files}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("DATABASE_URL", "ENGINE", "DB_PATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(PROCFILE, "", id="another engine"),
        pytest.param(PROCFILE, "DATABASES = {}\n", id="no database"),
        pytest.param({}, SQLITE, id="nothing is known of production"),
        pytest.param(
            PROCFILE, SQLITE.replace('BASE_DIR / "db.sqlite3"', '":memory:"'), id="in memory: no data to lose"
        ),
        pytest.param(
            PROCFILE,
            "import dj_database_url\nDATABASES = {'default': dj_database_url.config(default='sqlite:///db.sqlite3')}\n",
            id="the variable that names it is unset here",
        ),
        pytest.param(
            PROCFILE,
            SQLITE.replace('"django.db.backends.sqlite3"', 'os.environ.get("ENGINE", "django.db.backends.sqlite3")'),
            id="the engine comes from a variable that is unset here",
        ),
        pytest.param(
            PROCFILE, 'if "DATABASE_URL" not in os.environ:\n    ' + SQLITE, id="only where a variable is missing"
        ),
        pytest.param(
            {
                "compose.prod.yml": COMPOSE + "    environment:\n      DJANGO_SETTINGS_MODULE: bookstore.other\n",
                "bookstore/other.py": "from bookstore.settings import *\n",
            },
            SQLITE,
            id="production loads other settings",
        ),
        pytest.param({"compose.dev.yml": COMPOSE}, SQLITE, id="a development container"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(compose("data:/app/data"), IN_FOLDER, id="a volume on its folder"),
        pytest.param(compose("./data:/srv/x"), IN_FOLDER, id="its folder of this repository is mounted"),
        pytest.param(compose("data:/var/lib/shop"), OUTSIDE, id="a volume on its folder outside the code"),
        pytest.param(compose("state:/app", base=BUILT, Dockerfile=DOCKERFILE), SQLITE, id="a volume on the code"),
        pytest.param(
            compose("db:/app/db.sqlite3", base=BUILT, Dockerfile=DOCKERFILE), SQLITE, id="a volume on the file"
        ),
        pytest.param(compose("state:/home"), SQLITE, id="a volume in an image that nobody knows"),
        pytest.param({"Dockerfile": DOCKERFILE}, SQLITE, id="an image alone: volumes are given when it starts"),
        pytest.param(
            compose("state:/state", base=BUILT, Dockerfile=DOCKERFILE),
            SQLITE.replace('BASE_DIR / "db.sqlite3"', 'os.environ.get("DB_PATH", "db.sqlite3")'),
            id="a variable that is unset here may name the volume",
        ),
        pytest.param(
            {"shop.service": "[Service]\nExecStart=/srv/shop/venv/bin/gunicorn bookstore.wsgi\n"}, SQLITE, id="a server"
        ),
    ],
)
def test_advice(tmp_path, files, settings):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == [PLACE]
    assert [finding.level for finding in found.findings(RULE)] == ["I"]


def test_advice_where_only_the_platform_is_known(tmp_path):
    settings = SQLITE + 'DEPLOYCHECK = {"PLATFORM": "pythonanywhere"}\n'
    (finding,) = inspect_files(tmp_path, settings=settings).findings(RULE)
    assert (str(finding.location), finding.level) == (PLACE, "I")
    assert finding.message == "The default database is SQLite, and PythonAnywhere runs it."


def test_advice_says_whose_disk_keeps_it(tmp_path):
    unit = {"shop.service": "[Service]\nExecStart=/srv/shop/venv/bin/gunicorn bookstore.wsgi\n"}
    (finding,) = inspect_files(tmp_path, unit, settings=SQLITE).findings(RULE)
    assert finding.message == "The default database is SQLite, and 'shop' keeps it on the disk of its machine."


def test_advice_says_which_platform_keeps_it(tmp_path):
    told = 'DEPLOYCHECK = {"PLATFORM": "pythonanywhere", "COMMANDS": {"release": "python manage.py migrate"}}\n'
    (finding,) = inspect_files(tmp_path, settings=SQLITE + told).findings(RULE)
    assert (
        finding.message == "The default database is SQLite, and PythonAnywhere, which runs 'release', keeps its disk."
    )


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(PROCFILE, SQLITE, id="a platform whose disk is new after each deploy"),
        pytest.param(PROCFILE, OUTSIDE, id="outside the code, on the same disk"),
        pytest.param(compose(), SQLITE, id="a container without volumes"),
        pytest.param(compose("static:/app/staticfiles"), SQLITE, id="a volume for other files"),
        pytest.param(
            compose("state:/state", base=BUILT, Dockerfile=DOCKERFILE), SQLITE, id="a volume at another place"
        ),
        pytest.param({"compose.prod.yml": COMPOSE + "    tmpfs: [/app/data]\n"}, IN_FOLDER, id="a folder in memory"),
        pytest.param(compose("data:/data:ro"), SQLITE, id="a volume that cannot be written to"),
        pytest.param(compose(), SQLITE.replace("django.db", "django_prometheus.db"), id="behind a wrapper"),
    ],
)
def test_fires(tmp_path, files, settings):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == [PLACE]
    assert [finding.level for finding in found.findings(RULE)] == [None]


@pytest.mark.parametrize(
    ("files", "settings", "message", "end"),
    [
        pytest.param(
            PROCFILE,
            SQLITE,
            "The default database is SQLite, and Heroku, which runs 'web', starts every deploy with an empty disk.",
            "with DATABASE_URL naming a PostgreSQL database, after installing 'dj-database-url'.",
            id="a platform",
        ),
        pytest.param(
            compose(base=BUILT, Dockerfile=DOCKERFILE),
            IN_FOLDER,
            "The default database is SQLite, and the container of 'web' has no volume for it.",
            "or add '- database:/app/data' below 'volumes:' of 'web', and 'database:' below the file's own 'volumes:'.",
            id="a container",
        ),
        pytest.param(
            compose(),
            SQLITE,
            "The default database is SQLite, and the container of 'web' has no volume for it.",
            "or move 'db.sqlite3' into a folder of its own and mount a volume there.",
            id="a container, the file beside the code",
        ),
    ],
)
def test_message_and_hint(tmp_path, files, settings, message, end):
    (finding,) = inspect_files(tmp_path, files, settings=settings).findings(RULE)
    assert finding.message == message
    assert finding.hint.startswith("Set DATABASES['default'] = dj_database_url.config(")
    assert finding.hint.endswith(end)


@pytest.mark.parametrize(
    ("requirements", "end"),
    [
        ("psycopg2-binary\ndj-database-url\n", "naming a PostgreSQL database."),
        ("django\n", "after installing 'psycopg[binary]' and 'dj-database-url'."),
    ],
)
def test_the_hint_names_what_has_to_be_installed(tmp_path, requirements, end):
    files = {**PROCFILE, "requirements.txt": requirements}
    (finding,) = inspect_files(tmp_path, files, settings=SQLITE).findings(RULE)
    assert finding.hint.endswith(end)
