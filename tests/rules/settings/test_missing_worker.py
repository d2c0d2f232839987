"""missing-worker: a task queue that nobody works off."""

from __future__ import annotations

import pytest

from tests.projects import REQUIREMENTS, inspect_files

RULE = "missing-worker"
BROKER = 'CELERY_BROKER_URL = "redis://redis/0"\n'
SCHEDULE = BROKER + 'CELERY_BEAT_SCHEDULE = {"report": {"task": "orders.report", "schedule": 60}}\n'
WEB = "web: gunicorn bookstore.wsgi\n"
CELERY = {"requirements.txt": REQUIREMENTS + "celery==5.5.3\n"}


def procfile(*lines: str) -> dict[str, str]:
    return {**CELERY, "Procfile": WEB + "".join(f"{line}\n" for line in lines)}


def app(name: str, setting: str) -> str:
    return f"INSTALLED_APPS = [*INSTALLED_APPS, {name!r}]\n{setting}\n"


SILENT = {
    "no queue": (procfile(), ""),
    "nothing is deployed": (CELERY, BROKER),
    "Celery is not installed": ({"Procfile": WEB}, BROKER),
    "Celery is installed and not set up": (procfile(), ""),
    "the broker is empty": (procfile(), 'CELERY_BROKER_URL = ""\n'),
    "tasks run at once": (procfile(), BROKER + "CELERY_TASK_ALWAYS_EAGER = True\n"),
    "tasks may run at once": (procfile(), BROKER + 'CELERY_TASK_ALWAYS_EAGER = bool(os.environ.get("EAGER"))\n'),
    "settings for development": (procfile(), BROKER + "DEBUG = True\n"),
    "a worker": (procfile("worker: celery --app bookstore worker"), BROKER),
    "a worker by its module": (procfile("background: python -m celery -A bookstore worker -l INFO"), BROKER),
    "a worker that follows the schedule": (procfile("worker: celery -A bookstore worker -B"), SCHEDULE),
    "a worker that follows the schedule, in full": (procfile("worker: celery -A bookstore worker --beat"), SCHEDULE),
    "beat beside it": (procfile("worker: celery -A bookstore worker", "beat: celery -A bookstore beat"), SCHEDULE),
    "an empty schedule": (procfile("worker: celery -A bookstore worker"), BROKER + "CELERY_BEAT_SCHEDULE = {}\n"),
    "a process that is named for it": (procfile("tasks: python manage.py work_off"), BROKER),
    "a file that is not read": ({**procfile(), "Jenkinsfile": "sh 'celery worker'\n"}, BROKER),
    "a script that is not there": ({**procfile(), "Procfile": "web: ./gone.sh\n"}, BROKER),
    "RQ has a worker": (
        procfile("rq: python manage.py rqworker"),
        app("django_rq", "RQ_QUEUES = {'default': {'DB': 0}}"),
    ),
    "RQ runs tasks at once": (procfile(), app("django_rq", "RQ_QUEUES = {'default': {'ASYNC': False}}")),
    "Huey runs tasks at once": (procfile(), app("huey.contrib.djhuey", "HUEY = {'immediate': True}")),
    "Django Q runs tasks at once": (procfile(), app("django_q", "Q_CLUSTER = {'sync': True}")),
    "an app whose name only starts like it": (procfile(), app("django_qr", "Q_CLUSTER = {'name': 'x'}")),
    "the app without its setting": (procfile(), app("django_rq", "")),
}

FIRING = {
    "Celery": (procfile(), BROKER, "CELERY_BROKER_URL sets up Celery"),
    "Celery by its old setting": (procfile(), 'BROKER_URL = "redis://redis/0"\n', "BROKER_URL sets up Celery"),
    "a worker for development alone": (
        {**procfile(), "docker-compose.dev.yml": "services:\n  w:\n    image: x\n    command: celery -A a worker\n"},
        BROKER,
        "CELERY_BROKER_URL sets up Celery",
    ),
    "RQ": (procfile(), app("django_rq", "RQ_QUEUES = {'default': {'DB': 0}}"), "RQ_QUEUES sets up RQ"),
    "Huey": (procfile(), app("huey.contrib.djhuey", "HUEY = {'name': 'x'}"), "HUEY sets up Huey"),
    "Dramatiq": (procfile(), app("django_dramatiq", "DRAMATIQ_BROKER = {'BROKER': 'x'}"), "sets up Dramatiq"),
    "Django Q": (procfile(), app("django_q", "Q_CLUSTER = {'name': 'x'}"), "Q_CLUSTER sets up Django Q"),
}


@pytest.mark.parametrize(("files", "settings"), SILENT.values(), ids=SILENT)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_where_files_may_be_missing(tmp_path):
    assert inspect_files(tmp_path, procfile(), settings=BROKER, complete=False).places(RULE) == []


@pytest.mark.parametrize(("files", "settings", "message"), FIRING.values(), ids=FIRING)
def test_fires(tmp_path, files, settings, message):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == ["Procfile:1"]
    assert message in found.findings(RULE)[0].message


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, procfile(), settings=BROKER).findings(RULE)
    assert finding.message == (
        "CELERY_BROKER_URL sets up Celery, and no process of production runs its worker: tasks wait for ever."
    )
    assert finding.hint == "Add the line 'worker: celery --app bookstore worker' to Procfile."


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        pytest.param(
            {"compose.prod.yml": "services:\n  site:\n    image: x\n    command: gunicorn bookstore.wsgi\n"},
            "Add the service 'worker: {extends: {service: site}, ports: !reset [], "
            "command: python manage.py run_huey}' to compose.prod.yml.",
            id="compose",
        ),
        pytest.param(
            {"Dockerfile": "FROM python:3.13\nCOPY . .\nCMD gunicorn bookstore.wsgi\n"},
            "Run 'python manage.py run_huey' in a process of its own beside the image of 'Dockerfile'.",
            id="an image",
        ),
    ],
)
def test_hint_for_what_starts_the_site(tmp_path, files, hint):
    settings = app("huey.contrib.djhuey", "HUEY = {'name': 'x'}")
    assert [finding.hint for finding in inspect_files(tmp_path, files, settings=settings).findings(RULE)] == [hint]


def test_a_schedule_that_nothing_follows(tmp_path):
    files = procfile("worker: celery -A bookstore worker -l INFO")
    found = inspect_files(tmp_path, files, settings=SCHEDULE)
    assert found.places(RULE) == ["Procfile:2"]
    (finding,) = found.findings(RULE)
    assert finding.message == (
        "CELERY_BEAT_SCHEDULE holds scheduled tasks, and no process of production runs Celery's beat: they are never sent."
    )
    assert finding.hint == "Run 'celery -A bookstore beat' in one process beside the one in Procfile:2."


@pytest.mark.parametrize("path", ["k8s/tasks.yaml", "deploy/tasks.yaml"])
def test_silent_where_a_file_that_is_not_read_mentions_a_worker(tmp_path, path):
    files = {**procfile(), path: "command: celery\nargs: [--app, bookstore, worker]\n"}
    assert inspect_files(tmp_path, files, settings=BROKER).places(RULE) == []
