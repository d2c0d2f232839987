"""Sentry, and what takes its protocol: GlitchTip, Bugsink."""

from __future__ import annotations

from typing import Any

from django_deploycheck.model import Call, Deployment
from django_deploycheck.records import dataclass
from django_deploycheck.rules.errors._trackers import (
    ABSENT,
    ACTIVE,
    UNKNOWN,
    State,
    Tracker,
    loaded,
    started_in_settings,
)
from django_deploycheck.unchanged import asked

_REMEDY = "Call 'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' in {settings}, after 'import sentry_sdk'"


def _configured(deployment: Deployment) -> State:
    client = asked(_client, "sentry_sdk")
    calls = started_in_settings(SENTRY, deployment)
    if client is not None and client.sends:
        return _without_errors(calls) if client.sample_rate == 0 else ACTIVE
    if not calls:
        return ABSENT if client is None else UNKNOWN
    last = calls[-1]
    # An argument that is missing or no literal leaves it to a variable, which production may set.
    if last.conditional or "dsn" not in last.empty:
        return UNKNOWN
    return State(
        "inactive",
        "'sentry_sdk.init' is called with an empty 'dsn'",
        last.location,
        "Write 'dsn=os.environ[\"SENTRY_DSN\"]' there and set SENTRY_DSN to the project's DSN in production",
    )


def _without_errors(calls: tuple[Call, ...]) -> State:
    """``sample_rate`` is of errors, and ``traces_sample_rate`` of what its users mostly mean."""
    last = calls[-1] if calls else None
    if last is None or last.conditional or last.variables or "sample_rate" not in last.empty:
        return UNKNOWN
    return State(
        "inactive",
        "'sentry_sdk.init' is called with 'sample_rate' 0, which drops every error",
        last.location,
        "Write 'sample_rate=1.0' there; 'traces_sample_rate' is the one for performance data",
    )


def client_environment() -> object:
    """The environment's name in the client that the settings have started; None where there is no client."""
    client = asked(_client, "sentry_sdk")
    return client.environment if client is not None else None


@dataclass(frozen=True)
class _Client:
    """What a client was started with."""

    sends: bool
    sample_rate: object
    environment: object


def _client(package_name: str) -> _Client | None:
    package = loaded(package_name)
    client = _started(package) if package is not None else None
    if client is None:
        return None
    options = client.options
    return _Client(bool(client.dsn or client.transport), options.get("sample_rate"), options.get("environment"))


def _started(package: Any) -> Any:
    """The client that settings made, None for none. It exists without a DSN too: then it drops everything."""
    if hasattr(package, "get_client"):  # 2.0 and later, where the Hub of 1.x warns when it is touched
        client = package.get_client()
        return None if type(client).__name__ == "NonRecordingClient" else client
    hub = getattr(package, "Hub", None)  # pragma: no cover - Sentry 1.x has a test environment of its own
    return hub.current.client if hub is not None else None  # pragma: no cover


SENTRY = Tracker(
    title="Sentry",
    distributions=("sentry-sdk",),
    package="sentry_sdk",
    starts=("sentry_sdk.init",),
    remedy=_REMEDY,
    configured=_configured,
    decisive=(("sentry_sdk.init", ("dsn",)),),
)
