"""
What a deployment is: the facts that readers state, that rules judge and that reports show.

Every value here is frozen. Readers make facts from a file's text, ``assembly`` links them into a ``Deployment``, rules
only look. Texts that may hold a secret are masked before they come here (see ``secrets``), so no message, report or
``repr`` can print one.
"""

from __future__ import annotations

import enum
import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from django_deploycheck.records import dataclass, field

if TYPE_CHECKING:
    from django_deploycheck.conf import Mistake
    from django_deploycheck.settings_view import SettingsView

Environment = Literal["production", "development", "unknown"]
Role = Literal["web", "release", "worker", "build", "scheduler", "other"]


class Answer(enum.Enum):
    """An answer to "does anything do this?"; ``UNKNOWN`` when something that could do it was not read."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        # `if deployment.runs("migrate")` would read unknown as yes; make the mistake loud.
        raise TypeError("An Answer has three values; compare it with Answer.YES, Answer.NO or Answer.UNKNOWN.")


@dataclass(frozen=True, order=True)
class Location:
    """A place in the repository: a POSIX path relative to its root, and a line counted from 1 where one is known."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


CONFIGURED = 'DEPLOYCHECK["COMMANDS"]'
"""How the path of a process starts that the settings name: ``DEPLOYCHECK["COMMANDS"]["web"]``, which has no lines."""


@dataclass(frozen=True)
class BlindSpot:
    """Something that could matter and was not understood. ``reason`` is a short phrase without a full stop."""

    reason: str
    location: Location | None = None
    hides: frozenset[str] | None = None
    """The management commands that could be run there; None when it could be any of them."""

    def may_run(self, subcommand: str) -> bool:
        return self.hides is None or subcommand in self.hides


@dataclass(frozen=True)
class Reference:
    """The file names another file: ``path`` (relative to the root) is to be read by the reader called ``kind``."""

    path: str
    kind: str
    location: Location
    required: bool = False
    """True when the deployment fails without that file."""


# --- environment variables ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EnvVar:
    """
    An environment variable that a file sets or passes on. Make it with ``secrets.env_var``, which masks its value.

    ``value`` is None when the file only names the variable (its value lies elsewhere). ``references`` are the variables
    its text refers to. ``secret`` says in a few words what kind of secret the literal value is ("a password"), None
    when it is none; ``weak`` marks a literal that stands where a secret belongs and is only a default to be changed.
    """

    name: str
    value: str | None
    location: Location
    references: tuple[str, ...] = ()
    secret: str | None = None
    weak: bool = False
    generated: bool = False

    @property
    def literal(self) -> str | None:
        """The value where nothing sets what it refers to (``off`` for ``${DEBUG:-off}``), None where that is not known."""
        if not self.references:
            return self.value
        head, colon, default = (self.value or "").removesuffix("}").partition("-")
        name = head.removesuffix(":").removeprefix("${")
        return default if colon and name == self.references[0] and "$" not in default else None


@dataclass(frozen=True)
class VariableSet:
    """
    Variables under a name that services refer to: a ConfigMap or a Secret of a cluster. Its variables are facts of their
    own besides.
    """

    name: str
    location: Location
    variables: tuple[EnvVar, ...] = ()
    env_files: tuple[Reference, ...] = ()


# --- commands -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CommandLine:
    """
    A command as a file states it, not yet understood; make it with ``Source.shell`` or ``Source.exec_form``.

    Either ``text``, for a shell, whose n-th line stands n lines below ``location``, or ``argv``, run without one.
    """

    location: Location
    text: str | None = None
    argv: tuple[str, ...] | None = None
    lines: tuple[int, ...] = ()
    """The line of each of ``argv`` where they stand on several."""

    @property
    def places(self) -> tuple[Location, ...]:
        """Where each of ``argv`` stands."""
        if not self.lines:
            return (self.location,) * len(self.argv or ())
        return tuple(Location(self.location.path, line) for line in self.lines)

    def __str__(self) -> str:
        return self.text if self.text is not None else " ".join(self.argv or ())


@dataclass(frozen=True)
class ConfigValue:
    """One setting of a server's own configuration; ``value`` is None where it is no literal."""

    name: str
    value: str | int | float | bool | tuple[str, ...] | None
    location: Location
    conditional: bool = False
    """True when the assignment stands under an ``if`` or in a ``try``."""


@dataclass(frozen=True)
class ServerConfig:
    """A server's configuration file (gunicorn.conf.py, uwsgi.ini): what it sets, in order, the last one wins."""

    server: str
    path: str
    values: tuple[ConfigValue, ...] = ()

    def last(self, *names: str) -> ConfigValue | None:
        """The value in force for any of these names."""
        for value in reversed(self.values):
            if value.name in names:
                return value
        return None


# --- tasks --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskVariable:
    """
    A variable of a Makefile or justfile, its ``value`` as written. ``how`` is ``default`` where the environment comes
    first (``?=``), ``append`` for ``+=``; ``value`` is None where it is no text. ``conditional`` as for ``ConfigValue``.
    """

    name: str
    value: str | None
    location: Location
    how: Literal["set", "default", "append"] = "set"
    exported: bool = False
    conditional: bool = False


