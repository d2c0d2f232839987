"""makemigrations-in-production: migrations written where they should only be applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "makemigrations-in-production"
WEB = "web: gunicorn bookstore.wsgi\n"
IMAGE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"

SILENT = {
    "no deployment files": {},
    "migrate": {"Procfile": WEB + "release: python manage.py migrate\n"},
    "only a check": {
        "Procfile": WEB + "release: python manage.py makemigrations --check && python manage.py migrate\n"
    },
    "a dry run": {"Procfile": WEB + "release: python manage.py makemigrations --dry-run -v 3\n"},
    "printed, not run": {"Procfile": WEB + "release: echo run makemigrations first\n"},
    "commented out": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": "#!/bin/sh\n# python manage.py makemigrations\nexec gunicorn bookstore.wsgi\n",
    },
    "a compose file for development": {
        "compose.dev.yaml": "services:\n  web:\n    build: .\n    command: sh -c 'python manage.py makemigrations && python manage.py runserver'\n",
        "Dockerfile": IMAGE,
        "Procfile": WEB,
    },
    "a script that nobody calls": {"Procfile": WEB, "quickstart.sh": "#!/bin/sh\npython manage.py makemigrations\n"},
    "a branch for development": {
        "Procfile": "web: ./start.sh\n",
        "start.sh": '#!/bin/sh\nif [ "$DJANGO_ENV" = development ]; then python manage.py makemigrations; fi\nexec gunicorn bookstore.wsgi\n',
    },
}

FIRING = {
    "a release phase": (
        {"Procfile": WEB + "release: python manage.py makemigrations && python manage.py migrate\n"},
        ["Procfile:2"],
    ),
    "a merge": ({"Procfile": WEB + "release: python manage.py makemigrations --merge --noinput\n"}, ["Procfile:2"]),
    "an image's build": (
        {"Dockerfile": IMAGE + 'RUN python manage.py makemigrations\nCMD ["gunicorn", "bookstore.wsgi"]\n'},
        ["Dockerfile:4"],
    ),
    "one script that two processes call": (
        {
            "Procfile": "web: ./start.sh\napi: ./start.sh\n",
            "start.sh": "#!/bin/sh\npoetry run python manage.py makemigrations books\nexec gunicorn bookstore.wsgi\n",
        },
        ["start.sh:2"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).findings(RULE) == []


@pytest.mark.parametrize(("files", "places"), FIRING.values(), ids=FIRING)
def test_firing(files: dict[str, str], places: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files).places(RULE) == places


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, {"Procfile": WEB + "release: python manage.py makemigrations\n"}).findings(
        RULE
    )
    assert (
        finding.message
        == "'python manage.py makemigrations' runs in 'release', which writes migrations that exist nowhere else."
    )
    assert finding.hint == (
        "Delete it from Procfile:2; run 'python manage.py makemigrations' on your machine, commit the files it writes and leave only "
        "'migrate' to production."
    )
    assert finding.level is None


def test_names_the_build(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, FIRING["an image's build"][0]).findings(RULE)
    assert finding.message.startswith("'python manage.py makemigrations' runs in the build of 'Dockerfile', ")


def test_what_a_condition_decides_is_only_worth_advice(tmp_path: Path) -> None:
    script = (
        '#!/bin/sh\nif [ "$WRITE" = 1 ]; then\n  python manage.py makemigrations\nfi\nexec gunicorn bookstore.wsgi\n'
    )
    (finding,) = inspect_files(tmp_path, {"Procfile": "web: ./start.sh\n", "start.sh": script}).findings(RULE)
    assert (str(finding.location), finding.level) == ("start.sh:3", "I")
