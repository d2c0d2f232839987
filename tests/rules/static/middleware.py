"""Middleware and storages of a project's own, as settings name them."""

from __future__ import annotations

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import Storage
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]


class OwnWhiteNoise(WhiteNoiseMiddleware):  # type: ignore[misc]
    """A middleware made of WhiteNoise's."""


class Plain:
    """A middleware that serves no files."""


class OwnStorage(StaticFilesStorage):
    """A storage in a local folder."""


class Bucket(Storage):
    """A storage elsewhere."""


not_a_class = "text"
