"""Which findings are silenced, by what and why, and which silences match nothing any more."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django_deploycheck.model import Finding, Location, StaleSilence
from django_deploycheck.rules import Rule
from django_deploycheck.source import Source

_COMMENT = re.compile(
    r"(?P<mark>#|//|;|--|<!--|/\*)\s{0,20}deploycheck:\s{0,20}ignore\[(?P<names>[^\]\n]{0,500})\](?P<reason>[^\n]{0,500})"
)
_COMMENT_LINE = re.compile(r"^\s*(?:#|//|;|--|<!--|/\*)")


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


@dataclass(frozen=True)
class _Comment:
    location: Location
    target: int
    """The line it speaks of."""
    names: tuple[str, ...]
    reason: str
    text: str


def apply(
    results: Sequence[Result], *, silenced_ids: Iterable[str], ignore: Mapping[str, str], sources: Iterable[Source]
) -> tuple[list[Result], list[StaleSilence]]:
    """
    The results with their silences, and the silences in ``ignore`` and in comments that match none of them.

    A silence is never stale for a rule whose answer depends on the environment: it may fire elsewhere.
    """
    comments = {source.path: _comments(source) for source in sources if "deploycheck:" in source.text}
    used: set[object] = set()
    silenced_ids = set(silenced_ids)
    judged = [_judged(result, silenced_ids, ignore, comments, used) for result in results]
    stale = [StaleSilence(f'DEPLOYCHECK["IGNORE"]["{key}"]') for key in ignore if key not in used]
    stale += [
        StaleSilence(f"ignore[{name}]", comment.location)
        for path in sorted(comments)
        for comment in comments[path]
        for name in comment.names
        if (comment.location, name) not in used
    ]
    return judged, stale


def _judged(
    result: Result,
    silenced_ids: set[str],
    ignore: Mapping[str, str],
    comments: Mapping[str, Sequence[_Comment]],
    used: set[object],
) -> Result:
    silence: Silence | None = None
    location = result.finding.location
    if location is not None:
        for comment in comments.get(location.path, ()):
            for name in comment.names:
                if name in result.rule.names and location.line is not None and comment.target == location.line:
                    used.add((comment.location, name))
                    silence = silence or Silence("comment", comment.reason)
    for key, reason in ignore.items():
        name, colon, path = key.partition(":")
        if name in result.rule.names and (
            not colon or (location is not None and fnmatch.fnmatchcase(location.path, path))
        ):
            used.add(key)
            silence = silence or Silence("ignore", reason)
    if result.id in silenced_ids:
        silence = silence or Silence("setting", "")
    return result if silence is None else Result(result.rule, result.finding, silence)


def _comments(source: Source) -> list[_Comment]:
    found = []
    for index, line in enumerate(source.lines):
        match = _COMMENT.search(line)
        if match is None:
            continue
        own_line = not line[: match.start()].strip()
        target = _next_statement(source.lines, index) if own_line else index + 1
        names = tuple(name.strip() for name in match["names"].split(",") if name.strip())
        found.append(
            _Comment(
                source.location(index + 1),
                target,
                names,
                match["reason"].strip().removesuffix("-->").removesuffix("*/").strip(),
                line.strip(),
            )
        )
    return found


def _next_statement(lines: Sequence[str], index: int) -> int:
    for following in range(index + 1, len(lines)):
        if lines[following].strip() and not _COMMENT_LINE.match(lines[following]):
            return following + 1
    return index + 1


def stale_rules(stale: Iterable[StaleSilence], rules: Iterable[Rule]) -> tuple[StaleSilence, ...]:
    """The stale silences without those of rules whose answer depends on the environment."""
    values = {name for rule in rules if rule.value for name in rule.names}
    kept = []
    for silence in stale:
        match = re.search(r'\["([^"]*)"\]$|ignore\[([^\]]*)\]$', silence.text)
        name = ((match[1] or match[2] or "") if match else "").partition(":")[0]
        if name not in values:
            kept.append(silence)
    return tuple(kept)
