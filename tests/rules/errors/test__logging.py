"""The logging tree that is worked out, beside the one that Python makes of the same LOGGING."""

from __future__ import annotations

import subprocess
import sys

import pytest

from django_deploycheck.model import Deployment, Project
from django_deploycheck.rules.errors._logging import is_disabled, reached_handlers
from django_deploycheck.settings_view import SettingsView

HANDLERS = {"out": {"class": "logging.StreamHandler"}, "none": {"class": "logging.NullHandler"}}
KEEP = {"version": 1, "disable_existing_loggers": False, "handlers": HANDLERS}
DROP = {"version": 1, "handlers": HANDLERS}

# Prints the classes of the handlers that an error of django.request reaches with DEBUG off.
REACHED = """
import logging, sys
from django.utils.log import configure_logging
configure_logging("logging.config.dictConfig", {config!r})
logger = logging.getLogger("django.request")
found = []
enabled = not logger.disabled and logger.isEnabledFor(logging.ERROR)
while logger and enabled:
    for handler in logger.handlers:
        dev = any(type(item).__name__ == "RequireDebugTrue" for item in handler.filters)
        if handler.level <= logging.ERROR and not dev and type(handler).__name__ != "NullHandler":
            found.append(type(handler).__name__)
    logger = logger.parent if logger.propagate else None
print(*found)
"""

CASES = {
    "nothing": {},
    "a root that drops the rest": {**DROP, "root": {"handlers": ["out"]}},
    "a root that keeps the rest": {**KEEP, "root": {"handlers": ["out"]}},
    "a root by its empty name": {**KEEP, "loggers": {"": {"handlers": ["out"]}}},
    "Django's logger": {**KEEP, "loggers": {"django": {"handlers": ["out"]}}},
    "Django's logger, the rest dropped": {**DROP, "loggers": {"django": {"handlers": ["out"]}}},
    "the logger of requests": {**DROP, "loggers": {"django.request": {"handlers": ["out"]}}},
    "… that passes nothing on": {**DROP, "loggers": {"django.request": {"handlers": ["out"], "propagate": False}}},
    "a handler that does nothing": {**KEEP, "loggers": {"django": {"handlers": ["none"], "propagate": False}}},
    "another logger alone": {**DROP, "loggers": {"bookstore": {"handlers": ["out"]}}},
    "a level above errors": {**KEEP, "loggers": {"django": {"handlers": ["out"], "level": "CRITICAL"}}},
    "a handler's level above errors": {
        **KEEP,
        "handlers": {"out": {"class": "logging.StreamHandler", "level": 50}},
        "loggers": {"django": {"handlers": ["out"]}},
    },
    "a handler for DEBUG alone": {
        **KEEP,
        "filters": {"dev": {"()": "django.utils.log.RequireDebugTrue"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "filters": ["dev"]}},
        "loggers": {"django": {"handlers": ["out"]}},
    },
}


def deployment(**settings: object) -> Deployment:
    live = type("Live", (), {"LOGGING_CONFIG": "logging.config.dictConfig", **settings})()
    return Deployment(root="/", complete=True, project=Project(), settings=SettingsView(live))


@pytest.mark.parametrize("config", CASES.values(), ids=CASES)
def test_the_handlers_that_python_reaches(config):
    done = subprocess.run(
        [sys.executable, "-c", REACHED.format(config=config)], check=True, capture_output=True, text=True
    )
    found = reached_handlers(deployment(LOGGING=config))
    assert found is not None
    assert [str(handler["class"]).rpartition(".")[2] for handler in found] == done.stdout.split()


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"LOGGING": {}, "LOGGING_CONFIG": None}, id="set up by hand"),
        pytest.param({"LOGGING": None}, id="none"),
        pytest.param({"LOGGING": {"version": 1, "incremental": True}}, id="a change to what is there"),
        pytest.param({"LOGGING": {"version": 1, "loggers": {"django": ["out"]}}}, id="no configuration of logging"),
    ],
)
def test_unknown(settings):
    assert reached_handlers(deployment(**settings)) is None


def test_an_empty_setting_disables_nothing():
    assert not is_disabled({})
