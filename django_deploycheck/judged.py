"""What several rules ask before they judge: whether the settings are production's, and whether the tree says how a deploy goes."""

from __future__ import annotations

import re

from django_deploycheck.model import Answer, Deployment, Process
from django_deploycheck.platforms import platform

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


def production_loads_others(deployment: Deployment) -> bool:
    """
    Whether production is known to load other settings than these: some process chooses them, or these are a developer's
    and what wsgi.py names by default are others.
    """
    if deployment.judges_production is Answer.NO:
        return True
    chosen = [process.settings for process in deployment.web or deployment.production if process.settings is not None]
    return bool(chosen) and deployment.judges_production is Answer.UNKNOWN and are_for_development(deployment)


def has_no_deploy_steps(deployment: Deployment) -> bool:
    """
    Whether the repository only says what is served, by a server's own files or those of a platform that has no step of a
    release in them, and nothing of it is run on a deploy: people may well do the rest by hand.
    """
    return all(_is_only_served(process) for process in deployment.production)


def _is_only_served(process: Process) -> bool:
    if process.role in ("release", "build") or process.service is None:
        return False
    host = platform(process.service.platform)
    return process.service.runs_on_host or (host is not None and not host.has_release_step)
