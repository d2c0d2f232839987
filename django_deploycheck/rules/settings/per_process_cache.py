"""
The cache lives in each process's own memory, and several processes share work that needs one cache.

The default cache is ``LocMemCache``, production runs several processes, and sessions, the cache middleware or a limit on
requests keep their state in it. With ``DummyCache``, which keeps nothing, one process is enough.

Why it matters
--------------

Each process has a cache of its own. A visitor who logs in is a stranger to the next worker; a limit of five attempts is
five for each worker; a page that was thrown out of one cache is still served from another. Every restart forgets it all.

Bad: sessions
-------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi --workers 3

.. code-block:: python
   :caption: settings.py

   SESSION_ENGINE = "django.contrib.sessions.backends.cache"

Bad: a limit on requests
------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi --workers 3

.. code-block:: python
   :caption: settings.py

   REST_FRAMEWORK = {
       "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
       "DEFAULT_THROTTLE_RATES": {"anon": "100/day"},
   }

Good: one cache for all
-----------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi --workers 3

.. code-block:: python
   :caption: settings.py

   SESSION_ENGINE = "django.contrib.sessions.backends.cache"
   CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache:6379"}}

Good: nothing that needs it
---------------------------

.. code-block:: text
   :caption: Procfile

   web: gunicorn bookstore.wsgi --workers 3

When to silence it
------------------

When what is cached may differ from worker to worker, or a limit for each worker is what you want.

What it cannot see
------------------

Calls of the cache in the project's own code.

References
----------

* https://docs.djangoproject.com/en/stable/topics/cache/#local-memory-caching
* https://docs.djangoproject.com/en/stable/topics/http/sessions/#using-cached-sessions
* https://www.django-rest-framework.org/api-guide/throttling/#setting-up-the-cache
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Deployment, Finding
from django_deploycheck.rules.settings._copies import several_processes

ID = 612
LEVEL = "I"
VALUE = True

_LOCAL = "django.core.cache.backends.locmem.LocMemCache"
_NONE = "django.core.cache.backends.dummy.DummyCache"
_ENGINES = ("django.contrib.sessions.backends.cache", "django.contrib.sessions.backends.cached_db")
_MIDDLEWARE = ("django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.CacheMiddleware")
_LIMITING_APPS = ("django_ratelimit", "ratelimit", "axes")


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if are_for_development(deployment) or settings.may_differ("CACHES"):
        return
    default = (settings.get("CACHES") or {}).get("default") or {}
    backend = default.get("BACKEND") if isinstance(default, dict) else None
    user = _user(deployment)
    if user is None or backend not in (_LOCAL, _NONE):
        return
    if backend == _LOCAL and several_processes(deployment) is not Answer.YES:
        return
    each = "keeps nothing" if backend == _NONE else "has a cache of its own in every process"
    file = settings.file_or_module
    yield Finding(
        f"{user} needs a cache that all processes share, and '{backend.rpartition('.')[2]}' {each}.",
        f"Write CACHES = {{'default': {{'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://HOST:6379'}}}} in {file}.",
        settings.location("CACHES", "default", "BACKEND") or settings.location("CACHES"),
    )


def _user(deployment: Deployment) -> str | None:
    """What of Django or of a known package keeps its state in the default cache, quoted."""
    settings = deployment.settings
    engine = settings.get("SESSION_ENGINE")
    if engine in _ENGINES and settings.get("SESSION_CACHE_ALIAS") == "default":
        return f"SESSION_ENGINE = '{engine}'"
    middleware = next((path for path in settings.get("MIDDLEWARE") or () if path in _MIDDLEWARE), None)
    if middleware is not None and settings.get("CACHE_MIDDLEWARE_ALIAS") == "default":
        return f"'{middleware}'"
    framework = settings.get("REST_FRAMEWORK") or {}
    if isinstance(framework, dict) and framework.get("DEFAULT_THROTTLE_CLASSES"):
        return "REST_FRAMEWORK['DEFAULT_THROTTLE_CLASSES']"
    apps = [str(app) for app in settings.get("INSTALLED_APPS") or ()]
    # The others keep their counts in the database unless told otherwise.
    cached = settings.get("AXES_HANDLER") == "axes.handlers.cache.AxesCacheHandler"
    app = next((app for app in apps if app.partition(".")[0] in _LIMITING_APPS), None)
    return f"'{app}'" if app is not None and (not app.startswith("axes") or cached) else None
