from __future__ import annotations

import pytest

from tests.projects import inspect_files

RULE = "fake-migrate"
WEB = "web: gunicorn bookstore.wsgi\n"


def release(command: str) -> dict[str, str]:
    return {"Procfile": f"{WEB}release: {command}\n"}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(release("python manage.py migrate"), id="migrate"),
        pytest.param(release("python manage.py migrate --fake-initial"), id="the first migration alone"),
        pytest.param(
            release("python manage.py makemigrations --check && python manage.py migrate --fake-initial"),
            id="makemigrations that writes nothing",
        ),
        pytest.param(release("python manage.py migrate --fake --plan"), id="a plan"),
        pytest.param(release("echo python manage.py migrate --fake"), id="echoed"),
        pytest.param(
            {"deploy.sh": '#!/bin/sh\nif [ -n "$FIRST" ]; then python manage.py migrate --fake; fi\n'},
            id="under a condition",
        ),
        pytest.param({"Makefile": "fake:\n\tpython manage.py migrate --fake\n"}, id="a developer's target"),
        pytest.param({"scripts/fake.sh": "#!/bin/sh\npython manage.py migrate --fake\n"}, id="a script nothing calls"),
    ],
)
def test_silent(tmp_path, files):
    assert inspect_files(tmp_path, files).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "place"),
    [
        pytest.param(release("python manage.py migrate --fake"), "Procfile:2", id="a release phase"),
        pytest.param(release("python manage.py migrate shop 0002 --fake"), "Procfile:2", id="one app"),
        pytest.param(
            release("python manage.py makemigrations && python manage.py migrate --fake-initial"),
            "Procfile:2",
            id="migrations made on the server",
        ),
        pytest.param(
            {"deploy.sh": "#!/bin/sh\npython manage.py migrate --fake\n"}, "deploy.sh:2", id="a script that deploys"
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.13\nCOPY . .\nCMD ./start.sh\n",
                "start.sh": "#!/bin/sh\npython manage.py migrate --fake\nexec gunicorn bookstore.wsgi\n",
                "Procfile": "web: ./start.sh\n",
            },
            "start.sh:2",
            id="at every start, of two processes once",
        ),
    ],
)
def test_fires(tmp_path, files, place):
    assert inspect_files(tmp_path, files).places(RULE) == [place]


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, release("python manage.py migrate --fake --noinput")).findings(RULE)
    assert finding.message == (
        "'python manage.py migrate --fake --noinput' runs in 'release' every time: '--fake' records migrations whose tables may not be there."
    )
    assert finding.hint == (
        "Write 'python manage.py migrate --noinput' in Procfile:2, and run 'python manage.py migrate --fake --noinput' once by hand where a "
        "database needs it."
    )
