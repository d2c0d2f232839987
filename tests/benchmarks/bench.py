"""The folder in which everything is measured: an interpreter, and the sites as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.interpreter import environ, interpreter
from tests.benchmarks.processes import Run
from tests.benchmarks.sites import FIVE_FILES, site

INSIDE = Path(__file__).with_name("inside.py")


@dataclass
class Bench:
    """Sites of the same files are made once; the names of their folders are of one length."""

    folder: Path
    python: Path
    environ: Mapping[str, str]
    _sites: dict[tuple[object, ...], Path] = field(default_factory=dict)

    def site(self, files: Mapping[str, str] = FIVE_FILES, *, app: bool = True, migration_rules: bool = False) -> Path:
        """The site with the app or without; ``migration_rules`` is whether the rules 205 and 206 have their say."""
        key = (tuple(files.items()), app, migration_rules)
        if key not in self._sites:
            self._sites[key] = site(
                self.folder / f"site-{len(self._sites):03}", files, app=app, migration_rules=migration_rules
            )
        return self._sites[key]

    def manage(self, folder: Path, *argv: str, status: int = 0) -> Run:
        """``manage.py`` of the site in the folder."""
        return Run((str(self.python), "manage.py", *argv), folder, self.environ, status)

    def inside(self, folder: Path, *argv: str) -> Run:
        """A measurement of ``inside.py``, with the site's settings."""
        return Run((str(self.python), str(INSIDE), *argv), folder, self.environ)


def bench(folder: Path) -> Bench:
    """A bench in an empty folder."""
    return Bench(folder, interpreter(folder / "python"), environ(folder))
