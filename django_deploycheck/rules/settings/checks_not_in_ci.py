"""
Continuous integration tests the project, and never runs Django's checks for deployment.

A pipeline of GitHub, GitLab, CircleCI, Azure or Bitbucket runs the tests, and neither a pipeline nor production runs
``check --deploy`` or ``deploycheck``.

Why it matters
--------------

``check --deploy`` finds cookies that travel in clear text, a missing HSTS header, DEBUG left on, and what this package
finds. On a developer's machine it is run once, before the first deploy. In CI a mistake is found on the day it is made.

Bad
---

.. code-block:: yaml
   :caption: .github/workflows/ci.yml

   on: push
   jobs:
     tests:
       runs-on: ubuntu-latest
       steps:
         - uses: actions/checkout@v5
         - run: pip install -r requirements.txt
         - run: python manage.py test

Good
----

.. code-block:: yaml
   :caption: .github/workflows/ci.yml

   on: push
   jobs:
     tests:
       runs-on: ubuntu-latest
       steps:
         - uses: actions/checkout@v5
         - run: pip install -r requirements.txt
         - run: python manage.py test
         - run: python manage.py check --deploy --fail-level WARNING
           env:
             DJANGO_SETTINGS_MODULE: bookstore.settings

When to silence it
------------------

When the checks run somewhere else, in a service whose files are not read.

What it cannot see
------------------

Where a workflow calls make, tox, a script, a container or another workflow, the check may run there, and the rule is
silent. Files of other CI services (a Jenkinsfile, Travis CI) are not read.

References
----------

- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#run-manage-py-check-deploy
- https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-check-deploy
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding

ID = 614
LEVEL = "I"

# How a step and its variables are written; a line of a script without keys elsewhere.
_KEYS = {"github-workflow": ("run", "env"), "circleci": ("run", "environment"), "azure-pipelines": ("script", "env")}


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.complete or _may_be_checked(deployment):
        return
    command = next((workflow.tests for workflow in deployment.workflows if workflow.tests is not None), None)
    if command is None:
        return
    manage = deployment.project.manage or "manage.py"
    module = deployment.project.settings_module or "<your settings for production>"
    check = f"python {manage} check --deploy --fail-level WARNING"
    key, variables = _KEYS.get(deployment.kind_of(command.location.path), ("", ""))
    step = f"'- {key}: {check}'" if key else f"'- DJANGO_SETTINGS_MODULE={module} {check}'"
    chosen = f"'DJANGO_SETTINGS_MODULE: {module}' in its '{variables}:' and " if key else ""
    yield Finding(
        f"'{command}' tests the project, and nothing in CI runs 'check --deploy'.",
        f"Add the step {step} below {command.location}, with {chosen}the variables that these settings need.",
        command.location,
    )


def _may_be_checked(deployment: Deployment) -> bool:
    if any(workflow.checks_deployment is not Answer.NO for workflow in deployment.workflows):
        return True
    return any(
        command.subcommand == "deploycheck" or (command.subcommand == "check" and command.has_option("--deploy"))
        for _, command in deployment.production_commands()
    )
