"""What commands and scripts are understood as: the parser of the shell, its interpreter, wrappers, servers and tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django_deploycheck import commands, hooks, remote, scripts, servers, shell, tasks
from django_deploycheck.conf import Configuration
from django_deploycheck.interpretation import MAX_EFFORT, follow
from django_deploycheck.linking.following import surroundings_of
from django_deploycheck.linking.work import Work
from django_deploycheck.model import CommandLine, ConfigValue, Copy, EnvVar, Location, Project, ServerConfig, TaskFile
from django_deploycheck.places import Place
from django_deploycheck.readers import load
from django_deploycheck.reading import Reading
from django_deploycheck.source import MAX_BYTES
from tests.fuzz import grammar
from tests.fuzz.core import Target
from tests.fuzz.grammar import Choices
from tests.fuzz.memory import Memory
from tests.fuzz.seeds import specimens, texts_of_tests
from tests.fuzz.targets.readers import check_fact

_HERE = Location("Procfile", 1)
_INTERPRETER = tuple(
    f"django_deploycheck.{name}"
    for name in "interpretation frames conditions programs scripts words tasks hooks".split()
)
_AROUND = tuple(
    f"django_deploycheck.{name}" for name in ("places", "linking.following", "commands", "servers", "remote")
)


def targets() -> Iterator[Target]:
    yield Target("shell", parse_text, _texts, ("django_deploycheck.shell",), tokens=_TOKENS)
    yield Target("shell-grammar", parse_made, noise, ("django_deploycheck.shell",))
    yield Target("interpreter", follow_text, _scripts, _INTERPRETER, _AROUND, _TOKENS)
    yield Target("interpreter-grammar", follow_made, noise, (), (*_INTERPRETER, *_AROUND))
    understood = tuple(f"django_deploycheck.{name}" for name in ("commands", "servers", "remote"))
    yield Target("commands", understand_text, _lines, understood, tokens=_TOKENS)
    yield Target("commands-grammar", understand_made, noise, (), understood)


_TOKENS = tuple(
    dict.fromkeys(
        (
            *(grammar.PROGRAMS + grammar.WRAPPERS),
            *"if then elif else fi for in do done while until case esac function select time coproc [[ ]] (( )) ;; ;& <<E <<-E".split(),
            *"\nE\n $@ $* ${ $( $(( ` && || | & ; ! { } <( >( 2>&1 <<< += :- :+ %% ## // eval source . exec set -- shift".split(
                " "
            ),
            *'exec "$@"|sh start.sh|./b.sh|make a|npm run a|just a|manage.py migrate|f() {|}\n|start.sh\0|Makefile\0'.split(
                "|"
            ),
        )
    )
)


# --- seeds --------------------------------------------------------------------------------------------------------------


@cache
def noise() -> tuple[bytes, ...]:
    """Bytes for grammars: every choice the same, and mixed."""
    same = [bytes([number]) * 60 for number in range(32)]
    mixed = [
        bytes((start + step * place) % 256 for place in range(120))
        for start in range(0, 256, 16)
        for step in (1, 7, 31)
    ]
    return (b"", *same, *mixed)


@cache
def _texts() -> tuple[bytes, ...]:
    found = [
        text
        for module in ("shell", "interpretation", "conditions", "words")
        for text in texts_of_tests(f"tests/test_{module}.py")
    ]
    found += [specimen.text for specimen in specimens() if specimen.path.endswith((".sh", "Procfile", "Dockerfile"))]
    return tuple(text.encode("utf-8", "replace") for text in found)


@cache
def _lines() -> tuple[bytes, ...]:
    found = [
        text
        for module in ("commands", "servers", "remote", "tasks", "hooks")
        for text in texts_of_tests(f"tests/test_{module}.py")
    ]
    return tuple(text.encode("utf-8", "replace") for text in found if len(text) < 400)


@cache
def _scripts() -> tuple[bytes, ...]:
    """A command line and the files behind it, divided by NUL."""
    own = [b"sh start.sh web\0start.sh\0" + text for text in _texts()]
    programs = ("programs", "tasks", "hooks", "remote", "places", "scripts", "interpretation", "commands", "servers")
    own += [
        text.encode("utf-8", "replace")
        for module in programs
        for text in texts_of_tests(f"tests/test_{module}.py")
        if len(text) < 300
    ]
    own += [f"/app/{name}".encode() for name in ("start.sh a", "b.sh", "tool.py")]
    own += [f"cd /app && {command}".encode() for command in _COMMANDS]
    own += [command.encode() for command in _COMMANDS]
    own += [
        f"make a b\0Makefile\0{specimen.text}".encode()
        for specimen in specimens()
        if specimen.path.endswith("Makefile")
    ]
    own += [
        f"just a\0justfile\0{text}".encode("utf-8", "replace")
        for text in texts_of_tests("tests/readers/test_justfile.py")
    ]
    own += [
        f"make a\0Makefile\0{text}".encode("utf-8", "replace")
        for text in texts_of_tests("tests/readers/test_makefile.py")
    ]
    own += [
        f"npm start\0package.json\0{text}".encode("utf-8", "replace")
        for text in texts_of_tests("tests/readers/test_package_json.py")
    ]
    own += [
        f"uwsgi a.ini\0a.ini\0{text}".encode("utf-8", "replace")
        for text in texts_of_tests("tests/readers/test_uwsgi.py")
    ]
    own += [
        f"supervisord -c s.conf\0s.conf\0{text}".encode("utf-8", "replace")
        for text in texts_of_tests("tests/readers/test_supervisord.py")
    ]
    own += [
        f"gunicorn -c g.py a\0g.py\0{text}".encode("utf-8", "replace")
        for text in texts_of_tests("tests/readers/test_gunicorn_conf.py")
    ]
    return tuple(own)


_COMMANDS = (
    *(
        "sh start.sh web",
        "./start.sh",
        "make",
        "make -C . b A=c",
        "make a.c",
        "just",
        "just a b c",
        "npm start",
        "yarn a x",
        "npx run-p a b",
    ),
    *(
        "honcho start web",
        "supervisord -c s.conf",
        "circusd circus.ini",
        "uwsgi --ini a.ini --hook-pre-app 'exec:sh b.sh'",
        "fab deploy",
    ),
    *(
        "gunicorn -c g.py a",
        "gunicorn -c python:g a",
        "docker compose -f compose.yml up",
        "ansible-playbook site.yml",
        "books run",
        "./perl.pl",
    ),
    *(
        "python manage.py deploy",
        "python manage.py shell -c 'call_command(1)'",
        "python -m tool",
        "python tool.py",
        "python < tool.py",
        "gulp a",
    ),
    *(
        "python - <<E\nimport subprocess\nE\n",
        "sh <<E\nsh b.sh\nE\n",
        "sh < b.sh",
        "$A b",
        "make $B",
        "npm run",
        "ssh a b",
        "python manage.py $A",
    ),
    *(
        "export PATH=/app:$PATH && start.sh",
        "su app -c 'sh b.sh'",
        "sudo -u www sh b.sh",
        "list=(a b); exec ${list[@]}",
        "foreman start -f Procfile",
    ),
)


# --- the parser ---------------------------------------------------------------------------------------------------------


def parse_text(data: bytes) -> None:
    parse(data.decode("utf-8", "replace"))


def parse_made(data: bytes) -> None:
    text = grammar.script(Choices(data))
    parse(text)
    words = text.split()[:8]
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    found = shell.parse(quoted)
    assert found.error is None, found
    read = [word.literal for node in found.body for word in node.words]  # type: ignore[union-attr]
    assert read == words, (read, words)


def parse(text: str) -> shell.Script:
    """The tree, after its promises were looked at: frozen, hashable, its lines in the text."""
    found = shell.parse(text)
    assert hash(found) == hash(shell.parse(text))
    assert repr(found)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert found.error_line is None or 1 <= found.error_line <= lines
    assert (found.error is None) == (found.error_line is None)
    for node in _nodes(found.body):
        line = getattr(node, "line", 1)
        assert 1 <= line <= lines, (node, lines)
        if isinstance(node, shell.Simple):
            assert (
                "\n" not in node.text.replace("\\\n", "") or "'" in text or '"' in text or "`" in text or "$" in text
            ), node
        for word in getattr(node, "words", ()):
            assert 1 <= word.line <= lines
            assert isinstance(word.text, str)
            assert word.literal is None or word.literal == word.text
    return found


def _nodes(block: shell.Block) -> Iterator[shell.Node]:
    for node in block:
        yield node
        for inner in _blocks(node):
            yield from _nodes(inner)


def _blocks(node: shell.Node) -> Iterator[shell.Block]:
    match node:
        case shell.Pipeline():
            yield node.commands
        case shell.AndOr():
            yield tuple(item for _, item in node.items)
        case shell.Background():
            yield (node.command,)
        case shell.If():
            yield from (block for pair in node.branches for block in pair)
            yield node.otherwise
        case shell.Case():
            yield from (block for _, block in node.branches)
        case shell.Loop():
            yield from (node.condition, node.body)
        case shell.For() | shell.Function() | shell.Group():
            yield node.body
        case shell.Simple():
            yield from (
                part.script for word in node.words for part in word.parts if isinstance(part, shell.Substitution)
            )


# --- the interpreter ----------------------------------------------------------------------------------------------------


def follow_text(data: bytes) -> None:
    """A command line, then names and texts of files, divided by NUL."""
    line, *parts = data.split(b"\0")
    files = {_path(path): text for path, text in zip(parts[::2], parts[1::2], strict=False)}
    text = line.decode("utf-8", "replace")
    follow_line(text, {**_FILES, **files}, in_container="/app" in text)


def follow_made(data: bytes) -> None:
    choices = Choices(data)
    names = ("start.sh", "b.sh", "c.sh")
    line = f"{choices.one(('sh start.sh', './start.sh', 'exec bash start.sh', '/app/start.sh'))} {choices.one(('', 'web', '$A'))}"
    files: dict[str, bytes] = {
        name: b"#!/bin/sh\n" + grammar.script(choices).encode("utf-8", "replace") for name in names
    }
    files["Makefile"] = (
        b"A ?= b\na: b\n\t"
        + grammar.simple(choices).replace("\n", " ").encode("utf-8", "replace")
        + b"\nb:\n\tsh b.sh $(A)\n"
    )
    files["Procfile"] = b"web: " + grammar.simple(choices).replace("\n", " ").encode("utf-8", "replace") + b"\n"
    files["manage.py"] = b""
    follow_line(line, files, in_container=choices.flag())


_FILES = {
    "start.sh": b'#!/bin/sh\n. ./b.sh\nmake a\nexec "$@"\n',
    "b.sh": b"export A=b\nf() { python manage.py migrate; }\nf\n",
    "Makefile": b"A ?= b\n-include c.mk\na: b %.c\n\t@$(MAKE) b A=$(A)\n\tcd x && ./start.sh $@ $<\nb:\n\t-sh b.sh $(shell pwd) $(B)\n%.c:\n\techo $*\n",
    "justfile": b"export A := 'b' + env('C', 'd')\ndefault: (b 'x')\na b='c' *d:\n  sh b.sh {{A}} {{b}}\nb c: && a\n  #!/bin/sh\n  echo {{c}}\n",
    "package.json": b'{"scripts": {"start": "npm run a -- x", "prestart": "run-s a b", "a": "sh b.sh", "b": "concurrently \'npm:a\' \'sh b.sh\'"}}',
    "Procfile": b"web: sh start.sh gunicorn a\nworker: celery -A a worker\n",
    "s.conf": b"[program:web]\ncommand=sh start.sh\nuser=app\ndirectory=/app\nenvironment=A=b\n[program:b]\ncommand=uwsgi a.ini\n",
    "a.ini": b"[uwsgi]\nini=b.ini\nmodule=a\nhook-pre-app=exec:sh b.sh\nattach-daemon=celery worker\ncron=1 2 3 4 5 sh b.sh\nmule=a.py\n",
    "b.ini": b"[uwsgi]\nsmart-attach-daemon2=cmd=sh b.sh,pidfile=x\nprocesses=3\nchdir=/app\n",
    "g.py": b"workers = 3\nbind = ['a:1', 'b:2']\nreload = True\nraw_env = ['DJANGO_SETTINGS_MODULE=a.b']\n",
    "gunicorn.conf.py": b"import os\nworkers = int(os.environ.get('A', 2))\n",
    "circus.ini": b"[watcher:a]\ncmd = sh\nargs = start.sh\n",
    "fabfile.py": b"def deploy(c):\n    c.run('python manage.py migrate')\n",
    "compose.yml": b"services:\n  web:\n    command: sh start.sh\n",
    "site.yml": b"- hosts: all\n  tasks:\n    - shell: sh start.sh\n",
    "manage.py": b"from django.core.management import execute_from_command_line\n",
    "books/management/commands/deploy.py": b"from django.core.management import call_command\ncall_command('migrate')\ncall_command(x)\n",
    "tool.py": b"import subprocess\nsubprocess.run(x)\n",
    "pyproject.toml": b'[project.scripts]\nbooks = "books.cli:main"\n',
    "perl.pl": b"#!/usr/bin/perl\n",
}


def _path(name: bytes) -> str:
    return name.decode("utf-8", "replace").strip("/ \n") or "start.sh"


def follow_line(line: str, files: dict[str, bytes], *, in_container: bool = False) -> None:
    """Follow a command line in a repository of these files and hold what is found against its promises."""
    repository = Memory({path: text[:MAX_BYTES] for path, text in files.items()})
    work = Work(repository, Reading(), load(), Project(), Configuration())
    copies = (Copy((".",), "/app", Location("Dockerfile", 2)),)
    place = Place(workdir="/app", container=True, copies=copies) if in_container else Place()
    variables = [EnvVar("A", "b c", Location(".env", 1)), EnvVar("DJANGO_ENV", None, Location(".env", 2))]
    run = follow(CommandLine(_HERE, text=line), surroundings_of(work), place, variables)
    assert work.reading.crashes == [], work.reading.crashes
    assert hash(run) is not None
    assert repr(run)
    lines = {path: text.count(b"\n") + text.count(b"\r") + 2 for path, text in files.items()}
    for command in run.commands:
        assert len(command.text) < 20_000
        for location in (command.location, *command.via):
            assert location.path in lines or location.path == "Procfile", location
            most = max(
                lines.get(location.path, 0),
                line.count("\n") + line.count("\r") + 1 if location.path == "Procfile" else 0,
            )
            assert location.line is None or 1 <= location.line <= most, (location, most)
    for spot in run.blind_spots:
        assert len(spot.reason) < 5_000
    assert len(run.commands) <= MAX_EFFORT


# --- one command --------------------------------------------------------------------------------------------------------


def understand_text(data: bytes) -> None:
    understand(commands.words(data.decode("utf-8", "replace")))


def understand_made(data: bytes) -> None:
    choices = Choices(data)
    text = grammar.command_words(choices)
    understand(commands.words(text))
    understand(text.split(" "))


def understand(argv: list[str]) -> None:
    """Everything that is asked of the arguments of one command."""
    unwrapped = commands.unwrap(argv)
    assert hash(unwrapped) is not None
    assert len(unwrapped.argv) <= max(len(argv), 1) + 10_000
    assert commands.unwrap(argv) == unwrapped
    for words in (argv, list(unwrapped.argv)):
        commands.management_command(words)
        commands.option_value(words, "-c", "--config")
        if words:
            commands.python_target(words)
            scripts.is_well_known(words)
        scripts.arguments_of_shell(words)
        server = servers.server(words, environment(words), _HERE)
        if server is not None:
            check_fact_of_procfile(server)
            for config in configurations(server.name, words):
                check_fact_of_procfile(servers.with_config(server, config))
                servers.uwsgi_application(config)
        values = list(servers.uwsgi_options(words, {"UWSGI_HTTP": ":80"}, _HERE))
        list(hooks.hooks(values))
        list(hooks.hooks(ConfigValue(word, word, _HERE) for word in words))
        found = remote.remote(words) if words else None
        assert found is None or hash(found) is not None
        if words:
            remote.is_harmless(words)
        remote.compose_files(words, {"COMPOSE_FILE": ":".join(words)})
        call = tasks.call(words) if words else None
        if call is not None:
            tasks.plan(call, TaskFile(call.tool if call.tool != "npm" else "npm", "Makefile"), {})
        tasks.texts_run_together(words)


def check_fact_of_procfile(fact: object) -> None:
    from django_deploycheck.source import Source

    check_fact(fact, Source(_HERE.path, "one line\n"))


def environment(words: list[str]) -> dict[str, str]:
    """What the environment may tell a server, the same words among it."""
    first = words[0] if words else ""
    last = words[-1] if words else ""
    return {
        "GUNICORN_CMD_ARGS": " ".join(words),
        "PORT": "8000",
        "UWSGI_HTTP": ":80",
        "UWSGI_RELOAD": last,
        "UVICORN_LOG_LEVEL": last,
        "UVICORN_RELOAD": "true",
        "UVICORN_PORT": last,
        "UVICORN_PROXY_HEADERS": "1",
        "GRANIAN_PORT": last,
        "GRANIAN_WORKERS": last,
        "GRANIAN_RELOAD": first,
        "WEB_CONCURRENCY": last,
    }


_CONFIGURED = (
    *("workers", "bind", "reload", "loglevel", "raw_env", "wsgi_app", "chdir", "protocol", "user", "worker_class"),
    *(
        "processes",
        "http",
        "http-socket",
        "socket",
        "module",
        "wsgi-file",
        "py-autoreload",
        "env",
        "uid",
        "master",
        "cheaper",
    ),
)


def configurations(server: str, words: list[str]) -> Iterator[ServerConfig]:
    """Configuration files in which these words stand, as options and as values of every type."""
    made: tuple[Callable[[str], Any], ...] = (
        str,
        len,
        bool,
        lambda word: (word, word),
        lambda word: True,
        lambda word: None,
    )
    for start in range(2):
        values = tuple(
            ConfigValue(name, made[(number + start) % len(made)](word), _HERE, conditional=number % 5 == 4)
            for number, (name, word) in enumerate(zip((*_CONFIGURED, *words), [*words, *_CONFIGURED] * 2, strict=False))
        )
        yield ServerConfig(server, _HERE.path, values)
