"""
Formats that this version does not understand: it says so, and which management commands and servers they mention, so that
no rule takes what it did not see for absent.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import BlindSpot, Fact
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source

KIND = "unread-format"
FALLBACK = True
NATURE = "decided"
NAMES = (
    "Taskfile.yml",
    "Taskfile.yaml",
    "app.yaml",
    "app.yml",
    "build_files.sh",
    "appspec.yml",
    "buildspec*.yml",
    "Jenkinsfile",
    ".travis.yml",
    ".drone.yml",
    "*.tf",
    "*.tf.json",
    "*.tfvars",
    "*.hcl",
    "*.nomad",
    "*.bicep",
    "cdk.json",
    "*[-_.]stack.ts",
    "*[-_.]stack.py",
    "cdk/*.ts",
    "cdk/lib/*.ts",
    "infra/*.ts",
    "infrastructure/*.ts",
    "sst.config.ts",
    "Pulumi.yaml",
    "pulumi/index.ts",
    "pulumi/__main__.py",
    ".railway/railway.ts",
    "template.yaml",
    "template.yml",
    "*cloudformation*.yaml",
    "*cloudformation*.yml",
    "copilot/*/manifest.yml",
    "service.yaml",
    "*cloudrun*.yaml",
    "azure.yaml",
    "azure.yml",
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
    "manifest.yml",
    "serverless.yml",
    "uwsgi/*.ini",
    "emperor.ini",
    "start.sh",
    "run.sh",
    "build.sh",
    "entrypoint.sh",
    "docker-entrypoint.sh",
    "startup.sh",
    "entrypoint*.sh",
    "*entrypoint*.sh",
    "*release*.sh",
    "*deploy*.sh",
    "deploy/*.sh",
    "deployments/*.sh",
    "entrypoints/*.sh",
    "*migrate*.sh",
)

_MENTIONED = regex(
    r"\b(migrate\w*|syncdb|collectstatic|makemigrations|gunicorn|uvicorn|daphne|uwsgi|hypercorn|granian|waitress|mod_wsgi|WSGIScriptAlias|runserver|celery|rqworker|run_huey|rundramatiq|qcluster)\b",
    holding="migrat syncdb collectstatic gunicorn uvicorn daphne uwsgi hypercorn granian waitress mod_wsgi WSGIScriptAlias "
    "runserver celery rqworker run_huey rundramatiq qcluster",
)
# What a format is called, by the path of its files, of which one of the last literals is a part.
_FORMATS = tuple(
    (regex(rf"(?:^|/)(?:{pattern})$", holding=holding), name)
    for pattern, name, holding in (
        (r"[^/]*\.(?:tf|tf\.json|tfvars|hcl)", "Terraform", ".tf .hcl"),
        (r"[^/]*\.bicep", "Bicep", ".bicep"),
        (r"[^/]*\.nomad", "Nomad", ".nomad"),
        (r"cdk\.json|[^/]*stack\.(?:ts|py)|cdk/(?:lib/)?[^/]*\.ts", "the AWS CDK", "cdk.json stack. cdk/"),
        (r"sst\.config\.ts", "SST", "sst."),
        (r"Pulumi\.yaml|pulumi/(?:index\.ts|__main__\.py)", "Pulumi", "Pulumi pulumi"),
        (r"[^/]*\.ts", "TypeScript configuration", ".ts"),
        (r"template\.ya?ml|[^/]*cloudformation[^/]*\.ya?ml", "CloudFormation", "template. cloudformation"),
        (r"copilot/[^/]+/manifest\.yml", "AWS Copilot", "copilot"),
        (r"azure\.ya?ml", "the Azure Developer CLI's file", "azure."),
        (r"service\.yaml|[^/]*cloudrun[^/]*\.yaml", "the service's manifest", "service.yaml cloudrun"),
        (r"Taskfile\.ya?ml", "the Taskfile", "Taskfile"),
        (r"appspec\.yml", "AWS CodeDeploy", "appspec"),
        (r"buildspec[^/]*\.yml", "AWS CodeBuild", "buildspec"),
        (r"Jenkinsfile", "the Jenkinsfile", "Jenkinsfile"),
        (r"\.travis\.yml", "Travis CI", ".travis"),
        (r"\.drone\.yml", "Drone CI", ".drone"),
        (r"serverless\.yml", "the Serverless Framework", "serverless"),
        (r"templates/[^/]+\.(?:ya?ml|tpl)", "the Helm template", "templates/"),
    )
)
_COMMENTS = ("#", "//", ";")
_SCRIPT = regex(r"(?<![\w./-])[\w./-]{1,200}\.sh\b")
_RUNS_SCRIPTS = (".toml", ".json", ".yaml", ".yml", ".config")


def mentioned(text: str) -> frozenset[str]:
    """The management commands and servers that a text mentions."""
    return frozenset(match[1] for match in _MENTIONED.finditer(text))


def read(source: Source) -> Iterator[Fact]:
    """What the file mentions that could run on a deploy."""
    lines = [
        (number, line[:2000])
        for number, line in enumerate(source.lines, 1)
        if line.startswith("#!") or not line.lstrip().startswith(_COMMENTS)
    ]
    if source.name.endswith(_RUNS_SCRIPTS):
        for number, line in lines:
            if _SCRIPT.search(line):
                yield BlindSpot(f"{_unread(source)}, and it runs a script", source.location(number))
                return
    places: dict[str, int] = {}
    for number, line in lines:
        for word in mentioned(line):
            places.setdefault(word, number)
    if places:
        reason = f"{_unread(source)}, and it mentions {', '.join(sorted(places))}"
        yield BlindSpot(reason, source.location(min(places.values())), frozenset(places))


def _unread(source: Source) -> str:
    """What is not read, in words: the format by its name where it is known."""
    name = next((name for pattern, name in _FORMATS if pattern.search(source.path)), None)
    return f"{name} is not read" if name is not None else "the format is not read yet"
