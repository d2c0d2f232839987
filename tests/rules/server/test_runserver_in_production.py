"""runserver-in-production: which commands of which files are production's web process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "runserver-in-production"
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n"
COMPOSE = "services:\n  web:\n    build: .\n    command: {}\n    ports: ['80:8000']\n"

SILENT = {
    "a server for production": {"Procfile": "web: gunicorn bookstore.wsgi\n"},
    "a Procfile for development": {"Procfile.dev": "web: python manage.py runserver\n"},
    "a compose file for development": {"compose.dev.yaml": COMPOSE.format("python manage.py runserver")},
    "a lone compose file that mounts the source over the image": {
        "compose.yaml": COMPOSE.format("python manage.py runserver 0.0.0.0:8000") + "    volumes: ['.:/app']\n",
        "Dockerfile": IMAGE,
        "Procfile": "web: gunicorn bookstore.wsgi\n",
    },
    "a production override replaces the command": {
        "compose.yaml": COMPOSE.format("python manage.py runserver 0.0.0.0:8000"),
        "compose.prod.yaml": "services:\n  web:\n    command: gunicorn bookstore.wsgi -b :8000 -w 3\n",
        "Dockerfile": IMAGE,
    },
    "the word is echoed": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": "#!/bin/sh\necho 'developers run: python manage.py runserver'\nexec gunicorn bookstore.wsgi\n",
    },
    "the command is commented out": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": "#!/bin/sh\n# python manage.py runserver 0.0.0.0:8000\nexec gunicorn bookstore.wsgi\n",
    },
    "runworker is no server": {"Procfile": "web: gunicorn bookstore.wsgi\nworker: python manage.py runworker mail\n"},
    "a condition that names development": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": """\
            #!/bin/sh
            if [ "$DJANGO_ENV" = "development" ]; then
                exec python manage.py runserver
            fi
            exec gunicorn bookstore.wsgi
            """,
    },
    "a switch whose other branch starts a server": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": """\
            #!/bin/sh
            if [ "$USE_GUNICORN" = "True" ]; then
                exec gunicorn bookstore.wsgi
            else
                exec python manage.py runserver
            fi
            """,
    },
    "a condition that decides": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": '#!/bin/sh\nif [ "$MODE" = "simple" ]; then exec python manage.py runserver; fi\n',
    },
    "a condition that may start a server before": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": """\
            #!/bin/sh
            [ -n "$USE_GUNICORN" ] && exec gunicorn bookstore.wsgi
            exec python manage.py runserver
            """,
    },
    "a server beside it": {"Procfile": "web: gunicorn bookstore.wsgi & python manage.py runserver 9000\n"},
    "a profile that nobody activates": {
        "compose.prod.yaml": COMPOSE.format("gunicorn bookstore.wsgi -b :8000 -w 3")
        + "  debug:\n    build: .\n    command: python manage.py runserver\n    profiles: [debug]\n",
        "Dockerfile": IMAGE,
    },
}

FIRING = {
    "a Procfile": ({"Procfile": "# processes\nweb: python manage.py runserver 0.0.0.0:$PORT\n"}, ["Procfile:2"]),
    "runserver_plus": ({"Procfile": "web: ./manage.py runserver_plus\n"}, ["Procfile:1"]),
    "django-admin": ({"Procfile": "web: django-admin runserver --noreload\n"}, ["Procfile:1"]),
    "python -m django, through wrappers": (
        {"Procfile": "web: newrelic-admin run-program python -m django runserver\n"},
        ["Procfile:1"],
    ),
    "a chain of commands": ({"Procfile": "web: ./manage.py migrate && ./manage.py runserver\n"}, ["Procfile:1"]),
    "a production compose file": (
        {"compose.prod.yaml": COMPOSE.format("python manage.py runserver 0.0.0.0:8000"), "Dockerfile": IMAGE},
        ["compose.prod.yaml:4"],
    ),
    "the only image": (
        {"Dockerfile": IMAGE + 'CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]\n'},
        ["Dockerfile:5"],
    ),
    "a script that two processes call": (
        {
            "Procfile": "web: ./start.sh\n",
            "heroku/Procfile": "web: ./start.sh\n",
            "start.sh": "#!/bin/sh\nset -e\nexec python manage.py runserver 0.0.0.0:$PORT\n",
        },
        ["start.sh:3"],
    ),
    "a systemd unit": (
        {
            "bookstore.service": """\
            [Service]
            WorkingDirectory=/srv/bookstore
            ExecStart=/srv/bookstore/venv/bin/python manage.py runserver
            Restart=always
            """
        },
        ["bookstore.service:3"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING.keys())
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Procfile": "web: python manage.py runserver 0.0.0.0:$PORT\n"}).findings(RULE)
    assert (
        finding.message
        == "The 'web' process answers production's requests with 'runserver', Django's development server."
    )
    assert finding.hint == "Write 'web: gunicorn bookstore.wsgi' instead."


HINTS = {
    "the address is kept, in the form of the Dockerfile": (
        {"Dockerfile": IMAGE + 'CMD ["python", "manage.py", "runserver", "0.0.0.0:8001"]\n'},
        """Write 'CMD ["gunicorn", "bookstore.wsgi", "--bind", "0.0.0.0:8001"]' instead.""",
    ),
    "a container needs every interface, in the form of a compose file": (
        {"compose.prod.yaml": COMPOSE.format("python manage.py runserver"), "Dockerfile": IMAGE},
        "Write 'command: gunicorn bookstore.wsgi --bind 0.0.0.0:8000' instead.",
    ),
    "the virtualenv is kept, in the form of a unit": (
        {"bookstore.service": "[Service]\nExecStart=/srv/venv/bin/python /srv/manage.py runserver\nRestart=always\n"},
        "Write 'ExecStart=/srv/venv/bin/gunicorn bookstore.wsgi' instead.",
    ),
    "supervisor": (
        {"supervisord.conf": "[program:web]\ncommand=/srv/venv/bin/python /srv/manage.py runserver 0.0.0.0:9000\n"},
        "Write 'command=/srv/venv/bin/gunicorn bookstore.wsgi --bind 0.0.0.0:9000' instead.",
    ),
    "a script": (
        {"Procfile": "web: ./start.sh\n", "start.sh": "#!/bin/sh\npoetry run python manage.py runserver\n"},
        "Write 'exec poetry run gunicorn bookstore.wsgi' instead.",
    ),
    "uvicorn is what is declared": (
        {"Procfile": "web: ./manage.py runserver\n", "requirements.txt": "django\nuvicorn\nwhitenoise\npsycopg\n"},
        "Write 'web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT' instead.",
    ),
    "daphne is what is declared": (
        {"Procfile": "web: ./manage.py runserver\n", "requirements.txt": "django\ndaphne\nwhitenoise\npsycopg\n"},
        "Write 'web: daphne bookstore.asgi:application --bind 0.0.0.0 --port $PORT' instead.",
    ),
    "hypercorn is what is declared": (
        {"Procfile": "web: ./manage.py runserver\n", "requirements.txt": "django\nhypercorn\nwhitenoise\npsycopg\n"},
        "Write 'web: hypercorn bookstore.asgi:application --bind 0.0.0.0:$PORT' instead.",
    ),
    "granian is what is declared, in an image": (
        {"Dockerfile": IMAGE + "CMD ./manage.py runserver $HOST:$PORT\n", "requirements.txt": "django\ngranian\n"},
        "Write 'CMD granian --interface asgi bookstore.asgi:application --host 0.0.0.0 --port $PORT' instead.",
    ),
    "nothing is declared": (
        {"Procfile": "web: ./manage.py runserver\n", "requirements.txt": None},
        "Write 'web: gunicorn bookstore.wsgi' instead, and add the line 'gunicorn' to requirements.txt.",
    ),
    "the project's module is not found, and its settings name the package": (
        {"Procfile": "web: ./manage.py runserver\n", "bookstore/wsgi.py": None},
        "Write 'web: gunicorn bookstore.wsgi' instead.",
    ),
    "no server is declared": (
        {"Procfile": "web: ./manage.py runserver\n", "requirements.txt": "django\nwhitenoise\npsycopg\n"},
        "Write 'web: gunicorn bookstore.wsgi' instead, and add the line 'gunicorn' to requirements.txt.",
    ),
}


@pytest.mark.parametrize(("files", "hint"), HINTS.values(), ids=HINTS.keys())
def test_hint_is_made_for_the_project(files: dict[str, str], hint: str, tmp_path: Path) -> None:
    values = {"WSGI_APPLICATION": None}
    assert [finding.hint for finding in inspect_files(tmp_path, files, values=values).findings(RULE)] == [hint]


def test_hint_for_a_command_that_stands_in_the_settings(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"COMMANDS": {"web": "python manage.py runserver"}}}
    (finding,) = inspect_files(tmp_path, values=values).findings(RULE)
    assert finding.hint == "Write 'gunicorn bookstore.wsgi' instead."


def test_hint_where_the_platform_brings_a_server(tmp_path: Path) -> None:
    told = {"PLATFORM": "pythonanywhere", "COMMANDS": {"web": "python manage.py runserver"}}
    (finding,) = inspect_files(tmp_path, values={"DEPLOYCHECK": told}).findings(RULE)
    assert finding.hint == (
        "Delete it there and in the dashboard: PythonAnywhere serves 'bookstore.wsgi' with a server of its own."
    )
