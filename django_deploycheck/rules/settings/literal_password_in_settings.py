"""
A password or key in use is written in a settings file.

It looks at the passwords of ``DATABASES``, at ``EMAIL_HOST_PASSWORD`` and at the keys of usual clouds and mail
services, and at every setting that holds a key in a vendor's own format. Databases and mail servers on this machine
are left out, and so are placeholders and passwords equal to their user. The value is never shown.

A literal that is only the default for an environment variable which is unset here is advice.

Why it matters
--------------

Everyone who can read the repository, a fork or a backup of it can read the database, or send mail in your name. Git
remembers the value when the line is long gone.

Bad
---

.. code-block:: python
    :caption: settings.py

    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "database.example.com",
            "NAME": "bookstore",
            "USER": "bookstore",
            "PASSWORD": "Zw4-kM8pQr2t",
        }
    }

Good
----

.. code-block:: python
    :caption: settings.py

    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "database.example.com",
            "NAME": "bookstore",
            "USER": "bookstore",
            "PASSWORD": os.environ.get("DATABASE_PASSWORD"),
        }
    }

When to silence it
------------------

When the password opens nothing that is worth one.

References
----------

- https://12factor.net/config
- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#databases
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck import secrets
from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.settings._literals import stands_in_source

ID = 619
LEVEL: Level = "W"
VALUE = True

_KEYS = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_S3_SECRET_ACCESS_KEY",
    "AZURE_ACCOUNT_KEY",
    "SENDGRID_API_KEY",
    "MAILGUN_API_KEY",
    "TWILIO_AUTH_TOKEN",
)
_LOCAL = frozenset(("", "localhost", "::1", "[::1]"))


def check(deployment: Deployment) -> Iterator[Finding]:
    if are_for_development(deployment):
        return
    for keys, value, kind in _secrets(deployment):
        source = stands_in_source(deployment, *keys)
        found = deployment.settings.provenance(*keys)
        if source is None or found is None:
            continue
        name = keys[0] + "".join(f"['{key}']" for key in keys[1:])
        variable = found.variables[0].name if found.variables else _variable(keys)
        if source == "default" and secrets.is_weak(value):
            continue
        yield Finding(
            f"'{name}' is {kind} in clear text."
            if source == "literal"
            else f"'{name}' falls back to {kind} in clear text wherever '{variable}' is not set.",
            f"Write os.environ['{variable}'] there, and choose a new value: git remembers this one.",
            deployment.settings.location(*keys),
            level=None if source == "literal" else "I",
        )


def _is_local(host: str) -> bool:
    return host in _LOCAL or host.startswith(("127.", "/"))


def _secrets(deployment: Deployment) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The path of each setting that holds a secret of somebody else's machine, the secret, and what it is in words."""
    settings = deployment.settings
    databases = settings.get("DATABASES")
    for alias, database in databases.items() if isinstance(databases, dict) else ():
        if isinstance(database, dict) and not _is_local(str(database.get("HOST") or "")):
            value = database.get("PASSWORD")
            kind = secrets.classify("PASSWORD", value) if isinstance(value, str) else None
            if isinstance(value, str) and kind and value != database.get("USER"):
                yield ("DATABASES", str(alias), "PASSWORD"), value, kind
    names = [*_KEYS, *([] if _is_local(str(settings.get("EMAIL_HOST") or "")) else ["EMAIL_HOST_PASSWORD"])]
    for name in dict.fromkeys((*names, *_assigned(deployment))):
        value = settings.get(name)
        if not isinstance(value, str) or name == "SECRET_KEY":
            continue
        kind = secrets.classify(name, value) if name in names else secrets.vendor_secret(value)
        if kind:
            yield (name,), value, kind


def _assigned(deployment: Deployment) -> Iterator[str]:
    modules = deployment.settings.sources.modules.values()
    return (item.name for module in modules for item in module.assignments if item.name.isupper())


def _variable(keys: tuple[str, ...]) -> str:
    """A name for the variable that shall hold it: ``DATABASE_PASSWORD``, for another alias ``REPLICA_PASSWORD``."""
    if keys[0] != "DATABASES":
        return keys[0]
    return "DATABASE_PASSWORD" if keys[1] == "default" else re.sub(r"\W", "_", f"{keys[1]}_PASSWORD").upper()
