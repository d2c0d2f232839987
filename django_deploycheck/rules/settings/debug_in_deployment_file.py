"""
A production process gets a variable from its file that turns DEBUG on.

It looks at what Dockerfiles, compose files, Procfiles, start scripts and platform files give to the processes of
production: ``DEBUG=1``, ``DJANGO_DEBUG: "True"`` and the like. Where the settings are known, the variables that DEBUG
is taken from count whatever they are called, and those that no settings read do not.

Why it matters
--------------

With DEBUG on, every error page shows the source around the failure, the local variables, most settings and every query,
to everyone. Django also keeps all queries in memory, so the process grows until it is killed, and ALLOWED_HOSTS lets
more hosts in.

Bad
---

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        environment:
          DEBUG: "True"
        ports:
          - "8000:8000"

.. code-block:: python
    :caption: settings.py

    DEBUG = os.environ.get("DEBUG") == "True"

Good
----

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        environment:
          DEBUG: "False"
        ports:
          - "8000:8000"

.. code-block:: python
    :caption: settings.py

    DEBUG = os.environ.get("DEBUG") == "True"

When to silence it
------------------

When the variable belongs to another program of the same container and merely has this name.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#debug
- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, EnvVar, Finding, Level, Location, Process
from django_deploycheck.patterns import regex
from django_deploycheck.stanzas import named

ID = 608
LEVEL: Level = "W"

_ON = frozenset("1 true yes on t y enabled".split())
_DEBUG = regex(r"(?:^|_)DEBUG$", re.IGNORECASE)
_NEGATIVE = regex(r"(?:^|_)(?:NO|NOT|DISABLE|DISABLED|FALSE|OFF|WITHOUT|SKIP)(?:_|$)", re.IGNORECASE)


def check(deployment: Deployment) -> Iterator[Finding]:
    seen: set[tuple[str, Location]] = set()
    for process in deployment.production:
        for variable in _in_force(process):
            if not _turns_on(variable) or (variable.name, variable.location) in seen:
                continue
            seen.add((variable.name, variable.location))
            if deployment.environment_of(variable.location.path) == "development" or not _matters(
                deployment, process, variable.name
            ):
                continue
            falls_back = bool(variable.references)
            yield Finding(
                f"In production, {named(process)} {'falls back to' if falls_back else 'gets'} "
                f"'{variable.name}={variable.literal}'.",
                f"Set {variable.name} to '{'${' + variable.references[0] + ':-False}' if falls_back else 'False'}' "
                f"there, or delete the line.",
                variable.location,
                level="I" if falls_back else None,
            )


def _in_force(process: Process) -> list[EnvVar]:
    """What the process's main command sees; nothing for build steps and for programs that are not the project's."""
    if process.role in ("build", "other"):
        return []
    own = process.command.variables if process.command else ()
    return list({variable.name: variable for variable in (*process.variables, *own)}.values())


def _turns_on(variable: EnvVar) -> bool:
    return (variable.literal or "").strip("\"' ").lower() in _ON and not _NEGATIVE.search(variable.name)


def _matters(deployment: Deployment, process: Process, name: str) -> bool:
    """Whether the settings that the process loads take DEBUG from this variable, as far as that is known."""
    project = deployment.project
    if process.settings is None or process.settings.module == project.settings_module:
        debug = deployment.settings.provenance("DEBUG")
        if debug is not None and name in [read.name for read in debug.variables]:
            return True
        if deployment.settings.reads(name) is Answer.NO or (debug is not None and debug.kind != "unknown"):
            return False
    packages = [module.partition(".")[0].upper() for module in (project.wsgi_module, project.settings_module) if module]
    return bool(_DEBUG.search(name)) and name.upper() in (
        "DEBUG",
        "DJANGO_DEBUG",
        "APP_DEBUG",
        *(f"{package}_DEBUG" for package in packages),
    )
