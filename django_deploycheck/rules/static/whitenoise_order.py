"""
WhiteNoise stands in the wrong place in ``MIDDLEWARE``.

It belongs right below ``SecurityMiddleware``, and above everything that looks at the session, the user, the language or
the form. Middleware that must see every response, such as CORS headers, may stand above it.

Why it matters
--------------

Above ``SecurityMiddleware``, static files are delivered over plain HTTP, without the redirect to HTTPS and without its
headers. Below session or authentication, each stylesheet costs what a page costs: a session is opened, headers that
forbid caching are added, and browsers fetch the same files again on every page.

Bad
---

.. code-block:: python
   :caption: settings.py

   MIDDLEWARE = [
       "whitenoise.middleware.WhiteNoiseMiddleware",
       "django.middleware.security.SecurityMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
   ]

Bad: at the end of the list
---------------------------

.. code-block:: python
   :caption: settings.py

   MIDDLEWARE = [
       "django.middleware.security.SecurityMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
       "django.contrib.auth.middleware.AuthenticationMiddleware",
       "whitenoise.middleware.WhiteNoiseMiddleware",
   ]

Good
----

.. code-block:: python
   :caption: settings.py

   MIDDLEWARE = [
       "django.middleware.security.SecurityMiddleware",
       "whitenoise.middleware.WhiteNoiseMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
       "django.contrib.auth.middleware.AuthenticationMiddleware",
   ]

Good: what concerns every response stands above
-----------------------------------------------

.. code-block:: python
   :caption: settings.py

   MIDDLEWARE = [
       "django.middleware.security.SecurityMiddleware",
       "django.middleware.gzip.GZipMiddleware",
       "whitenoise.middleware.WhiteNoiseMiddleware",
       "django.contrib.sessions.middleware.SessionMiddleware",
   ]

When to silence it
------------------

When the order is deliberate, for instance to deliver some files only to users who are logged in.

References
----------

* https://whitenoise.readthedocs.io/en/stable/django.html#enable-whitenoise
* https://docs.djangoproject.com/en/stable/ref/middleware/#middleware-ordering
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding
from django_deploycheck.rules.static._static import serving_middleware

ID = 305
LEVEL = "W"
VALUE = True

_SECURITY = "django.middleware.security.SecurityMiddleware"
_MUST_FOLLOW = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    serving = serving_middleware(deployment)
    if serving is None or settings.may_differ("MIDDLEWARE"):
        return
    names = list(settings.get("MIDDLEWARE"))
    place, name = serving
    above = [other for other in names[:place] if other in _MUST_FOLLOW]
    if _SECURITY in names[place:]:
        message = f"'{name}' stands above '{_SECURITY}', so static files skip the redirect to HTTPS and its headers."
    elif above:
        message = f"'{name}' stands below '{above[0]}', so static files pay for what only pages need."
    else:
        return
    where = f"right below '{_SECURITY}'" if _SECURITY in names else "to the top of MIDDLEWARE"
    yield Finding(message, f"Move '{name}' {where}.", settings.location("MIDDLEWARE"))
