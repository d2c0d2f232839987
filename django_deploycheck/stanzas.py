"""
What to paste where: the few lines that make a platform or a host run a management command, for hints.

Every text fits on one line, which YAML and JSON allow for nested values too.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Mapping

from django_deploycheck.model import CONFIGURED, Deployment, Image, Process, Service, join

_RUNNERS = ("poetry", "uv", "pipenv", "pdm", "hatch", "pixi")
_HOST_KINDS = ("systemd", "supervisord", "circus", "uwsgi")

# Documented on the pages that ``platforms`` names; a Procfile is read by several of these too.
_PLATFORM_STANZAS = {
    "render": "Add 'preDeployCommand: {command}' to the web service in {file}",
    "railway": 'Add \'"preDeployCommand": ["{command}"]\' below "deploy" in {file}',
    "railway.toml": "Add 'preDeployCommand = [\"{command}\"]' below [deploy] in {file}",
    "fly": "Set 'release_command = \"{command}\"' below [deploy] in {file}",
    # It has no such step but the build, whose files it serves.
    "vercel": 'Add \'"buildCommand": "{command}"\' to {file}',
    "digitalocean": "Add 'jobs: [{name: before-deploy, kind: PRE_DEPLOY, run_command: {command}}]', with the source of the service, to {file}",
    "elastic-beanstalk": "Add 'container_commands: {01_deploy: {command: \"source /var/app/venv/*/bin/activate && {command}\", leader_only: true}}' "
    "to {file}",
    "dockerrun": "Add the line 'docker exec \"$(docker ps --latest --quiet)\" {command}' to .platform/hooks/postdeploy/01_deploy.sh",
    "app-engine": "Add a step with 'script: pip install -r requirements.txt && {command}' to cloudbuild.yaml, above 'gcloud app deploy'",
    "cloud-run": "Add the step '{name: gcr.io/google-appengine/exec-wrapper, args: [-i, <the image>, -s, <the database's instance>, --, {words}]}' "
    "to cloudbuild.yaml, above 'gcloud run deploy'",
    "ecs": "Run 'aws ecs run-task --cluster <the cluster> --task-definition <the task>' with the command '{command}', before 'aws ecs update-service'",
    "app-runner": "Run '{command}' in the pipeline that deploys, before 'aws apprunner start-deployment'",
    "azure": "Run '{command}' in the pipeline that deploys, before the step that deploys to App Service",
    "platformsh": "Add 'hooks: {deploy: {command}}' to {file}",
    "clever-cloud": 'Add "{arguments}" to "managetasks" below "deploy" in clevercloud/python.json',
    "kamal": 'Add the line \'kamal app exec --primary --version "$KAMAL_VERSION" "{command}"\' to .kamal/hooks/pre-deploy',
    "scalingo": "Add 'postdeploy: {command}' to the Procfile",
    "dokku": 'Add \'"scripts": {"dokku": {"predeploy": "{command}"}}\' to app.json',
}
# Where a step of the build goes that starts from source, by what describes the process.
_BUILD_STANZAS = {
    "render": "Add '&& {command}' to the buildCommand in {file}",
    "railway": 'Add \'"buildCommand": "{command}"\' below "build" in {file}',
    "railway.toml": "Add 'buildCommand = \"{command}\"' below [build] in {file}",
    "nixpacks": 'Add \'cmds = ["...", "{command}"]\' below [phases.build] in {file}',
    "railpack": 'Add \'"build": {"commands": ["...", "{command}"]}\' below "steps" in {file}',
    "digitalocean": "Add 'build_command: {command}' to the service in {file}",
    "elastic-beanstalk": "Add 'container_commands: {02_build: {command: \"source /var/app/venv/*/bin/activate && {command}\"}}' to {file}",
    "app-engine": "Run '{command}' before 'gcloud app deploy', which uploads what it writes",
    "app-runner": "Add '- {command}' below 'build:' of 'commands:' in {file}",
    **dict.fromkeys(("ecs", "dockerrun", "cloud-run"), "Add the line 'RUN {command}' to the Dockerfile of the image"),
    "platformsh": "Add the line '{command}' to the build hook in {file}",
    "clever-cloud": 'Add "{arguments}" to "managetasks" below "deploy" in clevercloud/python.json',
}
_FILES = {
    "render": "render.yaml",
    "railway": "railway.json",
    "fly": "fly.toml",
    "digitalocean": ".do/app.yaml",
    "elastic-beanstalk": ".ebextensions/django.config",
    "app-runner": "apprunner.yaml",
    "platformsh": ".platform.app.yaml",
}
_READS_PROCFILES = frozenset({"railway", "elastic-beanstalk", "scalingo", "render", "digitalocean"})


def named(process: Process) -> str:
    """The process in the middle of a sentence: ``'web'``, or what stands for it where nothing names it."""
    if process.service is None and process.image is not None:
        return f"the image of '{process.image.dockerfile}'"
    return f"'{process.name}'"


def management_command(deployment: Deployment, process: Process, subcommand: str) -> str:
    """``python manage.py migrate`` as it is typed where the process runs."""
    wrappers = process.command.wrappers if process.command else ()
    runner = next((f"{name} run " for name in wrappers if name in _RUNNERS), "")
    return f"{runner}python {_manage_path(deployment, process)} {subcommand}"


def before_release(deployment: Deployment, process: Process, subcommand: str, *, at_start: bool = True) -> str:
    """
    How the platform or host of a process runs a management command once on every deploy: a sentence without its end.

    ``at_start`` says whether the start of the process may do it where there is no better place.
    """
    command = management_command(deployment, process, subcommand)
    path = process.service.location.path if process.service else process.location.path
    if process.kind == "configured":
        return f"Have your platform run '{command}' before each release and {_in_configuration(deployment, 'release', command)}"
    platform = "dockerrun" if process.kind == "dockerrun" else _platform(deployment, process)
    script = _build_script(deployment, process) if platform == "vercel" else None
    if script is not None:
        return f"Add the line '{command}' to {script}"
    if platform in _PLATFORM_STANZAS:
        return _stanza(_PLATFORM_STANZAS, platform, process, command)
    if process.kind == "procfile":
        return f"Add 'release: {command}' to {path}"
    if process.kind == "heroku-yml":
        return f"Add 'release: {{image: {process.name}, command: [{command}]}}' to {path}"
    if process.kind in _HOST_KINDS or process.kind == "passenger":
        return _on_host(deployment, process, command, path)
    if process.kind == "kubernetes":
        return _as_job(subcommand.partition(" ")[0], command, path)
    service = process.service
    if service is not None and process.kind == "compose" and not is_single(service):
        return (
            f"Add a service '{subcommand}: {{extends: {{service: {process.name}}}, command: {command}, restart: \"no\"}}' to {path}, and "
            f"'depends_on: {{{subcommand}: {{condition: service_completed_successfully}}}}' to '{process.name}'"
        )
    if not at_start:
        return f"Run '{command}' in a step that a deploy takes once, before the site starts"
    return _at_start(deployment, process, command)


def build_step(deployment: Deployment, process: Process, subcommand: str) -> str:
    """How the build that a process comes from runs a management command: a sentence without its end."""
    command = management_command(deployment, process, subcommand)
    if process.image is not None:
        return f"Add the line 'RUN {command}' to {process.image.dockerfile}, below the one that copies the code"
    if process.kind == "configured":
        return f"Have your platform run '{command}' in its build and {_in_configuration(deployment, 'build', command)}"
    script = _build_script(deployment, process)
    if script is not None:
        return f"Add the line '{command}' to {script}"
    if process.kind in _BUILD_STANZAS or process.platform in _BUILD_STANZAS:
        told_by = process.kind if process.kind in _BUILD_STANZAS else process.platform or ""
        return _stanza(_BUILD_STANZAS, told_by, process, command)
    if process.service is not None and process.service.runs_on_host:
        return f"Run '{command}' in {_deploying(deployment)}, before the server restarts"
    return _at_start(deployment, process, command)


def _stanza(stanzas: Mapping[str, str], name: str, process: Process, command: str) -> str:
    """The lines for a command, in the file of the platform where it is this process's."""
    file = process.service.location.path if process.service is not None and process.kind == name else ""
    key = f"{name}.toml" if file.endswith(".toml") and f"{name}.toml" in stanzas else name
    text = stanzas[key].replace("{file}", file or _FILES.get(name, "")).replace("{command}", command)
    text = text.replace("{words}", ", ".join(command.split()))
    return text.replace("{arguments}", command.rpartition("manage.py ")[2])


