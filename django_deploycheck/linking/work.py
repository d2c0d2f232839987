"""What the steps of linking share while they run."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TypeVar

from django_deploycheck import secrets
from django_deploycheck.conf import Configuration
from django_deploycheck.environments import Decision
from django_deploycheck.interpretation import Run
from django_deploycheck.model import CONFIGURED, Environment, Image, Project, PythonModule, Service
from django_deploycheck.programs import Effort, Texts
from django_deploycheck.readers import Reader
from django_deploycheck.reading import Reading, read_one
from django_deploycheck.records import dataclass, field
from django_deploycheck.source import Repository, is_excluded

T = TypeVar("T")


def configured_path(name: str) -> str:
    """What stands for the path of a process that the settings name."""
    return f'{CONFIGURED}["{secrets.mask(name)}"]'


@dataclass
class Work:
    """Everything that linking needs, in one place; lives only while ``assemble`` runs."""

    repository: Repository
    reading: Reading
    readers: Mapping[str, Reader]
    project: Project
    configuration: Configuration
    decisions: dict[str, Decision] = field(default_factory=dict)
    """Whose each file is, by path."""
    scripts: dict[str, list[tuple[str, Environment]]] = field(default_factory=dict)
    """Scripts that were followed, by path: the place that calls each, and whose the process is that does."""
    images: dict[tuple[str, str, str | None], Image] = field(default_factory=dict)
    """Images by Dockerfile, build context and target."""
    configured: dict[str, list[Environment]] = field(default_factory=dict)
    """Configuration files that a followed command reads, by path: whose each process is that does."""
    own_words: frozenset[str] | None = None
    """The words in the names of the project's own images, once somebody asked."""
    deployed: tuple[int, dict[str, frozenset[str]]] | None = None
    """How many files were read when somebody last asked for the Dockerfiles that may be deployed, and their words."""
    runs: dict[Service, Run] = field(default_factory=dict)
    """What services start, followed once."""
    effort: Effort = field(default_factory=Effort)
    programs: dict[str, str | None] = field(default_factory=dict)
    """By the name of a program, the file that declares it as the project's own."""
    texts: Texts = field(default_factory=Texts)

    def facts(self, kind: type[T]) -> Iterable[tuple[str, T]]:
        """Every fact of this kind with the path of its file, in the order of the files."""
        for path, facts in self.reading.facts.items():
            for fact in facts:
                if isinstance(fact, kind):
                    yield path, fact

    def of(self, path: str, kind: type[T]) -> list[T]:
        """The facts of this kind in one file."""
        return [fact for fact in self.reading.facts.get(path, ()) if isinstance(fact, kind)]

    def paths(self, kind: str) -> list[str]:
        """The files that the reader of this kind was given."""
        return [path for path, found in self.reading.kinds.items() if found == kind]

    def decision(self, path: str) -> Decision:
        if path.startswith(CONFIGURED):
            return Decision("production", f"is named in {CONFIGURED}")
        return self.decisions.get(path) or Decision("unknown", "says nothing of one environment")

    def environment(self, path: str) -> Environment:
        return self.decision(path).environment

    def read(self, path: str, kind: str) -> None:
        """Read a file that only linking found out about, and those that it refers to."""
        queue = deque([(path, kind)])
        while queue:
            path, kind = queue.popleft()
            if (
                path not in self.reading.kinds
                and kind in self.readers
                and not is_excluded(path, self.repository.excluded)
            ):
                references = read_one(self.repository, path, kind, self.readers[kind], self.reading)
                queue += [(reference.path, reference.kind) for reference in references]

    def module(self, path: str) -> PythonModule | None:
        """The Python file, read where it was not yet; None where it cannot be."""
        self.read(path, "python-module")
        return next(iter(self.of(path, PythonModule)), None)
