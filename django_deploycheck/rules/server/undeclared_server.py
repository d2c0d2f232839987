"""
Production starts a server that nothing installs.

The command names gunicorn, uvicorn, daphne or another server, and no dependency file, lock file or image build asks for
it. Groups, extras and files for production count; a comment that mentions the name does not.

Why it matters
--------------

On a machine where someone once typed ``pip install gunicorn`` the site works. On the next one, or after the virtualenv
is made anew, the process dies with "command not found" and the deployment with it. Nothing pins the version either.

Bad
---

.. code-block:: text
   :caption: requirements.txt

   django==5.2.8
   psycopg==3.2.13

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good
----

.. code-block:: text
   :caption: requirements.txt

   django==5.2.8
   gunicorn==23.0.0
   psycopg==3.2.13

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

When to silence it
------------------

When the machine's own packages bring the server and its command does not say so with a path below ``/usr``.

What it cannot see
------------------

A base image that is not one of the plain Python or Linux images may bring anything, so the rule says nothing there.

References
----------

- https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/gunicorn/
- https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.server._installed import dependencies_are_known, installed_with, is_installed, is_plain
from django_deploycheck.rules.server._server import declaration, who
from django_deploycheck.servers import DISTRIBUTIONS

ID = 103
LEVEL = "W"
VALUE = True


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.complete or not dependencies_are_known(deployment):
        return
    found: dict[str, list[Process]] = {}
    for process in deployment.production:
        server = process.server
        if (
            server is not None
            and server.name in DISTRIBUTIONS
            and not _comes_from_elsewhere(process)
            and process.is_django
        ):
            found.setdefault(server.name, []).append(process)
    for name, processes in found.items():
        distributions = DISTRIBUTIONS[name]
        if installed_with(deployment, distributions) or is_installed(deployment, distributions):
            continue
        process, *others = processes
        how = declaration(deployment, distributions[0])
        yield Finding(
            f"{who(process)} starts '{name}', which no dependency file and no image build installs.",
            f"{how[:1].upper()}{how[1:]}.",
            process.location,
            related=tuple(other.location for other in others),
        )


def _comes_from_elsewhere(process: Process) -> bool:
    """Whether the base image, the operating system or the platform may bring the server."""
    on_platform = platform(process.platform)
    if on_platform is not None and on_platform.brings_server:
        return True
    if process.in_container:
        return process.image is None or not is_plain(process.image.base)
    program = process.command.argv[0] if process.command and process.command.argv else ""
    of_system = "/" not in program and process.server is not None and process.server.name in ("uwsgi", "mod_wsgi")
    return of_system or program.startswith(("/usr/", "/bin/"))
