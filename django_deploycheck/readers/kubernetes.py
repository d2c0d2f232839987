"""
Kubernetes manifests: the containers of Deployments, StatefulSets, DaemonSets, Jobs, CronJobs, Pods and whatever else has a
Pod template, and the variables of ConfigMaps and Secrets.

``command`` takes the place of the image's ENTRYPOINT and drops its CMD, ``args`` takes the place of CMD alone, ``$(NAME)``
is a variable of the container: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/.
Expressions of Helm and other templates become variables where the rest is YAML all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from django_deploycheck import secrets
from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Mount,
    Port,
    Role,
    Service,
    VariableSet,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers import unread_format
from django_deploycheck.readers._yaml import Node, parse
from django_deploycheck.records import dataclass, replace
from django_deploycheck.source import Source, Unreadable

KIND = "kubernetes"
NATURE = "decided"

MountKind = Literal["volume", "bind", "secret", "config"]

_SUFFIXES = tuple(f".{suffix}{template}" for suffix in ("yaml", "yml") for template in ("", ".tpl", ".j2", ".template"))
_FOLDERS = "k8s kubernetes kube manifests deploy* helm chart charts templates base overlays infra".split()
_WORDS = "deployment statefulset cronjob job configmap".split()
NAMES = tuple(
    f"{place}{suffix}"
    for place in (
        *(f"{folder}/*" for folder in _FOLDERS),
        *(f"*{word}*" for word in _WORDS),
        "pod",
        "*[-_.]pod",
        "secret*",
    )
    for suffix in _SUFFIXES
)

_MANIFEST = regex(
    r"^[ \t]{0,8}kind:[ \t]{0,8}['\"]?(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|DeploymentConfig|"
    r"Rollout|Job|CronJob|Pod|ConfigMap|Secret|List)\b",
    re.MULTILINE,
)
# A patch by positions of a Pod template, as kustomizations name it.
_JSON_PATCH = regex(
    r"^[ \t]{0,8}path:[ \t]{0,8}['\"]?/spec/template/spec/|^- \{op:.{1,200}/spec/template/spec/", re.MULTILINE
)
_VERSION = regex(r"^[ \t]{0,8}apiVersion:", re.MULTILINE)
_EXPRESSION = regex(r"\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}")
_QUOTED = regex(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
_PATCHED_COMMAND = regex(r"/(?:command|args|containers|initContainers)(?:/\d+|/-)?(?:/(?:command|args)(?:/.*)?)?$")
_CONTROL = regex(
    r"\{\{-?[ \t]*(?:/\*|(?:if|else|end|range|with|define|include|template|block|toYaml|tpl)\b).*\}\}|\{%.*%\}"
)


def claims(source: Source) -> bool:
    """Whether the file is a manifest of something that runs or that it is configured by."""
    if source.name.lower().startswith("kustomization."):
        return False  # its patches look like manifests
    text = source.text
    return bool(_VERSION.search(text) and _MANIFEST.search(text)) or bool(_JSON_PATCH.search(text))


def read(source: Source) -> Iterator[Fact]:
    """The services of the file, the variables it sets, and where it holds more than that."""
    placeholders = frozenset(_as_variable(expression)[1:] for expression in _EXPRESSION.finditer(source.text))
    try:
        documents = parse(Source(source.path, _without_expressions(source.text)) if placeholders else source)
    except Unreadable:
        if not placeholders:
            raise
        yield from unread_format.read(source)
        return
    for document in documents:
        for item in document.get("items").elements() or (document,):
            yield from _object(source, item, placeholders)
        yield from json_patches(source, document)


def json_patches(source: Source, document: Node) -> Iterator[BlindSpot]:
    """What a patch by positions (RFC 6902) changes of commands, which only the patched manifest tells."""
    for operation in document.elements():
        if _PATCHED_COMMAND.search(operation.get("path").text() or ""):
            yield BlindSpot("patches a command by its position", source.location(operation.line))


def _without_expressions(text: str) -> str:
    """The text with expressions as variables, and with empty lines for those that only steer the template."""
    return "\n".join(
        "" if _CONTROL.fullmatch(line.strip()) else _EXPRESSION.sub(_as_variable, line) for line in text.split("\n")
    )


def _as_variable(expression: re.Match[str]) -> str:
    # A default that is written into the expression may be a secret; only the name is kept.
    name = re.search(r"[A-Za-z_][\w.]*", _QUOTED.sub(" ", expression[0]), re.ASCII)
    return "$" + (name[0].rstrip(".").replace(".", "_") if name else "TEMPLATE")


def _object(source: Source, item: Node, placeholders: frozenset[str]) -> Iterator[Fact]:
    kind = item.get("kind").text() or ""
    if kind in ("ConfigMap", "Secret"):
        yield from _configuration(source, item, kind, placeholders)
        return
    pod = _pod_of(item, kind)
    if not pod:
        return
    name = item.get("metadata", "name").text() or kind.lower()
    main = pod.get("containers").elements()
    shared = _Pod(source, name, f"{kind}/{name}", placeholders, pod.get("securityContext"), _volumes(pod))
    prepared = (main[0].get("name").text() if main else None) or name
    for node in pod.get("initContainers").elements():
        yield from _service(shared, node, "release", prepares=prepared)
    role: Role | None = "scheduler" if kind == "CronJob" else "release" if kind == "Job" else None
    for node in main:
        yield from _service(shared, node, role, replicas=item.get("spec", "replicas").number())


def _pod_of(item: Node, kind: str) -> Node:
    if kind == "Pod":
        return item.get("spec")
    if kind == "CronJob":
        return item.get("spec", "jobTemplate", "spec", "template", "spec")
    return item.get("spec", "template", "spec")


@dataclass(frozen=True)
class _Pod:
    """What the containers of one Pod share."""

    source: Source
    name: str
    workload: str
    placeholders: frozenset[str]
    security: Node
    volumes: Mapping[str, tuple[MountKind, str | None]]
    """Kind and source of what can be mounted, by its name."""


def _service(
    pod: _Pod, node: Node, role: Role | None, *, prepares: str | None = None, replicas: int | None = None
) -> Iterator[Fact]:
    source, image, start = pod.source, node.get("image"), node.get("lifecycle", "postStart", "exec", "command")
    mounts = tuple(_mounts(pod, node))
    yield Service(
        name=node.get("name").text() or pod.name,
        kind=KIND,
        location=source.location(node.line),
        role=role,
        entrypoint=_command(source, node.get("command")),
        command=_command(source, node.get("args")),
        image=ImageSource(source.location(image.line if image else node.line), name=masked_text(image)),
        variables=tuple(env_vars(source, _environment(node), pod.placeholders)),
        ports=tuple(
            Port(target, None, None, source.location(port.line))
            for port in node.get("ports").elements()
            if (target := port.get("containerPort").text())
        ),
        mounts=mounts,
        user=_user(node.get("securityContext"), pod.security),
        workdir=node.get("workingDir").text(),
        replicas=replicas,
        workload=pod.workload,
        given=tuple(_given(node)),
        prepares=prepares,
        keeps_files=False
        if role == "release" and not any(mount.kind in ("volume", "bind") for mount in mounts)
        else None,
    )
    yield from _mentioned(source, " ".join(start.strings()), start.line)


def _command(source: Source, node: Node) -> CommandLine | None:
    words: list[str] = []
    lines: list[int] = []
    for element in node.listed():
        text = _with_braces(element.text() or "")
        # "-w 2" is one word to Kubernetes; servers take it for the option and its value.
        words += text.split(" ") if re.fullmatch(r"-\w \S+", text) else [text]
        lines += [element.line] * (len(words) - len(lines))
    return source.exec_form(words, lines[0], lines) if words else None


def _with_braces(text: str) -> str:
    """``$(NAME)`` as the shell writes it; ``$$(NAME)`` stays what it is."""
    return re.sub(r"(?<!\$)\$\((\w+)\)", r"${\1}", text)


def _environment(node: Node) -> Iterator[tuple[str, str | None, int]]:
    for element in node.get("env").elements():
        name = element.get("name").text()
        if name:
            yield name, element.get("value").text(), element.line


def _given(node: Node) -> Iterator[tuple[str, str | None, str]]:
    """The ConfigMaps and Secrets that variables are taken from: whole ones first, which single variables override."""
    for element in node.get("envFrom").elements():
        for kind in ("configMapRef", "secretRef"):
            name = element.get(kind, "name").text()
            if name and not element.get("prefix").text():
                yield name, None, ""
    for element in node.get("env").elements():
        for kind in ("configMapKeyRef", "secretKeyRef"):
            reference = element.get("valueFrom", kind)
            name, key, here = reference.get("name").text(), reference.get("key").text(), element.get("name").text()
            if name and key and here:
                yield name, key, here


def env_vars(
    source: Source, entries: Iterable[tuple[str, str | None, int]], placeholders: frozenset[str] = frozenset()
) -> Iterator[EnvVar]:
    """The variables of one place. To Kubernetes a bare dollar sign is nothing special; in a template it may be what we made of an expression."""
    escaped = _with_braces if placeholders else _escaped
    pairs = [(name, value and escaped(value), source.location(line)) for name, value, line in entries]
    for variable in secrets.env_vars(pairs):
        if placeholders:
            # What follows a dollar sign of the author's own may be a part of a secret.
            yield replace(variable, references=tuple(name for name in variable.references if name in placeholders))
        else:
            yield replace(variable, value=variable.value and variable.value.replace("$$", "$"))


def _escaped(value: str) -> str:
    """The value as compose files write it: ``$(NAME)`` with braces, every other dollar sign twice."""
    return re.sub(r"\$\$|\$\((\w+)\)|\$", lambda found: f"${{{found[1]}}}" if found[1] else 2 * found[0], value)


def _volumes(pod: Node) -> dict[str, tuple[MountKind, str | None]]:
    volumes: dict[str, tuple[MountKind, str | None]] = {}
    for volume in pod.get("volumes").elements():
        name = volume.get("name").text()
        if name is None:
            continue
        if volume.get("hostPath"):
            volumes[name] = "bind", volume.get("hostPath", "path").text()
        else:
            volumes[name] = (
                "config" if volume.get("configMap") else "secret" if volume.get("secret") else "volume",
                name,
            )
    return volumes


def _mounts(pod: _Pod, node: Node) -> Iterator[Mount]:
    for mount in node.get("volumeMounts").elements():
        name, target = mount.get("name").text(), mount.get("mountPath").text()
        if name and target:
            kind, path = pod.volumes.get(name, ("volume", name))
            yield Mount(kind, path, target, pod.source.location(mount.line), mount.get("readOnly").flag() or False)


def _user(*contexts: Node) -> str | None:
    """The user that the nearest context states; ``nonroot`` where it only says which one it is not."""
    for context in contexts:
        number = context.get("runAsUser").text()
        if number is not None:
            return number
    return "nonroot" if any(context.get("runAsNonRoot").flag() for context in contexts) else None


def masked_text(node: Node) -> str | None:
    """The text of a node with an account's password in it masked; None where it has none."""
    text = node.text()
    return None if text is None else secrets.mask(text)


