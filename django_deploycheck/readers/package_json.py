"""
package.json: the scripts that npm, yarn and pnpm run, with those that run before and after each.

After https://docs.npmjs.com/cli/v11/using-npm/scripts#pre--post-scripts. It is read where a command that is followed runs one
of its scripts.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Fact, Task, TaskFile, TaskLine
from django_deploycheck.readers._yaml import parse_json
from django_deploycheck.source import Source

KIND = "package-json"
NAMES = ()
NATURE = "decided"


def read(source: Source) -> Iterator[Fact]:
    """The scripts; none for a file without any. Raises Unreadable for what is no JSON."""
    entries = [(entry.key, entry.value.text(), entry.line) for entry in parse_json(source).get("scripts").items()]
    names = {name for name, _, _ in entries}
    tasks = tuple(
        Task(
            name,
            source.location(line),
            (TaskLine(source.shell(text, line)),),
            before=((f"pre{name}",),) if f"pre{name}" in names else (),
            after=((f"post{name}",),) if f"post{name}" in names else (),
        )
        for name, text, line in entries
        if text
    )
    yield TaskFile("npm", source.path, tasks)
