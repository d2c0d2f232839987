"""
Phusion Passenger, as cPanel and other shared hosts run it: ``passenger_wsgi.py`` with a callable named ``application``.

After https://www.phusionpassenger.com/library/walkthroughs/start/python.html and
https://www.phusionpassenger.com/docs/references/config_reference/standalone/ (Passengerfile.json: ``startup_file``). The
module is read like every other Python file; where it takes the application over from a module, that one is served.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django_deploycheck.model import Fact, PlatformUse, Reference, Service
from django_deploycheck.readers import python_module
from django_deploycheck.readers._python import parse
from django_deploycheck.readers._yaml import parse_json
from django_deploycheck.source import Source

KIND = "passenger"
NAMES = ("passenger_wsgi.py", "Passengerfile.json")
NATURE = "production"
PLATFORM = "passenger"


def read(source: Source) -> Iterator[Fact]:
    """The web process that Passenger starts, and what the module says."""
    yield PlatformUse(PLATFORM, source.location(1))
    if source.name.endswith(".json"):
        startup = parse_json(source).get("startup_file")
        path = source.beside(startup.text() or "")
        if path is not None and path.endswith(".py"):
            yield Reference(path, KIND, source.location(startup.line))
        return
    yield from python_module.read(source)
    application, line = _application(source)
    yield Service(
        name=source.name.removesuffix(".py"),
        kind=KIND,
        location=source.location(line),
        role="web",
        platform=PLATFORM,
        application=application,
        runs_on_host=True,
    )


def _application(source: Source) -> tuple[str, int]:
    """What is served, the file itself or what it takes over from a module, and the line that says so."""
    line = 1
    for statement in parse(source).body:
        if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            for alias in statement.names:
                if (alias.asname or alias.name) == "application":
                    return f"{statement.module}:{alias.name}", statement.lineno
        elif isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "application" for target in statement.targets
        ):
            line = statement.lineno
    return source.path, line
