"""Fixtures that more than one test module uses."""

from __future__ import annotations

import copy
import os
import tempfile

import pytest
from django.conf import global_settings

# Hypothesis keeps what it learns beside the tests otherwise; no test of ours depends on it.
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(tempfile.gettempdir(), "django-deploycheck-hypothesis")
)

from django_deploycheck import unchanged


@pytest.fixture(autouse=True)
def _storages_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before 5.1, Django writes STATICFILES_STORAGE of changed settings into the STORAGES that all share."""
    monkeypatch.setattr(global_settings, "STORAGES", copy.deepcopy(global_settings.STORAGES))


@pytest.fixture(autouse=True)
def _answers_of_their_own() -> None:
    """What one test was told is no other one's."""
    unchanged.forget()
