"""
What settings say of the trackers that have a setting of their own: whether what is written there sends nothing.

Read in the source of Bugsnag 4.9.2, Honeybadger 1.3.0, Raygun 8.0.0, Elastic APM 6.26.2 and Scout 4.0.0. All but Raygun
read environment variables by themselves, so that a key which is missing in settings proves nothing; one that is written
there and empty does, unless the variable overrides it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django_deploycheck.model import Deployment
from django_deploycheck.rules.errors._trackers import ABSENT, UNKNOWN, State, is_provided, is_unset

# BaseConfig.DEVELOPMENT_ENVIRONMENTS of Honeybadger: its connection is a fake one there.
UNREPORTED_ENVIRONMENTS = ("development", "dev", "test")


def bugsnag(deployment: Deployment) -> State:
    """An empty key replaces the one in BUGSNAG_API_KEY, None leaves it. It is silent in a stage that is not listed."""
    options = _options(deployment, "BUGSNAG")
    if options.get("api_key") == "":
        return _inactive(deployment, "BUGSNAG['api_key'] is empty", "BUGSNAG", "api_key")
    stage, stages = options.get("release_stage"), options.get("notify_release_stages")
    if isinstance(stage, str) and isinstance(stages, (list, tuple)) and stage not in stages:
        if is_unset(deployment, "BUGSNAG", "notify_release_stages"):
            return UNKNOWN
        reason = f"its release stage '{stage}' is not in BUGSNAG['notify_release_stages']"
        return _inactive(deployment, reason, "BUGSNAG", "release_stage")
    return ABSENT


def honeybadger(deployment: Deployment) -> State:
    """Its keys are taken in any case, and HONEYBADGER_* variables override them all."""
    options = _options(deployment, "HONEYBADGER")
    names = {name.lower(): name for name in options if isinstance(name, str)}
    key = names.get("api_key", "")
    if key and not options[key] and not is_provided(deployment, "HONEYBADGER_API_KEY"):
        return _inactive(deployment, f"HONEYBADGER['{key}'] is empty", "HONEYBADGER", key)
    key = names.get("environment", "")
    forced = options.get(names.get("force_report_data", ""))
    overridden = ("HONEYBADGER_ENVIRONMENT", "HONEYBADGER_FORCE_REPORT_DATA", "HONEYBADGER_DEVELOPMENT_ENVIRONMENTS")
    if (
        options.get(key) in UNREPORTED_ENVIRONMENTS
        and not forced
        and "development_environments" not in names
        and not any(is_provided(deployment, name) for name in overridden)
    ):
        reason = f"it sends nothing from the environment '{options[key]}' in HONEYBADGER['{key}']"
        return _inactive(deployment, reason, "HONEYBADGER", key)
    return ABSENT


def raygun(deployment: Deployment) -> State:
    """Its middleware takes RAYGUN4PY_API_KEY, else the key in RAYGUN4PY_CONFIG, and no environment variable."""
    settings = deployment.settings
    if settings.is_overridden("RAYGUN4PY_API_KEY"):
        if settings.get("RAYGUN4PY_API_KEY"):
            return ABSENT
        return _inactive(deployment, "'RAYGUN4PY_API_KEY' is empty", "RAYGUN4PY_API_KEY")
    named = any(str(name).startswith("raygun4py.") for name in settings.get("MIDDLEWARE") or ())
    if not settings.is_overridden("RAYGUN4PY_CONFIG") and not named:
        return ABSENT
    if _options(deployment, "RAYGUN4PY_CONFIG").get("api_key"):
        return ABSENT
    if is_unset(deployment, "RAYGUN4PY_API_KEY"):
        return UNKNOWN
    reason = "neither 'RAYGUN4PY_API_KEY' nor RAYGUN4PY_CONFIG['api_key'] is set"
    if settings.is_overridden("RAYGUN4PY_CONFIG"):
        return _inactive(deployment, reason, "RAYGUN4PY_CONFIG", "api_key")
    return UNKNOWN if is_unset(deployment, "RAYGUN4PY_CONFIG") else _inactive(deployment, reason, "MIDDLEWARE")


def elastic_apm(deployment: Deployment) -> State:
    """
    ELASTIC_APM_* variables override its setting. Without a server's URL it takes http://127.0.0.1:8200, where a server
    may well be.
    """
    options = _options(deployment, "ELASTIC_APM")
    for key in ("ENABLED", "RECORDING"):
        off = key in options and (not options[key] or str(options[key]).lower() == "false")
        if off and not is_provided(deployment, f"ELASTIC_APM_{key}"):
            return _inactive(deployment, f"ELASTIC_APM['{key}'] is {options[key]!r}", "ELASTIC_APM", key)
    if options.get("SERVER_URL") == "" and not is_provided(deployment, "ELASTIC_APM_SERVER_URL"):
        return _inactive(deployment, "ELASTIC_APM['SERVER_URL'] is empty", "ELASTIC_APM", "SERVER_URL")
    return ABSENT


def scout(deployment: Deployment) -> State:
    """SCOUT_* variables override settings of the same names. It monitors only where SCOUT_MONITOR is true."""
    settings = deployment.settings
    for name in ("SCOUT_MONITOR", "SCOUT_ERRORS_ENABLED", "SCOUT_KEY"):
        value = settings.get(name)
        off = not value or (name != "SCOUT_KEY" and str(value).lower() not in ("yes", "true", "t", "1"))
        if off and settings.is_overridden(name) and not is_provided(deployment, name):
            reason = "'SCOUT_KEY' is empty" if name == "SCOUT_KEY" else f"'{name}' is {value!r}"
            return _inactive(deployment, reason, name)
    if (
        not settings.get("SCOUT_KEY")
        or settings.is_overridden("SCOUT_MONITOR")
        or is_provided(deployment, "SCOUT_MONITOR")
    ):
        return ABSENT
    if is_unset(deployment, "SCOUT_MONITOR"):
        return UNKNOWN
    reason = "'SCOUT_KEY' is set and 'SCOUT_MONITOR' is not, which is False by default"
    return _inactive(deployment, reason, "SCOUT_KEY")


def opentelemetry(deployment: Deployment) -> State:
    """Its middleware is in MIDDLEWARE where this process has been instrumented, which Logfire does as well."""
    named = any(str(name).startswith("opentelemetry.") for name in deployment.settings.get("MIDDLEWARE") or ())
    modules = {**deployment.modules, **deployment.settings.sources.modules}
    by_logfire = any(call.name.startswith("logfire.") for module in modules.values() for call in module.calls)
    return UNKNOWN if named and not by_logfire else ABSENT


def _options(deployment: Deployment, name: str) -> Mapping[object, object]:
    found = deployment.settings.get(name)
    return found if isinstance(found, dict) else {}


def _inactive(deployment: Deployment, reason: str, name: str, *keys: str) -> State:
    """Off for this reason, which stands in a setting; unknown where a variable that is unset here decides about it."""
    if is_unset(deployment, name, *keys):
        return UNKNOWN
    return State("inactive", reason, deployment.settings.location(name, *keys))
