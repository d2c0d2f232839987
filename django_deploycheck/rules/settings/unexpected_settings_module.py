"""
Production loads other settings than those being checked, settings for development, or a module that does not exist.

What a process loads is decided by, in this order: an option on its command line (``--settings``, ``--env
DJANGO_SETTINGS_MODULE=…``), the environment that its service or image gives it, and the default in ``wsgi.py`` or
``asgi.py``. Each is followed for every process of production.

Where only the default disagrees and the environment lies outside the repository (a platform's settings, ``docker
run``), this is advice: a variable set there wins.

Why it matters
--------------

``manage.py``, ``wsgi.py`` and ``asgi.py`` each name a settings module, and only one of them is edited when settings
are split. The site then runs with the settings of a laptop, DEBUG included, while every check of the other module is
green.

Bad
---

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: bookstore/wsgi.py

    import os

    from django.core.wsgi import get_wsgi_application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookstore.settings_dev")
    application = get_wsgi_application()

.. code-block:: python
    :caption: bookstore/settings_dev.py

    from bookstore.settings import *

    DEBUG = True

Good
----

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2
    release: python manage.py migrate --noinput

.. code-block:: python
    :caption: bookstore/wsgi.py

    import os

    from django.core.wsgi import get_wsgi_application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookstore.settings")
    application = get_wsgi_application()

When to silence it
------------------

When the check runs on purpose with settings of its own, and another run checks production's.

References
----------

- https://docs.djangoproject.com/en/stable/topics/settings/#designating-the-settings
- https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/#configuring-the-settings-module
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Answer, Deployment, Finding, Level, Location, Process, SettingsChoice
from django_deploycheck.stanzas import named

ID = 601
LEVEL: Level = "W"

_DEVELOPMENT = frozenset("dev devel develop development local localhost test tests testing ci debug".split())


def check(deployment: Deployment) -> Iterator[Finding]:
    if deployment.settings.sources.path is None:
        return
    seen: set[Location] = set()
    for process in deployment.production:
        choice = process.settings
        if choice is None or choice.location in seen or process.role == "build" or not _is_ours(deployment, choice):
            continue
        wrong = _wrong(deployment, choice, named(process))
        if wrong is None:
            continue
        seen.add(choice.location)
        message, hint = wrong
        level: Level | None = "I" if choice.by == "default" and _environment_is_elsewhere(deployment, process) else None
        yield Finding(message, hint, choice.location, level=level, related=(process.location,))


def _is_ours(deployment: Deployment, choice: SettingsChoice) -> bool:
    """Whether the module belongs to this project, not to another one of the same repository."""
    path = deployment.settings_modules.get(choice.module)
    folder = deployment.project.directory
    return path is None or not folder or path.startswith(folder + "/")


def _wrong(deployment: Deployment, choice: SettingsChoice, name: str) -> tuple[str, str] | None:
    """What is wrong with the choice and what to do about it; None for nothing."""
    live = deployment.project.settings_module or ""
    instead = f"Write '{live}' there" if not _is_for_development(live) else "Name the settings of production there"
    again = ""
    if deployment.judges_production is Answer.NO and not _is_for_development(live):
        again = f", and run this check again: as long as production does not load '{live}', much of what stands there is not judged"
    if deployment.settings_modules.get(choice.module) is None and choice.module != live:
        if not _must_exist(deployment, choice.module):
            return None
        return (
            f"In production, {name} loads the settings '{choice.module}', which do not exist.",
            f"{instead}, or add the file{again}.",
        )
    if _is_for_development(choice.module):
        return f"In production, {name} loads '{choice.module}', settings for development.", f"{instead}{again}."
    if choice.module != live:
        return (
            f"In production, {name} loads '{choice.module}', and this check judges '{live}'.",
            f"Run 'python manage.py check --deploy --settings={choice.module}', or write '{live}' there.",
        )
    return None


def _is_for_development(module: str) -> bool:
    head, _, rest = module.partition(".")
    return not _DEVELOPMENT.isdisjoint(re.split(r"[._]", (rest or head).lower()))


def _must_exist(deployment: Deployment, module: str) -> bool:
    """Whether the file would have to be in the repository: its package is, and git is not told to leave it out."""
    live = deployment.project.settings_module or ""
    if not deployment.complete or module.partition(".")[0] != live.partition(".")[0] or "." not in module:
        return False
    last = module.rpartition(".")[2]
    return not any(
        last in re.split(r"\W+", pattern.pattern) and not pattern.negated for pattern in deployment.ignore_patterns
    )


def _environment_is_elsewhere(deployment: Deployment, process: Process) -> bool:
    """Whether variables may be set where this repository does not show them."""
    service = process.service
    if service is None or process.platform is not None or not (process.in_container or service.runs_on_host):
        return True
    return any(deployment.kind_of(reference.path) == "" for reference in service.env_files)
