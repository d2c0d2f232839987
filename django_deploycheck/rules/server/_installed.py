"""What this environment knows of declared distributions: some of them bring a server along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import metadata

from django_deploycheck.model import Deployment

MAX_DISTRIBUTIONS = 500

# Known without being installed here: distributions, or extras of theirs, that require a server.
_BRINGS = {
    ("django-toolbelt", ""): ("gunicorn",),
    ("uvicorn-worker", ""): ("uvicorn", "gunicorn"),
    ("uvicorn-gunicorn", ""): ("uvicorn", "gunicorn"),
    ("channels", "daphne"): ("daphne",),
    ("fastapi", "standard"): ("uvicorn",),
    ("fastapi", "all"): ("uvicorn",),
}


def installed_with(deployment: Deployment, distributions: Sequence[str]) -> bool:
    """Whether a declared distribution requires one of these, itself or through others that are installed here."""
    pending = [
        (requirement.name, requirement.extras) for requirement in deployment.requirements if requirement.kind != "build"
    ]
    seen: set[str] = set()
    while pending and len(seen) < MAX_DISTRIBUTIONS:
        name, extras = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        brought = [server for extra in ("", *extras) for server in _BRINGS.get((name, extra), ())]
        if name in distributions or any(server in distributions for server in brought):
            return True
        pending += _required_by(name, extras)
    return False


def _required_by(name: str, extras: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    found = []
    for text in texts:
        required, _, marker = text.partition(";")
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
        match = re.match(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?", required)
        if match is not None and (extra is None or extra[1] in extras):
            wanted = tuple(part.strip() for part in (match[2] or "").split(",") if part.strip())
            found.append((re.sub(r"[-_.]+", "-", match[1]).lower(), wanted))
    return found
