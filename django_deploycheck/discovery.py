"""
Which files of a repository are deployment files, found by known names in known folders; the tree is never walked.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import dropwhile, islice
from typing import NamedTuple

from django_deploycheck.model import BlindSpot, Location, join
from django_deploycheck.readers import Reader
from django_deploycheck.records import dataclass
from django_deploycheck.source import MAX_ENTRIES, Repository

MAX_FOLDERS = 400
"""How many folders are looked into at the most."""

MAX_DEPTH = 6
"""How deep they may lie below the root, or below the project's folder."""

# Folders that hold no deployment files of this project, however many entries they have.
_SKIPPED = frozenset(
    ".git .hg .svn .tox .nox .venv venv .virtualenv virtualenv node_modules bower_components __pycache__ site-packages dist-packages .mypy_cache .pytest_cache "
    ".ruff_cache .idea .vscode static staticfiles media locale templates migrations fixtures htmlcov dist .eggs .cache assets vendor third_party "
    "test tests testing spec e2e cypress .terraform".split()
)
# Folders whose own folders are looked at too.
_DEPLOYMENT_FOLDERS = frozenset(
    "docker .docker dockerfiles dockerfile docker-compose dockercompose containers container images image compose deploy .deploy deployment deployments deployer release "
    "ops devops infra infrastructure provision provisioning k8s kubernetes kube helm chart charts manifests kustomize overlays base conf config configs configuration etc nginx "
    "apache httpd caddy traefik gunicorn uwsgi supervisor supervisord systemd services service server servers web webserver app backend api production prod staging "
    "ansible playbooks roles contrib install setup scripts script bin tools build .github workflows .circleci .gitlab .platform hooks .ebextensions "
    ".do .kamal .upsun .envs .production requirements reqs deps dependencies django python src clevercloud .azure azure gcp aws heroku utility utils cookbook s6-overlay s6-rc.d services.d cont-init.d "
    "rootfs root etc circus "
    "local dev development .heroku .buildkite ci tasks tasklist ecs terraform tf .elasticbeanstalk .ecs .aws task-definitions task_definitions taskdefs .cloudbuild cloudbuild cdk pulumi".split()
)
# … unless they stand inside an ordinary folder, where they are Python packages more often than not.
_AMBIGUOUS = frozenset(
    "app web api services service server utils utility config base tasks roles hooks local dev core tools build".split()
)
# Code lies below these: of their own folders only those are looked at that are named for a deployment themselves.
_OF_CODE = frozenset(
    "app backend api web webserver server servers service django python src base core local dev development utility utils "
    "tools test".split()
)
# … and those named for what runs on a server, with whatever stands beside it: ``apache2``, ``nginx-conf``, ``uwsgi.d``.
_OF_SERVERS = frozenset(
    "nginx openresty apache httpd lighttpd caddy haproxy proxy vhost vhosts uwsgi gunicorn supervisor supervisord systemd vassals".split()
)
_OF_SITES = frozenset("sites-available sites-enabled conf.d conf-available conf-enabled http.d mod_wsgi".split())
# Folders whose own folders bear the names of services.
_NAMED_BY_SERVICE = ("/s6-rc.d", "/services.d")


@dataclass(frozen=True)
class Root:
    """
    Where the repository starts: its absolute path, the folder of manage.py below it (``""`` for the root itself), and
    whether the tree is complete: it has a ``.git``, or the user named it.
    """

    path: str
    project: str = ""
    complete: bool = False


def find_root(configured: str | None, settings_file: str | None, base_dir: str | None, cwd: str | None) -> Root | None:
    """
    The root of the repository that the running project belongs to, None where no folder exists to start from.

    ``configured`` is ``DEPLOYCHECK["ROOT"]``. Otherwise: from the settings module's file (else BASE_DIR, else the working
    directory) up to the nearest manage.py, then up to the nearest ``.git``; never the home folder or ``/``.
    """
    settings_folder = os.path.dirname(settings_file) if settings_file else None
    if configured:
        root = os.path.realpath(configured)
        if not os.path.isdir(root):
            return None
        inside = [os.path.realpath(start) for start in (base_dir, settings_folder, cwd) if start]
        inner = next((start for start in inside if _below(start, root)), root)
        project = _upwards(inner, "manage.py", stop=root) or _project_below(root) or inner
        return Root(root, _relative(project, root), complete=True)
    starts = (settings_folder, base_dir, cwd)
    start = next((os.path.realpath(start) for start in starts if start and os.path.isdir(start)), None)
    if start is None:
        return None
    project = _upwards(start, "manage.py") or start
    repository = _upwards(project, ".git")
    if _forbidden(repository or project):
        return None
    return Root(repository or project, _relative(project, repository or project), complete=repository is not None)


