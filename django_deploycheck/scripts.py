"""Which commands are scripts of the project, and what they are written in, as far as their names and first lines tell."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from django_deploycheck import commands
from django_deploycheck.patterns import regex

SHELL_SUFFIXES = (".sh", ".bash")

_SYSTEM_FOLDERS = ("/usr/", "/bin/", "/sbin/", "/etc/", "/opt/bitnami/", "/dev/", "/proc/", "/command/", "/lib/")
_SHELL_SHEBANG = regex(r"\b(?:ba|da|a|z|k)?sh\b|with-contenv|execlineb", holding="sh with-contenv execlineb")
_SETS_ENVIRONMENT = regex(r"(?:^|/)(?:activate|nvm\.sh|\.bashrc|\.profile|cargo|env|os-release|\.env[^/]*|[^/]*\.env)$")
# They only wait where no command follows, and ask a lot to find that out.
_WAIT_SCRIPT = regex(r"wait[-_]?for[-_]?it(?:\.sh)?|wait-for(?:\.sh)?", holding="wait")
_VALUED_OPTIONS = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"})


def is_well_known(argv: Sequence[str]) -> bool:
    """Whether a command is understood by its name, wherever it lies, so that no script has to be looked for."""
    name = commands.program_name(argv[0])
    return (
        commands.is_python(name)
        or name in commands.SERVERS
        or name in commands.WORKER_PROGRAMS
        or _WAIT_SCRIPT.fullmatch(name) is not None
        or commands.management_command(argv) is not None
    )


def is_own_path(path: str) -> bool:
    """Whether the path of a program that is not in the repository looks like one of the project's own scripts."""
    if path.endswith(SHELL_SUFFIXES):
        return True
    return not path.startswith(_SYSTEM_FOLDERS) and "/bin/" not in path and "$" not in posixpath.dirname(path)


def only_sets_environment(path: str) -> bool:
    """Whether a file that is sourced is known to start nothing: a virtual environment's ``activate``, ``.env``."""
    return _SETS_ENVIRONMENT.search(path) is not None


def language_of(path: str, text: str) -> str:
    """What a script is written in: ``shell``, ``python`` or, empty, something else."""
    first = text[:200].partition("\n")[0]
    if path.endswith(".py") or (first.startswith("#!") and "python" in first):
        return "python"
    return "" if first.startswith("#!") and not _SHELL_SHEBANG.search(first) else "shell"


def arguments_of_shell(arguments: Sequence[str]) -> tuple[list[str], bool]:
    """The arguments behind a shell's options, and whether it reads its input and not the file that the first one names."""
    index, reads_input = 0, False
    while index < len(arguments) and arguments[index].startswith(("-", "+")):
        option = arguments[index]
        index += 2 if option in _VALUED_OPTIONS else 1
        if option == "--":
            break
        reads_input = reads_input or (not option.startswith("--") and "s" in option)
    rest = list(arguments[index:])
    return rest, reads_input or not rest
