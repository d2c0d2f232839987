"""
GitLab CI: what the jobs that deploy run.

After https://docs.gitlab.com/ci/yaml/. A job deploys where its script copies to a server or speaks to a platform, or where
its name, stage or environment says so and it runs no tests. ``before_script``, ``script`` and ``after_script`` run in one
place; ``extends``, anchors and ``!reference`` are followed within the file, ``include:local`` leads to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django_deploycheck.model import BlindSpot, EnvVar, Fact, Reference
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _pipeline
from django_deploycheck.readers._yaml import ABSENT, Node, parse
from django_deploycheck.records import dataclass, field
from django_deploycheck.source import Source, within

KIND = "gitlab-ci"
NAMES = (".gitlab-ci.yml", ".gitlab-ci.yaml", ".gitlab/ci/*.yml", ".gitlab-ci/*.yml")
NATURE = "production"

MAX_EXTENDS = 11
"""How deep jobs may extend one another, as in GitLab."""

_KEYWORDS = frozenset(
    "after_script before_script cache default image include pages services spec stages types variables workflow".split()
)
_UNREACHABLE = regex(r"merge_request|external_pull_request")


@dataclass(frozen=True)
class _Pipeline:
    """The file's jobs, hidden ones included, by name."""

    source: Source
    document: Node
    jobs: Mapping[str, Node] = field(default_factory=dict)

    def stated(self, job: Node, key: str, depth: int = 0) -> Node:
        """What a job says of a key, or what those say that it extends; the last one named counts first."""
        node = job.get(key)
        if node or depth > MAX_EXTENDS:
            return node
        for name in reversed(job.get("extends").strings()):
            node = self.stated(self.jobs.get(name, ABSENT), key, depth + 1)
            if node:
                return node
        return ABSENT

    def lines(self, node: Node, depth: int = 0) -> Iterator[Node]:
        """The scalars of a script, lists in lists and references resolved."""
        if depth > MAX_EXTENDS:
            return
        if node.tag == "!reference":
            path = node.strings()
            start = self.jobs.get(path[0], self.document.get(path[0])) if path else ABSENT
            yield from self.lines(self._at(start, path[1:]), depth + 1)
            return
        for element in node.listed():
            if element.elements():
                yield from self.lines(element, depth + 1)
            elif element.text():
                yield element

    def _at(self, node: Node, path: tuple[str, ...]) -> Node:
        return self.stated(node, path[0]) if len(path) == 1 else node.get(*path)


def read(source: Source) -> Iterator[Fact]:
    """What the pipeline tests, and a step for every job that deploys and may run something of the application."""
    document = next((document for document in reversed(parse(source)) if document.items()), ABSENT)
    pipeline = _Pipeline(
        source,
        document,
        {entry.key: entry.value for entry in document.items() if entry.key not in _KEYWORDS and entry.value.items()},
    )
    included = list(_included(document, source))
    yield from included
    found = (_job(pipeline, name, node) for name, node in pipeline.jobs.items() if not name.startswith("."))
    jobs = [job for job in found if job is not None]
    if jobs:
        yield _pipeline.workflow(jobs, jobs[0].line, source, calls_others=bool(included))
    for job in jobs:
        if _pipeline.is_deploying(job) and not _only_for_requests(pipeline, pipeline.jobs[job.name]):
            yield from _pipeline.facts(job, KIND, source)


def _job(pipeline: _Pipeline, name: str, node: Node) -> _pipeline.Job | None:
    default = pipeline.document.get("default")
    before = (
        pipeline.stated(node, "before_script") or default.get("before_script") or pipeline.document.get("before_script")
    )
    script = pipeline.stated(node, "script")
    after = pipeline.stated(node, "after_script") or default.get("after_script")
    nodes = [line for part in (before, script, after) for line in pipeline.lines(part)]
    if not nodes:
        return None
    environment = pipeline.stated(node, "environment")
    words = (name, pipeline.stated(node, "stage").text(), environment.text() or environment.get("name").text())
    return _pipeline.Job(
        name,
        " / ".join(word.replace("_", " ").replace("-", " ") for word in words if word),
        node.line,
        _pipeline.script_lines(nodes, pipeline.source),
        has_services=_has_database(pipeline.stated(node, "services")),
        variables=tuple(_variables(pipeline, node)),
    )


def _has_database(services: Node) -> bool:
    """Whether the job starts more beside it than the Docker that builds and deploys."""
    names = [element.text() or element.get("name").text() or "" for element in services.elements()]
    return any("dind" not in name for name in names)


def _variables(pipeline: _Pipeline, node: Node) -> Iterator[EnvVar]:
    """Variables by name: what a runner is given is not what the site is given."""
    for place in (pipeline.document.get("variables"), pipeline.stated(node, "variables")):
        for entry in place.items():
            value = entry.value.text()
            literal = value if entry.key == "DJANGO_SETTINGS_MODULE" and value and "$" not in value else None
            yield pipeline.source.env_var(entry.key, literal, entry.line)


def _only_for_requests(pipeline: _Pipeline, job: Node) -> bool:
    only = pipeline.stated(job, "only").strings() or pipeline.stated(job, "only").get("refs").strings()
    return bool(only) and all(_UNREACHABLE.search(ref) for ref in only)


def _included(document: Node, source: Source) -> Iterator[Reference | BlindSpot]:
    for element in document.get("include").listed():
        local = element.get("local").text() or (element.text() if "://" not in (element.text() or "") else None)
        path = within("", (local or "").lstrip("/"))
        if path is not None and not any(mark in path for mark in "*$"):
            yield Reference(path, KIND, source.location(element.line))
        elif not element.get("template"):
            yield BlindSpot("includes a file that was not read", source.location(element.line))
