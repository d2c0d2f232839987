"""
What rules see of settings: the live values, and where the sources say that they come from.

Settings sources are a settings module and what it takes over from other files of the project, so the same questions can
be asked of the module that a process of production would load.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django_deploycheck import unchanged
from django_deploycheck.model import Answer, Assignment, Include, Location, PythonModule, VariableRead, join
from django_deploycheck.readers import python_module
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Repository, Source, Unreadable

MAX_FILES = 50
"""How many Python files are read for one settings module."""

MAX_SIZE = 512 * 1024
"""How much of them is read, in characters."""

MAX_COMPANIONS = 15

MAX_STEPS = 10_000
"""How many assignments and includes are gone through, one file for each time that it is included."""

MAX_OF_ONE_NAME = 200
"""How many assignments of one setting are looked at, the last ones."""

MAX_VARIABLES = 50
"""How many variables a setting is said to depend on by what it follows; more are forgotten."""

MAX_FOLLOWED = 10
"""How far a name is followed through others."""

MAX_FOLLOWS = 1_000
"""How many assignments are looked at to follow one."""


# --- finding the sources ------------------------------------------------------------------------------------------------


def module_path(repository: Repository, dotted: str, folders: Iterable[str]) -> str | None:
    """The path of the file that a dotted module would be loaded from, looked for in these folders in turn; None for none."""
    if not dotted or not all(part.isidentifier() for part in dotted.split(".")):
        return None
    relative = dotted.replace(".", "/")
    for folder in folders:
        for name in (f"{relative}/__init__.py", f"{relative}.py"):
            path = join(folder, name)
            if not path.startswith("../") and repository.is_file(path):
                return path
    return None


@dataclass(frozen=True)
class _Around:
    """What the conditional includes that lead to an assignment depend on; None where no condition leads there."""

    variables: tuple[VariableRead, ...] | None = None
    follows: tuple[str, ...] = ()

    def within(self, include: Include) -> _Around:
        """The same with one more conditional include."""
        variables = dict.fromkeys((*(self.variables or ()), *include.variables))
        follows = dict.fromkeys((*self.follows, *include.follows))
        return _Around(tuple(variables)[:MAX_VARIABLES], tuple(follows)[:MAX_VARIABLES])

    def holding(self, assignment: Assignment) -> Assignment:
        """The assignment as it is there."""
        if self.variables is None:
            return assignment
        return replace(
            assignment,
            conditional=True,
            variables=tuple(dict.fromkeys((*assignment.variables, *self.variables))),
            follows=tuple(dict.fromkeys((*assignment.follows, *self.follows))),
        )


@dataclass(frozen=True)
class SettingsSources:
    """
    A settings module's file and those it takes settings over from.

    ``modules`` are these by path; ``targets`` says which paths an ``Include`` of a path leads to; ``gaps`` are where it
    was looked for something that was not found or not read. ``companions`` are other modules of the project that they
    import, ``complete`` is False where those import more that was not read.

    ``path`` is None where the settings module lies outside the root. Where that is an overlay, a module that takes over
    settings of the project, ``overlay`` is what it goes by in ``modules``.
    """

    module: str | None = None
    path: str | None = None
    modules: Mapping[str, PythonModule] = field(default_factory=dict)
    targets: Mapping[tuple[str, Include], tuple[str, ...]] = field(default_factory=dict)
    gaps: tuple[Location, ...] = ()
    companions: Mapping[str, PythonModule] = field(default_factory=dict)
    complete: bool = True
    overlay: str | None = None

    @property
    def file(self) -> str | None:
        """The file to write settings into: the module's, or the first that an overlay takes over; None where none was read."""
        taken = (path for (here, _), paths in self.targets.items() if here == self.overlay for path in paths)
        return self.path if self.path is not None else next(taken, None)

    def extended(self, name: str) -> tuple[Assignment, ...]:
        """Where a setting gets the value that the overlay only adds to, as in ``NAME = [*NAME, "more"]``."""
        found = [item for _, item in self._by_name.get(name, ())]
        added = (
            bool(found) and found[-1].location.path == self.overlay and (found[-1].partial or name in found[-1].follows)
        )
        return tuple(item for item in found if item.location.path != self.overlay) if added else ()

    @property
    def _start(self) -> str | None:
        return self.path if self.path is not None else self.overlay

    def known(self) -> bool:
        """Whether every source was found and read, and none sets names that only show when it runs."""
        return (
            self._start is not None
            and not self.gaps
            and not self._is_cut
            and not any(module.sets_unknown_names for module in self.modules.values())
        )

    def variables(self) -> tuple[VariableRead, ...]:
        """Every environment variable that the sources, and what they import, read, in the order of the files."""
        return tuple(read for module in self._all for read in module.variables)

    @property
    def _all(self) -> tuple[PythonModule, ...]:
        return (*self.modules.values(), *self.companions.values())

    def reads(self, variable: str) -> Answer:
        """Whether the sources read this environment variable; NO only when everything was understood."""
        if any(read.name == variable for read in self.variables()):
            return Answer.YES
        if not self.known() or not self.complete or any(module.reads_unknown_variables for module in self._all):
            return Answer.UNKNOWN
        return Answer.NO

    def assignments(self, name: str, *keys: str) -> tuple[Assignment, ...]:
        """
        The assignments that concern a setting, or what stands under these keys of it, in the order they take effect.

        The variables and kinds of names that they follow into other modules are filled in.
        """
        if (name, keys) not in self._known_assignments:
            found = tuple(self._resolved(index, item) for index, item in self._narrowed(name, keys))
            self._known_assignments[name, keys] = found
        return self._known_assignments[name, keys]

    @cached_property
    def _known_assignments(self) -> dict[tuple[str, tuple[str, ...]], tuple[Assignment, ...]]:
        return {}

    def in_force(self, name: str, *keys: str) -> tuple[Assignment, ...]:
        """The assignments that the value may come from: the last certain one and all that may change it afterwards."""
        chosen: list[Assignment] = []
        for item in self.assignments(name, *keys):
            if not item.conditional and not item.partial:
                chosen.clear()
            chosen.append(item)
        return tuple(chosen)

    def provenance(self, name: str, *keys: str) -> Assignment | None:
        """
        Where the setting gets its value: the last assignment, with the variables of all that are in force.

        ``kind`` is ``unknown`` where those in force differ in it. None when no source assigns it.
        """
        chosen = self.in_force(name, *keys)
        if not chosen:
            return None
        variables = dict.fromkeys(read for item in chosen for read in item.variables)
        kinds = {item.kind for item in chosen}
        return replace(chosen[-1], kind=chosen[-1].kind if len(kinds) == 1 else "unknown", variables=tuple(variables))

    @cached_property
    def _flat(self) -> tuple[tuple[Assignment, _Around], ...]:
        """Every assignment in the order it takes effect, what is included spliced in where it is included."""
        if self._start is None:
            return ()
        return tuple(self._spliced(self._start, (), self._budget, _Around()))

    @cached_property
    def _budget(self) -> list[int]:
        """How many steps may still be taken."""
        return [MAX_STEPS]

    def _spliced(
        self, path: str, inside: tuple[str, ...], budget: list[int], outer: _Around
    ) -> Iterator[tuple[Assignment, _Around]]:
        if path in inside:
            return
        for step in self._steps(path):
            budget[0] -= 1
            if budget[0] <= 0:
                return
            if isinstance(step, Assignment):
                yield step, outer
                continue
            found = self.targets.get((path, step), ())
            around = outer.within(step) if step.conditional else outer
            if not found:
                yield from ((item, around) for item in _imported(step))
            for target in found:
                taken = self._spliced(target, (*inside, path), budget, around)
                yield from taken if step.names is None else _renamed(taken, step, budget)

    def _steps(self, path: str) -> Sequence[Assignment | Include]:
        """What a file does, in its order."""
        if path not in self._known_steps:
            module = self.modules.get(path)
            steps: list[Assignment | Include] = [*module.includes, *module.assignments] if module is not None else []
            self._known_steps[path] = sorted(steps, key=lambda step: step.location.line or 0)
        return self._known_steps[path]

    @cached_property
    def _known_steps(self) -> dict[str, Sequence[Assignment | Include]]:
        return {}

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[int, Assignment]]]:
        found: dict[str, list[tuple[int, Assignment, _Around]]] = {}
        for index, (item, around) in enumerate(self._flat):
            found.setdefault(item.name, []).append((index, item, around))
        return {
            name: [(index, around.holding(item)) for index, item, around in places[-MAX_OF_ONE_NAME:]]
            for name, places in found.items()
        }

    @cached_property
    def _is_cut(self) -> bool:
        """Whether there are more assignments than are gone through."""
        places = self._by_name.values()
        return self._budget[0] <= 0 or any(len(found) == MAX_OF_ONE_NAME for found in places)

    def _narrowed(self, name: str, keys: tuple[str, ...]) -> Iterator[tuple[int, Assignment]]:
        for index, item in self._by_name.get(name, ()):
            narrowed = _narrow(item, keys)
            if narrowed is not None:
                yield index, narrowed

    def _resolved(self, index: int, assignment: Assignment) -> Assignment:
        """The assignment with what it follows joined in; what cannot be followed makes a literal unknown."""
        if not assignment.follows:
            return assignment
        variables = dict.fromkeys(assignment.variables)
        kind = assignment.kind
        todo = [(index, name, 0) for name in assignment.follows]
        seen: set[tuple[int, str]] = set()
        budget = MAX_FOLLOWS
        while todo:
            before, name, depth = todo.pop()
            if (before, name) in seen:  # pragma: no cover - modules that meet again on several ways
                continue
            seen.add((before, name))
            sources = [(place, item) for place, item in self._by_name.get(name, ()) if place < before]
            budget -= 1 + len(sources)
            if not sources or depth >= MAX_FOLLOWED or budget <= 0:
                kind = "unknown" if kind == "literal" else kind
                continue
            for place, item in _last(sources):
                if len(variables) < MAX_VARIABLES:
                    variables.update(dict.fromkeys(item.variables))
                if item.kind == "variable" or (item.kind == "unknown" and kind == "literal"):
                    kind = item.kind
                todo.extend((place, follow, depth + 1) for follow in item.follows)
        return replace(assignment, kind=kind, variables=tuple(variables), follows=())


