"""``manage.py deploycheck``: what was understood of the deployment, and what is wrong with it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

_LEVELS = {"ERROR": "E", "WARNING": "EW", "INFO": "EWI", "NEVER": ""}


class Command(BaseCommand):
    help = "Show what production runs, as its deployment files say, and what is wrong with it."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="How to print it (default: text)."
        )
        parser.add_argument(
            "--fail-level",
            type=str.upper,
            choices=list(_LEVELS),
            default="WARNING",
            help="Exit with status 1 when a finding of this level or above is not silenced (default: WARNING).",
        )

        parser.add_argument(
            "--database",
            action="append",
            dest="databases",
            default=[],
            metavar="ALIAS",
            help="Connect to this database and say which migrations it lacks; may be given several times.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from django.conf import settings
        from django.db import connections

        from django_deploycheck.crashes import crash
        from django_deploycheck.engine import inspect
        from django_deploycheck.reports import as_json, text
        from django_deploycheck.wording import listed

        for alias in options["databases"]:
            if alias not in connections.settings:
                raise CommandError(f"DATABASES has no '{alias}'. It has {listed(map(repr, connections.settings))}.")
        try:
            report = inspect(settings, databases=options["databases"])
        except Exception as error:  # noqa: BLE001 - a traceback would quote what was read
            found = crash("engine", error)
            raise CommandError(
                f"The engine of django-deploycheck raised {found.exception} at {found.frame}; please report this line."
            ) from None
        if options["format"] == "json":
            self.stdout.write(as_json.render(report))
        else:
            self.stdout.write(text.render(report, lambda role, line: getattr(self.style, role)(line)))
        failing = _LEVELS[options["fail_level"]]
        if any(
            result.silence is None and (result.finding.level or result.rule.level) in failing
            for result in report.results
        ):
            sys.exit(1)
