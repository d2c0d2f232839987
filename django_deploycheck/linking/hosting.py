"""Which platform runs what a Procfile says: several read the same format."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from django_deploycheck.linking.work import Work
from django_deploycheck.model import Answer, PlatformUse, Service, join
from django_deploycheck.platforms import platform
from django_deploycheck.records import replace

# What only one platform's Procfiles hold: https://doc.scalingo.com/platform/app/postdeploy-hook, https://piku.github.io/configuration/procfile.html
_OWN_PROCESSES = {"postdeploy": "scalingo", "wsgi": "piku", "preflight": "piku"}
# Heroku's own file says more than one that another platform, or a tool of it, reads too.
_ORDER = ("dokku", "scalingo", "piku", "heroku", "railway", "digitalocean", "elastic-beanstalk")


def hosted(work: Work, services: Sequence[Service]) -> list[Service]:
    """The services, those of Procfiles with the platform that other files tell; Heroku where nothing does."""
    hosts = {path: _host(work, path) for path in work.paths("procfile")}
    return [_on(service, hosts.get(service.location.path)) for service in services]


def _on(service: Service, host: str | None) -> Service:
    found = platform(host)
    if found is None:
        return service
    keeps_files = True if found.keeps_release_files is Answer.YES else service.keeps_files
    return replace(service, platform=host, keeps_files=keeps_files if service.role == "release" else None)


def _host(work: Work, path: str) -> str:
    if work.configuration.platform is not None:
        return work.configuration.platform
    # Another name is what a process manager is told: 'honcho -f Procfile.web start'.
    names = [service.name for service in work.of(path, Service) if posixpath.basename(path) == "Procfile"]
    own = [_OWN_PROCESSES[name] for name in names if name in _OWN_PROCESSES]
    told = {use.name for place, use in work.facts(PlatformUse) if _speaks_of(work, place, posixpath.dirname(path))}
    return next(iter((*own, *(name for name in _ORDER if name in told))), "heroku")


def _speaks_of(work: Work, place: str, folder: str) -> bool:
    """Whether a file that shows a platform may be about the Procfile in a folder: beside it, at the root or in a hidden folder."""
    top = posixpath.dirname(place)
    return work.environment(place) != "development" and (top in ("", folder) or top.startswith("."))


# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/python-configuration-procfile.html, https://docs.cloud.google.com/docs/buildpacks/python
_PREFER_PROCFILES = frozenset({"elastic-beanstalk", "app-engine"})


def procfile_over(work: Work, service: Service) -> str | None:
    """The Procfile whose web process a platform starts instead of the server of its own; None where that one runs."""
    if service.application is None or service.platform not in _PREFER_PROCFILES:
        return None
    path = join(service.workdir or "", "Procfile")
    return path if any(other.name == "web" for other in work.of(path, Service)) else None


def replacement(work: Work, path: str) -> str | None:
    """The file whose commands a platform starts in place of a Procfile's, None where it starts those."""
    folder = posixpath.dirname(path)
    if not folder:
        for place, service in work.facts(Service):
            # https://devcenter.heroku.com/articles/build-docker-images-heroku-yml
            if service.kind == "heroku-yml":
                return place
    return next(
        (place for place, use in work.facts(PlatformUse) if use.starts and _speaks_of(work, place, folder)), None
    )
