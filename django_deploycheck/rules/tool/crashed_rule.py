"""
A rule or a reader of django-deploycheck failed; every other one still ran.

The message names the culprit, the type of the exception and the line of our code. It never quotes the exception's text,
which may hold a part of a file.

Why it matters
--------------

What that rule or reader would have said is missing from this run.

When to silence it
------------------

Until a release fixes it: it is our mistake, not yours. Please report the message, it is all that is needed.

References
----------

* https://docs.djangoproject.com/en/stable/topics/checks/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding

ID = 2
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    for crash in deployment.crashes:
        yield Finding(
            f"The {crash.culprit} raised {crash.exception} at {crash.frame}; what it would have found is missing.",
            "Report this line to django-deploycheck; set DEPLOYCHECK['EXCLUDE'] to leave the file out meanwhile."
            if crash.location
            else "Report this line to django-deploycheck; nothing in your project has to change.",
            crash.location,
        )
