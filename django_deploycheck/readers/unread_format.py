"""
Formats that this version does not understand: it says so, and which management commands and servers they mention, so that
no rule takes what it did not see for absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import BlindSpot, Fact, PlatformUse
from django_deploycheck.source import Source

KIND = "unread-format"
FALLBACK = True
NATURE = "decided"
NAMES = (
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
    "fabfile.py",
    "fabfile/*.py",
    "render.yaml",
    "render.yml",
    "fly.toml",
    "fly.*.toml",
    "railway.toml",
    "railway.json",
    "railway.*.toml",
    "railway.*.json",
    "nixpacks.toml",
    "nixpacks.json",
    "railpack.json",
    "apprunner.yaml",
    "app.yaml",
    "app.yml",
    "cloudbuild.yaml",
    "cloudbuild*.yaml",
    "captain-definition",
    "*captain-definition*",
    "vercel.json",
    "build_files.sh",
    "zappa_settings.json",
    "zappa_settings.toml",
    "zappa_settings.yml",
    "Dockerrun.aws.json",
    "*task-def*.json",
    "*task_definition*.json",
    "clevercloud/*.json",
    ".platform.app.yaml",
    "*.app.yaml",
    ".platform/*.yaml",
    ".platform/hooks/*/*",
    ".upsun/*.yaml",
    ".ebextensions/*.config",
    ".do/*.yaml",
    "config/deploy.yml",
    "config/deploy.*.yml",
    ".kamal/hooks/*",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "bitbucket-pipelines.yml",
    "azure-pipelines*.yml",
    "azure-pipelines*.yaml",
    "appspec.yml",
    "buildspec*.yml",
    "Jenkinsfile",
    ".travis.yml",
    ".drone.yml",
    "*.tf",
    "*.tf.json",
    "*.tpl",
    "*.yaml.j2",
    "*.yml.j2",
    "*.sh.j2",
    "k8s/*.yaml",
    "k8s/*.yml",
    "kubernetes/*.yaml",
    "kubernetes/*.yml",
    "kube/*.yaml",
    "kube/*.yml",
    "manifests/*.yaml",
    "manifests/*.yml",
    "helm/*.yaml",
    "charts/*.yaml",
    "chart/*.yaml",
    "templates/*.yaml",
    "templates/*.yml",
    "deployment/*.yaml",
    "deployment/*.yml",
    "deployments/*.yaml",
    "deployments/*.yml",
    "deploy/*.yaml",
    "deploy/*.yml",
    "infra/*.yaml",
    "infra/*.yml",
    "ops/*.yml",
    "ops/*.yaml",
    "ansible/*.yml",
    "ansible/*.yaml",
    "playbooks/*.yml",
    "playbooks/*.yaml",
    "tasks/*.yml",
    "handlers/*.yml",
    "*ansible*.yml",
    "*ansible*.yaml",
    "*playbook*.yml",
    "*playbook*.yaml",
    "manifest.yml",
    "serverless.yml",
    "ENV",
    "DOKKU_SCALE",
    "scalingo.json",
    "uwsgi/*.ini",
    "emperor.ini",
    "circus.ini",
    "passenger_wsgi.py",
    "start.sh",
    "run.sh",
    "build.sh",
    "entrypoint.sh",
    "docker-entrypoint.sh",
    "startup.sh",
    "start_gunicorn.sh",
    "gunicorn_start*",
    "entrypoint*.sh",
    "*entrypoint*.sh",
    "*release*.sh",
    "*deploy*.sh",
    "deploy/*.sh",
    "deployments/*.sh",
    "entrypoints/*.sh",
    "*migrate*.sh",
    "s6-rc.d/*/run",
    "s6-rc.d/*/up",
    "services.d/*/run",
    "cont-init.d/*",
)

_MENTIONED = re.compile(
    r"\b(migrate\w*|syncdb|collectstatic|makemigrations|gunicorn|uvicorn|daphne|uwsgi|hypercorn|granian|waitress|mod_wsgi|WSGIScriptAlias|runserver|celery|rqworker|run_huey|rundramatiq|qcluster)\b"
)
# The platform whose file it is: what is known of the platform holds, whatever else the file says.
_PLATFORMS = (
    (re.compile(r"(?:^|/)render\.ya?ml$"), "render"),
    (re.compile(r"(?:^|/)fly(?:\.[\w-]+)?\.toml$"), "fly"),
    (re.compile(r"(?:^|/)(?:railway[\w.-]*\.(?:toml|json)|railpack\.json|nixpacks\.(?:toml|json))$"), "railway"),
    (re.compile(r"captain-definition[^/]*$"), "caprover"),
    (re.compile(r"(?:^|/)\.do/[^/]+$"), "digitalocean"),
    (re.compile(r"(?:^|/)(?:\.ebextensions/[^/]+|Dockerrun\.aws\.json)$"), "elastic-beanstalk"),
    (re.compile(r"(?:^|/)(?:\.platform\.app\.yaml|\.platform/[^/]+\.yaml|\.upsun/[^/]+)$"), "platformsh"),
    (re.compile(r"(?:^|/)vercel\.json$"), "vercel"),
    (re.compile(r"(?:^|/)zappa_settings\.\w+$"), "zappa"),
    (re.compile(r"(?:^|/)config/deploy(?:\.[\w-]+)?\.yml$"), "kamal"),
    (re.compile(r"(?:^|/)clevercloud/[^/]+$"), "clever-cloud"),
    (re.compile(r"(?:^|/)passenger_wsgi\.py$"), "passenger"),
    (re.compile(r"(?:^|/)DOKKU_SCALE$"), "dokku"),
    (re.compile(r"(?:^|/)scalingo\.json$"), "scalingo"),
    (re.compile(r"(?:^|/)ENV$"), "piku"),
)
# What a file of Railway's builders starts, or builds, in place of what a Procfile says.
_STARTS = re.compile(
    r"""^\s*["']?(?:startCommand["']?\s*[=:]|builder["']?\s*[=:]\s*["']DOCKERFILE["']|\[start\]|start["']?\s*:)"""
)
_COMMENTS = ("#", "//", ";")
_SCRIPT = re.compile(r"(?<![\w./-])[\w./-]{1,200}\.sh\b")
_RUNS_SCRIPTS = (".toml", ".json", ".yaml", ".yml", ".config")


def read(source: Source) -> Iterator[Fact]:
    """The platform that the file's name tells, and what the file mentions that could run on a deploy."""
    lines = [
        (number, line[:2000])
        for number, line in enumerate(source.lines, 1)
        if line.startswith("#!") or not line.lstrip().startswith(_COMMENTS)
    ]
    platform = next((name for pattern, name in _PLATFORMS if pattern.search(source.path)), None)
    if platform is not None:
        starts = platform == "railway" and any(_STARTS.search(line) for _, line in lines)
        yield PlatformUse(platform, source.location(), starts)
    if source.name.endswith(_RUNS_SCRIPTS):
        for number, line in lines:
            if _SCRIPT.search(line):
                yield BlindSpot("the format is not read yet, and it runs a script", source.location(number))
                return
    mentioned: dict[str, int] = {}
    for number, line in lines:
        for match in _MENTIONED.finditer(line):
            mentioned.setdefault(match[1], number)
    if mentioned:
        reason = f"the format is not read yet, and it mentions {', '.join(sorted(mentioned))}"
        yield BlindSpot(reason, source.location(min(mentioned.values())), frozenset(mentioned))
