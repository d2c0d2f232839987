"""Discover, read, link, judge: from a project's files and settings to messages. Contains every crash on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import Any, TypeVar

from django.core.checks import CheckMessage
from django.core.checks import messages as levels

from django_deploycheck import readers, rules, silencing, unchanged
from django_deploycheck.assembly import assemble
from django_deploycheck.conf import Configuration, configuration
from django_deploycheck.crashes import crash
from django_deploycheck.discovery import Root, find_root
from django_deploycheck.model import (
    CONFIGURED,
    App,
    BlindSpot,
    Crash,
    Deployment,
    Finding,
    Level,
    Location,
    MigrationConflict,
    ModelChanges,
    PythonModule,
    UnappliedMigrations,
    shown,
)
from django_deploycheck.platforms import PLATFORMS
from django_deploycheck.project import loaded_file, project_of, settings_of
from django_deploycheck.project_apps import project_apps
from django_deploycheck.project_modules import project_modules
from django_deploycheck.reading import read_all
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.rules import Rule
from django_deploycheck.settings_view import SettingsView, WatchedSettings
from django_deploycheck.silencing import Result
from django_deploycheck.source import Repository, Source

T = TypeVar("T")

Comparison = tuple[tuple[ModelChanges, ...], tuple[MigrationConflict, ...], tuple[BlindSpot, ...]]
NOTHING_COMPARED: Comparison = ((), (), ())
# The rules that tell of it, with the levels of their findings.
_TOLD_BY: Mapping[str, tuple[Level, ...]] = {"missing-migrations": ("W", "I"), "conflicting-migrations": ("W",)}

_LEVELS = {"E": levels.ERROR, "W": levels.WARNING, "I": levels.INFO}


@dataclass(frozen=True)
class Report:
    """Everything one run found out. ``deployment`` is None where there is no folder to look at."""

    root: Root | None
    deployment: Deployment | None
    results: tuple[Result, ...] = ()
    quotes: Mapping[Location, str] = field(default_factory=dict)
    """The lines of source at the findings' places, where they hold no secret."""

    @property
    def unsilenced(self) -> list[Result]:
        """The findings that nothing silences."""
        return [result for result in self.results if result.silence is None]


def check() -> list[CheckMessage]:
    """What Django's system check reports, read anew only where something has changed; never raises."""
    try:
        # Whoever is given a message may change it.
        return [copy(message) for message in unchanged.kept(_said)]
    except Exception as error:  # noqa: BLE001 - one raising check would take every other check's messages down with it
        return [_crash_message(crash("engine", error))]


def _said() -> tuple[CheckMessage, ...]:
    from django.conf import settings

    unchanged.asked(_known, None)
    report = inspect(WatchedSettings(settings), quoted=False)
    if any(result.rule.name == "crashed-rule" for result in report.results):
        unchanged.keep_nothing()  # it may go better the next time
    return tuple(_messages(report))


def _known(_: None) -> object:
    """What reads and judges."""
    return [rule.check for rule in rules.load()], [*readers.load().values()]


def check_databases(aliases: Sequence[str]) -> list[CheckMessage]:
    """What Django's system check reports of databases that were asked for, and of nothing else; never raises."""
    try:
        from django.conf import settings

        return _messages(_inspect_databases(settings, aliases))
    except Exception as error:  # noqa: BLE001 - as above
        return [_crash_message(crash("engine", error))]


def inspect(
    settings: Any,
    *,
    root: Root | None = None,
    module: str | None = None,
    databases: Sequence[str] = (),
    quoted: bool = True,
) -> Report:
    """
    Read the repository that these settings belong to and judge it.

    ``settings`` is ``django.conf.settings`` or anything with its attributes; ``root`` and ``module`` (the dotted settings
    module) are found by themselves unless given. ``databases`` are the aliases of those whose migrations are compared;
    ``quoted`` asks for the lines that the findings stand at.
    """
    known = rules.load()
    config = configuration(getattr(settings, "DEPLOYCHECK", None), _rule_names(known), PLATFORMS)
    module = module or getattr(settings, "SETTINGS_MODULE", None)
    root = root or _root(settings, config, module)
    if root is None:
        return Report(None, None)
    repository = Repository(root.path, config.exclude)
    formats = readers.load()
    reading = read_all(repository, root.project, formats)
    reading.crashes += readers.broken()
    project = project_of(repository, root.project, settings, module)
    crashes: list[Crash] = [*rules.broken()]
    view = _contained(
        "reader of the settings' sources",
        crashes,
        lambda: settings_of(repository, project.directory, settings, module),
        SettingsView(settings),
    )
    modules: Mapping[str, PythonModule] = _contained(
        "reader of the project's modules", crashes, lambda: project_modules(repository, project, view), {}
    )
    apps: tuple[App, ...] = _contained(
        "reader of the project's apps", crashes, lambda: project_apps(repository, project.directory), ()
    )
    deployment = assemble(repository, reading, formats, project, config, view, complete=root.complete)
    changes, conflicts, unloaded = _contained(
        "comparison of models and migrations",
        crashes,
        lambda: _comparison(settings, repository, known, config),
        NOTHING_COMPARED,
    )
    unapplied: tuple[UnappliedMigrations, ...] = _contained(
        "comparison of databases and migrations", crashes, lambda: _unapplied_migrations(databases), ()
    )
    deployment = replace(
        deployment,
        modules={**modules, **deployment.modules},
        apps=apps,
        model_changes=changes,
        migration_conflicts=conflicts,
        unapplied_migrations=unapplied,
        blind_spots=(*deployment.blind_spots, *unloaded),
        crashes=(*crashes, *deployment.crashes),
    )
    results = tuple(dict.fromkeys(judge(deployment, known)))
    texts = _texts(results, reading.sources.values(), repository)
    results = tuple(dict.fromkeys(_within_its_file(result, texts) for result in results))
    results = _silenced(results, deployment, known, settings, config, texts)
    return Report(
        root, deployment, tuple(sorted(results, key=_order)), _quotes(results, texts, deployment) if quoted else {}
    )


