"""
A production server, or the root logger, writes messages meant for debugging.

It looks at the log level of production's servers (``--log-level debug``, ``loglevel`` in gunicorn's configuration), and
at the root logger in ``LOGGING`` with a handler that lets such messages through.

Why it matters
--------------

At this level every library tells all it does: SQL with its parameters, headers with their tokens, mails, the bodies of
requests to other services. Secrets and personal data end up in logs that more people read than the database, disks
fill, and the one line that matters drowns.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2 --log-level debug

Bad: the root logger
--------------------

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": "DEBUG"},
    }

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2 --log-level info

Good: the root logger
---------------------

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": "INFO"},
    }

When to silence it
------------------

While you are looking for an error, for a day.

References
----------

- https://docs.djangoproject.com/en/stable/topics/logging/#security-implications
- https://docs.gunicorn.org/en/stable/settings.html#loglevel
- https://www.uvicorn.org/settings/#logging
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Command, Deployment, Finding, Level
from django_deploycheck.rules.errors._trackers import is_unset, settings_file
from django_deploycheck.rules.server._server import once, runs_for_certain, who

ID = 111
LEVEL: Level = "I"
VALUE = True

_DEBUG = ("debug", "trace")


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from once(_of_servers(deployment))
    yield from _of_root_logger(deployment)


def _of_servers(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.production:
        server = process.server
        if server is None or not runs_for_certain(process) or not process.is_django:
            continue
        level = server.log_level or ""
        if level.lower() not in _DEBUG:
            continue
        place = server.log_level_at or process.location
        if place.path != process.location.path:
            hint = f"Write loglevel = 'info' in {place}, or delete the line."
        else:
            hint = f"Write 'info' for '{_option(process.command, level)}' at {place}, or leave it out."
        yield Finding(f"{who(process)} starts {server.name} with the log level '{level}'.", hint, place)


def _option(command: Command | None, level: str) -> str:
    """The option as the user wrote it, or the level where it comes from a variable."""
    text = re.search(rf"--log-level[= ]{re.escape(level)}", " ".join(command.argv) if command else "")
    return text[0] if text else level


def _of_root_logger(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    config = settings.get("LOGGING")
    if not isinstance(config, Mapping) or are_for_development(deployment):
        return
    keys = ("root",) if "root" in config else ("loggers", "")
    root: Any = config
    for key in keys:
        root = root.get(key) if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or root.get("level") not in ("DEBUG", 10) or not _is_heard(config, root):
        return
    if is_unset(deployment, "LOGGING", *keys, "level"):
        return
    place = settings.location("LOGGING", *keys, "level")
    yield Finding(
        f"The root logger in 'LOGGING' has the level '{root['level']}', so every library writes what is meant for debugging.",
        f"Write 'level': 'INFO' for the root logger in {place or settings_file(deployment)}.",
        place,
    )


def _is_heard(config: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether one of the root logger's handlers lets messages of this level through, with DEBUG off."""
    handlers = config.get("handlers")
    for name in root.get("handlers") or ():
        handler = handlers.get(name) if isinstance(handlers, Mapping) else None
        if not isinstance(handler, Mapping) or handler.get("class") == "logging.NullHandler":
            continue
        if handler.get("level", "NOTSET") in ("NOTSET", "DEBUG", 0, 10) and not handler.get("filters"):
            return True
    return False
