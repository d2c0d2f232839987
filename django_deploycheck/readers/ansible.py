"""
Ansible playbooks and the tasks of roles: what they run on a server.

After https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html, the pages of the modules in
``ansible.builtin`` (command, shell, script, raw, template, copy), ``community.general`` (django_manage, django_command) and
``community.docker`` (docker_container_exec, docker_compose_v2_exec, docker_container). Nothing is templated: a Jinja
expression becomes a variable of unknown value, except one that names a literal of the same play. What stands under
``when`` becomes a shell's ``if``. Handlers, ``rescue`` and files that a role's ``main.yml`` may or may not include run
perhaps. A play for the control machine, or one that shows Vagrant, may be anybody's: only what it mentions is said.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, EnvVar, Fact, Reference, Service
from django_deploycheck.patterns import regex
from django_deploycheck.readers import unread_format
from django_deploycheck.readers._deploy_step import Step, is_of_application, services
from django_deploycheck.readers._jinja import NAME, resolved
from django_deploycheck.readers._yaml import ABSENT, Node, Scalar, parse
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import Source, Unreadable, quoted, within

KIND = "ansible"
NATURE = "production"

_PLACES = (
    "*playbook*",
    "*ansible*",
    "site",
    "main",
    "deploy",
    "deploy[-_]*",
    "*[-_]deploy",
    "provision*",
    "release",
    "setup",
    "update",
    "webservers",
    "production",
    "ansible/*",
    "playbooks/*",
    "playbook/*",
    "provision/*",
    "provisioning/*",
    "deploy/*",
    "deployment/*",
    "infra/*",
    "infrastructure/*",
    "ops/*",
    "devops/*",
    "tasks/*",
    "handlers/*",
)
NAMES = tuple(f"{place}.{suffix}" for place in _PLACES for suffix in ("yml", "yaml"))

MAX_TASKS = 300
"""How many tasks a list of them holds."""

MAX_VARIABLES = 200
MAX_VALUE = 500
"""How many literals a play may name, and how long each may become, in characters."""
MAX_ITEMS = 30
"""How many items of a loop are told apart."""

_LIST = regex(r"\A(?:---[^\n]*\n|[ \t]*\n|[ \t]*#[^\n]*\n)*-\s")
_PLAY = regex(r"^[ \t]{0,8}(?:-[ \t]+)?(?:hosts[ \t]*:|(?:ansible\.builtin\.)?import_playbook[ \t]*:)", re.MULTILINE)
_TASKS_FOLDERS = ("tasks", "handlers")
_OF_TESTS = frozenset("molecule test tests vagrant".split())
# Modules that run something, or put a file where a program reads it; the rest prepares the machine.
_MODULES = regex(
    r"\b(?:command|shell|script|raw|expect|action|local_action|django_manage|django_command|docker_\w+|podman_\w+|k8s_exec|template|copy|"
    r"pip|include_role|import_role)[ \t]*:"
)
_MATTERS = regex(
    r"manage\.py|django|migrat|collectstatic|syncdb|gunicorn|uvicorn|daphne|uwsgi|hypercorn|granian|waitress|mod_wsgi|celery|runserver|"
    r"dropdb|psql|\bmysql\b|\.sqlite|\.sh\b|\bdown\b|docker\s+volume|heroku|\.service\b|supervisor|nginx|apache2|httpd|Caddyfile|deploy|\bpip\b",
    re.IGNORECASE,
)
_DEVELOPMENT = frozenset("vagrant dev devel develop development local test tests testing".split())
_LOCALHOST = frozenset({"localhost", "127.0.0.1", "::1"})
_VAGRANT = regex(r"^(?![ \t]*#).*(?:/vagrant\b|\bvagrant@|user[ \t]*[:=][ \t]*[\"']?vagrant\b)", re.MULTILINE)

_KEYWORDS = frozenset(
    "name when tags register become become_user become_method become_flags become_exe vars environment args notify listen loop "
    "loop_control until retries delay ignore_errors ignore_unreachable failed_when changed_when check_mode diff delegate_to "
    "delegate_facts run_once no_log async poll throttle timeout any_errors_fatal connection remote_user port module_defaults "
    "collections debugger sudo sudo_user su su_user gather_facts first_available_file always_run".split()
)
_LOOPS = ("loop", "with_items", "with_list", "with_flattened")
_UNCERTAIN = '[ -e "$when" ]'
"""A condition of which nothing is known."""


def claims(source: Source) -> bool:
    """Whether the file is a playbook, or a list of tasks in the folder for it, that may run something."""
    folders = source.folder.split("/")
    if not _OF_TESTS.isdisjoint(folders) or not _LIST.match(source.text):
        return False
    if _PLAY.search(source.text):
        return True
    is_role = folders[-1] in _TASKS_FOLDERS
    return is_role and bool(_MODULES.search(source.text)) and bool(_MATTERS.search(source.text))


@dataclass(frozen=True)
class _Scope:
    """What holds for a task: where it stands, the literals it may name, and the conditions around it."""

    source: Source
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    conditions: tuple[str, ...] = ()
    environment: tuple[Node, ...] = field(default=(), repr=False)
    """Mappings of variables."""
    item_line: int | None = None
    """Where the item of a loop stands that the task is run for."""

    @property
    def role(self) -> str | None:
        """The folder of the role that the file belongs to."""
        folder, name = posixpath.split(self.source.folder)
        return folder if name in _TASKS_FOLDERS else None


def read(source: Source) -> Iterator[Fact]:
    """A service for every play, or for a role's file of tasks; one more for each task that starts a server."""
    try:
        nodes = [node for document in parse(source) for node in document.elements()]
    except Unreadable:
        if "{%" not in source.text:
            raise
        # A template of a project's template, which something else fills in first.
        yield from _mentioned(source.text, 1, source, "is YAML only once it is filled in")
        return
    if _VAGRANT.search(source.text):
        yield from _mentioned(source.text, 1, source, "shows Vagrant, so that it may be for development")
        return
    names: dict[str, int] = {}
    plays = [node for node in nodes if _is_play(node)]
    for play in plays:
        for fact in _play(play, source):
            yield _renamed(fact, names) if isinstance(fact, Service) else fact
    if not plays:
        folder, stem = source.folder, source.name.partition(".")[0]
        scope = _Scope(source)
        if stem != "main" or posixpath.basename(folder) == "handlers":
            scope = replace(scope, conditions=(_UNCERTAIN,))
        role = posixpath.basename(scope.role or "")
        for fact in _services(role or stem, _tasks(nodes, scope)):
            yield _renamed(fact, names) if isinstance(fact, Service) else fact