def _last(sources: list[tuple[int, Assignment]]) -> list[tuple[int, Assignment]]:
    chosen: list[tuple[int, Assignment]] = []
    for place, item in sources:
        if not item.conditional and not item.partial:
            chosen.clear()
        chosen.append((place, item))
    return chosen


def _imported(include: Include) -> Iterator[Assignment]:
    """Settings taken over by name from where nothing was read."""
    for _, name in include.names or ():
        yield Assignment(name, include.location, "unknown")


def _renamed(
    assignments: Iterable[tuple[Assignment, _Around]], include: Include, budget: list[int]
) -> Iterator[tuple[Assignment, _Around]]:
    names: dict[str, list[str]] = {}
    for there, here in include.names or ():
        names.setdefault(there, []).append(here)
    for item, around in assignments:
        for name in names.get(item.name, ()):
            budget[0] -= 1
            if budget[0] > 0:
                yield replace(item, name=name), around


def _narrow(assignment: Assignment, keys: tuple[str, ...]) -> Assignment | None:
    """What an assignment says about these keys of its setting; None when it leaves them alone."""
    shared = min(len(keys), len(assignment.keys))
    if keys[:shared] != assignment.keys[:shared]:
        return None
    if assignment.merges or len(keys) < len(assignment.keys) or not keys:
        return assignment
    best = max(
        (part for part in assignment.parts if part.keys == keys[: len(part.keys)]),
        key=lambda part: len(part.keys),
        default=assignment,
    )
    return replace(best, conditional=assignment.conditional, partial=False)


