"""
Google Cloud Build: images that are built, steps that run something of the application, and what ``gcloud`` deploys.

After https://docs.cloud.google.com/build/docs/build-config-file-schema, https://docs.cloud.google.com/sdk/gcloud/reference/run/deploy and
https://github.com/GoogleCloudPlatform/ruby-docker/tree/master/app-engine-exec-wrapper. A step runs the image that ``name`` names, with
``entrypoint`` and ``args`` in place of its own, or a ``script``, in the folder /workspace, which holds the source and is shared by all
steps. The exec-wrapper runs what follows ``--`` in the image that ``-i`` names. ``$$`` stands for a dollar sign. Only a build that
deploys, or runs something by the exec-wrapper, says something of production.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from django_deploycheck import secrets
from django_deploycheck.commands import option_value
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    PlatformUse,
    Port,
    Reference,
    Role,
    Service,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers._yaml import ABSENT, Node, Scalar, parse, parse_json
from django_deploycheck.records import dataclass
from django_deploycheck.source import Source, Unreadable, quoted, within

KIND = "cloud-build"
NAMES = tuple(
    f"{stem}.{suffix}"
    for stem in ("cloudbuild", "cloudbuild[-_.]*", "*[-_.]cloudbuild", "cloudmigrate*", ".cloudbuild/*", "cloudbuild/*")
    for suffix in ("yaml", "yml", "json")
)
NATURE = "decided"

_SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash"})
# Builders that hold no code of ours: https://docs.cloud.google.com/build/docs/cloud-builders
_BUILDER = regex(
    r"(?:^|/)(?:cloud-builders(?:-community)?|cloud-sdk|google-cloud-cli|cloudsdktool|kaniko-project|buildpacks|k8s-skaffold|hashicorp)(?:[/:@]|$)"
    r"|^(?:python|node|ubuntu|debian|alpine|bash|busybox|golang|docker|postgres|mysql|redis)(?:[:@]|$)"
    r"|/(?:skaffold|pack|executor)(?:[:@]|$)"
)
_APPLICATION = regex(r"manage\.py|django-admin|\bmigrat|\bcollectstatic\b|\bgunicorn\b|\.sh\b")
_TESTS = regex(r"\bpytest\b|manage\.py\s+test\b|\btox\b|\bcoverage\s+run\b")
_WORDS_LIMIT = 20_000
# The tools of builders' images, which are run where a step states only arguments.
_TOOLS = {
    "docker": "docker",
    "gcloud": "gcloud",
    "cloud-sdk": "gcloud",
    "google-cloud-cli": "gcloud",
    "kubectl": "kubectl",
    "executor": "executor",
}


@dataclass(frozen=True, repr=False)
class _Step:
    """A step: its image, what it runs as words or as a script, and where."""

    node: Node
    image: str
    argv: tuple[str, ...]
    script: CommandLine | None
    line: int
    folder: str

    @property
    def name(self) -> str:
        return secrets.mask(self.node.get("id").text() or self.image.rpartition("/")[2] or "step")


def claims(source: Source) -> bool:
    """Whether the file has steps, as a build has."""
    return bool(re.search(r"^[ \t]*[\"']?steps[\"']?[ \t]*:", source.text, re.MULTILINE))


def read(source: Source) -> Iterator[Fact]:
    """What is deployed, what is built for it, and what the steps run of the application."""
    document = _document(source)
    steps = [_step(node, source) for node in document.get("steps").elements()]
    built = {tag: image for step in steps for tag, image in _built(step, source)}
    for image in dict.fromkeys(built.values()):
        if image.dockerfile is not None:
            yield Reference(image.dockerfile, "dockerfile", image.location)
    deployed = [fact for step in steps for fact in _deployed(step, built, source)]
    yield from deployed
    wrapped = next((step for step in steps if _is_wrapped(step)), None)
    if wrapped is not None and not deployed:
        yield PlatformUse("cloud-run", source.location(wrapped.line))
    if deployed or wrapped is not None:
        for step in steps:
            yield from _run(step, built, source)


def _is_wrapped(step: _Step) -> bool:
    """Whether it runs a command in an image with the database of production beside it."""
    return "exec-wrapper" in step.image and "--" in step.argv


def _document(source: Source) -> Node:
    if source.name.endswith(".json"):
        try:
            return parse_json(source)
        except Unreadable:
            pass  # such files may hold comments, which YAML reads in part
    documents = parse(source)
    return documents[0] if documents else ABSENT


def _step(node: Node, source: Source) -> _Step:
    entrypoint, args, script = node.get("entrypoint").text(), node.get("args"), node.get("script")
    words = [text.replace("$$", "$") for text in args.strings()]
    if len(words) == 1 and isinstance(args, Scalar):
        words = _split(words[0])
    folder = within("", (node.get("dir").text() or "").strip("/")) or ""
    elements = args.listed()
    line = elements[0].line if elements else node.line
    command = None
    if script.text():
        command = source.shell((script.text() or "").replace("$$", "$"), script.content_line)
    elif entrypoint in _SHELLS and len(words) > 1 and words[0].startswith("-") and words[0].endswith("c"):
        command = source.shell(words[1], elements[-1].content_line if len(elements) > 1 else line)
    image = (node.get("name").text() or "").strip()
    return _Step(node, image, tuple([entrypoint] if entrypoint else []) + tuple(words), command, line, folder)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text[:_WORDS_LIMIT])
    except ValueError:
        return text[:_WORDS_LIMIT].split()


# --- images -------------------------------------------------------------------------------------------------------------


def _commands(step: _Step) -> Iterator[tuple[list[str], int]]:
    """The simple commands of a step as words, each with its line; a script's lines joined where they continue."""
    if step.script is None:
        argv = list(step.argv)
        builder = step.image.partition("@")[0].rpartition("/")[2].partition(":")[0]
        if builder in _TOOLS and argv[:1] != [_TOOLS[builder]]:
            argv = [_TOOLS[builder], *argv]
        yield argv, step.line
        return
    first = step.script.location.line or 1
    lines = (step.script.text or "").split("\n")
    number = 0
    while number < len(lines):
        start, text = number, lines[number]
        while text.endswith("\\") and number + 1 < len(lines):
            number += 1
            text = text[:-1] + " " + lines[number]
        number += 1
        for part in re.split(r"&&|\|\||;", text):
            words = _split(part.strip())
            if words:
                yield words, first + start


