"""
The settings read environment variables without a default that nothing declares for production.

It lists every variable that the settings sources read, that has no default there, that this process's environment
lacks and that no file of production sets or declares. Take the list to the place where production's environment is
kept.

Why it matters
--------------

``os.environ["NAME"]`` without the variable keeps the site from starting, and ``os.environ.get("NAME")`` leaves None
where an address or a key belongs: mail, storage or error reports fail later, and quietly. A variable that one person
set in a dashboard is what the next deployment forgets.

Bad
---

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

    EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD")

Good
----

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        environment:
          - EMAIL_HOST_PASSWORD
        ports:
          - "8000:8000"

.. code-block:: python
    :caption: settings.py

    EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD")

When to silence it
------------------

When the variables are set in a platform's dashboard and written down somewhere else.

What it cannot see
------------------

Variables that are set outside the repository. Those that platforms set by themselves are left out.

References
----------

- https://12factor.net/config
- https://docs.docker.com/compose/how-tos/environment-variables/set-environment-variables/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding, Level, VariableRead
from django_deploycheck.patterns import regex
from django_deploycheck.wording import listed

ID = 618
LEVEL: Level = "I"
VALUE = True

# What operating systems, CI services and platforms set by themselves.
_SET_BY_THEMSELVES = regex(
    r"(?:PORT|DYNO|HOME|PATH|USER|HOSTNAME|TMPDIR|TEMP|TZ|LANG|PWD|SHELL|CI|VIRTUAL_ENV|WEB_CONCURRENCY|"
    r"CONDA_PREFIX|OSTYPE|GAE_\w+|K_SERVICE|K_REVISION|"
    r"(?:RENDER|RAILWAY|FLY|HEROKU|KUBERNETES|GITHUB|GITLAB|CI|CIRCLE|TRAVIS|AWS_LAMBDA|AWS_EXECUTION|WEBSITE|"
    r"VERCEL|PLATFORM|DJANGO_SETTINGS|PYTEST|PYTHON|COVERAGE)_\w+|"
    r"RENDER|VERCEL|TRAVIS|CIRCLECI|GITHUB_ACTIONS|GOOGLE_CLOUD_PROJECT|AWS_REGION|AWS_DEFAULT_REGION)"
)


def check(deployment: Deployment) -> Iterator[Finding]:
    if not _is_known(deployment):
        return
    missing = _missing(deployment)
    if not missing:
        return
    names = list(missing)
    quoted = listed(f"'{name}'" for name in names)
    yield Finding(
        f"The settings read {quoted}, without a default, and nothing declares "
        f"{'it' if len(names) == 1 else 'them'} for production.",
        _hint(deployment, names),
        next(iter(missing.values())).location,
        related=tuple(read.location for read in list(missing.values())[1:]),
    )


def _is_known(deployment: Deployment) -> bool:
    """Whether production is seen, loads these settings, and reads no file of variables that lies elsewhere."""
    if not deployment.complete or not deployment.production or deployment.judges_production is Answer.NO:
        return False
    services = [process.service for process in deployment.production if process.service]
    return all(deployment.kind_of(reference.path) for service in services for reference in service.env_files)


def _missing(deployment: Deployment) -> dict[str, VariableRead]:
    # Libraries such as decouple read this file without touching the environment.
    here = {variable.name for variable in deployment.variables if posixpath.basename(variable.location.path) == ".env"}
    declared = here | {variable.name for variable in deployment.production_variables}
    missing: dict[str, VariableRead] = {}
    # What modules beside the settings read, a loader of configuration files say, copes with what is not there.
    reads = [read for module in deployment.settings.sources.modules.values() for read in module.variables]
    optional = {read.name for read in reads if read.has_default or read.default is not None}
    for read in reads:
        if (
            read.conditional
            or read.name in optional
            or read.name in declared
            or _SET_BY_THEMSELVES.fullmatch(read.name)
        ):
            continue
        if deployment.settings.environment_value(read.name) is None:
            missing.setdefault(read.name, read)
    return missing


def _hint(deployment: Deployment, names: list[str]) -> str:
    values = " ".join(f"{name}=…" for name in names)
    if "heroku" in deployment.platforms or "heroku-container" in deployment.platforms:
        return f"Run 'heroku config:set {values}'."
    if "fly" in deployment.platforms:
        return f"Run 'fly secrets set {values}'."
    compose = next(
        (process.location.path for process in deployment.production if process.kind == "compose" and process.service),
        None,
    )
    if compose is not None:
        return (
            f"Add below 'environment:' in {compose}: {', '.join(f'- {name}' for name in names)}; and set "
            f"{'it' if len(names) == 1 else 'them'} on the host."
        )
    return f"Set {values} where production keeps its environment."
