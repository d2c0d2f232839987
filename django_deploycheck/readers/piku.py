"""
Piku's ``ENV`` file: the variables of an app on a small server, some of which configure its nginx.

After https://piku.github.io/configuration/env.html and piku.py: ``NAME=value`` lines. NGINX_STATIC_PATHS holds pairs of a
URL and a folder, relative to the app (``/static:staticfiles``), separated by commas.
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.model import Fact, PlatformUse, StaticMapping, join
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source

KIND = "piku"
NAMES = ("ENV",)
NATURE = "production"
PLATFORM = "piku"

_LINE = regex(r"\s*([A-Za-z_]\w*)=(.*)")


def claims(source: Source) -> bool:
    """Whether it holds variables and nothing else."""
    lines = [line for line in source.lines if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and all(_LINE.match(line) for line in lines)


def read(source: Source) -> Iterator[Fact]:
    """The variables, and the folders that nginx serves."""
    yield PlatformUse(PLATFORM, source.location(1))
    found = [
        (match[1], match[2].strip(), number)
        for number, line in enumerate(source.lines, 1)
        if (match := _LINE.match(line))
    ]
    yield from secrets.env_vars([(name, value, source.location(number)) for name, value, number in found])
    for name, value, number in found:
        for pair in value.split(",") if name == "NGINX_STATIC_PATHS" else ():
            url, colon, folder = (part.strip() for part in pair.partition(":"))
            if colon and url and folder:
                directory = folder if folder.startswith("/") else join(source.folder, folder)
                yield StaticMapping("nginx", url, directory, source.location(number), alias=True)
