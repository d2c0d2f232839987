"""How many processes of the site run beside each other: what one keeps in its memory the others do not see."""

from __future__ import annotations

from django_deploycheck.model import Answer, Deployment, Process
from django_deploycheck.platforms import platform

_ALWAYS_SINGLE = frozenset({"daphne", "waitress"})
_SINGLE_UNLESS_TOLD = frozenset({"uvicorn", "hypercorn", "granian"})
_OWN_WORK = ("worker", "scheduler")


def several_processes(deployment: Deployment) -> Answer:
    """
    Whether production runs this project's code in more than one process at once: YES where a file says so, NO where it
    is one by construction, UNKNOWN where neither is said.
    """
    web = deployment.web
    # Of two with one name a condition starts one.
    if len({(process.kind, process.name) for process in web}) > 1 or any(
        _is_several(deployment, process) for process in web
    ):
        return Answer.YES
    if web and any(process.role in _OWN_WORK and process.command is not None for process in deployment.production):
        return Answer.YES
    return Answer.NO if web and all(_is_single(process) for process in web) else Answer.UNKNOWN


def _is_several(deployment: Deployment, process: Process) -> bool:
    server = process.server
    if server is None:
        return False
    replicas = process.service.replicas if process.service else None
    formation = next((item.quantity for item in deployment.formations if item.name == process.name), None)
    if any(number is not None and number > 1 for number in (server.workers, replicas, formation)):
        return True
    if server.workers is not None or server.name in _ALWAYS_SINGLE:
        return False
    hosting = platform(process.platform)
    # What is stated and no number is an expression, such as two for each core.
    return server.workers_stated or (server.name == "gunicorn" and hosting is not None and hosting.sets_concurrency)


def _is_single(process: Process) -> bool:
    server, service = process.server, process.service
    if server is None or service is None:
        return False
    alone = service.runs_on_host or service.container_name is not None or service.replicas == 1
    told = server.workers == 1 or (not server.workers_stated and server.name in _SINGLE_UNLESS_TOLD)
    return alone and (told or server.name in _ALWAYS_SINGLE)
