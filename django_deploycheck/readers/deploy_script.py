"""
Shell scripts whose name says that they deploy or start production, read also where no other file calls them: people run
them by hand, from a dashboard or from a server's own configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Fact, Role, Service
from django_deploycheck.source import Source

KIND = "deploy-script"
NAMES = (
    "deploy.sh",
    "deploy-*.sh",
    "deploy_*.sh",
    "*[-_]deploy.sh",
    "redeploy.sh",
    "release.sh",
    "release[-_]*.sh",
    "*[-_.]prod.sh",
    "*[-_.]production.sh",
    "predeploy.sh",
    "pre_deploy.sh",
    "pre_deploy",
    "post_deploy",
    "post_compile",
)
NATURE = "decided"


def read(source: Source) -> Iterator[Fact]:
    if re.search(r"(?:^|[-_.])(?:start|run|entrypoint|serve|server|gunicorn|uwsgi|web)(?:[-_.]|$)", source.name):
        role: Role | None = None
    else:
        role = "release"
    yield Service(
        name=source.name,
        kind=KIND,
        location=source.location(1),
        role=role,
        command=source.shell(source.text, 1),
        runs_on_host=True,
    )
