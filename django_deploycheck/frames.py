"""The state of one script while it is followed: its variables, its arguments, where it stands; and what words become."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from django_deploycheck import shell
from django_deploycheck.model import EnvVar, Location
from django_deploycheck.places import Place


@dataclass
class Frame:
    """The state of one script while it is followed."""

    path: str
    line: int
    """The line where the text stands, minus one."""
    variables: dict[str, str | None]
    positional: list[str] | None
    place: Place
    via: tuple[Location, ...]
    functions: dict[str, shell.Block] = field(default_factory=dict)
    arrays: dict[str, list[str]] = field(default_factory=dict)
    exported: dict[str, EnvVar] = field(default_factory=dict)
    origin: Location | None = None
    """Where the positional parameters stand."""
    depth: int = 0
    ended: bool = False
    assumed: bool = False
    """Whether a value was taken that the environment could override (``${X:-default}``)."""
    user: str | None = None
    """The user that a wrapper or a process manager around it switched to."""

    def location(self, line: int) -> Location:
        return Location(self.path, self.line + line)

    def expand(self, word: shell.Word) -> list[str]:
        """The arguments that a word becomes; what is not known stays as ``$NAME``."""
        fields: list[str] = [""]
        anything = False
        for part in word.parts:
            if isinstance(part, shell.Literal):
                fields[-1] += part.text
                anything = anything or part.quoted or bool(part.text)
            elif isinstance(part, shell.Substitution):
                fields[-1] += "$(…)"
                anything = True
            elif part.name in ("@", "*") and not part.operator:
                if self.positional is None:
                    fields[-1] += "$@"
                    anything = True
                elif self.positional:
                    fields[-1] += self.positional[0]
                    fields.extend(self.positional[1:])
                    anything = True
            elif part.name.endswith(("[@]", "[*]")) and not part.operator:
                elements = self.arrays.get(part.name[:-3])
                if elements is None:
                    fields[-1] += f"${{{part.name}}}"
                    anything = True
                elif elements:
                    fields[-1] += elements[0]
                    fields.extend(elements[1:])
                    anything = True
            else:
                value = self.value(part)
                if value is None:
                    fields[-1] += f"${part.name}"
                    anything = True
                elif part.quoted:
                    fields[-1] += value
                    anything = True
                elif value:
                    pieces = value.split()
                    if pieces:
                        anything = True
                        fields[-1] += pieces[0]
                        fields.extend(pieces[1:])
        return fields if anything else []

    def single(self, word: shell.Word) -> str | None:
        """The one string that a word becomes; None when it is not known."""
        if (
            any(isinstance(part, shell.Variable) and part.name in ("@", "*") for part in word.parts)
            and self.positional is not None
        ):
            return " ".join(self.expand(word))
        value = " ".join(self.expand(word))
        return None if "$" in value else value

    def value(self, variable: shell.Variable) -> str | None:
        """The value of a variable; None when it is not known."""
        name = variable.name
        known = self.raw(name)
        if variable.operator in ("", None):
            return known
        operand = " ".join(self.expand(variable.operand)) if variable.operand else ""
        if variable.operator in (":-", "-", ":=", "="):
            if known or (known == "" and variable.operator in ("-", "=")):
                return known
            if name.isdigit() and self.positional is not None:
                return operand
            if known is None:
                self.assumed = True
                if name == "PORT":  # platforms set it: the default says nothing about where the process listens there
                    return None
            value = (
                None
                if "$" in operand and operand.startswith("$") and len(operand) > 1 and known is None and "$(" in operand
                else operand
            )
            if variable.operator.endswith("=") and name.isidentifier():
                self.variables[name] = value
            return value
        if variable.operator in (":+", "+"):
            if known is None:
                self.assumed = True
            return operand if known else ""
        if variable.operator in (":?", "?"):
            return known
        return None

    def raw(self, name: str) -> str | None:
        if name.isdigit():
            if name == "0":
                return posixpath.basename(self.path)
            if self.positional is None:
                return None
            index = int(name) - 1
            return self.positional[index] if index < len(self.positional) else ""
        if name == "#":
            return None if self.positional is None else str(len(self.positional))
        if "[" in name:
            elements = self.arrays.get(name.partition("[")[0])
            return elements[0] if elements and name.endswith("[0]") else None
        return self.variables.get(name)
