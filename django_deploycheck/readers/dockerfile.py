"""
Dockerfiles: the stages of an image, what each runs while it is built and what it starts.

After https://docs.docker.com/reference/dockerfile/. Of several CMD or ENTRYPOINT in a stage the last one counts; those
behind HEALTHCHECK and ONBUILD are others' commands. Variables are replaced in the instructions where BuildKit does so,
from ENV and the defaults of ARG; the shell replaces them in RUN, CMD and ENTRYPOINT. A secret never replaces its
variable.
"""

from __future__ import annotations

import posixpath
from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping, Sequence

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, CommandLine, Copy, EnvVar, Fact, ImageStage, Location, User
from django_deploycheck.patterns import regex
from django_deploycheck.readers._dockerfile import Instruction, expand, instructions
from django_deploycheck.records import dataclass, field, replace
from django_deploycheck.source import MAX_BYTES, Source, Unreadable

KIND = "dockerfile"
NATURE = "decided"
NAMES = (
    "*Dockerfile",
    "*.dockerfile",
    "dockerfile",
    "Dockerfile[0-9]*",
    "*Containerfile",
    "*.containerfile",
    # Any suffix but .dockerignore, which a pattern can only say by its last letters.
    *(
        f"{name}[._-]*{end}"
        for name in ("Dockerfile", "Containerfile")
        for end in ("[!e]", "[!r]e", "[!o]re", "[!n]ore")
    ),
)

MAX_STAGES = 100
"""How many stages a file may have; a real one had 9."""

MAX_INSTRUCTIONS = 250
"""How many instructions; a real one had 59."""

MAX_LENGTH = 8_000
"""How long an instruction may be that is no RUN, in characters."""

MAX_SUBSTITUTED = 256
"""The longest value, in characters, that takes its variable's place; a variable with a longer one stays as written."""

_KNOWN = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()
)
_VARIABLE = regex(r"\$\{?(?P<name>[A-Za-z_]\w*)")
_TEMPLATE = regex(r"\{\{|\{%|<%")
# Preprocessors' ways to take in another file: dockerfile-x, dockerfile-plus.
_INCLUDES = frozenset({"INCLUDE", "INCLUDE+"})


def read(source: Source) -> Iterator[Fact]:
    """One ``ImageStage`` for each FROM."""
    preamble: list[Instruction] = []
    groups: list[list[Instruction]] = []
    includes: list[BlindSpot] = []
    for number, instruction in enumerate(instructions(source.lines), 1):
        if number > MAX_INSTRUCTIONS:
            raise Unreadable(f"has more than {MAX_INSTRUCTIONS} instructions", instruction.line)
        if instruction.name != "RUN" and sum(map(len, instruction.pieces)) > MAX_LENGTH:
            raise Unreadable(f"has an instruction of more than {MAX_LENGTH} characters", instruction.line)
        if instruction.name == "FROM" and instruction.words:
            groups.append([instruction])
        elif instruction.name in _INCLUDES:
            includes.append(BlindSpot("takes in another file", source.location(instruction.line)))
        else:
            (groups[-1] if groups else preamble).append(instruction)
    yield from includes
    if not groups and includes:
        return
    if not groups and _TEMPLATE.search(source.text):
        yield BlindSpot("is a template", source.location(1))
        return
    if not groups:
        raise Unreadable("has no FROM instruction", None)
    if len(groups) > MAX_STAGES:
        raise Unreadable(f"has more than {MAX_STAGES} stages", groups[MAX_STAGES][0].line)
    yield from _stages(preamble, groups, source)