@dataclass(frozen=True)
class TaskLine:
    """One command of a task, with the tool's own variables as written."""

    line: CommandLine
    conditional: bool = False


@dataclass(frozen=True)
class TaskParameter:
    """A parameter of a task: ``default`` is None where an argument is required, ``variadic`` takes all that are left."""

    name: str
    default: str | None = None
    variadic: bool = False
    exported: bool = False


@dataclass(frozen=True)
class Task:
    """
    A target of a Makefile, a recipe of a justfile, a script of package.json: ``lines`` are run by a shell each, after
    the tasks in ``before`` and before those in ``after``, each a name and its arguments.
    """

    name: str
    location: Location
    lines: tuple[TaskLine, ...] = ()
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()
    parameters: tuple[TaskParameter, ...] = ()
    variables: tuple[TaskVariable, ...] = ()
    workdir: str | None = None


TaskTool = Literal["make", "just", "npm"]


@dataclass(frozen=True)
class TaskFile:
    """The tasks of a file that a tool such as make is run with; ``default`` is the one that runs when none is named."""

    tool: TaskTool
    path: str
    tasks: tuple[Task, ...] = ()
    variables: tuple[TaskVariable, ...] = ()
    default: str | None = None
    includes: tuple[str, ...] = ()
    """Paths of the files that are read as a part of it, relative to the root."""
    whole: bool = True
    """False where it includes what is not known."""

    @cached_property
    def _by_name(self) -> Mapping[str, Task]:
        return {task.name: task for task in reversed(self.tasks)}

    def task(self, name: str) -> Task | None:
        """The task of this name; a pattern (``run-%``) matches where no task has the name itself."""
        exact = self._by_name.get(name)
        return exact or next((task for task in self._patterns if stem(task.name, name) is not None), None)

    @cached_property
    def _patterns(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if "%" in task.name)[:100]


def stem(pattern: str, name: str) -> str | None:
    """What ``%`` in a target of a Makefile stands for, None where the name does not match it."""
    start, percent, end = pattern.partition("%")
    if not percent or len(name) < len(start) + len(end) or not (name.startswith(start) and name.endswith(end)):
        return None
    return name[len(start) : len(name) - len(end)]


@dataclass(frozen=True)
class Server:
    """
    The web server that a command starts, with the options in force: command line over environment over file.

    ``application`` is the target as written (``shop.wsgi:application``), None when it was not found or holds an
    unresolved variable. ``workers`` is None when nothing states it, ``workers_stated`` is True when something does,
    if only by an expression. ``bind`` holds addresses as written, ``()`` when none is stated.
    """

    name: str
    application: str | None = None
    interface: Literal["wsgi", "asgi"] | None = None
    workers: int | None = None
    workers_stated: bool = False
    bind: tuple[str, ...] = ()
    bind_stated: bool = False
    reload: Location | None = None
    log_level: str | None = None
    chdir: str | None = None
    pythonpath: tuple[str, ...] = ()
    config: str | None = None
    unresolved: frozenset[str] = frozenset()
    """Names of options whose value could not be known: application, workers, bind, reload, config, chdir, log_level."""
    settings_module: str | None = None
    user: str | None = None
    """The user that the server switches to by an option of its own, as written or ``$`` where it is no literal."""
    log_level_at: Location | None = None
    """Where a configuration file, or another line of the command, states ``log_level``."""
    protocols: tuple[str, ...] = ()
    """
    What it speaks at each address of ``bind`` (``http``, ``uwsgi``, ``fastcgi``, ``scgi``); a single one holds for all of
    them, none means HTTP.
    """


@dataclass(frozen=True)
class Command:
    """
    One program as it will really be started, wrappers removed.

    ``argv`` is masked and its variables are resolved where they are known; ``program`` is the base name of what runs
    (``gunicorn``, ``celery``, ``manage.py`` for every spelling of Django's own command line). ``environment`` is what
    the conditions around it say. ``certain`` is False where a condition or an argument decides whether it runs.
    """

    text: str
    argv: tuple[str, ...]
    program: str
    location: Location
    via: tuple[Location, ...] = ()
    subcommand: str | None = None
    server: Server | None = None
    environment: Environment = "unknown"
    certain: bool = True
    settings_module: str | None = None
    background: bool = False
    variables: tuple[EnvVar, ...] = ()
    """Variables set for this command alone (``DEBUG=1 python …``) or exported before it in the same script."""
    wrappers: tuple[str, ...] = ()
    """Programs that wrapped it, outermost first: ``newrelic-admin``, ``ddtrace-run``, ``gosu`` …"""
    user: str | None = None
    """The user a wrapper such as gosu switches to."""
    branch: str | None = None
    """The process it belongs to, where one command starts several: a script's ``case "$1"``, supervisord, honcho."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What follows the program, or follows the subcommand of manage.py."""
        if self.subcommand is not None and self.subcommand in self.argv:
            return self.argv[self.argv.index(self.subcommand) + 1 :]
        return self.argv[1:]

    @property
    def changes_nothing(self) -> bool:
        """Whether it only looks: ``migrate --check``, ``makemigrations --dry-run``, ``collectstatic -n``."""
        looks = {
            "makemigrations": ("--check", "--dry-run"),
            "migrate": ("--check", "--plan"),
            "collectstatic": ("--dry-run", "-n"),
        }
        return self.has_option(*looks.get(self.subcommand or "", ()))

    def has_option(self, *names: str) -> bool:
        """Whether one of the options is given, as ``--name`` or ``--name=value``."""
        return any(argument == name or argument.startswith(name + "=") for argument in self.argv for name in names)


