"""The report for people: what was understood, then what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django_deploycheck.engine import Report, one_line, place
from django_deploycheck.model import Process
from django_deploycheck.reports.as_json import server_name

Style = Callable[[str, str], str]
"""Colours a text: the name of one of Django's colour roles, then the text."""


def plain(role: str, text: str) -> str:
    return text


def render(report: Report, style: Style = plain) -> str:
    """The report as lines of text without trailing white space, ending in a summary."""
    return "\n".join(line.rstrip() for line in _lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    deployment = report.deployment
    if deployment is None:
        yield "No folder to look at was found. Set DEPLOYCHECK['ROOT'] to the repository."
        return
    yield f"{style('MIGRATE_HEADING', 'Repository')} {deployment.root}" + (
        "" if deployment.complete else " (without .git: files may be missing)"
    )
    yield f"Settings   {deployment.project.settings_module or 'unknown'}"
    if deployment.platforms:
        yield f"Platforms  {', '.join(deployment.platforms)}"
    yield ""
    for environment, heading in (
        ("production", "Production runs"),
        ("unknown", "May belong to production"),
        ("development", "Development runs"),
    ):
        processes = [
            process
            for process in deployment.processes
            if process.environment == environment and (process.role != "build" or process.runs)
        ]
        if processes or environment == "production":
            yield style("MIGRATE_HEADING", heading)
            yield from (line for process in processes for line in _process(process))
            if not processes:
                yield "  nothing that was found"
            yield ""
    yield style("MIGRATE_HEADING", "Files read")
    width = max((len(file.path) for file in deployment.files), default=0)
    for file in deployment.files:
        state = file.environment if file.status == "read" else file.status
        yield f"  {one_line(file.path):{min(width, 48)}}  {state:11}  {file.reason}"
    if not deployment.files:
        yield "  none"
    yield ""
    spots = deployment.all_blind_spots
    if spots:
        yield style("MIGRATE_HEADING", "Not seen")
        for spot in spots:
            yield f"  {spot.location or deployment.root}: {one_line(spot.reason)}"
        yield ""
    yield from _findings(report, style)


def _process(process: Process) -> Iterator[str]:
    command = _command(process)
    server = server_name(process)
    details = [server] if server not in (None, "none") else []
    if process.server is not None:
        details += [f"workers {process.server.workers}"] if process.server.workers else []
        details += [f"listens on {', '.join(process.server.bind)}"] if process.server.bind else []
    yield f"  {process.role:9} {one_line(process.name)}: {command}" + (
        f"  ({', '.join(str(detail) for detail in details)})" if details else ""
    )
    via = "".join(f" via {location}" for location in process.via)
    yield f"            {process.location}{via}"
    if process.runs and process.role != "build":
        yield f"            runs {', '.join(process.runs)}"


def _command(process: Process) -> str:
    """What the process runs; where that was not understood, what the file says of it."""
    service = process.service
    if process.command is not None:
        return one_line(process.command.text)
    if service is not None and service.command is not None:
        return f"{one_line(str(service.command))}  (not understood)"
    if service is not None and service.image is not None and service.image.name:
        return f"what the image '{one_line(service.image.name)}' starts"
    return "what its image starts" if process.image is not None else "not known"


def _findings(report: Report, style: Style) -> Iterator[str]:
    shown = [result for result in report.results if result.silence is None]
    yield style("MIGRATE_HEADING", "Findings")
    for result in shown:
        level = result.finding.level or result.rule.level
        role = {"E": "ERROR", "W": "WARNING", "I": "NOTICE"}[level]
        yield style(
            role,
            f"  {one_line(place(result.finding, report))}: ({result.id}) {one_line(result.finding.message)} [{result.rule.name}]",
        )
        yield f"      HINT: {one_line(result.finding.hint)}"
    if not shown:
        yield "  none"
    counts = {level: sum((result.finding.level or result.rule.level) == level for result in shown) for level in "EWI"}
    silenced = len(report.results) - len(shown)
    yield ""
    yield f"{counts['E']} errors, {counts['W']} warnings, {counts['I']} advice; {silenced} silenced."
