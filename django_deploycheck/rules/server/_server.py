"""What the rules of this family share: words for processes, addresses, and commands to paste."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Iterable, Iterator, Sequence

from django_deploycheck.model import Command, Deployment, Finding, Location, Process
from django_deploycheck.platforms import platform
from django_deploycheck.rules.server._listening import endpoint
from django_deploycheck.servers import DISTRIBUTIONS

DEPENDENCY_KINDS = frozenset(
    {
        "requirements",
        "pyproject",
        "pipfile",
        "pipfile-lock",
        "poetry-lock",
        "uv-lock",
        "pdm-lock",
        "pylock",
        "setup-cfg",
        "setup-py",
        "conda",
    }
)
"""The kinds of files that can declare a distribution."""

_NOUNS = {
    "procfile": "process",
    "systemd": "unit",
    "supervisord": "program",
    "configured": "command",
    "deploy-script": "script",
}


def who(process: Process) -> str:
    """The process as the subject of a sentence: ``The 'web' process``."""
    if process.service is None:
        return f"The image of '{process.image.dockerfile}'" if process.image else f"'{process.location.path}'"
    return f"The '{process.name}' {_NOUNS.get(process.kind, 'service')}"


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, without those at a place that an earlier one stands at: several processes can share a script or an image."""
    seen: set[Location | None] = set()
    for finding in findings:
        if finding.location not in seen:
            seen.add(finding.location)
            yield finding


def is_server(command: Command) -> bool:
    """Whether the command starts a server that is made for production."""
    return command.server is not None and command.server.name != "runserver"


def runs_for_certain(process: Process) -> bool:
    """Whether no condition decides whether its main command runs."""
    return process.command is not None and process.command.certain and process.command.environment != "development"


# --- commands to paste --------------------------------------------------------------------------------------------------


def application(deployment: Deployment, *, asgi: bool = False) -> str:
    """The project's own WSGI or ASGI module, guessed from the settings module where none was found."""
    project = deployment.project
    found = project.asgi_module if asgi else project.wsgi_module
    if found:
        return found
    package = (project.settings_module or "").partition(".")[0]
    return f"{package or 'mysite'}.{'asgi' if asgi else 'wsgi'}"


def server_to_start(deployment: Deployment) -> str:
    """The server that a process should start: the one that is declared, gunicorn where none is."""
    return next(
        (name for name in ("gunicorn", "uvicorn", "granian", "hypercorn", "daphne") if deployment.requires(name)),
        "gunicorn",
    )


def hint_to_start(deployment: Deployment, process: Process) -> str:
    """The hint that tells how this process starts a production server, and how it comes to be installed."""
    host = platform(process.platform) if process.kind == "configured" else None
    if host is not None and host.brings_server:
        return f"Delete it there and in the dashboard: {host.title} serves '{application(deployment)}' with a server of its own."
    name = server_to_start(deployment)
    text = f"Write '{replacement(deployment, process)}' instead"
    return f"{text}." if deployment.requires(*DISTRIBUTIONS[name]) else f"{text}, and {declaration(deployment, name)}."


def replacement(deployment: Deployment, process: Process, name: str | None = None) -> str:
    """What to write in place of this process's command to start this server, or a production server, at the same address."""
    name = name or server_to_start(deployment)
    stated = process.server.bind if process.server else ()
    there = endpoint(stated[0], "127.0.0.1") if stated else None
    host, port = (there.host, str(there.port or "$PORT")) if there else ("127.0.0.1", "8000")
    on_platform = platform(process.platform)
    if on_platform is not None and on_platform.sets_port:
        host, port = "0.0.0.0", "$PORT"
    elif process.in_container:
        host = "0.0.0.0"
    words = [_beside_python(process, name), *_arguments(deployment, name, host, port)]
    runner = next(
        (
            wrapper
            for wrapper in (process.command.wrappers if process.command else ())
            if wrapper in ("poetry", "uv", "pipenv", "pdm")
        ),
        None,
    )
    return pasted(process, [runner, "run", *words] if runner else words)


def _arguments(deployment: Deployment, name: str, host: str, port: str) -> list[str]:
    if name == "gunicorn":
        # gunicorn listens on 0.0.0.0:$PORT by itself where PORT is set.
        bind = [] if port == "$PORT" or (host, port) == ("127.0.0.1", "8000") else ["--bind", f"{host}:{port}"]
        return [application(deployment), *bind]
    target = f"{application(deployment, asgi=True)}:application"
    if name == "hypercorn":
        return [target, "--bind", f"{host}:{port}"]
    if name == "daphne":
        return [target, "--bind", host, "--port", port]
    return [*(["--interface", "asgi"] if name == "granian" else []), target, "--host", host, "--port", port]


def _beside_python(process: Process, name: str) -> str:
    """The server's program in the virtualenv that the command names."""
    program = process.command.argv[0] if process.command and process.command.argv else ""
    folder = posixpath.dirname(program)
    in_virtualenv = folder.endswith("/bin") and folder not in ("/bin", "/usr/bin", "/usr/local/bin")
    return f"{folder}/{name}" if in_virtualenv else name


def pasted(process: Process, words: Sequence[str]) -> str:
    """A command in the form of the file where the process's command stands."""
    text = " ".join(word if "$" in word else shlex.quote(word) for word in words)
    path, service, image = process.location.path, process.service, process.image
    if image is not None and path == image.dockerfile:
        if any("$" in word for word in words):
            return f"CMD {text}"
        return f"CMD {json.dumps(list(words))}"
    if service is not None and path == service.location.path:
        if process.kind in ("procfile", "heroku-yml"):
            return f"{process.name}: {text}"
        if process.kind == "compose":
            return f"command: {text}"
        if process.kind == "systemd":
            return f"ExecStart={text}"
        if process.kind == "supervisord":
            return f"command={text}"
    return f"exec {text}" if path.endswith(".sh") else text


def declaration(deployment: Deployment, name: str) -> str:
    """How to declare a distribution in this project, as the end of a sentence that starts with a verb."""
    kinds = {file.kind for file in deployment.files}
    for kind, command in (
        ("uv-lock", "uv add"),
        ("poetry-lock", "poetry add"),
        ("pdm-lock", "pdm add"),
        ("pipfile", "pipenv install"),
    ):
        if kind in kinds:
            return f"run '{command} {name}'"
    direct = [requirement for requirement in deployment.requirements if requirement.kind == "direct"]
    django = next((requirement for requirement in direct if requirement.name == "django"), None)
    path = (django or direct[0]).location.path if direct else None
    if path is None:
        return f"add the line '{name}' to requirements.txt"
    if path.endswith((".toml", ".cfg", ".py", ".yml", ".yaml")):
        return f"add '{name}' to the dependencies in {path}"
    return f"add the line '{name}' to {path}"
