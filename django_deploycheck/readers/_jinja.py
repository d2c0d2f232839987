"""
Jinja's expressions in files that a deployment tool fills in. Nothing is evaluated: an expression becomes a variable of a
shell, whose value is not known, or the literal that it names.

After https://jinja.palletsprojects.com/en/stable/templates/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django_deploycheck.patterns import regex

NAME = r"[A-Za-z_]\w*"
_MARKED = regex(r"\{\{-?([^{}]{0,500})\}\}|\{%[^{}%]{0,500}%\}|\{#[^{}#]{0,500}#\}")
_DEFAULTED = regex(rf"({NAME})\s*\|\s*(?:default|d)\(\s*(['\"])([\w./:@+-]*)\2\s*(?:,\s*\w+\s*)?\)")
_QUOTED = regex(r"'[^']*'|\"[^\"]*\"")


def resolved(text: str, variables: Mapping[str, str], prefix: str = "") -> str:
    """
    The text with its expressions filled in: ``{{ name }}`` is the literal of that name in ``variables``, else ``${name}``
    with the prefix in front of its name. Statements and comments are left out, line ends within them are escaped.
    """

    def value(match: re.Match[str]) -> str:
        lines = " \\\n" * match[0].count("\n")
        if match[1] is None:
            return lines
        expression = match[1].strip().removesuffix("-").strip()
        if expression in variables:
            return variables[expression] + lines
        defaulted = _DEFAULTED.fullmatch(expression)
        if defaulted is not None:
            default = f"${{{prefix}{defaulted[1]}:-{defaulted[3]}}}"
            return variables.get(defaulted[1], default) + lines
        name = re.search(NAME, _QUOTED.sub("", expression))
        return f"${{{prefix}{name[0] if name else 'jinja'}}}{lines}"

    return _MARKED.sub(value, text) if "{" in text else text
