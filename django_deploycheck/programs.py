"""What one program that a command line starts leads to: Django's subcommands, servers and their files, other processes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from django_deploycheck import commands, remote, secrets, servers, shell, tasks
from django_deploycheck.frames import Frame
from django_deploycheck.hooks import Hook, hooks
from django_deploycheck.model import (
    BlindSpot,
    Command,
    CommandLine,
    ConfigValue,
    Location,
    Server,
    ServerConfig,
    Service,
    TaskFile,
)
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Repository, mask_argv, within

MAX_TEXT = 2_000
"""The longest text of a command that is shown, in characters."""


@dataclass
class Effort:
    """How many characters everything that is followed in a repository has made us read and expand."""

    spent: int = 0


@dataclass
class Texts:
    """What was made of the texts of scripts, once for all command lines that lead to them."""

    parsed: dict[str, shell.Script] = field(default_factory=dict)
    """By the text."""
    masked: dict[str, str] = field(default_factory=dict)
    """By the path: the text with secrets masked."""


@dataclass(frozen=True)
class Surroundings:
    """What the interpreter needs to know of the rest of the repository."""

    repository: Repository
    services_in: Callable[[str], Sequence[Service]]
    """The services that a file (supervisord.conf, a Procfile) declares."""
    server_config: Callable[[str, str], ServerConfig | None]
    """The configuration of a server in a file, by path and server name."""
    management_calls: Callable[[str], Sequence[str] | None]
    """What ``manage.py NAME`` of this project calls through ``call_command``; None for a command that is not its own."""
    python_calls: Callable[[str], Sequence[str] | None]
    """What a Python script calls through ``call_command``, ``?`` for what is not known; None when it cannot be read."""
    tasks_in: Callable[[str, str], TaskFile | None]
    """The tasks in a Makefile or the like, by its path and the kind of its reader."""
    entry_point: Callable[[str], str | None]
    """The file that declares a program of this name as the project's own (``[project.scripts]``); None for others."""
    effort: Effort = field(default_factory=Effort)
    texts: Texts = field(default_factory=Texts)


@dataclass
class Log:
    """What was found so far on the way through a command line."""

    commands: list[Command] = field(default_factory=list)
    blind_spots: list[BlindSpot] = field(default_factory=list)
    scripts: list[tuple[str, Location]] = field(default_factory=list)
    configs: list[tuple[str, Location]] = field(default_factory=list)

    def blind(self, reason: str, location: Location) -> None:
        self.blind_spots.append(BlindSpot(reason, location))

    def missing(self, verb: str, name: str, location: Location) -> None:
        self.blind(f"{verb} '{shown(name)}', which is not in the repository", location)


@dataclass(frozen=True)
class Input:
    """What a command reads: a here-document that stands at a line, or a file by its path as written."""

    text: str = ""
    line: int = 0
    path: str | None = None


@dataclass(frozen=True)
class Start:
    """One command about to start, wrappers removed, its arguments known as far as they are."""

    unwrapped: commands.Unwrapped
    text: str
    location: Location
    environment: tuple[tuple[str, str], ...] = ()
    """The variables that are set for it alone."""
    input: Input = Input()
    lines: tuple[Location, ...] = ()
    """Where its last arguments stand, for a command on several lines."""

    def option_at(self, *names: str) -> Location | None:
        """Where the last one of these options stands; None where it is not given or the command stands on one line."""
        places = zip(reversed(self.argv), reversed(self.lines), strict=False)
        return next((place for argument, place in places if argument.partition("=")[0] in names), None)

    @property
    def argv(self) -> tuple[str, ...]:
        return self.unwrapped.argv

    @property
    def program(self) -> str:
        return commands.program_name(self.argv[0]) if self.argv else ""


def shown(text: str) -> str:
    """The text for display: masked, on one line, of a bearable length."""
    if "\n" in text:
        text = re.sub(r"[ \t]*\\?\n[ \t]*", " ", text)
    if len(text) > MAX_TEXT:
        # Where that opens a quote, what is left of it is masked to its end.
        text = text[: max(text.rfind(" ", 0, MAX_TEXT), 0)] + " …"
    return secrets.mask(text)


# --- tables -----------------------------------------------------------------------------------------------------------