def _inspect_databases(settings: Any, aliases: Sequence[str]) -> Report:
    """The findings about databases alone: no deployment file is read for them."""
    known = tuple(rule for rule in rules.load() if rule.name in ("unapplied-migrations", "crashed-rule"))
    config = configuration(getattr(settings, "DEPLOYCHECK", None), _rule_names(rules.load()), PLATFORMS)
    module = getattr(settings, "SETTINGS_MODULE", None)
    root = _root(settings, config, module) or Root("", "", complete=False)
    repository = Repository(root.path, config.exclude)
    project = project_of(repository, root.project, settings, module)
    deployment = Deployment(
        root=root.path,
        complete=False,
        project=project,
        settings=settings_of(repository, project.directory, settings, module),
        unapplied_migrations=_unapplied_migrations(aliases),
    )
    results = tuple(judge(deployment, known))
    texts = _texts(results, (), repository)
    return Report(root, deployment, _silenced(results, deployment, known, settings, config, texts))


def _comparison(settings: Any, repository: Repository, known: Iterable[Rule], config: Configuration) -> Comparison:
    from django.apps import apps
    from django.conf import settings as live

    # The models that are loaded are those of the live settings.
    behind = settings.unwatched if isinstance(settings, WatchedSettings) else settings
    if behind is not live or not apps.models_ready or not _is_told_of(known, settings, config):
        return NOTHING_COMPARED
    # What Django's own part in it reads of them.
    for name in ("AUTH_USER_MODEL", "DEFAULT_AUTO_FIELD", "INSTALLED_APPS", "MIGRATION_MODULES"):
        getattr(settings, name)
    from django_deploycheck.project_migrations import comparison

    return comparison(repository)


def _is_told_of(known: Iterable[Rule], settings: Any, config: Configuration) -> bool:
    """Whether a rule about the comparison of models and migrations is not silenced everywhere."""
    silenced_ids = getattr(settings, "SILENCED_SYSTEM_CHECKS", ())
    return any(
        config.ignore.keys().isdisjoint(rule.names)
        and not all(rule.id(level) in silenced_ids for level in _TOLD_BY[rule.name])
        for rule in known
        if rule.name in _TOLD_BY
    )


def _unapplied_migrations(aliases: Sequence[str]) -> tuple[UnappliedMigrations, ...]:
    if not aliases:
        return ()

    from django_deploycheck.project_migrations import unapplied_migrations

    return unapplied_migrations(aliases)


def _quotes(
    results: Iterable[Result], texts: Mapping[str, Source], deployment: Deployment | None
) -> dict[Location, str]:
    from django_deploycheck.quoting import quotes

    return quotes(results, texts, deployment)


