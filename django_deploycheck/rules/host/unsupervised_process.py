"""
A web or worker process is not started again after it dies.

It looks at systemd units without ``Restart=`` (systemd's default is ``no``) and at supervisor programs with
``autorestart=false``. A unit that a ``.socket`` starts on the next connection is fine, and so is supervisor's default.

Why it matters
--------------

A server that runs out of memory or stumbles over a lost database is gone, and the site answers 502 until somebody logs
in and starts it. The process manager does that within a second, once it is told to.

Bad
---

.. code-block:: ini
    :caption: bookstore.service

    [Service]
    WorkingDirectory=/srv/bookstore
    ExecStart=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3

Bad: supervisor
---------------

.. code-block:: ini
    :caption: supervisord.conf

    [program:bookstore]
    command=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3
    autorestart=false

Good
----

.. code-block:: ini
    :caption: bookstore.service

    [Service]
    WorkingDirectory=/srv/bookstore
    ExecStart=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3
    Restart=on-failure

Good: supervisor
----------------

.. code-block:: ini
    :caption: supervisord.conf

    [program:bookstore]
    command=/srv/bookstore/venv/bin/gunicorn bookstore.wsgi --workers 3
    autorestart=true

When to silence it
------------------

When something else watches the process and starts it again.

What it cannot see
------------------

Drop-ins (``bookstore.service.d/``) on the server.

References
----------

- https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Restart=
- https://supervisord.org/configuration.html#program-x-section-settings
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level, Service
from django_deploycheck.rules.server._server import once, who

ID = 707
LEVEL: Level = "I"

_NEVER = frozenset({"no", "false", "off", "0"})


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from once(_findings(deployment))


def _findings(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.production:
        service = process.service
        if service is None or process.role not in ("web", "worker") or not process.is_django:
            continue
        remedy = _remedy(service)
        if remedy is not None:
            stated = f"'{service.restart}' as its restart policy" if service.restart else "no 'Restart='"
            yield Finding(
                f"{who(process)} has {stated}: nothing starts it again when it dies.", remedy, service.location
            )


def _remedy(service: Service) -> str | None:
    """What makes its manager start it again; None where it does so already, or is none of those that are known."""
    is_off = service.restart is not None and service.restart.lower() in _NEVER
    if service.kind == "supervisord" and is_off:
        return f"Write 'autorestart=true' below '[program:{service.name}]' in {service.location.path}."
    if service.kind == "systemd" and (is_off or service.restart is None) and not service.starts_on_demand:
        return f"Write 'Restart=on-failure' below '[Service]' in {service.location.path}."
    return None