# Management commands of Django itself and of the packages most sites use, none of which migrates or collects files.
_HARMLESS_SUBCOMMANDS = (
    frozenset(
        "check compilemessages createcachetable createsuperuser changepassword clearsessions collectstatic dbshell diffsettings dumpdata findstatic flush help "
        "inspectdb loaddata makemessages makemigrations migrate optimizemigration remove_stale_contenttypes runserver sendtestemail shell shell_plus showmigrations sqlflush "
        "sqlmigrate sqlsequencereset squashmigrations startapp startproject test testserver version compress rebuild_index update_index clear_cache "
        "clear_index search_index thumbnail crontab wait_for_db wait_for_database waitfordb wait_db compilescss compilejsi18n collectstatic_js_reverse "
        "compilejsx tailwind spectacular generateschema runserver_plus prodserver invalidate_cachalot rqscheduler set_fake_passwords update_translation_fields".split()
    )
    | commands.WORKER_SUBCOMMANDS
    | commands.SCHEDULER_SUBCOMMANDS
    | commands.DEVELOPMENT_SERVERS
)
_MAY_MIGRATE = regex(r"migrat|deploy|setup|init|install|bootstrap|release|start|provision|upgrade|update")
_RUNS_COMMANDS = regex(r"call_command|execute_from_command_line|subprocess|os\.system")

_TASK_RUNNERS = frozenset(
    "make just task invoke inv fab npm yarn pnpm npx ansible-playbook doit nox tox rake mage earthly bazel ssh docker docker-compose podman kubectl helm".split()
)
# They build a front end; none was seen to touch a database.
_SCRIPT_RUNNERS = frozenset({"gulp", "grunt"})
_NODE_RUNNERS = frozenset({"npm", "yarn", "pnpm", "npx"})
_NODE_TASK = regex(r"migrat|start|deploy|release|django")

_SUPERVISORS = frozenset({"supervisord", "circusd"})
_SUPERVISOR_FILES = (
    "/etc/supervisor/conf.d/supervisord.conf",
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
    "supervisord.conf",
)
_PROCFILE_RUNNERS = frozenset({"honcho", "foreman", "goreman", "overmind", "hivemind"})
_PROCFILE_VALUED = frozenset(
    "-f --procfile -e --env -d --app-root --root -p --port -c --concurrency -m --formation -t --timeout -l --processes".split()
)
PROCESS_MANAGERS = _SUPERVISORS | _PROCFILE_RUNNERS

# What a configuration file that cannot be read may decide.
_CONFIGURED = frozenset({"config", "workers", "bind", "reload", "log_level", "chdir"})


# Options of uWSGI that read another file: https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
_INCLUDES = frozenset({"ini", "include", "inherit", "yaml", "yml", "xml", "import-ini"})

VALUE_EFFORT = 30
"""What a value of a configuration file costs, in characters."""

MAX_INCLUDED = 10
"""How many configuration files may include one another."""