# --- what files declare -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImageSource:
    """
    Where the image of a service comes from: a registry (``name``) or a build of this repository.

    ``context`` and ``dockerfile`` are relative to the root of the repository; ``dockerfile`` is None for an image from a
    registry, and where the Dockerfile lies elsewhere or stands inside the file itself.
    """

    location: Location
    name: str | None = None
    context: str | None = None
    dockerfile: str | None = None
    target: str | None = None
    arguments: tuple[EnvVar, ...] = ()
    defaulted: frozenset[str] = frozenset()
    """Which of ``context`` and ``dockerfile`` are only the format's default: what an earlier layer states counts."""


@dataclass(frozen=True)
class Port:
    """A port that leads into a container. ``host`` is the host's address, ``published`` its port."""

    target: str
    published: str | None
    host: str | None
    location: Location


@dataclass(frozen=True)
class Mount:
    """
    Something mounted into a container at ``target``. For kind ``bind``, ``source`` is a path relative to the root of
    the repository, or absolute for one outside it; for kind ``volume`` it is the volume's name, None when anonymous.
    """

    kind: Literal["bind", "volume", "tmpfs", "secret", "config"]
    source: str | None
    target: str
    location: Location
    read_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Service:
    """
    Something a file says shall run: a Procfile entry, a compose service, a unit, a job. None means: not stated here.

    ``role`` is stated only where the format says it (a ``release`` phase); otherwise what runs decides.
    ``platform`` is the platform that the file belongs to, None for plain containers and hosts.
    """

    name: str
    kind: str
    location: Location
    role: Role | None = None
    platform: str | None = None
    command: CommandLine | None = None
    entrypoint: CommandLine | None = None
    """Set with ``argv=()`` where the file resets it."""
    application: str | None = None
    """What the platform serves with a server of its own, as written (``shop.wsgi:application``); no command then starts it."""
    image: ImageSource | None = None
    extends: tuple[str, str] | None = None
    """The path of the file (relative to the root) and the name of the service that this one extends."""
    variables: tuple[EnvVar, ...] = ()
    env_files: tuple[Reference, ...] = ()
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    user: str | None = None
    workdir: str | None = None
    profiles: tuple[str, ...] = ()
    replicas: int | None = None
    container_name: str | None = None
    restart: str | None = None
    depends_on: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    reset: frozenset[str] = frozenset()
    """Names of fields that this layer empties (compose's ``!reset`` and ``!override``)."""
    before: tuple[CommandLine, ...] = ()
    """Commands run before it in the same place (ExecStartPre, a pre-deploy list)."""
    prepares: str | None = None
    """Name of the service whose start waits for this one (init container)."""
    keeps_files: bool | None = None
    """For a release or build step: whether the files it writes reach the running site; None where unknown."""
    runs_on_host: bool = False
    """True for systemd, supervisor and the like: the process runs on a machine whose disk stays."""
    workload: str | None = None
    """The object of a cluster that it is a container of: ``Deployment/web``."""
    given: tuple[tuple[str, str | None, str], ...] = ()
    """Variables taken from sets: the set's name, the key in it (None for all of them), and the variable's name here."""
    starts_on_demand: bool = False
    """True for a systemd unit that needs a ``.socket``: the next connection starts it again."""
    ssh: bool = False


