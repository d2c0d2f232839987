"""
uWSGI configuration: ini, yaml and xml, all with the same options.

After https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html: options may be repeated, ``%(name)`` is an option set
above, ``$(NAME)`` a variable of the environment, ``if-env`` … ``endif`` encloses what holds only under a condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.hooks import runs_commands
from django_deploycheck.model import ConfigValue, Fact, ServerConfig, Service, StaticMapping
from django_deploycheck.patterns import regex
from django_deploycheck.readers._ini import values as ini_values
from django_deploycheck.source import Source

KIND = "uwsgi"
NAMES = (
    "uwsgi*.ini",
    "*[._-]uwsgi.ini",
    "uwsgi/*.ini",
    "vassals/*.ini",
    "uwsgi*.yaml",
    "uwsgi*.yml",
    "*[._-]uwsgi.yaml",
    "*[._-]uwsgi.yml",
    "uwsgi*.xml",
    "*[._-]uwsgi.xml",
)
NATURE = "decided"

_PLACEHOLDER = regex(r"%\((\w[\w-]{0,60})\)")
_MAGIC = regex(r"(?<!%)%([a-zA-Z])(\w?)")
# What a file, a command or a URL holds: https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#magic-variables
_CONTENT = regex(r"@\([^()]{0,500}\)")
_VARIABLE = regex(r"\$\(([A-Za-z_]\w{0,60})\)")
_ELEMENT = regex(r"<([a-z][\w-]{0,60})>([^<>]{0,2000})</\1>|<([a-z][\w-]{0,60})\s*/>")
_CONDITIONS = (
    "if-env",
    "if-not-env",
    "if-opt",
    "if-not-opt",
    "if-file",
    "if-exists",
    "if-dir",
    "if-reload",
    "ifdef",
    "if-hostname",
)
_SERVES = ("module", "wsgi", "wsgi-file", "file")


def read(source: Source) -> Iterator[Fact]:
    found = list(_resolved(source))
    if not found:
        return
    yield ServerConfig("uwsgi", source.path, tuple(found))
    yield from _static_mappings(found)
    serving = next((value for value in reversed(found) if value.name in _SERVES), None)
    if serving is None:
        return
    stem, _, suffix = re.sub(r"\.(?:j2|template|tpl)$", "", source.name).rpartition(".")
    option = {"ini": "--ini", "xml": "--xml"}.get(suffix, "--yaml")
    yield Service(
        name=stem,
        kind=KIND,
        location=serving.location,
        role="web",
        command=source.exec_form(["uwsgi", option, source.path], serving.location.line or 1),
        user=next((str(value.value) for value in reversed(found) if value.name in ("uid", "immediate-uid")), None),
        runs_on_host=True,
    )


def _static_mappings(values: list[ConfigValue]) -> Iterator[StaticMapping]:
    """``static-map = /static=/srv/static``; ``static-map2`` appends the whole path to the folder."""
    for value in values:
        if value.name not in ("static-map", "static-map2") or not isinstance(value.value, str):
            continue
        url, equals, folder = value.value.partition("=")
        if equals:
            is_alias = value.name == "static-map"
            directory = folder if is_alias else f"{folder.rstrip('/')}{url}"
            yield StaticMapping("uwsgi", url, directory, value.location, alias=is_alias)


def _resolved(source: Source) -> Iterator[ConfigValue]:
    seen: dict[str, str] = {}
    conditions = 0
    for name, text, line in _options(source):
        if name in _CONDITIONS:
            conditions += 1
            continue
        if name in ("endif", "end-if"):
            conditions = max(0, conditions - 1)
            continue
        value = _PLACEHOLDER.sub(lambda match: seen.get(match[1], f"$UWSGI_{match[1]}"), text)
        value = _CONTENT.sub("$UWSGI_CONTENT", _MAGIC.sub(_magic, value))
        value = secrets.cut(_VARIABLE.sub(r"$\1", value), 2000)
        if name in ("set", "set-placeholder", "set-ph"):
            key, _, value = value.partition("=")
            seen[key.strip()] = value.strip()
            continue
        seen[name] = value
        shown = secrets.mask_setting(name, value)
        if name == "env":
            shown = secrets.mask_argument(value, ())
        yield ConfigValue(name, shown if value else True, source.location(line), conditions > 0)


def _magic(match: re.Match[str]) -> str:
    return f"${{UWSGI_{match[1]}}}{match[2]}" if match[2] else f"$UWSGI_{match[1]}"


def _options(source: Source) -> Iterator[tuple[str, str, int]]:
    ending = source.name.rpartition(".")[2].lower()
    if ending in ("yaml", "yml"):
        yield from _yaml_options(source)
    elif ending == "xml":
        for number, text in enumerate(source.lines, 1):
            for match in _ELEMENT.finditer(text[:4000]):
                yield match[1] or match[3], (match[2] or "").strip(), number
    else:
        for value in ini_values(source, continued_by="backslash"):
            if value.section == "uwsgi" and value.key:
                text = value.value.replace("\n", " ")
                # What stands in a command, its shell reads.
                yield (
                    value.key,
                    (text if runs_commands(value.key) else re.sub(r"\s+[#;].*", "", text)).strip(),
                    value.line,
                )


def _yaml_options(source: Source) -> Iterator[tuple[str, str, int]]:
    from django_deploycheck.readers._yaml import Mapping, parse

    for document in parse(source):
        section = document.get("uwsgi")
        for entry in section.written if isinstance(section, Mapping) else ():
            for element in entry.value.listed():
                yield entry.key, element.text() or "", entry.line
