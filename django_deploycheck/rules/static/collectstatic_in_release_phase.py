"""
``collectstatic`` runs in a step whose files are thrown away.

A release phase, a pre-deploy job or an init container collects static files into a local folder of a container of its
own. When the step ends the container is gone, and the web process starts from the image as it was built.

Why it matters
--------------

The step succeeds, its log says "128 static files copied", and the site has none of them. With a manifest storage each
page that uses the ``static`` tag answers with an error. Static files belong into the build, where the image keeps them;
only a storage that uploads them can be filled from a release step.

Bad
---

.. code-block:: yaml
   :caption: heroku.yml

   build:
     docker:
       web: Dockerfile
   release:
     image: web
     command:
       - python manage.py migrate
       - python manage.py collectstatic --noinput
   run:
     web: gunicorn bookstore.wsgi

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt

Good
----

.. code-block:: yaml
   :caption: heroku.yml

   build:
     docker:
       web: Dockerfile
   release:
     image: web
     command:
       - python manage.py migrate
   run:
     web: gunicorn bookstore.wsgi

.. code-block:: docker
   :caption: Dockerfile

   FROM python:3.12-slim
   WORKDIR /app
   COPY . .
   RUN pip install -r requirements.txt
   RUN SECRET_KEY=only-for-the-build python manage.py collectstatic --noinput

When to silence it
------------------

When the step writes to a shared disk that the files do not show.

References
----------

* https://devcenter.heroku.com/articles/release-phase
* https://fly.io/docs/reference/configuration/#the-deploy-section
* https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Answer, Command, Deployment, Finding, Location, Process, Service
from django_deploycheck.platforms import platform
from django_deploycheck.rules.static._static import platform_collects, storage_is_local, uses_staticfiles
from django_deploycheck.stanzas import build_step

ID = 303
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    if not deployment.complete or not uses_staticfiles(deployment) or storage_is_local(deployment) is not Answer.YES:
        return
    if _collected_where_it_stays(deployment) or _may_upload(deployment):
        return
    seen: set[Location] = set()
    for process, command in deployment.production_commands():
        if (
            not _collects(command)
            or process.role != "release"
            or command.location in seen
            or not _is_thrown_away(deployment, process)
        ):
            continue
        served = _served_by(deployment, process)
        if any(platform_collects(deployment, web) for web in served):
            continue
        seen.add(command.location)
        web = next(iter(served), process)
        yield Finding(
            f"'{command.text}' runs in '{process.name}', whose files are gone before the site starts.",
            f"{build_step(deployment, web, 'collectstatic --noinput')}, and delete it from {command.location}.",
            command.location,
        )


def _may_upload(deployment: Deployment) -> bool:
    """Whether production's settings may be others than these, and store files elsewhere."""
    return deployment.judges_production is not Answer.YES and deployment.requires("django-storages")


def _served_by(deployment: Deployment, release: Process) -> list[Process]:
    """The web processes that the release goes before: those of its image, of its file, or all where neither is known."""
    image = release.image
    same_image = [web for web in deployment.web if image and web.image and web.image.dockerfile == image.dockerfile]
    if same_image:
        return same_image
    mine = [web for web in deployment.web if web.location.path == release.location.path or web.kind == release.kind]
    return mine or list(deployment.web)


def _collects(command: Command) -> bool:
    return command.subcommand == "collectstatic" and not command.changes_nothing


def _collected_where_it_stays(deployment: Deployment) -> bool:
    """Whether a build or the start of the site collects too, or might."""
    others = [process for process in deployment.production if process.role != "release"]
    return any(
        _collects(command) for process in others for command in process.commands if command.environment != "development"
    ) or any(spot.may_run("collectstatic") for process in others for spot in process.blind_spots)


def _is_thrown_away(deployment: Deployment, process: Process) -> bool:
    service = process.service
    if service is None or service.runs_on_host or service.keeps_files:
        return False
    if service.prepares is not None:
        return not _shares_files(deployment, service)
    if service.keeps_files is False:
        return True
    found = platform(process.platform)
    if found is not None:
        return found.keeps_release_files is Answer.NO
    return service.kind == "compose" and not service.mounts


def _shares_files(deployment: Deployment, service: Service) -> bool:
    """Whether an init container writes to a volume that the container it prepares mounts too."""
    prepared = [
        other
        for other in deployment.services
        if other.name == service.prepares and other.location.path == service.location.path
    ]
    targets = {mount.source for other in prepared for mount in other.mounts}
    return any(mount.source in targets for mount in service.mounts)