@dataclass(frozen=True)
class Kustomization:
    """
    What makes one of several manifests. ``resources`` are manifests and the kustomizations of folders, as paths that may
    not exist; ``patches`` are files with services that are laid over those, ``inline`` such services themselves. ``images``
    maps images to what stands for them, ``replicas`` workloads' names to how many.
    """

    location: Location
    resources: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()
    inline: tuple[Service, ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    replicas: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Copy:
    """COPY or ADD in a Dockerfile. ``stage`` is what ``--from`` names; sources are relative to the build context."""

    sources: tuple[str, ...]
    destination: str
    location: Location
    stage: str | None = None
    inline: bool = False
    """True where the content stands in a heredoc."""


@dataclass(frozen=True)
class User:
    """USER in a Dockerfile."""

    name: str
    location: Location


@dataclass(frozen=True, kw_only=True)
class ImageStage:
    """
    One stage of a Dockerfile as it is written; what it inherits is resolved by ``Image``.

    ``base`` is the image or the earlier stage behind FROM, with ARG defaults filled in; it still holds ``$`` where a
    variable has no default. ``entrypoint`` or ``cmd`` is None when the stage states none.
    """

    index: int
    location: Location
    base: str
    name: str | None = None
    entrypoint: CommandLine | None = None
    cmd: CommandLine | None = None
    users: tuple[User, ...] = ()
    workdirs: tuple[tuple[str, Location], ...] = ()
    variables: tuple[EnvVar, ...] = ()
    arguments: tuple[EnvVar, ...] = ()
    runs: tuple[CommandLine, ...] = ()
    copies: tuple[Copy, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    """The instruction names in order, upper case; the n-th RUN is ``runs[n]``."""
    base_default: Location | None = None
    """The ARG before the first FROM whose default is part of ``base``; None where FROM says all of it."""


@dataclass(frozen=True)
class Requirement:
    """
    A distribution that a dependency file asks for. ``name`` is normalised (PEP 503), ``specifier`` is as written
    (``==5.2.1``, ``>=4``, empty for any).
    """

    name: str
    specifier: str
    location: Location
    kind: Literal["direct", "locked", "build"] = "direct"
    group: str | None = None
    """Name of an optional group or extra, None for what is always installed."""
    extras: tuple[str, ...] = ()
    pinned: bool = False


@dataclass(frozen=True)
class PythonVersion:
    """A Python version that a file asks for: exact (``3.11``) in ``version`` or a range in ``specifier``."""

    location: Location
    version: str | None = None
    specifier: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class IgnorePattern:
    """One line of .gitignore or .dockerignore, as written; ``negated`` where it starts with ``!``."""

    pattern: str
    negated: bool
    location: Location


@dataclass(frozen=True)
class Buildpack:
    """A buildpack or builder that a platform file names."""

    name: str
    location: Location


@dataclass(frozen=True)
class PlatformUse:
    """A file shows that a platform is used."""

    name: str
    location: Location
    starts: bool = False
    """True where the file says what the platform starts, so that no Procfile does."""


@dataclass(frozen=True)
class Formation:
    """How many of a process a platform file asks for (app.json ``formation``)."""

    name: str
    quantity: int
    location: Location


@dataclass(frozen=True)
class Assignment:
    """
    Where a setting gets its value, read from the source by ``ast``.

    ``kind`` is ``literal`` (the value stands there), ``variable`` (it is taken from the environment) or ``unknown``.
    ``variables`` are the environment variables that it reads; ``conditional`` is True under an ``if`` or ``try``.
    """

    name: str
    location: Location
    kind: Literal["literal", "variable", "unknown"]
    variables: tuple[VariableRead, ...] = ()
    conditional: bool = False
    partial: bool = False
    """True for ``NAME["key"] = …``, ``NAME.update(…)`` and ``NAME += …``: it adds to an earlier value."""
    keys: tuple[str, ...] = ()
    """The keys that it sets: ``("default", "ENGINE")`` for ``NAME["default"]["ENGINE"] = …``."""
    merges: bool = False
    """True for ``NAME.update(…)``, ``NAME += …`` and unknown keys: what stood at ``keys`` stays, in part."""
    parts: tuple[Assignment, ...] = ()
    """What stands under the keys of a dictionary display, each with all its ``keys``; empty where not all are literal."""
    follows: tuple[str, ...] = ()
    """Names it takes over that this module does not assign; ``kind`` and ``variables`` leave them out."""
    literal: str | None = None
    """The ``repr`` of a short literal that holds no secret, lists as tuples; None for every other value."""
    circumstantial: bool = False
    """True under a condition that neither the source nor its variables decide: a platform's helper, a host's name, a file."""


@dataclass(frozen=True)
class VariableRead:
    """
    An environment variable that Python source reads. ``default`` is None when there is none (the read fails, or gives
    None, without the variable), else the masked source text of the default. ``reader`` is the function used.
    """

    name: str
    location: Location
    has_default: bool
    required: bool = False
    """True when the read raises without the variable (``os.environ["X"]``, ``env("X")``)."""
    default: str | None = None
    reader: str = ""
    conditional: bool = False
    """True where a condition, or a call of the function around it, decides whether it is read."""


@dataclass(frozen=True)
class Call:
    """
    A call in Python source that matters to a rule: ``sentry_sdk.init``. ``arguments`` are its keyword names (``**`` for
    unpacked ones); ``variables`` are what its arguments and the conditions around it read.
    """

    name: str
    location: Location
    arguments: tuple[str, ...] = ()
    conditional: bool = False
    variables: tuple[VariableRead, ...] = ()
    empty: tuple[str, ...] = ()
    """The arguments that are an empty literal: ``dsn=""``, ``dsn=None``."""


@dataclass(frozen=True)
class Include:
    """
    A module or file whose names a settings source takes over: a star import, a class to inherit settings from, an
    import of single settings, split-settings' ``include``.

    ``name`` is dotted as written (``.base``), or with ``is_file`` a path or glob relative to the file's folder. ``names``
    are the pairs of name there and name here, None for all. ``required`` is False where its absence is handled.
    """

    name: str
    location: Location
    names: tuple[tuple[str, str], ...] | None = None
    is_file: bool = False
    conditional: bool = False
    required: bool = True
    variables: tuple[VariableRead, ...] = ()
    follows: tuple[str, ...] = ()
    """What the conditions around it read, and the names that they take from elsewhere."""


@dataclass(frozen=True, kw_only=True)
class PythonModule:
    """
    What a Python file says, by ``ast``: nothing is imported. ``names`` are its top-level names, None when they cannot
    be known (a star import, a syntax error). ``settings_default`` is what ``os.environ.setdefault`` or an assignment
    makes of DJANGO_SETTINGS_MODULE.
    """

    path: str
    names: frozenset[str] | None
    imports: frozenset[str] = frozenset()
    settings_default: str | None = None
    settings_location: Location | None = None
    settings_forced: bool = False
    """True for ``os.environ["DJANGO_SETTINGS_MODULE"] = …``, which overrides the environment."""
    assignments: tuple[Assignment, ...] = ()
    variables: tuple[VariableRead, ...] = ()
    calls: tuple[Call, ...] = ()
    management_calls: tuple[str, ...] = ()
    """Names given to ``call_command``; ``"?"`` for one that is no literal."""
    serves: Literal["wsgi", "asgi"] | None = None
    includes: tuple[Include, ...] = ()
    """Modules and files whose settings it takes over."""
    sets_unknown_names: bool = False
    """True where names are set that only show when it runs: ``exec``, ``globals().update(…)``."""
    reads_unknown_variables: bool = False
    """True where the environment is read by names that only show when it runs."""


UrlMatch = Literal["prefix", "exact", "regex"]
"""How a web server compares a request with a URL: its start, the whole path, or by a pattern."""


@dataclass(frozen=True)
class StaticMapping:
    """
    A web server or platform that serves the files of a folder.

    ``url`` is the prefix as written, without a slash behind it where none is written; of a pattern (``match="regex"``)
    it is the literal text that the path has to start with, ``""`` where it may start with anything. ``directory`` is
    what holds the files, as written: variables stay, and for nginx's ``root``, Apache's DocumentRoot and Caddy's
    ``root`` the URL is appended, as the server does. ``location`` is the line that names the directory.
    """

    server: str
    url: str
    directory: str
    location: Location
    alias: bool = False
    """True where the directory replaces the prefix (``alias``, Alias, ``handle_path``), False where the path is appended."""
    match: UrlMatch = "prefix"
    internal: bool = False
    """True where only the application can lead there (nginx's ``internal`` with X-Accel-Redirect)."""


@dataclass(frozen=True)
class Upstream:
    """A named group of addresses in a web server's configuration (nginx's ``upstream``), perhaps used by another file."""

    server: str
    name: str
    addresses: tuple[str, ...]
    location: Location


@dataclass(frozen=True, kw_only=True)
class ProxyRoute:
    """
    A web server hands the requests below a URL to another server.

    ``url`` and ``match`` are as for ``StaticMapping``; ``url`` is ``""`` in a fragment that says nothing of it, and starts
    with ``@`` for a named location that nothing leads to. ``upstream`` holds the addresses (``web:8000``,
    ``unix:/run/gunicorn.sock``) with the file's own groups and variables resolved, the name of a group that another file
    defines, or ``()`` where they are not known; variables stay as written. ``location`` is the line that hands over.
    """

    server: str
    url: str
    location: Location
    protocol: Literal["http", "uwsgi", "fastcgi", "scgi", "grpc", "ajp"] = "http"
    upstream: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """
    The request headers that the proxy sets, by a directive or of its own accord, as written; values that may be secret are
    masked. ``Host`` is among them where the application gets the client's. Without one, nginx and Apache send the
    upstream's name over HTTP. uwsgi, FastCGI, SCGI and AJP tell the application the scheme of the request besides.
    """
    headers_known: bool = True
    """False where a file that is included, or one that includes this one, may set more."""
    server_names: tuple[str, ...] = ()
    tls: bool | None = None
    """Whether clients reach it by HTTPS at this server; None where another file says."""
    match: UrlMatch = "prefix"
    internal: bool = False
    """True where only the application or another location can lead there, as for ``StaticMapping``."""

    def sends(self, *names: str) -> Answer:
        """Whether it sets one of these headers to something; names in any case."""
        wanted = {name.lower() for name in names}
        if any(name.lower() in wanted and value for name, value in self.headers):
            return Answer.YES
        return Answer.NO if self.headers_known else Answer.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class VirtualHost:
    """
    A site of a web server: nginx's ``server``, Apache's VirtualHost, an address block of Caddy.

    ``names`` and ``listens`` are as written. ``default`` is True where it is said to answer for names that no other has
    (the first one does so where none is said to). ``rejects`` is True where it refuses every request with an error or
    without an answer; ``redirects_to_https`` where it is known to answer plain HTTP with a redirect to HTTPS.
    """

    server: str
    location: Location
    names: tuple[str, ...] = ()
    listens: tuple[str, ...] = ()
    tls: bool | None = None
    default: bool = False
    rejects: bool = False
    redirects_to_https: bool = False
    whole: bool = True
    """False where a file that it includes may serve or hand over more, whether or not that file was read."""


@dataclass(frozen=True)
class Workflow:
    """
    A workflow of continuous integration. ``tests`` is the command that tests the project and where it stands, None where
    none does; ``checks_deployment`` is whether it runs ``check --deploy`` or ``deploycheck``, UNKNOWN where it calls
    something that was not read and may.
    """

    location: Location
    tests: CommandLine | None = None
    checks_deployment: Answer = Answer.UNKNOWN


Fact = (
    BlindSpot
    | Reference
    | EnvVar
    | VariableSet
    | Service
    | Kustomization
    | ImageStage
    | Requirement
    | PythonVersion
    | IgnorePattern
    | Buildpack
    | PlatformUse
    | Formation
    | ServerConfig
    | TaskFile
    | PythonModule
    | StaticMapping
    | Upstream
    | ProxyRoute
    | VirtualHost
    | Workflow
)


# --- what was understood ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeploymentFile:
    """A file that was found. ``reason`` says in a few words why it counts as production or not, or was not read."""

    path: str
    kind: str
    environment: Environment
    status: Literal["read", "unreadable", "ignored"]
    reason: str
    tracked: bool | None = None
    """Whether git tracks it, None where no index answers that; known for env files alone."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """
    An image built from this repository, inheritance resolved.

    ``base`` is the image it starts from (``python:3.12-slim``), with ``$`` where a variable has no default. ``user`` is
    the last USER, None when no stage states one.
    """

    dockerfile: str
    context: str
    stages: tuple[ImageStage, ...]
    """The built stage first, then the stages it inherits from."""
    all_stages: tuple[ImageStage, ...]
    base: str
    entrypoint: CommandLine | None
    cmd: CommandLine | None
    user: User | None
    workdir: str
    variables: tuple[EnvVar, ...]
    environment: Environment = "unknown"

    @property
    def stage(self) -> ImageStage:
        return self.stages[0]

    @property
    def copies(self) -> tuple[Copy, ...]:
        return tuple(copy for stage in reversed(self.stages) for copy in stage.copies)


_OTHER_FRAMEWORKS = frozenset(
    "fastapi flask starlette aiohttp sanic tornado litestar quart falcon bottle dash streamlit pyramid cherrypy robyn blacksheep mcp gradio".split()
)


@dataclass(frozen=True)
class Target:
    """
    What a server is told to serve: ``module`` as written and the file it would be loaded from.

    ``path`` is None when no file of the repository answers to it; ``known`` is False where that proves nothing (the
    module may lie in an installed package, or outside the repository).
    """

    module: str
    attribute: str | None
    path: str | None
    source: PythonModule | None = None
    known: bool = True


@dataclass(frozen=True)
class SettingsChoice:
    """The settings module that a process loads, where that is said, and how: by an option, a variable or a default."""

    module: str
    location: Location
    by: Literal["option", "variable", "default"]


@dataclass(frozen=True, kw_only=True)
class Process:
    """
    Something that runs: what a service, an image or a platform starts, understood.

    ``commands`` is everything it runs, in order, build steps excluded. ``command`` is the one that makes it what it is
    (the server of a web process), None where nothing could be understood. ``location`` is where that command stands,
    ``via`` the chain that led there. ``variables`` is the environment that files give it, later ones override.
    ``blind_spots`` is what of this process could not be read.
    """

    role: Role
    name: str
    environment: Environment
    reason: str
    location: Location
    command: Command | None = None
    commands: tuple[Command, ...] = ()
    via: tuple[Location, ...] = ()
    platform: str | None = None
    kind: str = ""
    service: Service | None = None
    image: Image | None = None
    variables: tuple[EnvVar, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    target: Target | None = None
    settings: SettingsChoice | None = None
    """The settings it will load; None where nothing in the repository says."""

    @property
    def server(self) -> Server | None:
        return self.command.server if self.command else None

    @property
    def runs(self) -> tuple[str, ...]:
        """The management commands it runs, in order, each once."""
        return tuple(dict.fromkeys(command.subcommand for command in self.commands if command.subcommand))

    def variable(self, name: str) -> EnvVar | None:
        """The variable in force for this process, None when no file sets it."""
        for variable in reversed(self.variables):
            if variable.name == name:
                return variable
        return None

    @property
    def is_django(self) -> bool:
        """False where the target is known to be another framework's application (a FastAPI service beside the site)."""
        source = self.target.source if self.target else None
        if source is None:
            return True
        roots = {name.partition(".")[0] for name in source.imports}
        return "django" in roots or not roots & _OTHER_FRAMEWORKS

    @property
    def in_container(self) -> bool:
        return self.image is not None or (self.service is not None and self.service.image is not None)


@dataclass(frozen=True, kw_only=True)
class Project:
    """The Django project: paths relative to the root, dotted names; None where there is none or it is unknown."""

    directory: str = ""
    """Where manage.py stands, ``""`` for the root itself."""
    manage: str | None = None
    settings_module: str | None = None
    wsgi_module: str | None = None
    asgi_module: str | None = None


@dataclass(frozen=True, kw_only=True)
class App:
    """
    A Django app of the project: a folder with models or migrations. ``path`` is relative to the root, ``label`` the
    folder's name, as Django labels an app that says nothing else.

    ``defines_models`` is None where the models could not be read. ``migrations`` are the names of the migration modules
    that are there, ``tracked`` those that git tracks, None where there is no index to ask.
    """

    path: str
    label: str
    models: Location
    defines_models: bool | None = None
    migrations: tuple[str, ...] = ()
    tracked: tuple[str, ...] | None = None
    file_field: Location | None = None
    """The first field of a model that keeps files in the default storage, None where none was seen."""

    @property
    def committed(self) -> tuple[str, ...]:
        """The migration modules that a deploy gets: the tracked ones, or where that is unknown all that are there."""
        return self.migrations if self.tracked is None else self.tracked


@dataclass(frozen=True)
class ModelChanges:
    """
    Changes of an app's models that no migration holds: ``changes`` as Django describes them, ``location`` the first
    changed model. ``first`` for an app without any migration; ``of_tables`` False where no database would notice.
    """

    app: str
    changes: tuple[str, ...]
    location: Location | None = None
    first: bool = False
    of_tables: bool = True


@dataclass(frozen=True)
class MigrationConflict:
    """An app with several last migrations, ``leaves``; ``location`` is None for an installed app."""

    app: str
    leaves: tuple[str, ...]
    location: Location | None = None


@dataclass(frozen=True)
class UnappliedMigrations:
    """
    What the database ``alias`` lacks: ``app.name`` of each migration, in the order of their turns. ``error`` is the type
    of the exception where the database could not be asked; ``none_applied`` where it holds no migration at all.
    """

    alias: str
    migrations: tuple[str, ...] = ()
    error: str | None = None
    none_applied: bool = False


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """Everything that was understood of how this project is deployed; what rules judge."""

    root: str
    complete: bool
    """False for a slug, an image or an unpacked archive: files may be missing, so nothing is known to be absent."""
    project: Project
    settings: SettingsView
    files: tuple[DeploymentFile, ...] = ()
    processes: tuple[Process, ...] = ()
    images: tuple[Image, ...] = ()
    services: tuple[Service, ...] = ()
    variables: tuple[EnvVar, ...] = ()
    """Variables of files that belong to no single service: env files, app.json, platform-wide ones."""
    requirements: tuple[Requirement, ...] = ()
    python_versions: tuple[PythonVersion, ...] = ()
    ignore_patterns: tuple[IgnorePattern, ...] = ()
    buildpacks: tuple[Buildpack, ...] = ()
    platforms: tuple[str, ...] = ()
    formations: tuple[Formation, ...] = ()
    static_mappings: tuple[StaticMapping, ...] = ()
    proxy_routes: tuple[ProxyRoute, ...] = ()
    virtual_hosts: tuple[VirtualHost, ...] = ()
    upstreams: tuple[Upstream, ...] = ()
    modules: Mapping[str, PythonModule] = field(default_factory=dict)
    """Python files that were read, by path."""
    settings_modules: Mapping[str, str | None] = field(default_factory=dict)
    """The settings modules that processes choose, and the file of each; None where the repository holds none."""
    urlconf: PythonModule | None = None
    """The module that ROOT_URLCONF names, None where it was not found in the repository."""
    apps: tuple[App, ...] = ()
    """The project's own apps, as far as they lie in the usual folders."""
    workflows: tuple[Workflow, ...] = ()
    """What continuous integration runs."""
    model_changes: tuple[ModelChanges, ...] = ()
    """What ``makemigrations`` would write for the project's own apps; known only of the settings that are live."""
    migration_conflicts: tuple[MigrationConflict, ...] = ()
    unapplied_migrations: tuple[UnappliedMigrations, ...] = ()
    """What the databases lack that were asked for."""
    database_files: tuple[str, ...] = ()
    """SQLite databases, by their names, in the root, the project's folder and the build contexts."""
    static_files_committed: bool = False
    """Whether what ``collectstatic`` made of these settings comes with the repository."""
    blind_spots: tuple[BlindSpot, ...] = ()
    unreadable: tuple[BlindSpot, ...] = ()
    """Deployment files that were found and could not be read."""
    crashes: tuple[Crash, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    """What is wrong with the DEPLOYCHECK setting."""
    stale: tuple[StaleSilence, ...] = ()
    """Silences that match nothing; known only when every other rule has run."""

    def environment_of(self, path: str) -> Environment:
        """Whose file it is; ``unknown`` for one that is no deployment file."""
        file = self._by_path.get(path)
        return "unknown" if file is None else file.environment

    @cached_property
    def _by_path(self) -> dict[str, DeploymentFile]:
        return {file.path: file for file in self.files}

    @cached_property
    def production(self) -> tuple[Process, ...]:
        """The processes of production."""
        return tuple(process for process in self.processes if process.environment == "production")

    @cached_property
    def web(self) -> tuple[Process, ...]:
        """The production processes that answer this project's requests, or are said to."""
        return tuple(process for process in self.production if process.role == "web" and process.is_django)

    @cached_property
    def judges_production(self) -> Answer:
        """
        Whether the settings being checked are those that production's web processes load.

        UNKNOWN where only a default names others: a variable set outside the repository overrides it.
        """
        choices = [process.settings for process in self.web or self.production if process.settings is not None]
        if any(choice.module == self.project.settings_module for choice in choices):
            return Answer.YES
        return Answer.NO if choices and all(choice.by != "default" for choice in choices) else Answer.UNKNOWN

    def kind_of(self, path: str) -> str:
        """What reads this file (``compose``, ``dotenv``); empty for one that was not read as a deployment file."""
        file = self._by_path.get(path)
        return "" if file is None else file.kind

    def services_in(self, path: str) -> Sequence[Service]:
        """The services that a file declares."""
        return self._services.get(path, ())

    @cached_property
    def _services(self) -> dict[str, list[Service]]:
        found: dict[str, list[Service]] = {}
        for service in self.services:
            found.setdefault(service.location.path, []).append(service)
        return found

    def beside(self, process: Process) -> Iterator[Process]:
        """The process, and those that may run in its container: of its service, or by its Dockerfile's own account."""
        yield process
        for key in _containers(process):
            yield from self._by_container.get(key, ())

    @cached_property
    def _by_container(self) -> dict[Location | str, list[Process]]:
        found: dict[Location | str, list[Process]] = {}
        for process in self.processes:
            for key in _containers(process):
                # Services of one image have a container each.
                if process.service is None or process.role == "build" or isinstance(key, Location):
                    found.setdefault(key, []).append(process)
        return found

    def production_commands(self) -> Iterator[tuple[Process, Command]]:
        """Every command that production runs for certain or under a condition that does not name development."""
        for process in self.production:
            for command in process.commands:
                if command.environment != "development":
                    yield process, command

    def runs(self, *subcommands: str) -> Answer:
        """
        Whether anything in production runs one of these management commands.

        YES when a production process, build or release step does; UNKNOWN when only a file of unknown environment does,
        when a condition decides, or when something on the way was not read; NO only when everything was read.
        """
        unknown = not self.complete
        for process in self.processes:
            if process.environment == "development":
                continue
            for command in process.commands:
                if (
                    command.environment == "development"
                    or command.subcommand not in subcommands
                    or command.changes_nothing
                ):
                    continue
                if process.environment == "production" and command.certain:
                    return Answer.YES
                unknown = True
            unknown = unknown or any(spot.may_run(name) for spot in process.blind_spots for name in subcommands)
        unknown = unknown or any(spot.may_run(name) for spot in self.blind_spots for name in subcommands)
        return Answer.UNKNOWN if unknown else Answer.NO

    @cached_property
    def all_blind_spots(self) -> tuple[BlindSpot, ...]:
        """Everything that was not understood of what is not for development, each once."""
        of_processes = (
            spot for process in self.processes if process.environment != "development" for spot in process.blind_spots
        )
        return tuple(dict.fromkeys((*self.blind_spots, *of_processes)))

    @cached_property
    def production_variables(self) -> tuple[EnvVar, ...]:
        """The variables that production files set or declare, each place once."""
        of_files = (
            variable for variable in self.variables if self.environment_of(variable.location.path) == "production"
        )
        of_processes = (variable for process in self.production for variable in process.variables)
        of_commands = (variable for _, command in self.production_commands() for variable in command.variables)
        return tuple(dict.fromkeys((*of_files, *of_processes, *of_commands)))

    def requires(self, *names: str) -> bool:
        """
        Whether a dependency file asks for, or locks, one of these distributions (normalised names); what only the build
        of a package needs is not installed with it.
        """
        return any(requirement.name in names and requirement.kind != "build" for requirement in self.requirements)

    def exists(self, path: str) -> bool:
        """Whether the deployment's own files, as read, hold this path."""
        return path in self._by_path


def _containers(process: Process) -> Iterator[Location | str]:
    """The place of the process's service and the Dockerfile of its image."""
    if process.service is not None:
        yield process.service.location
    if process.image is not None:
        yield process.image.dockerfile


@dataclass(frozen=True)
class Crash:
    """A rule or reader that raised: its name, the exception's type and the last frame, never the exception's text."""

    culprit: str
    exception: str
    frame: str
    location: Location | None = None


@dataclass(frozen=True)
class StaleSilence:
    """
    Something that silences nothing any more: an ignore, a comment, a path in ``DEPLOYCHECK``. ``text`` is as the user
    wrote it, ``rule`` the name of a rule in it, ``unknown`` says that no rule has that name, ``meant`` which one may be meant.
    """

    text: str
    location: Location | None = None
    rule: str | None = None
    unknown: bool = False
    meant: str | None = None


# --- what rules say -----------------------------------------------------------------------------------------------------

Level = Literal["E", "W", "I"]


@dataclass(frozen=True)
class Finding:
    """
    What a rule says. ``message`` is one line that quotes the user's own words and ends with a full stop; ``hint`` starts
    with a verb and can be pasted. ``level`` is None for the rule's usual one.
    """

    message: str
    hint: str
    location: Location | None = None
    level: Level | None = None
    related: tuple[Location, ...] = ()


def from_root(path: str, folder: str) -> str | None:
    """A path below a folder, read from the root instead; None where that is the same."""
    return path.removeprefix(f"{folder}/") if folder and path.startswith(f"{folder}/") else None


def join(*parts: str) -> str:
    """Join POSIX paths below the root and normalise them; ``""`` is the root. The result may start with ``..``."""
    path = posixpath.normpath(posixpath.join(*parts)) if any(parts) else ""
    return "" if path == "." else path


def shown(path: str, root: str, cwd: str | None) -> str:
    """The path of a file below ``root`` as a user at ``cwd`` would type it; relative to the root when cwd is unknown."""
    if cwd is None:
        return path
    try:
        return os.path.relpath(os.path.join(root, path), cwd).replace(os.sep, "/")
    except ValueError:  # another drive on Windows
        return path
