"""Storages of a project's own, as settings name them."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestFilesMixin, ManifestStaticFilesStorage
from django.core.files.storage import Storage


class Lenient(ManifestStaticFilesStorage):
    """One that shrugs at names it does not know."""

    manifest_strict = False


class Renamed(ManifestStaticFilesStorage):
    """One with another name for the manifest."""

    manifest_name = "names.json"


class Built(ManifestStaticFilesStorage):
    """One that reads its manifest from elsewhere."""

    def read_manifest(self) -> str:
        return "{}"


class Bucket(ManifestFilesMixin, Storage):  # type: ignore[misc]
    """One whose files lie elsewhere."""