def _built(step: _Step, source: Source) -> Iterator[tuple[str, ImageSource]]:
    """The images that a step builds, by their names in the registry without tags."""
    for argv, line in _commands(step):
        rest = argv[1:]
        if argv[:1] == ["docker"] and ("build" in rest[:3]):
            words = rest[rest.index("build") + 1 :]
            tags = [*_values(words, "-t", "--tag")]
            file, folder = option_value(words, "-f", "--file"), words[-1] if words else "."
        elif argv[:1] == ["executor"]:
            tags = [*_values(rest, "--destination", "-d")]
            file = option_value(rest, "--dockerfile", "-f")
            folder = (option_value(rest, "--context", "-c") or ".").removeprefix("dir:///workspace")
        else:
            continue
        context = within(step.folder, folder.strip("/") or ".")
        if context is None or "$" in folder:
            continue
        dockerfile = (
            within(step.folder if argv[0] == "docker" else context, file) if file else within(context, "Dockerfile")
        )
        target = option_value(rest, "--target")
        image = ImageSource(source.location(line), context=context, dockerfile=dockerfile, target=target)
        for tag in tags:
            yield _untagged(tag), image


def _values(words: Sequence[str], *names: str) -> Iterator[str]:
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names and (equals or index + 1 < len(words)):
            yield value if equals else words[index + 1]


def _untagged(name: str) -> str:
    head, slash, tail = name.partition("@")[0].rpartition("/")
    return head + slash + tail.partition(":")[0]


def _image(name: str | None, built: dict[str, ImageSource], source: Source, line: int) -> ImageSource | None:
    if not name:
        return None
    known = built.get(_untagged(name))
    return known or ImageSource(source.location(line), name=secrets.mask(name))


# --- what is deployed -----------------------------------------------------------------------------------------------------


def _deployed(step: _Step, built: dict[str, ImageSource], source: Source) -> Iterator[Fact]:
    for argv, line in _commands(step):
        words = [word for word in argv if word not in ("beta", "alpha")]
        if words[:3] == ["gcloud", "app", "deploy"]:
            yield PlatformUse("app-engine", source.location(line))
        elif words[:3] == ["gcloud", "run", "services"] and "replace" in words[3:4]:
            yield PlatformUse("cloud-run", source.location(line))
            yield BlindSpot("what Cloud Run starts stands in another file", source.location(line))
        elif words[:3] == ["gcloud", "run", "deploy"] or words[:4] == ["gcloud", "run", "services", "update"]:
            yield PlatformUse("cloud-run", source.location(line), True)
            yield _cloud_run(words, line, built, source)
        elif words[:3] == ["gcloud", "run", "jobs"] and words[3:4] in (["deploy"], ["create"], ["update"], ["execute"]):
            yield from _job(words, line, built, source)
        elif words[:1] == ["gke-deploy"] or step.image.rpartition("/")[2].partition(":")[0] in (
            "kubectl",
            "gke-deploy",
        ):
            yield BlindSpot("deploys to Kubernetes", source.location(line), frozenset())


