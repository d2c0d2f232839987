"""What the rules on static files share: how the settings store and serve them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_deploycheck.model import Answer, Deployment, Process
from django_deploycheck.platforms import platform
from django_deploycheck.unchanged import failed_import

STATICFILES = "django.contrib.staticfiles"

_LOCAL = (
    "django.contrib.staticfiles.storage.",
    "whitenoise.storage.",
    "django.core.files.storage.",
    "pipeline.storage.",
)
_SERVING = ("whitenoise.middleware.WhiteNoiseMiddleware", "servestatic.middleware.ServeStaticMiddleware")
# Known not to serve files: no need to import them.
_NOT_SERVING = ("django.",)


def uses_staticfiles(deployment: Deployment) -> bool:
    """Whether the staticfiles app is installed, by its name or by its configuration's."""
    return any(
        isinstance(app, str) and (app + ".").startswith(STATICFILES + ".")
        for app in deployment.settings.get("INSTALLED_APPS") or ()
    )


def storage_name(deployment: Deployment) -> str | None:
    """The dotted class of the static files' storage; None where the settings name none."""
    import django

    settings = deployment.settings
    if django.VERSION < (5, 1) and settings.is_overridden("STATICFILES_STORAGE"):
        name = settings.get("STATICFILES_STORAGE")
    else:
        name = _backend(settings.get("STORAGES")).get("BACKEND")
    return name if isinstance(name, str) else None


def storage_is_local(deployment: Deployment) -> Answer:
    """
    Whether collected files land in a folder of the machine that collects. UNKNOWN where the class cannot be imported,
    and where a variable that is unset here may choose another one.
    """
    settings = deployment.settings
    if settings.may_differ("STORAGES") or settings.may_differ("STATICFILES_STORAGE"):
        return Answer.UNKNOWN
    name = storage_name(deployment)
    if name is None:
        return Answer.UNKNOWN
    if name.startswith(_LOCAL):
        return Answer.YES
    found = imported(name)
    if not isinstance(found, type):
        return Answer.UNKNOWN
    from django.core.files.storage import FileSystemStorage

    return Answer.YES if issubclass(found, FileSystemStorage) else Answer.NO


def storage_location(deployment: Deployment) -> object:
    """A folder that the storage is told directly, which makes STATIC_ROOT needless; None for none."""
    options = _backend(deployment.settings.get("STORAGES")).get("OPTIONS")
    return options.get("location") if isinstance(options, dict) else None


def _backend(storages: Any) -> dict[str, Any]:
    backend = storages.get("staticfiles") if isinstance(storages, dict) else None
    return backend if isinstance(backend, dict) else {}


def static_url_is_elsewhere(deployment: Deployment) -> bool:
    """Whether static files are asked of another host."""
    url = deployment.settings.get("STATIC_URL")
    return isinstance(url, str) and (url.startswith("//") or "://" in url)


def serving_middleware(deployment: Deployment) -> tuple[int, str] | None:
    """The place and the name of the middleware that serves static files: WhiteNoise, its like, or a class made of it."""
    names = [name for name in deployment.settings.get("MIDDLEWARE") or () if isinstance(name, str)]
    found = next((name for name in names if name in _SERVING), None) or next(_made_of_it(names), None)
    return (names.index(found), found) if found else None


def _made_of_it(names: list[str]) -> Iterator[str]:
    bases = tuple(base for base in map(imported, _SERVING) if isinstance(base, type))
    for name in names if bases else ():
        found = None if name.startswith(_NOT_SERVING) else imported(name)
        if isinstance(found, type) and issubclass(found, bases):
            yield name


def unknown_middleware(deployment: Deployment) -> bool:
    """Whether a middleware is listed that cannot be imported here, so that it might serve static files."""
    names = deployment.settings.get("MIDDLEWARE") or ()
    return any(
        not isinstance(name, str) or (not name.startswith(_NOT_SERVING) and imported(name) is None) for name in names
    )


def imported(name: str) -> object:
    """What a dotted name of a setting stands for, imported as Django imports it; None where that fails."""
    from django.utils.module_loading import import_string

    try:
        return import_string(name)
    except Exception as error:  # noqa: BLE001 - the user's module may raise anything
        failed_import(name, error)
        return None


def platform_collects(deployment: Deployment, process: Process) -> bool:
    """Whether the platform collects static files in its own build, which it does for source, not for an image."""
    found = platform(process.platform)
    in_image = process.image is not None or (process.service is not None and process.service.image is not None)
    return found is not None and found.collects_static and not in_image and not switched_off(deployment)


def switched_off(deployment: Deployment) -> bool:
    """Whether a file tells the platform's build not to collect static files."""
    return any(
        variable.name == "DISABLE_COLLECTSTATIC" and variable.value not in (None, "", "0")
        for variable in deployment.production_variables
    )