@dataclass(frozen=True, repr=False)
class _File:
    """What holds for all stages: the defaults of ARG before the first FROM with their lines, and the stages so far."""

    source: Source
    defaults: dict[str, tuple[str, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The names of stages as written, by their lower-case form."""


@dataclass(frozen=True, repr=False)
class _Scope:
    """The values of variables at some point of a stage; None for one whose value must not take its place."""

    longest: int
    """The longest value, in characters, that takes its variable's place."""
    environment: MutableMapping[str, str | None] = field(default_factory=dict)
    arguments: MutableMapping[str, str | None] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, str | None]:
        return ChainMap(self.environment, self.arguments)

    def copy(self) -> _Scope:
        return _Scope(self.longest, dict(self.environment), dict(self.arguments))

    def substitute(self, name: str, value: str) -> str | None:
        return None if secrets.is_sensitive(name, value) or len(value) > self.longest else value


def _stages(
    preamble: Sequence[Instruction], groups: Sequence[Sequence[Instruction]], source: Source
) -> Iterator[ImageStage]:
    file = _File(source)
    # However many variables there are, their values make the file at most twice as long as a file may be.
    shared = _Scope(min(MAX_SUBSTITUTED, MAX_BYTES // max(1, source.text.count("$"))))
    for instruction in preamble:
        if instruction.name == "ARG":
            for name, value, line in _arguments(instruction, shared, {}):
                if value is not None:
                    file.defaults[name] = (value, line)
    scopes: dict[str, _Scope] = {}
    for index, group in enumerate(groups):
        words = [word for word, _ in group[0].words]
        base = expand(words[0], shared.values, group[0].escape)
        base = file.names.get(base.lower(), base)
        scope = scopes[base].copy() if base in scopes else _Scope(shared.longest)
        stage = ImageStage(
            index=index,
            location=source.location(group[0].line),
            base=secrets.mask(base),
            name=_shown(words[2], shared, group[0]) if len(words) > 2 and words[1].lower() == "as" else None,
            base_default=_default_of(words[0], file),
        )
        yield _completed(stage, group[1:], scope, file)
        if stage.name is not None:
            file.names[stage.name.lower()] = stage.name
            scopes[stage.name] = scope


def _default_of(base: str, file: _File) -> Location | None:
    """Where the first variable in what FROM names gets its default."""
    names = (match["name"] for match in _VARIABLE.finditer(base))
    return next((file.source.location(file.defaults[name][1]) for name in names if name in file.defaults), None)


def _completed(stage: ImageStage, group: Sequence[Instruction], scope: _Scope, file: _File) -> ImageStage:
    """The stage with what these instructions say."""
    source = file.source
    entrypoint: CommandLine | None = None
    cmd: CommandLine | None = None
    users: list[User] = []
    workdirs: list[tuple[str, Location]] = []
    variables: list[tuple[str, str | None, Location]] = []
    arguments: list[EnvVar] = []
    runs: list[CommandLine] = []
    copies: list[Copy] = []
    ports: list[str] = []
    volumes: list[str] = []
    steps: list[str] = []
    for instruction in group:
        location = source.location(instruction.line)
        if instruction.name not in _KNOWN or not instruction.arguments:
            continue
        if instruction.name == "RUN":
            runs.append(_command(instruction, source))
        elif instruction.name == "CMD":
            cmd = _command(instruction, source)
        elif instruction.name == "ENTRYPOINT":
            entrypoint = _command(instruction, source)
        elif instruction.name in ("COPY", "ADD"):
            copy = _copy(instruction, scope, file.names, location)
            if copy is None:
                continue
            copies.append(copy)
        elif instruction.name == "ENV":
            found = list(_variables(instruction, scope))
            variables += ((key, value, source.location(line)) for key, value, line in found)
            for key, value, _ in found:
                scope.environment[key] = scope.substitute(key, value)
        elif instruction.name == "ARG":
            arguments += (
                source.env_var(key, value, line) for key, value, line in _arguments(instruction, scope, file.defaults)
            )
        elif instruction.name == "USER":
            users.append(User(_shown(instruction.arguments, scope, instruction), location))
        elif instruction.name == "WORKDIR":
            workdirs.append((_shown(instruction.arguments, scope, instruction), location))
        elif instruction.name == "EXPOSE":
            ports += _listed(instruction, scope)
        elif instruction.name == "VOLUME":
            volumes += _listed(instruction, scope)
        steps.append(instruction.name)
    return replace(
        stage,
        entrypoint=entrypoint,
        cmd=cmd,
        users=tuple(users),
        workdirs=tuple(workdirs),
        variables=tuple(secrets.env_vars(variables)),
        arguments=tuple(arguments),
        runs=tuple(runs),
        copies=tuple(copies),
        ports=tuple(ports),
        volumes=tuple(volumes),
        steps=tuple(steps),
    )


def _command(instruction: Instruction, source: Source) -> CommandLine:
    if instruction.exec_form is not None:
        return source.exec_form(instruction.exec_form, instruction.line, instruction.exec_lines)
    return source.shell(instruction.shell_text(), instruction.line)


def _shown(text: str, scope: _Scope, instruction: Instruction) -> str:
    return secrets.mask(expand(text, scope.values, instruction.escape))


def _listed(instruction: Instruction, scope: _Scope) -> list[str]:
    """The elements of a JSON array or the words."""
    elements = instruction.exec_form
    if elements is None:
        elements = tuple(word for word, _ in instruction.words)
    return [_shown(element, scope, instruction) for element in elements]


def _copy(instruction: Instruction, scope: _Scope, names: Mapping[str, str], location: Location) -> Copy | None:
    inline = bool(instruction.heredocs)
    *sources, destination = _listed(instruction, scope) or [""]
    if not destination or not (sources or inline):
        return None
    stage = instruction.flags.get("from")
    if stage is not None:
        stage = _shown(stage, scope, instruction)
        stage = names.get(stage.lower(), stage)
    else:
        sources = [_in_context(path) for path in sources]
    return Copy(tuple(sources), destination, location, stage, inline)


def _in_context(path: str) -> str:
    """The path relative to the build context, which nothing leaves; what ADD downloads stays as written."""
    if "://" in path or path.startswith("git@"):
        return path
    return posixpath.normpath("/" + path).lstrip("/") or "."


def _variables(instruction: Instruction, scope: _Scope) -> Iterator[tuple[str, str, int]]:
    """Name, value and line of what ENV sets, all replaced from the values before it."""
    values = scope.values
    words = instruction.words
    if "=" not in words[0][0]:
        name, *rest = instruction.arguments.split(None, 1)
        for value in rest:
            yield name, expand(value, values, instruction.escape), words[0][1]
        return
    for word, line in words:
        name, equals, value = word.partition("=")
        if equals and name:
            yield expand(name, values, instruction.escape), expand(value, values, instruction.escape), line


def _arguments(
    instruction: Instruction, scope: _Scope, defaults: Mapping[str, tuple[str, int]]
) -> Iterator[tuple[str, str | None, int]]:
    """
    Name, default and line of what ARG declares, taken over into the scope.

    One without a default has that of an ARG before the first FROM, and stands at its line.
    """
    for word, line in instruction.words:
        name, equals, text = word.partition("=")
        name = expand(name, scope.values, instruction.escape)
        value: str | None = expand(text, scope.values, instruction.escape) if equals else None
        if value is None and name in defaults:
            value, line = defaults[name]
        if value is not None:
            scope.arguments[name] = scope.substitute(name, value)
        yield name, value, line
