"""Installs apps below a folder in this very process, for what Django itself knows of models that are loaded."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import override_settings

from django_deploycheck.discovery import Root
from django_deploycheck.engine import Report, inspect

_LABELS = (f"shelf{number}" for number in itertools.count())


def inspect_live(folder: Path, files: Mapping[str, str], *, below: str = "", **overridden: Any) -> tuple[Report, str]:
    """
    Write the files of an app called ``books`` below ``folder`` and inspect this process with it installed; ``below`` is
    the folder to import it from.

    Django keeps every model it has seen, so the app gets a name of its own each time, which is returned too.
    """
    label = next(_LABELS)
    for name, text in files.items():
        target = folder / name.replace("books", label)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("books", label), encoding="utf-8")
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(folder / below))
    try:
        # As before Django 6.0, whatever the default is now; and first, because it counts when the models are made.
        with (
            override_settings(DEFAULT_AUTO_FIELD="django.db.models.AutoField"),
            override_settings(**{"INSTALLED_APPS": [*settings.INSTALLED_APPS, label], **overridden}),
        ):
            return inspect(settings, root=Root(str(folder.resolve()), "", True)), label
    finally:
        sys.path.remove(str(folder / below))


def said(folder: Path, files: Mapping[str, str], rule: str, **keywords: Any) -> list[str]:
    """``W205 books/models.py:4: message  HINT: hint`` of each finding of a rule."""
    report, label = inspect_live(folder, files, **keywords)
    return [
        f"{result.id.removeprefix('deploycheck.')} {result.finding.location}: {result.finding.message}  HINT: "
        f"{result.finding.hint}".replace(label, "books")
        for result in report.results
        if result.rule.name == rule
    ]
