"""
A deployment file was found and could not be read, so the mistakes in it stay unseen.

It is not what its format says it is, larger or deeper nested than any real file, a link that leads out of the repository,
or nothing that this user may open. The message says which file, where and why; what the file holds is never quoted.

Why it matters
--------------

Every rule is silent about what it cannot see. A compose file with one wrong indentation looks like no compose file: no
finding, and no reason for confidence either. Most likely the tool that the file is meant for rejects it as well.

Bad
---

.. code-block:: yaml
   :caption: compose.yml

   services:
     web:
       build: .
      command: gunicorn bookstore.wsgi

Good
----

.. code-block:: yaml
   :caption: compose.yml

   services:
     web:
       build: .
       command: gunicorn bookstore.wsgi

When to silence it
------------------

When the file is a template that only becomes valid when it is filled in. Better still, leave it out:
``DEPLOYCHECK = {"EXCLUDE": ["templates/*"]}``.

References
----------

- https://yaml.org/spec/1.2.2/
- https://docs.docker.com/reference/compose-file/
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.model import Deployment, Finding

ID = 1
LEVEL = "W"


def check(deployment: Deployment) -> Iterator[Finding]:
    for spot in deployment.unreadable:
        path = spot.location.path if spot.location else "a file"
        yield Finding(
            f"The deployment file '{path}' {spot.reason}, so nothing in it was checked.",
            f"Correct {spot.location or path}, or leave it out: DEPLOYCHECK = {{'EXCLUDE': ['{path}']}}.",
            spot.location,
        )