def settings_sources(
    repository: Repository,
    module: str,
    folders: Iterable[str],
    locate: Callable[[str], str | None] | None = None,
    outside: Source | None = None,
) -> SettingsSources:
    """
    The sources of a dotted settings module, read from the repository; ``outside`` is its file where that lies elsewhere.

    ``folders`` are where modules are looked for, below the root: the folder of manage.py, ``src`` …. ``locate`` may say
    the path of a module instead, for one that is loaded already; it answers None for what lies outside the root.
    """
    folders = tuple(dict.fromkeys(folders))

    def path_of(dotted: str) -> str | None:
        return (locate(dotted) if locate else None) or module_path(repository, dotted, folders)

    path = path_of(module)
    modules: dict[str, PythonModule] = {}
    targets: dict[tuple[str, Include], tuple[str, ...]] = {}
    gaps: list[Location] = []
    todo: list[tuple[str, Location]] = []
    overlay = _overlay(outside) if path is None and outside is not None else None
    roots = [_package_root(path, module)] if path is not None else []
    if overlay is not None:
        modules[overlay.path] = overlay
        for include in overlay.includes:
            absolute = not include.is_file and not include.name.startswith(".")
            found_at = path_of(include.name) if absolute else None
            if found_at is not None:
                targets[overlay.path, include] = (found_at,)
                todo.append((found_at, include.location))
                roots.append(_package_root(found_at, include.name))
            elif include.names is None or not absolute:
                gaps.append(include.location)
    if path is not None:
        todo.append((path, Location(path)))
    if not todo:
        return SettingsSources(module)
    refused: set[str] = set()
    size = steps = 0
    search = (*folders, *(folder for folder in roots if folder is not None and folder not in folders))
    while todo:
        here, wanted_at = todo.pop(0)
        if here in modules:
            continue
        is_enough = len(modules) >= MAX_FILES or size > MAX_SIZE or steps > MAX_STEPS
        found = _read(repository, here) if not is_enough and here not in refused else None
        if found is None:
            refused.add(here)
            gaps.append(wanted_at)
            continue
        modules[here] = found
        read = repository.known(here)
        size += len(read.text) if read is not None else 0
        steps += len(found.assignments)
        for include in found.includes:
            paths = _include_paths(repository, here, include, search)
            targets[here, include] = paths
            todo.extend((target, include.location) for target in paths)
            if not paths and (include.names is None or include.name.startswith(".")):
                gaps.append(include.location)
    companions, complete = _companions(repository, modules, search)
    name = overlay.path if overlay is not None else None
    return SettingsSources(module, path, modules, targets, tuple(gaps), companions, complete, name)