def _cloud_run(words: list[str], line: int, built: dict[str, ImageSource], source: Source) -> Service:
    image = _image(option_value(words, "--image"), built, source, line)
    folder = within("", (option_value(words, "--source") or ".").strip("/") or ".")
    if image is None and option_value(words, "--source") is not None:
        # Source with a Dockerfile is built with it, other source by buildpacks, which start what its Procfile says.
        image = ImageSource(source.location(line), context=folder, dockerfile=within(folder or "", "Dockerfile"))
    port = option_value(words, "--port")
    return Service(
        name=_positional(words[3:]) or "cloud-run",
        kind=KIND,
        location=source.location(line),
        platform="cloud-run",
        entrypoint=_listed(option_value(words, "--command"), line, source),
        command=_listed(option_value(words, "--args"), line, source),
        image=image,
        variables=_environment(words, line, source),
        ports=(Port(port, None, None, source.location(line)),) if port else (),
    )


def _job(words: list[str], line: int, built: dict[str, ImageSource], source: Source) -> Iterator[Fact]:
    """A job of Cloud Run, which may be any command of the image; where it is only executed, that stands elsewhere."""
    command = _listed(option_value(words, "--command"), line, source)
    args = _listed(option_value(words, "--args"), line, source)
    name = _positional(words[4:]) or "job"
    if command is None and args is None:
        yield BlindSpot(f"what the job '{quoted(name)}' runs stands elsewhere", source.location(line))
        return
    yield Service(
        name=name,
        kind=KIND,
        location=source.location(line),
        role="release",
        platform="cloud-run",
        entrypoint=command,
        command=args,
        image=_image(option_value(words, "--image"), built, source, line),
        variables=_environment(words, line, source),
        keeps_files=False,
    )


def _positional(words: Sequence[str]) -> str | None:
    """The first word that is no option; options of gcloud are given their values in the next word, or behind ``=``."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = "=" not in word and word not in (
                "--allow-unauthenticated",
                "--quiet",
                "-q",
                "--no-traffic",
                "--wait",
            )
        else:
            return secrets.mask(word)
    return None


def _listed(text: str | None, line: int, source: Source) -> CommandLine | None:
    """A list as gcloud takes it: ``a,b``, or with a delimiter of its own, ``^;^a;b``."""
    if not text:
        return None
    return source.exec_form(_items(text), line)


def _items(text: str) -> list[str]:
    match = re.match(r"\^([^^]{1,5})\^", text)
    return text[match.end() :].split(match[1]) if match else text.split(",")


def _environment(words: list[str], line: int, source: Source) -> tuple[EnvVar, ...]:
    pairs: list[tuple[str, str | None]] = []
    for option in ("--set-env-vars", "--update-env-vars"):
        for item in _items(option_value(words, option) or ""):
            name, equals, value = item.partition("=")
            if equals and name:
                pairs.append((name, value))
    for option in ("--set-secrets", "--update-secrets"):
        names = (item.partition("=")[0] for item in _items(option_value(words, option) or ""))
        pairs += [(name, None) for name in names if name and not name.startswith("/")]
    return tuple(secrets.env_vars((name, value, source.location(line)) for name, value in pairs))


# --- what steps run -------------------------------------------------------------------------------------------------------


def _run(step: _Step, built: dict[str, ImageSource], source: Source) -> Iterator[Service]:
    """The step where it may run something of the application: in its image, by the exec-wrapper, or in the workspace."""
    role: Role = "release"
    image: ImageSource | None = None
    command: CommandLine | None = step.script
    entrypoint: CommandLine | None = None
    if _is_wrapped(step):
        mark = step.argv.index("--")
        image = _image(option_value(step.argv[:mark], "-i"), built, source, step.line)
        entrypoint, command = source.exec_form(step.argv[mark + 1 :], _line_of(step, mark + 1)), None
    elif _BUILDER.search(step.image):
        role = "build"  # what it writes is deployed, or copied into the image
        argv, line = next(_commands(step), ([], step.line))
        if command is None and (not argv or (argv[0] in _TOOLS and argv[:2] != ["docker", "run"])):
            return
        command = command or source.exec_form(argv, line)
    else:
        image = _image(step.image, built, source, step.line)
        entrypoint = source.exec_form(step.argv, step.line) if step.argv and command is None else command
        command = None
    text = str(entrypoint or command or "")
    if not _APPLICATION.search(text) or _TESTS.search(text):
        return
    yield Service(
        name=step.name,
        kind=KIND,
        location=(entrypoint or command or source.shell("", step.line)).location,
        role=role,
        platform="cloud-run" if image is not None else None,
        entrypoint=entrypoint,
        command=command,
        image=image,
        variables=_step_variables(step, source),
        workdir=step.folder or None if image is None else None,
        keeps_files=image is None,
    )


def _line_of(step: _Step, index: int) -> int:
    elements = step.node.get("args").elements()
    return elements[index].line if index < len(elements) else step.line


def _step_variables(step: _Step, source: Source) -> tuple[EnvVar, ...]:
    stated = []
    for element in step.node.get("env").elements():
        name, equals, value = (element.text() or "").partition("=")
        if equals:
            stated.append((name, value, source.location(element.line)))
    kept = [
        (element.text() or "", None, source.location(element.line)) for element in step.node.get("secretEnv").elements()
    ]
    return tuple(secrets.env_vars([*stated, *kept]))
