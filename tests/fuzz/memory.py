"""A repository that lies in no folder: thousands a second are made while fuzzing."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from django_deploycheck.source import Repository, Source, Unreadable, decode


class Memory(Repository):
    """The files of a mapping, by POSIX paths."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        super().__init__("/nowhere")
        self.files = {
            path: text.encode("utf-8", "replace") if isinstance(text, str) else text for path, text in files.items()
        }
        self.folders: dict[str, dict[str, bool]] = {"": {}}
        for path in self.files:
            is_folder = False
            while path:
                folder, name = posixpath.split(path)
                self.folders.setdefault(folder, {})[name] = is_folder
                path, is_folder = folder, True
        self.opened: dict[str, Source | Unreadable] = {}

    def listing(self, folder: str) -> dict[str, bool]:
        return self.folders.get(folder, {})

    def read(self, path: str) -> Source | None:
        if path not in self.files:
            return None
        if path not in self.opened:
            try:
                self.opened[path] = Source(path, decode(self.files[path]))
            except Unreadable as error:
                self.opened[path] = error
        found = self.opened[path]
        if isinstance(found, Unreadable):
            raise found
        return found

    def known(self, path: str) -> Source | None:
        found = self.opened.get(path)
        return found if isinstance(found, Source) else None

    def read_bytes(self, path: str, limit: int) -> bytes | None:
        return self.files.get(path)