def _overlay(source: Source) -> PythonModule | None:
    """
    What a settings module outside the root says. Of what it sets itself only the variables are kept: its literals stand in
    no file of the repository.
    """
    try:
        found = next(python_module.read(source), None)
    except Unreadable:
        return None
    return found and replace(found, assignments=tuple(_elsewhere(item) for item in found.assignments))


def _elsewhere(assignment: Assignment) -> Assignment:
    kind = "unknown" if assignment.kind == "literal" else assignment.kind
    parts = tuple(_elsewhere(part) for part in assignment.parts)
    return replace(assignment, kind=kind, literal=None, parts=parts)


def _companions(
    repository: Repository, modules: Mapping[str, PythonModule], folders: tuple[str, ...]
) -> tuple[dict[str, PythonModule], bool]:
    """The project's modules that settings sources import, and whether these import no further ones."""
    paths = dict.fromkeys(
        path
        for here, found in modules.items()
        for name in sorted(found.imports)
        if (path := _import_path(repository, here, name, folders)) is not None and path not in modules
    )
    companions: dict[str, PythonModule] = {}
    complete = len(paths) <= MAX_COMPANIONS
    for path in [*paths][:MAX_COMPANIONS]:
        found = _read(repository, path)
        if found is None:
            complete = False
            continue
        companions[path] = found
        further = (_import_path(repository, path, name, folders) for name in found.imports)
        complete = complete and all(item is None or item in modules or item in paths for item in further)
    return companions, complete


def _read(repository: Repository, path: str) -> PythonModule | None:
    try:
        source = repository.read(path)
        return next(python_module.read(source), None) if source is not None else None
    except Unreadable:
        return None


def _package_root(path: str, module: str) -> str | None:
    """The folder that holds the module's top-level package, told from its path."""
    stem = path.removesuffix("/__init__.py").removesuffix(".py")
    relative = module.replace(".", "/")
    if stem == relative:
        return ""
    return stem.removesuffix("/" + relative) if stem.endswith("/" + relative) else None


