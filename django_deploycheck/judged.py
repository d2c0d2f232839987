"""Whether the settings being checked say anything about production."""

from __future__ import annotations

import re

from django_deploycheck.model import Answer, Deployment

_DEVELOPMENT = frozenset("dev devel develop development local localhost test tests testing ci debug".split())


def are_for_development(deployment: Deployment) -> bool:
    """
    Whether what these settings hold is a developer's own business: production loads others, their module is named for
    development or tests, or DEBUG is on here, which Django's own security.W018 says.
    """
    if deployment.judges_production is Answer.NO or bool(deployment.settings.get("DEBUG")):
        return True
    head, _, rest = (deployment.project.settings_module or "").partition(".")
    return not _DEVELOPMENT.isdisjoint(re.split(r"[._]", (rest or head).lower()))
