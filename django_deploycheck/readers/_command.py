"""Commands as YAML and JSON files state them."""

from __future__ import annotations

from django_deploycheck.model import CommandLine
from django_deploycheck.readers._yaml import Node, Scalar
from django_deploycheck.source import Source


def shell_command(node: Node, source: Source) -> CommandLine | None:
    """A text for a shell; what YAML folds into one line stays on its lines, which the shell reads as one. None for no text."""
    text = (node.text() or "").rstrip()
    if not text.strip():
        return None
    folded = node.folded(source) if isinstance(node, Scalar) and node.style != "|" else (text,)
    return source.shell(" \\\n".join(folded).rstrip(), node.content_line)


def shell_commands(node: Node, source: Source) -> tuple[CommandLine, ...]:
    """One or a list of them, each for a shell of its own."""
    return tuple(line for item in node.listed() if (line := shell_command(item, source)) is not None)


def arguments(node: Node, source: Source) -> CommandLine | None:
    """A list of words that are run without a shell; a single text is one word, or none where it is empty."""
    elements = [element for element in node.listed() if element.text() is not None]
    words = [element.text() or "" for element in elements]
    return source.exec_form(words, elements[0].line, [element.line for element in elements]) if any(words) else None
