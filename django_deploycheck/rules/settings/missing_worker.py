"""
A task queue is set up, and no process of production runs its worker, or what starts its scheduled tasks.

Celery, RQ, Huey, Dramatiq and Django Q are known. It is silent where tasks run at once (``CELERY_TASK_ALWAYS_EAGER``), and
where a file of the deployment could not be read: the worker may be there.

Why it matters
--------------

Sending a task succeeds: it is put into the queue, and nobody takes it out. The mail is never sent, the export never made,
the queue grows until its memory is full, and no error is logged anywhere.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2

.. code-block:: text
    :caption: requirements.txt

    django==5.2.8
    gunicorn==23.0.0
    celery==5.5.3

.. code-block:: python
    :caption: settings.py

    CELERY_BROKER_URL = "redis://redis:6379/0"

Bad: a schedule that nothing follows
------------------------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    worker: celery --app bookstore worker

.. code-block:: text
    :caption: requirements.txt

    django==5.2.8
    gunicorn==23.0.0
    celery==5.5.3

.. code-block:: python
    :caption: settings.py

    CELERY_BROKER_URL = "redis://redis:6379/0"
    CELERY_BEAT_SCHEDULE = {"report": {"task": "orders.tasks.report", "schedule": 3600}}

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    worker: celery --app bookstore worker

.. code-block:: text
    :caption: requirements.txt

    django==5.2.8
    gunicorn==23.0.0
    celery==5.5.3

.. code-block:: python
    :caption: settings.py

    CELERY_BROKER_URL = "redis://redis:6379/0"

Good: one process that follows the schedule
-------------------------------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    worker: celery --app bookstore worker
    beat: celery --app bookstore beat

.. code-block:: text
    :caption: requirements.txt

    django==5.2.8
    gunicorn==23.0.0
    celery==5.5.3

.. code-block:: python
    :caption: settings.py

    CELERY_BROKER_URL = "redis://redis:6379/0"
    CELERY_BEAT_SCHEDULE = {"report": {"task": "orders.tasks.report", "schedule": 3600}}

When to silence it
------------------

When the worker is started by something outside the repository, or by another repository.

References
----------

- https://docs.celeryq.dev/en/stable/userguide/daemonizing.html
- https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler
- https://github.com/rq/django-rq
- https://huey.readthedocs.io/en/latest/django.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Command, Deployment, Finding, Level, Process
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass
from django_deploycheck.stanzas import management_command, named

ID = 620
LEVEL: Level = "I"
VALUE = True


@dataclass(frozen=True)
class _Queue:
    """
    A task queue: what sets it up (``settings``, with an app where one is needed), the ``command`` that starts a worker
    and how that is told, ``at_once`` the settings that make every task run where it is sent.
    """

    title: str
    settings: tuple[str, ...]
    command: str
    worker: re.Pattern[str]
    app: str | None = None
    at_once: tuple[str, ...] = ()


_QUEUES = (
    _Queue(
        "Celery",
        ("CELERY_BROKER_URL", "BROKER_URL"),
        "celery --app {package} worker",
        regex(r"\bcelery\b.{0,500}\bworker\b|\bceleryd\b"),
        at_once=("CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER", "TASK_ALWAYS_EAGER"),
    ),
    _Queue("RQ", ("RQ_QUEUES",), "rqworker", regex(r"\brqworker|\brq\s+worker"), "django_rq"),
    _Queue("Huey", ("HUEY",), "run_huey", regex(r"run_huey|huey_consumer"), "huey.contrib.djhuey"),
    _Queue("Dramatiq", ("DRAMATIQ_BROKER",), "rundramatiq", regex(r"dramatiq"), "django_dramatiq"),
    _Queue("Django Q", ("Q_CLUSTER",), "qcluster", regex(r"\bqcluster\b"), "django_q"),
)
_BEAT = regex(r"\bcelery\b.{0,500}(?:\sbeat\b|\s--beat\b|\s-\w{0,9}B\b)")
_SCHEDULES = ("CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE")
_NAMED_FOR_WORK = regex(r"work|celery|queue|task|beat|cron|schedul|huey|dramatiq|job", re.IGNORECASE)


def check(deployment: Deployment) -> Iterator[Finding]:
    web = next(iter(deployment.web), None)
    if web is None or are_for_development(deployment) or not _is_understood(deployment):
        return
    commands = [command for process in deployment.processes for command in process.commands if _counts(process)]
    for queue in _QUEUES:
        setting = _set_up_by(deployment, queue)
        if setting is None:
            continue
        workers = [command for command in commands if queue.worker.search(command.text)]
        if not workers and not _may_run_it(deployment):
            yield Finding(
                f"{setting} sets up {queue.title}, and no process of production runs its worker: tasks wait for ever.",
                _hint(deployment, web, queue),
                web.location,
            )
        elif workers and queue.title == "Celery":
            yield from _missing_beat(deployment, commands, workers[0])


def _counts(process: Process) -> bool:
    return process.environment != "development"


def _is_understood(deployment: Deployment) -> bool:
    """Whether every file that may start a worker was read."""
    relevant = [file for file in deployment.files if file.environment != "development"]
    return (
        deployment.complete
        and not deployment.all_blind_spots
        and not any(file.status == "unreadable" or file.kind == "unread-format" for file in relevant)
    )


def _may_run_it(deployment: Deployment) -> bool:
    """Whether a process, by its name, may do the work in a way that is not known."""
    return any(
        process.command is None or process.role in ("worker", "scheduler") or _NAMED_FOR_WORK.search(process.name)
        for process in deployment.processes
        if _counts(process)
    )


def _set_up_by(deployment: Deployment, queue: _Queue) -> str | None:
    """The setting that sets the queue up, None where there is none, or where tasks may run at once."""
    settings = deployment.settings
    apps = [app for app in settings.get("INSTALLED_APPS") or () if isinstance(app, str)]
    if queue.app is not None and not any((app + ".").startswith(queue.app + ".") for app in apps):
        return None
    if queue.app is None and not deployment.requires("celery"):
        return None
    if any(settings.may_differ(name) or settings.get(name) for name in queue.at_once):
        return None
    found = next((name for name in queue.settings if settings.is_overridden(name) and settings.get(name)), None)
    return None if found is None or _runs_at_once(settings.get(found)) else found


def _runs_at_once(options: object) -> bool:
    if not isinstance(options, dict):
        return False
    inner = [value for value in options.values() if isinstance(value, dict)]
    return bool(options.get("immediate") or options.get("sync") or any(not value.get("ASYNC", True) for value in inner))


def _hint(deployment: Deployment, web: Process, queue: _Queue) -> str:
    package = (deployment.project.settings_module or "mysite").partition(".")[0]
    command = queue.command.replace("{package}", package)
    if queue.app is not None:
        command = management_command(deployment, web, command)
    path = web.service.location.path if web.service is not None else web.location.path
    if web.kind == "procfile":
        return f"Add the line 'worker: {command}' to {path}."
    if web.kind == "compose":
        return f"Add the service 'worker: {{extends: {{service: {web.name}}}, ports: !reset [], command: {command}}}' to {path}."
    return f"Run '{command}' in a process of its own beside {named(web)}."


def _missing_beat(deployment: Deployment, commands: list[Command], worker: Command) -> Iterator[Finding]:
    settings = deployment.settings
    schedule = next((name for name in _SCHEDULES if settings.get(name)), None)
    if schedule is None or any(_BEAT.search(command.text) for command in commands):
        return
    beat = re.sub(r"\bworker\b.*", "beat", worker.text, flags=re.DOTALL)
    yield Finding(
        f"{schedule} holds scheduled tasks, and no process of production runs Celery's beat: they are never sent.",
        f"Run '{beat}' in one process beside the one in {worker.location}.",
        worker.location,
    )
