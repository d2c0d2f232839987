"""
Clever Cloud: ``clevercloud/python.json``, the older way to say what environment variables say today.

After https://www.clever.cloud/developers/doc/applications/python/: ``deploy.module`` is the application (CC_PYTHON_MODULE),
which uWSGI serves unless CC_PYTHON_BACKEND names another server; ``deploy.managetasks`` (CC_PYTHON_MANAGE_TASKS) are
management commands that run in order on every deploy, after the dependencies are installed and before the server starts,
on the machine that serves.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, PlatformUse, Service
from django_deploycheck.readers._yaml import parse_json
from django_deploycheck.source import Source

KIND = "clever-cloud"
NAMES = ("clevercloud/python.json",)
NATURE = "production"
PLATFORM = "clever-cloud"


def read(source: Source) -> Iterator[Fact]:
    """The web process, where the application is named, and a step for every management command."""
    # Commas behind the last element are common, and Clever Cloud does not mind.
    document = parse_json(Source(source.path, _without_last_commas(source.text)))
    yield PlatformUse(PLATFORM, source.location(1))
    deploy = document.get("deploy")
    module = deploy.get("module")
    name = module.text()
    if name:
        yield Service(
            name="web",
            kind=KIND,
            location=source.location(module.line),
            role="web",
            platform=PLATFORM,
            application=name,
        )
    for task in deploy.get("managetasks").elements():
        text = task.text() or ""
        words = text.split()
        if words:
            yield Service(
                name=words[0],
                kind=KIND,
                location=source.location(task.line),
                role="release",
                platform=PLATFORM,
                command=source.shell(f"python manage.py {text}", task.line),
                keeps_files=True,
            )


def _without_last_commas(text: str) -> str:
    """The text without commas before a closing bracket; no string of this format holds one."""
    kept: list[str] = []
    for character in text:
        if character in "]}":
            index = len(kept) - 1
            while index >= 0 and kept[index] in " \t\r\n":
                index -= 1
            if index >= 0 and kept[index] == ",":
                kept[index] = " "
        kept.append(character)
    return "".join(kept)