def _contained(culprit: str, crashes: list[Crash], make: Callable[[], T], otherwise: T) -> T:
    """What ``make`` returns; ``otherwise`` where it raises, which becomes a crash."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - what was read elsewhere is still judged
        crashes.append(crash(culprit, error))
        return otherwise


def judge(deployment: Deployment, known: Iterable[Rule]) -> Iterable[Result]:
    """What every rule says of the deployment; a rule that raises becomes a finding of its own."""
    crashes: list[Crash] = []
    for rule in known:
        if rule.name == "crashed-rule":
            continue
        try:
            found = [Result(rule, finding) for finding in rule.check(deployment)]
        except Exception as error:  # noqa: BLE001 - every other rule still has its say
            crashes.append(crash(f"rule '{rule.name}'", error))
            continue
        yield from found
    crashed = next(rule for rule in known if rule.name == "crashed-rule")
    for finding in crashed.check(replace(deployment, crashes=(*deployment.crashes, *crashes))):
        yield Result(crashed, finding)


def _texts(results: Iterable[Result], sources: Iterable[Source], repository: Repository) -> dict[str, Source]:
    """By path, the files that were read, and those that findings stand in."""
    texts = {source.path: source for source in sources}
    for result in results:
        location = result.finding.location
        if location is not None and location.path not in texts:
            source = repository.known(location.path)
            if source is not None:
                texts[location.path] = source
    return texts


def _within_its_file(result: Result, texts: Mapping[str, Source]) -> Result:
    """The result at a line that its file has: a command on one line may have lines of its own, as escapes in JSON."""
    location = result.finding.location
    source = texts.get(location.path) if location is not None else None
    if location is None or location.line is None or source is None:
        return result
    last = len(source.lines) - (not source.lines[-1])
    if location.line <= last:
        return result
    return replace(result, finding=replace(result.finding, location=Location(location.path, max(1, last))))


def _silenced(
    results: tuple[Result, ...],
    deployment: Deployment,
    known: tuple[Rule, ...],
    settings: Any,
    config: Configuration,
    texts: Mapping[str, Source],
) -> tuple[Result, ...]:
    silenced_ids = getattr(settings, "SILENCED_SYSTEM_CHECKS", ())
    judged, stale = silencing.apply(results, silenced_ids=silenced_ids, ignore=config.ignore, sources=texts.values())
    if not deployment.complete:
        return tuple(judged)
    remaining = silencing.stale_rules([*stale, *silencing.stale_paths(config, deployment.files)], known)
    again = [rule for rule in known if rule.name == "stale-silence"]
    late = tuple(
        judge(
            replace(deployment, stale=remaining, crashes=()),
            again + [rule for rule in known if rule.name == "crashed-rule"],
        )
    )
    also, _ = silencing.apply(late, silenced_ids=silenced_ids, ignore=config.ignore, sources=())
    return (*judged, *also)


def _rule_names(known: Iterable[Rule]) -> list[str]:
    return [name for rule in known for name in rule.names]


def _order(result: Result) -> tuple[str, int, int, str]:
    location = result.finding.location or Location("")
    return location.path, location.line or 0, result.rule.number, result.finding.message


def _root(settings: Any, config: Configuration, module: str | None) -> Root | None:
    file = loaded_file(module) if module else None
    base_dir = getattr(settings, "BASE_DIR", None)
    try:
        cwd = os.getcwd()
    except OSError:  # a working directory that was deleted
        cwd = None
    return unchanged.asked(
        _found_root,
        (
            config.root,
            file,
            os.fsdecode(os.fspath(base_dir)) if isinstance(base_dir, (str, os.PathLike)) else None,
            cwd,
        ),
    )


def _found_root(places: tuple[str | None, str | None, str | None, str | None]) -> Root | None:
    configured, file, base_dir, cwd = places
    return find_root(configured, os.path.realpath(file) if file is not None else None, base_dir, cwd)


# --- messages -----------------------------------------------------------------------------------------------------------


def _messages(report: Report) -> list[CheckMessage]:
    # Django counts what SILENCED_SYSTEM_CHECKS silences; it knows nothing of the other ways.
    return [
        message(result, report) for result in report.results if result.silence is None or result.silence.by == "setting"
    ]


class Place(str):
    """Where a message stands: prints as ``path:line``, which editors and terminals make clickable."""

    __slots__ = ()


def message(result: Result, report: Report) -> CheckMessage:
    """The message that Django prints for a finding."""
    finding = result.finding
    return CheckMessage(
        _LEVELS[result.level],
        f"{one_line(finding.message)} [{result.rule.name}]",
        hint=one_line(finding.hint) or None,
        obj=Place(place(finding, report)),
        id=result.id,
    )


def place(finding: Finding, report: Report) -> str:
    """The finding's place relative to the working directory; the settings module's name where it has none."""
    if finding.location is None:
        module = report.deployment.project.settings_module if report.deployment else None
        return module or "settings"
    if report.root is None or finding.location.path.startswith(CONFIGURED):
        return str(finding.location)
    try:
        cwd = os.path.realpath(os.getcwd())
    except OSError:
        cwd = None
    return str(Location(one_line(shown(finding.location.path, report.root.path, cwd)), finding.location.line))


def one_line(text: str) -> str:
    """The text without line ends and control characters, which would break a log."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _crash_message(found: Crash) -> CheckMessage:
    return CheckMessage(
        levels.WARNING,
        f"The {found.culprit} of django-deploycheck raised {found.exception} at {found.frame}; nothing was checked. [crashed-rule]",
        hint="Report it with this line; silence it with SILENCED_SYSTEM_CHECKS = ['deploycheck.W002'] meanwhile.",
        obj=Place("django_deploycheck"),
        id="deploycheck.W002",
    )
