"""Which findings are silenced, by what and why, and which silences match nothing any more."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from django_deploycheck import secrets
from django_deploycheck.conf import Configuration, closest
from django_deploycheck.environments import decide_listed
from django_deploycheck.model import DeploymentFile, Finding, Level, Location, StaleSilence
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass, replace
from django_deploycheck.rules import Rule
from django_deploycheck.source import Source, is_excluded

_COMMENT = regex(
    r"(?P<mark>#|//|;|--|<!--|/\*)\s{0,20}deploycheck:\s{0,20}ignore\[(?P<names>[^\]\n]{0,500})\](?P<reason>[^\n]{0,500})"
)
_COMMENT_LINE = regex(r"^\s*(?:#|//|;|--|<!--|/\*)")


MAX_COMMENTS = 200
"""How many comments of one file are heeded, the first ones."""

MAX_NAMES = 10
"""How many rules one comment silences, the first ones."""

MAX_MEANT = 20
"""For how many silences of no rule the name is looked for that was meant."""

MAX_STATEMENT = 200
"""How many lines a comment speaks of at the most."""

# What these report keeps other findings from being made.
_INCOMPLETE = ("crashed-rule", "unreadable-file")
# Speaks only when everything else has been judged.
_LAST = "stale-silence"


@dataclass(frozen=True)
class Silence:
    """Why a finding is not reported."""

    by: Literal["setting", "ignore", "comment"]
    reason: str


@dataclass(frozen=True)
class Result:
    """A finding, the rule that made it, and its silence if there is one."""

    rule: Rule
    finding: Finding
    silence: Silence | None = None

    @property
    def id(self) -> str:
        return self.rule.id(self.finding.level)

    @property
    def level(self) -> Level:
        """The finding's own level, else the rule's usual one."""
        return self.finding.level or self.rule.level


@dataclass(frozen=True)
class _Comment:
    location: Location
    first: int
    last: int
    """The lines of the statement it speaks of."""
    names: tuple[str, ...]
    reason: str


def apply(
    results: Sequence[Result], *, silenced_ids: Iterable[object], ignore: Mapping[str, str], sources: Iterable[Source]
) -> tuple[list[Result], list[StaleSilence]]:
    """
    The results with their silences, and the silences in ``ignore`` and in comments that match none of them.

    Where a rule crashed or a file could not be read, a finding may be missing, so none is called stale.
    """
    comments = {source.path: _comments(source) for source in sources if "deploycheck:" in source.text}
    used: set[object] = set()
    identifiers = _identifiers(silenced_ids)
    judged = [_judged(result, identifiers, ignore, comments, used) for result in results]
    if any(result.rule.name in _INCOMPLETE for result in results):
        return judged, []
    stale = [
        StaleSilence(secrets.mask(f'DEPLOYCHECK["IGNORE"]["{key}"]'), None, key.partition(":")[0])
        for key in ignore
        if key not in used
    ]
    stale += [
        StaleSilence(secrets.mask(f"ignore[{name}]"), comment.location, secrets.mask(name))
        for path in sorted(comments)
        for name, found in comments[path].items()
        for comment in found
        if (comment.location, name) not in used
    ]
    return judged, stale


def _identifiers(silenced_ids: Iterable[object]) -> set[str]:
    try:
        return {str.__str__(identifier) for identifier in silenced_ids if isinstance(identifier, str)}
    except Exception:  # noqa: BLE001 - what the project set there may be no list, and raise whatever it likes
        return set()


def _judged(
    result: Result,
    silenced_ids: set[str],
    ignore: Mapping[str, str],
    comments: Mapping[str, Mapping[str, Sequence[_Comment]]],
    used: set[object],
) -> Result:
    silence: Silence | None = None
    location = result.finding.location
    if location is not None and location.line is not None and location.path in comments:
        by_name = comments[location.path]
        for name in result.rule.names:
            for comment in by_name.get(name, ()):
                if comment.first <= location.line <= comment.last:
                    used.add((comment.location, name))
                    silence = silence or Silence("comment", secrets.mask_line(comment.reason))
    for key, reason in ignore.items():
        name, colon, path = key.partition(":")
        if name in result.rule.names and (
            not colon or (location is not None and fnmatch.fnmatchcase(location.path, path))
        ):
            used.add(key)
            silence = silence or Silence("ignore", secrets.mask_line(reason))
    if result.id in silenced_ids:
        silence = silence or Silence("setting", "")
    return result if silence is None else Result(result.rule, result.finding, silence)


def _comments(source: Source) -> dict[str, list[_Comment]]:
    """The comments of a file by the names in them."""
    found = []
    following: int | None = None
    left_out = sum("deploycheck:" in line for line in source.lines) - MAX_COMMENTS
    for index in range(len(source.lines) - 1, -1, -1):
        line = source.lines[index]
        if "deploycheck:" in line:
            left_out -= 1
            match = _COMMENT.search(line) if left_out < 0 else None
            if match is not None:
                own_line = not line[: match.start()].strip()
                first = following if own_line and following is not None else index
                last = _end_of_statement(source.lines, first)
                names = tuple(dict.fromkeys(name.strip() for name in match["names"].split(",") if name.strip()))[
                    :MAX_NAMES
                ]
                reason = match["reason"].strip().removesuffix("-->").removesuffix("*/").rstrip(" \t\\")
                found.append(_Comment(source.location(index + 1), first + 1, last + 1, names, reason))
        if line.strip() and not _COMMENT_LINE.match(line):
            following = index
    by_name: dict[str, list[_Comment]] = {}
    for comment in reversed(found):
        for name in comment.names:
            by_name.setdefault(name, []).append(comment)
    return by_name


def _end_of_statement(lines: Sequence[str], first: int) -> int:
    """
    The last line of the statement: one that a backslash continues, or a key of YAML or an INI file with its text, or
    its list of texts, below. What has keys of its own is not part of it.
    """
    last = first
    end = min(len(lines), first + MAX_STATEMENT)
    while last + 1 < end and lines[last].rstrip().endswith("\\"):
        last += 1
    if last > first or not _OPEN_KEY.search(lines[first]):
        return last
    is_text = bool(_BLOCK_TEXT.search(lines[first]))
    margin = _margin(lines[first])
    while last + 1 < end:
        following = lines[last + 1]
        belongs = is_text or not _HAS_KEY.match(following)
        if following.strip() and (
            _margin(following) < margin + (not following.lstrip().startswith("- ")) or not belongs
        ):
            break
        last += 1
    return last


# "command:", "command: |", "- run: >-" or "command =".
_OPEN_KEY = regex(r"^\s*(?:- )?[\w.\-]{1,200}\s{0,20}(?::|=)\s{0,20}(?:[|>][+\-]?\d?)?\s{0,20}$")
_BLOCK_TEXT = regex(r"(?:[|>][+\-]?\d?|=)\s{0,20}$")
_HAS_KEY = regex(r"^\s*(?:- )?[\w.\-]{1,200}\s{0,20}:(?:\s|$)")


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def stale_paths(configuration: Configuration, files: Iterable[DeploymentFile]) -> list[StaleSilence]:
    """The paths in ``PRODUCTION`` and ``EXCLUDE`` that no deployment file has."""
    paths = [file.path for file in files]
    listed = [
        ("PRODUCTION", path)
        for path in configuration.production or ()
        if not any(decide_listed(other, [path]).environment == "production" for other in paths)
    ]
    listed += [
        ("EXCLUDE", path) for path in configuration.exclude if not any(is_excluded(other, [path]) for other in paths)
    ]
    return [StaleSilence(secrets.mask(f'"{path}" in DEPLOYCHECK["{key}"]')) for key, path in listed]


def stale_rules(stale: Iterable[StaleSilence], rules: Sequence[Rule]) -> tuple[StaleSilence, ...]:
    """
    The stale silences without those of rules whose answer depends on the environment, which may fire elsewhere; those
    of no rule at all with the name that was probably meant.
    """
    by_name = {name: rule for rule in rules for name in rule.names}
    kept: list[StaleSilence] = []
    for silence in stale:
        rule = by_name.get(silence.rule or "")
        if silence.rule is not None and rule is None:
            meant = closest(silence.rule, by_name) if len(kept) < MAX_MEANT else None
            kept.append(replace(silence, unknown=True, meant=meant))
        elif rule is None or not (rule.value or rule.name == _LAST):
            kept.append(silence)
    return tuple(kept)