def _configuration(source: Source, item: Node, kind: str, placeholders: frozenset[str]) -> Iterator[Fact]:
    """The variables of a ConfigMap or a Secret, whose ``data`` is encoded and only named; files in it may be scripts."""
    clear = item.get("data" if kind == "ConfigMap" else "stringData").items()
    encoded = item.get("data").items() if kind == "Secret" else ()
    variables: list[tuple[str, str | None, int]] = [(entry.key, None, entry.line) for entry in encoded]
    for entry in clear:
        text = entry.value.text()
        if text is not None and "\n" in text.strip():
            yield from _mentioned(source, text, entry.line)
        else:
            variables.append((entry.key, secrets.hidden(entry.key, text) if kind == "Secret" else text, entry.line))
    named = [entry for entry in variables if re.fullmatch(r"[A-Za-z_]\w*", entry[0])]
    found = tuple(env_vars(source, named, placeholders))
    yield from found
    name = item.get("metadata", "name")
    if name.text() and "$" not in (name.text() or ""):
        yield VariableSet(name.text() or "", source.location(name.line), found)


def _mentioned(source: Source, text: str, line: int) -> Iterator[BlindSpot]:
    """What a script mentions that stands inside the manifest."""
    facts = unread_format.read(Source(source.path, text))
    yield from (replace(fact, location=source.location(line)) for fact in facts if isinstance(fact, BlindSpot))