def _import_path(repository: Repository, path: str, name: str, folders: tuple[str, ...]) -> str | None:
    """The path of the module that ``name`` means in the file at ``path``; relative names start with dots."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    if not level:
        return module_path(repository, bare, folders)
    folder = posixpath.dirname(path)
    for _ in range(level - 1):
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    if bare:
        return module_path(repository, bare, (folder,))
    package = join(folder, "__init__.py")
    return package if repository.is_file(package) else None


def _include_paths(repository: Repository, path: str, include: Include, folders: tuple[str, ...]) -> tuple[str, ...]:
    if not include.is_file:
        found = _import_path(repository, path, include.name, folders)
        return () if found is None or found == path else (found,)
    pattern = join(posixpath.dirname(path), include.name)
    if include.name.startswith("/") or pattern.startswith("../"):
        return ()
    return tuple(found for found in _matching(repository, pattern) if found != path)


def _matching(repository: Repository, pattern: str) -> list[str]:
    """The files that a glob names, ``*`` matching within one folder's names."""
    folders = [""]
    *parents, last = pattern.split("/")
    for part in parents:
        folders = [
            join(folder, name)
            for folder in folders
            for name in _names(repository, folder, part)
            if repository.is_folder(join(folder, name))
        ]
    found = [join(folder, name) for folder in folders for name in _names(repository, folder, last)]
    return [path for path in found if repository.is_file(path)][:MAX_FILES]


def _names(repository: Repository, folder: str, pattern: str) -> list[str]:
    if not any(mark in pattern for mark in "*?["):
        return [pattern]
    return [
        name for name in repository.listing(folder) if fnmatch.fnmatchcase(name, pattern) and not name.startswith(".")
    ]


# --- live settings ------------------------------------------------------------------------------------------------------

NO_SOURCES = SettingsSources()

# What Django warns of whoever reads it; since 6.1, whose MAILERS takes their place, the mail settings too.
_WARNED_OF = ("DEFAULT_FILE_STORAGE", "STATICFILES_STORAGE", "EMAIL_")


def setting(live: Any, name: str) -> Any:
    """
    The value as Django gives it, but for its warnings, which are not ours to hear: ``warnings.catch_warnings`` would undo
    what another thread does to its own. Raises what Django raises, AttributeError where there is no such setting.
    """
    if not name.startswith(_WARNED_OF):
        return getattr(live, name)
    from django import conf

    behind = getattr(live, "_wrapped", live)
    if name in getattr(conf, "DEPRECATED_EMAIL_SETTINGS", ()) and hasattr(behind, "MAILERS"):
        raise AttributeError(name)
    return getattr(behind, name)


class WatchedSettings:
    """The same settings: whatever is read of them is noted for an answer that is to be kept."""

    def __init__(self, live: Any) -> None:
        self._live = live
        self._seen: dict[str, object] = {}
        self._overridden: dict[str, bool] = {}
        unchanged.note(WatchedSettings._are_as_seen, self, True)

    @property
    def unwatched(self) -> Any:
        return self._live

    def is_overridden(self, name: str) -> bool:
        if name not in self._overridden:
            self._overridden[name] = _is_overridden(self._live, name)
        return self._overridden[name]

    def __getattr__(self, name: str) -> Any:
        try:
            value = setting(self._live, name)
        except Exception as error:
            self._seen.setdefault(name, type(error))
            raise
        if name not in self._seen:
            self._seen[name] = unchanged.fingerprint(value)
        return value

    def _are_as_seen(self) -> bool:
        return all(_seen(self._live, name) == seen for name, seen in self._seen.items()) and all(
            _is_overridden(self._live, name) == was for name, was in self._overridden.items()
        )


def _seen(live: Any, name: str) -> object:
    try:
        return unchanged.fingerprint(setting(live, name))
    except Exception as error:  # noqa: BLE001 - the same error is the same answer
        return type(error)


def _is_overridden(live: Any, name: str) -> bool:
    overridden = getattr(live, "is_overridden", None)
    return bool(overridden(name)) if overridden is not None else hasattr(live, name)


