"""Where a rule's documentation page is."""

from __future__ import annotations

import importlib.metadata
from functools import lru_cache

from django_deploycheck.rules import Rule

_FALLBACK = "https://django-deploycheck.readthedocs.io/"


@lru_cache(maxsize=1)
def base() -> str:
    """The documentation's address, from the package's own metadata; ends with a slash."""
    try:
        entries = importlib.metadata.metadata("django-deploycheck").get_all("Project-URL") or ()
    except importlib.metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return _FALLBACK
    for entry in entries:
        label, _, address = str(entry).partition(", ")
        if label == "Documentation":
            return address.rstrip("/") + "/"
    return _FALLBACK


def url(rule: Rule) -> str:
    """The address of the rule's page."""
    return f"{base()}rules/{rule.name}.html"
