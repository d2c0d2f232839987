"""
Annotations on a pull request: the workflow commands that a GitHub Actions job prints.

After https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; escaped as GitHub's own toolkit
does in ``packages/core/src/command.ts``.
"""

from __future__ import annotations

from django_deploycheck.engine import Report
from django_deploycheck.reports.places import file_location, sentences
from django_deploycheck.silencing import Result

_COMMANDS = {"E": "error", "W": "warning", "I": "notice"}


def render(report: Report) -> str:
    """A line for each finding that is not silenced; paths are relative to the root of the repository."""
    return "\n".join(_annotation(result, report) for result in report.unsilenced)


def _annotation(result: Result, report: Report) -> str:
    location = file_location(result, report)
    properties = {"title": f"{result.id} {result.rule.name}"}
    if location is not None:
        properties["file"] = location.path
        if location.line is not None:
            properties["line"] = str(location.line)
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    command = _COMMANDS[result.level]
    return f"::{command} {shown}::{_data(sentences(result))}"


def _data(text: str) -> str:
    # A name whose bytes are no UTF-8 cannot be printed; other control characters would reach the log of the job.
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = "".join(character if character.isprintable() or character in "\r\n" else " " for character in text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
