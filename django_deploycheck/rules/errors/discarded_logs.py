"""
LOGGING throws the errors of requests away, or keeps them only in a file that the next deploy deletes.

It works out which handlers an error of ``django.request`` reaches with DEBUG off: none where ``LOGGING`` disables the
loggers that exist already, which it does unless it says otherwise, or where the only handler does nothing or belongs
to development. A file counts as lost where every web process writes it to a disk that does not last.

Why it matters
--------------

The traceback of a "Server Error (500)" is logged once, when it happens. A platform, Docker and systemd keep what a
process prints; a file inside a container goes with the container, and with it what you would need to find out why it
crashed.

Bad: the logger is disabled
---------------------------

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"]},
    }

Good
----

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"]},
    }

Bad: a file in the container
----------------------------

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        ports:
          - "8000:8000"

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"file": {"class": "logging.FileHandler", "filename": "/var/log/bookstore/errors.log"}},
        "loggers": {"django": {"handlers": ["file"]}},
    }

Good: on a volume
-----------------

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        ports:
          - "8000:8000"
        volumes:
          - logs:/var/log/bookstore
    volumes:
      logs:

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"file": {"class": "logging.FileHandler", "filename": "/var/log/bookstore/errors.log"}},
        "loggers": {"django": {"handlers": ["file"]}},
    }

When to silence it
------------------

When an error tracker has all you need and the log is discarded on purpose.

What it cannot see
------------------

Handlers that code adds by itself, and logging that is set up without ``LOGGING``.

References
----------

- https://docs.djangoproject.com/en/stable/topics/logging/#configuring-logging
- https://docs.python.org/3/library/logging.config.html#dictionary-schema-details
- https://12factor.net/logs
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.database._disk import Disk, disk_of
from django_deploycheck.rules.errors._logging import is_disabled, reached_handlers
from django_deploycheck.rules.errors._trackers import is_unset, settings_file

ID = 506
LEVEL: Level = "W"
VALUE = True

_FILES = (
    "logging.FileHandler",
    "logging.handlers.RotatingFileHandler",
    "logging.handlers.TimedRotatingFileHandler",
    "logging.handlers.WatchedFileHandler",
)
_CONSOLE = "{'class': 'logging.StreamHandler'}"


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    config = settings.get("LOGGING")
    handlers = reached_handlers(deployment)
    if not config or handlers is None or are_for_development(deployment) or is_unset(deployment, "LOGGING"):
        return
    place = settings.location("LOGGING")
    file = settings_file(deployment)
    if is_disabled(config):
        yield Finding(
            "'LOGGING' disables the logger 'django.request', so errors of requests are logged nowhere.",
            f"Add 'disable_existing_loggers': False to LOGGING in {file}.",
            place,
        )
    elif not handlers:
        yield Finding(
            "'LOGGING' leads errors of 'django.request' to no handler that works with DEBUG off.",
            f"Add 'console': {_CONSOLE} to the 'handlers' of LOGGING in {file}, and 'console' to those of its "
            "logger 'django'.",
            place,
        )
    else:
        lost = _lost_file(deployment, handlers)
        if lost is not None:
            path, fate = lost
            yield Finding(
                f"'LOGGING' writes errors to '{path}' alone, and {fate}.",
                f"Write {_CONSOLE} for this handler in {file}, so that what runs the site keeps the log.",
                place,
            )


def _lost_file(deployment: Deployment, handlers: tuple[Mapping[str, Any], ...]) -> tuple[str, str] | None:
    """
    The first log, relative to the root where it lies below it, and what becomes of it, where every handler writes a file
    that every web process loses; None where one keeps it.
    """
    if not deployment.web or any(handler.get("class") not in _FILES for handler in handlers):
        return None
    root = os.path.realpath(deployment.root)
    logs: list[tuple[str, Disk]] = []
    for handler in handlers:
        path = os.path.join(root, os.fspath(handler.get("filename") or ""))
        below = os.path.relpath(path, root).replace(os.sep, "/")
        shown = path if below.startswith("../") else below
        if shown.startswith(("/dev/", "/proc/")):
            return None
        logs += [(shown, disk_of(process, shown)) for process in deployment.web]
    return (logs[0][0], logs[0][1].fate) if all(disk.loses_file for _, disk in logs) else None
