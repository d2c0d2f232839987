"""``DEPLOYCHECK["IGNORE"]`` for everything that is found today: an old site adopts the checks one by one."""

from __future__ import annotations

from django_deploycheck.engine import Report
from django_deploycheck.model import CONFIGURED
from django_deploycheck.silencing import Result

_REASON = "found when django-deploycheck was added, to be looked at"


def render(report: Report) -> str:
    """Python to paste into the settings; an entry for each rule and file that is not silenced yet."""
    keys = dict.fromkeys(_key(result) for result in report.unsilenced)
    if not keys:
        return "# Nothing is found that is not silenced: there is nothing to ignore."
    lines = [f"        {key!r}: {_REASON!r}," for key in keys]
    return "\n".join(["DEPLOYCHECK = {", "    'IGNORE': {", *lines, "    },", "}"])


def _key(result: Result) -> str:
    location = result.finding.location
    if location is None or location.path.startswith(CONFIGURED):
        return result.rule.name
    return f"{result.rule.name}:{location.path}"