class Recorder:
    """Writes down what starts, and what that leads to without a shell."""

    def __init__(self, surroundings: Surroundings, log: Log) -> None:
        self.surroundings = surroundings
        self.log = log
        self.effort = 0
        """What reading configuration files took, in characters."""

    def record(self, start: Start, frame: Frame) -> None:
        command = self.command(start, frame)
        self.log.commands.append(command)
        if command.program == "manage.py":
            self.management(command, start)
        elif command.server is None:
            self.other(command, start, frame)

    def command(self, start: Start, frame: Frame) -> Command:
        argv, location = start.argv, start.location
        management = commands.management_command(argv)
        environment = {**frame.exported_values, **dict(start.environment)}
        server = servers.server(argv, environment, location)
        if server is not None and server.name != "runserver":
            server = self.configured(_at_own_lines(server, start), frame, location)
        settings = commands.option_value(argv, "--settings") if management else None
        settings = settings or (server.settings_module if server else None)
        own = (secrets.env_var(name, value, location) for name, value in start.environment)
        return Command(
            text=shown(start.text),
            argv=tuple(mask_argv(argv)),
            program="manage.py" if management else start.program,
            location=location,
            via=frame.via,
            subcommand=management[0] or None if management else None,
            server=server,
            environment=frame.mode.environment,
            certain=frame.mode.certain,
            settings_module=settings if settings and "$" not in settings else None,
            background=frame.mode.background,
            variables=(*frame.exported_facts, *own),
            wrappers=(*frame.wrappers, *start.unwrapped.wrappers),
            user=start.unwrapped.user or frame.user,
            branch=frame.mode.branch,
        )

    # --- Django

    def management(self, command: Command, start: Start) -> None:
        """What a management command of the project's own runs in turn."""
        name = command.subcommand or ""
        if name in ("shell", "shell_plus"):
            self.python_code(" ".join((*command.arguments, start.input.text)), command.location)
        if not name or name in _HARMLESS_SUBCOMMANDS:
            return
        if "$" in name:
            self.log.blind("runs a management command that is not known", command.location)
            return
        calls = self.surroundings.management_calls(name)
        if calls is not None:
            for call in dict.fromkeys(calls):
                if call == "?":
                    self.log.blind(f"runs the management command '{name}', which calls others", command.location)
                else:
                    self.log.commands.append(_called(command, call))
        elif _MAY_MIGRATE.search(name):
            self.log.missing("runs the management command", name, command.location)

    # --- Python

    def python(self, command: Command, start: Start, frame: Frame) -> None:
        target, _ = commands.python_target(start.argv)
        kind, name = target or ("file", "-")
        if kind == "code":
            self.python_code(name, command.location)
        elif kind == "module":
            path = self.module(name, frame)
            if path is not None:  # otherwise an installed package
                self.python_file(path, command)
        elif name != "-":
            self.python_script(name, command, frame)
        elif start.input.path is not None:
            self.python_script(start.input.path, command, frame)
        else:
            self.python_code(start.input.text, command.location)

    def module(self, name: str, frame: Frame) -> str | None:
        """The file that ``python -m NAME`` runs, where it is one of the repository."""
        folder = name.replace(".", "/")
        repository = self.surroundings.repository
        return frame.place.locate(f"{folder}.py", repository) or frame.place.locate(f"{folder}/__main__.py", repository)

    def python_script(self, name: str, command: Command, frame: Frame) -> None:
        path = frame.place.locate(name, self.surroundings.repository)
        if path is None:
            self.log.missing("runs", name, command.location)
        else:
            self.python_file(path, command)

    def python_file(self, path: str, command: Command) -> None:
        calls = self.surroundings.python_calls(path)
        if calls is None or "?" in calls:
            self.log.blind(f"runs the Python script '{path}'", command.location)
        via = (*command.via, command.location)
        for call in dict.fromkeys(calls or ()):
            if call != "?":
                # Which of its functions run only shows when it does.
                called = replace(_called(command, call), location=Location(path), via=via, certain=False)
                self.log.commands.append(called)

    def python_code(self, code: str, location: Location) -> None:
        if _RUNS_COMMANDS.search(code):
            self.log.blind("runs Python code that calls other commands", location)

    # --- other programs

    def other(self, command: Command, start: Start, frame: Frame) -> None:
        name = command.program
        if commands.is_python(name):
            self.python(command, start, frame)
        elif name in _NODE_RUNNERS and not _NODE_TASK.search(" ".join(start.argv[1:])):
            return
        elif name in _SCRIPT_RUNNERS:
            reason = f"runs '{name}', which was not followed"
            self.log.blind_spots.append(BlindSpot(reason, command.location, frozenset({"collectstatic"})))
        elif name in _TASK_RUNNERS and not (
            remote.is_harmless(start.argv) or self.starts_known_services(start, frame) or self.is_read(start, frame)
        ):
            self.log.blind(f"runs '{name}', which was not followed", command.location)
        elif "$" in start.argv[0]:
            self.log.blind("runs a command that stands in a variable", command.location)
        elif path := self.surroundings.entry_point(name):
            self.log.blind(f"runs '{name}', a program that '{path}' declares", command.location)

    # --- tasks

    def task_file(self, call: tasks.Call, frame: Frame) -> tuple[str, TaskFile] | None:
        """The folder in which a task runner finds its file, as seen from where it is called, and the tasks in it."""
        kind, names = tasks.FILES[call.tool]
        repository = self.surroundings.repository
        folders = [call.folder] if call.tool == "make" or call.folder else ["", "..", "../.."]
        if call.file:
            own = posixpath.dirname(call.file) if call.tool != "make" and not call.folder else call.folder
            candidates = [(own, posixpath.join(call.folder if call.tool == "make" else "", call.file))]
        else:
            candidates = [(folder, posixpath.join(folder, name)) for folder in folders for name in names]
        for folder, name in candidates:
            path = frame.place.locate(name, repository)
            file = self.surroundings.tasks_in(path, kind) if path else None
            if file is not None:
                return folder, self.with_included(file, kind)
        return None

    def with_included(self, file: TaskFile, kind: str) -> TaskFile:
        """The tasks with those of the files that are read as a part of theirs."""
        files, missing = {file.path: file}, False
        queue = list(file.includes)
        for path in queue:
            other = self.surroundings.tasks_in(path, kind) if path not in files else files[path]
            if other is None:
                missing = missing or not tasks.is_environment_file(path)
            elif path not in files and len(files) < MAX_INCLUDED:
                files[path] = other
                queue += other.includes
        others = [other for other in files.values() if other is not file]
        return replace(
            file,
            tasks=tuple(task for other in files.values() for task in other.tasks),
            variables=(*(variable for other in others for variable in other.variables), *file.variables),
            whole=not missing and all(other.whole for other in files.values()),
        )

    def starts_known_services(self, start: Start, frame: Frame) -> bool:
        """Whether a command starts services of compose files that are all read, whose processes are known therefore."""
        files = remote.compose_files(start.argv, {**frame.exported_values, **dict(start.environment)})
        return bool(files) and all(any(self.is_known_compose(name, frame) for name in names) for names in files)

    def is_read(self, start: Start, frame: Frame) -> bool:
        """Whether it runs playbooks or a fabfile that are read as files of their own, which say what they do."""
        if start.program == "ansible-playbook":
            pairs = pairwise(start.argv)
            names = [name for before, name in pairs if name.endswith((".yml", ".yaml")) and not before.startswith("-")]
        elif start.program == "fab":
            names = [commands.option_value(start.argv, "-f", "--fabfile") or "fabfile.py"]
        else:
            return False
        paths = [frame.place.locate(name, self.surroundings.repository) for name in names]
        return bool(paths) and all(path is not None and self.surroundings.services_in(path) for path in paths)

    def is_known_compose(self, name: str, frame: Frame) -> bool:
        whole = posixpath.join(frame.place.workdir, name)
        found = (frame.place.locate(path, self.surroundings.repository) for path in (name, whole))
        return any(bool(self.surroundings.services_in(path)) for path in found if path is not None)

    def managed(self, start: Start, frame: Frame) -> list[tuple[Service, CommandLine]]:
        """The processes that supervisord, honcho and their like start."""
        config, names = _processes_wanted(start.program, start.argv)
        candidates = [config] if config else _SUPERVISOR_FILES if start.program in _SUPERVISORS else ["Procfile"]
        found = (frame.place.locate(candidate, self.surroundings.repository) for candidate in candidates)
        path = next((path for path in found if path), None)
        services = self.surroundings.services_in(path) if path else ()
        if path is None or not services:
            self.log.blind(f"runs '{start.program}', whose configuration was not found", start.location)
            return []
        self.log.configs.append((path, start.location))
        wanted = (service for service in services if not names or service.name in names)
        return [(service, service.command) for service in wanted if service.command is not None]

    # --- configuration files of servers

    def configured(self, server: Server, frame: Frame, location: Location) -> Server:
        """The server with the options of its configuration file."""
        if "config" in server.unresolved:
            return server
        config = self.config(server, frame, location)
        if config is not None:
            return servers.with_config(replace(server, config=config.path), config)
        if server.config is None:
            return server
        reason = f"reads '{shown(server.config)}', which is not in the repository"
        self.log.blind_spots.append(BlindSpot(reason, location, frozenset()))
        return replace(server, unresolved=server.unresolved | _CONFIGURED)

    def config(self, server: Server, frame: Frame, location: Location) -> ServerConfig | None:
        """What the configuration file of the server says, None where it has none or it is not known."""
        path = self.config_path(server, frame)
        config = self.surroundings.server_config(path, server.name) if path else None
        if config is None:
            return None
        self.log.configs.append((config.path, location))
        found = replace(config, values=tuple(self.included(config, frame, [config.path])))
        self.effort += VALUE_EFFORT * len(found.values)
        return found

    def included(self, config: ServerConfig, frame: Frame, seen: list[str]) -> Iterator[ConfigValue]:
        """The values of a configuration, those of the files that it includes in their places: uWSGI's ``ini = …``."""
        asked: set[str] = set()
        for value in config.values:
            is_file = config.server == "uwsgi" and value.name in _INCLUDES and isinstance(value.value, str)
            name = str(value.value)
            if not is_file or name in asked or len(asked) >= MAX_INCLUDED or len(seen) >= MAX_INCLUDED:
                yield value
                continue
            asked.add(name)
            path = self.located(name, posixpath.dirname(config.path), frame)
            other = self.surroundings.server_config(path, "uwsgi") if path and path not in seen else None
            if other is None:
                yield value
                continue
            seen.append(other.path)
            self.log.configs.append((other.path, value.location))
            for inner in self.included(other, frame, seen):
                yield replace(inner, conditional=inner.conditional or value.conditional)

    def located(self, name: str, folder: str, frame: Frame) -> str | None:
        """The path of a file that a configuration file names, where it runs or beside itself."""
        repository = self.surroundings.repository
        beside = within(folder, name)
        return frame.place.locate(name, repository) or (beside if beside and repository.is_file(beside) else None)

    def hooks(self, start: Start, frame: Frame) -> tuple[str, tuple[Hook, ...]]:
        """What the options of uWSGI run besides the server, and the folder in which they do; nothing for other programs."""
        if commands.SERVERS.get(start.program) != "uwsgi":
            return "", ()
        environment = {**frame.exported_values, **dict(start.environment)}
        server = servers.server(start.argv, environment, start.location)
        if server is None:
            return "", ()
        config = self.config(server, frame, start.location) if "config" not in server.unresolved else None
        values = servers.uwsgi_options(start.argv[1:], environment, start.location)
        folder = servers.with_config(server, config).chdir if config is not None else server.chdir
        found = tuple(hooks((*values, *(config.values if config is not None else ()))))
        return folder if folder and "$" not in folder else "", found

    def config_path(self, server: Server, frame: Frame) -> str | None:
        name, repository = server.config, self.surroundings.repository
        if name is None:
            # Read from the working directory unasked: https://docs.gunicorn.org/en/stable/configure.html
            return frame.place.locate_exactly("gunicorn.conf.py", repository) if server.name == "gunicorn" else None
        names = [name]
        if name.startswith("python:"):
            folder = name.removeprefix("python:").replace(".", "/")
            names = [f"{folder}.py", f"{folder}/__init__.py"]
        chdir = server.chdir if server.chdir and "$" not in server.chdir else ""
        places = (frame.place, frame.place.at(chdir))
        found = (place.locate(name, repository) for name in names for place in places)
        return next((path for path in found if path), None)


