"""
Dokku's own small files: DOKKU_SCALE, how many of each process, and CHECKS, how a new release is asked whether it works.

After https://dokku.com/docs/processes/process-management/ and https://dokku.com/docs/deployment/zero-downtime-deploys/;
both are read by older versions, ``app.json`` took their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Fact, Formation, PlatformUse
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source

KIND = "dokku"
NAMES = ("DOKKU_SCALE", "CHECKS")
NATURE = "production"
PLATFORM = "dokku"

_SCALE = regex(r"\s*([A-Za-z0-9_-]+)\s*[=:]\s*(\d{1,6})\s*")
_CHECK = regex(r"^(?:WAIT|TIMEOUT|ATTEMPTS)=\d|^(?:https?:/)?/", re.MULTILINE)


def claims(source: Source) -> bool:
    return source.name == "DOKKU_SCALE" or bool(_CHECK.search(source.text))


def read(source: Source) -> Iterator[Fact]:
    """That Dokku is used, and the numbers of processes."""
    yield PlatformUse(PLATFORM, source.location(1))
    for number, line in enumerate(source.lines if source.name == "DOKKU_SCALE" else (), 1):
        scale = _SCALE.fullmatch(line)
        if scale:
            yield Formation(scale[1], int(scale[2]), source.location(number))