def _build_script(deployment: Deployment, process: Process) -> str | None:
    """The script that the file of the process runs in its build."""
    paths = (
        build.location.path
        for build in deployment.production
        if build.role == "build" and build.service is not None and process.service is not None
        if build.service.location.path == process.service.location.path
    )
    return next((path for path in paths if deployment.kind_of(path) == "shell-script"), None)


def is_single(service: Service) -> bool:
    """Whether there can be only one container of a service: two cannot share a name or a port of the host."""
    return bool(
        service.container_name
        or service.replicas == 1
        or any(port.published and port.published.isdecimal() for port in service.ports)
    )


def _platform(deployment: Deployment, process: Process) -> str:
    """The platform; for a Procfile, or an image alone, one that another file of the repository names."""
    if process.kind == "procfile":
        candidates = _READS_PROCFILES
    else:
        candidates = frozenset(_PLATFORM_STANZAS if process.service is None else ())
    return next((name for name in deployment.platforms if name in candidates), process.platform or "")


def _at_start(deployment: Deployment, process: Process, command: str) -> str:
    script = _start_script(deployment, process)
    if script is not None:
        return f"Add the line '{command}' to {script}, above the one that starts the server"
    if process.kind == "s6":
        return _at_init(process, command)
    text = process.command.text.removeprefix("exec ") if process.command else "<your server>"
    started = f"{command} && exec {text}"
    if process.kind == "compose":
        quoted = started.replace('"', "'")
        return f"Write 'command: sh -c \"{quoted}\"' in {process.location}"
    return (
        f"Write 'CMD {started}' in {process.location}"
        if process.kind == "dockerfile"
        else f"Write '{started}' in {process.location}"
    )


