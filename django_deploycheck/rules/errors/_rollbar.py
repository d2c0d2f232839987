"""Rollbar, by its middleware and the setting ROLLBAR, or by ``rollbar.init``."""

from __future__ import annotations

from django_deploycheck.model import Deployment
from django_deploycheck.rules.errors._trackers import (
    ABSENT,
    ACTIVE,
    UNKNOWN,
    State,
    Tracker,
    calls,
    is_unset,
    loaded,
    logging_handlers,
    started_in_settings,
)
from django_deploycheck.unchanged import asked

_MIDDLEWARE = "rollbar.contrib.django.middleware.RollbarNotifierMiddleware"
_REMEDY = (
    "Set ROLLBAR = {{'access_token': os.environ['ROLLBAR_ACCESS_TOKEN']}} in {settings}, with "
    f"'{_MIDDLEWARE}' as the last entry of MIDDLEWARE"
)


def _configured(deployment: Deployment) -> State:
    if asked(_is_running, "rollbar"):
        return ACTIVE
    options = deployment.settings.get("ROLLBAR")
    if isinstance(options, dict):
        return _by_setting(deployment, options)
    started = started_in_settings(ROLLBAR, deployment)
    if started:
        last = started[-1]
        if last.conditional or "access_token" not in last.empty:
            return UNKNOWN
        return State("inactive", "'rollbar.init' is called with an empty 'access_token'", last.location)
    if _has_middleware(deployment):
        place = deployment.settings.location("MIDDLEWARE")
        return State("inactive", "its middleware switches itself off, because 'ROLLBAR' is not set", place)
    return ABSENT


def _by_setting(deployment: Deployment, options: dict[object, object]) -> State:
    """The middleware leaves without a word unless it finds a token and is enabled."""
    settings = deployment.settings
    if is_unset(deployment, "ROLLBAR", "access_token") or is_unset(deployment, "ROLLBAR", "enabled"):
        return UNKNOWN
    if not options.get("enabled", True):
        return State("inactive", "ROLLBAR['enabled'] is False", settings.location("ROLLBAR", "enabled"))
    if not options.get("access_token"):
        return State("inactive", "'ROLLBAR' holds no 'access_token'", settings.location("ROLLBAR", "access_token"))
    if _has_middleware(deployment):
        return ACTIVE
    if (
        calls(ROLLBAR, deployment)
        or is_unset(deployment, "MIDDLEWARE")
        or any(name.startswith("rollbar.") for name in logging_handlers(deployment))
    ):
        return UNKNOWN
    return State(
        "inactive", "'ROLLBAR' is set and MIDDLEWARE lacks 'RollbarNotifierMiddleware'", settings.location("MIDDLEWARE")
    )


def _is_running(package_name: str) -> bool:
    package = loaded(package_name)
    if package is None or not getattr(package, "_initialized", False):
        return False
    return bool(package.SETTINGS.get("access_token") and package.SETTINGS.get("enabled", True))


def _has_middleware(deployment: Deployment) -> bool:
    """Whether the middleware, or one of the project's own that may be derived from it, is in MIDDLEWARE."""
    names = [name for name in deployment.settings.get("MIDDLEWARE") or () if isinstance(name, str)]
    # The one for 404 alone reports no failure.
    if any(name.startswith(_MIDDLEWARE) and not name.endswith("Only404") for name in names):
        return True
    own = {f"{name.rpartition('.')[0].replace('.', '/')}.py" for name in names}
    modules = [
        module for path, module in deployment.modules.items() if any(("/" + path).endswith("/" + tail) for tail in own)
    ]
    return any(name.startswith("rollbar.contrib.django") for module in modules for name in module.imports)


ROLLBAR = Tracker(
    title="Rollbar",
    distributions=("rollbar",),
    package="rollbar",
    starts=("rollbar.init",),
    settings=("ROLLBAR",),
    remedy=_REMEDY,
    configured=_configured,
    decisive=(("rollbar.init", ("access_token",)),),
)
