"""
What a cluster runs: manifests as kustomizations make them, with the variables of their ConfigMaps and Secrets.

A kustomization lays patches over the manifests that it lists, after
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/. What a patch says decides whose the patched service
is: one in overlays/prod is production's, its base stands for nothing besides.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from django_deploycheck.linking.layers import overlay
from django_deploycheck.linking.work import Work
from django_deploycheck.model import EnvVar, Kustomization, Reference, Service, VariableSet
from django_deploycheck.records import replace

MAX_DEPTH = 20
"""How many kustomizations may stand on one another."""


MAX_SETS = 50
"""How many sets of variables of one name are looked at."""


def deployed_manifests(work: Work) -> list[Service]:
    """The services of every manifest, patched and with their variables; those of patches stand for nothing alone."""
    kustomizations = dict(work.facts(Kustomization))
    listed = {path for found in kustomizations.values() for path in found.resources}
    patches = {path for found in kustomizations.values() for path in found.patches}
    alone = [
        service
        for path in work.reading.facts
        if path not in listed | patches
        for service in work.of(path, Service)
        if service.kind == "kubernetes"
    ]
    known: dict[str, list[Service]] = {}
    made = {path: _made(work, kustomizations, path, known) for path in kustomizations if path not in listed}
    services = dict.fromkeys((*alone, *_without_bases(work, made, patches | set(kustomizations))))
    sets: dict[str, list[VariableSet]] = {}
    for _, fact in work.facts(VariableSet):
        sets.setdefault(fact.name, []).append(fact)
    return [_with_variables(work, service, sets) for service in services]


def _made(
    work: Work, kustomizations: Mapping[str, Kustomization], path: str, known: dict[str, list[Service]], depth: int = 0
) -> list[Service]:
    """The services that a kustomization makes of what it lists; ``known`` holds what others made already."""
    found = kustomizations.get(path)
    if found is None:
        return [service for service in work.of(path, Service) if service.kind == "kubernetes"]
    if path not in known and depth <= MAX_DEPTH:
        known[path] = []  # of itself, in a circle, it makes nothing
        over: dict[tuple[str | None, str], list[Service]] = {}
        for patch in (*(service for other in found.patches for service in work.of(other, Service)), *found.inline):
            over.setdefault(_key(patch), []).append(patch)
        below = dict.fromkeys(
            service
            for resource in dict.fromkeys(found.resources)
            for service in _made(work, kustomizations, resource, known, depth + 1)
        )
        known[path] = [_generated(_patched(service, over.get(_key(service), ())), found) for service in below]
    return known.get(path, [])


def _key(service: Service) -> tuple[str | None, str]:
    return service.workload, service.name


def _patched(service: Service, over: Iterable[Service]) -> Service:
    for patch in over:
        stated = replace(patch, role=service.role, prepares=service.prepares, keeps_files=service.keeps_files)
        given = tuple(dict.fromkeys((*service.given, *patch.given)))
        service = replace(overlay(service, stated), given=given)
    return service


def _generated(service: Service, kustomization: Kustomization) -> Service:
    """The service with what the kustomization says of images and of how many."""
    images, replicas = dict(kustomization.images), dict(kustomization.replicas)
    if service.image is not None and service.image.name is not None:
        name, mark, tag = _split(service.image.name)
        if name in images:
            service = replace(service, image=replace(service.image, name=images[name] + mark + tag))
    workload = (service.workload or "").partition("/")[2]
    return replace(service, replicas=replicas[workload]) if workload in replicas else service


def _split(image: str) -> tuple[str, str, str]:
    """Name, separator and tag of an image; a port of the registry is no tag."""
    name, mark, tag = image.rpartition(":")
    return (name, mark, tag) if name and "/" not in tag else (image, "", "")


def _without_bases(work: Work, made: Mapping[str, Sequence[Service]], over: Container[str]) -> list[Service]:
    """
    What the kustomizations make, without what stands where its base does while production runs something else made of it:
    by a patch, which stands in one of the files ``over``, or by a kustomization that is not for development.
    """
    patched: set[tuple[str | None, str]] = set()
    deployed: set[tuple[str | None, str]] = set()
    for path, services in made.items():
        for service in services:
            if service.location.path in over and work.environment(service.location.path) == "production":
                patched.add(_key(service))
            if work.environment(path) != "development":
                deployed.add(_key(service))
    return [
        service
        for path, services in made.items()
        for service in services
        if service.location.path in over
        or (_key(service) not in patched and (work.environment(path) != "development" or _key(service) not in deployed))
    ]


# --- variables ----------------------------------------------------------------------------------------------------------


def _with_variables(work: Work, service: Service, sets: Mapping[str, Sequence[VariableSet]]) -> Service:
    """
    The service with the variables of its ConfigMaps and Secrets. One that is not in the repository becomes an env file
    that was not read, which is what it is to the service.
    """
    variables: list[EnvVar] = []
    files: list[Reference] = []
    for name, key, here in service.given:
        found = _nearest(work, sets.get(name, ())[:MAX_SETS], service)
        if key is None and found is None:
            files.append(Reference(f"envFrom:{name}", "dotenv", service.location))
        elif found is not None:
            files += found.env_files if key is None else ()
            variables += _taken(found, key, here)
    own = {variable.name: variable for variable in (*variables, *_stated(service, variables))}
    return replace(service, variables=tuple(own.values()), env_files=(*service.env_files, *files))


def _taken(found: VariableSet, key: str | None, here: str) -> list[EnvVar]:
    if key is None:
        return list(found.variables)
    # Where a key is taken under another name, its secret is told of at the key alone.
    return [
        variable if key == here else replace(variable, name=here, secret=None, weak=False)
        for variable in found.variables
        if variable.name == key
    ]


def _stated(service: Service, taken: Sequence[EnvVar]) -> list[EnvVar]:
    """What the manifest states itself, without the bare names of what was taken from a set."""
    known = {variable.name for variable in taken}
    return [variable for variable in service.variables if variable.value is not None or variable.name not in known]


def _nearest(work: Work, found: Sequence[VariableSet], service: Service) -> VariableSet | None:
    """Of several sets the one beside the service, among those of the same environment where there are such."""
    mine = work.environment(service.location.path)
    folder = service.location.path.rpartition("/")[0]
    found = [fact for fact in found if work.environment(fact.location.path) == mine] or found
    return next((fact for fact in found if fact.location.path.rpartition("/")[0] == folder), next(iter(found), None))
