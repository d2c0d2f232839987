"""
Nothing that runs on a deploy runs ``migrate``.

A web process of production is declared, and neither a release phase, a pre-deploy job, a build, an entrypoint nor any
other step that was read applies the migrations. Steps of continuous integration that only test do not count.

Why it matters
--------------

New code arrives, the tables stay as they were. Every request that touches a new column answers with an error until
somebody remembers to log in and migrate by hand, usually after users have noticed. A step that runs on each deploy
cannot be forgotten, and on most platforms a failing one keeps the old release running.

Bad
---

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Bad: only the development server's entrypoint migrates
------------------------------------------------------

.. code-block:: yaml
   :caption: docker-compose.prod.yml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi --bind 0.0.0.0:8000
       restart: always

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt && python manage.py collectstatic --noinput

.. code-block:: yaml
   :caption: docker-compose.dev.yml

   services:
     web:
       build: .
       command: sh -c "python manage.py migrate && python manage.py runserver 0.0.0.0:8000"
       volumes:
         - .:/app

Good: a release phase
---------------------

.. code-block:: text
   :caption: Procfile

   release: python manage.py migrate
   web: gunicorn bookstore.wsgi

Good: a service that ends before the site starts
------------------------------------------------

.. code-block:: yaml
   :caption: docker-compose.prod.yml

   services:
     migrate:
       build: .
       command: python manage.py migrate
     web:
       build: .
       command: gunicorn bookstore.wsgi --bind 0.0.0.0:8000
       restart: always
       depends_on:
         migrate:
           condition: service_completed_successfully

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt && python manage.py collectstatic --noinput

When to silence it
------------------

When migrations are applied by something outside the repository: a pipeline kept elsewhere, an operator's runbook, a
button in a dashboard. Say so in ``DEPLOYCHECK["IGNORE"]``, or name the command in ``DEPLOYCHECK["COMMANDS"]``.

What it cannot see
------------------

A script that is not in the repository, or a command that stands in a variable, could migrate. Where the way to
production leads through one, the rule says nothing.

References
----------

* https://docs.djangoproject.com/en/stable/topics/migrations/#workflow
* https://devcenter.heroku.com/articles/release-phase
* https://docs.docker.com/compose/how-tos/startup-order/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import has_no_deploy_steps
from django_deploycheck.model import Answer, Deployment, Finding, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.release._migrate import MIGRATES, uses_a_database
from django_deploycheck.stanzas import before_release, named

ID = 201
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    served = [process for process in deployment.web if process.server is not None]
    if not served or not uses_a_database(deployment) or deployment.runs(*MIGRATES) is not Answer.NO:
        return
    if any(_platform_migrates(process) for process in deployment.web):
        return
    process = served[0]
    yield Finding(
        f"Nothing that runs on a deploy runs 'migrate', so {named(process)} starts on tables that the new code may not fit.",
        before_release(deployment, process, "migrate") + ".",
        process.location,
        level="I" if has_no_deploy_steps(deployment) else None,
        related=tuple(other.location for other in served[1:]),
    )


def _platform_migrates(process: Process) -> bool:
    """Railway and its like migrate before a server that they start themselves, not before a user's command or image."""
    found = platform(process.platform)
    if found is None or not found.migrates or process.in_container:
        return False
    return process.service is None or process.service.command is None
