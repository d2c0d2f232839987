from __future__ import annotations

from collections.abc import Iterator

import pytest

VARIABLES = ("SENTRY_DSN", "ROLLBAR_ACCESS_TOKEN", "ENABLE_ROLLBAR", "ADMIN_ADDRESS", "BACKEND")


@pytest.fixture(autouse=True)
def _no_tracker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test starts and ends with trackers that nothing has started, and without their variables."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    _stop_trackers()
    yield
    _stop_trackers()


def _stop_trackers() -> None:
    import rollbar
    import sentry_sdk

    if hasattr(sentry_sdk, "get_client"):
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)
    else:
        sentry_sdk.Hub.current.bind_client(None)
    rollbar._initialized = False
    rollbar.SETTINGS["access_token"] = None
    rollbar.SETTINGS["enabled"] = True