def _is_play(node: Node) -> bool:
    return bool(node.get("hosts")) or any(_short(entry.key) == "import_playbook" for entry in node.items())


def _short(module: str) -> str:
    return module.rpartition(".")[2]


def _renamed(service: Service, names: dict[str, int]) -> Service:
    names[service.name] = count = names.get(service.name, 0) + 1
    return service if count == 1 else replace(service, name=f"{service.name} ({count})")


def _mentioned(text: str, line: int, source: Source, reason: str) -> Iterator[BlindSpot]:
    hides = unread_format.mentioned(text)
    if hides:
        yield BlindSpot(reason, source.location(line), hides)


def _texts(node: Node) -> Iterator[str]:
    """Every text in a node, keys included."""
    stack = [node]
    while stack:
        found = stack.pop()
        text = found.text()
        if text is not None:
            yield text
        stack += found.elements()
        for entry in found.items():
            yield entry.key
            stack.append(entry.value)


# --- plays ----------------------------------------------------------------------------------------------------------------


def _play(play: Node, source: Source) -> Iterator[Fact]:
    for entry in play.items():
        if _short(entry.key) == "import_playbook":
            yield from _reference(entry.value, source.folder, KIND, source)
    hosts = " ".join(play.get("hosts").strings())
    words = set(re.split(r"[\W_]+", hosts.lower()))
    if words & _DEVELOPMENT:
        return
    if hosts.strip() in _LOCALHOST or play.get("connection").text() == "local":
        text = "\n".join(_texts(play))
        yield from _mentioned(text, play.line, source, "runs on the machine that starts it, which may be anybody's")
        return
    scope = _narrowed(play, _Scope(source))
    facts: list[Step | Fact] = []
    for role in play.get("roles").elements():
        name = role.text() or role.get("role").text() or role.get("name").text() or ""
        facts += _role(name, role.line, source)
    for key in ("pre_tasks", "tasks", "post_tasks"):
        facts += _tasks(play.get(key).elements(), scope)
    facts += _tasks(play.get("handlers").elements(), _perhaps(scope))
    title = play.get("name").text() or source.name.partition(".")[0]
    yield from _services(resolved(title, {}), facts)


