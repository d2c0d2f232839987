"""
A file of environment variables with secrets in it is committed.

It looks at ``.env``, ``.env.production``, ``.envrc`` and their like with a secret key, a password or a token that looks
real. Files for development and tests, and those that are examples by name, count only where a value has a vendor's own
format for live keys. The values are never shown.

Why it matters
--------------

Whoever can read the repository, a fork of it or a backup can sign sessions with the secret key and log into what the
passwords open. Git keeps them in its history when the file is long gone, so the remedy is new values, not a new commit.

Bad
---

.. code-block:: sh
   :caption: .env

   DEBUG=off
   SECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0

Good
----

.. code-block:: sh
   :caption: .env

   DEBUG=off
   SECRET_KEY=p9v!k2x8w7q1z4-3hm5c6t0

.. code-block:: text
   :caption: .gitignore

   .env

Good: an example for the next developer
---------------------------------------

.. code-block:: sh
   :caption: .env.example

   DEBUG=on
   SECRET_KEY=change-me

When to silence it
------------------

When the values open nothing: a database that only your machine reaches, with data that anyone may read.

What it cannot see
------------------

Without ``.git/index`` (an unpacked archive) it is not known what is committed; then a file counts that no
``.gitignore`` excludes.

References
----------

- https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository
- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#secret-key
- https://12factor.net/config
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import groupby

from django_deploycheck.env_files import secrets_in
from django_deploycheck.ignoring import ignored_in_tree
from django_deploycheck.model import Deployment, DeploymentFile, EnvVar, Finding
from django_deploycheck.wording import listed

ID = 613
LEVEL = "W"

MAX_NAMED = 4
"""How many variables a message names."""


def check(deployment: Deployment) -> Iterator[Finding]:
    for file in deployment.files:
        secrets = secrets_in(file, deployment)
        if secrets and _is_committed(file, deployment):
            yield _finding(file, secrets)


def _is_committed(file: DeploymentFile, deployment: Deployment) -> bool:
    if file.tracked is not None or not deployment.complete:
        return bool(file.tracked)
    by_file = groupby(deployment.ignore_patterns, lambda item: item.location.path)
    tree = {
        posixpath.dirname(path): tuple(patterns)
        for path, patterns in by_file
        if posixpath.basename(path) == ".gitignore"
    }
    return ignored_in_tree(file.path, tree) is None


def _finding(file: DeploymentFile, secrets: list[EnvVar]) -> Finding:
    first = secrets[0]
    names = list(dict.fromkeys(f"'{variable.name}'" for variable in secrets))
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    state = "is tracked by git" if file.tracked else "is not ignored by git"
    shown = [*names[:MAX_NAMED], *(["the others"] if len(names) > MAX_NAMED else [])]
    return Finding(
        f"'{file.path}' {state} and holds {first.secret} in '{first.name}'{more}.",
        f"Run 'git rm --cached {file.path}', add '/{file.path}' to the .gitignore at the root, and choose new values for "
        f"{listed(shown)}: git remembers these.",
        first.location,
    )
