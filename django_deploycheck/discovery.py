"""
Which files of a repository are deployment files, found by known names in known folders; the tree is never walked.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django_deploycheck.readers import Reader
from django_deploycheck.source import Repository

MAX_FOLDERS = 400
"""How many folders are listed at the most."""

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
    ".do .kamal .upsun .envs .production requirements reqs deps dependencies django python src clevercloud .azure azure gcp aws heroku utility utils cookbook s6-overlay rootfs "
    "local dev development .heroku .buildkite ci tasks tasklist ecs terraform tf".split()
)
# … unless they stand inside an ordinary folder, where they are Python packages more often than not.
_AMBIGUOUS = frozenset(
    "app web api services service server utils utility config base tasks roles hooks local dev core tools build".split()
)


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
    starts = [os.path.dirname(settings_file) if settings_file else None, base_dir, cwd]
    if configured:
        root = os.path.realpath(configured)
        if not os.path.isdir(root):
            return None
        for start in (base_dir, *starts):
            if start and _below(os.path.realpath(start), root):
                project = _upwards(os.path.realpath(start), "manage.py", stop=root) or _project_below(root)
                return Root(root, _relative(project or os.path.realpath(start), root), complete=True)
        return Root(root, _relative(_project_below(root) or root, root), complete=True)
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
    folder = start
    for _ in range(40):
        if _forbidden(folder) and folder != stop:
            return None
        try:
            found = os.path.lexists(os.path.join(folder, name))
        except (OSError, ValueError):
            return None
        if found:
            return folder
        if folder == stop:
            return None
        folder = os.path.dirname(folder)
    return None


def _project_below(root: str) -> str | None:
    """The folder of manage.py at the root or one folder below it, where only one is there."""
    if os.path.lexists(os.path.join(root, "manage.py")):
        return root
    try:
        with os.scandir(root) as entries:
            folders = sorted(entry.path for entry in entries if entry.is_dir() and entry.name not in _SKIPPED)
    except OSError:
        return None
    found = [folder for folder in folders[:200] if os.path.lexists(os.path.join(folder, "manage.py"))]
    return found[0] if len(found) == 1 else None


def folders(repository: Repository, project: str) -> Iterator[str]:
    """The folders to look into: the root, the folders in it, and what lies below those named after deployments."""
    queue: deque[tuple[str, int, bool]] = deque([("", 0, True)])
    if project:
        queue.append((project, 0, True))
    has_project = bool(project) or repository.is_file("manage.py")
    seen: set[str] = set()
    while queue and len(seen) < MAX_FOLDERS:
        folder, depth, inside = queue.popleft()
        if folder in seen:
            continue
        seen.add(folder)
        listing = repository.listing(folder)
        if depth and ("pyvenv.cfg" in listing or (has_project and _is_other_project(folder, listing, project))):
            continue
        yield folder
        if depth >= 6:
            continue
        for name, is_folder in listing.items():
            lowered = name.lower()
            if (
                not is_folder
                or (lowered in _SKIPPED and not (lowered == "templates" and inside and depth))
                or (name.startswith(".") and lowered not in _DEPLOYMENT_FOLDERS)
            ):
                continue
            named = lowered in _DEPLOYMENT_FOLDERS
            if inside or (named and lowered not in _AMBIGUOUS):
                # Below the root every folder is looked into once; its own folders only where a name says deployment.
                queue.append(
                    (
                        posixpath.join(folder, name) if folder else name,
                        depth + 1,
                        named if depth == 0 else inside or named,
                    )
                )


def _is_other_project(folder: str, listing: Mapping[str, bool], project: str) -> bool:
    """Whether the folder is another Django project of the same repository."""
    return listing.get("manage.py") is False and folder != project and not _below(project, folder)


def claims(readers: Mapping[str, Reader]) -> Iterable[tuple[str, re.Pattern[str]]]:
    """For every reader, the pattern of the paths it claims, matched against ``/`` and the path."""
    # A reader that only notices a format comes after those that understand one.
    for kind, reader in sorted(readers.items(), key=lambda item: getattr(item[1], "FALLBACK", False)):
        patterns = [_pattern(name) for name in reader.NAMES]
        if patterns:
            yield kind, re.compile("|".join(patterns))


def _pattern(name: str) -> str:
    if "/" in name:
        return fnmatch.translate(f"*/{name}")
    # fnmatch's star would go on through folders: "*compose*.yml" is no name of compose/traefik/traefik.yml.
    return "(?s:.*/)" + fnmatch.translate(name).replace(".*", "[^/]*")


def discover(
    repository: Repository, project: str, readers: Mapping[str, Reader], excluded: Iterable[str] = ()
) -> Iterator[tuple[str, str]]:
    """The path and the reader's kind of every deployment file; ``excluded`` are patterns of paths never read."""
    patterns = list(claims(readers))
    excluded = tuple(excluded)
    for folder in folders(repository, project):
        for name, is_folder in repository.listing(folder).items():
            if is_folder:
                continue
            path = posixpath.join(folder, name) if folder else name
            for kind, pattern in patterns:
                if pattern.match("/" + path):
                    if not is_excluded(path, excluded):
                        yield path, kind
                    break


def is_excluded(path: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern of ``DEPLOYCHECK["EXCLUDE"]`` names the path or a folder above it."""
    return any(
        fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, pattern.rstrip("/") + "/*")
        for pattern in patterns
    )
