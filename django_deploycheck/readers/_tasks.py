"""What the readers of task files share: what a person may run by hand to deploy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django_deploycheck.model import BlindSpot, TaskFile
from django_deploycheck.tasks import is_named_for_deployment, lines_of, mentioned

MAX_NAMED = 10
"""How many tasks of one file are looked into."""


def deployments_by_hand(file: TaskFile) -> Iterator[BlindSpot]:
    """
    A blind spot for every task whose name says that a person runs it to deploy: whether anybody does is not known, so
    what it runs may be done, or not. Other tasks are only run where something calls them.
    """
    named = (task for task in file.tasks if is_named_for_deployment(task.name))
    for task in islice(named, MAX_NAMED):
        names = mentioned("\n".join(lines_of(task, file)))
        if names:
            call, listed = f"{file.tool} {task.name}", ", ".join(sorted(names))
            yield BlindSpot(f"'{call}' is not called by any file, and it mentions {listed}", task.location, names)
