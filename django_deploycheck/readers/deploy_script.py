"""
Shell scripts whose name says that they deploy or start production, read also where no other file calls them: people run
them by hand, from a dashboard or from a server's own configuration.

``bin/pre_compile`` and ``bin/post_compile`` are hooks of Heroku's Python buildpack, which Dokku and Scalingo use too:
https://devcenter.heroku.com/articles/python-support#build-hooks
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, Role, Service
from django_deploycheck.patterns import regex
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
    "gunicorn_start",
    "gunicorn_start.sh",
    "gunicorn_start.bash",
    "start_gunicorn",
    "start_gunicorn.sh",
    "bin/pre_compile",
    "bin/post_compile",
)
NATURE = "decided"

_STARTS = regex(r"(?:^|[-_.])(?:start|run|entrypoint|serve|server|gunicorn|uwsgi|web)(?:[-_.]|$)")


def read(source: Source) -> Iterator[Fact]:
    """The script as one service; its role is open where its name says that it starts something."""
    yield Service(
        name=source.name,
        kind=KIND,
        location=source.location(1),
        role=_role(source.name),
        command=source.shell(source.text, 1),
        runs_on_host=True,
    )


def _role(name: str) -> Role | None:
    if name in ("pre_compile", "post_compile"):
        return "build"
    return None if _STARTS.search(name) else "release"
