"""How platforms behave, as far as rules need it: what they run by themselves, what survives, who terminates TLS."""

from __future__ import annotations

from django_deploycheck.model import Answer
from django_deploycheck.records import dataclass


@dataclass(frozen=True)
class Platform:
    """
    What a platform does. ``title`` is its name for people; ``source`` the page the facts were read on.

    ``collects_static``: runs collectstatic in its build unless told not to. ``migrates``: runs migrate by itself.
    ``keeps_release_files``: files written by a release or pre-deploy step reach the running site.
    ``keeps_disk``: the disk survives a deploy. ``sets_port``: processes must listen on ``$PORT``.
    ``wants_loopback``: its router reaches processes on the loopback interface. ``sets_concurrency``: sets
    WEB_CONCURRENCY. ``brings_server``: starts a server of its own where no command is given.
    ``remaps_user``: runs containers as an unprivileged user whatever the image says. ``terminates_tls``: sends
    X-Forwarded-Proto. ``checks_host``: its router passes on requests for names that the site registered, and no others.
    ``has_volumes``: a disk that stays can be attached, here or in a dashboard. ``application_names``: what its own server
    looks for in the module that it is told to serve. ``makes_application``: makes the application of the settings itself.
    ``has_release_step``: its files can name a command that runs on every deploy; elsewhere people run it by hand.
    """

    title: str
    source: str
    collects_static: bool = False
    migrates: bool = False
    keeps_release_files: Answer = Answer.NO
    keeps_disk: Answer = Answer.NO
    sets_port: bool = True
    wants_loopback: bool = False
    sets_concurrency: bool = False
    brings_server: bool = False
    remaps_user: bool = False
    terminates_tls: bool = True
    checks_host: Answer = Answer.UNKNOWN
    has_volumes: Answer = Answer.UNKNOWN
    application_names: tuple[str, ...] = ("application",)
    makes_application: bool = False
    has_release_step: bool = True


PLATFORMS: dict[str, Platform] = {
    # Its router and its disks: https://devcenter.heroku.com/articles/http-routing and …/articles/dynos#ephemeral-filesystem
    "heroku": Platform(
        "Heroku",
        "https://devcenter.heroku.com/articles/django-assets",
        collects_static=True,
        sets_concurrency=True,
        remaps_user=True,
        checks_host=Answer.YES,
        has_volumes=Answer.NO,
    ),
    "heroku-container": Platform(
        "Heroku",
        "https://devcenter.heroku.com/articles/build-docker-images-heroku-yml",
        remaps_user=True,
        sets_concurrency=True,
        checks_host=Answer.YES,
        has_volumes=Answer.NO,
    ),
    "dokku": Platform("Dokku", "https://dokku.com/docs/advanced-usage/deployment-tasks/", collects_static=True),
    "scalingo": Platform("Scalingo", "https://doc.scalingo.com/languages/python/django/start", collects_static=True),
    "render": Platform("Render", "https://render.com/docs/deploy-django"),
    # PORT is set only where the file sets it; the proxy leads to internal_port.
    "fly": Platform("Fly.io", "https://fly.io/docs/reference/configuration/", sets_port=False),
    # Both of its builders start 'python manage.py migrate && gunicorn …' where nothing says what to start, and neither
    # collects static files: core/providers/python/django.go of railwayapp/railpack, src/providers/python.rs of
    # railwayapp/nixpacks.
    "railway": Platform("Railway", "https://docs.railway.com/guides/django", migrates=True),
    # Its Python buildpack collects; files last as long as a container: …/how-to/store-data/
    "digitalocean": Platform(
        "DigitalOcean App Platform",
        "https://docs.digitalocean.com/products/app-platform/reference/buildpacks/python/",
        collects_static=True,
        has_volumes=Answer.NO,
    ),
    # Only /tmp can be written to, and lies in memory.
    "app-engine": Platform(
        "Google App Engine",
        "https://docs.cloud.google.com/appengine/docs/standard/python3/runtime",
        has_volumes=Answer.NO,
        has_release_step=False,
    ),
    "cloud-run": Platform(
        "Google Cloud Run", "https://docs.cloud.google.com/run/docs/container-contract", remaps_user=False
    ),
    "elastic-beanstalk": Platform(
        "AWS Elastic Beanstalk",
        "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create-deploy-python-container.html",
        brings_server=True,
        wants_loopback=True,
        keeps_disk=Answer.UNKNOWN,
        keeps_release_files=Answer.YES,
    ),
    # A load balancer stands in front and may end TLS or not: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
    "ecs": Platform(
        "Amazon ECS",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html",
        sets_port=False,
        terminates_tls=False,
    ),
    "app-runner": Platform(
        "AWS App Runner",
        "https://docs.aws.amazon.com/apprunner/latest/dg/develop.html",
        has_volumes=Answer.NO,
    ),
    # Its build, Oryx, collects where requirements name Django, and its start guesses the module: https://github.com/microsoft/Oryx
    "azure": Platform(
        "Azure App Service",
        "https://learn.microsoft.com/azure/app-service/configure-language-python",
        collects_static=True,
        brings_server=True,
        keeps_disk=Answer.UNKNOWN,
    ),
    # Its proxy always says by which scheme it was asked; ``forward_headers`` is about what another proxy in front says:
    # https://github.com/basecamp/kamal-proxy/blob/main/internal/server/target.go
    "kamal": Platform("Kamal", "https://kamal-deploy.org/docs/configuration/overview/", sets_port=False),
    "caprover": Platform("CapRover", "https://caprover.com/docs/captain-definition-file.html", sets_port=False),
    "clever-cloud": Platform(
        "Clever Cloud",
        "https://www.clever.cloud/developers/doc/applications/python/",
        brings_server=True,
        keeps_release_files=Answer.YES,
    ),
    "platformsh": Platform("Platform.sh", "https://docs.platform.sh/guides/django.html", wants_loopback=True),
    # Its build collects static files and serves them itself: https://github.com/vercel/vercel/pull/15391
    "vercel": Platform(
        "Vercel",
        "https://vercel.com/docs/frameworks/full-stack/django",
        collects_static=True,
        brings_server=True,
        sets_port=False,
        application_names=("app", "application", "handler"),
        has_release_step=False,
    ),
    # ``zappa manage`` runs a command from one's own machine: https://github.com/zappa/Zappa#running-custom-django-commands
    "zappa": Platform(
        "Zappa",
        "https://github.com/zappa/Zappa",
        brings_server=True,
        sets_port=False,
        makes_application=True,
        has_release_step=False,
    ),
    "piku": Platform(
        "Piku", "https://piku.github.io/", wants_loopback=True, keeps_disk=Answer.YES, keeps_release_files=Answer.YES
    ),
    "pythonanywhere": Platform(
        "PythonAnywhere",
        "https://help.pythonanywhere.com/pages/DeployExistingDjangoProject/",
        brings_server=True,
        keeps_disk=Answer.YES,
        keeps_release_files=Answer.YES,
        sets_port=False,
    ),
    "passenger": Platform(
        "Phusion Passenger",
        "https://www.phusionpassenger.com/",
        brings_server=True,
        keeps_disk=Answer.YES,
        sets_port=False,
    ),
}
"""Every platform by the name that ``DEPLOYCHECK["PLATFORM"]`` and services use."""


def platform(name: str | None) -> Platform | None:
    """The platform of this name; None for none, or for one that nothing is known of."""
    return PLATFORMS.get(name) if name else None
