"""
The startup file of Azure App Service: ``startup.txt`` or ``startup.sh``, whose commands a shell runs in the folder of the site.

After https://learn.microsoft.com/azure/developer/python/configure-python-web-app-on-app-service and
https://learn.microsoft.com/azure/app-service/configure-language-python. Without one, gunicorn serves the first wsgi.py that is found. Only a
script that speaks of Azure's own folders or variables is known to be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.model import Fact, PlatformUse, Service
from django_deploycheck.patterns import regex
from django_deploycheck.source import Source

KIND = "azure-startup"
NAMES = ("startup.txt", "startup*.sh", "start*up.sh", "entrypoint*azure*.sh", "*start*azure*.sh", "*azure*start*.sh")
NATURE = "production"
PLATFORM = "azure"

_OF_AZURE = regex(
    r"/home/site/(?:wwwroot|deployments|repository)|\bantenv\b|\boryx\b|\bWEBSITES?_[A-Z]+|\bSCM_DO_BUILD|azure ?(?:app ?service|web ?app)"
    r"|\.azurewebsites\.net",
    re.IGNORECASE,
)
_SERVES = regex(
    r"(?m)^(?![ \t]*#)[^#\n]{0,300}\b(?:gunicorn|uvicorn|daphne|hypercorn|uwsgi|granian|waitress-serve|runserver)\b"
)


def claims(source: Source) -> bool:
    """Whether it starts a server on Azure; scripts of that name are written for other machines too."""
    if not _SERVES.search(source.text):
        return False
    is_named = source.name.endswith(".txt") or "azure" in source.name.lower()
    return is_named or bool(_OF_AZURE.search(source.text))


def read(source: Source) -> Iterator[Fact]:
    yield PlatformUse(PLATFORM, source.location())
    yield Service(
        name=source.name,
        kind=KIND,
        location=source.location(1),
        platform=PLATFORM,
        command=source.shell(source.text, 1),
        workdir=source.folder or None,
    )
