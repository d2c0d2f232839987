"""
app.json of Heroku and Dokku: variables, buildpacks, numbers of processes, and scripts around a deployment.

After https://devcenter.heroku.com/articles/app-json-schema and Dokku's "Deployment Tasks" and "Scheduled Cron Tasks".
React Native and Expo have a file of the same name. What stands under ``environments`` is for tests and review apps.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import Buildpack, EnvVar, Fact, Formation, PlatformUse, Role, Service
from django_deploycheck.readers._yaml import Node, parse_json
from django_deploycheck.records import replace
from django_deploycheck.source import Source

KIND = "app-json"
NAMES = ("app.json",)
NATURE = "production"

_DOKKU_KEYS = ("cron", "healthchecks")
_HEROKU_KEYS = ("addons", "buildpacks", "env", "environments", "stack", "success_url")


def read(source: Source) -> Iterator[Fact]:
    """Facts of Heroku's or Dokku's file, none of another's."""
    document = parse_json(source)
    if document.entry("expo"):
        return
    platform = _platform(document, source)
    if platform is not None:
        yield platform
    yield from _variables(document.get("env"), source)
    for node in document.get("buildpacks").elements():
        name = node.get("url").text() or node.text()
        if name:
            yield Buildpack(secrets.mask(name), source.location(node.line))
    for entry in document.get("formation").items():
        quantity = entry.value.get("quantity").number()
        if quantity is not None:
            yield Formation(secrets.mask(entry.key), quantity, source.location(entry.line))
    yield from _scripts(document.get("scripts"), platform.name if platform else None, source)
    yield from _scheduled(document.get("cron"), source)


def _platform(document: Node, source: Source) -> PlatformUse | None:
    """The platform that alone has such keys; None where both could have them."""
    dokku = (document.get("scripts").entry("dokku"), *map(document.entry, _DOKKU_KEYS))
    heroku = tuple(map(document.entry, _HEROKU_KEYS))
    for name, entries in (("dokku", dokku), ("heroku", heroku)):
        for entry in entries:
            if entry is not None:
                return PlatformUse(name, source.location(entry.line))
    return None


def _variables(node: Node, source: Source) -> Iterator[EnvVar]:
    """Variables that a new app is given; without a value where the one who sets it up has to give it."""
    entries = node.items()
    items = (
        (entry.key, (entry.value.get("value") or entry.value).text(), source.location(entry.line)) for entry in entries
    )
    for entry, variable in zip(entries, secrets.env_vars(items, interpolated=False), strict=True):
        yield replace(variable, generated=bool(entry.value.get("generator")))


def _scripts(node: Node, platform: str | None, source: Source) -> Iterator[Service]:
    # Once, when an app is created: on Heroku that is a review app or one made by a "Deploy to Heroku" button.
    yield from _service("postdeploy", node.get("postdeploy"), "other", platform, source)
    # Dokku commits what predeploy writes to the image; https://dokku.com/docs/advanced-usage/deployment-tasks/
    dokku = node.get("dokku")
    yield from _service("predeploy", dokku.get("predeploy"), "release", "dokku", source, keeps_files=True)
    yield from _service("postdeploy", dokku.get("postdeploy"), "release", "dokku", source, keeps_files=False)


def _scheduled(node: Node, source: Source) -> Iterator[Service]:
    for number, item in enumerate(node.elements(), start=1):
        yield from _service(f"cron-{number}", item.get("command"), "scheduler", "dokku", source)


def _service(
    name: str, node: Node, role: Role, platform: str | None, source: Source, *, keeps_files: bool | None = None
) -> Iterator[Service]:
    text = node.text()
    if text:
        yield Service(
            name=name,
            kind=KIND,
            location=source.location(node.line),
            role=role,
            platform=platform,
            command=source.shell(text, node.line),
            keeps_files=keeps_files,
        )
