"""What the files of environment variables keep: the secrets in them that nobody else may see."""

from __future__ import annotations

import re

from django_deploycheck.model import Deployment, DeploymentFile, EnvVar
from django_deploycheck.patterns import regex

# What a name alone makes of a value; everything else was told by the value's own format.
_BY_NAME = frozenset({"a password", "a secret key", "a token", "a secret", "a URL with a password"})
_EXAMPLE = regex(
    r"(?:^|[._\-/])(?:examples?|samples?|templates?|tpl|tmpl|j2|dist|defaults?|tests?|testing|ci|build|dev|devel|development|local)(?:[._\-/]|$)",
    re.IGNORECASE,
)


def secrets_in(file: DeploymentFile, deployment: Deployment) -> list[EnvVar]:
    """
    The variables of an env file whose values look like real secrets, in their order; none for another file.

    In a file for development, for tests or for an example only those count that have a vendor's own format.
    """
    if file.kind != "dotenv":
        return []
    is_example = file.environment == "development" or _EXAMPLE.search(file.path) is not None
    return [
        variable
        for variable in deployment.variables
        if variable.location.path == file.path
        and variable.secret is not None
        and not variable.weak
        and not (is_example and variable.secret in _BY_NAME)
    ]
