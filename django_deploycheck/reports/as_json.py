"""The JSON that ``manage.py deploycheck --format json`` prints; its fields are a promise."""

from __future__ import annotations

import json
from typing import Any

from django_deploycheck.engine import Report, one_line
from django_deploycheck.model import Deployment, EnvVar, Location, Process
from django_deploycheck.reports import pages
from django_deploycheck.silencing import Result

VERSION = 1


def render(report: Report) -> str:
    """The report as one JSON object, two spaces deep, non-ASCII escaped."""
    return json.dumps(data(report), indent=2)


def data(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    deployment = report.deployment
    if deployment is None:
        return {
            "version": VERSION,
            "root": None,
            "settings_module": None,
            "platforms": [],
            "files": [],
            "processes": [],
            "blind_spots": [],
            "variables": [],
            "findings": [],
        }
    return {
        "version": VERSION,
        "root": deployment.root,
        "settings_module": deployment.project.settings_module,
        "platforms": list(deployment.platforms),
        "files": [
            {
                "path": file.path,
                "kind": file.kind,
                "environment": file.environment,
                "status": file.status,
                "reason": file.reason,
            }
            for file in deployment.files
        ],
        "processes": [_process(process) for process in deployment.processes if process.role != "build" or process.runs],
        "blind_spots": [
            {"reason": spot.reason, "location": _location(spot.location)} for spot in deployment.all_blind_spots
        ],
        "variables": variables(deployment),
        "findings": [_finding(result) for result in report.results],
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    return None if location is None else {"path": location.path, "line": location.line}


def _process(process: Process) -> dict[str, Any]:
    server = process.server
    return {
        "role": process.role,
        "name": process.name,
        "environment": process.environment,
        "command": one_line(process.command.text) if process.command else None,
        "server": server_name(process),
        "application": server.application if server else None,
        "workers": server.workers if server else None,
        "bind": list(server.bind) if server else [],
        "reload": server.reload is not None if server else False,
        "runs": list(process.runs),
        "location": _location(process.location),
        "via": [_location(location) for location in process.via],
    }


def server_name(process: Process) -> str | None:
    """The server's name, ``none`` for a process that is known to start none, None when that is not known."""
    if process.server is not None:
        return process.server.name
    return "none" if process.command is not None or not process.blind_spots else None


def variables(deployment: Deployment) -> list[dict[str, Any]]:
    """The variables that the settings read, and the production files that set them."""
    provided: dict[str, list[EnvVar]] = {}
    for variable in deployment.production_variables:
        provided.setdefault(variable.name, []).append(variable)
    return [
        {
            "name": read.name,
            "required": read.required,
            "has_default": read.has_default,
            "default": read.default if read.has_default else None,
            "read_at": _location(read.location),
            "provided_by": [
                _location(location)
                for location in dict.fromkeys(variable.location for variable in provided.get(read.name, ()))
            ],
        }
        for read in deployment.settings.variables()
    ]


def _finding(result: Result) -> dict[str, Any]:
    finding = result.finding
    return {
        "id": result.id,
        "name": result.rule.name,
        "level": {"E": "error", "W": "warning", "I": "info"}[result.level],
        "message": one_line(finding.message),
        "hint": one_line(finding.hint),
        "location": _location(finding.location),
        "url": pages.url(result.rule),
        "silenced": None if result.silence is None else {"by": result.silence.by, "reason": result.silence.reason},
    }