def _at_init(process: Process, command: str) -> str:
    """Beside a service of s6-overlay: https://github.com/just-containers/s6-overlay#writing-a-service-script."""
    path = process.service.location.path if process.service else process.location.path
    folder, _, service = posixpath.dirname(path).rpartition("/")
    if folder.endswith("s6-rc.d"):
        step = f"{folder}/before-{service}"
        return (
            f"Write '{command}' to {step}/up, 'oneshot' to {step}/type, and create the empty file "
            f"{folder}/{service}/dependencies.d/before-{service}"
        )
    return f"Add the line '{command}' to a script in {posixpath.dirname(folder)}/cont-init.d"


def _start_script(deployment: Deployment, process: Process) -> str | None:
    """The script on the way to the server that is nearest to it."""
    paths = (process.location.path, *(place.path for place in reversed(process.via)))
    return next((path for path in paths if deployment.kind_of(path) == "shell-script"), None)


def _on_host(deployment: Deployment, process: Process, command: str, path: str) -> str:
    argv = process.command.argv if process.command else ()
    folder = posixpath.dirname(argv[0]) if argv and argv[0].startswith("/") else ""
    absolute = command.replace("python ", posixpath.join(folder, "python") + " ", 1) if folder else command
    if process.kind == "systemd":
        return f"Add 'ExecStartPre={absolute}' to [Service] in {path}"
    if process.kind == "uwsgi":
        return f"Add 'exec-pre-app = {absolute}' to {path}"
    restart = {"circus": "circusctl restart {name}", "passenger": "touch tmp/restart.txt"}
    then = restart.get(process.kind, "supervisorctl restart {name}").replace("{name}", process.name)
    return f"Run '{absolute}' in {_deploying(deployment)}, before '{then}'"


def _deploying(deployment: Deployment) -> str:
    """The script that brings a release to the machine, by its path where one was read."""
    scripts = {
        process.service.location.path
        for process in deployment.production
        if process.service is not None and process.service.kind == "deploy-script" and process.role != "web"
    }
    return scripts.pop() if len(scripts) == 1 else "the script that deploys"


def _as_job(name: str, command: str, path: str) -> str:
    """A Job: every replica's pod would run an init container of its own."""
    container = f"{{name: {name}, image: <the same image>, command: [{', '.join(shlex.split(command))}]}}"
    template = f"{{spec: {{restartPolicy: Never, containers: [{container}]}}}}"
    job = f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: {name}}}, spec: {{template: {template}}}}}"
    file = posixpath.join(posixpath.dirname(path), f"{name}.yaml")
    # The template of a Job that is there cannot be changed.
    run = f"kubectl delete job {name} --ignore-not-found && kubectl apply -f {file} && kubectl wait --for=condition=complete job/{name}"
    return f"Write '{job}', with the variables of the pod, to {file}, and run '{run}' on each deploy, before {path} is rolled out"


def _in_configuration(deployment: Deployment, name: str, command: str) -> str:
    """How the settings tell that a platform runs a command: where they name one for this already, by adding to it."""
    told = any(process.kind == "configured" and process.name == name for process in deployment.processes)
    if told:
        return f"add '&& {command}' to {CONFIGURED}[\"{name}\"]"
    return f'add \'"{name}": "{command}"\' to {CONFIGURED}'


def _manage_path(deployment: Deployment, process: Process) -> str:
    manage = deployment.project.manage or "manage.py"
    if process.image is not None:
        return _in_image(manage, process.image)
    base = posixpath.dirname(process.service.location.path) if process.service and process.kind == "procfile" else ""
    workdir = process.service.workdir if process.service and process.service.workdir else ""
    if workdir.startswith("/"):
        return "manage.py"
    relative = posixpath.relpath("/" + manage, "/" + join(base, workdir))
    return posixpath.basename(manage) if relative.startswith("../") else relative


def _in_image(manage: str, image: Image) -> str:
    """The path of manage.py below the image's working directory, as far as its COPY instructions tell."""
    relative = posixpath.relpath("/" + manage, "/" + image.context)
    for copy in reversed(image.copies):
        destination = posixpath.join("/", image.workdir, copy.destination)
        for source in copy.sources if copy.stage is None else ():
            inside = posixpath.relpath("/" + relative, posixpath.join("/", source))
            if inside == "." or inside.startswith("../"):
                continue
            path = posixpath.normpath(posixpath.join(destination, inside))
            below = posixpath.relpath(path, posixpath.join("/", image.workdir))
            return path if below.startswith("../") else below
    return posixpath.basename(manage) if relative.startswith("../") else relative
