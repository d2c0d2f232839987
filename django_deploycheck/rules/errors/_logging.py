"""
Which handlers a failed request's log record reaches, in the logging tree that Django makes of LOGGING.

The tree is worked out from the setting as ``logging.config.dictConfig`` would build it on top of Django's own defaults:
the tree of the process that checks may hold what a test runner or a management command has added to it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django_deploycheck.model import Deployment

REQUESTS = "django.request"
MAIL = "django.utils.log.AdminEmailHandler"

_DJANGOS_OWN: dict[str, Any] = {"class": MAIL, "level": "ERROR"}


def reached_handlers(deployment: Deployment) -> tuple[Mapping[str, Any], ...] | None:
    """
    The configuration of each handler that errors of ``django.request`` reach with DEBUG off, those without effect left
    out; None where LOGGING is not Django's to apply or is written in a way that cannot be followed.
    """
    config = deployment.settings.get("LOGGING")
    if deployment.settings.get("LOGGING_CONFIG") != "logging.config.dictConfig" or not isinstance(config, Mapping):
        return None
    if config.get("incremental"):
        return None
    try:
        return tuple(_reached(config))
    except (AttributeError, TypeError, ValueError):  # no configuration that dictConfig would take
        return None


def is_disabled(config: Mapping[str, Any]) -> bool:
    """Whether LOGGING switches the logger of requests off: it is neither named there nor below one that is."""
    named = config.get("loggers") or {}
    return (
        bool(config) and bool(config.get("disable_existing_loggers", True)) and not {"django", REQUESTS} & named.keys()
    )


def _reached(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if is_disabled(config):
        return
    loggers = config.get("loggers") or {}
    root = loggers.get("") or config.get("root") or {}
    chain = [loggers.get(REQUESTS, {}), loggers.get("django", {}), root]
    stated = [logger.get("level") for logger in chain if logger.get("level") not in (None, "NOTSET", 0)]
    if stated and _number(stated[0]) > logging.ERROR:
        return
    for place, logger in enumerate(chain):
        if place == 1 and "django" not in loggers:
            yield _DJANGOS_OWN
        for name in logger.get("handlers") or ():
            handler = config["handlers"].get(name) if config.get("handlers") else None
            if handler is not None and _takes_errors(handler, config.get("filters") or {}):
                yield handler
        if not logger.get("propagate", True):
            return


def _takes_errors(handler: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
    if handler.get("class") == "logging.NullHandler" or _number(handler.get("level", 0)) > logging.ERROR:
        return False
    named = [filters[name] for name in handler.get("filters") or () if name in filters]
    return not any(item.get("()") == "django.utils.log.RequireDebugTrue" for item in named)


def _number(level: Any) -> int:
    found = logging.getLevelName(level) if isinstance(level, str) else level
    return found if isinstance(found, int) else logging.NOTSET
