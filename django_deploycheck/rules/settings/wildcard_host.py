"""
ALLOWED_HOSTS holds '*', so the site answers to any name that a request claims.

Where a proxy or a platform of the repository may look at the name first, this is advice; it is silent where the
platform's router, a web server's rejecting default site or a Traefik rule does.

Why it matters
--------------

Django builds addresses of the name in the request. Whoever asks for a new password in your name, with their own host in
the request, makes your site mail you a link that leads to theirs; caches can be filled with such pages too.

Bad
---

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
        ports:
          - "80:8000"

.. code-block:: python
    :caption: settings.py

    ALLOWED_HOSTS = ["*"]

Good
----

.. code-block:: yaml
    :caption: docker-compose.prod.yml

    services:
      web:
        image: registry.example.com/bookstore
        command: gunicorn bookstore.wsgi --workers 2 --bind 0.0.0.0:8000
        ports:
          - "80:8000"

.. code-block:: python
    :caption: settings.py

    ALLOWED_HOSTS = ["www.example.com"]

Good: the router knows the names
--------------------------------

.. code-block:: text
    :caption: Procfile

    web: gunicorn bookstore.wsgi --workers 2

.. code-block:: python
    :caption: settings.py

    ALLOWED_HOSTS = ["*"]

When to silence it
------------------

When something in front of the site, outside the repository, passes on requests for your names only, or when the site
serves whatever names its customers point at it.

References
----------

- https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
- https://docs.djangoproject.com/en/stable/topics/security/#host-headers-virtual-hosting
- https://devcenter.heroku.com/articles/http-routing
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Answer, Deployment, Finding, Level, Process
from django_deploycheck.patterns import regex
from django_deploycheck.platforms import platform
from django_deploycheck.rules.static._proxies import may_stand_behind_a_proxy

ID = 603
LEVEL: Level = "W"
VALUE = True

_NAMES_A_HOST = regex(r"\bHost(?:SNI|Regexp)?\(", re.IGNORECASE)


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    hosts = settings.get("ALLOWED_HOSTS")
    if not isinstance(hosts, (list, tuple)) or "*" not in hosts:
        return
    if are_for_development(deployment) or settings.may_differ("ALLOWED_HOSTS"):
        return
    checks = [_front_checks_host(deployment, process) for process in deployment.web]
    exposed = [answer for answer in checks if answer is not Answer.YES]
    if not exposed:
        return
    place = settings.location("ALLOWED_HOSTS")
    file = place.path if place is not None else settings.module or "the settings"
    others = [host for host in hosts if isinstance(host, str) and host != "*"]
    wanted = ", ".join(repr(host) for host in others) or "'www.example.com'"
    yield Finding(
        "'*' in ALLOWED_HOSTS lets every name pass that a request claims to be for, and Django builds links of it.",
        f"Write ALLOWED_HOSTS = [{wanted}] in {file}, with the names that the site is reached by.",
        place,
        level=None if Answer.NO in exposed else "I",
    )


def _front_checks_host(deployment: Deployment, process: Process) -> Answer:
    """Whether what stands before the process passes on requests for known names only."""
    host = platform(process.platform)
    if host is not None:
        return host.checks_host
    labels = process.service.labels if process.service is not None else ()
    if any("traefik" in name and _NAMES_A_HOST.search(value) for name, value in labels):
        return Answer.YES
    sites = [
        site for site in deployment.virtual_hosts if deployment.environment_of(site.location.path) != "development"
    ]
    if sites:
        return Answer.YES if any(site.default and site.rejects for site in sites) else Answer.NO
    return Answer.UNKNOWN if may_stand_behind_a_proxy(deployment, process) else Answer.NO
