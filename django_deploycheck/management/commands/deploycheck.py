"""``manage.py deploycheck``: what was understood of the deployment, and what is wrong with it."""

from __future__ import annotations

import shutil
import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    from django_deploycheck.engine import Report
    from django_deploycheck.rules import Rule

_LEVELS = {"ERROR": "E", "WARNING": "EW", "INFO": "EWI", "NEVER": ""}
_FORMATS = ("text", "json", "sarif", "github", "gitlab")


class _Output(Action):
    """The file for the format named last; each format is printed unless it has one."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: Any, option_string: str | None = None
    ) -> None:
        formats = getattr(namespace, "format", None) or ["text"]
        namespace.outputs = {**(namespace.outputs or {}), len(formats) - 1: values}


class Command(BaseCommand):
    help = "Show what production runs, as its deployment files say, and what is wrong with it."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--format",
            choices=_FORMATS,
            action="append",
            help="How to print it (default: text); may be given several times, each with an --output of its own.",
        )
        parser.add_argument(
            "--output",
            action=_Output,
            dest="outputs",
            metavar="FILE",
            help="Write the format named before it to this file instead of printing it.",
        )
        parser.add_argument(
            "--fail-level",
            type=str.upper,
            choices=list(_LEVELS),
            default="WARNING",
            help="Exit with status 1 when a finding of this level or above is not silenced (default: WARNING).",
        )
        parser.add_argument(
            "--rule",
            action="append",
            dest="rules",
            default=[],
            metavar="RULE",
            help="Report this rule alone, by its name, number or id; may be given several times.",
        )
        parser.add_argument(
            "--database",
            action="append",
            dest="databases",
            default=[],
            metavar="ALIAS",
            help="Connect to this database and say which migrations it lacks; may be given several times.",
        )
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--list-rules", action="store_true", help="List every rule instead.")
        instead.add_argument("--explain", metavar="RULE", help="Print the page of a rule instead.")
        instead.add_argument(
            "--suggest-ignores",
            action="store_true",
            help="Print a DEPLOYCHECK['IGNORE'] for what is found today instead, to paste into the settings.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from django_deploycheck import rules
        from django_deploycheck.reports import pages

        known = rules.load()
        if options["list_rules"]:
            self.stdout.write("\n".join(f"{rule.code}  {rule.name:36}  {pages.summary(rule)}" for rule in known))
            return
        if options["explain"] is not None:
            rule = _named(options["explain"], known)
            self.stdout.write(f"{rule.code} {rule.name}\n\n{pages.plain(rules.page(rule))}\n\n{pages.url(rule)}")
            return
        chosen = {_named(name, known).name for name in options["rules"]}
        report = _report(options["databases"], chosen)
        if options["suggest_ignores"]:
            from django_deploycheck.reports import ignores

            self.stdout.write(ignores.render(report))
            return
        self._write(report, options["format"] or ["text"], options["outputs"] or {})
        failing = _LEVELS[options["fail_level"]]
        if any(result.level in failing for result in report.unsilenced):
            sys.exit(1)

    def _write(self, report: Report, formats: Sequence[str] | str, outputs: dict[int, str]) -> None:
        # call_command() hands on a single format as it is.
        for index, name in enumerate([formats] if isinstance(formats, str) else formats):
            file = outputs.get(index)
            if file is None:
                width = shutil.get_terminal_size().columns if self.stdout.isatty() else None
                self.stdout.write(_renderer(name, lambda role, line: getattr(self.style, role)(line), width)(report))
                continue
            text = _renderer(name, lambda role, line: line, None)(report)
            try:
                with open(file, "w", encoding="utf-8", errors="backslashreplace") as output:
                    output.write(f"{text}\n" if text else "")
            except OSError as error:
                raise CommandError(f"'{file}' cannot be written: {error.strerror}.") from None


def _renderer(name: str, style: Callable[[str, str], str], width: int | None) -> Callable[[Report], str]:
    from django_deploycheck.reports import as_json, github, gitlab, sarif, text

    renderers: dict[str, Callable[[Report], str]] = {
        "text": lambda report: text.render(report, style, width),
        "json": as_json.render,
        "sarif": sarif.render,
        "github": github.render,
        "gitlab": gitlab.render,
    }
    return renderers[name]


def _named(name: str, known: Sequence[Rule]) -> Rule:
    """The rule of this name, number or id; raises CommandError, with what may be meant, where there is none."""
    from django_deploycheck.conf import closest

    for rule in known:
        if name.lower() in (one.lower() for one in rule.names):
            return rule
    meant = closest(name, [rule.name for rule in known])
    suggestion = f" Did you mean '{meant}'?" if meant else " See --list-rules."
    raise CommandError(f"There is no rule '{name}'.{suggestion}")


def _report(databases: Sequence[str], chosen: set[str]) -> Report:
    """The report on this project, with the findings of the chosen rules alone where any are."""
    from django.conf import settings
    from django.db import connections

    from django_deploycheck.crashes import crash
    from django_deploycheck.engine import inspect
    from django_deploycheck.records import replace
    from django_deploycheck.wording import listed

    for alias in databases:
        if alias not in connections.settings:
            raise CommandError(f"DATABASES has no '{alias}'. It has {listed(map(repr, connections.settings))}.")
    try:
        report = inspect(settings, databases=databases)
    except Exception as error:  # noqa: BLE001 - a traceback would quote what was read
        found = crash("engine", error)
        raise CommandError(
            f"The engine of django-deploycheck raised {found.exception} at {found.frame}; please report this line."
        ) from None
    if not chosen:
        return report
    return replace(report, results=tuple(result for result in report.results if result.rule.name in chosen))
