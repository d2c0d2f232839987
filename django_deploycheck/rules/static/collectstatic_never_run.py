"""
Nothing runs ``collectstatic``, so the static files of the admin and of other apps are never gathered.

No build, image, release step or start script that was read collects them, the platform does not do so by itself, and no
collected files are committed.

Why it matters
--------------

The development server finds static files in every app; a production server only looks into ``STATIC_ROOT``, and nothing
fills it. The first visit to the admin shows bare HTML; with a manifest storage every page that uses the ``static`` tag
answers with an error.

Bad
---

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   CMD ["./start.sh"]

.. code-block:: sh
   :caption: start.sh

   #!/bin/sh
   python manage.py migrate
   exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000

Bad: switched off in the platform's build
-----------------------------------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py migrate
   web: gunicorn bookstore.wsgi

.. code-block:: json
   :caption: app.json

   {"env": {"DISABLE_COLLECTSTATIC": {"value": "1"}}}

Good: in the image
------------------

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   RUN SECRET_KEY=only-for-the-build python manage.py collectstatic --noinput
   CMD ["./start.sh"]

.. code-block:: sh
   :caption: start.sh

   #!/bin/sh
   python manage.py migrate
   exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000

Good: the platform's build does it
----------------------------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py migrate
   web: gunicorn bookstore.wsgi

When to silence it
------------------

When the collected files are committed, or when something outside the repository collects and uploads them.

References
----------

* https://docs.djangoproject.com/en/stable/howto/static-files/deployment/
* https://devcenter.heroku.com/articles/django-assets
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import has_no_deploy_steps
from django_deploycheck.model import Answer, Deployment, Finding, Process
from django_deploycheck.rules.static._folders import served_volume
from django_deploycheck.rules.static._static import (
    platform_collects,
    static_url_is_elsewhere,
    switched_off,
    uses_staticfiles,
)
from django_deploycheck.stanzas import build_step, management_command, named

ID = 302
LEVEL = "W"

_SERVES_BY_ITSELF = frozenset({"runserver", "platform"})


def check(deployment: Deployment) -> Iterator[Finding]:
    served = [
        process
        for process in deployment.web
        if process.server is not None and process.server.name not in _SERVES_BY_ITSELF
    ]
    if (
        not served
        or not uses_staticfiles(deployment)
        or _served_without(deployment)
        or deployment.runs("collectstatic") is not Answer.NO
    ):
        return
    if any(platform_collects(deployment, process) for process in deployment.web):
        return
    process = served[0]
    disabled = next(
        (variable for variable in deployment.production_variables if variable.name == "DISABLE_COLLECTSTATIC"), None
    )
    if disabled is not None and switched_off(deployment):
        yield Finding(
            "'DISABLE_COLLECTSTATIC' keeps the platform's build from collecting static files, and nothing else collects them.",
            f"Delete DISABLE_COLLECTSTATIC from {disabled.location}.",
            disabled.location,
        )
        return
    yield Finding(
        f"Nothing runs 'collectstatic', so the static files that {named(process)} should deliver are never gathered.",
        _hint(deployment, process),
        process.location,
        level="I" if has_no_deploy_steps(deployment) else None,
        related=tuple(other.location for other in served[1:]),
    )


def _hint(deployment: Deployment, process: Process) -> str:
    """How to collect: in the build, or at the start, where a new image does not refresh the volume that is served."""
    served = served_volume(deployment, process, str(deployment.settings.get("STATIC_URL") or ""))
    if served is None or process.command is None:
        return build_step(deployment, process, "collectstatic --noinput") + "."
    volume, server = served
    command = management_command(deployment, process, "collectstatic --noinput")
    return (
        f"Run '{command}' before '{process.command.text}' in {process.location}: '{server}' serves the volume '{volume}', which "
        "keeps its old files when the image is built again."
    )


def _served_without(deployment: Deployment) -> bool:
    """Whether static files come from elsewhere, straight from the apps, or with the repository."""
    return (
        static_url_is_elsewhere(deployment)
        or bool(deployment.settings.get("WHITENOISE_USE_FINDERS"))
        or deployment.static_files_committed
    )