class SettingsView:
    """
    The live settings, and where their values come from.

    ``live`` is ``django.conf.settings`` or anything with the same attributes. ``sources`` are those of the settings
    module; without them every provenance is unknown. ``environ`` is this process's environment.
    """

    def __init__(
        self, live: Any, sources: SettingsSources = NO_SOURCES, environ: Mapping[str, str] | None = None
    ) -> None:
        self._live = live
        self.sources = sources
        self._environ = os.environ if environ is None else environ

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: not the live values and the environment, which hold secrets."""
        return {**vars(self), "_live": None, "_environ": {}}

    @property
    def module(self) -> str | None:
        """The dotted name of the settings module; None after ``settings.configure()``."""
        return self.sources.module

    @property
    def file_or_module(self) -> str:
        """What a hint calls the place where settings are written."""
        return self.sources.file or self.module or "the settings"

    def get(self, name: str, default: Any = None) -> Any:
        """
        The live value, or the default where the setting does not exist. Warns and raises nothing, also where Django does
        (an empty SECRET_KEY, a deprecated name, EMAIL_BACKEND beside MAILERS since Django 6.1).
        """
        from django.core.exceptions import ImproperlyConfigured

        try:
            return setting(self._live, name)
        except (AttributeError, ImproperlyConfigured):
            return default

    def is_overridden(self, name: str) -> bool:
        """Whether the project sets it, also to the default's value; True for names that Django no longer knows."""
        return _is_overridden(self._live, name)

    def known(self) -> bool:
        """Whether the sources of the settings were found and read without gaps."""
        return self.sources.known()

    def variables(self) -> tuple[VariableRead, ...]:
        """Every environment variable that the settings sources read."""
        return self.sources.variables()

    def reads(self, variable: str) -> Answer:
        """Whether the settings sources read this environment variable; NO only when everything was understood."""
        return self.sources.reads(variable)

    def assignments(self, name: str, *keys: str) -> tuple[Assignment, ...]:
        """The assignments of a setting, or to these keys of it, in the order they take effect."""
        return self.sources.assignments(name, *keys)

    def provenance(self, name: str, *keys: str) -> Assignment | None:
        """Where the setting, or what stands under these keys of it, gets its value; None when no source assigns it."""
        return self.sources.provenance(name, *keys)

    def environment_value(self, variable: str) -> str | None:
        """What this process's environment holds under this name, secrets unmasked: compare it, never show it."""
        return self._environ.get(variable)

    def unset_variables(self, name: str, *keys: str) -> tuple[VariableRead, ...]:
        """
        The variables that the setting depends on and that this process's environment lacks, each name once.

        While there are any, the live value says nothing about production: a rule about the value stays silent.
        """
        found = self.provenance(name, *keys)
        unset = {read.name: read for read in (found.variables if found else ()) if read.name not in self._environ}
        return tuple(unset.values())

    def may_differ(self, name: str, *keys: str) -> bool:
        """
        Whether production may well see another value than this process: a variable is unset here, or a condition that is
        only met elsewhere (on a platform, on a host) sets another one.
        """
        if self.unset_variables(name, *keys):
            return True
        here = self.location(name, *keys) if self.is_overridden(name) else None
        return any(
            item.circumstantial and not item.partial and item.location != here
            for item in self.sources.in_force(name, *keys)
        )

    def location(self, name: str, *keys: str) -> Location | None:
        """
        Where the setting gets its live value: of the assignments that may be in force, the last whose literal is that
        value, else the last that is no literal, else the last. None when no source below the root assigns it.
        """
        chosen = self.sources.in_force(name, *keys)
        if not chosen:
            return None
        shown = _shown(self._value(name, keys))
        place = next(
            (item for item in reversed(chosen) if item.literal == shown),
            next((item for item in reversed(chosen) if item.literal is None), chosen[-1]),
        ).location
        if place.path != self.sources.overlay:
            return place
        extended = self.sources.extended(name)
        certain = [item for item in extended if not item.conditional and not item.partial]
        return (certain or extended)[-1].location if extended else None

    def _value(self, name: str, keys: tuple[str, ...]) -> Any:
        value = self.get(name)
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value


def _shown(value: Any) -> str | None:
    """The value as ``Assignment.literal`` would show it; None for what is no plain value."""
    plain = _plain(value, 4)
    return repr(plain) if plain is not _NOT_PLAIN else None


_NOT_PLAIN = object()


def _plain(value: Any, depth: int) -> Any:
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, (list, tuple)) and depth and len(value) <= 100:
        items = [_plain(item, depth - 1) for item in value]
        return _NOT_PLAIN if any(item is _NOT_PLAIN for item in items) else tuple(items)
    return _NOT_PLAIN
