"""
A setting that is true or false holds a text, which is always true.

Environment variables are texts. ``os.environ.get("DEBUG", False)`` gives ``"False"`` where somebody sets ``DEBUG`` to
``False``, and a text that is not empty counts as true.

It looks at every setting of Django whose default is True or False, at ``ROLLBAR["enabled"]``, and at a few packages'
own. A text that is empty here is left out: it may be meant so.

Why it matters
--------------

``DEBUG=0`` turns DEBUG on, with its error pages that show the source and the settings; ``SECURE_SSL_REDIRECT=False``
turns the redirect on.

Bad
---

.. code-block:: python
    :caption: settings.py

    SECURE_SSL_REDIRECT = os.environ.get("BOOKSTORE_SSL_REDIRECT", "False")

Good
----

.. code-block:: python
    :caption: settings.py

    SECURE_SSL_REDIRECT = os.environ.get("BOOKSTORE_SSL_REDIRECT", "False").lower() in ("1", "true", "yes", "on")

When to silence it
------------------

When the setting is meant to be on for every text that is not empty.

References
----------

- https://docs.python.org/3/library/stdtypes.html#truth-value-testing
- https://docs.djangoproject.com/en/stable/ref/settings/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding, Level

ID = 615
LEVEL: Level = "W"
VALUE = True

_PACKAGES = ("CORS_ALLOW_ALL_ORIGINS", "CORS_ALLOW_CREDENTIALS", "CORS_ORIGIN_ALLOW_ALL", "AWS_QUERYSTRING_AUTH")
_CAST = '{read}.lower() in ("1", "true", "yes", "on")'


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    for keys, value in _values(deployment):
        if not isinstance(value, str) or not value:
            continue
        name = keys[0] + "".join(f"['{key}']" for key in keys[1:])
        found = settings.provenance(*keys)
        variables = found.variables if found else ()
        source = f"os.environ.get('{variables[0].name}', '')" if variables else "<the text>"
        yield Finding(
            f"'{name}' is a text{f', taken from {variables[0].name!r}' if variables else ''}: 'False' and '0' would be "
            "true.",
            f"Write {name} = {_CAST.format(read=source)}.",
            settings.location(*keys),
        )


def _values(deployment: Deployment) -> Iterator[tuple[tuple[str, ...], object]]:
    from django.conf import global_settings

    booleans = [name for name, default in vars(global_settings).items() if name.isupper() and isinstance(default, bool)]
    for name in (*booleans, *_PACKAGES):
        if deployment.settings.is_overridden(name):
            yield (name,), deployment.settings.get(name)
    rollbar = deployment.settings.get("ROLLBAR")
    if isinstance(rollbar, dict):
        yield ("ROLLBAR", "enabled"), rollbar.get("enabled")
