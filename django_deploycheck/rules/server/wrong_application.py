"""
The server is told to serve a module or a name that the project does not have.

This rule compares the target of gunicorn, uvicorn, daphne, uWSGI and mod_wsgi (``bookstore.wsgi``,
``bookstore.asgi:application``, ``module = …``) with the files of the repository, and the kind of application behind it
with the kind that the server speaks.

Why it matters
--------------

A wrong module stops every worker at start, usually after a rename that forgot the Procfile. An ASGI application under a
WSGI server, or the reverse, is worse: the server starts, and every request fails.

Bad
---

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookshop.wsgi

Bad: a name that the module does not define
-------------------------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi:app

Bad: an ASGI application under a WSGI server
--------------------------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.asgi:application

Bad: another module than the settings name
------------------------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.old_wsgi

.. code-block:: python
   :caption: bookstore/old_wsgi.py

   from django.core.wsgi import get_wsgi_application

   application = get_wsgi_application()

Good
----

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi

Good: the name is given
-----------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi:application

Good: an ASGI application with a worker for it
----------------------------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.asgi:application -k uvicorn_worker.UvicornWorker

.. code-block:: text
   :caption: requirements.txt

   django==5.2.8
   gunicorn==23.0.0
   uvicorn-worker==0.4.0

Good: the settings name the module that is served
-------------------------------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.new_wsgi

.. code-block:: python
   :caption: bookstore/new_wsgi.py

   from django.core.wsgi import get_wsgi_application

   application = get_wsgi_application()

.. code-block:: python
   :caption: settings.py

   WSGI_APPLICATION = "bookstore.new_wsgi.application"

When to silence it
------------------

When the module is made during the build, or comes out of a package that the repository does not hold.

References
----------

- https://docs.gunicorn.org/en/stable/run.html#gunicorn
- https://docs.djangoproject.com/en/stable/ref/settings/#wsgi-application
- https://docs.djangoproject.com/en/stable/howto/deployment/asgi/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Process, Server, Target
from django_deploycheck.platforms import platform
from django_deploycheck.rules.server._server import application, once, who

ID = 104
LEVEL = "W"

_ADAPTERS = ("a2wsgi", "asgiref", "asgi_wsgi", "wsgi_to_asgi")


def check(deployment: Deployment) -> Iterator[Finding]:
    yield from once(_findings(deployment))


def _findings(deployment: Deployment) -> Iterator[Finding]:
    for process in deployment.production:
        server, target = process.server, process.target
        if server is None or target is None or not process.is_django or _is_template(process, target):
            continue
        if target.path is None:
            yield from _missing_module(deployment, process, server, target)
        elif target.source is not None:
            yield from (
                _missing_name(process, target)
                or _wrong_kind(deployment, process, server, target)
                or _disagreement(deployment, process, server, target)
            )


def _is_template(process: Process, target: Target) -> bool:
    """Whether the command, or what names the target, still has to be filled in, as in a template of projects."""
    return "{{" in target.module or (process.command is not None and "{{" in process.command.text)


def _missing_module(deployment: Deployment, process: Process, server: Server, target: Target) -> Iterator[Finding]:
    top, _, _ = target.module.partition(".")
    package = (deployment.project.wsgi_module or deployment.project.settings_module or "").partition(".")[0]
    is_ours = target.module.rpartition(".")[2] in ("wsgi", "asgi") or top == package
    if not deployment.complete or not target.known or not is_ours or server.unresolved & {"chdir", "config"}:
        return
    if deployment.requires(top.replace("_", "-").lower()) or _imports_from_elsewhere(process):
        return
    right = application(deployment, asgi=server.interface == "asgi")
    yield Finding(
        f"{who(process)} serves '{target.module}', and the repository holds no such module.",
        f"Write '{right}{':application' if target.attribute else ''}' in {process.location}.",
        process.location,
        related=process.via,
    )


def _imports_from_elsewhere(process: Process) -> bool:
    own = process.command.variables if process.command else ()
    return any(variable.name == "PYTHONPATH" for variable in (*process.variables, *own))


def _missing_name(process: Process, target: Target) -> list[Finding]:
    names = target.source.names if target.source else None
    wanted = target.attribute or "application"
    if names is None or not names.isdisjoint(_looked_for(process, target)):
        return []
    right = next((name for name in ("application", "app") if name in names), None)
    hint = (
        f"Write '{target.module}:{right}' in {process.location}." if right else f"Define '{wanted}' in {target.path}."
    )
    return [
        Finding(
            f"{who(process)} serves '{wanted}' of '{target.module}', and {target.path} defines no such name.",
            hint,
            process.location,
            related=process.via,
        )
    ]


def _looked_for(process: Process, target: Target) -> tuple[str, ...]:
    """The names of which one has to be there."""
    if target.attribute:
        return (target.attribute.partition(".")[0],)
    found = platform(process.platform) if process.server is not None and process.server.name == "platform" else None
    return found.application_names if found is not None else ("application",)


def _wrong_kind(deployment: Deployment, process: Process, server: Server, target: Target) -> list[Finding]:
    source = target.source
    if (
        source is None
        or source.serves is None
        or server.interface in (None, source.serves)
        or server.name == "hypercorn"
    ):
        return []  # hypercorn tells them apart by itself
    if any(name.partition(".")[0] in _ADAPTERS for name in source.imports) or target.attribute not in (
        None,
        "application",
    ):
        return []
    kind, spoken = source.serves.upper(), "ASGI" if server.interface == "asgi" else "WSGI"
    right = f"{application(deployment, asgi=server.interface == 'asgi')}:application"
    hint = f"Write '{right}' in {process.location}."
    if server.name == "gunicorn" and kind == "ASGI":
        hint = f"Add '-k uvicorn_worker.UvicornWorker' to the command in {process.location} and declare 'uvicorn-worker', or serve '{right}'."
    return [
        Finding(
            f"{who(process)} serves the {kind} application '{target.module}' with {server.name}, which speaks {spoken} here.",
            hint,
            process.location,
            related=process.via,
        )
    ]


def _disagreement(deployment: Deployment, process: Process, server: Server, target: Target) -> list[Finding]:
    name = "ASGI_APPLICATION" if server.interface == "asgi" else "WSGI_APPLICATION"
    setting = deployment.settings.get(name)
    folder = deployment.project.directory
    if (
        server.interface is None
        or not isinstance(setting, str)
        or not (target.path or "").startswith(f"{folder}/" if folder else "")
    ):
        return []
    if process.settings is not None and process.settings.module != deployment.project.settings_module:
        return []
    module = setting.rpartition(".")[0]
    if target.source is not None and module in target.source.imports:
        return []  # it only hands on what the setting names, as App Engine's main.py does
    own = _dotted(target, folder)
    if own is None or any(f".{one}".endswith(f".{other}") for one, other in ((module, own), (own, module))):
        return []
    message = f"{who(process)} serves '{target.module}', while {name} names '{setting}'."
    right = target.module.replace(_path(own), _path(module)) if target.module != own else module
    hint = f"Set {name} = '{own}.{target.attribute or 'application'}', or serve '{right}' in {process.location}; runserver uses the setting."
    return [Finding(message, hint, process.location, level="I", related=process.via)]


def _path(module: str) -> str:
    return module.replace(".", "/")


def _dotted(target: Target, folder: str) -> str | None:
    """The name of a served module; of a file, its name below the project's folder, None for one that cannot be imported."""
    if "/" not in target.module and not target.module.endswith(".py"):
        return target.module
    path = (target.path or "").removeprefix(f"{folder}/" if folder else "")
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") if path.endswith(".py") else None
