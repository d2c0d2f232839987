"""
The channel layer lives in each process's own memory, so no message reaches another process.

``CHANNEL_LAYERS`` names ``InMemoryChannelLayer`` in settings that are not for development. It is only advice where nothing
says that several processes run, and nothing at all where there is one by construction.

Why it matters
--------------

A message that one process sends to a group is seen by the visitors of that process alone. With one worker on your machine
everything works; with two, half of the chat stays silent, and what a background worker sends never arrives.

Bad
---

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.asgi --worker-class uvicorn_worker.UvicornWorker --workers 3

.. code-block:: python
   :caption: settings.py

   CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

Good
----

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.asgi --worker-class uvicorn_worker.UvicornWorker --workers 3

.. code-block:: python
   :caption: settings.py

   CHANNEL_LAYERS = {
       "default": {
           "BACKEND": "channels_redis.core.RedisChannelLayer",
           "CONFIG": {"hosts": [("redis", 6379)]},
       },
   }

When to silence it
------------------

When one process serves the whole site and sends all messages itself.

References
----------

* https://channels.readthedocs.io/en/stable/topics/channel_layers.html#in-memory-channel-layer
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Deployment, Finding, Level
from django_deploycheck.rules.settings._copies import several_processes

ID = 616
LEVEL: Level = "W"
VALUE = True

_IN_MEMORY = "channels.layers.InMemoryChannelLayer"


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    layers = settings.get("CHANNEL_LAYERS")
    several = several_processes(deployment)
    if not isinstance(layers, dict) or several is Answer.NO or are_for_development(deployment):
        return
    for alias, layer in layers.items():
        backend = layer.get("BACKEND") if isinstance(layer, dict) else None
        if backend != _IN_MEMORY or settings.may_differ("CHANNEL_LAYERS", str(alias)):
            continue
        file = settings.file_or_module
        yield Finding(
            f"CHANNEL_LAYERS['{alias}'] is '{backend}', so messages do not reach other processes.",
            f"Install channels-redis and write 'BACKEND': 'channels_redis.core.RedisChannelLayer', 'CONFIG': {{'hosts': [('HOST', 6379)]}} in {file}.",
            settings.location("CHANNEL_LAYERS", str(alias), "BACKEND") or settings.location("CHANNEL_LAYERS"),
            level=None if several is Answer.YES else "I",
        )