def _below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _relative(path: str, root: str) -> str:
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def _forbidden(folder: str) -> bool:
    return folder in (os.path.realpath(os.path.expanduser("~")), os.path.dirname(folder))


def _upwards(start: str, name: str, stop: str | None = None) -> str | None:
    """The nearest folder from ``start`` upwards that holds the name; none above ``stop``."""
    folder = start
    while folder == stop or not _forbidden(folder):
        if os.path.lexists(os.path.join(folder, name)):
            return folder
        if folder == stop:
            return None
        folder = os.path.dirname(folder)
    return None


def _project_below(root: str) -> str | None:
    """The folder of manage.py one folder below the root, where only one is there."""
    names = [name for name, is_folder in Repository(root).listing("").items() if is_folder and name not in _SKIPPED]
    folders = [os.path.join(root, name) for name in names[:200]]
    found = [folder for folder in folders if os.path.lexists(os.path.join(folder, "manage.py"))]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Found:
    """The deployment files, each path with its reader's kind, and what was too much to be looked at."""

    files: tuple[tuple[str, str], ...]
    gaps: tuple[BlindSpot, ...] = ()


def discover(repository: Repository, project: str, readers: Mapping[str, Reader]) -> Found:
    """The deployment files of the repository whose Django project lies in ``project`` (relative to its root)."""
    claims = _claims(tuple(readers.items()))
    looked_into, is_all = _folders(repository, project)
    files = tuple(
        (path, kind)
        for folder in looked_into
        for name, is_folder in repository.listing(folder).items()
        if not is_folder and (kind := next(claims.claimants(path := join(folder, name)), None)) is not None
    )
    gaps = [] if is_all else [BlindSpot(f"only the first {MAX_FOLDERS} folders were looked into")]
    for folder in looked_into:
        if folder not in ("", project) and not _is_named(posixpath.basename(folder)):
            continue
        place = Location(folder) if folder else None
        if len(repository.listing(folder)) >= MAX_ENTRIES:
            gaps.append(BlindSpot(f"only {MAX_ENTRIES} entries of the folder were looked at", place))
        elif folder in repository.unlisted:
            gaps.append(BlindSpot(f"the folder {repository.unlisted[folder]}", place))
    return Found(files, tuple(gaps))


def _folders(repository: Repository, project: str) -> tuple[list[str], bool]:
    """
    The folders to look into, and whether these are all: the root, the project's folder, the folders in both, and what
    lies below those that are named after deployments.
    """
    queue: deque[tuple[str, int, bool]] = deque((top, 0, True) for top in dict.fromkeys(("", project)))
    has_project = bool(project) or repository.is_file("manage.py")
    found: dict[str, None] = {}
    seen: set[str] = set()
    while queue:
        folder, depth, inside = queue.popleft()
        if folder in seen:
            continue
        if len(seen) >= MAX_FOLDERS:
            return list(found), False
        seen.add(folder)
        listing = repository.listing(folder)
        if depth and ("pyvenv.cfg" in listing or (has_project and _is_other_project(folder, listing, project))):
            continue
        found[folder] = None
        if depth < MAX_DEPTH:
            queue.extend(
                (join(folder, name), depth + 1, _holds_deployment(name) or (inside and depth > 0))
                for name, is_folder in listing.items()
                if is_folder and (_is_looked_into(name, depth, inside) or folder.endswith(_NAMED_BY_SERVICE))
            )
    return list(found), True


def _is_looked_into(name: str, depth: int, inside: bool) -> bool:
    """Whether a folder is: every one at the top, below a deployment folder, or with the name of such a one."""
    lowered = name.lower()
    if lowered in _SKIPPED:
        # A chart's templates are manifests; at the top they are Django's.
        return lowered == "templates" and inside and depth > 0
    if name.startswith(".") and not _is_named(name):
        return False
    return inside or (_is_named(name) and lowered not in _AMBIGUOUS)


def _holds_deployment(name: str) -> bool:
    """Whether everything below a folder of this name is looked at."""
    return _is_named(name) and name.lower() not in _OF_CODE