def _role(name: str, line: int, source: Source) -> Iterator[BlindSpot]:
    """What is not known of a role from elsewhere; those of the repository are read by themselves."""
    if "." in name and re.search(r"django|deploy|python|webapp|release", name, re.IGNORECASE):
        yield BlindSpot(f"uses the role '{quoted(name)}', which is not in the repository", source.location(line))


def _services(name: str, found: Iterable[Step | Fact]) -> Iterator[Fact]:
    steps: list[Step] = []
    for fact in found:
        if isinstance(fact, Step):
            steps.append(fact)
        else:
            yield fact
    yield from services(name, KIND, steps)


def _variables(environment: Iterable[Node], source: Source) -> Iterator[EnvVar]:
    """By name: what a task is given is not what the site is given. Only a secret, and the settings, say more."""
    for mapping in environment:
        for entry in mapping.items():
            value = entry.value.text()
            is_literal = value is not None and "{{" not in value and "$" not in value
            shows = entry.key == "DJANGO_SETTINGS_MODULE" or secrets.classify(entry.key, value or "") is not None
            yield source.env_var(entry.key, value if is_literal and shows else None, entry.line)


# --- what holds for a task --------------------------------------------------------------------------------------------


def _perhaps(scope: _Scope) -> _Scope:
    return scope if _UNCERTAIN in scope.conditions else replace(scope, conditions=(*scope.conditions, _UNCERTAIN))


def _narrowed(node: Node, scope: _Scope) -> _Scope:
    """The scope with the variables, the environment and the conditions that a play, block or task states."""
    variables = dict(scope.variables)
    for entry in node.get("vars").items():
        if len(variables) < MAX_VARIABLES:
            _set_variable(variables, entry.key, entry.value)
    environment = (*scope.environment, *node.get("environment").listed())
    conditions = dict.fromkeys(scope.conditions)
    for when in node.get("when").strings():
        condition = _condition(when)
        if condition is not None:
            conditions[condition] = None
    return replace(scope, variables=variables, environment=environment, conditions=tuple(conditions))


def _set_variable(variables: dict[str, str], name: str, node: Node) -> None:
    """A literal that is no secret, under its name; any other value takes the name away."""
    variables.pop(name, None)
    text = node.text()
    if text is None or len(text) > MAX_VALUE or "\n" in text or "{%" in text:
        return
    value = resolved(text, variables)
    if len(value) <= MAX_VALUE and not secrets.is_sensitive(name, value):
        variables[name] = value


_COMPARED = regex(rf"({NAME})(?:\s*\|\s*default\([^()]*\))?\s*(==|!=)\s*['\"]([\w.-]+)['\"]")
_SWITCH = regex(rf"(not\s+)?({NAME})(?:\s*\|\s*(?:bool|default\([^()]*\)))*")
_ENVIRONMENT_WORD = regex(r"(?:^|[_.-])(?:prod|production|live|dev|devel|development|local|test|testing)(?:$|[_.-])")
# On one machine of several, but on one for certain.
_ONE_OF_ALL = regex(r"\b(?:inventory_hostname|groups|play_hosts|ansible_play_(?:hosts|batch))\b")


def _condition(text: str) -> str | None:
    """A ``when`` in a shell's words; None for one that always holds."""
    text = text.strip()[:MAX_VALUE]
    if text.lower() in ("true", "yes", "on") or _ONE_OF_ALL.search(text):
        return None
    compared = _COMPARED.fullmatch(text)
    if compared is not None and _ENVIRONMENT_WORD.search(compared[3]):
        return f'[ "${compared[1]}" {"=" if compared[2] == "==" else "!="} "{compared[3]}" ]'
    switch = _SWITCH.fullmatch(text)
    if switch is not None and _ENVIRONMENT_WORD.search(switch[2]):
        return f'[ {"-z" if switch[1] else "-n"} "${switch[2]}" ]'
    return _UNCERTAIN


# --- tasks ----------------------------------------------------------------------------------------------------------------


