"""
A Procfile's ``release:`` line stands where the platform does not run it.

Heroku and Dokku run it on every deploy. Scalingo looks for ``postdeploy:`` instead, and Railpack, which builds on
Railway, reads only what starts the site.

Why it matters
--------------

Nothing complains: the deploy succeeds, the line is there for everybody to read, and the migrations are never applied.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: json
    :caption: scalingo.json

    {"name": "bookstore"}

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    postdeploy: python manage.py migrate --noinput

.. code-block:: json
    :caption: scalingo.json

    {"name": "bookstore"}

When to silence it
------------------

When the line is for another platform that deploys the same repository.

What it cannot see
------------------

What a dashboard runs before a deploy. Where files of Heroku or Dokku stand beside those of the other platform, or a
``postdeploy:`` beside the ``release:``, it says nothing.

References
----------

- https://doc.scalingo.com/platform/app/postdeploy-hook
- https://github.com/railwayapp/railpack/blob/main/core/providers/procfile/procfile.go
- https://docs.railway.com/guides/pre-deploy-command
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level, Process, Service, join

ID = 208
LEVEL: Level = "W"

_RUN_IT = frozenset({"heroku", "heroku-container", "dokku", "piku"})


def check(deployment: Deployment) -> Iterator[Finding]:
    if not _RUN_IT.isdisjoint(deployment.platforms):
        return
    for process in deployment.production:
        service = process.service
        if service is None or service.kind != "procfile" or service.name != "release":
            continue
        found = _reader(deployment, process, service)
        if found is not None:
            reader, hint = found
            yield Finding(
                f"'release: {service.command}' is not run: {reader}.",
                hint,
                service.location,
            )


def _reader(deployment: Deployment, process: Process, service: Service) -> tuple[str, str] | None:
    """What ignores the line, and what to write instead; None where something may run it."""
    path = service.location.path
    if process.platform == "scalingo":
        if any(other.name == "postdeploy" and other.location.path == path for other in deployment.services):
            return None
        return "Scalingo runs 'postdeploy:' instead", f"Rename 'release:' to 'postdeploy:' in {service.location}."
    beside = [join(posixpath.dirname(path), name) for name in ("railpack.json", "nixpacks.toml", "nixpacks.json")]
    if process.platform == "railway" and deployment.exists(beside[0]) and not any(map(deployment.exists, beside[1:])):
        command = json.dumps([str(service.command)])
        return (
            "Railpack reads only what starts the site",
            f'Move it from {service.location} to railway.json: write \'"preDeployCommand": {command}\' below "deploy".',
        )
    return None