def _is_named(name: str) -> bool:
    lowered = name.lower()
    if lowered in _DEPLOYMENT_FOLDERS or lowered in _OF_SITES:
        return True
    return not _OF_SERVERS.isdisjoint(re.split(r"[^a-z]+", lowered))


def _is_other_project(folder: str, listing: Mapping[str, bool], project: str) -> bool:
    """Whether the folder is another Django project of the same repository."""
    return listing.get("manage.py") is False and not f"{project}/".startswith(f"{folder}/")


def next_claimant(path: str, kind: str, readers: Mapping[str, Reader]) -> str | None:
    """The kind of the reader whose turn it is with the file when the one called ``kind`` declines it, None for nobody."""
    claimants = _claims(tuple(readers.items())).claimants(path)
    return next(islice(dropwhile(lambda claimant: claimant != kind, claimants), 1, None), None)


class _Claim(NamedTuple):
    """
    A reader's claim to files whose name matches the pattern or, with a ``/`` in it, whose path does; ``parts`` are what
    stands between its stars.
    """

    order: int
    kind: str
    pattern: str
    parts: tuple[str, ...]


class _Claims:
    """
    Who claims a path, in the readers' order: the fallback last.

    Most files are nobody's. Each is held only against the patterns for its own name, those for its ending and the few that
    have none.
    """

    def __init__(self, readers: Iterable[tuple[str, Reader]]) -> None:
        self._by_name: dict[str, list[_Claim]] = {}
        self._by_ending: dict[str, list[_Claim]] = {}
        self._others: list[_Claim] = []
        ordered = sorted(readers, key=lambda item: getattr(item[1], "FALLBACK", False))
        for order, (kind, reader) in enumerate(ordered):
            for name in reader.NAMES:
                pattern = f"*/{name}" if "/" in name else name
                self._add(_Claim(order, kind, pattern, tuple(pattern.split("*"))))

    def _add(self, claim: _Claim) -> None:
        last = claim.pattern.rpartition("/")[2]
        ending = _ending(last)
        if not _is_wild(last):
            self._by_name.setdefault(last, []).append(claim)
        elif ending and not _is_wild(ending):
            self._by_ending.setdefault(ending, []).append(claim)
        else:
            self._others.append(claim)

    def claimants(self, path: str) -> Iterator[str]:
        """The kinds of the readers that claim the path, each once, the first in turn first."""
        name = path.rpartition("/")[2]
        claims = [*self._by_name.get(name, ()), *self._by_ending.get(_ending(name), ()), *self._others]
        matching = {(claim.order, claim.kind) for claim in claims if _is_named_by(claim, path, name)}
        return (kind for _, kind in sorted(matching))


@lru_cache(maxsize=1)  # the readers are the same for every file that one of them declines
def _claims(readers: tuple[tuple[str, Reader], ...]) -> _Claims:
    return _Claims(readers)


def _ending(name: str) -> str:
    """What a name ends in from its last dot on; empty for a name without."""
    _, dot, ending = name.rpartition(".")
    return dot + ending


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text or "[" in text


def _is_named_by(claim: _Claim, path: str, name: str) -> bool:
    """Whether the pattern matches the file's name or, with a ``/``, the end of its path; its stars match a ``/`` then."""
    text = f"/{path}" if "/" in claim.pattern else name
    # Compiling the patterns, as fnmatch does, costs more than everything else here.
    if "?" in claim.pattern or "[" in claim.pattern:
        return _may_match(text, claim.pattern) and fnmatch.fnmatchcase(text, claim.pattern)
    return _matches(text, claim.parts)


def _may_match(text: str, pattern: str) -> bool:
    """Whether the text ends as the pattern does, and holds what the pattern starts with and something more for a set."""
    start = min(pattern.find(mark) for mark in "*?[" if mark in pattern)
    end = max(pattern.rfind(mark) for mark in "*?]")
    least = start + len(pattern) - end - 1 + ("?" in pattern or "[" in pattern)
    return pattern[:start] in text and text.endswith(pattern[end + 1 :]) and len(text) >= least


def _matches(text: str, parts: Sequence[str]) -> bool:
    """Whether the text is these parts in their order, with anything between them."""
    if len(parts) == 1:
        return text == parts[0]
    first, *inner, last = parts
    position, end = len(first), len(text) - len(last)
    if position > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in inner:
        position = text.find(part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True
