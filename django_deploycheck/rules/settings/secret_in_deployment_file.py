"""
A file of production holds a secret key, a password or a token in clear text.

It finds literal values of variables such as ``SECRET_KEY``, ``POSTGRES_PASSWORD`` or ``API_TOKEN``, URLs with a
password and keys in a vendor's own format, in compose files, images, Procfiles, start scripts and platform files that
production uses. A default counts like the value itself: ``${SECRET_KEY:-kd83…}`` is what production runs with
wherever nobody sets the variable. The value is never shown, here or in any report.

A key in the image of a platform, right above the line that runs ``collectstatic`` while the image is built, is advice only:
such a platform sets another one where the site runs.

Files named ``.env`` are judged by a rule of their own.

Why it matters
--------------

Whoever can read the repository, a fork of it, a backup or a build log, can sign sessions and password resets with the
secret key, or log into the database. Git keeps the value in its history when the line is long gone, so the only
remedy is a new value.

Bad
---

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        environment:
          SECRET_KEY: p9v!k2x8w7q1z4-3hm5c6t0
        ports:
          - "8000:8000"

Good: the value comes from outside
----------------------------------

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2
        environment:
          SECRET_KEY: ${SECRET_KEY:?is not set}
        ports:
          - "8000:8000"

Bad: a default in the image
---------------------------

.. code-block:: dockerfile
    :caption: Dockerfile

    FROM python:3.12-slim
    ENV SECRET_KEY=change-me
    COPY . /app
    WORKDIR /app
    USER nobody
    CMD ["gunicorn", "bookstore.wsgi", "--workers=2", "--bind=0.0.0.0:8000"]

Good: a value for the build alone
---------------------------------

.. code-block:: dockerfile
    :caption: Dockerfile

    FROM python:3.12-slim
    COPY . /app
    WORKDIR /app
    RUN SECRET_KEY=only-for-the-build python manage.py collectstatic --noinput
    USER nobody
    CMD ["gunicorn", "bookstore.wsgi", "--workers=2", "--bind=0.0.0.0:8000"]

When to silence it
------------------

When the value opens nothing: a database that only this machine reaches, with data that anyone may read.

References
----------

- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#secret-key
- https://docs.docker.com/compose/how-tos/use-secrets/
- https://12factor.net/config
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_deploycheck.model import Deployment, EnvVar, Finding, Level, Location

ID = 609
LEVEL: Level = "W"

_IN_CLUSTER = (
    "Delete it there, keep it in a Secret outside of git ('kubectl create secret generic {secret} "
    "--from-literal={name}=…'), take it with 'valueFrom: {{secretKeyRef: {{name: {secret}, key: {name}}}}}', and choose "
    "a new value: git remembers this one."
)
_IN_FORMAT = {
    "kubernetes": _IN_CLUSTER,
    "kustomize": _IN_CLUSTER,
    "helm-values": _IN_CLUSTER,
    "compose": (
        "Write '${{{name}:?is not set}}' as its value, put the secret into an env file that git ignores, and "
        "choose a new one: git remembers this one."
    ),
    "dockerfile": (
        "Delete it from the image, pass {name} when the container starts ('docker run --env {name} …'), and choose "
        "a new value: every copy of the image holds this one."
    ),
    "app-json": 'Write \'"{name}": {{"required": true}}\' there, set {name} in the platform\'s own settings, '
    "and choose a new value: git remembers this one.",
}
_ELSEWHERE = (
    "Delete it there, set {name} where the platform or the host keeps its environment, and choose a new value: git "
    "remembers this one."
)


def check(deployment: Deployment) -> Iterator[Finding]:
    places: dict[tuple[str, Location], tuple[EnvVar, bool]] = {}
    for variable, baked in _variables(deployment):
        if variable.secret and not variable.generated and deployment.kind_of(variable.location.path) != "dotenv":
            places.setdefault((variable.name, variable.location), (variable, baked))
    for variable, baked in places.values():
        if not variable.weak or baked:
            yield _finding(deployment, variable)


def _finding(deployment: Deployment, variable: EnvVar) -> Finding:
    kind = deployment.kind_of(variable.location.path)
    name = variable.references[0] if variable.references and kind == "compose" else variable.name
    hint = _IN_FORMAT.get(kind, _ELSEWHERE).format(name=name, secret=_secret_name(deployment))
    collecting = _collecting_behind(deployment, variable)
    if collecting is not None:
        return Finding(
            f"'{variable.name}' is baked into the production image, whose build needs it for the next line alone.",
            f"Write 'RUN {variable.name}=only-for-the-build {collecting}' in place of {variable.location} and the line below, and see "
            f"to it that the platform sets {variable.name}.",
            variable.location,
            level="I",
        )
    if variable.weak:
        message = f"'{variable.name}' is baked into the production image with a value that was meant to be replaced."
        return Finding(message, hint, variable.location, level="I")
    holds = "falls back to" if variable.references else "holds"
    return Finding(f"'{variable.name}' {holds} {variable.secret} in clear text.", hint, variable.location)


def _collecting_behind(deployment: Deployment, variable: EnvVar) -> str | None:
    """
    What collects static files right behind a key in the build of an image for a platform, which sets it where the site runs:
    ``fly launch`` writes Dockerfiles like that. https://github.com/superfly/flyctl/blob/master/scanner/templates/django/Dockerfile
    """
    if "SECRET_KEY" not in variable.name or not deployment.platforms:
        return None
    for image in deployment.images:
        line = variable.location.line or 0
        runs = [run for stage in image.stages for run in stage.runs if image.dockerfile == variable.location.path]
        behind = [run for run in runs if run.location.line is not None and run.location.line > line]
        if behind and (behind[0].location.line or 0) <= line + 2 and "collectstatic" in str(behind[0]):
            return str(behind[0])
    return None


def _secret_name(deployment: Deployment) -> str:
    """A name for the Secret: the project's, as Kubernetes allows it."""
    package = (deployment.project.settings_module or "site").partition(".")[0]
    return f"{package.lower().replace('_', '-').strip('-')}-secrets"


def _variables(deployment: Deployment) -> Iterator[tuple[EnvVar, bool]]:
    """What production files set, and whether it is part of an image; what production overrides is left out."""
    for service in deployment.services:
        if deployment.environment_of(service.location.path) == "production" and not service.profiles:
            yield from ((variable, False) for variable in _in_force(service.variables))
    around = _set_around(deployment)
    for image in deployment.images:
        if image.environment == "production":
            overridden = around.get((image.dockerfile, image.stage.index), frozenset())
            yield from ((variable, True) for variable in _in_force(image.variables) if variable.name not in overridden)
    for process, command in deployment.production_commands():
        if process.role != "build":
            yield from ((variable, False) for variable in _in_force(command.variables))
    for variable in deployment.variables:
        if deployment.environment_of(variable.location.path) == "production":
            yield variable, False


def _in_force(variables: Iterable[EnvVar]) -> Iterable[EnvVar]:
    return {variable.name: variable for variable in variables}.values()


def _set_around(deployment: Deployment) -> dict[tuple[str, int], frozenset[str]]:
    """By Dockerfile and stage of an image, the names that production sets for every container of it."""
    names: dict[tuple[str, int], frozenset[str]] = {}
    for process in deployment.production:
        if process.service and process.image:
            built = process.image.dockerfile, process.image.stage.index
            own = frozenset(variable.name for variable in process.service.variables)
            names[built] = names[built] & own if built in names else own
    return names