def _tasks(nodes: tuple[Node, ...] | list[Node], scope: _Scope) -> Iterator[Step | Fact]:
    """What these tasks do; recursive into blocks, which YAML's own depth bounds."""
    if len(nodes) > MAX_TASKS:
        raise Unreadable(f"holds more than {MAX_TASKS} tasks", nodes[MAX_TASKS].line)
    for task in nodes:
        if "never" in task.get("tags").strings():
            text = "\n".join(_texts(task))
            yield from _mentioned(text, task.line, scope.source, "is run only where its tag is asked for")
            continue
        if any(when.strip().lower() in ("false", "no") for when in task.get("when").strings()):
            continue
        inner = _narrowed(task, scope)
        yield from _tasks(task.get("block").elements(), inner)
        yield from _tasks(task.get("rescue").elements(), _perhaps(inner))
        yield from _tasks(task.get("always").elements(), inner)
        module, node = _module(task)
        if node:
            for once in _iterations(task, inner):
                yield from _done(module, _Arguments.of(node, task.get("args"), once), once)


def _module(task: Node) -> tuple[str, Node]:
    """The short name of the module that a task calls, and what it gives it; ABSENT where there is none."""
    for key in ("action", "local_action"):
        node = task.get(key)
        if node.get("module").text():
            return _short(node.get("module").text() or ""), node
        if isinstance(node, Scalar):
            name, _, rest = node.value.strip().partition(" ")
            return _short(name), replace(node, value=rest)
    for entry in task.items():
        if entry.key not in _KEYWORDS and not entry.key.startswith("with_"):
            return _short(entry.key), entry.value
    return "", ABSENT


def _iterations(task: Node, scope: _Scope) -> Iterator[_Scope]:
    """The scope for each item of a loop over literals; the scope itself, the item unknown, for every other task."""
    node = next((found for key in _LOOPS if (found := task.get(key))), ABSENT)
    items = node.elements()
    variable = task.get("loop_control", "loop_var").text() or "item"
    if not items or len(items) > MAX_ITEMS:
        yield scope
        return
    for item in items:
        variables = dict(scope.variables)
        _set_variable(variables, variable, item)
        for entry in item.items()[:MAX_ITEMS]:
            _set_variable(variables, f"{variable}.{entry.key}", entry.value)
        yield replace(scope, variables=variables, item_line=item.line)


# --- what is given to a module ------------------------------------------------------------------------------------------

# ``name=value`` behind a module's name, https://docs.ansible.com/ansible/latest/reference_appendices/YAMLSyntax.html
_PAIR = regex(r"""(?:^|(?<=\s))([a-z_]{1,40})=("[^"\n]*"|'[^'\n]*'|[^\s"']+)""")
_OF_FREE_FORM = frozenset("chdir creates removes executable warn stdin stdin_add_newline strip_empty_ends".split())


@dataclass(frozen=True)
class _Arguments:
    """What a task gives its module: ``named``, and the text that has no name, for a shell, with its line."""

    named: Mapping[str, Node] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    line: int = 1

    @classmethod
    def of(cls, node: Node, more: Node, scope: _Scope) -> _Arguments:
        named = {entry.key: entry.value for entry in (*node.items(), *more.items())}
        if not isinstance(node, Scalar):
            return cls(named, line=node.line)
        text = resolved(_written(node, scope.source), scope.variables)
        line, end = node.content_line, 0
        for match in _PAIR.finditer(text):
            line, end = line + text.count("\n", end, match.start()), match.start()
            named.setdefault(match[1], Scalar(line, value=match[2].strip("\"'"), style='"'))
        return cls(named, text, node.content_line)

    def value(self, scope: _Scope, *names: str) -> str | None:
        """A named text, its expressions resolved."""
        node = next((self.named[name] for name in names if name in self.named), ABSENT)
        text = node.text()
        return None if text is None else resolved(text, scope.variables)

    def free_form(self) -> str:
        """The text without the names that belong to the module and not to the command."""
        return _PAIR.sub(lambda match: "" if match[1] in _OF_FREE_FORM else match[0], self.text).strip(" ").rstrip()

    def command(self, scope: _Scope, *names: str) -> tuple[str, int] | None:
        """A named command for a shell, with its line: a text, or a list of words."""
        node = next((self.named[name] for name in names if name in self.named), ABSENT)
        if node.elements():
            words = [resolved(text, scope.variables) for text in node.strings()]
            quoted = [word if "$" in word else shlex.quote(word) for word in words]
            return " ".join(quoted), node.elements()[0].line
        if node.text() is None:
            return None
        return resolved(_written(node, scope.source), scope.variables), node.content_line


