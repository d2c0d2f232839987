"""The report for people: what was understood, then what is wrong."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from django_deploycheck import rules
from django_deploycheck.engine import Report, one_line, place
from django_deploycheck.model import Deployment, Process
from django_deploycheck.reports import as_json
from django_deploycheck.reports.as_json import server_name
from django_deploycheck.silencing import Result

Style = Callable[[str, str], str]
"""Colours a text: the name of one of Django's colour roles, then the text."""


def plain(role: str, text: str) -> str:
    return text


def render(report: Report, style: Style = plain, width: int | None = None) -> str:
    """
    The report as lines of text without trailing white space, ending in a summary. Sentences are wrapped at ``width``
    columns where one is given; a log has none.
    """
    return "\n".join(line.rstrip() for line in _lines(report, style, width))


def _lines(report: Report, style: Style, width: int | None) -> Iterator[str]:
    deployment = report.deployment
    if deployment is None:
        yield "No folder to look at was found. Set DEPLOYCHECK['ROOT'] to the repository."
        return
    yield f"{style('MIGRATE_HEADING', 'Repository')} {one_line(deployment.root)}" + (
        "" if deployment.complete else " (without .git: files may be missing)"
    )
    yield f"Settings   {one_line(deployment.project.settings_module or 'unknown')}"
    if deployment.platforms:
        yield f"Platforms  {one_line(', '.join(deployment.platforms))}"
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
    longest = max((len(file.path) for file in deployment.files), default=0)
    for file in deployment.files:
        state = file.environment if file.status == "read" else file.status
        yield f"  {one_line(file.path):{min(longest, 48)}}  {state:11}  {one_line(file.reason)}"
    if not deployment.files:
        yield "  none"
    yield ""
    spots = deployment.all_blind_spots
    if spots:
        yield style("MIGRATE_HEADING", "Not seen")
        for spot in spots:
            yield f"  {one_line(str(spot.location or deployment.root))}: {one_line(spot.reason)}"
        yield ""
    yield from _variables(deployment, style)
    yield from _findings(report, style, width)


def _process(process: Process) -> Iterator[str]:
    command = _command(process)
    server = server_name(process)
    details = [server] if server not in (None, "none") else []
    if process.server is not None:
        details += [f"workers {process.server.workers}"] if process.server.workers else []
        details += [f"listens on {', '.join(process.server.bind)}"] if process.server.bind else []
    yield f"  {process.role:9} {one_line(process.name)}: {command}" + (
        f"  ({one_line(', '.join(str(detail) for detail in details))})" if details else ""
    )
    # A script that runs its arguments leads back to where they stand.
    via = "".join(f" via {location}" for location in process.via if location != process.location)
    yield f"            {one_line(f'{process.location}{via}')}"
    if process.runs and process.role != "build":
        yield f"            runs {one_line(', '.join(process.runs))}"


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


def _variables(deployment: Deployment, style: Style) -> Iterator[str]:
    """The variables that the settings read: where, whether they can do without, by what value, and which file sets them."""
    every = as_json.variables(deployment)
    # Where the settings read one twice, the first place is enough.
    variables = list({variable["name"]: variable for variable in reversed(every)}.values())[::-1]
    if not variables:
        return
    yield style("MIGRATE_HEADING", "Variables that the settings read")
    longest = min(max(len(variable["name"]) for variable in variables), 40)
    for variable in variables:
        read_at = variable["read_at"]
        need = "has a default" if variable["has_default"] else "required" if variable["required"] else "no default"
        places = [f"{place['path']}:{place['line']}" for place in variable["provided_by"]]
        provided = f"set in {', '.join(places[:3])}" if places else "set in no file that was read"
        line = f"{variable['name']:{longest}}  {need:13}  {provided}; read in {read_at['path']}:{read_at['line']}"
        if variable["default"] is not None:
            line += f"; default {variable['default']}"
        line = f"  {one_line(line)}"
        yield style("WARNING", line) if variable["required"] and not places else line
    yield ""


def _findings(report: Report, style: Style, width: int | None) -> Iterator[str]:
    shown = report.unsilenced
    silenced = len(report.results) - len(shown)
    yield style("MIGRATE_HEADING", "Findings")
    for index, result in enumerate(shown):
        before = shown[index - 1].finding.location if index else result.finding.location
        location = result.finding.location
        if (before and before.path) != (location and location.path):
            yield ""
        quote = report.quotes.get(location) if location is not None and (location != before or not index) else None
        yield from _finding(result, report, quote, style, width)
    if not shown:
        yield f"  none: {_looked_at(report)}"
    counts = {level: sum(result.level == level for result in shown) for level in "EWI"}
    yield ""
    yield f"{counts['E']} errors, {counts['W']} warnings, {counts['I']} advice; {silenced} silenced."


def _finding(result: Result, report: Report, quote: str | None, style: Style, width: int | None) -> Iterator[str]:
    finding = result.finding
    role = {"E": "ERROR", "W": "WARNING", "I": "NOTICE"}[result.level]
    sentence = f"{one_line(place(finding, report))}: ({result.id}) {one_line(finding.message)} [{result.rule.name}]"
    for line in _wrapped(sentence, width):
        yield style(role, line)
    if quote is not None:
        yield f"      | {one_line(quote)}"
    # In one line, however long: it is there to be pasted.
    yield f"      HINT: {one_line(finding.hint)}"


def _wrapped(sentence: str, width: int | None) -> list[str]:
    if width is None:
        return [f"  {sentence}"]
    return textwrap.wrap(
        sentence,
        max(width, 40),
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _looked_at(report: Report) -> str:
    deployment = report.deployment
    files = len(deployment.files) if deployment is not None else 0
    production = len(deployment.production) if deployment is not None else 0
    return (
        f"{len(rules.load())} rules looked at the settings, at {_number(files, 'file')} and at what "
        f"{_number(production, 'process', 'es')} of production run{'s' if production == 1 else ''}."
    )


def _number(number: int, noun: str, ending: str = "s") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}{ending}"