_RELOAD_OPTIONS = tuple(
    "--reload --reload-on-changes --py-autoreload --py-auto-reload --python-autoreload --python-auto-reload".split()
)


def _at_own_lines(server: Server, start: Start) -> Server:
    """The server with the places of its options, where they stand on other lines than the program."""
    reload, level = start.option_at(*_RELOAD_OPTIONS), start.option_at("--log-level")
    return replace(
        server,
        reload=reload if reload is not None and server.reload == start.location else server.reload,
        log_level_at=level if server.log_level and level != start.location else None,
    )


def _called(command: Command, subcommand: str) -> Command:
    """A management command that Python code calls."""
    return replace(
        command,
        text=f"{command.text} → {subcommand}",
        argv=("manage.py", subcommand),
        program="manage.py",
        subcommand=subcommand,
        server=None,
    )


def _processes_wanted(program: str, argv: Sequence[str]) -> tuple[str | None, set[str]]:
    """The configuration file that a process manager is told to read, and the processes to start; none for all."""
    if program in _SUPERVISORS:
        config = commands.option_value(argv, "-c", "--configuration")
        return config or (argv[-1] if argv[-1].endswith(".ini") else None), set()
    words = [
        argument
        for before, argument in pairwise(argv)
        if not argument.startswith("-") and before not in _PROCFILE_VALUED
    ]
    return commands.option_value(argv, "-f", "--procfile"), set(words[1:]) if words[:1] == ["start"] else set()