def _written(node: Node, source: Source) -> str:
    """A scalar's text for a shell; lines that YAML folds into one stay lines that the shell reads as one."""
    if isinstance(node, Scalar) and node.style != "|":
        return " \\\n".join(node.folded(source))
    return node.text() or ""


# --- modules ------------------------------------------------------------------------------------------------------------

_RUN_IN_CONTAINER = {
    "docker_container_exec": ("docker exec", "container"),
    "podman_container_exec": ("podman exec", "name"),
    "docker_compose_v2_exec": ("docker compose exec", "service"),
    "docker_compose_v2_run": ("docker compose run", "service"),
    "docker_container": ("docker run", "image"),
    "podman_container": ("podman run", "image"),
    "k8s_exec": ("kubectl exec", "pod"),
}


def _done(module: str, arguments: _Arguments, scope: _Scope) -> Iterator[Step | Fact]:
    if module in ("command", "shell", "raw", "expect"):
        yield from _run(arguments, scope)
    elif module == "script":
        yield from _run_script(arguments, scope)
    elif module in ("django_manage", "django_command"):
        yield from _managed(arguments, scope, is_module=module == "django_command")
    elif module in _RUN_IN_CONTAINER:
        yield from _run_in_container(module, arguments, scope)
    elif module in _INSTALLERS:
        yield from _installed(_INSTALLERS[module], arguments, scope)
    elif module in ("template", "copy"):
        yield from _configured(module, arguments, scope)
    elif module in ("include_role", "import_role"):
        name = arguments.value(scope, "name") or ""
        yield from _role(name, arguments.line, scope.source)
    elif module in ("import_tasks", "include_tasks", "include"):
        yield from _included(arguments, scope)


def _step(
    text: str, line: int, scope: _Scope, *, folder: str | None = None, in_container: bool = False
) -> Iterator[Step]:
    if not is_of_application(text):
        return
    head = f"if {' && '.join(scope.conditions)}; then " if scope.conditions else ""
    if folder and not re.search(r"[\"`\\\n]", folder):
        head += f'cd "{folder}"; '
    line = line if scope.item_line is None else scope.item_line
    command = scope.source.shell(f"{head}{text}\nfi" if scope.conditions else f"{head}{text}", line)
    yield Step(command, tuple(_variables(scope.environment, scope.source)), stays=not in_container)


def _run(arguments: _Arguments, scope: _Scope) -> Iterator[Step]:
    found = arguments.command(scope, "cmd", "argv", "command", "_raw_params") if not arguments.text else None
    text, line = found or (arguments.free_form(), arguments.line)
    # Only once on every machine.
    scope = _perhaps(scope) if {"creates", "removes"} & arguments.named.keys() else scope
    yield from _step(text, line, scope, folder=arguments.value(scope, "chdir"))


def _run_script(arguments: _Arguments, scope: _Scope) -> Iterator[Step]:
    """A script of the control machine: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/script_module.html."""
    found = arguments.command(scope, "cmd", "_raw_params") if not arguments.text else None
    text, line = found or (arguments.free_form(), arguments.line)
    path = within(scope.role or scope.source.folder, text if "/" in text else f"files/{text}")
    if path is not None:
        yield from _step(f"sh {path}", line, scope)


def _managed(arguments: _Arguments, scope: _Scope, *, is_module: bool) -> Iterator[Step]:
    """https://docs.ansible.com/ansible/latest/collections/community/general/django_manage_module.html"""
    node = arguments.named.get("command", ABSENT)
    command = arguments.value(scope, "command")
    if not command:
        return
    words = ["python", "-m", "django"] if is_module else ["python", arguments.value(scope, "manage") or "manage.py"]
    words.append(command)
    if command in ("flush", "syncdb", "migrate", "collectstatic"):
        words.append("--noinput")
    for name in ("settings", "pythonpath", "database"):
        value = arguments.value(scope, name)
        if value:
            words.append(f"--{name}={value}")
    words += [f"--{name}" for name in ("clear", "link") if arguments.named.get(name, ABSENT).flag()]
    words += [value for name in ("apps", "fixtures") if (value := arguments.value(scope, name))]
    words += [resolved(word, scope.variables) for word in arguments.named.get("extra_args", ABSENT).strings()]
    folder = arguments.value(scope, "project_path", "app_path", "chdir")
    yield from _step(" ".join(words), node.line, scope, folder=folder)


