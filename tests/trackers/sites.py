"""Sites with a tracker in them, what the rules say of them and what the tracker's own package says of itself."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.projects import REQUIREMENTS
from tests.running import reported, run, write_site

REQUIRED = "DEPLOYCHECK_TRACKERS"
"""Set where the trackers are installed on purpose: there, one that is missing fails its tests and skips none."""

RULES = ("no-error-tracker", "inactive-error-tracker", "misplaced-error-tracker", "development-environment-name")
NOWHERE = "http://127.0.0.1:9"
"""Nothing listens on the discard port."""

PROCFILE = "web: gunicorn bookstore.wsgi\n"

PROBE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "bookstore.settings"
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
handler = WSGIHandler()
{statements}
print("tracker:", bool({expression}), flush=True)
os._exit(0)  # without waiting for what a tracker would like to send
"""


@dataclass(frozen=True)
class Package:
    """
    A tracker on PyPI. ``expression`` is true where the package itself says that it would send, after ``statements``;
    ``wrapper`` is the command around the server, ``env`` what keeps it from sending in a test.
    """

    distribution: str
    expression: str
    statements: str = ""
    wrapper: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    def need(self) -> None:
        """Skip the test where the package is not installed, unless it has to be."""
        try:
            importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            if os.environ.get(REQUIRED):
                raise
            pytest.skip(f"needs {self.distribution}, which the tox environments 'trackers' and 'sentry1' install")


@dataclass(frozen=True)
class Site:
    """A site with a package in its requirements and nobody to mail errors to."""

    folder: Path
    package: Package
    env: Mapping[str, str] = field(default_factory=dict)

    def findings(self) -> list[tuple[str, str, str]]:
        """Id, line of the source and message of what the rules about trackers say."""
        found = [finding for finding in reported(self.folder, env=self._env()) if finding["name"] in RULES]
        return [(finding["id"], self._line(finding["location"]), finding["message"]) for finding in found]

    def sends(self) -> bool:
        """Whether the tracker would send, asked of itself in a process that has loaded the site as a server does."""
        text = PROBE.format(statements=self.package.statements, expression=self.package.expression)
        arguments: tuple[str, ...] = ("-c", text)
        if self.package.wrapper:
            program, *rest = self.package.wrapper
            arguments = (str(Path(sysconfig.get_path("scripts")) / program), *rest, sys.executable, *arguments)
        done = run(self.folder, *arguments, env=self._env())
        said = [line for line in done.stdout.splitlines() if line.startswith("tracker: ")]
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(said) == 1, done.stdout + done.stderr
        return said == ["tracker: True"]

    def _env(self) -> dict[str, str]:
        return {**self.package.env, **self.env}

    def _line(self, location: Mapping[str, object]) -> str:
        text = (self.folder / str(location["path"])).read_text(encoding="utf-8")
        return f"{location['path']}: {text.splitlines()[int(str(location['line'])) - 1].strip()}"


def make_site(
    folder: Path,
    package: Package,
    settings: str = "",
    files: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
) -> Site:
    package.need()
    tree = {
        "requirements.txt": f"{REQUIREMENTS}{package.distribution}\n",
        "Procfile": PROCFILE,
        **(files or {}),
    }
    return Site(write_site(folder, tree, f"ADMINS = []\n{settings}"), package, env or {})