def _run_in_container(module: str, arguments: _Arguments, scope: _Scope) -> Iterator[Step]:
    found = arguments.command(scope, "command", "argv")
    if found is None or arguments.value(scope, "state") in ("absent", "stopped"):
        return
    program, target = _RUN_IN_CONTAINER[module]
    name = re.sub(r"\s", "", arguments.value(scope, target) or "") or "$container"
    dashes = " --" if module == "k8s_exec" else ""
    yield from _step(f"{program} {name}{dashes} {found[0]}", found[1], scope, in_container=True)


_INSTALLERS = {"pip": "pip", "apt": "apt-get", "package": "apt-get", "yum": "yum", "dnf": "dnf"}
_SERVERS = regex(r"gunicorn|uvicorn|daphne|uwsgi|hypercorn|granian|waitress|mod[-_]wsgi", re.IGNORECASE)


def _installed(program: str, arguments: _Arguments, scope: _Scope) -> Iterator[Step]:
    """The servers that a task installs, and files of requirements; what is not known may hold any of them."""
    node = next((arguments.named[name] for name in ("name", "pkg") if name in arguments.named), ABSENT)
    names = [resolved(text, scope.variables) for text in node.strings()]
    names = [name for text in names for name in re.split(r"[,\s]+", text) if _SERVERS.search(name) or "$" in name]
    words = [word for name in names for word in (("-r", name) if "$" in name else (shlex.quote(name),))]
    file = arguments.value(scope, "requirements")
    words += ["-r", file] if file else []
    if words and (program == "pip" or _SERVERS.search(" ".join(words))):
        text = f"{program} install {' '.join(words)}"
        line = arguments.named["requirements"].line if node is ABSENT else node.line
        yield Step(scope.source.shell(text, line if scope.item_line is None else scope.item_line))


# --- files that tasks name --------------------------------------------------------------------------------------------

_KINDS = (
    (regex(r"systemd/.*\.service(?:\.j2)?$|\.service(?:\.j2)?$"), "systemd"),
    (regex(r"supervisor"), "supervisord"),
    (regex(r"uwsgi[^/]*(?:/[^/]*)?\.ini$"), "uwsgi"),
    (regex(r"(?:^|/)nginx/"), "nginx"),
    (regex(r"(?:^|/)(?:apache2|httpd)/"), "apache"),
    (regex(r"(?:^|/)Caddyfile"), "caddy"),
)


def _configured(module: str, arguments: _Arguments, scope: _Scope) -> Iterator[Reference]:
    """The configuration that is put where a program reads it."""
    source, destination = arguments.value(scope, "src") or "", arguments.value(scope, "dest") or ""
    # What lies in a folder of its own in the destination is named after the source.
    target = destination + posixpath.basename(source) if destination.endswith("/") else destination
    kind = next((kind for pattern, kind in _KINDS if pattern.search(target)), None)
    if kind is None or not source or "$" in source or source.endswith("/"):
        return
    folder = scope.role or scope.source.folder
    beside = "templates" if module == "template" else "files"
    line = arguments.named["src"].line
    for path in dict.fromkeys((within(folder, posixpath.join(beside, source)), within(folder, source))):
        if path is not None:
            yield Reference(path, kind, scope.source.location(line))


def _included(arguments: _Arguments, scope: _Scope) -> Iterator[Reference]:
    name = arguments.value(scope, "file") or arguments.free_form().partition(" ")[0]
    yield from _reference(Scalar(arguments.line, value=name, style='"'), scope.source.folder, KIND, scope.source)


def _reference(node: Node, folder: str, kind: str, source: Source) -> Iterator[Reference]:
    path = within(folder, resolved(node.text() or "", {}))
    if path is not None and "$" not in path:
        yield Reference(path, kind, source.location(node.line))
